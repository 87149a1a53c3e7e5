// The kinds of questions. Each builder shows an item and reports an answer; none of them knows what is right.
//
// A builder returns {node, parts: Map(id → {host, control}), set?}. `report(response, now)` is called at every change.

function stemOf(item, number) {
  return [number && h("span", { class: "lideri-no" }, number), h("span", { class: "lideri-stem" }, item.stem)];
}

function group(item, number, hint, ...children) {
  const hintId = hint && uid("hint");
  return h("fieldset", { class: "question", "aria-describedby": hintId },
    h("legend", {}, stemOf(item, number)), hint && h("p", { class: "hint", id: hintId }, hint), ...children);
}

function choices(item, response, report, number) {
  const many = item.kind === "multiple_choice";
  const name = uid("izvele");
  const chosen = new Set(many ? response?.choices ?? [] : [response?.choice].filter(Boolean));
  const parts = new Map();
  const rows = item.options.map((option) => {
    const input = h("input", { type: many ? "checkbox" : "radio", name, value: option.id, checked: chosen.has(option.id) });
    const label = h("label", { class: "choice" }, input, h("span", {}, option.text));
    const host = h("div", { class: "lideri-part" }, label);
    parts.set(option.id, { host, control: input });
    return { input, label, host };
  });
  const frame = () => rows.forEach(({ input, label }) => label.classList.toggle("choice--on", input.checked));
  frame();
  const node = group(item, number, many ? "Vari izvēlēties vairākas atbildes." : null, rows.map((row) => row.host));
  node.addEventListener("change", () => {
    frame();
    const on = rows.filter(({ input }) => input.checked).map(({ input }) => input.value);
    report(many ? { kind: item.kind, choices: on } : { kind: item.kind, choice: on[0] ?? null }, true);
  });
  return { node, parts };
}

/** A fixed mixed order that depends on ids only: the order in the file may well be the right one. */
function mixed(pieces, seed) {
  const weight = (text) => { let sum = 2166136261; for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619) >>> 0; return sum; };
  return [...pieces].sort((a, b) => weight(`${a.id}/${seed}`) - weight(`${b.id}/${seed}`) || (a.id < b.id ? -1 : 1));
}

function order(item, response, report, number) {
  const known = new Map(item.pieces.map((piece) => [piece.id, piece]));
  const stored = (response?.order ?? []).filter((id) => known.has(id));
  let touched = stored.length === known.size;
  const sequence = touched ? stored.map((id) => known.get(id)) : mixed(item.pieces, item.id);
  const parts = new Map();
  const say = h("p", { class: "visually-hidden", role: "status" });
  const state = h("p", { class: "small soft" });
  const list = h("ol", { class: "order", "aria-label": "Secība" });
  const rows = sequence.map((piece) => {
    const button = (direction, word) => h("button", { class: "icon-btn", type: "button", "data-move": direction, "aria-label": `${piece.text}: ${word}` }, icon(direction));
    const host = h("div", { class: "lideri-part lideri-part--wide" });
    const row = h("li", { "data-id": piece.id }, h("span", {}, piece.text),
      h("span", { class: "order__move" }, button("up", "augstāk"), button("down", "zemāk")), host);
    parts.set(piece.id, { host, control: row.querySelector("button"), notHere: true });
    return row;
  });
  list.append(...rows);
  const confirm = h("button", { class: "btn btn--small", type: "button" }, "Šī secība ir pareiza");
  const refresh = () => {
    [...list.children].forEach((row, place, all) => {
      row.querySelector("[data-move=up]").disabled = place === 0;
      row.querySelector("[data-move=down]").disabled = place === all.length - 1;
    });
    confirm.hidden = touched;
    state.textContent = touched ? "Tava secība ir pierakstīta." : "Secība vēl nav pierakstīta. Pārvieto rindas vai, ja tā jau ir pareiza, apstiprini to.";
  };
  const tell = () => { touched = true; refresh(); report({ kind: "order", order: [...list.children].map((row) => row.dataset.id) }, true); };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("li");
    if (button.dataset.move === "up") row.previousElementSibling?.before(row); else row.nextElementSibling?.after(row);
    tell();
    (button.disabled ? row.querySelector("[data-move]:not([disabled])") : button).focus();
    say.textContent = `${known.get(row.dataset.id).text}: tagad ${[...list.children].indexOf(row) + 1}. vietā`;
  });
  confirm.addEventListener("click", () => {
    tell();
    list.querySelector("[data-move]:not([disabled])").focus();
    say.textContent = "Secība apstiprināta.";
  });
  refresh();
  const node = group(item, number, "Pārvieto ar bultiņām. Pirmais lai ir augšā.", list, state, h("p", {}, confirm), say);
  return { node, parts };
}

function match(item, response, report, number) {
  const parts = new Map();
  const selects = item.left.map((piece) => {
    const id = uid("para");
    const stored = response?.pairs?.[piece.id];
    const select = h("select", { class: "input", id, "data-id": piece.id },
      h("option", { value: "" }, "Izvēlies…"),
      item.right.map((right) => h("option", { value: right.id, selected: right.id === stored }, right.text)));
    const host = h("div", { class: "field lideri-part" }, h("label", { for: id }, piece.text), select);
    parts.set(piece.id, { host, control: select });
    return { select, host };
  });
  // Where something is left over the stem says so; «several times» beside it would puzzle.
  const again = item.right.length > item.left.length ? "" : " Vienu atbildi vari izvēlēties vairākas reizes.";
  const node = group(item, number, `Katrai rindai izvēlies atbilstošo.${again}`, selects.map((s) => s.host));
  node.addEventListener("change", () => {
    const pairs = Object.fromEntries(selects.filter(({ select }) => select.value).map(({ select }) => [select.dataset.id, select.value]));
    report({ kind: "match", pairs }, true);
  });
  return { node, parts };
}

function field(item, number, input, ...more) {
  const id = uid("lauks");
  input.id = id;
  return h("div", { class: "field lideri-field" }, h("label", { for: id }, stemOf(item, number)), ...more);
}

function number(item, response, report, no) {
  const hintId = uid("hint");
  const input = h("input", { class: "input lideri-number", type: "text", inputmode: "decimal", autocomplete: "off", maxlength: 200,
    value: response?.text ?? "", "aria-describedby": hintId });
  input.addEventListener("input", () => report({ kind: "number", text: input.value }, false));
  input.addEventListener("change", () => report({ kind: "number", text: input.value }, true));
  const hint = item.unit ? `Ieraksti tikai skaitli. Aiz lauka jau rakstīts: ${item.unit}.` : "Ieraksti skaitli. Ja tajā ir daļas, atdali tās ar komatu, piemēram, 3,5.";
  const node = field(item, no, input, h("p", { class: "hint", id: hintId }, hint),
    h("span", { class: "lideri-unit" }, input, item.unit && h("span", { "aria-hidden": "true" }, item.unit)));
  return { node, parts: new Map() };
}

function shortText(item, response, report, no) {
  const input = h("input", { class: "input", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 200, value: response?.text ?? "" });
  input.addEventListener("input", () => report({ kind: "short_text", text: input.value }, false));
  input.addEventListener("change", () => report({ kind: "short_text", text: input.value }, true));
  return { node: field(item, no, input, input), parts: new Map() };
}

const CHANNELS = { "e-pasts": ["mail", "E-pasts"], "īsziņa": ["sms", "Īsziņa"], "tērzēšana": ["chat", "Tērzēšana"], zvans: ["call", "Zvans"], vietne: ["site", "Vietne"] };

function messageHead(message) {
  const [, channel] = CHANNELS[message.channel] ?? ["mail", message.channel];
  const line = (term, ...value) => [h("dt", {}, term), h("dd", {}, ...value)];
  return h("div", { class: "message__head" }, h("dl", {},
    line(message.channel === "vietne" ? "Vietne" : "No", h("strong", {}, message.sender)),
    message.address && line(message.channel === "zvans" || message.channel === "īsziņa" ? "Numurs" : "Adrese", h("span", { class: "address" }, message.address)),
    message.subject && line("Temats", message.subject),
    line("Veids", [channel, message.when].filter(Boolean).join(", "))));
}

/** «Skatīt, uz kurieni ved saite»: what a mouse shows on hover, for everybody. */
function linkReveal(link, onReveal = () => {}, open = false) {
  const id = uid("saite");
  const target = h("p", { id, class: "lideri-link" }, "Saite ved uz ", h("span", { class: "address" }, link));
  target.hidden = !open;
  const button = h("button", { class: "btn btn--small", type: "button", "aria-expanded": String(open), "aria-controls": id }, "Skatīt, uz kurieni ved saite");
  button.addEventListener("click", () => {
    target.hidden = !target.hidden;
    button.setAttribute("aria-expanded", String(!target.hidden));
    if (!target.hidden) onReveal();
  });
  return h("div", { class: "message__link" }, button, target);
}

function spotList(spots, marked, onToggle) {
  const parts = new Map();
  const rows = spots.map((spot) => {
    const button = h("button", { class: "spot", type: "button", "aria-pressed": String(marked.has(spot.id)) }, icon("flag"), h("span", {}, spot.text));
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      onToggle(spot.id, on);
    });
    const host = h("li", { class: "lideri-part" }, button);
    parts.set(spot.id, { host, control: button });
    return host;
  });
  return { node: h("ul", { class: "spots" }, rows), parts };
}

function markSpots(item, response, report, number) {
  const marked = new Set(response?.marked ?? []);
  const spots = spotList(item.spots, marked, (id, on) => {
    if (on) marked.add(id); else marked.delete(id);
    report({ kind: "mark_spots", marked: item.spots.map((spot) => spot.id).filter((spot) => marked.has(spot)) }, true);
  });
  const message = h("div", { class: "message" }, item.message && messageHead(item.message), spots.node,
    item.message?.link && linkReveal(item.message.link));
  const node = group(item, number, "Nospied uz rindām, ko gribi atzīmēt: pie tām parādīsies karodziņš.", message);
  return { node, parts: spots.parts };
}

function freeText(item, response, report, no) {
  const hintId = uid("hint");
  const area = h("textarea", { class: "input", rows: 8, maxlength: 8000, value: response?.text ?? "", "aria-describedby": hintId });
  const count = h("p", { class: "small soft num" });
  const words = () => area.value.trim().split(/\s+/).filter(Boolean).length;
  const recount = () => { count.textContent = `Vārdi: ${words()}`; };
  area.addEventListener("input", () => { recount(); report({ kind: "free_text", text: area.value }, false); });
  area.addEventListener("change", () => report({ kind: "free_text", text: area.value }, true));
  recount();
  const length = item.min_words ? `Pietiek ar ${item.min_words}–${item.max_words} vārdiem.` : item.max_words ? `Pietiek ar ${item.max_words} vārdiem vai mazāk.` : "";
  const looked = item.criteria?.length ? `Vērtējot skatās uz šo: ${item.criteria.map((c) => c.charAt(0).toLocaleLowerCase("lv") + c.slice(1)).join("; ")}.` : "";
  const node = field(item, no, area, h("p", { class: "hint", id: hintId }, [length, looked].filter(Boolean).join(" ")), area, count);
  return { node, parts: new Map(), set: (text) => { area.value = text; recount(); report({ kind: "free_text", text }, true); } };
}

const KINDS = { single_choice: choices, multiple_choice: choices, order, match, number, short_text: shortText, mark_spots: markSpots, free_text: freeText };

function buildKind(item, response, report, number) {
  const build = KINDS[item.kind];
  if (!build) return { node: h("p", {}, item.stem), parts: new Map() };
  const built = build(item, response?.kind === item.kind ? response : null, report, number);
  return { ...built, mark: markerOf(built.parts) };
}

/** A function that puts the judge's lines at the parts they are about, and takes the earlier ones away. */
function markerOf(parts) {
  return (marks) => {
    parts.forEach(({ host, control }) => { host.querySelector(".part-why")?.remove(); control.removeAttribute("aria-describedby"); });
    for (const [id, mark] of Object.entries(marks ?? {})) {
      const part = parts.get(id);
      if (!part) continue;
      const line = uid("kapec");
      part.host.append(part.notHere && mark.outcome === "wrong" ? elsewhereMark(mark, line) : partMark(mark, line));
      part.control.setAttribute("aria-describedby", line);
    }
  };
}

/** Whether a response holds anything: an untouched order or an empty text is no answer. */
function isAnswered(response) {
  if (!response) return false;
  if (response.kind === "match") return Object.keys(response.pairs ?? {}).length > 0;
  const value = response.choice ?? response.choices ?? response.order ?? response.marked ?? response.actions ?? response.text;
  return typeof value === "string" ? value.trim() !== "" : Array.isArray(value) && value.length > 0;
}

/** A text this browser kept that is older than the stored one: shown, never silently thrown away. */
function olderText(saver, kind) {
  if (!saver.leftover || !kind.set) return null;
  const text = saver.leftover.text;
  const box = h("div", { class: "lideri-older" },
    h("p", {}, h("strong", {}, "Šajā ierīcē palicis agrāks teksts:")), h("p", {}, text),
    h("div", { class: "lideri-actions" },
      h("button", { class: "btn btn--small", type: "button", on: { click: () => { saver.dropLeftover(); kind.set(text); box.remove(); } } }, "Ielikt šo tekstu"),
      h("button", { class: "btn btn--small btn--quiet", type: "button", on: { click: () => { saver.dropLeftover(); box.remove(); } } }, "Nevajag, dzēst")));
  return box;
}
