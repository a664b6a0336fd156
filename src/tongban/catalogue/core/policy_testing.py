"""The tests that a policy ships, run in pure code, with the coverage of its clauses.

Invariants: a fact that a test does not give is unknown; coverage is a set of answers seen and never a rounded figure; nothing here reads a clock or a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tongban.catalogue.core.definition import City, Policy, PolicyTest
from tongban.catalogue.core.reading.nodes import Document
from tongban.catalogue.core.reported import Outcome, Report, answered, differences, failed, seen_of, told, unseen
from tongban.catalogue.core.verdict import MATCH_ON, verdict
from tongban.kernel.text import Text
from tongban.rules.core import Fact, Fault, Nothing, Unknown, Value

_SAID: Final = Text(
    "“{name}”应为“{expected}”，实为“{found}”；请改条件，或改这里的期望",
    "“{name}” should be “{expected}” and is “{found}”; correct the rule, or what is expected here",
)


@dataclass(frozen=True)
class PolicyReport(Report[PolicyTest]):
    """The outcomes of one policy's tests."""

    name: str
    policy: Policy


def run_policy_tests(city: City) -> tuple[PolicyReport, ...]:
    """Every test of every policy."""
    return tuple(report_of(name, policy) for name, policy in city.policies.items())


def report_of(name: str, policy: Policy) -> PolicyReport:
    """The tests of one policy."""
    outcomes = tuple(_run(policy, test) for test in policy.tests)
    return PolicyReport(outcomes, seen_of((clause.id for clause in policy.rules), outcomes), name, policy)


def facts_of(policy: Policy, test: PolicyTest) -> dict[str, Fact]:
    """All facts of the policy as a test gives them."""
    facts: dict[str, Fact] = dict.fromkeys(policy.vocabulary, Unknown("not-asked"))
    facts |= {name: fact for name, fact in test.given.items() if isinstance(fact, Value | Nothing | Unknown)}
    facts[MATCH_ON] = Value(test.on, "clock")
    return facts


def _run(policy: Policy, test: PolicyTest) -> Outcome[PolicyTest]:
    came = verdict(policy, facts_of(policy, test))
    found = answered((clause.id for clause in policy.rules), came.explanation)
    found["entitled"] = came.answer.value
    found["amount"] = told(Nothing("policy") if came.pays is None else came.pays)
    return Outcome(test, found, differences(test.expect, found))


def policy_faults(report: PolicyReport, document: Document) -> list[Fault]:
    """What failed, at its expectation, and the answers never seen, at their clause, as faults in the policy's file."""
    message = Text("没有测试让条款“{clause}”得出“{answer}”；请加一个", "no test sees the clause “{clause}” answer “{answer}”; add one")
    return [*failed(report, document, lambda _: ("expect", _SAID)), *unseen(report, document, message)]
