// What the judge said: a word, a shape and a text; colour only helps.

const OUTCOMES = {
  right: ["ok", "Pareizi"],
  partly: ["half", "Daļēji pareizi"],
  wrong: ["stop", "Nepareizi"],
  unsure: ["ask", "Nevarējām novērtēt"],
};

function feedbackBox(feedback) {
  const outcome = feedback.outcome in OUTCOMES ? feedback.outcome : "unsure";
  const [picture, word] = OUTCOMES[outcome];
  return h("div", { class: `feedback feedback--${outcome}` },
    icon(picture),
    h("p", { class: "feedback__title" }, feedback.title || word),
    h("div", { class: "feedback__body" }, [].concat(feedback.body ?? []).map((text) => h("p", {}, text))));
}

const MISSED_SIGN = "Neievērota pazīme";

/** One line under an option, a spot or a row: how it is, and why. */
function partMark(mark, id) {
  const outcome = mark.outcome === "missed" ? "partly" : mark.outcome in OUTCOMES ? mark.outcome : "unsure";
  let [picture, word] = OUTCOMES[outcome];
  let why = mark.why ?? "";
  if (mark.outcome === "missed") word = "Palika neizvēlēts";
  if (why.startsWith(MISSED_SIGN)) { word = MISSED_SIGN; why = why.slice(MISSED_SIGN.length).replace(/^[.:]? */, ""); }
  return h("p", { class: `part-why part-why--${outcome}`, id }, icon(picture),
    h("span", {}, h("strong", {}, word), why ? `. ${why}` : ""));
}

/** A row of an order: what stands in it is needed, only not there, so it is not called wrong. */
function elsewhereMark(mark, id) {
  return h("p", { class: "part-why part-why--partly", id }, icon("half"), h("span", {}, h("strong", {}, "Citā vietā"), mark.why ? `. ${mark.why}` : ""));
}

/** An area that reads its content aloud when it changes. */
function liveArea() {
  return h("div", { class: "lideri-live", "aria-live": "polite" });
}
