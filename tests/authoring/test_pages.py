from __future__ import annotations

import json
from pathlib import Path

from lideri.authoring.check import check
from lideri.authoring.pages import build_page


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
