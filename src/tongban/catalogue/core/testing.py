"""The tests that a service ships, run in pure code, with the coverage of its clauses.

Invariants: facts are made as the engine makes them (a hidden question is none, an unanswered required one unknown, a register that was not asked
unknown); coverage is a set of answers seen and never a rounded figure; nothing here reads a clock, a register or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongban.catalogue.core.course import amount, assess, choose_way, state_after_sending
from tongban.catalogue.core.definition import City, Procedure, Service, WorkedTest
from tongban.catalogue.core.reading.nodes import Mark
from tongban.catalogue.core.words import APPLICANT, NOT_OF, RECEIVED_ON, SITUATION
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Fact, Fault, Nothing, Unknown, Value, years_between
from tongban.rules.core.facts import Facts

NOT_ANSWERED = Unknown("not-answered")


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
    """Every test of every service."""
    return tuple(test_service(service, city.procedures) for service in city.services.values())


def test_service(service: Service, procedures: Mapping[str, Procedure]) -> ServiceReport:
    """The tests of one service."""
    outcomes = tuple(run(service, procedures, test) for test in service.tests)
    seen = {clause.id: frozenset(Answer(outcome.found[clause.id]) for outcome in outcomes) for clause in service.rules}
    return ServiceReport(service, outcomes, seen)


def run(service: Service, procedures: Mapping[str, Procedure], test: WorkedTest) -> Outcome:
    """One test."""
    facts = facts_of(service, test)
    found = {result.clause.id: result.answer.value for result in assess(service, facts).results}
    choice = choose_way(service, facts)
    found["way"] = choice.way.id if choice.way else "unknown" if choice.undecided else "none"
    found["state"] = state_after_sending(service, procedures, facts)
    found["amount"] = _told(amount(service, facts))
    expected = {name: value if isinstance(value, str) else _told(value) for name, value in test.expect.items()}
    differs = [(name, value, found[name]) for name, value in expected.items() if found[name] != value]
    for name in test.given:
        if name.startswith("form.") and isinstance(test.given[name], Value) and isinstance(facts[name], Nothing):
            differs.append((name, _told(test.given[name]), "hidden"))
    return Outcome(test, found, tuple(differs))


def _told(fact: object) -> str:
    if isinstance(fact, Value):
        value = fact.value
        return f"{show_yuan(value)} yuan" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return "none" if isinstance(fact, Nothing) else "unknown"


def facts_of(service: Service, test: WorkedTest) -> Facts:
    """All facts of the service as this test gives them."""
    given: dict[str, Fact] = {name: fact for name, fact in test.given.items() if isinstance(fact, (Value, Nothing, Unknown))}
    facts: dict[str, Fact] = dict.fromkeys(service.vocabulary, Unknown("not-asked"))
    facts |= _applicant(service, given, test.received)
    facts[RECEIVED_ON] = Value(test.received, "case")
    facts[SITUATION] = Value(service.situations[0].id, "case")
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


def faults_of(report: ServiceReport, path: str, places: Mapping[str, Mark]) -> list[Fault]:
    """The failed tests, and the answers never seen at the place of their clause, as faults in the service's file."""
    faults = [_failed(outcome) for outcome in report.outcomes if not outcome.passed]
    for clause, answer in report.missing:
        message = Text(
            "没有测试让条款“{clause}”得出“{answer}”；请加一个（没查到的写 别名: unknown，还没填的写 form.某题: unknown）",
            "no test sees the clause “{clause}” answer “{answer}”; add one (a silent register is alias: unknown, an open question form.x: unknown)",
        )
        faults.append(Fault(path, places[clause].line, places[clause].column, message.format(clause=clause, answer=answer.value)))
    return faults


def _failed(outcome: Outcome) -> Fault:
    parts = [
        Text("“{name}”本题在这些答案下不显示，不能给值", "“{name}” is hidden under these answers and cannot be given").format(name=name)
        if found == "hidden"
        else Text("“{name}”应为“{expected}”，实为“{found}”", "“{name}” should be “{expected}” and is “{found}”").format(
            name=name, expected=expected, found=found
        )
        for name, expected, found in outcome.differs
    ]
    said = Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
    head = Text("测试“{test}”不符：{said}。请改规则，或改测试的期望", "the test “{test}” fails: {said}. Correct the rule, or what the test expects")
    return Fault(outcome.test.path, outcome.test.line, 5, head.format(test=outcome.test.name, said=said))
