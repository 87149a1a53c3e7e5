// What the simulators share: actions, the practice card, and a list beside what it opens.

/** Keeps the actions. `reduce(state, action)` draws at once what the kernel will confirm; the kernel's state wins. */
class Simulation {
  constructor(model, { reduce, onShown, onOther = () => {} }) {
    const context = model.get("context");
    this.model = model;
    this.reduce = reduce;
    this.onShown = onShown;
    this.line = saveLine();
    this.saver = new Saver({ send: (message) => model.send(message), context, exercise: context.exercise, saved: model.get("saved"), onStatus: this.line.show });
    this.kind = model.get("spec").kind;
    this.actions = [...(this.saver.response?.actions ?? [])];
    this.state = structuredClone(model.get("state") ?? {});
    this.feedbacks = model.get("feedbacks") ?? {};
    this.progress = model.get("progress") ?? "";
    const stored = model.get("saved")?.response?.actions?.length ?? 0;
    // A draft holds more actions than the kernel has seen: draw them until it answers.
    if (this.saver.pending) for (const action of this.actions.slice(stored)) this.state = reduce(this.state, action);
    this.listen = (message) => {
      this.saver.receive(message);
      onOther(message);
      if (message.type === "shown" && message.exercise === context.exercise && message.seq === this.saver.seq) {
        if (message.actions) this.actions = [...message.actions];
        const before = [this.state, this.feedbacks];
        this.progress = message.progress ?? this.progress;
        this.state = message.state;
        this.feedbacks = message.feedbacks;
        if (!same(before, [this.state, this.feedbacks])) this.onShown();
      }
    };
    model.on("msg:custom", this.listen);
  }
  start() { this.saver.start(); }
  stop() { this.model.off("msg:custom", this.listen); }
  /** `instead`: replaces the last action when it was of the same kind about the same thing. `drop`: which earlier
   * actions the new one makes needless, e.g. what stood in a field before. */
  act(action, { instead = false, drop = null, check = false, now = true } = {}) {
    const last = this.actions.at(-1);
    if (instead && last && last.do === action.do) this.actions.pop();
    if (drop) this.actions = this.actions.filter((each) => !drop(each));
    this.actions.push(action);
    this.state = this.reduce(this.state, action);
    this.saver.change({ kind: this.kind, actions: this.actions }, { check, now });
  }
}

const PRACTICE = "Mācību vide – nav īsts portāls.";

function practiceCard(spec, progress, ...body) {
  const title = uid("izmegini");
  const notice = String(spec.notice ?? "").replace(PRACTICE, "").trim() || "Kļūdīties drīkst: nekas no šejienes netiek nosūtīts.";
  return h("section", { class: "practice", "aria-labelledby": title },
    h("div", { class: "practice__head" }, h("h2", { id: title }, `Izmēģini: ${spec.title}`), progress),
    h("div", { class: "practice__body" },
      h("div", { class: "banner banner--practice" }, icon("warn", "banner__mark"), h("p", {}, h("strong", {}, PRACTICE), ` ${notice}`)),
      spec.intro && h("p", { class: "prose" }, spec.intro), ...body));
}

/** List and opened thing: side by side when there is room, two steps on a phone. */
function twoPane({ listLabel, backText, entries }) {
  const pane = h("div", { class: "lideri-pane" });
  const list = h("ul", { class: "mail-list" }, entries.map((entry) => h("li", {}, entry.button)));
  const back = h("button", { class: "btn btn--small lideri-back", type: "button" }, icon("back"), backText);
  const heading = uid("saraksts");
  const box = h("div", { class: "mailbox lideri-two" },
    h("div", { class: "lideri-list", role: "group", "aria-labelledby": heading }, h("h3", { id: heading, class: "opened" }, listLabel), list),
    h("div", { class: "lideri-opened" }, back, pane));
  let opener = null;
  back.addEventListener("click", () => { box.classList.remove("is-reading"); opener?.focus(); });
  return {
    node: box, pane,
    open(button, { focus = true } = {}) {
      opener = button;
      for (const entry of entries) if (entry.button === button) entry.button.setAttribute("aria-current", "true"); else entry.button.removeAttribute("aria-current");
      box.classList.add("is-reading");
      if (focus) pane.querySelector("[data-focus]")?.focus();
    },
  };
}

function radioGroup(legend, options, chosen, onChoose) {
  const name = uid("izvele");
  const rows = options.map((option) => {
    const input = h("input", { type: "radio", name, value: option.id, checked: option.id === chosen });
    return { input, label: h("label", { class: "choice" }, input, h("span", { class: option.address ? "address" : null }, option.text)) };
  });
  const frame = () => rows.forEach(({ input, label }) => label.classList.toggle("choice--on", input.checked));
  frame();
  const node = h("fieldset", { class: "question" }, h("legend", {}, legend), rows.map((row) => row.label));
  node.addEventListener("change", (event) => { if (event.target.name === name) { frame(); onChoose(event.target.value); } });
  return node;
}
