"""What may go wrong with a ticket, as a person is told it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from tongban.kernel.clock import local
from tongban.kernel.errors import ConflictError, TongbanError
from tongban.kernel.text import Text


class NoSuchDepartmentError(TongbanError):
    """A ticket cannot be sent there."""

    status = 422

    def __init__(self, name: str) -> None:
        super().__init__(
            Text(
                zh=f"不能派给“{name or '（没有选择）'}”。请从名单里另选一个部门。",
                en=f"It cannot be sent to “{name or '(nothing chosen)'}”. Choose another department from the list.",
            )
        )


_DISPUTES = {
    "already": Text(
        zh="贵部门对这件诉求已提过一次异议，审核后应当办理，不能再退。",
        en="Your department has disputed this ticket once; after the ruling it has to handle it.",
    ),
    "too-late": Text(
        zh="派单超过{n}小时，不能再提异议。涉及其他部门的，请用“请协办”。",
        en="More than {n} hours have passed since the dispatch, so it can no longer be disputed. Ask the others to help instead.",
    ),
    "may-not": Text(
        zh="本单位是兜底单位，不能再退，请办理答复。", en="Your office is the last resort: it cannot send this back and has to answer."
    ),
}


class DisputeRefusedError(ConflictError):
    """This dispatch may not be disputed: not again, not so late, not by the last resort."""

    def __init__(self, why: str, hours: int) -> None:
        super().__init__(_DISPUTES[why].format(n=hours))
        self.why = why


class AnswerIncompleteError(TongbanError):
    """An answer to a ticket lacks something: by field, what."""

    status = 422

    def __init__(self, faults: Mapping[str, Text]) -> None:
        super().__init__(
            Text(
                zh="".join(dict.fromkeys(fault.zh for fault in faults.values())),
                en=" ".join(dict.fromkeys(fault.en for fault in faults.values())),
            )
        )
        self.faults = faults


class TooLateToReopenError(ConflictError):
    """The days in which the person may say that it is not fixed have passed."""

    def __init__(self, last_day: date) -> None:
        super().__init__(
            Text(
                zh=f"重新办理的期限到{last_day.month}月{last_day.day}日为止，已经过了。问题还在的，请重新反映，会派给同一个部门。",
                en=f"This could be reopened until {last_day.day} {last_day:%B}. If the problem is still there, tell us again; it goes to the same department.",
            )
        )


class UrgedAlreadyError(ConflictError):
    """The person urged a short time ago."""

    def __init__(self, again_at: datetime) -> None:
        at = local(again_at)
        super().__init__(
            Text(
                zh=f"刚催过，承办人已经收到。{at.month}月{at.day}日{at.hour}时{at.minute:02d}分以后可以再催；有新情况，请用“补充”。",
                en=f"You urged this a short time ago and whoever handles it was told. You may again after {at:%H:%M} on {at.day} {at:%B}; add what is new in the meantime.",
            )
        )
        self.again_at = again_at


class NotMergeableError(ConflictError):
    """These two cannot be handled as one."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Text(
                zh=f"不能并入 {number[-7:]}：只能并入另一件还在办理的、同一类服务的诉求。它已并入别处的，请并入那一件。",
                en=f"It cannot be merged into {number[-7:]}: only into another ticket of the same service that is still being handled. If that one was merged, merge into the one it went to.",
            )
        )
