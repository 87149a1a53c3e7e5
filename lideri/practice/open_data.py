"""«Atvērtie dati»: choose columns, sort, count per 1000 residents, filter, draw; answer with what was computed.

Actions (``do`` and its fields)::

    choose_columns  columns
    sort            column, descending
    per_1000        on
    filter_region   region (None: all)
    chart           column (None: no chart)
    answer          question, text      kept as typed; unlocks the answer
    check           question

A scenario carries its rows (`lideri.practice.scenarios` joins them), so nothing is read here. A question's key is not a
value but a description of how to compute it (`Key`), worked out from the rows each time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import number
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Machine,
    Mark,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    typed,
    unknown,
    verb,
)
from lideri.practice.numbers import parse_number

if TYPE_CHECKING:  # pandas takes a second to import, and only this simulator needs it
    import pandas as pd

PLACE, REGION, POPULATION = "place", "region", "population"
TITLES = {PLACE: "Pašvaldība", REGION: "Plānošanas reģions", POPULATION: "Iedzīvotāji"}
ALPHABET = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž"
NOT_A_MUNICIPALITY = "Šī tabulas rinda nav pašvaldība. Meklējot izlaid kopsummu un citas rindas, kas nav pašvaldības."


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────

ColumnId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Column(Frozen):
    id: ColumnId
    title: Text


class Key(Frozen):
    """How to compute a question's answer: the ``pick`` among municipalities (of ``region``), asked as place or number.

    ``rank`` 1 is the largest. ``value`` takes the row named ``place``, which may also be a row that is no municipality.
    """

    column: str
    per_1000: bool
    pick: Literal["max", "min", "value", "rank"]
    ask: Literal["place", "number"]
    place: str | None = None
    rank: int | None = Field(default=None, ge=1)
    region: str | None = None
    tolerance: float = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        if (self.pick == "value") != (self.place is not None) or (self.pick == "rank") != (self.rank is not None):
            raise ValueError("«value» prasa place, «rank» prasa rank, un citādi to nevajag")
        if self.pick == "value" and self.ask == "place":
            raise ValueError("«value» atbilde ir skaitlis")
        return self


class DataQuestion(Frozen):
    id: Identifier
    text: Text
    unit: str = ""
    key: Key
    lesson: Text  # shown after checking


class DataFiles(Frozen):
    """Where the rows come from, relative to `course_data/`, and what has to be said about them."""

    table: Text
    places: Text
    credit: Text
    licence: Text


class OpenDataScenario(PlaceScenario):
    """`course_data/scenarios/open_data.yml`."""

    kind: Literal["open_data"]
    notice: Text
    data: DataFiles
    notes: Annotated[tuple[Text, ...], Field(min_length=1)]
    columns: Annotated[tuple[Column, ...], Field(min_length=2)]
    start_columns: Annotated[tuple[ColumnId, ...], Field(min_length=1)]
    questions: Annotated[tuple[DataQuestion, ...], Field(min_length=1)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        known = {column.id for column in self.columns}
        used = {*self.start_columns, *(question.key.column for question in self.questions)}
        if used - known:
            raise ValueError(f"nav tādu sleju: {', '.join(sorted(used - known))}")
        if len({question.id for question in self.questions}) != len(self.questions):
            raise ValueError("jautājumu id atkārtojas")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AnswerState:
    text: str = ""
    checked: bool = False
    tries: int = 0


@dataclass(frozen=True)
class OpenDataState:
    """``columns`` without the municipality's name, which is always first. ``sort_by`` None: as in the file."""

    columns: tuple[str, ...]
    sort_by: str | None = None
    descending: bool = True
    per_1000: bool = False
    region: str | None = None
    chart: str | None = None
    answers: Mapping[str, AnswerState] = field(default_factory=dict)
    last: str | None = None

    def answer(self, name: str) -> AnswerState:
        return self.answers.get(name, AnswerState())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────


class OpenDataMachine(Machine[OpenDataState]):
    kind = "open_data"

    def start(self, scenario: Scenario) -> OpenDataState:
        return OpenDataState(tuple(scenario["start_columns"]))

    def apply(self, scenario: Scenario, state: OpenDataState, action: Action) -> OpenDataState:
        do = verb(action)
        match do:
            case "choose_columns":
                return _choose(scenario, state, action)
            case "sort":
                column = one_of(action, "column", (PLACE, *state.columns), "sleja, ko tabulā redz")
                return replace(state, sort_by=column, descending=_switch(action, "descending"))
            case "per_1000":
                return replace(state, per_1000=_switch(action, "on"))
            case "filter_region":
                everywhere = action.get("region") is None
                region = None if everywhere else one_of(action, "region", regions(scenario), "reģions")
                return replace(state, region=region)
            case "chart":
                numeric = (each for each in state.columns if each != REGION)
                nothing = action.get("column") is None
                chart = None if nothing else one_of(action, "column", numeric, "skaitļu sleja, ko tabulā redz")
                return replace(state, chart=chart)
            case "answer" | "check":
                return _on_answer(self.parts(scenario), state, do, action)
        raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        """The whole table is in it: looking into the data is the exercise. ``rows`` are as `frame` takes them."""
        return {
            **heading(scenario),
            "data": {"credit": scenario["data"]["credit"], "licence": scenario["data"]["licence"]},
            "notes": list(scenario["notes"]),
            "columns": [dict(column) for column in scenario["columns"]],
            "start_columns": list(scenario["start_columns"]),
            "regions": list(regions(scenario)),
            "rows": [dict(row) for row in scenario["rows"]],
            "questions": [
                {
                    "id": question["id"],
                    "text": question["text"],
                    "unit": question.get("unit", ""),
                    "ask": question["key"]["ask"],
                }
                for question in scenario["questions"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(question["id"] for question in scenario["questions"])

    def done(self, state: OpenDataState) -> tuple[str, ...]:
        return tuple(name for name, answer in state.answers.items() if answer.tries)

    def checked(self, scenario: Scenario, state: OpenDataState) -> tuple[str, ...]:
        return tuple(name for name in self.parts(scenario) if state.answer(name).checked)

    def last(self, state: OpenDataState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudītas atbildes: {done} no {total}"

    def feedback(self, scenario: Scenario, state: OpenDataState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav jautājuma «{about[:40]}». Izvēlies kādu no redzamajiem.")
        if not state.answer(about).checked:
            raise InvalidAnswer("Šī atbilde vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        question = next(each for each in scenario["questions"] if each["id"] == about)
        return _judge(scenario, question, state.answer(about).text)


def _choose(scenario: Scenario, state: OpenDataState, action: Action) -> OpenDataState:
    """Sorting and chart that stood on a column no longer chosen are let go."""
    chosen = action.get("columns")
    known = [REGION, POPULATION, *(column["id"] for column in scenario["columns"])]
    if not isinstance(chosen, list | tuple) or not all(isinstance(column, str) for column in chosen):
        raise InvalidAnswer("Izvēlētās slejas nevarēja nolasīt. Izvēlies tās vēlreiz.")
    if set(chosen) - set(known):
        raise InvalidAnswer("Tādas slejas tabulā nav. Izvēlies kādu no redzamajām.")
    columns = tuple(column for column in dict.fromkeys(known) if column in chosen)
    if not columns:
        raise InvalidAnswer("Izvēlies vismaz vienu sleju.")
    return replace(
        state,
        columns=columns,
        sort_by=state.sort_by if state.sort_by in {PLACE, *columns} else None,
        chart=state.chart if state.chart in columns else None,
    )


def _switch(action: Action, name: str) -> bool:
    value = action.get(name)
    if not isinstance(value, bool):
        raise InvalidAnswer("Izvēli nevarēja nolasīt. Izvēlies vēlreiz.")
    return value


def _on_answer(questions: Sequence[str], state: OpenDataState, do: str, action: Action) -> OpenDataState:
    name = one_of(action, "question", questions, "jautājums")
    now, last = state.answer(name), state.last
    if do == "answer":
        text = typed(action, "text")
        if text == now.text:
            return state
        now, last = replace(now, text=text, checked=False), None if last == name else last
    else:
        if not now.text.strip():
            raise InvalidAnswer("Vispirms ieraksti atbildi.")
        now, last = replace(now, checked=True, tries=now.tries if now.checked else now.tries + 1), name
    return replace(state, answers={**state.answers, name: now}, last=last)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def regions(scenario: Scenario) -> tuple[str, ...]:
    return tuple(sorted({row[REGION] for row in scenario["rows"] if row[REGION]}, key=latvian_order))


def frame(scenario: Scenario) -> pd.DataFrame:
    """One row per line of the published file, in its order; a line that is no municipality has no region."""
    import pandas as pd

    names = [PLACE, REGION, POPULATION, *(column["id"] for column in scenario["columns"])]
    data = pd.DataFrame([[row[name] for name in names] for row in scenario["rows"]], columns=names)
    return data.astype({POPULATION: "Int64"})


def values(data: pd.DataFrame, column: str, *, per_1000: bool) -> pd.Series[float]:
    """``column`` as it stands, or for every 1000 residents (unrounded; missing where residents are not known)."""
    if per_1000 and column != POPULATION:
        return data[column].astype(float) / data[POPULATION].astype(float) * 1000
    return data[column].astype(float)


def table(
    data: pd.DataFrame,
    columns: Sequence[str],
    sort_by: str | None = None,
    *,
    descending: bool = True,
    per_1000: bool = False,
    region: str | None = None,
    titles: Mapping[str, str] = TITLES,
) -> pd.DataFrame:
    """The table as a person sees it: Latvian titles, rates with one decimal, missing values last.

    Sorting is by the exact value, not by the rounded one; equal values stand in alphabetical order.
    """
    rows = data if region is None else data[data[REGION] == region]
    if sort_by is not None:
        rows = rows.loc[_sorted_index(rows, sort_by, descending=descending, per_1000=per_1000)]
    shown = {
        title(column, titles, per_1000=per_1000): (
            values(rows, column, per_1000=True).round(1) if per_1000 and column not in TITLES else rows[column]
        )
        for column in (PLACE, *columns)
    }
    import pandas as pd

    return pd.DataFrame(shown).reset_index(drop=True)


def _sorted_index(rows: pd.DataFrame, sort_by: str, *, descending: bool, per_1000: bool) -> pd.Index[Any]:
    def order(texts: pd.Series[Any]) -> pd.Series[Any]:
        return texts.map(lambda text: latvian_order(text) if isinstance(text, str) else None)

    rows = rows.sort_values(PLACE, key=order, kind="stable")  # equal values: alphabetical, whichever the direction
    by = order(rows[sort_by]) if sort_by in {PLACE, REGION} else values(rows, sort_by, per_1000=per_1000)
    return by.sort_values(ascending=not descending, kind="stable", na_position="last").index


def title(column: str, titles: Mapping[str, str] = TITLES, *, per_1000: bool = False) -> str:
    """The column's heading; residents themselves are never counted per 1000 residents."""
    name = titles.get(column, TITLES.get(column, column))
    return f"{name} uz 1000 iedzīvotājiem" if per_1000 and column not in TITLES else name


def view(scenario: Scenario, state: OpenDataState) -> dict[str, Any]:
    """What the page draws: ``columns`` (id, title, numeric), ``rows`` of text, ``caption``, ``chart`` or None.

    ``chart`` is {title, labels, values, decimals, hidden}: municipalities only, in the table's order, because a bar for
    the total would dwarf all others; ``hidden`` says how many rows of the table are therefore not drawn.
    """
    titles = {column["id"]: column["title"] for column in scenario["columns"]}
    data = frame(scenario)
    shown = table(
        data,
        state.columns,
        state.sort_by,
        descending=state.descending,
        per_1000=state.per_1000,
        region=state.region,
        titles=titles,
    )
    columns = [
        {
            "id": column,
            "title": title(column, titles, per_1000=state.per_1000),
            "numeric": column not in {PLACE, REGION},
        }
        for column in (PLACE, *state.columns)
    ]
    decimals = [1 if state.per_1000 and column["id"] not in TITLES else 0 for column in columns]
    rows = [
        [_cell(value, places) for value, places in zip(row, decimals, strict=True)]
        for row in shown.itertuples(index=False, name=None)
    ]
    return {
        "columns": columns,
        "rows": rows,
        "caption": _caption(state, titles, len(rows)),
        "chart": _chart(data, shown, state, titles),
    }


def _cell(value: Any, decimals: int) -> str:
    import pandas as pd

    if pd.isna(value):
        return "–"
    return value if isinstance(value, str) else number(float(value), decimals)


def _caption(state: OpenDataState, titles: Mapping[str, str], count: int) -> str:
    parts = [state.region or "Visa Latvija", f"rindas: {count}"]
    if state.sort_by:
        direction = "no lielākā" if state.descending else "no mazākā"
        if state.sort_by in {PLACE, REGION}:
            direction = "no Ž līdz A" if state.descending else "no A līdz Ž"
        parts.append(f"kārtots pēc slejas «{title(state.sort_by, titles, per_1000=state.per_1000)}» {direction}")
    return "; ".join(parts) + "."


def _chart(
    data: pd.DataFrame, shown: pd.DataFrame, state: OpenDataState, titles: Mapping[str, str]
) -> dict[str, Any] | None:
    if state.chart is None:
        return None
    name = title(state.chart, titles, per_1000=state.per_1000)
    municipalities = set(data[data[REGION].notna()][PLACE])
    drawn = shown[shown[TITLES[PLACE]].isin(municipalities)]
    return {
        "title": name,
        "labels": drawn[TITLES[PLACE]].tolist(),
        "values": [float(value) for value in drawn[name]],
        "decimals": 1 if state.per_1000 and state.chart not in TITLES else 0,
        "hidden": len(shown) - len(drawn),
    }


def latvian_order(text: str) -> str:
    """A sorting key: č, ģ, ķ, ļ, ņ, š, ž are letters of their own, long vowels stand with the short ones."""
    alike = str.maketrans("āēīū", "aeiu")
    return "".join(
        chr(ord("a") + ALPHABET.index(each)) if each in ALPHABET else each for each in text.lower().translate(alike)
    )


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def compute(data: pd.DataFrame, key: Mapping[str, Any], *, flipped: bool = False) -> str | float:
    """The answer a key describes, unrounded. ``flipped``: with the other choice of per_1000, a usual slip."""
    per_1000 = key["per_1000"] != flipped
    if key["pick"] == "value":
        return float(values(data[data[PLACE] == key["place"]], key["column"], per_1000=per_1000).iloc[0])
    rows = data[data[REGION].notna()]
    if key.get("region"):
        rows = rows[rows[REGION] == key["region"]]
    ordered = values(rows, key["column"], per_1000=per_1000).sort_values(ascending=key["pick"] == "min", kind="stable")
    place = ordered.index[(key.get("rank") or 1) - 1]
    return str(data.loc[place, PLACE]) if key["ask"] == "place" else float(ordered.loc[place])


def _judge(scenario: Scenario, question: Mapping[str, Any], text: str) -> Feedback:
    judged = _judge_place if question["key"]["ask"] == "place" else _judge_number
    mark, title_ = judged(frame(scenario), question, text)
    body = (mark.why, question["lesson"]) if mark.outcome in {"right", "partly"} else (mark.why,)
    return Feedback(mark.outcome, title_, body, {"answer": mark})


def _judge_number(data: pd.DataFrame, question: Mapping[str, Any], text: str) -> tuple[Mark, str]:
    key = question["key"]
    answer = parse_number(_without_unit(text, question.get("unit", "")))
    if answer is None:
        why = "Raksti tikai skaitli, piemēram, 12,3 vai 4500. Tūkstošus neatdali ar punktu."
        return Mark("unsure", why), "Šo skaitli nevarējām nolasīt."
    right = float(compute(data, key))
    if abs(answer - right) <= key.get("tolerance", 0) + 1e-9:  # binary fractions are not the person's error
        found = f"Aprēķins: {number(right, 1)}." if key["per_1000"] else f"Tabulā ir {number(right, 0)}."
        return Mark("right", found), "Pareizi."
    if key["per_1000"] and answer == round(right):
        return Mark("partly", "Skaitlis ir pareizi noapaļots, bet vajag vienu zīmi aiz komata."), "Gandrīz."
    if any(abs(answer - slip) <= 0.05 for slip in _slips(data, key)):
        return Mark("wrong", _other_choice(per_1000=key["per_1000"])), "Vēl ne."
    return Mark("wrong", "Pārbaudi, vai skaties pareizajā slejā un rindā, un mēģini vēlreiz."), "Vēl ne."


def _slips(data: pd.DataFrame, key: Mapping[str, Any]) -> tuple[float, float]:
    """What comes out with the other choice of per_1000: picked anew, or read in the right row."""
    row = key["place"] if key["pick"] == "value" else compute(data, {**key, "ask": "place"})
    same_row = {**key, "pick": "value", "place": row}
    return float(compute(data, key, flipped=True)), float(compute(data, same_row, flipped=True))


def _judge_place(data: pd.DataFrame, question: Mapping[str, Any], text: str) -> tuple[Mark, str]:
    key = question["key"]
    answer = recognise(text, data[PLACE].tolist())
    if answer is None:
        why = "Raksti pašvaldības nosaukumu tā, kā tas ir tabulā, piemēram, «Talsu novads» vai «Liepāja»."
        return Mark("unsure", why), "Tādu pašvaldību tabulā neatradām."
    row = data[data[PLACE] == answer].iloc[0]
    right = compute(data, key)
    if answer == right:
        value = values(data[data[PLACE] == answer], key["column"], per_1000=key["per_1000"]).iloc[0]
        return Mark("right", f"{answer}: {number(float(value), 1 if key['per_1000'] else 0)}."), "Pareizi."
    if not isinstance(row[REGION], str):
        return Mark("wrong", NOT_A_MUNICIPALITY), "Vēl ne."
    if key.get("region") and row[REGION] != key["region"]:
        return Mark("wrong", f"{answer} ir citā reģionā. Izmanto reģiona filtru."), "Vēl ne."
    if answer == compute(data, key, flipped=True):
        return Mark("wrong", _other_choice(per_1000=key["per_1000"])), "Vēl ne."
    return Mark("wrong", "Sakārto tabulu pēc vajadzīgās slejas un mēģini vēlreiz."), "Vēl ne."


def _other_choice(*, per_1000: bool) -> str:
    if per_1000:
        return "Tas ir saņēmēju skaits. Jautājums ir par skaitu uz 1000 iedzīvotājiem: ieslēdz pārrēķinu."
    return "Tas ir skaits uz 1000 iedzīvotājiem. Jautājums ir par saņēmēju skaitu: izslēdz pārrēķinu."


def _without_unit(text: str, unit: str) -> str:
    bare = text.strip()
    return bare[: -len(unit)] if unit and bare.lower().endswith(unit.lower()) else bare


def recognise(text: str, places: Sequence[str]) -> str | None:
    """The place a person means, or None: letter case, garumzīmes and a left-out «novads» are forgiven.

    «Jelgava» is the city and «Jelgavas» the novads; «Ventspils» is the city, because it has exactly that name.
    """
    wanted = _plain(text)
    exact = [place for place in places if _plain(place) == wanted]
    short = [place for place in places if _plain(place) in {f"{wanted} novads", wanted.replace(" nov", " novads")}]
    first = [place for place in places if place.endswith("novads") and wanted and _plain(place) == f"{wanted}s novads"]
    for found in (exact, short, first):
        if len(found) == 1:
            return found[0]
    return None


def _plain(text: str) -> str:
    """Lower case, no diacritics, single spaces, no quotation marks or full stops."""
    bare = "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))
    return " ".join(re.sub(r"[«»\"'„“”.,]", " ", bare).split())
