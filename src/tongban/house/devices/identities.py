"""Whom one may be in the demo. Invariant: only people whom the demo's own population names; nobody else can be entered without a password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.http import Http404

from tongban.house import population

if TYPE_CHECKING:
    from tongban.house.population import DemoPerson


def identities() -> Sequence[tuple[str, Sequence[DemoPerson]]]:
    """Demo people with an account, grouped: residents, agents, officials; empty groups are left out."""
    people = [person for person in population.people() if person.login in _logins()]
    groups = [(kind, [person for person in people if person.kind == kind]) for kind in ("residents", "agents", "officials")]
    return [(kind, members) for kind, members in groups if members]


def account_of(login: str) -> tuple[object, str]:
    """The account of a demo person, and the page where they begin. Raises Http404 for anybody else."""
    person = next((person for person in population.people() if person.login == login), None)
    account = get_user_model().objects.filter(login=login, is_active=True).first() if person else None
    if person is None or account is None:
        raise Http404
    return account, "/desk/" if person.kind == "officials" else "/"


def _logins() -> set[str]:
    logins = [person.login for person in population.people()]
    return set(get_user_model().objects.filter(login__in=logins, is_active=True).values_list("login", flat=True))
