"""«Salabo veidlapu»: a form that shuts people out, repaired until it passes real checks.

What can be repaired: names of fields, texts of errors, colours (judged by WCAG's formula), the order in which the
keyboard and a screen reader meet the fields, and choices of the whole form. Actions (``do`` and its fields)::

    label    field, option     the field's name; "" takes it away
    error    field, option     what is said when the field is wrong
    colour   pair, colour      one of the palette
    choose   choice, option    e.g. the words on the button
    move     field, to         its place in the order, from 0
    check                      everything is judged; changing anything makes it unchecked. Before anything was
                               changed it shows what is wrong and does not count as done
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.contrast import ENOUGH, ENOUGH_LARGE, contrast
from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import number, quoted
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    Mark,
    OnePartMachine,
    PlaceScenario,
    Scenario,
    allowed_places,
    heading,
    one_of,
    unknown,
    verb,
)

ORDER = "order"
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class RepairOption(Frozen):
    """``drawn``: what the form shows when it is chosen, if that is not ``text`` (for ``looks: required``)."""

    id: Identifier
    text: Text
    drawn: str = ""
    right: bool = False
    why: Text


class Words(Frozen):
    """Texts to choose from; ``start``: the one that stands there at first, "" for none."""

    start: str = ""
    options: Annotated[tuple[RepairOption, ...], Field(min_length=2, max_length=5)]

    @model_validator(mode="after")
    def _one_is_right(self) -> Self:
        names = [each.id for each in self.options]
        if len(set(names)) != len(names):
            raise ValueError("izvēļu id atkārtojas")
        if self.start and self.start not in names:
            raise ValueError(f"sākuma izvēles «{self.start}» nav sarakstā")
        if not any(each.right for each in self.options):
            raise ValueError("vismaz vienai izvēlei jābūt pareizai (right: true)")
        return self


class FormField(Frozen):
    """``sample`` is the grey text inside a field, which is no name. What has no ``label`` or ``error`` is not asked.

    ``required`` fields are marked as the form's choice with ``looks: required`` says.
    """

    id: Identifier
    what: Text  # how the field is called in the exercise, e.g. «1. lauks»
    input: Literal["text", "email", "tel", "date", "checkbox"] = "text"
    sample: str = ""
    name: str = ""  # a name that is right already
    required: bool = False
    label: Words | None = None
    error: Words | None = None

    @model_validator(mode="after")
    def _has_a_name_or_asks_for_one(self) -> Self:
        if bool(self.name) == (self.label is not None):
            raise ValueError("laukam vajag vai nu «name» (jau ir labs), vai «label» (jālabo), nevis abus")
        return self


class ColourPair(Frozen):
    """``text`` is how the pair is called; ``of`` what it paints: a line with ``sample``, or a part of the form."""

    id: Identifier
    text: Text
    sample: str = ""
    of: Literal["line", "title", "names", "button"] = "line"
    colour: Colour
    background: Colour
    large: bool = False


class PaletteColour(Frozen):
    value: Colour
    name: Text


class FormChoice(Words):
    """``looks``: how the chosen words are drawn in the form; ``required``: beside the name of each required field."""

    id: Identifier
    text: Text
    looks: Literal["text", "button", "link", "required"] = "text"


class FormRepairScenario(PlaceScenario):
    kind: Literal["form_repair"]
    form_title: Text
    fields: Annotated[tuple[FormField, ...], Field(min_length=2, max_length=8)]
    order: tuple[tuple[Identifier, ...], ...] = ()  # groups in which fields may stand in any order; empty: not asked
    order_why: str = ""
    colours: tuple[ColourPair, ...] = ()
    palette: tuple[PaletteColour, ...] = ()
    choices: tuple[FormChoice, ...] = ()
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_repaired(self) -> Self:
        names = [each.id for each in self.fields]
        if len(set(names)) != len(names) or len({each.id for each in self.choices}) != len(self.choices):
            raise ValueError("lauku vai izvēļu id atkārtojas")
        if self.order and sorted(name for group in self.order for name in group) != sorted(names):
            raise ValueError("secībā (order) jābūt visiem laukiem, katram vienu reizi")
        if self.order and not self.order_why:
            raise ValueError("ja prasa secību, vajag order_why: kāpēc tieši tāda")
        if any(each.looks == "required" for each in self.choices) and not any(each.required for each in self.fields):
            raise ValueError("izvēlei ar looks: required vajag vismaz vienu obligātu lauku (required: true)")
        painted = [each.of for each in self.colours if each.of != "line"]
        if len(set(painted)) != len(painted):
            raise ValueError("virsrakstam, nosaukumiem un pogai (of) var būt tikai viens krāsu pāris katram")
        for pair in self.colours:
            if not any(contrast(each.value, pair.background) >= needed(pair.large) for each in self.palette):
                raise ValueError(f"pārim «{pair.text}» paletē nav nevienas krāsas ar pietiekamu kontrastu")
        broken = [each for each in judged(self.model_dump(), _begin(self.model_dump())) if each.outcome == "wrong"]
        if len(broken) < 2:
            raise ValueError("veidlapā jābūt vismaz divām lietām, kas jālabo")
        return self


@dataclass(frozen=True)
class FormRepairState:
    """``labels`` and ``errors``: field → option, "" for none; ``colours``: pair → colour; ``order``: fields as met."""

    labels: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    checked: bool = False
    tries: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Judged:
    """One thing that was looked at: ``id`` names its control on the page."""

    id: str
    text: str
    outcome: Literal["right", "wrong"]
    why: str


class FormRepairMachine(OnePartMachine[FormRepairState]):
    kind = "form_repair"
    part = "form"
    unchecked = "Veidlapa vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt»."
    said = ("Vēl nav pārbaudīta", "Pārbaudīta")

    def start(self, scenario: Scenario) -> FormRepairState:
        return _begin(scenario)

    def apply(self, scenario: Scenario, state: FormRepairState, action: Action) -> FormRepairState:
        fields = {each["id"]: each for each in scenario["fields"]}
        match verb(action):
            case ("label" | "error") as do:
                asked = [name for name, each in fields.items() if each[do]]
                name = one_of(action, "field", asked, "lauks")
                options = ["", *(each["id"] for each in fields[name][do]["options"])]
                option = one_of(action, "option", options, "teksts")
                if do == "label":
                    return replace(state, labels={**state.labels, name: option}, checked=False)
                return replace(state, errors={**state.errors, name: option}, checked=False)
            case "colour":
                pair = one_of(action, "pair", (each["id"] for each in scenario["colours"]), "vieta")
                chosen = one_of(action, "colour", (each["value"] for each in scenario["palette"]), "krāsa")
                return replace(state, colours={**state.colours, pair: chosen}, checked=False)
            case "choose":
                choices = {each["id"]: each for each in scenario["choices"]}
                name = one_of(action, "choice", choices, "izvēle")
                option = one_of(action, "option", (each["id"] for each in choices[name]["options"]), "izvēle")
                return replace(state, choices={**state.choices, name: option}, checked=False)
            case "move":
                name = one_of(action, "field", fields, "lauks")
                to = action.get("to")
                if not isinstance(to, int) or isinstance(to, bool) or not 0 <= to < len(fields):
                    raise InvalidAnswer("Lauka vietu nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
                order = [each for each in state.order if each != name]
                order.insert(to, name)
                return replace(state, order=tuple(order), checked=False)
            case "check":
                tried = state.tries + (1 if _touched(scenario, state) else 0)  # a look at what came is not done yet
                return replace(state, checked=True, tries=tried)
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        def words(asked: Mapping[str, Any] | None) -> dict[str, Any] | None:
            if asked is None:
                return None
            options = [{name: each[name] for name in ("id", "text", "drawn")} for each in asked["options"]]
            return {"start": asked["start"], "options": options}

        return {
            **heading(scenario, "form_title"),
            "palette": [dict(each) for each in scenario["palette"]],
            "fields": [
                {
                    **{name: each[name] for name in ("id", "what", "input", "sample", "name", "required")},
                    "label": words(each["label"]),
                    "error": words(each["error"]),
                }
                for each in scenario["fields"]
            ],
            "colours": [dict(each) for each in scenario["colours"]],
            "choices": [
                {**{name: each[name] for name in ("id", "text", "looks")}, **(words(each) or {})}
                for each in scenario["choices"]
            ],
            "asks_order": bool(scenario.get("order") or scenario.get("asks_order")),
        }

    def feedback_on_all(self, scenario: Scenario, state: FormRepairState) -> Feedback:
        found = judged(scenario, state)
        marks = {each.id: Mark(each.outcome, each.why) for each in found}
        right = sum(each.outcome == "right" for each in found)
        if right == len(found):
            return Feedback("right", "Veidlapa ir atvērta visiem.", ("Visas pārbaudes ir izdevušās.",), marks)
        if not _touched(scenario, state):
            look = "Pie katras vietas ir paskaidrots, kas tur cilvēkam traucē. Salabo un pārbaudi vēlreiz."
            return Feedback("unsure", "Vēl nekas nav salabots.", (look,), marks)
        body = ("Pie katras neizdevušās pārbaudes ir paskaidrojums. Salabo un pārbaudi vēlreiz.",)
        title = f"Izdevušās pārbaudes: {right} no {len(found)}."
        return Feedback("partly" if right else "wrong", title, body, marks)

    def goals(self, scenario: Scenario, state: FormRepairState) -> tuple[Goal, ...]:
        """What was broken at the start; what was right already is judged with it, so that breaking it is no way out."""
        before = {each.id: each.outcome for each in judged(scenario, _begin(scenario))}
        now = judged(scenario, state)
        spoiled = any(each.outcome == "wrong" and before[each.id] == "right" for each in now)
        return tuple(
            Goal(each.id, each.text, float(each.outcome == "right" and not spoiled), each.why)
            for each in now
            if before[each.id] == "wrong"
        )

    def told(self, scenario: Scenario, state: FormRepairState) -> list[str]:
        said = _said(scenario, state)
        return [
            f"{each.text} – {said[each.id]}{'' if each.outcome == 'right' else ' (vēl nav kārtībā)'}"
            for each in judged(scenario, state)
        ]

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        """What was broken is repaired; what was right stays as it is."""
        actions: list[Action] = []
        for each in scenario["fields"]:
            actions += [
                {"do": do, "field": each["id"], "option": _first_right(each[do])}
                for do in ("label", "error")
                if each[do] and not _right_already(each[do])
            ]
        for pair in scenario["colours"]:
            if contrast(pair["colour"], pair["background"]) >= needed(pair["large"]):
                continue
            palette = (each["value"] for each in scenario["palette"])
            good = next(each for each in palette if contrast(each, pair["background"]) >= needed(pair["large"]))
            actions.append({"do": "colour", "pair": pair["id"], "colour": good})
        for choice in scenario["choices"]:
            if not _right_already(choice):
                actions.append({"do": "choose", "choice": choice["id"], "option": _first_right(choice)})
        order = [name for group in scenario["order"] for name in group]
        actions += [{"do": "move", "field": name, "to": at} for at, name in enumerate(order)]
        return (*actions, {"do": "check"})


def needed(large: bool) -> float:
    """The contrast that WCAG 2.1 AA asks for."""
    return ENOUGH_LARGE if large else ENOUGH


def judged(scenario: Scenario, state: FormRepairState) -> list[Judged]:
    """Every check of the form as it stands now, in the order of the page."""
    return [*_fields(scenario, state), *_order(scenario, state), *_colours(scenario, state), *_choices(scenario, state)]


def _fields(scenario: Scenario, state: FormRepairState) -> Iterator[Judged]:
    for each in scenario["fields"]:
        what = each["what"]
        if each["label"]:
            yield _words(
                f"label-{each['id']}",
                f"{what}: nosaukums",
                each["label"],
                state.labels.get(each["id"], ""),
                "Laukam nav nosaukuma: ekrānlasītājs nezina, ko te raksta, un pelēkais paraugs pazūd, kad sāk rakstīt.",
            )
        if each["error"]:
            yield _words(
                f"error-{each['id']}",
                f"{what}: kļūdas paziņojums",
                each["error"],
                state.errors.get(each["id"], ""),
                "Par kļūdu nekas netiek pateikts, un cilvēks nezina, kas jālabo.",
            )


def _order(scenario: Scenario, state: FormRepairState) -> Iterator[Judged]:
    if scenario["order"]:
        allowed = allowed_places(scenario["order"])
        right = all(at in allowed[name] for at, name in enumerate(state.order))
        yield Judged(ORDER, "Lauku secība", "right" if right else "wrong", scenario["order_why"])


def _colours(scenario: Scenario, state: FormRepairState) -> Iterator[Judged]:
    for pair in scenario["colours"]:
        ratio = contrast(state.colours[pair["id"]], pair["background"])
        enough = ratio >= needed(pair["large"])
        why = f"Kontrasts ir {number(ratio)} : 1, vajag vismaz {number(needed(pair['large']))} : 1."
        yield Judged(f"colour-{pair['id']}", pair["text"], "right" if enough else "wrong", why)


def _choices(scenario: Scenario, state: FormRepairState) -> Iterator[Judged]:
    for choice in scenario["choices"]:
        yield _words(f"choice-{choice['id']}", choice["text"], choice, state.choices.get(choice["id"], ""), "")


def _words(name: str, text: str, asked: Mapping[str, Any], chosen: str, without: str) -> Judged:
    option = next((each for each in asked["options"] if each["id"] == chosen), None)
    if option is None:
        return Judged(name, text, "wrong", without or "Te vēl nekas nav izvēlēts.")
    return Judged(name, text, "right" if option["right"] else "wrong", option["why"])


def _begin(scenario: Scenario) -> FormRepairState:
    return FormRepairState(
        labels={each["id"]: each["label"]["start"] for each in scenario["fields"] if each["label"]},
        errors={each["id"]: each["error"]["start"] for each in scenario["fields"] if each["error"]},
        colours={each["id"]: each["colour"] for each in scenario["colours"]},
        choices={each["id"]: each["start"] for each in scenario["choices"]},
        order=tuple(each["id"] for each in scenario["fields"]),
    )


def _touched(scenario: Scenario, state: FormRepairState) -> bool:
    """Whether anything is other than it came."""
    return replace(state, checked=False, tries=0) != _begin(scenario)


def _said(scenario: Scenario, state: FormRepairState) -> dict[str, str]:
    """What stands in the form at each thing that is judged, by its id."""
    colours = {each["value"]: each["name"] for each in scenario["palette"]}
    fields = {each["id"]: each for each in scenario["fields"]}

    def words(asked: Mapping[str, Any], chosen: str) -> str:
        return next((quoted(each["text"]) for each in asked["options"] if each["id"] == chosen), "nekas")

    def name(field: Mapping[str, Any]) -> str:
        option = state.labels.get(field["id"], "")
        if field["name"]:
            return quoted(field["name"])
        return words(field["label"], option) if option else str(field["what"])

    return {
        **{f"label-{one}": words(each["label"], state.labels[one]) for one, each in fields.items() if each["label"]},
        **{f"error-{one}": words(each["error"], state.errors[one]) for one, each in fields.items() if each["error"]},
        ORDER: ", ".join(name(fields[each]) for each in state.order),
        **{
            f"colour-{pair['id']}": colours.get(state.colours[pair["id"]], "krāsa, kāda bija").lower()
            for pair in scenario["colours"]
        },
        **{f"choice-{each['id']}": words(each, state.choices[each["id"]]) for each in scenario["choices"]},
    }


def _right_already(asked: Mapping[str, Any]) -> bool:
    return any(each["right"] and each["id"] == asked["start"] for each in asked["options"])


def _first_right(asked: Mapping[str, Any]) -> str:
    return next(str(each["id"]) for each in asked["options"] if each["right"])
