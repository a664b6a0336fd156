"""Questions to this room: how a run goes, what a policy came to, what somebody is entitled to and what became of it, what waits, what stands in public."""

from __future__ import annotations

from tongban.benefits.reads.endings import ended_by, lost_by
from tongban.benefits.reads.life import (
    ClawbackView,
    FindingView,
    LifeView,
    MatchView,
    ObjectionView,
    OrderView,
    ReviewView,
    StepView,
    Waits,
    account_of,
    entitlements,
    life,
    match_of_case,
    reviews_of,
    subject_of,
    waits,
)
from tongban.benefits.reads.public import Standing, paid, standing, stands
from tongban.benefits.reads.runs import ResultView, RunView, latest_run, run
from tongban.benefits.reads.waiting import WAITS, PoolView, WaitingRow, count_objections, counts, objections, pools, reviews, waiting

__all__ = [
    "WAITS",
    "ClawbackView",
    "FindingView",
    "LifeView",
    "MatchView",
    "ObjectionView",
    "OrderView",
    "PoolView",
    "ResultView",
    "ReviewView",
    "RunView",
    "Standing",
    "StepView",
    "WaitingRow",
    "Waits",
    "account_of",
    "count_objections",
    "counts",
    "ended_by",
    "entitlements",
    "latest_run",
    "life",
    "lost_by",
    "match_of_case",
    "objections",
    "paid",
    "pools",
    "reviews",
    "reviews_of",
    "run",
    "standing",
    "stands",
    "subject_of",
    "waiting",
    "waits",
]
