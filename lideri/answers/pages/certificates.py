"""Certificates: one's own, those of a cohort, and the page where anybody may check one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lideri.answers.auth import Handler
from lideri.answers.context import Context
from lideri.answers.limits import Limit, address_of
from lideri.answers.pages.account import Reading
from lideri.answers.pages.site import LEARNS, ORGANISES, TEACHES, Page, day, moment
from lideri.course.latvian import counted
from lideri.credentials import Certificate, Content, read_code
from lideri.credentials.badge import as_badge, profile, states
from lideri.credentials.contexts import contexts
from lideri.credentials.document import as_pdf
from lideri.credentials.proof import Issuer, open_issuer
from lideri.credentials.record import NOT_CONFIRMED, day_words, deeds, level_words
from lideri.errors import InvalidAnswer, NotAllowed, NotFound, TooManyMessages
from lideri.reports.certificate import Requirement, content_of, requirements, rule_words
from lideri.reports.evidence import PersonEvidence, gather, released_items
from lideri.settings import FINAL_TEST, SERVICE_PREFIX
from lideri.store.people import Person
from lideri.store.tables import PersonRow

CHECK_PAGE = f"{SERVICE_PREFIX}apliecibas"
LIST_LIFE = timedelta(minutes=1)  # how old the public list of states may be
_TOO_OFTEN = "No šīs vietas pārbaudīts pārāk daudz kodu. Pagaidiet desmit minūtes un mēģiniet vēlreiz."
_NO_BADGE = "Digitālo nozīmīti pašlaik nevar izveidot. Apliecība PDF datnē der tāpat."
_SAMPLE = "Šī apliecība ir paraugs un nav derīga."
_STATUSES = {"met": "done", "open": "none", "waiting": "wait", "absent": "draft"}
_WORDS = {"met": "Izpildīts", "open": "Vēl jādara", "waiting": "Gaida vērtējumu", "absent": "Vēl nav pieejams"}
_NOTICES = {"i": "Apliecība ir izsniegta.", "a": "Apliecība ir atsaukta."}
_WAYS = {
    "moduli": ("", "Uz moduļiem"),
    "nodalas": ("", "Uz nodaļām"),
    "cilveki": ("dienasgramata", "Uz dienasgrāmatu"),
}


@cache
def issuer_in(folder: Path) -> Issuer:
    return open_issuer(folder)


def check_page(context: Context) -> str:
    """The page where a code is typed in, as the public finds it."""
    return context.settings.public_address + CHECK_PAGE


# ── how far somebody is ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """Where a person stands: what the rule asks, and the certificates there are, newest first."""

    evidence: PersonEvidence
    asked: tuple[Requirement, ...]
    certificates: tuple[Certificate, ...]

    @property
    def valid(self) -> Certificate | None:
        return next((each for each in self.certificates if each.valid), None)

    @property
    def revoked(self) -> Certificate | None:
        """The last certificate, if it was revoked and no other took its place."""
        return self.certificates[0] if self.certificates and not self.valid else None

    @property
    def ready(self) -> bool:
        """Everything is done and the person may take the certificate; after one was revoked a lead trainer decides."""
        return not self.certificates and all(each.met for each in self.asked)


def standings(context: Context, people: list[Person]) -> dict[str, Standing]:
    """Person → standing. Asks the store; call it on a thread."""
    rows = {person.id: person for person in people}
    found = context.store.database.read(
        lambda session: gather(session, [row for id_ in rows if (row := session.get(PersonRow, id_)) is not None])
    )
    certificates = context.store.certificates.of_people(list(rows))
    items = released_items(context.course.forms)
    return {
        one.id: Standing(
            one,
            requirements(
                one,
                context.course_settings,
                context.course.exercises_of,
                has_final_test=bool(context.course.forms_of(FINAL_TEST)),
                items=items,
            ),
            tuple(certificates.get(one.id, ())),
        )
        for one in found
    }


def standing(context: Context, person: Person) -> Standing:
    return standings(context, [person])[person.id]


def home_words(context: Context, person: Person, *, all_done: bool) -> dict[str, str]:
    """What the home page says: the certificate is there, was revoked, can be taken, or what it needs. Asks the store.

    `all_done`: every assessment is passed; before that nothing more has to be looked up.
    """
    own = context.link("apliecibas/mana")
    certificates = context.store.certificates.of_person(person.id)
    if certificates:
        return {"kind": "issued" if any(each.valid for each in certificates) else "revoked", "href": own}
    if all_done and standing(context, person).ready:
        return {"kind": "ready", "href": own}
    return {"kind": "open", "href": own}


# ── one's own ───────────────────────────────────────────────────────────────────────────────────────────────────────


class CertificatePage(Page):
    def content(self, evidence: PersonEvidence) -> Content:
        context = self.context
        return content_of(evidence, context.course, context.course_settings, now=context.now())

    def shown(self, requirement: Requirement, *, own: bool = False) -> dict[str, str]:
        """A requirement in words; ``own``: with the way to what is still to be done."""
        way = _WAYS.get(requirement.id) if own and requirement.state == "open" else None
        return {
            "href": self.at_home(way[0]) if way else "",
            "way": way[1] if way else "",
            "title": requirement.title,
            "words": requirement.words,
            "status": _STATUSES[requirement.state],
            "word": _WORDS[requirement.state],
        }

    async def send(self, certificate: Certificate, kind: str) -> None:
        """The document as a download; who took it is logged."""
        name = f"aplieciba-{certificate.code}.{kind}"
        data = await self.context.run(_document, self.context, certificate, kind)
        self.context.log(
            "certificate-downloaded",
            person_id=self.person.id,
            subject=certificate.id,
            detail={"kind": kind, "of": certificate.person_id},
        )
        self.set_header("Content-Type", "application/pdf" if kind == "pdf" else "application/json; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(data)


class Mine(CertificatePage):
    """`apliecibas/mana`: what it takes, and the certificate when it is there. POST takes it."""

    roles = LEARNS

    async def get(self) -> None:
        await self._show(await self.context.run(standing, self.context, self.person))

    async def post(self) -> None:
        own = await self.context.run(standing, self.context, self.person)
        if own.valid is None:
            if not own.ready:
                raise NotAllowed("Apliecību var saņemt, kad viss vajadzīgais ir izdarīts.")
            await self.context.run(
                self.context.store.certificates.issue,
                self.person.id,
                self.content(own.evidence),
                now=self.context.now(),
            )
        self.redirect(self.at_home("apliecibas/mana"))

    async def _show(self, own: Standing) -> None:
        valid = own.valid
        self.show(
            "aplieciba_mana.html",
            current="sakums",
            certificate=shown_certificate(valid) if valid else None,
            check_address=f"{check_page(self.context)}/{valid.code}" if valid else "",
            has_badge=contexts() is not None,
            revoked=_revoked(own.revoked),
            ready=own.ready,
            name=self.content(own.evidence).name,
            asked=[self.shown(each, own=True) for each in own.asked],
            rule_note=_rule_note(self.context),
        )


class MyDocument(CertificatePage):
    """`apliecibas/mana/aplieciba.pdf`, `…/nozimite.json`: one's own valid certificate."""

    roles = LEARNS
    has_navigation = False

    async def get(self, name: str) -> None:
        own = await self.context.run(self.context.store.certificates.of_person, self.person.id)
        valid = next((each for each in own if each.valid), None)
        if valid is None:
            raise NotFound("Derīgas apliecības tev vēl nav.")
        await self.send(valid, _KINDS[name])


# ── those who teach ─────────────────────────────────────────────────────────────────────────────────────────────────


class OfCohort(CertificatePage):
    """`grupas/<id>/apliecibas`: who has one, who could, who lacks what."""

    roles = TEACHES

    async def get(self, cohort_id: str) -> None:
        people = self.context.store.people
        cohort = await self.context.run(people.require_cohort, self.person, cohort_id)
        members = await self.context.run(people.members, cohort.id)
        found = await self.context.run(standings, self.context, members)
        lines = [
            {"name": one.name, "href": self.at_home(f"apliecibas/cilveki/{one.id}")} | _line(found[one.id])
            for one in members
        ]
        self.show(
            "apliecibas_grupa.html",
            current="grupas",
            demo=cohort.is_demo,
            cohort=cohort,
            people=lines,
            rule=rule_words(self.context.course_settings),
        )


class OfPerson(CertificatePage):
    """`apliecibas/cilveki/<id>`: a trainer looks; a lead trainer issues (POST) with a reason."""

    roles = TEACHES

    async def get(self, person_id: str) -> None:
        await self._show(await self._person(person_id))

    async def post(self, person_id: str) -> None:
        self.require_role(*ORGANISES)
        person = await self._person(person_id)
        if person.role != "trainee":
            raise NotAllowed("Apliecību izsniedz tikai dalībniekam.")
        found = await self.context.run(standing, self.context, person)
        reason = self.get_body_argument("iemesls", "")
        try:
            await self.context.run(
                self.context.store.certificates.issue,
                person.id,
                self.content(found.evidence),
                now=self.context.now(),
                issued_by=self.person.id,
                reason=reason,
            )
        except InvalidAnswer as error:
            await self._show(person, problems=[("iemesls-izsniegt", str(error))], reason=reason)
            return
        self.redirect(self.at_home(f"apliecibas/cilveki/{person.id}?gatavs=i"))

    async def _person(self, person_id: str) -> Person:
        return await self.context.run(self.context.store.people.require_may_see, self.person, person_id)

    async def _show(self, person: Person, *, problems: list[tuple[str, str]] | None = None, reason: str = "") -> None:
        found = await self.context.run(standing, self.context, person)
        self.show(
            "aplieciba_cilveks.html",
            current="grupas",
            demo=person.is_demo,
            status=400 if problems else 200,
            notice=_NOTICES.get(self.get_query_argument("gatavs", ""), ""),
            person=person,
            action=self.at_home(f"apliecibas/cilveki/{person.id}"),
            asked=[self.shown(each) for each in found.asked],
            all_met=all(each.met for each in found.asked),
            valid=shown_certificate(found.valid) if found.valid else None,
            past=[shown_certificate(each) for each in found.certificates if not each.valid],
            may_decide=self.person.role in ORGANISES,
            errors=problems or [],
            reason=reason,
            rule_note=_rule_note(self.context),
        )


class Revoke(OfPerson):
    """`apliecibas/cilveki/<id>/atsaukt` (POST): a lead trainer revokes, with a reason."""

    async def get(self, person_id: str) -> None:
        self.redirect(self.at_home(f"apliecibas/cilveki/{person_id}"))

    async def post(self, person_id: str) -> None:
        self.require_role(*ORGANISES)
        person = await self._person(person_id)
        reason = self.get_body_argument("iemesls", "")
        certificates = self.context.store.certificates
        own = await self.context.run(certificates.of_person, person.id)
        valid = next((each for each in own if each.valid), None)
        if valid is None:
            raise NotFound("Derīgas apliecības, ko atsaukt, šim cilvēkam nav.")
        try:
            await self.context.run(
                certificates.revoke, valid.id, reason=reason, revoked_by=self.person.id, now=self.context.now()
            )
        except InvalidAnswer as error:
            await self._show(person, problems=[("iemesls-atsaukt", str(error))], reason=reason)
            return
        _forget_lists()
        self.redirect(self.at_home(f"apliecibas/cilveki/{person.id}?gatavs=a"))


class PersonsDocument(CertificatePage):
    """`apliecibas/cilveki/<id>/aplieciba.pdf`: the paper for somebody who cannot print it."""

    roles = ORGANISES
    has_navigation = False

    async def get(self, person_id: str, name: str) -> None:
        person = await self.context.run(self.context.store.people.require_may_see, self.person, person_id)
        own = await self.context.run(self.context.store.certificates.of_person, person.id)
        valid = next((each for each in own if each.valid), None)
        if valid is None:
            raise NotFound("Derīgas apliecības šim cilvēkam nav.")
        await self.send(valid, _KINDS[name])


# ── anybody ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# A person types a few codes; a firm that checks many of them is let in again after ten minutes.
LIMIT = Limit(each=60, together=3000, within=timedelta(minutes=10))


class Check(Reading):
    """`apliecibas` and `apliecibas/<code>`: what stands on the certificate with this code, and whether it is valid."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("X-Robots-Tag", "noindex, nofollow")

    async def get(self, typed: str = "") -> None:
        typed = typed or self.get_query_argument("kods", "")
        if not typed.strip():
            self._answer("", None, "")
            return
        if not LIMIT.allow(address_of(self.request), self.context.now()):
            self.set_header("Retry-After", "600")
            raise TooManyMessages(_TOO_OFTEN)
        code = read_code(typed)
        if code is not None and self.get_query_argument("kods", ""):
            self.redirect(self.at_home(f"apliecibas/{code}"))
            return
        found = await self.context.run(self.context.store.certificates.by_code, code) if code else None
        if found is not None:
            self.context.log("certificate-checked", person_id=None, subject=found.id)
        self._answer(typed[:60], found, code or "")

    def _answer(self, typed: str, found: Certificate | None, code: str) -> None:
        problem = ""
        if typed and found is None:
            problem = (
                "Apliecības ar šādu kodu nav."
                if code
                else "Kods nav uzrakstīts pareizi. Tajā ir 20 burti un cipari četrās grupās."
            )
        self.show(
            "aplieciba.html",
            status=404 if problem else 200,
            typed=typed,
            problem=problem,
            certificate=shown_certificate(found) if found and found.valid else None,
            revoked_on=day(found.revoked_at) if found and found.revoked_at else "",
            code=found.code if found else "",
            checked=moment(self.context.now()),
            demo=_SAMPLE if found is not None and found.content.is_demo else False,
        )


class PublicJson(Handler):
    """Read by verifiers anywhere: no log-in, no cookie, no person in it."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Access-Control-Allow-Origin", "*")

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed and nobody is asked who they are."""


class IssuerProfile(PublicJson):
    """`apliecibas/izdevejs`: which key signs."""

    def get(self) -> None:
        issuer = issuer_in(self.context.settings.run_folder)
        self.finish(json.dumps(profile(issuer, check_page=check_page(self.context)), ensure_ascii=False, indent=2))


class States(PublicJson):
    """`apliecibas/stavokli`: the signed list of which certificates were revoked."""

    async def get(self) -> None:
        if contexts() is None:
            raise NotFound(_NO_BADGE)
        self.finish(await self.context.run(_list_of_states, self.context))


_lists: dict[Path, tuple[datetime, str]] = {}


def _list_of_states(context: Context) -> str:
    folder, now = context.settings.run_folder, context.now()
    made, text = _lists.get(folder, (None, ""))
    if made is None or not timedelta() <= now - made < LIST_LIFE:
        revoked = context.store.certificates.revoked_numbers()
        text = json.dumps(states(revoked, issuer_in(folder), check_page=check_page(context), now=now))
        _lists[folder] = (now, text)
    return text


def _forget_lists() -> None:
    _lists.clear()


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_KINDS = {"aplieciba.pdf": "pdf", "nozimite.json": "json"}


def _document(context: Context, certificate: Certificate, kind: str) -> bytes:
    address = check_page(context)
    if kind == "pdf":
        return as_pdf(certificate, check_page=address)
    if contexts() is None:
        raise NotFound(_NO_BADGE)
    badge = as_badge(certificate, issuer_in(context.settings.run_folder), check_page=address)
    return json.dumps(badge, ensure_ascii=False, indent=2).encode()


def shown_certificate(certificate: Certificate) -> dict[str, Any]:
    content = certificate.content
    return {
        "name": content.name,
        "code": certificate.code,
        "completed": day_words(content.completed_on),
        "issued": day(certificate.issued_at),
        "deeds": deeds(content),
        "modules": [f"{module.id}. {module.title}" for module in content.modules],
        "level": level_words(content),
        "note": NOT_CONFIRMED if content.assumed else "",
        "is_demo": content.is_demo,
        "reason": certificate.reason,
        "revoked": day(certificate.revoked_at) if certificate.revoked_at else "",
        "revoke_reason": certificate.revoke_reason,
    }


def _revoked(certificate: Certificate | None) -> dict[str, str] | None:
    if certificate is None or certificate.revoked_at is None:
        return None
    return {"on": day(certificate.revoked_at), "reason": certificate.revoke_reason, "code": certificate.code}


def _line(found: Standing) -> dict[str, str]:
    """A person's state in the cohort's list."""
    if found.valid:
        return {"status": "done", "word": "Izsniegta", "words": f"Izsniegta {day(found.valid.issued_at)}."}
    if found.revoked and found.revoked.revoked_at:
        return {"status": "wrong", "word": "Atsaukta", "words": f"Atsaukta {day(found.revoked.revoked_at)}."}
    met = sum(each.met for each in found.asked)
    words = f"Izpildīts {met} no {counted(len(found.asked), 'prasības', 'prasībām')}."
    if found.ready:
        return {"status": "now", "word": "Var saņemt", "words": words}
    return {"status": "none", "word": "Vēl nav", "words": words}


def _rule_note(context: Context) -> str:
    if context.course_settings.certificate.is_assumption:
        return "Kas vajadzīgs apliecībai, ir kursa pieņēmums, un tas vēl jāapstiprina VARAM."
    return ""
