"""What opens for whom: log-in, pages by role, JupyterLab, addresses that do not exist."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.hub.system import RunningSystem

pytestmark = pytest.mark.hub


def test_the_hub_and_every_service_say_they_are_well(system: RunningSystem) -> None:
    with system.client() as nobody:
        for path in ("/hub/health", "/services/lideri/health", "/services/macibas/health", "/services/paneli/health"):
            assert nobody.get(path, follow_redirects=False).status_code == 200, path


def test_without_log_in_every_page_leads_to_the_log_in(system: RunningSystem) -> None:
    for path in ("/", "/services/lideri/", "/services/macibas/2.1", "/services/paneli/grupa"):
        with system.client() as nobody:
            answer = nobody.get(path)

        assert answer.url.path == "/hub/login", path
        assert '<html lang="lv">' in answer.text


def test_after_log_in_one_lands_on_the_home_page(system: RunningSystem) -> None:
    with system.client() as client:
        answer = system.log_in(client, "dalibnieks", system.password)

    assert answer.url.path == "/services/lideri/"


def test_a_wrong_password_is_answered_in_latvian(system: RunningSystem) -> None:
    with system.client() as client:
        answer = system.log_in(client, "vadiba", "nepareiza-parole")

    assert answer.status_code == 403
    assert "Lietotājvārds vai parole neder" in answer.text


def test_an_unknown_name_is_answered_like_a_wrong_password(system: RunningSystem) -> None:
    with system.client() as client:
        answer = system.log_in(client, "tada-nav", "nepareiza-parole")

    assert answer.status_code == 403
    assert "Lietotājvārds vai parole neder" in answer.text


def test_after_five_wrong_passwords_even_the_right_one_must_wait(system: RunningSystem) -> None:
    with system.client() as client:
        for _ in range(5):
            system.log_in(client, "pasniedzejs@nekur", "nepareiza-parole")

        answer = system.log_in(client, "pasniedzejs@nekur", system.password)

    assert "Pagaidi" in answer.text


def test_an_old_log_in_form_is_answered_in_latvian(system: RunningSystem) -> None:
    with system.client() as client:
        answer = client.post(
            "/hub/login",
            data={"username": "dalibnieks", "password": system.password, "_xsrf": "vecs"},
            headers={"Sec-Fetch-Mode": "navigate"},
        )

    assert answer.status_code == 403
    assert "bija atvērta pārāk ilgi" in answer.text


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("dalibnieks", "/services/macibas/2.1", 200),
        ("pasniedzejs", "/services/macibas/2.1", 200),
        ("dalibnieks", "/services/paneli/grupa", 403),
        ("dalibnieks", "/services/paneli/latvija", 403),
        ("pasniedzejs", "/services/paneli/grupa", 200),
        ("pasniedzejs", "/services/paneli/latvija", 403),
        ("vadosais", "/services/paneli/grupa", 200),
        ("vadiba", "/services/paneli/grupa", 403),
    ],
)
def test_pages_open_by_role(system: RunningSystem, username: str, path: str, status: int) -> None:
    with system.client(username) as client:
        answer = client.get(path)

    assert answer.status_code == status
    assert '<html lang="lv">' in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["12.1", "2.0", "jauns", "2/parbaude/x", "voila/render/notebooks/m02_1.ipynb"])
def test_an_address_without_a_page_gets_our_own_page(system: RunningSystem, path: str) -> None:
    with system.client("dalibnieks") as client:
        answer = client.get(f"/services/macibas/{path}")

    assert answer.status_code == 404
    assert "Šādas lapas nav" in answer.text
    assert "Jupyter" not in answer.text


def test_a_page_is_whole_before_its_kernel_runs(system: RunningSystem) -> None:
    with system.client("dalibnieks") as client:
        text = client.get("/services/macibas/2.1").text

    assert text.index("Kibernoziegumu riski") < text.index('id="jupyter-config-data"')
    assert "Pāriet uz saturu" in text
    assert 'aria-label="Atrašanās vieta"' in text
    assert "Jupyter" not in text.replace("jupyter-config-data", "").split('<script id="')[0]
    assert ".ipynb" not in text


def test_text_from_a_notebooks_header_is_shown_as_text(system: RunningSystem) -> None:
    with system.client("dalibnieks") as client:
        text = client.get("/services/macibas/2.9").text

    assert "Izmēģinājums &lt;b&gt;" in text


def test_no_other_site_may_show_our_pages_in_a_frame(system: RunningSystem) -> None:
    with system.client("vadosais") as client:
        for path in ("/hub/login", "/services/lideri/", "/services/macibas/2.1", "/services/paneli/grupa"):
            assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"], path


@pytest.mark.parametrize("username", ["dalibnieks", "pasniedzejs", "vadiba"])
def test_only_a_lead_trainer_can_start_jupyterlab(system: RunningSystem, username: str) -> None:
    with system.client(username) as client:
        client.get("/hub/spawn")
        xsrf = next(cookie.value for cookie in client.cookies.jar if cookie.name == "_xsrf" and cookie.path == "/hub/")
        by_form = client.post("/hub/spawn", data={"_xsrf": xsrf})
        by_api = client.post(f"/hub/api/users/{username}/server", headers={"X-XSRFToken": xsrf})
        token = client.post(f"/hub/api/users/{username}/tokens", headers={"X-XSRFToken": xsrf})
        admin = client.get("/hub/admin")

    assert by_form.status_code in {403, 404}
    assert by_api.status_code in {403, 404}
    assert token.status_code in {403, 404}
    assert admin.status_code in {403, 404}
    assert not any("jupyterhub.singleuser" in process.cmdline() for process in system.processes())


def test_a_lead_trainer_opens_formgrader_as_a_page_of_its_own(system: RunningSystem) -> None:
    with system.client("vadosais") as client:
        _start_server(system, client, "vadosais")
        answer = client.get("/user/vadosais/formgrader/manage_submissions/m02-a")
        assignments = client.get("/user/vadosais/formgrader/api/assignments")
        with system.client("dalibnieks") as stranger:
            refused = stranger.get("/user/vadosais/formgrader")

    assert answer.status_code == 200
    assert "nbgrader" in answer.text
    assert "m02-a" in {each["name"] for each in assignments.json()}
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert refused.status_code in {403, 404}


def _start_server(system: RunningSystem, client: httpx.Client, username: str) -> None:
    """As a person does: ask for it, look at the waiting page, come back."""
    client.get("/hub/spawn")
    for _ in range(150):
        answer = client.get(f"/user/{username}/formgrader")
        if answer.status_code == 200 and answer.url.path.startswith(f"/user/{username}/"):
            return
        time.sleep(0.5)
    raise AssertionError((str(answer.url), answer.status_code, system.log[-3000:]))
