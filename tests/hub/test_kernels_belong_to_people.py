"""Two people share one Voila server; neither reaches the other's kernel, and a kernel knows no secret."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from lideri.settings import Settings
from lideri.store import open_store
from lideri.store.people import NewPerson
from lideri.store.tokens import verify
from tests.hub.system import RunningSystem

pytestmark = pytest.mark.hub

PAGE = "/services/macibas/2.9"
ALLOWED = {
    *("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH"),
    *("HOME", "MPLBACKEND", "MPLCONFIGDIR", "LIDERI_ANSWERS_URL", "LIDERI_PAGE", "LIDERI_WIDGETS"),
}
SET_BY_JUPYTER_ITSELF = {
    *("JPY_PARENT_PID", "VOILA_KERNEL_ID", "PYDEVD_USE_FRAME_EVAL", "LC_CTYPE"),
    *("CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "TERM", "PAGER", "GIT_PAGER"),
}


@pytest.fixture(scope="module")
def trainee(system: RunningSystem) -> Iterator[httpx.Client]:
    with system.client("dalibnieks") as client:
        yield client


@pytest.fixture(scope="module")
def trainer(system: RunningSystem) -> Iterator[httpx.Client]:
    with system.client("pasniedzejs") as client:
        client.get("/services/macibas/2.9")  # has a session with this very service
        yield client


@pytest.fixture(scope="module")
def kernel(system: RunningSystem, trainee: httpx.Client) -> str:
    return system.open_page(trainee, PAGE)


def xsrf_of(client: httpx.Client) -> str:
    """The proof that a request comes from a page of the workbook's service, as that page would send it."""
    found = [each.value for each in client.cookies.jar if each.name == "_xsrf" and each.path == "/services/macibas/"]
    return str(found[0])


def websocket(system: RunningSystem, client: httpx.Client, path: str) -> ClientConnection:
    headers = system.cookies_of(client, path) | {"Origin": system.base_url}
    return connect(f"ws://127.0.0.1:{system.port}{path}", additional_headers=headers, open_timeout=20)


def message(kind: str, content: dict[str, object], channel: str = "shell") -> str:
    header = {
        "msg_id": str(uuid.uuid4()),
        "msg_type": kind,
        "username": "",
        "session": "s",
        "version": "5.3",
        "date": "2026-11-22T00:00:00Z",
    }
    return json.dumps(
        {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel, "buffers": []}
    )


def run_page(system: RunningSystem, client: httpx.Client, kernel: str) -> str:
    """All that the page's cells show, as the browser would receive it."""
    with websocket(system, client, f"/services/macibas/voila/execution/{kernel}") as socket:
        socket.send(json.dumps({"action": "execute", "payload": {"kernel_id": kernel}}))
        for raw in socket:
            answer = json.loads(raw)
            if answer["action"] == "execution_result":
                return "".join(
                    each.get("text") or each["data"]["text/html"]
                    for each in answer["payload"]["output_cell"]["outputs"]
                )
    raise AssertionError("the page's cells were not run")


def test_the_owner_finds_the_kernel_of_the_own_page(trainee: httpx.Client, kernel: str) -> None:
    answer = trainee.get(f"/services/macibas/api/kernels/{kernel}")

    assert answer.status_code == 200
    assert answer.json()["id"] == kernel


def test_to_anybody_else_the_kernel_is_not_there(system: RunningSystem, trainer: httpx.Client, kernel: str) -> None:
    answer = trainer.get(f"/services/macibas/api/kernels/{kernel}")

    assert answer.status_code == 404
    assert f"Refused kernel {kernel}" in system.log


def test_a_forged_person_header_changes_nothing(trainer: httpx.Client, kernel: str) -> None:
    answer = trainer.get(f"/services/macibas/api/kernels/{kernel}", headers={"X-Lideri-Person": "dalibnieks"})

    assert answer.status_code == 404


def test_kernels_cannot_be_listed_started_or_restarted(trainee: httpx.Client, kernel: str) -> None:
    for method, path in (
        ("GET", "api/kernels"),
        ("POST", "api/kernels"),
        ("DELETE", f"api/kernels/{kernel}"),
        ("POST", f"api/kernels/{kernel}/restart"),
        ("GET", "api/contents"),
        ("GET", "voila/tree"),
        ("GET", "voila/files/notebooks/m02_1.ipynb"),
        ("GET", "voila/render/notebooks/m02_1.ipynb"),
        ("GET", "notebooks/m02_1.ipynb"),
        ("GET", "../assessments/items/m02.yml"),
    ):
        answer = trainee.request(method, f"/services/macibas/{path}")

        assert answer.status_code in {403, 404, 405}, (method, path)


@pytest.mark.parametrize("path", ["api/kernels/{}/channels", "voila/execution/{}"])
def test_nobody_else_can_open_a_websocket_to_the_kernel(
    system: RunningSystem, trainer: httpx.Client, kernel: str, path: str
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        websocket(system, trainer, "/services/macibas/" + path.format(kernel)).close()

    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("path", ["api/kernels/{}/channels", "voila/execution/{}"])
def test_without_log_in_no_websocket_opens(system: RunningSystem, kernel: str, path: str) -> None:
    with system.client() as nobody, pytest.raises(InvalidStatus) as refused:
        websocket(system, nobody, "/services/macibas/" + path.format(kernel)).close()

    assert refused.value.response.status_code in {403, 404}


def test_nobody_else_can_end_the_kernel(trainer: httpx.Client, trainee: httpx.Client, kernel: str) -> None:
    answer = trainer.post(f"/services/macibas/voila/api/shutdown/{kernel}?_xsrf={xsrf_of(trainer)}")

    assert answer.status_code == 404
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 200


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_code_sent_over_the_owners_websocket_is_not_run(
    system: RunningSystem, trainee: httpx.Client, kernel: str, tmp_path: Path, channel: str
) -> None:
    proof = tmp_path / "ran"
    code = {"code": f"open({str(proof)!r}, 'w').close()", "silent": False, "store_history": False}

    with websocket(system, trainee, f"/services/macibas/api/kernels/{kernel}/channels?session_id=s") as socket:
        socket.send(message("execute_request", code, channel))
        socket.send(message("kernel_info_request", {}))
        for raw in socket:
            if json.loads(raw)["msg_type"] == "kernel_info_reply":
                break

    assert not proof.exists()


def test_a_kernel_knows_its_page_and_no_secret(system: RunningSystem, trainee: httpx.Client) -> None:
    kernel = system.open_page(trainee, PAGE)

    shown = run_page(system, trainee, kernel)

    found = json.loads(shown)
    environment = found["environment"]
    token = environment.pop("LIDERI_TOKEN")
    secret = (system.data / "run" / "secret").read_text().strip()
    assert set(environment) <= ALLOWED | SET_BY_JUPYTER_ITSELF
    assert not any(secret in value or "sqlite" in value for value in environment.values())
    proof = verify(token, secret, now=datetime.now(UTC))
    assert (proof.kernel, proof.page, proof.role) == (kernel, "2.9", "trainee")
    assert environment["MPLBACKEND"] == "Agg"
    assert found["folder"].endswith("/run/empty")
    assert found["files"] == []


def test_a_cell_that_breaks_shows_one_calm_sentence(system: RunningSystem, trainee: httpx.Client) -> None:
    kernel = system.open_page(trainee, "/services/macibas/2.8")

    shown = run_page(system, trainee, kernel)

    assert "Šo daļu neizdevās parādīt" in shown
    assert "slepens" not in shown
    assert "Traceback" not in shown
    assert "slepens iekšējais teksts" in system.log


def test_a_person_keeps_at_most_six_pages_open(system: RunningSystem) -> None:
    with system.client("vadosais") as client:
        kernels = [system.open_page(client, PAGE) for _ in range(7)]

        there = [client.get(f"/services/macibas/api/kernels/{kernel}").status_code for kernel in kernels]

    assert there == [404, *[200] * 6]


def test_leaving_a_page_ends_its_kernel(system: RunningSystem, trainee: httpx.Client) -> None:
    kernel = system.open_page(trainee, PAGE)

    answer = trainee.post(f"/services/macibas/voila/api/shutdown/{kernel}?_xsrf={xsrf_of(trainee)}")

    assert answer.status_code == 204
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 404


def test_a_kernel_that_dies_does_not_come_back_empty(system: RunningSystem, trainee: httpx.Client) -> None:
    kernel = system.open_page(trainee, PAGE)
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 200  # it is there by now
    (process,) = [each for each in system.processes() if any(kernel in part for part in each.cmdline())]
    path = f"/services/macibas/api/kernels/{kernel}/channels?session_id=s"

    with websocket(system, trainee, path) as socket:
        process.kill()
        states = []
        try:
            for raw in socket:
                answer = json.loads(raw)
                if answer["msg_type"] == "status":
                    states.append(answer["content"]["execution_state"])
                if states[-1:] == ["dead"]:
                    break
        except ConnectionClosed:
            pass

    assert states[-1:] == ["dead"]
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 404


def test_a_closed_account_is_shown_out(system: RunningSystem) -> None:
    store = open_store(Settings(data=system.data))
    now = datetime.now(UTC)
    person = store.people.add(
        NewPerson(name="Aiziet Prom", username="aiziet", is_demo=True), now=now, password="x" * 12
    )
    with system.client("aiziet", "x" * 12) as client:
        assert client.get("/services/lideri/").status_code == 200

        store.people.deactivate(person.id, now=now)
        store.close()
        with system.client() as again:
            answer = system.log_in(again, "aiziet", "x" * 12)

    assert answer.status_code == 403
