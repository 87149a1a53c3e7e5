"""Where nbgrader's course lies and how it is set up: for the grader, the command line and formgrader alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from traitlets.config import Config

from lideri.nbgrader_bridge.assignment import NO_ANSWERS, NO_TEXT
from lideri.settings import Settings, read_settings

SCHEMA = "gradebook"  # in PostgreSQL
COURSE_ID = "digitalie-lideri"
LOCK_WAIT = 8  # seconds that our own sessions wait for formgrader's


@dataclass(frozen=True, slots=True)
class NbgraderCourse:
    """nbgrader's course under LIDERI_DATA. ``root`` is absolute, so nothing depends on the working folder."""

    root: Path
    db_url: str

    @classmethod
    def in_data(cls, data: Path, db_url: str | None = None) -> NbgraderCourse:
        """The course of a data folder; without ``db_url`` the gradebook is the SQLite file of docs/contracts.md."""
        data = data.absolute()
        return cls(data / "course", db_url or f"sqlite:///{data / 'gradebook.sqlite'}")

    @classmethod
    def of(cls, settings: Settings) -> NbgraderCourse:
        """The course these settings name. In PostgreSQL the gradebook has a schema of its own beside the store's."""
        if not settings.database_url:
            return cls.in_data(settings.data)
        url = make_url(settings.sqlalchemy_url).update_query_dict({"options": f"-csearch_path={SCHEMA}"})
        return cls.in_data(settings.data, url.render_as_string(hide_password=False))

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def kept(self) -> Path:
        """The grader's own: forms as people began them, with keys (`lideri.grader.content.KeptForms`)."""
        return self.root / "kept"

    @property
    def gradebook_url(self) -> str:
        """The address for our own sessions: SQLite waits for another writer longer than its 5 seconds."""
        if self.db_url.startswith("sqlite:///") and "?" not in self.db_url:
            return f"{self.db_url}?timeout={LOCK_WAIT}"
        return self.db_url

    def config(self) -> Config:
        """nbgrader's settings; the same for the grader, `nbgrader …` on the command line and formgrader."""
        config = Config()
        config.CourseDirectory.course_id = COURSE_ID
        config.CourseDirectory.root = str(self.root)
        config.CourseDirectory.db_url = self.db_url
        # Relative names: nbgrader escapes only the root when it makes a pattern of a path.
        config.CourseDirectory.source_directory = "source"
        config.CourseDirectory.release_directory = "release"
        config.CourseDirectory.submitted_directory = "submitted"
        config.CourseDirectory.autograded_directory = "autograded"
        config.ClearSolutions.code_stub = {"python": NO_ANSWERS}
        config.ClearSolutions.text_stub = NO_TEXT
        # An answer is shown as text on a page that shares its origin with the trainer's JupyterLab.
        config.HTMLExporter.preprocessors = ["lideri.nbgrader_bridge.rendering.ShowAnswersAsText"]
        return config


def nbgrader_settings(environment: Mapping[str, str]) -> Config:
    """What nbgrader's command line and formgrader have to know, from the environment; for ``nbgrader_config.py``."""
    return NbgraderCourse.of(read_settings(environment)).config()
