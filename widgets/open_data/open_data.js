// «Atvērtie dati». The kernel computes; this shows the table and asks.

/** The same steps as lideri/practice/open_data.py, without computing and judging. */
function reduceData(state, action) {
  const next = { ...state, answers: { ...state.answers } };
  if (action.do === "choose_columns") {
    next.columns = action.columns;
    if (next.sort_by && next.sort_by !== "place" && !action.columns.includes(next.sort_by)) next.sort_by = null;
    if (next.chart && !action.columns.includes(next.chart)) next.chart = null;
  }
  if (action.do === "sort") { next.sort_by = action.column; next.descending = action.descending; }
  if (action.do === "per_1000") next.per_1000 = action.on;
  if (action.do === "filter_region") next.region = action.region ?? null;
  if (action.do === "chart") next.chart = action.column ?? null;
  const now = { text: "", checked: false, tries: 0, ...next.answers[action.question] };
  if (action.do === "answer" && action.text !== now.text) next.answers[action.question] = { ...now, text: action.text, checked: false };
  if (action.do === "check") next.answers[action.question] = { ...now, checked: true, tries: now.tries + 1 };
  return next;
}

function render({ model, el }) {
  const spec = model.get("spec");
  const columns = [{ id: "place", title: "Pašvaldība", numeric: false }, ...spec.choices];
  const titleOf = (id) => columns.find((column) => column.id === id)?.title ?? id;
  const simulation = new Simulation(model, {
    reduce: reduceData,
    onShown: () => { showControls(); refreshQuestions(); },
    onOther: (message) => { if (message.type === "view") showView(message.view); },
  });
  const progress = h("p", {});
  const table = h("div", {}, h("p", { class: "soft" }, "Ielādē tabulu…"));
  const chart = h("div", {});
  const said = h("p", { class: "visually-hidden", role: "status" });

  // Arranging the table
  const boxes = spec.choices.map((column) => {
    const input = h("input", { type: "checkbox", value: column.id });
    return { input, label: h("label", { class: "choice" }, input, h("span", {}, column.title)) };
  });
  const columnsHint = h("p", { class: "error-text", hidden: true }, "Vismaz vienai slejai jāpaliek.");
  const chosenColumns = h("fieldset", { class: "question" }, h("legend", {}, "Kuras slejas rādīt?"), h("div", { class: "lideri-boxes" }, boxes.map((box) => box.label)), columnsHint);
  const howMany = h("summary", {});
  // Seventeen boxes are a long way down on a phone, so there they start folded.
  const columnsPart = h("details", { class: "data lideri-columns", open: !matchMedia("(max-width: 55.99rem)").matches }, howMany, chosenColumns);
  chosenColumns.addEventListener("change", (event) => {
    const chosen = boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
    columnsHint.hidden = chosen.length > 0;
    if (!chosen.length) { event.target.checked = true; return; }
    arrange({ do: "choose_columns", columns: chosen });
  });
  const select = (label, onChange) => {
    const id = uid("izvele");
    const control = h("select", { class: "input", id });
    control.addEventListener("change", () => onChange(control.value));
    return { control, node: h("div", { class: "field" }, h("label", { for: id }, label), control) };
  };
  const sortBy = select("Kārtot pēc", (column) => arrange({ do: "sort", column, descending: simulation.state.descending }));
  const direction = select("Secība", (value) => { if (simulation.state.sort_by) arrange({ do: "sort", column: simulation.state.sort_by, descending: value === "down" }); });
  const region = select("Reģions", (value) => arrange({ do: "filter_region", region: value || null }));
  const drawn = select("Diagramma", (value) => arrange({ do: "chart", column: value || null }));
  const rate = h("input", { type: "checkbox" });
  rate.addEventListener("change", () => arrange({ do: "per_1000", on: rate.checked }));
  const rateLabel = h("label", { class: "choice" }, rate, h("span", {}, "Rādīt uz 1000 iedzīvotājiem"));

  const questions = spec.questions.map(questionPart);
  el.append(h("div", { class: "lideri lideri-data" }, practiceCard(spec, progress,
    h("h3", {}, "Sakārto tabulu"),
    columnsPart, rateLabel,
    h("div", { class: "lideri-selects" }, sortBy.node, direction.node, region.node, drawn.node),
    said, table, chart,
    h("div", { class: "small soft prose" }, (spec.notes ?? []).map((note) => h("p", {}, note)),
      h("p", {}, `${spec.data.credit} ${spec.data.licence}`)),
    h("h3", {}, "Atbildi pēc tabulas"), questions.map((question) => question.node),
    h("div", { class: "lideri-actions" }, simulation.line.node))));
  showControls();
  refreshQuestions();
  simulation.start();
  try { model.send({ type: "view" }); } catch { /* the first change will tell that the connection is lost */ }
  return () => simulation.stop();

  function arrange(action) {
    simulation.act(action, { instead: true });
    showControls();
  }

  function showControls() {
    const state = simulation.state;
    const visible = new Set(state.columns ?? []);
    boxes.forEach(({ input, label }) => { input.checked = visible.has(input.value); label.classList.toggle("choice--on", input.checked); });
    howMany.textContent = `Slejas: ${plural(visible.size, "redzama", "redzamas")} ${visible.size} no ${boxes.length}`;
    rate.checked = Boolean(state.per_1000);
    rateLabel.classList.toggle("choice--on", rate.checked);
    const options = (control, list, value) => {
      const wanted = JSON.stringify(list);
      if (control.dataset.list !== wanted) { control.dataset.list = wanted; fill(control, list.map(([id, text]) => h("option", { value: id }, text))); }
      control.value = value ?? "";
    };
    const shown = columns.filter((column) => column.id === "place" || visible.has(column.id));
    options(sortBy.control, [...(state.sort_by ? [] : [["", "Kā datnē"]]), ...shown.map((column) => [column.id, column.title])], state.sort_by);
    const words = ["place", "region"].includes(state.sort_by);
    options(direction.control, words ? [["down", "no Ž līdz A"], ["up", "no A līdz Ž"]] : [["down", "no lielākā"], ["up", "no mazākā"]], state.descending ? "down" : "up");
    direction.node.hidden = !state.sort_by;
    options(region.control, [["", "Visa Latvija"], ...spec.regions.map((name) => [name, name])], state.region);
    options(drawn.control, [["", "Nerādīt"], ...shown.filter((column) => column.numeric).map((column) => [column.id, column.title])], state.chart);
  }

  function showView(view) {
    const state = simulation.state;
    const focused = table.contains(document.activeElement) ? document.activeElement.closest("th")?.dataset.id : null;
    const head = view.columns.map((column) => {
      const sorted = state.sort_by === column.id;
      const button = h("button", { class: "lideri-sort", type: "button" }, column.title, sorted && h("span", { "aria-hidden": "true" }, state.descending ? " ↓" : " ↑"));
      button.addEventListener("click", () => arrange({ do: "sort", column: column.id, descending: sorted ? !state.descending : column.numeric }));
      return h("th", { scope: "col", class: column.numeric ? "n" : null, "data-id": column.id, "aria-sort": sorted ? (state.descending ? "descending" : "ascending") : null }, button);
    });
    const rows = view.rows.map((row) => h("tr", {}, row.map((cell, place) => (place === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: view.columns[place].numeric ? "n" : null }, cell)))));
    fill(table, h("div", { class: "table-wrap lideri-table", tabindex: "0", role: "group", "aria-label": `Tabula: ${spec.title}` },
      h("table", { class: "table" }, h("caption", {}, view.caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows))));
    if (focused) table.querySelector(`th[data-id="${CSS.escape(focused)}"] button`)?.focus();
    said.textContent = view.caption;
    showChart(view.chart);
  }

  function showChart(drawing) {
    if (!drawing) { fill(chart); return; }
    if (!drawing.light) { fill(chart, h("p", { class: "soft" }, "Pēc šādas izvēles diagrammā nav ko rādīt.")); return; }
    const open = chart.querySelector("details")?.open;
    const rows = drawing.labels.map((label, place) => h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "n" }, drawing.values[place] === null ? "–" : decimal(drawing.values[place], drawing.decimals))));
    fill(chart, h("figure", { class: "chart lideri-chart" },
      h("p", { class: "chart__title" }, drawing.says),
      h("img", { class: "lideri-light", src: drawing.light, alt: drawing.alt }), h("img", { class: "lideri-dark", src: drawing.dark, alt: drawing.alt }),
      h("figcaption", {}, drawing.hidden ? `Diagrammā ir tikai pašvaldības. Izlaistas tabulas rindas: ${drawing.hidden}.` : "Skaitļi pie stabiņiem ir tie paši, kas tabulā."),
      h("details", { class: "data", open }, h("summary", {}, "Tie paši skaitļi tabulā"), h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": drawing.title },
        h("table", { class: "table" }, h("caption", {}, drawing.title), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Pašvaldība"), h("th", { scope: "col", class: "n" }, drawing.title))), h("tbody", {}, rows))))));
  }

  function questionPart(question, place) {
    const id = uid("atbilde");
    const hint = uid("hint");
    const number = question.ask === "number";
    const input = h("input", { class: `input ${number ? "lideri-number" : ""}`, id, type: "text", inputmode: number ? "decimal" : null, autocomplete: "off", maxlength: 200, "aria-describedby": hint });
    input.value = simulation.state.answers?.[question.id]?.text ?? "";
    const live = liveArea();
    const tell = () => {
      const now = simulation.state.answers?.[question.id]?.text ?? "";
      if (input.value === now) return;
      const last = simulation.actions.at(-1);
      simulation.act({ do: "answer", question: question.id, text: input.value }, { instead: last?.question === question.id, now: false });
    };
    // The change goes into the draft at once; while typing goes on, it replaces the change before.
    input.addEventListener("input", () => { fill(live); tell(); });
    const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
    check.addEventListener("click", () => {
      const now = simulation.state.answers?.[question.id];
      if (!now?.text.trim()) { fill(live, h("p", { class: "hint" }, "Vispirms ieraksti atbildi.")); return; }
      if (now.checked && simulation.feedbacks[question.id]) return;
      fill(live);
      simulation.act({ do: "check", question: question.id }, { check: true });
    });
    const label = `${place + 1}. ${question.text}`;
    const node = h("div", { class: "lideri-ask" }, h("div", { class: "field" }, h("label", { for: id }, label),
      h("p", { class: "hint", id: hint }, number ? (question.unit ? `Ieraksti tikai skaitli. Aiz lauka jau rakstīts: ${question.unit}.` : "Ieraksti skaitli.") : "Ieraksti pašvaldības nosaukumu."),
      h("span", { class: "lideri-unit" }, input, number && question.unit && h("span", { "aria-hidden": "true" }, question.unit))),
      h("div", { class: "lideri-actions" }, check), live);
    return { id: question.id, node, live, input };
  }

  function refreshQuestions() {
    let done = 0;
    for (const question of questions) {
      const now = simulation.state.answers?.[question.id];
      if (now?.tries) done += 1;
      const feedback = now?.checked ? simulation.feedbacks[question.id] : null;
      if (feedback) fill(question.live, feedbackBox(feedback)); else if (!now?.checked) fill(question.live);
      if (document.activeElement !== question.input && now && question.input.value !== now.text) question.input.value = now.text;
    }
    progress.textContent = `${plural(done, "Pārbaudīta", "Pārbaudītas")} ${done} ${plural(done, "atbilde", "atbildes")} no ${questions.length}`;
  }
}

export default { render };
