"""Willingness: one click, and what the machine may do, it does.

Invariants: registers are asked anew, outside any transaction, and the single evaluator says what is promised; a yes is promised only with the money reserved; anything but a
yes goes to an officer, never to a refusal; of mutually exclusive policies the best set for the subject is told before another is taken; match, account, finding, case,
letters and entries commit together; the same key gives the first answer again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.accounts import kept_account, masked, read_account, unreadable
from tongban.benefits.acts.look import Look, look
from tongban.benefits.acts.pools import may_be_had, reserve, waiting_for
from tongban.benefits.acts.record import Doing, body_hash, lock, name_of, policy_of
from tongban.benefits.acts.versions import hold_in_force
from tongban.benefits.acts.whose import key_of, principal_of
from tongban.benefits.core.claimable import was_had
from tongban.benefits.core.exclusion import Choice, against, best_set, in_words
from tongban.benefits.core.letter_words import letter_words
from tongban.benefits.core.life import TITLES
from tongban.benefits.core.profiles import NOT_KNOWN, STALE
from tongban.benefits.core.wording import Wording
from tongban.benefits.errors import (
    AccountMissingError,
    BetterChoiceError,
    HadAlreadyError,
    MatchNotFoundError,
    NotNowError,
    PolicyOverError,
    PoolExhaustedError,
)
from tongban.benefits.models import TAKEN, Account, Finding, Match
from tongban.cases import acts as cases
from tongban.cases.core import clocks
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit, Policy
from tongban.catalogue.core.redeeming import ACCOUNT, AMOUNT, CONFIRMED, NO, POLICY, QUEUED, YES
from tongban.catalogue.core.verdict import Verdict
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError
from tongban.kernel.text import Text
from tongban.ledger import reads as ledger
from tongban.ledger.errors import AlreadyDoneError
from tongban.parties.core.people import Actor, Principal
from tongban.rules.core import Answer, Unknown, Value, fact_to_json

GO_ON: Final = "benefits.go-on"
"""The kind of job that takes a verified match to its public notice, or to its payment."""
INSIST: Final = "insist"
"""The answer by which somebody takes a policy that is not in the best set."""
CLAIMABLE: Final = ("matched", "declined")


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim came to."""

    case_id: UUID
    number: str
    state: str
    """The match's."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What registers and the single evaluator say now."""

    policy: Policy
    verdict: Verdict
    looked: Look

    @property
    def amount(self) -> int | None:
        """What the formula gives, whether or not the subject is entitled; None where the policy pays nothing, or it cannot be told."""
        pays = self.verdict.pays
        return pays.value if isinstance(pays, Value) and pays.value > 0 else None

    @property
    def says(self) -> dict[str, Text]:
        """What a letter says of it."""
        return letter_words(Wording(catalogue.city(), self.policy), self.verdict.explanation)

    @property
    def is_silent(self) -> bool:
        """Whether it is unknown because a source does not answer just now: asked again, it may be told."""
        facts = [self.looked.facts.get(name) for name in self.policy.vocabulary]
        is_down = any(isinstance(fact, Unknown) and fact.reason not in (STALE, NOT_KNOWN) for fact in facts)
        return is_down and self.verdict.answer == Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims: for whom, by whose hands (nobody's where it is unasked), and what they said."""

    principal: Principal
    person_id: UUID
    actor: Actor | None
    digits: str = ""
    insists: bool = False
    key: str | None = None
    body: bytes | None = None


def claim(match: UUID, actor: Actor, *, answers: Mapping[str, Any], key: str) -> Claimed:
    """Take an entitlement. `answers`: `account` where it is not known yet, and `insist` to take a policy although another set is better.

    Raises MatchNotFoundError, NotNowError, PolicyOverError, PolicyChangedError, HadAlreadyError, AccountMissingError, AccountKeptError, BetterChoiceError, PoolExhaustedError,
    KeyReusedError.
    """
    digest = body_hash("claim", {"match": match, "answers": unreadable(answers)})
    done = earlier(name_of(actor), key, digest)
    if done is not None:
        return done
    held = Match.objects.filter(pk=match).first()
    if held is None:
        raise MatchNotFoundError
    policy = in_force(held.policy)
    principal = principal_of(actor, held, policy)
    insists = str(answers.get(INSIST, "")).lower() in ("yes", "true", "1")
    claimant = Claimant(principal, actor.person_id, actor, read_account(answers.get(ACCOUNT)), insists, key, digest)
    fresh = ask(policy, principal, by=name_of(actor))
    try:
        with transaction.atomic(durable=True):
            return take(match, fresh, claimant)
    except AlreadyDoneError as already:
        return _claimed(already.result)
    except ConflictError:
        done = earlier(name_of(actor), key, digest)
        if done is None:
            raise
        return done


def earlier(name: str, key: str, digest: bytes) -> Claimed | None:
    """What the same claim came to before. Raises KeyReusedError if the key came with something else."""
    result = ledger.repeated(name, key, digest)
    return None if result is None else _claimed(result)


def _claimed(result: Mapping[str, Any] | None) -> Claimed:
    assert result is not None, "every claim keeps its result"
    return Claimed(UUID(result["case_id"]), result["number"], result["state"])


def in_force(policy_id: str, day: date | None = None) -> Policy:
    """The version of a policy that holds today. Raises PolicyOverError."""
    policy = catalogue.city().policies_on(day or clock.today()).get(policy_id)
    if policy is None:
        raise PolicyOverError
    return policy


def ask(policy: Policy, principal: Principal, *, by: str, department: str = "", alone: bool = False) -> Fresh:
    """Ask the registers about a subject, and the single evaluator about every policy; or about this version `alone`, in force or not. Must be called outside any transaction."""
    profile = catalogue.city().profiles[policy.profile]
    looked = look(
        policy.profile, key_of(principal.kind, principal.id, profile.key), by=by, department=department, version=policy if alone else None
    )
    policy, verdict = looked.verdicts[policy.id]
    return Fresh(policy, verdict, looked)


def take(match_id: UUID, fresh: Fresh, claimant: Claimant) -> Claimed:
    """Take a match, as its subject or unasked, in the caller's transaction."""
    policy = fresh.policy
    hold_in_force(policy)
    match, others = lock(match_id)
    if match.state not in (CLAIMABLE if claimant.actor else CLAIMABLE[:1]):
        raise NotNowError(TITLES[match.state])
    doing = Doing(match, policy, claimant.actor, key=claimant.key, body=claimant.body)
    known = match.amount if match.version == policy.hash else None  # what another version came to is no amount of this one
    _check_first_time(match, others, policy)
    choice = choose(match, others, fresh, insists=claimant.insists)
    account = _account(match, policy, claimant, doing)
    amount = fresh.amount if fresh.verdict.answer == Answer.YES else fresh.amount or known
    match.amount = amount if policy.amount is not None else None
    confirmed = _confirmed(match, policy, fresh)
    _begin(doing, claimant, policy, fresh, choice)
    if confirmed == YES:
        doing.step("verify", data={"answer": "yes", "amount": match.amount})
        enqueue(GO_ON, {"match": str(match.id)}, rows=doing.rows)
    elif confirmed == QUEUED:
        match.queued_at = doing.at
        doing.step("queue", data={"pool": policy.pool})
    return _opened(doing, claimant, fresh, confirmed, account)


def _check_first_time(match: Match, others: tuple[Match, ...], policy: Policy) -> None:
    """A policy is paid once to a subject, in whichever version, unless it is paid anew with each edition. Raises HadAlreadyError."""
    if match.version != policy.hash:
        if any(one.policy == policy.id and one.version == policy.hash for one in others):
            raise HadAlreadyError
        match.version = policy.hash
    match.edition = policy.in_force
    if was_had(policy, [one for one in others if one.state in TAKEN]):
        raise HadAlreadyError


def choose(match: Match, others: tuple[Match, ...], fresh: Fresh, *, insists: bool = False) -> Choice:
    """Whether the match is in the best set for the subject; what is taken already stays, and what there is no money for is no choice.

    Raises BetterChoiceError where it is not, and nobody insists.
    """
    policies = {one.policy: policy_of(one) for one in others if one.state in TAKEN} | {
        id_: policy for id_, (policy, _) in fresh.looked.verdicts.items()
    }
    amounts = {
        id_: verdict.amount
        for id_, (policy, verdict) in fresh.looked.verdicts.items()
        if verdict.answer == Answer.YES and (id_ == match.policy or may_be_had(policy, verdict.amount))
    }
    if fresh.verdict.answer != Answer.YES:
        amounts[match.policy] = fresh.amount or match.amount
    taken = frozenset(one.policy for one in others if one.state in TAKEN and one.policy in policies) - {match.policy}
    excludes = {id_: policy.excludes for id_, policy in policies.items()}
    choice = best_set(amounts, excludes, taken)
    if match.policy in choice.best:
        return choice
    stands = against(match.policy, excludes, taken)
    if insists and not stands:
        return best_set(amounts, excludes, taken | {match.policy})
    better = () if stands else tuple(sorted(against(match.policy, excludes, frozenset(choice.best))))
    near = Choice(better, (match.policy,), choice.amount)
    raise BetterChoiceError(in_words(near, {id_: policy.title for id_, policy in policies.items()}, amounts), may_insist=not stands)


def _account(match: Match, policy: Policy, claimant: Claimant, doing: Doing) -> Account | None:
    if policy.amount is None:
        return None
    account = kept_account(bytes(match.subject), claimant.principal, policy.profile, claimant.digits, claimant.person_id, doing.at)
    if account is None:
        raise AccountMissingError
    return account


def _confirmed(match: Match, policy: Policy, fresh: Fresh) -> str | None:
    """What the form of the case says; the money is reserved on a yes. Raises PoolExhaustedError."""
    if fresh.verdict.answer != Answer.YES:
        return NO if fresh.verdict.answer == Answer.NO else None
    return YES if hold(match, policy) else QUEUED


def hold(match: Match, policy: Policy, *, even_if_over: bool = False) -> bool:
    """Reserve what a match is paid; False where it has to wait for it. Raises PoolExhaustedError where the pool is declared to be over then.

    From here on the match is paid from this pool, whatever other versions of its policy say.
    """
    match.pool = policy.pool
    if policy.amount is None or not policy.pool or match.amount is None:
        return True
    if waiting_for(policy.pool).exists() or not reserve(policy.pool, match.amount):
        if catalogue.city().pools[policy.pool].exhausted == "stop" and not even_if_over:
            raise PoolExhaustedError
        return False
    match.reserved = match.amount
    return True


def promise(doing: Doing, words: str, by: Mapping[str, Any]) -> None:
    """A person granted: the money is held and it goes on, or it waits for it, whatever the pool says of those who come too late. In the caller's transaction."""
    match, policy = doing.match, doing.policy
    if hold(match, policy, even_if_over=True):
        doing.step("verify", words=words, data={**by, "amount": match.amount})
        enqueue(GO_ON, {"match": str(match.id)}, rows=doing.rows)
    else:
        match.queued_at = doing.at
        doing.step("queue", words=words, data={**by, "pool": match.pool})
    doing.keep()


def _begin(doing: Doing, claimant: Claimant, policy: Policy, fresh: Fresh, choice: Choice) -> None:
    match, principal = doing.match, claimant.principal
    match.kind, match.principal_id, match.willing_at = principal.kind, principal.id, doing.at
    match.due_on = end_of(policy.within, clock.local_date(doing.at))
    titles = {id_: each.title for id_, (each, _) in fresh.looked.verdicts.items()}
    amounts = {id_: verdict.amount for id_, (_, verdict) in fresh.looked.verdicts.items()}
    said = in_words(choice, titles, amounts)
    told = {
        "answer": fresh.verdict.answer.value,
        "choice": choice.to_json() | {"zh": said.zh, "en": said.en},
        "unasked": claimant.actor is None,
    }
    doing.step("claim", data=told)
    doing.rows.add(finding(doing, fresh, told["choice"]))


def finding(doing: Doing, fresh: Fresh, choice: Any) -> Finding:
    """What a promise rests on."""
    return Finding(
        match_id=doing.match.id,
        at=doing.at,
        look=fresh.looked.id,
        version=fresh.policy.hash,
        answer=fresh.verdict.answer.value,
        amount=fresh.amount,
        facts=facts_told(fresh),
        explanation=fresh.verdict.explanation.to_json(),
        choice=choice,
    )


def facts_told(fresh: Fresh) -> dict[str, Any]:
    """The facts that the policy reads, in JSON form."""
    facts = fresh.looked.facts
    return {name: fact_to_json(facts[name], spec.type) for name, spec in fresh.policy.vocabulary.items() if name in facts}


def end_of(within: Limit, start: date) -> date:
    """The last day of a period that begins (excluded) on a day."""
    return clocks.end_of(within, start, catalogue.city().calendar)


def _opened(doing: Doing, claimant: Claimant, fresh: Fresh, confirmed: str | None, account: Account | None) -> Claimed:
    """Open the case; all that the act writes is written with it."""
    match, policy = doing.match, doing.policy
    asked = cases.Redeeming(
        service=policy.service,
        principal=claimant.principal,
        applied_by=claimant.person_id,
        answers={POLICY: policy.id, CONFIRMED: confirmed, AMOUNT: match.amount, ACCOUNT: masked(account) or None},
        tells={"match": str(match.id), "policy": policy.id, "version": policy.hash},
        says=fresh.says,
    )

    def ending(done: cases.Done) -> Any:
        match.case_id, match.number = UUID(done.case_id), done.number
        return doing.written(result={"case_id": done.case_id, "number": done.number, "state": match.state})

    done = cases.open_redemption(asked, actor=claimant.actor, entries=ending, rows=doing.rows)
    return Claimed(UUID(done.case_id), done.number, match.state)
