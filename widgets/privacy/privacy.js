// «Personas dati»: documents with phrases to black out, legal grounds to choose, steps to put in order.

const PRIVACY_LOOKS = { letter: "mail", email: "mail", list: "flag", photo: "site", contract: "flag" };
const PRIVACY_WORDS = { right: ["ok", "Aizklāts pareizi"], wrong: ["stop", "Tam jāpaliek lasāmam"], partly: ["half", "Palika redzams"] };

PLACES.privacy = {
  reduce(state, action) {
    const next = { covered: {}, pairs: {}, order: [], checked: [], done: [], ...state };
    const part = { pair: "grounds", check_grounds: "grounds", order: "steps", check_order: "steps" }[action.do] ?? action.document;
    const without = (list, id) => list.filter((each) => each !== id);
    if (action.do.startsWith("check")) return { ...next, checked: [...without(next.checked, part), part], done: [...without(next.done, part), part] };
    next.checked = without(next.checked, part);
    if (action.do === "pair") return { ...next, pairs: action.pairs };
    if (action.do === "order") return { ...next, order: action.steps };
    const now = without(next.covered[part] ?? [], action.phrase);
    return { ...next, covered: { ...next.covered, [part]: action.do === "cover" ? [...now, action.phrase] : now } };
  },

  build(place) {
    const { spec } = place;
    const parts = [...spec.documents.map(({ id, title }) => ({ id, title })),
      spec.grounds && { id: "grounds", title: "Tiesiskais pamats" }, spec.steps && { id: "steps", title: "Ja notikusi kļūda" }].filter(Boolean);
    const covered = (id) => place.state.covered?.[id] ?? [];
    const begun = (id) => (id === "grounds" ? Object.keys(place.state.pairs ?? {}).length === spec.grounds.processings.length
      : id === "steps" ? Boolean(place.state.order?.length) : covered(id).length > 0);
    const isDone = (id) => (place.scored ? begun(id) : (place.state.done ?? []).includes(id));
    const isChecked = (id) => (place.state.checked ?? []).includes(id);
    let open = (parts.find((part) => !isDone(part.id)) ?? parts[0]).id;
    let drawn = null;
    const strip = h("div", {});
    const stage = h("div", {});

    function show(id) {
      open = id;
      drawn = draw(id);
      refresh();
      stage.querySelector("h3").focus();
    }

    function draw(id) {
      const hint = h("div", { "aria-live": "polite" });
      const live = liveArea();
      const act = (action, how) => { fill(hint); place.act(action, how); };
      const [body, check, missing] = id === "grounds" ? drawGrounds(act) : id === "steps" ? drawSteps(act) : drawDocument(spec.documents.find((each) => each.id === id), act);
      const button = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
      button.addEventListener("click", () => {
        if (!begun(id)) { fill(hint, h("p", { class: "hint" }, missing)); return; }
        if (!isChecked(id)) act(check, { check: true });
      });
      const at = parts.findIndex((part) => part.id === id);
      const next = parts[at + 1];
      const onward = next && h("button", { class: "btn btn--quiet", type: "button" }, "Tālāk");
      onward?.addEventListener("click", () => show(next.id));
      fill(stage, h("h3", { class: "privacy__title", tabindex: "-1" }, parts.length > 1 && h("span", { class: "soft small" }, `${at + 1}. no ${parts.length}`), parts[at].title),
        ...body.nodes, h("div", { class: "lideri-actions" }, !place.scored && button, onward), hint, live);
      return { id, live, ...body };
    }

    function drawDocument(document, act) {
      const controls = new Map();
      const count = h("p", { class: "small soft", role: "status" });
      const piece = ({ id, text }) => {
        if (!id) return text;
        const button = h("button", { class: "privacy__phrase", type: "button", "data-key": id });
        button.addEventListener("click", () => act({ do: covered(document.id).includes(id) ? "uncover" : "cover", document: document.id, phrase: id }));
        controls.set(id, { button, text });
        return button;
      };
      const paper = h("div", { class: `privacy__paper privacy__paper--${document.look}`, role: "group", "aria-label": document.heading },
        h("p", { class: "privacy__heading" }, icon(PRIVACY_LOOKS[document.look]), h("strong", {}, document.heading), h("span", { class: "privacy__made small" }, "mācību piemērs")),
        document.lines.map((line) => h("p", { class: "privacy__line" }, line.map(piece))));
      const words = h("ul", { class: "privacy__marks" });
      return [{
        nodes: [h("p", { class: "privacy__task" }, document.task), h("p", { class: "hint" }, "Nospied vārdus, ko gribi aizklāt. Nospied vēlreiz, un tie atkal būs redzami."), paper, count],
        after: words,
        refresh(feedback) {
          const now = covered(document.id);
          controls.forEach(({ button, text }, id) => {
            const on = now.includes(id);
            button.setAttribute("aria-pressed", String(on));
            // The bar says what it is; a screen reader also hears what lies under it.
            if (on) button.setAttribute("aria-label", `aizklāts: ${text}`); else button.removeAttribute("aria-label");
            button.textContent = on ? "aizklāts" : text;
          });
          count.textContent = now.length ? `Aizklātas vietas: ${now.length}` : "Vēl nekas nav aizklāts.";
          fill(words, Object.entries(feedback?.marks ?? {}).map(([id, mark]) => {
            const [picture, word] = PRIVACY_WORDS[mark.outcome];
            return h("li", { class: `part-why part-why--${mark.outcome}` }, icon(picture), h("span", {}, h("strong", {}, `${word}: «${controls.get(id)?.text ?? ""}»`), `. ${mark.why}`));
          }));
        },
      }, { do: "check", document: document.id }, "Vispirms aizklāj to, pēc kā var pazīt cilvēku."];
    }

    function asKind(item, response, report, check, missing) {
      const built = buildKind(item, response, report);
      return [{ nodes: [built.node], refresh: (feedback) => built.mark(feedback?.marks) }, check, missing];
    }

    function drawGrounds(act) {
      const { stem, processings, grounds } = spec.grounds;
      return asKind({ id: `${spec.id}-grounds`, kind: "match", stem, left: processings, right: grounds }, { kind: "match", pairs: place.state.pairs ?? {} },
        ({ pairs }) => act({ do: "pair", pairs }, { instead: true }), { do: "check_grounds" }, "Vispirms izvēlies pamatu katrai rindai.");
    }

    function drawSteps(act) {
      const { situation, pieces } = spec.steps;
      return asKind({ id: `${spec.id}-steps`, kind: "order", stem: situation, pieces }, { kind: "order", order: place.state.order ?? [] },
        (response) => act({ do: "order", steps: response.order }, { instead: true }), { do: "check_order" }, "Vispirms sakārto vai apstiprini secību.");
    }

    function refresh() {
      redraw(strip, ...partsStrip(parts.map((part) => ({ ...part, done: isDone(part.id) })), open, place.scored ? "izdarīts" : "pārbaudīts", show));
      const feedback = isChecked(drawn.id) && !place.scored ? place.feedbacks[drawn.id] : null;
      fill(drawn.live, feedback && [feedbackBox(feedback), drawn.after]);
      drawn.refresh(feedback);
    }

    drawn = draw(open);
    return { node: h("div", { class: "privacy" }, strip, stage), refresh };
  },
};
