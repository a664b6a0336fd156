"""The root of every room's error tree. Invariant: an error can be shown to a person, in both languages, and says what, why and what next."""

from __future__ import annotations

from tongban.kernel.text import Text


class TongbanError(Exception):
    """Something that a person may be told. Rooms derive their own small tree from it."""

    status = 400

    def __init__(self, says: Text) -> None:
        super().__init__(str(says))
        self.says = says


class NotAllowedError(TongbanError):
    """This person may not do this."""

    status = 403


class NotFoundError(TongbanError):
    """There is no such thing, or this person may not know that there is."""

    status = 404


class ConflictError(TongbanError):
    """Somebody or something was quicker: what was sent no longer fits what is there."""

    status = 409


class TooOftenError(TongbanError):
    """This person did this so often that they have to wait; `seconds` says how long."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            Text(
                zh=f"操作过于频繁，系统暂停接收。请在 {seconds} 秒后继续；已保存的内容不受影响。",
                en=f"That was too often. Go on in {seconds} seconds; what was saved is kept.",
            )
        )
        self.seconds = seconds
