"""Signed files by real cryptography: a training authority that makes them, and a check for anybody's files.

    findings = check(data, "iesniegums.asice", now)
    findings.signatures[0].verdict          # «valid», «invalid» or «uncertain», with reasons

What «valid» means here: signed with a certificate of our own training authority, which nobody outside trusts.
"""

from __future__ import annotations

from datetime import datetime

from lideri.signatures.container import Signing, UnreadableContainer
from lideri.signatures.findings import REASONS, Document, Findings, Signature

MOST_BYTES = 5 * 1024 * 1024


def check(data: bytes, name: str, now: datetime) -> Findings:
    """What the file holds and how each signature stands; never raises for a strange file, but says so in ``problem``.

    For files of strangers use `lideri.signatures.apart.check_apart`, which limits time and memory as well.
    """
    from lideri.signatures import container, pdf

    if len(data) > MOST_BYTES:
        return Findings(name, "none", problem="Datne ir lielāka par 5 MB. Izvēlies mazāku.")
    try:
        if data[:2] == b"PK":
            return container.check(data, name, now)
        if b"%PDF-" in data[:1024]:
            return pdf.check(data, name, now)
    except (container.UnreadableContainer, pdf.UnreadablePdf) as error:
        return Findings(name, "none", problem=str(error))
    return Findings(
        name, "none", problem="Šī nav ne ASiC-E vai eDoc konteiners, ne PDF. Tādā datnē parakstu nemeklējam."
    )


__all__ = ["MOST_BYTES", "REASONS", "Document", "Findings", "Signature", "Signing", "UnreadableContainer", "check"]
