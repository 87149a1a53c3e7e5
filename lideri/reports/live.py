"""Reports made from the store for the person who asks, with the question «may this person see it?» answered first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lideri.course.latvian import RIGA
from lideri.course.loading import Course
from lideri.errors import NotAllowed, NotFound
from lideri.reports.evidence import PersonEvidence, as_json, gather
from lideri.reports.help import SurveySummary, survey_summary
from lideri.reports.programme import MunicipalityLike, next_publication
from lideri.reports.trainer import trainer_report
from lideri.settings import CourseSettings
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.tables import MembershipRow, PersonRow

PROGRAMME = "programma"
SEES_COHORTS = ("trainer", "lead_trainer", "admin")
SEES_PROGRAMME = ("programme_lead", "lead_trainer", "admin")


class Reports:
    """Read models for dashboards."""

    def __init__(
        self,
        store: Store,
        course: Course,
        settings: CourseSettings,
        municipalities: Sequence[MunicipalityLike],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._course = course
        self._settings = settings
        self._municipalities = municipalities
        self._clock = clock

    def trainer(self, asker: Person, cohort_id: str | None = None, module: str | None = None) -> dict[str, Any]:
        """``{"cohorts": [{"id", "name"}], "report": … or None}``; the first cohort when none is named, and the module
        that it is working on.

        Raises `NotAllowed` for people who teach nobody and `NotFound` for a cohort that is not the asker's.
        """
        if asker.role not in SEES_COHORTS:
            raise NotAllowed("Šī lapa ir pasniedzējiem.")
        cohorts = self._store.people.cohorts(seen_by=asker)
        listed = [{"id": cohort.id, "name": cohort.name} for cohort in cohorts]
        if cohort_id is not None:
            cohort = self._store.people.require_cohort(asker, cohort_id)
        elif cohorts:
            cohort = cohorts[0]
        else:
            return {"cohorts": listed, "report": None}
        evidence = self._store.database.read(lambda session: gather(session, _members(session, cohort.id)))
        report = trainer_report(
            cohort_id=cohort.id,
            cohort=cohort.name,
            is_demo=cohort.is_demo,
            people=evidence,
            course=self._course,
            settings=self._settings,
            exercises_of=self._course.exercises_of,
            now=self._clock(),
            module=module,
        )
        return {"cohorts": listed, "report": json.loads(as_json(report))}

    def programme(self, asker: Person) -> dict[str, Any]:
        """The published state of the programme; publishes first when a new one is due. Raises `NotAllowed`."""
        if asker.role not in SEES_PROGRAMME:
            raise NotAllowed("Šī lapa ir programmas vadībai.")
        self.publish()
        published = self._store.publications.last(PROGRAMME)
        if published is None:
            raise NotFound("Pārskats vēl nav publicēts.")
        report = dict(published.content["report"])
        return report | {"pictures": published.content.get("pictures") or _drawn(report)}

    def publish(self) -> bool:
        """Publish the programme's state if a day has passed and enough people changed; True if it was."""
        now = self._clock()
        today = now.astimezone(RIGA).date()
        last = self._store.publications.last(PROGRAMME)
        if last is not None and today <= last.day:
            return False
        survey, kept = self._survey(last.content["report"] if last is not None else {})
        found = next_publication(
            _Previous(last.day, last.content["people"]) if last is not None else None,
            people=self._store.database.read(_trainees),
            course=self._course,
            settings=self._settings,
            municipalities=self._municipalities,
            exercises_of=self._course.exercises_of,
            today=today,
            survey=survey,
        )
        if found is None:
            return False
        report = asdict(found.report)
        report["day"] = today.isoformat()
        if survey is None and kept is not None:
            report["survey"] = kept
        if last is not None:
            before = last.content["report"].get("gain")
            report["gain"] = _gain(report["gain"], before, self._settings.smallest_group.value)
            before = last.content["report"].get("supporting")
            report["supporting"] = _supporting(report["supporting"], before, self._settings.smallest_group.value)
        content = json.loads(json.dumps({"report": report, "people": dict(found.people)}, ensure_ascii=False))
        content["pictures"] = _drawn(content["report"])
        self._store.publications.publish(PROGRAMME, today, content, now=now)
        return True

    def _survey(self, published: Mapping[str, Any]) -> tuple[SurveySummary | None, Mapping[str, Any] | None]:
        """What residents answered, made anew or as published: two summaries must not differ by a few people."""
        least = self._settings.smallest_group.value
        kept: Mapping[str, Any] | None = published.get("survey")
        answers = self._store.survey.answers()
        if kept is not None and len(answers) - kept["answers"] < least:
            return None, kept
        return survey_summary(answers, least), None


def _gain(now: Mapping[str, Any] | None, published: Mapping[str, Any] | None, least: int) -> Mapping[str, Any] | None:
    """The gain made anew, or as published: two means must not differ by a few people."""
    if now is None or not published or published["mean"] is None or abs(now["people"] - published["people"]) >= least:
        return now
    return published


def _supporting(now: Mapping[str, Any] | None, published: Mapping[str, Any] | None, least: int) -> object:
    """Levels and shares made anew, or as published, each for as long as fewer than ``least`` people came or went."""
    if now is None or not published:
        return now
    before = {line["code"]: line for line in published["outcomes"] if line["share"] is not None}
    lines = [
        before[line["code"]]
        if line["code"] in before and abs(line["people"] - before[line["code"]]["people"]) < least
        else line
        for line in now["outcomes"]
    ]
    lines.sort(key=lambda line: (line["share"] is None, line["share"] or 0.0))
    stays = bool(published["groups"]) and abs(now["people"] - published["people"]) < least
    whole = published if stays else now
    return {**now, "people": whole["people"], "groups": whole["groups"], "outcomes": lines}


def _drawn(report: Mapping[str, Any]) -> dict[str, str]:
    from lideri.reports.charts import pictures  # matplotlib: once a day, not at each start of the service

    return pictures(report)


@dataclass(frozen=True, slots=True)
class _Previous:
    day: date
    people: Mapping[str, str]


def _members(session: Session, cohort_id: str) -> list[PersonRow]:
    return list(
        session.scalars(
            sa.select(PersonRow)
            .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
            .where(MembershipRow.cohort_id == cohort_id, PersonRow.active)
            .order_by(PersonRow.name)
        )
    )


def _trainees(session: Session) -> list[PersonEvidence]:
    """Those with closed accounts too: whom they helped and what they earned does not end with their work here."""
    rows = list(session.scalars(sa.select(PersonRow).where(PersonRow.role == "trainee")))
    return gather(session, rows)
