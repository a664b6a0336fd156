"""What can go wrong with jobs."""

from __future__ import annotations

from uuid import UUID

from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text


class NotGivenUpError(NotFoundError):
    """Only a job that was given up can be tried again; others are done or will be."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(
            Text(
                zh=f"任务 {job_id} 不在已放弃之列，不需要重试；请刷新列表。",
                en=f"Job {job_id} was not given up, so it need not be tried again; reload the list.",
            )
        )
