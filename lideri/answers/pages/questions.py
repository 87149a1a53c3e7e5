"""«Jautāt pasniedzējam» and «Ziņot par kļūdu»: what somebody writes about a page, and who reads it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any, cast

from tornado.web import HTTPError

from lideri.answers.auth import Handler
from lideri.answers.pages.site import (
    LEARNS,
    ORGANISES,
    TEACHES,
    Page,
    Problems,
    Site,
    listed,
    paragraphs,
    render,
    shortened,
)
from lideri.course.exams import EXAMS, assessment_name, is_exam
from lideri.course.items import ReleasedForm
from lideri.errors import NotAllowed, NotFound, RefusedError
from lideri.settings import SERVICE_PREFIX, START_TEST
from lideri.store.notes import LONGEST_NOTE, Problem, Thread
from lideri.store.people import Person
from lideri.store.tables import ProblemKind, ProblemState, ThreadState

KINDS: tuple[tuple[ProblemKind, str, str], ...] = (
    ("content", "Saturs", "Kaut kas nav pareizs, ir novecojis vai nav saprotams"),
    ("language", "Valoda", "Pareizrakstība, izteiksme, vārdu izvēle"),
    ("broken", "Nedarbojas", "Poga, uzdevums vai lapa nedarbojas tā, kā vajadzētu"),
)
PROBLEM_STATES: dict[ProblemState, tuple[str, str]] = {
    "new": ("wait", "Jauns"),
    "fixed": ("done", "Izlabots"),
    "declined": ("none", "Nelabosim"),
}
_FOR_ASKER: dict[ThreadState, tuple[str, str]] = {
    "waiting": ("wait", "Gaida atbildi"),
    "answered": ("done", "Atbildēts"),
    "done": ("done", "Atrisināts"),
}
_NAMES = {
    "": "Sākums",
    "rezultati": "Mani rezultāti",
    "jautajumi": "Jautājumi",
    "vertesana": "Vērtēšana",
    "grupas": "Grupas",
    "cilveki": "Cilvēki",
    "profils": "Mans profils",
    "palidziba": "Palīdzība",
    "pieklustamiba": "Piekļūstamības paziņojums",
    "personas-dati": "Personas dati",
    "lapinas": "Lapiņas klientam",
    "fakti": "Fakti",
    "noteikumi": "Programmas noteikumi",
    "zinojumi": "Kļūdu ziņojumi",
    "zurnals": "Vērtējumu žurnāls",
    "dienasgramata": "Palīdzības dienasgrāmata",
    "ieraksti": "Dienasgrāmatas",
    "paneli/grupa": "Grupas pārskats",
    "paneli/latvija": "Latvija",
}
_ADDRESS = re.compile(r"[a-z0-9-]+(?:[./][A-Za-z0-9-]+){0,3}")
_EXERCISE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Place:
    """A page that somebody wrote from: its address as kept (``page``), in words, and a link where there is one."""

    page: str
    title: str
    href: str = ""
    exercises: tuple[tuple[str, str], ...] = ()  # (value, words)

    def exercise(self, value: str) -> str:
        """The exercise in words; "" for one that this page does not have."""
        return dict(self.exercises).get(value, "")


# ── what both share ─────────────────────────────────────────────────────────────────────────────────────────────────


class WritingPage(Page):
    """A page with a form for a text: whatever goes wrong, the text typed is shown again."""

    def place(self, page: str, whose: Person | None = None) -> Place:
        """What is at an address that a browser sent along. Asks the store for a result; call it on a thread."""
        if not page or not _ADDRESS.fullmatch(page) or len(page) > 100:
            return Place("", _NAMES[""], self.at_home())
        course = self.context.course
        entry = course.pages.get(page)
        if entry is not None and "/" not in page:
            return Place(page, _title(page, entry.title), f"/services/macibas/{page}", self._exercises(page))
        if part := course.syllabus.part(page):
            return Place(page, _title(page, part.title), f"/services/macibas/{page}", self._exercises(page))
        module_id, _, rest = page.partition("/")
        module = course.syllabus.module(module_id)
        if module is not None and module.assessment is not None and rest == "parbaude":
            forms = course.forms_of(module.id)
            href = f"/services/macibas/{page}"
            return Place(page, module.assessment.title, href, _numbered(forms[0] if forms else None))
        if is_exam(module_id) and rest == "parbaude":
            forms = course.forms_of(module_id)
            return Place(page, EXAMS[module_id], f"/services/macibas/{page}", _numbered(forms[0] if forms else None))
        if page.startswith("rezultati/"):
            return self._result(page, whose)
        if page.startswith("lapinas/"):
            leaflet = course.leaflets.get(page.removeprefix("lapinas/"))
            words = f"Lapiņa klientam: {leaflet.title}" if leaflet else _NAMES["lapinas"]
            return Place(page, words, self.at_home(page))
        where = f"/services/{page}" if page.startswith("paneli/") else self.at_home(page)
        return Place(page, _NAMES.get(page) or _NAMES.get(page.partition("/")[0], page), where)

    def _exercises(self, page: str) -> tuple[tuple[str, str], ...]:
        found = []
        for name, exercise in self.context.exercises.get(page, {}).items():
            words = exercise.item.stem if exercise.item else str((exercise.scenario or {}).get("title", "Uzdevums"))
            found.append((name, shortened(words, 90)))
        return tuple(found)

    def _result(self, page: str, whose: Person | None) -> Place:
        attempt_id = page.removeprefix("rezultati/")
        try:
            attempt = self.context.store.learning.attempt(
                attempt_id,
                person_id=(whose or self.person).id,
                rules=self.context.course_settings.attempt_rules,
            )
        except RefusedError:
            return Place("rezultati", _NAMES["rezultati"], self.at_home("rezultati"))
        name = assessment_name(attempt.module, self.context.course.syllabus)
        if is_exam(attempt.module):  # their tasks are not on the result's page
            return Place(
                page, f"{name}, {'plāns' if attempt.module == START_TEST else 'rezultāts'}", self.at_home(page)
            )
        words = f"{name}, {attempt.number}. mēģinājuma rezultāts"
        form = self.context.course.forms.get(attempt.form)
        return Place(page, words, self.at_home(page), _numbered(form))

    def asked_place(self) -> tuple[str, str]:
        """(address, exercise) as the form or the link says."""
        exercise = self.get_argument("uzdevums", "")
        return self.get_argument("lapa", ""), exercise if _EXERCISE.fullmatch(exercise) else ""

    def key(self) -> str:
        """The form's own key, so that a text sent twice is there once."""
        given = self.get_body_argument("atslega", "")
        return given if _KEY.fullmatch(given) else str(uuid.uuid4())

    def text(self) -> str:
        # tornado's own stripping takes half of the characters that `tidy` knows better about.
        return self.get_body_argument("teksts", "", strip=False)

    def sent(self) -> str:
        """The key of a text that the browser may forget now: it is on disk."""
        given = self.get_query_argument("nosutits", "")
        return given if _KEY.fullmatch(given) else ""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A form that comes from an old page or after the session ended: the text is given back, nothing is lost."""
        typed = "" if self.request.method != "POST" or status_code not in (401, 403, 503) else self._typed()
        if not typed:
            super().write_error(status_code, **kwargs)
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("X-Frame-Options", "DENY")
        self.finish(
            render(
                cast("Handler", self),
                "atpakal.html",
                Site(),
                typed=typed[:LONGEST_NOTE],
                again=self.form_address(),
                busy=status_code == 503,
            )
        )

    def form_address(self) -> str:
        """Where the form stands that was sent here."""
        page = self.get_argument("lapa", "")
        return self.request.path + (f"?lapa={page}" if _ADDRESS.fullmatch(page) else "")

    def _typed(self) -> str:
        try:
            return self.get_body_argument("teksts", "", strip=False).strip()
        except (RefusedError, HTTPError):
            return ""


def new_key() -> str:
    """For a form that is about to be shown."""
    return str(uuid.uuid4())


def _title(page: str, title: str) -> str:
    return title if title.startswith(page) else f"{page}. {title}"


def _numbered(form: ReleasedForm | None) -> tuple[tuple[str, str], ...]:
    return tuple((str(number), f"{number}. uzdevums") for number in range(1, len(form.items) + 1)) if form else ()


# ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Ask(WritingPage):
    """`jautat`: a trainee's question, from the page named in the address."""

    roles = LEARNS

    async def get(self) -> None:
        await self._form()

    async def post(self) -> None:
        page, exercise = self.asked_place()
        place = await self.context.run(self.place, page)
        key = self.key()
        try:
            thread = await self.context.run(
                self.context.store.notes.ask,
                self.person,
                self.text(),
                page=place.page,
                exercise=exercise if place.exercise(exercise) else "",
                key=key,
                now=self.context.now(),
            )
        except RefusedError as error:
            await self._form(error)
            return
        self.redirect(self.at_home(f"jautajumi/{thread}?nosutits={key}"))

    async def _form(self, error: RefusedError | None = None) -> None:
        page, exercise = self.asked_place()
        place = await self.context.run(self.place, page)
        self.show(
            "jautat.html",
            current="jautajumi",
            status=error.status if error else 200,
            place=place,
            exercise=exercise,
            readers=await self.context.run(self._readers),
            text=self.text() if error else "",
            errors=_problems(error),
            key=self.key() if error else new_key(),
            draft=f"{self.person.id}:jautat:{place.page}",
            longest=LONGEST_NOTE,
        )

    def _readers(self) -> str:
        """Who will read it, by name."""
        people = self.context.store.people
        cohorts = people.cohorts_of_member(self.person.id)
        names = people.names({trainer for cohort in cohorts for trainer in cohort.trainers})
        return listed(sorted(names.values()))


class Questions(WritingPage):
    """`jautajumi`: a trainee's own questions; a trainer's, those of the own cohorts."""

    async def get(self) -> None:
        notes = self.context.store.notes
        if self.person.role in TEACHES:
            threads = await self.context.run(notes.threads_for, self.person)
            shown = await self.context.run(lambda: [self._shown(thread) for thread in threads])
            waiting = [line for line in shown if line["state"] == "waiting"]
            self.show(
                "jautajumi_pasniedzejam.html",
                current="jautajumi",
                demo=any(thread.is_demo for thread in threads),
                notice="Jautājums ir atzīmēts kā atrisināts." if self.get_query_argument("gatavs", "") else "",
                waiting=waiting[::-1],  # who waits longest comes first
                answered=[line for line in shown if line["state"] == "answered"],
                done=[line for line in shown if line["state"] == "done"][:50],
            )
            return
        threads = await self.context.run(notes.threads_of, self.person)
        problems = await self.context.run(notes.problems_of, self.person)
        shown = await self.context.run(lambda: [self._shown(thread) for thread in threads])
        reported = await self.context.run(lambda: [shown_problem(self, problem) for problem in problems])
        await self.context.run(notes.decisions_seen, self.person, problems)
        self.show("jautajumi.html", current="jautajumi", threads=shown, problems=reported)

    def _shown(self, thread: Thread) -> dict[str, Any]:
        kind, word = _FOR_ASKER[thread.state]
        return {
            "state": thread.state,
            "title": shortened(thread.messages[0].text, 90) if thread.messages else "Jautājums",
            "who": thread.person_name,
            "place": _NAMES["rezultati"] if thread.page.startswith("rezultati/") else self.place(thread.page).title,
            "changed_at": thread.changed_at,
            "kind": kind,
            "word": word,
            "unread": thread.unread,
            "href": self.at_home(f"jautajumi/{thread.id}"),
        }


class OneQuestion(WritingPage):
    """`jautajumi/<id>`: everything written about one question, and a form to go on."""

    async def get(self, thread_id: str) -> None:
        thread = await self.context.run(self.context.store.notes.thread, self.person, thread_id)
        if thread.person_id == self.person.id and thread.unread:
            await self.context.run(self.context.store.notes.seen, self.person, thread)
            await self.count_news()
        await self._show(thread)

    async def post(self, thread_id: str) -> None:
        notes, key = self.context.store.notes, self.key()
        try:
            await self.context.run(notes.write, self.person, thread_id, self.text(), key=key, now=self.context.now())
        except NotFound:
            raise
        except RefusedError as error:
            await self._show(await self.context.run(notes.thread, self.person, thread_id), error)
            return
        self.redirect(self.at_home(f"jautajumi/{thread_id}?nosutits={key}"))

    async def _show(self, thread: Thread, error: RefusedError | None = None) -> None:
        own = thread.person_id == self.person.id
        asker = await self.context.run(self.context.store.people.get, thread.person_id)
        place = await self.context.run(self.place, thread.page, asker)
        kind, word = _FOR_ASKER[thread.state]
        self.show(
            "jautajums.html",
            current="jautajumi",
            demo=thread.is_demo and not own,
            status=error.status if error else 200,
            notice=self._notice(own) if not error else "",
            own=own,
            thread=thread,
            place=place,
            place_href="" if not own and thread.page.startswith("rezultati/") else place.href,
            exercise=place.exercise(thread.exercise),
            messages=[
                {
                    "who": "Tu" if message.from_asker and own else message.author,
                    "from_asker": message.from_asker,
                    "text": paragraphs(message.text),
                    "written_at": message.written_at,
                }
                for message in thread.messages
            ],
            kind=kind,
            word=word,
            text=self.text() if error else "",
            errors=_problems(error),
            key=self.key() if error else new_key(),
            sent=self.sent(),
            draft=f"{self.person.id}:atbilde:{thread.id}",
            longest=LONGEST_NOTE,
        )

    def _notice(self, own: bool) -> str:
        if not self.sent():
            return ""
        return "Jautājums ir nosūtīts." if own else "Atbilde ir nosūtīta."


class QuestionDone(WritingPage):
    """`jautajumi/<id>/gatavs`: a trainer marks a question as solved."""

    roles = TEACHES

    async def post(self, thread_id: str) -> None:
        await self.context.run(self.context.store.notes.mark_done, self.person, thread_id, now=self.context.now())
        self.redirect(self.at_home("jautajumi?gatavs=1"))


# ── reports of mistakes ─────────────────────────────────────────────────────────────────────────────────────────────


class Report(WritingPage):
    """`zinot`: a mistake on a page."""

    async def get(self) -> None:
        await self._form()

    async def post(self) -> None:
        page, exercise = self.asked_place()
        place = await self.context.run(self.place, page)
        kind = self._kind()
        if kind is None:
            await self._form(problems=[("veids", "Izvēlies, kas ir nepareizi")])
            return
        key = self.key()
        width = self.get_body_argument("platums", "")
        try:
            await self.context.run(
                self.context.store.notes.report,
                self.person,
                self.text(),
                kind=kind,
                page=place.page,
                exercise=exercise if place.exercise(exercise) else "",
                width=int(width) if re.fullmatch(r"[0-9]{1,5}", width) else None,
                key=key,
                now=self.context.now(),
            )
        except RefusedError as error:
            await self._form(problems=_problems(error), status=error.status)
            return
        self.redirect(self.at_home(f"zinojumi?mani=1&nosutits={key}"))

    def _kind(self) -> ProblemKind | None:
        given = self.get_body_argument("veids", "")
        return next((kind for kind, _, _ in KINDS if kind == given), None)

    async def _form(self, *, problems: Problems | None = None, status: int = 400) -> None:
        page, exercise = self.asked_place()
        place = await self.context.run(self.place, page)
        self.show(
            "zinot.html",
            current="",
            status=status if problems else 200,
            place=place,
            exercise=exercise,
            kinds=KINDS,
            chosen=self._kind() or "",
            text=self.text() if problems else "",
            errors=problems or [],
            key=self.key() if problems else new_key(),
            draft=f"{self.person.id}:zinot:{place.page}",
            longest=LONGEST_NOTE,
        )


class Reports(WritingPage):
    """`zinojumi`: what the person reported; for lead trainers and administrators everything, to be decided."""

    async def get(self) -> None:
        notes = self.context.store.notes
        mine = bool(self.get_query_argument("mani", "")) or self.person.role not in ORGANISES
        if mine:
            problems = await self.context.run(notes.problems_of, self.person)
            await self.context.run(notes.decisions_seen, self.person, problems)
            await self.count_news()
        else:
            problems = await self.context.run(notes.problems, self.person)
        await self.show_reports(problems, mine=mine)

    async def show_reports(
        self, problems: list[Problem], *, mine: bool, refused: str = "", error: RefusedError | None = None
    ) -> None:
        """The list; `refused` is the report whose decision could not be kept, and `error` says why."""
        shown = await self.context.run(lambda: [shown_problem(self, problem) for problem in problems])
        for line in shown:
            line["error"] = str(error) if error and line["id"] == refused else ""
            if line["error"]:
                line["reason_typed"] = self.text()
        self.show(
            "zinojumi.html",
            current="zinojumi",
            demo=not mine and any(problem.is_demo for problem in problems),
            status=error.status if error else 200,
            notice=self._notice(),
            mine=mine,
            both=self.person.role in ORGANISES,
            new=[line for line in shown if line["state"] == "new"],
            decided=[line for line in shown if line["state"] != "new"][:200],
            sent=self.sent(),
            longest=LONGEST_NOTE,
        )

    def _notice(self) -> str:
        if self.sent():
            return "Paldies! Ziņojums ir saglabāts."
        return "Lēmums ir saglabāts." if self.get_query_argument("izlemts", "") else ""


class Decide(Reports):
    """`zinojumi/<id>`: what came of a report."""

    roles = ORGANISES

    async def get(self, _report_id: str = "") -> None:
        raise NotFound("Ziņojumi ir sarakstā «Kļūdu ziņojumi».")

    def form_address(self) -> str:
        return self.at_home("zinojumi")

    async def post(self, report_id: str) -> None:
        notes = self.context.store.notes
        given = self.get_body_argument("statuss", "")
        state = next((state for state in PROBLEM_STATES if state == given), None)
        if state is None:
            raise NotAllowed("Šādu lēmumu izvēlēties nevar. Ielādē sarakstu no jauna.")
        try:
            await self.context.run(notes.decide, self.person, report_id, state, self.text(), now=self.context.now())
        except NotFound:
            raise
        except RefusedError as error:
            problems = await self.context.run(notes.problems, self.person)
            await self.show_reports(problems, mine=False, refused=report_id, error=error)
            return
        self.redirect(self.at_home("zinojumi?izlemts=1"))


def shown_problem(page: WritingPage, problem: Problem) -> dict[str, Any]:
    """A report in words. Asks the store for the place; call it on a thread."""
    is_result = problem.page.startswith("rezultati/")
    place = Place(problem.page, _NAMES["rezultati"]) if is_result else page.place(problem.page)
    kind, word = PROBLEM_STATES[problem.state]
    return {
        "id": problem.id,
        "state": problem.state,
        "kind": kind,
        "word": word,
        "what": next(label for name, label, _ in KINDS if name == problem.kind),
        "place": place.title,
        "href": place.href,
        "exercise": place.exercise(problem.exercise) or (f"{problem.exercise}. uzdevums" if is_result else ""),
        "exercise_id": problem.exercise,
        "width": problem.width,
        "who": problem.person_name,
        "text": paragraphs(problem.text),
        "reported_at": problem.reported_at,
        "reason": paragraphs(problem.reason),
        "reason_typed": problem.reason,
        "decided_at": problem.decided_at,
        "unread": problem.unread,
        "action": f"{SERVICE_PREFIX}zinojumi/{problem.id}",
    }


def _problems(error: RefusedError | None) -> Problems:
    return [("teksts", str(error))] if error else []
