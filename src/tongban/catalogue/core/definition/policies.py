"""What a city gives without being asked: profiles of firms and people, policies over them, and the pools they are paid from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal

from tongban.catalogue.core.definition.limits import Limit
from tongban.catalogue.core.definition.offered import Audience
from tongban.kernel.text import Text
from tongban.rules.core import Clause, Expression, Vocabulary

Category = Literal["relief", "award", "right", "qualification"]
"""减免, 奖补, 权益, 资质. The first two pay an amount; a right or a qualification has none."""
Redemption = Literal["unasked", "quick"]
"""免申即享 and 快申快享."""


MATCHING: Final = "matching"
"""What a profile's items are granted and taken for."""
TRIAL: Final = "trial"
"""What they are taken for when a draft is tried (政策沙盘): only counts come of it."""


@dataclass(frozen=True)
class ProfileSource:
    """One resource of a profile: its items are the facts `alias.item`."""

    alias: str
    resource: str
    stale: timedelta
    """A row older than this is not believed: its facts are unknown."""
    items: tuple[str, ...] = ()
    """The items that some policy reads: nothing else leaves the register."""


@dataclass(frozen=True)
class Grouping:
    """By what the figures of a trial are told apart: the options of an item, or the areas of a level that hold an item's area code."""

    id: str
    title: Text
    fact: str
    level: Literal["", "city", "district", "street"] = ""
    """Empty for the options of a choice."""


@dataclass(frozen=True)
class Profile:
    """一企一档, 一人一档: one wide row a subject over what departments hold, each part with its own as-of."""

    id: str
    title: Text
    subject: Audience
    key: str
    """What every source is looked up by."""
    subjects: str
    """The alias of the source that says who there is."""
    sources: Mapping[str, ProfileSource]
    groups: tuple[Grouping, ...] = ()
    trial: tuple[str, ...] = ()
    """Facts that no policy need read yet and that a draft may be tried with."""

    @property
    def tried(self) -> Profile:
        """The profile as a trial may read it: with what figures are grouped by, and what drafts may be tried with."""
        more = {group.fact for group in self.groups} | set(self.trial)
        sources = {
            alias: replace(source, items=tuple(sorted({*source.items, *_items(alias, more)}))) for alias, source in self.sources.items()
        }
        return replace(self, sources=sources)

    @property
    def taken(self) -> Mapping[str, ProfileSource]:
        """The sources that are read at all, by alias: the one that says who there is, and those of which some policy reads an item."""
        return {alias: source for alias, source in self.sources.items() if source.items or alias == self.subjects}


def _items(alias: str, facts: set[str]) -> set[str]:
    return {fact.partition(".")[2] for fact in facts if fact.partition(".")[0] == alias}


@dataclass(frozen=True)
class Pool:
    """Money set aside before anything is promised; what an exhausted pool means is declared."""

    id: str
    title: Text
    department: str
    amount: int
    """Fen."""
    first: date
    last: date
    exhausted: Literal["queue", "stop"]
    """What an empty pool means: who is entitled waits in order, or is told that it is over."""
    bank: str = ""
    """The declared system by which it pays; none where the department pays by hand and enters what became of it."""


@dataclass(frozen=True)
class Document:
    """The document that a policy stands in."""

    number: str
    title: Text
    issuer: Text
    level: Literal["nation", "province", "city", "district"]
    issued: date


@dataclass(frozen=True)
class Publicity:
    """公示: how long a payment stands in public before it is ordered, and who hears objections."""

    within: Limit
    objections: str
    """A department."""


@dataclass(frozen=True)
class Clawback:
    """追回: when what was paid must be given back."""

    says: Text
    cite: str
    within: Limit


@dataclass(frozen=True)
class Withdrawn:
    """撤回: that a version was published by mistake, and from which day it holds no more."""

    on: date
    says: Text
    cite: str = ""


@dataclass(frozen=True)
class PolicyTest:
    """A test that a policy ships: facts in; clauses, `entitled` and `amount` out."""

    name: Text
    on: date
    given: Mapping[str, object]
    expect: Mapping[str, object]
    path: str
    line: int


@dataclass(frozen=True)
class Policy:
    """One policy in one version: who is entitled to what, on which provision, from which pool. Invariant: a version holds from `in_force` to `until`, both included."""

    id: str
    hash: str
    title: Text
    summary: Text
    document: Document
    department: str
    in_force: date
    until: date
    category: Category
    profile: str
    rules: tuple[Clause, ...]
    amount: Expression | None
    """Fen; the cap is part of it. None for a right or a qualification."""
    redeem: Redemption
    within: Limit
    """From willingness to the payment order; at most 60 working days."""
    pool: str
    excludes: tuple[str, ...]
    """Policies that the same subject cannot have beside this one."""
    publicity: Publicity | None
    clawback: Clawback | None
    vocabulary: Vocabulary
    tests: tuple[PolicyTest, ...]
    cap: int | None = None
    """Fen; said beside the formula, which already keeps it."""
    formula: str = ""
    """As the department wrote it."""
    phone: str = ""
    supervision: str = ""
    demo_values: tuple[str, ...] = ()
    keywords: tuple[str, ...] = field(default=())
    withdrawn: Withdrawn | None = None
    service: str = ""
    """The declared service whose case willingness opens."""
    repeats: bool = False
    """Whether each edition, known by `in_force`, pays a subject anew (a policy of every year); otherwise it is paid once, whatever becomes of its text."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """The sources of the profile that it reads."""
        return tuple(dict.fromkeys(name.split(".")[0] for name in self.vocabulary if not name.startswith("match.")))

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on that day."""
        return self.in_force <= day <= self.last

    @property
    def last(self) -> date:
        """The last day on which it holds; before `in_force` if it was withdrawn before it came to hold."""
        return self.until if self.withdrawn is None else min(self.until, self.withdrawn.on - timedelta(days=1))
