"""Open and close accounts. Invariants: an account is one person's; a closed one stays, so that what it did can still be read."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.parties.errors import AlreadyEnteredError, NoSuchPartyError
from tongban.parties.models import Account, Person
from tongban.parties.reads import ACCOUNT, PERSON


def open_account(*, person_id: UUID, login: str, by: str, password: str | None = None, id: UUID | None = None) -> UUID:  # noqa: A002 - the contract's word
    """Open an account; without a password it is signed in to by other means only. Raises NoSuchPartyError, AlreadyEnteredError."""
    account = Account(id=id or uuid7(), login=login, person_id=person_id, opened_at=clock.now())
    account.set_password(password)
    with transaction.atomic():
        if not Person.objects.filter(pk=person_id).exists():
            raise NoSuchPartyError(PERSON, person_id)
        try:
            with transaction.atomic():
                account.save(force_insert=True)
        except IntegrityError as fault:
            raise AlreadyEnteredError(
                Text(f"登录名“{login}”已有人使用，请换一个。", f"The login “{login}” is taken; choose another.")
            ) from fault
        _record("parties.open-account", account.pk, person_id, by)
    return account.pk


def close_account(account_id: UUID, *, by: str) -> None:
    """Close an account; closing a closed one changes nothing. Raises NoSuchPartyError."""
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=account_id).first()
        if account is None:
            raise NoSuchPartyError(ACCOUNT, account_id)
        if account.is_active:
            account.is_active = False
            account.save(update_fields=["is_active"])
            _record("parties.close-account", account_id, account.person_id, by)


def _record(act: str, account_id: UUID, person_id: UUID, by: str) -> None:
    payload = {"account": str(account_id), "person": str(person_id)}
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department="", purpose="sign-in", payload=payload))
