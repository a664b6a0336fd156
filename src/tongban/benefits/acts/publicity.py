"""公示: a payment stands in public for the declared days before it is ordered, and an objection stops it until somebody of the named department has decided.

Invariants: the days of the notice do not count towards the policy's term; while an objection is open nothing is ordered; one that is upheld takes the entitlement back with
the reason, and its money is free again; who objected is told to nobody but who decides; the answer is for who objected and the reason for whose entitlement it is, and neither reads
the other's.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.claim import end_of
from tongban.benefits.acts.decline import end
from tongban.benefits.acts.record import Doing, lock, policy_of
from tongban.benefits.acts.saying import say
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import (
    MatchNotFoundError,
    NotNowError,
    ObjectedAlreadyError,
    OfficialOnlyError,
    ReasonMissingError,
    WordsMissingError,
)
from tongban.benefits.models import Match, Objection
from tongban.benefits.permissions import check
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.ledger.errors import AlreadyDoneError
from tongban.parties.core.people import Actor

UPHELD: Final = "objection-upheld"
NOT_UPHELD: Final = "objection-not-upheld"


def publicise(match: UUID) -> bool:
    """Begin the public notice of a verified match, if its policy asks for one; whether it did. In a transaction of its own."""
    with transaction.atomic(durable=True):
        held, _ = lock(match)
        policy = policy_of(held)
        if held.state != "verified" or policy.publicity is None:
            return False
        doing = Doing(held, policy, None)
        held.public_from = clock.local_date(doing.at)
        held.public_until = end_of(policy.publicity.within, held.public_from)
        if held.due_on is not None:
            calendar = catalogue.city().calendar
            held.due_on = calendar.add_working(held.due_on, calendar.working_between(held.public_from, held.public_until))
        doing.step("publicise", data={"until": held.public_until.isoformat(), "objections": policy.publicity.objections})
        doing.keep()
    return True


def object_to(match: UUID, actor: Actor, *, words: str, key: str = "") -> UUID:
    """Object to what stands in public; anybody who is signed in may, and has one open at a time. Its id. Raises WordsMissingError, NotNowError, ObjectedAlreadyError, MatchNotFoundError."""
    if not words.strip():
        raise WordsMissingError
    try:
        with transaction.atomic(durable=True):
            held, _ = lock(match)
            policy = policy_of(held)
            if held.state != "publicised" or policy.publicity is None or (held.public_until or clock.today()) < clock.today():
                raise NotNowError(TITLES[held.state])
            before = Objection.objects.filter(match=held, by=actor.person_id, decided_at=None).first()
            if before is not None:
                if before.words == words.strip():
                    return before.pk
                raise ObjectedAlreadyError
            doing = Doing(held, policy, actor, key=key or None)
            row = Objection(match_id=held.id, at=doing.at, by=actor.person_id, words=words.strip(), department=policy.publicity.objections)
            step = doing.step("object", data={"objection": str(row.id)})
            step.name = ""
            doing.rows.add(row)
            doing.keep(result={"objection": str(row.id)})
    except AlreadyDoneError as already:
        return UUID(str((already.result or {})["objection"]))
    return row.id


def decide_objection(objection: UUID, actor: Actor, *, upheld: bool, answer: str, reason: str = "") -> None:
    """Decide an objection, with the answer to who objected; upheld, the entitlement is taken back, with the reason that its subject reads.

    Raises WordsMissingError (no answer), ReasonMissingError (upheld, and no reason), OfficialOnlyError, NotNowError, MatchNotFoundError.
    """
    if not answer.strip():
        raise WordsMissingError
    if upheld and not reason.strip():
        raise ReasonMissingError
    found = Objection.objects.filter(pk=objection).values_list("match_id", flat=True).first()
    if found is None:
        raise MatchNotFoundError
    with transaction.atomic(durable=True):
        held, _ = lock(found)
        row = Objection.objects.select_for_update().get(pk=objection)
        policy = policy_of(held)
        post = check(actor, "decide-objection", row.department, held.kind, held.principal_id)
        if row.by == actor.person_id:
            raise OfficialOnlyError
        if row.decided_at is not None:
            raise NotNowError(TITLES[held.state])
        doing = Doing(held, policy, actor, department=post.department)
        row.decided_at, row.decided_by, row.upheld, row.answer = doing.at, actor.name, upheld, answer.strip()
        row.save(update_fields=["decided_at", "decided_by", "upheld", "answer"])
        is_taken_back = upheld and held.state in ("verified", "publicised")
        told = "" if is_taken_back else reason.strip()  # the answer stands in no step: it is for who objected alone
        doing.step("decide-objection", words=told, data={"objection": str(row.id), "upheld": upheld})
        say(row.by, UPHELD if upheld else NOT_UPHELD, service=policy.title, link=f"/policies/{policy.id}", after=row.answer)
        if is_taken_back:
            end(doing, "take-back", words=reason.strip())
        else:
            doing.keep()


def is_through(match: Match) -> bool:
    """Whether the notice is over and nobody's objection is open."""
    over = match.public_until is not None and match.public_until < clock.today()
    return over and not Objection.objects.filter(match=match, decided_at__isnull=True).exists()
