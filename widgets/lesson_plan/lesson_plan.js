// «Mācību pusstunda»: steps put together for one person, and what is known to work ticked while one plans.

const LESSON_PHASES = { start: "Iesākums", show: "Es daru", together: "Mēs darām", alone: "Tu dari", check: "Pārbaude", later: "Pēc nodarbības", other: "Cits" };

PLACES.lesson_plan = {
  /** Steps are drawn at once, so that a second press finds a step where it went; what the rules say, the kernel tells. */
  reduce(state, { do: what, learner, card, to, value, option }, spec) {
    const plan = state.plans?.[learner];
    if (!plan || what === "check") return state;
    const steps = plan.steps.filter(([id]) => id !== card);
    const at = plan.steps.findIndex(([id]) => id === card);
    if (what === "add") steps.push([card, spec.cards.find((each) => each.id === card).minutes]);
    if (what === "move") steps.splice(to, 0, plan.steps[at]);
    if (what === "minutes") steps.splice(at, 0, [card, value]);
    const aim = what === "aim" ? option : plan.aim;
    return { ...state, plans: { ...state.plans, [learner]: { ...plan, aim, steps, checked: false } } };
  },
  build(place) {
    const { spec } = place;
    const cards = new Map(spec.cards.map((each) => [each.id, each]));
    const planOf = (id) => place.state.plans?.[id] ?? { aim: "", steps: [], live: {} };
    const begun = (id) => planOf(id).aim !== "" || planOf(id).steps.length > 0;
    const good = (id) => planOf(id).checked && place.feedbacks?.[id]?.outcome === "right";
    // Where one stopped: a plan that was begun and is not good yet.
    let open = (spec.learners.find((each) => begun(each.id) && !good(each.id)) ?? spec.learners.find((each) => !good(each.id)) ?? spec.learners[0]).id;
    const strip = h("div", {});
    const live = liveArea();
    const said = h("p", { class: "visually-hidden", role: "status" });
    const body = h("div", {});
    const panels = new Map(spec.learners.map((each) => [each.id, panel(each)]));
    let drawn = null;
    let wanted = ""; // the control that gets the keyboard once it is drawn

    /** On to somebody whose plan is not good yet. */
    function next(refresh) {
      const learner = spec.learners.find((each) => !good(each.id));
      if (!learner) return null;
      const button = h("button", { class: "btn", type: "button" }, `Tālāk: ${learner.name}`);
      button.addEventListener("click", () => { open = learner.id; refresh(); panels.get(open).heading.focus(); });
      return h("div", { class: "lideri-actions" }, button);
    }

    function panel(learner) {
      const about = (action) => place.act({ ...action, learner: learner.id });
      const aim = radioGroup("Ko cilvēks pēc pusstundas pratīs?", learner.aims, planOf(learner.id).aim, (option) => about({ do: "aim", option }));
      const aimHost = h("div", { class: "lideri-part" }, aim);
      const steps = h("ol", { class: "lesson__steps" });
      const total = h("p", { class: "lesson__total", role: "status" });
      const bank = h("div", {});
      const rules = h("ul", { class: "lesson__rules" });
      const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
      check.addEventListener("click", () => {
        if (!planOf(learner.id).steps.length) fill(live, h("p", { class: "hint" }, "Plānā vēl nav neviena soļa. Vispirms pieliec tos, tad pārbaudi."));
        else if (!planOf(learner.id).checked) place.act({ do: "check", learner: learner.id }, { check: true });
      });
      const heading = h("h3", { tabindex: "-1" }, learner.name);
      const node = h("div", {},
        heading, h("p", { class: "prose" }, learner.about), aimHost,
        h("div", { class: "lesson__two" },
          h("section", {}, h("h4", {}, "Pusstundas soļi"), steps, total, h("h4", {}, "Vai izpildīts"), rules),
          h("section", {}, h("h4", {}, "Ko vari pielikt"), bank)),
        !place.scored && h("div", { class: "lideri-actions" }, check));

      function line([id, minutes], at, all) {
        const card = cards.get(id);
        const time = h("select", { class: "input lesson__minutes", "aria-label": `${card.text}: minūtes`, "data-key": `${id}-min` },
          Array.from({ length: 30 }, (_, value) => h("option", { value: value + 1 }, `${value + 1} min`)));
        time.value = minutes;
        time.addEventListener("change", () => about({ do: "minutes", card: id, value: Number(time.value) }));
        const button = (key, words, sign, dead, act) => h("button", { class: "btn btn--small", type: "button", "data-key": `${id}-${key}`, "aria-disabled": dead ? "true" : null, "aria-label": `${card.text}: ${words}`, on: { click: () => { if (!dead) act(); } } }, sign);
        return h("li", {}, h("span", { class: "lesson__phase" }, LESSON_PHASES[card.phase]), h("span", { class: "lesson__text" }, card.text),
          h("span", { class: "lesson__moves" }, time,
            button("up", "agrāk", icon("up"), at === 0, () => { about({ do: "move", card: id, to: at - 1 }); say(card, `tagad ${at}. solis`); }),
            button("down", "vēlāk", icon("down"), at === all.length - 1, () => { about({ do: "move", card: id, to: at + 1 }); say(card, `tagad ${at + 2}. solis`); }),
            button("out", "noņemt", "Noņemt", false, () => { wanted = `${id}-add`; about({ do: "remove", card: id }); say(card, "noņemts"); })));
      }
      const say = (card, words) => { said.textContent = `${card.text}: ${words}`; };

      return {
        node,
        heading,
        refresh() {
          const plan = planOf(learner.id);
          const feedback = plan.checked ? place.feedbacks?.[learner.id] : null;
          redraw(steps, plan.steps.length ? plan.steps.map(line) : [h("li", { class: "soft lesson__empty" }, "Plānā vēl nav neviena soļa.")]);
          const sum = plan.steps.reduce((minutes, step) => minutes + step[1], 0);
          const doing = plan.steps.reduce((minutes, [id, each]) => minutes + (["together", "alone", "check"].includes(cards.get(id).phase) ? each : 0), 0);
          const words = `Kopā ${sum} no ${spec.minutes} minūtēm; pats cilvēks dara ${doing} (daļas «Mēs darām», «Tu dari» un «Pārbaude»).`;
          if (total.textContent !== words) total.textContent = words;
          fill(rules, spec.rules.map((rule) => {
            const met = rule.id in (plan.live ?? {}) ? plan.live[rule.id] : null;
            const mark = feedback?.marks?.[rule.id];
            const good = mark ? mark.outcome === "right" : met;
            const word = good === null ? "redzēsi, kad pārbaudīsi" : good ? "izpildīts" : "vēl nav";
            if (place.scored && met === null) return h("li", { class: "lesson__rule" }, icon("none"), h("span", {}, rule.text));
            return h("li", { class: `lesson__rule${good ? " is-met" : ""}` }, icon(good ? "ok" : "none"), h("span", {}, rule.text, h("span", { class: "small soft" }, ` – ${word}`), mark && !good ? h("span", { class: "small lesson__why" }, mark.why) : null));
          }));
          const taken = new Set(plan.steps.map((step) => step[0]));
          redraw(bank, Object.entries(LESSON_PHASES).map(([phase, name]) => {
            const group = spec.cards.filter((card) => card.phase === phase && !taken.has(card.id));
            return group.length ? h("div", {}, h("h5", { class: "lesson__phase" }, name), h("ul", { class: "lesson__bank" }, group.map((card) => h("li", {},
              h("button", { class: "btn btn--small lesson__add", type: "button", "data-key": `${card.id}-add`, on: { click: () => { wanted = `${card.id}-min`; about({ do: "add", card: card.id }); say(card, "pielikts plāna beigās"); } } }, `+ ${card.text} (${card.minutes} min)`))))) : null;
          }));
          const control = wanted && open === learner.id ? [...node.querySelectorAll("[data-key]")].find((each) => each.dataset.key === wanted) : null;
          if (control) { wanted = ""; control.focus(); }
        },
      };
    }

    return {
      node: h("div", {}, strip, body, said, live),
      refresh() {
        redraw(strip, partsStrip(spec.learners.map((each) => ({ id: each.id, title: each.name, done: Boolean(planOf(each.id).tries) })), open, "pārbaudīts", (id) => { open = id; this.refresh(); }));
        if (drawn !== open) { fill(body, panels.get(open).node); drawn = open; }
        for (const each of panels.values()) each.refresh();
        const feedback = planOf(open).checked ? place.feedbacks?.[open] : null;
        const words = feedback ? JSON.stringify([open, feedback]) : planOf(open).steps.length ? "begun" : "";
        if (live.dataset.words !== words) { live.dataset.words = words; fill(live, feedback && feedbackBox(feedback), good(open) && next(() => this.refresh())); }
      },
    };
  },
};
