"""One entitlement: how far it has come, by whom and why, and what may be done with it now.

Invariants: it is there for whoever may see the lists of its department, and for the department that hears an objection to it; an act that is refused shows why and keeps the words;
what is offered is what the state and the post allow, and the act asks both again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits import acts, reads
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import (
    AboveCapError,
    AccountMissingError,
    BankFirstError,
    ChoiceMissingError,
    DayPastError,
    MatchNotFoundError,
    NotNowError,
    OfficialOnlyError,
    ReasonMissingError,
    WordsMissingError,
)
from tongban.benefits.permissions import may
from tongban.benefits.reads import LifeView, OrderView, StepView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.faces.desk.person import official
from tongban.faces.desk.policies.held import frame, money
from tongban.faces.desk.redeeming.lists import TEXTS, departments_of
from tongban.faces.desk.ticket_offers import date_of
from tongban.kernel import clock
from tongban.kernel.errors import TongbanError
from tongban.kernel.money import parse_yuan
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

Typed = Mapping[str, str]
_FIELDS = ("words", "finding", "amount", "outcome", "order", "objection", "upheld", "answer", "reason", "second")
_DAY = "due"
_NO_AMOUNT = Text("金额不对：写元，最多两位小数，大于零。", "The amount is wrong: in yuan, with two decimals at most, and above nothing.")
_WRONG_AMOUNT = Text("金额不对：应大于零、不超过已付的数。", "The amount is wrong: above nothing, and not more than was paid.")


@require_GET
@official
def entitlement(request: HttpRequest, person: Actor, match_id: UUID) -> HttpResponse:
    """One entitlement. 404 for whom it is none of."""
    return _page(request, person, *_held(person, match_id))


@require_POST
@official
def act(request: HttpRequest, person: Actor, match_id: UUID, slug: str) -> HttpResponse:
    """Do one of the acts."""
    view, policy = _held(person, match_id)
    typed = {name: request.POST.get(name, "")[:2000] for name in _FIELDS} | {_DAY: posted("date", _DAY, request.POST.dict()) or ""}
    if slug not in _ACTS:
        raise MatchNotFoundError
    try:
        _ACTS[slug](view, person, typed)
    except (WordsMissingError, NotNowError, OfficialOnlyError, AccountMissingError, BankFirstError, ChoiceMissingError, DayPastError) as no:
        return _page(request, person, view, policy, status=no.status, error=no.says, typed=typed, at=slug, faults=_faults(slug, no))
    except (ValueError, AboveCapError) as no:
        wrong = no.says if isinstance(no, AboveCapError) else _NO_AMOUNT if slug == "say-amount" else _WRONG_AMOUNT
        return _page(request, person, view, policy, status=422, error=wrong, typed=typed, at=slug, faults={"amount": wrong})
    return HttpResponseRedirect(f"{reverse('desk:entitlement', args=[match_id])}?done={slug}")


def _faults(slug: str, no: TongbanError) -> Mapping[str, Text]:
    """Beside which field of its form a refusal is said, where it is about one."""
    of_forms: dict[str, tuple[tuple[type[TongbanError], str], ...]] = {
        "objection": ((ReasonMissingError, "reason"), (WordsMissingError, "answer"), (ChoiceMissingError, "upheld")),
        "ask-second-back": ((WordsMissingError, "words"), (DayPastError, _DAY)),
    }
    fields = of_forms.get(slug, ())
    return next(({field: no.says} for kind, field in fields if isinstance(no, kind)), {})


def _say_amount(view: LifeView, person: Actor, typed: Typed) -> None:
    acts.say_amount(view.match.id, person, amount=parse_yuan(typed["amount"]), words=typed["words"])


def _order(view: LifeView, person: Actor, _: Typed) -> None:
    acts.order(view.match.id, person)


def _settle(view: LifeView, person: Actor, typed: Typed) -> None:
    found = next((one.id for one in view.orders if str(one.id) == typed["order"]), None)
    if found is None:
        raise MatchNotFoundError
    if typed["outcome"] not in ("paid", "failed"):
        raise ChoiceMissingError
    acts.settle(found, typed["outcome"], actor=person, words=typed["words"])


def _spot_check(view: LifeView, person: Actor, typed: Typed) -> None:
    if typed["finding"] not in ("right", "wrong"):
        raise ChoiceMissingError
    acts.spot_check(view.match.id, person, finding=typed["finding"], words=typed["words"])


def _claw_back(view: LifeView, person: Actor, typed: Typed) -> None:
    amount = parse_yuan(typed["amount"]) if typed["amount"].strip() else None
    acts.claw_back(view.match.id, person, words=typed["words"], amount=amount)


def _money_back(view: LifeView, person: Actor, typed: Typed) -> None:
    acts.money_back(view.match.id, person, words=typed["words"])


def _ask_second_back(view: LifeView, person: Actor, typed: Typed) -> None:
    due = date_of(typed[_DAY])
    if due is None:
        raise DayPastError
    acts.ask_second_back(_second(view, typed), person, words=typed["words"], due_on=due)


def _second_back(view: LifeView, person: Actor, typed: Typed) -> None:
    acts.second_back(_second(view, typed), person, words=typed["words"])


def _second(view: LifeView, typed: Typed) -> UUID:
    found = next((one.id for one in view.seconds if str(one.id) == typed["second"]), None)
    if found is None:
        raise MatchNotFoundError
    return found


def _take_back(view: LifeView, person: Actor, typed: Typed) -> None:
    acts.take_back(view.match.id, person, words=typed["words"])


def _decide(view: LifeView, person: Actor, typed: Typed) -> None:
    if typed["upheld"] not in ("yes", "no"):
        raise ChoiceMissingError
    found = next((one.id for one in view.objections if str(one.id) == typed["objection"]), None)
    if found is None:
        raise MatchNotFoundError
    acts.decide_objection(found, person, upheld=typed["upheld"] == "yes", answer=typed["answer"], reason=typed["reason"])


_ACTS: Mapping[str, Callable[[LifeView, Actor, Typed], None]] = {
    "say-amount": _say_amount,
    "order": _order,
    "settle": _settle,
    "spot-check": _spot_check,
    "claw-back": _claw_back,
    "money-back": _money_back,
    "ask-second-back": _ask_second_back,
    "second-back": _second_back,
    "take-back": _take_back,
    "objection": _decide,
}


def _held(person: Actor, match_id: UUID) -> tuple[LifeView, Policy]:
    """The entitlement with its policy. Raises MatchNotFoundError."""
    view = reads.life(match_id)
    policy = catalogue.city().version_of(view.match.policy, view.match.version) if view is not None else None
    if view is None or policy is None:
        raise MatchNotFoundError
    if not {policy.department, *(one.department for one in view.objections)} & set(departments_of(person)):
        raise MatchNotFoundError
    return view, policy


def _page(
    request: HttpRequest,
    person: Actor,
    view: LifeView,
    policy: Policy,
    *,
    status: int = 200,
    error: Text | None = None,
    typed: Typed | None = None,
    at: str = "",
    faults: Mapping[str, Text] | None = None,
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    done = request.GET.get("done", "")
    here = reverse("desk:entitlement", args=[view.match.id])
    return render(
        request,
        "desk/entitlement.html",
        texts=TEXTS,
        status=status,
        error=error,
        typed=dict.fromkeys((*_FIELDS, _DAY), "") | dict(typed or {}),
        faults=dict.fromkeys((*_FIELDS, _DAY)) | dict(faults or {}),
        at=at,
        done=t(f"done_{done.replace('-', '_')}") if done in _ACTS else "",
        kept=f"{here}/{done}" if done in _ACTS else "",
        here=here,
        may=_offered(view, policy, person),
        open_objections=[one for one in view.objections if one.decided_at is None and may(person, "decide-objection", one.department)],
        **_told(view, policy, t, lang),
        **frame(request, person),
    )


def _told(view: LifeView, policy: Policy, t: Screen, lang: Lang) -> dict[str, Any]:
    """What the entitlement is and what happened to it."""
    orders, besides = view.orders, {one.order_id: one.returned_at for one in view.seconds}
    return {
        "view": view,
        "policy": policy,
        "who": _who(view, t),
        "state": TITLES[view.match.state],
        "amount": money(view.match.amount, lang),
        "department": catalogue.city().short_of(policy.department),
        "steps": [_step(one, t, lang) for one in view.steps],
        "orders": [
            [_order_state(one, besides, t), money(one.amount, lang), f"**** {one.tail}", day(one.ordered_at, lang), one.reason]
            for one in orders
        ],
        "hand_order": _by_hand(view),
        "second": next((one for one in view.seconds if one.returned_at is None), None),
        "case_href": reverse("desk:case", args=[view.match.case_id]) if view.match.case_id else "",
    }


def _order_state(one: OrderView, besides: Mapping[UUID, datetime | None], t: Screen) -> str:
    """How an order stands; one that was paid besides another is not told as failed."""
    if one.state != "failed" or one.id not in besides:
        return t(f"order_{one.state}")
    return t.order_twice if besides[one.id] is None else t.order_twice_back


def _offered(view: LifeView, policy: Policy, person: Actor) -> set[str]:
    """The acts that state and post allow."""
    state, back = view.match.state, view.clawback
    last = view.orders[-1] if view.orders else None
    fits = {
        "say-amount": state == "willing" and policy.amount is not None and view.match.amount is None and bool(view.match.case_id),
        "order": (state == "verified" and policy.publicity is None)
        or _is_through(view)
        or (state == "ordered" and last is not None and last.state == "failed"),
        "settle": _by_hand(view) is not None,
        "spot-check": state == "paid",
        "claw-back": state in ("paid", "spot-checked") and policy.clawback is not None,
        "money-back": back is not None and back.returned_at is None,
        "take-back": state in ("verified", "publicised"),
    }
    allowed = {"say-amount": "set-amount", "take-back": "withdraw-policy", "ask-second-back": "claw-back", "second-back": "money-back"}
    second = next((one for one in view.seconds if one.returned_at is None), None)
    fits |= {"ask-second-back": second is not None and second.asked_at is None, "second-back": second is not None}
    return {slug for slug, does in fits.items() if does and may(person, allowed.get(slug, slug), policy.department)}


def _is_through(view: LifeView) -> bool:
    """Whether it has stood in public to the end and nobody's objection is open."""
    until = view.match.public_until
    over = view.match.state == "publicised" and until is not None and until < clock.today()
    return over and all(one.decided_at is not None for one in view.objections)


def _by_hand(view: LifeView) -> OrderView | None:
    """The order whose outcome a person may enter: one that the department pays by hand, or about which its bank contradicted itself."""
    return next((one for one in view.orders if one.contradicted_at is not None or (not one.system and one.state == "waiting")), None)


def _who(view: LifeView, t: Screen) -> str:
    if view.principal_id is None:
        return t.not_entered
    return parties.names("firm" if view.kind == "firm" else "person", [view.principal_id]).get(view.principal_id, t.not_entered)


def _step(one: StepView, t: Screen, lang: Lang) -> dict[str, Any]:
    """What happened; what the registers settled is the machine's, though it was somebody's click that asked them."""
    by = " ".join(part for part in (_short(one.department, lang), one.name) if part)
    if not one.department and one.act != "object" and (one.act in ("verify", "queue") or not by):
        by = t.by_machine
    return {"at": one.at, "title": one.title, "by": by, "note": one.words}


def _short(department: str, lang: Lang) -> str:
    shown = catalogue.city().short_of(department) if department else ""
    return shown.in_(lang) if isinstance(shown, Text) else shown
