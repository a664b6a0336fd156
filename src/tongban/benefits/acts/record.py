"""What every act on a match stands on: the subject's matches locked together, one row of history and one entry of the record for each act, all in one statement.

Invariants: whoever acts on a match holds the rows of every match of its subject, so that two policies that exclude one another are never both taken; a case is locked after
them, never before; a step is never changed.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError

from tongban import statements
from tongban.benefits.core.claimable import refused
from tongban.benefits.core.life import TITLES, reached
from tongban.benefits.errors import MatchNotFoundError, NotNowError
from tongban.benefits.models import TAKEN, Match, Step
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.acts import Act, append_all
from tongban.ledger.core.canonical import JSON
from tongban.parties.core.people import Actor
from tongban.statements import Writing

log = logging.getLogger(__name__)
MACHINE: Final = "machine"
NAMELESS: Final = ("object",)
"""Acts of whom nobody is told who reads a case's record: their entries stand under no case."""
_ALL = "t.subject = (SELECT subject FROM benefits_match WHERE id = $1) ORDER BY t.id FOR UPDATE"


def name_of(actor: Actor | None) -> str:
    """The ledger's name for who acts."""
    return f"account:{actor.account_id}" if actor else MACHINE


@dataclass
class Doing:
    """One act under way on one match: by whom, when, in whose name; and what it will write."""

    match: Match
    policy: Policy
    actor: Actor | None
    department: str = ""
    key: str | None = None
    body: bytes | None = None
    at: datetime = field(default_factory=lambda: clock.now())  # noqa: PLW0108 - asked when the act begins
    rows: Writing = field(default_factory=Writing)
    entries: list[Act] = field(default_factory=list)
    result: Mapping[str, JSON] | None = None

    @property
    def pool(self) -> str:
        """Whose money it is paid from: as kept since it was promised; what was promised before that was kept, as its version says."""
        return self.match.pool or self.policy.pool

    def step(self, act: str, *, words: str = "", data: Mapping[str, Any] | None = None) -> Step:
        """Move the match by an act, and put that among what is written. Raises NotNowError."""
        match, before = self.match, self.match.state
        after = reached(before, act)
        if after is None:
            raise NotNowError(TITLES[before])
        match.state, match.changed_at = after, self.at
        told = dict(data or {})
        row = Step(
            match_id=match.id,
            act=act,
            at=self.at,
            by=name_of(self.actor),
            name=self.actor.name if self.actor else "",
            department=self.department,
            from_state=before,
            to_state=after,
            words=words,
            data=told,
            entry_id=uuid7(),
        )
        self.rows.add(row)
        self.rows.change(match)
        self.entries.append(self._entry(row))
        return row

    def _entry(self, row: Step) -> Act:
        """The record's entry of a step."""
        told: dict[str, JSON] = {"match": str(self.match.id), "policy": self.match.policy, "version": self.match.version}
        moved: dict[str, JSON] = {"from": row.from_state, "to": row.to_state, "words": row.words, "data": _plain(row.data)}
        return Act(
            act=f"benefits.{row.act}",
            actor=row.by,
            at=self.at,
            case_id=None if row.act in NAMELESS else self.match.case_id,
            department=self.department or self.policy.department,
            purpose=f"{self.match.policy}/redemption",
            payload=told | moved,
            id=row.entry_id,
        )

    def written(self, *, result: Mapping[str, JSON] | None = None) -> Sequence[Act]:
        """The entries, the first with the key and the answer by which its repetition is known, and with the case that came of it."""
        nameless = {f"benefits.{act}" for act in NAMELESS}
        entries = [entry if entry.act in nameless else _with(entry, case_id=self.match.case_id) for entry in self.entries]
        if entries and self.key:
            entries[0] = _with(entries[0], key=self.key, body_hash=self.body, result=result or self.result)
        return entries

    def keep(self, *, result: Mapping[str, JSON] | None = None) -> None:
        """Write everything, in the caller's transaction."""
        append_all(self.written(result=result), self.rows)


def _with(entry: Act, **changed: Any) -> Act:
    values = {name: getattr(entry, name) for name in Act.__dataclass_fields__}
    return Act(**(values | changed))


def _plain(data: Mapping[str, Any]) -> JSON:
    told: JSON = json.loads(json.dumps(data, default=str, ensure_ascii=False))
    return told


def lock(match_id: UUID) -> tuple[Match, tuple[Match, ...]]:
    """The match and every other one of its subject, locked. Raises MatchNotFoundError."""
    found = tuple(statements.read(Match, _ALL, [match_id]))
    for one in found:
        if one.id == match_id:
            return one, tuple(other for other in found if other.id != match_id)
    raise MatchNotFoundError


def policy_of(match: Match) -> Policy:
    """The policy of a match in the version that it was found by; where that is published no more, the latest of the same id. Raises MatchNotFoundError."""
    found = version_of(match.policy, match.version)
    if found is None:
        raise MatchNotFoundError
    return found


def version_of(policy: str, version: str) -> Policy | None:
    """A policy in a version; where that is published no more, the latest of the same id; None where there is none."""
    return catalogue.city().version_of(policy, version)


def barred(policy: Policy, others: Iterable[Match]) -> bool:
    """Whether a subject, by the other matches that it has taken, cannot have a policy: in force or over, what was taken counts."""
    taken = [one for one in others if one.state in TAKEN]
    return refused(policy, taken, {one.policy: policy_of(one) for one in taken} | {policy.id: policy})


def carefully(act: Callable[..., Any], *about: Any) -> int:
    """Do one of many, so that one that cannot be done holds up no other; whether it did anything, as a number. A database that is gone is told all the same."""
    try:
        return int(bool(act(*about)))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        first = about[0]
        log.exception("%s could not be carried out: %s", act.__name__, getattr(first, "pk", first if isinstance(first, UUID) else ""))
        return 0


def body_hash(act: str, about: Mapping[str, Any]) -> bytes:
    """A digest of what was asked."""
    return hashlib.sha256(json.dumps([act, about], sort_keys=True, default=str, ensure_ascii=False).encode()).digest()
