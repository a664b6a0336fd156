"""What is due for a case, settled when it is sent; and a clerk's note that it was paid. No payment is made here.

Invariants: a fee is charged once; sent again corrected, what is not paid yet follows the new facts, and what was paid stays; a bundle is paid in one go under
one receipt, and each of its parts keeps its own fees.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tongban import statements
from tongban.cases.acts.record import Doing, Done, check_version, keep, lock, once
from tongban.cases.core.bundle_errors import NothingDueError, ReceiptMissingError
from tongban.cases.core.fees import Due, due_of, told
from tongban.cases.models import Case, Charge
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads.charges import charges_in
from tongban.catalogue.core.definition import Fee, Service
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.rules.core import Facts


def charge(case: Case, service: Service, facts: Facts, doing: Doing) -> dict[str, Any]:
    """Enter what is due; what the event says of it."""
    if not service.fees:
        return {}
    there = {} if doing.act == "send" else {row.fee: row for row in Charge.objects.filter(case=case)}
    found: dict[str, int | None] = {}
    for fee in service.fees:
        amount, row = due_of(fee, facts), there.get(fee.id)
        if row is not None and row.paid_at is None:
            row.amount_fen = amount
            doing.rows.change(row)
        elif row is None and amount != 0:
            doing.rows.add(_row(case, fee, amount, doing))
        if amount != 0:
            found[fee.id] = amount
    return {"fees": found} if found else {}


def fees_told(case: Case, service: Service, doing: Doing) -> Text:
    """What is due on a case, as its letters say it, this act's own rows among it; empty where nothing is. No statement where nothing is charged."""
    if not service.fees:
        return told(())
    (rows,) = statements.read_together(statements.Reading(Charge, "t.case_id = $1 ORDER BY t.id", [case.id]))
    there = {row.pk: row for row in rows}
    there |= {row.pk: row for row in doing.rows.of(Charge) if row.case_id == case.id}
    return told(due(row) for row in there.values())


def due(row: Charge) -> Due:
    """A charge as a letter tells it."""
    return Due(Text(row.title_zh, row.title_en), Text(row.basis_zh, row.basis_en), row.amount_fen, row.receipt_no)


def _row(case: Case, fee: Fee, amount: int | None, doing: Doing) -> Charge:
    return Charge(
        case=case,
        fee=fee.id,
        title_zh=fee.title.zh,
        title_en=fee.title.en,
        basis_zh=fee.basis.zh,
        basis_en=fee.basis.en,
        amount_fen=amount,
        charged_at=doing.at,
    )


@once("mark-paid")
def mark_paid(case_id: UUID, receipt_no: str, *, actor: Actor, key: str, version: int) -> Done:
    """Note that everything that is due on a case was paid, under this receipt; on a bundle, what is due on any of its parts.

    Raises ReceiptMissingError without a receipt's number, NothingDueError, StaleCaseError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    receipt_no = receipt_no.strip()[:60]
    if not receipt_no:
        raise ReceiptMissingError
    case = lock(case_id, actor, version=version)
    check_official(actor, case, case.tasks.all(), "mark-paid", verbs())
    check_version(case, version)
    doing = Doing("mark-paid", actor, key=key, department=case.department)
    rows = open_charges(case)
    if not rows:
        raise NothingDueError
    for row in rows:
        row.paid_at, row.receipt_no, row.paid_noted_by = doing.at, receipt_no, actor.name
        doing.rows.change(row)
    paid = {"receipt": receipt_no, "sum_fen": sum(row.amount_fen or 0 for row in rows), "fees": {row.fee: row.amount_fen for row in rows}}
    return keep(case, doing, case.state, data=paid)


def open_charges(case: Case) -> list[Charge]:
    """What is settled and not paid yet, of a case or of all parts of a bundle."""
    return list(charges_in(case.id).filter(paid_at=None, amount_fen__gt=0).select_for_update().order_by("id"))
