"""差一点: a no that a small change would turn, and what that change is, in words.

Invariants: what is told was asked of the single evaluator (`change.ways`); a threshold is told as one only where the yes stays beyond it; what would have to come to be there
at all, and what is further off than the limits below, is no small change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tongban.benefits.core.change import Change, Way, goes_on, ways
from tongban.benefits.core.wording import Wording
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Choice, Date, Facts, Nothing, Value

MOST_CHANGES: Final = 2
A_FEW: Final = 3
"""Persons, months, homes: so many more or fewer are few, however small the number is."""
A_PART: Final = 4
"""A number or an amount within this part of itself (a quarter) is near."""
A_YEAR: Final = 366
_TOLD: Final = 2
"""Ways that are told; more confuse."""


@dataclass(frozen=True, slots=True)
class Told:
    """One way from a no to a yes, in words, and what would be paid then (fen)."""

    says: Text
    amount: int | None
    is_small: bool


def told_ways(wording: Wording, facts: Facts, *, most: int = _TOLD) -> tuple[Told, ...]:
    """The ways from a no to a yes, small ones first; none from a yes or an unknown, or where no few changes are enough."""
    policy = wording.policy
    found = sorted(ways(policy, facts), key=lambda way: not is_small(policy, way))
    return tuple(Told(_in_words(wording, facts, way), way.amount, is_small(policy, way)) for way in found[:most])


def is_small(policy: Policy, way: Way) -> bool:
    """Whether a way asks for little: one word on record, or few figures and days that are near."""
    words = any(isinstance(policy.vocabulary[change.fact].type, Bool | Choice) for change in way.changes)
    return len(way.changes) <= (1 if words else MOST_CHANGES) and all(_is_near(policy, change) for change in way.changes)


def _is_near(policy: Policy, change: Change) -> bool:
    if isinstance(change.now, Nothing) or not isinstance(change.now, Value):
        return False
    kind = policy.vocabulary[change.fact].type
    if isinstance(kind, Bool | Choice):
        return True
    if isinstance(kind, Date):
        return change.distance <= A_YEAR
    whole = max(abs(change.now.value), abs(change.to.value))
    return change.distance <= A_FEW or abs(change.to.value - change.now.value) * A_PART <= whole


_AND_ZH, _AND_EN = "，并且", ", and "
_WHOLE: Final = Text("{what}，即符合", "Entitled once {what}")
_NOW: Final = Text("{what}（现在是{now}）", "{what} (now {now})")
_NOT_THERE: Final = Text("{what}（现在没有记录）", "{what} (now not on record)")
_AT_MOST: Final = Text("{label}不超过{to}", "“{label}” is at most {to}")
_AT_LEAST: Final = Text("{label}达到{to}", "“{label}” is at least {to}")
_NO_LATER: Final = Text("{label}不晚于{to}", "“{label}” is {to} or earlier")
_NO_EARLIER: Final = Text("{label}不早于{to}", "“{label}” is {to} or later")
_BECOMES: Final = Text("{label}变为{to}", "“{label}” is {to}")
_FROM: Final = Text("到{to}", "{to} has come")


def _in_words(wording: Wording, facts: Facts, way: Way) -> Text:
    return _WHOLE.format(what=_joined(_change(wording, facts, way, change) for change in way.changes))


def _joined(parts: Iterable[Text]) -> Text:
    told = list(parts)
    return Text(_AND_ZH.join(one.zh for one in told), _AND_EN.join(one.en for one in told))


def _change(wording: Wording, facts: Facts, way: Way, change: Change) -> Text:
    to, label = wording.value(change.fact, change.to.value), wording.label(change.fact)
    if change.fact == MATCH_ON:
        return _FROM.format(to=to)
    says = _kind(wording.policy, facts, way, change).format(label=label, to=_set_off(to))
    if not isinstance(change.now, Value):
        return _NOT_THERE.format(what=says)
    return _NOW.format(what=says, now=_set_off(wording.value(change.fact, change.now.value)))


def _kind(policy: Policy, facts: Facts, way: Way, change: Change) -> Text:
    if not goes_on(policy, facts, way, change):
        return _BECOMES
    down = isinstance(change.now, Value) and change.to.value < change.now.value
    if isinstance(change.to.value, date):
        return _NO_LATER if down else _NO_EARLIER
    return _AT_MOST if down else _AT_LEAST


def _set_off(value: Text) -> Text:
    """A figure stands apart from the Chinese before it; a word stands in quotation marks."""
    if any(character.isdigit() for character in value.zh[:2]):
        return Text(f" {value.zh}", value.en)
    return Text(f"“{value.zh}”", f"“{value.en}”")
