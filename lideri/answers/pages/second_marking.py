"""«Otrais vērtējums»: a blind second mark, and the talk when two differ; «Vērtētāju saskaņa»: how far markers agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lideri.answers.pages.grading import Criterion, GradingPage, criteria_of
from lideri.answers.pages.site import Problems, paragraphs
from lideri.course.exams import place_name
from lideri.errors import InvalidAnswer, MarkedMeanwhile, NotFound
from lideri.reports.marking import AgreementRow, kappa_words, marker_agreement
from lideri.store.queue import WaitingAnswer
from lideri.store.second_marks import MarkedTwice, levels_of

SIMULATED = "Atbildes ir izdomātas, un tās vērtēja simulēti vērtētāji, nevis cilvēki."


@dataclass(frozen=True)
class Compared:
    """A criterion in two markers' eyes, in words."""

    title: str
    first: float
    first_words: str
    second: float
    second_words: str

    @property
    def differ(self) -> bool:
        return self.first != self.second


class SecondMarking(GradingPage):
    """`otrais/<code>`: the form while the answer waits for the asker's second mark; the pair, afterwards."""

    async def get(self, code: str) -> None:
        answer = await self.context.run(self._open, code)
        if answer is not None:
            self.show_second(answer, await self.context.run(self.text_of, answer))
            return
        await self._show_pair(await self.context.run(self._pair, code))

    async def post(self, code: str) -> None:
        answer = await self.context.run(self._open, code)
        if answer is None:
            pair = await self.context.run(self._pair, code)
            if pair.second.marked_by == self.person.id:
                await self._show_pair(pair, "Tavs otrais vērtējums jau ir saglabāts.")
                return
            raise MarkedMeanwhile("Šo atbildi tikmēr otrreiz novērtēja kāds cits. Tavs vērtējums vairs nav vajadzīgs.")
        comment = self.get_body_argument("komentars", "").replace("\r\n", "\n")
        criteria = [self.chosen(criterion) for criterion in _unmarked(answer)]
        problems: Problems = [(f"k-{each.id}", f"{each.title}: {each.error}") for each in criteria if each.error]
        if not problems:
            try:
                await self.context.run(
                    self.context.store.second_marks.put,
                    answer.submission_id,
                    answer.result.item,
                    {each.id: each.levels[each.chosen].points for each in criteria if each.chosen is not None},
                    comment=comment,
                    marked_by=self.person.id,
                    now=self.context.now(),
                )
            except InvalidAnswer as error:
                problems = [("komentars", str(error))]
        if problems:
            text = await self.context.run(self.text_of, answer)
            self.show_second(answer, text, criteria=criteria, comment=comment, problems=problems, status=400)
            return
        self.context.log("second-mark", person_id=self.person.id, subject=answer.submission_id)
        pair = await self.context.run(self._pair, code)
        apart = pair.apart >= self.context.course_settings.second_marking.value.talk_from
        self.redirect(self.second_href(pair.submission_id, pair.item) if apart else self.at_home("vertesana?otrais=1"))

    def _open(self, code: str) -> WaitingAnswer | None:
        _, second = self.judged_and_second()
        return next((each for each in second if self.code_of(each.submission_id, each.result.item) == code), None)

    def _pair(self, code: str) -> MarkedTwice:
        """Only the two markers and those who lead all see the two marks side by side."""
        for pair in self.marked_twice():
            markers = (pair.first.marked_by, pair.second.marked_by)
            if self.code_of(pair.submission_id, pair.item) == code and (
                self.person.role != "trainer" or self.person.id in markers
            ):
                return pair
        raise NotFound("Šādas atbildes, kas gaida tavu otro vērtējumu, nav.")

    async def _show_pair(self, pair: MarkedTwice, notice: str = "") -> None:
        first, second = str(pair.first.marked_by), pair.second.marked_by
        names = await self.context.run(self.context.store.people.names, [first, second])
        mine = self.person.id == first
        self.show(
            "otrais_paris.html",
            current="vertesana",
            demo=SIMULATED if pair.is_demo else False,
            notice=notice,
            pair=pair,
            where=place_name(pair.module),
            talk=pair.apart >= self.context.course_settings.second_marking.value.talk_from,
            criteria=_compared(pair),
            first_name="Tu" if mine else names.get(first, "Pirmais vērtētājs"),
            second_name="Tu" if self.person.id == second else names.get(second, "Otrais vērtētājs"),
            task=paragraphs(str(pair.detail.get("task", ""))),
            text=await self.context.run(self._text_of_pair, pair),
            first_href=self.at_home(f"vertesana/{pair.submission_id}?uzdevums={pair.item}") if mine else "",
        )

    def _text_of_pair(self, pair: MarkedTwice) -> list[str]:
        answers = self.context.store.queue.submission(pair.submission_id).data.answers
        found = next((line.response for line in answers if line.item == pair.item), None)
        return paragraphs(str(getattr(found, "text", "")))


class Agreement(GradingPage):
    """`saskana`: how far the markers agree, by task and criterion. A trainer sees the own cohorts' answers."""

    async def get(self) -> None:
        rule = self.context.course_settings.second_marking
        pairs = await self.context.run(self.marked_twice)
        found = marker_agreement(pairs, min_pairs=rule.value.min_pairs)
        self.show(
            "otrais_saskana.html",
            current="vertesana",
            demo=SIMULATED if found.is_demo else False,
            found=found,
            rule=rule.value,
            is_assumption=rule.is_assumption,
            own_only=self.person.role == "trainer",
            words=kappa_words,
            exact=_exact,
        )


def _exact(row: AgreementRow) -> str:
    """«7 no 9»."""
    return f"{round(row.exact * row.pairs)} no {row.pairs}"


def _unmarked(answer: WaitingAnswer) -> list[Criterion]:
    return [Criterion(each.id, each.title, each.levels) for each in criteria_of(answer)]


def _compared(pair: MarkedTwice) -> list[Compared]:
    rubric: Any = pair.detail["rubric"]
    found = []
    for criterion in rubric["criteria"]:
        name = str(criterion["id"])
        words = {float(level["points"]): str(level["description"]) for level in criterion["levels"]}
        if name not in levels_of(pair.detail):
            continue
        first, second = float(pair.first.points[name]), float(pair.second.points[name])
        found.append(Compared(str(criterion["title"]), first, words.get(first, ""), second, words.get(second, "")))
    return found
