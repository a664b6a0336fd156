"""What every policy says of one subject now: entitled, nearly, not known or not, what is had already, and what stands before what.

Invariants: registers are asked when this is asked, each question on the record; what is under way or was had stands among nothing of this; of policies that exclude one another
those outside the best set say what stands before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tongban.benefits.acts import Look, look
from tongban.benefits.acts.pools import may_be_had
from tongban.benefits.core.claimable import was_had
from tongban.benefits.core.exclusion import against, best_set
from tongban.benefits.core.nearly import Told, told_ways
from tongban.benefits.core.wording import Wording
from tongban.benefits.reads import TAKEN, MatchView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Policy
from tongban.catalogue.core.verdict import Verdict
from tongban.front.sides import Side, may_redeem, may_see
from tongban.kernel import clock
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer, Facts, Unknown

NEW: Final = ("matched", "declined")
"""The states in which it may be claimed."""
Group = Literal["yes", "nearly", "unknown", "no"]


@dataclass(frozen=True, slots=True)
class Stand:
    """How a subject stands with one policy: what was found of it, which others stand before it, and whether these are had (`is_barred`) or only better."""

    wording: Wording
    seen: Look
    said: Verdict
    group: Group
    ways: tuple[Told, ...]
    match: MatchView | None
    instead: tuple[str, ...] = ()
    is_barred: bool = False

    @property
    def policy(self) -> Policy:
        """In the version in force."""
        return self.wording.policy

    @property
    def nothing_to_pay(self) -> bool:
        """Whether every condition is met and the formula comes to nothing."""
        return self.said.answer == Answer.NO and self.said.explanation.answer == Answer.YES

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that would settle an unknown, those of the amount too."""
        return needed(self.policy, self.seen.facts, self.said) if self.said.answer == Answer.UNKNOWN else ()


def needed(policy: Policy, facts: Facts, verdict: Verdict) -> tuple[str, ...]:
    """The facts that would settle an unknown, those of the amount too."""
    pays = policy.amount.explain(facts).needs if policy.amount is not None and isinstance(verdict.pays, Unknown) else ()
    return tuple(dict.fromkeys([*verdict.needs, *pays]))


def looks_at(side: Side, person: Actor, city: City) -> list[Look]:
    """Ask the registers what every profile of this kind of subject says now. Must be called outside any transaction."""
    today, scope = clock.today(), side.principal.scope
    wanted = [one.id for one in city.profiles.values() if one.subject == side.principal.kind]
    wanted = [one for one in wanted if any(may_see(side.principal, each) for each in city.policies_on(today, one).values())]
    return [look(profile, side.key, by=f"account:{person.account_id}", services=scope) for profile in wanted]


def stands(looks: Sequence[Look], held: Sequence[MatchView], city: City) -> list[Stand]:
    """Every policy that is not under way or had, what one is entitled to by what it pays. `held` are the subject's, without what was lost or withdrawn."""
    taken = [one for one in held if one.state in TAKEN]
    found = [
        _stand(Wording(city, policy), seen, said, held)
        for seen in looks
        for policy, said in seen.verdicts.values()
        if not was_had(policy, taken)
    ]
    yes = sorted((one for one in found if one.group == "yes"), key=lambda one: -(one.said.amount or 0))
    return _with_exclusions(yes, frozenset(one.policy for one in taken)) + [one for one in found if one.group != "yes"]


def _stand(wording: Wording, seen: Look, said: Verdict, held: Sequence[MatchView]) -> Stand:
    ways = told_ways(wording, seen.facts) if said.answer == Answer.NO else ()
    return Stand(wording, seen, said, _group(said, ways), ways, _found(wording.policy, held))


def _group(said: Verdict, ways: Sequence[Told]) -> Group:
    if said.answer == Answer.NO:
        return "nearly" if any(way.is_small for way in ways) else "no"
    return "yes" if said.answer == Answer.YES else "unknown"


def _found(policy: Policy, held: Sequence[MatchView]) -> MatchView | None:
    """What was found under the version in force; else, not had, under the one before."""
    own = [one for one in held if one.policy == policy.id and one.state not in TAKEN]
    return next((one for one in own if one.version == policy.hash), own[0] if own else None)


def _with_exclusions(rows: list[Stand], taken: frozenset[str]) -> list[Stand]:
    """The same, those outside the best set with what stands before them."""
    excludes = {id_: one.excludes for id_, one in catalogue.city().policies_on(clock.today()).items()}
    taken &= frozenset(excludes)  # as a claim has it: what is in force no more stands against nothing
    amounts = {one.policy.id: one.said.amount for one in rows if may_be_had(one.policy, one.said.amount)}
    choice = best_set(amounts, {one.policy.id: one.policy.excludes for one in rows}, taken)
    told = []
    for one in rows:
        barred = against(one.policy.id, excludes, taken)
        before = barred or (against(one.policy.id, excludes, frozenset(choice.best)) if one.policy.id not in choice.best else frozenset())
        told.append(Stand(one.wording, one.seen, one.said, one.group, one.ways, one.match, tuple(sorted(before)), bool(barred)))
    return told


def may_claim(side: Side, stand: Stand, city: City) -> bool:
    """Whether one click takes it: what is unasked needs none, unless it waits for a choice; and the policy's service says in which capacities one may."""
    policy, row = stand.policy, stand.match
    is_over = row is not None and row.version == policy.hash and row.state not in NEW
    if stand.group != "yes" or stand.is_barred or is_over:
        return False
    if policy.redeem != "quick" and not stand.instead:
        return False
    return may_redeem(side.principal, policy, city)
