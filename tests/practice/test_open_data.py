"""«Atvērtie dati»: the table, the computed keys and what is said about an answer."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.errors import InvalidAnswer, NotFound
from lideri.practice import MACHINES, Feedback, replay
from lideri.practice.numbers import parse_number
from lideri.practice.open_data import compute, frame, latvian_order, recognise, table, view
from lideri.practice.scenarios import load_scenario, read_scenario

OPEN_DATA = MACHINES["open_data"]


def told(open_data: Mapping[str, Any], question: str, text: str) -> Feedback:
    actions = [{"do": "answer", "question": question, "text": text}, {"do": "check", "question": question}]
    return OPEN_DATA.feedback(open_data, replay("open_data", open_data, actions), question)


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(course_data.path(name).read_text(encoding="utf-8").splitlines()))


# ── the data ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_frame_has_every_published_row_and_residents_joined_by_code(open_data: Mapping[str, Any]) -> None:
    data = frame(open_data)

    assert len(data) == 44
    assert data["region"].notna().sum() == 42
    jelgava = data.set_index("place").loc[["Jelgava", "Jelgavas novads"], "population"].tolist()
    assert jelgava == [54408, 31718]
    assert data.set_index("place").loc["Kopā", "population"] == data[data["region"].notna()]["population"].sum()


def test_the_published_total_is_the_sum_of_all_other_rows(open_data: Mapping[str, Any]) -> None:
    data = frame(open_data).set_index("place")

    for column in (column["id"] for column in open_data["columns"]):
        assert data[column].drop("Kopā").sum() == data.loc["Kopā", column], column


def test_every_key_is_what_plain_arithmetic_on_the_published_files_gives(open_data: Mapping[str, Any]) -> None:
    residents = {line["atvk"]: line for line in lines("places/pasvaldibas_42.csv")}
    published = {line["teritorija"]: line for line in lines(open_data["data"]["table"])}
    keys = {question["id"]: compute(frame(open_data), question["key"]) for question in open_data["questions"]}

    def ranked(column: str, *, rate: bool, region: str = "") -> list[tuple[float, str]]:
        rows = [line for line in published.values() if line["atvk"] in residents]
        rows = [line for line in rows if region in residents[line["atvk"]]["planosanas_regions"]]
        per = {
            line["atvk"]: int(residents[line["atvk"]]["iedzivotaji_2026_01_01"]) / 1000 if rate else 1 for line in rows
        }
        return sorted(((int(line[column]) / per[line["atvk"]], line["teritorija"]) for line in rows), reverse=True)

    assert keys["j1"] == ranked("vecuma_pensijas", rate=False)[0][1]
    assert keys["j2"] == ranked("gimenes_valsts_pabalsti", rate=True)[0][1]
    assert keys["j3"] == pytest.approx(ranked("bezdarbnieku_pabalsti", rate=True, region="Latgales")[0][0])
    assert keys["j4"] == ranked("vecuma_pensijas", rate=True)[2][1]
    assert keys["j5"] == int(published["Ārvalstis/ adrese nav norādīta"]["vecuma_pensijas"])


def test_no_answer_is_written_down_in_the_scenario(open_data: Mapping[str, Any]) -> None:
    for question in open_data["questions"]:
        answer = compute(frame(open_data), question["key"])
        assert str(answer) not in str({**question, "key": {**question["key"], "tolerance": None}})
        assert set(question["key"]) == {"column", "per_1000", "pick", "ask", "place", "rank", "region", "tolerance"}


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_has_latvian_titles_and_rates_with_one_decimal(open_data: Mapping[str, Any]) -> None:
    titles = {column["id"]: column["title"] for column in open_data["columns"]}

    shown = table(frame(open_data), ["population", "vecuma_pensijas"], "vecuma_pensijas", per_1000=True, titles=titles)

    assert list(shown) == ["Pašvaldība", "Iedzīvotāji", "Vecuma pensijas saņēmēji uz 1000 iedzīvotājiem"]
    assert shown.iloc[0].tolist() == ["Krāslavas novads", 19040, 282.8]
    assert shown.iloc[-1, 0] == "Ārvalstis/ adrese nav norādīta"


def test_without_per_1000_the_total_comes_first_as_in_the_published_file(open_data: Mapping[str, Any]) -> None:
    shown = table(frame(open_data), ["vecuma_pensijas"], "vecuma_pensijas")

    assert shown.iloc[:2, 0].tolist() == ["Kopā", "Rīga"]


@pytest.mark.parametrize("descending", [True, False])
def test_rows_without_a_value_stand_last_whichever_way_it_is_sorted(
    descending: bool, open_data: Mapping[str, Any]
) -> None:
    shown = table(frame(open_data), ["population"], "population", descending=descending)

    assert shown.iloc[-1, 0] == "Ārvalstis/ adrese nav norādīta"


def test_a_region_leaves_only_its_municipalities(open_data: Mapping[str, Any]) -> None:
    shown = table(frame(open_data), ["region"], "place", descending=False, region="Zemgales plānošanas reģions")

    assert len(shown) == 6
    assert shown.iloc[:, 0].tolist()[:2] == ["Aizkraukles novads", "Bauskas novads"]


def test_names_are_in_the_order_of_the_latvian_alphabet() -> None:
    names = [
        "Žīguri",
        "Ķekava",
        "Kuldīga",
        "Ādaži",
        "Cēsis",
        "Alūksne",
        "Čiekuri",
        "Līvāni",
        "Limbaži",
        "Šķirotava",
        "Sigulda",
    ]

    assert sorted(names, key=latvian_order) == [
        "Ādaži",
        "Alūksne",
        "Cēsis",
        "Čiekuri",
        "Kuldīga",
        "Ķekava",
        "Limbaži",
        "Līvāni",
        "Sigulda",
        "Šķirotava",
        "Žīguri",
    ]


def test_the_view_is_text_for_the_page_and_numbers_for_the_chart(open_data: Mapping[str, Any]) -> None:
    shown = OPEN_DATA.shown(open_data)
    actions = [
        {"do": "choose_columns", "columns": ["vecuma_pensijas", "population"]},
        {"do": "per_1000", "on": True},
        {"do": "sort", "column": "vecuma_pensijas", "descending": False},
        {"do": "chart", "column": "vecuma_pensijas"},
    ]

    seen = view(shown, replay("open_data", shown, actions))  # type: ignore[arg-type]  # replay gives this machine's state

    assert seen["rows"][0] == ["Mārupes novads", "38\u202f132", "105,4"]
    assert seen["rows"][-1] == ["Ārvalstis/ adrese nav norādīta", "–", "–"]
    assert [column["numeric"] for column in seen["columns"]] == [False, True, True]
    assert seen["caption"] == (
        "Visa Latvija; rindas: 44; kārtots pēc slejas «Vecuma pensijas saņēmēji uz 1000 iedzīvotājiem» no mazākā."
    )
    assert (seen["chart"]["labels"][0], seen["chart"]["values"][0]) == ("Mārupes novads", 105.4)
    assert (len(seen["chart"]["labels"]), seen["chart"]["hidden"]) == (42, 2)


def test_every_state_can_be_drawn(open_data: Mapping[str, Any]) -> None:
    for region in (None, "Rīgas plānošanas reģions"):
        for column in ("population", "caes_atlidzibas"):
            actions = [
                {"do": "choose_columns", "columns": ["region", column]},
                {"do": "filter_region", "region": region},
                {"do": "sort", "column": "region", "descending": True},
                {"do": "chart", "column": column},
            ]
            seen = view(open_data, replay("open_data", open_data, actions))  # type: ignore[arg-type]  # as above
            assert seen["rows"] and seen["chart"]["values"]


def test_a_column_taken_away_takes_its_sorting_and_chart_with_it(open_data: Mapping[str, Any]) -> None:
    actions = [
        {"do": "sort", "column": "vecuma_pensijas", "descending": True},
        {"do": "chart", "column": "vecuma_pensijas"},
        {"do": "choose_columns", "columns": ["slimibas_pabalsti"]},
    ]

    state = replay("open_data", open_data, actions).as_dict()

    assert (state["columns"], state["sort_by"], state["chart"]) == (("slimibas_pabalsti",), None, None)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "text", "outcome", "says"),
    [
        ("j1", "Rīga", "right", "134\u202f602"),
        ("j1", "riga", "right", "Rīga"),
        ("j1", "Kopā", "wrong", "nav pašvaldība"),
        ("j1", "Krāslavas novads", "wrong", "izslēdz pārrēķinu"),
        ("j1", "Jelgava", "wrong", "Sakārto tabulu"),
        ("j1", "Berlīne", "unsure", "kā tas ir tabulā"),
        ("j2", "Mārupe", "right", "162,5"),
        ("j2", "Rīga", "wrong", "ieslēdz pārrēķinu"),
        ("j3", "17,1", "right", "17,1"),
        ("j3", "17.09", "right", "17,1"),
        ("j3", "17,1 uz 1000 iedzīvotājiem", "right", "17,1"),
        ("j3", "17", "partly", "zīmi aiz komata"),
        ("j3", "466", "wrong", "ieslēdz pārrēķinu"),
        ("j3", "16,6", "wrong", "slejā un rindā"),
        ("j3", "daudz", "unsure", "Raksti tikai skaitli"),
        ("j4", "Līvānu novads", "right", "269,2"),
        ("j5", "13 022", "right", "13\u202f022"),
        ("j5", "13.022", "unsure", "Tūkstošus neatdali ar punktu"),
        ("j5", "13022 cilvēki", "right", "13\u202f022"),
    ],
)
def test_each_answer_gets_its_own_reply(
    question: str, text: str, outcome: str, says: str, open_data: Mapping[str, Any]
) -> None:
    feedback = told(open_data, question, text)

    assert feedback.outcome == outcome
    assert says in " ".join(feedback.body)


def test_the_lesson_is_told_only_with_a_right_or_partly_right_answer(open_data: Mapping[str, Any]) -> None:
    lesson = open_data["questions"][0]["lesson"]

    assert lesson in told(open_data, "j1", "Rīga").body
    assert lesson not in told(open_data, "j1", "Liepāja").body


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Jelgava", "Jelgava"),
        ("jelgavas", "Jelgavas novads"),
        ("Jelgavas nov.", "Jelgavas novads"),
        ("Ventspils", "Ventspils"),
        ("Ventspils novads", "Ventspils novads"),
        ("KRĀSLAVA", "Krāslavas novads"),
        ("«Rezekne»", "Rēzekne"),
        ("Varakļānu novads", None),
        ("novads", None),
        ("", None),
    ],
)
def test_a_place_is_recognised_as_people_write_it(typed: str, place: str | None, open_data: Mapping[str, Any]) -> None:
    assert recognise(typed, frame(open_data)["place"].tolist()) == place


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("105,4", 105.4),
        ("105.4", 105.4),
        ("13 022", 13022),
        ("13\u00a0022", 13022),
        ("13\u202f022,5", 13022.5),
        ("-3", -3),
        ("−3", -3),
        ("0.125", 0.125),
        ("1,234", 1.234),
        ("1.234", None),
        ("1.234.567", None),
        ("12,3,4", None),
        ("", None),
        ("divi", None),
        ("1e5", None),
        ("٣", None),
        ("nan", None),
        ("12 eiro", None),
    ],
)
def test_a_number_is_read_as_it_is_typed_in_latvia(typed: str, number: float | None) -> None:
    assert parse_number(typed) == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_cannot_be_read(typed: str) -> None:
    read = parse_number(typed)

    assert read is None or read == read


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_a_written_number_is_read_back(whole: int, hundredths: int) -> None:
    text = f"{whole:,}".replace(",", " ") + f",{hundredths:02d}"

    assert parse_number(text) == pytest.approx(float(f"{whole}.{hundredths:02d}"))


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ([{"do": "choose_columns", "columns": []}], "vismaz vienu sleju"),
        ([{"do": "choose_columns", "columns": ["alga"]}], "Tādas slejas tabulā nav"),
        ([{"do": "choose_columns", "columns": "vecuma_pensijas"}], "slejas nevarēja nolasīt"),
        ([{"do": "sort", "column": "slimibas_pabalsti", "descending": True}], "sleja, ko tabulā redz"),
        ([{"do": "sort", "column": "vecuma_pensijas", "descending": "jā"}], "Izvēli nevarēja nolasīt"),
        ([{"do": "filter_region", "region": "Sēlija"}], "reģions «Sēlija»"),
        ([{"do": "chart", "column": "place"}], "skaitļu sleja"),
        ([{"do": "answer", "question": "j9", "text": "1"}], "jautājums «j9»"),
        ([{"do": "answer", "question": "j1", "text": "  "}, {"do": "check", "question": "j1"}], "ieraksti atbildi"),
    ],
)
def test_an_impossible_action_says_what_to_do(
    actions: list[dict[str, Any]], says: str, open_data: Mapping[str, Any]
) -> None:
    with pytest.raises(InvalidAnswer, match=says):
        replay("open_data", open_data, actions)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": {"column": "alga", "per_1000": False, "pick": "max", "ask": "place"}}, "nav tādu sleju: alga"),
        ({"key": {"column": "slimibas_pabalsti", "per_1000": False, "pick": "rank", "ask": "place"}}, "prasa rank"),
        (
            {
                "key": {
                    "column": "slimibas_pabalsti",
                    "per_1000": False,
                    "pick": "value",
                    "ask": "place",
                    "place": "Rīga",
                }
            },
            "atbilde ir skaitlis",
        ),
    ],
)
def test_a_question_that_cannot_be_computed_does_not_load(
    change: dict[str, Any], says: str, open_data: Mapping[str, Any]
) -> None:
    plain = {name: value for name, value in open_data.items() if name != "rows"}
    broken = {**plain, "questions": [{**open_data["questions"][0], **change}]}

    with pytest.raises(ValidationError, match=says):
        read_scenario(broken, course_data.path())


def test_an_exercise_that_does_not_exist_is_not_found() -> None:
    assert load_scenario(course_data.path(), "m02.4-dati")["kind"] == "open_data"
    with pytest.raises(NotFound, match="Vingrinājuma «m09» nav"):
        load_scenario(course_data.path(), "m09")
