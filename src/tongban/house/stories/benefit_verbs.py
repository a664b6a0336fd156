"""What a line may do with what a policy found: the acts of benefits, each as somebody of the cast would do it. What the worker does by itself, it does between the lines.

Invariant: what asks registers finds them as of last night, as departments keep them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from tongban.benefits import acts, reads
from tongban.cases import reads as cases
from tongban.catalogue import reads as catalogue
from tongban.house.population import date_registers
from tongban.house.stories.reading import Line
from tongban.house.stories.verbs import Scene, actor_of, side_of
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import acts as party_acts
from tongban.parties import reads as parties
from tongban.parties.core.people import Principal


def _match(scene: Scene, line: Line) -> None:  # noqa: ARG001 - as every verb
    date_registers()
    acts.carry_out(acts.ask_for_run(line.told["profile"], by="house"))


def _side(scene: Scene) -> Principal:
    return side_of(scene.story, actor_of(scene.story.by))


def _found(scene: Scene, line: Line) -> reads.MatchView:
    """The entitlement of the story's side under the policy that its claim named. Raises StopIteration where nothing was found."""
    side, policy = _side(scene), line.told.get("policy") or scene.story.answers["policy"]
    key = catalogue.city().profiles[side.kind].key
    known = parties.identifiers(side.kind, side.id)
    return next(one for one in reads.entitlements(key, known[key], all_states=True) if one.policy == policy)


def _claim(scene: Scene, line: Line) -> None:
    date_registers()
    answers = {"account": scene.story.answers["account"]}
    claimed = acts.claim(_found(scene, line).id, scene.actor(line), answers=answers, key=str(uuid7()))
    scene.case_id = claimed.case_id


def _account(scene: Scene, line: Line) -> None:
    side = _side(scene)
    acts.tell_account(side.kind, side.id, scene.story.answers["account"], actor=scene.actor(line))


def _accounts(scene: Scene, line: Line) -> None:
    """Firms that a policy has found say where they are paid, each by who represents it by law and had no account yet; so many at most."""
    policy = next(one for one in catalogue.city().policies_on(clock.today()).values() if one.id == line.told["policy"])
    found = parties.by_blinds("firm", [subject for _, subject in reads.claimable_of(policy)])
    owners = {
        owner: firm for firm in sorted(found.values()) if (owner := parties.speaks_for("firm", firm)) and not parties.has_account(owner)
    }
    for n, (owner, firm) in enumerate(list(owners.items())[: int(line.told["most"])], 1):
        account = party_acts.open_account(person_id=owner, login=f"{scene.story.id}-{n}", by="house")
        acts.tell_account(policy.profile, firm, f"62220200001{n:05d}", actor=parties.actor(account))


def _unasked(scene: Scene, line: Line) -> None:
    date_registers()
    acts.redeem_unasked(line.told.get("policy") or scene.story.answers["policy"], actor=scene.actor(line))


def _decline(scene: Scene, line: Line) -> None:
    acts.decline(_found(scene, line).id, scene.actor(line), words=line.words)


def _verify(scene: Scene, line: Line) -> None:
    actor = scene.actor(line)
    version = cases.desk_case(scene.case, actor).case.version
    acts.verify(_found(scene, line).id, actor, answer=line.told["answer"], words=line.words, key=str(uuid7()), version=version)


def _object(scene: Scene, line: Line) -> None:
    acts.object(_found(scene, line).id, scene.actor(line), words=line.words, key=str(uuid7()))


def _decide_objection(scene: Scene, line: Line) -> None:
    life = reads.life(_found(scene, line).id)
    open_one: UUID = next(one.id for one in life.objections if one.decided_at is None) if life else UUID(int=0)
    acts.decide_objection(
        open_one, scene.actor(line), upheld=line.told["upheld"] == "yes", answer=line.words, reason=line.told.get("reason", "")
    )


def _spot_check(scene: Scene, line: Line) -> None:
    acts.spot_check(_found(scene, line).id, scene.actor(line), finding=line.told["finding"], words=line.words)


def _claw_back(scene: Scene, line: Line) -> None:
    acts.claw_back(_found(scene, line).id, scene.actor(line), words=line.words)


def _money_back(scene: Scene, line: Line) -> None:
    acts.money_back(_found(scene, line).id, scene.actor(line), words=line.words)


BENEFIT_VERBS: Final[Mapping[str, Callable[[Scene, Line], None]]] = {
    "match": _match,
    "claim": _claim,
    "tell-account": _account,
    "tell-accounts": _accounts,
    "redeem-unasked": _unasked,
    "give-up": _decline,
    "verify": _verify,
    "object": _object,
    "decide-objection": _decide_objection,
    "spot-check": _spot_check,
    "claw-back": _claw_back,
    "money-back": _money_back,
}
