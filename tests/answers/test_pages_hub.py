"""The hub's own pages: Latvian, ours, and safe to show what somebody typed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from jupyterhub._data import DATA_FILES_PATH

ROOT = Path(__file__).resolve().parents[2] / "lideri"
FOLDERS = [ROOT / "hub" / "templates", ROOT / "answers" / "pages" / "templates", Path(DATA_FILES_PATH) / "templates"]
EVERYWHERE: dict[str, Any] = {
    "base_url": "/hub/",
    "prefix": "/",
    "user": None,
    "login_url": "/hub/login",
    "logout_url": "/hub/logout",
    "static_url": lambda path, **_: f"/hub/static/{path}",
    "services": [],
    "parsed_scopes": {},
    "xsrf": "zimogs",
    "xsrf_token": "zimogs",
}
LOGIN = {"authenticator_login_url": "/hub/login?next=%2Fx", "login_error": None, "username": None, "custom_html": ""}
PAGES: list[tuple[str, dict[str, Any], str]] = [
    ("login.html", LOGIN, "Ieiet mācībās"),
    ("error.html", {"status_code": 403, "status_message": "Forbidden", "message": "nope"}, "Šī lapa tev nav pieejama"),
    ("error.html", {"status_code": 500, "status_message": "Oops", "message": "Traceback"}, "Kaut kas neizdevās"),
    ("404.html", {"status_code": 404, "status_message": "Not Found", "message": ""}, "Šādas lapas nav"),
    ("logout.html", {}, "Droši vari aizvērt lapu"),
    ("home.html", {}, "Atveram sākumlapu"),
    ("token.html", {}, "Atveram sākumlapu"),
    ("spawn_pending.html", {"progress_url": "/hub/api/users/x/server/progress"}, "Ieslēdzam vērtējumu žurnālu"),
    ("not_running.html", {"spawn_url": "/hub/spawn/x", "implicit_spawn_seconds": 0}, "Vērtējumu žurnāls nav ieslēgts"),
    ("not_running.html", {"spawn_url": "/hub/spawn/x", "failed": True}, "Žurnālu neizdevās ieslēgt"),
    ("stop_pending.html", {}, "Vērtējumu žurnāls izslēdzas"),
    ("spawn.html", {"url": "/hub/spawn", "error_message": "no"}, "Vērtējumu žurnāls"),
    ("oauth.html", {"oauth_client": SimpleNamespace(description="x"), "allowed_scopes": ["a"]}, "Vai atvērt šo lapu"),
    ("accept-share.html", {}, "Šādas lapas nav"),
]


def render(template: str, values: dict[str, Any], *, as_async: bool = True) -> str:
    """As the hub does: asynchronously for pages, synchronously for errors."""
    environment = Environment(loader=FileSystemLoader(FOLDERS), autoescape=True, enable_async=as_async)
    page = environment.get_template(template)
    everything = EVERYWHERE | values
    return asyncio.run(page.render_async(**everything)) if as_async else page.render(**everything)


@pytest.mark.parametrize(("template", "values", "words"), PAGES)
@pytest.mark.parametrize("as_async", [True, False])
def test_every_page_of_the_hub_is_ours_and_latvian(
    template: str, values: dict[str, Any], words: str, as_async: bool
) -> None:
    page = render(template, values, as_async=as_async)

    assert '<html lang="lv">' in page and words in page
    visible = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"Jupyter|[Ss]erver|Sign in|Forbidden|Traceback|coroutine|nope", visible)


def test_the_log_in_page_sends_its_form_where_the_hub_wants_it() -> None:
    page = render("login.html", LOGIN)

    assert 'action="/hub/login?next=%2Fx"' in page
    assert 'name="_xsrf" value="zimogs"' in page
    assert 'name="username"' in page and 'name="password"' in page
    assert "Demonstrācijas" not in page


def test_a_refused_log_in_says_why_and_shows_what_was_typed_as_text() -> None:
    page = render("login.html", LOGIN | {"login_error": "Invalid username or password", "username": '"><script>x()'})

    assert "Lietotājvārds vai parole neder" in page
    assert "<script>x()" not in page


def test_demonstration_accounts_are_named_only_when_the_hub_says_so() -> None:
    page = render("login.html", LOGIN | {"demo_accounts": (("dalibnieks", "mācību burtnīca"),)})

    assert "Demonstrācijas konti" in page and "dalibnieks" in page
