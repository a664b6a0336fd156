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
from tongban.faces.api.shapes import Correction, Decision, Refusal, StepDone, Worded
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


@router.post("/cases/{case_id}/not-accept", summary="Say that it is not accepted, or not needed")
def not_accept(request: HttpRequest, case_id: UUID, refusal: Refusal, key: str = KEY) -> HttpResponse:
    """In writing, with reasons."""
    who = actor(request)
    return _on_fresh_facts(
        case_id, who, lambda: acts.not_accept(case_id, refusal.answer, actor=who, key=key, version=refusal.version, words=refusal.words)
    )


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


@router.get("/queue", summary="What waits")
def queue(
    request: HttpRequest, box: Box = "mine", after: str = Query("", max_length=60), limit: int = Query(50, ge=1, le=200)
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
