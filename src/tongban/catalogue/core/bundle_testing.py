"""The tests that a bundle ships, run in pure code: which parts, which questions, how many papers.

Invariant: each part that may be left out is seen needed and not needed, and each clause of the bundle's own yes, no and unknown, or a fault says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.catalogue.core.bundles import needed
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Bundle, City, Question, WorkedTest
from tongban.catalogue.core.reading.nodes import Document
from tongban.catalogue.core.reported import Difference, Outcome, Report, answered, failed, fault_at, seen_of
from tongban.catalogue.core.testing import facts_of
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fault
from tongban.rules.core.facts import Facts


@dataclass(frozen=True)
class BundleOutcome(Outcome[WorkedTest]):
    """What one test found, and whether each part was needed."""

    parts: Mapping[str, Answer]


@dataclass(frozen=True)
class BundleReport(Report[WorkedTest]):
    """The outcomes of one bundle's tests."""

    outcomes: tuple[BundleOutcome, ...]
    bundle: Bundle

    @property
    def optional(self) -> tuple[str, ...]:
        """The parts that may be left out."""
        return tuple(alias for alias, part in self.bundle.parts.items() if part.when is not None)

    @property
    def whole(self) -> int:
        """How many answers there are to be seen: three a clause, two a part that may be left out."""
        return super().whole + 2 * len(self.optional)

    @property
    def gaps(self) -> tuple[tuple[str, str, Answer], ...]:
        """The answers never seen, as (`parts` or `rules`, name, answer)."""
        parts = [
            ("parts", alias, answer)
            for alias in self.optional
            for answer in (Answer.YES, Answer.NO)
            if all(outcome.parts[alias] != answer for outcome in self.outcomes)
        ]
        return (*parts, *(("rules", clause, answer) for clause, answer in self.missing))


def run_bundle_tests(city: City) -> tuple[BundleReport, ...]:
    """Every test of every bundle."""
    return tuple(_report(bundle) for bundle in city.bundles.values())


def _report(bundle: Bundle) -> BundleReport:
    outcomes = tuple(run(bundle, test) for test in bundle.tests)
    return BundleReport(outcomes, seen_of((clause.id for clause in bundle.service.rules), outcomes), bundle)


def run(bundle: Bundle, test: WorkedTest) -> BundleOutcome:
    """One test."""
    facts = facts_of(bundle.service, test)
    parts, questions = needed(bundle, facts), asked(bundle, facts)
    clauses = answered((clause.id for clause in bundle.service.rules), assess(bundle.service, facts))
    came: dict[str, object] = {
        "parts": {alias for alias, answer in parts.items() if answer == Answer.YES},
        "papers": sum(question.type == "file" for question in questions),
        **clauses,
    }
    ids = {question.id for question in questions}
    differs: list[Difference] = []
    for name, wanted in test.expect.items():
        if name in ("asks", "spares"):
            wrong = [one for one in _words(wanted) if (one in ids) is not (name == "asks")]
            differs.extend((name, one, "not asked" if name == "asks" else "asked") for one in wrong)
        elif (set(_words(wanted)) if name == "parts" else wanted) != came[name]:
            differs.append((name, _told(wanted), _told(came[name])))
    return BundleOutcome(test, clauses, tuple(differs), parts)


def asked(bundle: Bundle, facts: Facts) -> tuple[Question, ...]:
    """The merged questions that these facts lead to."""
    return tuple(one for one in bundle.service.questions if one.show is None or one.show.evaluate(facts) == Answer.YES)


def _words(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _told(value: object) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, (tuple, set)) else str(value)


def faults_of_bundle(report: BundleReport, document: Document) -> list[Fault]:
    """What failed, at its expectation, and what no test saw, at its part or clause."""
    words = Text("“{name}”应为“{expected}”，实为“{found}”", "“{name}” should be “{expected}” and is “{found}”")
    message = Text("没有测试让“{name}”得出“{answer}”；请加一个", "no test sees “{name}” answer “{answer}”; add one")
    faults = failed(report, document, lambda _: ("expect", words), value=False)
    return [
        *faults,
        *(fault_at(document, (kind, name), message.format(name=name, answer=answer.value)) for kind, name, answer in report.gaps),
    ]
