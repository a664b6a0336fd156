"""Calls on tickets: what a dispatcher, a handler, a supervisor and the person do, and how a ticket stands."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from tongban.cases import reads
from tongban.cases.acts import tickets
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.reads.tickets.alike import Likely
from tongban.cases.reads.tickets.desk import inbox, same_matter
from tongban.cases.reads.tickets.view import TicketView
from tongban.faces.api import ticket_shapes as shapes
from tongban.faces.api.asking import KEY, actor, answer
from tongban.faces.api.shapes import Worded

router = Router(tags=["tickets"])


@router.get("/cases/{case_id}/ticket", summary="How a ticket stands")
def ticket(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """For its person, and for officials who may see it: nothing of who asked."""
    who = actor(request)
    try:
        view, likely = reads.case_view(case_id, who), tuple[Likely, ...]()
    except CaseNotFoundError:
        desk = reads.desk_case(case_id, who)
        view = desk.case
        likely = same_matter(case_id) if "merge" in desk.acts else ()
    if view.ticket is None:
        raise CaseNotFoundError
    return answer(_told(view.ticket) | {"case_id": case_id, "state": view.row.state, "version": view.version, "likely": likely})


@router.get("/tickets/inbox", summary="What waits for a dispatcher")
def waiting(request: HttpRequest, turn: str = "dispatch", after: str = Query("", max_length=80)) -> HttpResponse:
    """One page, nearest limit first; `turn` is `dispatch` or `ruling`."""
    rows, following = inbox(actor(request), "ruling" if turn == "ruling" else "dispatch", after=after)
    return answer({"rows": rows, "next": following})


@router.post("/cases/{case_id}/dispatch", summary="Dispatch")
def dispatch(request: HttpRequest, case_id: UUID, to: shapes.Dispatch, key: str = KEY) -> HttpResponse:
    """The department that receives it answers for it; the limit runs from its receipt."""
    return answer(
        tickets.dispatch(case_id, to.department, actor=actor(request), key=key, version=to.version, category=to.category, words=to.words)
    )


@router.post("/cases/{case_id}/dispute", summary="Dispute a dispatch")
def dispute(request: HttpRequest, case_id: UUID, why: shapes.Dispute, key: str = KEY) -> HttpResponse:
    """Once for each department; the second dispute of a ticket sends it to the last resort."""
    return answer(tickets.dispute(case_id, actor=actor(request), key=key, version=why.version, words=why.words, to=why.to))


@router.post("/cases/{case_id}/rule", summary="Rule on a dispute")
def rule(request: HttpRequest, case_id: UUID, said: shapes.Ruling, key: str = KEY) -> HttpResponse:
    """By somebody who did not dispatch it."""
    return answer(
        tickets.rule(
            case_id,
            said.ruling,
            actor=actor(request),
            key=key,
            version=said.version,
            words=said.words,
            department=said.department,
            helpers=said.helpers,
        )
    )


@router.post("/cases/{case_id}/progress", summary="Tell how it goes")
def progress(request: HttpRequest, case_id: UUID, said: shapes.Said, key: str = KEY) -> HttpResponse:
    """The person reads it, and so does everybody whose ticket is handled with it."""
    return answer(tickets.progress(case_id, actor=actor(request), key=key, words=said.words, photos=said.photos))


@router.post("/cases/{case_id}/ask-help", summary="Ask other departments to help")
def ask_help(request: HttpRequest, case_id: UUID, asked: shapes.Asked, key: str = KEY) -> HttpResponse:
    """Each gets a task; who answers stays the same."""
    return answer(tickets.ask_help(case_id, asked.departments, actor=actor(request), key=key, words=asked.words))


@router.post("/cases/{case_id}/helps/{task_id}", summary="Give the help that was asked for")
def give_help(request: HttpRequest, case_id: UUID, task_id: UUID, said: shapes.Said, key: str = KEY) -> HttpResponse:
    """For the department that answers."""
    if reads.case_of_task(task_id) != case_id:
        raise CaseNotFoundError
    return answer(tickets.give_help(task_id, actor=actor(request), key=key, words=said.words, photos=said.photos))


@router.post("/cases/{case_id}/answer", summary="Answer a ticket")
def answer_it(request: HttpRequest, case_id: UUID, said: shapes.TicketAnswer, key: str = KEY) -> HttpResponse:
    """With a declared closing reason; what is not fixed needs a date."""
    told = said.model_dump(exclude={"reason"})
    return answer(tickets.answer(case_id, said.reason, actor=actor(request), key=key, **told))


@router.post("/cases/{case_id}/judge", summary="Say whether it is fixed")
def judge(request: HttpRequest, case_id: UUID, said: shapes.Judgement, key: str = KEY) -> HttpResponse:
    """The person's word; "not fixed" reopens it, with the clock as it was."""
    return answer(tickets.judge(case_id, actor=actor(request), key=key, **said.model_dump()))


@router.post("/cases/{case_id}/call-back", summary="Write down what was said on the telephone")
def call_back(request: HttpRequest, case_id: UUID, said: shapes.CallBack, key: str = KEY) -> HttpResponse:
    """By the hotline; who was not reached has said nothing."""
    return answer(tickets.call_back(case_id, actor=actor(request), key=key, **said.model_dump()))


@router.post("/cases/{case_id}/supervise", summary="Review what was not fixed again and again")
def supervise(request: HttpRequest, case_id: UUID, said: shapes.Review, key: str = KEY) -> HttpResponse:
    """It is handled once more, or the answer stands."""
    return answer(tickets.supervise(case_id, actor=actor(request), key=key, **said.model_dump()))


@router.post("/cases/{case_id}/merge", summary="Handle a ticket with another about the same")
def merge(request: HttpRequest, case_id: UUID, said: shapes.Merge, key: str = KEY) -> HttpResponse:
    """Both people hear everything and judge for themselves."""
    return answer(tickets.merge(case_id, said.into, actor=actor(request), key=key, version=said.version, words=said.words))


@router.post("/cases/{case_id}/unmerge", summary="Take a ticket apart again")
def unmerge(request: HttpRequest, case_id: UUID, said: Worded, key: str = KEY) -> HttpResponse:
    """It goes back to the dispatcher, with the limit it had."""
    return answer(tickets.unmerge(case_id, actor=actor(request), key=key, version=said.version, words=said.words))


@router.post("/cases/{case_id}/urge", summary="Urge one's own ticket")
def urge(request: HttpRequest, case_id: UUID, said: shapes.Reason, key: str = KEY) -> HttpResponse:
    """Once in the declared hours."""
    return answer(tickets.urge(case_id, actor=actor(request), key=key, words=said.words))


@router.post("/cases/{case_id}/press", summary="Urge a ticket as a head or supervisor")
def press(request: HttpRequest, case_id: UUID, said: shapes.Reason, key: str = KEY) -> HttpResponse:
    """No limit moves."""
    return answer(tickets.press(case_id, actor=actor(request), key=key, words=said.words))


@router.post("/cases/{case_id}/add", summary="Add something to one's own ticket")
def add(request: HttpRequest, case_id: UUID, said: shapes.Said, key: str = KEY) -> HttpResponse:
    """Whoever has the turn is told."""
    return answer(tickets.add(case_id, actor=actor(request), key=key, words=said.words, photos=said.photos))


@router.post("/cases/{case_id}/see-who", summary="Look who asked")
def see_who(request: HttpRequest, case_id: UUID, said: shapes.Reason, key: str = KEY) -> HttpResponse:
    """The hotline alone, with a reason that the person reads."""
    done = tickets.see_who(case_id, actor=actor(request), key=key, words=said.words)
    who = reads.desk_case(case_id, actor(request)).who
    return answer(
        {"case_id": done.case_id, "version": done.version, "name": who.name if who else "", "contact": who.contact if who else ()}
    )


def _told(view: TicketView) -> dict[str, object]:
    return {
        "kind": view.kind.id,
        "category": view.category_id,
        "tier": view.tier.id,
        "area": view.area_code,
        "address": view.address,
        "sealed": view.is_sealed,
        "received_at": view.received_at,
        "due_by": view.due_by,
        "late": view.is_late,
        "department": view.department_id,
        "reason": view.reason.id if view.reason else None,
        "fixed": view.reason.fixed if view.reason else None,
        "answered_at": view.answered_at,
        "plan_on": view.plan_on,
        "reopen_until": view.reopen_until,
        "said_fixed": view.said_fixed,
        "satisfied": view.satisfied,
        "reopened": view.reopened,
        "urges": view.urges,
        "rungs": view.rung,
        "merged_into": view.merged_id,
    }
