"""State machines of the simulators: actions → state → feedback. Data in, data out; nothing is read or remembered here.

An answer to a simulator is the list of actions a person made. The server replays it through the same machine that the
page uses and never trusts an end state that a browser claims.

    state = replay("mailbox", scenario, [{"do": "open", "message": "m03"}])
    MACHINES["mailbox"].summary(scenario, state).as_dict()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lideri.course.items import MAX_ACTIONS
from lideri.errors import InvalidAnswer
from lideri.practice.address import AddressMachine, AddressState
from lideri.practice.backup import BackupMachine, BackupState
from lideri.practice.e_address import EAddressMachine, EAddressState
from lideri.practice.figures import FiguresMachine, FiguresState
from lideri.practice.form_repair import FormRepairMachine, FormRepairState
from lideri.practice.lesson_plan import LessonPlanMachine, LessonPlanState
from lideri.practice.login import LoginMachine, LoginState
from lideri.practice.machine import Action, Feedback, Goal, Machine, Mark, Outcome, Scenario, read_actions
from lideri.practice.mailbox import MailboxMachine, MailboxState
from lideri.practice.notice_date import NoticeDateMachine, NoticeDateState
from lideri.practice.open_data import OpenDataMachine, OpenDataState
from lideri.practice.password_lab import PasswordLabMachine, PasswordLabState
from lideri.practice.portal import PortalMachine, PortalState
from lideri.practice.privacy import PrivacyMachine, PrivacyState
from lideri.practice.rewrite import RewriteMachine, RewriteState
from lideri.practice.self_rating import SelfRatingMachine, SelfRatingState
from lideri.practice.sift import SiftMachine, SiftState
from lideri.practice.signatures import SignaturesMachine, SignaturesState
from lideri.practice.signing import SigningMachine, SigningState
from lideri.practice.sorting import SortingMachine, SortingState
from lideri.practice.talk import TalkMachine, TalkState

State = (
    MailboxState
    | AddressState
    | OpenDataState
    | SortingState
    | PasswordLabState
    | BackupState
    | LoginState
    | EAddressState
    | NoticeDateState
    | PortalState
    | SignaturesState
    | SigningState
    | SelfRatingState
    | FiguresState
    | SiftState
    | PrivacyState
    | RewriteState
    | FormRepairState
    | LessonPlanState
)

MACHINES: Mapping[str, Machine[Any]] = MappingProxyType(
    {
        machine.kind: machine
        for machine in (
            MailboxMachine(),
            AddressMachine(),
            OpenDataMachine(),
            SortingMachine(),
            PasswordLabMachine(),
            BackupMachine(),
            SelfRatingMachine(),
            FiguresMachine(),
            SignaturesMachine(),
            SigningMachine(),
            PortalMachine(),
            LoginMachine(),
            EAddressMachine(),
            NoticeDateMachine(),
            SiftMachine(),
            PrivacyMachine(),
            TalkMachine(),
            RewriteMachine(),
            FormRepairMachine(),
            LessonPlanMachine(),
        )
    }
)


def machine(kind: object) -> Machine[Any]:
    """The machine of that kind; raises `InvalidAnswer` for a kind that does not exist."""
    found = MACHINES.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise InvalidAnswer(f"Nav tāda uzdevuma veida: «{str(kind)[:40]}». Pārlādē lapu un mēģini vēlreiz.")
    return found


def replay(kind: str, scenario: Scenario, actions: Sequence[Action]) -> State:
    """The state after all ``actions``; raises `InvalidAnswer` at the first impossible one."""
    runs = machine(kind)
    state: State = runs.start(scenario)
    for action in read_actions(actions):
        state = runs.apply(scenario, state, action)
    return state


def restore(kind: str, scenario: Scenario, actions: Sequence[Action]) -> tuple[State, tuple[Action, ...]]:
    """The state after those ``actions`` that still fit, and these actions.

    For opening a page again after its author changed the scenario: work on what still exists is kept.
    """
    runs = machine(kind)
    state: State = runs.start(scenario)
    kept: list[Action] = []
    for action in read_actions(actions):
        try:
            state = runs.apply(scenario, state, action)
        except InvalidAnswer:
            continue
        kept.append(action)
    return state, tuple(kept)


def judge(scenario: Scenario, response: Mapping[str, Any]) -> Feedback:
    """Feedback on a simulator's response ``{"kind", "actions"}``.

    About the part named by ``response["about"]``; without it about the part checked last, or else the summary.
    ``about: "summary"`` always gives the summary.
    """
    if response.get("kind") != scenario["kind"]:
        raise InvalidAnswer("Atbilde ir no cita uzdevuma. Pārlādē lapu un mēģini vēlreiz.")
    runs = machine(scenario["kind"])
    state = replay(runs.kind, scenario, response.get("actions", ()))
    about = response.get("about", runs.last(state))
    if about is None or about == "summary":
        return runs.summary(scenario, state)
    if not isinstance(about, str):
        raise InvalidAnswer("Nevarēja nolasīt, par ko ir jautājums. Pārlādē lapu un mēģini vēlreiz.")
    return runs.feedback(scenario, state, about)


__all__ = [
    "MACHINES",
    "MAX_ACTIONS",
    "Action",
    "AddressState",
    "BackupState",
    "EAddressState",
    "Feedback",
    "FormRepairState",
    "Goal",
    "LessonPlanState",
    "LoginState",
    "Machine",
    "MailboxState",
    "Mark",
    "NoticeDateState",
    "OpenDataState",
    "Outcome",
    "PasswordLabState",
    "PortalState",
    "PrivacyState",
    "RewriteState",
    "Scenario",
    "SiftState",
    "SortingState",
    "State",
    "TalkState",
    "judge",
    "machine",
    "replay",
    "restore",
]
