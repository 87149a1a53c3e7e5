"""«E-adreses mācību pastkaste»: activate, read, answer, write first, let another person look or send, deactivate.

Actions (``do`` and its fields)::

    sign_in      means            one of `MEANS`; what is not qualified is refused, in words
    terms        on               agrees to the terms, or no longer
    activate                      needs a sign-in and the terms, else it says what is missing
    notify       email            where notices of new letters go; empty: nowhere
    open         letter
    answer       letter           begins a draft to the letter's sender
    compose                       begins an empty draft
    draft        to, subject, text, file        the whole draft as it stands now; to and file may be null
    drop                          throws the draft away
    send                          sends the draft, or says what is missing
    grant        person, scope    lets the person look or send; a new scope replaces the earlier one
    look         person           looks what the person may do now
    revoke       person
    deactivate
    restart                       everything from the beginning
    check                         asks how far the tasks are; any later action takes that back

What a person can do wrong is never refused by an exception: ``said`` tells what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.errors import InvalidAnswer
from lideri.practice import working_days as days
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    OnePartMachine,
    PlaceScenario,
    Scenario,
    heading,
    marks_of,
    one_of,
    typed,
    unknown,
    verb,
)

MAX_LETTER = 2000  # characters in the text of one letter

# Means of signing in: id → (name, whether the portal takes it for e-addresses, what is said when it does not).
MEANS: Mapping[str, tuple[str, str]] = {
    "eid": ("eID karte", ""),
    "mobile": ("eParaksts mobile", ""),
    "smart": ("Smart-ID", ""),
    "bank": (
        "Bankas kodu kalkulators",
        "Bankas kodu kalkulatoru portāls vairs nepieņem. Izvēlies eID karti, eParaksts mobile vai Smart-ID.",
    ),
    "password": (
        "E-pasts un parole",
        "Ar e-pastu un paroli e-adresei nepiekļūst: vajag kvalificētu identifikācijas līdzekli. "
        "Izvēlies eID karti, eParaksts mobile vai Smart-ID.",
    ),
}
SCOPES = {"view": "apskatīt", "send": "sūtīt"}
ALWAYS = (
    "Lietot e-pakalpojumus īpašnieka vietā: nedrīkst. Pilnvarojums e-pakalpojumiem ir cita lieta.",
    "Īpašnieka PIN kodus un eID karti: nevajag. Katrs piesakās ar savu līdzekli.",
)
MAY = {  # what a person may do, in words
    "view": (
        "Atvērt un izlasīt šīs e-adreses vēstules: drīkst.",
        "Sūtīt vēstules no šīs e-adreses: nedrīkst. Tam vajag tiesības «sūtīt».",
        *ALWAYS,
    ),
    "send": ("Sūtīt vēstules no šīs e-adreses un sazināties ar iestādēm: drīkst.", *ALWAYS),
}
PLACES = {
    "institution": "Iestāde",
    "entrusted": "Uzticēta valsts funkcija",
    "company": "Uzņēmums",
    "person": "Iedzīvotājs",
}
NOT_WRITABLE = {
    "company": "Vēstule nav nosūtīta. No e-adreses nevar rakstīt uzņēmumam, ja tam nav uzticēta valsts funkcija. "
    "Uzņēmumam raksti e-pastā vai pa pastu.",
    "person": "Vēstule nav nosūtīta. No e-adreses nevar rakstīt citam iedzīvotājam. E-adrese ir saziņai ar iestādēm.",
}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]{2,}")


class Correspondent(Frozen):
    """Somebody in the list of whom one might write to; ``place`` says whether one may."""

    id: Identifier
    name: Text
    place: Literal["institution", "entrusted", "company", "person"] = "institution"


class Letter(Frozen):
    id: Identifier
    sender: Identifier
    subject: Text
    text: Annotated[tuple[Text, ...], Field(min_length=1)]
    sent: date
    time: str = ""


class File(Frozen):
    """``about``: what a person sees when looking into it."""

    id: Identifier
    name: Text
    about: Text


class Person(Frozen):
    id: Identifier
    name: Text
    code: Annotated[str, Field(pattern=r"^(000000-00000|009900-00001)$")]
    about: Text


class Start(Frozen):
    """What was there before the person came; ``rights``: person → scope."""

    active: bool = False
    email: str = ""
    rights: dict[Identifier, Literal["view", "send"]] = Field(default_factory=dict)


class Task(Frozen):
    """One goal over the state. Which further fields it needs depends on ``goal``::

    active         the e-address is active
    inactive       … is not (any more)
    notification   email                notices go there
    read           letter               it was opened
    answered       letter, file         the last answer to it has this file (no ``file``: none is needed)
    wrote          to, file             a letter of one's own to it, the last one with this file
    right          person, scope        the person has this right now, and nobody has one that was not asked for
    gave           person, scope        the person was given this right, now or earlier
    looked         person, scope        one has looked what the person may do with this right
    taken          person               had a right and has none now
    """

    id: Identifier
    text: Text
    goal: Literal["active", "inactive", "notification", "read", "answered", "wrote", "right", "gave", "looked", "taken"]
    why: Text
    email: str | None = None
    letter: Identifier | None = None
    file: Identifier | None = None
    to: Identifier | None = None
    person: Identifier | None = None
    scope: Literal["view", "send"] | None = None


NEEDS = {
    "notification": ("email",),
    "read": ("letter",),
    "answered": ("letter",),
    "wrote": ("to",),
    "right": ("person", "scope"),
    "gave": ("person", "scope"),
    "looked": ("person", "scope"),
    "taken": ("person",),
}


class EAddressScenario(PlaceScenario):
    kind: Literal["e_address"]
    owner: Text
    start: Start = Start()
    correspondents: Annotated[tuple[Correspondent, ...], Field(min_length=1, max_length=12)]
    letters: Annotated[tuple[Letter, ...], Field(max_length=8)] = ()
    files: Annotated[tuple[File, ...], Field(max_length=8)] = ()
    people: Annotated[tuple[Person, ...], Field(max_length=4)] = ()
    tasks: Annotated[tuple[Task, ...], Field(min_length=1, max_length=10)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        known = {
            "letter": {each.id for each in self.letters},
            "file": {each.id for each in self.files},
            "to": {each.id for each in self.correspondents},
            "person": {each.id for each in self.people},
        }
        for letter in self.letters:
            if letter.sender not in known["to"]:
                raise ValueError(f"vēstules {letter.id} sūtītāja «{letter.sender}» nav sarakstā «correspondents»")
            if not days.FIRST <= letter.sent <= days.LAST:
                raise ValueError(f"vēstule {letter.id}: kalendārs zina tikai dienas no {days.FIRST} līdz {days.LAST}")
        for person in self.start.rights:
            if person not in known["person"]:
                raise ValueError(f"cilvēka «{person}» nav sarakstā «people»")
        for task in self.tasks:
            for name in NEEDS.get(task.goal, ()):
                if getattr(task, name) is None:
                    raise ValueError(f"uzdevumam {task.id} ({task.goal}) vajag lauku «{name}»")
            for name, there in known.items():
                value = getattr(task, name)
                if value is not None and value not in there:
                    raise ValueError(f"uzdevums {task.id}: «{value}» ({name}) scenārijā nav")
        return self

    @model_validator(mode="after")
    def _each_id_once(self) -> Self:
        lists = (self.correspondents, self.letters, self.files, self.people)
        ids = [each.id for one in lists for each in one]
        tasks = [task.id for task in self.tasks]
        if len(set(ids)) != len(ids) or len(set(tasks)) != len(tasks):
            raise ValueError("id atkārtojas: adresātiem, vēstulēm, datnēm un cilvēkiem katram vajag savu")
        return self

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        whole = self.model_dump(mode="python")
        machine = EAddressMachine()
        done = [goal.id for goal in machine.goals(whole, machine.start(whole)) if goal.reached >= 1]
        if done:
            raise ValueError(f"uzdevums «{done[0]}» ir izpildīts jau sākumā")
        for task in self.tasks:
            place = next((each.place for each in self.correspondents if each.id == task.to), "institution")
            if place in NOT_WRITABLE:
                raise ValueError(f"uzdevums {task.id}: tādam adresātam no e-adreses rakstīt nevar")
        state = machine.start(whole)
        for action in machine.solution(whole):
            state = machine.apply(whole, state, action)
        missed = [goal.id for goal in machine.goals(whole, state) if goal.reached < 1]
        if missed:
            raise ValueError(f"uzdevumi nav savienojami: «{missed[0]}» nevar izpildīt kopā ar pārējiem")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Draft:
    """A letter being written; ``re`` is the letter that it answers."""

    re: str | None = None
    to: str | None = None
    subject: str = ""
    text: str = ""
    file: str | None = None


@dataclass(frozen=True)
class EAddressState:
    """``given`` and ``looked`` keep (person, scope) ever since the beginning; ``said`` is about the last action.

    ``drafts`` counts drafts begun, so that a page knows a new one from a changed one.
    """

    means: str | None = None
    terms: bool = False
    active: bool = False
    email: str = ""
    read: tuple[str, ...] = ()
    draft: Draft | None = None
    drafts: int = 0
    sent: tuple[Draft, ...] = ()
    rights: Mapping[str, str] = field(default_factory=dict)
    given: tuple[tuple[str, str], ...] = ()
    looked: tuple[tuple[str, str], ...] = ()
    looking: str | None = None  # at whose rights one looks now
    said: str = ""
    went: bool = True  # whether the last action came to what it was for
    checked: bool = False
    tries: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class EAddressMachine(OnePartMachine[EAddressState]):
    kind = "e_address"
    part = "tasks"
    unchecked = "Uzdevumi vēl nav pārbaudīti. Vispirms nospied «Pārbaudīt»."

    def start(self, scenario: Scenario) -> EAddressState:
        begin = scenario["start"]
        return EAddressState(active=begin["active"], email=begin["email"], rights=dict(begin["rights"]))

    def apply(self, scenario: Scenario, state: EAddressState, action: Action) -> EAddressState:
        do = verb(action)
        if do == "check":
            tries = state.tries if state.checked else state.tries + 1
            return replace(state, checked=True, tries=tries, said="")
        state = replace(state, checked=False, said="", went=True)
        if do == "restart":
            return replace(self.start(scenario), tries=state.tries, drafts=state.drafts, said="Viss ir kā sākumā.")
        if do in {"sign_in", "terms", "activate"}:
            return _begin(state, do, action)
        if do not in {
            "notify", "open", "answer", "compose", "draft", "drop", "send", "grant", "look", "revoke", "deactivate"
        }:  # fmt: skip
            raise unknown(do)
        if not state.active:
            return _refused(state, "E-adrese nav aktīva. Vispirms to aktivizē.")
        if do in {"answer", "compose", "draft", "drop", "send"}:
            return _write(scenario, state, do, action)
        if do in {"grant", "look", "revoke"}:
            return _share(scenario, state, do, action)
        if do == "open":
            letter = one_of(action, "letter", _ids(scenario, "letters"), "vēstule")
            return state if letter in state.read else replace(state, read=(*state.read, letter))
        if do == "notify":
            return _notify(state, typed(action, "email").strip())
        return replace(
            state,
            active=False,
            means=None,
            terms=False,
            draft=None,
            looking=None,
            said="E-adrese ir deaktivizēta. Vēstules te vairs nepienāks; iestādes paziņos parastajā kārtībā. "
            "E-adresi vari aktivizēt no jauna.",
        )

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        correspondents = {each["id"]: each["name"] for each in scenario["correspondents"]}
        return {
            **heading(scenario, "owner", "start"),
            "means": [{"id": name, "text": text} for name, (text, _) in MEANS.items()],
            "scopes": [{"id": name, "text": text, "may": list(MAY[name])} for name, text in SCOPES.items()],
            "correspondents": [
                {"id": each["id"], "name": each["name"], "place": each["place"], "what": PLACES[each["place"]]}
                for each in scenario["correspondents"]
            ],
            "letters": [
                {
                    **{name: letter[name] for name in ("id", "sender", "subject", "time")},
                    "from": correspondents[letter["sender"]],
                    "text": list(letter["text"]),
                    "sent": days.in_words(letter["sent"], year=True),
                    "notified": days.on_weekday(days.notified(letter["sent"], "e_address")),
                }
                for letter in scenario["letters"]
            ],
            "files": [{name: each[name] for name in ("id", "name", "about")} for each in scenario["files"]],
            "people": [{name: each[name] for name in ("id", "name", "code", "about")} for each in scenario["people"]],
            "tasks": [{"id": task["id"], "text": task["text"]} for task in scenario["tasks"]],
        }

    def feedback_on_all(self, scenario: Scenario, state: EAddressState) -> Feedback:
        marks = marks_of(self.goals(scenario, state))
        right, total = sum(mark.outcome == "right" for mark in marks.values()), len(marks)
        if right == total:
            return Feedback("right", "Viss izdarīts.", (), marks)
        body = ("Izlasi paskaidrojumu sarakstā «Ko izdarīt» augšā un turpini.",)
        return Feedback("partly" if right else "wrong", f"Izdarīts: {right} no {total}.", body, marks)

    # ── as a scored task ────────────────────────────────────────────────────────────────────────────────────────────

    def goals(self, scenario: Scenario, state: EAddressState) -> tuple[Goal, ...]:
        goals = []
        for task in scenario["tasks"]:
            reached = _reached(scenario, state, task)
            aside = "" if reached else _aside(scenario, state, task)
            goals.append(Goal(task["id"], task["text"], float(reached), f"{aside} {task['why']}".strip()))
        return tuple(goals)

    def told(self, scenario: Scenario, state: EAddressState) -> list[str]:
        names = _names(scenario)
        lines = []
        if state.active and not scenario["start"]["active"]:
            with_what = f" (pieteikšanās līdzeklis: {MEANS[state.means][0]})" if state.means else ""
            lines.append(f"E-adrese ir aktivizēta{with_what}")
        if not state.active and scenario["start"]["active"]:
            lines.append("E-adrese ir deaktivizēta")
        if state.email != scenario["start"]["email"]:
            lines.append(f"E-pasts paziņojumiem: {state.email}" if state.email else "E-pasts paziņojumiem ir izdzēsts")
        lines += [f"Izlasīta vēstule «{names[letter]}»" for letter in state.read]
        for each in state.sent:
            file = f"pievienota datne «{names[each.file]}»" if each.file else "bez datnes"
            what = "Nosūtīta atbilde" if each.re else "Nosūtīta vēstule"
            lines.append(f"{what} ({names[str(each.to)]}), {file}")
        for person, scope in state.given:
            lines.append(f"{names[person]}: dotas tiesības {SCOPES[scope]}")
        lines += [f"Apskatīts, ko drīkst {names[person]}" for person, _ in state.looked]
        taken = {person for person, _ in state.given} | set(scenario["start"]["rights"])
        lines += [f"{names[person]}: tiesības atsauktas" for person in names if person in taken - set(state.rights)]
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        """In the order of the tasks, but rights that stay come after those that were only tried, and ends last."""
        actions: list[Action] = []
        if not scenario["start"]["active"]:
            actions += [{"do": "sign_in", "means": "eid"}, {"do": "terms", "on": True}, {"do": "activate"}]
        letters = {letter["id"]: letter for letter in scenario["letters"]}
        last = ("right", "taken", "inactive")
        for task in sorted(
            scenario["tasks"], key=lambda task: last.index(task["goal"]) + 1 if task["goal"] in last else 0
        ):
            person, written = task["person"], {"subject": "Atbilde", "text": "Labdien! Sūtu prasīto."}
            match task["goal"]:
                case "notification":
                    actions.append({"do": "notify", "email": task["email"]})
                case "read":
                    actions.append({"do": "open", "letter": task["letter"]})
                case "answered":
                    sender = letters[task["letter"]]["sender"]
                    actions += [{"do": "open", "letter": task["letter"]}, {"do": "answer", "letter": task["letter"]}]
                    actions.append({"do": "draft", "to": sender, "file": task["file"], **written})
                    actions.append({"do": "send"})
                case "wrote":
                    actions.append({"do": "compose"})
                    actions.append({"do": "draft", "to": task["to"], "file": task["file"], **written})
                    actions.append({"do": "send"})
                case "right" | "gave":
                    actions.append({"do": "grant", "person": person, "scope": task["scope"]})
                case "looked":
                    actions.append({"do": "grant", "person": person, "scope": task["scope"]})
                    actions.append({"do": "look", "person": person})
                case "taken":
                    actions.append({"do": "revoke", "person": person})
                case "inactive":
                    actions.append({"do": "deactivate"})
        return (*actions, {"do": "check"})


# ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(state: EAddressState, do: str, action: Action) -> EAddressState:
    if do == "sign_in":
        means = one_of(action, "means", MEANS, "līdzeklis")
        name, refusal = MEANS[means]
        if refusal:
            return _refused(replace(state, means=None), refusal)
        return replace(state, means=means, said=f"Pieteikšanās izdevās. Līdzeklis: {name}.")
    if do == "terms":
        if not isinstance(action.get("on"), bool):
            raise InvalidAnswer("Izvēli nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
        return replace(state, terms=action["on"])
    if state.active:
        return replace(state, said="E-adrese jau ir aktīva.")
    if state.means is None:
        return _refused(state, "Vispirms piesakies.")
    if not state.terms:
        return _refused(state, "E-adrese vēl nav izveidota: vispirms izlasi un apstiprini lietošanas noteikumus.")
    return replace(
        state,
        active=True,
        said="E-adrese ir izveidota un aktīva.",
    )


def _notify(state: EAddressState, email: str) -> EAddressState:
    if not email:
        said = "E-pasts paziņojumiem nav norādīts. Par jaunu vēstuli neviens nepaziņos, bet termiņš tik un tā rit."
        return replace(state, email="", said=said)
    if not _EMAIL.fullmatch(email):
        return _refused(
            state, f"«{email}» nav pilna e-pasta adrese. Tai jābūt ar @ un punktu, piemēram, vards@pasts.example."
        )
    said = f"Par jaunām vēstulēm ziņos uz {email}. Pārlasi, vai adresē nav kļūdas."
    return replace(state, email=email, said=said)


def _write(scenario: Scenario, state: EAddressState, do: str, action: Action) -> EAddressState:
    if do == "answer":
        name = one_of(action, "letter", _ids(scenario, "letters"), "vēstule")
        letter = next(each for each in scenario["letters"] if each["id"] == name)
        draft = Draft(re=name, to=letter["sender"], subject=f"Atbilde: {letter['subject']}")
        return replace(state, draft=draft, drafts=state.drafts + 1)
    if do == "compose":
        return replace(state, draft=Draft(), drafts=state.drafts + 1)
    draft_now = state.draft
    if draft_now is None:
        return _refused(state, "Vēstule vēl nav iesākta.")
    if do == "drop":
        return replace(state, draft=None, said="Melnraksts ir dzēsts.")
    if do == "draft":
        to, file = action.get("to"), action.get("file")
        if to is not None:
            one_of(action, "to", _ids(scenario, "correspondents"), "adresāts")
        text = action.get("text")
        if not isinstance(text, str) or len(text) > MAX_LETTER:
            raise InvalidAnswer(f"Vēstules tekstu nevarēja nolasīt. Ieraksti ne vairāk kā {MAX_LETTER} zīmes.")
        return replace(
            state,
            draft=Draft(
                re=draft_now.re,
                to=draft_now.to if draft_now.re else to,
                subject=typed(action, "subject"),
                text=text,
                file=None if file is None else one_of(action, "file", _ids(scenario, "files"), "datne"),
            ),
        )
    if draft_now.to is None:
        return _refused(state, "Vēstule vēl nav nosūtīta: izvēlies, kam rakstīt.")
    place = next(each for each in scenario["correspondents"] if each["id"] == draft_now.to)
    if place["place"] in NOT_WRITABLE:
        return _refused(state, NOT_WRITABLE[place["place"]])
    if not draft_now.subject.strip() or not draft_now.text.strip():
        what = "ieraksti tematu" if not draft_now.subject.strip() else "ieraksti tekstu"
        return _refused(state, f"Vēstule vēl nav nosūtīta: {what}.")
    file_name = _names(scenario)[draft_now.file] if draft_now.file else None
    with_file = f"Pievienotā datne: {file_name}." if file_name else "Datnes nav pievienotas."
    said = f"Vēstule ir nosūtīta. Adresāts: {place['name']}. {with_file}"
    return replace(state, sent=(*state.sent, draft_now), draft=None, said=said)


def _share(scenario: Scenario, state: EAddressState, do: str, action: Action) -> EAddressState:
    person = one_of(action, "person", _ids(scenario, "people"), "cilvēks")
    name = _names(scenario)[person]
    if do == "grant":
        scope = one_of(action, "scope", SCOPES, "tiesības")
        given = (*state.given, (person, scope)) if (person, scope) not in state.given else state.given
        said = f"{name} tagad drīkst {SCOPES[scope]}. Tiesības var atsaukt jebkurā brīdī."
        return replace(state, rights={**state.rights, person: scope}, given=given, looking=None, said=said)
    if person not in state.rights:
        return _refused(state, f"{name}: tiesību šai e-adresei nav.")
    if do == "look":
        pair = (person, state.rights[person])
        looked = state.looked if pair in state.looked else (*state.looked, pair)
        return replace(state, looked=looked, looking=person)
    rights = {other: scope for other, scope in state.rights.items() if other != person}
    return replace(state, rights=rights, looking=None, said=f"Atsaukts. {name} šai e-adresei vairs nepiekļūst.")


def _refused(state: EAddressState, said: str) -> EAddressState:
    return replace(state, said=said, went=False)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


def _reached(scenario: Scenario, state: EAddressState, task: Mapping[str, Any]) -> bool:
    person, scope = task["person"], task["scope"]
    match task["goal"]:
        case "active":
            return state.active
        case "inactive":
            return not state.active
        case "notification":
            return state.active and state.email.casefold() == str(task["email"]).casefold()
        case "read":
            return task["letter"] in state.read
        case "answered" | "wrote":
            last = _last_sent(state, task)
            return last is not None and (task["file"] is None or last.file == task["file"])
        case "right":
            return state.rights.get(person) == scope and not _unasked(scenario, state)
        case "gave":
            return (person, scope) in state.given
        case "looked":
            return (person, scope) in state.looked
        case _:  # taken
            had = person in scenario["start"]["rights"] or any(person == other for other, _ in state.given)
            return had and person not in state.rights


def _aside(scenario: Scenario, state: EAddressState, task: Mapping[str, Any]) -> str:
    """What stands there instead of what was asked, when that can be said."""
    names, person, scope = _names(scenario), task["person"], task["scope"]
    match task["goal"]:
        case "notification" if state.email:
            return f"Tagad tur ir «{state.email}»."
        case "answered" | "wrote":
            last = _last_sent(state, task)
            if last is not None:
                got = f"datni «{names[last.file]}»" if last.file else "vēstuli bez datnes"
                return f"Iestāde saņēma {got}; raksti vēlreiz un pievieno īsto."
        case "right" if state.rights.get(person) == scope:
            return f"Tiesības ir arī citam, kam tās nav prasītas: {names[_unasked(scenario, state)[0]]}."
        case "right" | "gave" if person in state.rights:
            return f"Tagad {names[person]} drīkst {SCOPES[state.rights[person]]}."
        case "taken" if person in state.rights:
            return f"{names[person]} e-adresei vēl piekļūst."
    return ""


def _last_sent(state: EAddressState, task: Mapping[str, Any]) -> Draft | None:
    wanted = (task["letter"], None) if task["goal"] == "answered" else (None, task["to"])
    found = (each for each in reversed(state.sent) if (each.re, None if each.re else each.to) == wanted)
    return next(found, None)


def _unasked(scenario: Scenario, state: EAddressState) -> tuple[str, ...]:
    """People with a right that no task asks for and that was not there in the beginning."""
    asked = {task["person"] for task in scenario["tasks"] if task["goal"] in {"right", "gave"}}
    return tuple(person for person in state.rights if person not in asked and person not in scenario["start"]["rights"])


def _ids(scenario: Scenario, name: str) -> tuple[str, ...]:
    return tuple(each["id"] for each in scenario[name])


def _names(scenario: Scenario) -> dict[str, str]:
    """Everything with a name in the scenario, by its id."""
    letters = {letter["id"]: letter["subject"] for letter in scenario["letters"]}
    lists = ("correspondents", "files", "people")
    return {**letters, **{each["id"]: each["name"] for name in lists for each in scenario[name]}}
