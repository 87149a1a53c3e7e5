// «Saruna»: what the resident says, what one may answer, and at the end the picture of the talk.

const TALK_FRESH = { at: null, over: false, said: [], before: [], finished: 0 };

/** How trust went, as a line: what it says stands in the label and in the table below it. */
function talkChart(more) {
  const trust = [more.start_trust, ...more.path.map((step) => step.trust)];
  const low = Math.min(0, ...trust) - 1;
  const high = Math.max(0, ...trust) + 1;
  const x = (at) => 24 + (at * 280) / (trust.length - 1);
  const y = (value) => 12 + ((high - value) * 96) / (high - low);
  const shape = (tag, attributes, text = "") => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  };
  const told = trust.map((value, at) => (at ? `pēc ${at}. atbildes ${talkNumber(value)}` : `sākumā ${talkNumber(value)}`)).join(", ");
  const svg = shape("svg", { viewBox: "0 0 320 128", class: "talk__chart", role: "img", "aria-label": `Uzticēšanās sarunas gaitā: ${told}.` });
  svg.append(shape("line", { class: "talk-axis", x1: 16, x2: 312, y1: y(0), y2: y(0) }), shape("text", { class: "talk-note", x: 2, y: y(0) + 4 }, "0"),
    shape("polyline", { class: "talk-way", points: trust.map((value, at) => `${x(at)},${y(value)}`).join(" ") }));
  trust.forEach((value, at) => {
    if (at && more.turn?.step === at - 1) svg.append(shape("circle", { class: "talk-turn", cx: x(at), cy: y(value), r: 9 }));
    svg.append(shape("circle", { class: "talk-dot", cx: x(at), cy: y(value), r: 4.5 }), at && shape("text", { class: "talk-note", x: x(at), y: 124, "text-anchor": "middle" }, `${at}.`));
  });
  return svg;
}

/** What somebody says in quotation marks; quotation marks within it are the inner ones. */
function talkQuoted(text) {
  const inner = /^«[^«»]*»$/.test(text) ? text.slice(1, -1) : text;
  return `«${inner.replaceAll("«", "„").replaceAll("»", "“")}»`;
}

const talkNumber = (value) => (value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0");

function talkPicture(feedback, name) {
  const { more } = feedback;
  const { turn, mended } = more;
  const spoken = (text, doing) => [h("span", { class: "talk__quote" }, talkQuoted(text)), doing && h("span", { class: "talk__doing" }, doing)];
  const instead = (found) => [h("p", {}, `${found.step + 1}. atbildē tu teici: ${talkQuoted(found.said)}`), h("p", {}, "Te vairāk palīdz: ", spoken(found.text, found.doing)), h("p", {}, found.why)];
  return h("section", { class: "talk__end", "aria-label": `Kā saruna beidzās: ${name}` },
    h("h3", {}, "Kā saruna beidzās"), feedbackBox(feedback),
    h("dl", { class: "talk__sums" },
      h("div", {}, h("dt", {}, "Uzticēšanās"), h("dd", {}, more.trust)),
      h("div", {}, h("dt", {}, "Sarunas ilgums"), h("dd", {}, more.minutes)),
      h("div", {}, h("dt", {}, "Bez palīdzības tagad var"), more.alone.length ? more.alone.map((text) => h("dd", {}, text)) : h("dd", {}, "vēl neko jaunu"))),
    h("div", { class: "talk__turn" }, icon(turn ? "flag" : "ok"),
      turn
        ? h("div", {}, h("h4", {}, "Labāks pavērsiens"), instead(turn),
          h("p", {}, turn.other_ending ? `Pa šo ceļu saruna var beigties tā: «${turn.ending}».` : "Iznākums būtu tas pats, bet cilvēks pats prastu vairāk."),
          turn.then.map((later) => h("p", {}, `Pēc tam iznākumu pasliktināja ${later.step + 1}. atbilde: ${talkQuoted(later.said)} `, later.why)))
        : mended
          ? h("div", {}, h("h4", {}, "Tu sarunu izlaboji"), h("p", {}, "Iznākums ir labākais, kāds te iespējams, kaut vienubrīd gāja grūtāk."), instead(mended))
          : h("div", {}, h("h4", {}, "Labāks pavērsiens nebija vajadzīgs"), h("p", {}, "Katra tava atbilde veda uz labāko iznākumu."))),
    h("h4", {}, "Tavs ceļš un kāpēc"),
    h("ol", { class: "talk__path" }, more.path.map((step, at) => h("li", { class: turn?.step === at ? "talk__path--turn" : null },
      h("p", {}, spoken(step.text, step.doing)),
      h("p", { class: "small" }, step.why),
      h("ul", { class: "talk__facts" }, step.does.map((text) => h("li", {}, text)),
        h("li", { class: "talk__trust" }, step.change ? `uzticēšanās ${talkNumber(step.change)}` : "uzticēšanās nemainās"))))),
    h("h4", {}, "Kā mainījās uzticēšanās"), talkChart(more),
    h("details", { class: "data" }, h("summary", {}, "Tas pats tabulā"),
      h("table", { class: "table talk__table" }, h("caption", { class: "visually-hidden" }, "Uzticēšanās un laiks pēc katras atbildes"),
        h("thead", {}, h("tr", {}, ["Atbilde", "Uzticēšanās", "Minūtes"].map((text) => h("th", { scope: "col", class: text === "Atbilde" ? null : "n" }, text)))),
        h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, "sākumā"), h("td", { class: "n" }, talkNumber(more.start_trust)), h("td", { class: "n" }, "0")),
          more.path.map((step, at) => h("tr", {}, h("th", { scope: "row" }, `${at + 1}.`), h("td", { class: "n" }, talkNumber(step.trust)), h("td", { class: "n" }, step.minutes)))))),
    more.endings.all > 1 && h("p", { class: "small soft" }, `Šai sarunai ir ${more.endings.all} iznākumi; tu redzēji ${more.endings.seen}.`));
}

PLACES.talk = {
  reduce(state, action, spec) {
    const now = { ...TALK_FRESH, at: spec.start, ...state };
    if (action.do === "again") return { ...now, at: spec.start, over: false, said: [], before: [...now.before, now.said] };
    const line = spec.states[now.at]?.lines.find((each) => each.id === action.line);
    if (!line) return now;
    const over = spec.states[line.to].end;
    return { ...now, at: line.to, over, said: [...now.said, line.id], finished: now.finished + (over ? 1 : 0) };
  },

  build(place) {
    const { spec } = place;
    const about = () => ({ ...TALK_FRESH, at: spec.start, ...place.state });
    const log = h("ol", { class: "talk__log", "aria-label": "Saruna" });
    const say = h("div", {});
    const end = h("div", {});
    const live = h("p", { class: "visually-hidden", "aria-live": "polite" });
    let drawn = null;
    let shown = null;

    function words(state) {
      return h("li", { class: "talk__said" },
        h("p", { class: "talk__name", tabindex: "-1" }, h("strong", {}, state.speaker), h("span", { class: "talk__mood" }, state.mood)),
        h("p", { class: "talk__words" }, state.says));
    }

    /** The talk so far: each line and what it was answered with. */
    function turns(now) {
      let at = spec.states[spec.start];
      const list = [words(at)];
      for (const name of now.said) {
        const line = at.lines.find((each) => each.id === name);
        if (!line) break;
        at = spec.states[line.to];
        list.push(h("li", { class: "talk__said talk__said--me" }, h("p", { class: "talk__name" }, h("strong", {}, "Tu")),
          h("p", { class: "talk__words" }, line.text), line.doing && h("p", { class: "talk__doing" }, line.doing)), words(at));
      }
      return list;
    }

    function act(action, how) {
      place.act(action, how);
      const state = spec.states[about().at];
      live.textContent = `${state.says}${state.end ? " Saruna ir beigusies." : ""}`;
      const fresh = log.lastElementChild;
      fresh.querySelector(".talk__name").focus({ preventScroll: true });
      // Everything that came with this answer is to be seen; what was said lately, too, if there is room.
      const from = log.children.length > 1 ? fresh.previousElementSibling : fresh;
      if (say.getBoundingClientRect().bottom > innerHeight || from.getBoundingClientRect().top < 0) from.scrollIntoView({ block: "start" });
    }

    function again(now) {
      const left = spec.tries ? spec.tries - 1 - now.before.length : null;
      if (!now.said.length || left === 0) return [];
      const button = h("button", { class: now.over ? "btn" : "btn btn--quiet", type: "button", "data-key": "again" }, "Sākt sarunu no jauna");
      button.addEventListener("click", () => act({ do: "again" }));
      return [h("div", { class: "lideri-actions" }, button, left && h("p", { class: "small soft" }, `To var vēl ${left} ${plural(left, "reizi", "reizes")}. Tad vērtēs jauno sarunu, nevis šo.`))];
    }

    function lines(now) {
      const state = spec.states[now.at];
      if (state.end) return [h("p", { class: "talk__over" }, place.scored ? "Saruna ir beigusies. Tavas atbildes ir pierakstītas." : "Saruna ir beigusies. Zemāk ir tās ceļš."), place.scored && again(now)];
      const title = uid("ko-teikt");
      return [h("div", { role: "group", "aria-labelledby": title }, h("p", { class: "legend", id: title }, "Ko tu teiksi?"),
        h("ul", { class: "talk__lines" }, state.lines.map((line) => {
          const button = h("button", { class: "talk__line", type: "button" }, h("span", {}, line.text), line.doing && h("span", { class: "talk__doing" }, line.doing));
          // The second click of a double click falls on what has come in its place: nobody chose that.
          button.addEventListener("click", (event) => { if (event.detail < 2) act({ do: "say", line: line.id }, { check: spec.states[line.to].end && !place.scored }); });
          return h("li", {}, button);
        }))), again(now)];
    }

    return {
      node: h("div", { class: "talk" },
        h("p", { class: "talk__who" }, h("strong", {}, spec.person.name), " (izdomāts cilvēks). ", spec.person.about), log, say, end, live),
      refresh() {
        const now = about();
        const key = JSON.stringify([now.at, now.said, now.before.length]);
        if (key !== drawn) {
          drawn = key;
          fill(log, turns(now));
          fill(say, lines(now).flat().filter(Boolean));
        }
        const feedback = now.over && !place.scored ? place.feedbacks.talk : null;
        const picture = feedback && JSON.stringify(feedback);
        if (picture === shown) return;
        shown = picture;
        fill(end, feedback && [feedback.more ? talkPicture(feedback, spec.title) : feedbackBox(feedback), ...again(now)]);
      },
    };
  },
};
