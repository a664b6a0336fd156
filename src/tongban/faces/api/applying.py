"""Calls of the applicant's side: apply, add papers, send again, withdraw."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, UploadedFile

from tongban.cases import acts
from tongban.cases.reads import form_view
from tongban.faces.api.asking import KEY, actor, answer
from tongban.faces.api.shapes import Application, Sending, Worded, typed

router = Router(tags=["apply"])


@router.post("/cases", summary="Apply, or save a draft")
def apply(request: HttpRequest, application: Application, key: str = KEY) -> HttpResponse:
    """Draft, answers, registers and sending in one call; what was good of an incomplete application stays as a draft."""
    who, whom = actor(request), application.principal
    done = acts.hand_in(
        application.service,
        typed(application.answers),
        actor=who,
        key=key,
        principal_kind=whom.kind if whom else "person",
        principal_id=whom.id if whom else who.person_id,
        situation=application.situation,
        send_it=application.send,
        promise=application.promise,
        tolerate=application.tolerate,
        licence=application.licence,
        wish=acts.Wish.of(**application.delivery.model_dump()) if application.delivery else None,
    )
    return answer(done, 201)


@router.post("/cases/{case_id}/send", summary="Send a draft, or an application that was corrected")
def send(request: HttpRequest, case_id: UUID, sending: Sending, key: str = KEY) -> HttpResponse:
    """New answers are saved first, then the registers are asked, then it goes off."""
    return answer(
        acts.send_filled(case_id, typed(sending.answers), actor=actor(request), key=key, version=sending.version, tolerate=sending.tolerate)
    )


@router.post("/cases/{case_id}/papers/{question}", summary="Upload a paper")
def attach(request: HttpRequest, case_id: UUID, question: str, file: File[UploadedFile], key: str = KEY) -> HttpResponse:  # noqa: ARG001 - a second upload replaces the first, which is once enough
    """One paper for one question; another one for the same question takes its place."""
    who = actor(request)
    upload = acts.attach(case_id, question, file.read(), file.name or "", actor=who)
    return answer({"id": upload, "question": question, "version": form_view(case_id, who).version}, 201)


@router.delete("/cases/{case_id}/papers/{question}", summary="Take a paper away")
def detach(request: HttpRequest, case_id: UUID, question: str, key: str = KEY) -> HttpResponse:  # noqa: ARG001 - nothing is there to be taken away twice
    """Before sending only."""
    acts.detach(case_id, question, actor=actor(request))
    return HttpResponse(status=204)


@router.post("/cases/{case_id}/owed/{question}", summary="Hand in a paper that is owed")
def hand_in_owed(request: HttpRequest, case_id: UUID, question: str, file: File[UploadedFile], key: str = KEY) -> HttpResponse:
    """Secondary papers that may follow after acceptance, each by itself."""
    return answer(acts.hand_in_owed(case_id, question, file.read(), file.name or "", actor=actor(request), key=key))


@router.post("/cases/{case_id}/be-heard", summary="Speak before an annulment")
def be_heard(request: HttpRequest, case_id: UUID, worded: Worded, key: str = KEY) -> HttpResponse:
    """What the holder says to a proposed annulment."""
    return answer(acts.be_heard(case_id, actor=actor(request), key=key, words=worded.words))


@router.post("/cases/{case_id}/withdraw", summary="Take an application back")
def withdraw(request: HttpRequest, case_id: UUID, worded: Worded, key: str = KEY) -> HttpResponse:
    """At any time before it is decided."""
    return answer(acts.withdraw(case_id, actor=actor(request), key=key, version=worded.version, words=worded.words))
