"""Cases as the applicant's side sees them: the list, and one case with its way, letters, licence and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tongban.cases.core.clocks import days_left
from tongban.cases.core.course import amount_of, route_of
from tongban.cases.core.facts import basis, from_json
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Event, Letter
from tongban.cases.permissions import applies_for, sides_of
from tongban.cases.reads.form import Prefilled, UploadRow, prefilled, shown_fact, uploads_of
from tongban.cases.reads.ground import Ground, ground_of, known_facts, labels_of, service_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Department, Procedure, Service, Way
from tongban.catalogue.errors import UnknownVersionError, VersionChangedError
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer, Explanation, Facts


@dataclass(frozen=True)
class CaseRow:
    """One line of a list of cases."""

    id: UUID
    number: str
    service: str
    title: Text
    applicant_name: str
    state: str
    state_title: Text
    is_open: bool
    waits_for_applicant: bool
    received_on: date | None
    due_on: date | None
    days_left: int | None
    saved_at: datetime
    delivered: bool


@dataclass(frozen=True)
class Station:
    """One station of a case's way."""

    label: Text
    state: Literal["done", "now", "ahead", "stopped"]
    note: Text


@dataclass(frozen=True)
class EventRow:
    """One act as a page tells it."""

    at: datetime
    act: str
    title: Text
    who: str
    department: Text | None
    words: str
    data: dict[str, Any]
    to_state: str
    entry_id: UUID


@dataclass(frozen=True)
class LetterRow:
    """One letter."""

    id: UUID
    type: str
    number: str
    title: Text
    paragraphs: tuple[Text, ...]
    sealed: bool
    issued_on: date
    read_at: datetime | None
    department: Text


@dataclass(frozen=True)
class ClauseRow:
    """One clause with its answer, and the facts it read as a page shows them."""

    id: str
    says: Text
    cite: str
    answer: Answer
    purpose: str
    facts: tuple[tuple[Text, Text, str, datetime | None], ...]
    """(label, value, source, as of)."""
    needs: tuple[Text, ...]


@dataclass(frozen=True)
class CaseView:
    """All that the pages of one sent case need."""

    row: CaseRow
    version: int
    service: Service
    procedure: Procedure
    way: Way
    department: Department
    channel: str
    mandate_kind: str
    stations: tuple[Station, ...]
    events: tuple[EventRow, ...]
    letters: tuple[LetterRow, ...]
    uploads: tuple[UploadRow, ...]
    prefilled: tuple[Prefilled, ...]
    answers: tuple[tuple[Text, Text], ...]
    clauses: tuple[ClauseRow, ...]
    received_on: date | None
    accepted_on: date | None
    decided_on: date | None
    answer_due_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    promised_left: int | None
    statutory_left: int | None
    amount_fen: int | None
    """What was granted; before a decision, what would be."""
    basis: str
    """A digest of the facts and the amount as this view has them: what a decision is asked for on."""
    may: frozenset[str]


ACT_TITLES = {
    "send": Text("提交申请", "Applied"),
    "correct": Text("提交补正材料", "Corrected and sent again"),
    "accept": Text("受理", "Accepted"),
    "not-accept": Text("不予受理", "Not accepted"),
    "not-needed": Text("不受理（无需办理）", "Not needed"),
    "ask-correction": Text("告知补正", "Correction asked for"),
    "step": Text("办理环节", "Step done"),
    "grant": Text("准予", "Granted"),
    "refuse": Text("不予许可", "Refused"),
    "deem-accepted": Text("视为受理（逾期未告知补正）", "Deemed accepted: nobody asked for corrections in time"),
    "deliver": Text("送达", "Delivered"),
    "withdraw": Text("申请人撤回", "Withdrawn by the applicant"),
}


def my_cases(actor: Actor, *, after: UUID | None = None, limit: int = 30) -> tuple[CaseRow, ...]:
    """The cases and drafts on this person's side, newest first; the next page begins after the last id of this one."""
    cases = Case.objects.filter(sides_of(actor)).order_by("-id")
    if after is not None:
        cases = cases.filter(id__lt=after)
    return tuple(row_of(case) for case in cases[:limit])


def on_my_side(actor: Actor, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Of these cases, those on this person's side: their own, and those that a mandate opens."""
    return frozenset(Case.objects.filter(sides_of(actor), pk__in=set(case_ids)).values_list("pk", flat=True))


def case_view(case_id: UUID, actor: Actor) -> CaseView:
    """One sent case, for the applicant's side. Raises CaseNotFoundError for everybody else."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    if case is None or not applies_for(parties.principals(actor.person_id), case):
        raise CaseNotFoundError
    return view_of(case, for_applicant=True)


def view_of(case: Case, *, for_applicant: bool) -> CaseView:
    """One sent case with everything on it."""
    ground = ground_of(case)
    service = ground.service
    today, calendar = clock.today(), catalogue.city().calendar
    events = tuple(Event.objects.filter(case=case).order_by("id"))
    facts = _facts(case, service, events)
    amount_fen = case.amount_fen if case.decided_on is not None else amount_of(service, ground.gives, facts)
    uploads = uploads_of(case)
    return CaseView(
        row=row_of(case),
        version=case.version,
        service=service,
        procedure=ground.procedure,
        way=ground.way,
        department=catalogue.city().departments[case.department],
        channel=case.channel,
        mandate_kind=case.mandate_kind,
        stations=stations(case, ground, events, facts),
        events=tuple(_event(event, ground, for_applicant=for_applicant) for event in events),
        letters=letters_of(case),
        uploads=tuple(uploads.values()),
        prefilled=prefilled(service, facts, case),
        answers=_answered(case, service, facts),
        clauses=clause_rows(service, _explanation(case, service, facts, events)),
        received_on=case.received_on,
        accepted_on=case.accepted_on,
        decided_on=case.decided_on,
        answer_due_on=case.answer_due_on,
        due_on=case.due_on,
        statutory_due_on=case.statutory_due_on,
        promised_left=days_left(case.due_on, today, calendar),
        statutory_left=days_left(case.statutory_due_on, today, calendar),
        amount_fen=amount_fen,
        basis=basis(service, facts, amount_fen),
        may=frozenset(act for act in ("withdraw", "correct") if ground.procedure.next_state(case.state, act)),
    )


def _facts(case: Case, service: Service, events: Sequence[Event]) -> Facts:
    """The facts that the decision rested on, as they were stored with it; before a decision, as they stand now."""
    stored = next((event.facts for event in reversed(events) if event.facts), None)
    return from_json(service, stored) if stored and case.decided_on is not None else known_facts(service, case)


def _explanation(case: Case, service: Service, facts: Facts, events: Sequence[Event]) -> Explanation:
    """What the decision rested on, as it was stored with it; before a decision, as the facts stand now."""
    stored = next((event.explanation for event in reversed(events) if event.explanation), None)
    return Explanation.from_json(stored) if stored and case.decided_on is not None else assess(service, facts)


def _answered(case: Case, service: Service, facts: Facts) -> tuple[tuple[Text, Text], ...]:
    return tuple(
        (question.label, shown_fact(service, f"form.{question.id}", facts[f"form.{question.id}"]))
        for question in service.questions
        if question.type != "file" and case.answers.get(question.id) not in (None, "")
    )


def letters_of(case: Case) -> tuple[LetterRow, ...]:
    """The letters of a case, oldest first."""
    departments = catalogue.city().departments
    return tuple(
        LetterRow(
            row.id,
            row.type,
            row.number,
            Text(row.title_zh, row.title_en),
            tuple(Text(paragraph["zh"], paragraph["en"]) for paragraph in row.paragraphs),
            row.sealed,
            row.issued_on,
            row.read_at,
            departments[row.department].title,
        )
        for row in Letter.objects.filter(case=case).order_by("id")
    )


def clause_rows(service: Service, explanation: Explanation) -> tuple[ClauseRow, ...]:
    """The clauses of a case as pages and letters tell them."""
    labels = labels_of(service)
    rows = []
    for result in explanation.results:
        seen = tuple(
            (
                labels.get(name, Text(name, name)),
                shown_fact(service, name, fact),
                fact.source,
                getattr(fact, "as_of", None),
            )
            for name, fact in result.facts
        )
        clause = result.clause
        rows.append(
            ClauseRow(
                clause.id,
                clause.says,
                clause.cite,
                result.answer,
                clause.purpose,
                seen,
                tuple(labels.get(name, Text(name, name)) for name in result.needs),
            )
        )
    return tuple(rows)


def source_title(source: str, service: Service) -> Text:
    """Who says so: a department, the applicant, the step that recorded it."""
    department = catalogue.city().departments.get(source)
    step = next((part.title for step in service.steps.values() for part in (step, *step.together) if part.id == source), None)
    return department.short if department else step or _SOURCES.get(source, Text("", ""))


_SOURCES = {
    "applicant": Text("申请人填写", "given by the applicant"),
    "parties": Text("身份登记", "identity register"),
    "case": Text("本件", "this case"),
}


def row_of(case: Case) -> CaseRow:
    """One case as a line."""
    service = _service_for_line(case)
    procedure = catalogue.pinned(service.hash).procedures[case.procedure] if service else None
    state = procedure.states.get(case.state) if procedure else None
    try:
        left = days_left(case.due_on, clock.today(), catalogue.city().calendar)
    except UndeclaredYearError:
        left = None
    return CaseRow(
        id=case.id,
        number=case.number or "",
        service=case.service,
        title=service.title if service else Text(case.service, case.service),
        applicant_name=case.applicant_name,
        state=case.state,
        state_title=state.title if state else Text(case.state, case.state),
        is_open=case.is_open,
        waits_for_applicant=case.state in ("draft", "correction"),
        received_on=case.received_on,
        due_on=case.due_on,
        days_left=left,
        saved_at=case.saved_at,
        delivered=case.delivered_at is not None,
    )


def _service_for_line(case: Case) -> Service | None:
    """The case's service; none where it is no longer offered or its version no longer reads, so that one such case does not take the list with it."""
    if not case.service_hash and case.service not in catalogue.city().services:
        return None
    try:
        return service_of(case)
    except (UnknownVersionError, VersionChangedError):
        return None


def stations(case: Case, ground: Ground, events: tuple[Event, ...], facts: Facts) -> tuple[Station, ...]:
    """The way of a case: applied, accepted, each step of its route, the result."""
    done_acts = {act for event in events for act in (event.act, *event.data.get("acts", []))}
    done_steps = {event.step for event in events if event.act in ("step", "grant", "refuse")}
    stopped = bool(done_acts & {"withdraw", "not-accept", "not-needed", "lapse"})
    stops: list[tuple[Text, bool, bool, date | None]] = [(Text("申请", "Apply"), True, case.state == "draft", case.received_on)]
    if "accept" in ground.procedure.states or any(transition.act == "accept" for transition in ground.procedure.transitions):
        stops.append(
            (Text("受理", "Accept"), bool(done_acts & {"accept", "deem-accepted"}), case.step in ("accept", "correct"), case.accepted_on)
        )
    for step in route_of(ground.service, ground.way, facts) if ground.way.route else ():
        names = {step.id, *(part.id for part in step.together)}
        is_now = case.step in names
        stops.append((step.title, bool(names & done_steps) and not is_now, is_now, None))
    decided = case.decided_on is not None and not stopped
    result = Text("送达", "Deliver") if ground.way.route else Text("办结", "Done")
    is_over = case.delivered_at is not None or (decided and not ground.way.route)
    stops.append((result, is_over, decided and not is_over, case.decided_on))
    return tuple(
        Station(
            label,
            "done" if done and not now else "stopped" if stopped else "now" if now else "ahead",
            Text(f"{on.month}月{on.day}日", f"{on.day} {on:%b}") if on and (done or now) else Text("", ""),
        )
        for label, done, now, on in stops
    )


def _event(event: Event, ground: Ground, *, for_applicant: bool) -> EventRow:
    department = catalogue.city().departments.get(event.actor_department)
    step = next((part.title for step in ground.service.steps.values() for part in (step, *step.together) if part.id == event.step), None)
    title = ACT_TITLES.get(event.act, Text(event.act, event.act))
    if event.act == "step" and step is not None:
        title = step
    if event.act == "refuse" and event.to_state in ground.procedure.states:
        title = ground.procedure.states[event.to_state].title
    if event.act == "send" and "grant" in event.data.get("acts", []):
        title = Text("提交申请，条件全部符合，当即准予", "Applied; all conditions met, granted at once")
    internal = for_applicant and event.act == "step"
    return EventRow(
        at=event.at,
        act=event.act,
        title=title,
        who="" if for_applicant and department else event.actor_name,
        department=department.short if department else None,
        words="" if internal else event.words,
        data=event.data,
        to_state=event.to_state,
        entry_id=event.entry_id,
    )
