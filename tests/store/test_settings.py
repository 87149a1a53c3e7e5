"""Settings: what the environment and the programme's file may say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import course_data
from lideri.errors import SettingsError
from lideri.settings import Settings, read_course_settings, read_settings

SHIPPED = Path(str(course_data.path("settings.yml")))


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = read_settings({"LIDERI_PORT": "", "PATH": "/bin"})

    assert (settings.port, settings.demo, settings.database_url) == (8000, True, "")
    assert settings.data.is_absolute()
    assert settings.sqlalchemy_url == f"sqlite:///{settings.data}/lideri.sqlite"


def test_every_wrong_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"LIDERI_PORT": "astoņi", "LIDERI_DATABASE_URL": "mysql://x", "LIDERI_DEMO": "varbūt"})

    text = str(refused.value)
    assert "LIDERI_PORT: jābūt veselam skaitlim" in text
    assert "LIDERI_DATABASE_URL: jāsākas ar postgresql://" in text
    assert "LIDERI_DEMO: jābūt 1 vai 0" in text


def test_the_secret_is_not_shown_when_settings_are_printed() -> None:
    assert "slepens" not in repr(Settings(secret="slepens"))


def test_every_decision_that_ships_says_how_sure_it_is() -> None:
    settings = read_course_settings(SHIPPED)

    undecided = [name for name, decision in settings if decision.is_assumption]
    assert set(undecided) == set(settings.model_fields_set) - {"staff_target", "resident_target"}
    assert all("jāapstiprina VARAM" in getattr(settings, name).note for name in undecided)
    assert [level.name for level in settings.levels.value] == ["Pamata", "Vidējais", "Augsts", "Ļoti specializēts"]


@pytest.mark.parametrize(
    ("share", "level"), [(0, "Pamata"), (0.499, "Pamata"), (0.5, "Vidējais"), (0.7, "Augsts"), (1, "Ļoti specializēts")]
)
def test_a_level_begins_at_its_cut_score(share: float, level: str) -> None:
    assert read_course_settings(SHIPPED).level_of(share).name == level


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pass_share": {"value": 60, "status": "pieņēmums", "note": "x"}}, "pass_share.value: skaitlis ir par lielu"),
        ({"pass_share": {"value": 0.6, "note": "x"}}, "pass_share.status: trūkst lauka"),
        ({"parole": 1}, "parole: tāda lauka nav"),
        ({"attempt_that_counts": {"value": "first", "status": "pieņēmums", "note": "x"}}, "nav starp atļautajām"),
        ({"deadline": {"value": "2026-12-18T23:59:00", "status": "pieņēmums", "note": "x"}}, "laika josla"),
        (
            {"levels": {"value": [{"id": "a", "name": "A", "from_share": 0.5}], "status": "pieņēmums", "note": "x"}},
            "jāsākas ar 0 un jāaug",
        ),
    ],
)
def test_a_mistake_in_the_file_is_reported_with_its_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8")) | change
    file = tmp_path / "settings.yml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    with pytest.raises(SettingsError, match=said) as refused:
        read_course_settings(file)

    assert f"{file}:" in str(refused.value)


def test_a_line_is_the_line_of_the_mistake(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace("value: 0.6", "value: daudz"), encoding="utf-8")
    wrong = next(number for number, line in enumerate(file.read_text().splitlines(), 1) if "daudz" in line)

    with pytest.raises(SettingsError, match=f"settings.yml:{wrong}: pass_share.value: jābūt skaitlim"):
        read_course_settings(file)


def test_broken_yaml_and_a_missing_file_say_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    with pytest.raises(SettingsError, match="datnes nav"):
        read_course_settings(file)

    file.write_text("pass_share: [", encoding="utf-8")
    with pytest.raises(SettingsError, match="izlabo atkāpes"):
        read_course_settings(file)
