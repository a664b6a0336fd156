"""What may go wrong with docking. Invariant: a system that is down, slow or wrong is no error to an applicant; it leads to people."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class UnknownSystemError(NotFoundError):
    """No such system has been declared."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Text(
                f"没有“{name}”这个系统。请在城市文件夹的 systems/ 里声明后重新发布。",
                f"There is no system “{name}”. Declare it in the city's systems/ and publish again.",
            )
        )


class HandoverNotFoundError(NotFoundError):
    """There is no such handover or record."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "没有找到这条对接记录。请从对账页面重新打开。",
                "There is no such record of docking. Open it again from the reconciliation page.",
            )
        )


class AlreadyOverError(ConflictError):
    """The handover was answered, entered by hand or withdrawn meanwhile, or the record was received."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这条对接刚刚有了结果，不能再这样办。请看最新情况。",
                "This has just come to its end, so it can no longer be done. Look at the latest.",
            )
        )


class ReasonMissingError(TongbanError):
    """Whoever settles a difference, or corrects a record, says why."""

    status = 422

    def __init__(self) -> None:
        super().__init__(Text("请写明理由，对账记录会保留。", "Write the reason; it is kept with the reconciliation."))


class NothingCorrectedError(TongbanError):
    """A returned record was to be sent again without any change."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                "还没有更正任何一项，重报会被同样退回。请更正后再报。",
                "Nothing was corrected, so it would be returned again. Correct it first.",
            )
        )


class DownError(Exception):
    """A system took no call, or answered in another form than agreed. `says` is told on pages. Rooms above that let this one carry their own parcels handle it too."""

    def __init__(self, says: Text, *, is_connected: bool = True) -> None:
        super().__init__(says.en)
        self.says = says
        self.is_connected = is_connected
        """Whether there is a connection at all; without one, people take over at once."""
