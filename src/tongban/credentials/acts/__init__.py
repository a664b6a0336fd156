"""Issue a credential; end one; sign what a letter says."""

from __future__ import annotations

from tongban.credentials.acts.attest import attest
from tongban.credentials.acts.end import end
from tongban.credentials.acts.issue import issue
from tongban.credentials.core.credential import IssueRequest
from tongban.credentials.core.letter import LetterText

__all__ = ["IssueRequest", "LetterText", "attest", "end", "issue"]
