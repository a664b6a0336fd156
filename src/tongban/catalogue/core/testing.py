"""The tests that a service ships, run in pure code, with the coverage of its clauses.

Invariants: facts are made as the engine makes them (a hidden question is none, an unanswered required one unknown, a register that was not asked
unknown); coverage is a set of answers seen and never a rounded figure; nothing here reads a clock, a register or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tongban.catalogue.core.course import amount, assess, choose_way, state_after_sending
from tongban.catalogue.core.definition import BundleTest, City, Procedure, Service, WorkedTest
from tongban.catalogue.core.reading.nodes import Document
from tongban.catalogue.core.ticketing import told
from tongban.catalogue.core.words import APPLICANT, NOT_OF, PROMISED, RECEIVED_ON, SITUATION
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fact, Fault, Nothing, Unknown, Value, years_between
from tongban.rules.core.facts import Facts

NOT_ANSWERED: Final = Unknown("not-answered")
HIDDEN: Final = "hidden"
NOT_ASKED: Final = "none"
"""What a clause answers that is for other cases."""


@dataclass(frozen=True)
class Outcome:
    """What one test found: by name (a clause, `way`, `state`, `amount`), what was expected and what came."""

    test: WorkedTest
    found: Mapping[str, str]
    differs: tuple[tuple[str, str, str], ...]
    """(name, expected, found)."""

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differs


@dataclass(frozen=True)
class ServiceReport:
    """The outcomes of one service's tests, and the answers seen of each clause."""

    service: Service
    outcomes: tuple[Outcome, ...]
    seen: Mapping[str, frozenset[Answer]]

    @property
    def covered(self) -> int:
        """How many of the answers (three a clause) were seen."""
        return sum(len(answers) for answers in self.seen.values())

    @property
    def missing(self) -> tuple[tuple[str, Answer], ...]:
        """The answers never seen, by clause."""
        return tuple((clause, answer) for clause, seen in self.seen.items() for answer in Answer if answer not in seen)


def run_tests(city: City) -> tuple[ServiceReport, ...]:
    """Every test of every service; a bundle's are run by themselves."""
    return tuple(test_service(service, city.procedures) for id_, service in city.services.items() if not city.has_bundle(id_))


def test_service(service: Service, procedures: Mapping[str, Procedure]) -> ServiceReport:
    """The tests of one service."""
    outcomes = tuple(run(service, procedures, test) for test in service.tests)
    seen = {clause.id: _seen(clause.id, outcomes) for clause in service.rules}
    return ServiceReport(service, outcomes, seen)


def _seen(clause: str, outcomes: tuple[Outcome, ...]) -> frozenset[Answer]:
    return frozenset(Answer(outcome.found[clause]) for outcome in outcomes if outcome.found[clause] != NOT_ASKED)


def run(service: Service, procedures: Mapping[str, Procedure], test: WorkedTest) -> Outcome:
    """One test."""
    facts = facts_of(service, test)
    found = dict.fromkeys((clause.id for clause in service.rules), NOT_ASKED)
    found |= {result.clause.id: result.answer.value for result in assess(service, facts).results}
    choice = choose_way(service, facts)
    found["way"] = choice.way.id if choice.way else "unknown" if choice.undecided else "none"
    found["state"] = state_after_sending(service, procedures, facts)
    found["amount"] = _told(amount(service, facts))
    if service.tickets is not None:
        found |= told(service.tickets, facts)
    expected = {name: value if isinstance(value, str) else _told(value) for name, value in test.expect.items()}
    differs = [(name, value, found[name]) for name, value in expected.items() if found[name] != value]
    given = ((name, fact) for name, fact in test.given.items() if name.startswith("form.") and isinstance(fact, Value))
    differs.extend((name, _told(fact), HIDDEN) for name, fact in given if isinstance(facts[name], Nothing))
    return Outcome(test, found, tuple(differs))


def _told(fact: object) -> str:
    if isinstance(fact, Value):
        value = fact.value
        return f"{show_yuan(value)} yuan" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return "none" if isinstance(fact, Nothing) else "unknown"


def facts_of(service: Service, test: WorkedTest | BundleTest) -> Facts:
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
    faults = [
        _failed(outcome, document, number, *difference) for number, outcome in enumerate(report.outcomes) for difference in outcome.differs
    ]
    for clause, answer in report.missing:
        message = Text(
            "没有测试让条款“{clause}”得出“{answer}”；请加一个（没查到的写 别名: unknown，还没填的写 form.某题: unknown）",
            "no test sees the clause “{clause}” answer “{answer}”; add one (a silent register is alias: unknown, an open question form.x: unknown)",
        )
        at = document.place("rules", clause)
        faults.append(Fault(document.path, at.line, at.column, message.format(clause=clause, answer=answer.value)))
    return faults


def _failed(outcome: Outcome, document: Document, number: int, name: str, expected: str, found: str) -> Fault:
    if found == HIDDEN:
        way = ("tests", number, "given", name)
        said = Text(
            "在这些答案下不问“{name}”，不能给值“{expected}”", "“{name}” is not asked under these answers and cannot be “{expected}”"
        )
    else:
        way = ("tests", number, "expect", name)
        said = Text(
            "“{name}”应为“{expected}”，实为“{found}”；请改规则，或改这里的期望",
            "“{name}” should be “{expected}” and is “{found}”; correct the rule, or what is expected here",
        )
    node = document.node(*way)
    at = node.start if node is not None else document.place(*way)
    head = Text("测试“{test}”不符：{said}", "the test “{test}” fails: {said}")
    return Fault(
        document.path, at.line, at.column, head.format(test=outcome.test.name, said=said.format(name=name, expected=expected, found=found))
    )
