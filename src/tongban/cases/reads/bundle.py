"""A bundle as its pages tell it: each part with its way, its clock and its result, read by a handful of statements however many parts there are.

Invariants: whoever sees the bundle on the applicant's side sees all of its parts; an official of one part learns how far the others are, and nothing of what
stands in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tongban.cases.core.bundle import Outcome, outcome_of, told_outcome
from tongban.cases.core.facts import from_json
from tongban.cases.models import BundlePart, Case, Charge, Event
from tongban.cases.reads.charges import ChargeRow, charge_row
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.stations import Station, stations
from tongban.cases.reads.visits import AppointmentRow, appointments_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Bundle, Service
from tongban.catalogue.core.pinned import Pinned
from tongban.kernel.text import Text

_WITH_REASONS = ("refuse", "not-accept", "not-needed", "annul", "ask-correction")
_LEFT_OUT = Text("按您的回答不用办", "Not needed, given your answers")
_WAITS = Text("等“{other}”办成后开始", "Begins once “{other}” has come out well")
_NOT_STARTED = Text("没有办理，因“{other}”未办成", "Not started, because “{other}” did not come out well")
_WITHDRAWN = Text("没有办理，已撤回", "Not started, withdrawn")


@dataclass(frozen=True)
class PartRow:
    """One part of a bundle that was sent."""

    alias: str
    title: Text
    department: Text
    standing: str
    """waiting, sent, not-started or left-out."""
    outcome: Outcome | None
    says: Text
    """Where it stands, in words."""
    case_id: UUID | None
    number: str
    waits_for_applicant: bool
    correction: str
    """What is to be corrected, in the officer's words."""
    reason: str
    """Why it did not come out well, in the officer's words."""
    remedies: Text | None
    stations: tuple[Station, ...]
    due_on: date | None
    charges: tuple[ChargeRow, ...]


@dataclass(frozen=True)
class VisitRow:
    """A joint visit of a bundle: which parts take part, and when it is."""

    title: Text
    parts: tuple[Text, ...]
    appointment: AppointmentRow | None


@dataclass(frozen=True)
class BundleParts:
    """The parts of one sent bundle."""

    bundle: Bundle
    parts: tuple[PartRow, ...]
    visits: tuple[VisitRow, ...]

    @property
    def counted(self) -> tuple[PartRow, ...]:
        """The parts that are needed."""
        return tuple(part for part in self.parts if part.standing != "left-out")

    @property
    def done(self) -> int:
        """How many parts are settled."""
        return sum(part.outcome is not None or part.standing == "not-started" for part in self.counted)


@dataclass(frozen=True)
class Belonging:
    """That a case is a part of a bundle, as an official sees it: how far its siblings are."""

    bundle_id: UUID
    title: Text
    number: str
    parts: tuple[tuple[Text, Text, Text, bool], ...]
    """(service, department, where it stands, whether it is this one)."""


def bundle_parts(case_id: UUID) -> BundleParts | None:
    """The parts of a sent bundle; None for any other case. Who may see the case is the caller's to check."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    pinned = catalogue.pinned(case.service_hash) if case is not None else None
    if case is None or pinned is None or pinned.bundle is None:
        return None
    rows = _rows(case, pinned)
    cases = {one.id: one for one in Case.objects.filter(parent_id=case.id)}
    known = _Known(list(cases))
    parts = tuple(_part(row, cases.get(row.case_id), pinned, rows, known) for row in rows)
    return BundleParts(pinned.bundle, parts, _visits(case, pinned, parts))


def parts_of(bundle_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The bundle of each case that is a part of one of these; a case that is no bundle has none."""
    rows = Case.objects.filter(parent_id__in=bundle_ids).values_list("id", "parent_id")
    return {part: bundle for part, bundle in rows if bundle is not None}


def bundle_of(case_id: UUID) -> tuple[UUID, Text] | None:
    """The bundle that a case is a part of, and its title; None for any other case."""
    row = _own_row(case_id)
    return (row.bundle_id, catalogue.pinned(row.bundle.service_hash).service.title) if row else None


def belonging(case_id: UUID) -> Belonging | None:
    """The bundle that a case is a part of, for officials of one of its parts; None for any other case."""
    row = _own_row(case_id)
    if row is None:
        return None
    whole, pinned = row.bundle, catalogue.pinned(row.bundle.service_hash)
    cases = {one.id: one for one in Case.objects.filter(parent_id=whole.id)}
    rows = _rows(whole, pinned)
    told = tuple(
        (
            pinned.parts[one.alias].title,
            _department(pinned.parts[one.alias]),
            _says(one, cases.get(one.case_id), pinned, rows),
            one.id == row.id,
        )
        for one in rows
        if one.standing != "left-out"
    )
    return Belonging(whole.id, pinned.service.title, whole.number or "", told)


def parts_in_brief(case_ids: Iterable[UUID]) -> dict[UUID, tuple[tuple[Text, Text, bool], ...]]:
    """By bundle, its parts as (title, where it stands, whether it waits for the applicant): one statement each for rows and cases, for a whole list."""
    rows = list(BundlePart.objects.select_related("bundle").filter(bundle_id__in=list(case_ids)).exclude(standing="left-out"))
    if not rows:
        return {}
    cases = {one.id: one for one in Case.objects.filter(parent_id__in={row.bundle_id for row in rows})}
    by_bundle: defaultdict[UUID, list[BundlePart]] = defaultdict(list)
    for row in rows:
        by_bundle[row.bundle_id].append(row)
    found: dict[UUID, tuple[tuple[Text, Text, bool], ...]] = {}
    for bundle_id, some in by_bundle.items():
        pinned = catalogue.pinned(some[0].bundle.service_hash)
        ordered = _ordered(some, pinned)
        found[bundle_id] = tuple(
            (
                pinned.parts[row.alias].title,
                _says(row, cases.get(row.case_id), pinned, ordered),
                row.case_id in cases and cases[row.case_id].state == "correction",
            )
            for row in ordered
        )
    return found


class _Known:
    """What the parts' pages need, read at once for all of them."""

    def __init__(self, case_ids: list[UUID]) -> None:
        self.events: defaultdict[UUID, list[Event]] = defaultdict(list)
        for event in Event.objects.filter(case_id__in=case_ids).order_by("id"):
            self.events[event.case_id].append(event)
        self.charges: defaultdict[UUID, list[Charge]] = defaultdict(list)
        for charge in Charge.objects.filter(case_id__in=case_ids).select_related("case").order_by("id"):
            self.charges[charge.case_id].append(charge)


def _own_row(case_id: UUID) -> BundlePart | None:
    return BundlePart.objects.select_related("bundle").filter(case_id=case_id).first()


def _rows(case: Case, pinned: Pinned) -> list[BundlePart]:
    return _ordered(BundlePart.objects.filter(bundle=case), pinned)


def _ordered(rows: Iterable[BundlePart], pinned: Pinned) -> list[BundlePart]:
    order = {alias: number for number, alias in enumerate(pinned.parts)}
    return sorted(rows, key=lambda row: order.get(row.alias, len(order)))


def _part(row: BundlePart, case: Case | None, pinned: Pinned, rows: list[BundlePart], known: _Known) -> PartRow:
    service = pinned.parts[row.alias]
    told: dict[str, Any] = {
        "alias": row.alias,
        "title": service.title,
        "department": _department(service),
        "standing": row.standing,
        "says": _says(row, case, pinned, rows),
        "remedies": service.remedies,
    }
    return _unsent(told) if case is None else _sent(told, case, known)


def _unsent(told: Mapping[str, Any]) -> PartRow:
    nothing: dict[str, Any] = {
        "outcome": None,
        "case_id": None,
        "number": "",
        "correction": "",
        "reason": "",
        "due_on": None,
    }
    return PartRow(**told, **nothing, waits_for_applicant=False, stations=(), charges=())


def _sent(told: Mapping[str, Any], case: Case, known: _Known) -> PartRow:
    ground, events = ground_of(case), tuple(known.events[case.id])
    facts = from_json(ground.service, next((event.facts for event in reversed(events) if event.facts), {}))
    words = {event.act: event.words for event in events if event.act in _WITH_REASONS}
    outcome = outcome_of(ground.procedure, case.state) if case.decided_on is not None else None
    return PartRow(
        **told,
        outcome=outcome,
        case_id=case.id,
        number=case.number or "",
        waits_for_applicant=case.state == "correction",
        correction=words.get("ask-correction", "") if case.state == "correction" else "",
        reason=next((words[act] for act in _WITH_REASONS[:-1] if act in words), "") if outcome not in (None, "granted") else "",
        stations=stations(case, ground, events, facts),
        due_on=case.due_on,
        charges=tuple(charge_row(charge) for charge in known.charges[case.id]),
    )


def _says(row: BundlePart, case: Case | None, pinned: Pinned, rows: Iterable[BundlePart]) -> Text:
    """Where a part stands, in words."""
    if case is not None:
        procedure = ground_of(case).procedure
        return told_outcome(procedure, case.state) if case.decided_on is not None else procedure.states[case.state].title
    if row.standing == "left-out":
        return _LEFT_OUT
    if row.standing == "not-started":
        return _NOT_STARTED.format(other=pinned.parts[row.because].title) if row.because else _WITHDRAWN
    assert pinned.bundle is not None, "a part's parent is pinned to a bundle"
    there = {one.alias for one in rows if one.standing != "left-out"}
    others = [pinned.parts[alias].title for alias in pinned.bundle.parts[row.alias].after if alias in there]
    return _WAITS.format(other=Text("”“".join(one.zh for one in others), "” and “".join(one.en for one in others)))


def _visits(case: Case, pinned: Pinned, parts: tuple[PartRow, ...]) -> tuple[VisitRow, ...]:
    """The joint visits in which at least one part that is needed takes part."""
    assert pinned.bundle is not None, "checked by the caller"
    agreed = {one.visit: one for one in appointments_of(case.id) if one.is_current}
    titles = {part.alias: part.title for part in parts if part.standing in ("sent", "waiting")}
    found = []
    for visit in pinned.bundle.visits:
        going = tuple(titles[alias] for alias, _ in visit.steps if alias in titles)
        if going:
            found.append(VisitRow(visit.title, going, agreed.get(visit.id)))
    return tuple(found)


def _department(service: Service) -> Text:
    return catalogue.city().departments[service.department].short
