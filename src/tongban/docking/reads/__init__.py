"""Questions about docking. Answers are values, never rows that somebody could save."""

from __future__ import annotations

from tongban.docking.reads.differences import DifferenceView, ReconciliationView, differences, reconciliations
from tongban.docking.reads.handovers import HandoverView, answer_of, of_tasks, untaken
from tongban.docking.reads.lines import LineView, due_systems, lines
from tongban.docking.reads.reports import DayCount, ReportView, read_up_to, report, report_days, returned

__all__ = [
    "DayCount",
    "DifferenceView",
    "HandoverView",
    "LineView",
    "ReconciliationView",
    "ReportView",
    "answer_of",
    "differences",
    "due_systems",
    "lines",
    "of_tasks",
    "read_up_to",
    "reconciliations",
    "report",
    "report_days",
    "returned",
    "untaken",
]
