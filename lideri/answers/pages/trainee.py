"""Pages of a trainee: home, results. Others are led to where they work."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lideri.answers.home import done_of_pages, home_of, states_of_pages, why_closed
from lideri.answers.pages.certificates import home_words
from lideri.answers.pages.site import LEARNS, Page, about_minutes, listed, moment, paragraphs, points, points_of
from lideri.course.catalogue import Module
from lideri.course.exams import assessment_name, is_exam
from lideri.course.latvian import counted, exercises_done, number
from lideri.errors import NotFound
from lideri.reports.evidence import released_items
from lideri.reports.exams import PlanLine, module_shares
from lideri.reports.supporting import own_level
from lideri.reports.trainee import (
    AssessmentProgress,
    FreeTextView,
    ItemView,
    ModuleProgress,
    NextStep,
    TraineeHome,
    TraineeResult,
    trainee_result,
)
from lideri.reports.trainer import cut_scores
from lideri.settings import FINAL_TEST, START_TEST
from lideri.store.people import Person
from lideri.store.results import AttemptResult, counting_attempt

WORKBOOK = "/services/macibas/"
HOME_OF_ROLE = {
    "trainer": "/services/paneli/grupa",
    "lead_trainer": "/services/paneli/grupa",
    "programme_lead": "/services/paneli/latvija",
    "admin": "/services/lideri/cilveki",
}
_ASSESSMENT_WORDS = {
    "none": ("none", "Nav sākts"),
    "open": ("now", "Iesākts"),
    "grading": ("wait", "Iesniegts"),
    "waiting": ("wait", "Gaida pasniedzēja vērtējumu"),
    "passed": ("done", "Ieskaitīts"),
    "not_passed": ("now", "Vēl nav ieskaitīts"),
}


@dataclass(frozen=True)
class Step:
    """The one next step, in words."""

    title: str
    text: str
    href: str = ""
    action: str = ""
    other: str = ""  # another way, beside the step: address and words
    other_href: str = ""


@dataclass(frozen=True)
class ShownPart:
    id: str
    title: str
    minutes: int
    written: bool
    status: str
    href: str


@dataclass(frozen=True)
class ShownAssessment:
    title: str
    minutes: int
    status: str
    word: str
    href: str
    deadline: datetime | None


@dataclass(frozen=True)
class ShownModule:
    id: str
    title: str
    written: bool
    minutes: int
    practical: str
    status: str
    parts: tuple[ShownPart, ...]
    assessment: ShownAssessment | None
    advice: str = ""  # what the start test says about it
    skip: bool = False


class TraineePage(Page):
    roles = LEARNS

    def home(self) -> TraineeHome:
        """Asks the store; call it on a thread."""
        return home_of(self.context, self.person.id)


class Home(TraineePage):
    roles = ()

    async def get(self) -> None:
        if self.person.role != "trainee":
            self.redirect(HOME_OF_ROLE[self.person.role])
            return
        home = await self.context.run(self.home)
        written = [module.id for module in home.written]
        certificate = await self.context.run(
            home_words,
            self.context,
            self.person,
            all_done=bool(home.written)
            and all(one.assessment is None or one.assessment.state == "passed" for one in home.written),
        )
        last = _CERTIFICATE_STEPS.get(certificate["kind"]) if home.next.kind == "all_done" else None
        self.show(
            "sakums.html",
            current="sakums",
            first_name=given_name(self.person),
            certificate=None if last else certificate,
            next=replace(last, href=certificate["href"]) if last else next_step(home.next, self.at_home(), home),
            tests=home_tests(home, self.at_home()),
            home={"modules": [self._shown(module) for module in home.modules]},
            unfolded={module.id for module in home.written if _unfolded(module, home)},
            written_note=_written_note(written, len(home.modules)),
            progress_words=_progress_words,
            contents_words=_contents_words,
        )

    def _shown(self, module: ModuleProgress) -> ShownModule:
        parts = tuple(
            ShownPart(part.id, part.title, part.minutes, part.written, part.status, f"{WORKBOOK}{part.id}")
            for part in module.parts
        )
        assessment = None
        if module.assessment is not None:
            status, word = _ASSESSMENT_WORDS[module.assessment.state]
            assessment = ShownAssessment(
                module.assessment.title,
                module.assessment.minutes,
                status,
                word,
                _assessment_href(module.id, module.assessment, self.at_home()),
                module.assessment.deadline if module.assessment.may_start else None,
            )
        return ShownModule(
            module.id,
            module.title,
            module.written,
            module.minutes,
            module.practical,
            module.status,
            parts,
            assessment,
            ADVICE[module.advice].hint if module.advice and module.status != "done" else "",
            module.advice == "skip",
        )


class Learn(TraineePage):
    """`macibas`: the page to go on with."""

    roles = ()

    async def get(self) -> None:
        if self.person.role != "trainee":
            written = [
                part.id for module in self.context.course.syllabus.modules for part in module.parts if part.written
            ]
            self.redirect(f"{WORKBOOK}{written[0]}" if written else self.at_home())
            return
        home = await self.context.run(self.home)
        part = home.next.part
        pages = [part.id for module in home.written for part in module.parts if part.written]
        self.redirect(f"{WORKBOOK}{part.id}" if part else f"{WORKBOOK}{pages[0]}" if pages else self.at_home())


class PageState(TraineePage):
    """How far one page is, for the page itself: it asks after something on it was checked."""

    has_navigation = False

    def check_xsrf_cookie(self) -> None:
        """As for `ResultState`: a script's GET that changes nothing."""

    async def get(self) -> None:
        page = self.get_query_argument("lapa", "")
        home = await self.context.run(self.home)
        done = done_of_pages(home).get(page)
        if done is None:
            raise NotFound("Šādas nodaļas nav.")
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({"state": states_of_pages(home)[page], "words": exercises_done(*done)}))


class Results(TraineePage):
    async def get(self) -> None:
        works, supporting = await self.context.run(lambda: (self._works(), self._supporting()))
        self.show("rezultati.html", current="rezultati", works=works, supporting=supporting)

    def _supporting(self) -> dict[str, object] | None:
        """What one's answers say about helping others; None where the course names no such outcome."""
        course, settings = self.context.course, self.context.course_settings
        if not course.supporting:
            return None
        found = own_level(
            self.context.store.results.of_person(self.person.id),
            released_items(course.forms),
            course.supporting,
            cut_scores(settings),
        )
        names = [one.name for one in settings.levels.value]
        return {
            "level": None if found.index is None else names[found.index],
            "names": names,
            "items": counted(found.items, "uzdevums", "uzdevumi"),
            "least": counted(settings.min_items_for_level.value, "uzdevuma", "uzdevumiem"),
            "assumed": settings.levels.is_assumption,
        }

    def _works(self) -> list[dict[str, object]]:
        store, settings = self.context.store, self.context.course_settings
        results = {result.attempt_id: result for result in store.results.of_person(self.person.id)}
        counting = {
            module: counting_attempt(
                [result for result in results.values() if result.module == module], settings.rules_of(module)
            )
            for module in {result.module for result in results.values()}
        }
        works: list[dict[str, object]] = []
        for attempt in reversed(store.learning.attempts(self.person.id, rules=settings.attempt_rules)):
            title = _assessment_title(self, attempt.module)
            result = results.get(attempt.id)
            if result is None:
                number_shown = 0 if attempt.module == START_TEST else attempt.number
                works.append(
                    _work(title, number_shown, f"Sākts {moment(attempt.started_at)}", "now", "Iesākts")
                    | {"href": f"{WORKBOOK}{attempt.module}/parbaude", "action": "Turpināt"}
                )
                continue
            if attempt.module == START_TEST:
                works.append(_start_test_work(title, result) | {"href": self.at_home(f"rezultati/{attempt.id}")})
                continue
            passed = result.passed(settings.pass_share_of(attempt.module))
            words = _FINAL_WORDS if attempt.module == FINAL_TEST else _ASSESSMENT_WORDS
            status, word = words[
                "grading" if not result.items else "waiting" if passed is None else "passed" if passed else "not_passed"
            ]
            best = counting.get(attempt.module)
            several = sum(other.module == attempt.module for other in results.values()) > 1
            works.append(
                _work(title, attempt.number, f"Iesniegts {moment(result.submitted_at)}", status, word)
                | {
                    "points": f"{number(result.points)} no {points_of(result.max_points)}" if result.items else "",
                    "counts": several and best is not None and best.attempt_id == attempt.id,
                    "href": self.at_home(f"rezultati/{attempt.id}"),
                }
            )
        return works


class ResultState(TraineePage):
    """Whether the result can be shown; the waiting page asks again and again."""

    has_navigation = False

    def check_xsrf_cookie(self) -> None:
        """The hub wants its token even for a script's GET; a single word that changes nothing needs none."""

    async def get(self, attempt_id: str) -> None:
        result = await self.context.run(self.context.store.results.of_attempt, attempt_id, person_id=self.person.id)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps({"state": "graded" if result.items else result.state}))


class Result(TraineePage):
    """One attempt of one's own; somebody else's is as if it were not there."""

    async def get(self, attempt_id: str) -> None:
        store, settings = self.context.store, self.context.course_settings
        attempt = await self.context.run(
            store.learning.attempt, attempt_id, person_id=self.person.id, rules=settings.attempt_rules
        )
        if attempt.state == "open":
            self.redirect(f"{WORKBOOK}{attempt.module}/parbaude")
            return
        result = await self.context.run(store.results.of_attempt, attempt_id, person_id=self.person.id)
        if not result.items:
            self._show_waiting(result)
            return
        if result.module == START_TEST:
            self._show_plan(result, await self.context.run(self.home))
            return
        if result.module == FINAL_TEST:
            await self._show_final(result)
            return
        self._show_result(await self.context.run(self._read, result))

    def _show_waiting(self, result: AttemptResult) -> None:
        address = self.at_home(f"rezultati/{result.attempt_id}")
        self.show(
            "rezultats_gaida.html",
            current="rezultati",
            work={
                "title": _assessment_title(self, result.module),
                "subtitle": (
                    f"Iesniegts {moment(result.submitted_at)}."
                    if result.module == START_TEST
                    else f"{result.number}. mēģinājums. Iesniegts {moment(result.submitted_at)}."
                ),
                "exam": is_exam(result.module),
                "plan": result.module == START_TEST,
                "state": result.state,
                "href": address,
                "poll": f"{address}/stavoklis",
            },
        )

    def _show_plan(self, result: AttemptResult, home: TraineeHome) -> None:
        """What the start test says, module by module; no item, no answer, no points."""
        plan = home.start_test.plan if home.start_test else ()
        titles = {module.id: module for module in self.context.course.syllabus.modules}
        written = [line for line in plan if line.module in titles and titles[line.module].written]
        self.show(
            "plans.html",
            current="rezultati",
            subtitle=f"Sākuma tests iesniegts {moment(result.submitted_at)}.",
            summary=plan_summary(written),
            lines=[
                {
                    "id": line.module,
                    "title": titles[line.module].title,
                    "title_of_advice": ADVICE[line.advice].title,
                    "text": BLANK if is_blank(line) else ADVICE[line.advice].text,
                    "rests": rests_on(line),
                    "href": plan_link(titles[line.module], skip=line.advice == "skip"),
                    "skip": line.advice == "skip",
                }
                for line in written
            ],
            need_no_pages=self.context.course_settings.start_test.value.skipped_need_no_pages,
            assumed=self.context.course_settings.start_test.is_assumption,
            next=next_step(home.next, self.at_home(), home),
        )

    async def _show_final(self, result: AttemptResult) -> None:
        """Whether it is passed, the points in all and in each module: the tasks themselves are never shown again."""
        read = await self.context.run(self._read, result)
        home = await self.context.run(self.home)
        items = {item.id: item for item in self.context.course.forms[result.form].items}
        shares = module_shares(result.items, items, self.context.course.syllabus)
        whole = read.max_points or 1.0
        may_retake = read.passed is False and home.final_test is not None and home.final_test.may_start
        self.show(
            "noslegums.html",
            current="rezultati",
            work={
                "heading": _FINAL_HEADINGS[read.passed],
                "subtitle": f"{read.number}. mēģinājums no {read.of}. Iesniegts {moment(read.submitted_at)}.",
                "points": read.points,
                "max_words": points_of(read.max_points),
                "fill": 100 * read.points / whole,
                "wait": 100 * read.waiting_points / whole,
                "mark": 100 * read.pass_points / whole,
                "waiting_note": _waiting_note(read),
                "pass_note": _pass_note(read).replace("Lai darbu ieskaitītu", "Lai testu nokārtotu"),
                "pass_assumption": self.context.course_settings.final_test.is_assumption,
            },
            shares=[
                {
                    "id": one.module,
                    "title": one.title,
                    "percent": round(100 * one.points / one.max_points),
                    "words": f"{number(one.points)} no {points_of(one.max_points)}",
                }
                for one in shares
            ],
            next=_after_final(read, may_retake=may_retake, home=self.at_home()),
        )

    def _read(self, result: AttemptResult) -> TraineeResult:
        course, settings = self.context.course, self.context.course_settings
        form = course.forms.get(result.form)
        if form is None:
            raise NotFound("Šī darba uzdevumu kopas vairs nav. Raksti savam pasniedzējam.")
        return trainee_result(
            result,
            self.context.store.queue.submission(result.submission_id).data,
            form,
            course.syllabus,
            outline=self.context.store.learning.outline(
                self.person.id,
                result.module,
                forms=[form.id for form in course.forms_of(result.module)],
                rules=settings.rules_of(result.module),
            ),
            settings=settings,
            now=self.context.now(),
        )

    def _show_result(self, result: TraineeResult) -> None:
        whole = result.max_points or 1.0
        again = None
        if result.may_try_again:
            counts = self.context.course_settings.attempt_that_counts.value
            again = {
                "href": f"{WORKBOOK}{result.module}/parbaude",
                "note": "Skaitīsies labākais rezultāts." if counts == "best" else "Skaitīsies pēdējais rezultāts.",
            }
        self.show(
            "rezultats.html",
            current="rezultati",
            work={
                "title": result.title,
                "heading": _result_heading(result),
                "subtitle": f"{result.number}. mēģinājums no {result.of}. Iesniegts {moment(result.submitted_at)}.",
                "points": result.points,
                "max_words": points_of(result.max_points),
                "fill": 100 * result.points / whole,
                "wait": 100 * result.waiting_points / whole,
                "mark": 100 * result.pass_points / whole,
                "waiting_note": _waiting_note(result),
                "pass_note": _pass_note(result),
                "pass_assumption": result.pass_is_assumption,
                "summary": _summary(result),
                "explain_note": _explain_note(result),
                "tasks": [_shown_item(item) for item in result.items],
                "free_texts": [_shown_free_text(task) for task in result.free_texts],
            },
            next=_after_result(result, self.at_home()),
            again=again,
        )


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def given_name(person: Person) -> str:
    """The first name, where the person gave one: a single word may be a user name."""
    return person.name.split()[0] if len(person.name.split()) > 1 else ""


def next_step(step: NextStep, home: str, stands: TraineeHome | None = None) -> Step:
    test = _test_step(step, home, stands)
    if test is not None:
        return test
    module, part = step.module, step.part
    if part is not None and module is not None:
        where = f"{part.id}. {part.title}"
        length = f"Tas aizņems {about_minutes(part.minutes)}." if part.minutes else ""
        if step.kind == "continue_page":
            left = part.exercises - part.done_exercises
            text = f"Vēl {counted(left, 'uzdevums', 'uzdevumi')} no {part.exercises}. Jau ierakstītais ir saglabāts."
            return Step(f"Turpini nodaļu {where}", text, f"{WORKBOOK}{part.id}", "Turpināt")
        first = module.status == "none"
        title = f"Sāc ar nodaļu {where}" if first else f"Sāc nodaļu {where}"
        return Step(title, length, f"{WORKBOOK}{part.id}", "Sākt")
    assessment = module.assessment if module else None
    if module is None or assessment is None:
        return Step("Pagaidām viss izdarīts", "Kad būs uzrakstīts nākamais modulis, tas parādīsies šeit.")
    place = f"{WORKBOOK}{module.id}/parbaude"
    result = f"{home}rezultati/{step.attempt}"
    length = f"Tas aizņems {about_minutes(assessment.minutes)}. Vari pārtraukt un turpināt vēlāk."
    match step.kind:
        case "continue_assessment":
            return Step(
                f"Turpini: {assessment.title}", "Atbildes, kas jau ierakstītas, ir saglabātas.", place, "Turpināt"
            )
        case "take_assessment":
            return Step(f"Pildi: {assessment.title}", f"Visas nodaļas ir pabeigtas. {length}", place, "Sākt")
        case "try_again":
            text = "Pirmoreiz līdz ieskaitei pietrūka punktu. Otrreiz būs citi uzdevumi."
            if assessment.number and assessment.number > 2:
                text = "Līdz ieskaitei pietrūka punktu. Nākamreiz būs citi uzdevumi."
            return Step(f"Mēģini vēlreiz: {assessment.title}", text, place, "Sākt")
        case "see_result" if assessment.state == "not_passed":
            text = "Mēģinājumi ir izmantoti. Pārrunā rezultātu ar savu pasniedzēju."
            return Step(f"Apskati: {assessment.title}", text, result, "Skatīt rezultātu")
        case "see_result":
            text = "Darbs ir iesniegts. Brīvo atbildi vēl izlasīs pasniedzējs."
            return Step(f"Apskati: {assessment.title}", text, result, "Skatīt rezultātu")
        case _ if stands is not None and len(stands.written) == len(stands.modules):
            text = "Apskati, kas vēl vajadzīgs apliecībai."
            return Step("Visi moduļi ir pabeigti", text, f"{home}apliecibas/mana", "Uz apliecību")
        case _:
            text = "Visas nodaļas ir pabeigtas un pārbaudes darbs ieskaitīts. Nākamie moduļi parādīsies šeit."
            return Step(f"{module.id}. modulis ir pabeigts", text, result if step.attempt else "", "Skatīt rezultātu")


def _test_step(step: NextStep, home: str, stands: TraineeHome | None) -> Step | None:
    start, final = (stands.start_test, stands.final_test) if stands else (None, None)
    if start is not None and step.kind == "take_start_test":
        text = (
            "Tas palīdzēs saprast, ko jau proti un kurus moduļus vari izlaist. Atzīmi neliek. "
            f"{counted(start.items, 'uzdevums', 'uzdevumi')}, {about_minutes(start.minutes)}. "
            "Vari pārtraukt un turpināt vēlāk."
        )
        place = f"{WORKBOOK}{START_TEST}/parbaude"
        return Step("Pildi sākuma testu", text, place, "Sākt testu", "Sākšu bez testa", f"{home}macibas")
    if start is not None and step.kind == "continue_start_test":
        place = f"{WORKBOOK}{START_TEST}/parbaude"
        return Step(
            "Turpini sākuma testu",
            "Atbildes, kas jau ierakstītas, ir saglabātas.",
            place,
            "Turpināt",
            "Mācīšos bez testa",
            f"{home}macibas",
        )
    if final is None:
        return None
    place = f"{WORKBOOK}{FINAL_TEST}/parbaude"
    length = f"Tas aizņems {about_minutes(final.minutes)}. Vari pārtraukt un turpināt vēlāk."
    match step.kind:
        case "take_final_test":
            text = f"Visi pārbaudes darbi ir ieskaitīti. {length}"
            return Step("Pildi noslēguma testu", text, place, "Sākt testu")
        case "retake_final_test":
            text = f"Pirmoreiz pietrūka punktu. Otrreiz būs citi uzdevumi. {length}"
            return Step("Mēģini noslēguma testu vēlreiz", text, place, "Sākt testu")
        case "continue_final_test":
            return Step("Turpini noslēguma testu", "Atbildes, kas jau ierakstītas, ir saglabātas.", place, "Turpināt")
        case _:
            return None


def home_tests(home: TraineeHome, address: str) -> list[dict[str, str]]:
    """The home page's lines about the two tests, beside the next step: status, words, and where they lead."""
    lines = []
    start = home.start_test
    if start is not None and start.state in ("none", "open") and home.next.kind not in _START_STEPS:
        text = "Palīdz saprast, ko jau proti. Vari pildīt arī tagad." if start.state == "none" else ""
        status, word = ("none", "Nav sākts") if start.state == "none" else ("now", "Iesākts")
        lines.append(_test_line("Sākuma tests", status, word, text, f"{WORKBOOK}{START_TEST}/parbaude", "Atvērt"))
    if start is not None and start.attempt is not None:
        status, word = ("done", "Plāns ir gatavs") if start.state == "done" else ("wait", "Iesniegts")
        text = "Kurus moduļus vari izlaist un kurus iesakām mācīties." if start.state == "done" else ""
        lines.append(
            _test_line("Tavs mācību plāns", status, word, text, f"{address}rezultati/{start.attempt}", "Atvērt")
        )
    final = home.final_test
    # A new person has one thing to decide; what comes last can wait.
    if final is not None and home.next.kind not in _START_STEPS:
        status, word = _FINAL_WORDS[final.state]
        text = why_closed(home, FINAL_TEST) if final.state == "closed" else ""
        result = f"{address}rezultati/{final.attempt}" if final.attempt else ""
        href = f"{WORKBOOK}{FINAL_TEST}/parbaude" if final.state == "open" or final.may_start else ""
        if final.state in ("passed", "waiting", "grading") or not href:
            href = result
        lines.append(_test_line("Noslēguma tests", status, word, text, href, "Atvērt" if href != result else "Skatīt"))
    return lines


def _test_line(title: str, status: str, word: str, text: str, href: str, action: str) -> dict[str, str]:
    return {"title": title, "status": status, "word": word, "text": text, "href": href, "action": action}


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AdviceWords:
    """How the start test's advice on a module is said: on the plan, in its heading, and beside the module at home."""

    title: str
    text: str
    hint: str
    group: str
    everything: str  # instead of `group`, when it is said of every module


ADVICE = {
    "skip": AdviceWords(
        "Vari izlaist",
        "Izskatās, ka šo jau proti. Nodaļas vari izlasīt tik un tā; pārbaudes darbs ir jāpilda.",
        "Sākuma tests rāda, ka šo jau proti: nodaļas vari izlaist un pildīt uzreiz pārbaudes darbu.",
        "vari izlaist {} moduli",
        "visu moduļu nodaļas vari izlaist",
    ),
    "take": AdviceWords(
        "Iesakām mācīties",
        "Šeit vēl ir, ko apgūt. Izej nodaļas pēc kārtas, savā gaitā.",
        "Sākuma tests iesaka šo moduli mācīties.",
        "iesakām mācīties {} moduli",
        "iesakām mācīties visus moduļus",
    ),
    "unclear": AdviceWords(
        "Vēl neskaidrs",
        "No šiem uzdevumiem droši pateikt nevar. Ieskaties nodaļās: ja viss ir pazīstams, ej tālāk.",
        "Pēc sākuma testa vēl neskaidrs: ieskaties nodaļās un izlem.",
        "vēl neskaidrs {} modulis",
        "par visiem moduļiem vēl neskaidrs",
    ),
}
BLANK = "Šī moduļa uzdevumi palika bez atbildes. Ja to tomēr proti, pildi uzreiz pārbaudes darbu."
_CERTIFICATE_STEPS = {
    "ready": Step(
        "Apliecība ir gatava",
        "Viss vajadzīgais ir izdarīts. Apskati, vai vārds ir pareizs, un saņem apliecību.",
        action="Saņemt apliecību",
    ),
    "issued": Step(
        "Kurss ir pabeigts",
        "Apliecību vari lejupielādēt un rādīt citiem. Nodaļas un lapiņas klientam paliek atvērtas.",
        action="Atvērt apliecību",
    ),
}
_START_STEPS = ("take_start_test", "continue_start_test")
_FINAL_WORDS = {
    "closed": ("none", "Vēl slēgts"),
    "none": ("none", "Nav sākts"),
    "open": ("now", "Iesākts"),
    "grading": ("wait", "Iesniegts"),
    "waiting": ("wait", "Gaida pasniedzēja vērtējumu"),
    "passed": ("done", "Nokārtots"),
    "not_passed": ("now", "Vēl nav nokārtots"),
}
_FINAL_HEADINGS = {
    True: "Noslēguma tests ir nokārtots!",
    None: "Noslēguma tests ir iesniegts",
    False: "Līdz nokārtotam testam šoreiz pietrūka punktu",
}


def plan_summary(lines: Sequence[PlanLine]) -> str:
    """The plan in a sentence: which modules are which."""
    alike = {line.advice for line in lines}
    if len(lines) > 1 and len(alike) == 1:
        return f"Īsumā: {ADVICE[alike.pop()].everything}."
    said = []
    for advice, words in ADVICE.items():
        names = [f"{line.module}." for line in lines if line.advice == advice]
        if names:
            said.append(words.group.format(listed(names)))
    return f"Īsumā: {'; '.join(said)}." if said else ""


def is_blank(line: PlanLine) -> bool:
    """Whether nothing of the module was answered."""
    return 0 < line.items <= line.blank


def rests_on(line: PlanLine) -> str:
    if not line.items:
        return "Par šo moduli vēl nav neviena novērtēta uzdevuma."
    if is_blank(line):
        return ""
    rests = f"Pamatojas uz {counted(line.items, 'uzdevumu', 'uzdevumiem')}"
    return f"{rests}; bez atbildes palika {line.blank}." if line.blank else f"{rests}."


def plan_link(module: Module, *, skip: bool) -> tuple[str, str]:
    """Where the plan leads from a module: its assessment when it may be left out, else its first chapter."""
    if skip and module.assessment is not None:
        return f"{WORKBOOK}{module.id}/parbaude", "Pildīt pārbaudes darbu"
    first = next((part.id for part in module.parts if part.written), "")
    return (f"{WORKBOOK}{first}", f"Atvērt {first}. nodaļu") if first else ("", "")


def _after_final(result: TraineeResult, *, may_retake: bool, home: str) -> Step:
    if result.passed:
        return Step("Apskati, kas vēl vajadzīgs apliecībai", "", f"{home}apliecibas/mana", "Uz apliecību")
    if result.passed is None:
        text = "Galīgo rezultātu redzēsi, kad pasniedzējs būs izlasījis atbildes, kas gaida."
        return Step("Pagaidi pasniedzēja vērtējumu", text, home, "Uz sākumu")
    if may_retake:
        text = "Apskati, kuros moduļos gāja grūtāk, un tos pārlasi. Otrreiz būs citi uzdevumi."
        return Step("Kad jūties droši, mēģini vēlreiz", text, f"{WORKBOOK}{FINAL_TEST}/parbaude", "Sākt testu")
    return Step(
        "Pārrunā rezultātu ar savu pasniedzēju", "Mēģinājumi ir izmantoti.", f"{home}jautat", "Rakstīt pasniedzējam"
    )


def _assessment_href(module: str, assessment: AssessmentProgress, home: str) -> str:
    if assessment.attempt and assessment.state != "open":
        return f"{home}rezultati/{assessment.attempt}"
    return f"{WORKBOOK}{module}/parbaude"


def _unfolded(module: ModuleProgress, home: TraineeHome) -> bool:
    """The module of the next step and those that were begun show their chapters; the others fold them."""
    return module is home.next.module or module.status == "now"


def _written_note(written: list[str], total: int) -> str:
    if len(written) == total:
        return ""
    if not written:
        return "Pašlaik vēl neviens modulis nav uzrakstīts."
    if len(written) == 1:
        return f"Pašlaik uzrakstīts {written[0]}. modulis. Pārējie parādīsies šeit, kad būs gatavi."
    names = listed(f"{each}." for each in written)
    return f"Pašlaik uzrakstīti {names} modulis. Pārējie parādīsies šeit, kad būs gatavi."


def _progress_words(module: ShownModule) -> str:
    done = sum(part.status == "done" for part in module.parts)
    started = sum(part.status == "now" for part in module.parts)
    verb = "Pabeigta" if done % 10 == 1 and done % 100 != 11 else "Pabeigtas"
    words = f"{verb} {counted(done, 'nodaļa', 'nodaļas')} no {len(module.parts)}"
    if started:
        words += f", {counted(started, 'iesākta', 'iesāktas')}"
    return f"{words}. Pavisam {about_minutes(module.minutes)}."


def _contents_words(module: ShownModule) -> str:
    words = counted(len(module.parts), "nodaļa", "nodaļas") if module.parts else ""
    if module.practical:
        words += " un praktiskais uzdevums" if words else "Praktiskais uzdevums"
    return words


def _assessment_title(page: TraineePage, module_id: str) -> str:
    return assessment_name(module_id, page.context.course.syllabus)


def _work(title: str, attempt: int, when: str, status: str, word: str) -> dict[str, object]:
    return {
        "title": title,
        "number": attempt,
        "when": when,
        "status": status,
        "word": word,
        "points": "",
        "counts": False,
        "action": "Skatīt",
    }


def _start_test_work(title: str, result: AttemptResult) -> dict[str, object]:
    """A start test in the list of results: it has a plan and no points."""
    status, word = ("done", "Plāns ir gatavs") if result.items else ("wait", "Iesniegts")
    work = _work(title, 0, f"Iesniegts {moment(result.submitted_at)}", status, word)  # taken once: no number
    return work | {"action": "Skatīt plānu" if result.items else "Skatīt"}


def _result_heading(result: TraineeResult) -> str:
    if result.passed:
        return "Darbs ir ieskaitīts!"
    if result.passed is None:
        return "Darbs ir iesniegts"
    return "Līdz ieskaitei šoreiz pietrūka punktu"


def _waiting_note(result: TraineeResult) -> str:
    if not result.waiting_points:
        return ""
    return f"Vēl {points(result.waiting_points)} gaida pasniedzēja vērtējumu. Joslā šī daļa ir svītrota."


def _pass_note(result: TraineeResult) -> str:
    needed = f"Lai darbu ieskaitītu, vajag {_points_accusative(result.pass_points)} (raustītā svītra)."
    if result.passed is None:
        return f"{needed} Galīgo rezultātu redzēsi, kad pasniedzējs būs izlasījis atbildes, kas gaida."
    return needed


def _points_accusative(value: float) -> str:
    if float(value).is_integer():
        return counted(int(value), "punktu", "punktus")
    return f"{number(value)} punktus"


def _summary(result: TraineeResult) -> str:
    words = {
        "right": "pareizi",
        "partly": "daļēji",
        "wrong": "nepareizi",
        "unsure": "nevarējām novērtēt",
        "waiting": "gaida",
    }
    return ", ".join(f"{result.count(outcome)} {word}" for outcome, word in words.items() if result.count(outcome))  # type: ignore[arg-type]  # keys are outcomes


def _explain_note(result: TraineeResult) -> str:
    if result.explained:
        return ""
    if result.explain == "after_last_attempt":
        return "Paskaidrojumus un pareizās atbildes redzēsi pēc pēdējā mēģinājuma."
    return "Šī darba pareizās atbildes nerādām, jo tie paši uzdevumi noder arī citiem."


def _shown_item(item: ItemView) -> dict[str, object]:
    most = points_of(item.max_points)
    return {
        "number": item.number,
        "submodule": item.submodule,
        "stem": item.stem,
        "outcome": item.outcome,
        "points_words": f"gaida, līdz {most}" if item.points is None else f"{number(item.points)} no {most}",
        "your_answer": item.your_answer,
        "right_answer": item.right_answer,
        "why": item.why,
        "comment": item.comment,
    }


def _shown_free_text(task: FreeTextView) -> dict[str, object]:
    graded = task.points is not None
    return {
        "stem": task.stem,
        "text": paragraphs(task.text),
        "status": "done" if graded else "waiting",
        "word": "Novērtēts" if graded else "",
        "points": task.points,
        "max_words": points_of(task.max_points),
        "comment": paragraphs(task.comment),
        "criteria": [
            {"title": each.title, "words": f"{number(each.points)} no {points_of(each.max_points)}", "why": each.why}
            for each in task.criteria
        ],
    }


def _after_result(result: TraineeResult, home: str) -> Step:
    weak = result.weakest
    if weak is not None and (result.passed is False or weak.points < 0.75 * weak.max_points):
        text = f"Tur šoreiz gāja grūtāk: {number(weak.points)} no {points_of(weak.max_points)}."
        return Step(f"Pārlasi nodaļu «{weak.title}»", text, f"{WORKBOOK}{weak.id}", f"Atvērt {weak.id}. nodaļu")
    if result.passed is None:
        return Step(
            "Pagaidi pasniedzēja vērtējumu", "Kamēr gaidi, vari izlasīt paskaidrojumus zemāk.", home, "Uz sākumu"
        )
    return Step("Turpini mācības", "Sākumlapā redzēsi, kas vēl palicis.", home, "Uz sākumu")
