"""A bundle on the desk: to which one a case belongs, how far its other parts are, and what is due.

Invariant: of a sibling only its title, its department and where it stands are told.
"""

from __future__ import annotations

from typing import Any

from tongban.cases import reads as cases
from tongban.cases.reads import CaseView
from tongban.cases.reads.bundle import BundleParts
from tongban.cases.reads.charges import ChargeRow, charges_of, due_fen, is_charged
from tongban.catalogue import reads as catalogue
from tongban.faces.desk.verdict import Verdict
from tongban.kernel.text import Lang, Text
from tongban.look.environment import when, yuan
from tongban.look.texts import Screen, screen

_TEXTS = ("desk/bundle",)
_COUNT = Text("各部门分别办理：{n} 项中已办结 {done} 项", "Decided by the departments: {done} of {n} parts settled")


def told(view: CaseView, lang: Lang) -> dict[str, Any]:
    """The panels of a case that is a bundle or a part of one, and of one that is charged for."""
    t, pinned = screen(_TEXTS, lang), catalogue.pinned(view.service.hash)
    whole = cases.bundle_parts(view.row.id) if pinned.bundle else None
    charges = _charges(view, whole)
    return {
        "belonging": cases.belonging(view.row.id),
        "whole": [(part.title, part.department, part.says, False) for part in whole.counted] if whole else [],
        **({"verdict": _verdict(view, whole)} if whole else {}),
        "fees": [_fee(one, t, lang) for one in charges],
        "fees_due": _due(charges, t, lang),
    }


def _charges(view: CaseView, whole: BundleParts | None) -> tuple[ChargeRow, ...]:
    """What is due, in the order in which it arose; a bundle's parts have brought theirs along."""
    if whole is not None:
        return tuple(sorted((charge for part in whole.parts for charge in part.charges), key=lambda one: one.id))
    return charges_of(view.row.id) if is_charged(view.service.hash) else ()


def _verdict(view: CaseView, whole: BundleParts) -> Verdict:
    """A bundle is decided by its parts; nobody decides it here."""
    if not view.row.is_open:
        return Verdict(view.row.state_title, "yes" if view.row.state == "finished" else "no")
    return Verdict(_COUNT.format(n=str(len(whole.counted)), done=str(whole.done)), "unknown")


def _fee(one: ChargeRow, t: Screen, lang: Lang) -> dict[str, object]:
    amount = yuan(one.amount_fen, lang) if one.amount_fen is not None else t.fee_unsettled
    state = t("fee_paid", at=when(one.paid_at, lang), receipt=one.receipt_no) if one.paid_at else t.fee_open
    return {"title": one.title, "amount": amount, "state": state, "by": one.department, "basis": one.basis}


def _due(charges: tuple[ChargeRow, ...], t: Screen, lang: Lang) -> str:
    due = due_fen(charges)
    return t("fees_due", sum=yuan(due, lang)) if due else ""
