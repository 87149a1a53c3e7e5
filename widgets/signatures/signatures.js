// «Parakstu laboratorija»: clients' files in a list; each is opened, checked, decided upon, explained.

PLACES.signatures = {
  /** The same steps as lideri/practice/signatures.py, without judging. */
  reduce(state, { do: what, case: one, decision, words }) {
    const next = { looked: [], verified: [], decided: {}, said: {}, judged: [], tried: [], ...state };
    const added = (list) => [...list.filter((each) => each !== one), one];
    if (what === "look") next.looked = added(next.looked);
    if (what === "verify") next.verified = added(next.verified);
    if (what === "decide") next.decided = { ...next.decided, [one]: decision };
    if (what === "say") next.said = { ...next.said, [one]: words };
    if (what === "check") { next.judged = added(next.judged); next.tried = added(next.tried); }
    if (what === "retry") next.judged = next.judged.filter((each) => each !== one);
    return next;
  },

  build(place) {
    const { spec } = place;
    const entries = spec.cases.map((each) => {
      const state = h("span", { class: "mail__state" });
      const button = h("button", { class: "mail", type: "button" }, icon("file"),
        h("span", { class: "mail__from" }, each.title), h("span", { class: "mail__subject address" }, fileName(each.file)), state);
      button.addEventListener("click", () => open(each, true));
      return { id: each.id, button, state };
    });
    const panes = twoPane({ listLabel: `Klientu datnes (${spec.cases.length})`, backText: "Atpakaļ uz sarakstu", entries });
    fill(panes.pane, h("p", { class: "soft signatures-choose" }, "Izvēlies datni no saraksta."));
    let shown = null;

    function open(each, focus) {
      shown = signatureCase(place, each, spec.cases[spec.cases.indexOf(each) + 1], (next) => open(next, true));
      fill(panes.pane, shown.node);
      shown.refresh();
      panes.open(entries.find((entry) => entry.id === each.id).button, { focus });
    }
    const node = h("div", { class: "signatures-place" }, panes.node, spec.own && place.ask && ownFile(place));
    if (spec.cases.length === 1) open(spec.cases[0], false);
    /** Where a file stands, in words: how it went is said too, so that one sees what to come back to. */
    const standing = (id) => {
      const { verified = [], tried = [], judged = [], decided = {}, said = {} } = place.state;
      if (place.scored && id in decided && id in said) return "atbilde dota";
      if (judged.includes(id) && place.feedbacks[id]) return place.feedbacks[id].outcome === "right" ? "izskatīta, pareizi" : "izskatīta, vēl jālabo";
      if (tried.includes(id)) return "izskatīta";
      return verified.includes(id) ? "paraksts pārbaudīts" : "vēl nav pārbaudīta";
    };
    return {
      node,
      refresh() {
        for (const entry of entries) {
          const word = standing(entry.id);
          if (entry.state.textContent !== word) fill(entry.state, h("b", {}, word));
        }
        shown?.refresh();
      },
    };
  },
};

/** One file: what the client says, the letter, the check, the decision, the words. */
function signatureCase(place, each, next, onNext) {
  const letter = h("div", { "aria-live": "polite" });
  const found = h("div", { "aria-live": "polite" });
  const hint = h("div", { "aria-live": "polite" });
  const live = liveArea();
  const about = { case: each.id };
  const judged = () => (place.state.judged ?? []).includes(each.id);

  // What the check shows may have come below the edge; the keyboard goes there too, or the next Tab would lead back up.
  const show = () => {
    found.querySelector("[data-focus]")?.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest" });
  };
  const act = (action) => {
    if (judged()) place.act({ do: "retry", ...about });
    fill(hint);
    place.act({ ...action, ...about });
  };
  const button = (text, key, onClick, quiet = false) => {
    const made = h("button", { class: `btn btn--small${quiet ? " btn--quiet" : ""}`, type: "button", "data-key": key }, text);
    made.addEventListener("click", onClick);
    return made;
  };
  const bar = h("div", { class: "lideri-actions" },
    button("Atvērt datni", "look", () => place.act({ do: "look", ...about })),
    button("Pārbaudīt parakstu", "verify", () => { place.act({ do: "verify", ...about }); show(); }),
    place.ask && button("Lejupielādēt", "file", async () => {
      try { saveFile(await place.ask({ what: "file", file: each.file })); } catch (problem) { fill(hint, h("p", { class: "hint" }, problem.message)); }
    }, true));
  const decision = radioGroup("Vai šī datne klienta vajadzībai der?", place.spec.decisions, place.state.decided?.[each.id], (chosen) => act({ do: "decide", decision: chosen }));
  const words = radioGroup("Ko teiksi klientam?", each.words, place.state.said?.[each.id], (chosen) => act({ do: "say", words: chosen }));
  const hosts = { decision: h("div", { class: "lideri-part" }, decision), said: h("div", { class: "lideri-part" }, words) };
  const mark = markerOf(new Map([["decision", { host: hosts.decision, control: decision }], ["said", { host: hosts.said, control: words }]]));
  const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt manu atbildi");
  check.addEventListener("click", () => {
    const { verified = [], decided = {}, said = {} } = place.state;
    const missing = !verified.includes(each.id) ? "Vispirms nospied «Pārbaudīt parakstu» un izlasi, ko pārbaude rāda."
      : !(each.id in decided) ? "Vispirms izvēlies, vai datne der." : !(each.id in said) ? "Vispirms izvēlies, ko teiksi klientam." : "";
    fill(hint, missing && h("p", { class: "hint" }, missing));
    if (!missing && !judged()) place.act({ do: "check", ...about }, { check: true });
  });
  const onward = next && button("Nākamā datne", "next", () => onNext(next), true);
  const finished = h("div", { "aria-live": "polite" });
  const node = h("div", { class: "signatures" },
    h("h3", { class: "opened", tabindex: "-1", "data-focus": true }, each.title),
    h("p", { class: "signatures-client" }, each.client),
    h("p", { class: "signatures-name" }, "Datne: ", h("span", { class: "address" }, fileName(each.file))),
    bar, letter, found, hosts.decision, hosts.said,
    h("div", { class: "lideri-actions" }, !place.scored && check, onward), hint, live, finished);
  const drawn = { letter: false, found: false, feedback: null };
  return {
    node,
    refresh() {
      const { looked = [], verified = [] } = place.state;
      if (!drawn.letter && looked.includes(each.id)) {
        drawn.letter = true;
        fill(letter, each.found.documents.map(signatureLetter));
      }
      if (!drawn.found && verified.includes(each.id)) {
        drawn.found = true;
        fill(found, h("h4", { tabindex: "-1", "data-focus": true }, "Pārbaude rāda"), signatureFound(each.found));
      }
      const feedback = judged() ? place.feedbacks[each.id] ?? null : null;
      if (!same(feedback, drawn.feedback)) {
        drawn.feedback = feedback;
        fill(live, feedback && feedbackBox(feedback));
        mark(feedback?.marks);
        onward?.classList.toggle("btn--quiet", feedback?.outcome !== "right");
        const all = !next && feedback?.outcome === "right" && place.spec.cases.every((one) => (place.state.tried ?? []).includes(one.id));
        fill(finished, all && h("p", { class: "signatures-done" }, icon("ok"), h("strong", {}, "Visas datnes ir izskatītas. Vari turpināt nodaļu.")));
      }
    },
  };
}
