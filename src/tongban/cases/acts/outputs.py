"""What comes out of an answer: credential, letters, messages. Called inside an act's transaction, so that all of it commits or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from tongban.cases.acts.record import Doing, next_letter_number
from tongban.cases.acts.writing_back import write_back
from tongban.cases.core.words import Said, day, fill, reasons
from tongban.cases.models import Case, Letter
from tongban.cases.reads import Ground, labels_of
from tongban.cases.reads.form import shown_fact
from tongban.cases.reads.rating_links import link_of
from tongban.cases.reads.view import source_title
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import CredentialType, Gives, Service
from tongban.credentials import acts as credentials
from tongban.credentials.acts import IssueRequest
from tongban.kernel import clock
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.messages import acts as messages
from tongban.parties import reads as parties
from tongban.rules.core import Explanation, Fact, Facts, Value

_EMPTY = Text("", "")
_REFUSES = re.compile(r"refuse")
OF_ACTS = ("stop_kind", "stop_days", "stop_until", "extended_days", "owed", "owed_by", "promised", "check_by", "findings", "hear_until")
"""Words of letters that only the act which writes the letter knows."""
BEFORE_DECISION = ("acceptance", "correction", "not-accepted", "not-needed", "inspection", "promise")
"""Letters of the way there; the last of the others is the decision's."""


def give(case: Case, service: Service, gives: Gives, facts: Facts, explanation: Explanation | None, doing: Doing) -> dict[str, Any]:
    """Issue the credential and write the decision; returns what the event tells of them."""
    given: dict[str, Any] = {}
    issued = None
    if gives.credential:
        issued = credentials.issue(
            _request(case, service, gives.credential, facts, by=doing.name), record=doing.entries.append, keep=doing.rows.add
        )
        given["credential"] = issued.identifier
    decision = [name for name in gives.letters if not _REFUSES.search(name) and name not in BEFORE_DECISION]
    if decision:
        given["letter"] = write_letter(case, service, decision[-1], explanation, doing, credential=given.get("credential", ""))
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
    """Write one declared letter of a case; `extra` are the act's own words. Returns its number."""
    letter = catalogue.pinned(case.service_hash).letters[name]
    written_on = clock.local_date(doing.at)
    number = next_letter_number(case, doing)
    doing.rows.add(
        Letter(
            case=case,
            type=name,
            number=number,
            department=case.department,
            title_zh=letter.title.zh,
            title_en=letter.title.en,
            paragraphs=fill(letter, _values(case, service, explanation, words, credential) | dict(extra)),
            sealed=letter.sealed,
            issued_on=written_on,
        )
    )
    return number


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
    to_rate: bool = False,
) -> None:
    """Tell the applicant's side by the declared message of that name; a city that declares none says nothing. `due` is another day than the next one due;
    `but_not` was told already by another message; with `to_rate` the link leads to where the case can be rated without signing in. With `doing`, the message
    is written by what that act writes.
    """
    city = catalogue.city()
    template = city.messages.get(what)
    if template is None:
        return
    due = due or (case.answer_due_on if case.accepted_on is None and case.answer_due_on else case.due_on)
    text = template.text.format(number=case.number or "", service=service.title, due=day(due), city=city.title, count="")
    for person in (one for one in _told(case) if one != but_not):
        link = (to_rate and link_of(case, "applied-by" if person == case.applied_by else "applicant")) or f"/cases/{case.id}"
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
    text = template.text.format(number=case.number or "", service=service.title, due=day(due), city=city.title, count="")
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
    told = [case.applied_by]
    if case.applicant_kind == "person" and case.applicant_id != case.applied_by:
        told.append(case.applicant_id)
    return told


def _values(case: Case, service: Service, explanation: Explanation | None, words: str, credential: str) -> dict[str, Text | str]:
    department = catalogue.city().departments[case.department]
    told = reasons(explanation.results, _said(service)) if explanation else _EMPTY
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
        "statutory_due_on": day(case.statutory_due_on),
        "about": _about(case),
    }
    return values | dict.fromkeys(OF_ACTS, _EMPTY)


def _about(case: Case) -> Text:
    """The case that this one concerns, as a letter names it."""
    about = Case.objects.filter(pk=case.about_id).first() if case.about_id else None
    if about is None:
        return _EMPTY
    title = catalogue.pinned(about.service_hash).service.title
    return Text(f"{title.zh}（办件编号{about.number}）", f"{title.en} (case {about.number})")


def _said(service: Service) -> Callable[[str, Fact], Said]:
    labels = labels_of(service)

    def said(name: str, fact: Fact) -> Said:
        source = None if fact.source in ("applicant", "case", "parties") else source_title(fact.source, service)
        return Said(labels.get(name, Text(name, name)), shown_fact(service, name, fact), source)

    return said


def _sum(fen: int | None) -> Text:
    return _EMPTY if fen is None else Text(f"{show_yuan(fen)}元", f"¥{show_yuan(fen)}")


def refusal_letter(gives: Gives) -> str:
    """The letter by which this service refuses, or nothing."""
    return next((name for name in gives.letters if _REFUSES.search(name)), "")


def _request(case: Case, service: Service, name: str, facts: Facts, *, by: str) -> IssueRequest:
    kind: CredentialType = catalogue.pinned(case.service_hash).credentials[name]
    issuer = catalogue.city().departments[case.department]
    start = case.decided_on
    assert start is not None
    known = case.applicant_facts if "uscc" in case.applicant_facts else parties.identifiers(*case.side)
    return IssueRequest(
        type_id=kind.id,
        type_title=kind.title,
        type_code=kind.type_code,
        issuer_id=issuer.id,
        issuer_name=issuer.title,
        issuer_uscc=issuer.uscc,
        holder_kind=case.side[0],
        holder_id=case.applicant_id,
        holder_name=case.applicant_name,
        holder_code=known.get("uscc") or masked(known.get("id_number", "")),
        case_id=case.id,
        by=by,
        fields=tuple((field, label, _shown(service, facts, fact)) for field, label, fact in kind.fields),
        valid_from=start,
        valid_until=_months_later(start, kind.valid_months) if kind.valid_months else None,
    )


def masked(id_number: str) -> str:
    """An identity number as a printed licence may show it."""
    return id_number[:6] + "********" + id_number[-4:] if len(id_number) == 18 else ""


def _shown(service: Service, facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return shown_fact(service, name, fact).zh if isinstance(fact, Value) else ""


def _months_later(start: date, months: int) -> date:
    """The last day of a validity: the day before the same date, months later."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    for last in (start.day, 30, 29, 28):
        try:
            return date(year, month + 1, last) - timedelta(days=1)
        except ValueError:
            continue
    raise AssertionError
