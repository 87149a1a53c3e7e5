"""Certificates to test with, and what Poppler says of a PDF."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lideri.credentials import Certificate, Content, ModuleDone, new_code

CHECK_PAGE = "https://lideri.example/services/lideri/apliecibas"
ISSUED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TITLES = (
    "Esi digitālais līderis!",
    "Vispārpieņemtie drošības principi",
    "Autorizācijas process un elektroniskā identifikācija",
    "Paraksties digitāli!",
    "Izveido e-adresi!",
    "Risini dažādas dzīves situācijas elektroniski",
    "Saproti līdzcilvēkus!",
    "Kā cilvēki mācās?",
    "Nodod savas zināšanas tālāk!",
    "Māki pārliecināt!",
    "Digitālā iekļaušana",
)


def content(name: str = "Anna Bērziņa", modules: int = 6, **more: Any) -> Content:
    values: dict[str, Any] = {
        "name": name,
        "modules": tuple(ModuleDone(id=str(number + 1), title=TITLES[number]) for number in range(modules)),
        "final_test": True,
        "people_helped": 10,
        "completed_on": date(2026, 11, 20),
        "level": "Augsts",
    }
    return Content(**(values | more))


def certificate(name: str = "Anna Bērziņa", number: int = 77, code: str = "", **more: Any) -> Certificate:
    return Certificate("a", "p", code or new_code(), number, content(name, **more), ISSUED)


def poppler(program: str, data: bytes, folder: Path, *options: str) -> str:
    """What `pdfinfo` or `pdftotext` prints about the PDF."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (make test does that where it may)")
    file = folder / "aplieciba.pdf"
    file.write_bytes(data)
    ends = ["-"] if program == "pdftotext" else []
    done = subprocess.run([found, *options, str(file), *ends], capture_output=True, check=True, timeout=60)
    return done.stdout.decode(errors="replace")  # Poppler prints a heading's title as it stands in the file, in UTF-16
