"""Let a bundle go on after something happened to one of its parts: send what waited, close what waits in vain, and end it with its last part.

Invariants: it follows from how the parts stand now, so a second time does nothing more, and it may be killed anywhere; registers are asked before, outside
any lock; the bundle's row is locked before its parts are looked at, and no act that holds a part's lock takes the bundle's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.bundle_dates import project_bundle, state_of
from tongban.cases.acts.bundle_parts import Making, Whole, draft_of, make_parts, papers_of, reusable, supplied
from tongban.cases.acts.bundle_result import end_bundle
from tongban.cases.acts.gather import gather_for
from tongban.cases.acts.outputs import tell
from tongban.cases.acts.record import MACHINE, Doing, keep, lock
from tongban.cases.core.bundle import Moves, next_moves
from tongban.cases.core.facts import from_json
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import BundlePart, Case, Event, Task
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.catalogue.core.pinned import Pinned
from tongban.credentials import reads as credentials
from tongban.exchange import reads as exchange
from tongban.exchange.core.answers import Answer
from tongban.jobs.acts import apart
from tongban.kernel import clock
from tongban.rules.core import Facts

STARTED, CLOSED = "bundle-part-started", "bundle-part-not-started"
"""Messages: a part that waited is under way; a part will not be started."""


@dataclass(frozen=True)
class Standing:
    """A bundle with its parts, as they stand."""

    case: Case
    pinned: Pinned
    rows: Sequence[BundlePart]
    cases: Mapping[UUID, Case]

    def moves(self) -> Moves:
        """What is to be done now."""
        assert self.pinned.bundle is not None, "a bundle's case is pinned to a bundle"
        return next_moves(self.pinned.bundle, [state_of(row, self.cases.get(row.case_id)) for row in self.rows])


@apart
def go_on_later(payload: Mapping[str, Any]) -> None:
    """The job: go on with a bundle. May run any number of times."""
    go_on(UUID(payload["bundle"]))


def go_on(case_id: UUID) -> bool:
    """Go on as far as the parts allow; returns whether anything was to be done. Raises CaseNotFoundError."""
    asked = _ask_registers(standing_of(_case(case_id)))
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        now = standing_of(case)
        if not case.is_open or now.pinned.bundle is None:
            return False
        moves = now.moves()
        doing = Doing("go-on", None, department=case.department)
        before, version = case.state, case.version
        dates = (case.complete_on, case.due_on)
        data, made = _carry_out(now, moves, asked, doing)
        project_bundle(case, now.pinned, [*now.cases.values(), *made])
        if moves.ending is not None:
            end_bundle(case, now.pinned, now.rows, now.cases, moves.ending, doing, data)
        elif data:
            keep(case, doing, before, data=data)
        elif dates != (case.complete_on, case.due_on):
            case.save(update_fields=["complete_on", "due_on", "statutory_due_on"])
        return case.version != version


def standing_of(case: Case) -> Standing:
    """A bundle's parts and their cases, in the order of the definition."""
    pinned = catalogue.pinned(case.service_hash)
    order = {alias: number for number, alias in enumerate(pinned.bundle.parts if pinned.bundle else ())}
    rows = sorted(BundlePart.objects.filter(bundle=case), key=lambda row: order.get(row.alias, 0))
    return Standing(case, pinned, rows, {one.id: one for one in Case.objects.filter(parent_id=case.id)})


def _case(case_id: UUID) -> Case:
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise CaseNotFoundError
    return found


def _carry_out(now: Standing, moves: Moves, asked: Mapping[str, Mapping[str, Answer]], doing: Doing) -> tuple[dict[str, Any], list[Case]]:
    """Send and close what is to be; returns what the event says of it, and the cases made."""
    data: dict[str, Any] = {}
    rows = {row.alias: row for row in now.rows}
    for alias, because in moves.close:
        row = rows[alias]
        row.standing, row.because, row.settled_at = "not-started", because, doing.at
        doing.rows.change(row)
        tell(now.case, _service(now, alias), CLOSED, doing)
    if moves.close:
        data["closed"] = dict(moves.close)
    if not moves.send:
        return data, []
    whole = _whole(now)
    makings = _makings(now, whole, moves, asked)
    make_parts(whole, makings, doing, clock.local_date(doing.at))
    for making in makings:
        doing.rows.change(making.row)
        tell(making.case, making.service, STARTED, doing)
    data["parts"] = {making.row.alias: making.case.number for making in makings}
    return data, [making.case for making in makings]


def _makings(now: Standing, whole: Whole, moves: Moves, asked: Mapping[str, Mapping[str, Answer]]) -> list[Making]:
    bundle, results = whole.bundle, _results(now)
    return [
        Making(
            row,
            bundle.parts[row.alias],
            _service(now, row.alias),
            supplied(bundle, bundle.parts[row.alias], _service(now, row.alias), whole.facts, results),
            found=dict(asked.get(row.alias, {})),
        )
        for row in now.rows
        if row.alias in moves.send
    ]


def _ask_registers(now: Standing) -> dict[str, dict[str, Answer]]:
    """Ask for what the parts to be sent need and the bundle did not fetch, or fetched too long ago; by part and need."""
    if not now.case.is_open or now.pinned.bundle is None:
        return {}
    moves = now.moves()
    if not moves.send:
        return {}
    whole = _whole(now)
    found: dict[str, dict[str, Answer]] = {}
    for making in _makings(now, whole, moves, {}):
        draft = draft_of(whole, making)
        known = exchange.answers(draft.id)
        lacking = {need.alias for need in making.service.needs} - set(reusable(whole, making, draft))
        found[making.row.alias] = gather_for(draft, known, actor=MACHINE, only=lacking) if lacking else dict(known)
    return found


def _whole(now: Standing) -> Whole:
    return Whole(now.case, now.pinned, _facts(now), exchange.answers(now.case.id), papers_of(now.case))


def _facts(now: Standing) -> Facts:
    """The merged facts as they were when the bundle was sent."""
    sent = Event.objects.filter(case=now.case, act="send").order_by("id").values_list("facts", flat=True).first()
    return from_json(now.pinned.service, sent or {})


def _results(now: Standing) -> dict[str, dict[str, Any]]:
    """By part, what it has given: its credential's serial, its number, what was recorded, what was answered."""
    aliases = {row.case_id: row.alias for row in now.rows}
    decided = {case.id: case for case in now.cases.values() if case.decided_on is not None}
    found: dict[str, dict[str, Any]] = {
        aliases[id_]: {"number": case.number or "", **{f"answer.{name}": value for name, value in case.answers.items()}}
        for id_, case in decided.items()
    }
    for id_, issued in credentials.by_case(decided).items():
        found[aliases[id_]]["credential"] = issued[-1].serial
    for task in Task.objects.filter(case_id__in=decided).order_by("id"):
        if task.is_settled:
            found[aliases[task.case_id]] |= {f"records.{task.step}.{name}": value for name, value in task.records.items()}
    return found


def _service(now: Standing, alias: str) -> Service:
    return now.pinned.parts[alias]
