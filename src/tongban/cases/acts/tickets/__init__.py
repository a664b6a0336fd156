"""What may be done with a ticket, a verb each: dispatched, disputed, handled, answered, judged, urged, merged, escalated."""

from __future__ import annotations

from tongban.cases.acts.tickets.dispatching import dispatch, dispute, rule
from tongban.cases.acts.tickets.handling import answer, ask_help, give_help, progress
from tongban.cases.acts.tickets.judging import call_back, judge, supervise
from tongban.cases.acts.tickets.merging import merge, unmerge
from tongban.cases.acts.tickets.pressing import add, press, see_who, urge

__all__ = [
    "add",
    "answer",
    "ask_help",
    "call_back",
    "dispatch",
    "dispute",
    "give_help",
    "judge",
    "merge",
    "press",
    "progress",
    "rule",
    "see_who",
    "supervise",
    "unmerge",
    "urge",
]
