"""What comes out of an answer: credential, letters, messages. Called inside an act's transaction, so that all of it commits or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from tongban.cases.acts.charge import fees_told
from tongban.cases.acts.letters import drafted, held_words, outdate, tells
from tongban.cases.acts.licensing import licence
from tongban.cases.acts.record import SAYS, Doing, next_letter_number
from tongban.cases.acts.writing_back import write_back
from tongban.cases.core.form import show
from tongban.cases.core.words import Said, day, reasons
from tongban.cases.models import Case, Event, Letter
from tongban.cases.reads import Ground, granting_cases, labels_of
from tongban.cases.reads.clauses import source_title
from tongban.cases.reads.ending import whom_to_tell
from tongban.cases.reads.form import seen_fact, shown_fact, without_number
from tongban.cases.reads.rating_links import link_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Department, Gives, LetterType, Service
from tongban.catalogue.core.reading.paper_files import LETTER_WORDS
from tongban.catalogue.core.words import ANSWER
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.messages import acts as messages
from tongban.rules.core import Explanation, Fact, Facts

_EMPTY = Text("", "")
_REFUSES = re.compile(r"refuse")
BEFORE_DECISION = ("acceptance", "correction", "not-accepted", "not-needed", "inspection", "promise")
"""Letters of the way there; the last of the others is the decision's."""


def give(
    case: Case, service: Service, gives: Gives, facts: Facts, explanation: Explanation | None, doing: Doing, words: str = ""
) -> dict[str, Any]:
    """Issue, replace or end the licence and write the decision; returns what the event tells of them. `words` are the decider's. Raises LicenceGoneError."""
    given, known, issued = licence(case, service, gives, facts, doing, words)
    decision = [name for name in gives.letters if not _REFUSES.search(name) and name not in BEFORE_DECISION]
    if decision:
        given["letter"] = write_letter(
            case,
            service,
            decision[-1],
            explanation,
            doing,
            words=words if gives.ends else "",
            credential=given.get("credential", ""),
            extra=known | {"decided_words": Text(words, words)},
        )
    if case.amount_fen is not None:
        given["amount_fen"] = case.amount_fen
    if gives.records:
        given["written"] = write_back(case, service, gives.records, facts, doing, issued)
    return given


def write_letter(
    case: Case,
    service: Service,
    name: str,
    explanation: Explanation | None,
    doing: Doing,
    *,
    words: str = "",
    credential: str = "",
    extra: Mapping[str, Text | str] = MappingProxyType({}),
) -> str:
    """Write one declared letter of a case; `extra` are words that only its act knows. Returns the letter's id."""
    pinned = catalogue.pinned(case.service_hash)
    declared = pinned.letters[name]
    department = catalogue.city().departments[case.department]
    own = dict(extra) if "credential_title" in extra else held_words(case, declared) | dict(extra)
    own = _handed_over(case, declared, doing) | _overturned(case, declared) | own
    basis = pinned.procedures[case.procedure].basis
    own = ({"basis": basis[name]} if name in basis else {}) | _fees(case, service, declared, doing) | own
    values = _values(case, service, department, declared, explanation, words, credential) | own
    letter = keep_letter(case, drafted(case, declared, department, values, doing.at), doing)
    if declared.annuls or declared.replaces:
        reviewed = [case.about_id] if service.gives.reopens and case.about_id else []
        concerned = [case.id, *reviewed, *(granting_cases(case) if declared.annuls else ())]
        outdate(letter, doing.rows, annuls=declared.annuls, replaces=declared.replaces, cases=concerned)
    return str(letter.id)


def _handed_over(case: Case, declared: LetterType, doing: Doing) -> dict[str, Text | str]:
    """What the act, or the last one that did, says of a policy that the case redeems, where the letter tells it; read only then."""
    if not tells(declared, "policy_") or doing.says:
        return dict(doing.says)
    kept = Event.objects.filter(case_id=case.id, data__has_key=SAYS).order_by("-id").values_list("data", flat=True).first()
    return {name: Text(**one) for name, one in kept[SAYS].items()} if kept else {}


def _overturned(case: Case, declared: LetterType) -> dict[str, Text | str]:
    """The decisions of the case that this one concerns which the letter annuls, by title and number, where it tells them; read only then."""
    if case.about_id is None or not tells(declared, "overturned"):
        return {}
    standing = Letter.objects.filter(case_id=case.about_id, type__in=declared.annuls, standing="").order_by("id")
    if not standing:
        return {"overturned": Text("原决定", "the earlier decision")}
    named = [Text(f"《{one.title_zh}》（{one.number}）", f"{one.title_en} ({one.number})") for one in standing]
    return {"overturned": Text("、".join(one.zh for one in named), ", ".join(one.en for one in named))}


def keep_letter(case: Case, letter: Letter, doing: Doing) -> Letter:
    """Put a letter among what the act writes; one of a series gets its number when the act is kept, another has the case's and a count."""
    doing.rows.add(letter)
    if not letter.series:
        letter.number = next_letter_number(case, doing)
    return letter


def _fees(case: Case, service: Service, declared: LetterType, doing: Doing) -> dict[str, Text | str]:
    """What is due, where the letter tells it; read only then."""
    return {"fees": fees_told(case, service, doing)} if tells(declared, "fees") else {}


def write_of_act(
    case: Case,
    ground: Ground,
    act: str,
    doing: Doing,
    *,
    explanation: Explanation | None = None,
    words: str = "",
    extra: Mapping[str, Text | str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Write the letter by which the procedure tells of an act, if it has one; what the event says of it."""
    name = ground.procedure.letters.get(act)
    return {"letter": write_letter(case, ground.service, name, explanation, doing, words=words, extra=extra)} if name else {}


def tell(
    case: Case,
    service: Service,
    what: str,
    doing: Doing | None = None,
    *,
    due: date | None = None,
    but_not: UUID | None = None,
    visit: Text = _EMPTY,
    to_rate: bool = False,
) -> None:
    """Tell the applicant's side by the declared message of that name; a city that declares none says nothing. `due` is another day than the next one due;
    `but_not` was told already by another message, `visit` says when officials come; with `to_rate` the link leads to where the case can be rated without
    signing in. With `doing`, the message is written by what that act writes.
    """
    city = catalogue.city()
    template = city.messages.get(what)
    if template is None:
        return
    due = due or (case.answer_due_on if case.accepted_on is None and case.answer_due_on else case.due_on)
    text = template.text.format(number=case.number or "", service=service.title, due=day(due), city=city.title, count="", visit=visit)
    for person in (one for one in _told(case) if one != but_not):
        link = (
            to_rate and link_of(case, "applied-by" if person == case.applied_by else "applicant")
        ) or f"/cases/{case.parent_id or case.id}"
        messages.send(
            to=person,
            template=what,
            text=text,
            case_id=case.id,
            link=link,
            urgent=template.urgent,
            quiet=city.quiet_hours,
            rows=doing.rows if doing else None,
        )


def tell_officials(case: Case, people: Iterable[Any], what: str, *, due: date | None) -> None:
    """Tell officials by the declared message of that name, with a link to the desk; in the city's own hours, as everybody."""
    city = catalogue.city()
    template = city.messages.get(what)
    if template is None:
        return
    service = catalogue.pinned(case.service_hash).service
    text = template.text.format(number=case.number or "", service=service.title, due=day(due), city=city.title, count="", visit="")
    for person in people:
        messages.send(
            to=person, template=what, text=text, case_id=None, link=f"/desk/cases/{case.id}", urgent=template.urgent, quiet=city.quiet_hours
        )


def outcome_message(case: Case, answer: str) -> str:
    """Which declared message tells the outcome: the one named as the state reached, if the city has one, else decided yes or no."""
    if case.state in catalogue.city().messages:
        return case.state
    return "decided-yes" if answer == "grant" else "decided-no"


def _told(case: Case) -> list[Any]:
    service = catalogue.pinned(case.service_hash).service if case.service_hash else None
    if service is not None and service.initiative == "office":
        return list(whom_to_tell(service, *case.side))
    told = [case.applied_by]
    if case.applicant_kind == "person" and case.applicant_id != case.applied_by:
        told.append(case.applicant_id)
    return told


def _values(
    case: Case,
    service: Service,
    department: Department,
    declared: LetterType,
    explanation: Explanation | None = None,
    words: str = "",
    credential: str = "",
) -> dict[str, Text | str]:
    told = reasons(explanation.results, _said(service, declared)) if explanation else _EMPTY
    situation = next((option.label for option in service.situations if option.id == case.situation), _EMPTY)
    values: dict[str, Text | str] = {
        "number": case.number or "",
        "service": service.title,
        "applicant": case.applicant_name,
        "applied_on": day(case.received_on),
        "accepted_on": day(case.accepted_on),
        "decided_on": day(case.decided_on),
        "due_on": day(case.due_on),
        "department": department.title,
        "reasons": Text(words, words) if words else told,
        "conditions": told,
        "basis": service.basis[0] if service.basis else _EMPTY,
        "remedies": service.remedies or _EMPTY,
        "amount": _sum(case.amount_fen),
        "correction": Text(words, words),
        "credential": credential,
        "situation": situation,
        "answer_due_on": day(case.answer_due_on),
        "statutory_due_on": day(case.statutory_due_on),
        "about": _about(case, declared),
    }
    return dict.fromkeys(LETTER_WORDS, _EMPTY) | answered(case, service, declared) | values


def letter_values(case: Case, service: Service, department: Department, declared: LetterType) -> dict[str, Text | str]:
    """What a letter of a case may say of the case itself."""
    return _values(case, service, department, declared)


def answered(case: Case, service: Service, declared: LetterType) -> dict[str, Text | str]:
    """What was answered in the form, by placeholder, as this letter says it."""
    asked = [question for question in service.questions if question.type != "file"]
    kept = {question.id: case.answers.get(question.id) for question in asked}
    said = (lambda words: words) if declared.whole_numbers else without_number
    return {f"{ANSWER}{one.id}": Text(said(show(one, kept[one.id], "zh")), said(show(one, kept[one.id], "en"))) for one in asked}


def _about(case: Case, declared: LetterType) -> Text:
    """The case that this one concerns, as a letter names it, where it tells it; read only then."""
    about = Case.objects.filter(pk=case.about_id).first() if case.about_id and tells(declared, "about") else None
    if about is None:
        return _EMPTY
    title = catalogue.pinned(about.service_hash).service.title
    return Text(f"{title.zh}（办件编号{about.number}）", f"{title.en} (case {about.number})")


def _said(service: Service, declared: LetterType) -> Callable[[str, Fact], Said]:
    labels = labels_of(service)
    show_fact = shown_fact if declared.whole_numbers else seen_fact

    def said(name: str, fact: Fact) -> Said:
        source = None if fact.source in ("applicant", "case", "parties") else source_title(fact.source, service)
        return Said(labels.get(name, Text(name, name)), show_fact(service, name, fact), source)

    return said


def _sum(fen: int | None) -> Text:
    return _EMPTY if fen is None else Text(f"{show_yuan(fen)}元", f"¥{show_yuan(fen)}")


def refusal_letter(gives: Gives) -> str:
    """The letter by which this service refuses, or nothing."""
    return next((name for name in gives.letters if _REFUSES.search(name)), "")
