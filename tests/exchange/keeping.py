"""A register of shop signs that Tongban keeps, declared and granted, and ways to upload into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tests.exchange.conftest import Declared, Item, Option
from tests.exchange.sheets import SIGNS, row, uscc, xlsx
from tongban.exchange import acts, reads
from tongban.exchange.acts import Request
from tongban.exchange.core.answers import Answer
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.rules.core import FactSpec

CLERK, COLLEAGUE = "account:clerk", "account:colleague"
KEPT = Declared(
    SIGNS.resource,
    {
        one.name: Item(
            one.title,
            FactSpec(one.type, may_be_none=True),
            one.sensitivity,
            tuple(Option(id_, title) for id_, title in one.options.items()),
        )
        for one in SIGNS.columns
    },
    {"kind": "kept"},
    department=SIGNS.department,
    title=SIGNS.title,
)

Content = Mapping[str, Mapping[str, Any]]


class Keeper:
    """Somebody who keeps the register."""

    resource = SIGNS.resource

    def declare(self) -> None:
        acts.declare_resource(KEPT)
        acts.grant(self.resource, "sign", "held", KEPT.items)

    def upload(self, *rows: Sequence[object], content: bytes | None = None, by: str = CLERK) -> UUID:
        """A file received and read."""
        file = xlsx(*rows) if content is None else content
        received = acts.receive_upload(self.resource, file, name="招牌.xlsx", as_of=clock.today(), by=by)
        acts.read_upload(received.id)
        return received.id

    def view(self, upload: UUID) -> reads.UploadView:
        return reads.upload(self.resource, upload)

    def apply(self, upload: UUID, *, by: str = CLERK, **choices: Any) -> int:
        return acts.apply_upload(self.resource, upload, version=self.view(upload).base, by=by, **choices)

    def fill(self, *serials: int) -> int:
        """The register with these signs, as a first file."""
        return self.apply(self.upload(*(row(serial) for serial in serials)))

    def holds(self, version: int | None = None) -> Content:
        """What the register holds: values by key."""
        return {one.record.key: one.record.values for one in reads.records(self.resource, limit=10_000, version=version)}

    def numbers(self) -> set[str]:
        return {str(values["approval_no"]) for values in self.holds().values()}

    def state(self) -> reads.RegisterView:
        return reads.register(self.resource)

    def ask(self, serial: int = 1, *items: str) -> Answer:
        return acts.fetch(Request(self.resource, uscc(serial), items or ("approval_no",), uuid7(), "held", "sign/held", "officer", "urban"))
