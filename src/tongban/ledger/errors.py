"""What can go wrong with the record. Pure: the core raises some of these."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class KeyReusedError(ConflictError):
    """The same idempotency key came with another content."""

    def __init__(self, key: str) -> None:
        super().__init__(
            Text(
                zh="这次提交的编号已用于另一份内容，为避免重复办理，未作任何处理。请刷新页面后重新提交。",
                en="The number of this submission was already used for another content; to avoid doing anything twice, nothing was done. Reload the page and send again.",
            )
        )
        self.key = key


class AlreadyDoneError(ConflictError):
    """The same request came before and was done; `result` is what it was answered then."""

    def __init__(self, entry_id: UUID, result: Mapping[str, object] | None) -> None:
        super().__init__(
            Text(
                zh="这次提交此前已经办理，没有重复办理；请直接查看结果。",
                en="This submission was already done and was not done twice; please look at its result.",
            )
        )
        self.entry_id = entry_id
        self.result = result


class UnknownEntryError(NotFoundError):
    """There is no such entry, or its content was erased before."""

    def __init__(self, entry_id: UUID) -> None:
        super().__init__(
            Text(
                zh=f"没有这条记录，或其内容已被删除：{entry_id}。请核对编号。",
                en=f"There is no such entry, or its content was erased already: {entry_id}. Please check the number.",
            )
        )
        self.entry_id = entry_id


class NotErasableError(ConflictError):
    """The entry says that another was erased; without it nobody could tell erasure from tampering."""

    def __init__(self, entry_id: UUID) -> None:
        super().__init__(
            Text(
                zh=f"记录 {entry_id} 是一次删除的凭据，不能再被删除；它不含个人信息。",
                en=f"Entry {entry_id} is the evidence of an erasure and cannot be erased itself; it holds no personal data.",
            )
        )
        self.entry_id = entry_id


class UntrustedNoteError(TongbanError):
    """A signed note or checkpoint is malformed, or no known key signed it."""


class FalseReceiptError(TongbanError):
    """A receipt does not prove what it says."""
