"""兑现: what of a department's policies waits on which step, and how its pools stand.

Invariants: a list is of a department whose policies the reader may see; every list is a file as well; what is done to many at once (paying unasked, drawing for checks) is asked
for here and carried out one by one, each with the checks of a single one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits import acts, reads
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import OfficialOnlyError, PolicyOverError
from tongban.benefits.permissions import may
from tongban.benefits.reads import WAITS, ObjectionView, PoolView, WaitingRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.faces.desk import exports
from tongban.faces.desk.person import NO_VERB, official
from tongban.faces.desk.policies.held import frame, in_yuan, money
from tongban.faces.desk.redeeming import reviews
from tongban.front.person import uuid_of
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.sheets import Column, Table, every
from tongban.look.texts import Screen, screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

TEXTS: Final = ("desk/redeeming", "desk/frame")
_POOLS: Final = "pools"
_REVIEWS: Final = "reviews"
LISTS: Final = (WAITS[0], _REVIEWS, *WAITS[1:])
"""The lists in the order of their menu; the pools come after them."""
_PAGE: Final = 100
_AT_ONCE: Final = 1000


def departments_of(person: Actor) -> list[str]:
    """The departments of whose policies somebody may see the lists: those that have policies, or hear objections to one."""
    city = catalogue.city()
    concerned = {policy.department for policy in city.policies.values()}
    concerned |= {policy.publicity.objections for policy in city.policies.values() if policy.publicity is not None}
    return sorted({post.department for post in person.posts if post.department in concerned and may(person, "see", post.department)})


@require_GET
@official
def redeeming(request: HttpRequest, person: Actor) -> HttpResponse:
    """One list of one department; as a file too."""
    return _page(request, person, _chosen(request.GET.get("department", ""), person))


@require_POST
@official
def unasked(request: HttpRequest, person: Actor) -> HttpResponse:
    """Have a policy redeemed for everybody it has found and whose account is known."""
    policy = _policy(request, person)
    try:
        asked = acts.redeem_unasked(policy.id, actor=person)
    except (PolicyOverError, OfficialOnlyError) as no:
        return _page(request, person, policy.department, step="no-account", status=no.status, error=no.says)
    done: dict[str, str | int] = {
        "list": "no-account",
        "department": policy.department,
        "asked": asked.asked,
        "without": asked.without_account,
    }
    return HttpResponseRedirect(f"{reverse('desk:redeeming')}?{urlencode(done)}")


@require_POST
@official
def draw(request: HttpRequest, person: Actor) -> HttpResponse:
    """Draw payments of a policy for checks, by lot."""
    policy = _policy(request, person)
    typed = request.POST.get("one_in", "")
    one_in = int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 else 0
    if not one_in > 0:
        t = screen(TEXTS, "zh"), screen(TEXTS, "en")
        return _page(request, person, policy.department, step="spot-check", status=422, error=Text(*(one.one_in_wrong for one in t)))
    try:
        drawn = acts.draw(policy.id, person, one_in=one_in)
    except OfficialOnlyError as no:
        return _page(request, person, policy.department, step="spot-check", status=no.status, error=no.says)
    done: dict[str, str | int] = {"list": "spot-check", "department": policy.department, "drawn": len(drawn)}
    return HttpResponseRedirect(f"{reverse('desk:redeeming')}?{urlencode(done)}")


def _policy(request: HttpRequest, person: Actor) -> Policy:
    """A policy in force of one of the reader's departments. Raises OfficialOnlyError."""
    policy = catalogue.city().policies_on(clock.today()).get(request.POST.get("policy", ""))
    if policy is None or policy.department not in departments_of(person):
        raise OfficialOnlyError
    return policy


def _chosen(wanted: str, person: Actor) -> str:
    """The wanted department, or the first. Raises NotAllowedError for who sees none."""
    mine = departments_of(person)
    if not mine:
        raise NotAllowedError(NO_VERB)
    return wanted if wanted in mine else mine[0]


def _page(
    request: HttpRequest, person: Actor, department: str, *, step: str = "", status: int = 200, error: Text | None = None
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(TEXTS, lang)
    counts = reads.counts(department) | {"objections": reads.count_objections(department), _REVIEWS: reads.count_reviews(department)}
    wanted = step or request.GET.get("list", "")
    step = wanted if wanted in (*LISTS, _POOLS) else next((one for one in LISTS if counts[one]), LISTS[0])
    pools = reads.pools(department)
    if exports.asked(request):
        return exports.answer(
            request, person, _table(department, step, pools, t, lang), f"redeeming-{step}", told={"list": step}, department=department
        )
    rows, behind = _rows(department, step, t, lang, after=uuid_of(request.GET.get("after", "")), most=_PAGE)
    here = reverse("desk:redeeming")
    address = f"{here}?{urlencode({'department': department, 'list': step})}"
    mine = departments_of(person)
    return render(
        request,
        "desk/redeeming.html",
        texts=TEXTS,
        status=status,
        error=error,
        says=_said(request, t),
        step=step,
        rows=rows,
        tabs=[_tab(one, step, counts.get(one, 0), department, t) for one in LISTS if counts[one] or one in (step, "verify", "order")]
        + [_tab(_POOLS, step, len(pools), department, t)],
        pools=[_pool(one, lang) for one in pools],
        overdrawn=[t("pools_overdrawn", pool=_pool_title(one, lang), sum=money(one.overdrawn, lang)) for one in pools if one.overdrawn],
        departments=[(one, catalogue.city().short_of(one), f"{here}?department={one}", one == department) for one in mine]
        if len(mine) > 1
        else [],
        policies=_acting(person, department, step),
        address=address,
        next_page=f"{address}&after={behind}" if behind else "",
        one_in=request.POST.get("one_in", "20")[:6],
        chosen=request.POST.get("policy", ""),
        **frame(request, person),
    )


def _tab(one: str, step: str, count: int, department: str, t: Screen) -> dict[str, Any]:
    address = f"{reverse('desk:redeeming')}?{urlencode({'department': department, 'list': one})}"
    return {"href": address, "label": t(f"list_{one.replace('-', '_')}"), "count": count, "current": one == step, "late": one == "late"}


def _said(request: HttpRequest, t: Screen) -> str:
    """What was just asked for."""
    told = {name: request.GET.get(name, "") for name in ("asked", "without", "drawn")}
    if told["asked"].isdigit() and told["without"].isdigit():
        return t("was_asked", n=int(told["asked"]), without=int(told["without"]))
    return t("was_drawn", n=int(told["drawn"])) if told["drawn"].isdigit() else ""


def _acting(person: Actor, department: str, step: str) -> list[tuple[str, Text]]:
    """The policies for which something can be asked for many at once on this list."""
    act = {"no-account": "redeem-unasked", "spot-check": "spot-check"}.get(step)
    if act is None or may(person, act, department) is None:
        return []
    own = [one for one in catalogue.city().policies_on(clock.today()).values() if one.department == department]
    return [(one.id, one.title) for one in own if (one.redeem == "unasked" if act == "redeem-unasked" else one.amount is not None)]


def _table(department: str, step: str, pools: Iterable[PoolView], t: Screen, lang: Lang) -> Table:
    """A whole list as a file."""
    if step == _POOLS:
        return _pools(pools, t)
    rows = _all_rows(department, step, t, lang)
    return reviews.table(rows, t) if step == _REVIEWS else _listed(rows, step, t)


def _all_rows(department: str, step: str, t: Screen, lang: Lang) -> Iterator[dict[str, Any]]:
    """The whole list, for a file."""
    return every(lambda after: _rows(department, step, t, lang, after=after, most=_AT_ONCE), None)


def _rows(department: str, step: str, t: Screen, lang: Lang, *, after: UUID | None, most: int) -> tuple[list[dict[str, Any]], UUID | None]:
    """One page of a list, and behind what the next begins; none after the last."""
    if step == _POOLS:
        return [], None
    titles = {policy.id: policy.title for policy in catalogue.city().policies.values()}
    if step == _REVIEWS:
        asked = reads.reviews(department, after=after, most=most + 1)
        return reviews.rows(asked[:most], t, lang), asked[most - 1].id if len(asked) > most else None
    if step == "objections":
        heard = reads.objections(department, after=after, most=most + 1)
        return [_objection(one, titles, lang) for one in heard[:most]], heard[most - 1].id if len(heard) > most else None
    found = reads.waiting(department, step, after=after, most=most + 1)
    names = _names(found)
    return [_row(one, titles, names, t, lang) for one in found[:most]], found[most - 1].id if len(found) > most else None


def _names(rows: Iterable[WaitingRow]) -> dict[UUID, str]:
    """By entitlement, whose it is: as they redeem it, or, where nobody does yet, as its register's number is known here."""
    told, profiles = list(rows), catalogue.city().profiles
    names = reviews.names_of(told)
    found = {one.id: names[one.principal_id] for one in told if one.principal_id is not None and one.principal_id in names}
    for profile in {one.profile for one in told if one.principal_id is None and one.profile in profiles}:
        new = [one for one in told if one.profile == profile and one.principal_id is None]
        known = parties.known(profiles[profile].key, [bytes(one.subject) for one in new])
        found |= {one.id: known[bytes(one.subject)].name for one in new if bytes(one.subject) in known}
    return found


def _row(one: WaitingRow, titles: Mapping[str, Text], names: Mapping[UUID, str], t: Screen, lang: Lang) -> dict[str, Any]:
    due = one.give_back_by or one.due_on
    return {
        "href": reverse("desk:entitlement", args=[one.id]),
        "policy": titles.get(one.policy, one.policy),
        "who": names.get(one.id) or t.not_entered,
        "number": one.number,
        "amount": money(one.amount, lang),
        "fen": one.amount,
        "state": TITLES[one.state],
        "due": day(due, lang),
        "due_on": due,
        "late": one.is_late or (one.give_back_by is not None and one.give_back_by < clock.today()),
        "note": one.reason
        or (t.waits_for_choice if one.waits_for_choice else "")
        or (t("public_until", day=day(one.public_until, lang)) if one.public_until and one.state == "publicised" else ""),
    }


def _objection(one: ObjectionView, titles: Mapping[str, Text], lang: Lang) -> dict[str, Any]:
    return {
        "href": reverse("desk:entitlement", args=[one.match_id]),
        "policy": titles.get(one.policy, one.policy),
        "who": "",
        "number": one.number,
        "amount": "",
        "fen": None,
        "state": TITLES["publicised"],
        "due": day(one.at, lang),
        "due_on": clock.local_date(one.at),
        "late": False,
        "note": one.words,
    }


def _listed(rows: Iterable[Mapping[str, Any]], step: str, t: Screen) -> Table:
    columns = (
        Column(t.col_policy),
        Column(t.col_who),
        Column(t.col_case),
        Column(t.col_amount, "money"),
        Column(t.col_state),
        Column(t.col_due, "day"),
        Column(t.col_late, "yes-no"),
        Column(t.col_note),
    )
    names = ("policy", "who", "number", "fen", "state", "due_on", "late", "note")
    told = ([in_yuan(row[name]) if name == "fen" else row[name] for name in names] for row in rows)
    return Table(t(f"list_{step.replace('-', '_')}"), columns, told)


def _pool_title(one: PoolView, lang: Lang) -> str:
    declared = catalogue.city().pools.get(one.id)
    return declared.title.in_(lang) if declared else one.id


def _pool(one: PoolView, lang: Lang) -> list[Any]:
    sums = (one.amount, one.reserved, one.paid, one.twice, one.overdrawn, one.free)
    return [_pool_title(one, lang), *(money(each, lang) for each in sums), f"{one.waiting:,}", money(one.wanted, lang)]


def _pools(pools: Iterable[PoolView], t: Screen) -> Table:
    sums = ("amount", "reserved", "paid", "twice", "overdrawn", "free")
    columns = (
        Column(t.col_pool),
        *(Column(t(f"pool_{name}"), "money") for name in sums),
        Column(t.pool_waiting, "whole"),
        Column(t.pool_wanted, "money"),
    )
    titles = {id_: pool.title for id_, pool in catalogue.city().pools.items()}
    rows = (
        (titles.get(one.id, one.id), *(in_yuan(getattr(one, name)) for name in sums), one.waiting, in_yuan(one.wanted)) for one in pools
    )
    return Table(t.list_pools, columns, rows)
