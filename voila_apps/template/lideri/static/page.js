// Watches the page's connection and says what happens, in Latvian. Loaded in <head>, before Voila's own script.
(() => {
  "use strict";
  const SLOW = 60_000; // milliseconds until a page that does not come alive is called broken
  const TRY_EVERY = 3_000;
  const base = () => document.body.dataset.baseUrl.replace(/voila\/$/, "");
  const kernel = () => JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}").kernelId;
  const xsrf = () => decodeURIComponent(/(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "");
  let leaving = false;
  let socket = null;
  const alive = () => socket?.readyState === WebSocket.OPEN;
  let trying = null;

  window.voila_heartbeat = () => {};

  // ── what the person sees ──────────────────────────────────────────────────────────────────────────────────────
  const LOST = '<path d="M2 2l20 20M5 12.5a10 10 0 0 1 4-2.4M2 8.8a15 15 0 0 1 4-2.6M10.7 5a15 15 0 0 1 11.3 3.8M15 10.6a10 10 0 0 1 4 2M8.5 16.1a5 5 0 0 1 7 0M12 20v.1"/>';
  const say = (state, title, text, button) => {
    const box = document.getElementById("connection");
    if (!box || box.dataset.state === state) return;
    box.dataset.state = state;
    box.replaceChildren();
    if (!title) return;
    const banner = document.createElement("div");
    banner.className = "banner banner--lost";
    banner.innerHTML = `<svg class="icon banner__mark" viewBox="0 0 24 24" aria-hidden="true">${LOST}</svg><div><p><strong></strong> <span></span></p></div>`;
    banner.querySelector("strong").textContent = title;
    banner.querySelector("span").textContent = text;
    if (button) {
      const again = document.createElement("button");
      again.type = "button";
      again.className = "btn";
      again.textContent = button;
      again.addEventListener("click", () => location.reload());
      banner.lastElementChild.append(again);
    }
    box.append(banner);
  };
  const lost = () => say("lost", "Savienojums pazudis.", "Neaizver lapu: mēģinām savienoties no jauna. Kas jau saglabāts, tas nepazudīs.");
  const ended = () => say("ended", "Šī lapa ir jāatver no jauna.", "Tā bija atvērta ilgi vai tās darbība pārtrūka. Viss saglabātais būs tur, kur to atstāji.", "Atvērt no jauna");
  const signedOut = () => say("signed-out", "Tu vairs neesi pieteicies.", "Atver lapu no jauna un ieej vēlreiz; viss saglabātais paliek.", "Atvērt no jauna");
  const broken = () => say("broken", "Lapas uzdevumus neizdevās atvērt.", "Tā nav tava vaina. Pamēģini atvērt lapu no jauna; ja nepalīdz, pasaki pasniedzējam.", "Atvērt no jauna");
  window.lideriPage = { broken };

  // ── finding out what happened ─────────────────────────────────────────────────────────────────────────────────
  const look = async () => {
    const id = kernel();
    if (!id || leaving) return;
    let answer;
    try {
      answer = await fetch(`${base()}api/kernels/${id}`, { cache: "no-store", headers: { Accept: "application/json", "X-XSRFToken": xsrf() }, redirect: "manual" });
    } catch { lost(); return; }
    if (answer.status === 404) { stop(); ended(); }
    else if (answer.status === 403 || answer.type === "opaqueredirect") { stop(); signedOut(); }
    else if (!answer.ok) lost();
    else if (alive()) { stop(); say("", ""); }
    else lost();
  };
  const stop = () => { clearInterval(trying); trying = null; };
  const start = () => { if (!leaving) { trying ??= setInterval(look, TRY_EVERY); look(); } };

  // The widgets' connection is Voila's own; it is watched, not touched.
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url, protocols) {
      super(url, protocols ?? []);
      if (!String(url).includes("/api/kernels/")) return;
      socket = this;
      this.addEventListener("open", () => { if (trying) look(); });
      this.addEventListener("close", () => setTimeout(start, 400));
      this.addEventListener("message", (event) => { if (isDeath(event.data)) start(); });
    }
  };
  const text = new TextDecoder();
  const isDeath = (data) => {
    if (data instanceof ArrayBuffer) { if (data.byteLength > 4_000) return false; data = text.decode(data); }
    return typeof data === "string" && data.length < 4_000 && /"execution_state":\s*"dead"/.test(data);
  };

  window.addEventListener("offline", () => { lost(); start(); });
  window.addEventListener("online", start);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; start(); } });
  window.addEventListener("pagehide", () => {
    leaving = true;
    const id = kernel();
    if (id) navigator.sendBeacon(`${base()}voila/api/shutdown/${id}?_xsrf=${encodeURIComponent(xsrf())}`);
  });

  // ── how far the page is: beside its name among the chapters, and in the line under it ─────────────────────────
  // Widgets say when something is on disk; only the server knows what that makes of the page. The line is a live region,
  // so its new words are read aloud once; nothing takes the focus.
  let asking = false;
  let again = false;
  const askHowFar = async (line) => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(line.dataset.ask, { cache: "no-store", headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) showHowFar(line, await answer.json());
    } catch { /* no connection just now: the next saving asks again */ }
    asking = false;
    if (again) { again = false; askHowFar(line); }
  };
  const showHowFar = (line, { state, words }) => {
    if (line.textContent !== words) line.textContent = words;
    if (line.dataset.state === state) return;
    line.dataset.state = state;
    const mark = document.querySelector(`template[data-status="${state}"]`);
    const own = document.querySelector(".chapters a[aria-current]");
    if (!mark || !own) return;
    own.querySelector(".status")?.remove();
    own.append(mark.content.cloneNode(true));
  };
  window.addEventListener("lideri-saved", ({ detail }) => {
    const line = document.getElementById("izdarits");
    if (!line || line.dataset.state === "done") return; // what was checked once stays done
    if (detail.checked || line.dataset.state === "none") askHowFar(line);
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!kernel()) return;
    setTimeout(() => { if (!leaving && document.querySelector(".cell__wait") && !document.querySelector(".jp-Cell-outputWrapper")) broken(); }, SLOW);
  });
})();
