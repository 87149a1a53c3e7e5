// «Pastkaste».

const FRESH = { opened: false, sender_revealed: false, link_revealed: false, marked: [], decision: null, checked: false, tries: 0 };

/** The same steps as lideri/practice/mailbox.py, without judging: it only draws until the kernel answers. */
function reduceMailbox(state, action) {
  const next = { order: [], order_checked: false, ...state, messages: { ...state.messages } };
  if (action.do === "order") return { ...next, order: action.steps, order_checked: false };
  if (action.do === "check_order") return { ...next, order_checked: true };
  const message = { ...FRESH, ...next.messages[action.message] };
  if (action.do === "open") { message.opened = true; next.current = action.message; }
  if (action.do === "reveal_sender") message.sender_revealed = true;
  if (action.do === "reveal_link") message.link_revealed = true;
  if (action.do === "mark") message.marked = [...new Set([...message.marked, action.spot])];
  if (action.do === "unmark") message.marked = message.marked.filter((spot) => spot !== action.spot);
  if (action.do === "decide") message.decision = action.decision;
  if (action.do === "check") { message.checked = true; message.tries += 1; }
  if (action.do === "retry") message.checked = false;
  next.messages[action.message] = message;
  return next;
}

function render({ model, el }) {
  const spec = model.get("spec");
  const simulation = new Simulation(model, { reduce: reduceMailbox, onShown: () => { refreshList(); refreshMessage(); refreshSteps(); } });
  const about = (id) => ({ ...FRESH, ...simulation.state.messages?.[id] });

  const progress = h("p", {});
  const entries = spec.messages.map((message) => {
    const [picture, channel] = CHANNELS[message.channel] ?? ["mail", message.channel];
    const state = h("span", { class: "mail__state" });
    const button = h("button", { class: "mail", type: "button" }, icon(picture),
      h("span", { class: "mail__from" }, message.sender), h("span", { class: "mail__subject" }, message.subject), state);
    button.addEventListener("click", () => open(message.id));
    return { id: message.id, button, state, channel };
  });
  const panes = twoPane({ listLabel: `Visas ziņas (${spec.messages.length})`, backText: "Atpakaļ uz sarakstu", entries });
  fill(panes.pane, h("p", { class: "soft lideri-choose" }, "Izvēlies ziņu no saraksta."));

  let shown = null; // what the pane shows now: {id, live, mark}
  const steps = stepsPart();
  el.append(h("div", { class: "lideri lideri-mailbox" }, practiceCard(spec, progress, panes.node, steps?.node, h("div", { class: "lideri-actions" }, simulation.line.node))));
  refreshList();
  if (simulation.state.current) openPane(simulation.state.current, false);
  // On a phone the page opens with the list; the message is the second step.
  panes.node.classList.remove("is-reading");
  refreshSteps();
  simulation.start();
  return () => simulation.stop();

  function refreshList() {
    for (const entry of entries) {
      const { opened, tries } = about(entry.id);
      fill(entry.state, `${entry.channel}, `, tries ? h("b", {}, "izskatīta") : opened ? h("b", {}, "atvērta") : "nav atvērta");
    }
    const seen = spec.messages.filter((message) => about(message.id).tries).length;
    progress.textContent = `${plural(seen, "Izskatīta", "Izskatītas")} ${seen} ${plural(seen, "ziņa", "ziņas")} no ${spec.messages.length}`;
  }

  function open(id) {
    if (simulation.state.current !== id || !about(id).opened) simulation.act({ do: "open", message: id }, { instead: about(id).opened && simulation.state.current !== null && lastIsReopen() });
    openPane(id, true);
    refreshList();
  }
  /** Leafing through messages already opened leaves one action, not a hundred. */
  function lastIsReopen() {
    const last = simulation.actions.at(-1);
    return last?.do === "open" && simulation.actions.slice(0, -1).some((action) => action.do === "open" && action.message === last.message);
  }

  /** A change after checking is a new try. */
  function change(id, action) {
    if (about(id).checked) simulation.act({ do: "retry", message: id });
    simulation.act({ ...action, message: id });
    if (shown?.id === id) { fill(shown.live); shown.mark({}); }
    refreshList();
  }

  function openPane(id, focus) {
    const message = spec.messages.find((each) => each.id === id);
    if (!message) return;
    const now = about(id);
    const [, channel] = CHANNELS[message.channel] ?? ["", message.channel];
    const addressId = uid("adrese");
    const address = h("dd", { id: addressId });
    const behind = h("button", { class: "btn btn--small", type: "button", "aria-controls": addressId }, "Skatīt sūtītāja adresi vai numuru");
    const reveal = () => { behind.setAttribute("aria-expanded", "true"); behind.hidden = true; fill(address, h("span", { class: message.address.includes(" ") ? null : "address", tabindex: "-1" }, message.address)); };
    address.append(behind);
    behind.setAttribute("aria-expanded", "false");
    if (now.sender_revealed) reveal();
    behind.addEventListener("click", () => { reveal(); address.firstChild.focus(); change0(id, "reveal_sender"); });
    const spots = spotList(message.spots, new Set(now.marked), (spot, on) => change(id, { do: on ? "mark" : "unmark", spot }));
    const marker = markerOf(spots.parts);
    const live = liveArea();
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
    check.addEventListener("click", () => {
      if (!about(id).decision) { fill(live, h("p", { class: "hint" }, "Vispirms izvēlies, ko darīsi.")); return; }
      if (about(id).checked && simulation.feedbacks[id]) { refreshMessage(true); return; }
      fill(live);
      simulation.act({ do: "check", message: id }, { check: true });
      refreshList();
    });
    const next = h("button", { class: "btn btn--quiet", type: "button" }, "Nākamā ziņa");
    const place = spec.messages.indexOf(message);
    next.addEventListener("click", () => open(spec.messages[place + 1].id));
    fill(panes.pane,
      h("h3", { class: "opened", tabindex: "-1", "data-focus": true }, message.subject),
      h("div", { class: "message" },
        h("div", { class: "message__head" }, h("p", { class: "small soft lideri-label" }, message.label),
          h("dl", {}, h("dt", {}, "No"), h("dd", {}, h("strong", {}, message.sender)), h("dt", {}, "Adrese"), address,
            h("dt", {}, "Veids"), h("dd", {}, [channel, message.when].filter(Boolean).join(", ")))),
        spots.node,
        message.link && linkReveal(message.link.target, () => change0(id, "reveal_link"), now.link_revealed)),
      h("div", { class: "lideri-decide" }, radioGroup("Ko tu darīsi?", message.decisions, now.decision, (decision) => change(id, { do: "decide", decision }))),
      h("div", { class: "lideri-actions" }, check, place + 1 < spec.messages.length && next), live);
    shown = { id, live, mark: marker };
    refreshMessage();
    panes.open(entries.find((entry) => entry.id === id).button, { focus });
  }

  /** Looking changes no answer, so it needs no new try. */
  function change0(id, what) {
    const seen = what === "reveal_link" ? about(id).link_revealed : about(id).sender_revealed;
    if (!seen) simulation.act({ do: what, message: id });
  }

  function refreshMessage() {
    if (!shown) return;
    const feedback = about(shown.id).checked ? simulation.feedbacks[shown.id] : null;
    if (feedback) { fill(shown.live, feedbackBox(feedback)); shown.mark(feedback.marks); } else if (!about(shown.id).checked) { fill(shown.live); shown.mark({}); }
  }

  function stepsPart() {
    if (!spec.steps?.pieces?.length) return null;
    const live = liveArea();
    const kind = buildKind({ id: spec.id, kind: "order", stem: spec.steps.situation, pieces: spec.steps.pieces },
      { kind: "order", order: simulation.state.order ?? [] },
      (response) => { simulation.act({ do: "order", steps: response.order }, { instead: true }); fill(live); kind.mark({}); });
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt secību");
    check.addEventListener("click", () => {
      if (!simulation.state.order?.length) { fill(live, h("p", { class: "hint" }, "Vispirms sakārto vai apstiprini secību.")); return; }
      if (!simulation.state.order_checked) simulation.act({ do: "check_order" }, { check: true });
    });
    return { kind, live, node: h("div", { class: "lideri-steps" }, h("h3", {}, "Ko darīt, ja uzķēries"), kind.node, h("div", { class: "lideri-actions" }, check), live) };
  }
  function refreshSteps() {
    if (!steps) return;
    const feedback = simulation.state.order_checked ? simulation.feedbacks.steps : null;
    fill(steps.live, feedback && feedbackBox(feedback));
    steps.kind.mark(feedback?.marks);
  }
}

export default { render };
