"""What has to be paid for a service, to whom and on which basis. No payment is made here: what is due is told, and a clerk notes that it was paid."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.text import Text
from tongban.rules.core import Expression


@dataclass(frozen=True)
class Fee:
    """One fee of a service. `amount` is money, in fen; nothing is due where it is zero or none, and while it is unknown the amount is not settled."""

    id: str
    title: Text
    amount: Expression
    basis: Text
    """The provision that the fee rests on."""
