"""人工复核 as a list of the desk: the noes that a person was asked to look at, on the page and as a file.

Invariant: those that an officer granted and that wait for their amount are marked, as the room of benefits puts them first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from tongban.benefits.reads import ReviewView, WaitingRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.faces.desk.policies.held import in_yuan, money
from tongban.kernel.text import Lang
from tongban.look.sheets import Column, Table
from tongban.look.texts import Screen
from tongban.parties import reads as parties


def rows(found: Iterable[ReviewView], t: Screen, lang: Lang) -> list[dict[str, Any]]:
    """The reviews as a list shows them."""
    held, city = list(found), catalogue.city()
    names, told = names_of(held), []
    for one in held:
        policy = city.version_of(one.policy, one.version)
        told.append(
            {
                "href": reverse("desk:review", args=[one.id]),
                "case_href": reverse("desk:case", args=[one.case_id]),
                "policy": policy.title if policy else one.policy,
                "who": names.get(one.principal_id, t.not_entered),
                "number": one.number,
                "asked": one.at,
                "words": one.words,
                "told": t(f"machine_{one.answer}"),
                "amount": amount_of(one, policy, t, lang),
                "fen": in_yuan(one.amount),
                "state": state_of(one, t),
                "waits": one.waits_for_amount,
            }
        )
    return told


def table(rows: Iterable[Mapping[str, Any]], t: Screen) -> Table:
    """The list as a file."""
    columns = (
        Column(t.col_policy),
        Column(t.col_who),
        Column(t.col_case),
        Column(t.col_asked, "instant"),
        Column(t.col_words),
        Column(t.col_machine),
        Column(t.col_amount, "money"),
        Column(t.col_state),
    )
    names = ("policy", "who", "number", "asked", "words", "told", "fen", "state")
    return Table(t.list_reviews, columns, ([row[name] for name in names] for row in rows))


def names_of(found: Iterable[ReviewView | WaitingRow]) -> dict[UUID, str]:
    """What those are called of whom these are, as far as that is known."""
    by_kind: dict[str, set[UUID]] = {"firm": set(), "person": set()}
    for one in found:
        if one.principal_id is not None:
            by_kind["firm" if one.kind == "firm" else "person"].add(one.principal_id)
    return parties.names("firm", by_kind["firm"]) | parties.names("person", by_kind["person"])


def state_of(view: ReviewView, t: Screen) -> str:
    """How far a review has come."""
    if view.settled_at is not None:
        return t.review_settled
    return t.review_waits if view.waits_for_amount else t.review_open


def amount_of(view: ReviewView, policy: Policy | None, t: Screen, lang: Lang) -> str:
    """The sum, or that somebody has to say it; nothing where the policy pays nothing."""
    pays = policy is not None and policy.amount is not None
    return money(view.amount, lang) if view.amount is not None or not pays else t.to_be_said
