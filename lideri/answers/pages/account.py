"""The own account: first password by a one-time link, profile, and the pages anybody may read."""

from __future__ import annotations

import json

from lideri.answers.pages.site import OpenPage, Page, Problems
from lideri.course.places import load_places
from lideri.errors import WeakPassword
from lideri.store.people import Person
from lideri.store.tokens import MIN_PASSWORD

_NOT_SAME = "Paroles nesakrīt. Ieraksti vienu un to pašu abos laukos."


class FirstLogin(OpenPage):
    """`ievads/<token>`: whoever holds the link sets the password; the link is used up by that, not by looking."""

    async def get(self, token: str) -> None:
        owner = await self.context.run(self.context.store.people.look_at_login_link, token, now=self.context.now())
        self._form(token, owner, {})

    async def post(self, token: str) -> None:
        people, now = self.context.store.people, self.context.now()
        owner = await self.context.run(people.look_at_login_link, token, now=now)
        password = self.get_body_argument("parole", "", strip=False)
        if password != self.get_body_argument("atkartota", "", strip=False):
            self._form(token, owner, {"atkartota": _NOT_SAME})
            return
        try:
            owner = await self.context.run(people.use_login_link, token, password, now=now)
        except WeakPassword as error:
            self._form(token, owner, {"parole": str(error)})
            return
        self.show("ievads_gatavs.html", owner=owner)

    def _form(self, token: str, owner: Person, problems: dict[str, str]) -> None:
        self.show(
            "ievads.html",
            status=400 if problems else 200,
            owner=owner,
            action=self.at_home(f"ievads/{token}"),
            problems=_problems(problems),
            errors=_listed(problems),
            min_password=MIN_PASSWORD,
        )


class Profile(Page):
    async def get(self) -> None:
        await self._form({}, notice="Parole ir nomainīta." if self.get_query_argument("nomainita", "") else "")

    async def post(self) -> None:
        people, now = self.context.store.people, self.context.now()
        current = self.get_body_argument("pasreizeja", "", strip=False)
        password = self.get_body_argument("parole", "", strip=False)
        if password != self.get_body_argument("atkartota", "", strip=False):
            await self._form({"atkartota": _NOT_SAME})
            return
        if await self.context.run(people.authenticate, self.person.username, current, now=now) is None:
            await self._form({"pasreizeja": "Pašreizējā parole neder. Pārbaudi un ieraksti to vēlreiz."})
            return
        try:
            await self.context.run(people.set_password, self.person.id, password, now=now)
        except WeakPassword as error:
            await self._form({"parole": str(error)})
            return
        self.redirect(self.at_home("profils?nomainita=1"))

    async def _form(self, problems: dict[str, str], notice: str = "") -> None:
        cohorts = await self.context.run(self.context.store.people.cohorts_of_member, self.person.id)
        self.show(
            "profils.html",
            current="profils",
            notice=notice,
            status=400 if problems else 200,
            person=self.person,
            place=next((place.name for place in load_places() if place.code == self.person.municipality), ""),
            cohorts=[cohort.name for cohort in cohorts],
            problems=_problems(problems),
            errors=_listed(problems),
            min_password=MIN_PASSWORD,
        )


class MyData(Page):
    """`profils/mani-dati.json`: everything kept about whoever asks, and about nobody else."""

    async def get(self) -> None:
        found = await self.context.run(self.context.store.personal_data.export, self.person.id)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="mani-dati.json"')
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(found, ensure_ascii=False, indent=1))


def _problems(problems: dict[str, str]) -> dict[str, str]:
    return {"parole": "", "atkartota": "", "pasreizeja": ""} | problems


def _listed(problems: dict[str, str]) -> Problems:
    return list(problems.items())


class Reading(OpenPage):
    """A page that anybody may read; whoever is logged in keeps the own navigation."""

    template = ""

    async def prepare(self) -> None:
        username = await self._who()
        if username:
            person = await self.context.run(self.context.store.people.by_username, username)
            self.person = person if person and person.active else None

    async def _who(self) -> str | None:
        if self.context.identify is not None:
            return self.context.identify(self.request)
        model = await self.hub_auth.get_user(self, sync=False)
        return str(model["name"]) if model else None

    async def get(self) -> None:
        self.show(
            self.template, smallest_group=self.context.course_settings.smallest_group.value, retention=self._retention()
        )

    def _retention(self) -> str:
        return (
            "Glabāšanas termiņu nosaka programmas vadītājs (VARAM); tas vēl nav apstiprināts. "
            "Kamēr tas nav noteikts, dati glabājas, līdz kursa uzturētājs tos dzēš."
        )


class Help(Reading):
    template = "palidziba.html"


class Accessibility(Reading):
    template = "pieklustamiba.html"


class PersonalData(Reading):
    template = "personas_dati.html"
