"""What is to be reported upward, found by reading the record in its order: it costs no act of a case anything.

Invariants: the record is followed by the index of its leaves, which are contiguous and given once, so that nothing that commits late is missed and nothing is
read twice; how far it was read commits with what was queued; a city that begins to report begins with what happens from then on.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError

from tongban.cases.core.course import step_named
from tongban.cases.core.records import Told, record_of
from tongban.cases.models import Case, Event, Letter
from tongban.cases.reads import ground_of
from tongban.cases.reads.ground import Ground
from tongban.cases.reads.view import ACT_TITLES
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Report, Step
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import says as licence_state
from tongban.docking import acts as docking
from tongban.docking import reads as docked
from tongban.docking.acts import Due
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger import reads as ledger
from tongban.ledger.reads import EntryView
from tongban.parties import reads as parties

log = logging.getLogger(__name__)
FOLLOWER: Final = "case-records"
BATCH: Final = 1000
_ROUNDS: Final = 20
_CASE, _LICENCE = "cases.", "credential."


def report_due() -> int:
    """Queue what is due from the record since it was last read; returns how many records. Nothing in a city that reports nothing."""
    city = catalogue.city()
    if not city.reporting:
        return 0
    done = 0
    for _ in range(_ROUNDS):
        begin = docked.read_up_to(FOLLOWER)
        if begin is None:
            docking.queue_reports((), follower=FOLLOWER, index=ledger.size())
            break
        entries = ledger.following(begin, BATCH)
        if not entries:
            break
        last = entries[-1].index
        assert last is not None, "an entry that is read by its index has one"
        done += docking.queue_reports(due_of(entries, city), follower=FOLLOWER, index=last + 1)
    return done


def due_of(entries: Sequence[EntryView], city: City) -> tuple[Due, ...]:
    """The records that these entries make due."""
    wanted = [(entry, reports) for entry in entries if (reports := _reports_after(entry, city))]
    cases = Case.objects.in_bulk({entry.case_id for entry, _ in wanted if entry.act.startswith(_CASE)})
    events = _events_of(cases)
    found: list[Due] = []
    for entry, reports in wanted:
        for report in reports:
            made = _APART.get(report.kind)
            fields = _carefully(made, entry, city) if made else _carefully(_of_case, entry, report.kind, cases, events, city)
            if fields:
                found.append(_due(entry, report, fields))
    return tuple(found)


def _events_of(cases: Iterable[UUID]) -> Mapping[UUID, Sequence[Event]]:
    """The events of these cases in their order; each names its letter by the number that is printed on it."""
    wanted = list(cases)
    numbers = {str(id_): number for id_, number in Letter.objects.filter(case__in=wanted).values_list("id", "number")}
    events: dict[UUID, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(case__in=wanted).order_by("id"):
        if (letter := event.data.get("letter")) in numbers:
            event.data = {**event.data, "letter": numbers[letter]}
        events[event.case_id].append(event)
    return events


def _carefully(make: Callable[..., dict[str, str]], entry: EntryView, *more: object) -> dict[str, str]:
    """A record's fields; one that cannot be made is told in the log and holds up no other."""
    try:
        return make(entry, *more)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("entry %s could not be reported", entry.id)
        return {}


def _reports_after(entry: EntryView, city: City) -> list[Report]:
    """The reports that are due after an entry's acts."""
    kind, _, act = entry.act.partition(".")
    if f"{kind}." not in (_CASE, _LICENCE):
        return []
    acts = {act, *(entry.payload.get("data") or {}).get("acts", ())}
    is_licence = f"{kind}." == _LICENCE
    return [report for report in city.reporting.values() if (report.kind == "licence") is is_licence and acts & set(report.after)]


def _due(entry: EntryView, report: Report, fields: Mapping[str, str]) -> Due:
    subject = UUID(entry.payload[_SUBJECT[report.kind]]) if report.kind in _SUBJECT else entry.case_id
    assert subject is not None
    return Due(
        report.system,
        report.kind,
        subject,
        entry.id,
        fields.get("number") or fields.get("serial", ""),
        entry.purpose,
        entry.department,
        clock.local_date(entry.at),
        fields,
    )


def _of_case(entry: EntryView, kind: str, cases: Mapping[UUID, Case], events: Mapping[UUID, Sequence[Event]], city: City) -> dict[str, str]:
    """A record of a case's event; nothing where the case is gone."""
    case = cases.get(entry.case_id) if entry.case_id else None
    own = events.get(case.id, ()) if case else ()
    at = next((index for index, event in enumerate(own) if event.entry_id == entry.id), None)
    if case is None or at is None:
        return {}
    return record_of(kind, _told(case, own[at], own[at - 1] if at else own[at], city))


def _told(case: Case, event: Event, before: Event, city: City) -> Told:
    ground = ground_of(case)
    department = city.departments.get(event.actor_department or case.department)
    return Told(
        number=case.number or "",
        service=ground.service,
        version=case.service_hash,
        applicant_kind=case.applicant_kind,
        applicant_name=case.applicant_name,
        certificate=_certificate(case),
        agent=_agent(case),
        applied_at=case.sent_at,
        accepted_on=case.accepted_on,
        promised_on=case.due_on,
        department=department.title.zh if department else case.department,
        act=event.act,
        title=_title(event, ground),
        at=event.at,
        began_at=before.at,
        officer=event.actor_name if event.actor_department else "",
        words=event.words,
        data=event.data,
        step=_step(ground, event.step),
        stop=next((one.label.zh for one in ground.procedure.lawful_stops if one.id == event.data.get("kind")), ""),
        code=_code(case, event, ground),
    )


def _certificate(case: Case) -> str:
    known: Mapping[str, Any] = case.applicant_facts if "uscc" in case.applicant_facts else parties.identifiers(*case.side)
    return str(known.get("uscc") or known.get("id_number") or "")


def _agent(case: Case) -> str:
    if case.mandate_id is None:
        return ""
    return parties.names("person", [case.applied_by]).get(case.applied_by, "")


def _title(event: Event, ground: Ground) -> str:
    """What the act is called; an outcome by the state that it led to."""
    if {event.act, *event.data.get("acts", ())} & {
        "grant",
        "deem-granted",
        "refuse",
        "withdraw",
        "lapse",
    } and event.to_state in ground.procedure.states:
        return ground.procedure.states[event.to_state].title.zh
    return ACT_TITLES.get(event.act, Text(event.act, event.act)).zh


def _step(ground: Ground, name: str) -> Step | None:
    try:
        return step_named(ground.service, name)
    except KeyError:
        return None


def _code(case: Case, event: Event, ground: Ground) -> str:
    """The national code of the act, or of the state that it led to."""
    of_act = next((one.code for one in ground.procedure.transitions if one.act == event.act and event.from_state in one.sources), "")
    state = ground.procedure.states.get(event.to_state)
    if of_act or state is None:
        return of_act
    return (state.code_if_tolerated if case.tolerated else "") or state.national_code


def _of_rating(entry: EntryView, city: City) -> dict[str, str]:
    """A rating, as its entry tells it: of a service and a month, of no case and nobody."""
    told, service, department = entry.payload, city.services.get(entry.purpose), city.departments.get(entry.department)
    return {
        "number": told["rating"],
        "service_code": service.code if service else "",
        "level": str(told["level"]),
        "channel": told["channel"],
        "given_by": told["given_by"],
        "rated_in": f"{clock.local_date(entry.at):%Y-%m}",
        "department": department.title.zh if department else entry.department,
    }


def _of_licence(entry: EntryView, city: City) -> dict[str, str]:  # noqa: ARG001 - one shape for what is no case's
    """A licence, as it stands after it was issued or ended."""
    one = credentials.credential(UUID(entry.payload["credential"]))
    ended = one.ended
    return {
        "identifier": one.identifier,
        "serial": one.serial,
        "title": one.type_title.zh,
        "type_code": one.type_code,
        "issuer": one.issuer_name.zh,
        "issuer_code": one.issuer_uscc,
        "holder": one.holder_name,
        "holder_code": one.holder_code,
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until else "",
        "state": licence_state(ended.how).zh if ended else licence_state("valid").zh,
        "reason": ended.reason.zh if ended else "",
    }


_APART: Final[dict[str, Callable[[EntryView, City], dict[str, str]]]] = {"licence": _of_licence, "rating": _of_rating}
"""Records that are no case's, by kind: how each is made of its entry."""
_SUBJECT: Final = {"licence": "credential", "rating": "rating"}
"""What such a record is of, by the name in its entry."""
