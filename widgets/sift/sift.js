// «Pārbaudi, pirms tici»: a page to judge, the looks that tell more about it, a verdict and what decided it.

const SIFT_FRESH = { looked: [], marked: [], decision: null, checked: false, tries: 0 };

/** Drawings of our own: [class, d] each. */
const SIFT_DRAWINGS = {
  flood: [["sky", "M0 0h160v90h-160z"], ["wall", "M26 28h44v50h-44zM96 36h38v42h-38z"], ["roof", "M20 30l28-18 28 18zM91 38l24-15 24 15z"], ["glass", "M34 38h10v12h-10zM52 38h10v12h-10zM108 46h13v10h-13z"], ["water", "M0 62q10-6 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0v28h-160z"], ["wave", "M8 74q6-4 12 0t12 0M70 80q6-4 12 0t12 0M120 73q6-4 12 0t12 0"]],
  bottle: [["sky", "M0 0h160v90h-160z"], ["leaf", "M34 74q-16-24 10-42 14 24-10 42zM122 76q18-18 2-42-20 20-2 42z"], ["roof", "M70 10h20v10h-20z"], ["wall", "M72 20h16v8q12 6 12 18v34h-40v-34q0-12 12-18z"], ["glass", "M66 48h28v20h-28z"], ["water", "M80 50q7 9 0 15-7-6 0-15z"], ["wave", "M30 82h100"]],
  building: [["sky", "M0 0h160v90h-160z"], ["leaf", "M0 78h160v12h-160zM14 60a9 12 0 1 1 18 0q0 12-9 12t-9-12z"], ["wall", "M46 34h76v46h-76z"], ["roof", "M40 36l44-22 44 22z"], ["glass", "M54 44h12v14h-12zM102 44h12v14h-12z"], ["door", "M76 54h16v26h-16z"], ["wave", "M23 60v18"]],
};

function siftDrawing(picture) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 160 90", class: "sift__drawing", role: "img", "aria-label": picture.alt })) svg.setAttribute(name, value);
  for (const [look, d] of SIFT_DRAWINGS[picture.drawing]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", `sift-${look}`);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const SIFT_ICONS = { article: "site", advice: "site", institution: "site", post: "sms", answer: "chat" };

const SIFT_SUBJECTS = { answer: "šai atbildei", post: "šim ierakstam" };

PLACES.sift = {
  reduce(state, action) {
    const now = { ...SIFT_FRESH, ...state.pages?.[action.page] };
    const without = (list, id) => list.filter((each) => each !== id);
    if (action.do === "look") { now.checked = now.checked && now.looked.length > 0; now.looked = [...without(now.looked, action.look), action.look]; }
    else if (action.do === "check") { if (now.looked.length && !now.checked) now.tries += 1; now.checked = true; } else {
      if (action.do === "decide") now.decision = action.decision;
      if (action.do === "mark") now.marked = [...without(now.marked, action.sign), action.sign];
      if (action.do === "unmark") now.marked = without(now.marked, action.sign);
      now.checked = false;
    }
    return { ...state, pages: { ...state.pages, [action.page]: now } };
  },

  build(place) {
    const { spec } = place;
    const about = (id) => ({ ...SIFT_FRESH, ...place.state.pages?.[id] });
    const isDone = (id) => (place.scored ? Boolean(about(id).decision) : about(id).tries > 0);
    let open = (spec.pages.find((page) => !isDone(page.id)) ?? spec.pages[0]).id;
    let drawn = null; // the parts of the page that stands in the stage: {id, …}
    const strip = h("div", {});
    const stage = h("div", {});

    function show(id) {
      open = id;
      drawn = draw(spec.pages.find((page) => page.id === id));
      refresh();
      stage.querySelector("h3").focus();
    }

    function draw(page) {
      const act = (action, how) => { fill(hint); place.act({ page: page.id, ...action }, how); };
      const hint = h("div", { "aria-live": "polite" });
      const live = liveArea();
      const isAnswer = page.look === "answer";
      const free = page.looks.filter((look) => !isAnswer || !page.signs.some((sign) => sign.look === look.id));
      const read = free.find((look) => look.tool === "read");
      const hosts = new Map(page.looks.map((look) => [look.id, h("div", { class: "sift__look" })]));

      const signs = spotList(page.signs, new Set(about(page.id).marked), (sign, on) => act({ do: on ? "mark" : "unmark", sign }));
      if (isAnswer) page.signs.forEach((sign) => sign.look && signs.parts.get(sign.id).host.append(hosts.get(sign.look)));
      const verdict = radioGroup(`Vai ${SIFT_SUBJECTS[page.look] ?? "šai lapai"} var ticēt?`, page.decisions, about(page.id).decision, (decision) => act({ do: "decide", decision }));

      const sheet = h("article", { class: `sift__page sift__page--${page.look}`, "aria-label": `${page.site}: ${page.headline}` },
        h("div", { class: "sift__bar" }, icon(SIFT_ICONS[page.look]), page.address ? h("p", { class: "sift__address" }, h("span", { class: "visually-hidden" }, "Adrese: "), h("span", { class: "address" }, page.address)) : h("p", {}, page.site),
          h("p", { class: "sift__made small" }, "mācību piemērs")),
        h("div", { class: "sift__body" },
          page.address && h("p", { class: "sift__site" }, page.site),
          h("p", { class: "sift__headline" }, page.headline),
          page.picture && h("figure", {}, siftDrawing(page.picture)),
          page.text.map((text) => h("p", {}, text)),
          read && hosts.get(read.id),
          isAnswer && [h("p", { class: "hint" }, "Atver katru avotu un salīdzini. Tad nospied tos teikumus, ko rīks izdomājis."), signs.node]));
      const tools = free.filter((look) => look !== read);
      const at = spec.pages.indexOf(page);
      const next = spec.pages[at + 1];
      const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
      check.addEventListener("click", () => {
        if (!about(page.id).decision) { fill(hint, h("p", { class: "hint" }, "Vispirms izlem, vai var ticēt.")); return; }
        if (!about(page.id).checked) act({ do: "check" }, { check: true });
      });
      const onward = next && h("button", { class: "btn btn--quiet", type: "button" }, "Nākamā lapa");
      onward?.addEventListener("click", () => show(next.id));
      const group = uid("kas");
      fill(stage,
        h("h3", { class: "sift__title", tabindex: "-1" }, spec.pages.length > 1 && h("span", { class: "soft small" }, `${at + 1}. no ${spec.pages.length}`), page.title),
        h("p", { class: "sift__task" }, page.task),
        h("div", { class: tools.length ? "sift__columns" : null }, sheet,
          tools.length > 0 && h("section", { class: "sift__tools", "aria-label": "Ko apskatīt" }, h("h4", {}, "Ko apskatīt"), tools.map((look) => hosts.get(look.id)))),
        verdict,
        !isAnswer && h("div", { class: "sift__signs", role: "group", "aria-labelledby": group },
          h("p", { class: "legend", id: group }, "Kas to izšķīra?"), h("p", { class: "hint" }, "Nospied visu, kas tavu lēmumu pamato: pie atzīmētā parādīsies karodziņš."), signs.node),
        h("div", { class: "lideri-actions" }, !place.scored && check, onward), hint, live);
      return { page, hosts, signs, verdict, live, read, mark: markerOf(signs.parts) };
    }

    function lookPart(page, look, seen, isRead) {
      const name = page.look === "answer" && look.tool === "source" ? `${look.text} [${page.looks.indexOf(look) + 1}]` : look.text;
      if (!seen) {
        const button = h("button", { class: "btn btn--small sift__do", type: "button", "data-key": `look-${look.id}` }, name);
        button.addEventListener("click", () => place.act({ do: "look", page: page.id, look: look.id }));
        return [button];
      }
      if (isRead) return look.results.map((result, at) => h("p", at ? {} : { tabindex: "-1", "data-key": `look-${look.id}` }, result.text));
      return [h("p", { class: "sift__found", tabindex: "-1", "data-key": `look-${look.id}` }, icon("ok"), h("strong", {}, name)),
        h("ul", { class: "sift__results" }, look.results.map((result) => h("li", { class: result.picture ? "sift__result--picture" : null },
          result.picture && siftDrawing({ ...page.picture, alt: "Tas pats attēls" }),
          h("div", {}, result.name && h("p", {}, h("strong", {}, result.name), result.date && `, ${result.date}`),
            result.address && h("p", { class: "address small" }, result.address),
            h("p", {}, !result.name && result.date && `${result.date}. `, result.text))))),
        look.official && h("p", { class: "sift__official" }, icon("flag"), h("span", {}, h("strong", {}, "Pirmavots: "), look.official))];
    }

    function refresh() {
      redraw(strip, ...partsStrip(spec.pages.map((page) => ({ ...page, done: isDone(page.id) })), open, place.scored ? "izlemts" : "pārbaudīts", show));
      const { page, hosts, signs, verdict, live, read, mark } = drawn;
      const now = about(page.id);
      for (const look of page.looks) redraw(hosts.get(look.id), ...lookPart(page, look, now.looked.includes(look.id), look === read));
      signs.parts.forEach(({ control }, id) => control.setAttribute("aria-pressed", String(now.marked.includes(id))));
      verdict.querySelectorAll("input").forEach((input) => { input.checked = input.value === now.decision; input.closest("label").classList.toggle("choice--on", input.checked); });
      const feedback = now.checked && !place.scored ? place.feedbacks[page.id] : null;
      fill(live, feedback && feedbackBox(feedback));
      mark(feedback?.marks);
    }

    drawn = draw(spec.pages.find((page) => page.id === open));
    return { node: h("div", { class: "sift" }, strip, stage), refresh };
  },
};
