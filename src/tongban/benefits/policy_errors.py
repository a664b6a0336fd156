"""What may go wrong with drafts, trials and runs. Invariant: what was typed is never lost by an error; each can be shown to a person."""

from __future__ import annotations

from tongban.kernel.errors import ConflictError, NotAllowedError, NotFoundError, TongbanError
from tongban.kernel.text import Text


class MayNotError(NotAllowedError):
    """This post may not do this with this department's policies."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "当前岗位不能办理这个部门的政策。需要时请由本单位负责人调整岗位。",
                "No post of this account may do this with the policies of that department. The head of the department can change that.",
            )
        )


class RunNotFoundError(NotFoundError):
    """There is no such run."""

    def __init__(self) -> None:
        super().__init__(Text("没有这次匹配。", "There is no such run."))


class DraftNotFoundError(NotFoundError):
    """There is no such draft, or it is another department's."""

    def __init__(self) -> None:
        super().__init__(Text("没有这份草稿。", "There is no such draft."))


class DraftOverError(ConflictError):
    """The draft was published or discarded."""

    def __init__(self) -> None:
        super().__init__(
            Text("这份草稿已经发布或者作废，不能再改。", "This draft was published or discarded and cannot be changed any more.")
        )


class StaleDraftError(ConflictError):
    """A colleague saved the draft in between."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "同事在此期间保存过这份草稿。两份文本都在下面，合并后再保存；这里输入的都还在。",
                "A colleague has saved this draft in between. Both texts stand below: put them together and save again; nothing typed here is lost.",
            )
        )


class TrialOverError(ConflictError):
    """The trial is over."""

    def __init__(self) -> None:
        super().__init__(Text("这次试算已经结束。", "This trial is over."))


class FaultyDraftError(TongbanError):
    """The draft has faults: it can be kept, and neither tried nor published."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Text("草稿还有错误，改正后才能试算、发布。", "The draft has faults; it can be tried and published once they are corrected.")
        )


class TooLongError(TongbanError):
    """A text that is longer than a policy ever is."""

    status = 422

    def __init__(self, most: int) -> None:
        super().__init__(Text(f"文本超过 {most:,} 字，没有保存。", f"The text is longer than {most:,} characters and was not saved."))
