/* A dashboard: HTML that Python rendered (autoescaped), and a list to choose a cohort from. */
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "panel";
  const chooser = document.createElement("div");
  const body = document.createElement("div");
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  root.append(chooser, said, body);
  el.append(root);

  const showChoices = () => {
    const choices = model.get("choices");
    chooser.replaceChildren();
    if (choices.length < 2) return;
    chooser.className = "field panel__choice";
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.className = "input";
    select.id = `izvele-${Math.random().toString(36).slice(2)}`;
    label.htmlFor = select.id;
    label.textContent = model.get("label");
    for (const [value, name] of choices) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = name;
      select.append(option);
    }
    select.value = model.get("chosen");
    select.addEventListener("change", () => {
      model.set("chosen", select.value);
      model.save_changes();
      said.textContent = `Rāda: ${select.selectedOptions[0].textContent}`;
    });
    chooser.append(label, select);
  };
  const showBody = () => { body.innerHTML = model.get("html"); };
  const showChosen = () => {
    const select = chooser.querySelector("select");
    if (select) select.value = model.get("chosen");
  };
  model.on("change:choices", showChoices);
  model.on("change:html", showBody);
  model.on("change:chosen", showChosen);
  showChoices();
  showBody();
}
export default { render };
