// «Paroļu laboratorija». What is typed is judged here, by zxcvbn with Latvian words, and goes nowhere: not into an
// action, a draft or a message. An action says only how strong it was (0–4) and how long, roughly.

const STRENGTH = ["Ļoti vāja", "Vāja", "Viduvēja", "Stipra", "Ļoti stipra"];
const LENGTHS = [[16, "16+", "16 zīmes vai vairāk"], [12, "12-15", "12–15 zīmes"], [8, "8-11", "8–11 zīmes"], [0, "1-7", "līdz 7 zīmēm"]];
const LONGEST = 72;
const WAIT_MS = 250; // the estimator runs when typing pauses
const SETTLED_MS = 1500; // a password that stood that long counts as tried

// Everything that zxcvbn 4.4.2 can say, in Latvian.
const ESTIMATOR_SAYS = {
  "Use a few words, avoid common phrases": "Lieto vairākus vārdus, bet ne pazīstamu teicienu.",
  "No need for symbols, digits, or uppercase letters": "Īpašas zīmes, cipari un lielie burti nav obligāti.",
  "Add another word or two. Uncommon words are better.": "Pieliec vēl vienu vai divus vārdus. Labāk retus.",
  "Straight rows of keys are easy to guess": "Taustiņus pēc kārtas ir viegli uzminēt.",
  "Short keyboard patterns are easy to guess": "Īsu taustiņu rakstu ir viegli uzminēt.",
  "Use a longer keyboard pattern with more turns": "Taustiņu raksta vietā ņem vārdus.",
  "Repeats like \"aaa\" are easy to guess": "Vairākas vienādas zīmes pēc kārtas ir viegli uzminēt.",
  "Repeats like \"abcabcabc\" are only slightly harder to guess than \"abc\"": "Atkārtots gabals ir tikai mazliet grūtāks par vienu gabalu.",
  "Avoid repeated words and characters": "Neatkārto vārdus un zīmes.",
  "Sequences like abc or 6543 are easy to guess": "Virkni kā «abc» vai «6543» ir viegli uzminēt.",
  "Avoid sequences": "Neliec burtus un ciparus pēc kārtas.",
  "Recent years are easy to guess": "Nesenu gadskaitli ir viegli uzminēt.",
  "Avoid recent years": "Neliec gadskaitļus.",
  "Avoid years that are associated with you": "Īpaši neliec gadus, kas saistīti ar tevi.",
  "Dates are often easy to guess": "Datumu bieži ir viegli uzminēt.",
  "Avoid dates and years that are associated with you": "Neliec datumus un gadus, kas saistīti ar tevi.",
  "This is a top-10 common password": "Tā ir viena no desmit biežākajām parolēm vērtētāja sarakstā.",
  "This is a top-100 common password": "Tā ir viena no simt biežākajām parolēm vērtētāja sarakstā.",
  "This is a very common password": "Tā ir ļoti izplatīta parole.",
  "This is similar to a commonly used password": "Tā ir līdzīga izplatītai parolei.",
  "A word by itself is easy to guess": "Vienu pašu vārdu ir viegli uzminēt.",
  "Names and surnames by themselves are easy to guess": "Vārdu vai uzvārdu vienu pašu ir viegli uzminēt.",
  "Common names and surnames are easy to guess": "Izplatītus vārdus un uzvārdus ir viegli uzminēt.",
  "Capitalization doesn't help very much": "Lielais sākumburts palīdz maz.",
  "All-uppercase is almost as easy to guess as all-lowercase": "Paroli no lielajiem burtiem vien uzminēt ir gandrīz tikpat viegli kā no mazajiem.",
  "Reversed words aren't much harder to guess": "No otra gala rakstīts vārds nav daudz grūtāks.",
  "Predictable substitutions like '@' instead of 'a' don't help very much": "Burtu aizstāšana, piemēram, «@» burta «a» vietā, palīdz maz.",
};

const ENGLISH = { passwords: "izplatīta parole", english_wikipedia: "angļu vārds", us_tv_and_film: "vārds no angļu filmām un seriāliem", surnames: "uzvārds", male_names: "personvārds", female_names: "personvārds" };

/** What the estimator recognised, piece by piece; the pieces that it could not are left out. */
function recognised(result, words) {
  const what = (match) => {
    if (match.pattern === "dictionary") return match.dictionary_name === "user_inputs" ? words.get(match.matched_word) : ENGLISH[match.dictionary_name];
    if (match.pattern === "spatial") return "taustiņi, kas atrodas blakus";
    if (match.pattern === "repeat") return "atkārtojums";
    if (match.pattern === "sequence") return "zīmes pēc kārtas";
    if (match.pattern === "regex") return "gads";
    return match.pattern === "date" ? "datums" : null;
  };
  return result.sequence.map((match) => [match, what(match)]).filter(([match, name]) => name && match.token.length > 1)
    .map(([match, name]) => `«${match.token}» – ${[name, match.reversed && "no otra gala", match.l33t && "ar aizstātiem burtiem"].filter(Boolean).join(", ")}`);
}

const LARGE = [[1e18, "kvintiljons", "kvintiljoni"], [1e15, "kvadriljons", "kvadriljoni"], [1e12, "triljons", "triljoni"], [1e9, "miljards", "miljardi"], [1e6, "miljons", "miljoni"], [1e3, "tūkstotis", "tūkstoši"]];

/** 20 000 000 → «apmēram 20 miljoni minējumu»; two digits at most, since it is an estimate. */
function guessesInWords(guesses) {
  if (guesses >= 1e21) return "vairāk nekā tūkstotis kvintiljonu minējumu";
  if (guesses < 10) return "mazāk nekā 10 minējumu";
  const rounded = Number(guesses.toPrecision(2));
  const [unit, one, many] = LARGE.find(([least]) => rounded >= least) ?? [1, "", ""];
  const count = Math.round(rounded / unit);
  return unit === 1 ? `apmēram ${count} ${plural(count, "minējums", "minējumi")}` : `apmēram ${count} ${plural(count, one, many)} minējumu`;
}

const TIMES = [[31536000, "gads", "gadi"], [2678400, "mēnesis", "mēneši"], [86400, "diena", "dienas"], [3600, "stunda", "stundas"], [60, "minūte", "minūtes"], [1, "sekunde", "sekundes"]];

function timeInWords(seconds) {
  if (seconds < 1) return "mazāk nekā sekunde";
  if (seconds >= 100 * 31536000) return "gadsimti";
  const [unit, one, many] = TIMES.find(([least]) => seconds >= least);
  const count = Math.round(seconds / unit);
  return `apmēram ${count} ${plural(count, one, many)}`;
}

/** The estimator's module: from the page's own site, or from the kernel's text where no server hands it out. */
async function estimator(ask) {
  const { address, text } = await ask({ what: "estimator" });
  const own = address ? null : URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    const loaded = await import(own ?? new URL(address, document.baseURI).href);
    const words = new Map(loaded.WORDS);
    const list = [...words.keys()];
    return { words, judge: (password) => loaded.default(password, list) };
  } catch {
    throw new Error("Vērtētāju neizdevās ielādēt. Pārlādē lapu; pārējos uzdevumus vari pildīt arī bez tā.");
  } finally {
    if (own) URL.revokeObjectURL(own);
  }
}

function passwordField(place) {
  const ids = { field: uid("parole"), warning: uid("bridinajums") };
  const input = h("input", { class: "input password-lab__field", id: ids.field, type: "text", maxlength: LONGEST, autocomplete: "off", autocapitalize: "off",
    autocorrect: "off", spellcheck: "false", translate: "no", disabled: true, "aria-describedby": ids.warning });
  const word = h("p", { class: "password-lab__word" });
  const steps = h("div", { class: "password-lab__meter", "aria-hidden": "true" }, STRENGTH.map(() => h("span", {})));
  const guesses = h("p", {});
  const why = h("div", {});
  const said = h("p", { class: "visually-hidden", role: "status" });
  const state = h("p", { class: "hint", role: "status" }, "Vērtētājs tiek ielādēts…");
  const tried = h("p", { class: "small soft" });
  const clear = h("button", { class: "btn btn--small btn--quiet", type: "button", disabled: true }, "Notīrīt");
  const result = h("div", { class: "password-lab__result", hidden: true }, h("div", { class: "password-lab__strength" }, word, steps), guesses, why);
  let judge = null;
  let words = null;
  let soon = 0;
  let settled = 0;

  function look() {
    const password = input.value;
    clearTimeout(settled);
    result.hidden = !password;
    said.textContent = "";
    if (!password || !judge) return;
    const found = judge(password);
    const { warning, suggestions } = found.feedback;
    word.textContent = `${STRENGTH[found.score]} parole`;
    [...steps.children].forEach((step, n) => step.classList.toggle("is-on", n <= found.score));
    result.dataset.score = found.score;
    guesses.textContent = `Lai to uzminētu, jāizdara ${guessesInWords(found.guesses)}.`;
    const seen = recognised(found, words);
    const advice = [warning, ...suggestions].filter(Boolean).map((text) => ESTIMATOR_SAYS[text]).filter(Boolean);
    const list = (title, lines) => lines.length > 0 && [h("h4", {}, title), h("ul", {}, lines.map((line) => h("li", {}, line)))];
    const { online_no_throttling_10_per_second: online, offline_slow_hashing_1e4_per_second: stolen } = found.crack_times_seconds;
    const wasOpen = why.querySelector("details")?.open ?? false;
    fill(why, list("Ko vērtētājs pazina", seen), list("Kāpēc un ko darīt", advice),
      found.score > 2 && h("p", { class: "small soft" }, "Vērtētājs zina tikai daļu latviešu vārdu, tāpēc latvisku paroli reizēm novērtē par augstu."),
      h("details", { class: "data", open: wasOpen }, h("summary", {}, "Cik ilgi to minētu? (vērtētāja aplēse)"),
        h("ul", {}, h("li", {}, `Ja vietne ļauj minēt 10 reižu sekundē: ${timeInWords(online)}.`),
          h("li", {}, `Ja paroles ir nozagtas un dators min 10 000 reižu sekundē: ${timeInWords(stolen)}.`)),
        h("p", { class: "small soft" }, "Tie ir programmas pieņēmumi, nevis solījums. Īstenībā var būt citādi.")));
    said.textContent = [word.textContent, guesses.textContent, ...seen, ...advice].join(". ").replaceAll("..", ".");
    const [, length] = LENGTHS.find(([least]) => [...password].length >= least);
    settled = setTimeout(() => {
      const known = (place.state.tried ?? []).some(([score, band]) => score === found.score && band === length);
      if (!known) place.act({ do: "tried", score: found.score, length });
    }, SETTLED_MS);
  }
  input.addEventListener("input", () => { clearTimeout(soon); clearTimeout(settled); soon = setTimeout(look, input.value ? WAIT_MS : 0); });
  clear.addEventListener("click", () => { input.value = ""; look(); input.focus(); });
  globalThis.addEventListener("pagehide", () => { input.value = ""; });

  estimator(place.ask).then((found) => {
    ({ judge, words } = found);
    input.disabled = clear.disabled = false;
    state.textContent = "";
    look();
  }).catch((problem) => { state.textContent = problem.message; });

  return {
    node: h("section", { class: "password-lab__try" }, h("h3", {}, "Izmēģini izdomātu paroli"),
      h("p", { class: "password-lab__warning", id: ids.warning }, icon("warn"), h("span", {}, h("strong", {}, "Neraksti šeit savu īsto paroli. "), "Izdomā citu. Ierakstītais paliek šajā lapā: to nekur nesūta un nesaglabā.")),
      h("div", { class: "field" }, h("label", { for: ids.field }, "Izdomāta parole"), h("div", { class: "password-lab__row" }, input, clear)),
      state, result, said, tried,
      h("details", { class: "data" }, h("summary", {}, "Kas to vērtē?"),
        h("p", {}, "Programma zxcvbn, kas darbojas tavā pārlūkā. Tā pazīst izplatītas paroles, angļu vārdus, datumus un taustiņu rakstus; mēs tai pielikām ap tūkstoti latviešu vārdu."),
        h("p", {}, "Pārējos latviešu vārdus tā nepazīst, tāpēc latvisku paroli reizēm novērtē par augstu. Tavā darbu sarakstā pieraksta tikai vērtējumu un aptuveno garumu."))),
    refresh() {
      const best = new Set((place.state.tried ?? []).map(([score]) => score));
      tried.textContent = best.size ? `Vērtējumi, ko jau redzēji: ${STRENGTH.filter((_, score) => best.has(score)).join(", ").toLocaleLowerCase("lv")}. Pamēģini izdomāt paroli ar katru no pieciem vērtējumiem.` : "";
    },
  };
}

PLACES.password_lab = {
  reduce(state, action) {
    const next = { tried: [], order: [], habits: {}, factors: {}, checked: [], ...state };
    const without = (part) => next.checked.filter((each) => each !== part);
    if (action.do === "tried") return { ...next, tried: [...next.tried, [action.score, action.length]] };
    if (action.do === "order") return { ...next, order: action.order, checked: without("order") };
    if (action.do === "habit") return { ...next, habits: { ...next.habits, [action.habit]: action.safe }, checked: without("habits") };
    if (action.do === "factor") return { ...next, factors: { ...next.factors, [action.account]: action.option }, checked: without("factors") };
    return { ...next, checked: [...without(action.part), action.part] };
  },

  build(place) {
    const { spec } = place;
    const lab = spec.lab && !place.scored ? passwordField(place) : null;
    const sections = [];

    function task(part, title, node, parts, missing) {
      const hint = h("div", { "aria-live": "polite" });
      const live = liveArea();
      const mark = markerOf(parts);
      const check = h("button", { class: "btn", type: "button" }, "Pārbaudīt");
      check.addEventListener("click", () => {
        const text = missing();
        fill(hint, text && h("p", { class: "hint" }, text));
        if (!text && !place.state.checked?.includes(part)) place.act({ do: "check", part }, { check: true });
      });
      sections.push({
        node: h("section", { class: "password-lab__task" }, h("h3", {}, title), node, !place.scored && h("div", { class: "lideri-actions" }, check), hint, live),
        refresh() {
          const feedback = place.state.checked?.includes(part) ? place.feedbacks[part] : null;
          fill(live, feedback && feedbackBox(feedback));
          mark(feedback?.marks);
        },
      });
    }

    if (spec.order) {
      const given = { id: `${spec.id}.secība`, stem: spec.order.ask, pieces: spec.order.passwords };
      const built = order(given, { order: place.state.order ?? [] }, (response) => place.act({ do: "order", order: response.order }, { instead: true }));
      built.node.classList.add("password-lab__order");
      task("order", "Sakārto paroles", built.node, built.parts, () => (place.state.order?.length ? null : "Sakārto paroles vai apstiprini, ka secība ir pareiza."));
    }
    if (spec.habits) {
      const parts = new Map();
      const rows = spec.habits.habits.map((habit) => {
        const chosen = place.state.habits?.[habit.id];
        const group = radioGroup(habit.text, [{ id: "ja", text: "Droši" }, { id: "ne", text: "Nedroši" }], chosen === undefined ? null : chosen ? "ja" : "ne",
          (answer) => place.act({ do: "habit", habit: habit.id, safe: answer === "ja" }));
        group.classList.add("password-lab__habit");
        const host = h("li", { class: "lideri-part" }, group);
        parts.set(habit.id, { host, control: group });
        return host;
      });
      const left = () => spec.habits.habits.find((habit) => place.state.habits?.[habit.id] === undefined);
      task("habits", "Droši vai nedroši", h("div", {}, h("p", {}, spec.habits.ask), h("ul", { class: "password-lab__list" }, rows)), parts,
        () => (left() ? `Vispirms atbildi uz visu. Pirmais, kas palicis: «${left().text}».` : null));
    }
    if (spec.factors) {
      const parts = new Map();
      const rows = spec.factors.accounts.map((account) => {
        const id = uid("konts");
        const stored = place.state.factors?.[account.id] ?? "";
        const select = h("select", { class: "input", id }, h("option", { value: "" }, "Izvēlies…"),
          spec.factors.options.map((option) => h("option", { value: option.id, selected: option.id === stored }, option.text)));
        select.addEventListener("change", () => {
          if (!select.value) { select.value = place.state.factors?.[account.id] ?? ""; return; }
          place.act({ do: "factor", account: account.id, option: select.value });
        });
        const host = h("div", { class: "field lideri-part" }, h("label", { for: id }, account.text), select);
        parts.set(account.id, { host, control: select });
        return host;
      });
      const left = () => spec.factors.accounts.find((account) => !place.state.factors?.[account.id]);
      task("factors", "Otrs apstiprinājums", h("div", {}, h("p", {}, spec.factors.ask), rows), parts,
        () => (left() ? `Vispirms izvēlies visiem kontiem. Pirmais, kas palicis: «${left().text}».` : null));
    }

    return {
      node: h("div", { class: "password-lab" }, lab?.node, sections.map((section) => section.node)),
      refresh() {
        lab?.refresh();
        for (const section of sections) section.refresh();
      },
    };
  },
};
