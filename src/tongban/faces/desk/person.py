"""Who is at the desk. Invariants: a page of the desk needs a sign-in and a post in force; what a post may do is asked of the rooms below, never guessed here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from tongban.catalogue import reads as catalogue
from tongban.front.person import to_sign_in, who
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_LOOKS_AFTER: Final = frozenset({"review", "decide", "extend"})
"""Duties with which a post looks after the systems of its department."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]

_NO_POST = Text(
    zh="工作台供在岗人员使用。当前账号没有在岗岗位；新到岗的，请由本单位管理员登记岗位后再登录。",
    en="The desk is for officials in post. This account holds no post today; if you have just started, have your post entered first.",
)
NO_VERB = Text(
    zh="当前岗位不含这项职责。需要时请由本单位负责人调整岗位。",
    en="No post of this account includes this duty. The head of the department can change that.",
)


def official(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The view gets the official; a stranger is led to the sign-in and back, somebody without a post is told so."""

    @wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = who(request)
        if person is None:
            return to_sign_in(request, "/desk/")
        if not person.posts:
            raise NotAllowedError(_NO_POST)
        return view(request, person, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", run)


def verbs_of(person: Actor) -> frozenset[str]:
    """What the person's posts may do, as the city declares its roles."""
    roles = catalogue.city().roles
    return frozenset(verb for post in person.posts if post.role in roles for verb in roles[post.role].may)


def check_verb(person: Actor, *verbs: str) -> None:
    """Raises NotAllowedError unless one of the posts may do this, or one of these."""
    if not verbs_of(person) & set(verbs):
        raise NotAllowedError(NO_VERB)


def systems_of(person: Actor) -> frozenset[str] | None:
    """The departments whose connected systems somebody may look after: all (None) for the data officer, else those where they review, decide or lead."""
    if "catalogue" in verbs_of(person):
        return None
    city = catalogue.city()
    held = {post.department for post in person.posts if post.role in city.roles and _LOOKS_AFTER & set(city.roles[post.role].may)}
    return frozenset(held) & {system.department for system in city.systems.values()}


def department_of(person: Actor, wanted: str = "") -> str:
    """In the name of which department the person acts: the wanted one if they have a post there, else their first."""
    held = [post.department for post in person.posts]
    return wanted if wanted in held else held[0]


def name_of(person: Actor) -> str:
    """The ledger's name for this person."""
    return f"account:{person.account_id}"
