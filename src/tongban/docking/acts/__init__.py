"""What may be done: declare a system, hand a case over, call it off, push, ask, take an answer, enter it by hand; report upward, correct; reconcile."""

from __future__ import annotations

from tongban.docking.acts.by_people import enter_by_hand, push_again
from tongban.docking.acts.carry import everything_at, inquire, offer
from tongban.docking.acts.declare import declare_system
from tongban.docking.acts.differing import settle_difference
from tongban.docking.acts.hand_over import call_off, hand_over
from tongban.docking.acts.push import ask, push, tell_called_off
from tongban.docking.acts.reconcile import reconcile, reconcile_due, send_again
from tongban.docking.acts.report import Due, ask_reports, correct_report, queue_reports, send_reports
from tongban.docking.acts.take import Outcome, take

__all__ = [
    "Due",
    "Outcome",
    "ask",
    "ask_reports",
    "call_off",
    "correct_report",
    "declare_system",
    "enter_by_hand",
    "everything_at",
    "hand_over",
    "inquire",
    "offer",
    "push",
    "push_again",
    "queue_reports",
    "reconcile",
    "reconcile_due",
    "send_again",
    "send_reports",
    "settle_difference",
    "take",
    "tell_called_off",
]
