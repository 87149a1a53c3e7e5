// Theme and text size, and which exercise one asks about: on every page of ours, those with a kernel too.
// Loaded in <head> without «defer», so that the wrong theme never flashes.
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

// «Jautāt pasniedzējam» and «Ziņot par kļūdu» take along the exercise that one was at last.
(() => {
  "use strict";
  let last = "";
  const look = ({ target, key }) => {
    if (["Tab", "Shift"].includes(key)) return; // only passing by
    const place = target instanceof Element && target.closest("[data-exercise], [id^='uzdevums-']");
    if (place) last = place.dataset.exercise ?? place.id.replace("uzdevums-", "");
  };
  document.addEventListener("pointerdown", look);
  document.addEventListener("keydown", look);
  document.addEventListener("input", look);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-from]");
    if (!link || !last) return;
    const address = new URL(link.href);
    address.searchParams.set("uzdevums", last);
    link.href = address.href;
  });
})();
