"""What widgets know about the page they stand on: `lideri.workbook.open_page(…)` in notebooks, a fake in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from lideri.course.items import ReleasedItem


@runtime_checkable
class Page(Protocol):
    """One page of the workbook, opened by one person. A refusal is a `lideri.errors.LideriError` in Latvian."""

    id: str
    person: str  # goes into the browser as part of a draft's key; never a name

    def item(self, exercise: str) -> ReleasedItem: ...

    def scenario(self, exercise: str) -> Mapping[str, Any]:
        """What a simulator shows, without what gives the answer away."""

    def saved(self, exercise: str) -> Mapping[str, Any] | None:
        """``{"response", "seq", "saved_at", "checked"}`` as stored now, None when nothing was answered."""

    def save(self, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str:
        """The time (ISO 8601) at which this answer, or a newer one, went to disk; it is there when this returns."""

    def judge(self, exercise: str, response: Mapping[str, Any]) -> Mapping[str, Any]:
        """Feedback, as docs/contracts.md has it: ``outcome``, ``title``, ``body`` and ``marks`` by part."""


@runtime_checkable
class AssessmentPage(Protocol):
    """A module's assessment, opened by one person. Nothing here can tell right from wrong."""

    id: str
    person: str

    def outline(self) -> Mapping[str, Any]:
        """What the start screen says; starts no attempt. Keys as `GET api/attempt?module=…` in docs/contracts.md, and
        ``submodules`` ``{id: title}``."""

    def attempt(self) -> Mapping[str, Any]:
        """The open attempt, else the next one, started now."""

    def save_answer(self, item: str, response: Mapping[str, Any], *, seq: int) -> str:
        """The time (ISO 8601) at which this answer, or a newer one, went to disk."""

    def submit(self, *, answered: int) -> Mapping[str, Any]:
        """The submitted attempt; submitting again gives the same."""
