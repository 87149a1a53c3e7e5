// «Atlasīt visus»: ticks every entry of the list; pressed again, none.
"use strict";
for (const button of document.querySelectorAll("[data-all]")) {
  const boxes = [...button.form.querySelectorAll("input[name=ieraksts]")];
  button.hidden = boxes.length < 2;
  button.addEventListener("click", () => {
    const wanted = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = wanted;
    button.textContent = wanted ? "Noņemt atzīmes" : "Atlasīt visus";
    document.dispatchEvent(new Event("change"));
  });
}
