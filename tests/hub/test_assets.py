"""Files that browsers keep, and pages made once, without starting anything."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.httpclient import HTTPResponse
from tornado.testing import AsyncHTTPTestCase
from tornado.web import Application

from lideri.hub.assets import STYLES, Asset, AssetFile, address, front_end, widget_assets
from lideri.hub.rendering import BuiltPages, escaped
from tests.hub.system import ROOT
from widgets.base import browser_side, esm

WIDGETS = ROOT / "widgets"


def made_up_pieces(folder: Path) -> tuple[Path, Path]:
    """A list of pieces, and the folder they lie in."""
    static = folder / "static"
    static.mkdir()
    (static / "1.voila.js").write_text('"use strict";\nconst one = 1; globalThis.loaded = [one];')
    (static / "voila.js").write_text("var started = globalThis.loaded;")
    pieces = folder / "pieces.json"
    pieces.write_text(json.dumps({"static": ["1.voila.js", "gone.voila.js"], "labextensions": []}))
    return pieces, static


def test_the_pieces_stand_before_voilas_script_each_in_a_scope_of_its_own(tmp_path: Path) -> None:
    pieces, static = made_up_pieces(tmp_path)

    text = front_end(pieces, [str(static)], []).content.decode()

    assert text.index("const one = 1") < text.index("var started")
    assert re.search(r"\(\(\)=>\{\s*\"use strict\";\s*const one", text)
    assert text.rstrip().endswith("var started = globalThis.loaded;")


def test_a_piece_that_is_gone_is_left_to_voila(tmp_path: Path) -> None:
    pieces, static = made_up_pieces(tmp_path)

    assert "gone" not in front_end(pieces, [str(static)], []).content.decode()


def test_without_voilas_script_it_is_said_where_it_was_looked_for(tmp_path: Path) -> None:
    pieces, static = made_up_pieces(tmp_path)
    (static / "voila.js").unlink()

    with pytest.raises(FileNotFoundError, match="static"):
        front_end(pieces, [str(static)], [])


def test_every_widgets_module_is_handed_out_as_the_kernel_would_send_it() -> None:
    assets = widget_assets(WIDGETS)

    for name in json.loads((WIDGETS / "bundles.json").read_text()):
        asset = assets[f"{name}.js"]
        assert asset.content.decode() == esm(name)
        assert gzip.decompress(asset.gzipped) == asset.content
        # The kernel and the server name the same address, or the browser would load what it has already.
        loader, style = browser_side(name, {"LIDERI_WIDGETS": "/services/macibas/assets/"})
        assert f'"/services/macibas/assets/{address(assets, f"{name}.js")}"' in loader
        assert style == ""


def test_the_styles_of_all_widgets_are_one_file() -> None:
    styles = widget_assets(WIDGETS)[STYLES].content.decode()

    for file in WIDGETS.glob("*/*.css"):
        assert styles.count(file.read_text(encoding="utf-8")) == 1, file


def test_without_a_server_a_widget_brings_its_module_itself() -> None:
    assert browser_side("question", {})[0] == esm("question")


class HandedOut(AsyncHTTPTestCase):
    ASSET = Asset.of("export default 1;\n" * 100, "text/javascript")

    def get_app(self) -> Application:
        return Application([("/assets/(.*)", AssetFile, {"assets": {"a.js": self.ASSET}})])

    def ask(self, path: str, **headers: str) -> HTTPResponse:
        return self.fetch(path, headers=headers, decompress_response=False)

    def test_under_its_stamp_a_browser_keeps_it(self) -> None:
        answer = self.ask(f"/assets/a.js?v={self.ASSET.stamp}")

        assert answer.body == self.ASSET.content
        assert "immutable" in answer.headers["Cache-Control"]

    def test_under_another_stamp_it_asks_again(self) -> None:
        for path in ("/assets/a.js", "/assets/a.js?v=0123456789abcdef"):
            assert self.ask(path).headers["Cache-Control"] == "no-cache"

    def test_it_comes_compressed_to_those_who_can_read_that(self) -> None:
        answer = self.ask("/assets/a.js", **{"Accept-Encoding": "gzip, deflate"})

        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.body) == self.ASSET.content
        assert len(answer.body) < len(self.ASSET.content)

    def test_only_what_is_listed_is_handed_out(self) -> None:
        for name in ("b.js", "../voila_app.py", "..%2fvoila_app.py", "", "%00"):
            assert self.ask(f"/assets/{name}").code == 404, name


def write_notebook(file: Path, *cells: Any) -> None:
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), file)


def test_a_page_is_read_again_when_its_file_has_changed(tmp_path: Path) -> None:
    pages, file = BuiltPages(), tmp_path / "page.ipynb"
    write_notebook(file, nbformat.v4.new_markdown_cell("<p>Pirmais</p>"))
    first = pages(file)
    assert pages(file) is first

    write_notebook(file, nbformat.v4.new_markdown_cell("<p>Otrais</p>"))
    os.utime(file, ns=(1, 1))

    assert pages(file).pieces[0].html == "<p>Otrais</p>"


def test_cells_keep_their_places_on_the_page(tmp_path: Path) -> None:
    file = tmp_path / "page.ipynb"
    write_notebook(
        file,
        nbformat.v4.new_code_cell("page = 1"),
        nbformat.v4.new_markdown_cell("Vienkāršs **teksts**"),
        nbformat.v4.new_code_cell('Question("a", page)'),
    )

    page = BuiltPages()(file)

    assert [piece.number for piece in page.pieces] == [0, None, 2]
    assert [(cell.number, cell.source) for cell in page.code] == [(0, "page = 1"), (2, 'Question("a", page)')]
    assert [piece.waits for piece in page.pieces] == [False, False, True]
    assert '<div class="prose"><p>Vienkāršs <strong>teksts</strong></p>' in page.pieces[1].html


def test_every_text_around_a_page_is_escaped() -> None:
    assert escaped({"title": "<b>", "crumbs": (("/a", "x & y"),), "minutes": 5}) == {
        "title": "&lt;b&gt;",
        "crumbs": [["/a", "x &amp; y"]],
        "minutes": 5,
    }
