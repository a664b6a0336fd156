"""What goes on by itself: an officer's decision is taken note of, a verified match goes to its public notice, one that stood there to its payment, who waits for money is taken up.

Invariants: each is a transaction of its own and may run twice, in any number of processes, or be killed anywhere; one that cannot be moved holds up no other. Who waits for
money is taken up strictly in order: nobody overtakes who is waiting, however small their sum, and the registers are asked anew before anything is promised; they are
measured by the version under which they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from tongban.benefits.acts.accounts import current
from tongban.benefits.acts.bank import ask_to_reconcile, banks_due, pay
from tongban.benefits.acts.claim import GO_ON, Fresh, ask, end_of, finding, in_force, promise
from tongban.benefits.acts.decline import end, let_go
from tongban.benefits.acts.order import order
from tongban.benefits.acts.pools import has_room, reserve, waiting_for
from tongban.benefits.acts.publicity import is_through, publicise
from tongban.benefits.acts.record import MACHINE, Doing, barred, carefully, lock, policy_of
from tongban.benefits.acts.review import reviewed, take_back_too_late, take_review
from tongban.benefits.errors import PolicyOverError
from tongban.benefits.models import Match, Objection
from tongban.cases import acts as cases
from tongban.cases import reads as case_reads
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.redeeming import AMOUNT, CONFIRMED, NO, YES
from tongban.catalogue.running import running_hash
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.ledger.acts import Act
from tongban.parties import reads as parties
from tongban.rules.core import Answer

BATCH: Final = 500
REOPENED_FOR: Final = timedelta(days=180)
"""For so long after a refusal was taken up again its decision is looked for."""


def go_on(match: UUID) -> bool:
    """Take a match one step on, if it is time; whether it moved."""
    held = Match.objects.filter(pk=match).first()
    if held is None or held.amount is None:
        return False
    policy = policy_of(held)
    if policy.withdrawn is not None:
        return False
    if held.state == "verified" and policy.publicity is not None:
        return publicise(match)
    is_ready = held.state == "verified" or (held.state == "publicised" and is_through(held))
    if is_ready and current(bytes(held.subject)) is not None:
        order(match)
        return True
    return False


def decided() -> list[case_reads.Settled]:
    """The cases of willing matches that are settled and were not taken note of."""
    willing = Match.objects.filter(state="willing", case_id__isnull=False)
    anew = case_reads.closed_anew(clock.today() - REOPENED_FOR)
    refused = Match.objects.filter(state__in=("refused", "withdrawn"), case_id__in=anew)
    rows = [*willing.order_by("id").values_list("case_id", flat=True), *refused.order_by("id").values_list("case_id", flat=True)]
    found: list[case_reads.Settled] = []
    waiting = [case_id for case_id in rows if case_id]
    for at in range(0, len(waiting), BATCH):
        found += case_reads.settled_cases(waiting[at : at + BATCH])
    return found


def take_decision(settled: case_reads.Settled) -> bool:
    """Take note of how an officer, or the applicant, settled the case of a match; whether anything changed."""
    if settled.act == "take-back":
        return False  # whoever took it back has taken note of it
    states = ("willing", "refused", "withdrawn") if settled.act == "grant" else ("willing",)
    found = Match.objects.filter(case_id=settled.case_id, state__in=states).values_list("pk", flat=True).first()
    if found is None:
        return False
    with transaction.atomic(durable=True):
        match, others = lock(found)
        if match.state not in states or match.case_id != settled.case_id:
            return False
        doing = Doing(match, policy_of(match), None, department=settled.department)
        return _decided(doing, settled) if match.state == "willing" else _turned_around(doing, others, settled)


def _turned_around(doing: Doing, others: Sequence[Match], settled: case_reads.Settled) -> bool:
    """A refusal whose case was taken up again and granted: redeemed after all, unless something else was had meanwhile."""
    if not settled.reopened:
        return False  # the grant is from before
    if doing.match.state == "withdrawn":
        take_back_too_late(settled, "withdrawn")
        return True
    if barred(doing.policy, others):
        take_back_too_late(settled, "had")
        return True
    doing.step("reopen")
    return _decided(doing, settled)


def _decided(doing: Doing, settled: case_reads.Settled) -> bool:
    by = {"by": settled.name, "person": str(settled.person_id) if settled.person_id else None}
    if settled.act == "refuse":
        let_go(doing)
        doing.step("refuse", words=settled.words, data=by)
        doing.keep()
    elif settled.act == "withdraw":
        end(doing, "give-up", words=settled.words, data=by, moves_case=False)
    elif doing.match.queued_at is not None:
        return False  # granted, and still waiting for money
    else:
        _verified(doing, settled.words, by)
    return True


def _verified(doing: Doing, words: str, by: dict[str, Any]) -> None:
    """A person granted; what has no amount yet stays where it is."""
    if doing.policy.amount is not None and doing.match.amount is None:
        return  # somebody has to say how much first
    promise(doing, words, by)


def take_up(pool: str) -> int:
    """Go on with those who wait for a pool's money, in order, as far as it lasts; how many. Must not be in a transaction."""
    done = 0
    while True:
        first = waiting_for(pool).first()
        if first is None or not _take_up(first, pool):
            return done
        done += 1


def _take_up(first: Match, pool: str) -> bool:
    """The first of those who wait: with fresh answers of the registers, if there is the money; False where there is not. Where somebody else was quicker it is the next one's turn."""
    if not has_room(pool, first.amount or 0):
        return False  # nobody is asked about before there is the money
    settled = case_reads.settled_cases([first.case_id]) if first.case_id else ()
    if settled and settled[0].act != "grant":
        return take_decision(settled[0])  # given up, or refused, while it waited
    fresh = None if settled else _fresh(first)  # a person granted it: the registers have no say any more
    if fresh is not None and fresh.is_silent:
        return False  # nobody loses their place because a register is down
    with transaction.atomic(durable=True):
        match, others = lock(first.pk)
        if match.queued_at is None or match.state != "willing":
            return match.queued_at is None
        if fresh is not None:
            _move_along(match, others, fresh.policy)
        doing = Doing(match, policy_of(match), None)
        still, before = fresh is None or fresh.verdict.answer == Answer.YES, match.amount
        if still and fresh is not None and fresh.amount is not None:
            match.amount = fresh.amount
        if still and match.amount is not None and not reserve(pool, match.amount):
            _waits_on(doing, fresh, before)
            return False
        match.queued_at = None
        match.reserved = match.amount or 0 if still else 0
        _gone_on(doing, fresh, still=still)
    return True


def _waits_on(doing: Doing, fresh: Fresh | None, before: int | None) -> None:
    """There is less than it comes to now: it waits on, for that."""
    match = doing.match
    if fresh is None or match.amount == before:
        return
    doing.step("queue", data={"pool": match.pool, "amount": match.amount, "before": before})
    doing.rows.add(finding(doing, fresh, {}))
    doing.keep()


def _move_along(match: Match, others: Sequence[Match], policy: Policy) -> None:
    """Under which version it is promised from now on: the one that it was measured by, unless the subject was found under that besides."""
    if not any(one.policy == policy.id and one.version == policy.hash for one in others):
        match.version = policy.hash


def _fresh(match: Match) -> Fresh | None:
    """What the registers say now, by the version under which it waits, in force or not; where that is published no more, by the one in force.

    Nothing where none is in force then, or it is paid from another pool, under which it was not promised to wait.
    """
    if match.principal_id is None:
        return None
    itself = parties.itself("firm" if match.kind == "firm" else "person", match.principal_id)
    own = catalogue.city().policy_of(match.version)
    if own is not None:
        return ask(own, itself, by=MACHINE, department=own.department, alone=True)
    try:
        policy = in_force(match.policy)
    except PolicyOverError:
        return None
    return ask(policy, itself, by=MACHINE, department=policy.department) if policy.pool == match.pool else None


def _gone_on(doing: Doing, fresh: Fresh | None, *, still: bool) -> None:
    match, policy = doing.match, doing.policy
    match.due_on = end_of(policy.within, clock.local_date(doing.at))
    doing.step("take-up", data={"pool": match.pool, "answer": fresh.verdict.answer.value if fresh else "granted"})
    if fresh is not None:
        doing.rows.add(finding(doing, fresh, {}))
    if still:
        doing.step("verify", data={"amount": match.amount})
        enqueue(GO_ON, {"match": str(match.id)}, rows=doing.rows)
    if match.case_id is None or (fresh is None and case_reads.settled_cases([match.case_id])):
        doing.keep()
        return
    confirmed = YES if still else NO if fresh is not None and fresh.verdict.answer == Answer.NO else None

    def ending(done: cases.Done) -> Sequence[Act]:  # noqa: ARG001 - as every caller's
        return doing.written()

    answers = {CONFIRMED: confirmed, AMOUNT: match.amount}
    cases.take_up_redemption(
        match.case_id, answers, tells={"match": str(match.id)}, entries=ending, rows=doing.rows, says=fresh.says if fresh else None
    )


def ready() -> list[UUID]:
    """The matches that may go on: verified, or whose public notice is over."""
    verified = Match.objects.filter(state="verified", amount__isnull=False)
    objected = Exists(Objection.objects.filter(match=OuterRef("pk"), decided_at__isnull=True))
    through = Match.objects.filter(~objected, state="publicised", public_until__lt=clock.today())
    return [*verified.order_by("id").values_list("pk", flat=True)[:BATCH], *through.order_by("id").values_list("pk", flat=True)[:BATCH]]


def pools_waited_for() -> list[str]:
    """The pools for whose money somebody waits."""
    return sorted(Match.objects.filter(queued_at__isnull=False).order_by().values_list("pool", flat=True).distinct())


TIME: Final[tuple[tuple[Callable[[], Sequence[Any]], Callable[[Any], Any]], ...]] = (
    (decided, take_decision),
    (reviewed, take_review),
    (pools_waited_for, take_up),
    (ready, go_on),
    (banks_due, pay),
)
"""What is to be done, and what does it."""


def sweep() -> int:
    """Let everything happen whose time has come; how much there was. Safe at any moment, in any number of processes."""
    if running_hash() is None:
        return 0
    ask_to_reconcile()
    return sum(carefully(act, one) for find, act in TIME for one in find())
