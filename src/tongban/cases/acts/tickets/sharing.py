"""What happens to a ticket reaches everybody whose ticket is handled with it.

Invariants: each merged ticket gets each update once, as an act of its own with its own event, message and entry, however often the job runs; a ticket that has
left meanwhile is passed over; so an act on a ticket costs the same whether three or three thousand are handled with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tongban.cases.acts.record import Doing, advance, keep, lock
from tongban.cases.acts.tickets.telling import tell_person
from tongban.cases.acts.tickets.turns import Held, belongs_to, changed, clear_due, held, run_again
from tongban.cases.core.tickets.clock import last_day
from tongban.cases.models import Case, Event, Ticket
from tongban.catalogue import reads as catalogue
from tongban.jobs.acts import enqueue
from tongban.kernel import clock

SHARE: Final = "cases.share"
FOLLOW: Final = "cases.follow"


def share(one: Held, doing: Doing, act: str) -> None:
    """Ask for everybody to be told whose ticket is handled with this one; called before the act is kept."""
    if one.is_followed:
        enqueue(SHARE, {"case": str(one.case.id), "act": act, "at": doing.at.isoformat()})


def fan_out(payload: Mapping[str, Any]) -> None:
    """The job of an update: one job for each merged ticket, asked for once."""
    token = f"{payload['case']}/{payload['act']}/{payload['at']}"
    for case_id in Ticket.objects.filter(merged_into=payload["case"]).values_list("pk", flat=True):
        enqueue(FOLLOW, {**payload, "follower": str(case_id), "of": token}, key=f"{FOLLOW}:{token}:{case_id}")


def follow(payload: Mapping[str, Any]) -> None:
    """The job of one merged ticket: what was done with the one it is handled with is done with it."""
    case = lock(UUID(payload["follower"]), None)
    one = held(case)
    act = str(payload["act"])
    if not is_merged(one) or str(one.ticket.merged_into_id) != payload["case"]:
        return
    event = Event.objects.filter(case_id=payload["case"], act=act, at=datetime.fromisoformat(payload["at"])).first()
    if event is None or Event.objects.filter(case=case, data__of=payload["of"]).exists():
        return
    doing = Doing(act if act != "withdraw" else "unmerge", None, department=event.actor_department)
    before = advance(case, one.ground.procedure, doing.act)
    _FOLLOWING[act](one, event, doing)
    if act != "withdraw":
        share(one, doing, act)
    changed(one, doing)
    keep(case, doing, before, words=event.words, data={**_shared(event), "of": payload["of"], "with": _number(payload["case"])})


def is_merged(one: Held) -> bool:
    """Whether it is handled as part of another now: its state is one that unmerging leads out of."""
    return one.ground.procedure.next_state(one.case.state, "unmerge") is not None


def leave(one: Held, doing: Doing) -> None:
    """A ticket goes its own way again: to the dispatcher's desk, with the clock as it was."""
    one.ticket.merged_into = None
    one.ticket.is_public = one.tickets.kinds[one.ticket.kind].public and not one.case.is_sealed
    service = one.ground.service
    belongs_to(one, service.steps[one.tickets.steps.dispatch].of or service.department, doing)
    run_again(one, one.tickets.steps.dispatch, "", doing)


def _progressed(one: Held, event: Event, doing: Doing) -> None:  # noqa: ARG001 - one shape for every update
    one.ticket.responded_at = one.ticket.responded_at or event.at
    tell_person(one.case, "ticket-progress")


def _answered(one: Held, event: Event, doing: Doing) -> None:
    ticket = one.ticket
    ticket.answered_at, ticket.responded_at = event.at, ticket.responded_at or event.at
    ticket.reason, ticket.fixed = event.data["reason"], event.data["fixed"]
    ticket.plan_on = date.fromisoformat(event.data["plan_on"]) if event.data.get("plan_on") else None
    ticket.said_fixed = ticket.satisfied = None
    ticket.reopen_until = last_day(one.tickets.reopen_within, doing.at, catalogue.city().calendar)
    one.case.decided_on = clock.local_date(doing.at)
    clear_due(one)
    tell_person(one.case, "ticket-answered")


def _left_alone(one: Held, event: Event, doing: Doing) -> None:  # noqa: ARG001 - one shape for every update
    leave(one, doing)
    tell_person(one.case, "ticket-unmerged")


_FOLLOWING = {"progress": _progressed, "answer": _answered, "withdraw": _left_alone}


def _shared(event: Event) -> dict[str, Any]:
    """Of an update, what everybody may see whose ticket is handled with it: no photos of another's case."""
    return {name: value for name, value in event.data.items() if name in ("reason", "fixed", "plan_on", "turn_to")}


def _number(case_id: str) -> str:
    return Case.objects.filter(pk=case_id).values_list("number", flat=True).first() or ""
