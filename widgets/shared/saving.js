// Saving: nothing typed is ever lost, and «Saglabāts» is only said when it is on disk.
//
// A change gets a number larger than any before it, goes into the browser's storage as a draft, and is sent. The draft
// is removed when exactly this change, or a newer one, was acknowledged. A draft found on load is sent again.

const ACK_MS = 4000;
const TYPING_MS = 400;
const EPOCH = Date.UTC(2026, 0, 1);
const CONNECTION = Symbol.for("lideri.connection");

/** What all widgets of the page know together: the last time something went to disk, and who waits for an answer. */
function connection() {
  return (globalThis[CONNECTION] ??= new Connection());
}

class Connection extends EventTarget {
  constructor() {
    super();
    this.savedAt = null;
    this.waiting = new Set();
    this.failing = new Set();
    this.lost = new Set();
    this.unkept = new Set(); // changes that the browser would not store
    this.banner = null;
    addEventListener("beforeunload", (event) => { if (this.unkept.size) event.preventDefault(); });
  }
  saved(key, iso) {
    if (iso && (!this.savedAt || new Date(iso) > new Date(this.savedAt))) this.savedAt = iso;
    for (const set of [this.waiting, this.failing, this.unkept]) set.delete(key);
    if (this.lost.size) this.lost.clear(); // one acknowledgement proves the connection for all
    this.changed();
  }
  wait(key, kept) {
    this.waiting.add(key);
    if (kept) this.unkept.delete(key); else this.unkept.add(key);
    this.changed();
  }
  fail(key) { this.failing.add(key); this.changed(); }
  settle(key) { this.waiting.delete(key); this.failing.delete(key); this.changed(); }
  lose(key) { this.lost.add(key); this.changed(); }
  changed() {
    this.show();
    this.dispatchEvent(new Event("change"));
  }
  show() {
    if (!this.lost.size) { this.banner?.remove(); this.banner = null; return; }
    const text = [
      this.savedAt ? `Viss, kas ierakstīts līdz plkst. ${clock(this.savedAt)}, ir saglabāts. ` : "",
      this.unkept.size
        ? "To, ko ierakstīji pēdējo, pārlūks neglabā: nokopē to, pirms pārlādē lapu."
        : "Pārlādē lapu: viss, ko ierakstīji pēc tam, ir šajā ierīcē un tiks saglabāts.",
    ].join("");
    if (this.banner) {
      const line = this.banner.querySelector("[data-text]");
      if (line.textContent !== text) line.textContent = text;
      return;
    }
    this.banner = h("div", { class: "banner banner--lost lideri-lost", role: "alert" },
      icon("lost", "banner__mark"),
      h("div", {},
        h("p", {}, h("strong", {}, "Savienojums pārtrūka. "), h("span", { "data-text": true }, text)),
        h("p", { class: "lideri-lost__act" }, h("button", { class: "btn btn--small", type: "button", on: { click: () => location.reload() } }, "Pārlādēt lapu"))));
    (document.querySelector("main") ?? document.body).prepend(this.banner);
  }
}

const drafts = {
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, draft) { try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch { return false; } },
  remove(key) { try { localStorage.removeItem(key); } catch { /* storage is closed: nothing was kept there */ } },
};

const sorted = (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
const same = (a, b) => JSON.stringify(a ?? null, sorted) === JSON.stringify(b ?? null, sorted);

/** Saves one answer. `send` passes a message to the kernel; `saved` is what the store held when the page opened. */
class Saver {
  constructor({ send, context, exercise, saved, onStatus = () => {}, onFeedback = () => {} }) {
    Object.assign(this, { send, exercise, onStatus, onFeedback });
    this.key = ["lideri", context.person, context.page, exercise].join("|");
    this.seq = saved?.seq ?? 0;
    this.savedAt = saved?.saved_at ?? null;
    this.response = saved?.response ?? null;
    this.pending = null;
    this.leftover = null;
    this.tries = 0;
    this.asked = Infinity; // number of the last change with which feedback was asked for, until it is on disk
    const draft = drafts.read(this.key);
    if (draft?.response && draft.seq > this.seq) {
      this.seq = draft.seq;
      this.response = draft.response;
      this.pending = draft;
      if (draft.check) this.asked = draft.seq;
    } else if (draft) {
      // Written earlier than what is stored now, for instance on another tab: the newer stands, the older text is offered.
      if (draft.response?.text?.trim() && !same(draft.response, saved?.response)) this.leftover = draft.response;
      else drafts.remove(this.key);
    }
    if (this.savedAt) connection().saved(this.key, this.savedAt);
  }

  /** Call once the widget can show statuses. */
  start() {
    if (this.pending) this.flush();
    else if (this.savedAt) this.onStatus("saved", this.savedAt);
    addEventListener("pagehide", () => { if (this.timer) this.flush(); });
    addEventListener("online", () => { if (this.pending) this.flush(); });
  }

  /** `now`: a click; otherwise typing, which is sent when it pauses. */
  change(response, { now = true, check = false } = {}) {
    this.seq = Math.max(this.seq + 1, Math.floor((Date.now() - EPOCH) / 1000));
    this.response = response;
    this.pending = { seq: this.seq, response, check };
    if (check) this.asked = this.seq;
    this.tries = 0;
    const kept = drafts.write(this.key, this.pending);
    connection().wait(this.key, kept);
    this.onStatus("busy");
    clearTimeout(this.timer);
    this.timer = null;
    if (now) this.flush(); else this.timer = setTimeout(() => this.flush(), TYPING_MS);
  }

  check(response) { this.change(response, { check: true }); }

  dropLeftover() { this.leftover = null; if (!this.pending) drafts.remove(this.key); }

  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    clearTimeout(this.retry);
    if (!this.pending) return;
    const { seq, response, check } = this.pending;
    connection().wait(this.key, drafts.write(this.key, this.pending));
    if (this.tries === 0) this.onStatus("busy");
    this.retry = setTimeout(() => this.unanswered(), this.tries > 2 ? 3 * ACK_MS : ACK_MS);
    try {
      const sent = this.send({ type: check ? "check" : "save", exercise: this.exercise, seq, response });
      sent?.catch?.(() => this.unanswered(true));
    } catch {
      setTimeout(() => this.unanswered(true));
    }
  }

  unanswered(certain = false) {
    if (!this.pending) return;
    this.tries += 1;
    this.onStatus("retry");
    connection().fail(this.key);
    if (certain || this.tries > 1) connection().lose(this.key);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.flush(), certain ? ACK_MS : 0);
  }

  /** Answers from the kernel; true when the message was about this answer. */
  receive(message) {
    if (message.exercise !== this.exercise) return false;
    if (message.type === "saved") this.acknowledged(message);
    else if (message.type === "failed") this.refused(message);
    else if (message.type === "feedback") { if (message.seq === this.seq) this.onFeedback(message.feedback); }
    else return false;
    return true;
  }

  acknowledged({ seq, saved_at: savedAt }) {
    this.savedAt = savedAt;
    // For the page around: what is done, it may want to show.
    dispatchEvent(new CustomEvent("lideri-saved", { detail: { exercise: this.exercise, checked: seq >= this.asked } }));
    if (seq >= this.asked) this.asked = Infinity;
    if (this.pending && seq < this.pending.seq) { connection().lost.clear(); connection().changed(); return; }
    this.pending = null;
    this.leftover = null;
    clearTimeout(this.retry);
    clearTimeout(this.timer);
    drafts.remove(this.key);
    connection().saved(this.key, savedAt);
    this.onStatus("saved", savedAt);
  }

  refused({ seq, message, retry }) {
    if (!this.pending || seq !== this.pending.seq) return;
    clearTimeout(this.retry);
    if (connection().lost.size) { connection().lost.clear(); }
    connection().fail(this.key);
    if (retry) {
      this.tries += 1;
      this.onStatus("retry", message);
      this.retry = setTimeout(() => this.flush(), ACK_MS);
    } else {
      // Asking again cannot help. The text stays in its field and in the draft.
      connection().settle(this.key);
      this.onStatus("refused", message);
    }
  }
}

/** The line «Saglabāts 10.42». One per answer; it is there from the start, so that changes are announced. */
function saveLine() {
  const node = h("p", { class: "save", role: "status" });
  const show = (state, text) => {
    const [kind, picture, words] = {
      busy: ["save--busy", "clock", "Saglabā…"],
      saved: ["save--ok", "ok", `Saglabāts ${text ? clock(text) : ""}`],
      retry: ["save--bad", "warn", "Nav saglabāts – mēģinām vēlreiz"],
      refused: ["save--bad", "warn", text || "Nav saglabāts"],
    }[state];
    const full = state === "retry" && text ? `${words}. ${text}` : words.trim();
    if (node.dataset.text === full) return;
    node.dataset.text = full;
    node.className = `save ${kind}`;
    fill(node, icon(picture), h("span", {}, full));
  };
  return { node, show };
}
