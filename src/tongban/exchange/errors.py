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


class NotKeptError(ConflictError):
    """The register is kept by its department's own system, not by Tongban."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            Text(
                f"“{resource}”由数源部门自己的系统管理，不能在这里登记；请在该部门的系统中办理。",
                f"“{resource}” is kept in its department's own system and cannot be written here; use that system.",
            )
        )


class RecordRefusedError(TongbanError):
    """A record does not fit its register: its key does not check, or a value is not of its declared type."""


class NeverGivenError(ConflictError):
    """A register that was never given as a whole cannot be confirmed to hold."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这个登记册还没有整册上传过，不能确认“没有变化”。请先上传一次完整的登记表。",
                "This register was never given as a whole, so it cannot be confirmed as unchanged. Upload a complete table first.",
            )
        )


class UnreadableFileError(TongbanError):
    """An upload cannot be read as a table at all; nothing of it was kept."""


class UploadNotFoundError(NotFoundError):
    """There is no such upload for this register."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "没有这次上传，或者不属于这个登记册。请回登记册页面查看。",
                "There is no such upload for this register. Go back to the register's page.",
            )
        )


class UploadOverError(ConflictError):
    """The upload was applied, discarded or has expired, or could not be read."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这次上传已经办结（已应用、已放弃或已过期），没有再做改动。需要时请重新上传文件。",
                "This upload is over (applied, discarded or expired) and changed nothing more. Upload the file again if you need to.",
            )
        )


class StaleRegisterError(ConflictError):
    """The register changed after the upload was compared with it."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "核对之后登记册又有变动，这次没有应用。下面已按最新内容重新核对，请看过再确认。",
                "The register changed after the comparison, so nothing was applied. It was compared again; look at the differences and confirm.",
            )
        )


class FaultyUploadError(ConflictError):
    """An upload with faults was to be applied without the explicit choice to take its sound rows only, or in place of the whole register."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "文件中有错误行。请改好后重新上传；也可以选择只应用没有错误的行，这时不能整册替换。",
                "The file has faulty rows. Correct and upload it again, or choose to apply the sound rows only; then the whole register cannot be replaced.",
            )
        )


class CountNotConfirmedError(ConflictError):
    """The whole register was to be replaced, and the number of records that this removes was not confirmed."""

    def __init__(self, count: int) -> None:
        super().__init__(
            Text(
                f"整册替换会删去 {count} 条记录。请在框中填写这个数字，再确认。",
                f"Replacing the whole register removes {count} records. Enter that number to confirm.",
            )
        )


class NotTheLastUploadError(ConflictError):
    """Only the last change of a register can be undone, and only if it was an upload."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "只有最近一次变动是上传时才能撤销，之后登记册又有变动，所以没有撤销。请下载现有内容，改好后重新上传。",
                "Only an upload that is the register's last change can be undone; it has changed since. Download the current content, correct and upload it.",
            )
        )


class SilentError(Exception):
    """A connector got no answer in time. It never leaves this room."""
