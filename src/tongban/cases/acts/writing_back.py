"""Write an outcome back into a register that the city keeps for a department: what a grant gives, and what a broken promise leaves.

Invariants: inside the act's transaction, so that register and case say the same or the act did not happen; what is written is what the service declares, from
constants and from the facts of the case; a key that is not known writes nothing and is told by the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.cases.acts.record import Doing
from tongban.cases.models import Case
from tongban.cases.reads.ground import key_of
from tongban.catalogue.core.definition import Service, Written
from tongban.credentials.core.credential import Credential
from tongban.exchange.acts import enter_record
from tongban.kernel import clock
from tongban.rules.core import Facts, Value


def write_back(
    case: Case, service: Service, rows: Iterable[Written], facts: Facts, doing: Doing, issued: Credential | None = None
) -> list[str]:
    """Write each declared row; the resources that were written. Raises RecordRefusedError, NotKeptError."""
    known = _answered(case, service, doing, issued)
    written = []
    for row in rows:
        key = key_of(case, row.by)
        if key is None:
            continue
        values = {one.item: _value(one.fact, facts, known) if one.fact else one.value for one in row.items}
        enter_record(row.resource, key, values, by=doing.name, reason=f"{service.id}/{doing.act}", case_id=case.id)
        written.append(row.resource)
    return written


def _answered(case: Case, service: Service, doing: Doing, issued: Credential | None) -> Mapping[str, Any]:
    """What `catalogue.core.words.ANSWERED` declares; an annulment is a decision of its own day."""
    return {
        "case.number": case.number,
        "case.service": service.title.zh,
        "case.decided_on": clock.local_date(doing.at),
        "credential.number": issued.identifier if issued else None,
        "credential.valid_from": issued.valid_from if issued else None,
        "credential.valid_until": issued.valid_until if issued else None,
    }


def _value(name: str, facts: Facts, known: Mapping[str, Any]) -> Any:
    if name in known:
        return known[name]
    fact = facts.get(name)
    return fact.value if isinstance(fact, Value) else None
