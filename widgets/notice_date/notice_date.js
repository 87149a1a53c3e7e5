// «Kad vēstule uzskatāma par paziņotu»: cases with a calendar each, and a calculator.

const NOTICE_CASE = { day: null, text: "", problem: "", checked: false, tries: 0 };
const NOTICE_WEEKDAYS = ["Pirmdiena", "Otrdiena", "Trešdiena", "Ceturtdiena", "Piektdiena", "Sestdiena", "Svētdiena"];

PLACES.notice_date = {
  /** What is typed is read by the kernel; the rest is drawn at once. */
  reduce(state, action) {
    if (action.do === "calculate") return state;
    const before = { ...NOTICE_CASE, ...state.cases?.[action.case] };
    const change = {
      pick: { day: action.day, text: "", problem: "" },
      type: { text: action.text },
      check: { checked: true, tries: before.tries + 1 },
      retry: { checked: false },
    }[action.do];
    return { ...state, cases: { ...state.cases, [action.case]: { ...before, ...change } } };
  },

  build(place) {
    const { spec } = place;
    const now = (id) => ({ ...NOTICE_CASE, ...place.state.cases?.[id] });
    const cases = spec.cases.map((each, number) => noticeCase(place, each, number, now));
    const many = cases.length > 1;
    let current = Math.max(0, spec.cases.findIndex((each) => !now(each.id).checked));
    const tabs = cases.map((each, number) => {
      const state = h("span", { class: "notice-date__state" });
      const button = h("button", { class: "btn btn--small notice-date__tab", type: "button" }, h("span", {}, `${number + 1}. ${spec.cases[number].title}`), state);
      button.addEventListener("click", () => open(number));
      return { button, state };
    });
    const open = (number) => { current = number; refresh(); cases[number].focus(); };
    const next = h("button", { class: "btn btn--small", type: "button", on: { click: () => open(current + 1) } }, "Nākamā vēstule");
    const calculator = spec.calculator && !place.scored ? noticeCalculator(place) : null;
    const node = h("div", { class: "notice-date" },
      many && h("div", { role: "group", "aria-label": "Gadījumi" }, h("ol", { class: "notice-date__tabs" }, tabs.map((tab) => h("li", {}, tab.button)))),
      cases.map((each) => each.node), many && h("div", { class: "lideri-actions" }, next), calculator?.node);
    return { node, refresh };

    function refresh() {
      cases.forEach((each, number) => { each.node.hidden = number !== current; each.refresh(); });
      tabs.forEach(({ button, state }, number) => {
        const { checked, day } = now(spec.cases[number].id);
        const outcome = checked && place.feedbacks[spec.cases[number].id]?.outcome;
        const word = outcome === "right" ? "pareizi" : outcome ? "vēl ne" : place.scored && day ? "izvēlēts" : "";
        fill(state, word && icon(outcome === "right" ? "ok" : outcome ? "stop" : "flag"), word && h("span", {}, word));
        if (number === current) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
      });
      // There are more: on a small screen the list of them is far above.
      const { checked, day } = now(spec.cases[current].id);
      next.hidden = current === cases.length - 1 || !(place.scored ? day : checked);
      calculator?.refresh();
    }
  },
};

function noticeCase(place, each, number, now) {
  const act = (action, how) => {
    if (now(each.id).checked && action.do !== "check") place.act({ do: "retry", case: each.id });
    place.act({ ...action, case: each.id }, how);
  };
  const buttons = new Map();
  const cell = (day) => {
    const words = [h("span", { class: "notice-date__weekday" }, `${day.words.split(",")[0]}, `), h("b", {}, `${day.number}. `),
      h("span", { class: "notice-date__month" }, day.month), h("span", { class: "notice-date__what" }, day.sent ? "nosūtīta" : day.what)];
    if (day.day <= each.sent) return h("td", { class: `notice-date__day notice-date__day--past${day.sent ? " notice-date__day--sent" : ""}`, role: "cell" }, h("div", {}, words));
    const button = h("button", { type: "button", "aria-pressed": "false" }, words);
    button.addEventListener("click", () => { written.value = ""; act({ do: "pick", day: day.day }); });
    buttons.set(day.day, button);
    return h("td", { class: `notice-date__day notice-date__day--${day.kind}`, role: "cell" }, button);
  };
  const table = h("table", { class: "notice-date__calendar", role: "table" },
    h("caption", {}, "Izvēlies dienu, kurā vēstule uzskatāma par paziņotu"),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, NOTICE_WEEKDAYS.map((word) => h("th", { scope: "col", role: "columnheader" }, word)))),
    h("tbody", { role: "rowgroup" }, each.weeks.map((week) => h("tr", { role: "row" }, week.map(cell)))));

  const field = uid("diena");
  const written = h("input", { class: "input", id: field, type: "text", maxlength: 40, autocomplete: "off", value: now(each.id).text });
  const report = () => { if (written.value !== now(each.id).text) act({ do: "type", text: written.value }); };
  written.addEventListener("change", report);
  written.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); report(); } });

  const chosen = h("p", { class: "notice-date__chosen", role: "status" });
  const hint = h("div", { "aria-live": "polite" });
  const live = liveArea();
  const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
  check.addEventListener("click", () => {
    report();
    const { day, text, checked } = now(each.id);
    if (!day && !text.trim()) { fill(hint, h("p", { class: "hint" }, "Vispirms izvēlies vai ieraksti dienu.")); return; }
    fill(hint);
    if (!checked) place.act({ do: "check", case: each.id }, { check: true });
  });
  const heading = h("h3", { tabindex: "-1" }, place.spec.cases.length > 1 ? `${number + 1}. ${each.title}` : each.title);
  const node = h("div", { class: "notice-date__case" }, heading, h("p", { class: "prose" }, each.text),
    h("p", {}, each.by === "registered" ? "Nodota pastā: " : "Nosūtīta: ", h("strong", {}, each.sent_in_words), each.time && `, plkst. ${each.time}`),
    table, h("div", { class: "notice-date__typed" }, h("label", { for: field }, "Vai ieraksti dienu un mēnesi, piemēram, 5.3."), written), chosen,
    !place.scored && h("div", { class: "lideri-actions" }, check), hint, live);
  return {
    node,
    focus() { heading.focus(); },
    refresh() {
      const { day, text, problem, checked } = now(each.id);
      if (document.activeElement !== written) written.value = text;
      buttons.forEach((button, iso) => button.setAttribute("aria-pressed", String(iso === day)));
      const found = each.weeks.flat().find((one) => one.day === day);
      const said = problem || (day ? `Tava atbilde: ${found ? found.words : noticeDay(day)}.` : "Vēl nav izvēlēts.");
      if (chosen.textContent !== said) chosen.textContent = said;
      if (day) fill(hint);
      const feedback = checked ? place.feedbacks[each.id] : null;
      fill(live, feedback && feedbackBox(feedback));
    },
  };
}

function noticeDay(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day}.${month}.${year}`;
}

function noticeCalculator(place) {
  const field = uid("kalkulators");
  const input = h("input", { class: "input", id: field, type: "text", maxlength: 40, autocomplete: "off", value: place.state.asked ?? "" });
  const button = h("button", { class: "btn", type: "button" }, "Aprēķināt");
  const out = liveArea();
  const ask = () => place.act({ do: "calculate", text: input.value }, { instead: true });
  button.addEventListener("click", ask);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); ask(); } });
  const title = uid("kalkulators");
  let drawn = null;
  return {
    node: h("div", { class: "notice-date__calculator", role: "group", "aria-labelledby": title }, h("h3", { id: title }, "Kalkulators"),
      h("p", { class: "prose" }, "Ieraksti dienu, kurā vēstuli nosūtīja vai nodeva pastā. Oficiāli pārceltas darba dienas šis kalendārs neņem vērā; īsta termiņa dēļ izlasi likumu vai jautā iestādei."),
      h("div", { class: "notice-date__typed" }, h("label", { for: field }, "Nosūtīšanas diena, piemēram, 20.11.2026."), input),
      h("div", { class: "lideri-actions" }, button), out),
    refresh() {
      const found = place.state.found;
      if (same(found ?? null, drawn)) return;
      drawn = found ?? null;
      if (!found) { fill(out); return; }
      if (found.problem) { fill(out, h("p", { class: "hint" }, found.problem)); return; }
      fill(out, h("p", {}, "Nosūtīta: ", h("strong", {}, found.sent)),
        h("div", { class: "notice-date__ways" }, found.ways.map((way) => h("div", {}, h("h4", {}, way.name),
          h("p", {}, "Uzskatāma par paziņotu ", h("strong", {}, way.on), "."), h("ol", {}, way.steps.map((step) => h("li", {}, step)))))),
        found.moved.map((text) => h("p", { class: "hint" }, text)));
    },
  };
}
