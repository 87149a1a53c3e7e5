// «Palīdzības dienasgrāmata»: an entry is kept in this browser until the server has it on disk. Without this file the form
// works as any other. The queue belongs to a person: another account on the same computer neither sees nor sends it.
"use strict";
{
  const root = document.querySelector("[data-diary]");
  const form = root.querySelector("[data-form]");
  const find = (selector) => root.querySelector(selector);
  const QUEUE = "lideri-dienasgramata:";
  const LAST = "lideri-dienasgramata-izveles:";
  const HERE = "lideri-dienasgramata-cilveks"; // this tab
  const OWN = "lideri-dienasgramata-ierice"; // a device that only one person uses
  const LOCK = "lideri-dienasgramata-aizslegta";
  const DRAFT = "lideri-dienasgramata-iesakts:"; // this tab: an entry not yet saved, for an hour
  const DRAFT_LASTS = 60 * 60 * 1000;
  const REMEMBERED = ["situacija", "pakalpojums", "minutes", "ka"];
  const FIELDS = ["datums", "situacija", "pakalpojums", "minutes", "pats", "pirms", "talak", "kas", "ka", "piezime"];
  const judge = globalThis.privateData(JSON.parse(find("[data-rules]").textContent));

  // ── storage: whatever is forbidden or broken counts as empty ──
  const read = (store, key) => { try { return store().getItem(key); } catch { return null; } };
  const write = (store, key, value) => { try { if (value === null) store().removeItem(key); else store().setItem(key, value); return true; } catch { return false; } };
  const local = () => window.localStorage, session = () => window.sessionStorage;
  const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };

  // ── whose entries ──
  const online = root.dataset.person !== ""; // the server's own page; else the shell
  const own = parsed(read(local, OWN) ?? "null");
  let person = root.dataset.person;
  if (online) {
    write(session, HERE, person);
    if (own && own.person !== person) write(local, OWN, null); // somebody else uses this device after all
  } else {
    person = read(session, HERE) ?? own?.person ?? "";
  }
  let leaves = false; // logging out: nothing begun stays in this tab
  for (const link of document.querySelectorAll('a[href$="/hub/logout"]')) {
    link.addEventListener("click", () => { write(session, HERE, null); write(session, DRAFT + person, null); leaves = true; });
  }

  // ── the door that stays closed while a resident holds the device ──
  const lock = () => {
    const closed = read(session, LOCK) === "1";
    find("[data-lock]").hidden = !closed;
    find("[data-open]").hidden = closed;
    for (const around of document.querySelectorAll(".site-header, .site-footer")) around.hidden = closed;
  };
  find("[data-unlock]").addEventListener("click", () => { write(session, LOCK, null); lock(); find(".diary-title").scrollIntoView(); });
  window.addEventListener("pageshow", lock);
  lock();

  // ── the form ──
  const value = (name) => form.elements[name]?.value ?? "";
  const set = (name, given) => { const field = form.elements[name]; if (field && given !== undefined) field.value = given; };
  const dayAgo = (days) => {
    const day = new Date();
    day.setDate(day.getDate() - days);
    return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
  };
  const days = find("[data-days]"), date = find("[data-date]");
  const showDay = () => {
    const chosen = value("diena");
    date.hidden = chosen !== "x";
    if (chosen !== "x") form.elements.datums.value = dayAgo(Number(chosen));
  };
  const dayOf = (day) => (day === dayAgo(0) ? "0" : day === dayAgo(1) ? "1" : "x");
  form.elements.datums.max = dayAgo(0); // the shell may be older than today
  days.hidden = false;
  days.addEventListener("change", showDay);
  const labels = (name) => {
    const field = form.elements[name];
    return field.tagName === "SELECT" ? field.selectedOptions[0].textContent : [...field].find((each) => each.checked)?.nextElementSibling.textContent ?? "";
  };
  const summary = () => {
    const before = { first: "pirmo reizi", helped: "jau agrāk palīdzēts", alone: "agrāk jau darīja pats" }[value("pirms")];
    const note = value("piezime").trim() ? ", ar piezīmi" : "";
    find("[data-more-words]").textContent = `${labels("kas")}, ${labels("ka").toLowerCase()}, ${before}${note}`;
  };
  // An e-service is asked for where there can be one.
  const service = find("[data-service]");
  const showService = () => {
    service.hidden = value("situacija") !== form.elements.situacija.options[0].value;
    if (service.hidden) form.elements.pakalpojums.selectedIndex = 0;
  };
  form.elements.situacija.addEventListener("change", showService);
  const reflect = () => {
    showService(); set("diena", dayOf(value("datums"))); showDay(); summary(); chosen(); form.dispatchEvent(new Event("change", { bubbles: true })); };
  const said = find("[data-said]");
  const say = (words, kind = "") => { said.textContent = words; said.className = `save${kind ? ` save--${kind}` : ""}`; };
  const fresh = () => {
    const kept = parsed(read(local, LAST + person) ?? "null") ?? {};
    set("datums", dayAgo(0));
    for (const name of REMEMBERED) set(name, kept[name]);
    for (const each of form.elements.pats) each.checked = false;
    for (const [name, first] of [["kas", "resident"], ["pirms", "first"]]) set(name, first);
    form.elements.talak.selectedIndex = 0;
    form.elements.piezime.value = "";
    form.elements.nav_vards.checked = false;
    form.elements.atslega.value = "";
    find("[data-more]").open = false;
    judged();
    reflect();
    write(session, DRAFT + person, null);
  };

  // ── an entry begun in this tab outlives a reload; never with what may not be written ──
  const begun = () => value("pats") !== "" || value("piezime").trim() !== "";
  const keepDraft = () => {
    if (!person || leaves || root.hasAttribute("data-editing")) return;
    const entry = Object.fromEntries(FIELDS.map((name) => [name, value(name)]));
    if (judge.examine(entry.piezime).refused.length) entry.piezime = "";
    write(session, DRAFT + person, begun() ? JSON.stringify({ ...entry, atslega: value("atslega"), at: Date.now() }) : null);
  };
  window.addEventListener("pagehide", keepDraft);
  const takeUpDraft = (entry) => {
    for (const name of FIELDS) if (entry[name] !== "") set(name, entry[name]);
    form.elements.atslega.value = entry.atslega;
    find("[data-more]").open = entry.piezime !== "" || entry.kas !== "resident" || entry.pirms !== "first";
    judged();
    reflect();
    say("Tavs iesāktais ieraksts ir te; tas vēl nav saglabāts.");
  };

  // ── the note is judged as it is typed ──
  const words = find("[data-judge]"), nameBox = find("[data-name]");
  const judged = () => {
    const text = value("piezime");
    const found = judge.examine(text);
    const kinds = [...new Set([...found.refused, ...found.asked].map((one) => one.kind))];
    const piece = (one) => [...text].slice(one.start, one.end).join("");
    const first = found.refused[0] ?? found.asked[0];
    const wanted = kinds.length ? `«${piece(first)}» – ${kinds.map(judge.explain).join(" ")}` : "";
    if (words.textContent !== wanted) words.textContent = wanted;
    words.classList.toggle("diary-judge--ask", !found.refused.length);
    nameBox.hidden = !found.asked.length;
    return found;
  };
  let pause = 0;
  form.elements.piezime.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(() => { judged(); summary(); keepDraft(); }, 400); });
  form.addEventListener("change", (event) => { summary(); if (event.isTrusted) { keepDraft(); say(""); } });

  // ── the one thing that has to be chosen, said in our words and not in the browser's language ──
  const alone = [...form.elements.pats];
  const chosen = () => { alone[0].setCustomValidity(value("pats") ? "" : "Izvēlies, cik daudz cilvēks darīja pats."); };
  form.addEventListener("change", chosen);

  // ── the queue ──
  const mine = () => {
    if (!person) return [];
    const prefix = `${QUEUE}${person}:`;
    let keys = [];
    try { keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { /* storage is forbidden */ }
    return keys.map((key) => parsed(read(local, key))).filter((entry) => entry?.atslega).sort((one, other) => one.at - other.at);
  };
  const keep = (entry) => write(local, `${QUEUE}${person}:${entry.atslega}`, JSON.stringify(entry));
  const forget = (entry) => write(local, `${QUEUE}${person}:${entry.atslega}`, null);
  const box = find("[data-queue]"), boxWords = find("[data-queue-words]"), login = find("[data-login]"), send = find("[data-send]");
  const counted = (number) => (number % 10 === 1 && number % 100 !== 11 ? `${number} ieraksts ir saglabāts` : `${number} ieraksti ir saglabāti`);
  let trouble = ""; // "", "lost", "login" or the server's words
  let surely = "";
  const showQueue = () => {
    const waiting = mine();
    box.hidden = !waiting.length;
    login.hidden = trouble !== "login";
    send.hidden = trouble === "login" || !online;
    if (!waiting.length) return;
    const why = trouble === "login" ? "Lai tos nosūtītu, jāienāk vēlreiz." : trouble === "lost" || !online ? "Nosūtīsim, kad būs savienojums." : trouble || "Nosūtīsim tūlīt.";
    const wanted = `${counted(waiting.length)} šajā ierīcē. ${why}`;
    if (boxWords.textContent !== wanted) boxWords.textContent = wanted;
    find("[data-queue-list]").replaceChildren(...waiting.map((entry) => {
      const line = document.createElement("li");
      const title = [...form.elements.situacija.options].find((each) => each.value === entry.situacija)?.textContent ?? "";
      line.append(`${entry.datums.split("-").reverse().join(".")}.: ${title}, ${entry.minutes} min`);
      if (entry.problem) {
        const problem = document.createElement("p");
        problem.className = "wrong";
        problem.textContent = entry.problem;
        line.append(problem, button("Labot", title, () => { load(entry); }));
      }
      const isSure = surely === entry.atslega; // an entry that nobody else has is deleted by a second press
      const remove = button(isSure ? "Jā, izdzēst" : "Izdzēst", title, () => {
        surely = isSure ? "" : entry.atslega;
        if (isSure) forget(entry);
        say(isSure ? "Nenosūtītais ieraksts ir izdzēsts." : "Ieraksts vēl nav nosūtīts un pazudīs. Ja tiešām jāizdzēš, spied «Jā, izdzēst».", isSure ? "" : "bad");
        showQueue();
        box.querySelector("[data-surely]")?.focus();
      });
      remove.toggleAttribute("data-surely", isSure);
      line.append(" ", remove);
      return line;
    }));
  };
  const button = (label, about, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn--quiet btn--small";
    made.append(label);
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = `: ${about}`;
    made.append(hidden);
    made.addEventListener("click", press);
    return made;
  };
  const load = (entry) => {
    for (const name of FIELDS) set(name, entry[name]);
    form.elements.atslega.value = entry.atslega;
    find("[data-more]").open = true;
    judged();
    reflect();
    form.elements.piezime.focus();
  };

  // ── sending: one at a time, in one tab at a time; the server knows an entry by its key ──
  let again = 0, running = false, tries = 0;
  const later = () => {
    clearTimeout(again);
    again = setTimeout(deliver, Math.min(60000, 2000 * 2 ** Math.min(tries, 5)));
    tries += 1;
  };
  const sendOne = async (entry) => {
    const token = form.elements._xsrf?.value ?? "";
    const { at, problem, ...body } = entry;
    const answer = await fetch(root.dataset.save, {
      method: "POST", credentials: "same-origin", redirect: "error", cache: "no-store",
      headers: { "Content-Type": "application/json", "X-XSRFToken": token }, body: JSON.stringify(body),
    });
    const told = await answer.json().catch(() => null);
    if (answer.ok && told?.key === entry.atslega) return { saved: true, part: told.part };
    if ([401, 403].includes(answer.status)) return { login: true };
    if ([400, 409, 413].includes(answer.status) && told?.error) return { problem: told.error.message };
    return { wait: told?.error?.message ?? "" };
  };
  const deliverAll = async () => {
    let part = null, saved = 0;
    for (const entry of mine()) {
      if (entry.problem) continue;
      let came;
      try { came = await sendOne(entry); } catch { trouble = "lost"; later(); break; }
      if (came.saved) {
        // Only what was sent is forgotten: it may have been changed in the meantime.
        const now = parsed(read(local, `${QUEUE}${person}:${entry.atslega}`));
        if (now && JSON.stringify(now) === JSON.stringify(entry)) forget(entry);
        ({ part } = came); saved += 1; tries = 0; trouble = "";
      } else if (came.problem) keep({ ...entry, problem: came.problem });
      else if (came.login) { trouble = "login"; break; }
      else { trouble = came.wait || "lost"; later(); break; }
    }
    if (part !== null) showList(part);
    return saved;
  };
  const showList = (part) => {
    const made = document.createElement("template");
    made.innerHTML = part; // the server's own page part, escaped there
    find("[data-list]").replaceChildren(made.content);
  };
  const deliver = async () => {
    clearTimeout(again);
    if (!person || running || !mine().some((entry) => !entry.problem)) { showQueue(); return; }
    if (!online) { await comeBack(); return; }
    running = true;
    send.disabled = true;
    try {
      const work = () => deliverAll();
      const saved = navigator.locks ? await navigator.locks.request(`${QUEUE}${person}`, work) : await work();
      if (saved && !mine().length) say("Saglabāts", "ok");
      else if (mine().some((entry) => entry.problem)) say("Ieraksts jāizlabo, lai to saglabātu.", "bad");
      else if (mine().length && trouble === "login") say("Saglabāts šajā ierīcē. Lai nosūtītu, jāienāk vēlreiz.", "bad");
      else if (mine().length) say("Saglabāts šajā ierīcē, nosūtīsim, kad būs savienojums.", "busy");
    } finally {
      running = false;
      send.disabled = false;
      showQueue();
    }
  };
  // The shell has no right to send; when the server answers again, its own page takes over.
  const comeBack = async () => {
    try {
      const answer = await fetch(root.dataset.health, { credentials: "omit", cache: "no-store" });
      if (answer.ok && !begun()) { location.reload(); return; }
    } catch { /* still nothing */ }
    later();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const found = judged();
    if (found.refused.length || (found.asked.length && !form.elements.nav_vards.checked)) {
      find("[data-more]").open = true;
      form.elements.piezime.focus();
      say(found.refused.length ? "Vēl nav saglabāts: izlabo piezīmi." : "Vēl nav saglabāts: pasaki, vai tas ir cilvēka vārds.", "bad");
      return;
    }
    if (!person) { say("Nav savienojuma, un šī ierīce nezina, kurš raksta. Atver lapu, kad būs savienojums.", "bad"); return; }
    const entry = Object.fromEntries(FIELDS.map((name) => [name, value(name)]));
    entry.nav_vards = form.elements.nav_vards.checked ? "1" : "";
    entry.atslega = value("atslega") || newKey();
    entry.at = Date.now();
    if (!keep(entry)) { form.submit(); return; } // nothing can be kept here: the plain way
    write(local, LAST + person, JSON.stringify(Object.fromEntries(REMEMBERED.map((name) => [name, entry[name]]))));
    const editing = root.hasAttribute("data-editing");
    say("Saglabāts šajā ierīcē, nosūtīsim, kad būs savienojums.", "busy");
    fresh();
    showQueue();
    deliver().then(() => { if (editing && !mine().length) location.assign(`${root.dataset.page}?gatavs=s`); });
  });
  const newKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
    return [bytes.slice(0, 8), bytes.slice(8, 12), bytes.slice(12, 16), bytes.slice(16, 20), bytes.slice(20)].join("-");
  };
  send.addEventListener("click", () => { tries = 0; deliver(); });
  window.addEventListener("online", () => { tries = 0; deliver(); if (!online && !mine().length) comeBack(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) deliver(); });
  window.addEventListener("storage", showQueue);

  // ── a device of one's own ──
  const device = find("[data-device]"), ownBox = find("[data-own]");
  if ("serviceWorker" in navigator && online) {
    device.hidden = false;
    ownBox.checked = own?.person === person;
    ownBox.addEventListener("change", () => { write(local, OWN, ownBox.checked ? JSON.stringify({ person, name: root.dataset.nameShown }) : null); });
    navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.page }).catch(() => { device.hidden = true; });
  }
  if (!online) {
    const name = own?.person === person ? own.name : "";
    find("[data-offline-words]").textContent = !person
      ? "Šī ierīce nezina, kurš raksta. Atver lapu, kad būs savienojums."
      : `${name ? `Raksta ${name}. ` : ""}Ieraksts paliks šajā ierīcē, nosūtīsim, kad būs savienojums.`;
    form.querySelector("button[type=submit]").disabled = !person;
    comeBack();
  }

  // ── at the start ──
  if (!online || (!root.hasAttribute("data-editing") && !document.querySelector(".errors"))) {
    const draft = parsed(read(session, DRAFT + person) ?? "null");
    fresh();
    say("");
    if (draft && Date.now() - draft.at < DRAFT_LASTS) { takeUpDraft(draft); keepDraft(); }
  } else { reflect(); judged(); }
  showQueue();
  deliver();
}
