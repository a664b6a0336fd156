"""What may go wrong with the exchange. Invariant: a register that is slow, down or wrong is no error; it makes an answer unknown."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class UnknownResourceError(NotFoundError):
    """No such resource or item has been declared."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Text(
                f"数据目录中没有“{name}”。请核对名称，或先由数源部门编目后再使用。",
                f"The data catalogue has no “{name}”. Check the name, or have the department declare it first.",
            )
        )


class UnknownConnectorError(TongbanError):
    """A resource names a kind of connector that is not installed, or leaves out one of its settings."""


class NotSharedError(ConflictError):
    """The resource is not shared (不予共享), so its use cannot be granted."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            Text(
                f"“{resource}”属于不予共享数据，不能授权使用；请改由申请人提供，或与数源部门协商。",
                f"“{resource}” is declared as not shared, so its use cannot be granted; ask the applicant, or come to terms with the department.",
            )
        )


class SilentError(Exception):
    """A connector got no answer in time. It never leaves this room."""
