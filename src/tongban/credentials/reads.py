"""Questions about credentials. Invariant: what anybody may ask tells neither holder nor reason."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from tongban.credentials import keys
from tongban.credentials.core import cose, identifier
from tongban.credentials.core.credential import Credential, Ended, Signed, Status, check_code, read_claims, state_on, to_how
from tongban.credentials.core.letter import SignedLetter, is_letter, read_letter_claims
from tongban.credentials.errors import CredentialNotFoundError
from tongban.credentials.models import Credential as Row
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.papers.core import Licence, licence

_CODE_KINDS = {
    "person": Text(zh="身份证号", en="Identity number"),
    "firm": Text(zh="统一社会信用代码", en="Unified social credit code"),
}

_BESIDE = ("ending", "successor")
Outcome = Literal["good", "changed", "unknown-key", "malformed", "wrong-number", "not-on-record"]


@dataclass(frozen=True)
class Reading:
    """What a scanned or typed code turned out to be; `signed` and `status` only when it is good, or `letter` when it is a letter's."""

    outcome: Outcome
    signed: Signed | None = None
    status: Status | None = None
    letter: SignedLetter | None = None


def of_case(case_id: UUID) -> tuple[Credential, ...]:
    """The credentials that came of a case, oldest first."""
    return _all(Row.objects.filter(case_id=case_id).order_by("id").select_related(*_BESIDE))


def of_cases(case_ids: Iterable[UUID]) -> tuple[Credential, ...]:
    """The credentials that came of these cases, newest first."""
    return _all(Row.objects.filter(case_id__in=list(case_ids)).order_by("-id").select_related(*_BESIDE))


def by_case(case_ids: Iterable[UUID]) -> dict[UUID, tuple[Credential, ...]]:
    """The credentials that came of several cases, by case, oldest first; a case without one is left out."""
    found: dict[UUID, tuple[Credential, ...]] = {}
    for one in reversed(of_cases(case_ids)):
        if one.case_id is not None:
            found[one.case_id] = (*found.get(one.case_id, ()), one)
    return found


def of_issuers(scopes: Iterable[tuple[str, str]], *, after: UUID | None = None, limit: int = 50) -> tuple[Credential, ...]:
    """What departments issued, each within the stem of an area, newest first; the next page begins after the last id of this one."""
    rows = Row.objects.filter(_within(scopes)).order_by("-id").select_related(*_BESIDE)
    return _all((rows.filter(id__lt=after) if after else rows)[:limit])


def by_number(number: str) -> tuple[Credential, ...]:
    """All versions under one printed number, or the one with this identifier, newest first."""
    tidy = identifier.tidy(number)
    return _all(Row.objects.filter(Q(serial=tidy) | Q(identifier=tidy)).order_by("-id").select_related(*_BESIDE)[:50])


def held(kind: str, holder_id: UUID, type_id: str) -> tuple[Credential, ...]:
    """A holder's credentials of one type that neither ended nor were reissued, newest first."""
    rows = Row.objects.filter(holder_id=holder_id, holder_kind=kind, type_id=type_id, ending=None, successor=None)
    return _all(rows.order_by("-id").select_related(*_BESIDE))


def _within(scopes: Iterable[tuple[str, str]]) -> Q:
    found = Q(pk__in=[])
    for issuer, stem in scopes:
        found |= Q(issuer_id=issuer) & (Q(area__startswith=stem) | Q(area=""))
    return found


def of_holder(kind: str, holder_id: UUID) -> tuple[Credential, ...]:
    """A person's or firm's credentials, newest first."""
    return _all(Row.objects.filter(holder_id=holder_id, holder_kind=kind).order_by("-id").select_related(*_BESIDE))


def credential(credential_id: UUID) -> Credential:
    """One credential. Raises CredentialNotFoundError."""
    row = Row.objects.filter(id=credential_id).select_related(*_BESIDE).first()
    if row is None:
        raise CredentialNotFoundError
    return _with_ending(row)


def latest(of: Credential) -> Credential:
    """The version that came after all others."""
    while of.replaced_by is not None:
        of = credential(of.replaced_by)
    return of


def status(number: str) -> Status:
    """The state of the credential with this identifier; `unknown` when there is none."""
    wanted = ("valid_from", "valid_until", "issued_at", "ending__how", "ending__at", "successor__valid_from", "successor__issued_at")
    row = Row.objects.filter(identifier=number).values_list(*wanted).first()
    if row is None:
        return Status(number, "unknown", None, clock.now())
    start, until, issued_at, how, at, next_from, next_at = row
    replaced_on = replaced_since(next_from, next_at)
    state = state_on(clock.today(), start, until, to_how(how), replaced_on)
    since = {"valid": max(start, clock.local_date(issued_at)), "not-yet": start, "expired": until, "replaced": replaced_on}.get(state)
    return Status(number, state, clock.local_date(at) if how else since, clock.now())


def replaced_since(next_from: date | None, next_at: datetime | None) -> date | None:
    """From when the next version holds: its first day, and not before it was issued."""
    return max(next_from, clock.local_date(next_at)) if next_from and next_at else None


def read_token(token: str) -> Reading:
    """Verify a code's text here, for who has no browser that can. Never raises for a stranger's text."""
    opened = cose.open_token(token.strip(), keys.public_keys())
    if opened.outcome != "good":
        return Reading(opened.outcome)
    if is_letter(opened.claims):
        return Reading("good", letter=read_letter_claims(opened.claims))
    signed = read_claims(opened.claims)
    return Reading("good", signed, status(signed.identifier))


def read_check_code(number: str, code: str) -> Reading:
    """Check a typed identifier and check code against the record."""
    tidy = identifier.tidy(number)
    if identifier.parse(tidy) is None:
        return Reading("wrong-number")
    return read_with_code(Row.objects.filter(identifier=tidy).values_list("token", flat=True).first(), code)


def read_with_code(token: str | None, code: str) -> Reading:
    """Check a typed check code against the code on record, if there is one."""
    if not token:
        return Reading("not-on-record")
    typed = identifier.tidy(code).replace("-", "")
    return read_token(token) if hmac.compare_digest(typed.encode(), check_code(token).encode()) else Reading("changed")


def url_of(token: str) -> str:
    """The URL in the QR code. The content stands behind `#`, so a browser sends it to nobody."""
    return f"{settings.ORIGIN}/verify#c={token}"


def qr_url(credential_id: UUID) -> str:
    """The URL in one credential's QR code. Raises CredentialNotFoundError."""
    return url_of(credential(credential_id).token)


def pdf(credential_id: UUID) -> bytes:
    """The printed licence. Raises CredentialNotFoundError."""
    found = credential(credential_id)
    code = found.check_code
    return licence(
        Licence(
            title=found.type_title,
            number=found.serial,
            type_code=found.type_code,
            issuer=found.issuer_name,
            issuer_code=found.issuer_uscc,
            holder=found.holder_name,
            holder_code=found.holder_code,
            holder_code_kind=_CODE_KINDS[found.holder_kind],
            fields=tuple((label, value) for _, label, value in found.fields),
            issued_on=clock.local_date(found.issued_at),
            valid_from=found.valid_from,
            valid_until=found.valid_until,
            identifier=found.identifier,
            check_code=f"{code[:4]}-{code[4:]}",
            qr_url=url_of(found.token),
            verify_at=f"{settings.ORIGIN}/verify",
        )
    )


def public_keys() -> dict[str, list[dict[str, str]]]:
    """The public keys as a JWK set (RFC 7517)."""
    return keys.jwks()


def to_credential(row: Row, ended: Ended | None, successor: Row | None = None) -> Credential:
    """A row as other rooms see it."""
    return Credential(
        id=row.id,
        identifier=row.identifier,
        serial=row.serial,
        version=row.version,
        type_id=row.type_id,
        type_title=Text(**row.type_title),
        type_code=row.type_code,
        issuer_id=row.issuer_id,
        issuer_name=Text(**row.issuer_name),
        issuer_uscc=row.issuer_uscc,
        holder_kind="person" if row.holder_kind == "person" else "firm",
        holder_id=row.holder_id,
        holder_name=row.holder_name,
        holder_code=row.holder_code,
        case_id=row.case_id,
        fields=tuple((name, Text(**label), value) for name, label, value in row.fields),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        issued_at=row.issued_at,
        token=row.token,
        check_code=check_code(row.token),
        ended=ended,
        area=row.area,
        replaces=row.replaces_id,
        replaced_by=successor.id if successor else None,
        replaced_on=replaced_since(successor.valid_from, successor.issued_at) if successor else None,
    )


def _all(rows: Iterable[Row]) -> tuple[Credential, ...]:
    return tuple(_with_ending(row) for row in rows)


def _with_ending(row: Row) -> Credential:
    ending = getattr(row, "ending", None)
    ended = Ended(ending.how, ending.at, Text(**ending.reason), ending.by) if ending else None
    return to_credential(row, ended, getattr(row, "successor", None))
