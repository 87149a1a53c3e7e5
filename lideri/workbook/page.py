"""The page object: content and judging from here, answers from wherever they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from lideri.errors import NotFound
from lideri.workbook.content import Content, shared

if TYPE_CHECKING:
    from lideri.course.items import Item, ReleasedItem

Answer = Mapping[str, Any]


class Answers(Protocol):
    """Where answers are kept. JSON in, JSON out, as docs/contracts.md has the API of *answers*."""

    person: str

    def page(self, page: str) -> Mapping[str, Answer]:
        """Everything saved on the page, by exercise."""

    def save(self, page: str, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str: ...

    def outline(self, module: str) -> Mapping[str, Any]: ...

    def attempt(self, module: str) -> Mapping[str, Any]: ...

    def save_item(self, attempt: str, item: str, response: Mapping[str, Any], *, seq: int) -> str: ...

    def submit(self, attempt: str, *, answered: int) -> Mapping[str, Any]: ...


class KernelPage:
    """Implements the protocols `Page` and `AssessmentPage` of `widgets.protocol`.

    Judging is for practice only: whatever it says is shown and never stored as a result.
    """

    def __init__(self, page_id: str, answers: Answers, content: Content | None = None) -> None:
        self.id = page_id
        self.person = answers.person
        self._answers = answers
        self._content = content or shared()
        self._attempt: Mapping[str, Any] | None = None

    @property
    def module(self) -> str:
        return self.id.partition("/")[0].partition(".")[0]

    # ── exercises ───────────────────────────────────────────────────────────────────────────────────────────────────

    def item(self, exercise: str) -> ReleasedItem:
        from lideri.practice.release import release

        return release(self._item(exercise))

    def scenario(self, exercise: str) -> Mapping[str, Any]:
        from lideri.practice import machine

        whole = self._content.scenario(exercise)
        if whole is None:
            raise NotFound(f"Vingrinājuma «{exercise[:60]}» nav. Pasaki to savam pasniedzējam.")
        return machine(whole["kind"]).shown(whole)

    def saved(self, exercise: str) -> Answer | None:
        return self._saved.get(exercise)

    def save(self, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str:
        saved_at = self._answers.save(self.id, exercise, response, seq=seq, checked=checked)
        before = self._saved.get(exercise)
        if before is None or seq >= before["seq"]:
            checked = checked or bool(before and before["checked"])
            self._saved[exercise] = {"response": response, "seq": seq, "saved_at": saved_at, "checked": checked}
        return saved_at

    def judge(self, exercise: str, response: Mapping[str, Any]) -> Mapping[str, Any]:
        scenario = self._content.scenario(exercise)
        if scenario is not None:
            from lideri.practice import judge as judge_actions

            return judge_actions(scenario, response).as_dict()
        from lideri.grading import judge

        return judge(self._item(exercise), response)

    @cached_property
    def _saved(self) -> dict[str, Answer]:
        return dict(self._answers.page(self.id))

    def _item(self, exercise: str) -> Item:
        item = self._content.item(self.module, exercise)
        if item is None:
            raise NotFound(f"Vingrinājuma «{exercise[:60]}» nav. Pasaki to savam pasniedzējam.")
        return item

    # ── the assessment ──────────────────────────────────────────────────────────────────────────────────────────────

    def outline(self) -> Mapping[str, Any]:
        return {**self._answers.outline(self.module), "submodules": self._content.titles(self.module)}

    def attempt(self) -> Mapping[str, Any]:
        self._attempt = self._answers.attempt(self.module)
        return self._attempt

    def save_answer(self, item: str, response: Mapping[str, Any], *, seq: int) -> str:
        return self._answers.save_item(self._open_attempt(), item, response, seq=seq)

    def submit(self, *, answered: int) -> Mapping[str, Any]:
        return self._answers.submit(self._open_attempt(), answered=answered)

    def _open_attempt(self) -> str:
        if self._attempt is None:
            raise NotFound("Pārbaudes darbs vēl nav sākts. Pārlādē lapu un sāc to.")
        return str(self._attempt["id"])
