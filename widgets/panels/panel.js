/* A dashboard: HTML that Python rendered (autoescaped), and lists to choose from: a cohort, a module. */
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "panel";
  const choosers = document.createElement("div");
  choosers.className = "panel__choices";
  const body = document.createElement("div");
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  const lists = [list("label", "choices", "chosen"), list("second_label", "second_choices", "second_chosen")];
  choosers.append(...lists.map((each) => each.node));
  root.append(choosers, said, body);
  el.append(root);

  function list(labelName, choicesName, chosenName) {
    const node = document.createElement("div");
    const show = () => {
      const choices = model.get(choicesName);
      node.replaceChildren();
      node.className = "";
      if (choices.length < 2) return;
      node.className = "field panel__choice";
      const label = document.createElement("label");
      const select = document.createElement("select");
      select.className = "input";
      select.id = `izvele-${Math.random().toString(36).slice(2)}`;
      label.htmlFor = select.id;
      label.textContent = model.get(labelName);
      for (const [value, name] of choices) {
        const option = document.createElement("option");
        option.value = value;
        option.textContent = name;
        select.append(option);
      }
      select.value = model.get(chosenName);
      select.addEventListener("change", () => {
        model.set(chosenName, select.value);
        model.save_changes();
        said.textContent = `Rāda: ${select.selectedOptions[0].textContent}`;
      });
      node.append(label, select);
    };
    const showChosen = () => {
      const select = node.querySelector("select");
      if (select) select.value = model.get(chosenName);
    };
    model.on(`change:${choicesName}`, () => {
      const focused = node.contains(document.activeElement);
      show();
      if (focused) node.querySelector("select")?.focus();
    });
    model.on(`change:${chosenName}`, showChosen);
    show();
    return { node };
  }
  const showBody = () => { body.innerHTML = model.get("html"); };
  model.on("change:html", showBody);
  showBody();
}
export default { render };
