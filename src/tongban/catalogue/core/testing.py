"""The tests that a service ships, run in pure code, with the coverage of its clauses.

Invariants: facts are made as the engine makes them (a hidden question is none, an unanswered required one unknown, a register that was not asked
unknown); coverage is a set of answers seen and never a rounded figure; nothing here reads a clock, a register or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tongban.catalogue.core import ticketing
from tongban.catalogue.core.course import amount, assess, choose_way, state_after_sending
from tongban.catalogue.core.definition import City, Procedure, Service, WorkedTest
from tongban.catalogue.core.reading.nodes import Document
from tongban.catalogue.core.reported import Outcome, Report, answered, differences, failed, seen_of, told, unseen
from tongban.catalogue.core.words import APPLICANT, NOT_OF, PROMISED, RECEIVED_ON, SITUATION
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fact, Fault, Nothing, Unknown, Value, years_between
from tongban.rules.core.facts import Facts

NOT_ANSWERED: Final = Unknown("not-answered")
HIDDEN: Final = "hidden"


@dataclass(frozen=True)
class ServiceReport(Report[WorkedTest]):
    """The outcomes of one service's tests."""

    service: Service


def run_tests(city: City) -> tuple[ServiceReport, ...]:
    """Every test of every service; a bundle's are run by themselves."""
    return tuple(test_service(service, city.procedures) for id_, service in city.services.items() if not city.has_bundle(id_))


def test_service(service: Service, procedures: Mapping[str, Procedure]) -> ServiceReport:
    """The tests of one service."""
    outcomes = tuple(run(service, procedures, test) for test in service.tests)
    return ServiceReport(outcomes, seen_of((clause.id for clause in service.rules), outcomes), service)


def run(service: Service, procedures: Mapping[str, Procedure], test: WorkedTest) -> Outcome[WorkedTest]:
    """One test."""
    facts = facts_of(service, test)
    found = answered((clause.id for clause in service.rules), assess(service, facts))
    choice = choose_way(service, facts)
    found["way"] = choice.way.id if choice.way else "unknown" if choice.undecided else "none"
    found["state"] = state_after_sending(service, procedures, facts)
    found["amount"] = told(amount(service, facts))
    if service.tickets is not None:
        found |= ticketing.told(service.tickets, facts)
    given = ((name, fact) for name, fact in test.given.items() if name.startswith("form.") and isinstance(fact, Value))
    hidden = ((name, told(fact), HIDDEN) for name, fact in given if isinstance(facts[name], Nothing))
    return Outcome(test, found, (*differences(test.expect, found), *hidden))


def facts_of(service: Service, test: WorkedTest) -> Facts:
    """All facts of the service as this test gives them."""
    given: dict[str, Fact] = {name: fact for name, fact in test.given.items() if isinstance(fact, (Value, Nothing, Unknown))}
    facts: dict[str, Fact] = dict.fromkeys(service.vocabulary, Unknown("not-asked"))
    facts |= _applicant(service, given, test.received)
    facts[RECEIVED_ON] = Value(test.received, "case")
    facts[SITUATION] = Value(service.situations[0].id, "case")
    facts |= {PROMISED: Value(False, "applicant")} if PROMISED in service.vocabulary else {}
    facts |= given
    facts |= _form(service, given, facts)
    return facts


def _applicant(service: Service, given: Mapping[str, Fact], received: date) -> dict[str, Fact]:
    kind = given.get("applicant.kind", Value(service.audience[0], "test"))
    facts: dict[str, Fact] = dict.fromkeys(APPLICANT, Unknown("not-asked"))
    facts["applicant.kind"] = kind
    if isinstance(kind, Value):
        facts |= dict.fromkeys(NOT_OF[kind.value], Nothing("parties"))
    born = given.get("applicant.born")
    if isinstance(born, Value):
        facts["applicant.age"] = Value(years_between(born.value, received), "parties")
    return facts


def _form(service: Service, given: Mapping[str, Fact], others: Mapping[str, Fact]) -> dict[str, Fact]:
    """Questions in order; each `show` reads those before it."""
    facts: dict[str, Fact] = {f"form.{question.id}": NOT_ANSWERED for question in service.questions}
    for question in service.questions:
        name = f"form.{question.id}"
        shown = Answer.YES if question.show is None else question.show.evaluate({**others, **facts})
        if shown == Answer.NO:
            facts[name] = Nothing("form")
        elif name in given:
            facts[name] = given[name]
        elif shown == Answer.YES and not question.required:
            facts[name] = Nothing("form")
    return facts


def faults_of(report: ServiceReport, document: Document) -> list[Fault]:
    """What failed, at its expectation, and the answers never seen, at their clause, as faults in the service's file."""
    message = Text(
        "没有测试让条款“{clause}”得出“{answer}”；请加一个（没查到的写 别名: unknown，还没填的写 form.某题: unknown）",
        "no test sees the clause “{clause}” answer “{answer}”; add one (a silent register is alias: unknown, an open question form.x: unknown)",
    )
    return [*failed(report, document, _said), *unseen(report, document, message)]


def _said(found: str) -> tuple[str, Text]:
    """Where a test that failed is told to be wrong, and what is said of it."""
    if found == HIDDEN:
        return "given", Text(
            "在这些答案下不问“{name}”，不能给值“{expected}”", "“{name}” is not asked under these answers and cannot be “{expected}”"
        )
    return "expect", Text(
        "“{name}”应为“{expected}”，实为“{found}”；请改规则，或改这里的期望",
        "“{name}” should be “{expected}” and is “{found}”; correct the rule, or what is expected here",
    )
