"""Questions to this room: how a run goes, what a policy came to, what somebody is entitled to and what became of it, what waits, what stands in public."""

from __future__ import annotations

from tongban.benefits.models import TAKEN
from tongban.benefits.reads.endings import ended_by, lost_by
from tongban.benefits.reads.life import (
    ClawbackView,
    FindingView,
    LifeView,
    MatchView,
    ObjectionView,
    OrderView,
    SecondView,
    StepView,
    Waits,
    account_of,
    claimable_of,
    entitlements,
    life,
    match_of_case,
    subject_of,
    waits,
)
from tongban.benefits.reads.public import Standing, paid, standing, stands
from tongban.benefits.reads.reviews import ReviewView, count_reviews, explanation_of, review, review_of_case, reviews, reviews_of
from tongban.benefits.reads.runs import ResultView, RunView, latest_run, run
from tongban.benefits.reads.waiting import WAITS, PoolView, WaitingRow, count_objections, counts, objections, pools, waiting

__all__ = [
    "TAKEN",
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
    "SecondView",
    "Standing",
    "StepView",
    "WaitingRow",
    "Waits",
    "account_of",
    "claimable_of",
    "count_objections",
    "count_reviews",
    "counts",
    "ended_by",
    "entitlements",
    "explanation_of",
    "latest_run",
    "life",
    "lost_by",
    "match_of_case",
    "objections",
    "paid",
    "pools",
    "review",
    "review_of_case",
    "reviews",
    "reviews_of",
    "run",
    "standing",
    "stands",
    "subject_of",
    "waiting",
    "waits",
]
