"""What may go wrong with benefits. Invariant: a source that does not answer is no error; it makes facts unknown."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class DisagreementError(TongbanError):
    """The two evaluators see a policy differently for somebody: the run stops, nothing of the policy is kept. It tells nobody's data."""

    status = 500

    def __init__(self, policy: str, version: str, bulk: str, single: str) -> None:
        self.policy, self.version, self.bulk, self.single = policy, version, bulk, single
        super().__init__(
            Text(
                f"政策“{policy}”的批量结果与逐个核算不一致（批量：{bulk}；逐个：{single}）。本次匹配已停止，没有作出任何承诺，请通知系统管理员。",
                f"Matching of “{policy}” in bulk and one by one differ (bulk: {bulk}; single: {single}). The run stopped and nothing was promised; tell the administrator.",
            )
        )


class UnknownProfileError(NotFoundError):
    """The running city declares no such profile, or no policy over it is in force."""

    def __init__(self, profile: str) -> None:
        super().__init__(
            Text(
                f"没有“{profile}”这个档案，或者当天没有用到它的政策在有效期内。",
                f"There is no profile “{profile}”, or no policy over it is in force that day.",
            )
        )


class RunOverError(ConflictError):
    """The run is over and cannot be stopped or taken up again."""

    def __init__(self) -> None:
        super().__init__(Text("这次匹配已经结束。", "This run is over."))


class RunBusyError(ConflictError):
    """Another process is at this run."""

    def __init__(self) -> None:
        super().__init__(Text("这次匹配正由另一个进程办理，稍后再试。", "Another process is carrying this run out; try again later."))
