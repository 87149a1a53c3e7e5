"""Answers kept in a store on this machine: the same page in plain JupyterLab or Voila, without a hub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lideri.errors import InvalidAnswer, NotFound

if TYPE_CHECKING:
    from lideri.course.items import ReleasedForm
    from lideri.settings import CourseSettings
    from lideri.store import Store
    from lideri.store.learning import Attempt

USERNAME, NAME = "vietejais", "vietējais"
UNREADABLE = "Atbildi neizdevās nolasīt. Pārlādē lapu; agrāk saglabātais nav zudis."


def _now() -> datetime:
    return datetime.now(UTC)


class AnswersInLocalStore:
    """The person is «vietējais», made at first use. What is submitted here waits for a grader as anywhere else."""

    def __init__(self, environment: Mapping[str, str], *, now: Callable[[], datetime] = _now) -> None:
        from lideri.settings import read_settings
        from lideri.store import open_store
        from lideri.store.people import NewPerson

        self._now = now
        self._store: Store = open_store(read_settings(environment))
        people = self._store.people
        person = people.by_username(USERNAME) or people.add(NewPerson(name=NAME, username=USERNAME), now=now())
        self.person = person.id

    def close(self) -> None:
        self._store.close()

    def page(self, page: str) -> Mapping[str, Mapping[str, Any]]:
        return {
            name: {
                "response": dict(answer.response),
                "seq": answer.seq,
                "saved_at": answer.saved_at.isoformat(),
                "checked": answer.checked,
            }
            for name, answer in self._store.learning.page_answers(self.person, page).items()
        }

    def save(self, page: str, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str:
        saved = self._store.learning.save_answer(
            self.person, page, exercise, _well_formed(response), seq=seq, checked=checked, now=self._now()
        )
        return saved.saved_at.isoformat()

    # ── the assessment ──────────────────────────────────────────────────────────────────────────────────────────────

    def outline(self, module: str) -> Mapping[str, Any]:
        forms, settings = _forms(module), _course_settings()
        stands = self._store.learning.outline(
            self.person, module, forms=[form.id for form in forms], rules=settings.rules_of(module)
        )
        form = forms[(stands.number or 1) - 1]
        return {
            "title": form.title,
            "items": len(form.items),
            "minutes": form.minutes,
            "number": stands.number,
            "of": stands.of,
            "open": stands.open is not None,
            "counts": settings.attempt_that_counts.value,
            "pass_mark": settings.pass_share_of(module),
            "deadline": stands.deadline.isoformat() if stands.deadline else None,
            "last": _shape(stands.last, _forms(module, retired=True)) if stands.last else None,
        }

    def attempt(self, module: str) -> Mapping[str, Any]:
        forms = _forms(module)
        attempt = self._store.learning.start_attempt(
            self.person,
            module,
            forms=[form.id for form in forms],
            rules=_course_settings().rules_of(module),
            now=self._now(),
        )
        return _shape(attempt, forms)

    def save_item(self, attempt: str, item: str, response: Mapping[str, Any], *, seq: int) -> str:
        form, rules = self._form_of(attempt), _course_settings().attempt_rules
        released = next((each for each in form.items if each.id == item), None)
        if released is None:
            raise InvalidAnswer("Šajā darbā tāda uzdevuma nav. Pārlādē lapu; agrāk saglabātais nav zudis.")
        saved = self._store.learning.save_attempt_answer(
            attempt,
            item,
            released.version,
            _well_formed(response),
            person_id=self.person,
            seq=seq,
            rules=rules,
            now=self._now(),
        )
        return saved.saved_at.isoformat()

    def submit(self, attempt: str, *, answered: int) -> Mapping[str, Any]:
        form = self._form_of(attempt)
        submitted = self._store.learning.submit(
            attempt,
            form,
            person_id=self.person,
            answered=answered,
            rules=_course_settings().attempt_rules,
            now=self._now(),
        )
        return _shape(submitted, (form,))

    def _form_of(self, attempt: str) -> ReleasedForm:
        found = self._store.learning.attempt(attempt, person_id=self.person, rules=_course_settings().attempt_rules)
        return next(form for form in _forms(found.module, retired=True) if form.id == found.form)


def _well_formed(response: Mapping[str, Any]) -> Mapping[str, Any]:
    """A response as the service would take it; actions of simulators were replayed by the widget already."""
    if "actions" in response:
        return response
    from pydantic import ValidationError

    from lideri.course.items import RESPONSE

    try:
        return RESPONSE.validate_python(response).model_dump(mode="json")
    except ValidationError:
        raise InvalidAnswer(UNREADABLE) from None


def _forms(module: str, *, retired: bool = False) -> tuple[ReleasedForm, ...]:
    """The module's released forms in the order of attempts; ``retired``: those too that nobody begins now."""
    from lideri.course.items import ReleasedForm

    folder = files("course_data") / "released"
    found = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []
    forms = [ReleasedForm.model_validate_json(file.read_bytes()) for file in found if file.name.endswith(".json")]
    ours = tuple(form for form in forms if form.module == module and (retired or not form.retired))
    if not ours:
        raise NotFound("Šim modulim pārbaudes darba vēl nav.")
    return ours


def _course_settings() -> CourseSettings:
    from lideri.settings import read_course_settings

    return read_course_settings(Path(str(files("course_data") / "settings.yml")))


def _shape(attempt: Attempt, forms: tuple[ReleasedForm, ...]) -> dict[str, Any]:
    form = next(form for form in forms if form.id == attempt.form)
    return {
        "id": attempt.id,
        "module": attempt.module,
        "form": attempt.form,
        "number": attempt.number,
        "of": len(forms),
        "state": attempt.state,
        "deadline": attempt.deadline.isoformat() if attempt.deadline else None,
        "items": [item.model_dump(mode="json") for item in form.items],
        "answers": {
            name: {"response": dict(answer.response), "seq": answer.seq, "saved_at": answer.saved_at.isoformat()}
            for name, answer in attempt.answers.items()
        },
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "result_url": None,  # result pages belong to the service
    }
