"""Dashboards from hand-made read models: what is on the page, and that what people typed stays text."""

from __future__ import annotations

from typing import Any

from lideri.errors import NotAllowed
from widgets.panels import ProgrammePanel, TrainerPanel
from widgets.panels.rendering import programme_page, trainer_page


def a_trainer_report(**changes: Any) -> dict[str, Any]:
    cell = {"code": "2.1", "index": 2, "items": 4, "share": 0.75}
    few = {"code": "4.1", "index": None, "items": 2, "share": None}
    scale = {
        "code": "2.1",
        "title": "Kibernoziegumu riski",
        "note": "",
        "counts": [0, 1, 2, 0],
        "people": 3,
        "items": 4,
        "middle": 2,
        "cohort": 1,
        "cohort_share": 0.66,
    }
    return {
        "cohort_id": "k1",
        "cohort": "Alūksnes novads",
        "is_demo": False,
        "made_at": "2026-11-21T08:40:00+00:00",
        "module": "2",
        "module_title": "Drošība",
        "modules": [
            {"id": "2", "title": "Drošība", "started": 3, "submitted": 2, "passed": 1, "waiting": 1},
            {"id": "3", "title": "Pieteikšanās", "started": 1, "submitted": 0, "passed": 0, "waiting": 0},
        ],
        "pages": 6,
        "people": 3,
        "started": 3,
        "submitted": 2,
        "passed": 1,
        "waiting": 1,
        "steps": [
            {
                "title": "1 darbs gaida vērtējumu",
                "why": "Vecākais gaida kopš 2026. gada 18. novembra.",
                "do": "Sākt vērtēt",
                "where": "/services/lideri/vertesana/s1",
            },
            {"title": "Jāuzrunā: <i>Anna</i>", "why": "…", "do": "Jauna saite", "where": "/services/lideri/grupas/k1"},
        ],
        "pass_share": 0.6,
        "level_names": ["Pamata", "Vidējais", "Augsts", "Ļoti specializēts"],
        "level_cuts": [0, 0.5, 0.7, 0.9],
        "min_items": 4,
        "assumptions": ["Robežas ir pieņēmums, jāapstiprina VARAM."],
        "lines": [
            {
                "id": "p1",
                "name": "<img src=x onerror=alert(1)>",
                "state": "passed",
                "state_text": "Ieskaitīts",
                "pages_done": 6,
                "attempts": 1,
                "points": 18.5,
                "max_points": 30.0,
                "waiting_points": 6.0,
                "last_seen": None,
                "submodules": [cell],
                "competences": [few],
                "people_confirmed": 7,
            }
        ],
        "people_needed": 10,
        "submodules": [scale],
        "competences": [{**scale, "code": "4.1", "people": 0, "items": 2, "middle": None, "cohort": None}],
        "hardest": [],
        "help": [],
        **changes,
    }


def a_programme_report(**changes: Any) -> dict[str, Any]:
    return {
        "day": "2026-11-22",
        "is_demo": True,
        "staff_trained": 9,
        "staff_target": 400,
        "librarians_trained": 7,
        "staff_learning": 7,
        "residents_helped": 0,
        "resident_target": 13600,
        "months": [
            {"month": "2026-10", "staff": 5, "librarians": 4},
            {"month": "2026-11", "staff": 9, "librarians": 7},
        ],
        "pictures": {"light": "data:image/svg+xml;base64,Z2FpxaFz", "dark": "data:image/svg+xml;base64,dHVtxaFz"},
        "regions": [
            {
                "name": "Vidzemes plānošanas reģions",
                "staff": 8,
                "trained": 4,
                "assessed": 12,
                "groups": [{"first": 0, "last": 1, "people": 5}, {"first": 2, "last": 2, "people": 7}],
            },
            {"name": "Rīgas plānošanas reģions", "staff": 2, "trained": 0, "assessed": 2, "groups": []},
        ],
        "places": [
            {"code": "LV-007", "name": "Alūksnes novads", "region": "V", "staff": 8, "trained": 4, "band": 2},
            {"code": "LV-047", "name": "Krāslavas novads", "region": "L", "staff": 3, "trained": 0, "band": None},
        ],
        "country": [],
        "assessed": 14,
        "level_names": ["Pamata", "Vidējais", "Augsts", "Ļoti specializēts"],
        "smallest_group": 5,
        "certificate_rule": "Apliecība: …",
        "assumptions": [],
        "help": {
            "times": 40,
            "trained": 0,
            "colleagues": None,
            "regions": [
                {"name": "Vidzemes plānošanas reģions", "trained": None},
                {"name": "Rīgas plānošanas reģions", "trained": 0},
            ],
            "rule": "Apmācīts iedzīvotājs: … Pieņēmums, jāapstiprina VARAM.",
        },
        "survey": None,
        **changes,
    }


def test_the_next_step_stands_first_and_leads_to_the_oldest_waiting_text() -> None:
    html = trainer_page(a_trainer_report())

    assert html.index("1 darbs gaida") < html.index("Kam vajadzīga palīdzība")
    assert 'href="/services/lideri/vertesana/s1"' in html
    assert 'Pēc tam: <a href="/services/lideri/grupas/k1">Jāuzrunā: &lt;i&gt;Anna&lt;/i&gt;</a>.' in html


def test_a_level_stands_with_its_items_or_says_that_there_is_too_little() -> None:
    html = trainer_page(a_trainer_report())

    assert "4 uzdevumi, 3 cilvēki ar līmeni" in html
    assert "Vēl par maz datu" in html
    assert "par maz datu (2)" in html
    assert "jāapstiprina VARAM" in html


SUPPORTING = {
    "people": 7,
    "items": 9,
    "outcomes": [
        {"code": "LO4.2.22", "text": "Palīdzēt saprast <b>tiesības</b>", "people": 3, "items": 4, "share": 0.64},
        {"code": "LO4.1.15", "text": "Palīdzēt pasargāt ierīci", "people": 0, "items": 0, "share": None},
    ],
    "least": 3,
    "min_items": 4,
}


def test_supporting_others_stands_with_what_goes_worst_and_what_is_not_known_yet() -> None:
    own = {"counts": [0, 1, 2, 0], "middle": 2, "lines": [{"id": "p1", "name": "Anna", "index": 2, "items": 9}]}
    html = trainer_page(a_trainer_report(supporting={**SUPPORTING, **own}))
    country = programme_page(a_programme_report(supporting={**SUPPORTING, "groups": [(0, 1, 0), (2, 3, 7)]}))
    too_few = programme_page(a_programme_report(supporting={**SUPPORTING, "people": 0, "groups": []}))

    for page in (html, country):
        assert "Palīdzēt saprast &lt;b&gt;tiesības&lt;/b&gt;" in page and "64 % punktu" in page
        assert "Vēl par maz datu: 1 prasme" in page
        assert "vismaz 3 cilvēku atbildes uz 4 dažādiem uzdevumiem" in page
    assert "Augsts–Ļoti specializēts:</strong> 7 cilvēki" in country
    assert "<strong>Pamata–Vidējais:" not in country
    assert "64 % punktu" not in too_few and "Vēl par maz cilvēku" in too_few
    assert "Palīdzēt citiem" not in programme_page(a_programme_report()), "published before there was such a thing"


def test_a_name_with_html_in_it_is_shown_as_text() -> None:
    html = trainer_page(a_trainer_report())

    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_demonstration_data_are_marked() -> None:
    assert "Demonstrācijas dati" not in trainer_page(a_trainer_report())
    assert "Demonstrācijas dati" in trainer_page(a_trainer_report(is_demo=True))
    assert "izņemot paneli «Konteksts»" in programme_page(a_programme_report())


def test_the_programme_shows_targets_zero_residents_and_the_context_apart() -> None:
    html = programme_page(a_programme_report())

    assert "no 400" in html
    assert "no 13\u202f600" in html
    assert "Pieņēmums, jāapstiprina VARAM." in html
    assert "kolēģi mazāk par 5" in html
    assert html.count("nerādām</td>") >= 1
    assert "45,3 %" in html and "55,6 %" in html and "80 % līdz 2030" in html


def test_a_small_municipality_is_hatched_and_a_small_region_says_why() -> None:
    html = programme_page(a_programme_report())

    assert 'class="few"' in html and "Krāslavas novads: rezultātu nerādām" in html
    assert 'class="m3"' in html and "Alūksnes novads: 51–75 %" in html
    assert "Par maz cilvēku, lai rādītu rezultātu." in html
    assert "Pamata–Vidējais: 5" in html


class FakeReports:
    def __init__(self) -> None:
        self.asked: list[tuple[str | None, str | None]] = []

    def trainer(self, cohort: str | None = None, module: str | None = None) -> dict[str, Any]:
        self.asked.append((cohort, module))
        chosen = cohort or "k1"
        cohorts = [{"id": "k1", "name": "Alūksne"}, {"id": "k2", "name": "Kuldīga"}]
        report = a_trainer_report(cohort_id=chosen, cohort={"k1": "A", "k2": "B"}[chosen], module=module or "2")
        return {"cohorts": cohorts, "report": report}

    def programme(self) -> dict[str, Any]:
        raise NotAllowed("Šī lapa ir programmas vadībai.")


def test_choosing_another_cohort_asks_for_its_report() -> None:
    reports = FakeReports()
    panel = TrainerPanel(reports)

    panel.chosen = "k2"

    assert reports.asked == [(None, None), ("k2", None)]
    assert "<h2>B</h2>" in panel.html


def test_choosing_another_module_asks_for_it_in_the_same_cohort_and_all_modules_are_listed() -> None:
    reports = FakeReports()
    panel = TrainerPanel(reports)
    panel.chosen = "k2"

    panel.second_chosen = "3"

    assert reports.asked[-1] == ("k2", "3") and len(reports.asked) == 3
    assert panel.second_choices == [["2", "2. Drošība"], ["3", "3. Pieteikšanās"]]
    assert "Rezultāti, 3. modulis" in panel.html
    assert '<th scope="row">2. Drošība</th><td class="n">3</td>' in panel.html


def test_a_refused_report_becomes_a_sentence() -> None:
    assert "Šī lapa ir programmas vadībai." in ProgrammePanel(FakeReports()).html
