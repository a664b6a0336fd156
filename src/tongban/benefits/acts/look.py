"""What every policy says of one subject, with the reasons: registers are asked now, each question on the record, and the single evaluator answers.

Invariant: nothing is kept here and nothing promised; what a run found is not changed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.benefits.bulk import joined
from tongban.benefits.core.single import Told, facts_of_one
from tongban.benefits.errors import UnknownProfileError
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import MATCHING, Policy
from tongban.catalogue.core.verdict import Verdict, verdict
from tongban.exchange.acts import Answer, Request, fetch_all
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.rules.core import Facts


@dataclass(frozen=True, slots=True)
class Look:
    """The facts that were read, and what each policy says."""

    id: UUID
    """Under which the questions to the registers stand on the record."""
    facts: Facts
    verdicts: Mapping[str, tuple[Policy, Verdict]]
    told: Mapping[str, Told]
    """What each source of the profile answered, by alias."""


def look(
    profile: str,
    key: str,
    *,
    by: str,
    department: str = "",
    on: date | None = None,
    services: frozenset[str] | None = None,
    version: Policy | None = None,
) -> Look:
    """Ask the registers about one subject, and every policy over the profile, or those that are redeemed by these services, or one version alone, in force or not.

    Only what these read is asked.

    Must be called outside any transaction. Raises UnknownProfileError.
    """
    city = catalogue.city()
    day = on or clock.today()
    policies = {version.id: version} if version else dict(city.policies_on(day, profile))
    policies = {id_: one for id_, one in policies.items() if services is None or one.service in services}
    if not policies:
        raise UnknownProfileError(profile)
    declared, id_, vocabulary = city.profiles[profile], uuid7(), joined(policies)
    read = {alias: tuple(item for item in source.items if f"{alias}.{item}" in vocabulary) for alias, source in declared.sources.items()}
    asked = [source for alias, source in declared.sources.items() if read[alias]]
    purpose = f"{profile}/{MATCHING}"
    answers = fetch_all([Request(one.resource, key, read[one.alias], id_, one.alias, purpose, by, department) for one in asked])
    told = {source.alias: _told(answer) for source, answer in zip(asked, answers, strict=True)}
    facts = facts_of_one(declared, vocabulary, told, day, clock.now())
    return Look(id_, facts, {name: (policy, verdict(policy, facts)) for name, policy in policies.items()}, told)


def _told(answer: Answer) -> Told:
    if answer.state == "unknown":
        return Told(None, None, answer.reason)
    return Told(answer.values if answer.state == "value" else None, answer.as_of)
