"""Who works at the counter, and with whom. Invariants: a page needs a post at a counter; what is done with a person is done through their attendance, asked for anew each time; what was typed is shown when it can no longer be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from tongban.cases import reads as cases
from tongban.cases.errors import AttendanceOverError, CaseNotFoundError
from tongban.catalogue import reads as catalogue
from tongban.faces.counter.frame import frame
from tongban.front.person import to_sign_in, who
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Text
from tongban.look.pages import render
from tongban.parties.core.people import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]
_NO_COUNTER = Text(
    zh="综合窗口供窗口岗位的人员使用。当前账号没有这样的岗位；新到岗的，请由本单位管理员登记岗位后再登录。",
    en="The counter is for officials with a counter's post. This account holds none today; if you have just started, have your post entered first.",
)
_REVOKED = Text(
    zh="来人已经不能办这一件：委托被撤销或者到期了。草稿还在；需要时请委托人重新委托。",
    en="The person can no longer act in this case: the mandate was taken back or has ended. The draft is kept; the principal can give a new mandate.",
)
_UNSAID = ("csrfmiddlewaretoken", "key", "version", "asked", "section", "signature")


def clerk(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The view gets the official; a stranger is led to the sign-in and back, somebody without a counter's post is told so."""

    @wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        official = who(request)
        if official is None:
            return to_sign_in(request, "/counter/")
        roles = catalogue.city().roles
        if not any(post.role in roles and "counter" in roles[post.role].may for post in official.posts):
            raise NotAllowedError(_NO_COUNTER)
        return view(request, official, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", run)


def with_person(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the person as they act with this clerk's help; an attendance that is over, or a mandate that has ended, is told with what was typed."""

    @wraps(view)
    def run(request: HttpRequest, official: Actor, **kwargs: object) -> HttpResponse:
        attendance_id = cast("UUID", kwargs.pop("attendance_id"))
        try:
            person = cases.attended(attendance_id, official)
        except AttendanceOverError as over:
            return _over(request, official, over.says, attendance_id, cases.service_in_attendance(kwargs.get("case_id"), attendance_id))
        try:
            return view(request, person, **kwargs)
        except CaseNotFoundError:
            service = cases.service_in_attendance(kwargs.get("case_id"), attendance_id)
            if request.method != "POST" or service is None:
                raise
            return _over(request, official, _REVOKED, attendance_id, service)

    return clerk(cast("View[...]", run))


def attendance_of(person: Actor) -> UUID:
    """In which attendance a person acts."""
    assert person.assistant is not None
    return person.assistant.attendance_id


def _over(request: HttpRequest, official: Actor, says: Text, attendance_id: UUID, service_id: str | None) -> HttpResponse:
    service = catalogue.city().services.get(service_id or "")
    labels = {question.id: question.label for question in service.questions} if service else {}
    rows = [
        {"key": labels.get(name, name), "value": value}
        for name, values in request.POST.lists()
        if name not in _UNSAID
        for value in values
        if isinstance(value, str) and value.strip()
    ]
    return render(
        request,
        "counter/over.html",
        texts=("counter/attend", "counter/frame"),
        status=409,
        says=says,
        rows=rows,
        attendance_id=attendance_id,
        **frame(request, official),
    )
