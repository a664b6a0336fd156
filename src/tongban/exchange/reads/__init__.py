"""Questions to the exchange: answers and who looked, resources and grants, the registers that Tongban keeps, uploads into them."""

from __future__ import annotations

from tongban.exchange.reads.answers import (
    GrantView,
    ResourceView,
    answers,
    asked_before,
    grants,
    history,
    last_calls,
    resources,
    silenced,
    who_looked,
)
from tongban.exchange.reads.registers import (
    ChangeView,
    RecordView,
    RegisterView,
    changes,
    changes_since,
    missing,
    record_of,
    records,
    register,
    registers,
    shape_of,
    versions_of,
)
from tongban.exchange.reads.uploads import ROW_STATES, FaultView, StagedView, UploadView, staged, upload, waiting

__all__ = [
    "ROW_STATES",
    "ChangeView",
    "FaultView",
    "GrantView",
    "RecordView",
    "RegisterView",
    "ResourceView",
    "StagedView",
    "UploadView",
    "answers",
    "asked_before",
    "changes",
    "changes_since",
    "grants",
    "history",
    "last_calls",
    "missing",
    "record_of",
    "records",
    "register",
    "registers",
    "resources",
    "shape_of",
    "silenced",
    "staged",
    "upload",
    "versions_of",
    "waiting",
    "who_looked",
]
