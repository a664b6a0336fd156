"""What may go wrong with people, accounts, posts and mandates. Invariant: no message repeats an identity number."""

from __future__ import annotations

from uuid import UUID

from tongban.kernel.errors import ConflictError, NotAllowedError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class IdentityError(TongbanError):
    """An identity number or code that cannot be one."""


class AlreadyEnteredError(ConflictError):
    """A person or firm with this number is there already, or a login is taken."""


class NoSuchPartyError(NotFoundError):
    """No person, firm, account, post or mandate has this id."""

    def __init__(self, what: Text, id_: UUID | str) -> None:
        super().__init__(
            Text(
                f"查不到这个{what.zh}，可能已经停用。请刷新页面后再试。",
                f"There is no such {what.en}; it may have ended. Reload the page and try again.",
            )
        )
        self.id = id_


class MandateTermsError(TongbanError):
    """A mandate that the law or this system does not know on these terms."""


class NotTheirsToGiveError(NotAllowedError):
    """Only the principal, or a firm's legal representative, gives or takes back a mandate."""


class PostTermsError(TongbanError):
    """A post that cannot be filled like this."""


class OwnAppointmentError(NotAllowedError):
    """Nobody appoints themselves or a relative (公务员法 第七十四条、第七十六条: 回避)."""


class NoSuchHolderError(NotFoundError):
    """Name and number do not belong to one person here; which of them is wrong is not told."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "姓名和身份证号对不上，或者对方还没有登记。请对照对方的证件再输一次；已填的内容都还在。",
                "Name and ID number do not belong together, or this person is not registered. Check both against the card; everything else is kept.",
            )
        )
