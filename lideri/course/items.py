"""Items and answers: the one declaration of what a question is and what an answer to it looks like.

An item lives in YAML with its key. `lideri.practice.release` gives the part a trainee may see.
A `Response` is what a person answered, as data; it is never code.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
    model_validator,
)

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Text = Annotated[str, Field(min_length=1)]
Pool = Literal["module", "start", "final", "practice"]
Status = Literal["draft", "live", "retired"]
Setting = Literal["recall", "desk"]  # recall of a rule, or a situation from the service desk
MAX_TEXT = 8_000  # characters a person may type into one answer
MAX_ACTIONS = 5_000  # far more than a person makes in one exercise; a longer list is not a person's


class Frozen(BaseModel):
    """Data declared once: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ── parts of items ──────────────────────────────────────────────────────────────────────────────────────────────────


class Option(Frozen):
    """Something to choose; ``feedback`` says why it is right or wrong and is shown only after submission."""

    id: Identifier
    text: Text
    feedback: Text


class Piece(Frozen):
    """Something to put in order or to match."""

    id: Identifier
    text: Text


class Spot(Frozen):
    """One phrase of a message. ``why`` says what gives it away (on a sign) or why it is harmless."""

    id: Identifier
    text: Text
    why: Text


class Message(Frozen):
    """What stands around the spots: who seems to write, by which channel, and where the link really leads."""

    channel: Literal["e-pasts", "īsziņa", "tērzēšana", "zvans", "vietne"]
    sender: Text
    address: str = ""
    subject: str = ""
    when: str = ""
    link: str = ""


class ItemBase(Frozen):
    id: Identifier
    version: int = Field(ge=1)
    pool: Pool
    submodule: Annotated[str, Field(pattern=r"^\d{1,2}(\.\d)?$")]
    stem: Text
    points: float = Field(gt=0, le=20)
    explanation: Text  # shown after submission, whatever was answered
    competences: tuple[str, ...] = Field(min_length=1)  # DigComp codes 1.1 … 5.4
    outcomes: tuple[str, ...] = Field(min_length=1)  # DigComp 3.0 learning outcomes, e.g. LO4.1.15
    level: int = Field(ge=1, le=8)  # DigComp level the item aims at
    facts: tuple[str, ...] = Field(min_length=1)  # ids in course_data/facts.yml
    setting: Setting = "recall"
    status: Status

    @property
    def module(self) -> str:
        return self.submodule.split(".")[0]


class SingleChoice(ItemBase):
    kind: Literal["single_choice"]
    options: tuple[Option, ...] = Field(min_length=2)
    key: Identifier


class MultipleChoice(ItemBase):
    kind: Literal["multiple_choice"]
    options: tuple[Option, ...] = Field(min_length=3)
    key: tuple[Identifier, ...] = Field(min_length=1)


class Order(ItemBase):
    """``key`` lists the pieces in order; pieces in one inner list may stand in any order among themselves."""

    kind: Literal["order"]
    pieces: tuple[Piece, ...] = Field(min_length=3)
    key: tuple[tuple[Identifier, ...], ...] = Field(min_length=2)


class Match(ItemBase):
    """Each of ``left`` gets one of ``right``; one of ``right`` may serve several or none."""

    kind: Literal["match"]
    left: tuple[Piece, ...] = Field(min_length=2)
    right: tuple[Piece, ...] = Field(min_length=2)
    key: dict[Identifier, Identifier]


class Number(ItemBase):
    kind: Literal["number"]
    key: float
    tolerance: float = Field(ge=0)
    unit: str = ""  # shown after the field, and forgiven when typed
    hint: str = ""  # in practice, after a wrong answer: where to look, not what is right


class ShortText(ItemBase):
    """``accept`` lists right answers with full Latvian spelling, ``reject`` known wrong words that look similar."""

    kind: Literal["short_text"]
    accept: tuple[Text, ...] = Field(min_length=1)
    reject: tuple[Text, ...] = ()
    hint: str = ""  # as in a number


class MarkSpots(ItemBase):
    kind: Literal["mark_spots"]
    message: Message
    spots: tuple[Spot, ...] = Field(min_length=3)
    key: tuple[Identifier, ...] = Field(min_length=1)


class FreeText(ItemBase):
    """A text that a person grades with the rubric; ``points`` is the rubric's maximum."""

    kind: Literal["free_text"]
    rubric: Identifier
    min_words: int = Field(default=0, ge=0)
    max_words: int = Field(default=400, ge=1)


class Simulation(ItemBase):
    """A task in a practice place, judged by the state that the person's actions lead to.

    ``scenario`` is one of `lideri.practice` (its ``kind`` says which), with what gives it away; it needs no ``id``.
    """

    kind: Literal["simulation"]
    scenario: dict[str, Any] = Field(min_length=1)


Item = Annotated[
    SingleChoice | MultipleChoice | Order | Match | Number | ShortText | MarkSpots | FreeText | Simulation,
    Field(discriminator="kind"),
]
ITEM: TypeAdapter[Item] = TypeAdapter(Item)


class RubricLevel(Frozen):
    points: float = Field(ge=0)
    description: Text


class RubricCriterion(Frozen):
    id: Identifier
    title: Text
    levels: tuple[RubricLevel, ...] = Field(min_length=2)

    @property
    def max_points(self) -> float:
        return max(level.points for level in self.levels)


class Rubric(Frozen):
    id: Identifier
    title: Text
    criteria: tuple[RubricCriterion, ...] = Field(min_length=1)

    @property
    def max_points(self) -> float:
        return sum(criterion.max_points for criterion in self.criteria)


class Form(Frozen):
    """A fixed set of items: one nbgrader assignment. Frozen once a person has used it.

    ``retired``: nobody begins it any more; what people began of it goes on and is graded.
    """

    id: Identifier  # e.g. m02-a
    title: Text
    items: tuple[Identifier, ...] = Field(min_length=1)
    retired: bool = False


class Blueprint(Frozen):
    """How forms are drawn, and how they are explained.

    A module's (``pool: module``): how many items from each submodule, and a free-text task for each form. The start
    test's and the final test's (``pool: start``, ``final``): at least how many items from each written module, or
    submodule, and ``anchors``: items of the start pool that the start test and every form of the final test hold, so
    that the gain can be measured. Their forms are drawn by ``lideri draw-tests``.
    """

    id: Identifier  # e.g. m02
    module: Annotated[str, Field(pattern=r"^(\d{1,2}|sakums|noslegums)$")]
    pool: Literal["module", "start", "final"] = "module"
    title: Text
    minutes: int = Field(gt=0)
    per_submodule: dict[str, int] = Field(default_factory=dict)
    per_module: int = Field(default=0, ge=0)
    per_part: int = Field(default=0, ge=0)
    free_text: tuple[Identifier, ...] = ()  # one for each form, in the order of ``forms``
    anchors: tuple[Identifier, ...] = ()
    explain: Literal["after_submit", "after_last_attempt", "never"]
    seed: int
    forms: tuple[Form, ...] = Field(min_length=1)

    @property
    def forms_now(self) -> tuple[Form, ...]:
        """The forms that people may begin."""
        return tuple(form for form in self.forms if not form.retired)


# ── what a trainee may see ──────────────────────────────────────────────────────────────────────────────────────────


class ReleasedItem(Frozen):
    """An item without key, per-option score, feedback or explanation: all that a page, a kernel or a file may hold."""

    id: str
    version: int
    kind: str
    submodule: str
    stem: str
    points: float
    competences: tuple[str, ...] = ()
    options: tuple[Piece, ...] = ()  # single_choice, multiple_choice
    pieces: tuple[Piece, ...] = ()  # order
    left: tuple[Piece, ...] = ()  # match
    right: tuple[Piece, ...] = ()  # match
    spots: tuple[Piece, ...] = ()  # mark_spots
    message: Message | None = None
    unit: str = ""
    min_words: int = 0
    max_words: int = 0
    criteria: tuple[str, ...] = ()  # titles of the rubric's criteria: people may know what is looked at
    scenario: dict[str, Any] | None = None  # simulation: what the place shows, without what gives it away

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A form's fingerprint is made of this: forms used before there were simulations keep theirs.
        dumped: dict[str, Any] = handler(self)
        if dumped.get("scenario") is None:
            dumped.pop("scenario", None)
        return dumped


class ReleasedForm(Frozen):
    id: str
    module: str
    title: str
    minutes: int
    explain: str
    items: tuple[ReleasedItem, ...]
    retired: bool = False  # nobody begins it any more

    @property
    def max_points(self) -> float:
        return sum(item.points for item in self.items)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the form as people meet it. Keys are not in it, so a wrong key may be mended and rescored."""
        text = json.dumps(self.model_dump(mode="json", exclude={"retired"}), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class ChoiceResponse(Frozen):
    kind: Literal["single_choice"]
    choice: Annotated[str, Field(max_length=64)] | None = None


class ChoicesResponse(Frozen):
    kind: Literal["multiple_choice"]
    choices: tuple[Annotated[str, Field(max_length=64)], ...] = Field(default=(), max_length=60)


class OrderResponse(Frozen):
    kind: Literal["order"]
    order: tuple[Annotated[str, Field(max_length=64)], ...] = Field(default=(), max_length=60)  # empty: not touched


class MatchResponse(Frozen):
    kind: Literal["match"]
    pairs: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=64)]] = Field(
        default_factory=dict, max_length=60
    )


class NumberResponse(Frozen):
    kind: Literal["number"]
    text: Annotated[str, Field(max_length=200)] = ""


class ShortTextResponse(Frozen):
    kind: Literal["short_text"]
    text: Annotated[str, Field(max_length=200)] = ""


class SpotsResponse(Frozen):
    kind: Literal["mark_spots"]
    marked: tuple[Annotated[str, Field(max_length=64)], ...] = Field(default=(), max_length=200)


class FreeTextResponse(Frozen):
    kind: Literal["free_text"]
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""


class SimulationResponse(Frozen):
    """``actions`` as `lideri.practice` replays them; empty: nothing was done."""

    kind: Literal["simulation"]
    actions: tuple[dict[str, Any], ...] = Field(default=(), max_length=MAX_ACTIONS)


Response = Annotated[
    ChoiceResponse
    | ChoicesResponse
    | OrderResponse
    | MatchResponse
    | NumberResponse
    | ShortTextResponse
    | SpotsResponse
    | FreeTextResponse
    | SimulationResponse,
    Field(discriminator="kind"),
]
RESPONSE: TypeAdapter[Response] = TypeAdapter(Response)


class AnsweredItem(Frozen):
    """One line of a submission: which item, in which version, and what was answered (None: nothing)."""

    item: str
    version: int
    response: Response | None = None


class SubmissionData(Frozen):
    """An immutable submission as the grader gets it."""

    submission: str
    person: str
    form: str
    answers: tuple[AnsweredItem, ...]

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        seen = [answer.item for answer in self.answers]
        if len(seen) != len(set(seen)):
            raise ValueError("katrs uzdevums iesniegumā drīkst būt vienu reizi")
        return self
