"""What the pages of policies share: who sees them, how a fact, a clause and an amount are said.

Invariants: whose policy it is, and what a post may do with it, is asked of the room of benefits; every word about a fact comes from the resource that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest

from tongban.benefits.core.trials import AMOUNT
from tongban.benefits.policy_permissions import DRAFT, MATCH, PUBLISH, departments_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.faces.desk.columns import FRAME, tools, watermark
from tongban.faces.desk.person import NO_VERB
from tongban.kernel.errors import NotAllowedError
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import when, yuan
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor
from tongban.rules.core import Choice, Fact, Nothing, Value

POLICIES: Final = ("desk/policies", FRAME)
RUNS: Final = ("desk/runs", FRAME)
WITHDRAWAL: Final = ("desk/withdrawal", FRAME)
VERBS: Final = (DRAFT, PUBLISH, MATCH)


def departments(person: Actor) -> frozenset[str]:
    """The departments whose policies somebody handles. Raises NotAllowedError for who handles none."""
    found = departments_of(person, *VERBS)
    if not found:
        raise NotAllowedError(NO_VERB)
    return found


def may(person: Actor, verb: str, department: str) -> bool:
    """Whether somebody may do this in the name of a department."""
    return department in departments_of(person, verb)


def frame(request: HttpRequest, person: Actor) -> dict[str, Any]:
    """What every page needs."""
    t = screen(FRAME, preferences.of(request).lang)
    return {"tools": tools(person, t, request.path), "watermark_lines": watermark(request, person)}


def account_of(name: str) -> UUID | None:
    """The account behind the record's name for somebody; none for the machine."""
    kind, _, id_ = name.partition(":")
    try:
        return UUID(id_) if kind == "account" else None
    except ValueError:
        return None


def fact_title(city: City, policy: Policy | None, name: str) -> Text:
    """What a fact is called by the register that holds it."""
    alias, _, item = name.partition(".")
    profile = city.profiles.get(policy.profile) if policy else None
    source = profile.sources.get(alias) if profile else None
    resource = city.resources.get(source.resource) if source else None
    if resource is None or item not in resource.items:
        return Text(name, name)
    return Text("{held}：{item}", "{held}: {item}").format(held=resource.title, item=resource.items[item].title)


def option_title(city: City, profile: str, fact: str, key: str) -> Text | str:
    """What one option of a fact is called."""
    alias, _, item = fact.partition(".")
    source = city.profiles[profile].sources.get(alias) if profile in city.profiles else None
    resource = city.resources.get(source.resource) if source else None
    declared = resource.items.get(item) if resource else None
    options = {option.id: option.label for option in declared.options} if declared else {}
    return options.get(key, key)


def fact_value(city: City, policy: Policy, name: str, fact: Fact, t: Screen, lang: Lang) -> str:
    """A fact in words: its value, that nothing is there, or that it is not known, with how old that is."""
    if isinstance(fact, Value):
        kind = policy.vocabulary[name].type
        shown = option_title(city, policy.profile, name, str(fact.value)) if isinstance(kind, Choice) else kind.show(fact.value, lang)
        said = shown.in_(lang) if isinstance(shown, Text) else str(shown)
    elif isinstance(fact, Nothing):
        said = t.fact_none
    else:
        return t(f"unknown_{fact.reason.replace('-', '_')}") if f"unknown_{fact.reason.replace('-', '_')}" in t else t.fact_unknown
    return t("fact_as_of", value=said, at=when(fact.as_of, lang)) if fact.as_of else said


def clause_title(policy: Policy | None, id_: str, t: Screen) -> Text | str:
    """What a clause says; the formula has no clause."""
    if id_ == AMOUNT:
        return t.clause_amount
    return next((clause.says for clause in policy.rules if clause.id == id_), id_) if policy else id_


def money(amount: int | None, lang: Lang) -> str:
    """An amount, or that there is none."""
    return "—" if amount is None else yuan(amount, lang)


def in_yuan(amount: int | None) -> Decimal | None:
    """Fen as a spreadsheet has money."""
    return None if amount is None else Decimal(amount).scaleb(-2)


def sources_of(told: Mapping[str, Mapping[str, Any]], profile: str, t: Screen) -> list[dict[str, Any]]:
    """Each source that was read: what it is, how many records, as of when, or why nothing came."""
    city = catalogue.city()
    declared = city.profiles[profile].sources if profile in city.profiles else {}
    rows = []
    for alias, one in told.items():
        if one.get("reason") == "not-asked":
            continue
        resource = city.resources.get(declared[alias].resource) if alias in declared else None
        as_of = datetime.fromisoformat(one["as_of"]) if one.get("as_of") else None
        reason = one.get("reason", "")
        rows.append(
            {
                "title": resource.title if resource else alias,
                "department": city.short_of(resource.department) if resource else "",
                "rows": one.get("rows", 0),
                "as_of": as_of,
                "reason": t(f"source_{reason.replace('-', '_')}") if reason else "",
            }
        )
    return rows
