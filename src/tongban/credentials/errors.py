"""What can go wrong with a credential, in words."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class CredentialNotFoundError(NotFoundError):
    """No such credential."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="没有找到这份证照。请核对证照标识，或从办件页打开。",
                en="There is no such credential. Check its identifier, or open it from the case.",
            )
        )


class AlreadyEndedError(ConflictError):
    """A credential ends once."""

    def __init__(self, identifier: str, how: Text) -> None:
        super().__init__(
            Text(
                zh=f"证照 {identifier} 已经{how.zh}，不能再次终止。请刷新页面查看记录。",
                en=f"Credential {identifier} was already {how.en} and cannot end again. Reload the page to see the record.",
            )
        )


class AlreadyReplacedError(ConflictError):
    """A credential is reissued once; what concerns it concerns the version that came after."""

    def __init__(self, identifier: str) -> None:
        super().__init__(
            Text(
                zh=f"证照 {identifier} 已经换发，请对换发后的新证办理。",
                en=f"Credential {identifier} was reissued already; do this with the version that came after it.",
            )
        )


class UnfitRequestError(TongbanError):
    """What should be issued or ended contradicts itself: a mistake of the caller, told so that it can be put right."""


class TooMuchContentError(UnfitRequestError):
    """The content does not fit into a QR code."""

    def __init__(self, size: int) -> None:
        super().__init__(
            Text(
                zh=f"证照内容过长（{size} 字符），放不进二维码，没有签发。请减少或缩短证照字段。",
                en=f"The credential's content is too long for a QR code ({size} characters), so it was not issued. Use fewer or shorter fields.",
            )
        )


class BrokenKeyError(TongbanError):
    """The signing key's file cannot be used."""

    status = 500

    def __init__(self, name: str) -> None:
        super().__init__(
            Text(
                zh=f"签发密钥文件 {name} 无法使用，证照没有签发。请由管理员检查密钥目录。",
                en=f"The signing key file {name} cannot be used, so nothing was issued. An administrator must check the keys folder.",
            )
        )
