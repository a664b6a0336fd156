"""匹配: runs over everybody, how far one has come, what each policy came to, and who gained or lost with the reason.

Invariants: counts are for whoever may ask for a run; names and facts are shown of policies of the reader's own department only, and each showing of them is an entry of the record;
a name is that of the register of parties, a person's number is masked.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.benefits import acts
from tongban.benefits.errors import RunOverError, UnknownProfileError
from tongban.benefits.policy_errors import RunNotFoundError
from tongban.benefits.policy_permissions import MATCH, departments_of
from tongban.benefits.policy_permissions import check as check_may
from tongban.benefits.reads import ResultView, RunView
from tongban.benefits.reads import policies as reads
from tongban.benefits.reads.policies import WHATS, ChangeView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.faces.desk import exports
from tongban.faces.desk.person import name_of, official
from tongban.faces.desk.policies.held import RUNS, clause_title, departments, fact_title, fact_value, frame, in_yuan, money, sources_of
from tongban.faces.desk.registers.held import who
from tongban.front.person import uuid_of
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.ledger.acts import Act, append
from tongban.look import preferences
from tongban.look.pages import html, render
from tongban.look.sheets import Column, Table, every
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_PAGE = 50
_AT_ONCE = 1000


@require_http_methods(["GET", "POST"])
@official
def runs(request: HttpRequest, person: Actor) -> HttpResponse:
    """The latest runs; posting asks for one."""
    departments(person)
    if request.method == "POST":
        check_may(person, MATCH)
        try:
            run = acts.ask_for_run(request.POST.get("profile", ""), by=name_of(person))
        except UnknownProfileError as none:
            return _list(request, person, status=none.status, error=none.says)
        return HttpResponseRedirect(reverse("desk:run", args=[run]))
    return _list(request, person)


@require_GET
@official
def run(request: HttpRequest, person: Actor, run_id: UUID) -> HttpResponse:
    """One run and what each policy came to."""
    departments(person)
    view = reads.a_run(run_id)
    t = screen(RUNS, preferences.of(request).lang)
    if exports.asked(request):
        return exports.answer(request, person, _results(view, t), "run-results", told={"run": str(view.id)})
    return _page(request, person, view)


@require_GET
@official
def progress(request: HttpRequest, person: Actor, run_id: UUID) -> HttpResponse:
    """How far it has come, as a part of the page that asks again and again."""
    departments(person)
    view = reads.a_run(run_id)
    return HttpResponse(html(request, "desk/run-progress.html", texts=RUNS, view=view, address=reverse("desk:run", args=[view.id])))


@require_POST
@official
def stop(request: HttpRequest, person: Actor, run_id: UUID) -> HttpResponse:
    """Stop a run before its next policy."""
    check_may(person, MATCH)
    view = reads.a_run(run_id)
    try:
        acts.stop_run(run_id, by=name_of(person))
    except RunOverError as over:
        return _page(request, person, view, status=over.status, error=over.says)
    return HttpResponseRedirect(reverse("desk:run", args=[run_id]))


@require_GET
@official
def changes(request: HttpRequest, person: Actor, run_id: UUID, policy_id: str) -> HttpResponse:
    """Who gained, lost …, of one policy in one run, with the reason; the list as a file."""
    view, city = reads.a_run(run_id), reads.city_of(run_id)
    policy = city.policies_on(view.on, view.profile).get(policy_id)
    if policy is None or policy.department not in departments(person):
        raise RunNotFoundError
    lang = preferences.of(request).lang
    t = screen(RUNS, lang)
    what = request.GET.get("what", "")
    counted = reads.counted(run_id, policy.id)
    sums = {one: sum(n for (other, _), n in counted.items() if other == one) for one in WHATS}
    what = what if what in WHATS else next((one for one in WHATS if sums[one]), WHATS[0])
    told = {"run": str(run_id), "policy": policy.id, "what": what}
    if exports.asked(request):
        table = _listed(view, policy, city, what, t, lang)
        return exports.answer(request, person, table, "changes", told=dict(told), department=policy.department)
    found = reads.changes(run_id, policy, what, after=uuid_of(request.GET.get("after", "")), limit=_PAGE)
    if found:
        _note(person, policy, told | {"rows": len(found)})
    here = reverse("desk:run-policy", args=[run_id, policy.id])
    return render(
        request,
        "desk/run-changes.html",
        texts=RUNS,
        view=view,
        policy=policy,
        result=next((one for one in view.results if one.policy == policy.id), None),
        what=what,
        tabs=[{"href": f"{here}?what={one}", "label": t(f"what_{one}"), "count": sums[one], "current": one == what} for one in WHATS],
        rows=[_change(one, policy, city, t, lang) for one in found],
        next_page=f"{here}?what={what}&after={found[-1].id}" if len(found) == _PAGE else "",
        address=f"{here}?what={what}",
        taken_over=sum(n for (_, why), n in counted.items() if why == "version"),
        **frame(request, person),
    )


def _note(person: Actor, policy: Policy, told: dict[str, Any]) -> None:
    """That somebody was shown who gained or lost."""
    with transaction.atomic():
        entry = Act(
            act="benefits.see-changes",
            actor=name_of(person),
            at=clock.now(),
            case_id=None,
            department=policy.department,
            purpose="matching",
            payload=told,
        )
        append(entry)


def _list(request: HttpRequest, person: Actor, *, status: int = 200, error: Text | None = None) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(RUNS, lang)
    found = reads.runs()
    names = who({one.by for one in found}, t)
    if exports.asked(request):
        return exports.answer(request, person, _runs(found, names, t), "runs")
    city = catalogue.city()
    used = {policy.profile for policy in city.policies_on(clock.today()).values()}
    return render(
        request,
        "desk/runs.html",
        texts=RUNS,
        status=status,
        error=error,
        rows=[_run(one, names, t) for one in found],
        profiles=[(id_, profile.title) for id_, profile in city.profiles.items() if id_ in used],
        daily=city.matching_at,
        may_ask=bool(departments_of(person, MATCH)),
        **frame(request, person),
    )


def _page(request: HttpRequest, person: Actor, view: RunView, *, status: int = 200, error: Text | None = None) -> HttpResponse:
    lang = preferences.of(request).lang
    t = screen(RUNS, lang)
    mine, city = departments(person), reads.city_of(view.id)
    policies = city.policies_on(view.on, view.profile)
    return render(
        request,
        "desk/run.html",
        texts=RUNS,
        status=status,
        view=view,
        error=error,
        title=_profile_title(view.profile),
        by=who({view.by}, t)[view.by],
        failure=Text(view.failure["zh"], view.failure["en"]) if view.failure else None,
        sources=sources_of(view.sources, view.profile, t),
        rows=[_result(view, one, policies.get(one.policy), mine, lang) for one in view.results],
        is_running=view.state in ("asked", "matching"),
        may_stop=bool(departments_of(person, MATCH)),
        **frame(request, person),
    )


def _result(view: RunView, one: ResultView, policy: Policy | None, mine: frozenset[str], lang: Lang) -> dict[str, Any]:
    is_mine = policy is not None and policy.department in mine
    return {
        "one": one,
        "title": policy.title if policy else one.policy,
        "department": catalogue.city().short_of(policy.department) if policy else "",
        "amount": money(one.amount, lang) if policy and policy.amount is not None else "—",
        "href": reverse("desk:run-policy", args=[view.id, one.policy]) if is_mine else "",
    }


def _run(one: RunView, names: dict[str, str], t: Screen) -> dict[str, Any]:
    return {
        "one": one,
        "href": reverse("desk:run", args=[one.id]),
        "title": _profile_title(one.profile),
        "scope": t(f"scope_{one.scope}"),
        "state": t(f"run_{one.state}"),
        "by": names[one.by],
        "gained": sum(result.gained for result in one.results),
        "lost": sum(result.lost for result in one.results),
    }


def _change(one: ChangeView, policy: Policy, city: City, t: Screen, lang: Lang) -> dict[str, Any]:
    return {
        "name": one.known.name if one.known else t("not_entered", mark=one.mark),
        "number": one.known.number if one.known else "",
        "why": t(f"why_{one.why}"),
        "clauses": [clause_title(policy, id_, t) for id_ in one.clauses],
        "facts": [(fact_title(city, policy, name), fact_value(city, policy, name, fact, t, lang)) for name, fact in one.facts.items()],
        "before": money(one.before, lang),
        "after": money(one.after, lang),
    }


def _profile_title(profile: str) -> Text | str:
    declared = catalogue.city().profiles.get(profile)
    return declared.title if declared else profile


def _results(view: RunView, t: Screen) -> Table:
    names = ("entitled", "not_entitled", "unknown", "gained", "lost", "doubtful", "sampled")
    columns = (Column(t.col_policy), *(Column(t(f"res_{name}"), "whole") for name in names), Column(t.res_amount, "money"))
    titles = {policy.id: policy.title for policy in reads.city_of(view.id).policies.values()}
    rows = ((titles.get(one.policy, one.policy), *(getattr(one, name) for name in names), in_yuan(one.amount)) for one in view.results)
    return Table(t.table_results, columns, rows)


def _runs(found: tuple[RunView, ...], names: dict[str, str], t: Screen) -> Table:
    columns = (
        Column(t.col_profile),
        Column(t.col_scope),
        Column(t.col_state),
        Column(t.col_begun, "instant"),
        Column(t.col_ended, "instant"),
        Column(t.col_by),
        Column(t.col_subjects, "whole"),
        Column(t.res_gained, "whole"),
        Column(t.res_lost, "whole"),
    )
    rows = [_run(one, names, t) for one in found]
    told = (
        (
            row["title"],
            row["scope"],
            row["state"],
            row["one"].begun_at,
            row["one"].ended_at,
            row["by"],
            row["one"].subjects,
            row["gained"],
            row["lost"],
        )
        for row in rows
    )
    return Table(t.runs_title, columns, told)


def _listed(view: RunView, policy: Policy, city: City, what: str, t: Screen, lang: Lang) -> Table:
    columns = (
        Column(t.col_who),
        Column(t.col_number),
        Column(t.col_why),
        Column(t.col_clauses),
        Column(t.col_facts),
        Column(t.col_before, "money"),
        Column(t.col_after, "money"),
    )

    def page(after: UUID | None) -> tuple[tuple[ChangeView, ...], UUID | None]:
        found = reads.changes(view.id, policy, what, after=after, limit=_AT_ONCE)
        return found, found[-1].id if len(found) == _AT_ONCE else None

    return Table(t(f"what_{what}"), columns, (_line(one, policy, city, t, lang) for one in every(page, None)))


def _line(one: ChangeView, policy: Policy, city: City, t: Screen, lang: Lang) -> tuple[object, ...]:
    shown = _change(one, policy, city, t, lang)
    joint = "；" if lang == "zh" else "; "
    clauses = joint.join(says.in_(lang) if isinstance(says, Text) else says for says in shown["clauses"])
    facts = joint.join(f"{title.in_(lang)}{'：' if lang == 'zh' else ': '}{value}" for title, value in shown["facts"])
    return shown["name"], shown["number"], shown["why"], clauses, facts, in_yuan(one.before), in_yuan(one.after)
