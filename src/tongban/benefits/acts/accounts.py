"""Where a subject is paid.

Invariants: the number is sealed for its own row and leaves it only towards the bank; everybody else sees its last four digits; one account takes all that a subject is paid,
so who acts in some services only may give the first and never replaces one; whoever speaks for the subject is told of every replacement.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.acts.holding import hold_alone
from tongban.benefits.acts.record import body_hash, name_of
from tongban.benefits.acts.saying import say
from tongban.benefits.acts.whose import subject_of, takes
from tongban.benefits.errors import AccountKeptError, AccountMissingError, MatchNotFoundError
from tongban.benefits.models import Account
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.redeeming import ACCOUNT
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor, Principal
from tongban.parties.core.sealing import Place
from tongban.parties.sealer import sealer

TABLE: Final = "benefits_account"
REPLACED: Final = "account-replaced"
"""The declared message that another account takes the payments from now on."""
_LEAST, _MOST = 12, 19


def read_account(typed: Any) -> str:
    """The digits of an account number as it was typed; empty where nothing was. Raises AccountMissingError where it is none."""
    digits = str(typed or "").replace(" ", "").replace("-", "")
    if digits and not (digits.isascii() and digits.isdigit() and _LEAST <= len(digits) <= _MOST):
        raise AccountMissingError
    return digits


def masked(account: Account | None) -> str:
    """How an account is shown."""
    return f"**** {account.tail}" if account is not None else ""


def number_of(account: Account) -> str:
    """The whole number, for the bank alone."""
    return sealer().open(account.number, Place(TABLE, "number", account.id))


def current(subject: bytes) -> Account | None:
    """Where a subject is paid now."""
    return Account.objects.filter(subject=subject, is_current=True).first()


def unreadable(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers for a digest of what was asked: of the account number only what a holder of the key can compare."""
    told = dict(answers)
    if ACCOUNT in told:
        told[ACCOUNT] = sealer().blind(f"{TABLE}.asked", str(told[ACCOUNT])).hex()
    return told


def takes_all(principal: Principal, profile: str) -> bool:
    """Whether somebody acts for a principal in all that a profile's policies pay, and so may say where all of it goes."""
    city = catalogue.city()
    policies = [policy for policy in city.policies.values() if policy.profile == profile]
    if not any(takes(principal, city.services[policy.service]) for policy in policies):
        return False
    return principal.scope is None or all(takes(principal, city.services[one.service]) for one in policies if one.amount is not None)


def kept_account(subject: bytes, principal: Principal, profile: str, digits: str, told_by: UUID, at: datetime) -> Account | None:
    """The account to be paid: the one that is known, or the one that was just given, which takes its place. In the caller's transaction.

    Raises AccountKeptError where one is known and `principal` is acted for in some services only.
    """
    if digits:
        hold_alone("account", subject.hex())  # behind the subject's matches, where those are locked
    known = current(subject)
    if not digits or (known is not None and number_of(known) == digits):
        return known
    if known is not None:
        if not takes_all(principal, profile):
            raise AccountKeptError
        _tell_replaced(principal)
    Account.objects.filter(subject=subject, is_current=True).update(is_current=False)
    id_ = uuid7()
    return Account.objects.create(
        id=id_,
        subject=subject,
        kind=principal.kind,
        principal_id=principal.id,
        number=sealer().seal(digits, Place(TABLE, "number", id_)),
        tail=digits[-4:],
        told_at=at,
        told_by=told_by,
    )


def _tell_replaced(principal: Principal) -> None:
    """Tell the person, or who represents the firm by law, that payments go elsewhere from now on."""
    whom = parties.speaks_for(principal.kind, principal.id)
    if whom is not None:
        say(whom, REPLACED, service=Text(principal.name, principal.name), link=f"/benefits?for={principal.kind}:{principal.id}")


def tell_account(profile: str, principal_id: UUID, number: str, *, actor: Actor) -> None:
    """Say where oneself, or a firm one acts for, is paid, so that what is unasked can be. Raises AccountMissingError, MatchNotFoundError."""
    digits, city = read_account(number), catalogue.city()
    if not digits:
        raise AccountMissingError
    declared = city.profiles.get(profile)
    principal = next(
        (
            one
            for one in parties.principals(actor.person_id)
            if declared is not None and one.id == principal_id and one.kind == declared.subject and takes_all(one, profile)
        ),
        None,
    )
    if declared is None or principal is None:
        raise MatchNotFoundError
    subject, now = subject_of(principal.kind, principal.id, declared.key), clock.now()
    with transaction.atomic(durable=True):
        account = kept_account(subject, principal, profile, digits, actor.person_id, now)
        append(
            Act(
                act="benefits.tell-account",
                actor=name_of(actor),
                at=now,
                case_id=None,
                department="",
                purpose=f"{profile}/redemption",
                payload={"account": masked(account), "digest": body_hash("account", {"principal": principal.id}).hex()},
            )
        )
