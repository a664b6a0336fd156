"""Calls of officials: accept, ask for corrections, do a step, decide, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from tongban.cases import acts, reads
from tongban.cases.errors import FactsAgedError
from tongban.cases.reads.queue import Box
from tongban.faces.api.asking import KEY, actor, answer
from tongban.faces.api.shapes import (
    Annulment,
    Appointed,
    Assignment,
    Checked,
    Correction,
    Decision,
    Extension,
    OnTheSpot,
    Paid,
    Refusal,
    StepDone,
    Stop,
    Worded,
    typed,
)
from tongban.parties.core.people import Actor

router = Router(tags=["handle"])


@router.post("/cases/{case_id}/accept", summary="Accept")
def accept(request: HttpRequest, case_id: UUID, worded: Worded, key: str = KEY) -> HttpResponse:
    """From now the limits bind the department."""
    return answer(acts.accept(case_id, actor=actor(request), key=key, version=worded.version, words=worded.words))


@router.post("/cases/{case_id}/ask-correction", summary="Ask for corrections")
def ask_correction(request: HttpRequest, case_id: UUID, correction: Correction, key: str = KEY) -> HttpResponse:
    """Once, whole, in writing, before acceptance."""
    done = acts.ask_correction(
        case_id, actor=actor(request), key=key, version=correction.version, questions=correction.questions, words=correction.words
    )
    return answer(done)


@router.post("/cases/{case_id}/correct-on-the-spot", summary="Correct on the spot what an applicant wrote")
def correct_on_the_spot(request: HttpRequest, case_id: UUID, corrected: OnTheSpot, key: str = KEY) -> HttpResponse:
    """With the applicant's word for it, before acceptance, by who may accept; no paper, nothing that a register said, and nothing that makes it another application."""
    done = acts.correct_on_the_spot(
        case_id,
        typed(corrected.answers),
        actor=actor(request),
        key=key,
        version=corrected.version,
        word=corrected.word,
        words=corrected.words,
    )
    return answer(done)


@router.post("/cases/{case_id}/not-accept", summary="Say that it is not accepted, or not needed")
def not_accept(request: HttpRequest, case_id: UUID, refusal: Refusal, key: str = KEY) -> HttpResponse:
    """In writing, with reasons."""
    who = actor(request)

    def refuse() -> acts.Done:
        return acts.not_accept(
            case_id, refusal.answer, actor=who, key=key, version=refusal.version, words=refusal.words, elsewhere=refusal.elsewhere
        )

    return _on_fresh_facts(case_id, who, refuse)


@router.post("/cases/{case_id}/steps/{task_id}", summary="Do a step")
def step(request: HttpRequest, case_id: UUID, task_id: UUID, done: StepDone, key: str = KEY) -> HttpResponse:
    """Pass it or return it; sign it where it needs two."""
    outcome = acts.complete_step(
        task_id, of=case_id, actor=actor(request), key=key, outcome=done.outcome, words=done.words, records=done.records, photos=done.photos
    )
    return answer(outcome)


@router.post("/cases/{case_id}/decide", summary="Decide")
def decide(request: HttpRequest, case_id: UUID, decision: Decision, key: str = KEY) -> HttpResponse:
    """Grant, or refuse with written reasons. Facts that have aged are read again first and the decision is asked for anew (409): look at the case, then send the same once more."""
    who = actor(request)
    return _on_fresh_facts(
        case_id, who, lambda: acts.decide(case_id, decision.answer, actor=who, key=key, version=decision.version, words=decision.words)
    )


@router.post("/cases/{case_id}/stop", summary="Stop the clocks for a special procedure")
def stop(request: HttpRequest, case_id: UUID, stopped: Stop, key: str = KEY) -> HttpResponse:
    """Only the kinds that the procedure declares, only after acceptance, told in writing."""
    who = actor(request)
    return answer(acts.stop(case_id, stopped.kind, actor=who, key=key, version=stopped.version, days=stopped.days, words=stopped.words))


@router.post("/cases/{case_id}/resume", summary="The special procedure is over")
def resume(request: HttpRequest, case_id: UUID, worded: Worded, key: str = KEY) -> HttpResponse:
    """With its result; the limits go on."""
    return answer(acts.resume(case_id, actor=actor(request), key=key, version=worded.version, words=worded.words))


@router.post("/cases/{case_id}/extend", summary="Extend the statutory limit")
def extend(request: HttpRequest, case_id: UUID, extension: Extension, key: str = KEY) -> HttpResponse:
    """By the head, once, with reasons told."""
    who = actor(request)
    return answer(acts.extend(case_id, actor=who, key=key, version=extension.version, days=extension.days, words=extension.words))


@router.post("/cases/{case_id}/tasks/{task_id}/assign", summary="Say who does a task")
def assign(request: HttpRequest, case_id: UUID, task_id: UUID, assignment: Assignment, key: str = KEY) -> HttpResponse:  # noqa: ARG001 - the task says its case
    """A colleague in the same post; by the head, or by who has it."""
    return answer(acts.assign(task_id, assignment.person, actor=actor(request), key=key, words=assignment.words))


@router.post("/cases/{case_id}/tasks/{task_id}/appoint", summary="Say when officials come")
def appoint(request: HttpRequest, case_id: UUID, task_id: UUID, appointed: Appointed, key: str = KEY) -> HttpResponse:  # noqa: ARG001 - the task says its case
    """Once for everybody who takes part in a joint visit; the applicant is told."""
    return answer(acts.appoint(task_id, appointed.on, appointed.half, actor=actor(request), key=key))


@router.post("/cases/{case_id}/mark-paid", summary="Note that what is due was paid")
def mark_paid(request: HttpRequest, case_id: UUID, paid: Paid, key: str = KEY) -> HttpResponse:
    """Under its receipt; of a bundle, what is due on all parts. No payment is made here."""
    return answer(acts.mark_paid(case_id, paid.receipt_no, actor=actor(request), key=key, version=paid.version))


@router.post("/cases/{case_id}/checks/{task_id}", summary="Check what was promised")
def check_promise(request: HttpRequest, case_id: UUID, task_id: UUID, found: Checked, key: str = KEY) -> HttpResponse:  # noqa: ARG001 - the task says its case
    """After the grant; whether it was kept follows from the clauses over what is recorded."""
    return answer(acts.check_promise(task_id, actor=actor(request), key=key, words=found.words, records=found.records, photos=found.photos))


@router.post("/cases/{case_id}/annul", summary="Annul, or let stand")
def annul(request: HttpRequest, case_id: UUID, annulment: Annulment, key: str = KEY) -> HttpResponse:
    """Once the holder was heard."""
    who = actor(request)
    return answer(acts.annul(case_id, annulment.answer, actor=who, key=key, version=annulment.version, words=annulment.words))


@router.get("/queue", summary="What waits")
def queue(
    request: HttpRequest, box: Box = "mine", after: str = Query("", max_length=90), limit: int = Query(50, ge=1, le=200)
) -> HttpResponse:
    """One page, nearest promise first; the next one begins at `next`."""
    page = reads.queue(actor(request), box, after=after, limit=limit)
    return answer({"rows": page.rows, "next": page.next_key})


def _on_fresh_facts(case_id: UUID, who: Actor, act: Callable[[], acts.Done]) -> HttpResponse:
    """An act that rests on facts. Whoever may do it and finds them aged has them read again, and is told."""
    try:
        return answer(act())
    except FactsAgedError:
        acts.gather(case_id, actor=f"account:{who.account_id}")
        raise
