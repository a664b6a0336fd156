"""The tests that a policy ships, run in pure code, with the coverage of its clauses.

Invariants: a fact that a test does not give is unknown; coverage is a set of answers seen and never a rounded figure; nothing here reads a clock or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongban.catalogue.core.definition import City, Policy, PolicyTest
from tongban.catalogue.core.reading.nodes import Document
from tongban.catalogue.core.verdict import MATCH_ON, verdict
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fact, Fault, Nothing, Unknown, Value

NOT_FOR_THIS: Final = "none"
"""What a clause answers that is for other subjects."""


@dataclass(frozen=True)
class PolicyOutcome:
    """What one test found, and (name, expected, found) of what differs."""

    test: PolicyTest
    found: Mapping[str, str]
    differs: tuple[tuple[str, str, str], ...]

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differs


@dataclass(frozen=True)
class PolicyReport:
    """The outcomes of one policy's tests, and the answers seen of each clause and of the whole."""

    name: str
    policy: Policy
    outcomes: tuple[PolicyOutcome, ...]
    seen: Mapping[str, frozenset[Answer]]

    @property
    def covered(self) -> int:
        """How many of the answers (three a clause) were seen."""
        return sum(len(answers) for answers in self.seen.values())

    @property
    def missing(self) -> tuple[tuple[str, Answer], ...]:
        """The answers never seen, by clause."""
        return tuple((clause, answer) for clause, seen in self.seen.items() for answer in Answer if answer not in seen)


def run_policy_tests(city: City) -> tuple[PolicyReport, ...]:
    """Every test of every policy."""
    return tuple(report_of(name, policy) for name, policy in city.policies.items())


def report_of(name: str, policy: Policy) -> PolicyReport:
    """The tests of one policy."""
    outcomes = tuple(_run(policy, test) for test in policy.tests)
    found = {clause.id: [outcome.found[clause.id] for outcome in outcomes] for clause in policy.rules}
    seen = {id_: frozenset(Answer(word) for word in words if word != NOT_FOR_THIS) for id_, words in found.items()}
    return PolicyReport(name, policy, outcomes, seen)


def facts_of(policy: Policy, test: PolicyTest) -> dict[str, Fact]:
    """All facts of the policy as a test gives them."""
    facts: dict[str, Fact] = dict.fromkeys(policy.vocabulary, Unknown("not-asked"))
    facts |= {name: fact for name, fact in test.given.items() if isinstance(fact, Value | Nothing | Unknown)}
    facts[MATCH_ON] = Value(test.on, "clock")
    return facts


def _run(policy: Policy, test: PolicyTest) -> PolicyOutcome:
    found_of = verdict(policy, facts_of(policy, test))
    found = dict.fromkeys((clause.id for clause in policy.rules), NOT_FOR_THIS)
    found |= {result.clause.id: result.answer.value for result in found_of.explanation.results}
    found["entitled"] = found_of.answer.value
    found["amount"] = _told(found_of.pays)
    expected = {name: value if isinstance(value, str) else _told(value) for name, value in test.expect.items()}
    return PolicyOutcome(test, found, tuple((name, value, found[name]) for name, value in expected.items() if found[name] != value))


def _told(fact: object) -> str:
    if isinstance(fact, Value):
        return f"{show_yuan(fact.value)} yuan"
    return "unknown" if isinstance(fact, Unknown) else "none"


def policy_faults(report: PolicyReport, document: Document) -> list[Fault]:
    """What failed, at its expectation, and the answers never seen, at their clause, as faults in the policy's file."""
    faults = [
        _failed(outcome, document, number, *difference) for number, outcome in enumerate(report.outcomes) for difference in outcome.differs
    ]
    for clause, answer in report.missing:
        at = document.place("rules", clause)
        message = Text("没有测试让条款“{clause}”得出“{answer}”；请加一个", "no test sees the clause “{clause}” answer “{answer}”; add one")
        faults.append(Fault(document.path, at.line, at.column, message.format(clause=clause, answer=answer.value)))
    return faults


def _failed(outcome: PolicyOutcome, document: Document, number: int, name: str, expected: str, found: str) -> Fault:
    way = ("tests", number, "expect", name)
    node = document.node(*way)
    at = node.start if node is not None else document.place(*way)
    message = Text(
        "测试“{test}”不符：“{name}”应为“{expected}”，实为“{found}”；请改条件，或改这里的期望",
        "the test “{test}” fails: “{name}” should be “{expected}” and is “{found}”; correct the rule, or what is expected here",
    )
    return Fault(document.path, at.line, at.column, message.format(test=outcome.test.name, name=name, expected=expected, found=found))
