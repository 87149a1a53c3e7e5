// Start → answer → submit. The draft of every answer belongs to the attempt, so that attempts never mix.

const SUBMIT_WAIT_MS = 12000;

function render({ model, el }) {
  const root = h("div", { class: "lideri lideri-assessment" });
  el.append(root);
  let savers = [];
  let inForm = null;

  const listeners = new Set();
  const listen = (message) => {
    for (const saver of savers) if (saver.receive(message)) { inForm?.received(); return; }
    if (message.type === "shown") { inForm?.shown(message); return; }
    for (const listener of [...listeners]) listener(message);
  };
  model.on("msg:custom", listen);

  const show = () => {
    const attempt = model.get("attempt");
    savers = [];
    inForm = null;
    if (attempt?.state === "open") inForm = showForm(attempt);
    else if (attempt) showSubmitted(attempt.result_url, false);
    else showStart();
  };
  const onAttempt = () => { show(); root.querySelector("[data-focus]")?.focus(); };
  model.on("change:attempt", onAttempt);
  show();
  return () => { model.off("msg:custom", listen); model.off("change:attempt", onAttempt); };

  function showStart() {
    const outline = model.get("outline");
    const problem = h("div", { "aria-live": "assertive" });
    const about = [
      outline.items && `${outline.items} ${plural(outline.items, "uzdevums", "uzdevumi")}${outline.minutes ? `, apmēram ${outline.minutes} ${plural(outline.minutes, "minūte", "minūtes")}` : ""}. Vari iet prom un turpināt citreiz: katra atbilde saglabājas uzreiz.`,
      outline.number && outline.of && `Šis būs ${outline.number}. mēģinājums no ${outline.of}.`,
      outline.counts && outline.of > 1 && (outline.counts === "last" ? "Skaitās pēdējais mēģinājums." : "Skaitās labākais mēģinājums."),
      outline.pass_mark && `Lai darbu ieskaitītu, vajag vismaz ${decimal(outline.pass_mark <= 1 ? outline.pass_mark * 100 : outline.pass_mark)} % punktu.`,
      outline.deadline && `Termiņš: ${dateInWords(new Date(outline.deadline))} plkst. ${clockOnly(outline.deadline)}.`,
      "Par katru uzdevumu vari iegūt punktus; ja neatbildi, par to punktu nav. Atbildes vari mainīt, kamēr darbs nav iesniegts.",
    ].filter(Boolean);
    const button = h("button", { class: "btn btn--primary", type: "button" }, outline.last ? "Sākt nākamo mēģinājumu" : "Sākt pārbaudes darbu");
    button.addEventListener("click", () => {
      if (button.dataset.busy) return;
      button.dataset.busy = "1";
      fill(problem);
      const fail = (text) => { stop(); delete button.dataset.busy; fill(problem, errorBox(text)); };
      const timer = setTimeout(() => fail("Serveris neatbild. Pagaidi brīdi un mēģini vēlreiz vai pārlādē lapu."), SUBMIT_WAIT_MS);
      const answer = (message) => { if (message.type === "failed" && !message.exercise) fail(message.message); if (message.type === "started") stop(); };
      const stop = () => { clearTimeout(timer); listeners.delete(answer); };
      listeners.add(answer);
      trySend({ type: "start" }, fail);
    });
    const none = outline.number === null && outline.last;
    const late = !outline.open && outline.deadline && new Date(outline.deadline) < new Date();
    fill(root,
      outline.last && h("p", {}, h("span", { class: "status status--done" }, icon("ok"), `${outline.last.number}. mēģinājums ir iesniegts`), " ",
        safeLink(outline.last.result_url, "Skatīt rezultātu")),
      model.get("problem") ? errorBox(model.get("problem")) : none ? h("p", {}, "Visi mēģinājumi ir izmantoti.")
        : late ? h("p", {}, `Termiņš ir beidzies (${dateInWords(new Date(outline.deadline))} plkst. ${clockOnly(outline.deadline)}), tāpēc jaunu mēģinājumu sākt vairs nevar. Ja vajag vairāk laika, raksti pasniedzējam.`) : h("div", { class: "next" },
        h("h2", {}, "Pirms sāc"), h("ul", {}, about.map((text) => h("li", {}, text))), problem, button));
  }

  function showForm(attempt) {
    const items = attempt.items;
    const answers = attempt.answers ?? {};
    const outline = model.get("outline");
    const progress = h("p", { class: "progress__text" });
    const bar = h("div", { class: "progress__bar", "aria-hidden": "true" }, items.map(() => h("span", {})));
    const current = new Map();
    const tasks = new Map(); // simulations: item → what takes the kernel's state
    const blocks = [];
    let submodule = null;
    const count = () => items.filter((item) => isAnswered(current.get(item.id))).length;
    const recount = () => {
      progress.textContent = `Atbildēts uz ${count()} no ${items.length} ${plural(items.length, "uzdevuma", "uzdevumiem")}`;
      items.forEach((item, place) => { bar.children[place].className = isAnswered(current.get(item.id)) ? "is-done" : ""; });
    };
    items.forEach((item, place) => {
      const line = saveLine();
      const saver = new Saver({
        send: (message) => model.send(message),
        context: { ...model.get("context"), page: `darbs-${attempt.id}` },
        exercise: item.id, saved: answers[item.id], onStatus: line.show,
      });
      current.set(item.id, saver.response);
      const kind = buildKind({ ...item, state: attempt.states?.[item.id] }, saver.response, (changed, now) => {
        if (same(changed, current.get(item.id)) && !saver.timer) return;
        current.set(item.id, changed);
        recount();
        saver.change(changed, { now });
      }, `${place + 1}. uzdevums no ${items.length}`);
      savers.push(saver);
      if (kind.shown) tasks.set(item.id, (message) => { if (message.seq === saver.seq) kind.shown(message); });
      const section = item.kind === "free_text" ? "free_text" : item.submodule;
      if (section !== submodule) {
        submodule = section;
        const title = outline.submodules?.[section];
        blocks.push(h("h2", {}, section === "free_text" ? "Brīvā atbilde" : title ? `${section}. ${title}` : `${section}. nodaļa`));
      }
      blocks.push(h("div", { class: "lideri-item", id: `uzdevums-${place + 1}`, tabindex: "-1" }, kind.node, olderText(saver, kind), h("div", { class: "lideri-actions" }, line.node)));
    });
    const problem = h("div", { "aria-live": "assertive" });
    const open = h("button", { class: "btn btn--primary", type: "button" }, "Iesniegt darbu");
    const number = attempt.number && attempt.of ? `${attempt.number}. mēģinājums no ${attempt.of}` : "";
    const deadline = attempt.deadline ? `Termiņš: ${dateInWords(new Date(attempt.deadline))} plkst. ${clockOnly(attempt.deadline)}` : "";
    fill(root,
      h("p", { class: "soft", tabindex: "-1", "data-focus": true }, [number, deadline].filter(Boolean).join(". ") || "Pārbaudes darbs ir sākts."),
      h("div", { class: "lideri-progress" }, progress, bar),
      h("div", { class: "prose" }, blocks),
      h("div", { class: "lideri-submit" }, h("h2", {}, "Vai viss ir gatavs?"), problem, open));
    recount();
    savers.forEach((saver) => saver.start());

    const unsaved = () => savers.filter((saver) => saver.pending).length;
    let submitting = false;
    let onReceived = () => {};

    open.addEventListener("click", () => {
      savers.forEach((saver) => { if (saver.timer) saver.flush(); });
      fill(problem);
      confirmDialog(items.map((item, place) => (isAnswered(current.get(item.id)) ? 0 : place + 1)).filter(Boolean));
    });

    function confirmDialog(empty) {
      const title = uid("iesniegt");
      const dialog = h("dialog", { class: "dialog", "aria-labelledby": title });
      const text = empty.length === 0 ? "Uz visiem uzdevumiem ir atbildēts."
        : `Bez atbildes vēl ir ${empty.length} ${plural(empty.length, "uzdevums", "uzdevumi")}: ${empty.map((n) => `${n}.`).join(", ")}`;
      const yes = h("button", { class: "btn btn--primary", type: "button" }, "Iesniegt");
      const no = h("button", { class: "btn btn--quiet", type: "button" }, "Vēl padomāšu");
      dialog.append(h("h2", { id: title }, "Iesniegt darbu?"), h("p", {}, text), h("p", {}, "Pēc iesniegšanas atbildes vairs nevarēs mainīt."),
        h("p", { class: "row" }, yes, no));
      no.addEventListener("click", () => dialog.close());
      yes.addEventListener("click", () => { dialog.close(); submit(); });
      dialog.addEventListener("close", () => {
        dialog.remove();
        if (!submitting && empty.length) root.querySelector(`#uzdevums-${empty[0]}`)?.focus(); else open.focus();
      });
      root.append(dialog);
      dialog.showModal();
    }

    function submit() {
      if (submitting) return;
      submitting = true;
      open.setAttribute("aria-disabled", "true");
      fill(problem, h("p", { class: "save save--busy" }, icon("clock"), h("span", {}, "Iesniedzam…")));
      const fail = (why) => {
        stop();
        submitting = false;
        open.removeAttribute("aria-disabled");
        fill(problem, errorBox(why));
      };
      const timer = setTimeout(() => fail(unsaved()
        ? `Darbs vēl nav iesniegts: ${unsaved()} ${plural(unsaved(), "atbilde", "atbildes")} nav ${plural(unsaved(), "saglabāta", "saglabātas")}. Kad savienojums atjaunosies, iesniedz vēlreiz.`
        : "Serveris neatbild, tāpēc nezinām, vai darbs ir iesniegts. Iesniedz vēlreiz: divreiz to neieskaitīs."), SUBMIT_WAIT_MS);
      const answer = (message) => {
        if (message.type === "submitted") { stop(); savers = []; showSubmitted(message.result_url, true); }
        if (message.type === "failed" && !message.exercise) fail(message.message);
      };
      const stop = () => { clearTimeout(timer); listeners.delete(answer); onReceived = () => {}; };
      listeners.add(answer);
      const sendNow = () => { onReceived = () => {}; trySend({ type: "submit", answered: count() }, fail); };
      if (unsaved()) onReceived = () => { if (!unsaved()) sendNow(); }; else sendNow();
    }
    return { received: () => onReceived(), shown: (message) => tasks.get(message.exercise)?.(message) };
  }

  function showSubmitted(url, go) {
    fill(root, h("div", { class: "next", tabindex: "-1", role: "status", "data-focus": true },
      h("h2", {}, "Darbs ir iesniegts"), h("p", {}, "Tavas atbildes ir saglabātas un tiek vērtētas."), safeLink(url, "Skatīt rezultātu", "btn btn--primary")));
    root.querySelector("[data-focus]").focus();
    if (go && ownAddress(url)) location.assign(url);
  }

  function trySend(message, fail) {
    const lost = () => fail("Savienojums pārtrūka. Tavas atbildes ir drošībā: pārlādē lapu un mēģini vēlreiz.");
    try { model.send(message)?.catch?.(lost); } catch { lost(); }
  }
}

/** Only an address on this site is followed. */
function ownAddress(url) { return typeof url === "string" && /^\/(?![/\\])/.test(url); }
function safeLink(url, text, look = "") { return ownAddress(url) ? h("a", { href: url, class: look || null }, text) : null; }
function clockOnly(iso) { return new Intl.DateTimeFormat("lv-LV", { timeZone: "Europe/Riga", hour: "numeric", minute: "2-digit", hour12: false }).format(new Date(iso)).replace(":", "."); }
function errorBox(text) { return h("div", { class: "feedback feedback--unsure" }, icon("warn"), h("p", { class: "feedback__title" }, "Neizdevās"), h("div", { class: "feedback__body" }, h("p", {}, text))); }

export default { render };
