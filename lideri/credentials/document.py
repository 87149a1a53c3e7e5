"""The certificate as a PDF: A4, tagged, Latvian, the same bytes each time it is asked for."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Literal

import segno

from lideri.course.latvian import RIGA
from lideri.credentials.record import COURSE, DEMO, NOT_CONFIRMED, Certificate, day_words, deeds, level_words

_TEMPLATE = Path(__file__).with_name("certificate.typ")
_FONTS = Path(__file__).resolve().parents[1] / "reports" / "fonts"
STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]


def as_pdf(certificate: Certificate, *, check_page: str) -> bytes:
    """The document; `check_page` is the address where a code is typed in, as the public finds it."""
    import typst  # 80 MB that only this needs

    return typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"record": json.dumps(_shown(certificate, check_page), ensure_ascii=False)},
        pdf_standards=[*STANDARDS],
        timestamp=int(certificate.issued_at.timestamp()),
    )


def _shown(certificate: Certificate, check_page: str) -> dict[str, object]:
    content = certificate.content
    issued: datetime = certificate.issued_at.astimezone(RIGA)
    own_page = f"{check_page}/{certificate.code}"
    notes = [level_words(content)] if content.level else []
    if content.assumed:
        notes.append(NOT_CONFIRMED)
    return {
        "course": COURSE,
        "title": f"Apliecība: {content.name}",
        "description": f"Kursa «{COURSE}» apliecība, kods {certificate.code}.",
        "date": [issued.year, issued.month, issued.day],
        "demo": DEMO if content.is_demo else "",
        "watermark": "DEMONSTRĀCIJA",
        "heading": "Apliecība",
        "before": "Ar šo apliecinām, ka",
        "name": " ".join(_breakable(word) for word in content.name.split()),
        "after": f"{day_words(content.completed_on)} pabeidza kursu «{COURSE}».",
        "done_heading": "Kas izdarīts",
        "done": list(deeds(content)),
        "modules_heading": "Apgūtie moduļi",
        "modules": [f"{module.id}. {module.title}" for module in content.modules],
        "notes": notes,
        "check_heading": "Pārbaudīt apliecību",
        "code_label": "Apliecības kods:",
        "code": certificate.code,
        "address_label": "Kodu ieraksta lapā",
        "address": check_page.partition("://")[2],
        "link": own_page,
        "qr": _qr(own_page),
        "qr_alt": f"Kvadrātkods ar šīs apliecības pārbaudes lapas adresi {own_page}",
        "issued": f"Izsniegta {day_words(issued.date())}.",
        "seal": "Vieta zīmogam un parakstam",
    }


def _breakable(word: str) -> str:
    """A word that is too long for a line, with places where it may be broken."""
    return word if len(word) <= 24 else "\u200b".join(word[at : at + 6] for at in range(0, len(word), 6))


def _qr(address: str) -> str:
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, border=0, dark="#1d2b2c", omitsize=True
    )
    return drawing.getvalue().decode()
