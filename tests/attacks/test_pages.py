"""Attacks on the plain pages: script in every text field, forged forms, marks that are nobody's to give, formulas."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests

from lideri.answers.pages.diary import read_help
from lideri.answers.pages.urls import routes
from lideri.store.people import NewPerson
from tests.answers.test_pages import EVIL, NOW, RUBRIC, World
from tests.attacks.bystanders import standing_of_others
from tests.hub.system import chromium

SCRIPTS = (
    EVIL,
    '"><svg onload="document.title=\'uzlauzts\'">',
    "</textarea></title></script><script>document.title='uzlauzts'</script>",
    "javascript:document.title='uzlauzts'",
    "{{ 7 * 7 }}{% include 'kluda.html' %}",
    "<!--<script>",
)
HELP = {
    "atslega": "11111111-1111-4111-8111-111111111111",
    "datums": "2026-11-21",
    "situacija": "e-adrese",
    "pakalpojums": "cits",
    "minutes": "15",
    "pats": "3",
    "pirms": "first",
    "talak": "viss",
    "kas": "resident",
    "ka": "spot",
}
FORMULAS = ('=HYPERLINK("http://x.example")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1")


def data_of(world: World) -> Path:
    return world.course.root


def submission_of(world: World, attempt: str) -> str:
    found = [each for each in world.store.queue.submissions() if each.attempt_id == attempt]
    return found[0].id


def a_world_full_of(world: World, text: str) -> dict[str, str]:
    """Every field that anybody may fill in holds ``text``; the ids of what was made."""
    name = text[:150]
    person = world.store.people.add(
        NewPerson(name=name, username="launais", email="launais@x.example", institution=name, role="trainee"), now=NOW
    )
    teacher = world.store.people.add(NewPerson(name=name, username="launs-vards", role="trainer"), now=NOW)
    cohort = world.store.people.add_cohort(name, now=NOW, trainers=[world.ineta.id, teacher.id])
    world.store.people.add_member(cohort.id, person.id, now=NOW)
    world.store.people.add_member(cohort.id, world.daina.id, now=NOW)
    attempt = world.submit(person, text=text)
    submission = world.grade()
    world.store.queue.put_mark(
        submission, "m02-a.3", {"drosiba": 3.0, "valoda": 0.0}, comment=text, marked_by=teacher.id, now=NOW
    )
    world.write_marks()
    notes, page = world.store.notes, {"page": "2.1", "exercise": "p1"}
    thread = notes.ask(person, f"{text} a", key="k1", now=NOW, **page)
    notes.write(teacher, thread, f"{text} b", key="k2", now=NOW)
    report = notes.report(person, f"{text} c", kind="content", width=320, key="k3", now=NOW, **page)
    notes.decide(world.lead, report, "declined", f"{text} d", now=NOW)
    return {
        "cohort": cohort.id,
        "attempt": attempt,
        "submission": submission,
        "person": person.id,
        "thread": thread,
        "report": report,
    }


def pages_that_show(ids: dict[str, str]) -> dict[str, list[str]]:
    of_cohort = [f"grupas/{ids['cohort']}{tail}" for tail in ("", "/imports")]
    taking_out = f"grupas/{ids['cohort']}/iznemt?cilveks={ids['person']}"
    marks = ["vertesana", *(f"vertesana/{ids['submission']}?uzdevums=m02-a.{number}" for number in (2, 3))]
    notes = ["jautajumi", f"jautajumi/{ids['thread']}"]
    return {
        "launais": ["", "rezultati", f"rezultati/{ids['attempt']}", "profils", "jautat?lapa=2.1", *notes, "zinojumi"],
        "ineta": ["grupas", *of_cohort, *marks, *notes],
        "vadosais": ["grupas", *of_cohort, taking_out, *marks, "zurnals", *notes, "zinojumi"],
        "admins": ["cilveki", f"cilveki/{ids['person']}/slegt", "grupas", *of_cohort, *notes, "zinojumi"],
        "daina": ["profils"],
    }


@pytest.mark.parametrize("text", SCRIPTS, ids=range(len(SCRIPTS)))
def test_script_in_every_text_field_is_shown_as_text_to_everybody(world: World, text: str) -> None:
    ids = a_world_full_of(world, text)
    shown = 0

    for who, paths in pages_that_show(ids).items():
        for path in paths:
            page = world.browser(who).see(path)
            assert "<script>document" not in page
            assert "<svg onload" not in page
            assert 'onerror="' not in page
            assert 'href="javascript' not in page
            assert "<!--<script>" not in page
            shown += "uzlauzts" in page or "7 * 7" in page or "&lt;!--" in page
            assert "49{%" not in page

    assert shown > 8


@pytest.mark.browser
@pytest.mark.skipif(chromium() is None, reason="Chromium is not installed")
def test_no_text_field_runs_a_script_in_a_trainers_browser(world: World) -> None:
    from playwright.sync_api import sync_playwright

    ids = a_world_full_of(world, EVIL)
    fired: list[str] = []

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for who, paths in pages_that_show(ids).items():
            context = started.new_context()
            context.add_cookies([{"name": "as", "value": who, "url": world.origin}])
            page = context.new_page()
            page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
            for path in paths:
                page.goto(world.at(path))
                page.evaluate("Promise.all([...document.images].map(image => image.decode().catch(() => 0)))")
                if page.title() == "uzlauzts":
                    fired.append(path)
            context.close()
        started.close()

    assert fired == []


@pytest.mark.parametrize("text", [EVIL, "{{7*7}}", "%0d%0aSet-Cookie: x=1"])
def test_what_stands_in_an_address_or_a_wrong_form_is_not_echoed_as_markup(world: World, text: str) -> None:
    for who in ("daina", "ineta", "vadosais"):
        browser = world.browser(who)
        for path in (
            text,
            f"rezultati/{text}",
            f"grupas/{text}",
            "vertesana/x?uzdevums=" + text,
            "?next=" + text,
            "profils?nomainita=" + text,
        ):
            answer = browser.get(world.at(path), allow_redirects=False, timeout=20)
            assert "<script>document" not in answer.text
            assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text)
            assert "x" not in answer.cookies
    refused = world.browser("vadosais").fill_in("grupas", 400, nosaukums="", pasvaldiba=text, pasniedzejs=text)
    assert "<script>document" not in refused.text


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def forms(world: World, ids: dict[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """Every form there is: (who may send it, where, what)."""
    cohort = f"grupas/{ids['cohort']}"
    marks = {"uzdevums": "m02-a.3", "k-drosiba": "0", "k-valoda": "0", "komentars": "x", "redzets": "0"}
    return [
        ("ineta", f"vertesana/{ids['submission']}", marks),
        ("vadosais", "grupas", {"nosaukums": "Uzbrucēja grupa"}),
        ("ineta", f"{cohort}/saite", {"cilveks": world.daina.id}),
        ("ineta", f"{cohort}/saites", {}),
        ("vadosais", f"{cohort}/pasniedzeji", {"pasniedzejs": world.stranger.id}),
        ("ineta", f"{cohort}/termins", {"modulis": "2", "termins": "2026-01-01T00:00"}),
        ("ineta", f"{cohort}/imports", {"solis": "apstiprinat", "dati": "x", "parskatits": "x"}),
        ("vadosais", f"{cohort}/iznemt", {"cilveks": world.daina.id}),
        ("vadosais", f"{cohort}/atlikt", {"cilveks": world.other.id}),
        ("admins", f"cilveki/{world.daina.id}/slegt", {}),
        ("admins", f"cilveki/{world.stranger.id}/atvert", {}),
        ("admins", "cilveki", {"vards": "Ļauns", "epasts": "launs@x.example", "loma": "admin"}),
        ("daina", "profils", {"pasreizeja": "x", "parole": "y" * 12, "atkartota": "y" * 12}),
        ("daina", "jautat", {"lapa": "2.1", "teksts": "Uzbrucēja jautājums"}),
        ("daina", "zinot", {"lapa": "2.1", "veids": "content", "teksts": "Uzbrucēja ziņojums"}),
        ("ineta", f"jautajumi/{ids['thread']}", {"teksts": "Uzbrucēja atbilde"}),
        ("ineta", f"jautajumi/{ids['thread']}/gatavs", {}),
        ("vadosais", f"zinojumi/{ids['report']}", {"statuss": "fixed", "teksts": "Uzbrucēja lēmums"}),
        ("daina", "dienasgramata", HELP),
        ("daina", "dienasgramata/aptauja", {"veids": "kods"}),
        ("jautatajs", f"dienasgramata/{ids['help']}/atsaukt", {}),
        ("jautatajs", f"dienasgramata/{ids['help']}/atbildet", {"atbilde": "Uzbrucēja atbilde"}),
        ("ineta", "ieraksti", {"ieraksts": f"{ids['help']}:1"}),
        ("ineta", f"ieraksti/{ids['help']}", {"jautajums": "Uzbrucēja jautājums"}),
    ]


def what_stands(world: World) -> Any:
    people = world.store.people
    everybody = sorted(
        (person.id, person.role, person.has_password, person.active) for person in people.everybody(only_active=False)
    )
    cohorts = sorted((each.id, each.name, each.trainers, each.size, str(each.deadlines)) for each in people.cohorts())
    notes = world.store.notes.threads_for(world.lead), world.store.notes.problems(world.lead)
    logs = world.store.help_log.entries_for(world.lead), world.store.survey.answers()
    return everybody, cohorts, notes, logs, standing_of_others(data_of(world))


def a_graded_work(world: World) -> dict[str, str]:
    attempt = world.submit(world.daina)
    other = world.person("jautatajs", "Jautātājs Paraugs")
    world.store.people.add_member(world.cohort.id, other.id, now=NOW)
    page = {"page": "2.1", "exercise": ""}
    thread = world.store.notes.ask(other, "Cita cilvēka jautājums", key="k1", now=NOW, **page)
    report = world.store.notes.report(
        other, "Cita cilvēka ziņojums", kind="content", width=None, key="k2", now=NOW, **page
    )
    ids = {"cohort": world.cohort.id, "attempt": attempt, "submission": world.grade()}
    entry = world.store.help_log.save(
        other, read_help(lambda name: HELP.get(name, "")), key=HELP["atslega"], days_back=120, now=NOW, today=NOW.date()
    )
    return ids | {"thread": thread, "report": report, "help": entry.id}


def test_no_form_is_taken_from_another_site(world: World) -> None:
    ids = a_graded_work(world)
    before = what_stands(world)
    with requests.Session() as attackers:  # the attacker's own, valid for the attacker
        attackers.cookies.set("as", "cita")
        page = attackers.get(world.at("profils"), timeout=20)
        foreign = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
    assert foreign is not None

    for who, path, fields in forms(world, ids):
        for token in ({}, {"_xsrf": ""}, {"_xsrf": foreign[1]}, {"_xsrf": "2|a|b|c"}):
            victim = world.browser(who)
            victim.get(world.at("profils"), timeout=20)
            answer = victim.post(
                world.at(path),
                data=fields | token,
                headers={"Origin": "https://uzbrucejs.example", "Sec-Fetch-Site": "cross-site"},
                allow_redirects=False,
                timeout=20,
            )
            assert answer.status_code == 403, (path, token, answer.status_code)

    assert what_stands(world) == before


def test_every_form_is_closed_to_all_who_are_not_meant(world: World) -> None:
    ids = a_graded_work(world)
    before = what_stands(world)
    known = {path for path, handler, _ in routes(world.context) if getattr(handler, "post", None) is not None}

    for meant, path, fields in forms(world, ids):
        if meant == "daina":
            continue
        for who in ("", "cita", "daina", "vadiba", "svess"):
            if who == "svess" and path.startswith("vertesana"):
                expected = (403, 404)
            elif who == "":
                expected = (403,)
            else:
                expected = (403, 404)
            browser = world.browser(who)
            shown = browser.get(world.at("profils" if who else "palidziba"), timeout=20).text
            token = re.search(r'name="_xsrf" value="([^"]+)"', shown)
            answer = browser.post(
                world.at(path), data=fields | {"_xsrf": token[1] if token else ""}, allow_redirects=False, timeout=20
            )
            assert answer.status_code in expected, (who, path, answer.status_code)

    assert what_stands(world) == before
    assert len(known) >= 9


@pytest.mark.parametrize(
    "fields",
    [
        {"k-drosiba": "-1", "k-valoda": "0"},
        {"k-drosiba": "2", "k-valoda": "0"},
        {"k-drosiba": "99999999999999999999", "k-valoda": "0"},
        {"k-drosiba": "1e3", "k-valoda": "0"},
        {"k-drosiba": "٠", "k-valoda": "0"},
        {"k-drosiba": "0"},
        {"k-drosiba": "0", "k-valoda": "0", "uzdevums": "m02-a.1"},
        {"k-punkti": "0"},
    ],
    ids=str,
)
def test_a_trainer_gives_no_points_that_the_rubric_does_not_know(world: World, fields: dict[str, str]) -> None:
    ids = a_graded_work(world)
    before = standing_of_others(data_of(world))

    given = {"uzdevums": "m02-a.3", "redzets": "0"} | fields
    answer = _post(world, "ineta", f"vertesana/{ids['submission']}", given)

    assert len(RUBRIC["criteria"]) == 2
    assert answer.status_code in (400, 404)
    assert standing_of_others(data_of(world)) == before


# ── questions and reports ────────────────────────────────────────────────────────────────────────────────────────────


def test_another_persons_question_is_as_if_it_were_not_there(world: World) -> None:
    ids = a_graded_work(world)
    before = what_stands(world)

    for who in ("daina", "cita", "svess", "vadiba"):
        browser = world.browser(who)
        for path in ("jautajumi", "zinojumi", f"jautajumi/{ids['thread']}"):
            answer = browser.get(world.at(path), allow_redirects=False, timeout=20)
            assert answer.status_code == (404 if ids["thread"] in path else 200), (who, path)
            assert "Cita cilvēka" not in answer.text and "Jautātājs" not in answer.text
        for path in (f"jautajumi/{ids['thread']}", f"jautajumi/{ids['thread']}/gatavs"):
            assert _post(world, who, path, {"teksts": "Atbilde no malas"}).status_code in (403, 404)

    assert what_stands(world) == before


def test_a_trainer_of_another_cohort_gets_in_by_no_borrowed_key_or_page(world: World) -> None:
    ids = a_graded_work(world)
    key = "11111111-2222-3333-4444-555555555555"
    fields = {"lapa": "2.1", "teksts": "Dainas jautājums", "atslega": key}
    asked = _post(world, "daina", "jautat", fields).headers["Location"]
    thread = asked.split("/")[-1].split("?")[0]

    borrowed = _post(world, "cita", "jautat", fields).headers["Location"]  # the same key and text of somebody else

    assert thread not in borrowed
    assert len(world.store.notes.threads_of(world.other)) == 1
    for path in (f"jautajumi/{thread}", f"jautajumi/{thread}?nosutits={key}", f"jautajumi/{ids['thread']}"):
        assert "jautājums" not in world.browser("svess").see(path, 404).split("<main")[1]


@pytest.mark.parametrize(
    "lapa", [EVIL, "javascript:alert(1)", "//uzbrucejs.example", "https://uzbrucejs.example/2.1", "2.1%22onload=x"]
)
def test_the_page_a_question_names_is_never_an_address_of_somebody_else(world: World, lapa: str) -> None:
    thread = _post(world, "daina", "jautat", {"lapa": lapa, "uzdevums": EVIL, "teksts": "Kur?"}).headers["Location"]
    _post(world, "daina", "zinot", {"lapa": lapa, "uzdevums": EVIL, "veids": "content", "teksts": "Kur?"})

    for who, path in (
        ("daina", f"jautat?lapa={lapa}"),
        ("daina", thread.removeprefix("/services/lideri/")),
        ("vadosais", "zinojumi"),
    ):
        page = world.browser(who).see(path)
        assert "uzbrucejs.example" not in page and "javascript:" not in page and "onload" not in page
        assert "<script>document" not in page


def test_a_flood_of_questions_and_reports_is_stopped_by_the_server(world: World) -> None:
    statuses = [
        _post(world, "cita", path, {"lapa": "2.1", "veids": "content", "teksts": f"{number}."}).status_code
        for number in range(12)
        for path in ("jautat", "zinot")
    ]

    assert statuses.count(302) == 10
    assert set(statuses[10:]) == {429}
    assert _post(world, "cita", "jautat", {"teksts": "x" * 1_000_000}).status_code == 400


def _post(world: World, who: str, path: str, fields: dict[str, str]) -> requests.Response:
    browser = world.browser(who)
    token = re.search(r'name="_xsrf" value="([^"]+)"', browser.get(world.at("profils"), timeout=20).text)
    assert token is not None
    return browser.post(world.at(path), data=fields | {"_xsrf": token[1]}, allow_redirects=False, timeout=20)


def test_a_mark_sent_again_or_from_an_old_page_changes_nothing(world: World) -> None:
    ids = a_graded_work(world)
    marks = {"uzdevums": "m02-a.3", "k-drosiba": "0", "k-valoda": "0", "komentars": "labi", "redzets": "0"}
    assert _post(world, "ineta", f"vertesana/{ids['submission']}", marks).status_code == 302
    before = standing_of_others(data_of(world))

    again = _post(world, "ineta", f"vertesana/{ids['submission']}", marks | {"k-drosiba": "1"})

    assert again.status_code == 409
    assert standing_of_others(data_of(world)) == before


# ── files to take away ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_name_becomes_a_formula_in_a_trainers_spreadsheet(world: World, formula: str) -> None:
    ids = a_world_full_of(world, formula)
    trainer = world.browser("ineta")

    csv = trainer.get(world.at(f"grupas/{ids['cohort']}/rezultati.csv"), timeout=20).content.decode("utf-8-sig")
    xlsx = trainer.get(world.at(f"grupas/{ids['cohort']}/rezultati.xlsx"), timeout=20).content

    cells = [cell.strip('"') for line in csv.splitlines() for cell in line.split(";")]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝") and len(cell) > 1] == []
    values = [cell for row in openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[0].iter_rows() for cell in row]
    assert [cell.value for cell in values if cell.data_type == "f"] == []


def test_a_file_name_made_of_a_cohorts_name_stays_one_header(world: World) -> None:
    cohort = world.store.people.add_cohort(
        'a"\r\nSet-Cookie: x=1\r\n\r\n<script>/../..', now=NOW, trainers=[world.ineta.id]
    )

    answer = world.browser("ineta").get(world.at(f"grupas/{cohort.id}/rezultati.csv"), timeout=20)

    assert answer.status_code == 200
    assert "x" not in answer.cookies
    assert re.fullmatch(
        r"attachment; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w.%-]+", answer.headers["Content-Disposition"]
    )
