"""The tests that a bundle ships, run in pure code: which parts, which questions, how many papers.

Invariant: each part that may be left out is seen needed and not needed, and each clause of the bundle's own yes, no and unknown, or a fault says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.catalogue.core.bundles import needed
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Bundle, BundleTest, City, Question
from tongban.catalogue.core.reading.nodes import Document
from tongban.catalogue.core.testing import facts_of
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fault
from tongban.rules.core.facts import Facts


@dataclass(frozen=True)
class BundleOutcome:
    """What one test found, and where that differs from what was expected: (name, expected, found)."""

    test: BundleTest
    parts: Mapping[str, Answer]
    clauses: Mapping[str, Answer]
    differs: tuple[tuple[str, str, str], ...]

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differs


@dataclass(frozen=True)
class BundleReport:
    """The outcomes of one bundle's tests."""

    bundle: Bundle
    outcomes: tuple[BundleOutcome, ...]

    @property
    def missing(self) -> tuple[tuple[str, str, Answer], ...]:
        """The answers never seen, as (`parts` or `rules`, name, answer)."""
        parts = [
            ("parts", alias, answer)
            for alias, part in self.bundle.parts.items()
            if part.when is not None
            for answer in (Answer.YES, Answer.NO)
            if all(outcome.parts[alias] != answer for outcome in self.outcomes)
        ]
        clauses = [
            ("rules", clause.id, answer)
            for clause in self.bundle.service.rules
            for answer in Answer
            if all(outcome.clauses[clause.id] != answer for outcome in self.outcomes)
        ]
        return (*parts, *clauses)


def run_bundle_tests(city: City) -> tuple[BundleReport, ...]:
    """Every test of every bundle."""
    return tuple(BundleReport(bundle, tuple(run(bundle, test) for test in bundle.tests)) for bundle in city.bundles.values())


def run(bundle: Bundle, test: BundleTest) -> BundleOutcome:
    """One test."""
    facts = facts_of(bundle.service, test)
    parts = needed(bundle, facts)
    clauses = {result.clause.id: result.answer for result in assess(bundle.service, facts).results}
    questions = asked(bundle, facts)
    found: dict[str, object] = {
        "parts": {alias for alias, answer in parts.items() if answer == Answer.YES},
        "papers": sum(question.type == "file" for question in questions),
        **{name: answer.value for name, answer in clauses.items()},
    }
    ids = {question.id for question in questions}
    differs: list[tuple[str, str, str]] = []
    for name, wanted in test.expect.items():
        if name in ("asks", "spares"):
            wrong = [one for one in _words(wanted) if (one in ids) is not (name == "asks")]
            differs.extend((name, one, "not asked" if name == "asks" else "asked") for one in wrong)
        elif (set(_words(wanted)) if name == "parts" else wanted) != found[name]:
            differs.append((name, _told(wanted), _told(found[name])))
    return BundleOutcome(test, parts, clauses, tuple(differs))


def asked(bundle: Bundle, facts: Facts) -> tuple[Question, ...]:
    """The merged questions that these facts lead to."""
    return tuple(one for one in bundle.service.questions if one.show is None or one.show.evaluate(facts) == Answer.YES)


def _words(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _told(value: object) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, (tuple, set)) else str(value)


def faults_of_bundle(report: BundleReport, document: Document) -> list[Fault]:
    """What failed, at its expectation, and what no test saw, at its part or clause."""
    faults: list[Fault] = []
    for number, outcome in enumerate(report.outcomes):
        for name, expected, found in outcome.differs:
            message = Text(
                "测试“{test}”不符：“{name}”应为“{expected}”，实为“{found}”",
                "the test “{test}” fails: “{name}” should be “{expected}” and is “{found}”",
            )
            at = document.place("tests", number, "expect", name)
            told = message.format(test=outcome.test.name, name=name, expected=expected, found=found)
            faults.append(Fault(document.path, at.line, at.column, told))
    for kind, name, answer in report.missing:
        message = Text("没有测试让“{name}”得出“{answer}”；请加一个", "no test sees “{name}” answer “{answer}”; add one")
        at = document.place(kind, name)
        faults.append(Fault(document.path, at.line, at.column, message.format(name=name, answer=answer.value)))
    return faults
