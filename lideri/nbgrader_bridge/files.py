"""nbgrader's folders ``submitted`` and ``autograded``: one work for each person and form."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

from lideri.errors import GradingError
from lideri.nbgrader_bridge.course import NbgraderCourse

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
READ_ONLY = 0o444  # as nbgrader leaves what it has graded


def require_file_names(*names: str) -> None:
    """Raises `GradingError` for an id that is no file name."""
    for name in names:
        if not SAFE_NAME.fullmatch(name):
            raise GradingError(f"«{name}» nevar būt mapes vārds; darbs jāapskata cilvēkam")


def write_work(
    course: NbgraderCourse, person: str, form: str, *, submitted: str, autograded: str, submitted_at: datetime
) -> None:
    """Put both notebooks where nbgrader looks for them; what lay there is gone, links are not followed.

    Each file is whole or not there. Nothing waits for the disk: after a power cut `lideri.grader` looks what is missing
    and writes it again from the store.
    """
    require_file_names(person, form)
    timestamp = submitted_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
    for step, text, mode in ((course.submitted, submitted, 0o644), (course.autograded, autograded, READ_ONLY)):
        folder = _own_folder(step, person, form)
        _clear(folder, {f"{form}.ipynb", "timestamp.txt"})
        _write(folder, "timestamp.txt", timestamp, mode)
        _write(folder, f"{form}.ipynb", text, mode)


def standing(course: NbgraderCourse, person: str, form: str) -> str | None:
    """Id of the submission that stands in nbgrader's course for this person and form; None when there is none."""
    return _submission_in(course.submitted / person / form / f"{form}.ipynb")


def is_whole(course: NbgraderCourse, person: str, form: str) -> bool:
    """Whether both notebooks are there and are of the same work."""
    found = standing(course, person, form)
    return found is not None and found == _submission_in(course.autograded / person / form / f"{form}.ipynb")


def _submission_in(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["metadata"]["lideri"]["submission"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _own_folder(step: Path, person: str, form: str) -> Path:
    for folder in (step / person, step / person / form):
        try:
            mode = folder.lstat().st_mode
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
            continue
        if not stat.S_ISDIR(mode):  # a link to somewhere else, put there by hand
            folder.unlink()
            folder.mkdir()
    return step / person / form


def _clear(folder: Path, ours: set[str]) -> None:
    """Remove what is not ours to write: a notebook put there by hand must not be taken for the person's work."""
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif entry.name not in ours:
                Path(entry.path).unlink()


def _write(folder: Path, name: str, text: str, mode: int) -> None:
    draft = folder / f".{name}.new"
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123  # the handle is open already
            file.write(text)
        draft.replace(folder / name)
    finally:
        draft.unlink(missing_ok=True)
