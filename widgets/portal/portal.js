// «Mācību portāls»: clients at the desk, a made-up portal, and the map of the way taken.
// All rules are in lideri/practice/portal.py; this only draws the kernel's state.

PLACES.portal = {
  build(place) {
    const { spec } = place;
    const ROLES = { self: "privātpersona", company: "uzņēmuma pārstāvis", authorised: "pilnvarotā persona" };
    const ENTER = { self: "Klients pats – privātpersona", company: "Klients pats – uzņēmuma pārstāvis", authorised: "Es – pilnvarotā persona" };
    const STAGES = { sent: ["clock", "Iesniegts"], looked: ["half", "Izskata"], done: ["ok", "Izpildīts"], refused: ["stop", "Atteikts"], withdrawn: ["none", "Atsaukts"] };
    const MENU = [["services", "Pakalpojumi"], ["situations", "Ko darīt, ja…?"], ["mine", "Mana Latvija.lv"], ["eaddress", "E-adrese"]];
    const byId = (list) => new Map(list.map((each) => [each.id, each]));
    const services = byId(spec.services);
    const situations = byId(spec.situations);
    const tasks = byId(spec.tasks);
    const many = spec.tasks.length > 1;

    // ── actions ──
    const opened = {};
    let last = { text: "", at: 0 };
    let changed = false; // since the last check, whether or not the kernel has answered yet
    let moved = false; // the person asked for another page: its heading gets the keyboard
    const current = () => place.state.current ?? null;
    const desk = () => place.state.desks?.[current()];
    const seconds = () => {
      const id = current();
      const before = Math.max(0, ...(desk()?.trail ?? []).map((step) => step.t ?? 0));
      opened[id] ??= Date.now() - before * 1000;
      return Math.max(0, Math.round((Date.now() - opened[id]) / 1000));
    };
    /** A double click is one click. */
    const act = (action, how) => {
      const text = JSON.stringify(action);
      if (last.text === text && Date.now() - last.at < 500) return;
      last = { text, at: Date.now() };
      changed = action.do !== "check";
      place.act(["task", "check", "again"].includes(action.do) ? action : { ...action, t: seconds() }, how);
    };
    const go = (action) => { moved = true; act(action); };
    const button = (text, key, action, extra = "btn--small") => {
      const node = h("button", { class: `btn ${extra}`.trim(), type: "button", "data-key": key }, text);
      // Whoever goes out stays at the door: the next step is mostly to come in as somebody else.
      node.addEventListener("click", () => (action.do === "leave" ? act : go)(action));
      return node;
    };

    // ── who has come ──
    const clients = many ? h("ul", { class: "portal__clients" }, spec.tasks.map((task, number) => {
      const state = h("span", { class: "portal__clientstate" });
      const open = h("button", { class: "portal__client", type: "button", "data-task": task.id },
        h("b", {}, `${number + 1}. ${task.title}`), h("span", {}, task.client.name), state);
      open.addEventListener("click", () => { if (current() !== task.id) { delete opened[task.id]; moved = true; act({ do: "task", task: task.id }); } });
      return h("li", {}, open);
    })) : null;
    const desktop = h("div", { class: "portal__desk" });
    const node = h("div", { class: "portal" },
      many && h("h3", { class: "portal__heading" }, "Kas ir atnācis"), clients,
      many && h("p", { class: "hint portal__choose" }, "Izvēlies klientu, un viņa lieta atvērsies zemāk."), desktop);

    // ── the parts of one visit, built when its client is called ──
    let visit = null;
    function callClient(task) {
      const note = h("div", { class: "portal__note", role: "status" });
      const view = h("div", { class: "portal__view" });
      const who = h("div", { class: "portal__who" });
      const menu = MENU.map(([to, text]) => {
        const each = h("button", { class: "portal__menu", type: "button" }, text);
        each.addEventListener("click", () => go({ do: "go", to }));
        return { to, each };
      });
      const word = h("input", { class: "input", type: "search", id: uid("meklet"), maxlength: 200, autocomplete: "off" });
      const search = h("form", { class: "portal__search", role: "search", "aria-label": `Meklēšana portālā: ${task.title}` },
        h("label", { for: word.id }, "Ko meklēt?"),
        h("div", { class: "portal__searchrow" }, word, h("button", { class: "btn btn--small", type: "submit" }, "Meklēt")));
      search.addEventListener("submit", (event) => { event.preventDefault(); go({ do: "search", text: word.value }); });
      const home = h("button", { class: "portal__brand", type: "button" }, "Mācību portāls");
      home.addEventListener("click", () => go({ do: "go", to: "home" }));
      const talk = task.talk && talkPart(task);
      const live = liveArea();
      const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
      check.addEventListener("click", () => { if (changed || !desk()?.checked) act({ do: "check" }, { check: true }); });
      const again = h("button", { class: "btn btn--quiet", type: "button" }, "Sākt šo klientu no jauna");
      again.addEventListener("click", () => { delete opened[task.id]; word.value = ""; moved = true; act({ do: "again" }); });
      const heading = h("h3", { class: "portal__title", tabindex: "-1" }, task.title);
      fill(desktop,
        h("div", { class: "portal__story" }, heading,
          h("p", { class: "portal__name" }, h("b", {}, `${task.client.name}.`), ` ${task.client.means}`),
          h("blockquote", {}, task.story),
          h("p", {}, h("b", {}, "Uzdevums: "), task.ask),
          task.papers.length > 0 && h("p", { class: "small" }, h("b", {}, "Klienta datnes: "), task.papers.map((paper) => `${paper.text} (${decimal(paper.mb)} MB)`).join("; "))),
        talk && !talk.video && h("p", { class: "hint" }, `«${task.talk.title}» ir zem portāla. Vari runāt, kad vēlies.`),
        talk && talk.video && talk.node,
        talk && talk.video && h("p", { class: "hint" }, "Ja portāls te nav vajadzīgs, vari to izlaist."),
        h("div", { class: "portal__frame", role: "group", "aria-label": "Mācību portāls" },
          h("div", { class: "portal__top" }, home, who),
          h("nav", { class: "portal__nav", "aria-label": `Portāla izvēlne: ${task.title}` }, h("ul", {}, menu.map(({ each }) => h("li", {}, each)))),
          search, note, view),
        talk && !talk.video && talk.node,
        h("div", { class: "lideri-actions" }, !place.scored && check, again), live);
      return { task, heading, note, view, who, menu, talk, live, word, key: null, at: null };
    }

    // ── pages of the portal ──
    const chip = (piece) => piece.official ? null : h("span", { class: "portal__chip" }, "mācību piemērs");
    const serviceList = (ids) => h("ul", { class: "portal__list" }, ids.map((id) => services.get(id)).filter(Boolean).map((service) => {
      const open = h("button", { class: "portal__link", type: "button", "data-key": `s-${service.id}` }, service.title);
      open.addEventListener("click", () => go({ do: "service", service: service.id }));
      return h("li", {}, open, chip(service), h("p", {}, h("b", {}, service.institution), ` – ${service.about}`));
    }));
    const situationList = (ids) => h("ul", { class: "portal__list" }, ids.map((id) => situations.get(id)).filter(Boolean).map((situation) => {
      const open = h("button", { class: "portal__link", type: "button", "data-key": `d-${situation.id}` }, situation.title);
      open.addEventListener("click", () => go({ do: "situation", situation: situation.id }));
      return h("li", {}, open, chip(situation), h("p", {}, situation.about));
    }));
    const title = (text, ...more) => h("h4", { class: "portal__pagetitle", tabindex: "-1", "data-focus": true }, text, ...more);

    const PAGES = {
      home: () => [title("Sākumlapa"), h("p", {}, "Meklē ar saviem vārdiem vai sāc ar dzīves situāciju."),
        h("div", { class: "lideri-actions" }, button(`Visi pakalpojumi (${spec.services.length})`, "visi", { do: "go", to: "services" }),
          spec.situations.length > 0 && button("Ko darīt, ja…?", "situacijas", { do: "go", to: "situations" }))],
      services: () => [title("Pakalpojumi"),
        serviceList([...spec.services].sort((a, b) => a.title.localeCompare(b.title, "lv")).map((service) => service.id))],
      situations: () => [title("Ko darīt, ja…?"), spec.situations.length ? situationList(spec.situations.map((each) => each.id)) : h("p", {}, "Šajā uzdevumā dzīves situāciju nav. Meklē pakalpojumu.")],
      results: (now) => {
        const count = now.found.length;
        return [title(count ? `Meklēts «${now.query}»: ${count} ${plural(count, "pakalpojums", "pakalpojumi")}` : `«${now.query}»: nekas nav atrasts`),
          !count && [h("p", {}, "Pamēģini citu, īsāku vārdu vai pārskati sarakstu: dažam vajadzīgajam sava pakalpojuma nav."), h("div", { class: "lideri-actions" }, button(`Visi pakalpojumi (${spec.services.length})`, "visi", { do: "go", to: "services" }))],
          now.found_situations.length > 0 && [h("h5", { class: "portal__sub" }, "Dzīves situācijas"), situationList(now.found_situations)],
          count > 0 && [h("h5", { class: "portal__sub" }, "Pakalpojumi"), serviceList(now.found)]].flat();
      },
      situation: (now) => {
        const situation = situations.get(now.at);
        return [title(situation.title, chip(situation)), h("p", {}, situation.about),
          situation.steps.map((step, number) => h("details", { class: "portal__step", open: number === 0 },
            h("summary", {}, `${number + 1}. ${step.title}`), h("p", {}, step.text),
            step.services.some((id) => services.has(id)) && [h("p", { class: "portal__sub" }, "Saistītie pakalpojumi"), serviceList(step.services)]))].flat();
      },
      service: (now) => {
        const service = services.get(now.at);
        const row = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
        const person = service.opens === "person";
        return [title(service.title, chip(service)), h("p", {}, service.about),
          h("dl", { class: "portal__facts" }, row("Iestāde", service.institution), row("Informācija atjaunota", service.updated),
            row("Saņēmēji", service.recipients), row("Autentifikācijas līmenis", service.level),
            !person && row("Kas var pieprasīt", service.roles.map((role) => ROLES[role]).join(", "))),
          h("h5", { class: "portal__sub" }, "Procesa apraksts"), h("ol", {}, service.steps.map((step) => h("li", {}, step))),
          service.know.length > 0 && [h("h5", { class: "portal__sub" }, "Kas jāzina"), h("ul", {}, service.know.map((each) => h("li", {}, each)))],
          person ? h("p", { class: "portal__aside" }, service.opens_text) : button("Pieprasīt pakalpojumu", "pieprasit", { do: "request", service: service.id }, "btn--primary")].flat();
      },
      enter: () => [title("Kurš ienāk portālā?"), h("p", {}, "Savus kodus katrs ievada pats."),
        h("div", { class: "portal__roles" }, Object.entries(ENTER).map(([role, text]) => button(text, `loma-${role}`, { do: "enter", role }, "")))],
      mine: (now) => {
        if (!now.role) return [title("Mana Latvija.lv"), h("p", {}, "Lai redzētu pieteiktos pakalpojumus, jāienāk portālā."), button("Ienākt", "ienakt-mana", { do: "go", to: "enter" })];
        const going = now.applications.some((each) => each.stage === "sent" || each.stage === "looked");
        return [title("Mana Latvija.lv"), h("p", {}, `Loma: ${ROLES[now.role]}.`), h("h5", { class: "portal__sub" }, "Pieteiktie pakalpojumi"),
          now.applications.length ? h("ul", { class: "portal__list" }, now.applications.map((each, number) => {
            const service = services.get(each.service);
            const [picture, word] = STAGES[each.stage];
            return h("li", {}, h("b", {}, service.title), h("p", {}, `${service.institution}. Loma: ${ROLES[each.role]}.`),
              h("p", { class: `portal__stage portal__stage--${each.stage}` }, icon(picture), h("b", {}, word)),
              each.stage === "refused" && service.after_text && h("p", {}, service.after_text),
              (each.stage === "sent" || each.stage === "looked") && button("Atsaukt pieteikumu", `atsaukt-${number}`, { do: "withdraw", application: number }));
          })) : h("p", {}, "Vēl nekas nav pieteikts."),
          going && h("div", { class: "lideri-actions" }, button("Pagaidīt dažas dienas", "gaidit", { do: "wait" }))];
      },
      eaddress: () => [title("E-adrese"), h("p", {}, "Šajā mācību portālā pastkastītes nav: e-adresi izmēģini 5. modulī."),
        h("p", {}, "Ja iestādei jāraksta par lietu, kurai sava pakalpojuma nav, meklē iesniegumu iestādei.")],
      form: (now) => formPage(now, services.get(now.at)),
    };

    function formPage(now, service) {
      const draft = now.drafts[service.id] ?? { accepted: false, fields: {}, files: [] };
      const texts = [];
      const accept = h("input", { type: "checkbox", checked: draft.accepted });
      accept.addEventListener("change", () => act({ do: "accept", on: accept.checked }));
      const rows = service.fields.map((line) => {
        if (line.kind === "choice") {
          const group = radioGroup(line.label, line.options, draft.fields[line.id], (value) => act({ do: "fill", field: line.id, value }));
          if (line.hint) group.querySelector("legend").after(h("p", { class: "hint" }, line.hint));
          return group;
        }
        const hint = line.hint && uid("hint");
        const input = h("input", { class: "input", type: "text", id: uid("lauks"), maxlength: 200, autocomplete: "off", value: draft.fields[line.id] ?? "", "aria-describedby": hint || null });
        const tell = () => { if (input.value !== input.told) { input.told = input.value; act({ do: "fill", field: line.id, value: input.value }); } };
        input.told = input.value;
        input.addEventListener("change", tell);
        texts.push(tell);
        return h("div", { class: "field" }, h("label", { for: input.id }, line.label), hint && h("p", { class: "hint", id: hint }, line.hint), input);
      });
      const papers = service.max_files > 0 && visit.task.papers.length > 0 ? visit.task.papers : [];
      const files = papers.map((paper) => {
        const each = h("button", { class: "btn btn--small portal__file", type: "button" });
        each.addEventListener("click", () => go({ do: "attach", file: paper.id }));
        return { paper, each };
      });
      const form = h("form", { class: "portal__form" },
        service.terms.length > 0 && h("div", { class: "portal__terms" }, h("h5", { class: "portal__sub" }, "Lietošanas noteikumi"),
          h("ul", {}, service.terms.map((term) => h("li", {}, term))),
          h("label", { class: "choice" }, accept, h("span", {}, "Iepazinos ar norādīto informāciju"))),
        rows,
        files.length > 0 && h("fieldset", { class: "question" }, h("legend", {}, `Pielikumi (līdz ${service.max_files} datnēm, katra līdz ${service.max_mb} MB)`),
          h("ul", { class: "portal__files" }, files.map(({ each }) => h("li", {}, each)))),
        h("div", { class: "lideri-actions" }, h("button", { class: "btn btn--primary", type: "submit" }, "Iesniegt"),
          button("Atpakaļ uz pakalpojumu", "atpakal", { do: "service", service: service.id }, "btn--quiet")));
      form.addEventListener("submit", (event) => { event.preventDefault(); texts.forEach((tell) => tell()); go({ do: "submit" }); });
      visit.sync = () => {
        const kept = desk().drafts[service.id]?.files ?? [];
        for (const { paper, each } of files) {
          const on = kept.includes(paper.id);
          each.setAttribute("aria-pressed", String(on));
          fill(each, icon(on ? "ok" : "none"), `${on ? "Pievienots" : "Pievienot"}: ${paper.text} (${decimal(paper.mb)} MB)`);
        }
      };
      return [title(service.title), h("p", {}, `${service.institution}. Loma: ${ROLES[now.role] ?? "vēl nav izvēlēta"}.`),
        service.opens_text && h("p", { class: "portal__aside" }, service.opens_text), form];
    }

    // ── the talk ──
    function talkPart(task) {
      const said = (step) => desk()?.said?.[step.id] ?? [];
      const passed = new Set();
      const refreshTalk = () => { let open = true; for (const each of steps) open = each.refresh(open); };
      const steps = task.talk.steps.map((step) => {
        const reply = h("p", { class: "portal__reply", "aria-live": "polite" });
        let group;
        let sync = () => {};
        let onward = null; // several ticks: the next question waits until the person says that this is all
        if (step.many) {
          const rows = step.options.map((option) => {
            const input = h("input", { type: "checkbox" });
            input.addEventListener("change", () => act({ do: "say", step: step.id, option: option.id }));
            return { option, input, label: h("label", { class: "choice" }, input, h("span", {}, option.text)) };
          });
          group = h("fieldset", { class: "question" }, h("legend", {}, step.ask), rows.map(({ label }) => label));
          onward = step === task.talk.steps.at(-1) ? null : h("button", { class: "btn btn--small", type: "button" }, "Gatavs, tālāk");
          onward?.addEventListener("click", () => { passed.add(step.id); refreshTalk(); host.nextElementSibling?.querySelector("input")?.focus(); });
          let known = null; // a tick stands until the kernel says otherwise
          sync = () => {
            const now = said(step).join();
            if (now !== known) rows.forEach(({ option, input }) => { input.checked = said(step).includes(option.id); });
            known = now;
            rows.forEach(({ input, label }) => label.classList.toggle("choice--on", input.checked));
          };
        } else {
          group = radioGroup(step.ask, step.options, said(step)[0], (option) => act({ do: "say", step: step.id, option }));
          let known = said(step)[0]; // as above; a client begun anew has said nothing
          sync = () => {
            const now = said(step)[0];
            if (now !== known) for (const input of group.querySelectorAll("input")) {
              input.checked = input.value === now;
              input.closest(".choice").classList.toggle("choice--on", input.checked);
            }
            known = now;
          };
        }
        const host = h("li", {}, step.says && h("p", { class: "portal__says" }, h("b", {}, `${step.who}: `), step.says), group, onward && h("div", { class: "lideri-actions" }, onward), reply);
        return { step, host, refresh(before) {
          host.hidden = !before;
          sync();
          const talkedOn = task.talk.steps.slice(task.talk.steps.indexOf(step) + 1).some((later) => said(later).length > 0);
          const goesOn = !onward || passed.has(step.id) || talkedOn;
          if (onward) onward.hidden = goesOn || !said(step).length;
          const text = said(step).map((id) => step.options.find((option) => option.id === id)?.reply).filter(Boolean).join(" ");
          if (reply.textContent !== text) reply.textContent = text;
          return before && said(step).length > 0 && goesOn;
        } };
      });
      const picture = task.talk.video && h("div", { class: "portal__video" }, person(), h("p", {}, h("b", {}, task.talk.expert), " ekrānā. Savienojums ir izspēlēts: īsta zvana nav."));
      const head = uid("saruna");
      return {
        video: task.talk.video,
        node: h("div", { class: "portal__talk", role: "group", "aria-labelledby": head }, h("h4", { id: head }, task.talk.title), picture, h("ol", { class: "portal__steps" }, steps.map(({ host }) => host))),
        refresh: refreshTalk,
      };
    }
    function person() {
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", "0 0 120 80");
      svg.setAttribute("class", "portal__person");
      svg.setAttribute("aria-hidden", "true");
      for (const [tag, attributes] of [["rect", { x: 2, y: 2, width: 116, height: 76, rx: 6 }], ["circle", { cx: 60, cy: 32, r: 14 }], ["path", { d: "M30 78c0-18 12-27 30-27s30 9 30 27" }]]) {
        const shape = document.createElementNS(SVG, tag);
        for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
        svg.append(shape);
      }
      return svg;
    }

    // ── what was reached, and the map of the way taken ──
    const goalLine = (mark) => {
      const done = mark.outcome === "right";
      return h("li", { class: `part-why part-why--${done ? "right" : "partly"}` }, icon(done ? "ok" : "none"),
        h("span", {}, h("strong", {}, done ? "Izdarīts" : "Vēl nav izdarīts"), `. ${mark.why}`));
    };
    const clockText = (t) => t === null || t === undefined ? "–" : t < 60 ? `${t} s` : `${Math.floor(t / 60)} min ${t % 60} s`;
    function drawMap(feedback, trail) {
      const way = trail.map((step, place) => {
        const mark = feedback.marks[`way:${place}`];
        return { ...step, text: mark?.why ?? step.text, aside: mark?.outcome === "wrong" };
      });
      const short = Object.keys(feedback.marks).filter((key) => key.startsWith("short:")).map((key) => feedback.marks[key].why);
      if (!way.length || !short.length) return null;
      const first = way.findIndex((step) => step.aside);
      const summary = feedback.body.join(" ");
      return h("div", { class: "portal__map", role: "group", "aria-label": "Tava ceļa karte" }, h("h4", {}, "Tava ceļa karte"),
        h("div", { class: "portal__maprow" }, mapPicture(way, short, first, summary),
          h("div", { class: "portal__tables" },
            h("table", { class: "portal__way" }, h("caption", {}, "Tavs ceļš"),
              h("thead", {}, h("tr", {}, ["Nr.", "Solis", "Laiks"].map((text) => h("th", { scope: "col" }, text)))),
              h("tbody", {}, way.map((step, place) => h("tr", { class: step.aside ? "is-aside" : null }, h("td", {}, `${place + 1}.`),
                h("td", {}, step.text, step.aside && h("span", { class: "portal__asidemark" }, place === first ? " ◆ līkums; te tas sākās" : " ◆ līkums")),
                h("td", {}, clockText(step.t)))))),
            h("details", { open: true }, h("summary", {}, `Īsākais ceļš: ${short.length} ${plural(short.length, "solis", "soļi")}`), h("ol", {}, short.map((text) => h("li", {}, text)))))));
    }
    function mapPicture(way, short, first, summary) {
      const step = 30;
      const height = 40 + Math.max(way.length, short.length) * step;
      const svg = document.createElementNS(SVG, "svg");
      const put = (tag, attributes, text) => {
        const shape = document.createElementNS(SVG, tag);
        for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
        if (text !== undefined) shape.textContent = text;
        svg.append(shape);
      };
      for (const [name, value] of Object.entries({ viewBox: `0 0 230 ${height}`, class: "portal__picture", role: "img", "aria-label": `Ceļa karte. ${summary} Tie paši soļi ir tabulā.` })) svg.setAttribute(name, value);
      const y = (place) => 44 + place * step;
      const x = (each) => each.aside ? 190 : 125;
      put("text", { x: 40, y: 16, class: "portal__lane" }, "Īsākais");
      put("text", { x: 125, y: 16, class: "portal__lane" }, "Tavs");
      if (first >= 0) put("text", { x: 190, y: 16, class: "portal__lane" }, "Līkums");
      put("polyline", { points: short.map((_, place) => `40,${y(place)}`).join(" "), class: "portal__line portal__line--short" });
      put("polyline", { points: way.map((each, place) => `${x(each)},${y(place)}`).join(" "), class: "portal__line" });
      const dot = (cx, cy, number, aside) => {
        if (aside) put("path", { d: `M${cx} ${cy - 14}l14 14-14 14-14-14z`, class: "portal__dot portal__dot--aside" });
        else put("circle", { cx, cy, r: 11, class: "portal__dot" });
        put("text", { x: cx, y: cy + 4, class: `portal__no${aside ? " portal__no--aside" : ""}` }, number);
      };
      short.forEach((_, place) => dot(40, y(place), place + 1, false));
      way.forEach((each, place) => dot(x(each), y(place), place + 1, each.aside));
      return svg;
    }

    // ── drawing ──
    function refresh() {
      const id = current();
      for (const each of clients?.querySelectorAll("[data-task]") ?? []) {
        const about = place.state.desks?.[each.dataset.task];
        if (each.dataset.task === id) each.setAttribute("aria-current", "true"); else each.removeAttribute("aria-current");
        each.querySelector(".portal__clientstate").textContent = about?.tries ? "izspēlēts" : about ? "iesākts" : "vēl gaida";
      }
      const now = desk();
      node.querySelector(".portal__choose")?.toggleAttribute("hidden", Boolean(now));
      if (!now) { fill(desktop); visit = null; return; }
      const called = visit?.task.id !== id;
      if (called) visit = callClient(tasks.get(id));
      if (visit.role !== now.role) {
        visit.role = now.role;
        redraw(visit.who, h("span", {}, now.role ? `Portālā: ${ROLES[now.role]}` : "Portālā neviens nav ienācis"),
          now.role ? button("Iziet", "durvis", { do: "leave" }) : button("Ienākt", "durvis", { do: "go", to: "enter" }));
      }
      visit.menu.forEach(({ to, each }) => { if (now.page === to) each.setAttribute("aria-current", "page"); else each.removeAttribute("aria-current"); });
      const key = JSON.stringify([now.page, now.at, now.role, now.page === "results" && [now.query, now.found], now.page === "mine" && now.applications]);
      const drawn = key !== visit.key;
      if (drawn) {
        const another = visit.at !== `${now.page}/${now.at}`;
        visit.sync = null;
        redraw(visit.view, ...PAGES[now.page](now).flat().filter(Boolean));
        if (moved && !called && (another || !visit.view.contains(document.activeElement))) visit.view.querySelector("[data-focus]")?.focus();
        visit.key = key;
        visit.at = `${now.page}/${now.at}`;
      }
      if (called && moved) {
        visit.heading.focus();
        visit.heading.parentElement.scrollIntoView({ block: "nearest" }); // the whole story, not its first line
      }
      visit.sync?.();
      const told = visit.note.textContent !== now.note;
      if (told) fill(visit.note, now.note && h("p", { class: `portal__notetext portal__notetext--${now.tone || "info"}`, tabindex: "-1" }, icon(now.tone === "stop" ? "stop" : now.tone === "ok" ? "ok" : "ask"), h("span", {}, now.note)));
      // What stops a person is above the form: the eye and the keyboard are taken there.
      if (moved && told && now.tone === "stop") { visit.note.firstChild.focus(); moved = false; }
      visit.talk?.refresh();
      if (drawn || called) moved = false;
      const feedback = now.checked ? place.feedbacks[id] : null;
      const shown = feedback ? JSON.stringify(feedback) : "";
      if (visit.shownFeedback !== shown) {
        visit.shownFeedback = shown;
        const goals = Object.entries(feedback?.marks ?? {}).filter(([name]) => !/^(way|short):/.test(name));
        fill(visit.live, feedback && feedbackBox(feedback),
          feedback && goals.length > 0 && h("ul", { class: "portal__goals" }, goals.map(([, mark]) => goalLine(mark))),
          feedback && drawMap(feedback, now.trail));
      }
    }
    return { node, refresh };
  },
};
