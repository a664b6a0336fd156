"""What the record says of docking: who handed what to which system and what came of it. Never a value that travelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.docking.models import Handover, Report
from tongban.ledger.acts import Act
from tongban.ledger.core.canonical import JSON

PURPOSE = "docking"


def of_handover(act: str, row: Handover, at: datetime, *, by: str, **more: JSON) -> Act:
    """An entry about a handover."""
    payload: Mapping[str, JSON] = {"handover": str(row.id), "system": row.system, "number": row.number, "remote": row.remote_id, **more}
    return Act(act=f"docking.{act}", actor=by, at=at, case_id=row.case_id, department="", purpose=row.service or PURPOSE, payload=payload)


def of_report(act: str, row: Report, at: datetime, *, by: str, **more: JSON) -> Act:
    """An entry about a record that is reported."""
    payload: Mapping[str, JSON] = {
        "report": str(row.id),
        "kind": row.kind,
        "subject": str(row.subject_id),
        "system": row.system,
        "remote": row.remote_id,
        **more,
    }
    return Act(act=f"docking.{act}", actor=by, at=at, case_id=None, department=row.department, purpose=PURPOSE, payload=payload)


def machine(system: str) -> str:
    """The record's name for another body's system."""
    return f"system:{system}"
