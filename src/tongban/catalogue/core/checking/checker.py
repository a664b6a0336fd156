"""Where a finding is placed: at a key, or a value, of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongban.kernel.text import Text
from tongban.rules.core import Fault

if TYPE_CHECKING:  # reading calls checking once everything is read
    from tongban.catalogue.core.reading.nodes import Document, Mark


class Checker:
    """One document with the list that its findings join."""

    def __init__(self, document: Document, faults: list[Fault]) -> None:
        self.document = document
        self.faults = faults

    def fault(self, zh: str, en: str, *way: str | int, near: str | None = None, value: bool = False) -> None:
        """Note a finding at a key (or at its value) of the file."""
        mark: Mark = self.document.place(*way)
        if value and (node := self.document.node(*way)) is not None:
            mark = node.start
        self.faults.append(Fault(self.document.path, mark.line, mark.column, Text(zh, en), near))
