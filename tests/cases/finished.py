"""Cases that are finished, and what people say about them: where tests of ratings, redress and reviews begin."""

from __future__ import annotations

from uuid import UUID

from tests.cases.test_lifecycle import allowance, key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts
from tongban.cases.core.ratings import Said
from tongban.cases.models import Case, Task

HANDS = ("liu-yang", "wu-qiang", "zheng-jie", "sun-lihua")
"""Who has a hand in a restaurant's case."""


def granted_allowance(town: Town) -> UUID:
    """An allowance that a machine granted: no official had a hand in it."""
    case_id = allowance(town)
    send(town, case_id, "li-min")
    return case_id


def decided_restaurant(town: Town, answer: str = "grant") -> UUID:
    """A restaurant's case that went through four officials' hands."""
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    acts.complete_step(open_task(case_id).id, actor=town.actor("liu-yang"), key=key())
    site = open_task(case_id)
    for login in ("wu-qiang", "zheng-jie"):
        acts.complete_step(site.id, actor=town.actor(login), key=key(), records=records_for(site), photos=[photo(case_id)])
    acts.decide(case_id, answer, actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="核查后决定")  # type: ignore[arg-type]
    return case_id


def open_task(case_id: UUID) -> Task:
    """The one thing that is to be done on a case."""
    return Task.objects.get(case_id=case_id, is_open=True)


def said(level: int = 5, **more: object) -> Said:
    """A rating."""
    return Said(level=level, indices={}, **more)  # type: ignore[arg-type]


def rated_badly(town: Town, *, level: int = 2, words: str = "跑了两趟，说法不一。", **more: object) -> tuple[UUID, Case]:
    """A restaurant's case that its agent rated badly; the case and what was opened about it."""
    case_id = decided_restaurant(town)
    done = acts.rate(case_id, said(level, words=words, **more), actor=town.actor("chen-xiao"), key=key())
    return case_id, Case.objects.get(pk=done.redress_id)


def step(town: Town, case_id: UUID, login: str, words: str = "已核实。", **records: str) -> acts.Done:
    """Do the open step of a case."""
    return acts.complete_step(open_task(case_id).id, actor=town.actor(login), key=key(), words=words, records=records)


def answer(town: Town, case_id: UUID, words: str = "已改正，并向您道歉。") -> acts.Done:
    """Answer a bad rating."""
    return acts.decide(case_id, "grant", actor=town.actor("tang-min"), key=key(), version=version(case_id), words=words)
