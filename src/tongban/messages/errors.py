"""Why a message was not sent, or not found."""

from __future__ import annotations

from tongban.kernel.errors import NotFoundError, TongbanError
from tongban.kernel.text import Text


class PersonalDataError(TongbanError):
    """The text holds what must not show on a locked screen. What was found is not repeated here."""

    status = 422

    def __init__(self, template: str, found: Text) -> None:
        super().__init__(
            Text(
                zh=f"消息模板“{template}”的内容里有{found.zh}，没有发送。短信会显示在锁屏上，请改用链接，让本人登录后查看。",
                en=f"The text of message “{template}” holds {found.en}, so it was not sent. Messages show on locked screens: use a link behind which the person signs in.",
            )
        )


class UnfitMessageError(TongbanError):
    """An empty text, or a link that leads elsewhere."""

    def __init__(self, template: str) -> None:
        super().__init__(
            Text(
                zh=f"消息模板“{template}”缺少中文或英文内容，或链接不是本站页面，没有发送。请改正模板。",
                en=f"Message “{template}” lacks its Chinese or English text, or its link leads to another site, so it was not sent. Correct the template.",
            )
        )


class MessageNotFoundError(NotFoundError):
    """No such message, or another person's."""

    def __init__(self) -> None:
        super().__init__(Text(zh="没有找到这条消息。请回到消息列表。", en="There is no such message. Go back to the list of messages."))
