"""Ratings, as far as each may see them: one's own, the one behind a redress, a department's without case or person, and what months came to.

Invariants: a department sees a rating only once its month is over, only where there are as many in that service as the city declares, and never in the order in
which they came; what is published are counts of months that are over; who rated is read for supervision and for those whom the rater agreed to be known to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from tongban.cases.core.ratings import Redress, Tally, masked, month_of, told
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Rated, Rating, RatingTally, Task
from tongban.cases.nearness import hands_of, supervises
from tongban.cases.permissions import may_official, verbs
from tongban.cases.reads.rating_links import rateable_by
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Option
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

RateState = Literal["open", "rated", "closed"]


@dataclass(frozen=True)
class OwnRating:
    """Whether a case of one's own side can be rated now, or how it was."""

    state: RateState
    """`open`: it can be rated; `rated`: it was; `closed`: not yet, no longer, or not here."""
    indices: tuple[Option, ...] = ()
    level: int = 0
    redress_id: UUID | None = None


@dataclass(frozen=True)
class RatingTold:
    """One rating, as who answers it is told."""

    title: Text
    """The service that was rated."""
    channel: str
    given_by: str
    month: date
    level: int
    indices: tuple[tuple[Text, int], ...]
    words: str
    contact: str
    is_named: bool
    mistaken_on: date | None
    knows: bool = True
    """Whether the reader may know who rated: then nothing is masked."""


@dataclass(frozen=True)
class Batch:
    """The ratings of one service in one month, in no order."""

    service: str
    title: Text
    tally: Tally
    words: tuple[tuple[int, str], ...]
    """(level, what was written), of those who wrote something, sorted by the words."""


@dataclass(frozen=True)
class MonthTold:
    """What a month came to: in the whole city, by department, and by service within each; small ones put together."""

    month: date
    whole: Tally
    is_enough: bool
    departments: Mapping[str, Tally]
    other_departments: Tally | None
    services: Mapping[str, Mapping[str, Tally]]
    other_services: Mapping[str, Tally]


def own_rating(case_id: UUID) -> OwnRating:
    """Whether one's own case can be rated; the caller has asked whether it is one's own."""
    case = Case.objects.get(pk=case_id)
    kept = Rated.objects.select_related("rating").filter(case=case).first()
    if kept is not None:
        return OwnRating("rated", level=kept.rating.level, redress_id=kept.redress_id)
    rules = rateable_by(case)
    return OwnRating("open", rules.indices(case.channel)) if rules else OwnRating("closed")


def may_be_told_by_phone(case_id: UUID, actor: Actor) -> tuple[Option, ...] | None:
    """What is rated in detail of a case that this official may write a rating down for, told on the telephone; none where they may not, or it cannot be rated now."""
    case = Case.objects.filter(pk=case_id).first()
    rules = rateable_by(case) if case is not None else None
    if case is None or rules is None:
        return None
    if actor.person_id in hands_of(case) or not may_official(actor, case, (), "rate-for", verbs()):
        return None
    return rules.indices(case.channel)


def rating_on_my_side(redress_id: UUID) -> RatingTold | None:
    """The rating that opened a case of one's own side, as one gave it; the caller has asked whose it is."""
    kept = Rated.objects.select_related("rating").filter(redress_id=redress_id).first()
    return _told(kept, knows=True) if kept else None


def rating_on_desk(redress_id: UUID, actor: Actor) -> RatingTold | None:
    """The rating that a case on the desk answers; none for another kind of case. Raises CaseNotFoundError."""
    kept = Rated.objects.select_related("rating", "redress").filter(redress_id=redress_id).first()
    if kept is None:
        return None
    assert kept.redress is not None
    case = kept.redress
    tasks = list(Task.objects.filter(case=case))
    if not may_official(actor, case, tasks, "see", verbs()):
        raise CaseNotFoundError
    knows = supervises(actor, case) or (kept.is_named and may_official(actor, case, tasks, "know-named", verbs()))
    return _told(kept, knows=knows)


def department_batches(actor: Actor, month: date) -> dict[str, tuple[Batch, ...]]:
    """By department in which the reader answers for ratings, what a month that is over was rated, service by service."""
    city, known = catalogue.city(), verbs()
    if city.ratings is None or month >= month_of(clock.today()):
        return {}
    departments = sorted({post.department for post in actor.posts if _ANSWERS & set(known.get(post.role, ()))})
    found: dict[str, dict[str, list[Rating]]] = {department: {} for department in departments}
    for rating in Rating.objects.filter(department__in=departments, month=month, mistaken_on=None):
        found[rating.department].setdefault(rating.service, []).append(rating)
    least = city.ratings.shown_from
    return {
        department: tuple(_batch(service, some, city) for service, some in sorted(by_service.items()) if len(some) >= least)
        for department, by_service in found.items()
    }


_ANSWERS = frozenset({"redress", "assign", "follow-up"})
"""Whoever may do one of these answers for how a department is rated."""


def months_counted(limit: int = 12) -> tuple[date, ...]:
    """The months that were counted, the latest first."""
    return tuple(RatingTally.objects.exclude(department="").order_by("-month").values_list("month", flat=True).distinct()[:limit])


def month_told(month: date) -> MonthTold:
    """What a month came to, as it is published."""
    rules = catalogue.city().ratings
    least = rules.shown_from if rules else 1
    by_department: dict[str, dict[str, Tally]] = {}
    for row in RatingTally.objects.filter(month=month).exclude(department=""):
        by_department.setdefault(row.department, {})[row.service] = tally_of(row)
    totals = {name: sum(services.values(), Tally()) for name, services in by_department.items()}
    city = told(totals, least)
    within = {name: told(by_department[name], least) for name in city.groups}
    whole = sum(totals.values(), Tally())
    return MonthTold(
        month=month,
        whole=whole,
        is_enough=whole.rated >= least,
        departments=dict(sorted(city.groups.items())),
        other_departments=city.others,
        services={name: dict(sorted(one.groups.items())) for name, one in within.items()},
        other_services={name: one.others for name, one in within.items() if one.others is not None},
    )


def tally_of(row: RatingTally) -> Tally:
    """A counted row as a value."""
    return Tally(row.finished, tuple(row.levels), Redress.from_json(row.redress))


def title_of(service: str, city: City) -> Text:
    """What a service is called now; its id once it is no longer offered."""
    found = city.services.get(service)
    return found.title if found else Text(service, service)


def _batch(service: str, ratings: list[Rating], city: City) -> Batch:
    levels = tuple(sum(rating.level == level for rating in ratings) for level in range(1, 6))
    words = sorted((masked(rating.words), rating.level) for rating in ratings if rating.words)
    return Batch(service, title_of(service, city), Tally(levels=levels), tuple((level, text) for text, level in words))


def _told(kept: Rated, *, knows: bool) -> RatingTold:
    """The rating as who may know who rated is told it, or anybody else: nobody's number is unsealed for them."""
    rating, city = kept.rating, catalogue.city()
    labels = {index.id: index.label for index in city.ratings.indices(rating.channel)} if city.ratings else {}
    return RatingTold(
        title=title_of(rating.service, city),
        channel=rating.channel,
        given_by=rating.given_by,
        month=rating.month,
        level=rating.level,
        indices=tuple((labels.get(name, Text(name, name)), value) for name, value in rating.indices.items()),
        words=rating.words if knows else masked(rating.words),
        contact=_contact(kept) if knows else "",
        is_named=kept.is_named,
        mistaken_on=rating.mistaken_on,
        knows=knows,
    )


def _contact(kept: Rated) -> str:
    return sealer().open(kept.contact, Place("rated", "contact", kept.case_id)) if kept.contact else ""
