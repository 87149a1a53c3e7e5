"""The grader's process: one for each data folder, until told to stop."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

import course_data
from lideri.course.loading import project_root
from lideri.errors import AlreadyRunning, SettingsError
from lideri.grader.content import read_assessments
from lideri.grader.pool import LocalPool, Scorer
from lideri.grader.service import Failure, Grader
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.settings import AttemptRules, CourseSettings, Settings, read_course_settings, read_settings
from lideri.store import Store, open_store

log = logging.getLogger("lideri.grader")
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Grade until told to stop. 2: cannot start as set up, one sentence on stderr says why."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    try:
        settings = read_settings(environment)
        decisions = read_course_settings(Path(str(course_data.path("settings.yml"))))
        store = open_store(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  # the administrator reads this
        return 2
    try:
        with (
            only_grader(settings),
            _log_file(settings),
            open_scorer(settings) as scorer,
            closing(make_grader(settings, store, decisions.attempt_rules, scorer=scorer)) as grader,
        ):
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda _number, _frame: grader.stop())
            grader.prepare()
            log.info("gatavs vērtēt")
            grader.run()
            log.info("beidz darbu")
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201  # the administrator reads this
        return 2
    finally:
        store.close()
    return 0


@dataclass(frozen=True, slots=True)
class Report:
    """What `grade_all` did: how many submissions it graded, and which ones it could not."""

    graded: int
    failed: tuple[Failure, ...]


def make_grader(
    settings: Settings, store: Store, rules: AttemptRules, *, scorer: Scorer | None = None, root: Path | None = None
) -> Grader:
    """A grader for the content under ``root`` (the project); `prepare` it before use, `close` it after."""
    course = NbgraderCourse.of(settings)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    return Grader(store, course, read_assessments(root or project_root()), rules, worker=worker, scorer=scorer)


def grade_all(
    settings: Settings,
    store: Store,
    decisions: CourseSettings,
    *,
    step: Callable[[], None] = lambda: None,
    scorer: Scorer | None = None,
) -> Report:
    """Grade everything that waits, here and now, as the service would. ``step`` after each submission.

    ``scorer`` (from `open_scorer`) is for callers who grade more than once: starting one takes seconds.
    """
    with (
        only_grader(settings),
        open_scorer(settings) if scorer is None else nullcontext(scorer) as chosen,
        closing(make_grader(settings, store, decisions.attempt_rules, scorer=chosen)) as grader,
    ):
        grader.prepare()
        graded = grader.run_until_idle(step)
        return Report(graded, tuple(grader.failures))


@contextmanager
def open_scorer(settings: Settings) -> Iterator[Scorer]:
    """Who scores: closed workers on this machine, or with `Settings.scheduler` on a Dask cluster."""
    pool = LocalPool()
    scorer: Scorer = pool
    if settings.scheduler:
        from lideri.grader.cluster import connect  # Dask is only imported where there is a cluster

        scorer = connect(settings.scheduler, pool)
    if scorer is pool:
        pool.start()
    try:
        yield scorer
    finally:
        scorer.close()


@contextmanager
def only_grader(settings: Settings) -> Iterator[None]:
    """Hold the data folder's grader lock; it goes with the process, however that ends. Raises `AlreadyRunning`."""
    settings.run_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.run_folder / "grader.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(
                f"Mapē {settings.data} darbus jau vērtē cita programma. Aptur to vai norādi citu mapi ar LIDERI_DATA."
            ) from error
        yield


@contextmanager
def _log_file(settings: Settings) -> Iterator[None]:
    settings.logs_folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        settings.logs_folder / "grader.log", maxBytes=2_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(LOG_FORMAT))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
