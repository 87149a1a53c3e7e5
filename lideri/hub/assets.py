"""The widgets' side in the browser as files that a browser keeps, instead of text in every kernel's messages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from tornado import web

YEAR = 31_536_000  # seconds


@dataclass(frozen=True)
class Asset:
    content: bytes
    stamp: str  # changes with the content
    kind: str


class WidgetAssets:
    """What `widgets/bundles.json` lists, put together: a module for each widget, and one stylesheet for all."""

    STYLES = "widgets.css"

    def __init__(self, folder: Path) -> None:
        bundles = json.loads((folder / "bundles.json").read_text(encoding="utf-8"))
        self._assets = {
            f"{name}.js": _asset(folder, bundle["js"], "text/javascript") for name, bundle in bundles.items()
        }
        styles = dict.fromkeys(name for bundle in bundles.values() for name in bundle["css"])
        self._assets[self.STYLES] = _asset(folder, list(styles), "text/css")

    def get(self, name: str) -> Asset | None:
        return self._assets.get(name)

    def address(self, name: str) -> str:
        """The name with its stamp, as pages ask for it. Raises `KeyError`."""
        return f"{name}?v={self._assets[name].stamp}"


class WidgetFile(web.RequestHandler):
    """Hands out a bundle. No log-in: it is the same for everybody and holds nobody's data."""

    def initialize(self, assets: WidgetAssets) -> None:
        self._assets = assets

    def get(self, name: str) -> None:
        asset = self._assets.get(name)
        if asset is None:
            raise web.HTTPError(404)
        asked = self.get_query_argument("v", "")
        self.set_header("Content-Type", f"{asset.kind}; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        # Under its own stamp it can never change; without one, or under an old one, it is asked for each time.
        lasting = asked == asset.stamp
        self.set_header("Cache-Control", f"public, max-age={YEAR}, immutable" if lasting else "no-cache")
        self.finish(asset.content)


def _asset(folder: Path, names: list[str], kind: str) -> Asset:
    text = "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
    content = text.encode()
    return Asset(content, hashlib.sha256(content).hexdigest()[:16], kind)
