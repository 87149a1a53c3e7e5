"""«Palīdzības dienasgrāmata»: a trainee's log of help, also without a connection; the trainer's side; the survey.

The trainee's page works in three ways: as a plain form; with its script, which keeps an entry in the browser until the
server has it on disk; and, without a connection, as a shell that a service worker keeps. The shell holds nothing of
anybody: it is the same for all and needs no log-in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, cast

from lideri.answers.auth import Handler, PersonHandler, message_of
from lideri.answers.context import Context
from lideri.answers.limits import Limit, address_of
from lideri.answers.pages.site import (
    LEARNS,
    STATIC,
    TEACHES,
    OpenPage,
    Page,
    Problems,
    Showing,
    Site,
    render,
    templates,
)
from lideri.course.help_log import HelpLists, load_help_lists
from lideri.course.latvian import RIGA, counted, on_day, until_day
from lideri.course.places import load_places
from lideri.errors import InvalidAnswer, LideriError, MaybeName, RefusedError, SessionExpired, TooManyMessages
from lideri.private_data import examine, rules_text
from lideri.reports.help import rule_words
from lideri.store.help_log import LONGEST_NOTE, Help, HelpCounts, HelpEntry, counts
from lideri.store.people import Person
from lideri.store.survey import SurveyAnswer, region_to_keep, typed_code
from lideri.store.tables import HelpState

SHELL = ("lideri.css", "theme.js", "pages.js", "dienasgramata.css", "dienasgramata.js", "private_data.js")
SHELL_FONTS = ("fonts/noto-sans-latin.woff2", "fonts/noto-sans-latin-ext.woff2", "icons/auseklis.svg")
WHO = (("resident", "Iedzīvotājam"), ("colleague", "Kolēģim"))
HOW = (("spot", "Uz vietas"), ("lesson", "Nodarbībā"))
BEFORE = (
    ("first", "Nē, pirmo reizi"),
    ("helped", "Ir, bet toreiz vēl ne patstāvīgi"),
    ("alone", "Ir, un toreiz jau darīja pats"),
)
STATES: dict[HelpState, tuple[str, str]] = {
    "new": ("wait", "Gaida apstiprinājumu"),
    "asked": ("unsure", "Pasniedzējs jautā"),
    "confirmed": ("done", "Apstiprināts"),
    "withdrawn": ("none", "Atsaukts"),
}
EVENTS = {
    "written": "Ierakstīts",
    "changed": "Izmainīts",
    "asked": "Pasniedzējs jautā",
    "answered": "Atbildēts",
    "confirmed": "Apstiprināts",
    "withdrawn": "Atsaukts",
}
_DEFAULT_MINUTES = 15
_SHOWN_AT_ONCE = 60


@dataclass(frozen=True)
class ShownEntry:
    id: str
    key: str
    version: int
    who: str
    person_id: str
    day: str
    title: str
    details: tuple[str, ...]
    note: str
    state: HelpState
    mark: str
    word: str
    question: str
    answer: str
    may_change: bool


def shown(entry: HelpEntry, lists: HelpLists) -> ShownEntry:
    """An entry in words."""
    one = entry.help
    mark, word = STATES[entry.state]
    details = [f"{one.minutes} min", lists.alone_words(one.alone)]
    if one.service != lists.other_service.id:
        details.append(lists.service(one.service))
    if one.who == "colleague":
        details.append("kolēģim")
    if one.how == "lesson":
        details.append("nodarbībā")
    if one.before != "first":
        details.append("šim cilvēkam jau agrāk palīdzēts")
    details.append(f"tālāk: {_lowered(lists.next_words(one.next))}")
    return ShownEntry(
        id=entry.id,
        key=entry.key,
        version=entry.version,
        who=entry.person_name,
        person_id=entry.person_id,
        day=on_day(one.helped_on),
        title=lists.situation(one.situation),
        details=tuple(details),
        note=one.note,
        state=entry.state,
        mark=mark,
        word=word,
        question=entry.question,
        answer=entry.answer,
        may_change=entry.state in ("new", "asked"),
    )


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def read_help(value: Callable[[str], str]) -> Help:
    """An entry as a form or a page's script sends it; `InvalidAnswer` for what neither sends."""
    lists = load_help_lists()

    def one_of(name: str, allowed: set[str]) -> str:
        given = value(name)
        if given not in allowed:
            raise InvalidAnswer("Ierakstā kaut kas nav izvēlēts. Pārskati izvēles un saglabā vēlreiz.")
        return given

    services = {lists.other_service.id, *(one.id for one in lists.services)}
    try:
        day = date.fromisoformat(value("datums"))
    except ValueError:
        raise InvalidAnswer("Izvēlies dienu, kad palīdzēji.") from None
    return Help(
        helped_on=day,
        situation=one_of("situacija", {one.id for one in lists.situations}),
        service=one_of("pakalpojums", services),
        minutes=int(one_of("minutes", {str(minutes) for minutes in lists.minutes})),
        alone=int(one_of("pats", {"1", "2", "3", "4"})),
        before=cast("Any", one_of("pirms", {name for name, _ in BEFORE})),
        next=one_of("talak", {one.id for one in lists.next}),
        who=cast("Any", one_of("kas", {name for name, _ in WHO})),
        how=cast("Any", one_of("ka", {name for name, _ in HOW})),
        note=value("piezime"),
        no_name=value("nav_vards") == "1",
    )


# ── the trainee ─────────────────────────────────────────────────────────────────────────────────────────────────────


class DiaryPage(Page):
    roles = LEARNS

    @property
    def today(self) -> date:
        return self.context.now().astimezone(RIGA).date()

    def form_value(self, name: str) -> str:
        return self.get_body_argument(name, "", strip=False)

    async def save(self, value: Callable[[str], str]) -> HelpEntry:
        return await self.context.run(
            self.context.store.help_log.save,
            self.person,
            read_help(value),
            key=value("atslega"),
            days_back=self.context.course_settings.help_log.value.days_back,
            now=self.context.now(),
            today=self.today,
        )


class Diary(DiaryPage):
    """`dienasgramata`: the form, the own entries, the counters."""

    roles = ()

    async def get(self) -> None:
        if self.person.role in TEACHES:
            self.redirect(self.at_home("ieraksti"))
            return
        self.require_role(*LEARNS)
        notices = {
            "s": "Saglabāts.",
            "a": "Ieraksts ir atsaukts.",
            "n": "Atbilde ir nosūtīta pasniedzējam.",
        }
        chosen = await self.context.run(self._chosen, self.get_query_argument("labot", ""))
        await self._show(chosen, notice=notices.get(self.get_query_argument("gatavs", ""), ""))

    async def post(self) -> None:
        self.require_role(*LEARNS)
        try:
            await self.save(self.form_value)
        except RefusedError as error:
            await self._show(self._typed(), error=error)
            return
        self.redirect(self.at_home("dienasgramata?gatavs=s"))

    async def _show(self, chosen: dict[str, str], *, notice: str = "", error: RefusedError | None = None) -> None:
        entries = await self.context.run(self.context.store.help_log.entries_of, self.person)
        self.show(
            "dienasgramata.html",
            current="dienasgramata",
            notice=notice,
            status=error.status if error else 200,
            **form_values(self.context, self.today),
            chosen=chosen,
            editing=bool(chosen.get("atslega")) and error is None,
            person_id=self.person.id,
            person_name=self.person.name,
            errors=[("piezime" if is_about_note(error) else "situacija", refusal(error, chosen.get("piezime", "")))]
            if error
            else [],
            maybe_name=isinstance(error, MaybeName),
            **own_entries(self.context, entries),
        )

    def _chosen(self, entry_id: str) -> dict[str, str]:
        """What the form shows: the entry that is to be changed, else what was chosen last time."""
        entries = self.context.store.help_log.entries_of(self.person)
        for entry in entries:
            if entry.id == entry_id and entry.state in ("new", "asked"):
                return as_form(entry) | {"atslega": entry.key}
        latest = max(entries, key=lambda entry: entry.written_at, default=None)
        return remembered(latest) | {"datums": self.today.isoformat()}

    def _typed(self) -> dict[str, str]:
        names = ("datums", "situacija", "pakalpojums", "minutes", "pats", "pirms", "talak", "kas", "ka", "piezime")
        return {name: self.form_value(name) for name in (*names, "atslega")}


def as_form(entry: HelpEntry) -> dict[str, str]:
    one = entry.help
    return {
        "datums": one.helped_on.isoformat(),
        "situacija": one.situation,
        "pakalpojums": one.service,
        "minutes": str(one.minutes),
        "pats": str(one.alone),
        "pirms": one.before,
        "talak": one.next,
        "kas": one.who,
        "ka": one.how,
        "piezime": one.note,
    }


def remembered(latest: HelpEntry | None) -> dict[str, str]:
    """What stays from last time: situation, service, minutes and manner; nothing that is about the person."""
    lists = load_help_lists()
    kept = {
        "datums": "",
        "situacija": lists.situations[0].id,
        "pakalpojums": lists.other_service.id,
        "minutes": str(_DEFAULT_MINUTES),
        "pats": "",
        "pirms": "first",
        "talak": lists.next[0].id,
        "kas": "resident",
        "ka": "spot",
        "piezime": "",
        "atslega": "",
    }
    if latest is None:
        return kept
    last = as_form(latest)
    return kept | {name: last[name] for name in ("situacija", "pakalpojums", "minutes", "ka")}


def form_values(context: Context, today: date) -> dict[str, Any]:
    """What the form offers, the same for everybody."""
    lists = load_help_lists()
    days_back = context.course_settings.help_log.value.days_back
    services: dict[str, list[tuple[str, str]]] = {}
    for one in lists.services:
        services.setdefault(one.institution, []).append((one.id, one.title))
    return {
        "lists": lists,
        "services": services,
        "who": WHO,
        "how": HOW,
        "before": BEFORE,
        "today": today.isoformat(),
        "oldest": (today - timedelta(days=days_back)).isoformat(),
        "longest": LONGEST_NOTE,
        "rules": rules_text(),
        "version": shell_version(),
    }


def own_entries(context: Context, entries: list[HelpEntry]) -> dict[str, Any]:
    """The list and the counters, as `_dienasgramata.html` shows them."""
    lists = load_help_lists()
    settings = context.course_settings
    rule = settings.help_log
    return {
        "entries": [shown(entry, lists) for entry in entries[:_SHOWN_AT_ONCE]],
        "left_out": max(0, len(entries) - _SHOWN_AT_ONCE),
        "counts": counts(entries, rule.value.resident_counts_when),
        "needed": people_needed(context),
        "rule_words": rule_words(context.course_settings),
    }


def people_needed(context: Context) -> int:
    """How many people the practical task asks for."""
    return context.course_settings.certificate.value.confirmed_people


def is_about_note(error: RefusedError) -> bool:
    return error.code in ("personas-dati", "vai-vards") or str(error).startswith("Piezīme")


def refusal(error: RefusedError, text: str) -> str:
    """Why a text was not kept, with the first piece of it that is meant; only its writer sees this."""
    found = examine(text)
    meant = (*found.refused, *found.asked)
    if error.code not in ("personas-dati", "vai-vards") or not meant:
        return str(error)
    return f"«{text[meant[0].start : meant[0].end]}» – {error}"


class SaveEntry(PersonHandler):
    """`dienasgramata/ieraksti`: one entry from the page's script. Answered when it is on disk, in JSON."""

    roles = LEARNS

    async def prepare(self) -> None:
        if await self._username() is None:
            raise SessionExpired("Jāienāk vēlreiz. Ieraksti paliek šajā ierīcē.")
        await super().prepare()

    async def post(self) -> None:
        try:
            body = json.loads(self.request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise InvalidAnswer("Ierakstu neizdevās nolasīt. Ielādē lapu no jauna.")

        def value(name: str) -> str:
            given = body.get(name, "")
            return given if isinstance(given, str) else ""

        log = self.context.store.help_log
        today = self.context.now().astimezone(RIGA).date()
        entry = await self.context.run(
            log.save,
            self.person,
            read_help(value),
            key=value("atslega"),
            days_back=self.context.course_settings.help_log.value.days_back,
            now=self.context.now(),
            today=today,
        )
        entries = await self.context.run(log.entries_of, self.person)
        part = (
            templates()
            .get_template("dienasgramata_saraksts.html")
            .render(
                site=Site(),
                **own_entries(self.context, entries),
            )
        )
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps({"key": entry.key, "state": entry.state, "part": part}, ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        code = error.code if isinstance(error, LideriError) else str(status_code)
        if status_code == 503:
            self.set_header("Retry-After", "5")
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(
            json.dumps({"error": {"code": code, "message": message_of(status_code, error)}}, ensure_ascii=False)
        )


class Withdraw(DiaryPage):
    """`dienasgramata/<id>/atsaukt`: asks first; POST withdraws."""

    async def get(self, entry_id: str) -> None:
        entry = await self.context.run(self.context.store.help_log.entry, self.person, entry_id)
        if entry.state == "withdrawn":
            self.redirect(self.at_home("dienasgramata"))
            return
        self.show("dienasgramata_atsaukt.html", current="dienasgramata", entry=shown(entry, load_help_lists()))

    async def post(self, entry_id: str) -> None:
        await self.context.run(self.context.store.help_log.withdraw, self.person, entry_id, now=self.context.now())
        self.redirect(self.at_home("dienasgramata?gatavs=a"))


class AnswerTrainer(DiaryPage):
    """`dienasgramata/<id>/atbildet`: the answer to a trainer's question."""

    async def get(self, entry_id: str) -> None:
        await self._show(entry_id)

    async def post(self, entry_id: str) -> None:
        try:
            await self.context.run(
                self.context.store.help_log.answer,
                self.person,
                entry_id,
                self.form_value("atbilde"),
                no_name=self.form_value("nav_vards") == "1",
                now=self.context.now(),
            )
        except InvalidAnswer as error:
            await self._show(entry_id, error)
            return
        self.redirect(self.at_home("dienasgramata?gatavs=n"))

    async def _show(self, entry_id: str, error: InvalidAnswer | None = None) -> None:
        entry = await self.context.run(self.context.store.help_log.entry, self.person, entry_id)
        self.show(
            "dienasgramata_atbilde.html",
            current="dienasgramata",
            status=error.status if error else 200,
            entry=shown(entry, load_help_lists()),
            text=self.form_value("atbilde") if error else entry.answer,
            errors=[("atbilde", refusal(error, self.form_value("atbilde")))] if error else [],
            maybe_name=isinstance(error, MaybeName),
            longest=LONGEST_NOTE,
        )


# ── without a connection ────────────────────────────────────────────────────────────────────────────────────────────


class Shell(OpenPage):
    """`dienasgramata/apvalks`: the page of nobody, kept by the service worker for when there is no connection."""

    async def get(self) -> None:
        self.set_header("X-Robots-Tag", "noindex")
        self.finish(shell_page(self))


def shell_page(handler: Handler) -> str:
    today = handler.context.now().astimezone(RIGA).date()
    return render(
        handler,
        "dienasgramata.html",
        Site(),
        **form_values(handler.context, today),
        chosen=remembered(None),
        editing=False,
        person_id="",
        person_name="",
        errors=[],
        maybe_name=False,
        entries=[],
        left_out=0,
        counts=HelpCounts(),
        needed=people_needed(handler.context),
        rule_words=rule_words(handler.context.course_settings),
    )


@cache
def shell_version() -> str:
    """Changes with everything that the shell is made of, so that a browser takes the new one."""
    parts = [(STATIC / name).read_bytes() for name in SHELL]
    folder = STATIC.parent / "templates"
    names = ("dienasgramata.html", "dienasgramata_saraksts.html", "_lapa.html", "_kopigs.html")
    parts += [(folder / name).read_bytes() for name in names]
    parts += [rules_text().encode(), load_help_lists().model_dump_json().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


class ServiceWorker(Handler):
    """`dienasgramata/darbinieks.js`: the service worker, for this page alone."""

    async def get(self) -> None:
        home = self.context.link()
        script = (STATIC / "dienasgramata_sw.js").read_text(encoding="utf-8")
        settings = {
            "version": shell_version(),
            "page": f"{home}dienasgramata",
            "shell": f"{home}dienasgramata/apvalks",
            "files": [f"{home}static/{name}" for name in (*SHELL, *SHELL_FONTS)],
        }
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Service-Worker-Allowed", f"{home}dienasgramata")
        self.finish(f"const SETTINGS = {json.dumps(settings)};\n{script}")


# ── the trainer ─────────────────────────────────────────────────────────────────────────────────────────────────────


class TrainerPage(Page):
    roles = TEACHES


class Entries(TrainerPage):
    """`ieraksti`: what waits to be confirmed, and the counters of each person; `?grupa=<id>` for one cohort."""

    async def get(self) -> None:
        confirmed = self.get_query_argument("apstiprinati", "")
        changed = self.get_query_argument("mainijas", "")
        notice = ""
        if confirmed.isascii() and confirmed.isdigit():
            number = int(confirmed[:4])
            notice = f"{counted(number, 'ieraksts ir apstiprināts', 'ieraksti ir apstiprināti')}." if number else ""
        if changed == "1":
            notice += " Daži ieraksti pa to laiku ir mainīti: pārskati tos vēlreiz."
        if self.get_query_argument("jautats", ""):
            notice = "Jautājums ir nosūtīts dalībniekam."
        await self._show(notice=notice.strip())

    async def post(self) -> None:
        wanted: dict[str, int] = {}
        for each in self.get_body_arguments("viens") or self.get_body_arguments("ieraksts"):
            entry_id, _, version = each.partition(":")
            if version.isascii() and version.isdigit():
                wanted[entry_id] = int(version[:9])
        if not wanted:
            await self._show(problems=[("gaida", "Atzīmē vismaz vienu ierakstu.")])
            return
        log = self.context.store.help_log
        done = await self.context.run(log.confirm, self.person, wanted, now=self.context.now())
        group = self.get_body_argument("grupa", "")
        cohorts = await self.context.run(self.context.store.people.cohorts, seen_by=self.person)
        known = group if group in {cohort.id for cohort in cohorts} else ""
        back = f"ieraksti?{f'grupa={known}&' if known else ''}apstiprinati={len(done)}"
        self.redirect(self.at_home(back + ("&mainijas=1" if len(done) < len(wanted) else "")))

    async def _show(self, *, notice: str = "", problems: Problems | None = None) -> None:
        people, log = self.context.store.people, self.context.store.help_log
        group = self.get_argument("grupa", "")
        cohort = await self.context.run(people.require_cohort, self.person, group) if group else None
        cohorts = await self.context.run(people.cohorts, seen_by=self.person)
        entries = await self.context.run(log.entries_for, self.person, cohort_id=cohort.id if cohort else None)
        lists = load_help_lists()
        members = await self.context.run(people.members, cohort.id) if cohort else []
        rule = self.context.course_settings.help_log.value.resident_counts_when
        of_person: dict[str, list[HelpEntry]] = {}
        for entry in entries:
            of_person.setdefault(entry.person_id, []).append(entry)
        waiting = sorted((entry for entry in entries if entry.state == "new"), key=lambda entry: entry.changed_at)
        if problems:
            self.set_status(400)
        self.show(
            "ieraksti.html",
            current="ieraksti",
            demo=any(entry.is_demo for entry in entries),
            notice=notice,
            status=400 if problems else 200,
            errors=problems or [],
            cohort=cohort,
            cohorts=cohorts,
            waiting=[shown(entry, lists) for entry in waiting[:200]],
            asked=[shown(entry, lists) for entry in entries if entry.state == "asked"][:200],
            confirmed=[shown(entry, lists) for entry in entries if entry.state == "confirmed"][:100],
            people=[(person, counts(of_person.get(person.id, ()), rule)) for person in members],
            needed=people_needed(self.context),
            rule_words=rule_words(self.context.course_settings),
        )


class OneEntry(TrainerPage):
    """`ieraksti/<id>`: one entry with its history; POST asks about it."""

    async def get(self, entry_id: str) -> None:
        await self._show(entry_id)

    async def post(self, entry_id: str) -> None:
        try:
            await self.context.run(
                self.context.store.help_log.ask,
                self.person,
                entry_id,
                self.get_body_argument("jautajums", "", strip=False),
                no_name=self.get_body_argument("nav_vards", "") == "1",
                now=self.context.now(),
            )
        except InvalidAnswer as error:
            await self._show(entry_id, error)
            return
        self.redirect(self.at_home("ieraksti?jautats=1"))

    async def _show(self, entry_id: str, error: InvalidAnswer | None = None) -> None:
        log, lists = self.context.store.help_log, load_help_lists()
        entry = await self.context.run(log.entry, self.person, entry_id)
        history = await self.context.run(log.history, self.person, entry_id)
        self.show(
            "ieraksts.html",
            current="ieraksti",
            demo=entry.is_demo,
            status=error.status if error else 200,
            entry=shown(entry, lists),
            history=[
                {
                    "at": event.at,
                    "who": event.person_name,
                    "what": EVENTS.get(event.what, event.what),
                    "text": _event_text(event.content, lists),
                }
                for event in history
            ],
            text=self.get_body_argument("jautajums", "") if error else "",
            errors=[("jautajums", refusal(error, self.get_body_argument("jautajums", "", strip=False)))]
            if error
            else [],
            maybe_name=isinstance(error, MaybeName),
            longest=LONGEST_NOTE,
        )


def _event_text(content: Mapping[str, object], lists: HelpLists) -> str:
    if "text" in content:
        return str(content["text"])
    if "situation" not in content:
        return ""
    alone = lists.alone_words(int(str(content["alone"])))
    note = f" «{content['note']}»" if content.get("note") else ""
    return f"{lists.situation(str(content['situation']))}, {content['minutes']} min, {alone}.{note}"


# ── the resident ────────────────────────────────────────────────────────────────────────────────────────────────────


def _codes() -> Limit:
    """How many codes one trainee may ask for."""
    return Limit(each=60, together=10_000, within=timedelta(days=1))


def _tries() -> Limit:
    """How often one may knock at the survey's door; a whole library may have one address."""
    return Limit(each=120, together=1200, within=timedelta(minutes=10))


class OpenSurvey(DiaryPage):
    """`dienasgramata/aptauja` (POST): a code for a resident, or the questions at once, on this device."""

    def initialize(self, context: Context, error_page: Any = None, codes: Limit | None = None) -> None:
        super().initialize(context, error_page)
        self.codes = codes or _codes()

    async def get(self) -> None:
        """Somebody came back to a page that is shown only once."""
        self.redirect(self.at_home("dienasgramata"))

    async def post(self) -> None:
        if not self.codes.allow(self.person.id, self.context.now()):
            raise TooManyMessages("Šodien kodu ir pietiekami. Turpini rīt.")
        days = self.context.course_settings.help_log.value.survey_days
        region = await self.context.run(region_of, self.context, self.person)
        code = await self.context.run(self.context.store.survey.make_code, region=region, today=self.today, days=days)
        if self.get_body_argument("veids", "") == "ierice":
            show_questions(self, code, on_device=True)
            return
        last = self.today + timedelta(days=days)
        self.show(
            "aptaujas_kods.html",
            current="dienasgramata",
            code=code,
            last_day=until_day(last),
            address=self.whole_address("aptauja"),
        )


def region_of(context: Context, helper: Person) -> str:
    """The helper's region, where enough people learn that it leads to nobody. Asks the store."""
    region = {place.code: place.region for place in load_places()}
    learners: dict[str, int] = {}
    for person in context.store.people.everybody(role="trainee"):
        if person.active and person.municipality in region:
            learners[region[person.municipality]] = learners.get(region[person.municipality], 0) + 1
    own = region.get(helper.municipality or "", "")
    return region_to_keep(own, learners, context.course_settings.smallest_group.value)


def show_questions(handler: Showing, code: str, *, on_device: bool, problem: str = "") -> None:
    """The five questions, on a page that knows nobody."""
    survey = load_help_lists().survey
    handler.set_status(400 if problem else 200)
    handler.finish(
        render(
            handler,
            "aptauja.html",
            Site(),
            step="questions",
            survey=survey,
            code=code,
            on_device=on_device,
            problem=problem,
        )
    )


class PublicSurvey(OpenPage):
    """`aptauja`: a code, five questions, thanks. No log-in, nothing kept about who it was."""

    def initialize(self, context: Context, error_page: Any = None, tries: Limit | None = None) -> None:
        super().initialize(context, error_page)
        self.tries = tries or _tries()

    async def get(self) -> None:
        self._door()

    async def post(self) -> None:
        code = self.get_body_argument("kods", "")[:40]
        today = self.context.now().astimezone(RIGA).date()
        if not self.tries.allow(address_of(self.request), self.context.now()):
            raise TooManyMessages("Pārāk daudz mēģinājumu. Pagaidiet desmit minūtes un mēģiniet vēlreiz.")
        if not await self.context.run(self.context.store.survey.is_open, code, today=today):
            self._door(
                "Kods neder: tas jau ir izmantots, tā laiks ir beidzies vai kāda zīme nav pareiza.",
                typed=code,
                status=410,
            )
            return
        on_device = self.get_body_argument("ierice", "") == "1"
        if self.get_body_argument("solis", "") != "atbildes":
            show_questions(self, typed_code(code), on_device=on_device)
            return
        survey = load_help_lists().survey
        alone = self.get_body_argument("pats", "")
        if alone not in {one.id for one in survey.alone.options}:
            show_questions(self, typed_code(code), on_device=on_device, problem="Lūdzu, atbildiet uz pirmo jautājumu.")
            return
        known = {f"{area.id}.{one.id}" for area in survey.areas for one in area.activities}
        done = tuple(sorted(known.intersection(self.get_body_arguments("darits"))))
        await self.context.run(self.context.store.survey.answer, code, SurveyAnswer(alone, done), today=today)
        self.finish(render(self, "aptauja.html", Site(), step="thanks", on_device=on_device))

    def _door(self, problem: str = "", *, typed: str = "", status: int = 200) -> None:
        self.set_status(status)
        self.finish(render(self, "aptauja.html", Site(), step="code", problem=problem, typed=typed))


def pages() -> list[tuple[str, type, dict[str, Any]]]:
    """Addresses, pages and what is theirs alone, for `urls.routes`."""
    identifier = r"([A-Za-z0-9-]{1,64})"
    return [
        ("dienasgramata", Diary, {}),
        ("dienasgramata/ieraksti", SaveEntry, {}),
        ("dienasgramata/apvalks", Shell, {}),
        (r"dienasgramata/darbinieks\.js", ServiceWorker, {}),
        ("dienasgramata/aptauja", OpenSurvey, {"codes": _codes()}),
        (rf"dienasgramata/{identifier}/atsaukt", Withdraw, {}),
        (rf"dienasgramata/{identifier}/atbildet", AnswerTrainer, {}),
        ("ieraksti", Entries, {}),
        (rf"ieraksti/{identifier}", OneEntry, {}),
        ("aptauja", PublicSurvey, {"tries": _tries()}),
    ]
