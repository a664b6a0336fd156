"""Make the cases of a bundle's parts: each with its own number, its own definition, its own desk; answers, papers and registers' answers come from the bundle.

Invariants: everything is written by the act that makes them, so that a part is there whole or not at all; no paper is uploaded and no register asked a second
time; what a part is asked about stands in it under the part's own question; a part's case has the id that was kept for it when the bundle was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection

from tongban.cases.acts.carry_out import carry_out
from tongban.cases.acts.gather import is_fresh, request_for
from tongban.cases.acts.record import Doing, note
from tongban.cases.core.course import settle_course
from tongban.cases.core.facts import assemble, is_needed, to_json
from tongban.cases.models import BundlePart, Case, Upload
from tongban.cases.reads import gathered, register_key
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.bundles import is_supplied, part_answers, part_facts
from tongban.catalogue.core.definition import Bundle, Need, Part, Service
from tongban.catalogue.core.pinned import Pinned
from tongban.exchange import acts as exchange
from tongban.exchange.core.answers import Answer
from tongban.files import acts as files
from tongban.kernel.ids import case_number, uuid7
from tongban.rules.core import Fact, Facts, Value, ValueFault


@dataclass(frozen=True)
class Whole:
    """The bundle that parts are made of: its case, its definition, its facts, what registers answered for it, and its papers by merged question."""

    case: Case
    pinned: Pinned
    facts: Facts
    found: Mapping[str, Answer]
    papers: Mapping[str, Upload]
    is_new: bool = False
    """Whether the bundle is being sent now: its answers were fetched for this, also those that did not come."""

    @property
    def bundle(self) -> Bundle:
        """The definition."""
        assert self.pinned.bundle is not None, "checked by the caller"
        return self.pinned.bundle


@dataclass
class Making:
    """One part on its way to its own case."""

    row: BundlePart
    part: Part
    service: Service
    results: Mapping[str, Fact]
    """By the part's own question, what other parts supplied."""
    case: Case = field(default_factory=Case)
    found: dict[str, Answer] = field(default_factory=dict)
    """By the part's own need."""


def papers_of(case: Case) -> dict[str, Upload]:
    """A case's papers by question, the latest of each."""
    return {row.question: row for row in Upload.objects.filter(case=case, removed_at=None).order_by("at")}


def make_parts(whole: Whole, makings: Sequence[Making], doing: Doing, day: date) -> None:
    """Make and send these parts' cases, by rows and entries of this act."""
    if not makings:
        return
    city = catalogue.city()
    for making, serial in zip(makings, _serials(len(makings)), strict=True):
        case = making.case = draft_of(whole, making)
        case.sent_at, case.received_on, case.complete_on = doing.at, day, day
        case.number = case_number(city.area, city.departments[case.department].number, day, serial)
    _reuse(whole, makings, doing)
    _share(whole, makings, doing)
    for making in makings:
        _send(making, doing)
        making.row.standing, making.row.settled_at = "sent", doing.at


def _serials(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def draft_of(whole: Whole, making: Making) -> Case:
    """A part's case before it is sent: whose it is, by whom, with which answers, how its letters go. It is in no table yet."""
    bundle, service = whole.case, making.service
    known = part_facts(whole.bundle, making.part, service, whole.facts, making.results)
    return Case(
        id=making.row.case_id,
        service=service.id,
        service_hash=service.hash,
        procedure=service.procedure,
        situation=making.part.situation,
        state=whole.pinned.procedures[service.procedure].first,
        department=service.department,
        area=bundle.area,
        channel=bundle.channel,
        applicant_kind=bundle.applicant_kind,
        applicant_id=bundle.applicant_id,
        applicant_name=bundle.applicant_name,
        name_grams=bundle.name_grams,
        applicant_facts=bundle.applicant_facts,
        applied_by=bundle.applied_by,
        mandate_id=bundle.mandate_id,
        mandate_kind=bundle.mandate_kind,
        answers=part_answers(service, known),
        promised=bundle.promised,
        delivery=bundle.delivery,
        delivery_to=bundle.delivery_to,
        begun_at=bundle.begun_at,
        saved_at=bundle.saved_at,
        parent_id=bundle.id,
    )


def reusable(whole: Whole, making: Making, case: Case) -> dict[str, tuple[Need, Answer]]:
    """By need of a part, the answer that was given for the bundle for the same key; later only while it is fresh enough for the part."""
    found: dict[str, tuple[Need, Answer]] = {}
    known = part_facts(whole.bundle, making.part, making.service, whole.facts, making.results)
    for need in (one for one in making.service.needs if is_needed(one, known)):
        answer = whole.found.get(making.part.needs.get(need.alias, ""))
        key = register_key(case, need, held={alias: answer for alias, (_, answer) in found.items()})
        if answer is not None and key is not None and (is_fresh(answer, need, key) or (whole.is_new and answer.is_for(key))):
            found[need.alias] = need, answer
    return found


def _reuse(whole: Whole, makings: Sequence[Making], doing: Doing) -> None:
    """Give each part what registers answered for the bundle; no register is asked."""
    pairs = [
        (making, need, answer)
        for making in makings
        for need, answer in reusable(whole, making, making.case).values()
        if need.alias not in making.found
    ]
    again = exchange.reuse(
        [
            (answer, request_for(making.case, making.service, need, answer.key, doing.name, making.service.department))
            for making, need, answer in pairs
        ],
        keep=doing.rows.add,
        record=doing.entries.append,
    )
    for (making, need, _), answer in zip(pairs, again, strict=True):
        making.found[need.alias] = answer


def _share(whole: Whole, makings: Iterable[Making], doing: Doing) -> None:
    """Give each part the papers that answer its questions; they were uploaded once."""
    wanted = [(making, question, paper) for making in makings for question, paper in _papers(whole, making)]
    shared = files.share(whole.case.id, [(making.case.id, paper.file_id) for making, _, paper in wanted])
    for making, question, paper in wanted:
        upload = Upload(
            id=uuid7(),
            case=making.case,
            question=question,
            file_id=shared[making.case.id, paper.file_id],
            name=paper.name,
            media_type=paper.media_type,
            size=paper.size,
            at=paper.at,
            by=paper.by,
            original_id=paper.id,
        )
        doing.rows.add(upload)
        making.case.answers = making.case.answers | {question: str(upload.id)}


def _papers(whole: Whole, making: Making) -> Iterable[tuple[str, Upload]]:
    """The part's own questions that a paper of the bundle answers, as far as this part shows them."""
    known = part_facts(whole.bundle, making.part, making.service, whole.facts, making.results)
    for question in making.service.questions:
        paper = whole.papers.get(making.part.asks.get(question.id, ""))
        is_asked = isinstance(known[f"form.{question.id}"], Value) and not is_supplied(whole.bundle, making.part, question.id, whole.facts)
        if question.type == "file" and paper is not None and is_asked:
            yield question.id, paper


def _send(making: Making, doing: Doing) -> None:
    """The part's own sending: its way, its desk, and what a machine grants at once."""
    case, service = making.case, making.service
    own = replace(doing, act="send", key=None, department="")
    facts = assemble(service, gathered(service, case, records={}, found=making.found).without_aged())
    procedures = catalogue.pinned(service.hash).procedures
    course = settle_course(service, procedures, facts, case.state, "send")
    before = case.state
    own.rows.add(case)
    data: dict[str, Any] = carry_out(case, service, course, own, facts)
    data["bundle"] = str(case.parent_id)
    note(case, own, before, data=data, facts=to_json(service, facts), explanation=course.explanation.to_json())


def supplied(bundle: Bundle, part: Part, service: Service, facts: Facts, results: Mapping[str, Mapping[str, Any]]) -> dict[str, Fact]:
    """By the part's own question, what other parts have given; `results` by part and kind: `credential`, `number`, `records.step.name`, `answer.question`."""
    found: dict[str, Fact] = {}
    for question in service.questions:
        supply = part.supplies.get(question.id)
        if supply is None or not is_supplied(bundle, part, question.id, facts):
            continue
        value = results.get(supply.part, {}).get(".".join(one for one in (supply.kind, supply.step, supply.name) if one))
        try:
            found |= {} if value is None else {question.id: Value(question.fact.from_json(value), supply.part)}
        except (ValueFault, ValueError, TypeError):
            continue  # what does not fit the question leaves it open, for people to settle
    return found


def new_row(case: Case, alias: str, part: Part, standing: str, doing: Doing) -> BundlePart:
    """A part of a bundle that is being sent; the id of its case is settled now."""
    settled = doing.at if standing == "left-out" else None
    return doing.rows.add(
        BundlePart(bundle=case, alias=alias, service=part.service, standing=standing, case_id=uuid7(), settled_at=settled)
    )
