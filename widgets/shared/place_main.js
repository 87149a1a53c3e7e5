// A practice place as a widget of its own: the card around it, saving, and the kernel's word on every action.

function render({ model, el }) {
  const spec = model.get("spec");
  const { reduce = (state) => state, build } = PLACES[spec.kind];
  const progress = h("p", {});
  let built = null;
  const refresh = () => { progress.textContent = simulation.progress; built.refresh(); };
  const simulation = new Simulation(model, { reduce: (state, action) => reduce(state, action, spec), onShown: refresh });
  const place = {
    spec, scored: false,
    get state() { return simulation.state; },
    get feedbacks() { return simulation.feedbacks; },
    act(action, how) { simulation.act(action, how); refresh(); },
  };
  built = build(place);
  el.append(h("div", { class: `lideri lideri-${spec.kind}` },
    practiceCard(spec, progress, built.node, h("div", { class: "lideri-actions" }, simulation.line.node))));
  refresh();
  simulation.start();
  return () => simulation.stop();
}

export default { render };
