"""Who is asking. People come through the hub's log-in, kernels with a token; every refusal is logged."""

from __future__ import annotations

import html
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, cast

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated, UserNotAllowed
from tornado.log import app_log
from tornado.web import HTTPError, RequestHandler, stream_request_body

from lideri.answers.context import Context
from lideri.answers.exercises import MAX_ANSWER
from lideri.errors import AnswerTooLarge, InvalidAnswer, LideriError, NotAllowed, NotFound, RefusedError, StoreBusy
from lideri.store.people import Person
from lideri.store.tables import Role
from lideri.store.tokens import PageToken, verify

CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_MESSAGES = {
    400: "Pieprasījumu neizdevās nolasīt. Atgriezies iepriekšējā lapā un mēģini vēlreiz.",
    401: "Vispirms ienāc sistēmā.",
    403: "Šī lapa tev nav pieejama. Ja tai jābūt pieejamai, raksti savam pasniedzējam.",
    404: "Šādas lapas nav. Atgriezies sākumā un izvēlies no saraksta.",
    405: "Šeit to izdarīt nevar. Atgriezies iepriekšējā lapā.",
    413: "Sūtījums ir par lielu.",
    503: "Pašlaik neizdodas. Pagaidi dažas sekundes un mēģini vēlreiz.",
}
_OUR_FAULT = "Kaut kas neizdevās mūsu pusē. Iepriekš saglabātais ir drošībā. Mēģini vēlreiz pēc brīža."
EXPIRED_FORM = "Lapa bija atvērta pārāk ilgi. Atgriezies, ielādē to no jauna un mēģini vēlreiz."

ErrorPage = Callable[["Handler", int, str], str]


class Handler(RequestHandler):
    """What all handlers share: the context, safe headers, errors in Latvian."""

    person: Person | None = None

    def initialize(self, context: Context, error_page: ErrorPage | None = None) -> None:
        self.context = context
        self.error_page = error_page

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", CONTENT_SECURITY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")  # a one-time link's address stays here
        self.set_header("Cache-Control", "no-store")

    # ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with the error's own status; what was refused goes to the log of events."""
        error = _error_of(kwargs)
        if isinstance(error, RefusedError):
            status_code = error.status
        elif isinstance(error, StoreBusy):
            status_code = 503
        if status_code in (401, 403, 404):
            self._log_refusal(status_code, error)
        super().send_error(status_code, **kwargs)

    def _log_refusal(self, status: int, error: BaseException | None) -> None:
        code = error.code if isinstance(error, LideriError) else str(status)
        self.context.log(
            "refused",
            person_id=self.person.id if self.person else None,
            subject=self.request.path,
            detail={"method": self.request.method, "status": status, "code": code},
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == 503:
            self.set_header("Retry-After", "5")
        message = message_of(status_code, _error_of(kwargs))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        if self.error_page is not None:
            self.finish(self.error_page(self, status_code, message))
            return
        self.finish(
            f'<!doctype html><html lang="lv"><meta charset="utf-8"><title>Neizdevās</title>'
            f"<main><h1>Neizdevās</h1><p>{html.escape(message)}</p>"
            f'<p><a href="{html.escape(self.context.link())}">Uz sākumu</a></p></main></html>'
        )

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if isinstance(value, RefusedError):
            app_log.info("refused: %s %s %s", self.request.method, self.request.path, value.code)
        else:
            super().log_exception(typ, value, tb)

    def compute_etag(self) -> None:
        return None  # nothing personal is answered from a cache


def message_of(status: int, error: BaseException | None) -> str:
    """What a person reads; never a traceback, never an English sentence."""
    if isinstance(error, RefusedError | StoreBusy):
        return str(error)
    return _MESSAGES.get(status, _OUR_FAULT if status >= 500 else _MESSAGES[400])


def _error_of(kwargs: dict[str, Any]) -> BaseException | None:
    info = kwargs.get("exc_info")
    return cast("BaseException", info[1]) if info else None


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class OpenHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # jupyterhub is untyped
    """A page without log-in. Its forms are protected against forged requests all the same."""

    # With a fake identity there is no hub, and tornado's own protection does the same.
    @property
    def xsrf_token(self) -> bytes:
        if self.context.identify is not None:
            return cast("bytes", RequestHandler.xsrf_token.__get__(self))
        return cast("bytes", HubOAuthenticated.xsrf_token.__get__(self))

    def check_xsrf_cookie(self) -> None:
        try:
            if self.context.identify is not None:
                RequestHandler.check_xsrf_cookie(self)
            else:
                HubOAuthenticated.check_xsrf_cookie(self)
        except HTTPError as error:
            app_log.info("forged or old form: %s", error)
            raise NotAllowed(EXPIRED_FORM) from None

    def get_current_user(self) -> Any:
        if self.context.identify is not None:
            return self.context.identify(self.request)
        return super().get_current_user()

    def get_login_url(self) -> str:
        if self.context.identify is not None:
            return "/hub/login"
        return super().get_login_url()


class PersonHandler(OpenHandler):
    """A page for somebody who has logged in; `self.person` is that person's row in the store, read anew each time.

    A person whose account was closed meanwhile is refused. Set `roles` to let in only some.
    """

    roles: ClassVar[tuple[Role, ...]] = ()
    person: Person

    async def prepare(self) -> None:
        username = await self._username()
        if username is None:
            if self.request.method in ("GET", "HEAD"):
                self.redirect(self.get_login_url())
                return
            raise NotAllowed("Tu vairs neesi ienācis sistēmā. Atver sākumlapu, ienāc un mēģini vēlreiz.")
        person = await self.context.run(self.context.store.people.by_username, username)
        if person is None or not person.active:
            raise NotAllowed("Tavs konts ir slēgts. Ja tā nav jābūt, raksti savam pasniedzējam.")
        self.person = person
        if self.roles:
            self.require_role(*self.roles)

    def require_role(self, *roles: Role) -> None:
        """Raises `NotAllowed` unless the person has one of `roles`."""
        if self.person.role not in roles:
            raise NotAllowed(_MESSAGES[403])

    async def _username(self) -> str | None:
        if self.context.identify is not None:
            return self.context.identify(self.request)
        model = await self.hub_auth.get_user(self, sync=False)
        if not model:
            return None
        try:
            allowed = self.check_hub_user(model)
        except UserNotAllowed:
            raise NotAllowed(_MESSAGES[403]) from None
        self._hub_auth_user_cache = allowed
        return str(allowed["name"]) if allowed else None


class LogInDone(HubOAuthCallbackHandler, Handler):  # type: ignore[misc]  # jupyterhub is untyped
    """Where the hub sends people back to after log-in."""


class NotFoundHandler(Handler):
    def prepare(self) -> None:
        raise NotFound(_MESSAGES[404])

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here, so nothing can be forged."""


def hub_auth() -> HubOAuth:
    """The hub as its environment describes it (JUPYTERHUB_*); one for the process."""
    return HubOAuth.instance()


# ── kernels ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@stream_request_body  # so that a body that is far too large is refused before it is read
class ApiHandler(Handler):
    """A call from a page's kernel: bearer token, JSON in, JSON out. No cookie opens anything here."""

    person: Person
    token: PageToken

    def check_xsrf_cookie(self) -> None:
        """Cookies mean nothing to this API, so nobody's browser can be tricked with them."""

    async def prepare(self) -> None:
        self._body = bytearray()
        self._too_large = False
        length = self.request.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit()):
            raise InvalidAnswer(_UNREADABLE)
        if int(length[:20]) > MAX_ANSWER:
            raise _too_large()
        scheme, _, text = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotAllowed("Pieprasījumam nav atļaujas. Atver lapu no burtnīcas sākuma.")
        self.token = verify(text.strip(), self.context.settings.secret, now=self.context.now())
        try:
            person = await self.context.run(self.context.store.people.get, self.token.person)
        except NotFound:
            raise NotAllowed("Šai lapai nav tiesību. Atver to vēlreiz no burtnīcas sākuma.") from None
        self.person = person
        if not person.active:
            raise NotAllowed("Konts ir slēgts. Ja tā nav jābūt, raksti savam pasniedzējam.")

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        if len(self._body) + len(chunk) > MAX_ANSWER:
            self._too_large = True
        else:
            self._body += chunk
        return None

    def require_page(self, page: str) -> None:
        """Raises `NotAllowed` unless the token was made for this page."""
        if self.token.page != page:
            raise NotAllowed("Šī lapa nedrīkst lasīt un saglabāt citas lapas atbildes.")

    def json_body(self) -> dict[str, Any]:
        """The call's JSON object; `AnswerTooLarge` or `InvalidAnswer` otherwise."""
        if self._too_large:
            raise _too_large()
        try:
            data = json.loads(bytes(self._body))
        except (ValueError, RecursionError):
            raise InvalidAnswer(_UNREADABLE) from None
        if not isinstance(data, dict):
            raise InvalidAnswer(_UNREADABLE)
        return data

    def reply(self, data: Any) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(data, ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = _error_of(kwargs)
        if status_code == 503:
            self.set_header("Retry-After", "5")
        code = (
            error.code if isinstance(error, LideriError) else HTTPStatus(status_code).phrase.lower().replace(" ", "-")
        )
        self.reply({"error": {"code": code, "message": message_of(status_code, error)}})


_UNREADABLE = "Pieprasījumu neizdevās nolasīt. Ielādē lapu no jauna; iepriekš saglabātais paliek."


def _too_large() -> AnswerTooLarge:
    return AnswerTooLarge(
        f"Atbilde ir par lielu (atļauts līdz {MAX_ANSWER // 1024} KiB). Saīsini to; iepriekš saglabātais paliek."
    )
