"""陈述申辩: what somebody says to a decision that is about to be made against them.

Invariant: before the last day to be heard nothing is decided against them, unless they have spoken.

Source: Administrative Licensing Law, article 7; Administrative Penalty Law, article 45.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tongban.cases.acts.aftercheck import ANNUL
from tongban.cases.acts.record import Doing, Done, keep, lock, once, tasks_of
from tongban.cases.core.words import day
from tongban.cases.errors import NoticeNotReachedError, NotYetHeardError, ReasonMissingError, WrongStateError
from tongban.cases.models import Case, Event
from tongban.cases.permissions import check_applicant
from tongban.cases.reads import Ground, ground_of
from tongban.cases.reads.hearing import hearing_of
from tongban.parties.core.people import Actor

HEARD = "be-heard"


@once(HEARD)
def be_heard(case_id: UUID, *, actor: Actor, key: str, words: str) -> Done:
    """What the holder says to a proposed annulment or ending (陈述申辩). Raises ReasonMissingError, WrongStateError, CaseNotFoundError."""
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor)
    check_applicant(actor, case, HEARD)
    ground = ground_of(case)
    is_proposed = ground.way.heard_within is not None and case.decided_on is None
    if not is_proposed and not any(task.is_open and task.purpose == ANNUL for task in tasks_of(case)):
        raise WrongStateError(ground.procedure.states[case.state].title)
    return keep(case, Doing(HEARD, actor, key=key), case.state, words=words)


def check_hearing(case: Case, ground: Ground) -> None:
    """Raises NotYetHeardError or NoticeNotReachedError while what an office proposes may not be decided for the party's sake."""
    hearing = hearing_of(case, ground)
    if hearing is None or hearing.is_over or Event.objects.filter(case=case, act=HEARD).exists():
        return
    raise NotYetHeardError(day(hearing.until)) if hearing.reached_on else NoticeNotReachedError


def check_heard(case: Case, until: date | None, since: datetime, today: date) -> None:
    """Raises NotYetHeardError while the party may still speak and has not."""
    if until is None or today > until:
        return
    if not Event.objects.filter(case=case, act=HEARD, at__gte=since).exists():
        raise NotYetHeardError(day(until))
