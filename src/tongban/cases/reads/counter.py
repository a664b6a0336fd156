"""What a counter sees of cases that are not open before it: number, service, applicant, state.

Invariants: no answer, fact or paper of a case is in these lists; looking for somebody's cases is on the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import NUMBER_BACKWARDS, Attendance, Case, Delivery
from tongban.cases.permissions import check_counter, counter_of, verbs
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.core.identity import plain
from tongban.parties.core.people import Actor
from tongban.parties.core.sealing import searchable
from tongban.parties.sealer import sealer

PAGE = 30
SHORTEST_TAIL = 4
_BACK = timedelta(days=14)
"""How far back a clerk's own list looks for what was sent back."""


@dataclass(frozen=True)
class CounterRow:
    """One case as a counter sees it."""

    case: CaseRow
    decided_on: date | None
    channel: str
    delivered_at: datetime | None


def find(actor: Actor, words: str) -> tuple[CounterRow, ...]:
    """Cases of the counter's area by number or its end, identity number, code of a firm, or name; the newest first."""
    words = _number_of(words.strip())
    seen = Case.objects.filter(counter_of(actor, verbs())).order_by("-id")
    found = {case.id: case for case in (*_by_number(seen, words), *_by_applicant(seen, words), *_by_name(seen, words))} if words else {}
    newest = sorted(found.values(), key=lambda case: case.id, reverse=True)[:PAGE]
    return tuple(_row(case) for case in newest)


def counter_case(case_id: UUID, actor: Actor) -> CounterRow:
    """One case as a counter sees it. Raises CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    check_counter(actor, case, verbs())
    return _row(case)


def taken_today(actor: Actor) -> tuple[CounterRow, ...]:
    """What this clerk took in today, the newest first."""
    attended = Attendance.objects.filter(clerk=actor.person_id, looked_at__gte=_start(clock.today())).values("id")
    cases = Case.objects.filter(attendance_id__in=attended, sent_at__isnull=False).order_by("-sent_at")
    return tuple(_row(case) for case in cases[:PAGE])


def sent_back(actor: Actor) -> tuple[CounterRow, ...]:
    """Of what this clerk took in within two weeks: what has to be corrected, and what the post brought back."""
    attended = Attendance.objects.filter(clerk=actor.person_id, looked_at__gte=_start(clock.today() - _BACK)).values("id")
    mine = Case.objects.filter(attendance_id__in=attended)
    returned = Delivery.objects.filter(case__in=mine, returned_at__isnull=False, case__delivered_at=None).values("case_id")
    cases = mine.filter(Q(step="correct", is_open=True) | Q(pk__in=returned)).order_by("-id")
    return tuple(_row(case) for case in cases[:PAGE])


def _number_of(words: str) -> str:
    """The number in the address that a receipt's code holds, if somebody scanned it; else the words as they are."""
    return parse_qs(urlsplit(words).query).get("number", [words])[0] if words.startswith(("http://", "https://")) else words


def _by_number(seen: QuerySet[Case], words: str) -> Iterable[Case]:
    if len(words) < SHORTEST_TAIL or not (words.isascii() and words.isalnum()):
        return ()
    return seen.alias(backwards=NUMBER_BACKWARDS).filter(backwards__startswith=words.upper()[::-1])[:PAGE]


def _by_applicant(seen: QuerySet[Case], words: str) -> Iterable[Case]:
    """By the whole identity number or code: a person's own cases, or a firm's."""
    if len(plain(words)) != 18:
        return ()
    found = [one for one in (parties.by_id_number(words), parties.by_uscc(words)) if one is not None]
    return seen.filter(applicant_id__in=found)[:PAGE] if found else ()


def _by_name(seen: QuerySet[Case], words: str) -> Iterable[Case]:
    grams = sealer().grams(words)
    if not grams:
        return ()
    likely = seen.filter(name_grams__contains=grams)[: 4 * PAGE]
    return [case for case in likely if searchable(words) in searchable(case.applicant_name)][:PAGE]


def _row(case: Case) -> CounterRow:
    return CounterRow(row_of(case), case.decided_on, case.channel, case.delivered_at)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.ZONE)
