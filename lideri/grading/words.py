"""What people read about an answer: feedback for practice, explanations for a submitted form. Plain text, not HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from lideri.course.items import (
    RESPONSE,
    FreeText,
    Item,
    MarkSpots,
    MultipleChoice,
    Number,
    Order,
    Response,
    ShortText,
    Simulation,
)
from lideri.course.latvian import quoted_sentence
from lideri.grading import rules
from lideri.grading.marks import Mark, text_of
from lideri.grading.scores import Outcome, Score

TITLES: Mapping[Outcome, str] = {
    "right": "Pareizi",
    "partly": "Daļēji pareizi",
    "wrong": "Vēl ne",
    "unanswered": "Vēl nav atbildes",
    "unsure": "Nevarējām novērtēt",
    "waiting": "Salīdzini ar paraugu",
}
A_PERSON_LOOKS = "Šo atbildi nevarējām droši novērtēt. To izlasīs pasniedzējs, un tavi punkti nav zaudēti."
TRAINER_READS = "Šo atbildi lasa un vērtē pasniedzējs."
NO_ANSWER = "Atbildes nav"
RIGHT_LEAD = re.compile(r"^(Pareizi|Tieši tā|Jā|Der)[.!] (?=\S)")
TRY_AGAIN = "Vari mēģināt vēlreiz."
# Where nothing can be said about a part without saying what is right.
LOOK_AGAIN: Mapping[str, str] = {
    "number": "Šis skaitlis neder. Izlasi jautājumu vēlreiz un mēģini ar citu.",
    "short_text": "Šī atbilde neder. Izlasi jautājumu vēlreiz un mēģini citādi.",
    "order": "Pie rindām redzi, kuru pārvietot. Sakārto un pārbaudi vēlreiz.",
    "match": "Šie pāri neder. Izlasi abas puses vēlreiz un saliec citādi.",
}
PRACTICE_UNSURE = "Tava atbilde ir līdzīga pareizajai, bet droši to nevaram pateikt. Salīdzini to ar paskaidrojumu."
PRACTICE_UNREADABLE = "Tavu atbildi neizdevās nolasīt. Izvēlies vēlreiz un spied «Pārbaudīt»."
PRACTICE_NO_NUMBER = "Šeit vajag skaitli, piemēram, 12 vai 3,5. Pārraksti un mēģini vēlreiz."


def judge(item: Item, response: Response | Mapping[str, Any] | None) -> dict[str, Any]:
    """Feedback on a practice answer, as docs/contracts.md has it; never raises for what was answered.

    After a wrong one the explanation is in ``more``, for when the person has tried again or asks for it.
    """
    answer, readable = _readable(response)
    score = rules.grade(item, answer)
    if not readable or (answer is not None and answer.kind != item.kind):
        return {"outcome": "unsure", "title": TITLES["unsure"], "body": [PRACTICE_UNREADABLE], "marks": {}}
    shown = {"unanswered": "unsure", "waiting": "unsure"}.get(score.outcome, score.outcome)
    marks = rules.marks(item, answer) if score.outcome in ("right", "partly", "wrong") else {}
    if score.outcome == "wrong":  # the person may try again: what was missed is not given away
        marks = {part: mark for part, mark in marks.items() if mark.outcome != "missed"}
    feedback: dict[str, Any] = {
        "outcome": shown,
        "title": _title(item, score, marks),
        "body": _body(item, score, marks),
        "marks": {part: {"outcome": mark.outcome, "why": mark.why} for part, mark in marks.items()},
    }
    return feedback | ({"more": {"explanation": item.explanation}} if score.outcome == "wrong" else {})


def explain(item: Item, response: Response | None, score: Score) -> dict[str, list[str]]:
    """What the result page says about an item: what was answered, what is right, and why."""
    answered = rules.your_answer(item, response) or [
        NO_ANSWER if score.outcome == "unanswered" else "Atbildi neizdevās nolasīt"
    ]
    why: list[str] = []
    if score.outcome == "unsure":
        why.append(A_PERSON_LOOKS)
    if isinstance(item, FreeText):
        why.append(TRAINER_READS)
    if score.outcome in ("right", "partly", "wrong"):
        why += _reasons(item, rules.marks(item, response))
    why.append(item.explanation)
    return {"your_answer": answered, "right_answer": rules.right_answer(item), "why": list(dict.fromkeys(why))}


def _readable(response: Response | Mapping[str, Any] | None) -> tuple[Response | None, bool]:
    if response is None or not isinstance(response, Mapping):
        return response, True
    try:
        return RESPONSE.validate_python(response), True
    except ValidationError:
        return None, False


def _title(item: Item, score: Score, marks: Mapping[str, Mark]) -> str:
    title = TITLES[score.outcome]
    if isinstance(item, MarkSpots) and score.outcome in ("right", "partly"):
        found = sum(mark.outcome == "right" for mark in marks.values())
        if score.outcome == "right":
            return f"{title}. Atradi visas vietas." if found > 1 else title
        return f"{title}. Atradi {found} no {len(item.key)} vietām."
    return title


def _body(item: Item, score: Score, marks: Mapping[str, Mark]) -> list[str]:
    match score.outcome:
        case "unanswered":
            return ["Vispirms atbildi, tad spied «Pārbaudīt»."]
        case "unsure" if item.kind == "number":
            return [PRACTICE_NO_NUMBER]
        case "unsure" if item.kind == "short_text":
            return [PRACTICE_UNSURE, item.explanation]
        case "unsure":
            return [PRACTICE_UNREADABLE]
        case "waiting":
            return [item.explanation]
        case "wrong":
            said = _reasons(item, marks)
            if not said and isinstance(item, Number | ShortText) and item.hint:
                said = [item.hint]
            return [*said, TRY_AGAIN] if said else [LOOK_AGAIN.get(item.kind, TRY_AGAIN)]
        case _:
            return list(dict.fromkeys([*_reasons(item, marks), item.explanation]))


def _reasons(item: Item, marks: Mapping[str, Mark]) -> list[str]:
    """What the author says about the parts that went wrong; about the chosen one when all is right."""
    match item:
        case MultipleChoice() | MarkSpots():
            parts = item.options if isinstance(item, MultipleChoice) else item.spots
            lead = {"wrong": "Nevajadzēja atzīmēt", "missed": "Palika neatzīmēts"}
            return [
                f"{lead[mark.outcome]}: {quoted_sentence(text_of(parts, part))} {_said_of(mark)}"
                for part, mark in marks.items()
                if mark.outcome in lead
            ]
        case Simulation():
            return [f"Nav izdevies: {mark.why}" for mark in marks.values() if mark.outcome != "right"]
        case Order():
            return []  # said at each row; above them it would only be repeated
        case _:
            order = ("wrong", "right", "missed")
            said = sorted((mark for mark in marks.values() if mark.why), key=lambda mark: order.index(mark.outcome))
            return [_said_of(mark) for mark in said]


def _said_of(mark: Mark) -> str:
    """«Pareizi.» or «Tieši tā.» about what was not chosen would stand under «Nepareizi»."""
    return RIGHT_LEAD.sub("", mark.why) if mark.outcome == "missed" else mark.why
