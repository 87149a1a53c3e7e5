// Plain pages work without JavaScript; this makes them quicker and kinder.
"use strict";
const all = (selector, where = document) => [...where.querySelectorAll(selector)];

/** Said once: the work is safe, however long the counting takes. */
function sayItTakesLong(line) {
  const place = line.parentElement.querySelector("[data-wait-long]");
  const text = line.parentElement.querySelector("template[data-wait-long-text]");
  if (place && text && !place.firstChild) place.append(text.content.cloneNode(true));
}

// 1. The result page asks whether the points are there, instead of making a person press «Atjaunot lapu».
for (const line of all("[data-wait]")) {
  const started = Date.now();
  const ask = async () => {
    const waited = Date.now() - started;
    let pause = waited < 15000 ? 300 : 3000;
    if (waited > 60000) sayItTakesLong(line);
    try {
      const answer = await fetch(line.dataset.wait, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok && ["graded", "failed"].includes((await answer.json()).state)) { location.reload(); return; }
      if (!answer.ok) pause = 3000;
    } catch {
      pause = 3000; // no connection just now: ask again later
    }
    setTimeout(ask, pause);
  };
  ask();
}

// 2. After a refused form the summary of what is missing takes the focus.
all("[data-focus]").forEach((box) => box.focus());

// 3. Show and hide a password.
for (const button of all("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const what = button.getAttribute("aria-label").replace(/^Parādīt /, "");
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Paslēpt" : "Parādīt";
    button.setAttribute("aria-label", `${shown ? "Paslēpt" : "Parādīt"} ${what}`);
  });
}

// 4. A chosen option is framed as well as dotted.
const frame = () => all(".choice").forEach((choice) => choice.classList.toggle("choice--on", choice.querySelector("input").checked));
document.addEventListener("change", frame);
frame();

// 5. Rubric: the sum so far; and what is typed survives a reload until it is saved.
for (const form of all("[data-rubric]")) {
  const line = form.querySelector("[data-total-line]");
  const count = () => {
    const sum = all("input[type=radio]:checked", form).reduce((so_far, input) => so_far + Number(input.dataset.points), 0);
    form.querySelector("[data-total]").textContent = String(Math.round(sum * 100) / 100).replace(".", ",");
  };
  line.hidden = false;
  form.addEventListener("change", count);
  const key = `lideri-melnraksts:${form.dataset.draft}`;
  const comment = form.querySelector("textarea");
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (kept && !form.querySelector(".errors")) {
      if (kept.comment) comment.value = kept.comment;
      for (const [name, value] of Object.entries(kept.chosen ?? {})) {
        const input = all("input[type=radio]", form).find((each) => each.name === name && each.value === value);
        if (input) input.checked = true;
      }
      frame();
    }
  } catch { /* storage is forbidden or its content broken: nothing to restore */ }
  form.addEventListener("input", () => {
    const chosen = Object.fromEntries(all("input[type=radio]:checked", form).map((input) => [input.name, input.value]));
    try { sessionStorage.setItem(key, JSON.stringify({ comment: comment.value, chosen })); } catch { /* see above */ }
  });
  count();
}

// 6. Copy and print a list of one-time links.
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue; // only on a safe connection; printing works always
  button.hidden = false;
  button.addEventListener("click", async () => {
    const said = button.parentElement.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = "Nokopēts";
    } catch {
      said.textContent = "Neizdevās nokopēt. Iezīmē saiti un nospied Ctrl un C.";
    }
  });
}
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// 7. A text for somebody (question, answer, report): kept in this browser until the server says that it is on disk.
const notes = "lideri-zina:";
const kept = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
for (const place of all("[data-note-sent]")) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(notes) && kept(key)?.key === place.dataset.noteSent) localStorage.removeItem(key);
    }
  } catch { /* storage is forbidden: nothing was kept there */ }
}
all("[data-width]").forEach((input) => { input.value = String(window.innerWidth); });
for (const form of all("form[data-note]")) {
  const name = notes + form.dataset.note;
  const { teksts: area, atslega: own } = form.elements;
  const said = form.querySelector("[data-note-status]");
  let sending = false;
  const keep = () => {
    try {
      if (area.value.trim()) localStorage.setItem(name, JSON.stringify({ text: area.value, key: own.value, kind: form.elements.veids?.value ?? "" }));
      else localStorage.removeItem(name);
    } catch { /* see above */ }
  };
  const before = kept(name);
  if (before?.text && !area.value.trim()) {
    area.value = before.text;
    if (before.key) own.value = before.key;
    if (before.kind && form.elements.veids) form.elements.veids.value = before.kind;
    frame();
    said.textContent = "Te ir teksts, kas palika nenosūtīts.";
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    keep();
    said.textContent = "Sūtām…";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok && answer.redirected) location.assign(answer.url);
      else form.submit(); // refused: the server's own page says why and shows the text
    } catch {
      said.textContent = "Nav savienojuma, tāpēc teksts vēl nav nosūtīts. Tas ir saglabāts šajā pārlūkā. Pēc brīža spied pogu vēlreiz.";
      sending = false;
    }
  });
  window.addEventListener("pageshow", () => { sending = false; });
}

// 8. One press is one submission.
for (const form of all("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
}

// 9. What is missing is said in Latvian, whatever language the browser speaks. A page's own words go first.
const missing = (field) => {
  if (field.type === "radio") return "Te jāizvēlas viena atbilde.";
  if (field.type === "checkbox") return "Te vajadzīga atzīme.";
  return field.tagName === "SELECT" || field.type === "file" ? "Te kaut kas jāizvēlas." : "Šis lauks jāaizpilda.";
};
const told = new Set();
document.addEventListener("invalid", (event) => {
  const field = event.target;
  if (!field.validity.valueMissing || field.validity.customError) return;
  field.setCustomValidity(missing(field));
  told.add(field);
}, true);
const forgiven = () => {
  told.forEach((field) => field.setCustomValidity(""));
  told.clear();
};
for (const what of ["input", "change", "click", "keydown"]) document.addEventListener(what, forgiven, true);
