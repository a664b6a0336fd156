"""A no is never final by machine: whoever was told no, or that it is not clear, may ask that a person looks. That is a case on an officer's desk; granted, it is a match that a
person found, with who and why on the record.

Invariants: the case carries what the single evaluator said and over which facts; a review that is open is not opened twice; what a person found is redeemed on the same terms
as any other match: once, with the money reserved, and never beside what it excludes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.accounts import current, masked
from tongban.benefits.acts.claim import Claimant, Fresh, ask, end_of, facts_told, in_force, promise
from tongban.benefits.acts.holding import hold_alone, hold_together
from tongban.benefits.acts.record import Doing, barred, body_hash, lock, name_of, version_of
from tongban.benefits.acts.versions import POLICY as HELD
from tongban.benefits.acts.whose import subject_of, takes
from tongban.benefits.core.life import TITLES
from tongban.benefits.errors import AboveCapError, MatchNotFoundError, NotNowError, ReviewOverError, WordsMissingError
from tongban.benefits.models import TAKEN, Match, Review
from tongban.benefits.permissions import check
from tongban.cases import acts as cases
from tongban.cases import reads as case_reads
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.redeeming import ACCOUNT, AMOUNT, CONFIRMED, NO, POLICY
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger import reads as ledger
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.ledger.errors import AlreadyDoneError
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal
from tongban.rules.core import Answer
from tongban.statements import Writing

TAKE_REVIEW: Final = "benefits.take-review"
"""The kind of job that takes note of a review of which the amount has been said."""
TOO_LATE: Final = {
    "withdrawn": Text("这项政策已经撤回，不再兑现。", "The policy has been withdrawn and is redeemed no more."),
    "had": Text(
        "对象在此期间已享受这项政策，或者不能同时享受的另一项。",
        "The subject has meanwhile had this policy, or one that cannot be had beside it.",
    ),
}
"""Why an officer's yes comes too late."""


def ask_review(policy_id: str, actor: Actor, *, words: str, key: str, principal_id: UUID | None = None) -> UUID:
    """Ask that a person looks at a no or an unknown, for oneself or whom one acts for; the case. One that is open already is answered with its case.

    Raises WordsMissingError, PolicyOverError, MatchNotFoundError (nobody to ask for), NotNowError (the registers say yes: claim it), KeyReusedError.
    """
    if not words.strip():
        raise WordsMissingError
    digest = body_hash("ask-review", {"policy": policy_id, "words": words, "principal": principal_id})
    before = ledger.repeated(name_of(actor), key, digest)
    if before is not None:
        return UUID(str(before["case_id"]))
    policy = in_force(policy_id)
    principal = _principal(actor, policy, principal_id)
    fresh = ask(policy, principal, by=name_of(actor))
    if fresh.verdict.answer == Answer.YES:
        raise NotNowError(TITLES["matched"])
    try:
        with transaction.atomic(durable=True):
            return _open(fresh, Claimant(principal, actor.person_id, actor, key=key, body=digest), words.strip())
    except AlreadyDoneError as already:
        return UUID(str((already.result or {})["case_id"]))


def _principal(actor: Actor, policy: Policy, principal_id: UUID | None) -> Principal:
    city = catalogue.city()
    profile, service = city.profiles[policy.profile], city.services[policy.service]
    for one in parties.principals(actor.person_id):
        if one.kind == profile.subject and takes(one, service) and principal_id in (None, one.id):
            return one
    raise MatchNotFoundError


def _open(fresh: Fresh, claimant: Claimant, words: str) -> UUID:
    policy, principal = fresh.policy, claimant.principal
    subject = subject_of(principal.kind, principal.id, catalogue.city().profiles[policy.profile].key)
    hold_alone("review", policy.id, subject.hex())
    held = Review.objects.select_for_update().filter(subject=subject, policy=policy.id, settled_at=None).first()
    if held is not None:
        return held.case_id
    row = Review(
        policy=policy.id,
        version=policy.hash,
        profile=policy.profile,
        subject=subject,
        kind=principal.kind,
        principal_id=principal.id,
        at=clock.now(),
        by=name_of(claimant.actor),
        words=words,
        answer=fresh.verdict.answer.value,
        amount=fresh.amount,
        look=fresh.looked.id,
        facts=facts_told(fresh),
        explanation=fresh.verdict.explanation.to_json(),
    )
    rows = Writing()
    rows.add(row)
    answers = {POLICY: policy.id, CONFIRMED: NO if fresh.verdict.answer == Answer.NO else None, AMOUNT: fresh.amount}
    asked = cases.Redeeming(
        service=policy.service,
        principal=principal,
        applied_by=claimant.person_id,
        answers=answers | {ACCOUNT: masked(current(subject)) or None},
        tells={"review": str(row.id), "policy": policy.id, "version": policy.hash, "asked": words, "answer": row.answer},
        says=fresh.says,
    )

    def ending(done: cases.Done) -> Sequence[Act]:
        row.case_id, row.number = UUID(done.case_id), done.number
        return [_entry(row, claimant, done.case_id)]

    return UUID(cases.open_redemption(asked, actor=claimant.actor, entries=ending, rows=rows).case_id)


def _entry(row: Review, claimant: Claimant, case_id: str) -> Act:
    return Act(
        act="benefits.ask-review",
        actor=row.by,
        at=row.at,
        case_id=row.case_id,
        department="",
        purpose=f"{row.policy}/redemption",
        payload={"review": str(row.id), "policy": row.policy, "version": row.version, "answer": row.answer, "words": row.words},
        key=claimant.key,
        body_hash=claimant.body,
        result={"case_id": case_id},
    )


def set_amount(review: UUID, actor: Actor, *, amount: int, words: str) -> None:
    """Say what a review comes to (fen), where the formula cannot; said again before it is settled, the last counts and each stands in the record.

    Raises WordsMissingError, OfficialOnlyError, MatchNotFoundError (also for a policy that pays nothing), ReviewOverError, AboveCapError; ValueError for nothing or less.
    """
    if not words.strip():
        raise WordsMissingError
    with transaction.atomic(durable=True):
        row = Review.objects.select_for_update().filter(pk=review).first()
        policy = None if row is None else version_of(row.policy, row.version)
        if row is None or policy is None or policy.amount is None:
            raise MatchNotFoundError
        post = check(actor, "set-amount", policy.department, row.kind, row.principal_id)
        if row.settled_at is not None:
            raise ReviewOverError
        if amount <= 0:
            raise ValueError(amount)
        if policy.cap is not None and amount > policy.cap:
            raise AboveCapError(policy.cap)
        row.amount = amount
        row.save(update_fields=["amount"])
        payload: dict[str, JSON] = {"review": str(row.id), "amount": amount, "words": words.strip()}
        act = Act(
            act="benefits.set-amount",
            actor=name_of(actor),
            at=clock.now(),
            case_id=row.case_id,
            department=post.department,
            purpose=f"{row.policy}/redemption",
            payload=payload,
        )
        append(act)
        enqueue(TAKE_REVIEW, {"review": str(row.id)})


def reviewed() -> list[case_reads.Settled]:
    """The reviews that an officer has settled and that were not taken note of."""
    waiting = list(Review.objects.filter(settled_at=None).order_by("id").values_list("case_id", flat=True))
    return list(case_reads.settled_cases(waiting))


def take_review_of(review: UUID) -> bool:
    """Take note of one review, if its case is settled by now. Whether anything changed."""
    case_ids = Review.objects.filter(pk=review, settled_at=None).values_list("case_id", flat=True)
    return any(take_review(one) for one in case_reads.settled_cases(case_ids))


def take_review(settled: case_reads.Settled) -> bool:
    """Take note of a review: granted, there is a match that a person found, which goes on like any other. Whether anything changed."""
    with transaction.atomic(durable=True):
        row = Review.objects.select_for_update().filter(case_id=settled.case_id, settled_at=None).first()
        if row is not None:
            hold_together(HELD, row.policy)
        policy = None if row is None else version_of(row.policy, row.version)
        if row is None or policy is None or (settled.act == "grant" and policy.amount is not None and row.amount is None):
            return False
        row.settled_at, row.outcome = clock.now(), _outcome(row, policy, settled)
        row.save(update_fields=["settled_at", "outcome"])
        if row.outcome in TOO_LATE:
            take_back_too_late(settled, row.outcome)
    return True


def take_back_too_late(settled: case_reads.Settled, why: str) -> None:
    """Take a granted case back, with one of the reasons why the yes comes too late, in the caller's transaction."""
    told = TOO_LATE[why]
    cases.move_redemption(settled.case_id, "take-back", actor=None, words=f"{told.zh} {told.en}", department=settled.department)


def _outcome(row: Review, policy: Policy, settled: case_reads.Settled) -> str:
    """What a settled review comes to: an officer's yes promises nothing any more where the version was withdrawn, or the subject had it, or what excludes it, meanwhile."""
    if settled.act != "grant":
        return settled.act
    if policy.withdrawn is not None:
        return "withdrawn"
    return "grant" if _found(row, policy, settled) else "had"


def _found(row: Review, policy: Policy, settled: case_reads.Settled) -> bool:
    """The match that an officer found; whether the subject may have it."""
    at = clock.now()
    match, is_new = Match.objects.get_or_create(
        policy=policy.id,
        version=row.version,
        subject=row.subject,
        defaults={
            "profile": row.profile,
            "amount": row.amount,
            "state": "matched",
            "found_by": row.case_id,
            "seen_by": row.case_id,
            "found_at": at,
            "changed_at": at,
        },
    )
    match, others = lock(match.pk)
    if match.state in TAKEN or barred(policy, others):
        if is_new:
            match.delete()
        return False
    match.state, match.amount = "matched", row.amount if policy.amount is not None else None
    match.edition = policy.in_force
    match.case_id, match.number, match.kind, match.principal_id = row.case_id, row.number, row.kind, row.principal_id
    match.willing_at, match.due_on = row.at, end_of(policy.within, clock.local_date(at))
    doing = Doing(match, policy, None, department=settled.department)
    by: dict[str, Any] = {"by": settled.name, "person": str(settled.person_id) if settled.person_id else None, "new": is_new}
    doing.step("found-by-person", words=settled.words, data=by | {"review": str(row.id)})
    doing.step("claim", data={"answer": row.answer, "review": str(row.id)})
    promise(doing, settled.words, by)
    return True
