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
    const live = liveArea();
    const parts = new Map();
    const cards = spec.cards.map((card) => {
      const group = radioGroup(card.text, spec.bins, place.state.placed?.[card.id], (bin) => {
        if (place.state.checked) place.act({ do: "retry" });
        place.act({ do: "put", card: card.id, bin });
      });
      group.classList.add("sorting__card");
      const host = h("li", { class: "lideri-part" }, group);
      parts.set(card.id, { host, control: group });
      return host;
    });
    const mark = markerOf(parts);
    let pointing = false; // checking was asked for too early: every card without an answer says so until it has one
    const missing = () => spec.cards.filter((card) => !place.state.placed?.[card.id]);
    function point() {
      const none = missing();
      pointing &&= none.length > 0;
      for (const { control } of parts.values()) control.querySelector(".sorting__missing")?.remove();
      if (!pointing) return;
      none.forEach((card, at) => parts.get(card.id).control.querySelector("legend").append(h("span", { class: "sorting__missing" }, icon("warn"),
        h("span", {}, "Te vēl nav atbildes.", at === 0 && ` Kopā bez atbildes: ${none.length} no ${spec.cards.length}.`))));
    }
    const left = h("p", { class: "small soft", role: "status" });
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
    check.addEventListener("click", () => {
      const [first] = missing();
      if (first) {
        pointing = true;
        point();
        const { host, control } = parts.get(first.id);
        host.scrollIntoView?.({ block: "center" });
        control.querySelector("input").focus({ preventScroll: true });
        return;
      }
      if (!place.state.checked) place.act({ do: "check" }, { check: true });
    });
    const node = h("div", {}, h("ul", { class: "sorting" }, cards), left,
      !place.scored && h("div", { class: "lideri-actions" }, check), live);
    return {
      node,
      refresh() {
        const done = Object.keys(place.state.placed ?? {}).length;
        left.textContent = `Atbildēts: ${done} no ${spec.cards.length}`;
        const feedback = place.state.checked ? place.feedbacks.cards : null;
        fill(live, feedback && feedbackBox(feedback));
        mark(feedback?.marks);
        point();
      },
    };
  },
};
