"""Who belongs to a cohort, and whose account is open: each step is confirmed, can be undone, and is in the log."""

from __future__ import annotations

from lideri.answers.pages.cohorts import CohortPage
from lideri.answers.pages.site import ORGANISES, Page
from lideri.errors import InvalidAnswer, NotFound
from lideri.store.people import Cohort, Person


class RemoveMember(CohortPage):
    """`grupas/<id>/iznemt`: out of the cohort. The account and all that the person did stay."""

    roles = ORGANISES

    async def get(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        person = await self._member(cohort, self.get_query_argument("cilveks", ""))
        self.show(
            "apstiprinat.html",
            current="grupas",
            demo=cohort.is_demo,
            heading="Izņemt no grupas?",
            lines=[
                f"{person.name} vairs nebūs grupā «{cohort.name}», un šīs grupas pasniedzēji vairs neredzēs šī cilvēka "
                "darbus un jautājumus. Grupas termiņi uz šo cilvēku vairs neattieksies.",
                "Konts, atbildes un rezultāti paliek. Cilvēku jebkurā laikā var atlikt atpakaļ grupā.",
            ],
            action=self.at_home(f"grupas/{cohort.id}/iznemt"),
            person=person,
            yes="Izņemt no grupas",
            back=self.at_home(f"grupas/{cohort.id}"),
        )

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        person = await self._member(cohort, self.get_body_argument("cilveks", ""))
        await self.context.run(
            self.context.store.people.remove_member,
            cohort.id,
            person.id,
            now=self.context.now(),
            made_by=self.person.id,
        )
        self.redirect(self.at_home(f"grupas/{cohort.id}?saglabats=i"))

    async def _member(self, cohort: Cohort, person_id: str) -> Person:
        members = await self.context.run(self.context.store.people.members, cohort.id)
        found = next((person for person in members if person.id == person_id), None)
        if found is None:
            raise NotFound("Šī cilvēka grupā nav. Atver grupu no jauna.")
        return found


class ReturnMember(CohortPage):
    """`grupas/<id>/atlikt`: back into the cohort, for those who were taken out of it and nobody else."""

    roles = ORGANISES

    async def post(self, cohort_id: str) -> None:
        cohort = await self.cohort(cohort_id)
        wanted = self.get_body_argument("cilveks", "")
        removed = await self.context.run(self.context.store.people.removed_members, cohort.id)
        if wanted not in {person.id for person in removed}:
            raise NotFound("Šis cilvēks no grupas nav izņemts. Atver grupu no jauna.")
        await self.context.run(
            self.context.store.people.return_member,
            cohort.id,
            wanted,
            now=self.context.now(),
            made_by=self.person.id,
        )
        self.redirect(self.at_home(f"grupas/{cohort.id}?saglabats=a"))


class AccountPage(Page):
    roles = ("admin",)

    async def account(self, person_id: str) -> Person:
        """Somebody else's account: nobody locks themselves out."""
        person = await self.context.run(self.context.store.people.get, person_id)
        if person.id == self.person.id:
            raise InvalidAnswer("Savu kontu slēgt nevar. To izdara cits kursa uzturētājs.")
        return person


class CloseAccount(AccountPage):
    """`cilveki/<id>/slegt`: no log-in any more, from the next click on. What the person did stays."""

    async def get(self, person_id: str) -> None:
        person = await self.account(person_id)
        self.show(
            "apstiprinat.html",
            current="cilveki",
            demo=person.is_demo,
            heading="Slēgt kontu?",
            lines=[
                f"{person.name} vairs nevarēs ienākt, un agrāk izveidotās saites vairs nederēs. Grupas sarakstā šī "
                "cilvēka vairs nebūs.",
                "Atbildes un rezultāti paliek. Kontu var atvērt no jauna; tad vajag jaunu vienreizējo saiti.",
            ],
            action=self.at_home(f"cilveki/{person.id}/slegt"),
            person=person,
            yes="Slēgt kontu",
            back=self.at_home("cilveki"),
        )

    async def post(self, person_id: str) -> None:
        person = await self.account(person_id)
        await self.context.run(
            self.context.store.people.deactivate, person.id, now=self.context.now(), made_by=self.person.id
        )
        self.redirect(self.at_home("cilveki?saglabats=s"))


class ReopenAccount(AccountPage):
    """`cilveki/<id>/atvert`."""

    async def post(self, person_id: str) -> None:
        person = await self.account(person_id)
        await self.context.run(
            self.context.store.people.reopen, person.id, now=self.context.now(), made_by=self.person.id
        )
        self.redirect(self.at_home("cilveki?saglabats=o"))
