"""What is searched for on the desk: a number or its tail, two characters or more of the applicant's name, or a service; newest first.

Invariant: each place in which a reader may see cases is searched by itself, so that the server takes the index that fits it, and never walks over the cases of
others to find one's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from tongban.cases.models import NUMBER_BACKWARDS, Case
from tongban.cases.permissions import desk_places, verbs
from tongban.catalogue import reads as catalogue
from tongban.parties.core.people import Actor
from tongban.parties.core.sealing import searchable
from tongban.parties.sealer import sealer

SHORTEST_TAIL = 3
"""Fewer characters of a number fit a good part of all cases, which tells nobody anything and costs the most."""
_SHOWN = (
    *("id", "number", "service", "service_hash", "procedure", "way", "state", "step"),
    *("applicant_name", "due_on", "due_at", "statutory_due_on"),
)


def search_cases(actor: Actor, words: str, *, limit: int) -> list[Case]:
    """The newest of what is found, with the columns that a list shows."""
    words = words.strip()
    places = desk_places(actor, verbs())
    found = [*_by_tail(places, words, limit), *by_name(places, words, limit), *_by_service(places, words, limit)] if words else []
    return sorted({case.id: case for case in found}.values(), key=lambda case: case.id, reverse=True)[:limit]


def _by_tail(places: Sequence[Q], words: str, limit: int) -> Iterable[Case]:
    if len(words) < SHORTEST_TAIL or not (words.isascii() and words.isalnum()):
        return ()
    numbered = Case.objects.alias(backwards=NUMBER_BACKWARDS)
    return _newest(numbered, [place & Q(backwards__startswith=words.upper()[::-1]) for place in places], limit)


def by_name(places: Sequence[Q], words: str, limit: int) -> Iterable[Case]:
    """Of the cases in these places those whose applicant's name has the words."""
    grams = sealer().grams(words)
    if not grams:
        return ()
    likely = _newest(Case.objects.all(), [place & Q(name_grams__contains=grams) for place in places], 4 * limit)
    return [
        case for case in likely if searchable(words) in searchable(case.applicant_name)
    ]  # the same pairs may stand apart in another name


def _by_service(places: Sequence[Q], words: str, limit: int) -> Iterable[Case]:
    services = catalogue.city().services.values()
    named = [one.id for one in services if words in one.title.zh or words.lower() in one.title.en.lower()]
    return _newest(Case.objects.all(), [place & Q(service=service) for place in places for service in named], limit)


def _newest(cases: QuerySet[Case], wheres: Sequence[Q], limit: int) -> list[Case]:
    """The newest of each, in one statement."""
    parts: list[Any] = [cases.filter(where).only(*_SHOWN).order_by("-id")[:limit] for where in wheres]
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
