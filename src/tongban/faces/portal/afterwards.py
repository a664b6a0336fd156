"""What the applicant still does once a case was sent: hand in a paper that is owed, speak before a licence is annulled."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import ReasonMissingError
from tongban.faces.portal.mine import case_page
from tongban.front.person import key_of, signed_in
from tongban.kernel.errors import TongbanError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text, plain
from tongban.look.pages import render
from tongban.parties.core.people import Actor

_TEXTS = ("portal/mine", "portal/frame")
_NO_FILE = Text(zh="请先选择要上传的文件。", en="Choose a file first.")


@require_POST
@signed_in
def owed(request: HttpRequest, person: Actor, case_id: UUID, question_id: str) -> HttpResponse:
    """One paper that is owed; what is wrong with a file is said on the case's page."""
    sent = request.FILES.get(f"paper-{question_id}")
    if sent is None or isinstance(sent, list):
        return case_page(request, person, case_id, fault=(question_id, _NO_FILE), status=422)
    try:
        acts.check_uploads(person)
        acts.hand_in_owed(case_id, question_id, sent.read(), sent.name or "", actor=person, key=key_of(request))
    except TongbanError as refused:
        if refused.status in (403, 404):
            raise
        return case_page(request, person, case_id, fault=(question_id, refused.says), status=refused.status)
    return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + "#owed")


@require_http_methods(["GET", "POST"])
@signed_in
def speak(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Say what speaks against a proposed annulment (陈述申辩)."""
    view = cases.case_view(case_id, person)
    said, error = plain(request.POST.get("words", ""))[:4000], None
    if request.method == "POST":
        try:
            acts.be_heard(case_id, actor=person, key=key_of(request), words=said)
            return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + "?spoken=1")
        except ReasonMissingError as missing:
            error = missing.says
    if view.hear_until is None:
        return HttpResponseRedirect(reverse("portal:case", args=[case_id]))
    return render(
        request, "portal/speak.html", texts=_TEXTS, status=422 if error else 200, case=view, key=str(uuid7()), error=error, said=said
    )
