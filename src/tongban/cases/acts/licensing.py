"""What a grant does to licences: a new one is issued, one is replaced by its next version, one ends. In the act's transaction, or not at all.

Invariants: what is replaced or ended is what the case is about and nothing else; a version that replaces another keeps its number; what nobody was asked
again stays as the licence said; a licence that is gone by now is neither replaced nor ended a second time.

Source: Administrative Licensing Law, articles 49 (change), 50 (extension) and 70 (cancellation).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from tongban.cases.acts.letters import NO_END, issued_words
from tongban.cases.acts.record import Doing
from tongban.cases.core.course import months_of
from tongban.cases.core.words import day
from tongban.cases.errors import LicenceGoneError
from tongban.cases.models import Case
from tongban.cases.reads import licence_of
from tongban.cases.reads.form import shown_fact
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import CredentialType, Gives, Service
from tongban.credentials import acts as credentials
from tongban.credentials.acts import IssueRequest
from tongban.credentials.core.credential import Credential, says
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.rules.core import Facts, Value

Words = dict[str, Text | str]


class Given(NamedTuple):
    """What became of licences: what the event tells, the words that the letter may use, and what was issued."""

    told: dict[str, Any]
    words: Words
    issued: Credential | None = None


def licence(case: Case, service: Service, gives: Gives, facts: Facts, doing: Doing, words: str) -> Given:
    """Issue, replace or end. Raises LicenceGoneError."""
    held = licence_of(case) if gives.ends else None
    told = held_words(service, facts, held)
    if held is not None:
        check_there(held)
    if gives.credential:
        request = _request(case, service, gives, facts, held, by=doing.name)
        issued = credentials.issue(request, record=doing.entries.append, keep=doing.rows.add)
        given = {"credential": issued.identifier} | ({"replaces": held.identifier} if held else {})
        return Given(given, told | issued_words(issued), issued)
    if held is not None and gives.ends and gives.ends != "replaced":
        reason = Text(words, words) if words else _ASKED.format(number=case.number or "")
        credentials.end(held.id, gives.ends, reason, doing.name, record=doing.entries.append, keep=doing.rows.add)
        return Given({"ended": held.identifier, "how": gives.ends}, told)
    return Given({}, told)


def held_words(service: Service, facts: Facts, held: Credential | None) -> Words:
    """What a letter may tell of the licence that the case is about; of one that this city did not issue, what a register says."""
    if not service.licence:
        return {}
    kind = catalogue.pinned(service.hash).credentials.get(service.licence)
    if held is None:
        fact = facts.get(service.licence_number)
        number = str(fact.value) if isinstance(fact, Value) else _ELSEWHERE
        return {"held_title": kind.title if kind else _LICENCE, "held_number": number}
    until = day(held.valid_until) if held.valid_until else NO_END
    return {"held_title": held.type_title, "held_number": held.serial, "held_until": until}


def check_there(held: Credential) -> None:
    """Raises LicenceGoneError once a licence ended or was reissued."""
    if held.ended is not None:
        raise LicenceGoneError(held.serial, says(held.ended.how))
    if held.replaced_by is not None:
        raise LicenceGoneError(held.serial, says("replaced"))


_ASKED = Text("依持证人申请，见{number}", "At the holder's request, see {number}")
_LICENCE = Text("原证", "the licence held so far")
_ELSEWHERE = Text("见申请材料", "see the papers handed in")


def _request(case: Case, service: Service, gives: Gives, facts: Facts, held: Credential | None, *, by: str) -> IssueRequest:
    kind: CredentialType = catalogue.pinned(case.service_hash).credentials[gives.credential]
    issuer = catalogue.city().departments[case.department]
    known = case.applicant_facts if "uscc" in case.applicant_facts else parties.identifiers(*case.side)
    start, until = _validity(case, gives, held, months_of(gives, facts) or kind.valid_months)
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
        area=case.area,
        replaces=held.id if held else None,
        fields=_fields(service, gives, kind, facts, held),
        valid_from=start,
        valid_until=until,
    )


def _validity(case: Case, gives: Gives, held: Credential | None, months: int | None) -> tuple[date, date | None]:
    start = case.decided_on
    assert start is not None
    if held is not None and gives.validity == "kept":
        if held.valid_until is not None and held.valid_until < start:
            raise LicenceGoneError(held.serial, says("expired"))
        return start, held.valid_until
    if held is not None and gives.validity == "after" and held.valid_until is not None:
        start = max(start, held.valid_until + timedelta(days=1))
    return start, months_later(start, months) if months else None


def _fields(
    service: Service, gives: Gives, kind: CredentialType, facts: Facts, held: Credential | None
) -> tuple[tuple[str, Text, str], ...]:
    """What the facts say; where nothing was asked, what the version before says."""
    before = {name: value for name, _, value in held.fields} if held else {}
    if held is not None and gives.content == "kept":
        return tuple((name, label, before.get(name, "")) for name, label, _ in kind.fields)
    return tuple((name, label, _shown(service, facts, fact) or before.get(name, "")) for name, label, fact in kind.fields)


def masked(id_number: str) -> str:
    """An identity number as a printed licence may show it."""
    return id_number[:6] + "********" + id_number[-4:] if len(id_number) == 18 else ""


def _shown(service: Service, facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return shown_fact(service, name, fact).zh if isinstance(fact, Value) else ""


def months_later(start: date, months: int) -> date:
    """The last day of a validity: the day before the same date, months later."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    for last in (start.day, 30, 29, 28):
        try:
            return date(year, month + 1, last) - timedelta(days=1)
        except ValueError:
            continue
    raise AssertionError
