"""Pages of a trainee: home, results. Others are led to where they work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from lideri.answers.home import done_of_pages, home_of, states_of_pages
from lideri.answers.pages.certificates import home_words
from lideri.answers.pages.site import LEARNS, Page, about_minutes, listed, moment, paragraphs, points, points_of
from lideri.course.latvian import counted, exercises_done, number
from lideri.errors import NotFound
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
        self.show(
            "sakums.html",
            current="sakums",
            first_name=given_name(self.person),
            certificate=await self.context.run(
                home_words,
                self.context,
                self.person,
                all_done=bool(home.written) and all(module.status == "done" for module in home.written),
            ),
            next=next_step(home.next, self.at_home()),
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
            module.id, module.title, module.written, module.minutes, module.practical, module.status, parts, assessment
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
        self.show("rezultati.html", current="rezultati", works=await self.context.run(self._works))

    def _works(self) -> list[dict[str, object]]:
        store, settings = self.context.store, self.context.course_settings
        results = {result.attempt_id: result for result in store.results.of_person(self.person.id)}
        counting = {
            module: counting_attempt(
                [result for result in results.values() if result.module == module], settings.attempt_rules
            )
            for module in {result.module for result in results.values()}
        }
        works: list[dict[str, object]] = []
        for attempt in reversed(store.learning.attempts(self.person.id, rules=settings.attempt_rules)):
            title = _assessment_title(self, attempt.module)
            result = results.get(attempt.id)
            if result is None:
                works.append(
                    _work(title, attempt.number, f"Sākts {moment(attempt.started_at)}", "now", "Iesākts")
                    | {"href": f"{WORKBOOK}{attempt.module}/parbaude", "action": "Turpināt"}
                )
                continue
            passed = result.passed(settings.pass_share.value)
            status, word = _ASSESSMENT_WORDS[
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
        self._show_result(await self.context.run(self._read, result))

    def _show_waiting(self, result: AttemptResult) -> None:
        address = self.at_home(f"rezultati/{result.attempt_id}")
        self.show(
            "rezultats_gaida.html",
            current="rezultati",
            work={
                "title": _assessment_title(self, result.module),
                "subtitle": f"{result.number}. mēģinājums. Iesniegts {moment(result.submitted_at)}.",
                "state": result.state,
                "href": address,
                "poll": f"{address}/stavoklis",
            },
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
                rules=settings.attempt_rules,
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


def next_step(step: NextStep, home: str) -> Step:
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
        case _:
            text = "Visas nodaļas ir pabeigtas un pārbaudes darbs ieskaitīts. Nākamie moduļi parādīsies šeit."
            return Step(f"{module.id}. modulis ir pabeigts", text, result if step.attempt else "", "Skatīt rezultātu")


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
    module = page.context.course.syllabus.module(module_id)
    return module.assessment.title if module and module.assessment else f"{module_id}. moduļa pārbaudes darbs"


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


def _result_heading(result: TraineeResult) -> str:
    if result.passed:
        return "Darbs ir ieskaitīts!"
    if result.passed is None:
        return "Darbs ir iesniegts"
    return "Līdz ieskaitei vēl mazliet jāpiestrādā"


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
            {"title": each.title, "words": f"{number(each.points)} no {points_of(each.max_points)}"}
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
