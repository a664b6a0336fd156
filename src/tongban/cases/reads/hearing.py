"""Until when somebody may speak to what an office proposes: the time runs from the day on which the notice reached them, not from the day it was written.

Invariants: nothing is decided against somebody whom the notice has not reached, unless they spoke all the same; it has reached them when they read it, when it was
handed out, or when the post says that it was taken in, whichever came first.

Source: Administrative Penalty Law, articles 44, 45 and 61; Civil Procedure Law, articles 87 to 91.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongban.cases.core.clocks import end_of
from tongban.cases.models import Case
from tongban.cases.reads.ground import Ground
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

PROPOSE = "propose-ending"


@dataclass(frozen=True)
class Hearing:
    """The day on which the notice reached the party, if it has; and the last day on which they may speak, counted from then, or else from today."""

    reached_on: date | None
    until: date

    @property
    def is_over(self) -> bool:
        """Whether the party had their time and it has passed."""
        return self.reached_on is not None and clock.today() > self.until


def hearing_of(case: Case, ground: Ground) -> Hearing | None:
    """The hearing of a proposal that is not decided; none where none is due."""
    within = ground.way.heard_within
    if within is None or case.decided_on is not None:
        return None
    name = ground.procedure.letters.get(PROPOSE, "")
    notice = case.letters.filter(type=name).order_by("-id").values_list("read_at", "delivery__delivered_at").first()
    moments = [clock.local_date(one) for one in notice or () if one is not None]
    reached = min(moments, default=None)
    return Hearing(reached, end_of(within, reached or clock.today(), catalogue.city().calendar))
