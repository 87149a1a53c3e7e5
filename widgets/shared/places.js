// Practice places. Each place's file adds one entry:
//
//   PLACES.sorting = { reduce, build };
//
// build(place) draws the place once and returns { node, refresh }; refresh() is called after every change.
// reduce(state, action, spec), if there is one, draws at once what the kernel will confirm; without it the kernel's
// state is waited for.
// place: spec (what may be shown), state (as the kernel's machine has it), feedbacks (part → feedback; always empty in a
// scored task), scored, act(action, { check, instead, drop, now }), and, in practice only, ask(question) → promise.

const PLACES = {};

/** Draws anew and keeps the keyboard where it was: by `data-key`, which names a control from one drawing to the next. */
function redraw(where, ...children) {
  const key = where.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  fill(where, ...children);
  if (key) [...where.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key)?.focus();
  return where;
}

/** Numbered buttons, one for each {id, title, done}; `doneWord` says what the tick means. Empty for a single part. */
function partsStrip(parts, open, doneWord, onOpen) {
  if (parts.length === 1) return [];
  return [h("ol", { class: "lideri-strip" }, parts.map(({ id, title, done }, at) => h("li", {},
    h("button", { class: "lideri-strip__no", type: "button", "data-key": `part-${id}`, "aria-current": id === open ? "step" : null,
      "aria-label": `${at + 1}. ${title}${done ? `, ${doneWord}` : ""}`, on: { click: () => onOpen(id) } }, at + 1, done && icon("ok")))))];
}

/** A scored task: the place as in practice, with nothing said about right and wrong. */
KINDS.simulation = function simulationTask(item, response, report, number) {
  const { reduce = (state) => state, build } = PLACES[item.scenario.kind];
  let actions = [...(response?.actions ?? [])];
  let state = item.state ?? {};
  const place = {
    spec: item.scenario, scored: true, feedbacks: {},
    get state() { return state; },
    act(action, { instead = false, drop = null } = {}) {
      if (instead && actions.at(-1)?.do === action.do) actions = actions.slice(0, -1);
      if (drop) actions = actions.filter((each) => !drop(each));
      actions = [...actions, action];
      state = reduce(state, action, item.scenario);
      report({ kind: "simulation", actions }, true);
      built.refresh();
    },
  };
  const built = build(place);
  built.refresh();
  const title = uid("uzdevuma-nosaukums"); // «uzdevums-3» is the third item of a form
  const node = h("section", { class: "question lideri-task", "aria-labelledby": title },
    h("p", { class: "lideri-task__stem", id: title }, stemOf(item, number)),
    h("div", { class: "practice" },
      h("div", { class: "practice__body" },
        h("div", { class: "banner banner--practice" }, icon("warn", "banner__mark"), h("p", {}, h("strong", {}, PRACTICE), item.scenario.notice ? ` ${item.scenario.notice}` : "")),
        item.scenario.intro && h("p", { class: "prose" }, item.scenario.intro), built.node)));
  return {
    node, parts: new Map(),
    shown(message) {
      if (message.actions) actions = [...message.actions];
      state = message.state;
      built.refresh();
    },
  };
};
