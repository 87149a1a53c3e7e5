"""A form that was changed after its first use: people go on with what they began, and those who look after it know."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from service import Service, a_course, a_form

from lideri.answers.used_forms import ChangedForm, with_used_forms
from lideri.course.items import ReleasedForm
from lideri.settings import Settings
from lideri.store import Store
from lideri.store.people import Person

Make = Callable[..., Person]
RIGHT = {"kind": "single_choice", "choice": "a"}


def rewritten(form_id: str = "m02-a") -> ReleasedForm:
    """The form with another question in the first place, and without its last item."""
    form = a_form(form_id)
    first = form.items[0].model_copy(update={"stem": "Pavisam cits jautājums?", "version": 3})
    return form.model_copy(update={"items": (first, *form.items[1:-1])})


def begin(service: Service, person: Person) -> tuple[str, dict[str, Any]]:
    token = service.token(person, "2/parbaude")
    return token, service.call("POST", "api/attempt", token, {"module": "2"}).body


def test_who_began_a_form_goes_on_with_it_after_its_files_were_changed(
    store: Store, tmp_path: Path, somebody: Make
) -> None:
    person = somebody()
    with Service(store, Settings(data=tmp_path)) as before:
        _, begun = begin(before, person)

    changed = {"m02-a": rewritten(), "m02-b": a_form("m02-b")}
    with Service(store, Settings(data=tmp_path), forms=changed) as after:
        token, again = begin(after, person)
        saved = after.call("PUT", f"api/attempt/{again['id']}/answer/m02-a.viena", token, {"response": RIGHT, "seq": 1})
        submitted = after.call("POST", f"api/attempt/{again['id']}/submit", token, {"answered": 1})

    assert (again["id"], again["items"]) == (begun["id"], begun["items"])
    assert (saved.status, submitted.status) == (200, 200)
    data = store.queue.submission(submitted.body["submission"]).data
    assert [(line.item, line.version) for line in data.answers] == [
        (item.id, item.version) for item in a_form("m02-a").items
    ]


def test_whoever_comes_later_gets_the_same_form_so_that_all_answered_the_same(
    store: Store, tmp_path: Path, somebody: Make
) -> None:
    with Service(store, Settings(data=tmp_path)) as before:
        _, first = begin(before, somebody())

    with Service(store, Settings(data=tmp_path), forms={"m02-a": rewritten(), "m02-b": rewritten("m02-b")}) as after:
        _, later = begin(after, somebody("Zane"))
        unused = after.context.course.forms["m02-b"]

    assert {item["stem"] for item in later["items"]} == {item["stem"] for item in first["items"]}
    assert unused == rewritten("m02-b")  # nobody had begun it: it may change
    assert after.context.changed_forms == (ChangedForm("m02-a", "2", kept=True),)


def test_a_form_that_was_taken_away_stays_for_those_who_began_it(store: Store, tmp_path: Path, somebody: Make) -> None:
    person = somebody()
    with Service(store, Settings(data=tmp_path)) as before:
        _, begun = begin(before, person)

    with Service(store, Settings(data=tmp_path), forms={"m02-b": a_form("m02-b")}) as after:
        _, again = begin(after, person)

    assert again["items"] == begun["items"]


def test_without_a_copy_it_is_said_loudly(
    store: Store, somebody: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Service(store, Settings(data=tmp_path)) as before:
        begin(before, somebody())
    with store.database.engine.begin() as connection:
        connection.execute(sa.text("update used_forms set content = null"))
    forms = {"m02-a": rewritten(), "m02-b": a_form("m02-b")}

    with caplog.at_level(logging.ERROR):
        course, changed = with_used_forms(replace(a_course(), forms=forms), store)

    assert changed == (ChangedForm("m02-a", "2", kept=False),)
    assert course.forms["m02-a"] == rewritten()
    assert "m02-a was changed after its first use and there is no copy" in caplog.text


def test_the_copy_is_made_up_for_when_an_earlier_version_noted_only_the_use(
    store: Store, somebody: Make, tmp_path: Path
) -> None:
    with Service(store, Settings(data=tmp_path)) as before:
        begin(before, somebody())
    with store.database.engine.begin() as connection:
        connection.execute(sa.text("update used_forms set content = null"))

    assert with_used_forms(a_course(), store)[1] == ()
    forms = {"m02-a": rewritten(), "m02-b": a_form("m02-b")}

    assert with_used_forms(replace(a_course(), forms=forms), store)[1] == (ChangedForm("m02-a", "2", kept=True),)


@pytest.mark.parametrize(
    ("role", "path", "told"),
    [
        ("admin", "cilveki", True),
        ("admin", "vertesana", True),
        ("lead_trainer", "vertesana", True),
        ("trainer", "vertesana", False),
    ],
)
def test_those_who_look_after_the_course_are_told(
    store: Store, tmp_path: Path, somebody: Make, role: str, path: str, told: bool
) -> None:
    with Service(store, Settings(data=tmp_path)) as before:
        begin(before, somebody())
    asker = somebody("Inga", username="inga", role=role)

    with Service(store, Settings(data=tmp_path), forms={"m02-a": rewritten(), "m02-b": a_form("m02-b")}) as after:
        page = after.call("GET", path, **{"X-Test-Person": asker.username})

    assert page.status == 200
    assert ("mainīts pēc tam, kad to sāka pildīt" in page.body) is told
    assert ("rādām un vērtējam to variantu, ko viņi sāka" in page.body) is told
