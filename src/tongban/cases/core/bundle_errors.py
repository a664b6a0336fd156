"""What may go wrong with visits and fees, as a person is told it."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, TongbanError
from tongban.kernel.text import Text


class NoVisitError(ConflictError):
    """There is no check on the spot to be agreed upon, or not on that day."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)


class NothingDueError(ConflictError):
    """Nothing is due on this case, or it was paid already."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这件事项没有待缴的费用，或者已经缴清。请刷新后核对收费情况。",
                en="Nothing is due on this case, or it has been paid already. Reload and look at its fees.",
            )
        )


class ReceiptMissingError(TongbanError):
    """A payment is noted with its receipt's number."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(zh="请填收据号，缴费记录要对得上票据。", en="Enter the receipt's number, so that the payment can be traced to it.")
        )
