"""Certificates that were issued. What one states never changes; it is valid until somebody revokes it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lideri.credentials import Certificate, Content, new_code
from lideri.credentials.badge import LIST_LENGTH
from lideri.errors import InvalidAnswer, NotFound
from lideri.store.database import Database
from lideri.store.tables import CertificateRow, EventRow

LONGEST_REASON = 1000  # characters
_TRIES = 5
_NO_CERTIFICATE = "Šādas apliecības nav."


class Certificates:
    """Issue, find, revoke. Who may is asked by the pages."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    def issue(
        self, person_id: str, content: Content, *, now: datetime, issued_by: str | None = None, reason: str = ""
    ) -> Certificate:
        """The person's certificate; the valid one, unchanged, when there is one. `reason` is kept for a decision."""
        for _ in range(_TRIES):
            made = CertificateRow(
                id=self._new_id(),
                person_id=person_id,
                code=new_code(),
                number=secrets.randbelow(LIST_LENGTH),
                content=content.model_dump(mode="json"),
                issued_at=now,
                issued_by=issued_by,
                reason=_reason(reason) if issued_by else "",
                revoke_reason="",
            )
            try:
                return self._database.write(lambda session, made=made: _issued(session, made))  # type: ignore[misc]
            except IntegrityError:
                continue  # somebody else's number, or two presses at once: the next turn finds what is there
        raise RuntimeError("no free number found for a certificate")

    def of_person(self, person_id: str) -> list[Certificate]:
        """All of the person's certificates, newest first; at most one of them is valid."""
        return self.of_people([person_id]).get(person_id, [])

    def of_people(self, person_ids: Collection[str]) -> dict[str, list[Certificate]]:
        wanted = (
            select(CertificateRow)
            .where(CertificateRow.person_id.in_(person_ids))
            .order_by(CertificateRow.issued_at.desc(), CertificateRow.id)
        )
        found: dict[str, list[Certificate]] = {}
        for row in self._database.read(lambda session: list(session.scalars(wanted))):
            found.setdefault(row.person_id, []).append(_certificate(row))
        return found

    def by_code(self, code: str) -> Certificate | None:
        """The certificate with this code, as `lideri.credentials.read_code` gives it."""
        wanted = select(CertificateRow).where(CertificateRow.code == code)
        row = self._database.read(lambda session: session.scalar(wanted))
        return _certificate(row) if row else None

    def revoke(self, certificate_id: str, *, reason: str, revoked_by: str, now: datetime) -> Certificate:
        """Revoke for good; revoking again changes nothing. `InvalidAnswer` without a reason, `NotFound`."""
        words = _reason(reason)

        def work(session: Session) -> Certificate:
            row = session.get(CertificateRow, certificate_id)
            if row is None:
                raise NotFound(_NO_CERTIFICATE)
            if row.revoked_at is None:
                row.revoked_at, row.revoked_by, row.revoke_reason = now, revoked_by, words
                _log(session, now, row, "certificate-revoked", revoked_by)
            return _certificate(row)

        return self._database.write(work)

    def revoked_numbers(self) -> list[int]:
        """Numbers of revoked certificates, for the public list of states."""
        wanted = select(CertificateRow.number).where(CertificateRow.revoked_at.is_not(None))
        return self._database.read(lambda session: sorted(session.scalars(wanted)))


def _issued(session: Session, made: CertificateRow) -> Certificate:
    there = session.scalar(
        select(CertificateRow).where(CertificateRow.person_id == made.person_id, CertificateRow.revoked_at.is_(None))
    )
    if there is not None:
        return _certificate(there)
    session.add(made)
    _log(session, made.issued_at, made, "certificate-issued", made.issued_by)
    session.flush()
    return _certificate(made)


def _reason(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise InvalidAnswer("Uzraksti iemeslu vismaz vienā teikumā.")
    if len(words) > LONGEST_REASON:
        raise InvalidAnswer(f"Iemesls ir par garu. Saīsini to līdz {LONGEST_REASON} zīmēm.")
    return words


def _log(session: Session, now: datetime, row: CertificateRow, kind: str, by: str | None) -> None:
    session.add(
        EventRow(at=now, person_id=by or row.person_id, kind=kind, subject=row.id, detail={"of": row.person_id})
    )


def _certificate(row: CertificateRow) -> Certificate:
    return Certificate(
        id=row.id,
        person_id=row.person_id,
        code=row.code,
        number=row.number,
        content=Content.model_validate(row.content),
        issued_at=row.issued_at,
        reason=row.reason,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )
