// «Adreses lasīšana».

const UNTOUCHED = { domain: "", verdict: null, of: null, checked: false, tries: 0 };

/** The same steps as lideri/practice/address.py, without judging. */
function reduceAddresses(state, action) {
  const now = { ...UNTOUCHED, ...state.addresses?.[action.address] };
  if (action.do === "pick") now.domain = action.domain;
  if (action.do === "say") { now.verdict = action.verdict; now.of = action.verdict === "fake" ? action.of ?? null : null; }
  if (action.do === "check") { now.checked = true; now.tries += 1; }
  if (action.do === "retry") now.checked = false;
  return { ...state, addresses: { ...state.addresses, [action.address]: now } };
}

function render({ model, el }) {
  const spec = model.get("spec");
  const simulation = new Simulation(model, { reduce: reduceAddresses, onShown: () => { refreshList(); refreshOne(); } });
  const about = (id) => ({ ...UNTOUCHED, ...simulation.state.addresses?.[id] });
  const progress = h("p", {});
  const entries = spec.addresses.map((address, place) => {
    const state = h("span", { class: "mail__state" });
    const button = h("button", { class: "mail", type: "button" }, icon("site"),
      h("span", { class: "mail__from" }, `${place + 1}. adrese`), h("span", { class: "mail__subject" }, address.context), state);
    button.addEventListener("click", () => open(address.id));
    return { id: address.id, button, state };
  });
  const panes = twoPane({ listLabel: `Visas adreses (${spec.addresses.length})`, backText: "Atpakaļ uz sarakstu", entries });
  fill(panes.pane, h("p", { class: "soft lideri-choose" }, "Izvēlies adresi no saraksta."));
  let shown = null;
  el.append(h("div", { class: "lideri lideri-addresses" }, practiceCard(spec, progress, panes.node, h("div", { class: "lideri-actions" }, simulation.line.node))));
  refreshList();
  simulation.start();
  return () => simulation.stop();

  function refreshList() {
    for (const entry of entries) {
      const { tries, domain, verdict } = about(entry.id);
      fill(entry.state, tries ? h("b", {}, "pārbaudīta") : domain || verdict ? h("b", {}, "iesākta") : "nav sākta");
    }
    const seen = spec.addresses.filter((address) => about(address.id).tries).length;
    progress.textContent = `${plural(seen, "Pārbaudīta", "Pārbaudītas")} ${seen} ${plural(seen, "adrese", "adreses")} no ${spec.addresses.length}`;
  }

  /** `typing`: letter by letter the same pick grows. */
  function change(id, action, typing = false) {
    if (about(id).checked) simulation.act({ do: "retry", address: id });
    simulation.act({ ...action, address: id }, { instead: typing && simulation.actions.at(-1)?.address === id, now: !typing });
    if (shown?.id === id) { fill(shown.live); shown.mark({}); }
    refreshList();
  }

  function open(id) {
    const address = spec.addresses.find((each) => each.id === id);
    const place = spec.addresses.indexOf(address);
    const now = about(id);
    const live = liveArea();
    const pick = radioGroup("Kura daļa pasaka, kam adrese pieder?", address.choices.map((choice) => ({ id: choice, text: choice, address: true })), now.domain, (domain) => { typed.value = ""; change(id, { do: "pick", domain }); });
    const typedId = uid("domens");
    const typed = h("input", { class: "input", id: typedId, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 200,
      value: address.choices.includes(now.domain) ? "" : now.domain });
    typed.addEventListener("input", () => {
      for (const radio of pick.querySelectorAll("input[type=radio]")) { radio.checked = false; radio.closest(".choice").classList.remove("choice--on"); }
      change(id, { do: "pick", domain: typed.value }, true);
    });
    pick.append(h("div", { class: "field lideri-typed" }, h("label", { for: typedId }, "Vai ieraksti to:"), typed));
    const verdict = radioGroup("Vai adrese ir īsta?", spec.verdicts, now.verdict, (said) => { change(id, { do: "say", verdict: said, ...(said === "fake" && of.value ? { of: of.value } : {}) }); who.hidden = said !== "fake"; });
    const ofId = uid("ko");
    const of = h("select", { class: "input", id: ofId }, h("option", { value: "" }, "Izvēlies…"), spec.owners.map((owner) => h("option", { value: owner.id, selected: owner.id === now.of }, owner.name)));
    of.addEventListener("change", () => change(id, { do: "say", verdict: "fake", ...(of.value ? { of: of.value } : {}) }));
    const who = h("div", { class: "field" }, h("label", { for: ofId }, "Ko tā atdarina?"), of);
    who.hidden = now.verdict !== "fake";
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
    check.addEventListener("click", () => {
      const { domain, verdict: said, checked } = about(id);
      if (!domain || !said) { fill(live, h("p", { class: "hint" }, !domain ? "Vispirms izvēlies svarīgo daļu." : "Vispirms izvēlies, vai adrese ir īsta.")); return; }
      if (checked && simulation.feedbacks[id]) return;
      fill(live);
      simulation.act({ do: "check", address: id }, { check: true });
      refreshList();
    });
    const next = h("button", { class: "btn btn--quiet", type: "button" }, "Nākamā adrese");
    next.addEventListener("click", () => open(spec.addresses[place + 1].id));
    const parts = new Map([["domain", pick], ["verdict", verdict]].map(([part, node]) => [part, { host: node, control: node }]));
    fill(panes.pane,
      h("h3", { class: "opened", tabindex: "-1", "data-focus": true }, `${place + 1}. adrese`),
      h("p", { class: "small soft lideri-label" }, address.label), h("p", {}, address.context),
      h("p", { class: "lideri-url" }, h("span", { class: "address" }, address.url)),
      pick, verdict, who,
      h("div", { class: "lideri-actions" }, check, place + 1 < spec.addresses.length && next), live);
    shown = { id, live, mark: markerOf(parts) };
    refreshOne();
    panes.open(entries[place].button);
  }

  function refreshOne() {
    if (!shown) return;
    const checked = about(shown.id).checked;
    const feedback = checked ? simulation.feedbacks[shown.id] : null;
    // The reasons stand in the box already; beside the parts a word is enough.
    if (feedback) { fill(shown.live, feedbackBox(feedback)); shown.mark(Object.fromEntries(Object.entries(feedback.marks ?? {}).map(([part, mark]) => [part, { outcome: mark.outcome }]))); }
    else if (!checked) { fill(shown.live); shown.mark({}); }
  }
}

export default { render };
