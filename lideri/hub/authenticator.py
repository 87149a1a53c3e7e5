"""Logging in: the hub asks the store who somebody is."""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol

from jupyterhub.auth import Authenticator
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.login import LoginHandler
from tornado.web import HTTPError, authenticated
from traitlets import Any as AnyTrait
from traitlets import Bool, default

from lideri.errors import StoreBusy
from lideri.settings import SERVICE_PREFIX, read_settings

WRONG = "Lietotājvārds vai parole neder. Pārbaudi, vai nav ieslēgts lielo burtu taustiņš, un mēģini vēlreiz."
TOO_MANY = (
    "Parole ievadīta nepareizi vairākas reizes. "
    "Pagaidi {minutes} min. un mēģini vēlreiz vai palūdz pasniedzējam jaunu saiti."
)
EXPIRED = "Ieiešanas lapa bija atvērta pārāk ilgi. Ieraksti paroli vēlreiz."
BUSY = "Pašlaik nevar ieiet, jo datubāze ir aizņemta. Pagaidi dažas sekundes un mēģini vēlreiz."


class FailedLogins:
    """Counts wrong passwords per name and address; after `allowed` of them nobody is let in for `pause` seconds.

    Keeps the last `most` pairs, in memory: the store has its own slower limit that survives a restart.
    """

    def __init__(
        self, *, allowed: int = 5, pause: float = 300, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed, self._pause, self._most, self._clock = allowed, pause, most, clock
        self._seen: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def seconds_to_wait(self, who: tuple[str, str]) -> float:
        """0 when a try is allowed now."""
        count, last = self._seen.get(who, (0, 0.0))
        left = last + self._pause - self._clock()
        if left <= 0:
            self._seen.pop(who, None)
            return 0
        return left if count >= self._allowed else 0

    def failed(self, who: tuple[str, str]) -> None:
        count, _last = self._seen.pop(who, (0, 0.0))
        self._seen[who] = (count + 1, self._clock())
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)

    def succeeded(self, who: tuple[str, str]) -> None:
        self._seen.pop(who, None)


class KnownPerson(Protocol):
    """What the hub needs to know of a person; `lideri.store.people.Person` is one."""

    id: str
    username: str
    name: str
    role: Any
    active: bool
    is_demo: bool


class KnowsPeople(Protocol):
    """The part of `lideri.store.people.People` that logging in uses."""

    def authenticate(self, username: str, password: str, *, now: datetime) -> Any: ...

    def by_username(self, username: str) -> Any: ...


class LideriLoginHandler(LoginHandler):  # type: ignore[misc]  # jupyterhub is untyped
    """The log-in page; an old form is answered in Latvian."""

    def check_xsrf_cookie(self) -> None:
        try:
            super().check_xsrf_cookie()
        except HTTPError as error:
            raise HTTPError(error.status_code, EXPIRED) from None


class ToWorkbook(BaseHandler):  # type: ignore[misc]  # jupyterhub is untyped
    @authenticated
    def get(self) -> None:
        self.redirect(SERVICE_PREFIX)


class LideriAuthenticator(Authenticator):  # type: ignore[misc]  # jupyterhub is untyped
    """Passwords are checked by the store; the person's role becomes the one hub group.

    The name shown to people and the person's id travel in `user_info`, so that services need not ask.
    """

    people = AnyTrait(help="A KnowsPeople; the store that the environment names.")
    demo_allowed = Bool(False, config=True, help="Demo accounts may log in: only while the hub listens on loopback.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.failed_logins = FailedLogins()
        # Argon2 takes tens of milliseconds of one core; two threads keep the hub answering meanwhile.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="login")

    @default("people")
    def _people_of_the_store(self) -> KnowsPeople:
        from lideri.store import open_store

        people: KnowsPeople = open_store(read_settings(os.environ)).people
        return people

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        """Ours come before the hub's own pages of the same address, which are English and of no use to people here."""
        return [("/login", LideriLoginHandler), ("/home", ToWorkbook), ("/token", ToWorkbook)]

    async def authenticate(self, handler: Any, data: Mapping[str, str]) -> dict[str, Any] | None:
        username, password = data.get("username", "").strip().lower(), data.get("password", "")
        who = (username[:200], handler.request.remote_ip)
        if wait := self.failed_logins.seconds_to_wait(who):
            self.log.warning("Too many wrong passwords from %s", who[1])
            raise HTTPError(403, TOO_MANY.format(minutes=max(1, round(wait / 60))))
        person = await self._ask(self.people.authenticate, username, password, now=datetime.now(UTC))
        if person is None or not self._may_enter(person):
            self.failed_logins.failed(who)
            raise HTTPError(403, WRONG)
        self.failed_logins.succeeded(who)
        return _account(person)

    async def refresh_user(self, user: Any, handler: Any = None) -> bool | dict[str, Any]:
        """Called by the hub every `auth_refresh_age` seconds: a closed account is logged out, a new role holds."""
        try:
            person = await self._ask(self.people.by_username, user.name)
        except HTTPError:
            return True  # the store is busy for a moment: nobody loses the session for that
        if person is None or not self._may_enter(person):
            return False
        return _account(person)

    def _may_enter(self, person: KnownPerson) -> bool:
        return person.active and (self.demo_allowed or not person.is_demo)

    async def _ask(self, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, lambda: question(*args, **kwargs))
        except StoreBusy:
            self.log.exception("The store did not answer while somebody logged in")
            raise HTTPError(503, BUSY) from None


def _account(person: KnownPerson) -> dict[str, Any]:
    return {
        "name": person.username,
        "groups": [person.role],
        "admin": False,  # administrators of the course get their rights from the group, not from the hub's flag
        "user_info": {"person": person.id, "display_name": person.name, "role": person.role},
    }
