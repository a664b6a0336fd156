"""What may be done at the exchange: declare a resource, grant its use, fetch, use an answer again, silence a resource for a demonstration; and
keep a department's register: enter and take out a record, receive a file for it, apply it, undo that."""

from __future__ import annotations

from tongban.exchange.acts.apply import apply_upload, recompare, undo_upload
from tongban.exchange.acts.declare import declare_resource
from tongban.exchange.acts.enter import confirm_register, enter_record, load_records, remove_record
from tongban.exchange.acts.fetch import fetch, fetch_all
from tongban.exchange.acts.grant import end_grants, grant
from tongban.exchange.acts.reuse import reuse
from tongban.exchange.acts.silence import resume, suspend
from tongban.exchange.acts.take_changes import Changes, take_changes
from tongban.exchange.acts.take_out import TakenOut, take_out
from tongban.exchange.acts.uploads import Received, discard_upload, expire_uploads, read_upload, receive_upload
from tongban.exchange.core.answers import Answer, Request

__all__ = [
    "Answer",
    "Changes",
    "Received",
    "Request",
    "TakenOut",
    "apply_upload",
    "confirm_register",
    "declare_resource",
    "discard_upload",
    "end_grants",
    "enter_record",
    "expire_uploads",
    "fetch",
    "fetch_all",
    "grant",
    "load_records",
    "read_upload",
    "receive_upload",
    "recompare",
    "remove_record",
    "resume",
    "reuse",
    "suspend",
    "take_changes",
    "take_out",
    "undo_upload",
]
