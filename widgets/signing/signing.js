// «Paraksti dokumentu»: a text, its reading, a format, PIN2, and a real signed file to take along.

PLACES.signing = {
  /** What can be drawn before the kernel answers; whether PIN2 is right, only the kernel says. */
  reduce(state, { do: what, text, format }) {
    const undone = { signed: false, signed_at: "", lost: state.signed || state.lost, checked: false };
    if (what === "write" && text !== state.text) return { ...state, ...undone, text, read: false };
    if (what === "choose" && format !== state.format) return { ...state, ...undone, format };
    if (what === "read") return { ...state, read: true };
    return state;
  },

  build(place) {
    const { spec } = place;
    const formId = uid("teksts");
    const area = h("textarea", { class: "input", id: formId, rows: 4, maxlength: 200 });
    area.value = place.state.text ?? spec.text ?? "";
    // While typing, not when leaving the field: a button that is drawn anew under the finger would lose its click.
    const write = (now = true) => { if (area.value !== (place.state.text ?? "")) place.act({ do: "write", text: area.value }, { instead: true, now }); };
    area.addEventListener("input", () => write(false));
    const formats = radioGroup("2. Izvēlies formātu", spec.formats, place.state.format, (format) => { write(); place.act({ do: "choose", format }); });
    const reading = h("div", {});
    const signing = h("div", {});
    const hint = h("div", { "aria-live": "polite" });
    const result = liveArea();
    const live = liveArea();
    let asked = ""; // for which signature the file was fetched
    let given = null;

    const button = (text, key, onClick, extra = "") => {
      const made = h("button", { class: `btn ${extra}`.trim(), type: "button", "data-key": key }, text);
      made.addEventListener("click", onClick);
      return made;
    };

    function drawReading() {
      const { text = "", read } = place.state;
      redraw(reading, h("h3", {}, "3. Izlasi, ko paraksti"),
        text.trim() ? h("div", { class: "signatures-letter" }, text.split("\n").filter(Boolean).map((line) => h("p", {}, line))) : h("p", { class: "hint" }, "Vispirms uzraksti tekstu."),
        read ? h("p", { class: "signatures-done" }, icon("ok"), h("span", {}, "Teksts ir izlasīts un pareizs."))
          : h("div", { class: "lideri-actions" }, button("Teksts ir izlasīts un pareizs", "read", () => {
            write();
            if (!area.value.trim()) { fill(hint, h("p", { class: "hint" }, "Vispirms uzraksti tekstu, ko parakstīt.")); area.focus(); return; }
            fill(hint);
            place.act({ do: "read" });
          }, "btn--small")));
    }

    let pin = null;
    function drawSigning() {
      const { read, format, left = 3, wrong, signed, lost } = place.state;
      if (signed) { pin = null; redraw(signing, h("p", { class: "signatures-done" }, icon("ok"), h("span", {}, "Dokuments ir parakstīts."))); return; }
      const lostLine = lost && h("p", { class: "signatures-note" }, icon("warn"), h("span", {}, "Tu mainīji to, kas jau bija parakstīts. Vecais paraksts jaunajam dokumentam neder, tāpēc paraksti vēlreiz."));
      if (!left) {
        pin = null;
        redraw(signing, h("h3", {}, "PIN2 ir bloķēts"), h("p", {}, "Trīs reizes ievadīts nepareizs PIN2. Īstai eID kartei tad vajag PUK kodu no PIN aploksnes."),
          h("div", { class: "lideri-actions" }, button("Atbloķēt ar mācību PUK kodu", "unlock", () => place.act({ do: "unlock" }), "btn--small")));
        return;
      }
      const ready = Boolean(read && format);
      const id = uid("pin");
      const typedBefore = pin?.value ?? "";
      pin = h("input", { class: "input signatures-pin", id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 6, "data-key": "pin", value: wrong ? "" : typedBefore });
      const sign = () => {
        write();
        const digits = pin.value.replace(/\s/g, "");
        const missing = !place.state.format && !format ? "Vispirms izvēlies formātu." : !ready ? "Vispirms izlasi tekstu un nospied «Teksts ir izlasīts un pareizs»." : !digits ? "Ievadi PIN2."
          : !/^\d{6}$/.test(digits) ? "PIN2 ir 6 cipari. Šo mēģinājumu neskaita." : "";
        fill(hint, missing && h("p", { class: "hint" }, missing));
        if (missing) return;
        const entered = pin.value;
        pin.value = "";
        place.act({ do: "sign", pin: entered, at: new Date().toISOString() });
      };
      pin.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); sign(); } });
      redraw(signing, h("h3", {}, "4. Paraksti ar PIN2"), lostLine,
        h("label", { for: id }, "PIN2 (6 cipari)"), h("p", { class: "hint" }, `Mācību PIN2 ir ${spec.pin}. Savu īsto PIN te neraksti.`), pin,
        wrong && h("p", { class: "signatures-reason", role: "status" }, `PIN2 nav pareizs. ${plural(left, "Palicis", "Palikuši")} ${left} ${plural(left, "mēģinājums", "mēģinājumi")}.`),
        h("div", { class: "lideri-actions" }, button("Parakstīt", "sign", sign)));
    }

    async function drawResult() {
      const { signed, signed_at: at, format, text } = place.state;
      const key = signed ? JSON.stringify([at, format, text]) : "";
      if (key === asked) return;
      asked = key;
      given = null;
      fill(result);
      if (!signed || !place.ask) return;
      fill(result, h("p", { class: "hint" }, "Gatavojam datni …"));
      try {
        const made = await place.ask({ what: "signed" });
        if (asked !== key) return;
        given = made;
        fill(result, h("h3", {}, "Tava parakstītā datne"), h("p", {}, h("span", { class: "address" }, made.name)),
          h("div", { class: "lideri-actions" }, button("Lejupielādēt", "file", () => saveFile(given), "btn--small")),
          h("p", { class: "small soft" }, "Pārbaude šeit rāda:"), signatureFound(made.found),
          h("div", { class: "signatures-outside" }, h("p", {}, h("strong", {}, "Ko teiks cita programma? ")),
            h("p", {}, "Atver datni programmā, ar ko pārbauda īstus parakstus. Tā teiks divas lietas: dokuments nav mainīts, bet izdevējam nevar uzticēties."),
            h("p", {}, "Tā tam jābūt. Parakstu izveidoja mācību sertifikātu centrs, ko neviens nav atzinis un kura atslēgas drīkst redzēt katrs. Tāpēc šis paraksts neko nepierāda un nevienam nav derīgs.")));
      } catch (problem) {
        asked = "";
        fill(result, h("p", { class: "hint" }, problem.message));
      }
    }

    const check = button("Pabeigt", "check", () => {
      if (!place.state.signed) { fill(hint, h("p", { class: "hint" }, "Dokuments vēl nav parakstīts.")); return; }
      fill(hint);
      if (!place.state.checked) place.act({ do: "check" }, { check: true });
    });
    // Only when there is something to end: beside «Parakstīt» one would not know which of the two to press.
    const ending = h("div", { class: "lideri-actions" }, !place.scored && check);
    const node = h("div", { class: "signatures signatures-sign" },
      h("div", { class: "field" }, h("label", { for: formId }, "1. Teksts, ko parakstīsi"), h("p", { class: "hint" }, "Līdz 200 zīmēm. Īstus vārdus un datus neraksti."), area),
      formats, reading, signing, hint, result, ending, live, place.ask && ownFile(place));
    let before = null;
    return {
      node,
      refresh() {
        const { text = "", checked, signed } = place.state;
        ending.hidden = !signed;
        if (document.activeElement !== area && area.value !== text) area.value = text;
        if (same(before, place.state)) return drawFeedback(checked);
        before = structuredClone(place.state);
        drawReading();
        drawSigning();
        drawResult();
        return drawFeedback(checked);
      },
    };
    function drawFeedback(checked) {
      const feedback = checked ? place.feedbacks.sign ?? null : null;
      if (live.dataset.shown === JSON.stringify(feedback)) return;
      live.dataset.shown = JSON.stringify(feedback);
      fill(live, feedback && feedbackBox(feedback));
    }
  },
};
