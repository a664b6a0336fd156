"""The facts of one subject as registers answered just now: for reasons on demand, beside the columns of everybody.

Invariants: an item of a record that was found is its value or none; a record that was not found is none throughout; what did not answer, is older than the profile allows, or
is not of its declared type, is unknown. These are the facts that the columns have for the same subject, if the registers say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.benefits.core.profiles import NO_SOURCE, NOT_KNOWN, STALE
from tongban.catalogue.core.definition import Profile
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.rules.core import Fact, FactType, Nothing, Unknown, Value, ValueFault, Vocabulary


@dataclass(frozen=True, slots=True)
class Told:
    """What one source answered: the record's items in JSON form, no record (None), or nothing, with the reason."""

    values: Mapping[str, Any] | None
    as_of: datetime | None
    reason: str = ""


def facts_of_one(profile: Profile, vocabulary: Vocabulary, told: Mapping[str, Told], on: date, now: datetime) -> dict[str, Fact]:
    """The facts of the vocabulary."""
    found: dict[str, Fact] = {MATCH_ON: Value(on, "clock")}
    for name, spec in vocabulary.items():
        if name != MATCH_ON:
            alias, _, item = name.partition(".")
            oldest = now - profile.sources[alias].stale
            found[name] = _fact(alias, item, spec.type, told.get(alias), oldest)
    return found


def _fact(alias: str, item: str, kind: FactType, told: Told | None, oldest: datetime) -> Fact:
    if told is None or told.reason:
        return Unknown(told.reason if told else NO_SOURCE, alias)
    if told.as_of is not None and told.as_of < oldest:
        return Unknown(STALE, alias)
    raw = None if told.values is None else told.values.get(item)
    if raw is None:
        return Nothing(alias, told.as_of)
    try:
        return Value(kind.from_json(raw), alias, told.as_of)
    except (ValueFault, ValueError, TypeError):
        return Unknown(NOT_KNOWN, alias)
