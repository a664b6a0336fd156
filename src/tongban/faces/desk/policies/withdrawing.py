"""Withdraw a version that was published by mistake: what that undoes is seen before; afterwards, for whom it was, who was told, who was paid.

Invariants: whoever withdraws has seen how many it is for and types that number; what was typed is kept when it is refused; the page after it is the one record of what came of it.
"""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.benefits.acts.withdraw import Mistake, withdraw
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import WordsMissingError
from tongban.benefits.policy_permissions import PUBLISH
from tongban.benefits.policy_permissions import check as check_may
from tongban.benefits.reads import policies as reads
from tongban.benefits.reads import withdrawals
from tongban.benefits.reads.withdrawals import BECAME, FATES, UndoneView, WithdrawalView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.errors import NoSuchPolicyError, StaleFolderError
from tongban.faces.desk import exports
from tongban.faces.desk.person import official
from tongban.faces.desk.policies.held import WITHDRAWAL, departments, frame, in_yuan, may, money
from tongban.front.person import uuid_of
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.sheets import Column, Table, every
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_PAGE = 50
_AT_ONCE = 1000
FIELDS = ("zh", "en", "cite", "paid", "confirmed")


@require_http_methods(["GET", "POST"])
@official
def withdrawing(request: HttpRequest, person: Actor, version: str) -> HttpResponse:
    """What a withdrawal undoes, with the form; or what it came to, once it was done."""
    found = reads.version(version)
    if found is None or found[1].department not in departments(person):
        raise NoSuchPolicyError
    policy, done = found[1], withdrawals.withdrawal(version)
    if done is not None:
        return _done(request, person, policy, done)
    check_may(person, PUBLISH, policy.department)
    if exports.asked(request):
        table = _would_undo(version, screen(WITHDRAWAL, preferences.of(request).lang))
        return exports.answer(request, person, table, "would-undo", told={"version": version}, department=policy.department)
    if request.method == "GET":
        return _form(request, person, policy, {})
    typed = {name: request.POST.get(name, "")[:2000] for name in FIELDS}
    t = screen(WITHDRAWAL, preferences.of(request).lang)
    faults = _faults(typed, version, t)
    if faults:
        return _form(request, person, policy, typed, status=422, faults=faults)
    mistake = Mistake(Text(typed["zh"], typed["en"]), cast(Literal["stays", "claw-back"], typed["paid"]), typed["cite"])
    try:
        withdraw(version, mistake, actor=person, base=request.POST.get("base", ""))
    except (StaleFolderError, WordsMissingError) as no:
        return _form(request, person, policy, typed, status=no.status, error=no.says)
    return HttpResponseRedirect(f"{reverse('desk:policy-withdraw', args=[version])}?done=1")


def _faults(typed: dict[str, str], version: str, t: Screen) -> dict[str, str]:
    """By field, what is missing."""
    faults = {name: t(f"missing_{name}") for name in ("zh", "en", "cite") if not typed[name].strip()}
    if any("\u4e00" <= letter <= "\u9fff" for letter in typed["en"]):
        faults["en"] = t.missing_en
    if typed["paid"] not in ("stays", "claw-back"):
        faults["paid"] = t.missing_paid
    if typed["confirmed"].strip().replace(",", "") != str(_touched(version)):
        faults["confirmed"] = t("missing_confirmed", n=_touched(version))
    return faults


def _touched(version: str) -> int:
    """For how many something changes."""
    return sum(share.count for fate, share in withdrawals.would_undo(version).items() if fate != "as-it-was")


def _form(
    request: HttpRequest,
    person: Actor,
    policy: Policy,
    typed: dict[str, str],
    *,
    status: int = 200,
    error: Text | None = None,
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(WITHDRAWAL, lang)
    shares = withdrawals.would_undo(policy.hash)
    return render(
        request,
        "desk/policy-withdraw.html",
        texts=WITHDRAWAL,
        status=status,
        policy=policy,
        department=catalogue.city().short_of(policy.department),
        fates=[
            [
                t(f"fate_{fate.replace('-', '_')}"),
                f"{shares[fate].count:,}",
                money(shares[fate].amount, lang),
                t(f"means_{fate.replace('-', '_')}"),
            ]
            for fate in FATES
        ],
        touched=_touched(policy.hash),
        clawback=policy.clawback,
        typed=dict.fromkeys(FIELDS, "") | typed,
        faults=dict.fromkeys(FIELDS, "") | (faults or {}),
        faulty=list((faults or {}).items()),
        error=error,
        base=catalogue.city().hash,
        address=reverse("desk:policy-withdraw", args=[policy.hash]),
        **frame(request, person),
    )


def _would_undo(version: str, t: Screen) -> Table:
    shares = withdrawals.would_undo(version)
    columns = (Column(t.col_fate), Column(t.col_count, "whole"), Column(t.col_amount, "money"))
    rows = ((t(f"fate_{fate.replace('-', '_')}"), shares[fate].count, in_yuan(shares[fate].amount)) for fate in FATES)
    return Table(t.would_undo, columns, rows)


def _done(request: HttpRequest, person: Actor, policy: Policy, view: WithdrawalView) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(WITHDRAWAL, lang)
    address = reverse("desk:policy-withdraw", args=[policy.hash])
    became = request.GET.get("became", "")
    became = became if became in BECAME else next((one for one in BECAME if view.shares[one].count), BECAME[2])
    if exports.asked(request):
        table = _listed(view, became, t)
        told = {"withdrawal": str(view.id), "became": became}
        return exports.answer(request, person, table, "undone", told=dict(told), department=view.department)
    rows = withdrawals.undone(view.id, became, after=uuid_of(request.GET.get("after", "")), limit=_PAGE)
    return render(
        request,
        "desk/policy-withdrawn.html",
        texts=WITHDRAWAL,
        policy=policy,
        view=view,
        new=request.GET.get("done") == "1",
        became=became,
        tabs=[
            {
                "href": f"{address}?became={one}",
                "label": t(f"became_{one.replace('-', '_')}"),
                "count": view.shares[one].count,
                "amount": money(view.shares[one].amount, lang),
                "current": one == became,
            }
            for one in BECAME
            if view.shares[one].count or one == became
        ],
        rows=[_row(one, person, view, t, lang) for one in rows],
        next_page=f"{address}?became={became}&after={rows[-1].id}" if len(rows) == _PAGE else "",
        address=f"{address}?became={became}",
        **frame(request, person),
    )


def _row(one: UndoneView, person: Actor, view: WithdrawalView, t: Screen, lang: Lang) -> dict[str, Any]:
    return {
        "name": one.known.name if one.known else t("not_entered", mark=one.mark),
        "id": one.known.number if one.known else "",
        "number": one.number,
        "href": reverse("desk:case", args=[one.case_id]) if one.case_id and may(person, "decide", view.department) else "",
        "was": TITLES[one.was],
        "amount": money(one.amount, lang),
        "became": t(f"became_{one.became.replace('-', '_')}"),
        "told": t.was_told if one.told else t.not_told,
    }


def _listed(view: WithdrawalView, became: str, t: Screen) -> Table:
    columns = (
        Column(t.col_who),
        Column(t.col_id),
        Column(t.col_case),
        Column(t.col_was),
        Column(t.col_amount, "money"),
        Column(t.col_became),
        Column(t.col_told, "yes-no"),
    )

    def page(after: UUID | None) -> tuple[tuple[UndoneView, ...], UUID | None]:
        found = withdrawals.undone(view.id, became, after=after, limit=_AT_ONCE)
        return found, found[-1].id if len(found) == _AT_ONCE else None

    said = t(f"became_{became.replace('-', '_')}")
    rows = (
        (
            one.known.name if one.known else t("not_entered", mark=one.mark),
            one.known.number if one.known else "",
            one.number,
            TITLES[one.was],
            in_yuan(one.amount),
            said,
            bool(one.told),
        )
        for one in every(page, None)
    )
    return Table(said, columns, rows)
