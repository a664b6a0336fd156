"""Whom one may be in the demo. Invariant: only people whom the demo's own population names; nobody else can be entered without a password."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from tongban.house import population
from tongban.house.population import DemoPerson
from tongban.parties import reads as parties

PORTAL, DESK = "/", "/desk/"


def identities() -> Sequence[tuple[str, Sequence[DemoPerson]]]:
    """Demo people with an account: `residents` (firms' agents too), then `officials`; an empty group is left out."""
    there = set(
        get_user_model().objects.filter(pk__in=[one.account_id for one in population.people()], is_active=True).values_list("pk", flat=True)
    )
    groups: dict[str, list[DemoPerson]] = {"residents": [], "officials": []}
    for one in population.people():
        if one.account_id in there:
            groups["officials" if parties.actor(one.account_id).posts else "residents"].append(one)
    return [(kind, members) for kind, members in groups.items() if members]


def account_of(login: str) -> tuple[AbstractBaseUser, str]:
    """The account of a demo person, and the page where they begin. Raises Http404 for anybody else."""
    named = next((one for one in population.people() if one.login == login), None)
    account = get_user_model().objects.filter(pk=named.account_id, is_active=True).first() if named else None
    if account is None:
        raise Http404
    return account, DESK if parties.actor(account.pk).posts else PORTAL
