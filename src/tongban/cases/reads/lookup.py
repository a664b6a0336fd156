"""One case by its number or id, for the question that is asked most: where does it stand?

Invariants: one SQL statement for the case with what is open on it, at most two more to know whether the asker may see it; whoever may not see it is told
that there is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tongban import statements
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import applies_for, may_official, verbs
from tongban.catalogue import reads as catalogue
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

_COLUMNS = (
    *("id", "number", "service", "service_hash", "procedure", "situation", "state", "step", "version", "department", "area"),
    *("applicant_kind", "applicant_id", "applicant_name", "channel", "sent_at", "received_on", "accepted_on", "decided_on", "delivered_at"),
    *("answer_due_on", "due_on", "due_at", "statutory_due_on", "amount_fen"),
)
_OF_CASE = ("id", "service", "service_hash", "department", "area", "accepted_on", "decided_on", "applicant_kind", "applicant_id")
_NAMES = (*_COLUMNS, "assisted", "bundle")
_FIND = f"""
SELECT {", ".join(_COLUMNS)}, attendance_id IS NOT NULL AS assisted, parent_id AS bundle,
  (SELECT coalesce(json_agg(json_build_object('id', t.id, 'step', t.step, 'role', t.role, 'department', t.department, 'is_open', t.is_open) ORDER BY t.id), '[]')
   FROM cases_task t WHERE t.case_id = c.id)::text,
  (SELECT coalesce(json_agg(json_build_object('part', p.alias, 'service', p.service, 'standing', p.standing, 'id', k.id, 'number', k.number,
      'state', k.state, 'due_on', k.due_on, 'decided_on', k.decided_on, 'waited_for', p.because) ORDER BY p.id), '[]')
   FROM cases_bundlepart p LEFT JOIN cases_case k ON k.id = p.case_id WHERE p.bundle_id = c.id)::text,
  (SELECT coalesce(json_agg(json_build_object('case_id', f.case_id, 'fee', f.fee, 'title', json_build_object('zh', f.title_zh, 'en', f.title_en),
      'amount_fen', f.amount_fen, 'paid_at', f.paid_at, 'receipt_no', f.receipt_no) ORDER BY f.id), '[]')
   FROM cases_charge f WHERE f.case_id IN (SELECT c.id UNION ALL SELECT p.case_id FROM cases_bundlepart p WHERE p.bundle_id = c.id))::text
FROM cases_case c WHERE state <> 'draft' AND {{column}} = $1
"""  # noqa: S608 - the names above


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing that is to be done."""

    id: str
    step: str
    role: str
    department: str


@dataclass(frozen=True, slots=True)
class PartFound:
    """Where one part of a bundle stands; a part that was not sent has no case yet."""

    part: str
    service: str
    standing: str
    id: str | None
    number: str | None
    state: str | None
    due_on: str | None
    decided_on: str | None
    waited_for: str
    """Of a part that was never started: the part for which it waited in vain."""


@dataclass(frozen=True, slots=True)
class FeeFound:
    """One fee that is due, or was paid; of a bundle, each stays with the part that it is for."""

    case_id: str
    fee: str
    title: dict[str, str]
    amount_fen: int | None
    """None while it is not settled."""
    paid_at: str | None
    receipt_no: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where one case stands."""

    id: UUID
    number: str
    service: str
    title: Text
    situation: str
    state: str
    state_title: Text
    step: str
    version: int
    department: str
    applicant_name: str
    channel: str
    """By which it was sent."""
    assisted: bool
    """Whether an official helped to send it."""
    sent_at: datetime
    received_on: date | None
    accepted_on: date | None
    decided_on: date | None
    delivered_at: datetime | None
    answer_due_on: date | None
    due_on: date | None
    due_at: datetime | None
    statutory_due_on: date | None
    amount_fen: int | None
    tasks: tuple[OpenTask, ...]
    """What is open on it; empty for the applicant's side."""
    bundle: UUID | None = None
    """The bundle's case that it is a part of."""
    parts: tuple[PartFound, ...] = ()
    """Of a bundle: its parts."""
    fees: tuple[FeeFound, ...] = ()


def lookup(number_or_id: str, actor: Actor) -> Found:
    """One sent case, for the applicant's side and for officials who may see it. Raises CaseNotFoundError."""
    row, tasks, parts, fees = _find(number_or_id)
    case = Case(**{name: row[name] for name in _OF_CASE})
    open_tasks: tuple[OpenTask, ...] = ()
    if not _is_own(case, actor):
        rows = [Task(department=task["department"]) for task in tasks]
        if not actor.posts or not may_official(actor, case, rows, "see", verbs()):
            raise CaseNotFoundError
        open_tasks = tuple(OpenTask(task["id"], task["step"], task["role"], task["department"]) for task in tasks if task["is_open"])
    pinned = catalogue.pinned(row.pop("service_hash"))
    state = pinned.procedures[row.pop("procedure")].states[row["state"]]
    for name in ("area", "applicant_kind", "applicant_id"):
        del row[name]
    return Found(
        **row,
        title=pinned.service.title,
        state_title=state.title,
        tasks=open_tasks,
        parts=tuple(PartFound(**part) for part in parts),
        fees=tuple(FeeFound(**fee) for fee in fees),
    )


def _find(number_or_id: str) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    column, value = _key(number_or_id)
    row = statements.row(_FIND.format(column=column), [value])
    if row is None:
        raise CaseNotFoundError
    tasks, parts, fees = (json.loads(told) for told in row[-3:])
    return dict(zip(_NAMES, row[:-3], strict=True)), tasks, parts, fees


def _key(number_or_id: str) -> tuple[str, str | UUID]:
    if len(number_or_id) == 36:
        try:
            return "id", UUID(number_or_id)
        except ValueError:
            raise CaseNotFoundError from None
    if not number_or_id.isalnum():
        raise CaseNotFoundError
    return "number", number_or_id.upper()


def _is_own(case: Case, actor: Actor) -> bool:
    if case.applicant_kind == "person" and case.applicant_id == actor.person_id:
        return True
    return applies_for(parties.capacities(actor.person_id, *case.side), case)
