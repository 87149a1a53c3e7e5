"""«Palīdzības dienasgrāmata» as a browser gets it: the trainee's page, the shell, the trainer's page, the survey."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lideri.course.help_log import load_help_lists
from lideri.store.help_log import HelpEntry
from tests.answers.test_pages import EVIL, NOW, Browser, World

FORM = {
    "datums": "2026-11-21",
    "situacija": "e-adrese",
    "pakalpojums": "cits",
    "minutes": "15",
    "pats": "3",
    "pirms": "first",
    "talak": "viss",
    "kas": "resident",
    "ka": "spot",
    "piezime": "",
}
PHONE = "2" + "7" * 7


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def key() -> str:
    return str(uuid.uuid4())


def write(world: World, who: str = "daina", **changes: Any) -> HelpEntry:
    """One entry by the plain form; gives it back."""
    given = key()
    world.browser(who).fill_in("dienasgramata", status=302, **{**FORM, "atslega": given, **changes})
    person = world.store.people.by_username(who)
    assert person is not None
    return next(entry for entry in world.store.help_log.entries_of(person) if entry.key == given)


def send(browser: Browser, body: Any, *, token: str | None = None) -> tuple[int, dict[str, Any]]:
    """One entry as the page's script sends it."""
    if token is None:
        found = re.search(r'name="_xsrf" value="([^"]+)"', browser.get(browser.world.at("profils"), timeout=20).text)
        token = found[1] if found else ""
    answer = browser.post(
        browser.world.at("dienasgramata/ieraksti"),
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"X-XSRFToken": token, "Content-Type": "application/json"},
        allow_redirects=False,
        timeout=20,
    )
    return answer.status_code, answer.json()


# ── the trainee ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_by_the_plain_form_is_there_with_its_state(world: World) -> None:
    write(world, piezime="Pati atrada vēstuli.")

    page = world.browser("daina").see("dienasgramata?gatavs=s")

    assert "E-adrese un vēstules no iestādēm" in page
    assert "2026. gada 21. novembrī. 15 min; darīja pats, brīžiem ar palīdzību; tālāk: nekas, viss izdarīts." in page
    assert "«Pati atrada vēstuli.»" in page
    assert "Gaida apstiprinājumu" in page
    assert re.search(r'key__value">0 <span class="key__of">no 10', page)


def test_what_was_chosen_last_time_is_chosen_again_and_what_is_about_the_person_is_not(world: World) -> None:
    write(world, situacija="drosiba", minutes="60", ka="lesson", pats="4", kas="colleague", piezime="Viena lieta")

    page = world.browser("daina").see("dienasgramata")

    assert '<option value="drosiba" selected>' in page
    assert re.search(r'value="60" checked', page)
    assert re.search(r'name="ka" value="lesson" checked', page)
    assert re.search(r'name="kas" value="resident" checked', page)
    assert not re.search(r'name="pats" value="\d" checked', page)
    assert not re.search(r"<textarea[^>]*>Viena lieta", page)


def test_private_data_are_refused_with_a_reason_and_what_was_chosen_stays(world: World) -> None:
    daina = world.browser("daina")

    answer = daina.fill_in("dienasgramata", 400, **{**FORM, "piezime": f"zvanīt {PHONE}", "pats": "4"})

    assert "tālruņa numuram" in answer.text
    assert re.search(r'name="pats" value="4" checked', answer.text)
    assert PHONE in answer.text  # to be mended by whoever typed it; nothing is kept
    assert world.store.help_log.entries_of(world.daina) == []


def test_what_looks_like_a_name_is_asked_about(world: World) -> None:
    daina, given = world.browser("daina"), {**FORM, "atslega": key(), "piezime": "Kopā ar Jūras Zvaigzni"}

    asked = daina.fill_in("dienasgramata", 409, **given)
    daina.fill_in("dienasgramata", 302, **given, nav_vards="1")

    assert "Tas nav cilvēka vārds" in asked.text
    assert world.store.help_log.entries_of(world.daina)[0].help.no_name


def test_an_entry_is_changed_withdrawn_and_counted_no_more(world: World) -> None:
    entry, daina = write(world), world.browser("daina")
    page = daina.see(f"dienasgramata?labot={entry.id}")
    assert "Labot ierakstu" in page and f'value="{entry.key}"' in page

    daina.fill_in("dienasgramata", 302, **{**FORM, "atslega": entry.key, "minutes": "90"})
    asked = daina.see(f"dienasgramata/{entry.id}/atsaukt")
    assert "Vai atsaukt šo ierakstu?" in asked
    assert world.store.help_log.entry(world.daina, entry.id).state == "new"  # looking withdraws nothing
    daina.fill_in(f"dienasgramata/{entry.id}/atsaukt", 302)

    kept = world.store.help_log.entry(world.daina, entry.id)
    assert (kept.help.minutes, kept.state) == (90, "withdrawn")
    assert "Atsaukts" in daina.see("dienasgramata?gatavs=a")


def test_another_trainees_entry_is_not_there(world: World) -> None:
    entry, other = write(world), world.browser("cita")

    assert "Labot ierakstu" not in other.see(f"dienasgramata?labot={entry.id}")
    other.see(f"dienasgramata/{entry.id}/atbildet", 404)
    other.see(f"dienasgramata/{entry.id}/atsaukt", 404)
    other.fill_in(f"dienasgramata/{entry.id}/atsaukt", 404)
    other.fill_in(f"dienasgramata/{entry.id}/atbildet", 404, atbilde="Jā.")
    world.browser("svess").see(f"ieraksti/{entry.id}", 404)
    world.browser("svess").fill_in(f"ieraksti/{entry.id}", 404, jautajums="Kas?")
    world.browser("svess").fill_in("ieraksti", 404, ieraksts=f"{entry.id}:1")
    world.browser("daina").fill_in("ieraksti", 403, ieraksts=f"{entry.id}:1")
    world.browser("vadiba").see("ieraksti", 403)
    world.browser("vadiba").see("dienasgramata", 403)

    assert world.store.help_log.entry(world.daina, entry.id).state == "new"


def test_who_teaches_is_led_to_the_trainers_page(world: World) -> None:
    assert world.browser("ineta").goes_to("dienasgramata").endswith("/ieraksti")


# ── the page's script ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_script_hears_that_an_entry_is_on_disk_and_gets_the_list(world: World) -> None:
    daina, given = world.browser("daina"), {**FORM, "atslega": key()}

    first, again = send(daina, given), send(daina, given)

    assert first[0] == again[0] == 200
    assert first[1]["key"] == given["atslega"]
    assert "E-adrese un vēstules no iestādēm" in first[1]["part"]
    assert len(world.store.help_log.entries_of(world.daina)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{" * 100_000,
        b'"x"',
        {"datums": 5},
        {**FORM, "atslega": "x"},
        {**FORM, "atslega": "../..", "minutes": "-5"},
        {**FORM, "situacija": EVIL},
        {**FORM, "minutes": "15", "pats": "9"},
    ],
)
def test_what_the_script_never_sends_is_refused_in_words(world: World, body: Any) -> None:
    status, told = send(world.browser("daina"), body)

    assert status == 400
    assert told["error"]["code"] == "atbilde-nederiga"
    assert world.store.help_log.entries_of(world.daina) == []


def test_the_script_hears_that_log_in_ended(world: World) -> None:
    nobody = world.browser()
    token = re.search(r'name="_xsrf" value="([^"]+)"', nobody.see("aptauja"))
    assert token is not None

    status, told = send(nobody, {**FORM, "atslega": key()}, token=token[1])

    assert status == 401
    assert "Ieraksti paliek šajā ierīcē" in told["error"]["message"]


def test_no_entry_is_taken_without_the_pages_proof(world: World) -> None:
    status, _ = send(world.browser("daina"), {**FORM, "atslega": key()}, token="foreign")

    assert status == 403
    assert world.store.help_log.entries_of(world.daina) == []


# ── the shell and the service worker ────────────────────────────────────────────────────────────────────────────────


def test_the_shell_is_the_same_for_all_and_holds_nothing_of_anybody(world: World) -> None:
    write(world, piezime="Slepeni vārdi")

    shells = {world.browser(who).see("dienasgramata/apvalks") for who in ("", "daina", "ineta")}

    (shell,) = shells
    for theirs in ("Daina", "Slepeni vārdi", "_xsrf", world.daina.id, "Iziet"):
        assert theirs not in shell
    assert 'data-person=""' in shell


def test_the_service_worker_may_reach_this_page_alone_and_keeps_no_page_of_a_person(world: World) -> None:
    answer = world.browser().get(world.at("dienasgramata/darbinieks.js"), timeout=20)
    settings = json.loads(re.search(r"const SETTINGS = (\{.*?\});\n", answer.text)[1])  # type: ignore[index]

    assert answer.headers["Service-Worker-Allowed"] == "/services/lideri/dienasgramata"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert settings["page"] not in settings["files"]
    assert all(each.startswith("/services/lideri/static/") for each in settings["files"])
    for each in settings["files"]:  # all of them exist, or no browser would install it
        assert world.browser().get(world.origin + each, timeout=20).status_code == 200, each


# ── the trainer ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trainer_confirms_what_was_ticked(world: World) -> None:
    entries = [write(world), write(world, minutes="30"), write(world, minutes="60")]
    ineta = world.browser("ineta")
    page = ineta.see("ieraksti")
    assert "3 ieraksti gaida apstiprinājumu" in page

    done = ineta.fill_in("ieraksti", 302, ieraksts=[f"{entry.id}:1" for entry in entries[:2]])

    assert done.headers["Location"].endswith("ieraksti?apstiprinati=2")
    assert "2 ieraksti ir apstiprināti." in ineta.see("ieraksti?apstiprinati=2")
    assert re.search(r'key__value">2 <span class="key__of">no 10', world.browser("daina").see("dienasgramata"))


def test_a_trainer_confirms_one_by_its_own_button_whatever_else_is_ticked(world: World) -> None:
    one, other = write(world), write(world)

    world.browser("ineta").fill_in("ieraksti", 302, viens=f"{one.id}:1", ieraksts=f"{other.id}:1")

    states = {entry.id: entry.state for entry in world.store.help_log.entries_of(world.daina)}
    assert states == {one.id: "confirmed", other.id: "new"}


def test_nothing_ticked_is_said(world: World) -> None:
    assert "Atzīmē vismaz vienu ierakstu." in world.browser("ineta").fill_in("ieraksti", 400).text


def test_a_question_goes_there_and_back_and_the_navigation_counts_it(world: World) -> None:
    entry, ineta, daina = write(world), world.browser("ineta"), world.browser("daina")
    assert re.search(r'Dienasgrāmatas <span class="nav__new">1<', ineta.see("ieraksti"))

    ineta.fill_in(f"ieraksti/{entry.id}", 302, jautajums="Ko cilvēks darīja pats?")
    page = daina.see("dienasgramata")
    assert re.search(r'Dienasgrāmata <span class="nav__new">1<', page)
    assert "Ko cilvēks darīja pats?" in page
    daina.fill_in(f"dienasgramata/{entry.id}/atbildet", 302, atbilde="Ierakstīja adresi.")

    page = ineta.see(f"ieraksti/{entry.id}")
    assert re.findall(r'note__who"><strong>(.*?)</strong>', page) == ["Ierakstīts", "Pasniedzējs jautā", "Atbildēts"]
    assert world.store.help_log.entry(world.daina, entry.id).state == "new"


def test_private_data_in_a_question_or_an_answer_are_refused(world: World) -> None:
    entry, ineta = write(world), world.browser("ineta")

    refused = ineta.fill_in(f"ieraksti/{entry.id}", 400, jautajums=f"Vai zvanīji {PHONE}?")
    ineta.fill_in(f"ieraksti/{entry.id}", 302, jautajums="Kas notika?")
    answered = world.browser("daina").fill_in(f"dienasgramata/{entry.id}/atbildet", 400, atbilde=f"Zvanīju {PHONE}")

    for page in (refused.text, answered.text):
        assert f"«{PHONE}» – Te ir kaut kas līdzīgs tālruņa numuram." in page  # which piece is meant


def test_a_cohort_shows_the_counters_of_each_person(world: World) -> None:
    entry = write(world)
    world.store.help_log.confirm(world.ineta, {entry.id: 1}, now=NOW)

    page = world.browser("ineta").see(f"ieraksti?grupa={world.cohort.id}")

    assert re.search(r"Daina Paraudziņa</th><td>1</td><td>1</td><td>1</td><td>0</td><td>0</td>", page)
    assert "Pieņēmums, jāapstiprina VARAM." in page
    world.browser("ineta").see(f"ieraksti?grupa={world.far_cohort.id}", 404)
    assert f"ieraksti?grupa={world.cohort.id}" in world.browser("ineta").see(f"grupas/{world.cohort.id}")


def test_script_in_a_note_is_shown_as_text(world: World) -> None:
    entry = write(world, piezime=EVIL)

    for who, path in (("daina", "dienasgramata"), ("ineta", "ieraksti"), ("ineta", f"ieraksti/{entry.id}")):
        page = world.browser(who).see(path)
        assert "&lt;script&gt;" in page and "<script>document" not in page
    assert "<script>document" not in send(world.browser("daina"), {**FORM, "atslega": key()})[1]["part"]


# ── the resident ────────────────────────────────────────────────────────────────────────────────────────────────────


def code_for(world: World, who: str = "daina") -> str:
    page = world.browser(who).fill_in("dienasgramata/aptauja", 200, veids="kods").text
    found = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", page)
    assert found is not None
    return found[0]


def test_a_resident_answers_by_code_without_log_in_and_the_code_works_once(world: World) -> None:
    code, resident = code_for(world), world.browser()

    questions = resident.fill_in("aptauja", 200, kods=code.lower())
    thanks = resident.fill_in(
        "aptauja", 200, kods=code, solis="atbildes", pats="pats", darits=["drosiba.vietne", "nav.tada"]
    )

    assert questions.text.count("<legend>") == 5
    assert "Paldies!" in thanks.text
    assert "jau ir izmantots" in resident.fill_in("aptauja", 410, kods=code).text
    (kept,) = world.store.survey.answers()
    assert (kept.answer.alone, kept.answer.done) == ("pats", ("drosiba.vietne",))


def test_the_residents_pages_show_nothing_of_the_trainee(world: World) -> None:
    write(world, piezime="Slepeni vārdi")
    daina = world.browser("daina")

    handed = daina.fill_in("dienasgramata/aptauja", 200, veids="ierice").text
    code = re.search(r'name="kods" value="([A-Z0-9-]+)"', handed)
    assert code is not None
    thanks = daina.fill_in("aptauja", 200, kods=code[1], solis="atbildes", pats="vel-ne", ierice="1").text

    for page in (handed, thanks, daina.see("aptauja")):
        for theirs in ("Daina", "Slepeni", "rezultati", "Iziet", world.daina.id):
            assert theirs not in page
    assert "data-handed" in handed
    assert "iedodiet ierīci atpakaļ" in thanks


def test_the_first_question_has_to_be_answered(world: World) -> None:
    code, resident = code_for(world), world.browser()

    answer = resident.fill_in("aptauja", 400, kods=code, solis="atbildes", pats="<script>")

    assert "atbildiet uz pirmo jautājumu" in answer.text
    assert world.store.survey.answers() == []


def test_guessing_codes_is_slowed_down_for_the_guesser_alone(world: World) -> None:
    guesser, resident = world.browser(), world.browser()
    page = guesser.see("aptauja")
    token = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert token is not None

    def guess(code: str, made_up: int) -> int:
        form = {"_xsrf": token[1], "kods": code}
        headers = {"X-Forwarded-For": f"10.0.0.{made_up}, 192.0.2.1"}  # the proxy adds the last one
        return guesser.post(world.at("aptauja"), data=form, headers=headers, timeout=20).status_code

    statuses = [guess("ABCDEFGH", number) for number in range(121)]

    assert statuses == [410] * 120 + [429]
    assert guess(code_for(world), 121) == 429  # not even a right one
    resident.fill_in("aptauja", 200, kods=code_for(world))


def test_nothing_of_a_residents_answer_is_in_the_log_of_events(world: World) -> None:
    code, resident = code_for(world), world.browser()

    resident.fill_in("aptauja", 200, kods=code, solis="atbildes", pats="pats")

    for future in list(world.context.background):
        future.result()
    told = [(event.kind, event.subject, event.detail) for event in world.store.people.events()]
    assert [each for each in told if "aptauja" in str(each) or code in str(each) or "survey" in str(each)] == []


def test_the_survey_has_five_questions_of_the_indicator_and_says_that_they_wait_for_a_check() -> None:
    survey = load_help_lists().survey

    assert 1 + len(survey.areas) == 5
    assert "Eurostat" in survey.check
