"""Send a message: kept with its job, in the transaction of the act that causes it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from tongban.jobs.acts import Beside, enqueue
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.messages.core.privacy import personal_data
from tongban.messages.core.quiet import Quiet, may_send_at
from tongban.messages.errors import PersonalDataError, UnfitMessageError
from tongban.messages.kinds import DEFAULT

DELIVER: Final = "messages.deliver"
_KEEP: Final = """
INSERT INTO messages_message (id, "to", template, zh, en, case_id, link, urgent, channel, quiet_from, quiet_until, sent_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def send(
    to: UUID, template: str, text: Text, case_id: UUID | None, link: str = "", urgent: bool = False, quiet: Quiet | None = None
) -> UUID:
    """Send a text to a person; the message's id. `quiet` are the city's quiet hours, which an urgent message ignores.

    Raises PersonalDataError, UnfitMessageError; RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a message is sent in the transaction of the act that causes it")
    _refuse_unfit(template, text, link)
    now, message_id = clock.now(), uuid7()
    quiet = None if urgent else quiet
    kept = [message_id, to, template, text.zh, text.en, case_id, link, urgent, DEFAULT, *(quiet or ("", "")), now]
    enqueue(DELIVER, {"message_id": str(message_id)}, run_at=may_send_at(now, quiet), beside=Beside(_KEEP, kept))
    return message_id


def _refuse_unfit(template: str, text: Text, link: str) -> None:
    local = link == "" or (link.startswith("/") and not link.startswith(("//", "/\\")))
    if not text.zh.strip() or not text.en.strip() or not local:
        raise UnfitMessageError(template)
    for said in (text.zh, text.en):
        if found := personal_data(said):
            raise PersonalDataError(template, found)
