"""Scripts and styles of the Voila services as few files that a browser keeps.

Voila's own front end comes in some ninety pieces of five megabytes, and each widget would carry its module in every
kernel's messages. A class that opens its first page at nine o'clock would wait for that alone, so the pieces that our
pages use are one file, and each widget's module another.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_server.base.handlers import FileFindHandler
from tornado import web

from lideri.practice import estimator

YEAR = 31_536_000  # seconds
STYLES = "widgets.css"
SCRIPT = "voila.js"
_HASH = re.compile(r"\.[0-9a-f]{8,}\.")


@dataclass(frozen=True)
class Asset:
    content: bytes
    gzipped: bytes
    stamp: str  # changes with the content
    kind: str

    @classmethod
    def of(cls, text: str, kind: str) -> Asset:
        content = text.encode()
        return cls(content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:16], kind)


Assets = Mapping[str, Asset]


def address(assets: Assets, name: str) -> str:
    """The name with its stamp, as pages ask for it. Raises `KeyError`."""
    return f"{name}?v={assets[name].stamp}"


def widget_assets(folder: Path) -> dict[str, Asset]:
    """What `bundles.json` in the widgets' folder lists: a module for each widget, and one stylesheet for all."""
    bundles = json.loads((folder / "bundles.json").read_text(encoding="utf-8"))
    assets = {
        f"{name}.js": Asset.of(_joined(folder, bundle["js"]), "text/javascript") for name, bundle in bundles.items()
    }
    styles = dict.fromkeys(name for bundle in bundles.values() for name in bundle["css"])
    assets[STYLES] = Asset.of(_joined(folder, styles), "text/css")
    return assets


def estimator_asset() -> dict[str, Asset]:
    """The password lab's estimator, if it is installed: only the lab's page asks for it."""
    text = estimator.module_text()
    return {} if text is None else {estimator.NAME: Asset.of(text, "text/javascript")}


def front_end(pieces: Path, static: Iterable[str], labextensions: Iterable[str]) -> Asset:
    """Voila's script with the pieces before it that our pages would ask for one by one.

    `pieces` is the list (JSON) that `tests/hub/record_pieces.py` makes with a browser; a piece that is not there any
    more is left out: Voila's script then asks for what it needs, as it always does. The folders are searched in order.
    Raises `FileNotFoundError` without Voila's script.
    """
    wanted = json.loads(pieces.read_text(encoding="utf-8"))
    found = [
        *(_found(name, static) for name in wanted["static"]),
        *(_found(name, labextensions) for name in wanted["labextensions"]),
    ]
    # Each in a scope of its own, as it would be in a file of its own: some begin with "use strict".
    texts = [f"(()=>{{{file.read_text(encoding='utf-8')}\n}})();" for file in found if file is not None]
    script = _found(SCRIPT, static)
    if script is None:
        raise FileNotFoundError(f"{SCRIPT}: {', '.join(map(str, static))}")
    return Asset.of("\n".join([*texts, script.read_text(encoding="utf-8")]), "text/javascript")


class AssetFile(web.RequestHandler):
    """Hands out an asset. No log-in: it is the same for everybody and holds nobody's data."""

    def initialize(self, assets: Assets) -> None:
        self._assets = assets

    def get(self, name: str) -> None:
        asset = self._assets.get(name)
        if asset is None:
            raise web.HTTPError(404)
        self.set_header("Content-Type", f"{asset.kind}; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Vary", "Accept-Encoding")
        # Under its own stamp it can never change; without one, or under an old one, it is asked for each time.
        lasting = self.get_query_argument("v", "") == asset.stamp
        self.set_header("Cache-Control", f"public, max-age={YEAR}, immutable" if lasting else "no-cache")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(asset.gzipped)
        else:
            self.finish(asset.content)

    def compute_etag(self) -> None:
        """None: the stamp in the address does what an entity tag would, without hashing megabytes for each request."""


class KeptFile(FileFindHandler):
    """A file of an extension; one whose name holds a hash of its content need not be asked for again."""

    def set_headers(self) -> None:
        super().set_headers()
        if _HASH.search(self.path.rpartition("/")[2]):
            self.set_header("Cache-Control", f"public, max-age={YEAR}, immutable")


def _joined(folder: Path, names: Iterable[str]) -> str:
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _found(name: str, folders: Iterable[str]) -> Path | None:
    return next((file for folder in folders if (file := Path(folder) / name).is_file()), None)
