"""The API for the kernels of pages (docs/contracts.md).

Each call speaks for the token's person, about the token's page.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from lideri.answers.auth import ApiHandler
from lideri.answers.context import Context
from lideri.answers.exercises import Exercise, read_answer
from lideri.answers.home import done_of_pages, home_of, news_for, require_open, states_of_pages, why_closed
from lideri.course.exams import is_exam
from lideri.course.items import Piece, ReleasedForm, ReleasedItem
from lideri.course.places import load_places
from lideri.errors import InvalidAnswer, NotFound
from lideri.reports.live import Reports
from lideri.settings import START_TEST
from lideri.store.learning import Attempt, Saved

_WRONG_REQUEST = "Pieprasījumā trūkst vajadzīgā vai ir kas lieks. Ielādē lapu no jauna; iepriekš saglabātais paliek."


def assessment_page(module: str) -> str:
    """The page on which a module's assessment is taken; tokens for attempts carry it."""
    return f"{module}/parbaude"


class PageHandler(ApiHandler):
    async def get(self, page: str) -> None:
        self.require_page(page)
        answers = await self.context.run(self.context.store.learning.page_answers, self.person.id, page)
        self.context.log("page-opened", person_id=self.person.id, subject=page)
        self.reply(
            {
                "person": {"id": self.person.id, "name": self.person.name},
                "answers": {
                    name: {
                        "response": answer.response,
                        "seq": answer.seq,
                        "saved_at": answer.saved_at.isoformat(),
                        "checked": answer.checked,
                    }
                    for name, answer in answers.items()
                },
            }
        )


class PageAnswerHandler(ApiHandler):
    async def put(self, page: str, name: str) -> None:
        self.require_page(page)
        exercise = self.context.exercises.get(page, {}).get(name)
        if exercise is None:
            raise NotFound("Šāda vingrinājuma šajā lapā nav. Ielādē lapu no jauna.")
        body = _fields(self.json_body(), {"response": dict, "seq": int, "checked": bool})
        saved = await self.context.run(_save_page_answer, self.context, self.person.id, page, exercise, body)
        self.reply(_saved(saved))


def _save_page_answer(context: Context, person_id: str, page: str, exercise: Exercise, body: dict[str, Any]) -> Saved:
    response = exercise.read(body["response"])
    return context.store.learning.save_answer(
        person_id,
        page,
        exercise.id,
        response,
        seq=body["seq"],
        checked=body["checked"],
        outcome=exercise.judge(response) if body["checked"] else None,
        now=context.now(),
    )


class ProgressHandler(ApiHandler):
    """For the frame around a page: the service that shows it asks with a token of no page."""

    async def get(self) -> None:
        self.require_page("")
        pages, done = {}, {}
        if self.person.role == "trainee":
            home = await self.context.run(home_of, self.context, self.person.id)
            pages, done = states_of_pages(home), done_of_pages(home)
        news = await self.context.run(news_for, self.context, self.person)
        self.reply({"pages": pages, "done": done, "news": news})


class AttemptsHandler(ApiHandler):
    async def get(self) -> None:
        """The outline of a module's assessment; starts nothing."""
        module = self.get_query_argument("module", "")
        self.require_page(assessment_page(module))
        self.reply(await self.context.run(outline, self.context, self.person.id, module))

    async def post(self) -> None:
        """The open attempt, or the next one, started now."""
        module = _fields(self.json_body(), {"module": str})["module"]
        self.require_page(assessment_page(module))
        forms = self.context.course.forms_of(module)
        if not forms:
            raise NotFound("Šim modulim pārbaudes darba vēl nav.")
        await self.context.run(require_open, self.context, self.person.id, module)
        attempt = await self.context.run(
            self.context.store.learning.start_attempt,
            self.person.id,
            module,
            forms=[form.id for form in forms],
            rules=self.context.course_settings.rules_of(module),
            now=self.context.now(),
            released=forms,
        )
        self.reply(attempt_as_json(self.context, attempt))


class AttemptHandler(ApiHandler):
    async def get(self, attempt_id: str) -> None:
        self.reply(attempt_as_json(self.context, await self.own_attempt(attempt_id)))

    async def own_attempt(self, attempt_id: str) -> Attempt:
        attempt = await self.context.run(
            self.context.store.learning.attempt,
            attempt_id,
            person_id=self.person.id,
            rules=self.context.course_settings.attempt_rules,
        )
        self.require_page(assessment_page(attempt.module))
        return attempt


class AttemptAnswerHandler(AttemptHandler):
    async def put(self, attempt_id: str, item_id: str) -> None:
        attempt = await self.own_attempt(attempt_id)
        body = _fields(self.json_body(), {"response": dict, "seq": int})
        item = next((item for item in _form(self.context, attempt).items if item.id == item_id), None)
        if item is None:
            raise InvalidAnswer("Šajā darbā tāda uzdevuma nav. Ielādē lapu no jauna; iepriekš saglabātais paliek.")
        saved = await self.context.run(
            self.context.store.learning.save_attempt_answer,
            attempt_id,
            item.id,
            item.version,
            read_answer(item, body["response"]),
            person_id=self.person.id,
            seq=body["seq"],
            rules=self.context.course_settings.attempt_rules,
            now=self.context.now(),
        )
        self.reply(_saved(saved))


class SubmitHandler(AttemptHandler):
    async def post(self, attempt_id: str) -> None:
        attempt = await self.own_attempt(attempt_id)
        answered = _fields(self.json_body(), {"answered": int})["answered"]
        if not 0 <= answered <= 1000:
            raise InvalidAnswer(_WRONG_REQUEST)
        attempt = await self.context.run(
            self.context.store.learning.submit,
            attempt_id,
            _form(self.context, attempt),
            person_id=self.person.id,
            answered=answered,
            rules=self.context.course_settings.attempt_rules,
            now=self.context.now(),
        )
        self.reply(attempt_as_json(self.context, attempt))


class TrainerReportHandler(ApiHandler):
    async def get(self) -> None:
        self.require_page("grupa")
        cohort_id = self.get_query_argument("cohort", "") or None
        module = self.get_query_argument("module", "") or None
        self.reply(await self.context.run(reports(self.context).trainer, self.person, cohort_id, module))


class ProgrammeReportHandler(ApiHandler):
    async def get(self) -> None:
        self.require_page("latvija")
        self.reply(await self.context.run(reports(self.context).programme, self.person))


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def attempt_as_json(context: Context, attempt: Attempt) -> dict[str, Any]:
    """The attempt as a kernel gets it: released items only, their parts in this attempt's own order."""
    form = _form(context, attempt)
    rules = context.course_settings.rules_of(attempt.module)
    return {
        "id": attempt.id,
        "module": attempt.module,
        "form": attempt.form,
        "title": form.title,
        "minutes": form.minutes,
        "number": attempt.number,
        "of": min(rules.allowed, len(context.course.forms_of(attempt.module))),
        "state": attempt.state,
        "deadline": _iso(attempt.deadline),
        "items": [shuffled(item, attempt.seed).model_dump(mode="json") for item in form.items],
        "answers": {
            name: {"response": answer.response, "seq": answer.seq, "saved_at": answer.saved_at.isoformat()}
            for name, answer in attempt.answers.items()
        },
        "started_at": _iso(attempt.started_at),
        "submitted_at": _iso(attempt.submitted_at),
        "submission": attempt.submission_id,
        "result_url": context.link(f"rezultati/{attempt.id}") if attempt.submitted_at else None,
    }


def outline(context: Context, person_id: str, module: str) -> dict[str, Any]:
    """What the assessment's start screen says; `NotFound` when the module has no assessment."""
    forms = context.course.forms_of(module)
    if not forms:
        raise NotFound("Šim modulim pārbaudes darba vēl nav.")
    settings = context.course_settings
    stands = context.store.learning.outline(
        person_id, module, forms=[form.id for form in forms], rules=settings.rules_of(module)
    )
    form = forms[(stands.number or 1) - 1]
    last = stands.last
    share = settings.pass_share_of(module)
    passed = (
        last is not None
        and module != START_TEST
        and any(one.module == module and one.passed(share) for one in context.store.results.of_person(person_id))
    )
    return {
        "title": form.title,
        "items": len(form.items),
        "minutes": form.minutes,
        "number": stands.number,
        "of": stands.of,
        "open": stands.open is not None,
        "counts": settings.attempt_that_counts.value,
        "pass_mark": share,
        "passed": passed,
        "deadline": _iso(stands.deadline),
        "last": {
            "number": last.number,
            "submitted_at": _iso(last.submitted_at),
            "result_url": context.link(f"rezultati/{last.id}"),
        }
        if last
        else None,
        **({"closed": why_closed(home_of(context, person_id), module)} if is_exam(module) else {}),
    }


def shuffled(item: ReleasedItem, seed: int) -> ReleasedItem:
    """`item` with what may be chosen in an order of its own for `seed`; the same seed, the same order.

    Spots stay, because they are a text; so does the left side of a match, because people read it as a list.
    """
    rng = random.Random(f"{seed}:{item.id}")  # noqa: S311  # an order to look at, no secret

    def mixed(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        return tuple(rng.sample(pieces, len(pieces)))

    return item.model_copy(
        update={"options": mixed(item.options), "pieces": mixed(item.pieces), "right": mixed(item.right)}
    )


def _form(context: Context, attempt: Attempt) -> ReleasedForm:
    form = context.course.forms.get(attempt.form)
    if form is None:
        raise NotFound("Šis pārbaudes darbs vairs nav pieejams. Saglabātais paliek; raksti savam pasniedzējam.")
    return form


def _saved(saved: Saved) -> dict[str, Any]:
    return {"saved_at": saved.saved_at.isoformat(), "seq": saved.seq, "applied": saved.applied}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _fields(body: dict[str, Any], wanted: dict[str, type]) -> dict[str, Any]:
    """The body, if it has exactly the fields in `wanted`, of exactly these types (true is no number)."""
    if body.keys() != wanted.keys() or any(type(body[name]) is not kind for name, kind in wanted.items()):
        raise InvalidAnswer(_WRONG_REQUEST)
    return body


def reports(context: Context) -> Reports:
    return Reports(context.store, context.course, context.course_settings, load_places(), clock=context.now)


NAME = r"([A-Za-z0-9._-]{1,64})"
ROUTES = [
    (r"api/page/" + NAME, PageHandler),
    (r"api/page/" + NAME + r"/answer/" + NAME, PageAnswerHandler),
    (r"api/progress", ProgressHandler),
    (r"api/attempt", AttemptsHandler),
    (r"api/attempt/" + NAME, AttemptHandler),
    (r"api/attempt/" + NAME + r"/answer/" + NAME, AttemptAnswerHandler),
    (r"api/attempt/" + NAME + r"/submit", SubmitHandler),
    (r"api/report/trainer", TrainerReportHandler),
    (r"api/report/programme", ProgrammeReportHandler),
]
