"""«Vērtēšana»: what waits for a person's judgement, and the judgement itself."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lideri.answers.pages.site import ORGANISES, TEACHES, Page, Problems, paragraphs, shortened
from lideri.course.exams import place_name
from lideri.course.items import FreeTextResponse
from lideri.course.latvian import number
from lideri.errors import InvalidAnswer, MarkedMeanwhile, NotFound
from lideri.store.queue import WaitingAnswer
from lideri.store.results import StuckWork
from lideri.store.second_marks import MarkedTwice

_UNSURE = ("unsure", "Nevarējām novērtēt")
_FREE = ("waiting", "Brīvā atbilde")


@dataclass(frozen=True)
class Level:
    points: float
    description: str


@dataclass(frozen=True)
class Criterion:
    id: str
    title: str
    levels: tuple[Level, ...]
    chosen: int | None = None
    error: str = ""


class GradingPage(Page):
    roles = TEACHES

    def judged_by_me(self) -> list[WaitingAnswer]:
        """Answers in the asker's cohorts that a person judges or has judged, oldest first. Call it on a thread.

        Those that wait for the asker's second mark are not among them: their first mark must not be seen.
        """
        return self.judged_and_second()[0]

    def judged_and_second(self) -> tuple[list[WaitingAnswer], list[WaitingAnswer]]:
        """See `judged_by_me`; and the answers that wait for the asker's second mark."""
        answers = self.context.store.queue.waiting(cohort_ids=self._my_cohorts(), marked_too=True)
        share = self.context.course_settings.second_marking.value.share
        second = self.context.store.second_marks.open_to(self.person, answers, share=share)
        hidden = {(answer.submission_id, answer.result.item) for answer in second}
        return [answer for answer in answers if (answer.submission_id, answer.result.item) not in hidden], second

    def marked_twice(self) -> list[MarkedTwice]:
        """Answers with two marks in the asker's cohorts. Call it on a thread."""
        return self.context.store.second_marks.pairs(cohort_ids=self._my_cohorts())

    def to_talk_over(self) -> list[MarkedTwice]:
        """Pairs whose sums differ so much that the markers should talk, if the asker is one or leads them all."""
        least = self.context.course_settings.second_marking.value.talk_from
        return [
            pair
            for pair in self.marked_twice()
            if pair.apart >= least
            and not pair.is_settled
            and (self.person.role != "trainer" or self.person.id in (pair.first.marked_by, pair.second.marked_by))
        ]

    def stuck_in_mine(self) -> list[StuckWork]:
        """Work in the asker's cohorts that could not be graded. Call it on a thread."""
        return self.context.store.results.stuck(cohort_ids=self._my_cohorts())

    def _my_cohorts(self) -> list[str] | None:
        if self.person.role != "trainer":
            return None
        return [cohort.id for cohort in self.context.store.people.cohorts(seen_by=self.person)]

    def task_of(self, answer: WaitingAnswer) -> str:
        form = self.context.course.forms.get(answer.form)
        stem = next((item.stem for item in form.items if item.id == answer.result.item), "") if form else ""
        return str(answer.result.detail.get("task") or stem or "Uzdevums")

    def code_of(self, submission_id: str, item: str) -> str:
        """What stands for the answer in addresses of the second marking: it leads to nobody's work on other pages."""
        name = f"second:{submission_id}:{item}".encode()
        return hmac.new(self.context.settings.secret.encode(), name, hashlib.sha256).hexdigest()[:32]

    def second_href(self, submission_id: str, item: str) -> str:
        return self.at_home(f"otrais/{self.code_of(submission_id, item)}")

    def show_second(
        self,
        answer: WaitingAnswer,
        text: list[str],
        *,
        criteria: list[Criterion] | None = None,
        comment: str = "",
        problems: Problems | None = None,
        status: int = 200,
    ) -> None:
        """The form of a second mark: the text, the task and the rubric, nothing of the first mark or of the person."""
        unmarked = replace(answer, mark=None)
        self.show(
            "otrais_vertejums.html",
            current="vertesana",
            demo=answer.is_demo,
            status=status,
            where=place_name(answer.module),
            most=answer.result.max_points,
            task=paragraphs(self.task_of(answer)),
            text=text,
            criteria=criteria if criteria is not None else criteria_of(unmarked),
            comment=comment,
            errors=problems or [],
            action=self.second_href(answer.submission_id, answer.result.item),
        )

    def chosen(self, criterion: Criterion) -> Criterion:
        """The criterion with the level that was sent, or with what is missing."""
        raw = self.get_body_argument(f"k-{criterion.id}", "")
        if raw.isascii() and raw.isdigit() and int(raw) < len(criterion.levels):
            return replace(criterion, chosen=int(raw))
        return replace(criterion, chosen=None, error="izvēlies punktus")

    def text_of(self, answer: WaitingAnswer) -> list[str]:
        """What was answered: a free text as it was typed, anything else as the grader put it in words."""
        data = self.context.store.queue.submission(answer.submission_id).data
        for line in data.answers:
            if line.item == answer.result.item and isinstance(line.response, FreeTextResponse):
                return paragraphs(line.response.text)
        return _lines(answer.result.detail, "your_answer")

    def href(self, answer: WaitingAnswer) -> str:
        return self.at_home(f"vertesana/{answer.submission_id}?uzdevums={answer.result.item}")


class Waiting(GradingPage):
    async def get(self) -> None:
        answers, second = await self.context.run(self.judged_and_second)
        talk = await self.context.run(self.to_talk_over)
        stuck = await self.context.run(self.stuck_in_mine)
        shown = [self._shown(answer) for answer in answers if answer.mark is None]
        judged = [self._shown(answer) for answer in answers if answer.mark is not None]
        judged.sort(key=lambda line: line["mark"].marked_at, reverse=True)
        self.show(
            "vertesana.html",
            current="vertesana",
            demo=any(each.is_demo for each in (*answers, *second)) or any(each.is_demo for each in stuck),
            notice=self._notice(),
            changed_forms=self.context.changed_forms if self.person.role in ORGANISES else (),
            stuck=[(each, self.at_home(f"vertesana/{each.submission_id}/velreiz")) for each in stuck],
            waiting=shown,
            judged=judged[:50],
            second=[
                (shortened(self.task_of(each)), each.module, self.second_href(each.submission_id, each.result.item))
                for each in second
            ],
            talk=[
                (shortened(str(pair.detail.get("task", ""))), pair, self.second_href(pair.submission_id, pair.item))
                for pair in talk
            ],
        )

    def _notice(self) -> str:
        if self.get_query_argument("otrais", ""):
            return "Otrais vērtējums ir saglabāts. Paldies, ka palīdzi vērtēt vienlīdzīgi."
        if self.get_query_argument("velreiz", ""):
            return "Darbs ir nodots vērtēšanai vēlreiz. Parasti tas aizņem dažas sekundes."
        return "Vērtējums ir saglabāts." if self.get_query_argument("saglabats", "") else ""

    def _shown(self, answer: WaitingAnswer) -> dict[str, Any]:
        kind, word = _UNSURE if answer.result.outcome == "unsure" else _FREE
        return {
            "task": shortened(self.task_of(answer)),
            "module": answer.module,
            "number": answer.number,
            "submitted_at": answer.submitted_at,
            "kind": kind,
            "word": word,
            "href": self.href(answer),
            "mark": answer.mark,
            "result": answer.result,
        }


class GradeAgain(GradingPage):
    """Gives work that could not be graded to the grader once more."""

    async def post(self, submission_id: str) -> None:
        stuck = await self.context.run(self.stuck_in_mine)
        if submission_id not in {each.submission_id for each in stuck}:
            raise NotFound("Šāda darba, ko nevarēja novērtēt, nav, vai tas nav tavas grupas darbs.")
        await self.context.run(self.context.store.queue.try_again, submission_id)
        self.context.log("grade-again", person_id=self.person.id, subject=submission_id)
        self.redirect(self.at_home("vertesana?velreiz=1"))


class Grade(GradingPage):
    """One answer. The address names the submission, the query the item; somebody else's cohort is as if not there."""

    async def get(self, submission_id: str) -> None:
        answers = await self.context.run(self.judged_by_me)
        answer = self._find(answers, submission_id, self.get_query_argument("uzdevums", ""))
        await self._form(
            answers, answer, notice="Vērtējums ir saglabāts." if self.get_query_argument("saglabats", "") else ""
        )

    async def post(self, submission_id: str) -> None:
        answers, second = await self.context.run(self.judged_and_second)
        item = self.get_body_argument("uzdevums", "")
        comment = self.get_body_argument("komentars", "").replace("\r\n", "\n")
        for each in second:
            if (each.submission_id, each.result.item) == (submission_id, item):
                await self._as_second(each, comment)
                return
        answer = self._find(answers, submission_id, item)
        criteria = [self.chosen(criterion) for criterion in criteria_of(answer)]
        problems: Problems = [(f"k-{each.id}", f"{each.title}: {each.error}") for each in criteria if each.error]
        if problems:
            await self._form(answers, answer, criteria=criteria, comment=comment, problems=problems, status=400)
            return
        try:
            await self.context.run(
                self.context.store.queue.put_mark,
                submission_id,
                answer.result.item,
                {each.id: each.levels[each.chosen].points for each in criteria if each.chosen is not None},
                comment=comment,
                marked_by=self.person.id,
                now=self.context.now(),
                seen_version=self._seen_version(),
            )
        except (InvalidAnswer, MarkedMeanwhile) as error:
            fresh = self._find(await self.context.run(self.judged_by_me), submission_id, answer.result.item)
            problems = [("", str(error))]
            await self._form(answers, fresh, criteria=criteria, comment=comment, problems=problems, status=error.status)
            return
        following = _following(answers, answer)
        target = f"{self.href(following)}&saglabats=1" if following else self.at_home("vertesana?saglabats=1")
        self.redirect(target)

    def _find(self, answers: list[WaitingAnswer], submission_id: str, item: str) -> WaitingAnswer:
        own = [answer for answer in answers if answer.submission_id == submission_id]
        found = [answer for answer in own if answer.result.item == item] if item else own
        waiting = [answer for answer in found if answer.mark is None]
        if not found:
            raise NotFound(
                "Šādas atbildes, kas jāvērtē, nav, vai tā nav tavas grupas darbs. "
                "Ja tā gaida tavu otro vērtējumu, tā ir lapā «Vērtēšana»."
            )
        return (waiting or found)[0]

    async def _as_second(self, answer: WaitingAnswer, comment: str) -> None:
        """A colleague was quicker, and the answer is among those marked twice: what was chosen is not lost."""
        told = "Šo atbildi tikmēr novērtēja kolēģis. Saglabā savu vērtējumu kā otro; pirmo redzēsi pēc tam."
        self.show_second(
            answer,
            await self.context.run(self.text_of, answer),
            criteria=[replace(self.chosen(each), error="") for each in criteria_of(replace(answer, mark=None))],
            comment=comment,
            problems=[("", told)],
            status=409,
        )

    def _seen_version(self) -> int:
        raw = self.get_body_argument("redzets", "0")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0

    async def _form(
        self,
        answers: list[WaitingAnswer],
        answer: WaitingAnswer,
        *,
        criteria: list[Criterion] | None = None,
        comment: str | None = None,
        problems: Problems | None = None,
        notice: str = "",
        status: int = 200,
    ) -> None:
        waiting = [each for each in answers if each.mark is None]
        place = next((place for place, each in enumerate(waiting, start=1) if _same(each, answer)), 0)
        following = _following(answers, answer)
        mark = answer.mark
        if comment is None:
            comment = mark.comment if mark else ""
        is_unsure = answer.result.outcome == "unsure" or "rubric" not in answer.result.detail
        self.show(
            "vertejums.html",
            current="vertesana",
            demo=answer.is_demo,
            notice=notice,
            status=status,
            answer=answer,
            place=place,
            total=len(waiting),
            task=paragraphs(self.task_of(answer)),
            text=await self.context.run(self.text_of, answer),
            right_answer=_lines(answer.result.detail, "right_answer") if is_unsure else [],
            why=_lines(answer.result.detail, "why") if is_unsure else [],
            criteria=criteria if criteria is not None else criteria_of(answer),
            comment=comment,
            errors=problems or [],
            seen_version=mark.version if mark else 0,
            action=self.at_home(f"vertesana/{answer.submission_id}"),
            next_href=self.href(following) if following else "",
            draft_key=f"{answer.submission_id}:{answer.result.item}:{mark.version if mark else 0}",
        )


class Journal(Page):
    """`zurnals`: the way to nbgrader's formgrader, for those who may start it."""

    roles = ORGANISES

    async def get(self) -> None:
        name = self.person.username
        self.show("zurnals.html", current="zurnals", href=f"/hub/spawn/{name}?next=%2Fuser%2F{name}%2Fformgrader")


def criteria_of(answer: WaitingAnswer) -> list[Criterion]:
    """What to judge: the rubric's criteria, or (for an answer the program could not tell) the points alone."""
    rubric = answer.result.detail.get("rubric")
    given = dict(answer.mark.points) if answer.mark else {}
    criteria: list[Criterion] = []
    if isinstance(rubric, Mapping) and rubric.get("criteria"):
        for raw in rubric["criteria"]:
            levels = tuple(Level(float(level["points"]), str(level["description"])) for level in raw["levels"])
            levels = tuple(sorted(levels, key=lambda level: -level.points))
            criteria.append(
                Criterion(
                    str(raw["id"]), str(raw["title"]), levels, chosen=_chosen_before(levels, given.get(raw["id"]))
                )
            )
        return criteria
    most = answer.result.max_points
    levels = (Level(most, "Pareizi"), Level(most / 2, "Daļēji pareizi"), Level(0.0, "Nepareizi"))
    return [
        Criterion(
            "punkti", f"Cik punktu no {number(most)} pienākas?", levels, _chosen_before(levels, given.get("punkti"))
        )
    ]


def _chosen_before(levels: tuple[Level, ...], points: float | None) -> int | None:
    return next((place for place, level in enumerate(levels) if points is not None and level.points == points), None)


def _same(one: WaitingAnswer, other: WaitingAnswer) -> bool:
    return one.submission_id == other.submission_id and one.result.item == other.result.item


def _following(answers: list[WaitingAnswer], answer: WaitingAnswer) -> WaitingAnswer | None:
    """The next answer that waits, from the beginning again after the last; None when this one is the only one."""
    place = next((place for place, each in enumerate(answers) if _same(each, answer)), -1)
    rest = [each for each in [*answers[place + 1 :], *answers[:place]] if each.mark is None and not _same(each, answer)]
    return rest[0] if rest else None


def _lines(detail: Mapping[str, Any], key: str) -> list[str]:
    return [str(line) for line in detail.get(key, ()) if str(line).strip()]
