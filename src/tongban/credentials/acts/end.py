"""End a credential in one of four lawful ways (Administrative Licensing Law, arts. 8, 69, 70 and 80).

Invariants: what is ended is the version that is the latest; a version before it that still holds because the new one has not begun ends with it.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import connection

from tongban.credentials.acts.locking import locked
from tongban.credentials.core.credential import HOWS, Credential, Ended, How, says
from tongban.credentials.errors import AlreadyEndedError, AlreadyReplacedError, CredentialNotFoundError, UnfitRequestError
from tongban.credentials.models import Credential as Row
from tongban.credentials.models import Ending
from tongban.credentials.reads import to_credential
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append


def _keep(ending: Ending) -> None:
    ending.save(force_insert=True)


def end(
    credential_id: UUID,
    how: How,
    reason: Text,
    by: str,
    record: Callable[[Act], object] = append,
    keep: Callable[[Ending], object] = _keep,
) -> Credential:
    """End a credential, in the caller's transaction: withdrawn 撤回, annulled 撤销, cancelled 注销 or revoked 吊销. An act that has more to write and to
    say collects the row (`keep`) and the entry (`record`).

    One past its last day may still be ended: the law asks for its cancellation. Raises CredentialNotFoundError, AlreadyEndedError, AlreadyReplacedError,
    UnfitRequestError; RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a credential is ended in the transaction of the decision that ends it")
    if how not in HOWS or not reason.zh.strip() or not reason.en.strip():
        raise UnfitRequestError(
            Text(
                zh="终止证照须选定撤回、撤销、注销或吊销之一，并写明理由。没有终止。",
                en="To end a credential choose withdrawn, annulled, cancelled or revoked, and give the reason. Nothing was ended.",
            )
        )
    row = locked(credential_id, "ending", "successor", "replaces__ending")
    if row is None:
        raise CredentialNotFoundError
    if hasattr(row, "ending"):
        raise AlreadyEndedError(row.identifier, says(row.ending.how))
    if hasattr(row, "successor"):
        raise AlreadyReplacedError(row.identifier)
    before = row.replaces
    if before is not None and not hasattr(before, "ending") and clock.today() < row.valid_from:
        _end(before, how, reason, by, record, keep)
    ending = _end(row, how, reason, by, record, keep)
    return to_credential(row, Ended(how, ending.at, reason, by))


def _end(row: Row, how: How, reason: Text, by: str, record: Callable[[Act], object], keep: Callable[[Ending], object]) -> Ending:
    ending = Ending(credential=row, how=how, at=clock.now(), by=by, reason={"zh": reason.zh, "en": reason.en})
    keep(ending)
    record(_entry(row, ending))
    return ending


def _entry(row: Row, ending: Ending) -> Act:
    return Act(
        act="credential.end",
        actor=ending.by,
        at=ending.at,
        case_id=row.case_id,
        department=row.issuer_id,
        purpose=row.type_id,
        payload={"credential": str(row.id), "identifier": row.identifier, "how": ending.how, "reason": ending.reason},
    )
