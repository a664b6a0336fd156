"""What may be wrong with a rating, what follows a bad one, and a case about another case: the branch of the room's errors that belongs to feedback."""

from __future__ import annotations

from tongban.cases.errors import MayNotError, NotOfferedError
from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class LevelMissingError(TongbanError):
    """A rating without one of the five levels: nothing is assumed."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="请选一个评价等级。五个等级都没有预选；不想评可以不评，已写的文字还在。",
                en="Choose one of the five levels; none is chosen beforehand. You may also leave it; what you wrote is kept.",
            )
        )


class AlreadyRatedError(ConflictError):
    """A case is rated once."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这件事已经评过。每件只评一次，提交后不能修改；评错了，请写进差评的回访或拨打服务热线说明。",
                en="This has been rated. Each case is rated once and a rating is final; if it was a slip, tell us when we call back, or call the service line.",
            )
        )


class NotRateableError(ConflictError):
    """The case is not finished, or was too long ago."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这件事现在不能评价：还没有办结，或者已经过了评价期限。办理进度见办件页面。",
                en="This cannot be rated now: it is not finished, or the time to rate it is over. The case's page shows where it stands.",
            )
        )


class RatingLinkError(NotFoundError):
    """The link to a rating was not made here, was changed, or has ended."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这个评价链接不完整或已过期。可以登录后在“我的办件”里评价，也可以不评。",
                en="This link is incomplete or has ended. You can sign in and rate the case under “My applications”, or leave it.",
            )
        )


class HadAHandError(MayNotError):
    """Who had a hand in a case does not handle what is said about it."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="原件由您经办过，这一件须由其他人员办理。",
                en="You had a hand in the case that this one is about, so somebody else has to handle it.",
            )
        )


class NotOpenToThisError(NotOfferedError):
    """A case about this case cannot be opened now."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这件事现在不能这样提起：还没有作出决定、已过期限，或者同样的请求正在办理。法定的救济途径不受影响，见决定书。",
                en="This cannot be opened now: nothing was decided yet, the time is over, or the same request is under way. The remedies of law stay open; see the decision.",
            )
        )
