// Building elements. Data only ever becomes text (textContent) or an attribute, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** h("p", {class: "hint", on: {click}}, "text", node, …); null and false children are left out. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  ok: [["circle", { cx: 12, cy: 12, r: 10 }], "M7.5 12.5l3 3 6-6.5"],
  half: [["circle", { cx: 12, cy: 12, r: 10 }], ["path", { d: "M12 2a10 10 0 0 1 0 20z", fill: "currentColor" }]],
  none: [["circle", { cx: 12, cy: 12, r: 10 }]],
  stop: ["M8 2h8l6 6v8l-6 6H8l-6-6V8z", "M9 9l6 6M15 9l-6 6"],
  ask: ["M12 1.5L22.5 12 12 22.5 1.5 12z", "M9.8 9.6a2.3 2.3 0 1 1 3.2 2.1c-.7.3-1 .8-1 1.5", "M12 16.2v.1"],
  clock: [["circle", { cx: 12, cy: 12, r: 10 }], "M12 6v6l4 2"],
  warn: ["M12 2.5L22.5 21h-21z", "M12 9v6M12 18v.1"],
  lost: ["M2 2l20 20M5 12.5a10 10 0 0 1 4-2.4M2 8.8a15 15 0 0 1 4-2.6M10.7 5a15 15 0 0 1 11.3 3.8M15 10.6a10 10 0 0 1 4 2M8.5 16.1a5 5 0 0 1 7 0M12 20v.1"],
  flag: ["M5 22V3M5 4h13l-3 4.5 3 4.5H5"],
  up: ["M12 20V4M5 11l7-7 7 7"],
  down: ["M12 4v16M5 13l7 7 7-7"],
  back: ["M20 12H4M11 5l-7 7 7 7"],
  mail: [["rect", { x: 2, y: 4, width: 20, height: 16, rx: 2 }], "M2 7l10 7 10-7"],
  sms: ["M3 4h18v13H10l-5 4v-4H3z", "M8 9h8M8 12.5h5"],
  call: ["M5 2h4l2 6-3 2a13 13 0 0 0 6 6l2-3 6 2v4a2 2 0 0 1-2 2C11 21 3 13 3 4a2 2 0 0 1 2-2z"],
  chat: ["M12 3c5.5 0 10 3.6 10 8s-4.5 8-10 8c-1.3 0-2.5-.2-3.6-.5L3 21l1.5-4.3C3 15.2 2 13.2 2 11c0-4.4 4.5-8 10-8z"],
  site: [["circle", { cx: 12, cy: 12, r: 10 }], "M2 12h20M12 2c3 3 4 6.500 4 10s-1 7-4 10c-3-3-4-6.500-4-10s1-7 4-10z"],
};

/** A picture that only decorates: the word stands beside it. */
function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const part of ICONS[name] ?? []) {
    const [tag, attributes] = typeof part === "string" ? ["path", { d: part }] : part;
    const shape = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}

const IDS = Symbol.for("lideri.ids"); // one counter for the page: every widget is a module of its own
function uid(prefix = "l") {
  globalThis[IDS] = (globalThis[IDS] ?? 0) + 1;
  return `${prefix}-${globalThis[IDS]}`;
}

/** Latvian number agreement: 1 ziņa, 21 ziņa, 11 ziņas, 2 ziņas. */
function plural(count, one, many) {
  return count % 10 === 1 && count % 100 !== 11 ? one : many;
}

const RIGA = { timeZone: "Europe/Riga" };

/** «10.42» today, «3. oktobrī 10.42» otherwise. */
function clock(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return "";
  const time = new Intl.DateTimeFormat("lv-LV", { ...RIGA, hour: "numeric", minute: "2-digit", hour12: false }).format(when).replace(":", ".");
  const day = (date) => new Intl.DateTimeFormat("en-CA", RIGA).format(date);
  return day(when) === day(new Date()) ? time : `${dateInWords(when)} ${time}`;
}

const MONTHS = ["janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā", "jūlijā", "augustā", "septembrī", "oktobrī", "novembrī", "decembrī"];
function dateInWords(date) {
  const [, month, day] = new Intl.DateTimeFormat("en-CA", RIGA).format(date).split("-").map(Number);
  return `${day}. ${MONTHS[month - 1]}`;
}

/** 13600.5 → «13 600,5». */
function decimal(value, digits = 0) {
  return Number(value).toFixed(digits).replace(".", ",").replace(/\B(?=(\d{3})+(?!\d))/g, (_, __, at, whole) => (at > whole.indexOf(",") && whole.includes(",") ? "" : "\u202f"));
}

/** Fills `where` anew; an empty live region that is filled later is read aloud. */
function fill(where, ...children) {
  where.replaceChildren(...children.flat().filter(Boolean));
  return where;
}
