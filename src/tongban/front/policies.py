"""Which version of a policy counts, what it is called, and whom it is for."""

from __future__ import annotations

from datetime import date

from tongban.cases.core import clocks
from tongban.catalogue.core.definition import City, Limit, Policy
from tongban.kernel.text import Text


def audience_of(policy: Policy, city: City) -> str:
    """Whom it is for: `person` or `firm`."""
    return city.profiles[policy.profile].subject


def versions(policy_id: str, city: City) -> list[Policy]:
    """All versions of a policy, the newest first."""
    return sorted((one for one in city.policies.values() if one.id == policy_id), key=lambda one: one.in_force, reverse=True)


def current(policy_id: str, city: City, today: date) -> Policy | None:
    """The version in force; else the next one, else the last one there was; none for a policy that never was."""
    found = versions(policy_id, city)
    held = next((one for one in found if one.holds_on(today)), None)
    later = [one for one in found if one.in_force > today]
    return held or (later[-1] if later else next(iter(found), None))


def title_of(policy_id: str, city: City, today: date) -> Text:
    """What a policy is called, also when it is in force no more; its id where it is declared no more."""
    policy = current(policy_id, city, today)
    return policy.title if policy is not None else Text(policy_id, policy_id)


def end_of(limit: Limit, start: date, city: City) -> date:
    """The last day of a limit that begins with a day."""
    return clocks.end_of(limit, start, city.calendar)


def expected(policy: Policy, today: date, city: City) -> date:
    """By when the payment is ordered, if it is begun today; the days of the public notice come on top."""
    end = end_of(policy.within, today, city)
    return end if policy.publicity is None else end_of(policy.publicity.within, end, city)
