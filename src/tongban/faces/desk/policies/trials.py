"""政策沙盘: what a draft would come to, over everybody, against the version in force; while it is tried, how far that has come.

Invariants: a page has counts and nobody's name; every table is a file as well; what was not known when it was tried is said beside the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits.acts.trial import stop_trial
from tongban.benefits.core import trials
from tongban.benefits.core.trials import Outcome
from tongban.benefits.policy_errors import TrialOverError
from tongban.benefits.policy_permissions import DRAFT
from tongban.benefits.reads import policies as reads
from tongban.benefits.reads.policies import TrialView
from tongban.catalogue.core.definition import City, Grouping, Policy
from tongban.faces.desk import exports
from tongban.faces.desk.person import official
from tongban.faces.desk.policies import what_if
from tongban.faces.desk.policies.held import POLICIES, clause_title, fact_title, frame, in_yuan, may, money, option_title, sources_of
from tongban.faces.desk.registers.held import who
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.drawings import AreaShape
from tongban.look.drawings import Share as Drawn
from tongban.look.drawings.shares import percent
from tongban.look.pages import html, render
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor


@require_GET
@official
def trial(request: HttpRequest, person: Actor, trial_id: UUID) -> HttpResponse:
    """One trial; one of its tables as a file."""
    view = reads.trial(trial_id, person)
    lang = preferences.of(request).lang
    t = screen(POLICIES, lang)
    if view.outcome is None:
        return _page(request, person, view, {})
    found = reads.tried(view)
    policy, city = found.policy, found.city
    if policy is None or city is None:
        return _page(request, person, view, {})
    tables = _tables(view.outcome, policy, city, t)
    if exports.asked(request):
        name = request.GET.get("table", "")
        name = name if name in tables else "figures"
        return exports.answer(request, person, tables[name], f"trial-{name}", told={"trial": str(view.id)}, department=view.department)
    return _page(request, person, view, _shown(view.outcome, policy, city, t, lang))


@require_GET
@official
def progress(request: HttpRequest, person: Actor, trial_id: UUID) -> HttpResponse:
    """How far it has come, as a part of the page that asks again and again."""
    view = reads.trial(trial_id, person)
    return HttpResponse(html(request, "desk/trial-progress.html", texts=POLICIES, view=view, address=_address(view)))


@require_POST
@official
def stop(request: HttpRequest, person: Actor, trial_id: UUID) -> HttpResponse:
    """Stop it."""
    view = reads.trial(trial_id, person)
    try:
        stop_trial(trial_id, actor=person)
    except TrialOverError as over:
        return _page(request, person, view, {}, status=over.status, error=over.says)
    return HttpResponseRedirect(_address(view))


def _page(
    request: HttpRequest, person: Actor, view: TrialView, more: dict[str, Any], *, status: int = 200, error: Text | None = None
) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(POLICIES, lang)
    found = reads.tried(view)
    context: dict[str, Any] = {
        "view": view,
        "title": found.policy.title if found.policy else found.id,
        "found": found,
        "by": who({view.by}, t)[view.by],
        "address": _address(view),
        "back": reverse("desk:policy-draft", args=[view.draft]),
        "sources": sources_of(view.sources, view.profile, t),
        "may_stop": may(person, DRAFT, view.department),
        "error": error,
        "outcome": None,
    }
    return render(request, "desk/trial.html", texts=POLICIES, status=status, **(context | more), **frame(request, person))


def _shown(outcome: Outcome, policy: Policy, city: City, t: Screen, lang: Lang) -> dict[str, Any]:
    pool = city.pools.get(policy.pool)
    now, before = outcome.now, outcome.before
    profile = city.profiles[policy.profile]
    return {
        "outcome": outcome,
        "policy": policy,
        "pays": policy.amount is not None,
        "pool": pool,
        "pool_share": percent(now.amount, pool.amount) if pool else "",
        "over_pool": pool is not None and now.amount > pool.amount,
        "over_by": money(now.amount - pool.amount, lang) if pool else "",
        "falls": [Drawn(t.draft_row, (now.entitled, now.unknown, now.not_entitled))]
        + ([Drawn(t.before_row, (before.entitled, before.unknown, before.not_entitled))] if before else []),
        "fall_names": [t.entitled, t.unknown, t.not_entitled],
        "clauses": [_clause(one, policy, t) for one in outcome.clauses],
        "groups": [
            _group(group, outcome.groups[group.id], city, policy, t, lang) for group in profile.groups if group.id in outcome.groups
        ],
        "numbers": what_if.shown(outcome, policy, city, t, lang),
        "ungranted": [fact_title(city, policy, name) for name in outcome.ungranted],
    }


def _clause(one: trials.ClauseCount, policy: Policy, t: Screen) -> dict[str, Any]:
    cite = next((clause.cite for clause in policy.rules if clause.id == one.id), "")
    return {"says": clause_title(policy, one.id, t), "cite": cite, "count": one}


def _group(group: Grouping, shares: Sequence[trials.Share], city: City, policy: Policy, t: Screen, lang: Lang) -> dict[str, Any]:
    rows = [(_label(group, one.key, city, policy, t), one) for one in shares]
    areas = [area for area in city.areas.values() if group.level and area.level == group.level]
    return {
        "id": group.id,
        "title": group.title,
        "rows": [{"label": label, "one": one, "amount": money(one.amount, lang), "paid": money(one.paid, lang)} for label, one in rows],
        "bars": [Drawn(label, (one.entitled, one.unknown, one.subjects - one.entitled - one.unknown)) for label, one in rows],
        "areas": [AreaShape(area.code, area.title, area.ring) for area in areas],
        "values": {one.key: one.entitled for one in shares if one.key},
    }


def _label(group: Grouping, key: str, city: City, policy: Policy, t: Screen) -> Text | str:
    if not key:
        return t.group_unknown
    if group.level:
        return city.areas[key].title if key in city.areas else key
    return option_title(city, policy.profile, group.fact, key)


def _tables(outcome: Outcome, policy: Policy, city: City, t: Screen) -> dict[str, Table]:
    """Every table of the page, by name."""
    found = {"figures": _figures(outcome, t), "clauses": _clauses(outcome, policy, t), "what-if": what_if.table(outcome, policy, city, t)}
    for group in city.profiles[policy.profile].groups:
        if group.id in outcome.groups:
            found[group.id] = _shares(group, outcome.groups[group.id], city, policy, t)
    return found


def _figures(outcome: Outcome, t: Screen) -> Table:
    columns = (
        Column(t.col_what),
        Column(t.draft_row, "whole"),
        Column(t.before_row, "whole"),
        Column(t.draft_amount, "money"),
        Column(t.before_amount, "money"),
    )
    now, before, against = outcome.now, outcome.before, outcome.against
    sums = {"entitled": (in_yuan(now.amount), in_yuan(before.amount) if before else None)}
    rows: list[tuple[object, ...]] = [
        (t(name), getattr(now, name), getattr(before, name) if before else None, *sums.get(name, (None, None)))
        for name in ("entitled", "not_entitled", "unknown")
    ]
    more = {"raised": in_yuan(against.raised_by), "lowered": in_yuan(against.lowered_by)}
    counts = ("gained", "lost", "doubtful", "raised", "lowered", "same")
    rows += [(t(f"against_{name}"), getattr(against, name), None, more.get(name), None) for name in counts]
    return Table(t.table_figures, columns, rows)


def _clauses(outcome: Outcome, policy: Policy, t: Screen) -> Table:
    names = ("yes", "no", "unknown", "skipped", "decides")
    columns = (Column(t.col_clause), *(Column(t(f"clause_{name}"), "whole") for name in names))
    rows = ((clause_title(policy, one.id, t), *(getattr(one, name) for name in names)) for one in outcome.clauses)
    return Table(t.table_clauses, columns, rows)


def _shares(group: Grouping, shares: Iterable[trials.Share], city: City, policy: Policy, t: Screen) -> Table:
    counts = ("subjects", "entitled", "unknown", "before", "gained", "lost")
    columns = (
        Column(group.title),
        *(Column(t(f"share_{name}"), "whole") for name in counts),
        Column(t.share_amount, "money"),
        Column(t.share_paid, "money"),
    )
    rows = (
        (_label(group, one.key, city, policy, t), *(getattr(one, name) for name in counts), in_yuan(one.amount), in_yuan(one.paid))
        for one in shares
    )
    return Table(group.title, columns, rows)


def _address(view: TrialView) -> str:
    return reverse("desk:policy-trial", args=[view.id])
