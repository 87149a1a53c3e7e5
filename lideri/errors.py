"""The errors of the engine.

::

    LideriError
    ├── ContentError            content an author can mend (carries every problem found)
    ├── SettingsError           the environment or a settings file is wrong; nothing was started
    │   ├── PortTaken
    │   ├── AlreadyRunning
    │   ├── DataFolderNotWritable
    │   ├── DatabaseUnreachable
    │   └── DatabaseTooNew
    ├── RefusedError            the asker may not, or not now; nothing was changed
    │   ├── NotFound
    │   ├── NotAllowed
    │   │   └── SessionExpired
    │   ├── InvalidAnswer
    │   │   ├── PrivateData
    │   │   └── MaybeName
    │   ├── AnswerTooLarge
    │   ├── AttemptClosed
    │   ├── NoAttemptLeft
    │   ├── DeadlinePassed
    │   ├── LinkUsedOrExpired
    │   ├── WeakPassword
    │   ├── MarkedMeanwhile
    │   ├── TooManyMessages
    │   └── ImportRejected
    ├── StoreBusy               the database could not take the write now; asking again is safe
    └── GradingError            one submission could not be graded; a person has to look

Each class has a stable ``code``. Messages say what, where and what to do, in Latvian, because people read them.
"""

from __future__ import annotations

from typing import ClassVar


class LideriError(Exception):
    """Anything the engine refuses or cannot do; ``code`` is stable, the message is for people."""

    code: ClassVar[str] = "kluda"


class ContentError(LideriError):
    """Content that does not hold together; ``problems`` lists every one found."""

    code = "saturs"

    def __init__(self, problems: tuple[object, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class SettingsError(LideriError):
    """The program cannot start as it is set up; exit code 2, nothing was touched."""

    code = "iestatijumi"


class PortTaken(SettingsError):
    code = "ports-aiznemts"


class AlreadyRunning(SettingsError):
    code = "jau-darbojas"


class DataFolderNotWritable(SettingsError):
    code = "mape-nav-rakstama"


class DatabaseUnreachable(SettingsError):
    code = "datubaze-nav-sasniedzama"


class DatabaseTooNew(SettingsError):
    code = "datubaze-jaunaka"


class RefusedError(LideriError):
    """The request cannot be carried out; nothing was changed. ``status`` is the HTTP status to answer with."""

    code = "atteikts"
    status: ClassVar[int] = 400


class NotFound(RefusedError):
    code = "nav-atrasts"
    status = 404


class NotAllowed(RefusedError):
    code = "nav-tiesibu"
    status = 403


class SessionExpired(NotAllowed):
    """The proof of who is asking was true but is too old; opening the page again mends it."""

    code = "sesija-beigusies"
    status = 401


class InvalidAnswer(RefusedError):
    code = "atbilde-nederiga"


class PrivateData(InvalidAnswer):
    """A note holds what is shaped like a personal code, a phone, an account …; it is not kept, not even in a log."""

    code = "personas-dati"


class MaybeName(InvalidAnswer):
    """A note holds what looks like a person's name; the writer may say that it is none."""

    code = "vai-vards"
    status = 409


class AnswerTooLarge(RefusedError):
    code = "atbilde-par-lielu"
    status = 413


class AttemptClosed(RefusedError):
    code = "darbs-iesniegts"
    status = 409


class NoAttemptLeft(RefusedError):
    code = "meginajumi-beigusies"
    status = 409


class DeadlinePassed(RefusedError):
    code = "termins-beidzies"
    status = 409


class LinkUsedOrExpired(RefusedError):
    code = "saite-neder"
    status = 410


class WeakPassword(RefusedError):
    code = "vaja-parole"


class MarkedMeanwhile(RefusedError):
    """Somebody else marked the same answer after the marker opened it."""

    code = "vertejums-mainits"
    status = 409


class TooManyMessages(RefusedError):
    """Somebody writes more in a short time than a person would; waiting mends it."""

    code = "par-daudz"
    status = 429


class ImportRejected(RefusedError):
    code = "imports-noraidits"


class StoreBusy(LideriError):
    code = "datubaze-aiznemta"


class GradingError(LideriError):
    code = "vertesana"
