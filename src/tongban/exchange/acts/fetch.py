"""Fetch what a department holds, for a declared need of a case.

Invariants: asked outside every lock and transaction; no grant, no question; a register that is slow or down gives `unknown`, never an error; every question
leaves one answer row and one ledger entry, which has case, purpose and items and never a value; both are written by one statement, a transaction of its own
that questions asked together share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

import structlog

from tongban import statements
from tongban.exchange import models
from tongban.exchange.core.answers import Answer, HeldItem, Reason, Request, State, conform
from tongban.exchange.errors import SilentError, UnknownResourceError
from tongban.exchange.kinds import KINDS
from tongban.exchange.reads.answers import SEALED, TABLE
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append_all
from tongban.parties.core.identity import plain
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer
from tongban.rules.core import type_from
from tongban.statements import Writing, make

_log = structlog.get_logger("tongban.exchange")

_LOAD = """
SELECT q.n, r.department, r.key, r.items, r.connector, EXISTS (SELECT FROM exchange_suspension s WHERE s.resource = r.id),
  EXISTS (SELECT FROM exchange_grant g WHERE g.resource = r.id AND g.ended_at IS NULL AND g.items @> q.items
          AND q.purpose = g.service || '/' || g.purpose)
FROM json_to_recordset($1::json) AS q (n int, resource text, purpose text, items varchar[]) JOIN exchange_resource r ON r.id = q.resource
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A declared resource as this question meets it."""

    department: str
    key: str
    items: Mapping[str, HeldItem]
    connector: Mapping[str, str]
    is_silenced: bool
    is_granted: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What came of asking."""

    state: State
    reason: Reason = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    as_of: datetime | None = None


def fetch(request: Request) -> Answer:
    """Ask and keep the answer. Must be called outside any transaction. Raises UnknownResourceError for what nobody declared."""
    return fetch_all([request])[0]


def fetch_all(requests: Sequence[Request]) -> tuple[Answer, ...]:
    """Ask several questions and keep their answers together. Must be called outside any transaction. Raises UnknownResourceError before anything is asked."""
    if not requests:
        return ()
    statements.refuse_inside_a_transaction("a question to a register")
    asked = [(held, request, plain(request.key)) for held, request in zip(load(requests), requests, strict=True)]
    said = [_ask(held, key, request) for held, request, key in asked]
    rows = [kept(held, key, request, answer) for (held, request, key), answer in zip(asked, said, strict=True)]
    writing = Writing()
    for row, _ in rows:
        writing.add(row)
    append_all(
        [entry("exchange.fetch", held, request, answer) for (held, request, _), (_, answer) in zip(asked, rows, strict=True)], writing
    )
    return tuple(answer for _, answer in rows)


class Question(Protocol):
    """Which items of a resource are wanted, and what for: `service/purpose`, as it is granted."""

    @property
    def resource(self) -> str:
        """The resource's id."""

    @property
    def purpose(self) -> str:
        """Service and purpose."""

    @property
    def items(self) -> Sequence[str]:
        """The items' names."""


def load(requests: Sequence[Question]) -> list[Held]:
    """The declared resources of some questions, and whether each may be asked. Raises UnknownResourceError."""
    asked = [{"n": n, "resource": one.resource, "purpose": one.purpose, "items": list(one.items)} for n, one in enumerate(requests)]
    rows = {row[0]: row[1:] for row in statements.rows(_LOAD, [json.dumps(asked)])}
    return [_held(request, rows.get(n)) for n, request in enumerate(requests)]


def _held(request: Question, row: tuple[Any, ...] | None) -> Held:
    if row is None:
        raise UnknownResourceError(request.resource)
    department, key, items, connector, is_silenced, is_granted = row
    declared = _declared(items)
    unknown = [name for name in request.items if name not in declared]
    if unknown:
        raise UnknownResourceError(f"{request.resource}: {unknown[0]}")
    held = {name: declared[name] for name in request.items}
    return Held(department, key, held, json.loads(connector), is_silenced, is_granted)


@lru_cache(maxsize=1024)
def _declared(items: str) -> Mapping[str, HeldItem]:
    """The items of a resource from what is kept of its declaration."""
    return {name: HeldItem(type_from(item["type"]), item["sensitivity"]) for name, item in json.loads(items).items()}


def _ask(held: Held, key: str, request: Request) -> Said:
    if not held.is_granted:
        return Said("unknown", "not-allowed")
    if not key:
        return Said("unknown", "no-key")
    if held.is_silenced:
        return Said("unknown", "no-answer")
    try:
        found = KINDS[held.connector["kind"]].ask(
            held.connector, resource=request.resource, key_name=held.key, key=key, items=request.items
        )
    except SilentError as silence:
        _log.warning("register silent", resource=request.resource, case=str(request.case_id), cause=str(silence))
        return Said("unknown", "no-answer")
    if found.record is None:
        return Said("none", as_of=found.as_of)
    return Said("value", values=conform(found.record, held.items), as_of=found.as_of)


def kept(held: Held, key: str, request: Request, said: Said, at: datetime | None = None) -> tuple[models.Answer, Answer]:
    """An answer as it is kept, and as it is told; `at` is when it was fetched, now unless told."""
    id_, at = uuid7(), at or clock.now()
    hidden = {name: value for name, value in said.values.items() if held.items[name].is_sealed}
    row = make(
        models.Answer,
        id=id_,
        case_id=request.case_id,
        need=request.need,
        resource=request.resource,
        source=held.department,
        state=said.state,
        reason=said.reason,
        items=list(request.items),
        values={name: value for name, value in said.values.items() if name not in hidden},
        sealed=sealer().seal(json.dumps({"key": key, "values": hidden}, ensure_ascii=False), Place(TABLE, SEALED, id_)),
        subject=sealer().blind(held.key, key),
        purpose=request.purpose,
        actor=request.actor,
        department=request.department,
        as_of=said.as_of,
        fetched_at=at,
    )
    answer = Answer(
        id_,
        request.case_id,
        request.need,
        request.resource,
        held.department,
        said.state,
        said.reason,
        dict(said.values),
        said.as_of,
        at,
        key=key,
    )
    return row, answer


def entry(act: str, held: Held, request: Request, answer: Answer, *, first: Answer | None = None) -> Act:
    """The record's entry of an answer: case, purpose and items, never a value; `first` is the answer that was used again."""
    payload = {
        "answer": str(answer.id),
        **({"from": str(first.id)} if first else {}),
        "need": request.need,
        "resource": request.resource,
        "source": held.department,
        "items": list(request.items),
        "state": answer.state,
        "reason": answer.reason,
    }
    return Act(
        act=act,
        actor=request.actor,
        at=clock.now() if first else answer.fetched_at,
        case_id=request.case_id,
        department=request.department,
        purpose=request.purpose,
        payload=payload,
    )
