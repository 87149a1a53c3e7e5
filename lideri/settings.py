"""What an administrator sets (the environment) and what the programme decides (`course_data/settings.yml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Generic, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lideri.errors import SettingsError

Value = TypeVar("Value")
SERVICE_PREFIX = "/services/lideri/"
START_TEST, FINAL_TEST = "sakums", "noslegums"  # where a module's number stands: in forms, attempts and addresses
LOOPBACK = "127.0.0.1"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ── the environment ─────────────────────────────────────────────────────────────────────────────────────────────────


class Settings(_Frozen):
    """What `lideri serve` and its services were started with; `secret` is empty where a process has no need of it."""

    port: int = Field(default=8000, ge=1, le=65535)
    data: Path = Field(default=Path("var"), validate_default=True)
    database_url: str = ""
    demo: bool = True
    secret: str = Field(default="", repr=False)
    scheduler: str = ""
    address: str = ""

    @field_validator("data")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("jāsākas ar postgresql:// (vai jāatstāj tukšs, tad dati būs SQLite datnē)")
        return value

    @field_validator("scheduler")
    @classmethod
    def _known_scheduler(cls, value: str) -> str:
        if value and not re.fullmatch(r"(tcp|tls)://[^\s/:]+:\d{1,5}", value):
            raise ValueError("jābūt adresei tcp://dators:ports (vai jāatstāj tukšs, tad vērtē šis dators)")
        return value

    @field_validator("address")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?", value):
            raise ValueError("jābūt adresei bez ceļa, piemēram, https://lideri.example.lv (vai jāatstāj tukšs)")
        return value.rstrip("/")

    @property
    def public_address(self) -> str:
        """How the public finds this site: it stands on certificates, so it should not change."""
        return self.address or f"http://{LOOPBACK}:{self.port}"

    @property
    def sqlalchemy_url(self) -> str:
        """The store's database: PostgreSQL by psycopg when named, else `lideri.sqlite` in the data folder."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'lideri.sqlite'}"
        return "postgresql+psycopg://" + self.database_url.partition("://")[2]

    @property
    def run_folder(self) -> Path:
        return self.data / "run"

    @property
    def logs_folder(self) -> Path:
        return self.data / "logs"


_VARIABLES = {
    "port": "LIDERI_PORT",
    "data": "LIDERI_DATA",
    "database_url": "LIDERI_DATABASE_URL",
    "demo": "LIDERI_DEMO",
    "secret": "LIDERI_SECRET",
    "scheduler": "LIDERI_SCHEDULER",
    "address": "LIDERI_ADDRESS",
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment` (unset or empty: the default); `SettingsError` names every wrong one at once."""
    given = {
        field: environment[name].strip() for field, name in _VARIABLES.items() if environment.get(name, "").strip()
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            f"{_VARIABLES[str(problem['loc'][0])]}: {_in_latvian(problem['type'], problem['msg'])}"
            for problem in error.errors()
        ]
        raise SettingsError("Nevar sākt darbu, jo iestatījumos ir kļūda.\n" + "\n".join(lines)) from None


# ── the programme's decisions ───────────────────────────────────────────────────────────────────────────────────────


class Decision(_Frozen, Generic[Value]):
    """One value of the programme and how sure it is: `pieņēmums` until VARAM has confirmed it."""

    value: Value
    status: Literal["pieņēmums", "apstiprināts"]
    note: Annotated[str, Field(min_length=1)]

    @property
    def is_assumption(self) -> bool:
        return self.status == "pieņēmums"


Share = Annotated[float, Field(ge=0, le=1)]


class Level(_Frozen):
    """One of four levels; `from_share` is the lowest share of points that reaches it."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    name: Annotated[str, Field(min_length=1)]
    from_share: Share


class CertificateRule(_Frozen):
    """Who gets the certificate: which modules have to be passed (`visi`: every written one), whether every page has to
    be done too, whether the final test has to be passed, and how many people helped a trainer has to have confirmed (0:
    not asked for).
    """

    modules_passed: (
        Literal["visi"] | Annotated[tuple[Annotated[str, Field(pattern=r"^\d{1,2}$")], ...], Field(min_length=1)]
    )
    all_pages_done: bool
    final_test: bool = False
    confirmed_people: Annotated[int, Field(ge=0)] = 0


class TrainedWhen(_Frozen):
    """When somebody helped counts as a resident trained, beside being confirmed by a trainer: how much was done alone
    (1–4), in how many minutes at least. Nobody counts twice: not when the same person did it alone already before.
    """

    alone_at_least: Annotated[int, Field(ge=1, le=4)]
    minutes_at_least: Annotated[int, Field(ge=1, le=600)]


class HelpRule(_Frozen):
    """The log of help: how old an entry may be when it is written, and what counts for the programme's target."""

    days_back: Annotated[int, Field(ge=1, le=400)]
    resident_counts_when: TrainedWhen
    survey_days: Annotated[int, Field(ge=1, le=60)]


class SecondMarkingRule(_Frozen):
    """The second, blind marking: what share of the free answers gets one, from what difference in points the two
    markers are asked to talk, and how many answers both must have marked before a kappa is shown.
    """

    share: Share
    talk_from: Annotated[float, Field(gt=0)]
    min_pairs: Annotated[int, Field(ge=5)]


class StartTestRule(_Frozen):
    """What the start test may say of a module (`lideri.measurement.placement`). ``skipped_need_no_pages``: the chapters
    of a module that may be left out are not asked for by the certificate; its assessment always is.
    """

    cut: Share
    sure: Annotated[float, Field(ge=0.5, le=1)]
    min_items: Annotated[int, Field(ge=1)]
    skipped_need_no_pages: bool


class FinalTestRule(_Frozen):
    """How the final test is passed, how often it may be taken, and when it opens: when every assessment that the
    certificate asks for is passed (``moduli``), or at any time (``uzreiz``).
    """

    pass_share: Share
    attempts: Annotated[int, Field(ge=1, le=10)]
    opens_when: Literal["moduli", "uzreiz"]


class AttemptRules(_Frozen):
    """How an assessment may be taken. `deadline` holds for people whose cohort has set none of its own."""

    allowed: int = Field(ge=1, le=10)
    counts: Literal["best", "last"]
    deadline: datetime | None = None


class CourseSettings(_Frozen):
    """`course_data/settings.yml`."""

    pass_share: Decision[Share]
    attempts_allowed: Decision[Annotated[int, Field(ge=1, le=10)]]
    attempt_that_counts: Decision[Literal["best", "last"]]
    deadline: Decision[datetime | None]
    levels: Decision[tuple[Level, ...]]
    min_items_for_level: Decision[Annotated[int, Field(ge=1)]]
    smallest_group: Decision[Annotated[int, Field(ge=2)]]
    certificate: Decision[CertificateRule]
    start_test: Decision[StartTestRule]
    final_test: Decision[FinalTestRule]
    help_log: Decision[HelpRule]
    second_marking: Decision[SecondMarkingRule]
    session_hours: Decision[Annotated[int, Field(ge=1, le=72)]]
    page_token_hours: Decision[Annotated[int, Field(ge=1, le=72)]]
    login_link_days: Decision[Annotated[int, Field(ge=1, le=60)]]
    staff_target: Decision[Annotated[int, Field(ge=1)]]
    resident_target: Decision[Annotated[int, Field(ge=1)]]

    @property
    def attempt_rules(self) -> AttemptRules:
        return AttemptRules(
            allowed=self.attempts_allowed.value, counts=self.attempt_that_counts.value, deadline=self.deadline.value
        )

    def rules_of(self, module: str) -> AttemptRules:
        """How the module's assessment, the start test or the final test may be taken."""
        if module == START_TEST:
            return self.attempt_rules.model_copy(update={"allowed": 1})
        if module == FINAL_TEST:
            return self.attempt_rules.model_copy(update={"allowed": self.final_test.value.attempts})
        return self.attempt_rules

    def pass_share_of(self, module: str) -> float:
        """The share of points that passes it. Nobody fails the start test."""
        if module == START_TEST:
            return 0.0
        return self.final_test.value.pass_share if module == FINAL_TEST else self.pass_share.value

    def level_of(self, share: float) -> Level:
        """The level that `share` (0…1) of the points reaches."""
        return [level for level in self.levels.value if share >= level.from_share][-1]

    @field_validator("deadline")
    @classmethod
    def _deadline_with_zone(cls, deadline: Decision[datetime | None]) -> Decision[datetime | None]:
        if deadline.value is not None and deadline.value.tzinfo is None:
            raise ValueError("termiņam jānorāda laika josla, piemēram, 2026-12-18T23:59:00+02:00")
        return deadline

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        shares = [level.from_share for level in self.levels.value]
        if not shares or shares[0] != 0 or shares != sorted(set(shares)):
            raise ValueError("līmeņu robežām (levels) jāsākas ar 0 un jāaug")
        return self


def read_course_settings(path: Path) -> CourseSettings:
    """The programme's decisions; `SettingsError` lists every problem as file:line: path: what to do."""
    try:
        source = path.read_text(encoding="utf-8")
        node = yaml.compose(source, Loader=yaml.SafeLoader)
        data = yaml.safe_load(source)
    except FileNotFoundError:
        raise SettingsError(f"{path}: iestatījumu datnes nav; atjauno to no programmas mapes") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SettingsError(f"{path}:{line}: YAML nav nolasāms; izlabo atkāpes un pēdiņas šajā rindā") from None
    try:
        return CourseSettings.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{path}:{_line_of(node, problem['loc'])}: {'.'.join(map(str, problem['loc']))}: "
            f"{_in_latvian(problem['type'], problem['msg'])}"
            for problem in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None


def _line_of(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `where` that the file has."""
    if node is None:
        return 1
    line = node.start_mark.line + 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


_LATVIAN = {
    "missing": "trūkst lauka; pieraksti to",
    "extra_forbidden": "tāda lauka nav; izdzēs to vai izlabo nosaukumu",
    "int_parsing": "jābūt veselam skaitlim",
    "int_type": "jābūt veselam skaitlim",
    "float_type": "jābūt skaitlim",
    "float_parsing": "jābūt skaitlim",
    "bool_parsing": "jābūt 1 vai 0",
    "literal_error": "nav starp atļautajām vērtībām",
    "greater_than_equal": "skaitlis ir par mazu",
    "less_than_equal": "skaitlis ir par lielu",
    "model_type": "šeit jābūt laukiem value, status un note",
}


def _in_latvian(kind: str, message: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return _LATVIAN.get(kind, f"vērtība neder ({message})")
