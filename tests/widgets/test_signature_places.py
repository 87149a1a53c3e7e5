"""The signature places in a real browser: by mouse, by keyboard alone, with files taken along and brought."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT, Served
from place_pages import SCENARIOS, STYLES, assert_accessible
from playwright.sync_api import Page, expect

from lideri.signatures import check

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
SIGNED = ROOT / "course_data" / "signed"


@pytest.fixture(scope="module")
def laboratory(serve: Serve) -> Served:
    return serve(SCENARIOS, 'Place("m04.2-laboratorija", page)')


@pytest.fixture(scope="module")
def pen(serve: Serve) -> Served:
    return serve(SCENARIOS, 'Place("m04.4-paraksti", page)')


def open_tab(tab: Page, served: Served) -> None:
    tab.goto(served.url)
    tab.get_by_text("Mācību vide").first.wait_for(timeout=90_000)
    tab.add_style_tag(content=STYLES)


def press_until(tab: Page, key: str, name: str) -> None:
    """Move the focus with ``key`` until it is on the control of that name."""
    for _ in range(80):
        if name in tab.evaluate(
            "(() => { const on = document.activeElement;"
            " return on === document.body ? '' : (on.labels?.[0] ?? on).textContent; })()"
        ):
            return
        tab.keyboard.press(key)
    raise AssertionError(f"«{name}» cannot be reached by keyboard")


def test_a_changed_file_is_opened_checked_judged_and_explained(tab: Page, laboratory: Served) -> None:
    open_tab(tab, laboratory)

    tab.get_by_role("button", name="Parādzīme par 950 eiro").click()
    expect(tab.get_by_text("Paraksts nav derīgs")).to_have_count(0)
    tab.get_by_role("button", name="Pārbaudīt manu atbildi").click()
    expect(tab.get_by_text("Vispirms nospied «Pārbaudīt parakstu»")).to_be_visible()
    tab.get_by_role("button", name="Atvērt datni").click()
    expect(tab.get_by_text("aizņēmos 950 eiro")).to_be_visible()
    tab.get_by_role("button", name="Pārbaudīt parakstu").click()
    expect(tab.get_by_text("Paraksts nav derīgs", exact=True)).to_be_visible()
    expect(tab.get_by_text("Dokuments pēc parakstīšanas ir mainīts.", exact=True)).to_be_visible()
    tab.get_by_label("Neder: jālūdz cits").check()
    tab.get_by_label("Juris jūs ir piekrāpis").check()
    tab.get_by_role("button", name="Pārbaudīt manu atbildi").click()

    expect(tab.get_by_text("Lēmums ir pareizs, bet klientam saki citādi.")).to_be_visible()
    expect(tab.get_by_text("bet nerāda, kas to darīja")).to_be_visible()
    tab.get_by_label("Šī datne pēc parakstīšanas ir mainīta").check()
    tab.get_by_role("button", name="Pārbaudīt manu atbildi").click()
    expect(tab.get_by_text("Pareizi: gan lēmums, gan vārdi klientam.")).to_be_visible()
    expect(tab.get_by_text("Izskatīta 1 datne no 8")).to_be_visible()
    assert_accessible(tab)


def test_the_list_says_which_file_to_come_back_to(tab: Page, laboratory: Served) -> None:
    open_tab(tab, laboratory)
    file = tab.get_by_role("button", name="Piekrišana ūdensvadam")
    file.click()
    tab.get_by_role("button", name="Pārbaudīt parakstu").click()
    expect(tab.get_by_role("heading", name="Pārbaude rāda")).to_be_focused()
    tab.get_by_label("Jājautā tālāk").check()
    tab.get_by_label("Lai viņš to atjauno").check()

    tab.get_by_role("button", name="Pārbaudīt manu atbildi").click()

    expect(file).to_contain_text("izskatīta, vēl jālabo")
    tab.get_by_label("Neder: jālūdz cits").check()
    tab.get_by_role("button", name="Pārbaudīt manu atbildi").click()
    expect(file).to_contain_text("izskatīta, pareizi")


@pytest.mark.parametrize("width", [1280, 1000, 610, 320])
def test_what_the_check_shows_is_legible_however_wide_the_place_is(tab: Page, laboratory: Served, width: int) -> None:
    open_tab(tab, laboratory)
    tab.get_by_role("button", name="Kaimiņienes iesniegums").click()
    tab.get_by_role("button", name="Pārbaudīt parakstu").click()

    # As narrow as in an assessment, where the page's column is half as wide as the window.
    tab.locator(".signatures-place").evaluate(
        "(place, width) => { place.style.width = `${Math.min(width, 560)}px` }", width
    )
    tab.set_viewport_size({"width": width, "height": 800})

    values = tab.locator(".signatures-card dd").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().width)"
    )
    assert min(values) > 140


def test_an_e_seal_is_not_called_a_signature(tab: Page, laboratory: Served) -> None:
    open_tab(tab, laboratory)

    tab.get_by_role("button", name="Vienošanās ar pašvaldību").click()
    tab.get_by_role("button", name="Pārbaudīt parakstu").click()

    expect(tab.get_by_text("uz to attiecas 1 e-zīmogs")).to_be_visible()


def test_the_downloaded_file_is_the_one_that_was_built(tab: Page, laboratory: Served) -> None:
    open_tab(tab, laboratory)
    tab.get_by_role("button", name="Līgums ar divām pusēm").click()

    with tab.expect_download() as download:
        tab.get_by_role("button", name="Lejupielādēt").click()

    assert download.value.suggested_filename == "telpu_noma.edoc"
    assert Path(download.value.path()).read_bytes() == (SIGNED / "telpu_noma.edoc").read_bytes()


def test_a_file_of_ones_own_is_checked_and_not_kept(tab: Page, laboratory: Served, tmp_path: Path) -> None:
    open_tab(tab, laboratory)
    own = tab.get_by_role("region", name="Pārbaudi citu datni")

    tab.set_input_files("input[type=file]", SIGNED / "kompensacija.asice")

    expect(own.get_by_text("Datne «pielikums.txt» ir konteinerā, bet nav parakstīta.")).to_be_visible()
    expect(own.get_by_text("Šis ir mācību paraksts.")).to_be_visible()
    large = tmp_path / "liela.pdf"
    large.write_bytes(b"%PDF-1.7\n" + bytes(5 * 1024 * 1024))
    tab.set_input_files("input[type=file]", large)
    expect(own.get_by_text("Datne ir lielāka par 5 MB")).to_be_visible()
    junk = tmp_path / "cita.zip"
    with zipfile.ZipFile(junk, "w") as archive:
        archive.writestr("a.txt", "1")
    tab.set_input_files("input[type=file]", junk)
    expect(own.get_by_text("Šajā datnē elektroniska paraksta nav.")).to_be_visible()
    assert "pielikums" not in laboratory.answers.read_text(encoding="utf-8")


def test_a_case_is_worked_through_by_keyboard_alone(tab: Page, laboratory: Served) -> None:
    open_tab(tab, laboratory)

    press_until(tab, "Tab", "Kaimiņienes iesniegums")
    tab.keyboard.press("Enter")
    press_until(tab, "Tab", "Pārbaudīt parakstu")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Paraksts ir derīgs", exact=True)).to_be_visible()
    press_until(tab, "Tab", "Der: var pieņemt")
    tab.keyboard.press("Space")
    tab.keyboard.press("Tab")
    press_until(tab, "ArrowDown", "Sūtiet pašu datni")
    press_until(tab, "Tab", "Pārbaudīt manu atbildi")
    tab.keyboard.press("Enter")

    expect(tab.get_by_text("Pareizi: gan lēmums, gan vārdi klientam.")).to_be_visible()


def test_a_text_is_signed_changed_and_signed_again(tab: Page, pen: Served, tmp_path: Path) -> None:
    open_tab(tab, pen)

    tab.get_by_label("Teksts, ko parakstīsi").fill("Čakli piekrītu talkai.")
    tab.get_by_role("button", name="Teksts ir izlasīts un pareizs").click()
    tab.get_by_role("radio", name="PDF").check()
    expect(tab.get_by_role("button", name="Pabeigt")).to_be_hidden()
    tab.get_by_label("PIN2 (6 cipari)").fill("1357")
    tab.get_by_role("button", name="Parakstīt").click()
    expect(tab.get_by_text("PIN2 ir 6 cipari. Šo mēģinājumu neskaita.")).to_be_visible()
    for said in ("Palikuši 2 mēģinājumi", "Palicis 1 mēģinājums", "PIN2 ir bloķēts"):
        tab.get_by_label("PIN2 (6 cipari)").fill("000000")
        tab.get_by_role("button", name="Parakstīt").click()
        expect(tab.get_by_text(said)).to_be_visible()
    tab.get_by_role("button", name="Atbloķēt ar mācību PUK kodu").click()
    tab.get_by_label("PIN2 (6 cipari)").fill("135790")
    tab.get_by_role("button", name="Parakstīt").click()
    expect(tab.get_by_text("Ko teiks cita programma?")).to_be_visible()
    assert verdicts_of(download(tab, tmp_path)) == ["valid"]

    tab.get_by_role("radio", name="ASiC-E").check()
    expect(tab.get_by_text("Vecais paraksts jaunajam dokumentam neder")).to_be_visible()
    tab.get_by_label("PIN2 (6 cipari)").fill("135790")
    tab.get_by_role("button", name="Parakstīt").click()
    expect(tab.get_by_text("mans_teksts.asice")).to_be_visible()
    container = download(tab, tmp_path)
    assert verdicts_of(container) == ["valid"]
    with zipfile.ZipFile(container) as archive:
        assert "Čakli piekrītu talkai." in archive.read("mans_teksts.txt").decode()
    tab.get_by_role("button", name="Pabeigt").click()
    expect(tab.get_by_text("Dokuments ir parakstīts.").last).to_be_visible()
    assert_accessible(tab)


def download(tab: Page, folder: Path) -> Path:
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Lejupielādēt").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def verdicts_of(path: Path) -> list[str]:
    return [one.verdict for one in check(path.read_bytes(), path.name, datetime.now(UTC)).signatures]
