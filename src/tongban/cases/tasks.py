"""What the worker does for cases: nothing waits in a queue of jobs; what time brings about is found by asking which dates have passed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError

from tongban.cases.acts.arrival import deliver_on_arrival, reached
from tongban.cases.acts.bundle_go_on import go_on_later
from tongban.cases.acts.by_system import take_outcome, untaken_outcomes
from tongban.cases.acts.count import count_benefit
from tongban.cases.acts.deemed_grant import deem_granted, undecided_extensions
from tongban.cases.acts.lapse import lapse, overdue_replies, remind, soon_overdue
from tongban.cases.acts.record import GO_ON
from tongban.cases.acts.report import report_due
from tongban.cases.acts.shares import count_arrivals
from tongban.cases.acts.silence import deem_accepted, overdue_answers
from tongban.cases.acts.step_silence import answer_silence, silent_steps
from tongban.cases.acts.tally import tally_months
from tongban.cases.acts.tickets.counting import count_changes
from tongban.cases.acts.tickets.escalating import escalate, to_escalate
from tongban.cases.acts.tickets.judging import close_unjudged, unjudged
from tongban.cases.acts.tickets.sharing import FOLLOW, SHARE, fan_out, follow
from tongban.cases.acts.warn import WARN, ask_to_warn, warn

log = logging.getLogger(__name__)
KINDS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {WARN: warn, GO_ON: go_on_later, SHARE: fan_out, FOLLOW: follow}


TIME: tuple[tuple[Callable[[], list[UUID]], Callable[[UUID], bool]], ...] = (
    (untaken_outcomes, take_outcome),
    (overdue_answers, deem_accepted),
    (undecided_extensions, deem_granted),
    (silent_steps, answer_silence),
    (soon_overdue, remind),
    (overdue_replies, lapse),
    (unjudged, close_unjudged),
    (reached, deliver_on_arrival),
)
"""Time's own acts: whom a date has passed for or whom another body's system answered, and what happens then."""


def sweep() -> int:
    """Let time's own acts happen; returns how many did. Safe to run at any moment, in any number of processes; a case that cannot be moved holds up no other."""
    ask_to_warn()
    count_benefit()
    while count_arrivals():
        pass
    done = sum(_carefully(act, one) for find, act in TIME for one in find()) + _escalate() + _report()
    while count_changes():
        pass  # the figures follow what happened; that is nothing that happens
    return done


def _escalate() -> int:
    """Every rung whose time has come, one after another; a ticket that cannot be moved is passed over."""
    done, stuck = 0, set[UUID]()
    while found := to_escalate(stuck):
        for case_id in found:
            if _carefully(escalate, case_id):
                done += 1
            else:
                stuck.add(case_id)
    return done


def _report() -> int:
    try:
        return report_due()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("what is to be reported could not be read")
        return 0


def count_months() -> None:
    """Count the months that are over, for what is published of their ratings."""
    tally_months()


def _carefully(act: Callable[[UUID], bool], one: UUID) -> bool:
    try:
        return act(one)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s could not be carried out on %s", act.__name__, one)
        return False
