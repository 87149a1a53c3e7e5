"""What all plain pages share: templates, words, safe headers, the page for errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from tornado.web import StaticFileHandler

from lideri.answers.auth import Handler, OpenHandler, PersonHandler
from lideri.answers.home import news_for
from lideri.course.exams import place_name
from lideri.course.latvian import clock, counted, number, on_day
from lideri.settings import SERVICE_PREFIX
from lideri.store.tables import Role

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TEMPLATES = FOLDER / "templates"
LATVIA = ZoneInfo("Europe/Riga")
LEARNS: tuple[Role, ...] = ("trainee",)
TEACHES: tuple[Role, ...] = ("trainer", "lead_trainer", "admin")
ORGANISES: tuple[Role, ...] = ("lead_trainer", "admin")
Problems = list[tuple[str, str]]  # (id of the field or "", what is wrong and what to do)


@dataclass(frozen=True)
class Site:
    """Who looks at a page, and from where in the navigation."""

    role: str = ""
    current: str = ""
    name: str = ""
    demo: str = ""  # what the banner «Demonstrācijas dati» says; empty: no banner
    notice: str = ""
    here: str = ""  # the page's address below the service's, for «Ziņot par kļūdu»
    news: Mapping[str, int] = field(default_factory=dict)  # entry of the navigation → how many new


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def day(moment: datetime) -> str:
    return on_day(moment.astimezone(LATVIA))


def moment(when: datetime) -> str:
    """«2026. gada 21. novembrī plkst. 10.42», in Latvia's time; the hour never stands alone on a line."""
    local = when.astimezone(LATVIA)
    return f"{on_day(local)} plkst.\u00a0{clock(local)}"


def points_of(most: float) -> str:
    """After «no»: «30 punktiem», «21 punkta», «1,5 punktiem»."""
    whole = float(most).is_integer()
    return f"{number(most)} {'punkta' if whole and most % 10 == 1 and most % 100 != 11 else 'punktiem'}"


def points(value: float) -> str:
    """«1 punkts», «8 punkti», «1,5 punkti»."""
    return counted(int(value), "punkts", "punkti") if float(value).is_integer() else f"{number(value)} punkti"


def about_minutes(minutes: int) -> str:
    """«ap 45 minūtēm», «ap 3 stundām 15 minūtēm»; empty when nobody has said."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(counted(hours, "stundu", "stundām") if hours == 1 else counted(hours, "stundas", "stundām"))
    if rest or not hours:
        words.append(counted(rest, "minūti", "minūtēm"))
    return "ap " + " ".join(words)


def paragraphs(text: str) -> list[str]:
    """A typed text as the paragraphs it was typed in."""
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]


def shortened(text: str, most: int = 110) -> str:
    """The beginning of a text, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


def listed(names: Iterable[str]) -> str:
    """«Anna, Ilze un Pēteris»."""
    found = list(names)
    return " un ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


# ── templates ───────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        counted=counted,
        number=number,
        day=day,
        moment=moment,
        points_of=points_of,
        points=points,
        about_minutes=about_minutes,
        place_name=place_name,
    )
    return environment


def render(handler: Handler, template: str, site: Site, **values: Any) -> str:
    """The page as text. `handler` is asked for the form token only when the template uses `xsrf()`."""

    def xsrf() -> Markup:
        return Markup(handler.xsrf_form_html())  # noqa: S704  # tornado escapes the token itself

    return templates().get_template(template).render(site=site, xsrf=xsrf, **values)


class Showing(Handler):
    """What a page needs to show itself; mixed in before `OpenHandler` or `PersonHandler`."""

    news: Mapping[str, int] = {}  # replaced, never changed

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Content-Type", "text/html; charset=utf-8")

    def show(
        self,
        template: str,
        *,
        current: str = "",
        demo: bool | str = False,
        notice: str = "",
        status: int = 200,
        **values: Any,
    ) -> None:
        """Answer with the page. `demo`: it shows invented people (True), or what the banner has to say."""
        self.set_status(status)
        self.finish(render(self, template, self._site(current, demo, notice), **values))

    def _site(self, current: str, demo: bool | str, notice: str) -> Site:
        banner = demo if isinstance(demo, str) else "Cilvēki un skaitļi šajā lapā ir izdomāti." if demo else ""
        person = self.person
        if person is None:
            return Site(current=current, demo=banner, notice=notice)
        if person.is_demo and not banner and person.role == "trainee":
            banner = "Šis ir demonstrācijas konts: cilvēks ir izdomāts."
        return Site(
            role=person.role,
            current=current,
            name=person.name,
            demo=banner,
            notice=notice,
            here=here(self),
            news=self.news,
        )

    def at_home(self, path: str = "") -> str:
        return self.context.link(path)

    def whole_address(self, path: str) -> str:
        """An address that works in another browser, e.g. for a one-time link."""
        forwarded = self.request.headers.get("X-Forwarded-Proto", self.request.protocol)
        scheme = "https" if forwarded.split(",")[0].strip() == "https" else "http"
        return f"{scheme}://{self.request.host}{self.at_home(path)}"


class OpenPage(Showing, OpenHandler):
    """A page without log-in."""


class Page(Showing, PersonHandler):
    """A page for somebody who has logged in."""

    has_navigation: ClassVar[bool] = True

    async def prepare(self) -> None:
        await super().prepare()
        if self.has_navigation and not self._finished:
            await self.count_news()

    async def count_news(self) -> None:
        """What the navigation marks as new, as it stands now."""
        self.news = await self.context.run(news_for, self.context, self.person)


def here(handler: Handler) -> str:
    """The page's address below the service's; "" for one that is no address of a page."""
    path = handler.request.path.removeprefix(SERVICE_PREFIX)
    return path if re.fullmatch(r"[a-z0-9-]+(?:/[A-Za-z0-9.-]+){0,3}", path) and len(path) <= 100 else ""


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADINGS = {
    400: "Šo neizdevās izdarīt",
    401: "Vispirms ienāc",
    403: "Šī lapa tev nav pieejama",
    404: "Šādas lapas nav",
    405: "Tā šeit nevar",
    409: "Tagad to vairs nevar izdarīt",
    410: "Saite vairs neder",
    413: "Sūtījums ir par lielu",
    429: "Pagaidi brīdi",
    503: "Pagaidi brīdi",
}


def error_page(handler: Handler, status: int, message: str) -> str:
    """The page for an error: what happened, what is safe, what to do next. Never a word of a traceback."""
    person = handler.person
    handler.set_header("X-Frame-Options", "DENY")
    action = {"href": SERVICE_PREFIX, "label": "Uz sākumu"}
    if status == 410:
        action = {"href": "/hub/login", "label": "Ieiet ar savu paroli"}
    return render(
        handler,
        "kluda.html",
        Site(role=person.role, name=person.name, here=here(handler)) if person else Site(),
        heading=HEADINGS.get(status, "Kaut kas neizdevās" if status >= 500 else HEADINGS[400]),
        lines=paragraphs(message),
        action=action,
        status=status,
    )


class Static(StaticFileHandler):
    """Design files: no log-in, no secrets, cached briefly (fonts longer)."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("X-Content-Type-Options", "nosniff")

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "public, max-age=2592000" if path.endswith(".woff2") else "public, no-cache")
        if path.endswith(".woff2"):
            self.set_header("Content-Type", "font/woff2")
