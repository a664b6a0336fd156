"""The jobs of this room, by kind, for the worker; and what happens because time passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.benefits.acts import bank, carry_out, going
from tongban.benefits.acts.claim import GO_ON
from tongban.benefits.acts.daily import match_by_itself
from tongban.benefits.acts.match import MATCH
from tongban.benefits.acts.news import NEWS, tell_news
from tongban.benefits.acts.order import PAY
from tongban.benefits.acts.pools import TAKE_UP
from tongban.benefits.acts.review import TAKE_REVIEW, take_review_of
from tongban.benefits.acts.tell import tell_month
from tongban.benefits.acts.trial import TRY, carry_out_trial
from tongban.benefits.acts.unasked import REDEEM, redeem
from tongban.benefits.acts.withdraw import UNDO, undo, undo_all
from tongban.jobs.acts import apart
from tongban.kernel import clock


@apart
def _match(payload: Mapping[str, Any]) -> None:
    carry_out(UUID(payload["run"]))


@apart
def _try(payload: Mapping[str, Any]) -> None:
    carry_out_trial(UUID(payload["trial"]))


@apart
def _go_on(payload: Mapping[str, Any]) -> None:
    going.go_on(UUID(payload["match"]))


@apart
def _pay(payload: Mapping[str, Any]) -> None:
    bank.pay(payload["system"])


@apart
def _reconcile(payload: Mapping[str, Any]) -> None:
    bank.reconcile(payload["system"], clock.now() - bank.RECONCILED_FOR)


@apart
def _take_up(payload: Mapping[str, Any]) -> None:
    going.take_up(payload["pool"])


@apart
def _take_review(payload: Mapping[str, Any]) -> None:
    take_review_of(UUID(payload["review"]))


@apart
def _redeem(payload: Mapping[str, Any]) -> None:
    redeem(UUID(payload["match"]), UUID(payload["principal"]))


def _news(payload: Mapping[str, Any]) -> None:
    tell_news(UUID(payload["run"]), bytes.fromhex(payload["after"]))


@apart
def _undo(payload: Mapping[str, Any]) -> None:
    undo(UUID(payload["withdrawal"]))


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], None]]] = {
    MATCH: _match,
    TRY: _try,
    GO_ON: _go_on,
    PAY: _pay,
    TAKE_UP: _take_up,
    TAKE_REVIEW: _take_review,
    REDEEM: _redeem,
    UNDO: _undo,
    NEWS: _news,
    bank.RECONCILE: _reconcile,
}


def sweep() -> int:
    """Decisions of officers, public notices that are over, money that came back, banks that are to be asked; matching that is due; a month that is over is told; how much there was."""
    return going.sweep() + undo_all() + match_by_itself() + tell_month()
