"""Use an answer again for another case of the same applicant's one application: a bundle's parts need what was fetched for the bundle.

Invariants: no register is asked; what is kept for the part is what its own grant allows, no item more; time and source stay those of the first answer; the
row names the answer that it came from, and the record says that it was used again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from tongban.exchange.acts.fetch import Held, Said, entry, kept, load
from tongban.exchange.core.answers import Answer, Request
from tongban.exchange.models import Answer as Row
from tongban.ledger.acts import Act


def reuse(again: Iterable[tuple[Answer, Request]], *, keep: Callable[[Row], object], record: Callable[[Act], object]) -> tuple[Answer, ...]:
    """Answers for other cases from answers there are, in the caller's transaction, which keeps the rows and entries. Raises UnknownResourceError."""
    if not connection.in_atomic_block:
        raise RuntimeError("an answer is used again in the transaction of the act that needs it")
    pairs = list(again)
    found: list[Answer] = []
    for (answer, request), held in zip(pairs, load([request for _, request in pairs]) if pairs else (), strict=True):
        row, told = kept(held, answer.key, request, _said(answer, request, held), answer.fetched_at)
        row.reused_from = answer.id
        keep(row)
        record(entry("exchange.reuse", held, request, told, first=answer))
        found.append(told)
    return tuple(found)


def _said(answer: Answer, request: Request, held: Held) -> Said:
    if not held.is_granted:
        return Said("unknown", "not-allowed")
    values: dict[str, Any] = {name: answer.values[name] for name in request.items if name in answer.values}
    reason: Any = answer.reason
    return Said(answer.state, reason, values, answer.as_of)
