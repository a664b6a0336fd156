"""The policies of somebody's departments: versions with what the last run found, drafts on their way, and a version's file for the city's folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.benefits.acts import draft as drafting
from tongban.benefits.policy_permissions import DRAFT, PUBLISH, departments_of
from tongban.benefits.reads import policies as reads
from tongban.benefits.reads.policies import DraftRow, VersionRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.errors import NoSuchPolicyError
from tongban.faces.desk import exports
from tongban.faces.desk.person import official
from tongban.faces.desk.policies.held import POLICIES, departments, frame, in_yuan, may
from tongban.faces.desk.registers.held import who
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

_OVER = ("over", "withdrawn")


@require_GET
@official
def policies(request: HttpRequest, person: Actor) -> HttpResponse:
    """Every version of the departments' policies, and their drafts."""
    mine = departments(person)
    t = screen(POLICIES, preferences.of(request).lang)
    rows = reads.versions(mine)
    if exports.asked(request):
        return exports.answer(request, person, _table(rows, t), "policies")
    drafts = reads.drafts(mine)
    names = who({one.saved_by for one in drafts}, t)
    drafting_for = sorted(departments_of(person, DRAFT))
    return render(
        request,
        "desk/policies.html",
        texts=POLICIES,
        rows=[_row(row, person) for row in rows if row.state not in _OVER],
        past=[_row(row, person) for row in rows if row.state in _OVER],
        drafts=[_draft(one, names) for one in drafts],
        begin_for=[(one, catalogue.city().short_of(one)) for one in drafting_for],
        done=request.GET.get("done", ""),
        **frame(request, person),
    )


@require_POST
@official
def begin(request: HttpRequest, person: Actor) -> HttpResponse:
    """Begin a draft from a version, or from nothing."""
    draft = drafting.begin(request.POST.get("department", ""), actor=person, version=request.POST.get("version", ""))
    return HttpResponseRedirect(reverse("desk:policy-draft", args=[draft]))


@require_GET
@official
def version_file(request: HttpRequest, person: Actor, version: str) -> HttpResponse:  # noqa: ARG001 - as every view
    """A version's file as it runs, to be committed to the city's folder."""
    found = reads.version(version)
    if found is None or found[1].department not in departments(person):
        raise NoSuchPolicyError
    path = f"policies/{found[0]}.yaml"
    answer = HttpResponse(catalogue.texts(catalogue.city().hash)[path], content_type="text/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{path.replace("/", "-")}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _row(row: VersionRow, person: Actor) -> dict[str, Any]:
    policy = row.policy
    return {
        "row": row,
        "policy": policy,
        "department": catalogue.city().short_of(policy.department),
        "file": reverse("desk:policy-file", args=[policy.hash]),
        "run": reverse("desk:run-policy", args=[row.run, policy.id]) if row.run else "",
        "may_draft": may(person, DRAFT, policy.department),
        "withdraw": _withdrawal(row, person),
    }


def _withdrawal(row: VersionRow, person: Actor) -> str:
    """Where the version is withdrawn by who may, or where what that came to stands."""
    is_possible = row.policy.withdrawn is not None or (may(person, PUBLISH, row.policy.department) and row.state != "over")
    return reverse("desk:policy-withdraw", args=[row.policy.hash]) if is_possible else ""


def _draft(one: DraftRow, names: dict[str, str]) -> dict[str, Any]:
    city = catalogue.city()
    title = next((policy.title for policy in city.policies.values() if policy.id == one.policy), one.policy)
    return {
        "href": reverse("desk:policy-draft", args=[one.id]),
        "title": title,
        "department": city.short_of(one.department),
        "by": names[one.saved_by],
        "at": one.saved_at,
    }


def _table(rows: Iterable[VersionRow], t: Screen) -> Table:
    columns = (
        Column(t.col_policy),
        Column(t.col_number),
        Column(t.col_department),
        Column(t.col_state),
        Column(t.col_from, "day"),
        Column(t.col_until, "day"),
        Column(t.col_entitled, "whole"),
        Column(t.col_not, "whole"),
        Column(t.col_unknown, "whole"),
        Column(t.col_amount, "money"),
        Column(t.col_found, "instant"),
    )
    return Table(t.policies_title, columns, (_line(row, t) for row in rows))


def _line(row: VersionRow, t: Screen) -> tuple[object, ...]:
    one, policy = row.result, row.policy
    figures = (one.entitled, one.not_entitled, one.unknown, in_yuan(one.amount)) if one else (None, None, None, None)
    of = catalogue.city().short_of(policy.department)
    state = t(f"state_{row.state.replace('-', '_')}")
    return policy.title, policy.document.number, of, state, policy.in_force, policy.last, *figures, row.at
