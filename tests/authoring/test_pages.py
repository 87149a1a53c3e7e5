from __future__ import annotations

import json
from pathlib import Path

import pytest

from lideri.authoring.build import built_files
from lideri.authoring.check import check
from lideri.authoring.pages import build_page, read_page


def cells(course_folder: Path) -> list[dict[str, object]]:
    report = check(course_folder)
    notebook = json.loads(build_page(report.pages["m02_1.md"], report.course.facts))
    return list(notebook["cells"])


def text(cell: dict[str, object]) -> str:
    return "".join(cell["source"])  # type: ignore[arg-type]  # nbformat's list of lines


def test_the_same_source_gives_the_same_notebook(course_folder: Path) -> None:
    assert cells(course_folder) == cells(course_folder)


def test_a_page_is_setup_text_exercise_and_sources(course_folder: Path) -> None:
    setup, words, exercise, sources = cells(course_folder)

    assert 'page = open_page("2.1")' in text(setup)
    assert '<h2 id="kā-tas-notiek">' in text(words)
    assert '<a href="#avots-1" aria-label="1. avots">1</a>' in text(words)
    assert text(exercise) == 'Question("m02.1-p1", page)'
    assert "LVRTC, 2025. gada septembrī. Pārbaudīts 2026. gada oktobrī." in text(sources)


def test_a_notebook_holds_no_output_and_no_empty_line_inside_html(course_folder: Path) -> None:
    for cell in cells(course_folder):
        assert cell.get("outputs", []) == []
        if cell["cell_type"] == "markdown":
            assert "\n\n" not in text(cell)


LEAFLET = """\
:::{lapina} Lapiņa klientam: ja zvana «banka» <3
1. Beidziet sarunu.{f}`banka-vispirms`
2. Zvaniet **bankai**.{f}`banka-vispirms`
:::
"""


def with_leaflet(course_folder: Path, leaflet: str = LEAFLET) -> Path:
    file = course_folder / "notebooks/source/m02_1.md"
    text_of_page = file.read_text(encoding="utf-8")
    file.write_text(text_of_page.replace("```{code-cell}", leaflet + "\n```{code-cell}", 1), encoding="utf-8")
    return course_folder


def test_a_leaflet_is_a_card_on_its_page_and_data_for_printing(course_folder: Path) -> None:
    report = check(with_leaflet(course_folder))
    assert report.problems == ()

    html = "".join(text(cell) for cell in cells(course_folder))
    built = json.loads(built_files(report)[Path("course_data/leaflets.json")])

    assert "Lapiņa klientam: Ja zvana «banka» &lt;3</h2>" in html
    assert 'href="/services/lideri/lapinas/2.1"' in html and "Beidziet sarunu" not in html
    assert built == [
        {
            "page": "2.1",
            "title": "Ja zvana «banka» <3",
            "html": "<ol>\n<li>Beidziet sarunu.</li>\n<li>Zvaniet <strong>bankai</strong>.</li>\n</ol>",
            "facts": ["banka-vispirms"],
            "sources": ["LVRTC, 2025. gada septembrī"],
            "checked": "2026. gada oktobrī",
        }
    ]


def test_the_facts_of_a_pages_own_text_are_listed_without_its_leaflets(course_folder: Path) -> None:
    page = check(with_leaflet(course_folder)).pages["m02_1.md"]
    only_there = read_page("---\npage: '2.1'\ntitle: A\nlead: B\nminutes: 1\n---\n" + LEAFLET, "a.md")

    assert page.facts_in_text == ("banka-vispirms",)
    assert (only_there.facts_in_text, len(only_there.facts)) == ((), 2)


@pytest.mark.parametrize(
    ("leaflet", "problem"),
    [
        (LEAFLET + "\n" + LEAFLET, "lapā drīkst būt viena lapiņa"),
        (LEAFLET.replace(" Lapiņa klientam: ja zvana «banka» <3", ""), "lapiņai vajag nosaukumu"),
        (":::{lapina} A\n1. Beidziet sarunu.\n:::\n", "lapiņā nav neviena avota"),
        (LEAFLET.replace("Beidziet", "Beidziet " * 100), "lapiņa ir par garu: "),
        (LEAFLET.replace("1. Beidziet sarunu.", "1. Beidziet sarunu.\n" * 9), "10 rindas"),
    ],
)
def test_a_leaflet_that_does_not_fit_or_says_no_source_is_refused(
    course_folder: Path, leaflet: str, problem: str
) -> None:
    found = [str(each) for each in check(with_leaflet(course_folder, leaflet)).problems]

    assert any(problem in each and "m02_1.md:" in each for each in found), found


def test_a_leaflet_stands_on_a_chapter_only(course_folder: Path) -> None:
    page = read_page("---\npage: 2/parbaude\ntitle: A\nlead: B\nminutes: 1\n---\n" + LEAFLET, "a.md")

    assert [each.message for each in page.problems] == ["lapiņa drīkst būt tikai nodaļas lapā"]


def test_blocks_become_marked_sections(course_folder: Path) -> None:
    file = course_folder / "notebooks/source/m02_1.md"
    block = ":::{klientam} Kā to paskaidrot klientam\n«Zvaniet bankai.» <3\n:::\n"
    file.write_text(
        file.read_text(encoding="utf-8").replace("```{code-cell}", block + "\n```{code-cell}"), encoding="utf-8"
    )

    html = "".join(text(cell) for cell in cells(course_folder))

    assert '<section class="say prose" aria-labelledby="kā-to-paskaidrot-klientam">' in html
    assert "data-print" in html
    assert "&lt;3" in html
