// «Salabo veidlapu»: the form as it looks, as it sounds, and what can be repaired.

const INPUT_WORDS = { text: "rediģēšanas lauks", email: "e-pasta lauks", tel: "tālruņa lauks", date: "datuma lauks", checkbox: "izvēles rūtiņa, nav atzīmēta" };
const CONTRAST_WCAG = { linear: (share) => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4) };

/** Contrast as WCAG 2.1 has it, rounded down to two digits as the judge rounds it. */
function contrastOf(one, other) {
  const luminance = (colour) => [1, 3, 5].map((at) => CONTRAST_WCAG.linear(parseInt(colour.slice(at, at + 2), 16) / 255))
    .reduce((sum, share, at) => sum + share * [0.2126, 0.7152, 0.0722][at], 0);
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return Math.floor(((light + 0.05) / (dark + 0.05)) * 100 + 1e-9) / 100;
}

PLACES.form_repair = {
  reduce(state, action) {
    const next = { ...state, checked: false };
    if (action.do === "label") return { ...next, labels: { ...next.labels, [action.field]: action.option } };
    if (action.do === "error") return { ...next, errors: { ...next.errors, [action.field]: action.option } };
    if (action.do === "colour") return { ...next, colours: { ...next.colours, [action.pair]: action.colour } };
    if (action.do === "choose") return { ...next, choices: { ...next.choices, [action.choice]: action.option } };
    if (action.do === "move") {
      const order = next.order.filter((each) => each !== action.field);
      order.splice(action.to, 0, action.field);
      return { ...next, order };
    }
    return { ...next, checked: true, tries: (next.tries ?? 0) + 1 };
  },

  build(place) {
    const { spec } = place;
    const fields = new Map(spec.fields.map((each) => [each.id, each]));
    const parts = new Map();
    const live = liveArea();
    const moved = h("p", { class: "visually-hidden", role: "status" });
    const looks = h("div", { class: "form-repair__looks", "aria-hidden": "true", inert: true });
    const sounds = h("ol", { class: "form-repair__sounds" });
    const textOf = (words, chosen) => words?.options.find((each) => each.id === chosen)?.text ?? "";
    const nameOf = (field) => field.name || textOf(field.label, place.state.labels?.[field.id]);
    const chosenOf = (choice) => choice.options.find((each) => each.id === place.state.choices?.[choice.id]);
    const required = spec.choices.find((each) => each.looks === "required");
    const colourOf = (pair) => place.state.colours?.[pair.id] ?? pair.colour;
    const painted = (node, of) => {
      const pair = spec.colours.find((each) => each.of === of);
      if (pair) Object.assign(node.style, { color: colourOf(pair), background: pair.background });
      return node;
    };
    /** The word that marks a required field, «» when only colour does. */
    const markOf = (field) => (field.required && required && chosenOf(required)?.drawn) || "";

    function drawnField(field) {
      const faint = field.required && required && !markOf(field);
      const error = field.error ? textOf(field.error, place.state.errors?.[field.id]) : "";
      const name = painted(h("span", { class: `form-repair__name${faint ? " form-repair__name--red" : ""}` }, [nameOf(field), markOf(field)].filter(Boolean).join(" ")), "names");
      const box = h("span", { class: field.input === "checkbox" ? "form-repair__box" : "form-repair__input" }, field.input === "checkbox" ? "" : field.sample);
      if (faint) box.classList.add("form-repair__input--red");
      return h("div", { class: "form-repair__field" }, name, box, error && h("span", { class: "form-repair__error" }, error));
    }

    function heardField(field) {
      const name = nameOf(field);
      const heard = name ? `«${[name, markOf(field)].filter(Boolean).join(" ")}», ${INPUT_WORDS[field.input]}`
        : `${INPUT_WORDS[field.input]}, bez nosaukuma${field.sample ? ` (paraugs «${field.sample}» pazūd, kad sāk rakstīt)` : ""}`;
      if (!field.error) return h("li", {}, heard);
      const error = textOf(field.error, place.state.errors?.[field.id]);
      return h("li", {}, `${heard}; kļūdoties dzird: ${error ? `«${error}»` : "neko"}`);
    }

    function drawnChoice(choice) {
      const node = h("p", { class: `form-repair__chosen form-repair__chosen--${choice.looks}` }, chosenOf(choice)?.text ?? "");
      return choice.looks === "button" ? painted(node, "button") : node;
    }

    function chooser(id, label, options, chosen, onChoose, none) {
      const select = h("select", { class: "input form-repair__select", id: uid("labo") },
        none && h("option", { value: "" }, none), options.map((each) => h("option", { value: each.id }, each.text)));
      select.value = chosen();
      select.addEventListener("change", () => onChoose(select.value));
      const host = h("li", { class: "lideri-part" }, h("label", { for: select.id }, label), select);
      parts.set(id, { host, control: select, redraw: () => { select.value = chosen(); } });
      return host;
    }

    const names = spec.fields.filter((each) => each.label).map((each) => chooser(`label-${each.id}`, `${each.what}: nosaukums`, each.label.options,
      () => place.state.labels?.[each.id] ?? "", (option) => place.act({ do: "label", field: each.id, option }), "(nav nosaukuma)"));
    const errors = spec.fields.filter((each) => each.error).map((each) => chooser(`error-${each.id}`, `${each.what}: kļūdas paziņojums`, each.error.options,
      () => place.state.errors?.[each.id] ?? "", (option) => place.act({ do: "error", field: each.id, option }), "(nekas netiek pateikts)"));
    const choices = spec.choices.map((each) => chooser(`choice-${each.id}`, each.text, each.options,
      () => place.state.choices?.[each.id] ?? "", (option) => place.act({ do: "choose", choice: each.id, option }), each.start ? null : "(vēl nav izvēlēts)"));
    const ratios = new Map();
    const colours = spec.colours.map((pair) => {
      const host = chooser(`colour-${pair.id}`, pair.text, spec.palette.map((each) => ({ id: each.value, text: each.name })),
        () => place.state.colours?.[pair.id] ?? pair.colour, (colour) => place.act({ do: "colour", pair: pair.id, colour }));
      const ratio = h("p", { class: "small soft form-repair__ratio" });
      ratios.set(pair.id, ratio);
      const select = host.querySelector("select");
      if (![...select.options].some((each) => each.value === pair.colour)) select.prepend(h("option", { value: pair.colour }, "Krāsa, kāda tā ir tagad"));
      select.value = place.state.colours?.[pair.id] ?? pair.colour;
      host.append(ratio);
      return host;
    });
    const order = h("ol", { class: "form-repair__order" });
    const orderHost = h("div", { class: "lideri-part" }, h("p", { class: "small soft" }, "Tādā secībā lauki ir uz lapas, un tā tos apstaigā ar Tab taustiņu un lasa ekrānlasītājs."), order);
    if (spec.asks_order) parts.set("order", { host: orderHost, control: order });

    const mark = markerOf(parts);
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
    check.addEventListener("click", () => { if (!place.state.checked) place.act({ do: "check" }, { check: true }); });
    const group = (title, note, items) => items.length > 0 && h("section", { class: "form-repair__group" }, h("h3", {}, title), note && h("p", { class: "small soft" }, note), h("ul", { class: "form-repair__list" }, items));
    const node = h("div", { class: "form-repair__two" },
      h("section", { class: "form-repair__seen" }, h("h3", {}, "Kā veidlapa izskatās"), looks),
      h("div", {},
        h("section", {}, h("h3", {}, "Ko dzird ekrānlasītāja lietotājs"), sounds),
        group("Lauku nosaukumi", "", names), group("Kļūdu paziņojumi", "Tas parādās, kad lauks aizpildīts nepareizi.", errors),
        group("Krāsas", "Vajag vismaz 4,5 : 1; lieliem burtiem – 3 : 1.", colours), group("Visa veidlapa", "", choices),
        spec.asks_order && h("section", { class: "form-repair__group" }, h("h3", {}, "Secība"), orderHost),
        !place.scored && h("div", { class: "lideri-actions" }, check), moved, live));

    function move(id, to) {
      if (to < 0 || to >= spec.fields.length) return;
      place.act({ do: "move", field: id, to });
      moved.textContent = `${nameOf(fields.get(id)) || fields.get(id).what}: tagad ${to + 1}. vietā`;
    }

    return {
      node,
      refresh() {
        const state = place.state;
        const inOrder = (state.order?.length ? state.order : spec.fields.map((each) => each.id)).map((id) => fields.get(id));
        const choicesThat = (...looking) => spec.choices.filter((each) => looking.includes(each.looks));
        fill(looks, painted(h("p", { class: "form-repair__title" }, spec.form_title), "title"),
          spec.colours.filter((pair) => pair.of === "line").map((pair) => {
            const shown = h("p", { class: "form-repair__colour" }, pair.sample || pair.text);
            Object.assign(shown.style, { color: colourOf(pair), background: pair.background, fontSize: pair.large ? "1.5rem" : "" });
            return shown;
          }),
          choicesThat("text").map(drawnChoice), inOrder.map(drawnField), choicesThat("link", "button").map(drawnChoice));
        fill(sounds, h("li", {}, `«${spec.form_title}», virsraksts`),
          spec.colours.filter((pair) => pair.of === "line" && pair.sample).map((pair) => h("li", {}, `«${pair.sample}»`)),
          choicesThat("text").map((each) => h("li", {}, `«${chosenOf(each)?.text ?? ""}»`)), inOrder.map(heardField),
          choicesThat("link", "button").map((each) => h("li", {}, `«${chosenOf(each)?.text ?? ""}», ${each.looks === "link" ? "saite" : "poga"}`)));
        for (const pair of spec.colours) {
          const ratio = contrastOf(colourOf(pair), pair.background);
          ratios.get(pair.id).textContent = `Kontrasts ${decimal(ratio, 2)} : 1`;
        }
        if (spec.asks_order) redraw(order, inOrder.map((each, at) => h("li", {}, h("span", {}, nameOf(each) || each.what),
          h("span", { class: "form-repair__moves" },
            h("button", { class: "btn btn--small", type: "button", "data-key": `${each.id}-up`, "aria-disabled": at === 0 ? "true" : null, "aria-label": `${nameOf(each) || each.what}: uz augšu`, on: { click: () => move(each.id, at - 1) } }, icon("up")),
            h("button", { class: "btn btn--small", type: "button", "data-key": `${each.id}-down`, "aria-disabled": at === inOrder.length - 1 ? "true" : null, "aria-label": `${nameOf(each) || each.what}: uz leju`, on: { click: () => move(each.id, at + 1) } }, icon("down"))))));
        for (const each of parts.values()) each.redraw?.();
        const feedback = state.checked ? place.feedbacks.form : null;
        fill(live, feedback && feedbackBox(feedback));
        mark(feedback?.marks);
      },
    };
  },
};
