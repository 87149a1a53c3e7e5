"""Reports made from the store for the person who asks, with the question «may this person see it?» answered first."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lideri.course.loading import Course
from lideri.errors import NotAllowed
from lideri.reports.evidence import PersonEvidence, as_json, gather
from lideri.reports.programme import MunicipalityLike, Publication, next_publication
from lideri.reports.trainer import trainer_report
from lideri.settings import CourseSettings
from lideri.store.database import Database
from lideri.store.people import People, Person
from lideri.store.tables import MembershipRow, PersonRow, PublicationRow

RIGA = ZoneInfo("Europe/Riga")
SEES_COHORTS = ("trainer", "lead_trainer", "admin")
SEES_PROGRAMME = ("programme_lead", "lead_trainer", "admin")


class Reports:
    """Read models for dashboards."""

    def __init__(
        self,
        database: Database,
        people: People,
        course: Course,
        settings: CourseSettings,
        municipalities: Sequence[MunicipalityLike],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._people = people
        self._course = course
        self._settings = settings
        self._municipalities = municipalities
        self._clock = clock

    def trainer(self, asker: Person, cohort_id: str | None = None) -> dict[str, Any]:
        """``{"cohorts": [{"id", "name"}], "report": … or None}``; the first cohort when none is named.

        Raises `NotAllowed` for people who teach nobody and `NotFound` for a cohort that is not the asker's.
        """
        if asker.role not in SEES_COHORTS:
            raise NotAllowed("Šī lapa ir pasniedzējiem.")
        cohorts = self._people.cohorts(seen_by=asker)
        listed = [{"id": cohort.id, "name": cohort.name} for cohort in cohorts]
        if cohort_id is not None:
            cohort = self._people.require_cohort(asker, cohort_id)
        elif cohorts:
            cohort = cohorts[0]
        else:
            return {"cohorts": listed, "report": None}
        evidence = self._database.read(lambda session: gather(session, _members(session, cohort.id)))
        report = trainer_report(
            cohort_id=cohort.id,
            cohort=cohort.name,
            is_demo=cohort.is_demo,
            people=evidence,
            course=self._course,
            settings=self._settings,
            exercises_of=self._course.exercises_of,
            now=self._clock(),
        )
        return {"cohorts": listed, "report": json.loads(as_json(report))}

    def programme(self, asker: Person) -> dict[str, Any]:
        """The published state of the programme; publishes first when a new one is due. Raises `NotAllowed`."""
        if asker.role not in SEES_PROGRAMME:
            raise NotAllowed("Šī lapa ir programmas vadībai.")
        self.publish()
        row = self._database.read(_last_publication)
        if row is None:
            raise NotAllowed("Pārskats vēl nav publicēts.")
        return dict(row.report)

    def publish(self) -> bool:
        """Publish the programme's state if a day has passed and enough people changed; True if it was."""
        now = self._clock()
        today = now.astimezone(RIGA).date()

        def work(session: Session) -> bool:
            row = _last_publication(session)
            previous = None
            if row is not None:
                if today <= row.day:
                    return False
                previous = _Previous(row.day, row.people)
            found = next_publication(
                previous,
                people=_trainees(session),
                course=self._course,
                settings=self._settings,
                municipalities=self._municipalities,
                exercises_of=self._course.exercises_of,
                today=today,
            )
            if found is None:
                return False
            session.add(_row(found, now))
            return True

        return self._database.write(work)


class _Previous:
    """What `next_publication` needs of the last publication."""

    def __init__(self, day: Any, people: dict[str, str]) -> None:
        self.day = day
        self.people = people


def _row(publication: Publication, now: datetime) -> PublicationRow:
    report = asdict(publication.report)
    report["day"] = publication.day.isoformat()
    return PublicationRow(
        day=publication.day,
        report=json.loads(json.dumps(report, ensure_ascii=False)),
        people=dict(publication.people),
        published_at=now,
    )


def _last_publication(session: Session) -> PublicationRow | None:
    return session.scalars(sa.select(PublicationRow).order_by(PublicationRow.day.desc()).limit(1)).first()


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
    rows = list(session.scalars(sa.select(PersonRow).where(PersonRow.role == "trainee", PersonRow.active)))
    return gather(session, rows)
