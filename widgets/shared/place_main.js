// A practice place as a widget of its own: the card around it, saving, and the kernel's word on every action.

function render({ model, el }) {
  const spec = model.get("spec");
  const { reduce = (state) => state, build } = PLACES[spec.kind];
  const progress = h("p", {});
  let built = null;
  // What was just said is seen: on a small screen, or with large letters, it may stand below the edge.
  const heard = new Set();
  let did = null;
  const reveal = () => {
    const boxes = [...built.node.querySelectorAll(".feedback")];
    const fresh = boxes.find((each) => !heard.has(each.textContent));
    for (const each of boxes) heard.add(each.textContent);
    // Not when another part was only opened: what is read first there stands above.
    if (did && did !== "open" && did !== "task") fresh?.scrollIntoView({ block: "nearest" });
  };
  const refresh = () => { progress.textContent = simulation.progress; built.refresh(); reveal(); };
  const simulation = new Simulation(model, { reduce: (state, action) => reduce(state, action, spec), onShown: refresh, onOther: answered });
  // Questions that change nothing: the kernel's answer comes as a promise.
  const asked = new Map();
  function answered(message) {
    const waiting = asked.get(message.ask);
    if (!waiting) return;
    asked.delete(message.ask);
    if (message.type === "answer" && message.answer) waiting.resolve(message.answer);
    else waiting.reject(new Error(message.problem ?? message.message ?? "Neizdevās. Mēģini vēlreiz."));
  }
  function ask(question) {
    const number = uid("jautajums");
    return new Promise((resolve, reject) => {
      asked.set(number, { resolve, reject });
      setTimeout(() => answered({ ask: number, problem: "Atbilde nepienāca. Pārlādē lapu un mēģini vēlreiz." }), 45000);
      model.send({ type: "ask", ask: number, ...question });
    });
  }
  const place = {
    spec, scored: false, ask,
    get state() { return simulation.state; },
    get feedbacks() { return simulation.feedbacks; },
    act(action, how) { did = action.do; simulation.act(action, how); refresh(); },
  };
  built = build(place);
  el.append(h("div", { class: `lideri lideri-${spec.kind}` },
    practiceCard(spec, progress, built.node, h("div", { class: "lideri-actions" }, simulation.line.node))));
  refresh();
  simulation.start();
  return () => simulation.stop();
}

export default { render };
