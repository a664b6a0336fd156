"""Where a case stands, for whoever holds its receipt: by number and code, without signing in. It names nobody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.errors import CaseNotFoundError
from tongban.look.drawings.stations import Stop
from tongban.look.pages import render

_TEXTS = ("portal/progress", "portal/frame")


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The two fields; with both right, the case's way and its dates."""
    number, code = (request.GET.get(name, "").strip()[:40] for name in ("number", "code"))
    found, wrong = None, False
    if number or code:
        try:
            found = cases.progress(number, code)
        except CaseNotFoundError:
            wrong = True
    return render(
        request,
        "portal/progress.html",
        texts=_TEXTS,
        status=404 if wrong else 200,
        number=number,
        code=code,
        found=found,
        wrong=wrong,
        stops=[Stop(one.label, one.state, one.note if one.note.zh else "") for one in found.stations] if found else [],
    )
