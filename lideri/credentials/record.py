"""What a certificate states, fixed at the moment it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from lideri.course.latvian import counted, on_day

COURSE = "Digitālie līderi"
DEMO = "DEMONSTRĀCIJA – nav derīga"
NOT_CONFIRMED = "Apliecības noteikumi ir kursa pieņēmums, un tie vēl jāapstiprina VARAM."


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModuleDone(_Frozen):
    id: str
    title: str


class Content(_Frozen):
    """Kept with the certificate as JSON: later changes of names, modules or rules change no certificate."""

    name: str = Field(min_length=1, max_length=200)
    modules: tuple[ModuleDone, ...]  # assessments passed
    final_test: bool = False
    people_helped: int = Field(default=0, ge=0)  # confirmed by a trainer; 0: not stated
    completed_on: date  # when the last of it was done
    level: str = ""  # by the course's assumed cut scores; "": not stated
    assumed: bool = True  # the rules await the ministry's word
    by_decision: bool = False  # a lead trainer issued it although something was missing
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """One that was issued. `code` is how anybody finds it, `number` its place in the public list of states."""

    id: str
    person_id: str
    code: str
    number: int
    content: Content
    issued_at: datetime
    reason: str = ""  # of an issue by decision
    revoked_at: datetime | None = None
    revoke_reason: str = ""

    @property
    def valid(self) -> bool:
        return self.revoked_at is None


def deeds(content: Content) -> tuple[str, ...]:
    """What was done, a sentence each, as PDF, badge and check page say it."""
    said = []
    if content.modules:
        passed = counted(len(content.modules), "modulis", "moduļi")
        said.append(
            f"Apgūti {passed}, un katra moduļa pārbaudes darbs ir ieskaitīts."
            if len(content.modules) > 1
            else "Apgūts 1 modulis, un tā pārbaudes darbs ir ieskaitīts."
        )
    if content.final_test:
        said.append("Nokārtots noslēguma tests.")
    if content.people_helped:
        helped = counted(content.people_helped, "cilvēkam", "cilvēkiem")
        said.append(f"Sniegta palīdzība {helped}; to apstiprināja pasniedzējs.")
    if content.by_decision:
        said.append("Apliecība izsniegta ar vadošā pasniedzēja lēmumu.")
    return tuple(said)


def level_words(content: Content) -> str:
    """The level with what it is worth; empty when none is stated."""
    return f"Digitālo prasmju līmenis pēc kursa pieņemtajām robežām: {content.level.lower()}." if content.level else ""


def day_words(day: date) -> str:
    """«2026. gada 22. novembrī»."""
    return on_day(day)
