"""Send a message: kept with its job, in the transaction of the act that causes it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.messages.core.privacy import personal_data
from tongban.messages.core.quiet import Quiet, may_send_at
from tongban.messages.errors import PersonalDataError, UnfitMessageError
from tongban.messages.kinds import DEFAULT
from tongban.messages.models import Message
from tongban.statements import Writing, make

DELIVER: Final = "messages.deliver"


def send(
    to: UUID,
    template: str,
    text: Text,
    case_id: UUID | None,
    link: str = "",
    urgent: bool = False,
    quiet: Quiet | None = None,
    rows: Writing | None = None,
) -> UUID:
    """Send a text to a person; the message's id. `quiet` are the city's quiet hours, which an urgent message ignores. With `rows`, message and job are
    written by the statement that writes those.

    Raises PersonalDataError, UnfitMessageError; RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message is sent in the transaction of the act that causes it")
    _refuse_unfit(template, text, link)
    now, quiet = clock.now(), None if urgent else quiet
    start, end = quiet or ("", "")
    writing = Writing() if rows is None else rows
    message = writing.add(
        make(
            Message,
            to=to,
            template=template,
            zh=text.zh,
            en=text.en,
            case_id=case_id,
            link=link,
            urgent=urgent,
            channel=DEFAULT,
            quiet_from=start,
            quiet_until=end,
            sent_at=now,
        )
    )
    enqueue(DELIVER, {"message_id": str(message.id)}, run_at=may_send_at(now, quiet), rows=writing)
    if rows is None:
        writing.execute()
    return message.id


def _refuse_unfit(template: str, text: Text, link: str) -> None:
    local = link == "" or (link.startswith("/") and not link.startswith(("//", "/\\")))
    if not text.zh.strip() or not text.en.strip() or not local:
        raise UnfitMessageError(template)
    for said in (text.zh, text.en):
        if found := personal_data(said):
            raise PersonalDataError(template, found)
