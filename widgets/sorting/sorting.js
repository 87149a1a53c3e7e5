// «Kārtošana»: each card gets one of the bins.

PLACES.sorting = {
  reduce(state, action) {
    const next = { placed: {}, checked: false, tries: 0, ...state };
    if (action.do === "put") return { ...next, placed: { ...next.placed, [action.card]: action.bin } };
    if (action.do === "check") return { ...next, checked: true, tries: next.tries + 1 };
    return { ...next, checked: false };
  },

  build(place) {
    const { spec } = place;
    const hint = h("div", { "aria-live": "polite" });
    const live = liveArea();
    const parts = new Map();
    const cards = spec.cards.map((card) => {
      const group = radioGroup(card.text, spec.bins, place.state.placed?.[card.id], (bin) => {
        if (place.state.checked) place.act({ do: "retry" });
        fill(hint);
        place.act({ do: "put", card: card.id, bin });
      });
      group.classList.add("sorting__card");
      const host = h("li", { class: "lideri-part" }, group);
      parts.set(card.id, { host, control: group });
      return host;
    });
    const mark = markerOf(parts);
    const left = h("p", { class: "small soft", role: "status" });
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
    check.addEventListener("click", () => {
      const missing = spec.cards.filter((card) => !place.state.placed?.[card.id]);
      if (missing.length) {
        fill(hint, h("p", { class: "hint" }, `Vispirms atbildi pie visām rindām. Pirmā bez atbildes: «${missing[0].text}»`));
        return;
      }
      fill(hint);
      if (!place.state.checked) place.act({ do: "check" }, { check: true });
    });
    const node = h("div", {}, h("ul", { class: "sorting" }, cards), left,
      !place.scored && h("div", { class: "lideri-actions" }, check), hint, live);
    return {
      node,
      refresh() {
        const done = Object.keys(place.state.placed ?? {}).length;
        left.textContent = `Atbildēts: ${done} no ${spec.cards.length}`;
        const feedback = place.state.checked ? place.feedbacks.cards : null;
        fill(live, feedback && feedbackBox(feedback));
        mark(feedback?.marks);
      },
    };
  },
};
