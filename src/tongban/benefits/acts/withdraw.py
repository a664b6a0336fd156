"""Withdraw a version of a policy that was published by mistake: one recorded act, and what it undoes for each match.

Invariants: the mark on the city's version, the withdrawal, a row for every match of the version and the record's entry commit together, so that nobody is forgotten whatever is
killed; what is undone for one match is a transaction of its own and is done once; an order that a bank may have is never taken for one that it has not: what the bank says is waited for;
what was paid stays or is asked back as the official decided, on the provision that they named; whoever was told is told again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, cast
from uuid import UUID

from django.db import connection, transaction

from tongban.benefits.acts.aftercare import Ground, ask_back
from tongban.benefits.acts.claim import end_of
from tongban.benefits.acts.decline import end
from tongban.benefits.acts.holding import hold_alone
from tongban.benefits.acts.order import call_off
from tongban.benefits.acts.record import Doing, carefully, lock, policy_of
from tongban.benefits.acts.saying import say
from tongban.benefits.acts.versions import POLICY as HELD
from tongban.benefits.errors import WordsMissingError
from tongban.benefits.models import Match, Order, Undone, Withdrawal
from tongban.benefits.policy_permissions import PUBLISH, check, name_of
from tongban.catalogue import acts as publishing
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Limit, Policy, Withdrawn
from tongban.catalogue.errors import NoSuchPolicyError
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.text import Text, plain
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, PrincipalKind

UNDO: Final = "benefits.undo"
"""The kind of job that undoes what a withdrawn version led to."""
WITHDRAWN, STAYS, BACK = "policy-withdrawn", "policy-withdrawn-paid", "policy-withdrawn-back"
"""The city's messages, by what becomes of it."""
_DEFAULT_WITHIN: Final = Limit(30, "calendar")
_LIST: Final = """
INSERT INTO benefits_undone (id, withdrawal_id, was, amount, became, told, at)
SELECT id, %s, state, amount, 'waiting', 0, %s FROM benefits_match WHERE version = %s
"""
_PAID: Final = ("paid", "spot-checked")
_OVER: Final = ("lost", "withdrawn", "declined", "clawed-back")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a version is withdrawn, in both languages, what becomes of what was paid, and on which provision."""

    reason: Text
    paid: Literal["stays", "claw-back"]
    cite: str


def withdraw(version: str, mistake: Mistake, *, actor: Actor, base: str) -> UUID:
    """Withdraw a version of a policy from today on, `base` being the city's version in which it was seen; the withdrawal's id. The same again gives the same.

    Raises NoSuchPolicyError, MayNotError, WordsMissingError, and the catalogue's StaleFolderError and CityFaults.
    """
    reason = Text(plain(mistake.reason.zh).strip(), plain(mistake.reason.en).strip())
    policy = catalogue.city().policy_of(version)
    if policy is None:
        raise NoSuchPolicyError
    check(actor, PUBLISH, policy.department)
    earlier = Withdrawal.objects.filter(version=version).values_list("pk", flat=True).first()
    if earlier is not None:
        return earlier
    if not reason.zh or not reason.en or not mistake.cite.strip() or mistake.paid not in ("stays", "claw-back"):
        raise WordsMissingError
    made: list[UUID] = []
    what = Withdrawn(clock.today(), reason, mistake.cite.strip()[:200])
    publishing.withdraw_policy(version, what, by=name_of(actor), base=base, also=lambda _: made.append(_keep(policy, what, mistake, actor)))
    return made[0]


def _keep(policy: Policy, what: Withdrawn, mistake: Mistake, actor: Actor) -> UUID:
    now, by = clock.now(), name_of(actor)
    hold_alone(HELD, policy.id)
    row = Withdrawal.objects.create(
        policy=policy.id,
        version=policy.hash,
        department=policy.department,
        zh=what.says.zh,
        en=what.says.en,
        cite=what.cite,
        paid=mistake.paid,
        on=what.on,
        by=by,
        name=actor.name[:100],
        at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [row.pk, now, policy.hash])
        count = cursor.rowcount
    enqueue(UNDO, {"withdrawal": str(row.pk)}, key=f"{UNDO}/{row.pk}")
    payload: dict[str, JSON] = {
        "withdrawal": str(row.pk),
        "policy": policy.id,
        "version": policy.hash,
        "reason": {"zh": row.zh, "en": row.en},
        "paid": row.paid,
        "cite": row.cite,
        "matches": count,
    }
    purpose = f"{policy.id}/withdrawal"
    append(
        Act(act="benefits.withdraw-version", actor=by, at=now, case_id=None, department=policy.department, purpose=purpose, payload=payload)
    )
    return row.pk


def undo(withdrawal: UUID) -> int:
    """Undo whatever can be undone now; how much. Must not be in a transaction. May run twice, in any number of processes."""
    done = 0
    for match in list(
        Undone.objects.filter(withdrawal=withdrawal, became__in=("waiting", "bank")).order_by("id").values_list("pk", flat=True)
    ):
        done += carefully(_undo, match)
    left = Undone.objects.filter(withdrawal=withdrawal, became__in=("waiting", "bank")).exists()
    if not left:
        Withdrawal.objects.filter(pk=withdrawal, ended_at=None).update(ended_at=clock.now())
    return done


def undo_all() -> int:
    """Go on with every withdrawal that is not through: what banks have answered since; how much was done."""
    return sum(undo(one) for one in Withdrawal.objects.filter(ended_at=None).order_by("id").values_list("pk", flat=True))


def _undo(match_id: UUID) -> bool:
    """Undo one match as far as it can be now; whether that was anything."""
    with transaction.atomic(durable=True):
        match, _ = lock(match_id)
        row = Undone.objects.select_for_update().select_related("withdrawal").get(pk=match_id)
        if row.became not in ("waiting", "bank"):
            return False
        became, template = _became(match, row.withdrawal)
        if became == row.became:
            return False
        row.became, row.at = became, clock.now()
        if template:
            row.told = _tell(match, template)
        row.save(update_fields=["became", "at", "told"])
    return True


def _became(match: Match, what: Withdrawal) -> tuple[str, str]:
    """Undo one match, locked; what it became, and by which message that is told."""
    policy = policy_of(match)
    doing = Doing(match, policy, None, department=what.department)
    if match.state in _OVER or match.version != what.version:  # over, or taken under another version since
        return "as-it-was", ""
    if match.state in _PAID:
        return _of_paid(doing, what)
    if match.state == "ordered" and not _is_called_off(match):
        return "bank", ""
    was_refused = match.state == "refused"
    end(doing, "withdraw-policy", words=what.zh, data={"withdrawal": str(what.pk)}, moves_case=not was_refused)
    return "withdrawn", "" if was_refused else WITHDRAWN


def _of_paid(doing: Doing, what: Withdrawal) -> tuple[str, str]:
    match, declared = doing.match, doing.policy.clawback
    if what.paid == "stays" or match.amount is None:
        return "stays", STAYS
    within = declared.within if declared is not None else _DEFAULT_WITHIN
    ask_back(doing, match.amount, Ground(what.zh, what.cite, Text(what.zh, what.en), within))
    return "clawed-back", BACK


def _is_called_off(match: Match) -> bool:
    """Whether no bank has an order of this match, after one that waits has been called off.

    A bank that contradicted itself may have paid: a person asks it first.
    One waits only if it was never offered, had no line to go by, or the bank said that it does not have it. Where the department pays by hand nobody
    but its official knows whether it is paid: their entry is waited for.
    """
    orders = list(Order.objects.select_for_update().filter(match=match).order_by("-id"))
    if any(one.contradicted_at is not None for one in orders):
        return False
    last = orders[0] if orders else None
    if last is None or last.state == "failed":
        return True
    if last.state != "waiting" or not last.system:
        return False
    call_off(last, clock.now(), "policy-withdrawn")
    return True


def _tell(match: Match, template: str) -> int:
    """Tell whoever the match is of, as far as they are known here; how many."""
    policy = policy_of(match)
    within = policy.clawback.within if policy.clawback is not None else _DEFAULT_WITHIN
    day = end_of(within, clock.today())
    due = Text(f"{day.month}月{day.day}日", day.isoformat())
    link = f"/cases/{match.case_id}" if match.case_id else f"/policies/{policy.id}"
    whom = _whom(catalogue.city(), match)
    return sum(say(one, template, service=policy.title, number=match.number, due=due, case_id=match.case_id, link=link) for one in whom)


def _whom(city: City, match: Match) -> tuple[UUID, ...]:
    """The person; for a firm who represents it by law."""
    profile = city.profiles.get(match.profile)
    kind, id_ = match.kind, match.principal_id
    if id_ is None and profile is not None:
        known: Any = parties.known(profile.key, [bytes(match.subject)]).get(bytes(match.subject))
        kind, id_ = (known.kind, known.id) if known else ("", None)
    speaker = parties.speaks_for(cast(PrincipalKind, kind), id_) if id_ is not None else None
    return (speaker,) if speaker is not None else ()
