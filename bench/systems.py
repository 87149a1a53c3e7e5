"""What is measured: our whole system, and stock JupyterHub with stock Voila; each in a folder and on ports of its own.

Whatever happens (an error, Ctrl-C, a time limit's SIGTERM), every process that was started is ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from bench import stock_pages
from lideri.course.loading import load_course
from lideri.demo.answering import answer, difficulties
from lideri.demo.texts import TEXTS
from lideri.hub.places import proxy_command
from lideri.hub.processes import end
from lideri.settings import read_course_settings, read_settings
from lideri.store import Store, open_store
from lideri.store.people import NewPerson, Person
from tests.hub.system import ROOT, RunningSystem, free_port

PASSWORD = "Zila-Puķe-7-Akmens"  # of every account that a benchmark makes
START_SECONDS = 120
MODULE_2 = "/services/macibas/2.1"
_PR_SET_CHILD_SUBREAPER = 36


# ── processes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def adopt_orphans() -> None:
    """Processes whose parent ended become ours, so that none is overlooked (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_on_sigterm() -> None:
    def stop(*_: object) -> None:
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, stop)


def descendants() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def kind_of(process: psutil.Process) -> str:
    """A short name for what the process is, as the tables show it."""
    command = " ".join(process.cmdline())
    kind = next((kind for part, kind in _KINDS if part in command), process.name())
    # A kernel that was forked has its parent's command line.
    parent = process.parent()
    if parent is not None and kind != "kernels" and process.cmdline() == parent.cmdline() and "warm" in kind:
        return "kernels"
    return kind


_KINDS = (
    ("lideri.cli serve", "serve"),
    ("lideri.hub.app", "hub"),
    ("configurable-http-proxy", "proxy"),
    ("lideri.answers", "answers"),
    ("lideri.grader", "grader"),
    ("voila_app macibas", "voila macibas"),
    ("voila_app paneli", "voila paneli"),
    ("ipykernel_launcher", "kernels"),
    ("lideri.kernels", "warm parent"),
    ("jupyterhub.singleuser", "user servers"),
    ("jupyterhub-singleuser", "user servers"),
    ("-m voila", "voila"),
    ("-m jupyterhub", "hub"),
)


OTHERS = "(others on this machine)"


@dataclass
class Cpu:
    """CPU seconds by process, so far. The difference of two shows who worked in between."""

    own: dict[tuple[int, str], float]
    of_ended: dict[tuple[int, str], float]
    machine: float  # seconds in which the machine's processors did something, for anybody

    @classmethod
    def now(cls, processes: list[psutil.Process]) -> Cpu:
        own, of_ended = {}, {}
        for process in [*processes, psutil.Process()]:
            with contextlib.suppress(psutil.Error):
                kind = "client (the benchmark)" if process.pid == os.getpid() else kind_of(process)
                times = process.cpu_times()
                own[process.pid, kind] = times.user + times.system
                of_ended[process.pid, kind] = times.children_user + times.children_system
        times = psutil.cpu_times()
        return cls(own, of_ended, sum(times) - times.idle - getattr(times, "iowait", 0))

    def since(self, before: Cpu) -> dict[str, float]:
        """Seconds by kind; what ended meanwhile stands under «ended, of …», what is none of ours under OTHERS."""
        spent: defaultdict[str, float] = defaultdict(float)
        for (pid, kind), seconds in self.own.items():
            spent[kind] += seconds - before.own.get((pid, kind), 0)
        for (pid, kind), seconds in self.of_ended.items():
            spent[f"ended, of {kind}"] += seconds - before.of_ended.get((pid, kind), 0)
        spent[OTHERS] = self.machine - before.machine - sum(spent.values())
        return {
            kind: round(seconds, 2)
            for kind, seconds in sorted(spent.items(), key=lambda each: -each[1])
            if seconds >= 0.02
        }


@dataclass(frozen=True)
class Memory:
    """MB by kind of process. Shared pages count for each process by its share (PSS); `private` are nobody else's."""

    shared_out: dict[str, float]
    private: dict[str, float]
    count: dict[str, int]

    @classmethod
    def of(cls, processes: list[psutil.Process]) -> Memory:
        pss: defaultdict[str, float] = defaultdict(float)
        uss: defaultdict[str, float] = defaultdict(float)
        count: Counter[str] = Counter()
        for process in processes:
            try:
                kind = kind_of(process)
                text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
            except (psutil.Error, OSError):
                continue
            values = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
            pss[kind] += values.get("Pss", 0) / 1024
            uss[kind] += (values.get("Private_Clean", 0) + values.get("Private_Dirty", 0)) / 1024
            count[kind] += 1
        return cls(dict(pss), dict(uss), dict(count))

    @property
    def total(self) -> float:
        return sum(self.shared_out.values())


def available_mb() -> float:
    return float(psutil.virtual_memory().available) / 2**20


@contextmanager
def many_connections() -> Iterator[None]:
    """As many open files for this process as the system allows; only around the client, so that servers do not inherit
    it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards, and no process left that was started inside."""
    adopt_orphans()
    before = {process.pid for process in descendants()}
    folder = Path(tempfile.mkdtemp(prefix="lideri-bench-"))
    try:
        yield folder
    finally:
        end([process for process in descendants() if process.pid not in before], patience=10)
        shutil.rmtree(folder, ignore_errors=True)


# ── ours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Ours(RunningSystem):
    """`lideri serve` as an administrator starts it."""

    def everything(self) -> list[psutil.Process]:
        """Every process of the system, `lideri serve` included, kernels whose parent ended too."""
        return descendants()

    def kernels(self) -> int:
        return sum(kind_of(process) == "kernels" for process in _alive(self.everything()))

    def wait_without_kernels(self, timeout: float = 240) -> None:
        end_at = time.monotonic() + timeout
        while self.kernels() and time.monotonic() < end_at:
            time.sleep(0.25)
        if self.kernels():
            raise RuntimeError(f"{self.kernels()} kernels of the run before are still there")


@contextmanager
def ours(folder: Path, *, demo: bool = False, **environment: str) -> Iterator[Ours]:
    """The running system; with `demo` it has the demonstration's people and their results."""
    data = folder / "ours"
    system = Ours(data, environment={"LIDERI_DEMO": "1" if demo else "0", **environment})
    try:
        system.start()
        yield system
    finally:
        system.end_everything()


@contextmanager
def store_of(data: Path) -> Iterator[Store]:
    store = open_store(read_settings({"LIDERI_DATA": str(data)}))
    try:
        yield store
    finally:
        store.close()


def make_people(
    data: Path, count: int, *, role: Any = "trainee", cohort: bool = True, name: str = "klase"
) -> list[Person]:
    """Accounts as the course has them, with PASSWORD, in one cohort."""
    now = datetime.now(UTC)
    with store_of(data) as store:
        people = [
            store.people.add(
                NewPerson(name=f"Cilvēks {number}", username=f"{name}{number:03}", role=role),
                now=now,
                password=PASSWORD,
            )
            for number in range(1, count + 1)
        ]
        if cohort and role == "trainee":
            group = store.people.add_cohort("Klase", now=now)
            for person in people:
                store.people.add_member(group.id, person.id, now=now)
    return people


def prepare_attempts(data: Path, people: list[Person], *, seed: int = 42) -> None:
    """Everybody has begun module 2's assessment and answered every task; what is left is «Iesniegt»."""
    course = load_course()
    rules = read_course_settings(ROOT / "course_data" / "settings.yml").attempt_rules
    forms = {form.id: form for form in course.forms_of("2")}
    rng = np.random.default_rng(seed)
    hard = difficulties(course.items, rng)
    now = datetime.now(UTC)
    with store_of(data) as store:
        for person in people:
            attempt = store.learning.start_attempt(person.id, "2", forms=list(forms), rules=rules, now=now)
            for shown in forms[attempt.form].items:
                item = course.items[shown.id]
                texts = [own.text for own in TEXTS.get(item.id, ())]
                response = answer(item, 1.0, hard[item.id], rng, texts=texts)
                if response is not None:
                    store.learning.save_attempt_answer(
                        attempt.id, item.id, item.version, response, person_id=person.id, seq=1, rules=rules, now=now
                    )


# ── stock ───────────────────────────────────────────────────────────────────────────────────────────────────────────

SHARED = "/services/voila/voila/render/"

_HUB_CONFIG = """
import json, os, sys
about = json.loads(os.environ["BENCH_STOCK"])
c.JupyterHub.bind_url = f"http://127.0.0.1:{about['port']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{about['hub_port']}"
c.JupyterHub.db_url = f"sqlite:///{about['folder']}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{about['folder']}/cookie_secret"
c.ConfigurableHTTPProxy.command = about["proxy"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{about['proxy_port']}"
c.ConfigurableHTTPProxy.pid_file = f"{about['folder']}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = about["password"]
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = f"{about['folder']}/home/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.notebook_dir = about["pages"]
c.Spawner.default_url = "/voila/render/" + about["page"]
c.Spawner.environment = about["environment"]
c.Spawner.ip = "127.0.0.1"
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
if about["shared_port"]:
    c.JupyterHub.services = [{
        "name": "voila",
        "url": f"http://127.0.0.1:{about['shared_port']}",
        "command": [sys.executable, "-m", "voila", about["pages"], "--no-browser",
                    f"--Voila.port={about['shared_port']}", "--Voila.base_url=/services/voila/"],
        "environment": about["environment"] | {"HOME": f"{about['folder']}/home/shared"},
    }]
"""

# For `lean`: a single-user server that does only what a page needs, without JupyterLab and the other extensions.
_LEAN_CONFIG = """
c.ServerApp.jpserver_extensions = {name: name == "voila.server_extension" for name in (
    "voila.server_extension", "jupyterlab", "notebook", "notebook_shim", "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment", "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list", "jupyter_lsp", "jupyter_server_terminals", "jupytext")}
"""


class Stock:
    """Stock JupyterHub: a single-user server with Voila for each person, or one Voila for all as the hub's service.

    The first is what Voila's maintainers recommend behind a hub (its server extension at `/voila/render/…`), with the
    single-user server as it is installed; `lean` is somebody's careful tuning of it, which no manual asks for.
    """

    def __init__(
        self, folder: Path, *, page: str = stock_pages.LESSON, shared: bool = False, lean: bool = False
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.page = f"{SHARED}{page}" if shared else "/hub/spawn"
        pages = folder / "pages"
        for each in (pages, folder / "home" / "shared", folder / "config"):
            each.mkdir(parents=True, exist_ok=True)
        if lean:
            (folder / "config" / "jupyter_server_config.py").write_text(_LEAN_CONFIG, encoding="utf-8")
        (folder / "jupyterhub_config.py").write_text(_HUB_CONFIG, encoding="utf-8")
        stock_pages.write_lesson(pages / stock_pages.LESSON)
        self._about = {
            "folder": str(folder),
            "port": self.port,
            "hub_port": free_port(),
            "proxy_port": free_port(),
            "shared_port": free_port() if shared else 0,
            "proxy": proxy_command(),
            "password": PASSWORD,
            "pages": str(pages),
            "page": page,
            "environment": {
                "PATH": os.environ["PATH"],
                "JUPYTER_CONFIG_PATH": str(folder / "config"),
                "PYTHONPATH": str(ROOT),
            }
            | ({"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"} if lean else {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")

    def everything(self) -> list[psutil.Process]:
        return descendants()

    def start(self) -> Stock:
        around = {name: value for name, value in os.environ.items() if not name.startswith(("LIDERI_", "JUPYTER"))}
        with (self.folder / "hub.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(self.folder / "jupyterhub_config.py")],
                env=around | {"BENCH_STOCK": json.dumps(self._about), "HOME": str(self.folder)},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        inside = f"http://127.0.0.1:{self._about['shared_port']}/services/voila/static/none"
        self._wait_for(self.base_url + "/hub/health", wanted=200)
        if self._about["shared_port"]:
            self._wait_for(inside)
        return self

    def _wait_for(self, url: str, wanted: int | None = None) -> None:
        end_at = time.monotonic() + START_SECONDS
        while time.monotonic() < end_at and self._process is not None and self._process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(url, timeout=5, trust_env=False)
                if wanted is None or answer.status_code == wanted:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"stock did not start:\n{self.log[-4000:]}")

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def stock(folder: Path, **about: Any) -> Iterator[Stock]:
    """A running stock hub; the people's servers and kernels are ended with it."""
    before = {process.pid for process in descendants()}
    system = Stock(folder, **about)
    try:
        yield system.start()
    finally:
        system.stop()
        end([process for process in descendants() if process.pid not in before], patience=10)


def _alive(processes: list[psutil.Process]) -> Iterator[psutil.Process]:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            kind_of(process)
            yield process


def percentile(values: list[float], percent: float) -> float:
    """The smallest of `values` that is not below `percent` of them (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def table(rows: Mapping[str, object]) -> str:
    return "\n".join(f"  {name:<32} {value}" for name, value in rows.items())
