// «Vienotā pieteikšanās»: the page in a browser, the card in its reader, the phone, the caller, the papers, the clock.
// What any of it does is said by the kernel's machine; here it is only drawn, and typed digits are kept until sent.

const LOGIN_MEANS = { card: ["card", "eID karte lasītājā"], phone: ["phone", "Tālruņa lietotne (Smart-ID veida)"] };
const LOGIN_CLOSED = "Šis gadījums ir galā.";
const LOGIN_TRIES = 3;
const LOGIN_HOW = { right: ["ok", "pareizi"], partly: ["half", "ne viss"], wrong: ["stop", "neizdevās"] };

/** Drawings of our own: [tag, attributes] each. */
const LOGIN_PICTURES = {
  card: ["0 0 86 54", [["rect", { class: "signin-card", x: 1, y: 1, width: 84, height: 52, rx: 5 }], ["rect", { class: "signin-chip", x: 10, y: 17, width: 16, height: 13, rx: 2 }], ["path", { class: "signin-chip-line", d: "M10 23.500h16M18 17v13" }], ["rect", { class: "signin-photo", x: 58, y: 12, width: 18, height: 22, rx: 2 }], ["path", { class: "signin-lines", d: "M32 18h20M32 25h20M32 32h14M10 43h66" }]]],
  phone: ["0 0 86 54", [["rect", { class: "signin-body", x: 28, y: 1, width: 30, height: 52, rx: 5 }], ["rect", { class: "signin-glass", x: 31, y: 7, width: 24, height: 38, rx: 1 }], ["path", { class: "signin-tick", d: "M37 26l4.500 4.500 8-9" }], ["circle", { class: "signin-dot", cx: 43, cy: 49, r: 1.6 }]]],
  readerEmpty: ["0 0 180 108", [["rect", { class: "signin-body", x: 38, y: 58, width: 104, height: 44, rx: 8 }], ["rect", { class: "signin-slot", x: 46, y: 64, width: 88, height: 5, rx: 2.500 }], ["circle", { class: "signin-lamp", cx: 90, cy: 86, r: 4 }], ["path", { class: "signin-cord", d: "M142 86h20q10 0 10-10V40" }], ["rect", { class: "signin-card", x: 4, y: 6, width: 70, height: 44, rx: 4, transform: "rotate(-6 39 28)" }], ["rect", { class: "signin-chip", x: 12, y: 20, width: 13, height: 11, rx: 2, transform: "rotate(-6 39 28)" }]]],
  readerFull: ["0 0 180 108", [["rect", { class: "signin-card", x: 50, y: 6, width: 80, height: 70, rx: 4 }], ["rect", { class: "signin-photo", x: 106, y: 14, width: 16, height: 20, rx: 2 }], ["path", { class: "signin-lines", d: "M58 18h38M58 26h38M58 34h26" }], ["rect", { class: "signin-body", x: 38, y: 58, width: 104, height: 44, rx: 8 }], ["rect", { class: "signin-slot", x: 46, y: 64, width: 88, height: 5, rx: 2.500 }], ["circle", { class: "signin-lamp signin-lamp--on", cx: 90, cy: 86, r: 4 }], ["path", { class: "signin-cord", d: "M142 86h20q10 0 10-10V40" }]]],
  envelope: ["0 0 86 54", [["rect", { class: "signin-paper", x: 1, y: 1, width: 84, height: 52, rx: 3 }], ["path", { class: "signin-fold", d: "M1 4l42 28L85 4" }]]],
};

function loginPicture(name, extra = "") {
  const [box, shapes] = LOGIN_PICTURES[name];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("class", `signin__picture ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}

PLACES.login = {
  /** A plan is what was put together, by no rule: drawn at once, so that a second press finds the step where it went. */
  reduce(state, { do: what, case: name, steps }) {
    const now = state.cases?.[name];
    return what === "plan" && now ? { ...state, cases: { ...state.cases, [name]: { ...now, plan: steps } } } : state;
  },
  build(place) {
    const { spec } = place;
    const strip = h("div", { class: "signin__cases" });
    const stage = h("div", {});
    const after = liveArea();
    const live = h("p", { class: "visually-hidden", role: "status" });
    const drafts = new Map(); // digits typed and not yet sent, never in the answer
    const hints = new Set(); // cases whose hint was asked for; for this visit only
    let moved = null; // where the person just did something: gets the focus when its control is gone
    let said = "";

    const caseOf = (name) => spec.cases.find((each) => each.id === name);
    const act = (action, where = null) => {
      moved = where;
      place.act({ case: place.state.open, ...action });
    };
    const button = (text, key, action, { look = "btn", where = "page", draw = null } = {}) => {
      const node = h("button", { class: look, type: "button", "data-key": key }, draw, text);
      node.addEventListener("click", () => act(action, where));
      return node;
    };

    /** Only invented codes are sent as they are: somebody might type a real one. */
    const harmless = (task, text) => {
      const invented = [task.card, task.phone].filter(Boolean).flatMap((each) => [each.codes, each.new]).filter(Boolean).flatMap(Object.values);
      return invented.includes(text) ? text : "*".repeat(text.length);
    };

    function keypad(task, on, name, digits, action, wrong = 0) {
      const draft = `${task.id}/${on}/${name}`;
      const id = uid("kods");
      const hint = uid("hint");
      const input = h("input", { class: "input signin__digits", id, type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 12, "aria-describedby": hint,
        value: drafts.get(draft) ?? "", "data-key": `${on}-digits` });
      const keep = () => { input.value = input.value.replace(/\D/g, "").slice(0, 12); drafts.set(draft, input.value); };
      input.addEventListener("input", keep);
      const key = (face, press) => {
        const node = h("button", { class: "signin__key", type: "button", "data-key": `${on}-key-${face}` }, face);
        node.addEventListener("click", () => { press(); keep(); });
        return node;
      };
      const digit = (face) => key(face, () => { input.value += face; });
      const form = h("form", { class: "signin__pin" },
        h("label", { for: id }, `Ievadi ${name} kodu`),
        h("p", { class: "hint", id: hint }, `${digits} cipari. Lieto mācību kodus, nevis savus īstos.`,
          wrong > 0 && wrong < LOGIN_TRIES && h("strong", { class: "signin__left" }, ` ${plural(LOGIN_TRIES - wrong, "Atlicis", "Atlikuši")} ${LOGIN_TRIES - wrong} ${plural(LOGIN_TRIES - wrong, "mēģinājums", "mēģinājumi")}.`)),
        input,
        h("div", { class: "signin__keys", role: "group", "aria-label": `${name}: cipari` }, ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(digit),
          key("Dzēst", () => { input.value = input.value.slice(0, -1); }), digit("0"),
          h("button", { class: "signin__key signin__key--go", type: "submit", "data-key": `${on}-go` }, "Labi")));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const text = input.value;
        if (!text) { input.focus(); return; }
        drafts.delete(draft);
        act({ ...action, text: harmless(task, text) }, on === "card" ? "page" : "phone");
      });
      return form;
    }

    const message = (now, ...where) => now.says && where.includes(now.says_at) && h("p", { class: "signin__says" }, icon("chat"), h("span", {}, now.says));
    const heading = (level, text, where) => h(level, { class: "signin__title", tabindex: "-1", "data-focus": where }, text);

    function browser(task, now, over) {
      const { page } = task;
      const sign = page.purpose === "sign";
      const address = page.address ?? spec.address;
      const bar = h("div", { class: "signin__bar" },
        h("span", { class: "signin__dots", "aria-hidden": "true" }, h("i", {}), h("i", {}), h("i", {})),
        h("p", { class: "signin__address" }, h("span", { class: "visually-hidden" }, "Adreses joslā: "), h("span", { class: "address" }, address)));
      const tools = !over && now.screen !== "closed" && h("div", { class: "signin__tools" },
        button("Salīdzināt adresi", "look", { do: "look" }, { look: "btn btn--small" }),
        button("Aizvērt lapu", "close", { do: "close" }, { look: "btn btn--small" }));
      return h("div", { class: "signin__browser", role: "group", "aria-label": "Lapa datorā" }, bar, tools,
        h("div", { class: "signin__page" }, now.screen === "closed"
          ? [heading("h4", "Lapa ir aizvērta", "page")]
          : [heading("h4", sign ? "Vienotā pieteikšanās: parakstīšana" : "Vienotā pieteikšanās", "page"),
            h("p", { class: "signin__what" }, sign ? "Dokuments: " : "Pakalpojums: ", h("strong", {}, page.what)),
            h("p", { class: "small soft" }, "Persona: izdomāts lietotājs, personas kods 000000-00000"),
            message(now, "page"), ...screen(task, now, over, sign)]));
    }

    function screen(task, now, over, sign) {
      const name = sign ? "PIN2" : "PIN1";
      if (now.screen === "done") {
        return [h("p", { class: "signin__in" }, icon("ok"), h("strong", {}, sign ? "Dokuments ir parakstīts" : "Tu esi savā kontā"))];
      }
      const waits = [h("p", {}, "Kontroles kods šajā lapā:"), h("p", { class: "signin__code" }, task.page.code),
        h("p", {}, over ? "Apstiprinājumu lapa nesaņēma." : "Gaidām apstiprinājumu tālrunī.", !over && h("span", { class: "signin__below" }, " Tālrunis ir zem šīs lapas."))];
      if (over) return now.screen === "phone" ? waits : [];
      if (now.screen === "choice") {
        return [h("p", {}, sign ? "Ar ko parakstīsi?" : "Kā gribi pieteikties?"),
          h("div", { class: "signin__means" }, task.page.means.map((means) => button(LOGIN_MEANS[means][1], `means-${means}`, { do: "means", means },
            { look: "signin__tile", draw: loginPicture(LOGIN_MEANS[means][0]) })))];
      }
      const back = button("Atpakaļ", "back", { do: "back" }, { look: "btn btn--small", draw: icon("back") });
      if (now.screen === "phone") {
        return [...waits, h("p", {}, back)];
      }
      const locked = now.wrong[sign ? "pin2" : "pin1"] >= 3;
      return [
        now.card_in && message(now, "card"),
        !now.card_in ? h("p", {}, "Ieliec eID karti lasītājā. Lasītājs ir zem šīs lapas.")
          : locked ? keypad(task, "card", "PUK", 8, { do: "puk" }) : keypad(task, "card", name, sign ? 6 : 4, { do: "pin", on: "card" }, now.wrong[sign ? "pin2" : "pin1"]),
        h("p", {}, back)];
    }

    function reader(task, now, over) {
      const codes = now.renewed ? task.card.new : task.card.codes;
      const asks = !over && now.card_in && now.screen === "card"; // then the page says it, where the digits are typed
      const line = (term, value) => [h("dt", {}, term), h("dd", { class: "address" }, value)];
      return h("div", { class: "signin__desk" },
        h("div", { class: "signin__reader", role: "group", "aria-label": "Karšu lasītājs" },
          loginPicture(now.card_in ? "readerFull" : "readerEmpty", "signin__picture--reader"),
          heading("h4", now.card_in ? "Karte ir lasītājā" : "Karte nav lasītājā", "card"), !asks && message(now, "card"),
          !over && button(now.card_in ? "Izņemt karti" : "Ielikt karti lasītājā", "card", { do: now.card_in ? "remove" : "insert" }, { where: "card" })),
        h("div", { class: "signin__papers", role: "group", "aria-label": "PIN aploksne" },
          heading("h4", codes ? "PIN aploksne" : "PIN aploksnes nav", "note"),
          codes && now.envelope
            ? h("div", { class: "signin__paper" }, h("p", { class: "small" }, "Mācību aploksne, kodi ir izdomāti"),
              h("dl", {}, line("PIN1", codes.pin1), line("PIN2", codes.pin2), line("PUK", codes.puk)))
            : codes ? loginPicture("envelope") : h("p", { class: "small" }, "Kodi ir aizmirsti, un aploksne nav atrodama."),
          message(now, "note"),
          !over && codes && button(now.envelope ? "Aizvērt aploksni" : "Atvērt aploksni", "envelope", { do: "envelope" }, { where: "note" }),
          !over && !now.renewed && button("Iet uz PMLP pēc jaunas aploksnes", "new-envelope", { do: "new_envelope" }, { look: "btn btn--small", where: "note" })));
    }

    function phone(task, now, over) {
      const clock = place.state.clocks[task.id];
      const codes = task.phone && (now.registered ? task.phone.new : task.phone.codes);
      return h("div", { class: "signin__hand" },
        h("div", { class: "signin__phone", role: "group", "aria-label": "Tālrunis" },
          h("p", { class: "signin__status small" }, h("span", {}, "Mācību tālrunis"), clock && (now.clock > 0 || clock.locked) && h("span", {}, clock.now)),
          h("div", { class: "signin__screen" }, task.call && caller(task, now, over), task.phone && app(task, now, over, clock))),
        codes && h("div", { class: "signin__paper signin__memory" }, h("p", { class: "small" }, "Tavi tālruņa lietotnes kodi (izdomāti)"),
          h("dl", {}, h("dt", {}, "PIN1"), h("dd", { class: "address" }, codes.pin1), h("dt", {}, "PIN2"), h("dd", { class: "address" }, codes.pin2))),
        task.phone && !codes && h("p", { class: "small" }, "Tālruņa lietotnes PIN kodi ir aizmirsti."));
    }

    function caller(task, now, over) {
      const { call } = task;
      const more = now.heard + 1 < call.says.length;
      return h("div", { class: "signin__call" },
        heading("h4", now.call === "on" ? "Tev zvana" : "Saruna ir beigusies", "call"),
        h("p", {}, icon("call"), " ", h("strong", {}, call.who)), h("p", { class: "small" }, call.number),
        h("div", { class: "signin__words" }, call.says.slice(0, now.heard + 1).map((text) => h("p", {}, `«${text}»`))),
        now.call !== "on" && message(now, "call"),
        !over && now.call === "on" && h("div", { class: "signin__choices" },
          more && button("Klausīties tālāk", "listen", { do: "listen" }, { where: "call" }),
          button("Beigt sarunu", "hang-up", { do: "hang_up" }, { where: "call" }),
          button(call.wants, "tell", { do: "tell" }, { where: "call" })));
    }

    function app(task, now, over, clock) {
      const title = (text) => heading("h4", text, "phone");
      const waiting = now.request === "waiting" && !over;
      if (waiting) {
        const asks = task.request.asks ?? (task.page?.purpose === "sign" ? "pin2" : "pin1");
        const name = asks.toUpperCase();
        return h("div", { class: "signin__app" }, title("Jauns pieprasījums"), message(now, "phone"),
          h("p", { class: "signin__request" }, task.request.text),
          h("p", {}, "Kontroles kods:"), h("p", { class: "signin__code" }, task.request.code ?? task.page.code),
          keypad(task, "phone", name, asks === "pin2" ? 5 : 4, { do: "pin", on: "phone" }, now.app_wrong),
          button("Atteikt", "refuse", { do: "refuse" }, { where: "phone" }));
      }
      const dead = clock.locked === "for_good";
      const register = !over && !now.registered && (dead || !task.phone.codes) &&
        button("Reģistrēt jaunu kontu", "register", { do: "register" }, { where: "phone" });
      if (clock.locked) {
        return h("div", { class: "signin__app" }, title(dead ? "Lietotne bloķēta pavisam" : "Lietotne bloķēta"), message(now, "phone"),
          !dead && !(now.says_at === "phone" && now.says.includes(clock.locked)) && h("p", {}, "Tā atkal strādās ", h("strong", {}, clock.locked), "."),
          !dead && !over && h("div", { class: "signin__choices" }, [[1, "1 stundu"], [3, "3 stundas"], [24, "24 stundas"]].map(([hours, words]) =>
            button(`Pagaidīt ${words}`, `wait-${hours}`, { do: "wait", hours }, { look: "btn btn--small", where: "phone", draw: icon("clock") }))),
          register);
      }
      const words = { confirmed: "Pieprasījums apstiprināts", refused: "Pieprasījums atteikts" }[now.request] ?? "Pieprasījumu nav";
      // What one agreed to or refused stays in sight: afterwards one wants to see what one overlooked.
      const answered = over && task.request && ["confirmed", "refused"].includes(now.request);
      return h("div", { class: "signin__app" }, title(words), message(now, "phone"),
        answered && [h("p", { class: "signin__request" }, task.request.text), h("p", {}, "Kontroles kods:"), h("p", { class: "signin__code" }, task.request.code ?? task.page.code)], register);
    }

    function plan(task, now, over, feedback) {
      const known = new Map(task.plan.pieces.map((piece) => [piece.id, piece.text]));
      const left = task.plan.pieces.filter((piece) => !now.plan.includes(piece.id));
      const change = (steps) => { moved = "plan"; place.act({ do: "plan", case: task.id, steps }, { instead: false }); };
      const why = (id) => {
        const mark = feedback?.marks?.[`${task.id}.${id}`];
        if (!mark) return null;
        const left = !now.plan.includes(id) && (mark.outcome === "wrong" ? { ...mark, outcome: "missed" } : { ...mark, why: `Plānā tas nepalīdzētu. ${mark.why}` });
        return partMark(left || mark, uid("kapec"));
      };
      const icons = (id, at) => {
        const move = (to, direction, word) => {
          const node = h("button", { class: "icon-btn", type: "button", disabled: to < 0 || to >= now.plan.length, "data-key": `${direction}-${id}`, "aria-label": `${known.get(id)}: ${word}` }, icon(direction));
          node.addEventListener("click", () => { const steps = [...now.plan]; steps.splice(at, 1); steps.splice(to, 0, id); change(steps); });
          return node;
        };
        const out = h("button", { class: "btn btn--small", type: "button", "data-key": `out-${id}`, "aria-label": `${known.get(id)}: izņemt no plāna` }, "Izņemt");
        out.addEventListener("click", () => change(now.plan.filter((each) => each !== id)));
        return h("span", { class: "order__move signin__move" }, move(at - 1, "up", "augstāk"), move(at + 1, "down", "zemāk"), out);
      };
      const add = (piece) => {
        const node = h("button", { class: "signin__add", type: "button", "data-key": `add-${piece.id}` }, h("span", { "aria-hidden": "true" }, "+"), h("span", {}, piece.text));
        node.addEventListener("click", () => change([...now.plan, piece.id]));
        return node;
      };
      return h("div", { class: "signin__plan" },
        h("div", { role: "group", "aria-label": "Ko varētu darīt" }, h("h4", {}, over ? "Plānā neieliki" : "Ko varētu darīt"),
          !over && h("p", { class: "hint" }, "Nospied soli, lai to ieliktu plānā. Der ne visi."),
          left.length ? h("ul", { class: "signin__list" }, left.map((piece) => h("li", {}, over ? h("p", {}, piece.text) : add(piece), why(piece.id)))) : h("p", {}, "Viss ir plānā.")),
        h("div", { role: "group", "aria-label": "Tavs plāns" }, heading("h4", "Tavs plāns", "plan"),
          now.plan.length ? h("ol", { class: "signin__steps" }, now.plan.map((id, at) => h("li", {}, h("p", {}, known.get(id)), !over && icons(id, at), why(id))))
            : h("p", { class: "soft" }, "Plāns vēl ir tukšs."),
          !place.scored && !over && button("Pārbaudīt plānu", "check", { do: "check_plan" }, { where: "plan" }),
          !place.scored && !over && !now.plan.length && message(now, "note")));
    }

    /** What to do next, for whoever is stuck; it ends nothing and is not kept. */
    function hinted(task) {
      const node = h("button", { class: "btn btn--small", type: "button", "data-key": "hint", "aria-expanded": String(hints.has(task.id)) }, hints.has(task.id) ? "Paslēpt padomu" : "Rādīt padomu");
      node.addEventListener("click", () => {
        if (!hints.delete(task.id)) hints.add(task.id);
        refresh();
        if (hints.has(task.id)) live.textContent = task.hint;
      });
      return node;
    }

    function cases() {
      if (spec.cases.length === 1) return [];
      const { open, finished } = place.state;
      return [h("ol", { class: "signin__strip" }, spec.cases.map((task, at) => {
        const done = finished.includes(task.id);
        const [picture, word] = LOGIN_HOW[place.feedbacks[task.id]?.outcome] ?? ["ok", ""];
        const how = word && place.feedbacks[task.id].outcome;
        const node = h("button", { class: `signin__no${how ? ` signin__no--${how}` : ""}`, type: "button", "data-key": `case-${task.id}`, "aria-current": task.id === open ? "step" : null,
          "aria-label": `${at + 1}. gadījums: ${task.title}${done ? `, izspēlēts${word && `: ${word}`}` : ""}` }, at + 1, done && icon(picture));
        node.addEventListener("click", () => act({ do: "open", case: task.id }));
        return h("li", {}, node);
      }))];
    }

    return {
      node: h("div", { class: "signin" }, strip, live, stage, after),
      refresh,
    };

    function refresh() {
      const { open, cases: all, over: closed } = place.state;
      const task = caseOf(open);
      const now = all?.[open];
      if (!task || !now) return;
      const over = closed.includes(open);
      const feedback = over && !place.scored ? place.feedbacks[open] : null;
      const at = spec.cases.indexOf(task);
      const next = spec.cases[at + 1];
      const held = stage.contains(document.activeElement) || after.contains(document.activeElement);
      redraw(strip, ...cases());
      redraw(stage,
        h("h3", { class: "signin__case", tabindex: "-1", "data-focus": "case" }, spec.cases.length > 1 && h("span", { class: "soft small" }, `${at + 1}. gadījums no ${spec.cases.length}`), task.title),
        h("p", { class: "signin__task" }, task.task),
        task.plan ? plan(task, now, over, feedback)
          : h("div", { class: "signin__stage" },
            task.page && h("div", { class: "signin__computer" }, browser(task, now, over), task.card && reader(task, now, over)),
            (task.phone || task.call) && phone(task, now, over)),
        !task.plan && !over && h("div", { class: "lideri-actions" },
          task.hint ? hinted(task) : button("Apstāties un prasīt padomu", "help", { do: "help" }, { look: "btn btn--small", where: "case" }),
          button("Sākt no jauna", "again", { do: "again" }, { look: "btn btn--small btn--quiet", where: "case" })),
        !over && hints.has(open) && h("p", { class: "signin__says" }, icon("chat"), h("span", {}, task.hint)));
      const box = feedback ? feedbackBox(feedback) : over ? h("p", { class: "signin__over" }, icon("ok"), h("strong", {}, LOGIN_CLOSED)) : null;
      const allDone = !next && !place.scored && spec.cases.length > 1 && spec.cases.every((each) => place.state.finished.includes(each.id));
      const mendable = task.plan && feedback && feedback.outcome !== "right";
      redraw(after, box, over && allDone && h("p", { class: "signin__over" }, icon("ok"), h("strong", {}, "Visi gadījumi ir izspēlēti. Vari turpināt nodaļu.")),
        over && h("div", { class: "lideri-actions" },
          mendable && button("Labot plānu", "mend", { do: "mend_plan" }, { look: "btn btn--primary", where: "plan" }),
          next && button("Nākamais gadījums", "next", { do: "open", case: next.id }, { look: `btn${mendable ? "" : " btn--primary"}`, where: "case" }),
          button("Sākt šo gadījumu no jauna", "over-again", { do: "again" }, { look: feedback?.outcome === "wrong" ? "btn" : "btn btn--quiet", where: "case" })));
      if (moved && held && !stage.contains(document.activeElement) && !after.contains(document.activeElement)) {
        const target = stage.querySelector(`[data-focus="${moved}"]`) ?? stage.querySelector('[data-focus="case"]');
        target?.focus();
        moved = null;
      }
      const text = `${open}/${now.says}`;
      if (text !== said) live.textContent = said && now.says ? now.says : "";
      said = text;
    }
  },
};
