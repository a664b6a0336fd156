"""A draft as its form shows it: what is asked, what is already known and from whom, which papers are needed and which are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from tongban.cases.core.course import settle_course
from tongban.cases.core.facts import is_needed, shown
from tongban.cases.core.form import may_owe, missing, owable
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Event, Upload
from tongban.cases.permissions import check_applicant
from tongban.cases.reads.ground import known_facts, label_of, service_of
from tongban.cases.reads.licence import licence_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.bundles import needed
from tongban.catalogue.core.course import assess, promise_open
from tongban.catalogue.core.definition import Department, Need, Question, Section, Service, Way
from tongban.catalogue.core.words import HELD_TITLES
from tongban.credentials.core.credential import STATES
from tongban.exchange import reads as exchange
from tongban.kernel.ids import is_citizen_id
from tongban.kernel.text import Text
from tongban.parties.core.identity import masked
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer, Explanation, Facts, Nothing, Unknown, Value


@dataclass(frozen=True)
class UploadRow:
    """A paper that came with the case."""

    id: UUID
    question: str
    name: str
    media_type: str
    size: int
    at: datetime
    seen_at: datetime | None = None
    """When an official compared it with the original."""
    copy_at: str = ""


@dataclass(frozen=True)
class QuestionView:
    """One question that is asked, with its stored answer in JSON form."""

    question: Question
    value: Any
    upload: UploadRow | None
    to_correct: bool = False


@dataclass(frozen=True)
class SectionView:
    """One page of the form."""

    section: Section
    questions: tuple[QuestionView, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Prefilled:
    """One item that a department supplied, so that nobody need type it."""

    name: str
    label: Text
    state: Literal["value", "none", "unknown"]
    shown: Text
    source: Department | None
    at: datetime | None
    need: str
    resource: Text
    reason: str = ""


@dataclass(frozen=True)
class Paper:
    """One paper: struck out where data replaces it or the answers make it needless; to be uploaded, or open until more is answered; and who draws it up."""

    title: Text
    how: Literal["by-data", "upload", "optional", "uploaded", "not-needed", "depends"]
    supplied_by: Text | None


@dataclass(frozen=True)
class FormView:
    """All that the pages of a draft need."""

    case_id: UUID
    version: int
    state: str
    situation: str
    applicant_name: str
    saved_at: datetime
    service: Service
    department: Department
    sections: tuple[SectionView, ...]
    prefilled: tuple[Prefilled, ...]
    papers: tuple[Paper, ...]
    explanation: Explanation
    facts: Facts
    faults: Mapping[str, Text]
    way: Way | None
    correction: str
    """What is to be corrected, in the officer's words; empty in a first draft."""
    promise_way: Way | None = None
    """The way on a promise that is open to this application, chosen or not."""
    is_promised: bool = False
    has_promised: bool = False
    """Whether the applicant chose to promise, wherever that is open; in a bundle it is open by part."""
    owable: tuple[Question, ...] = ()
    """The papers that are all that is lacking, and may follow after acceptance (容缺)."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing more need be answered."""
        return not self.faults


def form_view(case_id: UUID, actor: Actor) -> FormView:
    """A draft, or a case sent back for correction. Raises CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    check_applicant(actor, case, "save")
    service = service_of(case)
    facts = known_facts(service, case)
    asked = shown(service, facts)
    faults = missing(asked, facts)
    uploads = uploads_of(case)
    words, to_correct = _correction(case)
    pinned = catalogue.pinned(service.hash)
    act = "correct" if case.state == "correction" else "send"
    course = settle_course(service, pinned.procedures, facts, case.state, act)
    return FormView(
        case_id=case.id,
        version=case.version,
        state=case.state,
        situation=case.situation,
        applicant_name=case.applicant_name,
        saved_at=case.saved_at,
        service=service,
        department=catalogue.city().departments[case.department],
        sections=tuple(
            _section(section, asked, case, uploads, faults, to_correct)
            for section in service.form
            if any(q.section == section.id for q in asked)
        ),
        prefilled=prefilled(service, facts, case),
        papers=papers(service, facts, uploads),
        explanation=assess(service, facts),
        facts=facts,
        faults=faults,
        way=course.way,
        correction=words,
        promise_way=promise_open(service, facts),
        is_promised=course.way.is_promise,
        has_promised=case.promised,
        owable=_owable(service, asked, faults, facts),
    )


def _owable(service: Service, asked: tuple[Question, ...], faults: Mapping[str, Text], facts: Facts) -> tuple[Question, ...]:
    papers = owable(asked, faults) if may_owe(service, facts) else ()
    return tuple(question for question in asked if question.id in papers)


def uploads_of(case: Case) -> dict[str, UploadRow]:
    """The papers of a case, by question."""
    rows = Upload.objects.filter(case=case, removed_at=None).order_by("at")
    return {
        row.question: UploadRow(row.id, row.question, row.name, row.media_type, row.size, row.at, row.seen_at, row.copy_at) for row in rows
    }


def prefilled(service: Service, facts: Facts, case: Case) -> tuple[Prefilled, ...]:
    """Each item that departments supplied or were asked for, with source and time: once decided, the time of what the decision rested on."""
    answers = exchange.answers(case.id) if case.decided_on is None else {}
    pinned = catalogue.pinned(service.hash)
    found = _of_licence(service, facts, case)
    for need in service.needs:
        if not is_needed(need, facts) or isinstance(facts.get(need.by), Nothing):  # it is not asked for, or there is nobody to ask about
            continue
        resource = pinned.resources[need.resource]
        answer = answers.get(need.alias)
        for name in need.items:
            item = resource.items[name]
            fact = facts[f"{need.alias}.{name}"]
            found.append(
                Prefilled(
                    name=f"{need.alias}.{name}",
                    label=label_of(need, item.title),
                    state="value" if isinstance(fact, Value) else "none" if isinstance(fact, Nothing) else "unknown",
                    shown=seen_fact(service, f"{need.alias}.{name}", fact),
                    source=catalogue.city().departments.get(resource.department),
                    at=answer.fetched_at if answer else getattr(fact, "as_of", None),
                    need=need.alias,
                    resource=resource.title,
                    reason=fact.reason if isinstance(fact, Unknown) else "",
                )
            )
    return tuple(found)


def _of_licence(service: Service, facts: Facts, case: Case) -> list[Prefilled]:
    """What the licence that the case is about says of itself: nobody need type it either."""
    held = licence_of(case) if service.licence else None
    if held is None:
        return []
    issuer = catalogue.city().departments.get(held.issuer_id)
    return [
        Prefilled(
            name=name,
            label=title,
            state="value" if isinstance(facts[name], Value) else "none",
            shown=shown_fact(service, name, facts[name]),
            source=issuer,
            at=case.sent_at or case.saved_at,
            need="",
            resource=held.type_title,
        )
        for name, title in HELD_TITLES.items()
    ]


def shown_fact(service: Service, name: str, fact: Value | Nothing | Unknown) -> Text:
    """A fact as a page shows it."""
    if isinstance(fact, Nothing):
        return Text("无记录", "No record")
    if isinstance(fact, Unknown):
        return Text("尚未查得", "Not known yet")
    label = _option_label(service, name, fact.value)
    if label is not None:
        return label
    kind = service.vocabulary[name].type
    return Text(kind.show(fact.value, "zh"), kind.show(fact.value, "en"))


def seen_fact(service: Service, name: str, fact: Value | Nothing | Unknown) -> Text:
    """A fact as it stands among others on a page: somebody's identity number is masked, whichever register named it."""
    if isinstance(fact, Value) and isinstance(fact.value, str) and is_citizen_id(fact.value):
        return Text(*(masked(fact.value),) * 2)
    return shown_fact(service, name, fact)


def without_number(words: str) -> str:
    """What was said; where that is somebody's identity number, the number masked."""
    return masked(words) if is_citizen_id(words) else words


def papers(service: Service, facts: Facts, uploads: Mapping[str, UploadRow]) -> tuple[Paper, ...]:
    """What would have been brought to a counter, and what became of each."""
    by_data = [
        Paper(need.title, "by-data", _supplier(need, service))
        for need in service.needs
        if need.title is not None and is_needed(need, facts)
    ]
    files = [
        Paper(question.label, "uploaded" if question.id in uploads else _how(question, facts), question.supplies)
        for question in service.questions
        if question.type == "file"
    ]
    return (*by_data, *_given_by_parts(service, facts), *files)


def _how(question: Question, facts: Facts) -> Literal["upload", "optional", "not-needed", "depends"]:
    """Whether a paper is asked for, on what is known."""
    answer = Answer.YES if question.show is None else question.show.evaluate(facts)
    if answer == Answer.YES:
        return "upload" if question.required else "optional"
    return "not-needed" if answer == Answer.NO else "depends"


def _given_by_parts(service: Service, facts: Facts) -> list[Paper]:
    """Of a bundle, what one part gives and another would have asked for."""
    pinned = catalogue.pinned(service.hash)
    wanted = needed(pinned.bundle, facts) if pinned.bundle else {}
    found: list[Paper] = []
    for alias, part in pinned.bundle.parts.items() if pinned.bundle else ():
        for question in pinned.parts[alias].questions if wanted[alias] != Answer.NO else ():
            supply = part.supplies.get(question.id)
            if supply is not None and wanted[supply.part] != Answer.NO:
                department = catalogue.city().departments[pinned.parts[supply.part].department]
                found.append(Paper(question.label, "by-data", department.short))
    return found


def _supplier(need: Need, service: Service) -> Text:
    resource = catalogue.pinned(service.hash).resources[need.resource]
    department = catalogue.city().departments.get(resource.department)
    return department.short if department else resource.title


def _section(
    section: Section,
    asked: tuple[Question, ...],
    case: Case,
    uploads: Mapping[str, UploadRow],
    faults: Mapping[str, Text],
    to_correct: frozenset[str],
) -> SectionView:
    questions = tuple(
        QuestionView(question, case.answers.get(question.id), uploads.get(question.id), question.id in to_correct)
        for question in asked
        if question.section == section.id
    )
    return SectionView(section, questions, tuple(view.question.id for view in questions if view.question.id in faults))


def _correction(case: Case) -> tuple[str, frozenset[str]]:
    if case.state != "correction":
        return "", frozenset()
    event = Event.objects.filter(case=case, act="ask-correction").order_by("-id").first()
    return (event.words, frozenset(event.data.get("questions", []))) if event else ("", frozenset())


def _option_label(service: Service, name: str, value: Any) -> Text | None:
    root, _, item = name.partition(".")
    if name == "case.situation":
        options = service.situations
    elif root == "form":
        options = next((question.options for question in service.questions if question.id == item), ())
    elif name == "licence.state":
        return STATES.get(value)
    else:
        need = next((need for need in service.needs if need.alias == root), None)
        if need is not None:
            options = catalogue.pinned(service.hash).resources[need.resource].items[item].options
        else:
            steps = [step for step in service.every_step if step.id == root]
            options = steps[0].records.get(item, ()) if steps else ()
    return next((option.label for option in options if option.id == value), None)
