// «E-adreses mācību pastkaste». All rules are the kernel's; what came of an action stands in `state.said`.

// Not shown in a scored task: other items of the same form ask for these rules.
const E_ADDRESS_TERMS = [
  "E-adresei piekļūst tikai ar kvalificētu identifikācijas līdzekli.",
  "Kad e-adrese ir aktīva, iestādes vēstules sūta tikai šurp.",
  "Vēstuli uzskata par paziņotu otrajā darba dienā pēc nosūtīšanas, arī ja to neatver.",
  "Iedzīvotājs e-adresi jebkurā brīdī var deaktivizēt.",
];

PLACES.e_address = {
  /** Only what a person just set by hand, so that it never jumps back while the kernel is asked; the rest waits for it.
   *  What was said of the action before ends with every action. */
  reduce(state, action) {
    const next = { ...state, said: "" };
    if (action.do === "terms") return { ...next, terms: action.on };
    if (action.do !== "draft" || !state.draft) return next;
    const { do: _, ...fields } = action;
    return { ...next, draft: { ...state.draft, ...fields } };
  },

  build(place) {
    const { spec } = place;
    const names = new Map([...spec.correspondents, ...spec.files, ...spec.people].map((each) => [each.id, each.name]));
    const state = () => place.state;
    let view = "letters";
    let means = null;
    let asking = null; // what has to be confirmed: "restart" or "deactivate"
    let quiet = true; // what was said before the page was opened, or in another part, is not said again
    let atEmail = false; // `said` belongs to the field of the e-mail
    let looked = null; // what of `said` was brought into sight already

    const parts = new Map();
    const tasks = h("ol", { class: "e-address__tasks" }, spec.tasks.map((task) => {
      const mark = h("span", {});
      parts.set(task.id, mark);
      return h("li", {}, task.text, mark);
    }));
    /** Not done yet is not wrong: own words instead of the judge's. */
    const showMarks = (marks) => parts.forEach((host, id) => {
      const done = marks?.[id]?.outcome === "right";
      fill(host, marks?.[id] && h("span", { class: `part-why part-why--${done ? "right" : "partly"}` }, icon(done ? "ok" : "none"),
        h("span", {}, h("strong", {}, done ? "Izdarīts" : "Vēl nav izdarīts"), `. ${marks[id].why}`)));
    });
    const status = h("p", { class: "e-address__status" });
    const inside = h("div", {});
    const said = h("div", { role: "status", class: "e-address__said" });
    const verdict = liveArea();
    const ends = h("div", { class: "lideri-actions" });

    const letters = eAddressLetters(place, names, (letter) => { view = "write"; drafts.wanted = true; place.act({ do: "answer", letter }); });
    const drafts = eAddressDraft(place, names);
    const settings = eAddressSettings(place, () => { atEmail = true; }, drawDeactivate);
    const tabs = [["letters", "Vēstules"], ["write", "Rakstīt"], ["settings", "Iestatījumi"], spec.people.length && ["people", "Piekļuve citam"]].filter(Boolean);
    const bar = h("div", { role: "group", "aria-label": "E-adreses sadaļas" });
    const panel = h("div", { class: "e-address__panel" });
    const title = uid("ko-izdarit");
    const node = h("div", { class: "e-address" },
      h("div", { role: "group", "aria-labelledby": title }, h("h3", { id: title }, "Ko izdarīt"), tasks),
      h("div", { class: "e-address__box", role: "group", "aria-label": `E-adrese: ${spec.owner}` }, h("div", { class: "e-address__head" }, h("p", {}, h("strong", {}, "E-adrese: "), spec.owner), status), inside, said),
      ends, verdict);
    return { node, refresh };

    function button(text, act, { key = text, kind = "" } = {}) {
      return h("button", { class: `btn ${kind}`, type: "button", "data-key": key, on: { click: act } }, text);
    }
    function go(to) { view = to; asking = null; quiet = true; settings.forget(); refresh(); panel.querySelector("h4")?.focus(); }

    /** Draws anew; when the control that was used is gone, the keyboard goes to the heading of what stands there now. */
    function drawn(where, ...children) {
      const inIt = where.contains(document.activeElement);
      redraw(where, ...children);
      if (inIt && !where.contains(document.activeElement)) where.querySelector("h4")?.focus();
    }

    function refresh() {
      const now = state();
      const active = now.active ?? spec.start.active;
      fill(status, icon(active ? "ok" : "none"), h("span", {}, active ? "aktīva" : "nav aktīva"));
      if (active) showBox(now); else showBegin(now);
      if (!now.said) { quiet = false; atEmail = false; }
      const text = quiet ? "" : now.said ?? "";
      eAddressSaid(said, atEmail ? "" : text, now.went);
      settings.say(atEmail ? text : "", now.went);
      if (text && text !== looked) (atEmail ? settings.said : said).scrollIntoView?.({ block: "nearest" });
      looked = text;
      const sure = asking === "restart";
      drawn(ends, !place.scored && !sure && button("Pārbaudīt", () => { if (!state().checked) place.act({ do: "check" }, { check: true }); }),
        sure && h("p", { class: "e-address__sure" }, "Viss te izdarītais pazudīs. Sākt no sākuma?"),
        sure && button("Jā, no sākuma", () => { asking = null; view = "letters"; means = null; settings.forget(); place.act({ do: "restart" }); refresh(); }, { key: "sakums" }),
        sure && button("Nē", () => { asking = null; refresh(); }, { kind: "btn--quiet", key: "ne" }),
        !sure && button("Sākt no sākuma", () => { asking = "restart"; refresh(); }, { kind: "btn--quiet", key: "sakums" }));
      const feedback = now.checked ? place.feedbacks.tasks : null;
      fill(verdict, feedback && feedbackBox(feedback));
      showMarks(feedback?.marks);
    }

    function showBegin(now) {
      const group = radioGroup("Ar ko pieteikties?", spec.means, now.means ?? means, (chosen) => { means = chosen; });
      [...group.querySelectorAll("input")].forEach((input) => { input.dataset.key = `lidzeklis-${input.value}`; });
      const terms = h("input", { type: "checkbox", checked: Boolean(now.terms), "data-key": "noteikumi", on: { change: (event) => place.act({ do: "terms", on: event.target.checked }) } });
      drawn(inside, h("h4", { tabindex: "-1" }, now.means ? "Sākt lietot e-adresi" : "Pieteikties"),
        !now.means && [group, button("Pieteikties", () => { if (means) place.act({ do: "sign_in", means }); else fill(said, h("p", { class: "hint" }, "Vispirms izvēlies, ar ko pieteikties.")); })],
        now.means && [h("p", {}, place.scored ? "Mācību noteikumi te nav izrakstīti. Īstajā portālā tos vispirms izlasa." : "Mācību noteikumi īsumā:"),
          !place.scored && h("ul", {}, E_ADDRESS_TERMS.map((each) => h("li", {}, each))),
          h("label", { class: "choice" }, terms, h("span", {}, "Noteikumi ir izlasīti, un es tiem piekrītu")),
          button("Sākt lietot e-adresi", () => place.act({ do: "activate" }))]);
    }

    function showBox(now) {
      const opened = !inside.contains(panel) && inside.contains(document.activeElement);
      if (!inside.contains(panel)) fill(inside, bar, panel);
      const unread = spec.letters.length - (now.read ?? []).length;
      drawn(bar, h("ul", { class: "e-address__tabs" }, tabs.map(([id, text]) => {
        const more = id === "letters" && unread ? ` (${unread} ${plural(unread, "jauna", "jaunas")})` : id === "write" && now.draft ? " (melnraksts)" : "";
        const tab = button(text + more, () => go(id), { key: id, kind: "btn--small e-address__tab" });
        if (id === view) tab.setAttribute("aria-current", "true");
        return h("li", {}, tab);
      })));
      const shown = { letters, write: drafts, settings, people: { draw: drawPeople } }[view];
      if (shown.node) {
        if (!panel.contains(shown.node)) fill(panel, shown.node);
        shown.refresh();
      } else shown.draw(now);
      if (opened) panel.querySelector("h4")?.focus();
    }

    function drawDeactivate(where) {
      const sure = asking === "deactivate";
      drawn(where, h("h4", { tabindex: "-1", class: "e-address__next" }, "Deaktivizēt e-adresi"),
        !place.scored && h("p", {}, "Pēc tam vēstules e-adresē vairs nepienāks; iestādes paziņos parastajā kārtībā."),
        sure ? h("div", { class: "lideri-actions" }, h("p", { class: "e-address__sure" }, "Tiešām deaktivizēt?"),
          button("Jā, deaktivizēt", () => { asking = null; view = "letters"; place.act({ do: "deactivate" }); refresh(); }, { key: "deaktivizet" }),
          button("Nē", () => { asking = null; refresh(); }, { kind: "btn--quiet", key: "nedeaktivizet" }))
          : button("Deaktivizēt", () => { asking = "deactivate"; refresh(); }, { key: "deaktivizet" }));
    }

    function drawPeople(now) {
      const scope = (id) => spec.scopes.find((each) => each.id === id);
      drawn(panel, h("h4", { tabindex: "-1" }, "Kam ir piekļuve"),
        !place.scored && h("p", {}, "Īpašnieks norāda cilvēka vārdu, uzvārdu un personas kodu un izvēlas, ko tas drīkst: apskatīt vai sūtīt."),
        spec.people.map((person) => {
          const has = now.rights?.[person.id];
          return h("div", { class: "e-address__person", role: "group", "aria-label": person.name },
            h("p", {}, h("strong", {}, person.name), ", ", h("span", { class: "nowrap" }, person.code), h("br", {}), h("span", { class: "soft" }, person.about)),
            h("p", { class: "e-address__right" }, icon(has ? "ok" : "none"), h("span", {}, has ? `Drīkst ${scope(has).text}` : "Piekļuves nav")),
            h("div", { class: "lideri-actions" }, spec.scopes.filter((each) => each.id !== has).map((each) =>
              button(`Atļaut ${each.text}`, () => place.act({ do: "grant", person: person.id, scope: each.id }), { key: `${person.id}-${each.id}`, kind: "btn--small" })),
              has && button("Skatīt, ko drīkst", () => place.act({ do: "look", person: person.id }), { key: `${person.id}-skatit`, kind: "btn--small" }),
              has && button("Atsaukt", () => place.act({ do: "revoke", person: person.id }), { key: `${person.id}-atsaukt`, kind: "btn--small" })),
            now.looking === person.id && has && h("div", { class: "e-address__may", role: "status" }, h("p", {}, `Ko ${person.name} drīkst šajā e-adresē:`),
              h("ul", {}, scope(has).may.map((text) => h("li", {}, text)))));
        }));
    }
  },
};

/** A message in its place. The place itself stays, so that what comes into it is read aloud. */
function eAddressSaid(where, text, went) {
  if (where.textContent === text) return;
  fill(where, text && h("p", { class: went ? "e-address__went" : "e-address__stopped" }, icon(went ? "ok" : "warn"), h("span", {}, text)));
}

/** The e-mail for notices, its message right below it, and the end of the e-address. Built once; what is typed stays. */
function eAddressSettings(place, onSave, drawEnd) {
  const { spec } = place;
  const id = uid("epasts");
  const said = h("div", { role: "status", class: "e-address__said", id: uid("epasts-zina") });
  const input = h("input", { class: "input", id, type: "text", inputmode: "email", autocomplete: "off", maxlength: 120 });
  const end = h("div", {});
  let typed = false; // what stands in the field is not saved
  const save = () => { place.act({ do: "notify", email: input.value }); onSave(); };
  input.addEventListener("input", () => { typed = true; });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); save(); } });
  const node = h("div", {}, h("h4", { tabindex: "-1" }, "E-pasts paziņojumiem"),
    !place.scored && h("p", {}, "Uz šo e-pastu atnāks tikai ziņa, ka e-adresē ir jauna vēstule, nevis pati vēstule."),
    h("div", { class: "e-address__field" }, h("label", { for: id }, "E-pasta adrese"), input, said),
    h("button", { class: "btn", type: "button", on: { click: save } }, "Saglabāt"), end);
  return {
    node, said,
    forget() { typed = false; },
    refresh() {
      const saved = place.state.email ?? spec.start.email;
      if (input.value.trim() === saved) typed = false;
      if (!typed && input.value !== saved) input.value = saved;
      drawEnd(end);
    },
    /** An address that does not do: the keyboard goes back to it, and the field says why. */
    say(text, went) {
      const wrong = Boolean(text) && !went;
      const fresh = wrong && said.textContent !== text;
      eAddressSaid(said, text, went);
      for (const [name, value] of [["aria-describedby", text && said.id], ["aria-invalid", wrong && "true"]]) {
        if (value) input.setAttribute(name, value); else input.removeAttribute(name);
      }
      if (fresh && node.contains(document.activeElement)) input.focus();
    },
  };
}

/** Letters that came, what was sent, and the one that is open. */
function eAddressLetters(place, names, onAnswer) {
  const { spec } = place;
  const entries = spec.letters.map((letter) => {
    const state = h("span", { class: "mail__state" });
    const button = h("button", { class: "mail", type: "button" }, icon("mail"), h("span", { class: "mail__from" }, letter.from), h("span", { class: "mail__subject" }, letter.subject), state);
    button.addEventListener("click", () => open(letter, button));
    return { letter, button, state };
  });
  const panes = twoPane({ listLabel: `Saņemtās (${entries.length})`, backText: "Atpakaļ uz sarakstu", entries });
  fill(panes.pane, h("p", { class: "soft" }, "Izvēlies vēstuli no saraksta."));
  const notice = h("div", {});
  const sent = h("div", {});
  const node = h("div", {}, h("h4", { tabindex: "-1" }, "Vēstules"), notice, entries.length ? panes.node : h("p", { class: "soft" }, "Vēstuļu vēl nav."), sent);

  function open(letter, button) {
    if (!place.state.read?.includes(letter.id)) place.act({ do: "open", letter: letter.id });
    fill(panes.pane, h("h4", { class: "opened", tabindex: "-1", "data-focus": true }, letter.subject),
      h("div", { class: "message" }, h("div", { class: "message__head" }, h("dl", {}, h("dt", {}, "No"), h("dd", {}, h("strong", {}, letter.from)),
        h("dt", {}, "Nosūtīta"), h("dd", {}, letter.sent, letter.time && `, plkst. ${letter.time}`),
        place.scored ? [] : [h("dt", {}, "Paziņota"), h("dd", {}, `Uzskatāma par paziņotu ${letter.notified}: otrajā darba dienā pēc nosūtīšanas, arī ja to neatver.`)])),
      h("div", { class: "e-address__letter" }, letter.text.map((text) => h("p", {}, text)))),
      h("div", { class: "lideri-actions" }, h("button", { class: "btn", type: "button", on: { click: () => onAnswer(letter.id) } }, "Atbildēt")));
    panes.open(button);
  }

  return {
    node,
    refresh() {
      const { read = [], sent: letters = [], email = "" } = place.state;
      for (const { letter, state } of entries) fill(state, read.includes(letter.id) ? "izlasīta" : h("b", {}, "jauna"));
      fill(notice, entries.length && h("p", { class: "e-address__notice" }, icon(email ? "mail" : "warn"), h("span", {}, email
        ? `Uz ${email} aizgāja ziņa: «E-adresē ir jauna vēstule.»${place.scored ? "" : " Pašas vēstules e-pastā nav."}`
        : `E-pasts paziņojumiem nav norādīts${place.scored ? "." : ": par jaunu vēstuli neviens nepaziņo, bet termiņš rit tik un tā."}`)));
      fill(sent, letters.length && h("h4", { class: "e-address__next" }, `Nosūtītās (${letters.length})`),
        letters.length && h("ul", { class: "e-address__sent" }, letters.map((each) => h("li", {}, h("strong", {}, each.subject), ` – ${names.get(each.to)}`,
          h("span", { class: "soft" }, each.file ? `. Datne: ${names.get(each.file)}` : ". Bez datnes")))));
    },
  };
}

/** The letter being written. Its fields are built once for each draft, so that nothing typed is ever drawn over. */
function eAddressDraft(place, names) {
  const { spec } = place;
  const node = h("div", {});
  let built = null;
  let timer = null;
  let read = () => null;
  const flush = () => {
    clearTimeout(timer);
    timer = null;
    const now = read();
    if (now && place.state.draft && !same(now, asAction(place.state.draft))) place.act({ do: "draft", ...now }, { instead: true });
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(flush, 700); };
  const asAction = ({ to, subject, text, file }) => ({ to: to ?? null, subject, text, file: file ?? null });

  const self = {
    node, wanted: false,
    refresh() {
      const { draft, drafts = 0 } = place.state;
      const which = draft ? `${drafts}` : "nav";
      if (which !== built) {
        const inIt = node.contains(document.activeElement);
        built = which;
        if (draft) form(draft); else none();
        if (inIt || (self.wanted && draft)) { node.querySelector("h4").focus(); self.wanted = false; }
      }
    },
  };
  return self;

  function none() {
    read = () => null;
    fill(node, h("h4", { tabindex: "-1" }, "Rakstīt"), h("p", {}, "Uz saņemtu vēstuli atbildi tajā pašā vēstulē. Te vari iesākt jaunu."),
      h("button", { class: "btn", type: "button", on: { click: () => { self.wanted = true; place.act({ do: "compose" }); } } }, "Rakstīt jaunu vēstuli"));
  }

  function form(draft) {
    const to = uid("kam");
    const list = draft.re ? null : h("select", { class: "input", id: to }, h("option", { value: "" }, "Izvēlies adresātu"),
      spec.correspondents.map((each) => h("option", { value: each.id, selected: each.id === draft.to }, `${each.name} (${each.what.toLowerCase()})`)));
    const subject = h("input", { class: "input", id: uid("temats"), type: "text", maxlength: 150, value: draft.subject });
    const text = h("textarea", { class: "input", id: uid("teksts"), maxlength: 1500, rows: 5 });
    text.value = draft.text;
    let file = draft.file;
    const files = spec.files.length ? radioGroup("Datne", [{ id: "", text: "Bez datnes" }, ...spec.files.map((each) => ({ id: each.id, text: `${each.name} – ${each.about}` }))], file ?? "", (chosen) => { file = chosen || null; flush(); }) : null;
    read = () => ({ to: draft.re ? draft.to : list.value || null, subject: subject.value, text: text.value, file: file ?? null });
    for (const each of [list, subject, text].filter(Boolean)) { each.addEventListener("input", later); each.addEventListener("change", flush); }
    fill(node, h("h4", { tabindex: "-1" }, draft.re ? "Atbilde" : "Jauna vēstule"),
      h("div", { class: "e-address__field" }, list ? [h("label", { for: to }, "Kam"), list] : h("p", {}, "Kam: ", h("strong", {}, names.get(draft.to)))),
      h("div", { class: "e-address__field" }, h("label", { for: subject.id }, "Temats"), subject),
      h("div", { class: "e-address__field" }, h("label", { for: text.id }, "Teksts"), text), files,
      h("div", { class: "lideri-actions" },
        h("button", { class: "btn", type: "button", on: { click: () => { flush(); place.act({ do: "send" }); } } }, "Nosūtīt"),
        h("button", { class: "btn btn--quiet", type: "button", on: { click: () => { clearTimeout(timer); place.act({ do: "drop" }); } } }, "Dzēst melnrakstu")));
  }
}
