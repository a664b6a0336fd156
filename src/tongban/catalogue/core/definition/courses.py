"""Who does what on which way, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tongban.catalogue.core.definition.limits import Limit, Limits, Option
from tongban.kernel.text import Text
from tongban.rules.core import Expression


@dataclass(frozen=True)
class Step:
    """One thing that officials do. A joint step has `together` and no `by` of its own."""

    id: str
    title: Text
    by: str = ""
    """The role."""
    of: str = ""
    """The department; empty means the service's own."""
    within: Limit | None = None
    officers: int = 1
    may: tuple[str, ...] = ("pass", "return")
    when: Expression | None = None
    not_by: str = ""
    """A step whose officer may not do this one."""
    records: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    """What the officer records; the facts are `<step>.<name>`, choices."""
    record_titles: Mapping[str, Text] = field(default_factory=dict)
    photo: bool = False
    on_site: bool = False
    """An on-site check: a phone-sized page; it runs inside the limit and stops no clock."""
    on_silence: Literal["", "escalate", "pass"] = ""
    join: Literal["", "all", "any"] = ""
    together: tuple[Step, ...] = ()
    system: str = ""
    """The other body's system that does it, where `by` is `system`; `of` is then that system's department."""
    sends: Mapping[str, str] = field(default_factory=dict)
    """By the system's field, the fact that travels; nothing else about the applicant does."""
    by_hand: str = ""
    """The role that enters the system's answer by hand when the system does not give one."""
    brings: Mapping[str, str] = field(default_factory=dict)
    """What was recorded (or `pass`) → the act of the procedure that follows from it at once."""
    in_words: bool = False
    """It is not done without written words."""


@dataclass(frozen=True)
class WrittenItem:
    """One item of a written row: the fact that it shows, or where that is empty the constant `value` (JSON)."""

    item: str
    fact: str = ""
    value: str | int | bool | None = None


@dataclass(frozen=True)
class Written:
    """A row that an act writes into a register that the city keeps for a department."""

    resource: str
    by: str
    """Where the key comes from: `applicant.uscc`, `applicant.id_number` or `form.<question>`."""
    items: tuple[WrittenItem, ...]


Ends = Literal["", "replaced", "withdrawn", "annulled", "cancelled", "revoked"]


@dataclass(frozen=True)
class Gives:
    """What comes out when the answer is yes."""

    credential: str = ""
    letters: tuple[str, ...] = ()
    amount: Expression | None = None
    """Money, for a benefit."""
    every: Literal["", "once", "month"] = ""
    records: tuple[Written, ...] = ()
    """What a grant writes back into departments' registers."""
    reopens: bool = False
    """The case that this one concerns is taken up again."""
    ends: Ends = ""
    """What becomes of the licence that the case is about: `replaced` by the credential given (换发), or one of the four lawful endings."""
    validity: Literal["new", "kept", "after"] = "new"
    """Of a credential that replaces another: from the decision for its declared time, as the one before, or from the day after that one ends."""
    months: Expression | None = None
    """For how many months the credential given is valid, where that is by rule; else what its kind declares."""
    content: Literal["facts", "kept"] = "facts"
    """Of a credential that replaces another: what the facts say, and where nothing was asked what the one before says; or all as before."""


@dataclass(frozen=True)
class Check:
    """The check after a grant on a promise (告知承诺): by which step, by when, and what a broken promise leads to."""

    step: str
    within: Limit
    hearing: Limit
    """How long the applicant may speak before an official decides on annulment (陈述申辩)."""
    recheck: Limit | None = None
    """Time to put right what was found, before it counts as broken; once."""
    credit: Written | None = None
    """The credit record of a broken promise."""


@dataclass(frozen=True)
class Way:
    """How a case may go; the first whose `when` holds is taken. An empty route with every clause yes is decided by the machine: it grants at once."""

    id: str
    title: Text
    route: tuple[str, ...]
    when: Expression | None = None
    procedure: str = ""
    """Another procedure than the service's, e.g. a filing in place of a licence."""
    gives: Gives | None = None
    limits: Limits | None = None
    after: tuple[str, ...] = ()
    """Steps that follow the answer, each on its own clock."""
    covers: tuple[str, ...] = ()
    """The clauses that a promise stands for until they are checked; such a way is taken only by who chose to promise."""
    letter: str = ""
    """The letter of the promise."""
    check: Check | None = None
    heard_within: Limit | None = None
    """How long the party may speak before an official decides on what the office proposes (陈述申辩)."""

    silence_grants: Limit | None = None
    """How long before the end of the licence an extension is asked for, so that it counts as granted unless it is decided before that end (视为准予延续)."""

    @property
    def is_promise(self) -> bool:
        """Whether it is granted on a promise and checked afterwards."""
        return self.check is not None
