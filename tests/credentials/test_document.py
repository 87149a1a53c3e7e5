"""The certificate on paper: one page of A4 that a screen reader can read, in Latvian, with any name."""

from __future__ import annotations

import re
from pathlib import Path

import pyhanko.pdf_utils.reader as pdf_reader
import pytest

from lideri.credentials.document import as_pdf
from tests.credentials.paper import CHECK_PAGE, TITLES, certificate, poppler

LETTERS = "Āķī Čūžļģņēš ĀČĒĢĪĶĻŅŠŪŽ āčēģīķļņšūž"


def flat(text: str) -> str:
    """The text without its lines, and without the places where a long word may be broken."""
    return " ".join(text.replace("\u200b", "").split())


def test_it_is_one_tagged_page_of_a4_with_a_title_in_latvian(tmp_path: Path) -> None:
    made = certificate()
    data = as_pdf(made, check_page=CHECK_PAGE)

    said = poppler("pdfinfo", data, tmp_path)

    assert re.search(r"Pages: +1\n", said)
    assert "(A4)" in said
    assert re.search(r"Tagged: +yes", said)
    assert re.search(r"Title: +Apliecība: Anna Bērziņa\n", said)
    root = pdf_reader.PdfFileReader((tmp_path / "aplieciba.pdf").open("rb")).root
    assert str(root["/Lang"]).lower().startswith("lv")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    claims = root["/Metadata"].data.decode()
    assert "pdfuaid:part" in claims and "pdfaid:part" in claims


def test_headings_lists_and_the_drawn_code_have_their_tags(tmp_path: Path) -> None:
    made = certificate()
    data = as_pdf(made, check_page=CHECK_PAGE)

    structure = poppler("pdfinfo", data, tmp_path, "-struct-text")

    assert structure.count("H1 ") == 1
    assert re.findall(r'H2 .*\n +"(.*)"', structure) == ["Kas izdarīts", "Apgūtie moduļi", "Pārbaudīt apliecību"]
    assert structure.count("LI (block)") == 3 + 6
    assert structure.count("Figure") == 1, "the star and the frame are decoration"
    assert 'Span (inline):\n     /Placement /Block\n    "Anna' not in structure, "the name is a paragraph"
    alternatives = [text for text in _alternatives(tmp_path / "aplieciba.pdf") if text]
    assert any(f"{CHECK_PAGE}/{made.code}" in text for text in alternatives)


def _alternatives(file: Path) -> list[str]:
    reader = pdf_reader.PdfFileReader(file.open("rb"))
    found: list[str] = []
    waiting = [reader.root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        if not hasattr(node, "get"):
            continue
        if node.get("/S") == "/Figure":
            found.append(str(node.get("/Alt", "")))
        kids = node.get("/K", [])
        waiting += [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    return found


def test_it_says_what_was_done_its_code_and_where_to_check_it(tmp_path: Path) -> None:
    made = certificate()

    text = flat(poppler("pdftotext", as_pdf(made, check_page=CHECK_PAGE), tmp_path, "-layout"))

    for words in (
        "Anna Bērziņa",
        "2026. gada 20. novembrī pabeidza kursu «Digitālie līderi»",
        "Apgūti 6 moduļi, un katra moduļa pārbaudes darbs ir ieskaitīts.",
        "Nokārtots noslēguma tests.",
        "Sniegta palīdzība 10 cilvēkiem; to apstiprināja pasniedzējs.",
        "pēc kursa pieņemtajām robežām: augsts.",
        "jāapstiprina VARAM",
        "Izsniegta 2026. gada 22. novembrī.",
        "Vieta zīmogam un parakstam",
        made.code,
        *TITLES[:6],
    ):
        assert words in text, words
    assert "DEMONSTRĀCIJA" not in text


def test_it_says_no_more_than_was_done(tmp_path: Path) -> None:
    made = certificate(modules=1, final_test=False, people_helped=0, level="", by_decision=True, assumed=False)

    text = flat(poppler("pdftotext", as_pdf(made, check_page=CHECK_PAGE), tmp_path, "-layout"))

    assert "Apgūts 1 modulis, un tā pārbaudes darbs ir ieskaitīts." in text
    assert "Apliecība izsniegta ar vadošā pasniedzēja lēmumu." in text
    for words in ("noslēguma tests", "palīdzība", "līmenis", "VARAM", TITLES[1]):
        assert words not in text, words


def test_a_demonstration_is_marked_so_that_nobody_mistakes_it(tmp_path: Path) -> None:
    text = poppler("pdftotext", as_pdf(certificate(is_demo=True), check_page=CHECK_PAGE), tmp_path, "-layout")

    assert "DEMONSTRĀCIJA – nav derīga" in text


@pytest.mark.parametrize(
    "name",
    [
        LETTERS,
        " ".join([LETTERS] * 5)[:200].strip(),
        "W" * 200,
        "Ž",
        '#let x = 1; <b>Anna</b> $x$ *b* _i_ `k` \\ @a "q" //',
        "Анна Ķēniņa-Ozoliņa (dz. Ā)",
    ],
    ids=["letters", "long", "no-space", "one", "markup", "cyrillic"],
)
def test_any_name_stands_there_as_it_is_on_one_page(name: str, tmp_path: Path) -> None:
    data = as_pdf(certificate(name, modules=11, is_demo=True), check_page=CHECK_PAGE)

    text = flat(poppler("pdftotext", data, tmp_path, "-raw"))

    assert name.replace(" ", "") in text.replace(" ", "")
    assert re.search(r"Pages: +1\n", poppler("pdfinfo", data, tmp_path))


def test_the_same_certificate_gives_the_same_bytes_and_another_one_others() -> None:
    made = certificate(code="7K3QD-9XW2M-0ABCD-EFGHB")

    first, again = (as_pdf(made, check_page=CHECK_PAGE) for _ in range(2))
    other = as_pdf(certificate("Anna Berziņa", code=made.code), check_page=CHECK_PAGE)

    assert first == again
    assert other != first
