"""What the tests that a file ships have found: one shape for services, policies and bundles, and the faults that follow.

Invariant: coverage is a set of answers seen and never a rounded figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from tongban.catalogue.core.reading.nodes import Document
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Explanation, Fault, Nothing, Value

NOT_ASKED: Final = "none"
"""What a clause answers that is for others."""
Difference = tuple[str, str, str]
"""(name, expected, found)."""


class Tested(Protocol):
    """A test that a file ships."""

    @property
    def name(self) -> Text:
        """What it is called."""


T = TypeVar("T", bound=Tested)


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What one test found, by name (a clause, `way`, `state`, `amount`, ...), and where that differs from what was expected."""

    test: T
    found: Mapping[str, str]
    differs: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differs


@dataclass(frozen=True)
class Report(Generic[T]):
    """The outcomes of one definition's tests, and the answers seen of each clause."""

    outcomes: tuple[Outcome[T], ...]
    seen: Mapping[str, frozenset[Answer]]

    @property
    def passed(self) -> int:
        """How many tests found everything as expected."""
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def covered(self) -> int:
        """How many of the answers (three a clause) were seen."""
        return sum(len(answers) for answers in self.seen.values())

    @property
    def whole(self) -> int:
        """How many answers there are to be seen."""
        return 3 * len(self.seen)

    @property
    def missing(self) -> tuple[tuple[str, Answer], ...]:
        """The answers never seen, by clause."""
        return tuple((clause, answer) for clause, seen in self.seen.items() for answer in Answer if answer not in seen)


def answered(clauses: Iterable[str], explanation: Explanation) -> dict[str, str]:
    """What each clause answered; those that were not asked, too."""
    return dict.fromkeys(clauses, NOT_ASKED) | {result.clause.id: result.answer.value for result in explanation.results}


def seen_of(clauses: Iterable[str], outcomes: Iterable[Outcome[T]]) -> dict[str, frozenset[Answer]]:
    """The answers that tests have seen, by clause."""
    words = [outcome.found for outcome in outcomes]
    return {clause: frozenset(Answer(found[clause]) for found in words if found[clause] != NOT_ASKED) for clause in clauses}


def differences(expect: Mapping[str, object], found: Mapping[str, str]) -> tuple[Difference, ...]:
    """Where what came is not what was expected; a fact is compared as it is told."""
    expected = {name: value if isinstance(value, str) else told(value) for name, value in expect.items()}
    return tuple((name, value, found[name]) for name, value in expected.items() if found[name] != value)


def told(fact: object) -> str:
    """A fact as a test tells it."""
    if isinstance(fact, Value):
        value = fact.value
        return f"{show_yuan(value)} yuan" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return "none" if isinstance(fact, Nothing) else "unknown"


def failed(report: Report[T], document: Document, said: Callable[[str], tuple[str, Text]], *, value: bool = True) -> list[Fault]:
    """A fault for everything that differs, at its value or its key. By what was found, `said` tells under which key of the test it is told, and in which words;
    they take `name`, `expected` and `found`.
    """
    head = Text("测试“{test}”不符：{said}", "the test “{test}” fails: {said}")
    faults = []
    for number, outcome in enumerate(report.outcomes):
        for name, expected, found in outcome.differs:
            key, words = said(found)
            message = head.format(test=outcome.test.name, said=words.format(name=name, expected=expected, found=found))
            faults.append(fault_at(document, ("tests", number, key, name), message, value=value))
    return faults


def unseen(report: Report[T], document: Document, message: Text) -> list[Fault]:
    """A fault at each clause for every answer that no test saw; `message` takes `clause` and `answer`."""
    return [fault_at(document, ("rules", clause), message.format(clause=clause, answer=answer.value)) for clause, answer in report.missing]


def fault_at(document: Document, way: tuple[str | int, ...], message: Text, *, value: bool = False) -> Fault:
    """A fault at a key of a file, or at its value."""
    node = document.node(*way) if value else None
    at = node.start if node is not None else document.place(*way)
    return Fault(document.path, at.line, at.column, message)
