"""The start test and the final test at the service's doors: what opens, what is said, and what nobody can get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from lideri.course.items import Piece, ReleasedForm, ReleasedItem
from lideri.settings import FINAL_TEST, START_TEST
from lideri.store.people import Person
from lideri.store.queue import GradedItem
from lideri.store.tokens import PageToken, mint
from tests.answers.test_pages import NOW, World, a_form

SECRETS = ("Noslēpums: pareizi ir A", "Tāpēc, ka banka nezvana")


def an_exam(form: str, names: Mapping[str, str]) -> ReleasedForm:
    """Names of items → their submodules."""
    items = tuple(
        ReleasedItem(
            id=name,
            version=1,
            kind="single_choice",
            submodule=part,
            stem=f"Jautājums {name}?",
            points=2,
            options=(Piece(id="a", text="Pirmais"), Piece(id="b", text="Otrais")),
        )
        for name, part in names.items()
    )
    module = form.rpartition("-")[0]
    return ReleasedForm(id=form, module=module, title="A variants", minutes=20, explain="never", items=items)


START = an_exam("sakums-a", {f"s{n}": "2.1" for n in range(4)})
FINALS = (an_exam("noslegums-a", {"s0": "2.1", "f1": "2.2"}), an_exam("noslegums-b", {"s0": "2.1", "f2": "2.2"}))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    forms = {form.id: form for form in (a_form("m02-a"), a_form("m02-b"), START, *FINALS)}
    made = World(tmp_path, forms=forms)
    yield made
    made.close()


def call(world: World, person: Person, method: str, path: str, page: str, body: Any = None) -> requests.Response:
    """As the page's kernel asks: with a token of this page."""
    exp = int((NOW + timedelta(hours=1)).timestamp())
    token = mint(PageToken(person=person.id, kernel="k", page=page, role=person.role, exp=exp), "s" * 40)
    return requests.request(
        method, world.at(f"api/{path}"), json=body, headers={"Authorization": f"Bearer {token}"}, timeout=20
    )


def begin(world: World, test: str, person: Person | None = None) -> requests.Response:
    return call(world, person or world.daina, "POST", "attempt", f"{test}/parbaude", {"module": test})


def hand_in(
    world: World,
    module: str,
    points: Mapping[str, float | None],
    person: Person | None = None,
    *,
    answered: str = "Otrais",
) -> str:
    """Begin it, hand it in and have it graded; gives the attempt's id."""
    who, learning, rules = person or world.daina, world.store.learning, world.settings.rules_of(module)
    names = [form.id for form in world.course.forms_of(module)]
    attempt = learning.start_attempt(who.id, module, forms=names, rules=rules, now=NOW)
    form = world.course.forms[attempt.form]
    learning.submit(attempt.id, form, person_id=who.id, answered=0, rules=rules, now=NOW)
    claimed = world.store.queue.claim("test", now=NOW, lease=timedelta(minutes=1))
    assert claimed is not None
    said = {"your_answer": [answered], "right_answer": [SECRETS[0]], "why": [SECRETS[1]]}
    items = [
        GradedItem(each.id, 1, "right" if points.get(each.id) else "wrong", points.get(each.id, 0.0), each.points, said)
        for each in form.items
    ]
    assert world.store.queue.finish(claimed.id, "test", items, now=NOW)
    return attempt.id


def pass_the_module(world: World, person: Person | None = None) -> None:
    hand_in(world, "2", {"m02-a.1": 2.0, "m02-a.3": 6.0}, person)


# ── the start test ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_person_is_led_to_the_start_test_and_may_go_past_it(world: World) -> None:
    page = world.browser("daina").see()

    assert "Pildi sākuma testu" in page and 'href="/services/macibas/sakums/parbaude"' in page
    past = re.search(r'href="([^"]+)">Sākšu bez testa', page)
    assert past is not None
    assert world.browser("daina").goes_to(past[1].removeprefix("/services/lideri/")) == "/services/macibas/2.1"


def test_the_plan_says_what_to_do_and_neither_answers_nor_points(world: World) -> None:
    attempt = hand_in(world, START_TEST, dict.fromkeys(("s0", "s1", "s2", "s3"), 2.0))

    page = world.browser("daina").see(f"rezultati/{attempt}")

    assert "Vari izlaist" in page and "Pamatojas uz 4 uzdevumiem" in page and "ieteikums" in page
    for hidden in (*SECRETS, "Jautājums", "Pirmais", "Otrais", "8 no 8", "100"):
        assert hidden not in re.sub(r"<head>.*?</head>|<style.*?</style>", "", page, flags=re.DOTALL), hidden
    home = world.browser("daina").see()
    assert "Tavs mācību plāns" in home and "nodaļas vari izlaist" in home
    assert "2. moduļa pārbaudes darbs" in home  # it stays, whatever may be skipped
    results = world.browser("daina").see("rezultati")
    assert "Plāns ir gatavs" in results and "no 8" not in results


def test_a_start_test_is_taken_once(world: World) -> None:
    assert begin(world, START_TEST).status_code == 200
    hand_in(world, START_TEST, {"s0": 2.0})

    again = begin(world, START_TEST)

    assert (again.status_code, again.json()["error"]["code"]) == (409, "meginajumi-beigusies")


def test_somebody_elses_plan_is_as_if_it_were_not_there(world: World) -> None:
    attempt = hand_in(world, START_TEST, {"s0": 2.0})

    for who in ("cita", "ineta", "vadosais"):
        assert world.browser(who).get(world.at(f"rezultati/{attempt}"), timeout=20).status_code in (403, 404)


# ── the final test ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_plans_of_a_cohort_are_seen_by_those_who_teach_it_and_by_nobody_else(world: World) -> None:
    hand_in(world, START_TEST, dict.fromkeys(("s0", "s1", "s2", "s3"), 2.0))
    place = f"grupas/{world.cohort.id}/plani"

    page = world.browser("ineta").see(place)

    assert f'href="/services/lideri/{place}"' in world.browser("ineta").see(f"grupas/{world.cohort.id}")
    assert re.search(r"Daina Paraudziņa</h3>\s*<p class=\"small\"><strong>Var izlaist:</strong> 2. modulis", page)
    assert "Cita Dalībniece" not in page
    for hidden in (*SECRETS, "Jautājums", "Pirmais", "Otrais", "8 no 8"):
        assert hidden not in re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL), hidden
    world.browser("vadosais").see(place)
    world.browser("svess").see(place, 404)
    for who in ("vadiba", "daina"):
        world.browser(who).see(place, 403)


def test_a_module_without_any_answer_is_told_as_that(world: World) -> None:
    attempt = hand_in(world, START_TEST, {}, answered="Atbildes nav")

    plan = world.browser("daina").see(f"rezultati/{attempt}")

    assert "Šī moduļa uzdevumi palika bez atbildes." in plan and "Pamatojas" not in plan
    assert "Bez nevienas atbildes: 2. modulis" in world.browser("ineta").see(f"grupas/{world.cohort.id}/plani")


def test_the_final_test_cannot_be_begun_before_it_opens(world: World) -> None:
    outline = call(world, world.daina, "GET", f"attempt?module={FINAL_TEST}", f"{FINAL_TEST}/parbaude")
    refused = begin(world, FINAL_TEST)
    through_another_page = call(world, world.daina, "POST", "attempt", "2/parbaude", {"module": FINAL_TEST})

    assert "2. moduļa pārbaudes darbs" in outline.json()["closed"]
    assert (refused.status_code, through_another_page.status_code) == (403, 403)
    assert "atvērsies" in refused.json()["error"]["message"]
    for answer in (outline, refused, through_another_page):
        assert "Jautājums" not in answer.text
    assert world.store.learning.attempts(world.daina.id, rules=world.settings.attempt_rules) == []


def test_the_final_test_opens_when_the_assessments_are_passed_and_for_nobody_else(world: World) -> None:
    pass_the_module(world)

    opened = begin(world, FINAL_TEST)

    assert opened.status_code == 200 and opened.json()["form"] == "noslegums-a"
    assert begin(world, FINAL_TEST, world.other).status_code == 403


def test_an_attempt_at_the_final_test_is_answered_from_its_own_page_and_by_its_own_person(world: World) -> None:
    pass_the_module(world)
    attempt = begin(world, FINAL_TEST).json()["id"]
    body = {"response": {"kind": "single_choice", "choice": "a"}, "seq": 1}
    path = f"attempt/{attempt}/answer/f1"

    assert call(world, world.daina, "PUT", path, f"{FINAL_TEST}/parbaude", body).status_code == 200
    assert call(world, world.daina, "PUT", path, "2/parbaude", body).status_code == 403
    assert call(world, world.other, "PUT", path, f"{FINAL_TEST}/parbaude", body).status_code == 404


def test_the_result_has_points_by_module_and_is_never_explained(world: World) -> None:
    pass_the_module(world)
    attempt = hand_in(world, FINAL_TEST, {"s0": 2.0, "f1": 0.0})

    page = world.browser("daina").see(f"rezultati/{attempt}")

    assert "Līdz nokārtotam testam" in page and "2 no 4 punktiem" in page and "50 %" in page
    assert "Mēģini" in page or "mēģini" in page
    for hidden in (*SECRETS, "Jautājums", "Otrais"):
        assert hidden not in page
    second = hand_in(world, FINAL_TEST, {"s0": 2.0, "f2": 2.0})
    assert world.store.results.of_attempt(second, person_id=world.daina.id).form == "noslegums-b"
    done = world.browser("daina").see(f"rezultati/{second}")
    assert "Noslēguma tests ir nokārtots" in done
    for hidden in (*SECRETS, "Jautājums", "Otrais"):
        assert hidden not in done


def test_whoever_has_passed_is_told_before_a_second_attempt(world: World) -> None:
    pass_the_module(world)
    hand_in(world, FINAL_TEST, {"s0": 2.0, "f1": 0.0})
    asked = f"attempt?module={FINAL_TEST}"
    before = call(world, world.daina, "GET", asked, f"{FINAL_TEST}/parbaude").json()

    hand_in(world, FINAL_TEST, {"s0": 2.0, "f2": 2.0})

    after = call(world, world.daina, "GET", asked, f"{FINAL_TEST}/parbaude").json()
    assert (before["passed"], after["passed"]) == (False, True)
    assert call(world, world.daina, "GET", "attempt?module=2", "2/parbaude").json()["passed"]
    assert not call(world, world.other, "GET", "attempt?module=2", "2/parbaude").json()["passed"]


def test_after_the_final_test_is_begun_the_start_test_is_closed(world: World) -> None:
    pass_the_module(world)
    begin(world, FINAL_TEST)

    assert begin(world, START_TEST).status_code == 403


def test_the_final_tests_sheet_is_in_the_trainers_file(world: World) -> None:
    pass_the_module(world)
    hand_in(world, FINAL_TEST, {"s0": 2.0, "f1": 2.0})

    answer = world.browser("ineta").get(
        world.at(f"grupas/{world.cohort.id}/rezultati.csv?modulis={FINAL_TEST}"), timeout=20
    )

    text = answer.content.decode("utf-8-sig")
    assert "Noslēguma tests" in text.splitlines()[0]
    assert "ieskaitīts" in text
