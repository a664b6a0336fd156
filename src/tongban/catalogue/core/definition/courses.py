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


@dataclass(frozen=True)
class Gives:
    """What comes out when the answer is yes."""

    credential: str = ""
    letters: tuple[str, ...] = ()
    amount: Expression | None = None
    """Money, for a benefit."""
    every: Literal["", "once", "month"] = ""


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
