"""What a fee comes to on some facts, and how a letter tells what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalogue.core.definition import Fee
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.rules.core import Facts, Nothing, Value


def due_of(fee: Fee, facts: Facts) -> int | None:
    """A fee in fen; 0 where nothing is due, None while a fact is unknown."""
    found = fee.amount.evaluate(facts)
    return int(found.value) if isinstance(found, Value) else 0 if isinstance(found, Nothing) else None


@dataclass(frozen=True)
class Due:
    """One fee that is due: `amount_fen` is none while it is not settled, `receipt_no` empty while it is not paid."""

    title: Text
    basis: Text
    amount_fen: int | None
    receipt_no: str = ""


def told(dues: Iterable[Due]) -> Text:
    """What is due, to whom it may concern, as one sentence; empty where nothing is."""
    found = list(dues)
    if not found:
        return Text("", "")
    zh = "；".join(f"{one.title.zh}{_sum(one).zh}（{one.basis.zh}），{_state(one).zh}" for one in found)
    en = "; ".join(f"{one.title.en}, {_sum(one).en} ({one.basis.en}), {_state(one).en}" for one in found)
    return Text(f"收费：{zh}。", f"Fees: {en}.")


def _sum(due: Due) -> Text:
    if due.amount_fen is None:
        return Text("金额待核定", "amount not settled yet")
    return Text(f"{show_yuan(due.amount_fen)}元", f"{show_yuan(due.amount_fen)} yuan")


def _state(due: Due) -> Text:
    return Text(f"已缴，收据号{due.receipt_no}", f"paid, receipt {due.receipt_no}") if due.receipt_no else Text("待缴", "to be paid")
