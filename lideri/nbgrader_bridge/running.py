"""Running nbgrader's converters inside this process."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import sys
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from nbgrader.api import Gradebook
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SAWarning
from traitlets.config import Config

from lideri.errors import GradingError, StoreBusy
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse

PASSING_ERRORS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EACCES}
)
# nbgrader has none that begins with the notebook, so it reads every grade of everybody to find one person's; and
# none for the few grades that people gave. They change nothing that is read, only how quickly.
INDEXES = (
    "ix_lideri_grade_notebook on grade (notebook_id)",
    "ix_lideri_comment_notebook on comment (notebook_id)",
    "ix_lideri_submitted_student on submitted_assignment (student_id)",
    "ix_lideri_grade_marked on grade (id, manual_score, extra_credit) where manual_score is not null",
    "ix_lideri_comment_marked on comment (id) where manual_comment is not null",
)
NBGRADER_LOG = logging.getLogger("lideri.nbgrader")
NBGRADER_LOG.setLevel(logging.ERROR)  # every restored hidden test is a warning to it


def prepare_gradebook(course: NbgraderCourse) -> None:
    """Make folders, and the gradebook's file or schema, so that readers and one writer do not lock each other out."""
    course.root.mkdir(parents=True, exist_ok=True)
    url = make_url(course.db_url)
    if url.get_backend_name() == "sqlite" and url.database:
        with closing(sqlite3.connect(url.database, timeout=20)) as connection:
            connection.execute("pragma journal_mode=wal")  # stays with the file: formgrader's sessions use it too
        Path(url.database).chmod(0o600)
    elif "options" in url.query:  # PostgreSQL with a schema of its own
        schema = str(url.query["options"]).rpartition("=")[2]
        engine = create_engine(url.difference_update_query(["options"]))
        with engine.begin() as connection:
            connection.execute(text(f'create schema if not exists "{schema}"'))
        engine.dispose()
    # To make its tables nbgrader asks the command `alembic`, which stands beside our Python, perhaps not on the path.
    with (
        _our_programs_on_the_path(),
        Gradebook(course.gradebook_url, COURSE_ID) as gradebook,
        gradebook.engine.begin() as connection,
    ):
        for index in INDEXES:
            connection.execute(text(f"create index if not exists {index}"))


@contextmanager
def _our_programs_on_the_path() -> Iterator[None]:
    """As nbgrader's own `setenv`, which forgets to look up the old value and leaves no path at all behind."""
    before = os.environ.get("PATH")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before or os.defpath])
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before


def run_converter(
    kind: type[BaseConverter], course: NbgraderCourse, *, assignment: str, student: str = "*", **traits: Any
) -> None:
    """Run one of nbgrader's converters for an assignment (and a student).

    Raises `StoreBusy` when disk or database could not take it now, `GradingError` with nbgrader's reason otherwise.
    nbgrader changes the working folder while it runs, so no other thread may rely on it.
    """
    config = course.config()
    config.merge(Config({"CourseDirectory": {"db_url": course.gradebook_url}}))
    directory = CourseDirectory(config=config)
    directory.assignment_id = assignment
    directory.student_id = student
    failures: list[Exception] = []
    converter = _telling_why(kind, failures)(coursedir=directory, config=config, force=True, log=NBGRADER_LOG, **traits)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=SAWarning)  # about nbgrader's own way with sessions
            converter.start()
    except NbGraderException as error:
        reason = failures[-1] if failures else error
        if (trouble := passing_trouble(reason)) is not None:
            raise StoreBusy(trouble) from reason
        if isinstance(reason, GradingError):
            raise reason from None
        raise GradingError(f"nbgrader: {type(reason).__name__}: {reason}") from reason


def passing_trouble(error: BaseException | None) -> str | None:
    """What is wrong with disk or database when that is what stands behind ``error``; None when it is something else."""
    while error is not None:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or _is_passing(error.orig)):
            return f"datubāze: {error.orig}"
        if isinstance(error, OSError) and error.errno in PASSING_ERRORS:
            return f"disks: {error.strerror} ({error.filename})"
        error = error.__cause__ or error.__context__
    return None


def _is_passing(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return any(sign in str(error) for sign in ("locked", "full", "disk I/O", "unable to open", "readonly"))
    state = getattr(error, "sqlstate", None) or ""
    return state in ("40001", "40P01", "55P03") or state[:2] in ("08", "53", "57")


def _telling_why(kind: type[BaseConverter], failures: list[Exception]) -> type[BaseConverter]:
    """The converter, keeping what went wrong: nbgrader writes it to a log and raises something general."""

    class Telling(kind):  # type: ignore[misc]  # the class is a parameter
        def init_assignment(self, assignment_id: str, student_id: str) -> None:
            with _kept(failures):
                super().init_assignment(assignment_id, student_id)

        def convert_single_notebook(self, notebook_filename: str) -> None:
            with _kept(failures):
                super().convert_single_notebook(notebook_filename)

    return Telling


@contextmanager
def _kept(failures: list[Exception]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        failures.append(error)
        raise


@contextmanager
def writing(path: Path) -> Iterator[IO[str]]:
    """Write a file whole or not at all: a reader, or the next start after a kill, never meets half of it."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
