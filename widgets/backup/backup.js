// «Rezerves kopijas 3-2-1»: where each thing's copies are, and what is left of them after a disaster.

PLACES.backup = {
  // Boxes follow the hand at once; what fits, is counted and survives is the kernel's word.
  reduce(state, action) {
    const fresh = { ...state, played: [], left: {}, checked: false, says: "" };
    const copies = { ...state.copies };
    const others = (copies[action.thing] ?? []).filter((each) => each !== action.medium);
    if (action.do === "copy") return { ...fresh, copies: { ...copies, [action.thing]: [...others, action.medium] } };
    if (action.do === "remove") return { ...fresh, copies: { ...copies, [action.thing]: others } };
    if (action.do === "plug") return { ...fresh, attached: { ...state.attached, [action.medium]: action.on } };
    if (action.do === "reset") return { ...fresh, copies: {}, attached: {}, counts: {}, used: {} };
    return state;
  },

  build(place) {
    const { spec } = place;
    const media = new Map(spec.media.map((medium) => [medium.id, medium]));
    const size = (gigabytes) => (gigabytes > 0 && gigabytes < 1 ? `${Math.round(gigabytes * 1000)} MB` : `${decimal(gigabytes, Number.isInteger(gigabytes) ? 0 : 1)} GB`);
    const boxes = new Map();
    const says = new Map();
    let asked = null; // the thing whose copy was changed last: a refusal is said there
    const parts = new Map();
    const tallies = new Map();

    const things = spec.things.map((thing) => {
      const tally = h("p", { class: "backup__tally" });
      tallies.set(thing.id, tally);
      const rows = spec.media.filter((medium) => medium.room && medium.id !== thing.original).map((medium) => {
        const input = h("input", { type: "checkbox", value: medium.id });
        input.addEventListener("change", () => {
          asked = thing.id;
          place.act({ do: input.checked ? "copy" : "remove", thing: thing.id, medium: medium.id });
        });
        const label = h("label", { class: "choice" }, input, h("span", {}, medium.text));
        boxes.set(`${thing.id}/${medium.id}`, { input, label });
        return label;
      });
      says.set(thing.id, h("div", { role: "status" }));
      const group = h("fieldset", { class: "question backup__thing" },
        h("legend", {}, `${thing.text} (${size(thing.size)})`),
        h("p", { class: "backup__original" }, `Oriģināls: ${media.get(thing.original).short}. Kur glabāsi kopijas?`), rows, says.get(thing.id), tally);
      const host = h("li", { class: "lideri-part" }, group);
      parts.set(thing.id, { host, control: group });
      return host;
    });

    const plugs = new Map();
    const shelves = spec.media.map((medium) => {
      const room = h("p", { class: "small soft" });
      let plug = null;
      if (medium.unplug) {
        const input = h("input", { type: "checkbox" });
        input.addEventListener("change", () => place.act({ do: "plug", medium: medium.id, on: input.checked }));
        plug = h("label", { class: "choice" }, input, h("span", {}, "Visu laiku pieslēgts datoram"));
        plugs.set(medium.id, { input, label: plug });
      }
      return { medium, room, node: h("li", {}, h("p", { class: "backup__name" }, medium.text), medium.about && h("p", {}, medium.about), room, plug && h("div", { role: "group", "aria-label": medium.text }, plug)) };
    });

    const outcomes = new Map();
    const heard = h("p", { class: "visually-hidden", role: "status" });
    let playing = null;
    const disasters = spec.disasters.map((disaster) => {
      const button = h("button", { class: "btn btn--small", type: "button" }, disaster.text);
      button.addEventListener("click", () => { playing = disaster.id; place.act({ do: "play", disaster: disaster.id }); });
      const outcome = h("div", { class: "backup__outcome" });
      outcomes.set(disaster.id, outcome);
      const host = h("li", { class: "lideri-part" }, button, outcome);
      parts.set(disaster.id, { host, control: button });
      return host;
    });

    const mark = markerOf(parts);
    const live = liveArea();
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt plānu");
    check.addEventListener("click", () => { if (!place.state.checked) place.act({ do: "check" }, { check: true }); });
    const reset = h("button", { class: "btn btn--quiet", type: "button" }, "Sākt no sākuma");
    reset.addEventListener("click", () => { playing = null; place.act({ do: "reset" }); });

    return {
      node: h("div", { class: "backup" },
        h("section", {}, h("h3", {}, "Kur ko var glabāt"), h("ul", { class: "backup__media" }, shelves.map((shelf) => shelf.node))),
        h("section", {}, h("h3", {}, "Sadali kopijas"), h("ul", { class: "backup__things" }, things)),
        h("section", {}, h("h3", {}, "Izmēģini nelaimes"), h("p", {}, "Katru reizi redzēsi, kas paliek no pašreizējām kopijām. Pēc tam viss atkal ir vietā."),
          h("ul", { class: "backup__disasters" }, disasters), heard),
        h("div", { class: "lideri-actions" }, !place.scored && check, reset), live),
      refresh() {
        const { copies = {}, attached = {}, left = {}, counts = {}, used = {}, played = [], says: told = "" } = place.state;
        for (const thing of spec.things) {
          for (const medium of spec.media) {
            const box = boxes.get(`${thing.id}/${medium.id}`);
            if (!box) continue;
            box.input.checked = (copies[thing.id] ?? []).includes(medium.id);
            box.label.classList.toggle("choice--on", box.input.checked);
          }
          const [all, sorts, elsewhere] = counts[thing.id] ?? [1, 1, 0];
          tallies.get(thing.id).textContent = `Eksemplāri: ${all} · nesēju veidi: ${sorts} · citā vietā: ${elsewhere}`;
        }
        for (const { medium, room } of shelves) {
          room.textContent = medium.room ? `Vieta kopijām: aizņemts ${size(used[medium.id] ?? 0)} no ${size(medium.room)}` : "Kopijas te nevar likt.";
          const plug = plugs.get(medium.id);
          if (plug) {
            plug.input.checked = attached[medium.id] ?? medium.attached;
            plug.label.classList.toggle("choice--on", plug.input.checked);
          }
        }
        for (const [thing, where] of says) {
          const text = thing === (asked ?? spec.things[0].id) ? told : "";
          if (where.textContent !== text) fill(where, text && h("p", { class: "backup__says" }, icon("warn"), h("span", {}, text)));
        }
        for (const disaster of spec.disasters) {
          const after = left[disaster.id];
          const lines = after && spec.things.map((thing) => {
            const kept = after[thing.id].map((id) => media.get(id).short);
            return h("li", { class: kept.length ? null : "backup__lost" }, icon(kept.length ? "ok" : "stop"),
              h("span", {}, h("strong", {}, `${thing.text}: ${kept.length ? "palika" : "pazuda"}`), kept.length ? ` (${kept.join(", ")})` : ""));
          });
          fill(outcomes.get(disaster.id), lines && h("ul", {}, lines));
        }
        if (!played.length) heard.textContent = "";
        if (playing && played.includes(playing)) {
          const disaster = spec.disasters.find((each) => each.id === playing);
          heard.textContent = `${disaster.text}. ${outcomes.get(playing).innerText.replace(/\n+/g, ". ")}`;
          playing = null;
        }
        const feedback = place.state.checked ? place.feedbacks.plan : null;
        fill(live, feedback && feedbackBox(feedback));
        mark(feedback?.marks);
      },
    };
  },
};
