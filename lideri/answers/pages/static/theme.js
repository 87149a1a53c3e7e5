// Theme and text size, on every page of ours. Loaded in <head> without «defer», so that the wrong theme never flashes.
(() => {
  "use strict";
  const root = document.documentElement;
  const allowed = { theme: ["light", "dark"], text: ["large", "larger"] };
  // In private mode or with storage forbidden the choice lasts for this page.
  const recall = (key) => { try { return localStorage.getItem("lideri-" + key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem("lideri-" + key, value); } catch { /* see above */ } };
  const apply = (key, value) => {
    if (allowed[key].includes(value)) root.dataset[key] = value; else delete root.dataset[key];
  };
  for (const key of Object.keys(allowed)) apply(key, recall(key));

  const show = () => {
    for (const input of document.querySelectorAll("[data-settings] input")) {
      input.checked = input.value === (root.dataset[input.name] ?? "auto");
    }
  };
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.closest("[data-settings]")) return;
    apply(input.name, input.value);
    remember(input.name, input.value);
    show();
  });
  // The choice made in another tab holds here too.
  window.addEventListener("storage", (event) => {
    const key = (event.key ?? "").replace(/^lideri-/, "");
    if (key in allowed) { apply(key, event.newValue); show(); }
  });
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector("details.settings[open]");
    if (event.key === "Escape" && open) { open.open = false; open.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    const open = document.querySelector("details.settings[open]");
    if (open && !open.contains(event.target)) open.open = false;
  });
})();
