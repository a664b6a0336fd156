"""Rate a finished case (好差评): once, by the applicant's side, in any channel.

Invariants: nothing is assumed - without one of the five levels nothing is rated; a case is rated once, whoever asks again and however; the case itself is not
touched, so that its history does not tell that it was rated; the record's entry names neither the person nor the case, and carries a salted digest by which
supervision can show that they belong together; a bad rating opens its case in the same transaction, or neither happens; who asked under seal is not named by a
rating either, whatever was ticked; nothing deletes a rating, and nothing changes one but the mark that supervision found it mistaken.

Source: 国办发〔2019〕51号; GB/T 39734-2020.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.linked import Opening, open_linked
from tongban.cases.acts.record import Doing, lock, serial_of, write
from tongban.cases.core.ratings import GivenBy, Said, month_of
from tongban.cases.feedback_errors import AlreadyRatedError, HadAHandError, NotRateableError
from tongban.cases.models import Case, Rated, Rating
from tongban.cases.nearness import hands_of
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.cases.reads.rating_links import opened, rateable_by
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import RatingRules, Service
from tongban.kernel import clock
from tongban.kernel.ids import random_id, uuid7
from tongban.ledger.acts import Act
from tongban.ledger.core.canonical import JSON
from tongban.parties.core.people import Actor
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

RATER: Final = "rater"
"""Who acts, in the record's words: that it was not told is the point."""


@dataclass(frozen=True)
class RatedDone:
    """That it was rated, and the case that a bad rating opened."""

    redress_id: UUID | None


def rate(case_id: UUID, said: Said, *, actor: Actor, key: str, given_by: GivenBy = "portal") -> RatedDone:
    """Rate a case of one's own side. Raises AlreadyRatedError, NotRateableError, CaseNotFoundError."""
    return _rate(case_id, said, given_by, key, lambda case: check_applicant(actor, case, "rate"), rated_by=actor.person_id)


def rate_by_link(token: str, said: Said, *, key: str, present: Actor | None = None) -> RatedDone:
    """Rate by the link of a message or the code at a counter, without signing in; a second time changes nothing and tells nothing. `present` is who happens to be signed in.

    Raises RatingLinkError, NotRateableError, HadAHandError where that is an official who had a hand in the case.
    """
    link = opened(token)
    try:
        return _rate(link.case_id, said, link.given_by, key, lambda case: _check_no_hand(present, case), rated_by=link.person_of)
    except AlreadyRatedError:
        return RatedDone(None)


def rate_for(case_id: UUID, said: Said, *, actor: Actor, key: str) -> RatedDone:
    """Write down what the applicant's side said on the telephone. Raises AlreadyRatedError, NotRateableError, MayNotError, HadAHandError, OwnCaseError, CaseNotFoundError."""

    def check(case: Case) -> None:
        check_official(actor, case, case.tasks.all(), "rate-for", verbs())
        _check_no_hand(actor, case)

    return _rate(case_id, said, "phone", key, check, recorded_by=actor.person_id)


def _check_no_hand(actor: Actor | None, case: Case) -> None:
    if actor is not None and actor.person_id in hands_of(case):
        raise HadAHandError


def _rate(
    case_id: UUID,
    said: Said,
    given_by: GivenBy,
    key: str,
    check: Callable[[Case], None],
    *,
    rated_by: UUID | Callable[[Case], UUID | None] | None = None,
    recorded_by: UUID | None = None,
) -> RatedDone:
    request = hashlib.sha256(json.dumps([key, str(case_id), said.level, dict(said.indices), said.words], sort_keys=True).encode()).digest()
    with transaction.atomic(durable=True):
        case = lock(case_id, None, take_serial=True)
        check(case)
        earlier = Rated.objects.filter(case=case).first()
        if earlier is not None:
            if key and bytes(earlier.request) == request:
                return RatedDone(earlier.redress_id)
            raise AlreadyRatedError
        rules = rateable_by(case)
        if rules is None:
            raise NotRateableError
        if case.is_sealed:
            said = replace(said, is_named=False, contact="")
        doing = Doing("rate", None, at=clock.now(), body_hash=None)
        person = rated_by(case) if callable(rated_by) else rated_by
        rating = _rating(case, said, given_by, rules, doing.at)
        kept = Rated(case=case, rating=rating, at=doing.at, rated_by=person, recorded_by=recorded_by, salt=os.urandom(32), request=request)
        kept.is_named = said.is_named
        if said.contact:
            kept.contact = sealer().seal(said.contact, Place("rated", "contact", case.id))
        kept.redress = _open_redress(case, said, doing, person) if said.is_bad else None
        doing.rows.add(rating)
        doing.rows.add(kept)
        doing.entries.append(_entry(case, rating, kept, doing))
        write(doing)
    return RatedDone(kept.redress.id if kept.redress else None)


def _rating(case: Case, said: Said, given_by: GivenBy, rules: RatingRules, at: datetime) -> Rating:
    known = {index.id for index in rules.indices(case.channel)}
    return Rating(
        id=random_id(),
        month=month_of(clock.local_date(at)),
        department=case.department,
        service=case.service,
        channel=case.channel,
        given_by=given_by,
        level=said.level,
        indices={name: value for name, value in said.indices.items() if name in known},
        words=said.words,
    )


def _open_redress(case: Case, said: Said, doing: Doing, person: UUID | None) -> Case | None:
    service = _redress_service()
    if service is None:
        return None
    opening = Opening({"level": str(said.level)}, applied_by=person, is_named=said.is_named, is_confidential=True)
    return open_linked(service.id, case, doing, serial=serial_of(case), opening=opening)


def _redress_service() -> Service | None:
    services = catalogue.city().services.values()
    return next((one for one in services if one.about is not None and one.about.opened_by == "rating"), None)


def _entry(case: Case, rating: Rating, kept: Rated, doing: Doing) -> Act:
    said = json.dumps([rating.level, rating.indices, rating.words], sort_keys=True, ensure_ascii=False).encode()
    payload: dict[str, JSON] = {
        "rating": str(rating.id),
        "level": rating.level,
        "service": rating.service,
        "channel": rating.channel,
        "given_by": rating.given_by,
        "content": hashlib.sha256(bytes(kept.salt) + said).hexdigest(),
        "bound": bound(bytes(kept.salt), case.id, kept.rated_by),
    }
    return Act(
        act="cases.rate",
        actor=RATER,
        at=doing.at,
        case_id=None,
        department=rating.department,
        purpose=rating.service,
        payload=payload,
        id=uuid7(),
    )


def bound(salt: bytes, case_id: UUID, rated_by: UUID | None) -> str:
    """The digest by which a rating's entry belongs to a case and a person: SHA-256 over salt, case and person."""
    return hashlib.sha256(salt + case_id.bytes + (rated_by.bytes if rated_by else b"")).hexdigest()
