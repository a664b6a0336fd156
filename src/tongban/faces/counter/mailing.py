"""Results by mail: print, post under a tracking number, note that it arrived or came back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import AddressMissingError, CaseNotFoundError, MayNotError, WrongStateError
from tongban.cases.reads import counter
from tongban.credentials import reads as credentials
from tongban.faces.counter.frame import FRAME, frame
from tongban.faces.counter.person import clerk
from tongban.faces.counter.today import case_page, pdf, rows
from tongban.front.person import key_of
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.texts import screen
from tongban.parties.core.people import Actor

_TEXTS = (FRAME, "counter/attend", "counter/hand")
_NO_DAY = Text(zh="请填写签收的日期，如 2026、3、5。", en="Give the day on which it was signed for, such as 5 3 2026.")


@require_GET
@clerk
def waiting(request: HttpRequest, official: Actor) -> HttpResponse:
    """What waits to be posted, and what is on its way."""
    t = screen(_TEXTS, preferences.of(request).lang)
    page = counter.to_hand_out(official, "mail", after=request.GET.get("after", ""))
    return render(request, "counter/mail.html", texts=_TEXTS, found=rows(page.rows, t), next_key=page.next_key, **frame(request, official))


@require_POST
@clerk
def act(request: HttpRequest, official: Actor, case_id: UUID) -> HttpResponse:
    """Posted, arrived, or returned."""
    try:
        _carry_out(request, official, case_id)
        return HttpResponseRedirect(reverse("counter:case", args=[case_id]))
    except (AddressMissingError, WrongStateError, MayNotError) as told:
        error, status = told.says, told.status
    except ValueError:
        error, status = _NO_DAY, 422
    return case_page(request, official, counter.counter_case(case_id, official), error=error, status=status)


@require_POST
@clerk
def printed(request: HttpRequest, official: Actor, case_id: UUID) -> HttpResponse:
    """One paper that goes into the envelope, as PDF, on the record."""
    letters = counter.letters_to_mail(case_id, official)
    wanted = request.POST.get("what", "")
    letter = next((one for one in letters if str(one.id) == wanted), None)
    licence = next((one for one in credentials.of_case(case_id) if str(one.id) == wanted), None)
    number = letter.number if letter else licence.identifier if licence else ""
    if not number:
        raise CaseNotFoundError
    acts.print_result(case_id, number, actor=official, key=key_of(request))
    return pdf(cases.letter_document(letter) if letter else credentials.pdf(licence.id) if licence else b"", f"{number}.pdf")


def _carry_out(request: HttpRequest, official: Actor, case_id: UUID) -> None:
    key, sent = key_of(request), request.POST
    match sent.get("do"):
        case "post":
            acts.post_result(case_id, actor=official, key=key, carrier=sent.get("carrier", ""), tracking=sent.get("tracking", ""))
        case "arrived":
            typed = posted("date", "on", sent)
            acts.mail_arrived(case_id, actor=official, key=key, on=date.fromisoformat(typed) if typed else clock.today())
        case "returned":
            acts.mail_returned(case_id, actor=official, key=key, why=sent.get("why", ""))
        case _:
            raise CaseNotFoundError
