// What may not be typed into a note. The same as lideri/private_data/__init__.py, with the same rules (rules.json), so
// that a note is judged as it is typed and without a connection. tests/private_data compares the two over hundreds of notes.
"use strict";
globalThis.privateData = (rules) => {
  const GAP = "\u0001";
  const SEPARATORS = " .-/()+_:,";
  const TIGHT = "-./_";
  const WIDEST_GAP = 3;
  const isDigit = (character) => character >= "0" && character <= "9";
  const isLetter = (character) => /\p{L}/u.test(character);
  const isUpper = (text) => text !== "" && text === text.toUpperCase() && text !== text.toLowerCase();
  const isLower = (text) => text !== "" && text === text.toLowerCase() && text !== text.toUpperCase();

  // ── the text as it is looked at: arrays of whole characters, so that places count alike in both languages ──
  const read = (text) => {
    const cased = [], low = [], places = [];
    [...text].forEach((typed, place) => {
      let character = typed;
      const code = character.codePointAt(0);
      if (rules.quiet.includes(character)) return;
      if (rules.dashes.includes(character)) character = "-";
      else if (code >= 0xff01 && code <= 0xff5e) character = String.fromCodePoint(code - 0xfee0);
      else if ("\t\n\r\x0b\x0c\u00a0\u1680\u202f\u205f\u3000\u2028\u2029".includes(character) || (code >= 0x2000 && code <= 0x200a)) character = " ";
      if (character.length > 1) character = "\u25a1"; // outside the basic plane (emoji): one place, no meaning here
      const small = character.toLowerCase();
      cased.push(character);
      low.push(small.length === 1 ? small : character);
      places.push(place);
    });
    for (let place = 1; place < low.length - 1; place += 1) {
      if (Object.hasOwn(rules.digit_twins, low[place]) && isDigit(low[place - 1]) && isDigit(low[place + 1])) low[place] = rules.digit_twins[low[place]];
    }
    return { cased: cased.join(""), low: low.join(""), places };
  };

  const compiled = new Map();
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&");
  const compile = (pattern) => {
    if (!compiled.has(pattern)) {
      const hosts = rules.mail_hosts.map(escape).join("|");
      compiled.set(pattern, new RegExp(pattern
        .replaceAll("<b>", `(^|[^0-9${rules.letters}])`)
        .replaceAll("<e>", `(?![0-9${rules.letters}])`)
        .replaceAll("<mailhost>", `(?:${hosts})(?: ?\\. ?| punkts | )?(?:lv|com|eu|net|org|ru|me)?`), "g"));
    }
    return compiled.get(pattern);
  };
  const search = (pattern, text, at = 0) => {
    const expression = compile(pattern);
    expression.lastIndex = at;
    return expression.exec(text);
  };
  const scan = (pattern, text) => {
    const found = [];
    let at = 0;
    for (let match = search(pattern, text); match !== null; match = search(pattern, text, at)) {
      const start = match.index + match[1].length;
      const end = start + match[2].length;
      found.push([start, end]);
      at = Math.max(end - 1, start + 1, match.index + 1);
      if (at > text.length) break;
    }
    return found;
  };
  const withGaps = (text, spans) => {
    const characters = [...text];
    for (const [start, end] of spans) characters.fill(GAP, start, end);
    return characters.join("");
  };
  const masked = (text, masks) => masks.reduce((so_far, mask) => withGaps(so_far, scan(mask, so_far)), text);
  const kindOrder = (one, other) => (one.kind < other.kind ? -1 : one.kind > other.kind ? 1 : 0);
  const merged = (findings) => {
    const kept = [];
    const ordered = [...findings].sort((one, other) =>
      (one.start - one.end) - (other.start - other.end) || one.start - other.start || kindOrder(one, other));
    for (const one of ordered) {
      if (kept.every((other) => one.end <= other.start || other.end <= one.start)) kept.push(one);
    }
    return kept.sort((one, other) => one.start - other.start);
  };

  // ── what is refused ──
  const isOfficialMail = (piece) => {
    const whole = piece.replaceAll(" ", "");
    const at = whole.indexOf("@");
    const [box, host] = at < 0 ? [whole, ""] : [whole.slice(0, at), whole.slice(at + 1)];
    if (box === "_default" && /^[0-9.]*$/.test(host)) return true;
    return rules.official_mail.boxes.includes(box) && rules.official_mail.hosts.some((end) => host === end || host.endsWith("." + end));
  };
  const accounts = (text) => {
    const found = [];
    for (const [country, length] of Object.entries(rules.iban_lengths)) {
      for (const [start] of scan(`(^|[^0-9${rules.letters}])(${country.toLowerCase()} ?[0-9] ?[0-9])`, text)) {
        let collected = 0, end = start, gap = 0;
        for (let place = start; place < text.length; place += 1) {
          const character = text[place];
          if (isDigit(character) || (character >= "a" && character <= "z")) {
            collected += 1; end = place + 1; gap = 0;
            if (collected === length) break;
          } else if (" -.".includes(character) && gap < 2) gap += 1;
          else break;
        }
        const digits = [...text.slice(start, end)].filter(isDigit).length;
        const whole = end === text.length || !new RegExp(`^[0-9${rules.letters}]`).test(text[end]);
        if (collected === length && digits >= 8 && whole) found.push({ kind: "account", start, end });
      }
    }
    return found;
  };
  const pieces = (text) => {
    const found = [];
    for (let at = 0; at < text.length;) {
      if (!isDigit(text[at])) { at += 1; continue; }
      let end = at;
      while (end < text.length && isDigit(text[end])) end += 1;
      found.push({ digits: text.slice(at, end), start: at, end });
      at = end;
    }
    return found;
  };
  const luhn = (digits) => [...digits].reverse().reduce((total, character, place) => {
    const value = Number(character) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0) % 10 === 0;
  const kindOf = (digits, text, first, last, howMany) => {
    const between = text.slice(first.start, last.end);
    if (between.includes(",") || between.includes(":")) return null;
    const plus = first.start > 0 && text[first.start - 1] === "+";
    const national = digits.slice(-8);
    const prefix = digits.slice(0, -8);
    const evenly = new Set(between.match(/[^0-9]+/g) ?? []).size === 1;
    if (digits.length >= 8 && "26".includes(national[0]) && ["", "371", "00371"].includes(prefix) && !(prefix === "" && howMany > 5 && !evenly)) {
      return rules.official_phones.includes(national) ? null : "phone";
    }
    if (plus && digits.length >= 9 && digits.length <= 15) return "phone";
    if (digits.startsWith("00") && digits.length >= 11 && digits.length <= 15) return "phone";
    if (digits.length === 11) return "personal_code";
    if (digits.length >= 13 && digits.length <= 19 && (luhn(digits) || (digits.length === 16 && "3456".includes(digits[0])))) return "card";
    return null;
  };
  const numbers = (text) => {
    const all = pieces(text);
    const found = [];
    all.forEach((piece, first) => {
      if (first && TIGHT.includes(text.slice(all[first - 1].end, piece.start))) return;
      let digits = "";
      for (let last = first; last < all.length; last += 1) {
        if (last > first) {
          const between = text.slice(all[last - 1].end, all[last].start);
          if (between.length > WIDEST_GAP || [...between].some((each) => !SEPARATORS.includes(each))) break;
        }
        digits += all[last].digits;
        const end = all[last].end;
        if (digits.length > 19) break;
        const kind = kindOf(digits, text, piece, all[last], last - first + 1);
        const goesOn = text.length > end + 1 && TIGHT.includes(text[end]) && isDigit(text[end + 1]);
        if (kind !== null && !goesOn) {
          found.push({ kind, start: piece.start && text[piece.start - 1] === "+" ? piece.start - 1 : piece.start, end });
        }
      }
    });
    return found;
  };
  const wordsAndDigits = (text) => {
    const found = [];
    for (let at = 0; at < text.length;) {
      const digit = isDigit(text[at]), letter = isLetter(text[at]);
      let end = at + 1;
      while (end < text.length && (digit ? isDigit(text[end]) : letter && isLetter(text[end]))) end += 1;
      if (digit || letter) found.push([at, end]);
      at = end;
    }
    return found;
  };
  const told = (run, fillers, text) => {
    const inWords = run.filter((each) => each.told).length;
    if (!run.length || (inWords < 3 && !(fillers && run.some((each) => each.digits.length >= 3)))) return [];
    const digits = run.map((each) => each.digits).join("");
    if (digits.length > 19) return [];
    const start = run[0].start, end = run[run.length - 1].end;
    if (digits.length >= 8 && "26".includes(digits.slice(-8)[0]) && ["", "371", "00371"].includes(digits.slice(0, -8))) {
      return rules.official_phones.includes(digits.slice(-8)) ? [] : [{ kind: "phone", start, end }];
    }
    if (digits.length === 11) return [{ kind: "personal_code", start, end }];
    if (digits.length === 15 || digits.length === 16) return [{ kind: "card", start, end }];
    if (digits.length >= 4 && digits.length <= 8 && inWords >= 3 && /(?:pin|puk|cvv|cvc)[^0-9.!?]{0,25}$/.test(text.slice(0, start))) {
      return [{ kind: "pin", start, end }];
    }
    return [];
  };
  const spelled = (text) => {
    const found = [];
    let run = [], fillers = 0, lastEnd = 0;
    const tokens = wordsAndDigits(text).map(([start, end]) => [text.slice(start, end), start, end]);
    for (const [token, start, end] of [...tokens, ["", text.length, text.length]]) {
      const joined = [...text.slice(lastEnd, start)].every((each) => " .,-;:()/+«»\"'".includes(each));
      const isWord = Object.hasOwn(rules.digit_words, token);
      const isNumber = isWord || (token !== "" && isDigit(token[0]));
      const isFiller = rules.between_digits.includes(token);
      if (!joined || !(isNumber || isFiller)) {
        found.push(...told(run, fillers, text));
        run = []; fillers = 0;
      }
      if (isNumber) run.push({ digits: isWord ? rules.digit_words[token] : token, start, end, told: isWord });
      else if (run.length && isFiller) fillers += 1;
      lastEnd = end;
    }
    return found;
  };
  const refused = (note) => {
    const found = accounts(note.low);
    const plain = masked(note.low, rules.masks_first);
    const all = masked(plain, rules.masks);
    for (const rule of rules.found_first) {
      const text = rule.after_masks || rule.kind === "pin" ? all : plain;
      for (const [start, end] of scan(rule.pattern, text)) {
        const piece = text.slice(start, end);
        if (rule.unless && search(rule.unless, text.slice(start, end + 8))) continue;
        if (rule.must && !search(rule.must, piece)) continue;
        if (rule.kind === "email" && isOfficialMail(piece)) continue;
        found.push({ kind: rule.kind, start, end });
      }
    }
    const open = withGaps(all, found.map((one) => [one.start, one.end]));
    return [...found, ...numbers(open), ...spelled(open)];
  };

  // ── what is asked about ──
  const given = (() => {
    const { endings, given: stems } = rules.names;
    const forms = new Set(stems.fixed);
    for (const group of ["a", "e", "s", "us"]) for (const stem of stems[group]) for (const ending of endings[group]) forms.add(stem + ending);
    for (const [stem, genitive] of stems.is) {
      for (const ending of endings.is) forms.add(stem + ending);
      for (const ending of endings.gen) forms.add(genitive + ending);
    }
    return new Set([...forms].map((form) => form.toLowerCase()));
  })();
  const known = new Set(rules.known), ambiguous = new Set(rules.also_words), noTitle = new Set(rules.names.no_title);
  const beginsSentence = (text, start) => {
    let end = start;
    while (end > 0 && " «\"'(-".includes(text[end - 1])) end -= 1;
    return end === 0 || ".!?:;".includes(text[end - 1]);
  };
  const isCapital = (word) => word !== "" && isUpper(word[0]) && isLower(word.slice(1));
  const names = (note) => {
    const text = note.cased;
    const found = scan(rules.names.titles, text)
      .filter(([start, end]) => !noTitle.has(text.slice(start, end).split(" ")[0].toLowerCase()))
      .concat(scan(rules.names.initial, text)).map(([start, end]) => ({ kind: "name", start, end }));
    const words = wordsAndDigits(text).filter(([start]) => isLetter(text[start])).map(([start, end]) => [text.slice(start, end), start, end]);
    words.forEach(([word, start, end], index) => {
      const begins = beginsSentence(text, start);
      const capital = isCapital(word);
      const small = word.toLowerCase();
      if (given.has(small) && (!ambiguous.has(small) || (capital && !begins)) && !known.has(word)) {
        found.push({ kind: "name", start, end });
        return;
      }
      if (index + 1 === words.length || !capital || begins || word.length < 3 || known.has(word)) return;
      const [other, otherStart, otherEnd] = words[index + 1];
      if (text.slice(end, otherStart) === " " && other.length >= 3 && isCapital(other) && !known.has(other)) {
        found.push({ kind: "name", start, end: otherEnd });
      }
    });
    const byStart = new Map(words.map(([word, start, end]) => [start, [word, end]]));
    return found.map((one) => {
      const following = byStart.get(one.end + 1);
      const word = following && text[one.end] === " " ? following[0] : "";
      return following && isCapital(word) && !known.has(word) ? { ...one, end: following[1] } : one;
    });
  };

  // What in the text is or may be private: {refused, asked}, each a list of {kind, start, end}; places count characters.
  const examine = (text) => {
    const note = read(text);
    const placed = ({ kind, start, end }) => ({ kind, start: note.places[start], end: note.places[end - 1] + 1 });
    const found = merged(refused(note));
    const inside = (one) => found.some((other) => one.start < other.end && other.start < one.end);
    return { refused: found.map(placed), asked: merged(names(note).filter((one) => !inside(one))).map(placed) };
  };
  return { examine, explain: (kind) => rules.words[kind] };
};
