// «Skaitļu lasīšana»: a bar chart with its table, and questions that it answers.

PLACES.figures = {
  reduce(state, action) {
    const questions = { ...state.questions };
    const now = { text: "", bar: null, checked: false, tries: 0, ...questions[action.question] };
    if (action.do === "answer") Object.assign(now, { text: action.text, bar: null });
    if (action.do === "choose") Object.assign(now, { bar: action.bar, text: "" });
    if (action.do === "check") Object.assign(now, { checked: true, tries: now.tries + 1 });
    if (action.do === "retry") now.checked = false;
    questions[action.question] = now;
    return { ...state, questions };
  },

  build(place) {
    const { spec } = place;
    const most = Math.max(...spec.bars.map((bar) => bar.value)) || 1;
    const digits = spec.bars.some((bar) => !Number.isInteger(bar.value)) ? 1 : 0;
    const written = (value) => `${decimal(value, digits)} ${spec.unit}`;
    const title = uid("atteels");
    const chart = h("figure", { class: "figures", "aria-labelledby": title },
      h("figcaption", { id: title }, h("strong", {}, spec.finding)),
      h("div", { class: "figures__bars", "aria-hidden": "true" }, spec.bars.map((bar) => h("div", { class: "figures__row" },
        h("span", { class: "figures__label" }, bar.label),
        h("span", { class: `figures__bar${bar.planned ? " figures__bar--plan" : ""}`, style: `width: ${(100 * bar.value) / most}%` }),
        h("span", { class: "figures__value" }, written(bar.value))))),
      h("details", { class: "data" }, h("summary", {}, "Tie paši skaitļi tabulā"),
        h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": spec.finding }, h("table", { class: "table" }, h("caption", {}, spec.finding),
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Kas"), h("th", { scope: "col", class: "n" }, spec.unit))),
          h("tbody", {}, spec.bars.map((bar) => h("tr", {}, h("th", { scope: "row" }, bar.label), h("td", { class: "n" }, decimal(bar.value, digits)))))))),
      h("p", { class: "small soft" }, spec.source));

    const blocks = spec.questions.map((question, number) => {
      const now = () => ({ text: "", bar: null, checked: false, ...place.state.questions?.[question.id] });
      const change = (action) => {
        if (now().checked) place.act({ do: "retry", question: question.id });
        place.act({ ...action, question: question.id });
      };
      let control;
      let show;
      if (question.by === "bar") {
        const group = radioGroup(question.text, spec.bars.map((bar) => ({ id: bar.id, text: bar.label })), now().bar, (bar) => change({ do: "choose", bar }));
        control = group;
        show = () => { for (const input of group.querySelectorAll("input")) input.checked = input.value === now().bar; };
      } else {
        const id = uid("lauks");
        const input = h("input", { class: "input lideri-number", id, type: "text", inputmode: "decimal", autocomplete: "off", maxlength: 60, value: now().text });
        input.addEventListener("change", () => { if (input.value !== now().text) change({ do: "answer", text: input.value }); });
        control = h("div", { class: "field lideri-field" }, h("label", { for: id }, question.text),
          h("span", { class: "lideri-unit" }, input, question.unit && h("span", { "aria-hidden": "true" }, question.unit)));
        show = () => { if (document.activeElement !== input) input.value = now().text; };
      }
      const hint = h("div", { "aria-live": "polite" });
      const live = liveArea();
      const check = h("button", { class: "btn btn--small", type: "button", "aria-label": `Pārbaudīt ${number + 1}. atbildi` }, "Pārbaudīt");
      check.addEventListener("click", () => {
        fill(hint);
        if (!now().text.trim() && !now().bar) { fill(hint, h("p", { class: "hint" }, "Vispirms atbildi.")); return; }
        if (!now().checked) place.act({ do: "check", question: question.id }, { check: true });
      });
      const node = h("div", { class: "figures__question" }, control, !place.scored && h("div", { class: "lideri-actions" }, check), hint, live);
      return { node, refresh: () => { show(); const feedback = now().checked ? place.feedbacks[question.id] : null; fill(live, feedback && feedbackBox(feedback)); } };
    });
    return { node: h("div", {}, chart, blocks.map((block) => block.node)), refresh: () => blocks.forEach((block) => block.refresh()) };
  },
};
