// «Pašvērtējums»: one list of levels for each competence; nothing is judged.

PLACES.self_rating = {
  reduce(state, action) {
    const next = { ratings: {}, rounds: [], finished: false, ...state };
    if (action.do === "rate") return { ...next, ratings: { ...next.ratings, [action.competence]: action.level } };
    if (action.do === "finish") return { ...next, rounds: [...next.rounds, next.ratings], finished: true };
    return { ...next, ratings: {}, finished: false };
  },

  build(place) {
    const { spec } = place;
    const all = spec.areas.flatMap((area) => area.competences);
    const parts = new Map();
    const selects = new Map();
    const hint = h("div", { "aria-live": "polite" });
    const live = liveArea();
    const name = (id) => (id === "nezinu" ? "vēl nezinu" : `${id}. līmenis`);

    const key = h("details", { class: "data" }, h("summary", {}, "Ko nozīmē līmeņi"),
      h("dl", { class: "self-rating__levels" }, spec.levels.map((level) => [h("dt", {}, `${level.id}. ${level.name}`), h("dd", {}, level.text)])),
      h("p", { class: "small soft" }, spec.source));

    const areas = spec.areas.map((area) => h("section", { class: "self-rating__area" }, h("h3", {}, area.name),
      area.competences.map((competence) => {
        const id = uid("vertejums");
        const about = uid("par");
        const select = h("select", { class: "input", id, "aria-describedby": about },
          h("option", { value: "" }, "Izvēlies…"),
          spec.levels.map((level) => h("option", { value: level.id }, `${level.id}. ${level.text}`)),
          h("option", { value: "nezinu" }, "Vēl nezinu"));
        select.addEventListener("change", () => {
          if (!select.value) { select.value = place.state.ratings?.[competence.id] ?? ""; return; }
          fill(hint);
          place.act({ do: "rate", competence: competence.id, level: select.value });
        });
        selects.set(competence.id, select);
        const host = h("div", { class: "field lideri-part" }, h("label", { for: id }, competence.name),
          h("p", { class: "hint", id: about }, competence.text), select);
        parts.set(competence.id, { host, control: select });
        return host;
      })));
    const mark = markerOf(parts);
    const left = h("p", { class: "small soft", role: "status" });
    const finish = h("button", { class: "btn", type: "button" }, "Pabeigt pašvērtējumu");
    finish.addEventListener("click", () => {
      const missing = all.find((competence) => !place.state.ratings?.[competence.id]);
      if (missing) {
        selects.get(missing.id).after(hint); // where the eye is taken: far above the button
        fill(hint, h("p", { class: "hint" }, `Vēl nav novērtēts: «${missing.name}». Ja nevari pateikt, izvēlies «Vēl nezinu».`));
        selects.get(missing.id).focus();
        return;
      }
      fill(hint);
      place.act({ do: "finish" }, { check: true });
    });
    const again = h("button", { class: "btn btn--quiet", type: "button" }, "Vērtēt vēlreiz");
    again.addEventListener("click", () => { place.act({ do: "again" }); selects.get(all[0].id).focus(); });
    const table = h("div", {});

    return {
      node: h("div", {}, key, areas, left, h("div", { class: "lideri-actions" }, finish, again), hint, live, table),
      refresh() {
        const { ratings = {}, rounds = [], finished = false } = place.state;
        const shown = finished ? rounds.at(-1) : ratings;
        for (const [id, select] of selects) {
          select.value = shown[id] ?? "";
          select.disabled = finished;
        }
        const count = Object.keys(ratings).length;
        left.textContent = finished ? "" : `${plural(count, "Novērtēta", "Novērtētas")} ${count} ${plural(count, "kompetence", "kompetences")} no ${all.length}`;
        finish.hidden = finished;
        again.hidden = !finished;
        const feedback = finished ? place.feedbacks.rating : null;
        fill(live, feedback && feedbackBox(feedback));
        mark(feedback?.marks);
        fill(table, rounds.length > 0 && h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": "Pašvērtējumu salīdzinājums" },
          h("table", { class: "table" }, h("caption", {}, "Tavs vērtējums un kursa mērķis"),
            h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Kompetence"),
              rounds.map((_, n) => h("th", { scope: "col" }, `${n + 1}. reize`)), h("th", { scope: "col" }, "Kursa mērķis"))),
            h("tbody", {}, all.map((competence) => h("tr", {}, h("th", { scope: "row" }, competence.name),
              rounds.map((round) => h("td", {}, round[competence.id] ? name(round[competence.id]) : "–")), h("td", {}, name(String(competence.goal)))))))));
      },
    };
  },
};
