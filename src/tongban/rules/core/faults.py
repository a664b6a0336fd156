"""Where something is wrong in a declared text, and what to write instead.

Invariants: a fault always has a place (1-based line and column, in characters), a message in both languages, and,
where a name was not known, the nearest name that is. Faults are gathered: one reading answers all it can see.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an expression begins inside its file: path, 1-based line and column of its first character.

    `next_column` is the column at which its second and later lines begin (the indentation of a YAML block).
    """

    path: str = ""
    line: int = 1
    column: int = 1
    next_column: int = 1


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character offsets `[start, end)` into the expression's source."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the beginning of this one to the end of `other`."""
        return Span(self.start, other.end)


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: file, 1-based line and column, why (both languages), nearest right word, length in characters."""

    path: str
    line: int
    column: int
    message: Text
    nearest: str | None = None
    length: int = 1

    def __str__(self) -> str:
        hint = f" ({self.nearest}?)" if self.nearest else ""
        return f"{self.path}:{self.line}:{self.column}: {self.message.en}{hint}"


class RuleFaults(Exception):  # noqa: N818 - it carries several
    """The text is not a sound rule; `.faults` says everything that is wrong with it, in reading order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ValueFault(Exception):  # noqa: N818 - a fault of a value, as Fault is one of a text
    """A text or JSON value is not of the declared type; `.message` says why, `.nearest` the nearest right word."""

    def __init__(self, message: Text, nearest: str | None = None) -> None:
        self.message = message
        self.nearest = nearest
        super().__init__(message.en)


@dataclass(slots=True)
class FaultList:
    """Gathers the faults of one expression and places them in its file."""

    source: str
    origin: Origin
    found: dict[tuple[int, str], Fault] = field(default_factory=dict)

    def add(self, at: Span, message: Text, nearest: str | None = None) -> None:
        """Note a fault at `at`; the same fault at the same place is noted once."""
        line, column = self.place(at.start)
        length = max(1, at.end - at.start)
        fault = Fault(self.origin.path, line, column, message, nearest, length)
        self.found.setdefault((at.start, message.en), fault)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column in the file of a character offset in the source."""
        before = self.source[:offset]
        lines = before.count("\n")
        if not lines:
            return self.origin.line, self.origin.column + offset
        return self.origin.line + lines, self.origin.next_column + offset - before.rindex("\n") - 1

    def raise_any(self) -> None:
        """Raise `RuleFaults` with all faults in reading order, if there are any."""
        if self.found:
            raise RuleFaults(fault for _, fault in sorted(self.found.items()))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None if none is alike."""
    matches = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return matches[0] if matches else None
