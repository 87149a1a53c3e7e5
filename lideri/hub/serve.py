"""`lideri serve`: checks, starts everything, says when it is ready, and ends everything."""

from __future__ import annotations

import fcntl
import secrets
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from lideri.errors import AlreadyRunning, DataFolderNotWritable, LideriError, PortTaken, SettingsError
from lideri.hub.config import is_loopback
from lideri.hub.first_people import Demonstration, Welcome, prepare_people, write_secret
from lideri.hub.places import HUB_FOLDER, Ports, proxy_command
from lideri.hub.processes import MARK, allow_many_files, end_own
from lideri.settings import LOOPBACK, SERVICE_PREFIX, Settings, read_settings

EXIT_SETTINGS = 2
EXIT_BROKEN = 1
START_SECONDS = 120
END_SECONDS = 20
LARGEST_LOG = 10_000_000  # bytes; the one before it is kept


class Stop(Exception):  # not an error
    """Somebody asked the program to end."""


def serve(environment: Mapping[str, str], out: TextIO, err: TextIO, *, demonstration: Demonstration) -> int:
    """Run until asked to stop; returns the process's exit code. Every sentence printed is for the administrator.

    0 after a wish to stop, 2 when something set up wrongly kept it from starting (nothing was touched), 1 otherwise.
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        settings = read_settings(environment)
        host = environment.get("LIDERI_HOST", "").strip() or LOOPBACK
        lock = _lock(settings.run_folder)
        try:
            _check(settings, host)
            _make_folders(settings)
            lock = lock or _lock(settings.run_folder)
            allowed = settings.demo and is_loopback(host)
            return _run(settings, host, environment, demonstration if allowed else None, out, err)
        finally:
            if lock:
                lock.close()
    except Stop:
        return 0
    except SettingsError as problem:
        print(problem, file=err)
        return EXIT_SETTINGS
    except LideriError as problem:
        print(problem, file=err)
        return EXIT_BROKEN
    except Exception:  # noqa: BLE001  # the outer edge
        print(f"Negaidīta kļūda, tāpēc programma apstājās. {_note_down(environment)}", file=err)
        return EXIT_BROKEN


def _note_down(environment: Mapping[str, str]) -> str:
    """Where the traceback of the error being handled is written; on a disk that takes nothing, the traceback itself."""
    report = traceback.format_exc()
    try:
        file = read_settings(environment).logs_folder / "serve.log"
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{report}\n")
    except (OSError, LideriError):
        return report
    return f"Sīkāk: {file}"


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not interrupt the tidying up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stop


# ── before anything starts ──────────────────────────────────────────────────────────────────────────────────────────


def _lock(run_folder: Path) -> TextIO | None:
    """Hold the data folder for this process; the system lets go of it however the process ends. Makes no folder.

    None when there is no folder yet, or it cannot be written: the checks find out which.
    """
    try:
        lock = (run_folder / "lock").open("a", encoding="ascii")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunning(
            f"Ar datu mapi {run_folder.parent} programma jau darbojas. Apturi to vai norādi citu mapi ar LIDERI_DATA."
        ) from None
    return lock


def _check(settings: Settings, host: str) -> None:
    """Everything that can be wrong, before anything is written or started."""
    end_own(settings.run_folder)
    _require_free_port(host, settings.port)
    _require_writable(settings.data)
    proxy_command()
    store = _open_store(settings)
    store.close()


def _require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise PortTaken(
                f"Portu {port} drīkst lietot tikai sistēmas administrators. Norādi lielāku, piemēram, LIDERI_PORT=8000."
            ) from None
        except OSError as error:
            raise PortTaken(
                f"Portu {port} nevar lietot ({error.strerror}): to, visticamāk, izmanto cita programma. "
                f"Apturi to vai norādi citu portu, piemēram, LIDERI_PORT={port + 1 if port < 65535 else 8000}."
            ) from None


def _require_writable(folder: Path) -> None:
    probe = folder / ".rakstams"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise DataFolderNotWritable(
            f"Datu mapē {folder} nevar rakstīt ({error.strerror}). "
            "Piešķir rakstīšanas tiesības vai norādi citu mapi ar LIDERI_DATA."
        ) from None


def _open_store(settings: Settings) -> Any:
    from lideri.store import open_store

    return open_store(settings)


# ── while it runs ───────────────────────────────────────────────────────────────────────────────────────────────────


def _run(
    settings: Settings,
    host: str,
    environment: Mapping[str, str],
    demonstration: Demonstration | None,
    out: TextIO,
    err: TextIO,
) -> int:
    run = settings.run_folder
    settings = settings.model_copy(update={"secret": _secret(run / "secret")})
    print("Digitālie līderi: sākam darbu …", file=out, flush=True)
    welcome = prepare_people(settings, demonstration, out)
    ports = Ports.free()
    hub_environment = _hub_environment(settings, host, ports, environment)
    allow_many_files()
    try:
        with _log_file(settings.logs_folder / "hub.log") as log:
            hub = subprocess.Popen(  # noqa: S603  # our own command
                [sys.executable, "-m", "lideri.hub.app", "-f", str(HUB_FOLDER / "config.py")],
                env=hub_environment,
                cwd=run,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return _watch(hub, settings, host, ports, welcome, out, err)
    finally:
        end_own(run, patience=END_SECONDS)


def _watch(
    hub: subprocess.Popen[bytes],
    settings: Settings,
    host: str,
    ports: Ports,
    welcome: Welcome,
    out: TextIO,
    err: TextIO,
) -> int:
    base = _base_url(host, settings.port)
    log = settings.logs_folder / "hub.log"
    try:
        # On the inside first: the proxy answers for services that are not there yet, and fills the log with it.
        inside = [f"http://{LOOPBACK}:{port}{path}" for port, path in _health(ports)]
        outside = [base + path for _port, path in _health(ports)]
        if not (_wait_until_all(inside, hub) and _wait_until_all(outside, hub)):
            print(f"Programma neieslēdzās. Iemesls ir žurnāla beigās: {log}", file=err)
            return EXIT_BROKEN
        _say_ready(base, settings, welcome, out)
        code = hub.wait()
        print(f"Programma negaidīti apstājās (kods {code}). Iemesls ir žurnāla beigās: {log}", file=err)
        return EXIT_BROKEN
    except Stop:
        print("Beidzam darbu …", file=out, flush=True)
        hub.terminate()
        try:
            hub.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            hub.kill()
            hub.wait()
        return 0


def _base_url(host: str, port: int) -> str:
    """Where this machine finds the hub; 0.0.0.0 means every address, the own one too."""
    here = LOOPBACK if host in {"0.0.0.0", "localhost"} else host  # noqa: S104  # compared with, not bound to
    return f"http://{f'[{here}]' if ':' in here else here}:{port}"


def _health(ports: Ports) -> list[tuple[int, str]]:
    """Each answers 200, without log-in, as soon as its service works."""
    return [
        (ports.hub, "/hub/health"),
        (ports.answers, f"{SERVICE_PREFIX}health"),
        (ports.workbook, "/services/macibas/health"),
        (ports.dashboards, "/services/paneli/health"),
    ]


def _wait_until_all(urls: list[str], hub: subprocess.Popen[bytes]) -> bool:
    """True once every address has answered; False when the hub ended or it took too long."""
    waiting = list(urls)
    end_at = time.monotonic() + START_SECONDS
    while waiting and time.monotonic() < end_at and hub.poll() is None:
        waiting = [url for url in waiting if not _answers(url)]
        if waiting:
            time.sleep(0.2)
    return not waiting


# The machine's own addresses are never asked for by way of somebody's web proxy.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _answers(url: str) -> bool:
    try:
        with _DIRECT.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _say_ready(base: str, settings: Settings, welcome: Welcome, out: TextIO) -> None:
    print(f"\nGatavs. Atver pārlūkā: {base}/\n", file=out)
    if welcome.accounts:
        print(f"Demonstrācijas lietotāji; parole visiem: {welcome.password}", file=out)
        for account in welcome.accounts:
            print(f"  {account.username:<12} {account.what}", file=out)
        print("Demonstrācijas dati ir izdomāti, un šie lietotāji der tikai šajā datorā.\n", file=out)
    print(f"Dati: {settings.data}\nApturēt: Ctrl-C", file=out, flush=True)


# ── what it needs ───────────────────────────────────────────────────────────────────────────────────────────────────


def _make_folders(settings: Settings) -> None:
    settings.logs_folder.mkdir(exist_ok=True)
    for name in ("course", "home"):
        (settings.data / name).mkdir(exist_ok=True)
    for folder in (settings.run_folder, settings.data / "home"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    for name in ("kernels", "empty", "kernel-home"):
        (settings.run_folder / name).mkdir(mode=0o700, exist_ok=True)


def _secret(path: Path) -> str:
    """The secret that signs pages' tokens; made once, so that an open page outlives a restart."""
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(48))
    path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def _log_file(path: Path) -> Any:
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _hub_environment(settings: Settings, host: str, ports: Ports, environment: Mapping[str, str]) -> dict[str, str]:
    around = {name: value for name, value in environment.items() if not name.startswith(("JUPYTER", "JPY_"))}
    return around | {
        "LIDERI_PORT": str(settings.port),
        "LIDERI_HOST": host,
        "LIDERI_DATA": str(settings.data),
        "LIDERI_DATABASE_URL": settings.database_url,
        "LIDERI_DEMO": "1" if settings.demo else "0",
        "LIDERI_SECRET": settings.secret,
        "LIDERI_PORTS": ports.to_text(),
        "PYTHONUNBUFFERED": "1",
        MARK: str(settings.run_folder),
    }
