"""What can be wrong with a page's own texts and templates. Invariant: each of these is a maker's fault, found by a test, never a reader's."""

from __future__ import annotations

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text


class TextFileError(TongbanError):
    """A file of screen texts is missing, cannot be read, or lacks a language."""

    status = 500

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            Text(
                zh=f"界面文案文件有误（{where}）：{why}；请更正该文件。",
                en=f"A file of screen texts is wrong ({where}): {why}; correct that file.",
            )
        )


class MissingTextError(AttributeError):
    """A template asks for a text that its screen does not have. An AttributeError, because templates write `t.key`."""

    def __init__(self, screen: str, key: str) -> None:
        super().__init__(f"screen {screen!r} has no text {key!r}")
