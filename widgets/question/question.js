// One practice question: answer, «Pārbaudīt», read why, try again. What is right is said after the second wrong answer, or
// when the person asks for it.

const WRONG_BEFORE_EXPLAINED = 2;

function render({ model, el }) {
  const item = model.get("spec");
  const line = saveLine();
  const live = liveArea();
  const saver = new Saver({
    send: (message) => model.send(message),
    context: model.get("context"),
    exercise: model.get("context").exercise,
    saved: model.get("saved"),
    onStatus: line.show,
    onFeedback: (feedback) => { fill(live, feedbackBox(feedback), explained(feedback)); kind.mark(feedback.marks); },
  });
  const wrong = new Set(); // different answers, in this visit
  function explained({ outcome, more }) {
    if (outcome !== "wrong" || !more?.explanation) return null;
    wrong.add(JSON.stringify(response, sorted));
    const why = h("p", { class: "lideri-why", tabindex: "-1" }, h("strong", {}, "Paskaidrojums. "), more.explanation);
    if (wrong.size >= WRONG_BEFORE_EXPLAINED) return why;
    const ask = h("button", { class: "btn btn--small lideri-why", type: "button" }, "Parādīt paskaidrojumu");
    ask.addEventListener("click", () => { ask.replaceWith(why); why.focus(); });
    return ask;
  }
  let response = saver.response;
  const kind = buildKind(item, response, (changed, now) => {
    if (same(changed, response) && !saver.timer) return;
    response = changed;
    kind.mark({});
    fill(live);
    saver.change(changed, { now });
  });

  const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
  check.addEventListener("click", () => {
    if (!isAnswered(response)) {
      fill(live, h("p", { class: "hint" }, item.kind === "order" ? "Vispirms sakārto vai apstiprini secību." : "Vispirms atbildi uz jautājumu."));
      return;
    }
    fill(live);
    saver.check(response);
  });

  const root = h("div", { class: "lideri lideri-question prose" }, kind.node, olderText(saver, kind), h("div", { class: "lideri-actions" }, check, line.node), live);
  el.append(root);
  const listen = (message) => saver.receive(message);
  model.on("msg:custom", listen);
  saver.start();
  return () => model.off("msg:custom", listen);
}

export default { render };
