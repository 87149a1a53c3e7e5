"""Attacks over the network on the whole system: addresses, kernels, websockets, log-in, tokens, what processes know."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import re
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import pytest
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import course_data
from lideri.practice import machine
from lideri.practice.scenarios import load_scenarios
from lideri.store.tokens import PageToken, mint
from tests.attacks.bystanders import Keys, standing_of_others
from tests.hub.system import RunningSystem
from tests.hub.test_kernels_belong_to_people import run_page

pytestmark = pytest.mark.hub

V1 = "v1.kernel.websocket.jupyter.org"
PAGE = "/services/macibas/2.9"
GIVES_AWAY = (
    "Traceback (most recent",
    "SQLite format 3",
    "root:x:0",
    'File "/',
    "BEGIN HIDDEN TESTS",
    "sourceMappingURL=data",
)


@pytest.fixture(scope="module")
def trainee(system: RunningSystem) -> Iterator[httpx.Client]:
    with system.client("dalibnieks") as client:
        client.get("/services/macibas/2.1")
        yield client


@pytest.fixture(scope="module")
def trainer(system: RunningSystem) -> Iterator[httpx.Client]:
    with system.client("pasniedzejs") as client:
        client.get("/services/macibas/2.1")
        client.get("/services/paneli/grupa")
        yield client


@pytest.fixture(autouse=True)
def nobody_else_is_touched(system: RunningSystem) -> Iterator[None]:
    """Holds for every attack here: whoever is not the attacker has the same answers, points and marks afterwards."""
    before = standing_of_others(system.data, person_id(system, "dalibnieks"))
    yield
    assert before["item_results"]
    assert standing_of_others(system.data, person_id(system, "dalibnieks")) == before


# ── tools of an attacker ─────────────────────────────────────────────────────────────────────────────────────────────


def rows(system: RunningSystem, sql: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(f"file:{system.data / 'lideri.sqlite'}?mode=ro", uri=True)) as database:
        return database.execute(sql, values).fetchall()


def person_id(system: RunningSystem, username: str) -> str:
    return str(rows(system, "select id from people where username = ?", username)[0][0])


def a_victim(system: RunningSystem) -> dict[str, str]:
    """Somebody with a graded submission, who is neither the trainee nor the trainer that attack."""
    sql = (
        "select s.person_id, s.attempt_id, s.id, p.name, p.username from submissions s "
        "join people p on p.id = s.person_id where p.username != 'dalibnieks' and s.state = 'graded' limit 1"
    )
    return dict(zip(("person", "attempt", "submission", "name", "username"), rows(system, sql)[0], strict=True))


def page_token(system: RunningSystem, page: str, username: str = "dalibnieks", **changes: Any) -> str:
    """A true token, as that person's kernel has it."""
    exp = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    claims = {"person": person_id(system, username), "kernel": "k", "page": page, "role": "trainee", "exp": exp}
    return mint(PageToken(**{**claims, **changes}), (system.data / "run" / "secret").read_text().strip())


@lru_cache
def answers_port(system: RunningSystem) -> int:
    (process,) = [each for each in system.processes() if "lideri.answers" in each.cmdline()]
    return next(int(each.laddr.port) for each in process.net_connections("tcp") if each.status == "LISTEN")


def call(system: RunningSystem, method: str, path: str, token: str, body: Any = None) -> httpx.Response:
    """A call of the API as a kernel makes it: straight to the service, with whatever token and body."""
    sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{answers_port(system)}/services/lideri/{path}"
    return httpx.request(method, url, content=sent, headers=headers, timeout=60, trust_env=False)


def exactly(
    system: RunningSystem, path: str, client: httpx.Client | None = None, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Ask for a path as it is written: no dots resolved, nothing escaped, no redirect followed."""
    connection = http.client.HTTPConnection("127.0.0.1", system.port, timeout=60)
    try:
        cookies = (
            system.cookies_of(client, path.split("?", maxsplit=1)[0].replace("%", "")) if client is not None else {}
        )
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in {**{k: v for k, v in cookies.items() if v}, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def header(kind: str) -> dict[str, str]:
    names = {"msg_id": str(uuid.uuid4()), "msg_type": kind, "username": "", "session": "s", "version": "5.3"}
    return names | {"date": "2026-11-22T00:00:00Z"}


def message(kind: str, content: dict[str, Any], channel: str, *, v1: bool) -> str | bytes:
    parts = {"header": header(kind), "parent_header": {}, "metadata": {}, "content": content}
    if not v1:
        return json.dumps(parts | {"channel": channel, "buffers": []})
    packed = [json.dumps(parts[name]).encode() for name in ("header", "parent_header", "metadata", "content")]
    return bytes(serialize_msg_to_ws_v1(packed, channel))


def read(raw: str | bytes) -> dict[str, Any]:
    if isinstance(raw, str):
        return dict(json.loads(raw))
    channel, parts = deserialize_msg_from_ws_v1(raw)
    told = json.loads(parts[0])
    return {"channel": channel, "msg_type": told["msg_type"], "content": json.loads(parts[3])}


def websocket(system: RunningSystem, client: httpx.Client, path: str, *, v1: bool = False) -> ClientConnection:
    headers = system.cookies_of(client, path) | {"Origin": system.base_url}
    protocols = [V1] if v1 else None
    return connect(
        f"ws://127.0.0.1:{system.port}{path}",
        additional_headers=headers,
        subprotocols=protocols,
        open_timeout=20,
        close_timeout=1,
    )


def until_it_answers(socket: ClientConnection, *, v1: bool) -> list[dict[str, Any]]:
    """Everything the kernel says up to its answer to an allowed question asked last."""
    socket.send(message("kernel_info_request", {}, "shell", v1=v1))
    said = []
    for raw in socket:
        said.append(read(raw))
        if said[-1]["msg_type"] == "kernel_info_reply":
            return said
    raise AssertionError("the kernel did not answer")


# ── reading keys and secrets by address ──────────────────────────────────────────────────────────────────────────────

UP = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "..%252f", "..;/", "%c0%ae%c0%ae/")
WANTED = ("assessments/items/m02.yml", "assessments/source/m02-a/m02-a.ipynb", "var/lideri.sqlite", "etc/passwd")
FROM = (
    *("/services/lideri/", "/services/lideri/static/", "/services/macibas/", "/services/macibas/assets/"),
    *("/services/macibas/voila/static/", "/services/macibas/voila/labextensions/", "/hub/static/", "/"),
    "/services/macibas/voila/templates/lab/static/",
)
GUESSED = (
    *(
        "assessments/items/m02.yml",
        "course_data/released/m02-a.json",
        "released/m02-a.json",
        "m02-a.json",
        ".git/config",
    ),
    *(
        "files/assessments/items/m02.yml",
        "voila/files/notebooks/m02_1.ipynb",
        "voila/files/../assessments/items/m02.yml",
    ),
    *("api/contents", "api/contents/assessments", "api/kernels", "api/sessions", "api/terminals", "api/kernelspecs"),
    *("nbconvert/html/notebooks/m02_1.ipynb", "view/notebooks/m02_1.ipynb", "tree", "lab", "metrics", "api/status"),
    *("static/lideri.css.map", "static/theme.js.map", "static/", "static/%00", "assets/voila.js.map", "api/me"),
    *("formgrader", "user/vadosais/formgrader", "var/run/secret", "run/secret", "api/security/csp-report", "%00", "%"),
)


def test_no_address_leads_to_a_key_or_a_secret(
    system: RunningSystem, trainee: httpx.Client, trainer: httpx.Client, keys: Keys
) -> None:
    secrets = [file.read_text().strip() for file in (system.data / "run").glob("*secret*") if file.is_file()]
    climbing = [
        f"{start}{up * 6}{wanted}" for start in FROM for up in UP for wanted in WANTED[:: 3 if up[0] == "%" else 1]
    ]
    guessed = [
        f"{start}{path}"
        for start in ("/services/lideri/", "/services/macibas/", "/services/paneli/", "/hub/")
        for path in GUESSED
    ]
    found: dict[str, Any] = {}

    for client in (trainee, trainer):
        for path in [*climbing, *guessed] if client is trainee else guessed:
            status, _, body = exactly(system, path, client)
            if keys.seen_in(body) or any(sign in body for sign in (*GIVES_AWAY, *secrets)):
                found[path] = (status, body[:200])

    assert len(keys.texts) > 50
    assert len(secrets) >= 1
    assert found == {}


def test_pages_scripts_and_maps_show_no_key(system: RunningSystem, trainee: httpx.Client, keys: Keys) -> None:
    seen: set[str] = set()
    waiting = [
        *("/services/lideri/", "/services/lideri/rezultati", "/services/lideri/profils", "/services/lideri/palidziba"),
        *(f"/services/macibas/2.{part}" for part in range(1, 7)),
        *("/services/macibas/2/parbaude", "/hub/login"),
    ]
    shown = {}
    while waiting and len(seen) < 150:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        status, about, body = exactly(system, path, trainee)
        if keys.seen_in(body):
            shown[path] = keys.seen_in(body)
        if "html" in about.get("content-type", "") and status == 200:
            links = re.findall(r'(?:src|href)="(/(?:services|hub)/[^"#?]+)', body)
            waiting += [link for link in links if "logout" not in link]
        waiting += [f"{path}.map"] if path.endswith((".js", ".css")) else []

    assert len(seen) > 25
    assert shown == {}


@pytest.mark.parametrize(
    "path", ["/services/macibas/%FF%FE", "/services/lideri/rezultati/%FF", "/services/macibas/2.1/" + "a" * 5000]
)
def test_an_address_that_is_no_text_gets_a_calm_answer(system: RunningSystem, trainee: httpx.Client, path: str) -> None:
    status, _, body = exactly(system, path, trainee)

    assert status >= 400  # what is no UTF-8 the proxy itself answers with 500, and our page
    assert '<html lang="lv">' in body
    assert "Traceback" not in body
    assert exactly(system, "/services/lideri/health")[0] == 200


# ── other people's ids ───────────────────────────────────────────────────────────────────────────────────────────────


def test_no_other_persons_id_opens_anything_in_the_api(system: RunningSystem) -> None:
    victim, token = a_victim(system), page_token(system, "2/parbaude")
    answers = [
        call(system, method, path, token, body)
        for ident in (victim["attempt"], victim["submission"], victim["person"])
        for method, path, body in (
            ("GET", f"api/attempt/{ident}", None),
            ("PUT", f"api/attempt/{ident}/answer/m02-a.1", {"response": {"kind": "number", "text": "1"}, "seq": 2**40}),
            ("POST", f"api/attempt/{ident}/submit", {"answered": 0}),
            ("GET", f"api/attempt/{ident}?person={victim['person']}", None),
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert not any(victim["name"] in answer.text for answer in answers)


def test_every_plain_page_with_an_id_refuses_a_trainee_and_a_stranger(
    system: RunningSystem, trainee: httpx.Client, trainer: httpx.Client
) -> None:
    taught = "select cohort_id from cohort_trainers where person_id = ?"
    own = {row[0] for row in rows(system, taught, person_id(system, "pasniedzejs"))}
    others = sorted({row[0] for row in rows(system, "select id from cohorts")} - own)
    victim = a_victim(system)
    results = [f"rezultati/{victim['attempt']}", f"rezultati/{victim['attempt']}/stavoklis"]
    tails = ("", "/imports", "/rezultati.csv", "/rezultati.xlsx")
    cohorts = [f"grupas/{cohort}{tail}" for cohort in others for tail in tails]
    for_trainers = ["cilveki", "vertesana", "grupas", f"vertesana/{victim['submission']}"]

    answers = {
        (who, path): client.get(f"/services/lideri/{path}")
        for who, client, paths in (
            ("trainee", trainee, [*results, *cohorts, *for_trainers]),
            ("trainer", trainer, [*results, *cohorts, "cilveki", "zurnals"]),
        )
        for path in paths
    }

    assert others
    assert {key: each.status_code for key, each in answers.items() if each.status_code not in (403, 404)} == {}
    assert [key for key, each in answers.items() if victim["name"] in each.text] == []


# ── messages to a kernel ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def kernel(system: RunningSystem, trainee: httpx.Client) -> str:
    opened = system.open_page(trainee, PAGE)
    run_page(system, trainee, opened)
    return opened


def orders(proof: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every message that could make a kernel run, read or tell something."""
    code = f"open({str(proof)!r}, 'w').close()"
    evaluate = {"code": "1", "silent": False, "store_history": False, "user_expressions": {"x": code}}
    program = {"seq": 1, "type": "request", "command": "evaluate", "arguments": {"expression": code, "context": "repl"}}
    return [
        ("execute_request", {"code": code, "silent": False, "store_history": False, "allow_stdin": True}),
        ("execute_request", evaluate),
        ("inspect_request", {"code": "open", "cursor_pos": 4, "detail_level": 1}),
        ("complete_request", {"code": "import os; os.en", "cursor_pos": 16}),
        ("history_request", {"output": True, "raw": True, "hist_access_type": "tail", "n": 100}),
        ("is_complete_request", {"code": code}),
        ("input_reply", {"value": code}),
        ("debug_request", {"seq": 1, "type": "request", "command": "initialize", "arguments": {}}),
        ("debug_request", program),
        ("create_subshell_request", {}),
        ("interrupt_request", {}),
        ("usage_request", {}),
        ("apply_request", {"bound": True}),
        ("clear_request", {}),
        ("abort_request", {}),
        ("connect_request", {}),
        ("EXECUTE_REQUEST", {"code": code}),
        ("execute_request ", {"code": code}),
        ("", {"code": code}),
    ]


@pytest.mark.parametrize("v1", [False, True], ids=["json", "v1"])
@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub", "nav"])
def test_no_hand_made_message_makes_a_shared_kernel_run_or_tell_anything(
    system: RunningSystem, trainee: httpx.Client, kernel: str, tmp_path: Path, channel: str, v1: bool
) -> None:
    proof = tmp_path / "ran"
    path = f"/services/macibas/api/kernels/{kernel}/channels?session_id={channel}{v1}"
    said: list[dict[str, Any]] = []

    for kind, content in orders(proof):
        try:
            with websocket(system, trainee, path, v1=v1) as socket:
                socket.send(message(kind, content, channel, v1=v1))
                said += until_it_answers(socket, v1=v1)
        except ConnectionClosed:
            continue  # refused altogether

    kinds = {each["msg_type"] for each in said}
    assert not proof.exists()
    assert kinds <= {"status", "kernel_info_reply", "iopub_welcome"}, kinds
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 200


@pytest.mark.parametrize("v1", [False, True], ids=["json", "v1"])
def test_a_comm_opened_by_hand_reaches_no_module_and_no_object(
    system: RunningSystem, trainee: httpx.Client, kernel: str, tmp_path: Path, keys: Keys, v1: bool
) -> None:
    proof = tmp_path / "ran"
    run = f"__import__('pathlib').Path({str(proof)!r}).touch()"
    state = {"_model_module": "os", "_model_name": "system", "_view_name": None, "value": run}
    targets = ["os", "subprocess", "builtins.exec", "nav", "jupyter.widget", "jupyter.widget.control", "matplotlib", ""]
    opened = [
        {"comm_id": f"c{place}", "target_name": target, "target_module": "os", "data": {"state": state, "code": run}}
        for place, target in enumerate(targets)
    ]
    calls = [
        {
            "comm_id": f"c{place}",
            "data": {"method": method, "state": {"value": run, "_esm": run}, "content": {"code": run}},
        }
        for place in range(len(targets))
        for method in ("custom", "update", "request_states", "__init__", "close", "eval")
    ]
    said: list[dict[str, Any]] = []

    with websocket(
        system, trainee, f"/services/macibas/api/kernels/{kernel}/channels?session_id=comm{v1}", v1=v1
    ) as socket:
        for content in opened:
            socket.send(message("comm_open", content, "shell", v1=v1))
        for content in calls:
            socket.send(message("comm_msg", content, "shell", v1=v1))
        said += until_it_answers(socket, v1=v1)

    told = json.dumps([each["content"] for each in said], ensure_ascii=False)
    assert not proof.exists()
    secret = (system.data / "run" / "secret").read_text().strip()
    assert secret not in told
    assert "LIDERI_TOKEN" not in told
    assert not keys.seen_in(told)
    assert not [each for each in said if each["msg_type"] in ("execute_result", "execute_reply", "error", "stream")]
    assert "Traceback" not in told
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 200


def test_what_a_widget_is_told_by_hand_never_becomes_done_or_right(
    system: RunningSystem, trainee: httpx.Client
) -> None:
    """The page of a real exercise: every field of every widget is overwritten with «checked», «right», «done»."""
    person = person_id(system, "dalibnieks")
    before = rows(system, "select page, exercise, outcome, checks from exercise_answers where person_id = ?", person)
    opened = system.open_page(trainee, "/services/macibas/2.1")
    run_page_quietly(system, trainee, opened)
    claims = {
        "checked": True,
        "outcome": "right",
        "done": True,
        "feedback": {"outcome": "right"},
        "points": 99,
        "person": "x",
    }

    with websocket(system, trainee, f"/services/macibas/api/kernels/{opened}/channels?session_id=w") as socket:
        socket.send(message("comm_info_request", {}, "shell", v1=False))
        said = until_it_answers(socket, v1=False)
        comms = next(each["content"]["comms"] for each in said if each["msg_type"] == "comm_info_reply")
        for comm in comms:
            update = {"method": "update", "state": claims, "buffer_paths": []}
            socket.send(message("comm_msg", {"comm_id": comm, "data": update}, "shell", v1=False))
        until_it_answers(socket, v1=False)

    after = rows(system, "select page, exercise, outcome, checks from exercise_answers where person_id = ?", person)
    assert len(comms) >= 3
    assert [row for row in after if row not in before and row[2] == "right"] == []


def run_page_quietly(system: RunningSystem, client: httpx.Client, opened: str) -> None:
    with websocket(system, client, f"/services/macibas/voila/execution/{opened}") as socket:
        socket.send(json.dumps({"action": "execute", "payload": {"kernel_id": opened}}))
        for raw in socket:
            told = json.loads(raw)
            if told["action"] == "finished" or told["payload"].get("cell_index", 0) + 1 >= told["payload"].get(
                "total_cells", 1
            ):
                return


def test_a_kernel_id_guessed_or_used_at_another_service_is_not_there(
    system: RunningSystem, trainer: httpx.Client, trainee: httpx.Client, kernel: str
) -> None:
    routes = ("api/kernels/{}", "api/kernels/{}/channels", "voila/execution/{}", "voila/api/shutdown/{}")
    near = kernel[:-1] + ("0" if kernel[-1] != "0" else "1")
    ids = [(trainer, kernel), (trainee, near), (trainee, str(uuid.UUID(int=0))), (trainee, kernel.upper() + "%00")]

    answers = {
        (service, route, ident, method): exactly(system, f"/services/{service}/{route.format(ident)}", client, method)[
            0
        ]
        for service in ("macibas", "paneli")
        for route in routes
        for client, ident in ids
        for method in ("GET", "POST", "DELETE", "PUT", "PATCH")
    }
    at_dashboards = {exactly(system, f"/services/paneli/{route.format(kernel)}", trainer)[0] for route in routes}

    assert {status for status in answers.values() if status < 400 and status != 302} == set()
    assert {status for status in answers.values() if status >= 500} == set()
    assert at_dashboards <= {400, 403, 404, 405}
    assert trainee.get(f"/services/macibas/api/kernels/{kernel}").status_code == 200


@pytest.mark.parametrize("origin", ["https://uzbrucejs.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("route", ["api/kernels/{}/channels", "voila/execution/{}"])
def test_a_page_of_another_site_opens_no_websocket_with_a_borrowed_cookie(
    system: RunningSystem, trainee: httpx.Client, kernel: str, origin: str, route: str
) -> None:
    path = f"/services/macibas/{route.format(kernel)}"
    headers = system.cookies_of(trainee, path) | {"Origin": origin}

    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{system.port}{path}", additional_headers=headers).close()

    assert refused.value.response.status_code in (403, 404)


def test_a_forged_person_header_opens_a_page_for_nobody_else(system: RunningSystem, trainee: httpx.Client) -> None:
    victim = a_victim(system)
    forged = {
        "X-Lideri-Person": victim["person"],
        "x-lideri-role": "admin",
        "X-Lideri-Token": "x",
        "Remote-User": "vadosais",
    }
    answer = trainee.get(PAGE, headers=forged)
    opened = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', answer.text)
    assert opened is not None

    token = json.loads(run_page(system, trainee, opened[1]))["environment"]["LIDERI_TOKEN"]

    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert (claims["person"], claims["role"]) == (person_id(system, "dalibnieks"), "trainee")


# ── what processes hold ──────────────────────────────────────────────────────────────────────────────────────────────


def kernel_processes(system: RunningSystem) -> list[psutil.Process]:
    return [
        each for each in system.processes() if any("ipykernel" in part or "kernels" in part for part in each.cmdline())
    ]


def test_kernels_hold_no_secret_no_open_file_of_ours_and_no_listening_socket(
    system: RunningSystem, trainee: httpx.Client, kernel: str
) -> None:
    secrets = {file.read_text().strip() for file in (system.data / "run").glob("*secret*") if file.is_file()}
    found = kernel_processes(system)
    assert found

    for process in found:
        environment = process.environ()
        assert not {
            name for name in environment if "SECRET" in name or "DATABASE" in name or name.startswith("JUPYTERHUB")
        }
        assert not any(secret in value for value in environment.values() for secret in secrets)
        files = [file.path for file in process.open_files()]
        assert not [
            path for path in files if path.endswith((".sqlite", ".sqlite-wal", ".yml")) or "assessments" in path
        ]


def test_the_memory_of_kernels_and_page_servers_holds_no_key(
    system: RunningSystem, trainee: httpx.Client, keys: Keys
) -> None:
    opened = system.open_page(trainee, "/services/macibas/2/parbaude")
    run_page_quietly(system, trainee, opened)
    telling = sorted(keys.texts, key=len)[-4:]
    patterns = [key.encode(how) for key in telling for how in ("utf-8", "utf-16-le")]
    servers = [each for each in system.processes() if "lideri.hub.voila_app" in each.cmdline()]
    looked = 0

    for process in [*kernel_processes(system)[-2:], *servers]:
        for block in memory_of(process.pid):
            looked += len(block)
            assert not any(pattern in block for pattern in patterns), process.cmdline()

    if not looked:
        pytest.skip("this system lets nobody look into a process's memory")
    graders = [each for each in system.processes() if "lideri.grader" in each.cmdline()]
    known = any(pattern in block for each in graders for block in memory_of(each.pid) for pattern in patterns)
    assert known  # where keys are, the search does find them


def memory_of(pid: int) -> Iterator[bytes]:
    """The writable memory of a process, as far as one may look."""
    try:
        with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for line in maps:
                span, rights = line.split()[:2]
                start, end = (int(part, 16) for part in span.split("-"))
                if rights.startswith("rw") and end - start < 256 << 20 and "[v" not in line:
                    try:
                        memory.seek(start)
                        yield memory.read(end - start)
                    except OSError:
                        continue
    except OSError:
        return


# ── log-in, sessions, the hub's own API ──────────────────────────────────────────────────────────────────────────────

ELSEWHERE = (
    *(
        "https://uzbrucejs.example/",
        "//uzbrucejs.example",
        "/\\uzbrucejs.example",
        "\\\\uzbrucejs.example",
        "///uzbrucejs.example",
    ),
    *(
        "https:uzbrucejs.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/%2Fuzbrucejs.example",
        "http://127.0.0.1:1/",
    ),
    *(
        "https://127.0.0.1@uzbrucejs.example/",
        "/hub/logout?next=//uzbrucejs.example",
        "\t//uzbrucejs.example",
        "/\t/uzbrucejs.example",
    ),
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_log_in_leads_to_no_other_site(system: RunningSystem, target: str) -> None:
    with system.client() as client:
        form = client.get("/hub/login", params={"next": target})
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
        action = re.search(r'action="(/hub/login[^"]*)"', form.text)
        assert xsrf and action, form.text[:500]
        answer = client.post(
            f"/hub/login?next={quote(target, safe='')}",
            data={"username": "vadiba", "password": system.password, "_xsrf": xsrf[1]},
            headers={"Sec-Fetch-Mode": "navigate"},
            follow_redirects=False,
        )

    where = answer.headers.get("Location", "")
    assert answer.status_code == 302
    assert re.match(r"/(?![/\\\t])", where), where  # a path of this very site


def test_a_session_from_before_log_in_is_worth_nothing_after_it(system: RunningSystem) -> None:
    with system.client() as planted:
        planted.get("/hub/login")
        planted.cookies.set("jupyterhub-session-id", "uzbruceja-izdomats", domain="127.0.0.1", path="/")
        before = {cookie.name: cookie.value for cookie in planted.cookies.jar}
        system.log_in(planted, "dalibnieks", system.password)
        after = {cookie.name: cookie.value for cookie in planted.cookies.jar if cookie.value != "uzbruceja-izdomats"}

    with system.client() as attacker:
        for name, value in before.items():
            attacker.cookies.set(name, value, domain="127.0.0.1", path="/")
        answer = attacker.get("/services/lideri/rezultati")

    assert answer.url.path == "/hub/login"
    assert "jupyterhub-hub-login" in after
    assert "jupyterhub-hub-login" not in before


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(system: RunningSystem) -> None:
    with system.client() as client:
        sent: list[str] = []
        client.event_hooks["response"] = [lambda answer: sent.extend(answer.headers.get_list("set-cookie"))]
        system.log_in(client, "dalibnieks", system.password)
        client.get("/services/macibas/2.1")

    login = [cookie for cookie in sent if not cookie.startswith("_xsrf=") and "expires=Thu, 01 Jan" not in cookie]
    signed = [cookie for cookie in login if re.match(r"(jupyterhub-hub-login|service-\w+)=", cookie)]
    assert len(signed) >= 3
    for cookie in signed:
        assert "httponly" in cookie.lower(), cookie.split("=")[0]
        assert "samesite=lax" in cookie.lower() or "samesite=strict" in cookie.lower(), cookie.split("=")[0]


def test_a_forged_log_in_answer_from_the_hub_lets_nobody_in(system: RunningSystem) -> None:
    for service in ("lideri", "macibas", "paneli"):
        for query in ("?code=izdomats&state=izdomats", "?state=e30", "?code=x", "?error=access_denied", ""):
            with system.client() as client:
                answer = client.get(f"/services/{service}/oauth_callback{query}", follow_redirects=False)
                after = client.get(f"/services/{service}/", follow_redirects=False)

            assert 400 <= answer.status_code < 500, (service, query, answer.status_code)
            assert after.status_code in (302, 403, 404)
            assert "Traceback" not in answer.text


HUB_API = (
    *(("GET", "users"), ("GET", "users/vadosais"), ("GET", "groups"), ("GET", "groups/admin"), ("GET", "services")),
    *(("GET", "proxy"), ("GET", "info"), ("GET", "tokens"), ("POST", "users/jauns"), ("POST", "groups/uzbruceji")),
    *(("POST", "groups/admin/users"), ("POST", "groups/lead_trainer/users"), ("DELETE", "groups/trainee/users")),
    *(("PATCH", "users/dalibnieks"), ("DELETE", "users/vadosais"), ("POST", "users/vadosais/server")),
    *(("POST", "users/dalibnieks/server"), ("DELETE", "users/vadosais/server"), ("POST", "users/dalibnieks/tokens")),
    *(("GET", "users/vadosais/tokens"), ("POST", "users/vadosais/activity"), ("POST", "shutdown"), ("POST", "proxy")),
    *(("PATCH", "proxy"), ("POST", "authorizations/token"), ("GET", "authorizations/token/x"), ("POST", "services")),
    *(("POST", "shares/vadosais/"), ("GET", "users/vadosais/shared"), ("POST", "oauth2/token")),
)


def test_nobody_climbs_to_another_role_through_the_hubs_api(
    system: RunningSystem, trainee: httpx.Client, trainer: httpx.Client
) -> None:
    body = {"users": ["dalibnieks"], "admin": True, "name": "vadosais", "roles": ["admin"], "groups": ["admin"]}
    opened: dict[Any, Any] = {}

    for client, name in ((trainee, "dalibnieks"), (trainer, "pasniedzejs")):
        xsrf = [cookie.value for cookie in client.cookies.jar if cookie.name == "_xsrf" and cookie.path == "/hub/"]
        for method, path in HUB_API:
            answer = client.request(
                method,
                f"/hub/api/{path.replace('dalibnieks', name)}",
                json=body if method in ("POST", "PATCH") else None,
                headers={"X-XSRFToken": xsrf[0] if xsrf else ""},
                follow_redirects=False,
            )
            if answer.status_code < 400 and not (path == "info" or answer.json() == []):
                opened[name, method, path] = answer.status_code
            assert "api_token" not in answer.text
        model = client.get("/hub/api/user", headers={"X-XSRFToken": xsrf[0] if xsrf else ""})
        assert model.status_code == 403 or not model.json().get("admin")

    assert opened == {}
    groups = {row[0] for row in rows(system, "select role from people where username = 'dalibnieks'")}
    assert groups == {"trainee"}


def test_a_page_token_is_no_key_to_the_hub_or_to_a_page(system: RunningSystem) -> None:
    token = page_token(system, "2.1")
    for scheme in ("token", "Bearer"):
        for path in ("/hub/api/user", "/hub/api/users", "/services/macibas/2.1", "/services/lideri/rezultati"):
            status, _, body = exactly(system, path, Authorization=f"{scheme} {token}")
            assert status in (302, 401, 403, 404), (path, status)
            assert "Paraudziņ" not in body

    for query in (f"/services/macibas/2.1?token={token}", f"/services/lideri/rezultati?token={token}"):
        assert exactly(system, query)[0] in (302, 403)


def test_services_behind_the_proxy_ask_who_somebody_is_too(system: RunningSystem, kernel: str) -> None:
    """Whoever reaches a service's own port, past the proxy, gets no further than anybody without log-in."""
    names = ("lideri.answers", "lideri.hub.voila_app", "jupyterhub", "configurable-http-proxy")
    servers = [each for each in system.processes() if any(name in " ".join(each.cmdline()[:5]) for name in names)]
    ports = {each.laddr.port for server in servers for each in server.net_connections("tcp") if each.status == "LISTEN"}
    paths = ("/services/macibas/2.1", "/services/lideri/rezultati", "/api/routes", "/hub/api/users")
    opened = {}

    for port in ports - {system.port}:
        for path in (f"/services/macibas/api/kernels/{kernel}", *paths):
            try:
                claim = {"X-Forwarded-User": "vadosais", "X-Lideri-Person": "vadosais"}
                answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=3, headers=claim)
            except httpx.HTTPError:
                continue  # no HTTP there
            if answer.status_code < 300:
                opened[port, path] = answer.text[:100]

    assert len(ports) >= 5
    assert opened == {}


# ── tokens of pages ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_bent_token_opens_the_api(system: RunningSystem) -> None:
    true = page_token(system, "2.1")
    body, signature = true.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))

    def coded(value: Any) -> str:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    other = coded(claims | {"person": person_id(system, "vadosais"), "role": "admin"})
    bent = [
        *(
            body,
            f"{body}.",
            f".{signature}",
            f"{body}.{signature[:-4]}",
            f"{body}.{signature}x",
            f"{other}.{signature}",
        ),
        *(f"{coded({'alg': 'none', 'typ': 'JWT'})}.{body}.", f"{coded({'alg': 'none'})}.{other}.{signature}"),
        *(
            f"{coded(claims | {'exp': 10**12})}.{signature}",
            f"{coded(b'null')}.{signature}",
            f"{coded(b'[]')}.{signature}",
        ),
        *(true.swapcase(), f"{body}..{signature}", f"{true}.{true}", "null", "undefined", "0", "\x00", "." * 3000),
        mint(PageToken(**claims), "cits noslēpums"),
        mint(PageToken(**claims), " "),
        page_token(system, "2.1", exp=1),
        page_token(system, "2.1", exp=-1),
    ]
    answers = {token: call(system, "GET", "api/page/2.1", quote(token, safe="._-= ")) for token in bent}

    assert call(system, "GET", "api/page/2.1", true).status_code == 200
    assert {token: each.status_code for token, each in answers.items() if each.status_code not in (401, 403)} == {}
    assert not any(claims["person"] in each.text for each in answers.values())


def test_a_token_of_one_page_or_role_opens_no_other(system: RunningSystem) -> None:
    refused = [
        call(system, "GET", "api/page/2.2", page_token(system, "2.1")),
        call(system, "GET", "api/page/2.1", page_token(system, "")),
        call(system, "GET", "api/progress", page_token(system, "2.1")),
        call(system, "GET", "api/report/trainer", page_token(system, "grupa", role="lead_trainer")),
        call(system, "GET", "api/report/programme", page_token(system, "latvija", role="programme_lead")),
        call(system, "GET", "api/report/programme", page_token(system, "latvija", "pasniedzejs", role="admin")),
        call(system, "GET", "api/report/trainer", page_token(system, "grupa", "vadiba", role="trainer")),
    ]

    assert {answer.status_code for answer in refused} == {403}


def test_the_programmes_lead_reads_no_person(system: RunningSystem) -> None:
    names = {row[0] for row in rows(system, "select name from people where role = 'trainee'")}
    ids = {row[0] for row in rows(system, "select id from people where role = 'trainee'")}

    report = call(system, "GET", "api/report/programme", page_token(system, "latvija", "vadiba", role="programme_lead"))
    with system.client("vadiba") as client:
        victim = a_victim(system)
        pages = {
            path: client.get(f"/services/lideri/{path}")
            for path in (
                *("grupas", "vertesana", "cilveki", "zurnals", "rezultati", f"vertesana/{victim['submission']}"),
                *(
                    f"rezultati/{victim['attempt']}",
                    *(f"grupas/{row[0]}" for row in rows(system, "select id from cohorts")),
                ),
            )
        }

    assert report.status_code == 200
    assert len(names) > 20
    assert [name for name in names | ids if name in report.text] == []
    assert {path: each.status_code for path, each in pages.items() if each.status_code not in (403, 404)} == {}


# ── what a browser claims ────────────────────────────────────────────────────────────────────────────────────────────


def page_of(exercise: str) -> str:
    pages = json.loads(Path(str(course_data.path("pages.json"))).read_text(encoding="utf-8"))
    return next(str(page["page"]) for page in pages if exercise in page["exercises"])


def own_answers(system: RunningSystem) -> list[Any]:
    person = person_id(system, "dalibnieks")
    return rows(
        system,
        "select page, exercise, response, seq, checked, outcome from exercise_answers where person_id = ?",
        person,
    )


IMPOSSIBLE: dict[str, list[list[Any]]] = {
    "mailbox": [
        [{"do": "check", "message": "m01"}],
        [{"do": "decide", "message": "m99", "decision": "fraud"}],
        [{"do": "open", "message": "m01", "outcome": "right"}, {"do": "win"}],
        [{"do": "open", "message": ["m01"]}],
        [{"do": "order", "steps": []}, {"do": "check_order"}],
        [{"do": "__class__"}],
    ],
    "address": [
        [{"do": "check", "address": "a99"}],
        [{"do": "say", "address": "a1", "verdict": "right"}],
        [{"do": "pick", "address": {"$gt": ""}, "domain": "x"}],
        [{"do": "retry"}],
    ],
    "open_data": [
        [{"do": "answer", "question": "q1"}],
        [{"do": "answer", "question": "q99", "text": "1"}, {"do": "check", "question": "q99"}],
        [{"do": "choose_columns", "columns": ["__import__('os')"]}],
        [{"do": "sort", "column": "place; drop table"}],
        [{"do": "filter_region", "region": "@__import__('os').system('true')"}],
    ],
}


def impossible(scenario: Mapping[str, Any]) -> list[list[Any]]:
    """Actions that no page of this scenario sends: named by hand, or possible ones with an object for a text."""
    kind = scenario["kind"]
    if kind in IMPOSSIBLE:
        return IMPOSSIBLE[kind]
    found: list[list[Any]] = [[{"do": "win"}], [{"do": "__class__"}], [{"do": "goals", "reached": 1}]]
    try:
        steps = list(machine(kind).solution(scenario))
    except NotImplementedError:
        return found
    seen: set[tuple[str, str]] = set()
    for place, step in enumerate(steps):
        for field, value in step.items():
            if isinstance(value, str) and (step["do"], field) not in seen:
                seen.add((step["do"], field))
                found.append([*steps[:place], {**step, field: {"$gt": ""}}])
    return found


def test_a_simulator_driven_by_impossible_actions_stores_nothing(system: RunningSystem) -> None:
    scenarios = load_scenarios(course_data.path())
    before, tried = own_answers(system), 0
    common: list[Any] = [
        [None],
        "x",
        [[]],
        [{}],
        [{"do": None}],
        [{"do": "open"}] * 6000,
        {"do": "check"},
        [{"do": "x" * 60_000}],
    ]

    for name, scenario in scenarios.items():
        page = page_of(name)
        for actions in [*impossible(scenario), *common]:
            response = {"kind": scenario["kind"], "actions": actions}
            body = {"response": response, "seq": 2**40 + tried, "checked": True}
            answer = call(system, "PUT", f"api/page/{page}/answer/{name}", page_token(system, page), body)
            assert answer.status_code in (400, 413), (name, str(actions)[:100], answer.text[:200])
            tried += 1

    assert tried > 30
    assert own_answers(system) == before


def test_a_simulators_end_state_is_replayed_and_never_believed(system: RunningSystem) -> None:
    scenarios = load_scenarios(course_data.path())

    for name, scenario in scenarios.items():
        page = page_of(name)
        token = page_token(system, page)
        claims = {"state": "done", "outcome": "right", "done": 99, "summary": {"outcome": "right"}}
        body = {"response": {"kind": scenario["kind"], "actions": [], **claims}, "seq": 2**41, "checked": True}
        call(system, "PUT", f"api/page/{page}/answer/{name}", token, body)

        stored = [row for row in own_answers(system) if row[1] == name]
        assert all(row[5] not in ("right", "partly") or json.loads(row[2])["actions"] for row in stored), name
        assert all("outcome" not in json.loads(row[2]) and "state" not in json.loads(row[2]) for row in stored)


def test_nothing_more_than_the_contract_names_can_be_sent_along(system: RunningSystem) -> None:
    """Mass assignment: points, outcome, time, person, version, form, number in the body of every call that writes."""
    victim, token = a_victim(system), page_token(system, "2/parbaude")
    attempt = call(system, "POST", "api/attempt", token, {"module": "2"}).json()
    item = attempt["items"][0]["id"]
    before = (own_answers(system), rows(system, "select * from attempt_answers where attempt_id = ?", attempt["id"]))
    extras: list[dict[str, Any]] = [
        *({"points": 99}, {"outcome": "right"}, {"saved_at": "2020-01-01T00:00:00Z"}, {"person": victim["person"]}),
        *({"version": 99}, {"form": "m02-b"}, {"number": 2}, {"state": "graded"}, {"submitted_at": "2020-01-01"}),
        *({"person_id": victim["person"]}, {"attempt_id": victim["attempt"]}, {"__class__": "x"}, {"seq ": 1}),
    ]
    answers = []
    for extra in extras:
        good = {
            "response": attempt["answers"].get(item, {}).get("response", {"kind": attempt["items"][0]["kind"]}),
            "seq": 2**42,
        }
        answers += [
            call(system, "PUT", f"api/attempt/{attempt['id']}/answer/{item}", token, good | extra),
            call(system, "POST", f"api/attempt/{attempt['id']}/submit", token, {"answered": 1} | extra),
            call(system, "POST", "api/attempt", token, {"module": "2"} | extra),
            call(
                system,
                "PUT",
                "api/page/2.1/answer/m02.1-p1",
                page_token(system, "2.1"),
                good | {"checked": True} | extra,
            ),
        ]

    assert {answer.status_code for answer in answers} <= {400, 404}
    after = (own_answers(system), rows(system, "select * from attempt_answers where attempt_id = ?", attempt["id"]))
    assert after == before
    assert rows(system, "select state, submitted_at from attempts where id = ?", attempt["id"]) == [("open", None)]


BODIES: dict[str, bytes] = {
    "NaN as number": b'{"response": {"kind": "number", "text": "1"}, "seq": NaN}',
    "Infinity as number": b'{"response": {"kind": "number", "text": "1"}, "seq": Infinity}',
    "NaN as text": b'{"response": {"kind": "number", "text": NaN}, "seq": 1}',
    "a number too large": b'{"response": {"kind": "number", "text": "1"}, "seq": ' + b"9" * 5000 + b"}",
    "a number with an exponent": b'{"response": {"kind": "number", "text": "1"}, "seq": 1e400}',
    "half a character": b'{"response": {"kind": "free_text", "text": "\\ud800"}, "seq": 1}',
    "a NUL": b'{"response": {"kind": "free_text", "text": "a\\u0000b"}, "seq": 1}',
    "deep lists": b'{"response": ' + b"[" * 30_000 + b"]" * 30_000 + b', "seq": 1}',
    "deep objects": b'{"response": ' + b'{"a":' * 9_000 + b"1" + b"}" * 9_000 + b', "seq": 1}',
    "deep pairs": b'{"response": {"kind": "match", "pairs": '
    + b'{"a":' * 9_000
    + b"1"
    + b"}" * 9_000
    + b'}, "seq": 1}',
    "one name twice": b'{"response": {"kind": "number", "text": "1"}, "response": [], "seq": 1}',
    "another encoding": '{"response": {}, "seq": 1}'.encode("utf-16"),
    "a prototype": b'{"__proto__": {"points": 9}, "constructor": {}, "response": {}, "seq": 1}',
    "no JSON": b"response=1&seq=1",
    "a file": b'--x\r\nContent-Disposition: form-data; name="response"\r\n\r\n{}\r\n--x--',
}


@pytest.mark.parametrize("what", BODIES)
def test_an_answer_that_is_none_is_refused_and_nothing_is_stored(system: RunningSystem, what: str) -> None:
    token = page_token(system, "2/parbaude")
    attempt = call(system, "POST", "api/attempt", token, {"module": "2"}).json()
    before = rows(system, "select * from attempt_answers where attempt_id = ?", attempt["id"])

    for item in attempt["items"][:3]:
        answer = call(system, "PUT", f"api/attempt/{attempt['id']}/answer/{item['id']}", token, BODIES[what])

        assert answer.status_code in (400, 413), answer.text[:300]
        assert "Traceback" not in answer.text
    assert rows(system, "select * from attempt_answers where attempt_id = ?", attempt["id"]) == before


def test_50_megabytes_cost_no_memory_and_store_nothing(system: RunningSystem) -> None:
    (process,) = [each for each in system.processes() if "lideri.answers" in each.cmdline()]
    port = answers_port(system)
    token, before, memory = page_token(system, "2.1"), own_answers(system), process.memory_info().rss
    text = b'{"response": {"kind": "free_text", "text": "' + b"a" * (50 << 20) + b'"}, "seq": 1, "checked": true}'
    head = {"Authorization": f"Bearer {token}", "Content-Length": str(len(text))}

    statuses = []
    for at in (port, system.port):  # as a kernel sends it, and through the proxy
        connection = http.client.HTTPConnection("127.0.0.1", at, timeout=60)
        with contextlib.suppress(OSError):  # it stops listening before the end
            connection.request("PUT", "/services/lideri/api/page/2.1/answer/m02.1-p1", text, head)
        with contextlib.suppress(OSError, http.client.HTTPException):
            statuses.append(connection.getresponse().status)
        connection.close()

    assert set(statuses) <= {413, 503}  # the proxy says 503 when it is cut off
    assert own_answers(system) == before
    assert process.memory_info().rss - memory < 20 << 20
    assert exactly(system, "/services/lideri/health")[0] == 200


def test_answers_in_another_writing_direction_are_kept_as_typed_and_count_as_typed(system: RunningSystem) -> None:
    """Characters that turn the writing around, hide or resemble others make no wrong answer right."""
    token = page_token(system, "2/parbaude")
    attempt = call(system, "POST", "api/attempt", token, {"module": "2"}).json()
    texts = [item for item in attempt["items"] if item["kind"] in ("free_text", "short_text", "number")]
    typed = "\u202eabc\u2066\u200b\ufeff \u0456\u0430"

    for item in texts:
        path = f"api/attempt/{attempt['id']}/answer/{item['id']}"
        saved = call(system, "PUT", path, token, {"response": {"kind": item["kind"], "text": typed}, "seq": 2**43})
        assert saved.status_code in (200, 400)
        stored = call(system, "GET", f"api/attempt/{attempt['id']}", token).json()["answers"].get(item["id"])
        assert stored is None or saved.status_code == 400 or stored["response"]["text"] == typed

    assert texts


# ── the lead trainer's JupyterLab ────────────────────────────────────────────────────────────────────────────────────


LAB = (
    *("lab", "tree", "formgrader", "formgrader/manage_students", "api/kernels", "api/contents/source"),
    *(
        "terminals/websocket/1",
        "api/terminals",
        "files/source/m02-a/m02-a.ipynb",
        "nbconvert/html/source/m02-a/m02-a.ipynb",
    ),
)


@pytest.mark.parametrize("username", ["dalibnieks", "pasniedzejs", "vadiba"])
def test_nobody_gets_to_jupyterlab_a_terminal_or_formgrader_of_somebody_else(
    system: RunningSystem, username: str
) -> None:
    def labs() -> set[int]:
        return {each.pid for each in system.processes() if "jupyterhub.singleuser" in " ".join(each.cmdline())}

    before = labs()  # a lead trainer's own may be running, which makes it harder

    with system.client(username) as client:
        for owner in ("vadosais", username):
            for path in LAB:
                answer = client.get(f"/user/{owner}/{path}")
                assert answer.status_code in (403, 404, 424, 503), (path, answer.status_code)
                assert "BEGIN HIDDEN" not in answer.text
        spawned = client.get("/hub/spawn/vadosais")

    assert spawned.status_code in (403, 404)
    assert labs() == before


def test_no_process_of_ours_answers_to_anybody_but_this_computer(system: RunningSystem) -> None:
    open_to_all = {
        (process.name(), connection.laddr.port)
        for process in system.processes()
        for connection in process.net_connections("inet")
        if connection.status == "LISTEN" and connection.laddr.ip not in ("127.0.0.1", "::1")
    }

    assert open_to_all == set()
    assert (system.data / "run").stat().st_mode & 0o077 == 0
