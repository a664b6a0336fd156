"""What an office's silence has settled, as an official is told it who acts too late."""

from __future__ import annotations

from tongban.cases.errors import WrongStateError
from tongban.kernel.errors import ConflictError
from tongban.kernel.text import Text


class SilentGrantError(WrongStateError):
    """The licence has ended before its extension was decided, so by law that is granted already."""

    def __init__(self) -> None:
        ConflictError.__init__(
            self,
            Text(
                zh="证照有效期已满而没有作出决定，依法视为准予延续，不能再作决定。请稍候刷新；所填文字仍保留。",
                en="The licence ended before this was decided, so by law its renewal counts as granted and cannot be decided any more. Reload in a moment; what you typed is kept.",
            ),
        )
