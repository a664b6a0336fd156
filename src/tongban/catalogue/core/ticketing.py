"""Where a ticket belongs: its tier, its department, its last resort. Pure functions that cases and worked tests share.

Invariants: the first tier that holds is taken, and there is always one; the first routing that names the category and holds the area is taken, and where
none does, people decide; the last resort of an area is the narrowest declared one, and there is always one.
"""

from __future__ import annotations

from typing import Any

from tongban.catalogue.core.definition import TicketKind, Tickets, Tier
from tongban.parties.core.areas import covers, stem
from tongban.rules.core import Answer, Facts, Value

DISPATCHER = "dispatcher"
"""What a worked test calls the people who decide where no routing does."""


def tier_of(tickets: Tickets, facts: Facts) -> Tier:
    """The first tier whose condition holds."""
    for tier in tickets.tiers[:-1]:
        if tier.when is None or tier.when.evaluate(facts) == Answer.YES:
            return tier
    return tickets.tiers[-1]


def tier_named(tickets: Tickets, id_: str) -> Tier:
    """A tier by its id; one that is declared no more is the last."""
    return next((tier for tier in tickets.tiers if tier.id == id_), tickets.tiers[-1])


def routed_to(tickets: Tickets, category: str, area: str) -> str:
    """The department that tickets of this category in this area go to; empty where people decide."""
    for route in tickets.routing:
        if category in route.categories and (not route.area or covers(route.area, area)):
            return route.department
    return ""


def last_resort_of(tickets: Tickets, area: str) -> str:
    """The department that answers for this area when no other does. Raises KeyError for an area outside the city."""
    holding = [code for code in tickets.last_resort if covers(code, area)]
    if not holding:
        raise KeyError(area)
    return tickets.last_resort[max(holding, key=lambda code: len(stem(code)))]


def kind_of(tickets: Tickets, facts: Facts) -> TicketKind:
    """The kind of a ticket: what the form says, or the only one there is."""
    said = _said(facts, tickets.asks.kind) if tickets.asks.kind else None
    return tickets.kinds.get(str(said)) or next(iter(tickets.kinds.values()))


def is_sealed(tickets: Tickets, facts: Facts) -> bool:
    """Whether those who handle it are not told who asked: the kind is sealed by itself, or the person wishes it."""
    wished = bool(tickets.asks.anonymous) and _said(facts, tickets.asks.anonymous) is True
    return wished or kind_of(tickets, facts).sealed


def said_of(tickets: Tickets, facts: Facts) -> dict[str, str]:
    """What the form says of category and area; empty where it says nothing."""
    return {name: str(_said(facts, getattr(tickets.asks, name)) or "") for name in ("category", "area")}


def suggested(tickets: Tickets, text: str) -> tuple[str, ...]:
    """The categories whose declared words stand in a text, those with the most first."""
    found = {category: sum(word in text for word in words) for category, words in tickets.words.items()}
    return tuple(sorted((category for category, count in found.items() if count), key=lambda category: -found[category]))


def told(tickets: Tickets, facts: Facts) -> dict[str, str]:
    """Tier and department as a worked test names them."""
    said = said_of(tickets, facts)
    return {"tier": tier_of(tickets, facts).id, "to": routed_to(tickets, said["category"], said["area"]) or DISPATCHER}


def _said(facts: Facts, question: str) -> Any:
    fact = facts.get(f"form.{question}")
    return fact.value if isinstance(fact, Value) else None
