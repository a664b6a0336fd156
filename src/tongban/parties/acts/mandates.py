"""Give, record and take back mandates.

Invariants: a given mandate is given by its principal or the firm's legal representative of that day, or entered by a clerk from a letter that they signed;
one that follows from a register is recorded with its basis and ends with it, never by a click; taking back holds at once; each is a ledger entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON, canonical
from tongban.ledger.errors import AlreadyDoneError
from tongban.parties.core.mandates import KINDS, MandateTerms, fault
from tongban.parties.core.people import PrincipalKind
from tongban.parties.errors import MandateTermsError, NoSuchPartyError, NotTheirsToGiveError
from tongban.parties.models import Kinship, Mandate
from tongban.parties.reads import speaks_for

_MANDATE = Text("委托", "mandate")


def give_mandate(
    *,
    kind: str,
    principal_kind: PrincipalKind,
    principal_id: UUID,
    holder_id: UUID,
    given_by: UUID,
    ends: date | None = None,
    scope: frozenset[str] | None = None,
    starts: date | None = None,
    key: str | None = None,
) -> UUID:
    """Let `holder_id` act for a principal; `given_by` is the person who says so. The same `key` and terms again give the same mandate.

    Raises MandateTermsError, NotTheirsToGiveError, and KeyReusedError for a key that came with other terms.
    """
    terms = MandateTerms(kind, principal_kind, principal_id, holder_id, starts or clock.today(), ends, scope)
    try:
        return _give(terms, given_by, key)
    except AlreadyDoneError as done:
        if done.result is None:
            raise
        return UUID(str(done.result["mandate"]))


def _give(terms: MandateTerms, given_by: UUID, key: str | None) -> UUID:
    with transaction.atomic():
        _check(terms, clock.today())
        _refuse_registered(terms.kind)
        _may_give(terms.principal_kind, terms.principal_id, given_by)
        row = _row(terms, given_by)
        row.save(force_insert=True)
        _record("parties.give-mandate", row, str(given_by), key=key)
    return row.pk


def record_letter(terms: MandateTerms, *, id: UUID, letter: UUID, recorded_by: UUID, by: str) -> None:  # noqa: A002 - the contract's word
    """Enter a mandate from a letter that its principal, or the firm's legal representative, signed on paper; `letter` is the stored scan.

    Who entered it and the letter stand with it, so that its principal can see where it came from, and take it back. Raises MandateTermsError,
    NotTheirsToGiveError for a kind that follows from a register, or a firm that nobody represents.
    """
    with transaction.atomic():
        _check(terms, clock.today())
        _refuse_registered(terms.kind)
        signed_by = speaks_for(terms.principal_kind, terms.principal_id)
        if signed_by is None:
            raise NotTheirsToGiveError(_NOBODY_SPEAKS)
        row = _row(terms, signed_by)
        row.id, row.recorded_by, row.letter = id, recorded_by, letter
        row.save(force_insert=True)
        _record("parties.record-letter", row, by)


_NOBODY_SPEAKS = Text(
    "登记中查不到这家企业的法定代表人，不能登记委托。请先到市场监管部门办理变更。",
    "The register names no legal representative of this firm, so no mandate can be entered. Have the register changed first.",
)


def _refuse_registered(kind_id: str) -> None:
    kind = KINDS[kind_id]
    if not kind.given:
        raise NotTheirsToGiveError(
            Text(
                f"{kind.title.zh}由登记信息产生，不能自行委托或撤销；登记有变化请先到登记机关办理变更。",
                f"A {kind.title.en} follows from the register and is neither given nor taken back here; change the register first.",
            )
        )


def record_mandates(mandates: Sequence[MandateTerms], *, by: str, basis: str) -> tuple[UUID, ...]:
    """Record mandates that follow from a register or a court, all or none; one ledger entry. Raises MandateTermsError."""
    today = clock.today()
    for terms in mandates:
        wrong = fault(terms, today)
        if wrong is not None:
            raise MandateTermsError(wrong)
    rows = [_row(terms, None) for terms in mandates]
    with transaction.atomic():
        Mandate.objects.bulk_create(rows, batch_size=5000)
        payload: dict[str, JSON] = {"count": len(rows), "basis": basis}
        append(
            Act(act="parties.record-mandates", actor=by, at=clock.now(), case_id=None, department="", purpose="mandate", payload=payload)
        )
    return tuple(row.pk for row in rows)


def end_mandate(mandate_id: UUID, *, by: UUID) -> None:
    """Take back a mandate, or lay it down: the principal's side or the holder may. Ending an ended one changes nothing. Raises NotTheirsToGiveError."""
    with transaction.atomic():
        row = Mandate.objects.select_for_update().filter(pk=mandate_id).first()
        if row is None:
            raise NoSuchPartyError(_MANDATE, mandate_id)
        if by != row.holder_id:
            _may_give(*_principal_of(row), by)
        _refuse_registered(row.kind)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = clock.now(), by
            row.save(update_fields=["revoked_at", "revoked_by"])
            _record("parties.end-mandate", row, str(by))


def _check(terms: MandateTerms, today: date) -> None:
    wrong = fault(terms, today)
    if wrong is None and KINDS[terms.kind].needs_kin:
        is_child = Kinship.objects.filter(person_id=terms.holder_id, relative_id=terms.principal_id, relation="parent").exists()
        wrong = (
            None
            if is_child
            else Text(
                "户籍信息中没有查到母子（父子）关系，请改用“经办人”委托。",
                "The register shows no such child; give a mandate as agent instead.",
            )
        )
    if wrong is not None:
        raise MandateTermsError(wrong)


def _may_give(kind: PrincipalKind, principal_id: UUID, giver: UUID) -> None:
    if speaks_for(kind, principal_id) != giver:
        raise NotTheirsToGiveError(
            Text(
                "只有本人，或企业的法定代表人（经营者），才能委托或撤销委托。请由其登录后办理。",
                "Only the principal, or a firm's legal representative, gives or takes back a mandate. Ask them to sign in and do it.",
            )
        )


def _row(terms: MandateTerms, given_by: UUID | None) -> Mandate:
    principal = {f"{terms.principal_kind}_id": terms.principal_id}
    services = None if terms.scope is None else sorted(terms.scope)
    return Mandate(
        id=uuid7(),
        kind=terms.kind,
        holder_id=terms.holder_id,
        services=services,
        starts=terms.starts,
        ends=terms.ends,
        given_by=given_by,
        given_at=clock.now(),
        **principal,
    )


def _principal_of(row: Mandate) -> tuple[PrincipalKind, UUID]:
    if row.person_id is not None:
        return "person", row.person_id
    assert row.firm_id is not None
    return "firm", row.firm_id


def _record(act: str, row: Mandate, by: str, *, key: str | None = None) -> None:
    kind, principal = _principal_of(row)
    services: list[JSON] | None = None if row.services is None else [*row.services]
    said: dict[str, JSON] = {
        "kind": row.kind,
        "principal": f"{kind}:{principal}",
        "holder": str(row.holder_id),
        "services": services,
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat() if row.ends else None,
    }
    id_: dict[str, JSON] = {"mandate": str(row.pk)}
    body = hashlib.sha256(canonical(said)).digest() if key else None
    append(
        Act(
            act=act,
            actor=by,
            at=clock.now(),
            case_id=None,
            department="",
            purpose="mandate",
            payload=id_ | said,
            key=key,
            body_hash=body,
            result=id_ if key else None,
        )
    )
