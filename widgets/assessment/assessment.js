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

  // The start test and the final test stand where a module's number stands.
  const test = String(model.get("context")?.page ?? "").split("/")[0];
  const isStart = test === "sakums";
  const isTest = isStart || test === "noslegums";
  const work = isTest ? "testu" : "darbu";

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
      outline.passed && `${isTest ? "Tests jau ir nokārtots" : "Darbs jau ir ieskaitīts"}: vēlreiz pildīt nevajag, bet drīksti.`,
      outline.items && `${outline.items} ${plural(outline.items, "uzdevums", "uzdevumi")}${outline.minutes ? `, apmēram ${outline.minutes} ${plural(outline.minutes, "minūte", "minūtes")}` : ""}. Vari iet prom un turpināt citreiz: katra atbilde saglabājas uzreiz.`,
      isStart && "Ja atbildi nezini, atstāj uzdevumu tukšu un ej tālāk: minēt nevajag. Par kļūdām neko neatņem un atzīmi neliek.",
      isStart && "Nav jāizpilda viss: iesniegt vari arī agrāk. Par moduļiem bez atbildēm plāns ieteiks mācīties.",
      isStart && "Beigās redzēsi plānu: kurus moduļus vari izlaist un kurus iesakām mācīties. To redzēs arī tavs pasniedzējs, bet izlemsi tu.",
      outline.number && outline.of > 1 && `Šis būs ${outline.number}. mēģinājums no ${outline.of}.`,
      outline.counts && outline.of > 1 && (outline.counts === "last" ? "Skaitās pēdējais mēģinājums." : "Skaitās labākais mēģinājums."),
      outline.pass_mark && `Lai ${isTest ? "testu nokārtotu" : "darbu ieskaitītu"}, vajag vismaz ${decimal(outline.pass_mark <= 1 ? outline.pass_mark * 100 : outline.pass_mark)} % punktu.`,
      outline.deadline && `Termiņš: ${dateInWords(new Date(outline.deadline))} plkst. ${clockOnly(outline.deadline)}.`,
      isStart ? "Atbildes vari mainīt, kamēr tests nav iesniegts. Sākuma testu pilda vienreiz."
        : `Par katru uzdevumu vari iegūt punktus; ja neatbildi, par to punktu nav. Atbildes vari mainīt, kamēr ${isTest ? "tests" : "darbs"} nav iesniegts.`,
      test === "noslegums" && "Pēc iesniegšanas redzēsi punktus kopā un pa moduļiem. Pareizās atbildes nerādām.",
    ].filter(Boolean);
    const button = h("button", { class: "btn btn--primary", type: "button" }, outline.last ? "Sākt nākamo mēģinājumu" : isTest ? "Sākt testu" : "Sākt pārbaudes darbu");
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
    const left = isStart ? "Sākuma testu pilda vienreiz, un tas jau ir iesniegts." : "Visi mēģinājumi ir izmantoti.";
    const late = !outline.open && outline.deadline && new Date(outline.deadline) < new Date();
    fill(root,
      outline.last && h("p", {}, h("span", { class: "status status--done" }, icon("ok"), isStart ? "Tests ir iesniegts" : `${outline.last.number}. mēģinājums ir iesniegts`), " ",
        safeLink(outline.last.result_url, isStart ? "Skatīt plānu" : "Skatīt rezultātu")),
      model.get("problem") ? errorBox(model.get("problem")) : none ? h("p", {}, left)
        : outline.closed && !outline.open ? h("p", { class: "lideri-closed" }, outline.closed)
        : late ? h("p", {}, `Termiņš ir beidzies (${dateInWords(new Date(outline.deadline))} plkst. ${clockOnly(outline.deadline)}), tāpēc jaunu mēģinājumu sākt vairs nevar. Ja vajag vairāk laika, raksti pasniedzējam.`) : h("div", { class: "next" },
        h("h2", {}, "Pirms sāc"), h("ul", {}, about.map((text) => h("li", {}, text))), problem, button));
  }

  function showForm(attempt) {
    const items = attempt.items;
    const answers = attempt.answers ?? {};
    const outline = model.get("outline");
    const progress = h("span", { class: "progress__text" });
    const bar = h("span", { class: "progress__bar", "aria-hidden": "true" }, items.map(() => h("span", {})));
    const rows = items.map((_, place) => goButton(place + 1));
    const overview = h("details", { class: "lideri-overview" },
      h("summary", {}, progress, h("span", { class: "lideri-overview__what" }, "Uzdevumu saraksts"), bar),
      h("ol", {}, rows.map((row) => h("li", {}, row))));
    overview.addEventListener("click", (event) => { const row = event.target.closest("button"); if (row) { overview.open = false; goTo(row.dataset.go); } });
    overview.addEventListener("keydown", (event) => { if (event.key === "Escape" && overview.open) { overview.open = false; overview.firstChild.focus(); } });
    const current = new Map();
    const tasks = new Map(); // simulations: item → what takes the kernel's state
    const blocks = [];
    let submodule = null;
    const far = (item) => howFar(item, current.get(item.id));
    const recount = () => {
      const all = items.map(far);
      const begun = all.filter(({ state }) => state === "some").length;
      progress.textContent = `Atbildēts uz ${all.filter(isEnough).length} no ${items.length} ${plural(items.length, "uzdevuma", "uzdevumiem")}${begun ? `, ${begun} ${plural(begun, "iesākts", "iesākti")}` : ""}`;
      all.forEach((each, place) => {
        bar.children[place].className = isEnough(each) ? "is-done" : each.state === "some" ? "is-now" : "";
        fill(rows[place], goWords(place + 1, each));
      });
    };
    const goTo = (number) => {
      const item = root.querySelector(`#uzdevums-${number}`);
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: "start" });
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
      const section = item.kind === "free_text" ? "free_text" : isTest ? item.submodule.split(".")[0] : item.submodule;
      if (section !== submodule) {
        submodule = section;
        const title = outline.submodules?.[section];
        blocks.push(h("h2", {}, section === "free_text" ? "Brīvā atbilde" : title ? `${section}. ${title}` : `${section}. nodaļa`));
      }
      blocks.push(h("div", { class: "lideri-item", id: `uzdevums-${place + 1}`, tabindex: "-1" }, kind.node, olderText(saver, kind), h("div", { class: "lideri-actions" }, line.node)));
    });
    const problem = h("div", { "aria-live": "assertive" });
    const open = h("button", { class: "btn btn--primary", type: "button" }, `Iesniegt ${work}`);
    const number = attempt.number && attempt.of && !isStart ? `${attempt.number}. mēģinājums no ${attempt.of}` : "";
    const deadline = attempt.deadline ? `Termiņš: ${dateInWords(new Date(attempt.deadline))} plkst. ${clockOnly(attempt.deadline)}` : "";
    fill(root,
      h("p", { class: "soft", tabindex: "-1", "data-focus": true }, [number, deadline].filter(Boolean).join(". ") || (isTest ? "Tests ir sākts." : "Pārbaudes darbs ir sākts.")),
      h("div", { class: "lideri-progress" }, overview),
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
      confirmDialog(items.map((item, place) => ({ number: place + 1, ...far(item) })));
    });

    function confirmDialog(all) {
      const title = uid("iesniegt");
      const dialog = h("dialog", { class: "dialog", "aria-labelledby": title });
      const left = all.filter((each) => !isEnough(each));
      const begun = all.filter(({ state }) => state === "begun").map(({ number }) => `${number}.`);
      const said = left.length
        ? [h("p", {}, `Vēl ${plural(left.length, "palicis", "palikuši")} ${left.length} ${plural(left.length, "uzdevums", "uzdevumi")}. Nospied uz uzdevuma, lai pie tā atgrieztos.`),
          h("ul", { class: "lideri-left" }, left.map((each) => h("li", {}, fill(goButton(each.number), goWords(each.number, each)))))]
        : h("p", {}, "Uz visiem uzdevumiem ir atbildēts.");
      const look = begun.length > 0 && h("p", {}, `Par ${listed(begun)} uzdevumu lapa nezina, vai ir izdarīts viss lūgtais. Pirms iesniegšanas ${begun.length > 1 ? "tos" : "to"} vēlreiz apskati.`);
      const yes = h("button", { class: "btn btn--primary", type: "button" }, "Iesniegt");
      const no = h("button", { class: "btn btn--quiet", type: "button" }, "Vēl padomāšu");
      dialog.append(h("h2", { id: title, tabindex: "-1", autofocus: true }, `Iesniegt ${work}?`), ...[said, look].flat().filter(Boolean),
        h("p", {}, `${left.length ? "Iesniegt vari arī tagad. " : ""}Pēc iesniegšanas atbildes vairs nevarēs mainīt.`),
        h("p", { class: "row" }, yes, no));
      let back = left[0]?.number;
      dialog.addEventListener("click", (event) => { const row = event.target.closest("[data-go]"); if (row) { back = row.dataset.go; dialog.close(); } });
      no.addEventListener("click", () => dialog.close());
      yes.addEventListener("click", () => { dialog.close(); submit(); });
      dialog.addEventListener("close", () => {
        dialog.remove();
        if (!submitting && back) goTo(back); else open.focus();
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
      const sendNow = () => { onReceived = () => {}; trySend({ type: "submit", answered: items.filter((item) => isAnswered(current.get(item.id))).length }, fail); };
      if (unsaved()) onReceived = () => { if (!unsaved()) sendNow(); }; else sendNow();
    }
    return { received: () => onReceived(), shown: (message) => tasks.get(message.exercise)?.(message) };
  }

  function showSubmitted(url, go) {
    fill(root, h("div", { class: "next", tabindex: "-1", role: "status", "data-focus": true },
      h("h2", {}, isTest ? "Tests ir iesniegts" : "Darbs ir iesniegts"),
      h("p", {}, isStart ? "Tavas atbildes ir saglabātas. Pēc brīža būs gatavs plāns." : "Tavas atbildes ir saglabātas un tiek vērtētas."),
      safeLink(url, isStart ? "Skatīt plānu" : "Skatīt rezultātu", "btn btn--primary")));
    root.querySelector("[data-focus]").focus();
    if (go && ownAddress(url)) location.assign(url);
  }

  function trySend(message, fail) {
    const lost = () => fail("Savienojums pārtrūka. Tavas atbildes ir drošībā: pārlādē lapu un mēģini vēlreiz.");
    try { model.send(message)?.catch?.(lost); } catch { lost(); }
  }
}

// How far an item is: «none», «some» (the page sees that something in it is untouched), «begun» (it cannot see how much
// there is to do) or «done». Nothing here knows what is right: only whether a part was touched at all.

const ids = (list) => (spec) => spec[list].map((each) => each.id);
/** Kind of a place → its cases, and the case that an action works on; an action that only opens a case works on none. */
const CASES = {
  sorting: { all: ids("cards"), of: (action) => action.card, words: ["kartītēm", "neskarta", "neskartas"], whole: true },
  login: { all: ids("cases"), of: (action) => action.do !== "open" && action.case },
  signatures: { all: ids("cases"), of: (action) => action.do !== "look" && action.case },
  notice_date: { all: ids("cases"), of: (action) => action.case },
  figures: { all: ids("questions"), of: (action) => action.question },
  sift: { all: ids("pages"), of: (action) => action.page },
  privacy: {
    all: (spec) => [...ids("documents")(spec), ...["grounds", "steps"].filter((part) => spec[part])],
    of: (action) => action.document ?? { pair: "grounds", order: "steps" }[action.do],
  },
  password_lab: {
    all: (spec) => ["order", "habits", "factors"].filter((part) => spec[part]),
    of: (action) => ({ order: "order", habit: "habits", factor: "factors" })[action.do],
  },
  portal: { // one client: the portal (a video talk needs none) and every question of the talk, which stands below it
    all: ({ tasks: [task, ...more] }) => (more.length || !task.talk ? [] : [!task.talk.video && "portal", ...task.talk.steps.map((step) => step.id)].filter(Boolean)),
    of: (action) => (action.do === "say" ? action.step : ["task", "check"].includes(action.do) ? null : "portal"),
  },
};

/** Kinds of places that can be seen to be finished, or what is missing, by what was done in them. */
const FINISHED = {
  talk({ start, states }, actions) {
    const said = actions.slice(actions.map((action) => action.do).lastIndexOf("again") + 1);
    const at = said.reduce((name, { line }) => states[name].lines.find((each) => each.id === line)?.to ?? name, start);
    return states[at].end ? { state: "done", text: "saruna pabeigta" } : { state: "some", text: "saruna nav pabeigta" };
  },
  lesson_plan({ learners }, actions) {
    for (const { id } of learners) {
      const own = actions.filter((action) => action.learner === id);
      if (!own.some((action) => action.do === "aim")) return { state: "some", text: "mērķis nav izvēlēts" };
      const count = (what) => own.filter((action) => action.do === what).length;
      if (count("add") === count("remove")) return { state: "some", text: "plānā nav neviena soļa" };
    }
    return { state: "begun", text: "plāns sākts" };
  },
};

function howFar(item, response) {
  if (!isAnswered(response)) return { state: "none", text: "bez atbildes" };
  if (item.kind === "match") return parted(item.left.length, item.left.filter((piece) => !response.pairs[piece.id]).length, ["rindām", "bez atbildes", "bez atbildes"], true);
  const typed = item.kind === "free_text" && item.min_words ? response.text.trim().split(/\s+/).length : Infinity;
  if (typed < item.min_words) return { state: "begun", text: `pagaidām ${typed} ${plural(typed, "vārds", "vārdi")}; pietiek ar ${item.min_words}–${item.max_words}` };
  if (item.kind !== "simulation") return { state: "done", text: "atbildēts" };
  const finished = FINISHED[item.scenario.kind];
  if (finished) return finished(item.scenario, response.actions);
  const { all, of, words, whole } = CASES[item.scenario.kind] ?? {};
  const cases = all?.(item.scenario) ?? [];
  if (cases.length < 2) return { state: "begun", text: "sākts" };
  const touched = new Set();
  for (const action of response.actions) if (action.do === "again") forget(touched, action.case && of(action)); else touched.add(of(action));
  return parted(cases.length, cases.filter((id) => !touched.has(id)).length, words ?? ["daļām", "neskarta", "neskartas"], whole);
}

/** «No jauna»: one case, or the whole of a place that has only one. */
const forget = (touched, one) => (one ? touched.delete(one) : touched.clear());

/** `whole`: a part that was touched is answered; else it may be half done. */
function parted(all, left, [parts, one, many], whole) {
  if (left === all) return { state: "none", text: "bez atbildes" };
  if (left) return { state: "some", text: `${left} no ${all} ${parts} vēl ${plural(left, one, many)}` };
  return whole ? { state: "done", text: "atbildēts" } : { state: "begun", text: `sāktas visas ${all} daļas` };
}

const isEnough = ({ state }) => state === "done" || state === "begun";
const listed = (words) => (words.length > 1 ? `${words.slice(0, -1).join(", ")} un ${words.at(-1)}` : words.join(""));
const goButton = (number) => h("button", { class: "lideri-go", type: "button", "data-go": number });
const goWords = (number, { state, text }) => [icon(isEnough({ state }) ? "ok" : state === "some" ? "half" : "none"), h("span", {}, h("strong", {}, `${number}. uzdevums:`), ` ${text}`)];

/** Only an address on this site is followed. */
function ownAddress(url) { return typeof url === "string" && /^\/(?![/\\])/.test(url); }
function safeLink(url, text, look = "") { return ownAddress(url) ? h("a", { href: url, class: look || null }, text) : null; }
function clockOnly(iso) { return new Intl.DateTimeFormat("lv-LV", { timeZone: "Europe/Riga", hour: "numeric", minute: "2-digit", hour12: false }).format(new Date(iso)).replace(":", "."); }
function errorBox(text) { return h("div", { class: "feedback feedback--unsure" }, icon("warn"), h("p", { class: "feedback__title" }, "Neizdevās"), h("div", { class: "feedback__body" }, h("p", {}, text))); }

export default { render };
