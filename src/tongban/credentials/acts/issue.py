"""Issue a credential: numbered, signed, kept and recorded, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection

from tongban.credentials.acts.locking import locked
from tongban.credentials.acts.serials import take_serial
from tongban.credentials.core.cose import sign, to_token
from tongban.credentials.core.credential import Credential, IssueRequest, claims, masked, says
from tongban.credentials.core.identifier import Identifier
from tongban.credentials.errors import (
    AlreadyEndedError,
    AlreadyReplacedError,
    CredentialNotFoundError,
    TooMuchContentError,
    UnfitRequestError,
)
from tongban.credentials.keys import signing_key
from tongban.credentials.models import Credential as Row
from tongban.credentials.reads import to_credential, url_of
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.statements import make

_MOST_IN_QR = 2953
"""Bytes in a version 40 symbol at level L (ISO/IEC 18004)."""


def _keep(row: Row) -> None:
    row.save(force_insert=True)


def issue(request: IssueRequest, record: Callable[[Act], object] = append, keep: Callable[[Row], object] = _keep) -> Credential:
    """Issue a credential; with `replaces`, the next version of one, which holds until this one begins. An act that has more to write and to say collects the
    row (`keep`) and the entry (`record`), and keeps everything by one statement each.

    Raises UnfitRequestError, TooMuchContentError, CredentialNotFoundError, AlreadyEndedError, AlreadyReplacedError; RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a credential is issued in the transaction of the decision that grants it")
    _refuse_unfit(request)
    identifier = _number(request)
    issued_at = clock.now()
    number = identifier.text
    token = to_token(sign(claims(request, number, issued_at, f"{settings.ORIGIN}/verify/status/{number}.json"), signing_key()))
    if len(url_of(token)) > _MOST_IN_QR:
        raise TooMuchContentError(len(token))
    row = make(
        Row,
        identifier=number,
        serial=identifier.serial,
        version=identifier.version,
        type_id=request.type_id,
        type_title=_both(request.type_title),
        type_code=request.type_code,
        issuer_id=request.issuer_id,
        issuer_name=_both(request.issuer_name),
        issuer_uscc=request.issuer_uscc,
        holder_kind=request.holder_kind,
        holder_id=request.holder_id,
        holder_name=request.holder_name,
        holder_code=masked(request.holder_code),
        case_id=request.case_id,
        area=request.area,
        replaces_id=request.replaces,
        fields=[[name, _both(label), value] for name, label, value in request.fields],
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        issued_at=issued_at,
        token=token,
    )
    keep(row)
    credential = to_credential(row, None)
    record(_entry(request, credential))
    return credential


def _refuse_unfit(request: IssueRequest) -> None:
    if request.valid_until is not None and request.valid_until < request.valid_from:
        raise UnfitRequestError(
            Text(
                zh="有效期止早于有效期起，没有签发。请核对日期。",
                en="The last valid day lies before the first, so nothing was issued. Check the dates.",
            )
        )
    try:
        Identifier(request.type_code, request.issuer_uscc, "1", 1).text  # noqa: B018 - raises when a part has not its form
    except ValueError as error:
        raise UnfitRequestError(
            Text(
                zh=f"证照类型代码或颁发机构代码格式不对（{error}），没有签发。请改正证照类型文件。",
                en=f"The type code or the issuer's code has not its form ({error}), so nothing was issued. Correct the credential type's file.",
            )
        ) from error


def _number(request: IssueRequest) -> Identifier:
    if request.replaces is None:
        return Identifier(request.type_code, request.issuer_uscc, take_serial(request.issuer_uscc, clock.today().year), 1)
    old = locked(request.replaces, "ending", "successor")
    if old is None or (old.type_id, old.issuer_uscc, old.holder_id) != (request.type_id, request.issuer_uscc, request.holder_id):
        raise CredentialNotFoundError
    if hasattr(old, "ending"):
        raise AlreadyEndedError(old.identifier, says(old.ending.how))
    if hasattr(old, "successor"):
        raise AlreadyReplacedError(old.identifier)
    return Identifier(old.type_code, old.issuer_uscc, old.serial, old.version).next_version()


def _entry(request: IssueRequest, credential: Credential) -> Act:
    return Act(
        act="credential.issue",
        actor=request.by,
        at=credential.issued_at,
        case_id=request.case_id,
        department=request.issuer_id,
        purpose=request.type_id,
        payload={
            "credential": str(credential.id),
            "identifier": credential.identifier,
            "holder": str(request.holder_id),
            "check_code": credential.check_code,
            "replaces": str(request.replaces) if request.replaces else None,
            "valid_from": request.valid_from.isoformat(),
            "valid_until": request.valid_until.isoformat() if request.valid_until else None,
        },
    )


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
