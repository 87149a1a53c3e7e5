"""Cohorts: people, one-time links, import from CSV, results to take away; and accounts, for administrators."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lideri.answers.exports import PersonResults, Table, as_csv, as_xlsx, results_table, summary_table
from lideri.answers.imports import MAX_BYTES, ImportPreview, ImportRow, add_cohort_people, read_cohort_csv
from lideri.answers.pages.site import LATVIA, ORGANISES, TEACHES, Page, Problems, day, listed, moment
from lideri.course.exams import place_name
from lideri.course.places import load_places
from lideri.errors import ImportRejected, RefusedError
from lideri.reports.evidence import gather_by_id
from lideri.settings import FINAL_TEST
from lideri.store.people import Cohort, NewPerson, Person
from lideri.store.tables import Role

_ROLES: tuple[tuple[Role, str], ...] = (
    ("trainer", "Pasniedzējs"),
    ("lead_trainer", "Vadošais pasniedzējs"),
    ("programme_lead", "Programmas vadība"),
    ("admin", "Kursa uzturētājs"),
)
_PLURALS: dict[Role, str] = {
    "trainee": "Dalībnieki",
    "trainer": "Pasniedzēji",
    "lead_trainer": "Vadošie pasniedzēji",
    "programme_lead": "Programmas vadība",
    "admin": "Kursa uzturētāji",
}
_ACCOUNT_NOTICES = {
    "s": "Konts ir slēgts. Lapas beigās to var atvērt no jauna.",
    "o": "Konts ir atvērts. Izveido cilvēkam jaunu vienreizējo saiti.",
}
_MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Link:
    """A one-time link that was just made: shown once."""

    name: str
    login: str
    address: str


@dataclass(frozen=True)
class ShownRow:
    line: int
    name: str
    email: str
    institution: str
    place: str
    reasons: tuple[str, ...]


class CohortPage(Page):
    roles = TEACHES

    async def cohort(self, cohort_id: str) -> Cohort:
        return await self.context.run(self.context.store.people.require_cohort, self.person, cohort_id)

    @property
    def organises(self) -> bool:
        return self.person.role in ORGANISES

    def link_for(self, person: Person, token: str) -> Link:
        return Link(person.name, person.email or person.username, self.whole_address(f"ievads/{token}"))

    async def show_cohort(
        self, cohort: Cohort, *, links: Sequence[Link] = (), notice: str = "", problems: Problems | None = None
    ) -> None:
        store = self.context.store
        people = await self.context.run(store.people.members, cohort.id)
        seen = await self.context.run(store.people.last_seen, [person.id for person in people])
        trainers = await self.context.run(store.people.everybody, role="trainer")
        removed = await self.context.run(store.people.removed_members, cohort.id) if self.organises else []
        self.show(
            "grupa.html",
            current="grupas",
            demo=cohort.is_demo,
            notice=notice,
            status=400 if problems else 200,
            cohort=cohort,
            people=[_shown(person, seen.get(person.id)) for person in people],
            trainer_names=listed(trainer.name for trainer in trainers if trainer.id in cohort.trainers),
            links=links,
            links_text="\n".join(f"{link.name}\t{link.login}\t{link.address}" for link in links),
            link_days=self.context.course_settings.login_link_days.value,
            without_password=sum(not person.has_password for person in people),
            may_assign=self.organises,
            removed=removed,
            trainers=trainers,
            deadlines=self._deadlines(cohort),
            errors=problems or [],
        )

    def _deadlines(self, cohort: Cohort) -> list[dict[str, str]]:
        shown = []
        for module in self.context.course.syllabus.modules:
            if module.assessment is None:
                continue
            own = cohort.deadlines.get(module.id)
            shown.append(
                {
                    "module": module.id,
                    "title": module.assessment.title,
                    "value": own.astimezone(LATVIA).strftime("%Y-%m-%dT%H:%M") if own else "",
                    "words": f"Darbu var iesniegt līdz {moment(own)}." if own else "Termiņš nav noteikts.",
                }
            )
        return shown


class Cohorts(CohortPage):
    async def get(self) -> None:
        await self._list({}, [])

    async def post(self) -> None:
        self.require_role(*ORGANISES)
        form = {name: self.get_body_argument(name, "") for name in ("nosaukums", "pasvaldiba", "pasniedzejs")}
        problems: Problems = []
        if not form["nosaukums"].strip() or len(form["nosaukums"]) > 200:
            problems.append(("nosaukums", "Ieraksti grupas nosaukumu (līdz 200 zīmēm)"))
        if form["pasvaldiba"] and form["pasvaldiba"] not in {place.code for place in load_places()}:
            problems.append(("pasvaldiba", "Izvēlies pašvaldību no saraksta"))
        trainers = {person.id for person in await self.context.run(self.context.store.people.everybody, role="trainer")}
        if form["pasniedzejs"] and form["pasniedzejs"] not in trainers:
            problems.append(("pasniedzejs", "Izvēlies pasniedzēju no saraksta"))
        if problems:
            await self._list(form, problems)
            return
        cohort = await self.context.run(
            self.context.store.people.add_cohort,
            form["nosaukums"],
            now=self.context.now(),
            trainers=[form["pasniedzejs"]] if form["pasniedzejs"] else [],
            municipality=form["pasvaldiba"] or None,
        )
        self.redirect(self.at_home(f"grupas/{cohort.id}"))

    async def _list(self, form: dict[str, str], problems: Problems) -> None:
        people = self.context.store.people
        cohorts = await self.context.run(people.cohorts, seen_by=self.person)
        trainers = await self.context.run(people.everybody, role="trainer")
        names = {trainer.id: trainer.name for trainer in trainers}
        places = {place.code: place.name for place in load_places()}
        self.show(
            "grupas.html",
            current="grupas",
            demo=any(cohort.is_demo for cohort in cohorts),
            status=400 if problems else 200,
            cohorts=[
                {
                    "id": cohort.id,
                    "name": cohort.name,
                    "size": cohort.size,
                    "place": places.get(cohort.municipality or "", ""),
                    "trainers": listed(names[each] for each in cohort.trainers if each in names),
                    "is_demo": cohort.is_demo,
                }
                for cohort in cohorts
            ],
            may_create=self.organises,
            form={"nosaukums": "", "pasvaldiba": "", "pasniedzejs": ""} | form,
            municipalities=sorted(places.items(), key=lambda pair: pair[1]),
            trainers=trainers,
            errors=problems,
        )


class OneCohort(CohortPage):
    async def get(self, cohort_id: str) -> None:
        notice = {
            "p": "Pasniedzēji ir saglabāti.",
            "t": "Termiņš ir saglabāts.",
            "i": "Cilvēks ir izņemts no grupas. Zem saraksta to var atlikt atpakaļ.",
            "a": "Cilvēks atkal ir grupā.",
        }
        await self.show_cohort(
            await self.cohort(cohort_id), notice=notice.get(self.get_query_argument("saglabats", ""), "")
        )


class NewLink(CohortPage):
    """A new one-time link for one person of the cohort; it is also how a forgotten password is replaced."""

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        people = self.context.store.people
        members = {person.id: person for person in await self.context.run(people.members, cohort.id)}
        person = members.get(self.get_body_argument("cilveks", ""))
        if person is None:
            raise RefusedError("Šī cilvēka grupā vairs nav. Atver grupu no jauna.")
        token = await self.context.run(
            people.make_login_link,
            person.id,
            now=self.context.now(),
            valid_for=self.context.login_link_life,
            made_by=self.person.id,
        )
        await self.show_cohort(cohort, links=[self.link_for(person, token)])


class NewLinks(CohortPage):
    """New links for everybody who has no password yet, to be printed or copied together."""

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        await self.show_cohort(cohort, links=await self.context.run(self._make, cohort))

    def _make(self, cohort: Cohort) -> list[Link]:
        people = self.context.store.people
        return [
            self.link_for(
                person,
                people.make_login_link(
                    person.id, now=self.context.now(), valid_for=self.context.login_link_life, made_by=self.person.id
                ),
            )
            for person in people.members(cohort.id)
            if not person.has_password
        ]


class Trainers(CohortPage):
    roles = ORGANISES

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        await self.context.run(
            self.context.store.people.set_trainers,
            cohort.id,
            self.get_body_arguments("pasniedzejs"),
            now=self.context.now(),
            made_by=self.person.id,
        )
        self.redirect(self.at_home(f"grupas/{cohort.id}?saglabats=p"))


class Deadline(CohortPage):
    """Until when the cohort may submit a module's assessment; an empty field takes the deadline away."""

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        module = self.get_body_argument("modulis", "")
        known = self.context.course.syllabus.module(module)
        raw = self.get_body_argument("termins", "").strip()
        try:
            until = datetime.strptime(raw, "%Y-%m-%dT%H:%M").replace(tzinfo=LATVIA) if raw else None
        except ValueError:
            until, known = None, None
        if known is None or known.assessment is None:
            await self.show_cohort(
                cohort, problems=[(f"termins-{module}", "Termiņš nav saprotams. Izvēlies dienu un laiku.")]
            )
            return
        await self.context.run(self.context.store.people.set_deadline, cohort.id, module, until, now=self.context.now())
        self.redirect(self.at_home(f"grupas/{cohort.id}?saglabats=t"))


# ── import ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Import(CohortPage):
    """First the preview, which changes nothing; then the same file comes back with the person's consent."""

    async def get(self, cohort_id: str) -> None:
        self._form(await self.cohort(cohort_id))

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        confirmed = self.get_body_argument("solis", "") == "apstiprinat"
        try:
            upload = _unpacked(self.get_body_argument("dati", "")) if confirmed else self._uploaded()
            preview = await self.context.run(self._read, upload)
            if not confirmed:
                self._form(cohort, preview=preview, upload=upload)
                return
            made = await self.context.run(
                add_cohort_people,
                self.context.store,
                cohort.id,
                preview,
                confirmed=self.get_body_argument("parskatits", ""),
                link_valid_for=self.context.login_link_life,
                made_by=self.person.id,
                now=self.context.now(),
            )
        except RefusedError as error:
            self._form(cohort, problems=[("" if confirmed else "datne", str(error))])
            return
        await self.show_cohort(
            await self.cohort(cohort.id), links=[self.link_for(each.person, each.token) for each in made]
        )

    def _uploaded(self) -> bytes:
        files = self.request.files.get("datne", [])
        if not files or not files[0].body:
            raise ImportRejected("Datne nav izvēlēta vai ir tukša. Izvēlies CSV datni.")
        return bytes(files[0].body)

    def _read(self, upload: bytes) -> ImportPreview:
        return read_cohort_csv(upload, municipalities=load_places(), taken=self.context.store.people.taken_emails)

    def _form(
        self,
        cohort: Cohort,
        *,
        preview: ImportPreview | None = None,
        upload: bytes = b"",
        problems: Problems | None = None,
    ) -> None:
        shown = None
        if preview is not None:
            shown = {
                "good": [_row(row, row.notes) for row in preview.good],
                "bad": [_row(row, row.problems) for row in preview.bad],
                "data": _packed(upload),
                "fingerprint": preview.fingerprint,
                "old_encoding": preview.encoding == "windows-1257",
            }
        self.show(
            "imports.html",
            current="grupas",
            demo=cohort.is_demo,
            status=400 if problems else 200,
            cohort=cohort,
            preview=shown,
            errors=problems or [],
        )


def _packed(upload: bytes) -> str:
    """The file on its way to the preview and back: nothing is kept on the server before consent."""
    return base64.b64encode(zlib.compress(upload)).decode()


def _unpacked(text: str) -> bytes:
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise ImportRejected("Datne atceļā ir sabojāta. Neviens nav pievienots; izvēlies datni vēlreiz.") from None


def _row(row: ImportRow, reasons: tuple[str, ...]) -> ShownRow:
    return ShownRow(row.line, row.name, row.email, row.institution, row.municipality_name, reasons)


# ── results to take away ────────────────────────────────────────────────────────────────────────────────────────────


class Download(CohortPage):
    async def get(self, cohort_id: str, kind: str) -> None:
        cohort = await self.cohort(cohort_id)
        content = await self.context.run(self._content, cohort, kind)
        name = re.sub(r"[^\w-]+", "-", cohort.name.casefold()).strip("-") or "grupa"
        self.set_header("Content-Type", _MIME[kind])
        plain = name.encode("ascii", "ignore").decode() or "grupa"
        real = quote(f"rezultati-{name}.{kind}", safe="")
        disposition = f"attachment; filename=\"rezultati-{plain}.{kind}\"; filename*=UTF-8''{real}"
        self.set_header("Content-Disposition", disposition)
        self.finish(content)

    def _content(self, cohort: Cohort, kind: str) -> bytes:
        """A workbook: the whole course, then each module and the final test; or one of these as CSV (`?modulis=`)."""
        course = self.context.course
        modules = [each for each in (*(m.id for m in course.syllabus.modules), FINAL_TEST) if course.forms_of(each)]
        if kind == "csv":
            asked = self.get_query_argument("modulis", "")
            return as_csv(self._table(cohort, asked if asked in modules else modules[0]))
        return as_xlsx([self._summary(cohort), *(self._table(cohort, module) for module in modules)])

    def _summary(self, cohort: Cohort) -> Table:
        store = self.context.store
        members = store.people.members(cohort.id)
        known = store.database.read(lambda session: gather_by_id(session, [person.id for person in members]))
        return summary_table(
            list(zip(members, known, strict=True)),
            course=self.context.course,
            settings=self.context.course_settings,
            municipality_names={place.code: place.name for place in load_places()},
        )

    def _table(self, cohort: Cohort, module: str) -> Table:
        store, settings = self.context.store, self.context.course_settings
        members = store.people.members(cohort.id)
        ids = [person.id for person in members]
        done = store.learning.done_exercises_of(ids)
        results = store.results.of_people(ids)
        exercises = {
            page: set(names) for page, names in self.context.exercises.items() if page.split(".")[0] == module and names
        }
        people = []
        for person in members:
            own = done.get(person.id, {})
            attempts = store.learning.attempts(person.id, rules=settings.attempt_rules, module=module)
            people.append(
                PersonResults(
                    person=person,
                    results=results.get(person.id, []),
                    pages_done=sum(names <= own.get(page, set()) for page, names in exercises.items()),
                    open_attempt=next((attempt for attempt in attempts if attempt.state == "open"), None),
                )
            )
        return results_table(
            people,
            title=place_name(module),
            module=module,
            pages=len(exercises),
            settings=settings,
            municipality_names={place.code: place.name for place in load_places()},
        )


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Everybody(CohortPage):
    """`cilveki`: accounts of those who teach and lead, for administrators."""

    roles = ("admin",)

    async def get(self) -> None:
        await self._list()

    async def post(self) -> None:
        people, now = self.context.store.people, self.context.now()
        if self.get_body_argument("darbiba", "") == "saite":
            person = await self.context.run(people.get, self.get_body_argument("cilveks", ""))
        else:
            form = {name: self.get_body_argument(name, "").strip() for name in ("vards", "epasts", "loma")}
            problems: Problems = []
            if not form["vards"] or len(form["vards"]) > 200:
                problems.append(("vards", "Ieraksti vārdu un uzvārdu"))
            if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s]{2,}", form["epasts"]):
                problems.append(("epasts", "Ieraksti e-pasta adresi ar zīmi @"))
            role = next((key for key, _ in _ROLES if key == form["loma"]), None)
            if role is None:
                problems.append(("loma", "Izvēlies lomu no saraksta"))
            if problems or role is None:
                await self._list(form=form, problems=problems)
                return
            try:
                new = NewPerson(name=form["vards"], email=form["epasts"], role=role)
                person = await self.context.run(people.add, new, now=now)
            except RefusedError as error:
                await self._list(form=form, problems=[("epasts", str(error))])
                return
        token = await self.context.run(
            people.make_login_link,
            person.id,
            now=now,
            valid_for=self.context.login_link_life,
            made_by=self.person.id,
        )
        await self._list(links=[self.link_for(person, token)])

    async def _list(
        self, *, links: Sequence[Link] = (), form: dict[str, str] | None = None, problems: Problems | None = None
    ) -> None:
        known = await self.context.run(self.context.store.people.everybody, only_active=False)
        everybody = [person for person in known if person.active]
        groups = [
            (heading, [person for person in everybody if person.role == role])
            for role, heading in sorted(_PLURALS.items(), key=lambda pair: pair[0] == "trainee")
        ]
        self.show(
            "cilveki.html",
            current="cilveki",
            demo=any(person.is_demo for person in everybody),
            changed_forms=self.context.changed_forms,
            closed=[person for person in known if not person.active],
            myself=self.person.id,
            notice=_ACCOUNT_NOTICES.get(self.get_query_argument("saglabats", ""), ""),
            status=400 if problems else 200,
            groups=[(heading, people) for heading, people in groups if people],
            roles=_ROLES,
            form={"vards": "", "epasts": "", "loma": "trainer"} | (form or {}),
            links=links,
            link_days=self.context.course_settings.login_link_days.value,
            errors=problems or [],
        )


def _shown(person: Person, last_seen: datetime | None) -> dict[str, Any]:
    access = "Parole ir izveidota" if person.has_password else "Parole vēl nav izveidota"
    if person.has_password:
        access += f". Pēdējoreiz te {day(last_seen)}" if last_seen else ". Vēl nav ienākts"
    return {
        "id": person.id,
        "name": person.name,
        "institution": person.institution,
        "place": next((place.name for place in load_places() if place.code == person.municipality), ""),
        "email": person.email,
        "username": person.username,
        "has_password": person.has_password,
        "access": access + ".",
    }
