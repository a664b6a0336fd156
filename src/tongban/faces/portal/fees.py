"""What a service costs, as its pages tell it: before it is asked for, on the check page, and once it is due.

Invariant: every sum stands with what it is for, who charges it and the provision that it rests on; what is not settled yet is told so, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tongban.cases.reads import FormView
from tongban.cases.reads.charges import ChargeRow, FeeView, due_fen, fees_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.kernel.text import Lang, Text
from tongban.look.environment import when, yuan
from tongban.look.texts import Screen, screen

TEXTS: Final = "portal/fees"


def declared(services: Iterable[Service]) -> list[dict[str, object]]:
    """The fees that may arise: what for, who charges, on which basis."""
    departments = catalogue.city().departments
    return [
        {"title": fee.title, "by": departments[service.department].short, "basis": fee.basis}
        for service in services
        for fee in service.fees
    ]


def expected(fees: Iterable[tuple[Text, FeeView]], lang: Lang) -> dict[str, Any]:
    """The fees of a draft, by department: rows, and what they come to."""
    words, found = screen((TEXTS,), lang), list(fees)
    total = sum(fee.amount_fen or 0 for _, fee in found)
    return {
        "fee_rows": [
            {"title": fee.title, "by": department, "basis": fee.basis, "amount": _sum(fee.amount_fen, words, lang)}
            for department, fee in found
        ],
        "fee_sum": words("fees_sum", sum=yuan(total, lang)) if total else "",
    }


def of_draft(form: FormView, lang: Lang) -> dict[str, Any]:
    """The fees of a draft of a single service."""
    department = catalogue.city().departments[form.service.department].short
    return expected(((department, fee) for fee in fees_of(form.service, form.facts)), lang)


def charged(charges: Iterable[ChargeRow], lang: Lang) -> dict[str, Any]:
    """The fees of what was sent: rows with what was paid, and what is still due."""
    words, found = screen((TEXTS,), lang), list(charges)
    due = due_fen(found)
    return {
        "fee_rows": [_row(one, words, lang) for one in found],
        "fee_due": words("fees_due", sum=yuan(due, lang)) if due else "",
    }


def _row(charge: ChargeRow, words: Screen, lang: Lang) -> dict[str, object]:
    paid = words("fees_paid", when=when(charge.paid_at, lang), receipt=charge.receipt_no) if charge.paid_at else words.fees_open
    amount = _sum(charge.amount_fen, words, lang)
    return {"title": charge.title, "by": charge.department, "basis": charge.basis, "amount": amount, "state": paid}


def _sum(amount: int | None, words: Screen, lang: Lang) -> str:
    return yuan(amount, lang) if amount is not None else words.fees_unsettled
