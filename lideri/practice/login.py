"""«Vienotā pieteikšanās»: a made-up log-in page, an eID card in a reader, a phone with an app, a caller, a clock.

A scenario is a list of cases. In a case one logs in or signs, or notices that somebody else wants to; a case with a
``plan`` asks for steps in order (a lost card). Each case is over by what was done in it and may be begun anew at will.

Actions (``do``, ``case`` and their fields)::

    open                            shows that case
    means          means            chooses card or phone on the page (the phone gets its request)
    back                            back to the choice; a request on its way is taken back
    insert, remove                  the card and the reader
    envelope                        opens or closes the PIN envelope
    pin            on, text         types a PIN into the page (on: card) or the phone
    puk            text             types the PUK for the locked PIN of the card
    new_envelope                    goes to PMLP with the card
    register                        makes a new account in the phone's app
    wait           hours            1, 3 or 24, while the phone's app is locked
    refuse                          on the phone
    listen, tell, hang_up           in a call: hears more, tells the code, ends it
    look                            compares the page's address with the true one
    close, help                     closes the page; asks for help before doing anything
    plan           steps            the whole plan, in order
    check_plan
    mend_plan                       takes the checked plan up again, as it stands
    again                           begins the case anew

Locks are those of the facts «eid-tris-meginajumi» and «smart-id-blokesana». What no fact says is not decided here:
wrong PUKs are not counted, and the page says that this is so in practice only. Whatever a person can do wrong by
honest means is state with a message (``says``); only what no page offers raises `InvalidAnswer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import counted
from lideri.errors import InvalidAnswer
from lideri.practice.domains import host_of
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    Machine,
    Mark,
    Outcome,
    PlaceScenario,
    Scenario,
    heading,
    listed,
    marks_of,
    one_of,
    typed,
    unknown,
    verb,
)

TRIES = 3  # wrong ones in a row lock a PIN, on the card and in the app
LOCK_HOURS = (3, 24)  # first and second lock of the app; the third is for good
WAITS = (1, 3, 24)
START_OF_CLOCK = 9  # o'clock on a Monday
DAYS = ("pirmdiena", "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena")
MAX_PLAN = 12

Pin4 = Annotated[str, Field(pattern=r"^\d{4}$")]
Pin6 = Annotated[str, Field(pattern=r"^\d{6}$")]
Puk = Annotated[str, Field(pattern=r"^\d{8}$")]
Code = Annotated[str, Field(pattern=r"^\d{4}$")]
Want = Literal[
    "logged_in",
    "logged_in_with_card",
    "logged_in_with_phone",
    "signed",
    "nothing_given",
    "refused",
    "hung_up",
    "page_closed",
    "address_compared",
    "envelope_opened",
    "unlocked_with_puk",
    "new_envelope",
    "locked_3_hours",
    "locked_24_hours",
    "locked_for_good",
    "new_account",
]
End = Literal["logged_in", "signed", "given", "refused", "hung_up", "closed", "help", "planned"]


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────


class CardCodes(Frozen):
    """What stands in a PIN envelope."""

    pin1: Pin4
    pin2: Pin6
    puk: Puk


class Card(Frozen):
    """``codes`` left out: forgotten, and no envelope. ``new`` stands in the envelope that PMLP would give."""

    codes: CardCodes | None = None
    new: CardCodes = CardCodes(pin1="2750", pin2="618304", puk="40917263")
    wrong_pin1: int = Field(default=0, ge=0, le=TRIES)  # wrong tries before the case begins; 3: locked
    wrong_pin2: int = Field(default=0, ge=0, le=TRIES)


class PhoneCodes(Frozen):
    pin1: Pin4
    pin2: Annotated[str, Field(pattern=r"^\d{5}$")]


class Phone(Frozen):
    """``codes`` left out: forgotten. ``new`` are those chosen when a new account is made."""

    codes: PhoneCodes | None = None
    new: PhoneCodes = PhoneCodes(pin1="5162", pin2="70438")
    wrong: int = Field(default=0, ge=0, lt=TRIES)  # wrong tries before the case begins
    locks: int = Field(default=0, ge=0, le=2)  # how often it was locked before; those locks are over


class Request(Frozen):
    """What the phone asks. ``text`` as it stands there; ``code`` left out: the same as on the page."""

    text: Text
    code: Code | None = None
    asks: Literal["pin1", "pin2"] | None = None  # left out: what the page's purpose needs
    uninvited: bool = False  # there from the beginning, though nothing was begun


class Web(Frozen):
    """The page in the browser. ``address`` left out: the true one of the scenario."""

    address: Text | None = None
    purpose: Literal["login", "sign"] = "login"
    what: Text = "Mans konts"  # which service it is for, or which document
    code: Code = "4821"  # the control code it shows
    means: Annotated[tuple[Literal["card", "phone"], ...], Field(min_length=1, max_length=2)] = ("card", "phone")


class Call(Frozen):
    """``says``: the caller's words, one after another; ``wants``: what the button for telling it says."""

    who: Text
    number: Text = "Numurs nav redzams"
    says: Annotated[tuple[Text, ...], Field(min_length=1, max_length=6)]
    wants: Text = "Nosaukt PIN1 kodu"


class PlanStep(Frozen):
    """``why``: why it belongs where it belongs, or nowhere."""

    id: Identifier
    text: Text
    why: Text


class Plan(Frozen):
    """``key``: the steps in order, those in one inner list in any order; a piece that is not in it is a mistake."""

    pieces: Annotated[tuple[PlanStep, ...], Field(min_length=3, max_length=MAX_PLAN)]
    key: Annotated[tuple[tuple[Identifier, ...], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _key_names_pieces_once(self) -> Self:
        named = [step for group in self.key for step in group]
        if len(set(named)) != len(named) or not set(named) <= {piece.id for piece in self.pieces}:
            raise ValueError("plāna atslēgā katram solim jābūt no saraksta «pieces» un tikai vienu reizi")
        return self


class CaseGoal(Frozen):
    want: Want
    text: Text
    why: Text


class Case(Frozen):
    """``ends``: what came of it, by the way it ended; ``why``: what gave it away. Both are told when it is over.

    ``hint`` is there for whoever asks, at any time; a case with one has no button that ends it by asking for advice.
    """

    id: Identifier
    title: Text
    task: Text
    hint: str = ""
    page: Web | None = None
    card: Card | None = None
    phone: Phone | None = None
    request: Request | None = None
    call: Call | None = None
    plan: Plan | None = None
    goals: tuple[CaseGoal, ...] = ()
    ends: dict[End, Text] = Field(default_factory=dict)
    why: Text
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.plan:
            if self.page or self.card or self.phone or self.call or self.request or self.goals:
                raise ValueError(f"gadījumā {self.id} ir plāns, tāpēc ierīču un mērķu tajā nav")
            return self
        if not self.goals or len({goal.want for goal in self.goals}) != len(self.goals):
            raise ValueError(f"gadījumā {self.id} vajag vismaz vienu mērķi, un «want» nedrīkst atkārtoties")
        for means in self.page.means if self.page else ():
            if (self.card if means == "card" else self.phone) is None:
                raise ValueError(f"gadījumā {self.id} lapa piedāvā «{means}», bet tādas ierīces nav")
        if self.phone and self.request is None:
            raise ValueError(f"gadījumā {self.id} ir tālrunis, tāpēc vajag «request»: ko tas rāda")
        if self.request and (self.phone is None or (self.page is None and not self.request.uninvited)):
            raise ValueError(f"gadījumā {self.id} pieprasījumam nav tālruņa vai lapas, no kuras tas nāk")
        if self.request and self.request.uninvited and (self.request.code is None or self.request.asks is None):
            raise ValueError(f"gadījumā {self.id} nesauktam pieprasījumam vajag «code» un «asks»")
        if self.request and self.request.uninvited and self.page:
            raise ValueError(f"gadījumā {self.id} pieprasījums nāk nesaukts, tāpēc lapas tajā nav")
        if not (self.page or self.call or self.request):
            raise ValueError(f"gadījumā {self.id} nav, ko darīt: vajag lapu, zvanu, pieprasījumu vai plānu")
        return self


class LoginScenario(PlaceScenario):
    """``address`` is the true address of the made-up page; it must end in `.example`."""

    kind: Literal["login"]
    address: Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+\.example(/\S*)?$")] = (
        "https://vienota-pieteiksanas.example/"
    )
    cases: Annotated[tuple[Case, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _each_case_once(self) -> Self:
        if len({case.id for case in self.cases}) != len(self.cases):
            raise ValueError("gadījumu id nedrīkst atkārtoties")
        for case in self.cases:
            address = case.page.address if case.page else None
            if address is None or address == self.address:
                continue
            if not host_of(address).endswith(".example"):
                raise ValueError(f"gadījumā {case.id} lapas adresei jābeidzas ar .example")
            if case.page and "card" in case.page.means:
                raise ValueError(f"gadījumā {case.id} lapa nav īstā, tāpēc «means» ir tikai [phone]")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CaseState:
    """``screen`` is what the page shows: choice, card, phone, done, closed, or none where there is no page.

    ``says`` is the newest message and ``says_at`` the thing that says it: page, card, phone, call, note,
    or aside for what the drawing shows anyway.
    ``until`` is in minutes on the case's clock. ``app_locks`` counts the locks of the
    account there is now, ``most_locks`` those of any account.
    """

    screen: str = "none"
    says: str = ""
    says_at: str = ""
    clock: int = 0
    card_in: bool = False
    envelope: bool = False
    read: bool = False
    renewed: bool = False
    wrong: Mapping[str, int] = field(default_factory=lambda: {"pin1": 0, "pin2": 0})
    missed: int = 0
    unlocked: tuple[str, ...] = ()
    app_wrong: int = 0
    app_locks: int = 0
    most_locks: int = 0
    until: int = 0
    registered: bool = False
    request: str = ""  # "" | waiting | confirmed | refused
    call: str = ""  # "" | on | told | ended
    heard: int = 0
    looked: bool = False
    closed: bool = False
    helped: bool = False
    done_with: str = ""  # card | phone, when one's own log-in or signing came through
    plan: tuple[str, ...] = ()
    plan_checked: bool = False


@dataclass(frozen=True)
class LoginState:
    """``finished``: cases that were over at least once. ``over`` and ``locked`` follow from the rest, for the page."""

    open: str
    cases: Mapping[str, CaseState]
    finished: tuple[str, ...] = ()
    last: str | None = None
    over: tuple[str, ...] = ()
    clocks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── what follows from a case and its state ──────────────────────────────────────────────────────────────────────────


def _pin_of(case: Scenario) -> str:
    """The PIN that the page's purpose needs."""
    return "pin2" if case["page"] and case["page"]["purpose"] == "sign" else "pin1"


def _asked(case: Scenario) -> str:
    """The PIN that the phone asks for."""
    return str(case["request"]["asks"] or _pin_of(case))


def _codes(case: Scenario, state: CaseState, device: str) -> Mapping[str, str] | None:
    """The codes that are valid now; None where nobody knows them."""
    has = case[device]
    changed = state.registered if device == "phone" else state.renewed
    found: Mapping[str, str] | None = has["new"] if changed else has["codes"]
    return found


def _is_own(scenario: Scenario, case: Scenario) -> bool:
    """Whether the phone's request belongs to the person's own log-in: begun here, same code, the PIN it needs."""
    page, request = case["page"], case["request"]
    if page is None or request["uninvited"]:
        return False
    same_code = request["code"] in (None, page["code"])
    return same_code and _asked(case) == _pin_of(case) and _is_true_page(scenario, case)


def _is_true_page(scenario: Scenario, case: Scenario) -> bool:
    return case["page"]["address"] in (None, scenario["address"])


def _is_locked(state: CaseState) -> bool:
    return _is_dead(state) or state.until > state.clock


def _is_dead(state: CaseState) -> bool:
    return state.app_locks > len(LOCK_HOURS)


def _end(case: Scenario, state: CaseState, is_own: Callable[[], bool]) -> End | None:
    """How the case ended; None while it goes on. What was given away outweighs everything else."""
    if case["plan"]:
        return "planned" if state.plan_checked else None
    if state.call == "told" or (state.request == "confirmed" and not is_own()):
        return "given"
    if state.done_with:
        return "signed" if case["page"]["purpose"] == "sign" else "logged_in"
    if state.helped:
        return "help"
    if state.closed and state.request != "waiting":
        return "closed"
    if state.call == "on" or state.request == "waiting":
        return None
    if state.request == "refused":
        return "refused"
    if state.call == "ended":
        return "hung_up"
    return None


def _day_and_time(minutes: int) -> tuple[str, str]:
    """The simulated time: it begins on a Monday at nine."""
    hours, rest = divmod(minutes, 60)
    days, hour = divmod(hours + START_OF_CLOCK, 24)
    return DAYS[days % 7], f"plkst. {hour}.{rest:02d}"


def clock_in_words(minutes: int) -> str:
    """What the clock shows.

    >>> clock_in_words(0), clock_in_words(27 * 60)
    ('pirmdiena, plkst. 9.00', 'otrdiena, plkst. 12.00')
    """
    return ", ".join(_day_and_time(minutes))


def at_clock(minutes: int) -> str:
    """When something will be.

    >>> at_clock(3 * 60)
    'pirmdien plkst. 12.00'
    """
    day, time = _day_and_time(minutes)
    return f"{day.removesuffix('a')} {time}"


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────

SHOWN_OF_CASE = ("id", "title", "task", "page", "card", "phone", "request", "call")


class LoginMachine(Machine[LoginState]):
    kind = "login"

    def start(self, scenario: Scenario) -> LoginState:
        cases = {case["id"]: _begin(case) for case in scenario["cases"]}
        return self._seen(scenario, LoginState(scenario["cases"][0]["id"], cases))

    def apply(self, scenario: Scenario, state: LoginState, action: Action) -> LoginState:
        do = verb(action)
        if do not in ACTIONS:
            raise unknown(do)
        name = one_of(action, "case", state.cases, "gadījums")
        case, now = _case(scenario, name), state.cases[name]
        if do == "open":
            return replace(state, open=name, last=name if name in state.over else None)
        if do == "again":
            after = _begin(case)
        elif do == "mend_plan" and name in state.over and case["plan"]:
            after = replace(now, says="", says_at="", plan_checked=False)
        elif name in state.over:
            raise InvalidAnswer("Šis gadījums ir pabeigts. Lai mēģinātu citādi, nospied «Sākt šo gadījumu no jauna».")
        else:
            after = ACTIONS[do](_Turn(scenario, case, now, action))
        return self._seen(scenario, replace(state, open=name, cases={**state.cases, name: after}))

    def _seen(self, scenario: Scenario, state: LoginState) -> LoginState:
        """With all that follows from the cases' states."""
        over = tuple(case["id"] for case in scenario["cases"] if self._end(scenario, case, state))
        clocks = {
            case["id"]: _clocks(state.cases[case["id"]]) for case in scenario["cases"] if case["phone"] is not None
        }
        finished = (*state.finished, *(name for name in over if name not in state.finished))
        last = state.open if state.open in over else None
        return replace(state, over=over, finished=finished, last=last, clocks=clocks)

    def _end(self, scenario: Scenario, case: Scenario, state: LoginState) -> End | None:
        return _end(case, state.cases[case["id"]], lambda: _is_own(scenario, case))

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "address"),
            "cases": [
                {
                    **{name: case[name] for name in SHOWN_OF_CASE},
                    **({"hint": case["hint"]} if case.get("hint") else {}),
                    "plan": case["plan"] and {"pieces": _mixed(case["plan"]["pieces"])},
                }
                for case in scenario["cases"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(case["id"] for case in scenario["cases"])

    def done(self, state: LoginState) -> tuple[str, ...]:
        return state.finished

    def checked(self, scenario: Scenario, state: LoginState) -> tuple[str, ...]:
        return state.over

    def last(self, state: LoginState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Izspēlēts: {done} no {total}"

    def feedback(self, scenario: Scenario, state: LoginState, about: str) -> Feedback:
        if about not in state.cases:
            raise InvalidAnswer(f"Šajā uzdevumā nav gadījuma «{about[:40]}». Izvēlies kādu no redzamajiem.")
        if about not in state.over:
            raise InvalidAnswer("Šis gadījums vēl nav galā. Rīkojies tālāk, tad uzzināsi, kā izdevās.")
        case = _case(scenario, about)
        end = self._end(scenario, case, state)
        goals = self._goals_of(scenario, case, state)
        marks = marks_of(goals)
        missed = tuple(goal.why for goal in goals if goal.reached < 1)
        if end in {"logged_in", "signed"}:
            missed = tuple(f"Vēl nav izdarīts: «{goal.text}». {goal.why}" for goal in goals if goal.reached < 1)
        careful = end in {"refused", "hung_up", "closed", "help"}
        outcome: Outcome = "right" if not missed else "wrong"
        if missed and end != "given" and (careful or len(missed) < len(goals)):
            outcome = "partly"
        if end == "planned":
            marks |= {
                goal.id: Mark("partly", f"{_ELSEWHERE} {goal.why}")
                for goal in goals
                if self._elsewhere(state, case, goal)
            }
            return Feedback(outcome, PLAN_TITLES[outcome], (case["why"],), marks)
        told = case["ends"].get(end) or ENDS[end or "help"]
        title = _NOT_ALL if outcome == "partly" and not careful else TITLES[outcome]
        return Feedback(outcome, title, tuple(dict.fromkeys((told, *missed, case["why"]))), marks)

    def _elsewhere(self, state: LoginState, case: Scenario, goal: Goal) -> bool:
        """Whether this step belongs to the plan and is in it, only not where it should be."""
        step = goal.id.removeprefix(f"{case['id']}.")
        return (
            goal.reached < 1
            and step in state.cases[case["id"]].plan
            and any(step in one for one in case["plan"]["key"])
        )

    def goals(self, scenario: Scenario, state: LoginState) -> tuple[Goal, ...]:
        return tuple(goal for case in scenario["cases"] for goal in self._goals_of(scenario, case, state))

    def _goals_of(self, scenario: Scenario, case: Scenario, state: LoginState) -> tuple[Goal, ...]:
        now = state.cases[case["id"]]
        if case["plan"]:
            return _plan_goals(case, now.plan)
        end = self._end(scenario, case, state)
        return tuple(
            Goal(f"{case['id']}.{goal['want']}", goal["text"], float(WANTS[goal["want"]](now, end)), goal["why"])
            for goal in case["goals"]
        )

    def told(self, scenario: Scenario, state: LoginState) -> list[str]:
        lines = []
        for case in scenario["cases"]:
            if done := _in_words(case, state.cases[case["id"]], self._end(scenario, case, state)):
                if len(scenario["cases"]) > 1:
                    lines += [f"«{case['title']}»: {each}" for each in done]
                else:
                    lines += [each[:1].upper() + each[1:] for each in done]
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        return tuple(action for case in scenario["cases"] for action in self._solution_of(scenario, case))

    def _solution_of(self, scenario: Scenario, case: Scenario) -> Iterable[Action]:
        name = case["id"]
        if case["plan"]:
            steps = [step for group in case["plan"]["key"] for step in group]
            return ({"do": "plan", "case": name, "steps": steps}, {"do": "check_plan", "case": name})
        return ({"case": name, **each} for each in _way(scenario, case, {goal["want"] for goal in case["goals"]}))


PLAN_TITLES: Mapping[Outcome, str] = MappingProxyType(
    {
        "right": "Plāns ir pareizs.",
        "partly": "Daļa plāna ir pareiza.",
        "wrong": "Šāds plāns nepalīdz.",
        "unsure": "Nevarējām novērtēt.",
    }
)
TITLES: Mapping[Outcome, str] = MappingProxyType(
    {
        "right": "Pareizi.",
        "partly": "Droši, bet vēl ne viss.",
        "wrong": "Šoreiz neizdevās.",
        "unsure": "Nevarējām novērtēt.",
    }
)
_ELSEWHERE = "Šis solis ir vajadzīgs, bet ne šajā vietā."
_NOT_ALL = "Izdevās, bet ne viss, ko prasīja uzdevums."
ENDS: Mapping[str, str] = MappingProxyType(
    {
        "logged_in": "Pieteikšanās izdevās.",
        "signed": "Dokuments ir parakstīts.",
        "given": "Svešais ieguva, ko prasīja, un tagad var rīkoties tavā vārdā.",
        "refused": "Pieprasījums ir atteikts, un nekas nav apstiprināts.",
        "hung_up": "Saruna ir beigta, un kods nav nosaukts.",
        "closed": "Lapa ir aizvērta, un nekas nav apstiprināts.",
        "help": "Tu prasi padomu, pirms kaut ko apstiprini. Tas ir droši.",
    }
)


def _case(scenario: Scenario, name: str) -> Scenario:
    found: Scenario = next(case for case in scenario["cases"] if case["id"] == name)
    return found


def _mixed(pieces: Sequence[Scenario]) -> list[dict[str, str]]:
    """By id: the file may well list them in the right order."""
    return [{"id": piece["id"], "text": piece["text"]} for piece in sorted(pieces, key=lambda piece: str(piece["id"]))]


def _begin(case: Scenario) -> CaseState:
    card, phone = case["card"], case["phone"]
    return CaseState(
        screen="choice" if case["page"] else "none",
        wrong={"pin1": card["wrong_pin1"] if card else 0, "pin2": card["wrong_pin2"] if card else 0},
        app_wrong=phone["wrong"] if phone else 0,
        app_locks=phone["locks"] if phone else 0,
        most_locks=phone["locks"] if phone else 0,
        request="waiting" if case["request"] and case["request"]["uninvited"] else "",
        call="on" if case["call"] else "",
    )


def _clocks(state: CaseState) -> dict[str, str]:
    """The simulated time in words, and how the app is locked: until when, for good, or not at all."""
    until = "for_good" if _is_dead(state) else at_clock(state.until) if _is_locked(state) else ""
    return {"now": clock_in_words(state.clock), "locked": until}


# ── actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Turn:
    """One action in one case."""

    scenario: Scenario
    case: Scenario
    state: CaseState
    action: Action

    def needs(self, *things: str) -> None:
        for thing in things:
            if self.case[thing] is None:
                raise InvalidAnswer("Šajā gadījumā tā darīt nevar. Izvēlies no redzamā.")

    def only(self, possible: bool) -> None:
        """What the page offers only at times."""
        if not possible:
            raise InvalidAnswer("To šobrīd darīt nevar. Pārlādē lapu un turpini no redzamā.")

    def after(self, says_at: str, says: str, **changes: Any) -> CaseState:
        return replace(self.state, says_at=says_at, says=says, **changes)


def _means(turn: _Turn) -> CaseState:
    turn.needs("page")
    means = one_of(turn.action, "means", turn.case["page"]["means"], "veids")
    turn.only(turn.state.screen == "choice")
    if means == "card":
        if turn.state.card_in:
            return turn.after("card", _ask_pin(turn.case), screen="card")
        return turn.after("aside", "Ieliec karti lasītājā.", screen="card")
    if _is_dead(turn.state):
        return turn.after("phone", "Lietotne ir bloķēta pavisam. Reģistrē jaunu kontu vai izvēlies citu veidu.")
    if _is_locked(turn.state):
        return turn.after("phone", f"Lietotne ir bloķēta. Tā atkal strādās {at_clock(turn.state.until)}.")
    says = "Lapā parādījās kontroles kods, un tālrunis saņēma pieprasījumu."
    return turn.after("aside", says, screen="phone", request="waiting")


def _ask_pin(case: Scenario) -> str:
    which = "PIN2 (6 cipari)" if _pin_of(case) == "pin2" else "PIN1 (4 cipari)"
    return f"Karte ir lasītājā. Ievadi {which}."


def _back(turn: _Turn) -> CaseState:
    turn.only(turn.state.screen in {"card", "phone"})
    return turn.after("aside", "Izvēlies, kā turpināt.", screen="choice", request=_request_when_left(turn))


def _request_when_left(turn: _Turn) -> str:
    """A request that this page sent goes with the page; one that nobody here began stays."""
    return "" if turn.state.screen == "phone" and not turn.case["request"]["uninvited"] else turn.state.request


def _insert(turn: _Turn) -> CaseState:
    turn.needs("card")
    turn.only(not turn.state.card_in)
    says = _ask_pin(turn.case) if turn.state.screen == "card" else "Karte ir lasītājā. Tagad lapā izvēlies eID karti."
    return turn.after("card", says, card_in=True)


def _remove(turn: _Turn) -> CaseState:
    turn.needs("card")
    turn.only(turn.state.card_in)
    return turn.after("card", "Karte ir izņemta no lasītāja.", card_in=False)


def _envelope(turn: _Turn) -> CaseState:
    turn.needs("card")
    turn.only(_codes(turn.case, turn.state, "card") is not None)
    opened = "PIN aploksne ir atvērta: tajā ir PIN1, PIN2 un PUK."
    says = "PIN aploksne ir aizvērta." if turn.state.envelope else opened
    return turn.after("aside", says, envelope=not turn.state.envelope, read=True)


def _pin(turn: _Turn) -> CaseState:
    text = typed(turn.action, "text").strip()
    if one_of(turn.action, "on", ("card", "phone"), "ierīce") == "phone":
        turn.only(turn.state.request == "waiting")
        return _pin_on_phone(turn, text)
    turn.needs("card")
    turn.only(turn.state.screen == "card" and turn.state.card_in)
    return _pin_on_card(turn, text)


def _pin_on_card(turn: _Turn, text: str) -> CaseState:
    which, case, state = _pin_of(turn.case), turn.case, turn.state
    name, wrong = which.upper(), state.wrong[which]
    if wrong >= TRIES:
        return turn.after("card", f"{name} ir bloķēts. {_how_to_unlock(turn)}")
    digits = 6 if which == "pin2" else 4
    if len(text) != digits:
        return turn.after("card", f"{name} ir {digits} cipari. Šo mēģinājumu neskaita: pārbaudi, kuru kodu prasa.")
    codes = _codes(case, state, "card")
    if codes is not None and text == codes[which]:
        says = "Parakstīts." if which == "pin2" else "Pareizs PIN1. Tu esi savā kontā."
        return turn.after("aside", says, screen="done", done_with="card", wrong={**state.wrong, which: 0})
    locked = f"Trīs nepareizi mēģinājumi: {name} ir bloķēts. {_how_to_unlock(turn)}"
    says = _wrong(name, TRIES - wrong - 1) or locked
    return turn.after("card", says, wrong={**state.wrong, which: wrong + 1}, missed=state.missed + 1)


def _how_to_unlock(turn: _Turn) -> str:
    if _codes(turn.case, turn.state, "card") is None:
        return "To atbloķē ar PUK kodu, bet arī PUK bija pazudušajā aploksnē. Jaunu aploksni izsniedz PMLP."
    return "Atbloķē to ar PUK kodu."


def _wrong(name: str, left: int) -> str:
    """What a wrong PIN is answered with; nothing when no try is left."""
    if not left:
        return ""
    return f"Nepareizs {name}. {'Atlicis' if left == 1 else 'Atlikuši'} {counted(left, 'mēģinājums', 'mēģinājumi')}."


def _puk(turn: _Turn) -> CaseState:
    turn.needs("card", "page")
    which = _pin_of(turn.case)
    turn.only(turn.state.card_in and turn.state.screen == "card" and turn.state.wrong[which] >= TRIES)
    codes = _codes(turn.case, turn.state, "card")
    if codes is None:
        return turn.after("card", f"Tas nav šīs kartes PUK kods. {_how_to_unlock(turn)}")
    if typed(turn.action, "text").strip() != codes["puk"]:
        says = "Tas nav šīs kartes PUK kods. Pārlasi aploksni. Mācību vidē nepareizus PUK kodus neskaita."
        return turn.after("card", says)
    says = f"{which.upper()} ir atbloķēts. Tagad ievadi {which.upper()}."
    wrong, unlocked = {**turn.state.wrong, which: 0}, (*turn.state.unlocked, which)
    return turn.after("card", says, wrong=wrong, unlocked=unlocked)


def _new_envelope(turn: _Turn) -> CaseState:
    turn.needs("card")
    turn.only(not turn.state.renewed)
    says = "PMLP nodaļā uzrādīji eID karti un saņēmi jaunu PIN aploksni. Atver to."
    wrong = {"pin1": 0, "pin2": 0}
    return turn.after("note", says, renewed=True, envelope=False, read=False, wrong=wrong, card_in=False)


def _pin_on_phone(turn: _Turn, text: str) -> CaseState:
    which, case, state = _asked(turn.case), turn.case, turn.state
    name, digits = which.upper(), 5 if which == "pin2" else 4
    if len(text) != digits:
        says = f"Tālrunī {name} ir {digits} cipari. Šo mēģinājumu neskaita: pārbaudi, kuru kodu prasa."
        return turn.after("phone", says)
    codes = _codes(case, state, "phone")
    if codes is not None and text == codes[which]:
        if not _is_own(turn.scenario, case):
            return turn.after("aside", "Pieprasījums ir apstiprināts.", request="confirmed", app_wrong=0)
        says = "Apstiprināts. Dokuments ir parakstīts." if which == "pin2" else "Apstiprināts. Tu esi savā kontā."
        return turn.after("aside", says, request="confirmed", screen="done", done_with="phone", app_wrong=0)
    wrong = state.app_wrong + 1
    if wrong < TRIES:
        says = _wrong(name, TRIES - wrong)
        return turn.after("phone", says, app_wrong=wrong, missed=state.missed + 1)
    return _lock_app(turn)


def _lock_app(turn: _Turn) -> CaseState:
    """The third wrong try: the request is gone, and the app sleeps for longer each time."""
    locks = turn.state.app_locks + 1
    until = turn.state.until
    if locks > len(LOCK_HOURS):
        says = "Trīs nepareizi mēģinājumi: lietotne ir bloķēta pavisam. Vajag reģistrēt jaunu kontu."
    else:
        hours = LOCK_HOURS[locks - 1]
        until = turn.state.clock + 60 * hours
        says = f"Trīs nepareizi mēģinājumi: lietotne ir bloķēta uz {hours} stundām. Tā atkal strādās {at_clock(until)}."
    return turn.after(
        "phone",
        says,
        app_wrong=0,
        app_locks=locks,
        most_locks=max(turn.state.most_locks, locks),
        until=until,
        request="",
        screen="choice" if turn.state.screen == "phone" else turn.state.screen,
        missed=turn.state.missed + 1,
    )


def _register(turn: _Turn) -> CaseState:
    turn.needs("phone")
    turn.only(not turn.state.registered and (_is_dead(turn.state) or turn.case["phone"]["codes"] is None))
    says = "Reģistrēts jauns konts ar jauniem kodiem. Tie redzami pie tālruņa."
    screen = "choice" if turn.state.screen == "phone" else turn.state.screen
    clean = {"app_wrong": 0, "app_locks": 0, "until": turn.state.clock, "request": _request_when_left(turn)}
    return turn.after("phone", says, registered=True, screen=screen, **clean)


def _wait(turn: _Turn) -> CaseState:
    turn.needs("phone")
    hours = turn.action.get("hours")
    if isinstance(hours, bool) or hours not in WAITS:
        raise InvalidAnswer("Tik ilgi gaidīt nevar. Izvēlies no redzamā.")
    turn.only(_is_locked(turn.state) and not _is_dead(turn.state))
    clock = turn.state.clock + 60 * hours
    rest = f"Lietotne vēl ir bloķēta. Tā atkal strādās {at_clock(turn.state.until)}."
    says = "Lietotne atkal strādā." if clock >= turn.state.until else rest
    return turn.after("phone", f"Ir {clock_in_words(clock)}. {says}", clock=clock)


def _refuse(turn: _Turn) -> CaseState:
    turn.only(turn.state.request == "waiting")
    screen = "choice" if turn.state.screen == "phone" else turn.state.screen
    return turn.after("aside", "Pieprasījums ir atteikts.", request="refused", screen=screen)


def _listen(turn: _Turn) -> CaseState:
    turn.only(turn.state.call == "on" and turn.state.heard + 1 < len(turn.case["call"]["says"]))
    heard = turn.state.heard + 1
    return turn.after("call", turn.case["call"]["says"][heard], heard=heard)


def _tell(turn: _Turn) -> CaseState:
    turn.only(turn.state.call == "on")
    return turn.after("call", "Zvanītājs saka: «Paldies, viss kārtībā.»", call="told")


def _hang_up(turn: _Turn) -> CaseState:
    turn.only(turn.state.call == "on")
    rest = " Tālrunī vēl gaida pieprasījums." if turn.state.request == "waiting" else ""
    return turn.after("call", f"Saruna ir beigta.{rest}", call="ended")


def _look(turn: _Turn) -> CaseState:
    turn.needs("page")
    address = turn.case["page"]["address"] or turn.scenario["address"]
    says = f"Adreses joslā ir\n{address}\nMācību vidē īstā adrese ir\n{turn.scenario['address']}"
    return turn.after("page", says, looked=True)


def _close(turn: _Turn) -> CaseState:
    turn.needs("page")
    turn.only(not turn.state.closed)
    return turn.after("aside", "Lapa ir aizvērta.", screen="closed", closed=True, request=_request_when_left(turn))


def _help(turn: _Turn) -> CaseState:
    return turn.after("note", "Tu prasi padomu.", helped=True)


def _plan(turn: _Turn) -> CaseState:
    turn.needs("plan")
    steps, known = turn.action.get("steps"), {piece["id"] for piece in turn.case["plan"]["pieces"]}
    if not isinstance(steps, list | tuple) or not all(isinstance(step, str) for step in steps):
        raise InvalidAnswer("Plānu nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    if len(set(steps)) != len(steps) or not set(steps) <= known:
        raise InvalidAnswer("Plānā katrs solis var būt tikai vienu reizi. Izvēlies no redzamā.")
    return turn.after("note", f"Plānā ir {counted(len(steps), 'solis', 'soļi')}.", plan=tuple(steps))


def _mend_plan(turn: _Turn) -> CaseState:
    """A plan that was not checked stays as it is: it can be mended anyway."""
    turn.needs("plan")
    return turn.state


def _check_plan(turn: _Turn) -> CaseState:
    turn.needs("plan")
    if not turn.state.plan:
        return turn.after("note", "Plāns vēl ir tukšs. Pievieno pirmo soli.")
    return turn.after("note", "Plāns ir pārbaudīts.", plan_checked=True)


ACTIONS: Mapping[str, Callable[[_Turn], CaseState]] = MappingProxyType(
    {
        "open": lambda turn: turn.state,
        "again": lambda turn: _begin(turn.case),
        "means": _means,
        "back": _back,
        "insert": _insert,
        "remove": _remove,
        "envelope": _envelope,
        "pin": _pin,
        "puk": _puk,
        "new_envelope": _new_envelope,
        "register": _register,
        "wait": _wait,
        "refuse": _refuse,
        "listen": _listen,
        "tell": _tell,
        "hang_up": _hang_up,
        "look": _look,
        "close": _close,
        "help": _help,
        "plan": _plan,
        "check_plan": _check_plan,
        "mend_plan": _mend_plan,
    }
)


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────

WANTS: Mapping[str, Callable[[CaseState, End | None], bool]] = MappingProxyType(
    {
        "logged_in": lambda state, end: end == "logged_in",
        "logged_in_with_card": lambda state, end: end == "logged_in" and state.done_with == "card",
        "logged_in_with_phone": lambda state, end: end == "logged_in" and state.done_with == "phone",
        "signed": lambda state, end: end == "signed",
        "nothing_given": lambda state, end: end not in (None, "given"),
        "refused": lambda state, end: state.request == "refused" and end != "given",
        "hung_up": lambda state, end: state.call == "ended" and end != "given",
        "page_closed": lambda state, end: state.closed and end != "given",
        "address_compared": lambda state, end: state.looked,
        "envelope_opened": lambda state, end: state.read,
        "unlocked_with_puk": lambda state, end: bool(state.unlocked),
        "new_envelope": lambda state, end: state.renewed,
        "locked_3_hours": lambda state, end: state.most_locks >= 1,
        "locked_24_hours": lambda state, end: state.most_locks >= 2,
        "locked_for_good": lambda state, end: state.most_locks >= 3,
        "new_account": lambda state, end: state.registered,
    }
)


def _plan_goals(case: Scenario, plan: Sequence[str]) -> tuple[Goal, ...]:
    """A step of the key: in the plan, after all that come before it. Any other: left out of a plan with anything."""
    places = {step: place for place, step in enumerate(plan)}
    groups = case["plan"]["key"]
    level = {step: number for number, group in enumerate(groups) for step in group}
    goals = []
    for piece in case["plan"]["pieces"]:
        name = piece["id"]
        if name in level:
            earlier = [step for step in level if level[step] < level[name]]
            reached = name in places and all(step in places and places[step] < places[name] for step in earlier)
            text = f"«{piece['text']}» ir plānā un savā vietā"
        else:
            reached = bool(plan) and name not in places
            text = f"«{piece['text']}» plānā nav"
        goals.append(Goal(f"{case['id']}.{name}", text, float(reached), piece["why"]))
    return tuple(goals)


def _in_words(case: Scenario, state: CaseState, end: End | None) -> list[str]:
    """What was done in a case, for the explanation afterwards."""
    if case["plan"]:
        texts = {piece["id"]: piece["text"] for piece in case["plan"]["pieces"]}
        return [f"{place}. {texts[step]}" for place, step in enumerate(state.plan, start=1)]
    done = []
    if state.read:
        done.append("atvērta PIN aploksne")
    if state.missed:
        done.append(f"nepareizs kods ievadīts {counted(state.missed, 'reizi', 'reizes')}")
    if state.most_locks > (case["phone"] or {"locks": 0})["locks"]:
        done.append("tālruņa lietotne bloķēta")
    if state.unlocked:
        done.append(f"ar PUK atbloķēts {listed([each.upper() for each in dict.fromkeys(state.unlocked)])}")
    if state.renewed:
        done.append("PMLP saņemta jauna PIN aploksne")
    if state.registered:
        done.append("tālrunī reģistrēts jauns konts")
    if state.looked:
        done.append("salīdzināta lapas adrese")
    if state.call == "ended":
        done.append("saruna beigta")
    if state.request == "refused":
        done.append("pieprasījums tālrunī atteikts")
    if state.closed:
        done.append("lapa aizvērta")
    if state.helped:
        done.append("prasīts padoms")
    if state.done_with:
        verb_ = "dokuments parakstīts" if end == "signed" else "pieteikšanās pabeigta"
        done.append(f"{verb_} ar {'eID karti' if state.done_with == 'card' else 'tālruni'}")
    if state.call == "told":
        done.append("kods nosaukts zvanītājam")
    elif end == "given":
        done.append(f"pieprasījums tālrunī apstiprināts ar {_asked(case).upper()}")
    line = ", ".join(done)
    return [line] if done else []


# ── a way to every goal ─────────────────────────────────────────────────────────────────────────────────────────────


def _way(scenario: Scenario, case: Scenario, wants: set[str]) -> list[dict[str, Any]]:
    """Actions that reach all ``wants`` of the case."""
    way: list[dict[str, Any]] = []
    if "address_compared" in wants:
        way.append({"do": "look"})
    if "hung_up" in wants or case["call"]:
        way.append({"do": "hang_up"})
    locks = 3 if "locked_for_good" in wants else 2 if "locked_24_hours" in wants else int("locked_3_hours" in wants)
    if locks:
        way += _lock_way(case, locks)
    if "new_account" in wants:
        way.append({"do": "register"})
    if wants & {"logged_in", "logged_in_with_card", "logged_in_with_phone", "signed"}:
        return way + _through(case, wants)
    if "page_closed" in wants:
        return [*way, {"do": "close"}]
    if case["request"] and wants & {"refused", "nothing_given"}:
        if case["request"]["uninvited"]:
            return [*way, {"do": "refuse"}]
        if _is_true_page(scenario, case):
            return [*way, {"do": "means", "means": "phone"}, {"do": "refuse"}]
        return [*way, {"do": "close"}]
    return way


def _lock_way(case: Scenario, locks: int) -> list[dict[str, Any]]:
    way: list[dict[str, Any]] = []
    wrong = "*" * (5 if _asked(case) == "pin2" else 4)
    had, tries = case["phone"]["locks"], TRIES - case["phone"]["wrong"]
    for lock in range(had, locks):
        way += [{"do": "means", "means": "phone"}, *({"do": "pin", "on": "phone", "text": wrong} for _ in range(tries))]
        tries = TRIES
        if lock < len(LOCK_HOURS):
            way.append({"do": "wait", "hours": LOCK_HOURS[lock]})
    return way


def _through(case: Scenario, wants: set[str]) -> list[dict[str, Any]]:
    """Logging in or signing, by card unless the phone is wanted or all there is."""
    which = _pin_of(case)
    means = case["page"]["means"]
    if "logged_in_with_phone" in wants or "card" not in means or wants & {"locked_3_hours", "new_account"}:
        codes = case["phone"]["new"] if "new_account" in wants else case["phone"]["codes"]
        return [{"do": "means", "means": "phone"}, {"do": "pin", "on": "phone", "text": codes[which]}]
    card = case["card"]
    renewed = "new_envelope" in wants or card["codes"] is None
    codes = card["new"] if renewed else card["codes"]
    way: list[dict[str, Any]] = [{"do": "new_envelope"}] if renewed else []
    way += [{"do": "means", "means": "card"}, {"do": "insert"}, {"do": "envelope"}]
    wrong = 0 if renewed else card[f"wrong_{which}"]
    if "unlocked_with_puk" in wants or wrong >= TRIES:
        way += [{"do": "pin", "on": "card", "text": "*" * len(codes[which])}] * (TRIES - wrong)
        way.append({"do": "puk", "text": codes["puk"]})
    return [*way, {"do": "pin", "on": "card", "text": codes[which]}]
