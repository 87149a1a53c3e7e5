"""What a check found, in the words that people read: the same in exercises and for files of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lideri.course.latvian import RIGA, clock, counted, on_day
from lideri.signatures.findings import REASONS, Findings, Signature

STATUS = MappingProxyType(
    {
        "valid": "Paraksts ir derīgs",
        "invalid": "Paraksts nav derīgs",
        "uncertain": "Parakstu nevar apstiprināt",
    }
)
SEAL_STATUS = MappingProxyType(
    {
        "valid": "E-zīmogs ir derīgs",
        "invalid": "E-zīmogs nav derīgs",
        "uncertain": "E-zīmogu nevar apstiprināt",
    }
)
WHO = MappingProxyType(
    {"person": "Cilvēka paraksts", "seal": "E-zīmogs: iestāde vai uzņēmums, ne cilvēks", "unknown": "Nav zināms"}
)
NO_SIGNATURE = "Šajā datnē elektroniska paraksta nav."
_TRAINING = "Šis ir mācību paraksts. Mācību vidē izdevējam ticam, lai varētu vingrināties."
ONLY_HERE = f"{_TRAINING} Īsta pārbaude teiks: dokuments nav mainīts, bet izdevējs nav uzticams."
ALSO_ELSEWHERE = f"{_TRAINING} Īsta pārbaude turklāt vēl teiks, ka izdevējs nav uzticams."  # beside «mainīts»
# Its certificate says «nav uzticams»; beside «Paraksts ir derīgs» that would contradict itself.
TRUSTED = "Mācību sertifikātu centrs (šajā laboratorijā tam ticam)"
STRANGER = (
    "Mācību vide zina tikai savu mācību izdevēju. Īsti parakstītu dokumentu pārbaudi vietnē eparaksts.lv: "
    "tur zina Latvijas un citu Eiropas Savienības valstu izdevējus."
)


def told(found: Findings) -> dict[str, Any]:
    """Everything for the screen: one headline, the signatures with their lines, the files, remarks."""
    return {
        "name": found.name,
        "headline": headline(found),
        "tone": overall(found),
        "signatures": [_signature(each) for each in found.signatures],
        "documents": [
            {"name": each.name, "size": each.size, "signatures": each.signatures, "told": _covered(each.signatures)}
            for each in found.documents
        ],
        "notes": [*found.notes, *_unsigned(found)],
    }


def remark(found: Findings) -> str:
    """What to bear in mind about a file that did not come from the exercises."""
    if not found.signatures:
        return ""
    if not all(each.training for each in found.signatures):
        return STRANGER
    return ONLY_HERE if all(each.intact for each in found.signatures) else ALSO_ELSEWHERE


def overall(found: Findings) -> str:
    """The gravest verdict of all; «none» when there is nothing to judge."""
    verdicts = [each.verdict for each in found.signatures]
    return next((one for one in ("invalid", "uncertain", "valid") if one in verdicts), "none")


def headline(found: Findings) -> str:
    if found.problem:
        return found.problem
    if not found.signatures:
        return NO_SIGNATURE
    count = counted(len(found.signatures), "paraksts", "paraksti")
    seals = sum(each.who == "seal" for each in found.signatures)
    if seals == len(found.signatures):
        count = counted(seals, "e-zīmogs", "e-zīmogi")
    return f"Datnē ir {count}."


def _signature(one: Signature) -> dict[str, Any]:
    status = (SEAL_STATUS if one.who == "seal" else STATUS)[one.verdict]
    return {
        "tone": one.verdict,
        "status": status,
        "lines": [[label, value] for label, value in _lines(one).items() if value],
        "reasons": [REASONS[reason] for reason in one.reasons],
    }


def _lines(one: Signature) -> Mapping[str, str]:
    changed = {None: "Nevarēja noteikt", True: "Nav mainīts", False: "Neatbilst parakstam"}[one.intact]
    return {
        "Apzīmogoja" if one.who == "seal" else "Parakstīja": one.signer,
        "Kas tas ir": WHO[one.who],
        "Organizācija": "" if one.who == "seal" else one.organisation,
        "Kad": "" if one.when is None else moment(one.when),
        "Laika zīmogs": "Ir" if one.time == "stamped" else "Neder" if "stamp" in one.reasons else "Nav",
        "Dokuments": changed,
        "Paraksta": ", ".join(one.covers),
        "Sertifikātu izdeva": TRUSTED if one.training else one.issuer,
    }


def moment(when: datetime) -> str:
    """A moment as people in Latvia have it.

    >>> moment(datetime.fromisoformat("2026-09-14T07:12:40+00:00"))
    '2026. gada 14. septembrī plkst. 10.12'
    """
    local = when.astimezone(RIGA)
    return f"{on_day(local)} plkst. {clock(local)}"


def _covered(signatures: int) -> str:
    return f"uz to attiecas {counted(signatures, 'paraksts', 'paraksti')}" if signatures else "nav parakstīta"


def _unsigned(found: Findings) -> list[str]:
    if not found.signatures:
        return []
    return [
        f"Datne «{each.name}» ir konteinerā, bet nav parakstīta." for each in found.documents if not each.signatures
    ]
