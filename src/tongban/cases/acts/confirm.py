"""What happens across the counter before an application is sent: originals are compared, the person reads the summary and confirms it.

Invariants: what was confirmed is kept as it was read, in both languages, with the version it was read in; a change after it asks for a new one; a paper that
is replaced has not been compared yet.
"""

from __future__ import annotations

import hashlib
import json
from typing import Literal
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.apply import open_form
from tongban.cases.acts.record import check_version
from tongban.cases.acts.wish import keep_wish
from tongban.cases.core.delivery import Wish
from tongban.cases.errors import CaseNotFoundError, DeliveryWishError, IncompleteError, MayNotError, SignatureMissingError
from tongban.cases.models import Case, Confirmation, Upload
from tongban.cases.permissions import check_applicant
from tongban.cases.reads import form_view
from tongban.cases.reads.summary import summary_of
from tongban.files import acts as files
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties.core.people import Actor, Assistant

SIGNATURE_BYTES = 400_000
How = Literal["pad", "paper", "spoken"]
AT_COUNTER = Wish("collect")
"""How letters come where nothing else is said at a counter."""
_NEEDS_HELP = Text(
    zh="只有工作人员协助办理时才用这一页。请从草稿继续填写。", en="This is for when an official assists. Go on from the draft instead."
)


_NO_ACCOUNT = Text(
    zh="申请人没有账号，文书在网上看不到。请选窗口领取或者邮寄。",
    en="The applicant has no account, so letters cannot be read online. Choose the counter or post.",
)


def see_original(case_id: UUID, question_id: str, *, actor: Actor, seen: bool, copy_at: str = "") -> None:
    """Say whether a paper was compared with its original, and where a copy on paper is kept. Raises CaseNotFoundError, WrongStateError."""
    with transaction.atomic(durable=True):
        case, _ = open_form(case_id, actor)
        assistant = assistant_of(actor)
        paper = Upload.objects.filter(case=case, question=question_id, removed_at=None).first()
        if paper is None:
            raise CaseNotFoundError
        paper.seen_by, paper.seen_at = (assistant.person_id, clock.now()) if seen else (None, None)
        paper.copy_at = copy_at.strip()[:80]
        paper.save(update_fields=["seen_by", "seen_at", "copy_at"])


def keep_signature(case_id: UUID, picture: bytes, *, actor: Actor) -> UUID:
    """Keep what somebody signed on the pad, as a picture of this case; returns its file. Raises the files room's errors, CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFoundError
    check_applicant(actor, case, "see")
    assistant_of(actor)
    return files.keep(picture, name="signature.png", accept=("png",), max_bytes=SIGNATURE_BYTES, owner=case_id).id


def confirm(
    case_id: UUID,
    *,
    actor: Actor,
    version: int,
    how: How,
    signature: UUID | None = None,
    copy_at: str = "",
    wish: Wish = AT_COUNTER,
    tolerate: bool = False,
) -> UUID:
    """Keep what the person confirms, and how they want letters; with `tolerate` they ask that papers may come later, which sending then judges.

    Raises SignatureMissingError, DeliveryWishError, IncompleteError while something is still to be answered, StaleCaseError where it changed since `version`,
    WrongStateError, MayNotError, CaseNotFoundError.
    """
    _check_signed(how, signature, copy_at)
    with transaction.atomic(durable=True):
        case, _ = open_form(case_id, actor)
        assistant = assistant_of(actor)
        _check_wish(wish, assistant)
        check_version(case, version)
        form = form_view(case_id, actor)
        if form.faults and not tolerate:
            raise IncompleteError(form.faults)
        said = summary_of(form)
        row = Confirmation.objects.create(
            case=case,
            attendance_id=assistant.attendance_id,
            version=version,
            said=said,
            how=how,
            signature=signature,
            copy_at=copy_at.strip()[:80],
            at=clock.now(),
        )
        keep_wish(case, wish)
        _record(case, row, actor)
    return row.id


def assistant_of(actor: Actor) -> Assistant:
    """Who assists. Raises MayNotError where nobody does."""
    if actor.assistant is None:
        raise MayNotError(_NEEDS_HELP)
    return actor.assistant


def _check_signed(how: How, signature: UUID | None, copy_at: str) -> None:
    if (how == "pad" and signature is None) or (how == "paper" and not copy_at.strip()):
        raise SignatureMissingError


def _check_wish(wish: Wish, assistant: Assistant) -> None:
    if wish.how == "electronic" and not assistant.has_account:
        raise DeliveryWishError({"delivery": _NO_ACCOUNT})
    if found := wish.faults(at_counter=True):
        raise DeliveryWishError(found)


def _record(case: Case, row: Confirmation, actor: Actor) -> None:
    """The entry holds a digest of what was confirmed: enough to prove it, and nothing personal."""
    assistant = assistant_of(actor)
    digest = hashlib.sha256(json.dumps(row.said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    payload: dict[str, JSON] = {
        "confirmation": str(row.id),
        "person": str(actor.person_id),
        "attendance": str(row.attendance_id),
        "version": row.version,
        "how": row.how,
        "digest": digest,
    }
    append(
        Act(
            act="cases.confirm",
            actor=f"account:{actor.account_id}",
            at=row.at,
            case_id=case.id,
            department=assistant.department,
            purpose=case.service,
            payload=payload,
        )
    )
