"""Finding and ending our own processes: those of this data folder, and no others."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable
from pathlib import Path

import psutil

FILES = 65_536
ROUNDS = 5
MARK = "LIDERI_RUN"  # every process we start has the run folder here, or in its command line (kernels)


def allow_many_files() -> None:
    """Raise this process's limit of open files to FILES, or as far as it may; what it starts inherits that.

    A page takes a dozen of the workbook's service and two of the proxy: 1024, a usual limit, are gone at 80 open pages.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def own_processes(run_folder: Path) -> list[psutil.Process]:
    """Processes started for `run_folder` by this user, this process and its ancestors left out."""
    mine = {process.pid for process in psutil.Process().parents()} | {os.getpid()}
    found = []
    for process in psutil.process_iter():
        if process.pid in mine:
            continue
        try:
            if process.status() != psutil.STATUS_ZOMBIE and _is_ours(process, str(run_folder)):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def _is_ours(process: psutil.Process, run_folder: str) -> bool:
    # A page's kernel has no mark in its environment; its connection file lies in the run folder. An editor or a pager
    # that somebody opened on a file there is not ours to end.
    command = process.cmdline()
    if "ipykernel_launcher" in command and any(part.startswith(run_folder + os.sep) for part in command):
        return True
    return bool(process.environ().get(MARK) == run_folder)


def end_own(run_folder: Path, *, patience: float = 5.0) -> None:
    """End every process of `run_folder`, those too that a hub, not yet gone, starts in place of ones that are."""
    for _ in range(ROUNDS):
        if not (found := own_processes(run_folder)):
            return
        end(found, patience=patience)


def end(processes: Iterable[psutil.Process], *, patience: float = 5.0) -> None:
    """Ask them to end, wait up to `patience` seconds, then kill what is left."""
    asked = []
    for process in processes:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue
        asked.append(process)
    _gone, stubborn = psutil.wait_procs(asked, timeout=patience)
    for process in stubborn:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(stubborn, timeout=patience)
