// What a check of a signed file shows, the letter inside it, and a check of a file of one's own. Used by both places.

ICONS.file ??= ["M6 2h8l5 5v15H6z", "M14 2v5h5M9 13h7M9 17h7"];
const FOUND_ICONS = { valid: "ok", invalid: "stop", uncertain: "ask", none: "none" };

// «Paraksta: iesniegums.pdf» reads like an order; what is meant is what the signature or the seal is for.
const FOUND_LABELS = { Paraksta: "Uz ko attiecas" };
const SEALED = "Apzīmogoja";

/** A file's name, which may break after «_» or «-» rather than within its ending. */
function fileName(name) {
  return name.split(/(?<=[_-])/).flatMap((part, at) => (at ? [h("wbr", {}), part] : [part]));
}

/** The headline, each signature as a card, the files, remarks: words made by lideri/signatures/words.py. */
function signatureFound(found) {
  const sealed = found.signatures.length > 0 && found.signatures.every((one) => one.lines[0]?.[0] === SEALED);
  const told = (text) => (sealed ? text.replace(/paraksts$/, "e-zīmogs").replace(/paraksti$/, "e-zīmogi") : text);
  return h("div", { class: "signatures-found" },
    h("p", { class: "signatures-headline" }, icon(found.signatures.length ? FOUND_ICONS[found.tone] : "none"), h("span", {}, found.headline)),
    found.signatures.map((one) => h("div", { class: `signatures-card signatures-card--${one.tone}` },
      h("p", { class: "signatures-status" }, icon(FOUND_ICONS[one.tone]), h("strong", {}, one.status)),
      one.reasons.map((reason) => h("p", { class: "signatures-reason" }, reason)),
      h("dl", {}, one.lines.map(([label, value]) => h("div", {}, h("dt", {}, FOUND_LABELS[label] ?? label), h("dd", {}, value)))))),
    found.signatures.length > 0 && h("div", { class: "signatures-files" }, h("p", { class: "small soft" }, "Kas ir datnē:"),
      h("ul", {}, found.documents.map((each) => h("li", {}, icon(each.signatures ? "file" : "stop"),
        h("span", {}, h("span", { class: "address" }, fileName(each.name)), ` – ${told(each.told)}`))))),
    found.notes.map((note) => h("p", { class: "signatures-note" }, icon("warn"), h("span", {}, note))));
}

const SCRIBBLE = "M2 30C12 -4 20 -8 17 14C16 30 9 34 11 25C14 12 28 4 30 18C32 28 26 30 29 21C33 11 42 13 42 22C42 29 37 27 39 20C44 8 53 14 52 24C52 32 61 8 69 16C77 23 57 36 38 34C26 33 64 31 84 21";

/** A letter as on paper; a drawn signature is a picture and says so to those who do not see it. */
function signatureLetter(letter) {
  const [title, ...lines] = letter.text;
  let drawn = null;
  if (letter.scribble) {
    drawn = document.createElementNS(SVG, "svg");
    drawn.setAttribute("viewBox", "0 -8 90 48");
    drawn.setAttribute("class", "signatures-scribble");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", "Zīmēts paraksts: attēls");
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", SCRIBBLE);
    drawn.append(line);
  }
  return h("div", { class: "signatures-letter" }, h("p", { class: "signatures-letter__name address" }, letter.name),
    h("p", { class: "signatures-letter__title" }, title), lines.filter(Boolean).map((line) => h("p", {}, line)), drawn);
}

/** Hands the bytes to the browser as a file to keep. */
function saveFile({ name, type, data }) {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

const MOST_MEGABYTES = 5;

/** «Pārbaudi savu datni»: a file from this device, checked by the page's kernel and forgotten. */
function ownFile(place) {
  const title = uid("sava");
  const hint = uid("hint");
  const live = liveArea();
  const input = h("input", { class: "visually-hidden", id: uid("datne"), type: "file", accept: ".asice,.edoc,.sce,.bdoc,.pdf", "aria-describedby": hint });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    if (file.size > MOST_MEGABYTES * 1024 * 1024) {
      fill(live, h("p", { class: "hint" }, `Datne ir lielāka par ${MOST_MEGABYTES} MB. Izvēlies mazāku.`));
      return;
    }
    fill(live, h("p", { class: "hint" }, "Pārbaudām …"));
    try {
      const data = await new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
        reader.onerror = () => reject(new Error("Datni neizdevās nolasīt. Izvēlies to vēlreiz."));
        reader.readAsDataURL(file);
      });
      const { found } = await place.ask({ what: "own", name: file.name, data });
      fill(live, h("p", {}, h("strong", {}, file.name)), signatureFound(found), found.remark && h("p", { class: "signatures-note" }, icon("warn"), h("span", {}, found.remark)));
    } catch (problem) {
      fill(live, h("p", { class: "hint" }, problem.message));
    }
    input.value = "";
  });
  return h("section", { class: "signatures-own", "aria-labelledby": title },
    h("h3", { id: title }, "Pārbaudi citu datni"),
    h("p", { class: "hint", id: hint }, `Datni, kas nav lielāka par ${MOST_MEGABYTES} MB, šī lapa pārbauda un uzreiz aizmirst: to neglabājam un nesūtām tālāk. Klientu dokumentus te neliec; tos pārbauda vietnē eparaksts.lv.`),
    h("div", { class: "signatures-pick" }, input, h("label", { class: "btn btn--small", for: input.id }, "Izvēlies .asice, .edoc vai .pdf datni")), live);
}
