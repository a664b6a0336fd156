"""Issue a credential; end one."""

from __future__ import annotations

from tongban.credentials.acts.end import end
from tongban.credentials.acts.issue import issue
from tongban.credentials.core.credential import IssueRequest

__all__ = ["IssueRequest", "end", "issue"]
