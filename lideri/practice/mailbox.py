"""«Pastkaste»: open simulated messages, look behind sender and link, mark what gives a fraud away, decide.

Actions (``do`` and its fields)::

    open            message
    reveal_sender   message
    reveal_link     message
    mark, unmark    message, spot
    decide          message, decision (real | fraud | ask)
    check           message            locks the decision and the marks
    retry           message            unlocks them; nothing is cleared
    order           steps              every step exactly once; changing the order unlocks it
    check_order

A message must have been opened before anything else is done with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import counted
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Machine,
    Mark,
    Outcome,
    PlaceScenario,
    Scenario,
    allowed_places,
    heading,
    one_of,
    read_order,
    unknown,
    verb,
)

STEPS = "steps"  # the part that is the order of steps, beside the messages
DECISIONS = {
    "real": "Ziņa ir īsta. Rīkošos, kā tajā lūgts.",
    "fraud": "Tā ir krāpšana. Neko no prasītā nedarīšu.",
    "ask": "Vēl nezinu. Piezvanīšu uz oficiālo numuru.",
}
DECISIONS_BY_CHANNEL: Mapping[str, Mapping[str, str]] = {
    "zvans": {
        "real": "Zvans ir īsts. Rīkošos, kā tajā lūgts.",
        "fraud": "Tā ir krāpšana. Nolikšu klausuli.",
        "ask": "Vēl nezinu. Nolikšu klausuli un piezvanīšu uz oficiālo numuru.",
    },
    "tērzēšana": {**DECISIONS, "ask": "Vēl nezinu. Vispirms piezvanīšu uz numuru, ko jau zinu."},
}
OFFICIAL_NUMBER = "Oficiālo numuru meklē iestādes vai bankas lapā, nevis saņemtajā ziņā."
KNOWN_NUMBER = "Pazīstamam cilvēkam zvani uz numuru, ko jau zini, nevis uz to, no kura ziņa atnāca."


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────


class Phrase(Frozen):
    id: Identifier
    text: Text
    sign: bool
    why: Text


class Link(Frozen):
    """``text`` as it stands in the message, ``target`` the address to which it really leads."""

    text: Text
    target: Text


class SimulatedMessage(Frozen):
    id: Identifier
    channel: Literal["e-pasts", "īsziņa", "tērzēšana", "zvans"]
    sender: Text  # as the screen shows it
    address: Text  # what there is behind the sender's name
    subject: Text
    when: Text
    spots: Annotated[tuple[Phrase, ...], Field(min_length=5, max_length=9)]
    link: Link | None = None
    genuine: bool
    verdict: Text
    facts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if len({spot.id for spot in self.spots}) != len(self.spots):
            raise ValueError(f"ziņā {self.id} frāzes id atkārtojas")
        signs = sum(spot.sign for spot in self.spots)
        if self.genuine and signs:
            raise ValueError(f"ziņa {self.id} ir īsta, tāpēc tajā nevar būt krāpšanas pazīmju")
        if not self.genuine and (not signs or not self.facts):
            raise ValueError(f"krāpnieciskā ziņā {self.id} vajag vismaz vienu pazīmi un vismaz vienu faktu")
        if self.link and not any(self.link.text in spot.text for spot in self.spots):
            raise ValueError(f"ziņā {self.id} saites tekstam jābūt kādā no frāzēm")
        return self


class Step(Frozen):
    id: Identifier
    text: Text
    why: Text


class Steps(Frozen):
    """``key`` lists the steps in order; steps in one inner list may stand in any order among themselves."""

    situation: Text
    pieces: Annotated[tuple[Step, ...], Field(min_length=3)]
    key: Annotated[tuple[tuple[Identifier, ...], ...], Field(min_length=2)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _key_names_every_step_once(self) -> Self:
        if sorted(step for group in self.key for step in group) != sorted(piece.id for piece in self.pieces):
            raise ValueError("soļu atslēgā katram solim jābūt tieši vienu reizi")
        return self


class MailboxScenario(PlaceScenario):
    """`course_data/scenarios/mailbox.yml`."""

    kind: Literal["mailbox"]
    notice: Text
    messages: Annotated[tuple[SimulatedMessage, ...], Field(min_length=1)]
    steps: Steps

    @model_validator(mode="after")
    def _each_message_once(self) -> Self:
        ids = [message.id for message in self.messages]
        if len(set(ids)) != len(ids) or STEPS in ids:
            raise ValueError(f"ziņu id nedrīkst atkārtoties, un ziņu nedrīkst saukt «{STEPS}»")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class MessageState:
    opened: bool = False
    sender_revealed: bool = False
    link_revealed: bool = False
    marked: tuple[str, ...] = ()
    decision: str | None = None
    checked: bool = False  # locked now
    tries: int = 0  # how many times it was checked


@dataclass(frozen=True)
class MailboxState:
    """``messages`` holds only opened ones; ``order`` is empty until a person has put the steps in order."""

    messages: Mapping[str, MessageState] = field(default_factory=dict)
    current: str | None = None
    order: tuple[str, ...] = ()
    order_checked: bool = False
    order_tries: int = 0
    last: str | None = None

    def message(self, name: str) -> MessageState:
        return self.messages.get(name, MessageState())

    def with_message(self, name: str, message: MessageState, **changes: Any) -> MailboxState:
        return replace(self, messages={**self.messages, name: message}, **changes)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────


class MailboxMachine(Machine[MailboxState]):
    kind = "mailbox"

    def start(self, scenario: Scenario) -> MailboxState:
        return MailboxState()

    def apply(self, scenario: Scenario, state: MailboxState, action: Action) -> MailboxState:
        do = verb(action)
        if do == "order":
            return replace(
                state,
                order=read_order(action, scenario["steps"]["pieces"]),
                order_checked=False,
                last=_unless(state.last, STEPS),
            )
        if do == "check_order":
            if not state.order:
                raise InvalidAnswer("Vispirms saliec soļus secībā, tad pārbaudi.")
            if state.order_checked:
                return replace(state, last=STEPS)
            return replace(state, order_checked=True, order_tries=state.order_tries + 1, last=STEPS)
        if do in {"open", "reveal_sender", "reveal_link", "mark", "unmark", "decide", "check", "retry"}:
            name = one_of(action, "message", (message["id"] for message in scenario["messages"]), "ziņa")
            return _on_message(_message(scenario, name), state, name, do, action)
        raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        """Sender's address and the link's target are in it: looking at them is for the trainee to do."""
        return {
            **heading(scenario),
            "messages": [
                {
                    **{name: message[name] for name in ("id", "channel", "sender", "address", "subject", "when")},
                    "label": "Mācību piemērs",
                    "spots": [{"id": spot["id"], "text": spot["text"]} for spot in message["spots"]],
                    "link": _link(message),
                    "decisions": [{"id": name, "text": text} for name, text in _decisions(message).items()],
                }
                for message in scenario["messages"]
            ],
            # Sorted by id: the file may well list the steps in the right order.
            "steps": {
                "situation": scenario["steps"]["situation"],
                "pieces": sorted(
                    ({"id": piece["id"], "text": piece["text"]} for piece in scenario["steps"]["pieces"]),
                    key=lambda piece: str(piece["id"]),
                ),
            },
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return (*(message["id"] for message in scenario["messages"]), STEPS)

    def done(self, state: MailboxState) -> tuple[str, ...]:
        done = tuple(name for name, message in state.messages.items() if message.tries)
        return (*done, STEPS) if state.order_tries else done

    def checked(self, scenario: Scenario, state: MailboxState) -> tuple[str, ...]:
        return tuple(
            part
            for part in self.parts(scenario)
            if (state.order_checked if part == STEPS else state.message(part).checked)
        )

    def last(self, state: MailboxState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudītas daļas: {done} no {total}"

    def feedback(self, scenario: Scenario, state: MailboxState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā pastkastē nav ziņas «{about[:40]}». Izvēlies kādu no redzamajām.")
        if about not in self.checked(scenario, state):
            raise InvalidAnswer("Šī daļa vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        if about == STEPS:
            return _judge_order(scenario["steps"], state.order)
        return _judge_message(_message(scenario, about), state.message(about))


# ── actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _on_message(message: Mapping[str, Any], state: MailboxState, name: str, do: str, action: Action) -> MailboxState:
    now = state.message(name)
    if do == "open":
        return state.with_message(name, replace(now, opened=True), current=name)
    if not now.opened:
        raise InvalidAnswer("Vispirms atver ziņu.")
    if do == "reveal_sender":
        return state.with_message(name, replace(now, sender_revealed=True))
    if do == "reveal_link":
        if not message.get("link"):
            raise InvalidAnswer("Šajā ziņā nav saites.")
        return state.with_message(name, replace(now, link_revealed=True))
    if do == "retry":
        if not now.checked:
            raise InvalidAnswer("Šī ziņa vēl nav pārbaudīta, tāpēc atbildi vari brīvi mainīt.")
        return state.with_message(name, replace(now, checked=False), last=_unless(state.last, name))
    if do == "check":
        if now.decision is None:
            raise InvalidAnswer("Vispirms izvēlies, ko darīsi ar šo ziņu.")
        tries = now.tries if now.checked else now.tries + 1
        return state.with_message(name, replace(now, checked=True, tries=tries), last=name)
    if now.checked:
        raise InvalidAnswer("Šī ziņa jau ir pārbaudīta. Lai mainītu atbildi, nospied «Mēģināt vēlreiz».")
    if do == "decide":
        return state.with_message(name, replace(now, decision=one_of(action, "decision", DECISIONS, "lēmums")))
    spots = [spot["id"] for spot in message["spots"]]
    spot = one_of(action, "spot", spots, "frāze")
    marked = {*now.marked, spot} if do == "mark" else set(now.marked) - {spot}
    # In the order of the message, so that the same marks always make the same state.
    return state.with_message(name, replace(now, marked=tuple(each for each in spots if each in marked)))


def _unless(last: str | None, part: str) -> str | None:
    return None if last == part else last


def _message(scenario: Scenario, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(message for message in scenario["messages"] if message["id"] == name)
    return found


def _link(message: Mapping[str, Any]) -> dict[str, str] | None:
    link = message.get("link")
    return {"text": link["text"], "target": link["target"]} if link else None


def _decisions(message: Mapping[str, Any]) -> Mapping[str, str]:
    return DECISIONS_BY_CHANNEL.get(message["channel"], DECISIONS)


def _whom_to_call(message: Mapping[str, Any]) -> str:
    return KNOWN_NUMBER if message["channel"] == "tērzēšana" else OFFICIAL_NUMBER


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _judge_message(message: Mapping[str, Any], state: MessageState) -> Feedback:
    if state.decision == "ask":
        return _asked(message, state)
    if message["genuine"]:
        return _judge_genuine(message, state)
    return _judge_fraud(message, state)


def _asked(message: Mapping[str, Any], state: MessageState) -> Feedback:
    """Calling the official number is always safe, so it is never wrong; it is no answer yet, so never full marks."""
    what = ("īsta" if message["genuine"] else "krāpnieciska") + "."
    noun = "Šis zvans ir" if message["channel"] == "zvans" else "Šī ziņa ir"
    if message["channel"] == "zvans":
        what = "īsts." if message["genuine"] else "krāpniecisks."
    return Feedback(
        "partly",
        f"Droša izvēle. {noun} {what}",
        (message["verdict"], _whom_to_call(message)),
        _marks(message, state, missed=not message["genuine"]),
    )


def _judge_genuine(message: Mapping[str, Any], state: MessageState) -> Feedback:
    call = message["channel"] == "zvans"
    if state.decision == "fraud":
        title = "Piesardzīgi, bet šis zvans ir īsts." if call else "Piesardzīgi, bet šī ziņa ir īsta."
        body = (message["verdict"], f"Ja šaubies, piezvani un pajautā. {_whom_to_call(message)}")
        return Feedback("wrong", title, body, _marks(message, state, missed=False))
    if state.marked:
        body = (
            message["verdict"],
            "Tev šķita aizdomīga kāda parasta frāze. Pie tās izlasi, kāpēc tā šoreiz nav krāpšanas pazīme.",
        )
        title = "Daļēji pareizi. Lēmums ir pareizs."
        return Feedback("partly", title, body, _marks(message, state, missed=False))
    title = "Pareizi. Zvans ir īsts." if call else "Pareizi. Ziņa ir īsta."
    return Feedback("right", title, (message["verdict"],), {})


def _judge_fraud(message: Mapping[str, Any], state: MessageState) -> Feedback:
    signs = [spot["id"] for spot in message["spots"] if spot["sign"]]
    found = [spot for spot in state.marked if spot in signs]
    if state.decision == "real":
        title = "Vēl ne. Šis zvans ir krāpšana." if message["channel"] == "zvans" else "Vēl ne. Šī ziņa ir krāpšana."
        if state.tries < 2:
            return Feedback("wrong", title, (_hint(message, state),), _marks(message, state, missed=False))
        return Feedback("wrong", title, (message["verdict"],), _marks(message, state, missed=True))
    marks = _marks(message, state, missed=True)
    body = [message["verdict"]]
    tip = _unseen(message, state)
    if tip:
        body.append(f"Nākamreiz pirms lēmuma {tip}.")
    if len(found) == len(signs) == len(state.marked):
        title = "Pareizi. " + (
            f"Tu atradi {counted(len(signs), 'pazīmi', 'pazīmes')}: tās ir visas."
            if len(signs) > 1
            else "Tu atradi vienīgo pazīmi."
        )
        return Feedback("right", title, tuple(body), marks)
    if len(found) < len(signs):
        title = f"Daļēji pareizi. Atrastas pazīmes: {len(found)} no {len(signs)}."
    else:
        title = "Daļēji pareizi. Visas pazīmes ir atrastas, bet atzīmēta arī kāda parasta frāze."
    return Feedback("partly", title, ("Lēmums ir pareizs.", *body), marks)


def _unseen(message: Mapping[str, Any], state: MessageState) -> str:
    """What was not looked at, as the rest of a sentence that begins with an advice; empty when everything was."""
    if message.get("link") and not state.link_revealed:
        return "apskati, uz kurieni ved saite"
    if not state.sender_revealed:
        return "apskati, kas slēpjas aiz sūtītāja vārda" if message["channel"] != "zvans" else ""
    return ""


def _hint(message: Mapping[str, Any], state: MessageState) -> str:
    """Where to look again, without naming the signs: the first miss leaves them to be found."""
    unseen = _unseen(message, state)
    where = f"Vispirms {unseen}." if unseen else "Padomā, ko tev lūdz izdarīt un kāpēc tas it kā jādara tūlīt."
    return f"{where} Tad atzīmē, kas šķiet aizdomīgs, un izlem vēlreiz."


def _marks(message: Mapping[str, Any], state: MessageState, *, missed: bool) -> dict[str, Mark]:
    """A mark for every phrase that was flagged and, with ``missed``, for every sign that was not."""
    marks: dict[str, Mark] = {}
    for spot in message["spots"]:
        outcome: Outcome = "right" if spot["sign"] else "wrong"
        if spot["id"] in state.marked:
            marks[spot["id"]] = Mark(outcome, spot["why"])
        elif spot["sign"] and missed:
            marks[spot["id"]] = Mark("partly", f"Neievērota pazīme. {spot['why']}")
    return marks


def _judge_order(steps: Mapping[str, Any], order: tuple[str, ...]) -> Feedback:
    allowed = allowed_places(steps["key"])
    why = {piece["id"]: piece["why"] for piece in steps["pieces"]}
    marks = {step: Mark("right" if index in allowed[step] else "wrong", why[step]) for index, step in enumerate(order)}
    right = sum(mark.outcome == "right" for mark in marks.values())
    if right == len(order):
        return Feedback(
            "right",
            "Pareizi. Tieši tādā secībā.",
            ("Vispirms aizver zagļiem ceļu pie naudas un paraksta, tad ziņo.",),
            marks,
        )
    if order[0] in steps["key"][0]:
        body = ("Sākums ir pareizs: vispirms banka. Pārējos soļus pārkārto un pārbaudi vēlreiz.",)
        return Feedback("partly", f"Daļēji pareizi. Savā vietā ir {right} no {len(order)} soļiem.", body, marks)
    body = ("Padomā, kas ir steidzamākais: kamēr karte un konts nav bloķēti, naudu var turpināt zagt.",)
    return Feedback("wrong", "Vēl ne. Sāc ar to, kas aptur naudas aizplūšanu.", body, marks)
