"""A published city with a small population, and its people by the ids of the demonstration's cast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command

from tongban.catalogue.acts import publish
from tongban.house.population import populate
from tongban.house.population.cast import people
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

CITY = Path(__file__).parent.parent / "cities" / "yunchuan"


@dataclass(frozen=True)
class Town:
    """The cast, by login."""

    accounts: Mapping[str, UUID]

    def actor(self, login: str) -> Actor:
        """Somebody of the cast, as they act."""
        return parties.actor(self.accounts[login])

    def firm(self, person: str) -> Any:
        """The first firm that somebody acts for."""
        return next(one for one in parties.principals(self.actor(person).person_id) if one.kind == "firm")

    def parent(self, person: str) -> Any:
        """The person that somebody acts for."""
        return next(one for one in parties.principals(self.actor(person).person_id) if one.kind == "person" and not one.is_self)


def settle() -> Town:
    """Publish the city and fill it, small."""
    publish(CITY, by="tests")
    populate(people=120, firms=40)
    return Town({one.login: one.account_id for one in people()})


@contextmanager
def settled(blocker: Any) -> Iterator[Town]:
    """The town, committed for a group of tests, and everything gone afterwards."""
    with blocker.unblock():
        town = settle()
        yield town
        call_command("flush", interactive=False, verbosity=0)
