"""The one place where people's records live: who they are, what they answered, what came of it.

`open_store(settings)` gives a `Store`; its parts are `people`, `learning`, `queue`, `results`, `publications`,
`notes`, `certificates`, `help_log`, `survey`, `second_marks` and `personal_data`. Nothing else in the programme touches
these tables.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from lideri.settings import Settings
from lideri.store.certificates import Certificates
from lideri.store.database import Database, open_database
from lideri.store.help_log import HelpLog
from lideri.store.learning import Learning
from lideri.store.notes import Notes
from lideri.store.people import People
from lideri.store.personal_data import PersonalData
from lideri.store.publications import Publications
from lideri.store.queue import GradingQueue
from lideri.store.results import Results
from lideri.store.second_marks import SecondMarks
from lideri.store.survey import Survey

__all__ = ["Store", "open_store"]


def _new_id() -> str:
    return str(uuid.uuid4())


class Store:
    """Safe to use from several threads; each call is a transaction of its own."""

    def __init__(self, database: Database, *, new_id: Callable[[], str] = _new_id) -> None:
        self.database = database
        self.people = People(database, new_id)
        self.learning = Learning(database, new_id)
        self.queue = GradingQueue(database, new_id)
        self.results = Results(database)
        self.publications = Publications(database)
        self.notes = Notes(database, new_id)
        self.certificates = Certificates(database, new_id)
        self.help_log = HelpLog(database, new_id)
        self.survey = Survey(database, new_id)
        self.second_marks = SecondMarks(database, new_id)
        self.personal_data = PersonalData(database)

    def close(self) -> None:
        self.database.close()


def open_store(settings: Settings, *, new_id: Callable[[], str] = _new_id) -> Store:
    """The store in PostgreSQL when `settings` names one, else in `lideri.sqlite`; its tables are brought up to date.

    Raises `DataFolderNotWritable`, `DatabaseUnreachable` and, for a database made by a newer version, `DatabaseTooNew`;
    data are untouched then.
    """
    return Store(open_database(settings), new_id=new_id)
