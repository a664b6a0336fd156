"""What people may say about how they were served, and cases that concern another case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tongban.catalogue.core.definition.limits import Limit, Option

Opener = Literal["applicant", "rating", "machine"]
OPENERS: Final[tuple[Opener, ...]] = ("applicant", "rating", "machine")
ABOUT: Final = "about"
"""In a step's `of`: the department of the case that this one concerns."""
ONLINE: Final = frozenset({"online", "api", "kiosk"})
"""The channels in which people served themselves; in every other one somebody served them."""


@dataclass(frozen=True)
class About:
    """A service whose cases concern another case: an appeal, the redress of a bad rating. It is never applied for by itself."""

    opened_by: Opener
    """The other case's applicant, a bad rating of it, or the engine for a reason of its own."""
    within: Limit | None = None
    """How long after the other case was decided its applicant may open one; none is always."""


@dataclass(frozen=True)
class RatingRules:
    """How finished cases are rated here (好差评). The five levels are the standard's, and stand in no file.

    Source: 国办发〔2019〕51号; GB/T 39734-2020 and 39735-2020.
    """

    within: Limit
    """How long after it was decided a case can be rated."""
    online: tuple[Option, ...]
    """What is rated in detail where people served themselves."""
    on_site: tuple[Option, ...]
    """And where somebody served them."""
    shown_from: int
    """Fewer ratings than this are not told by themselves to anybody but supervision."""

    def indices(self, channel: str) -> tuple[Option, ...]:
        """What is rated in detail of a case that came by this channel."""
        return self.online if channel in ONLINE else self.on_site
