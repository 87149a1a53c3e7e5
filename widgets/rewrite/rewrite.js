// «Pārraksti saprotami»: a text, a field for one's own, and what can be counted in both. The kernel counts.

const REWRITE_COUNTS = [
  ["mean", "Vidēji vārdu teikumā", "mean"],
  ["longest", "Garākais teikums (vārdi)", "longest"],
  ["passive", "Ciešamā kārta (vietas)", "passive"],
  ["jargon", "Kancelejas vārdi (vietas)", "jargon"],
  ["nouns", "Darbība paslēpta lietvārdā (vietas)", null],
  ["long_words", "Gari vārdi (vietas)", null],
];
const REWRITE_PAUSE_MS = 700; // counts come when typing pauses

/** Selects a place in a field and scrolls the field to it: browsers do not do that by themselves. */
function selectIn(field, start, end) {
  field.focus();
  field.setSelectionRange(start, end);
  const { font, lineHeight, letterSpacing, paddingLeft, paddingRight } = getComputedStyle(field);
  const here = h("span", {}, field.value.slice(start, end));
  const copy = h("div", { "aria-hidden": "true" }, field.value.slice(0, start), here);
  Object.assign(copy.style, { font, lineHeight, letterSpacing, paddingLeft, paddingRight, position: "absolute", visibility: "hidden",
    boxSizing: "border-box", width: `${field.clientWidth}px`, whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  field.parentElement.append(copy);
  field.scrollTop = Math.max(0, here.offsetTop - field.clientHeight / 3);
  copy.remove();
}

PLACES.rewrite = {
  build(place) {
    const { spec } = place;
    let open = spec.texts.find((text) => !place.state.tries?.[text.id])?.id ?? spec.texts[0].id;
    const strip = h("div", {});
    const live = liveArea();
    const panels = new Map(spec.texts.map((text) => [text.id, panel(text)]));
    const body = h("div", {});
    const node = h("div", {}, strip, body, live);
    let drawn = null;

    function panel(text) {
      const ids = { field: uid("parraksti"), help: uid("parraksti") };
      const field = h("textarea", { class: "input rewrite__field", id: ids.field, rows: 9, maxlength: spec.longest_text, "aria-describedby": ids.help, spellcheck: "true", lang: "lv" });
      field.value = place.state.written?.[text.id] ?? "";
      let soon = 0;
      let known = field.value; // what the kernel said last
      const send = () => {
        clearTimeout(soon);
        soon = 0;
        if (field.value === (place.state.written?.[text.id] ?? "")) return;
        place.act({ do: "write", text: text.id, value: field.value }, { drop: (each) => each.do === "write" && each.text === text.id });
      };
      field.addEventListener("input", () => { offer(); clearTimeout(soon); soon = setTimeout(send, REWRITE_PAUSE_MS); });
      field.addEventListener("blur", send);
      const counts = h("tbody", {});
      const said = h("p", { class: "small soft", role: "status" });
      const remarks = h("div", {});
      const take = h("button", { class: "btn btn--small btn--quiet", type: "button" }, "Sākt no dotā teksta");
      // An empty check does not undo an earlier one (the kernel decides what counts; older answers have no value).
      const plain = (words) => words.trim().toLocaleLowerCase("lv").split(/\s+/).join(" ");
      const isBegun = (words) => words === undefined || (words.trim().split(/\s+/).length >= 5 && plain(words) !== plain(text.original));
      const offer = () => { take.hidden = field.value.trim() !== ""; }; // nobody's own words are overwritten
      take.addEventListener("click", () => { field.value = text.original; field.focus(); offer(); send(); });
      const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
      check.addEventListener("click", () => { send(); place.act({ do: "check", text: text.id, value: field.value }, { check: true, drop: (each) => each.do === "check" && each.text === text.id && (isBegun(field.value) || !isBegun(each.value)) }); });
      const keeps = new Map();
      const node = h("div", { class: "rewrite__text" },
        h("h3", {}, text.title),
        h("div", { class: "rewrite__two" },
          h("div", {},
            h("h4", {}, "Dotais teksts"), h("p", { class: "small soft" }, text.from_whom),
            h("div", { class: "rewrite__original" }, text.original.split("\n").filter(Boolean).map((line) => h("p", {}, line))),
            h("h4", {}, "Tam jāpaliek pateiktam"),
            h("ul", { class: "rewrite__keep" }, text.keep.map((words, at) => {
              const host = h("li", {}, words);
              keeps.set(`keep-${at}`, { host, control: host });
              return host;
            }))),
          h("div", {},
            h("h4", {}, h("label", { for: ids.field }, "Tavs teksts")),
            h("p", { class: "hint", id: ids.help }, "Raksti tā, kā teiktu cilvēkam pie galda. Skaitļi zemāk mainās, kad apstājies rakstīt."),
            field, h("div", { class: "lideri-actions" }, check, take),
            h("table", { class: "table rewrite__counts" },
              h("caption", {}, "Ko var saskaitīt"),
              h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col", class: "n" }, "Dotajā"), h("th", { scope: "col", class: "n" }, "Tavā"))), counts),
            said)),
        remarks);
      const mark = markerOf(keeps);
      return {
        node,
        refresh(active) {
          const mine = place.state.measures?.[text.id];
          const written = place.state.written?.[text.id] ?? "";
          // What the kernel knows is drawn into the field only when nobody is typing there (another tab, a reload).
          // What is on its way to the kernel stays.
          if (written !== known) { known = written; if (document.activeElement !== field && !soon) field.value = written; }
          offer();
          fill(counts, REWRITE_COUNTS.map(([name, words, limit]) => {
            const most = limit ? spec.limits[limit] : null;
            const over = mine && most !== null && mine[name] > most;
            const advised = most === null ? "" : most === 0 ? " Labāk neviena." : ` Ieteicams līdz ${number(most)}.`;
            return h("tr", {}, h("th", { scope: "row" }, words, advised && h("span", { class: "small soft rewrite__advised" }, advised)), h("td", { class: "n" }, number(text.measures[name])),
              h("td", { class: `n${over ? " rewrite__over" : ""}` }, mine && written.trim() ? number(mine[name]) : "–", over && h("span", { class: "small" }, " daudz")));
          }));
          if (active) said.textContent = mine && written.trim() ? `Vārdi: ${mine.words}, teikumi: ${mine.sentences}. Vietas, kur vēl var vienkāršot: ${mine.remarks.length}.` : "";
          const list = mine?.remarks ?? [];
          const folded = remarks.querySelector("details")?.open ?? true;
          redraw(remarks, list.length ? h("details", { open: folded }, h("summary", {}, `Ko vēl var vienkāršot (${list.length})`),
            h("ul", { class: "rewrite__remarks" }, list.map((each, at) => h("li", {},
              h("button", { class: "rewrite__show", type: "button", "data-key": `r${at}`, "aria-label": `Parādīt tekstā: ${each.text}`, on: { click: () => { selectIn(field, each.start, each.end); } } }, each.text),
              h("span", { class: "small soft" }, ` ${each.advice}`))))) : []);
          mark(place.feedbacks?.[text.id]?.marks);
        },
      };
    }

    const number = (value) => (Number.isInteger(value) ? String(value) : decimal(value, 1));

    return {
      node,
      refresh() {
        redraw(strip, partsStrip(spec.texts.map((text) => ({ id: text.id, title: text.title, done: Boolean(place.state.tries?.[text.id]) })), open, "pārbaudīts", (id) => { open = id; this.refresh(); }));
        if (drawn !== open) { fill(body, panels.get(open).node); drawn = open; }
        for (const [id, each] of panels) each.refresh(id === open);
        const feedback = place.feedbacks?.[open];
        const words = feedback ? JSON.stringify(feedback) : "";
        if (live.dataset.words !== words) { live.dataset.words = words; fill(live, feedback && feedbackBox(feedback)); }
      },
    };
  },
};
