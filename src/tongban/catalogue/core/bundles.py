"""What a bundle comes to for one applicant: which parts are needed, what each of them knows, and what is saved. Pure; cases and worked tests share it.

Invariants: a part sees of the merged facts exactly what its own form would have known: a question that it does not show is none to it, however another
part answered; a part whose condition is unknown is neither needed nor left out; every figure of the saving is a sum that its terms show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tongban.catalogue.core.definition import Bundle, Limit, Part, Question, Service
from tongban.catalogue.core.words import LICENCE, RECEIVED_ON, SITUATION
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Expression, Fact, Facts, Nothing, Outcome, Unknown, Value

ENDINGS: Final = ("finish", "finish-in-part", "finish-without")
"""The acts that end a bundle by itself: every part came out well, some did, none did."""
LATER: Final = Unknown("supplied-later")
"""A result that another part has still to give."""
UNANSWERED: Final = Unknown("not-answered", "applicant")


def needed(bundle: Bundle, facts: Facts) -> dict[str, Answer]:
    """By part, whether it is needed, over the merged facts."""
    return {alias: is_needed(part, facts) for alias, part in bundle.parts.items()}


def is_needed(part: Part, facts: Facts) -> Answer:
    """Whether one part is needed, over the merged facts."""
    return Answer.YES if part.when is None else _answer(part.when, facts)


def _answer(condition: Expression, facts: Facts) -> Answer:
    found = condition.evaluate(facts)
    return found if isinstance(found, Answer) else Answer.UNKNOWN


def is_supplied(bundle: Bundle, part: Part, question: str, facts: Facts) -> bool:
    """Whether a part's question waits for another part's result, and is not asked: the part that gives it is needed too."""
    supply = part.supplies.get(question)
    return supply is not None and is_needed(bundle.parts[supply.part], facts) != Answer.NO


def part_facts(bundle: Bundle, part: Part, service: Service, facts: Facts, results: Mapping[str, Fact] | None = None) -> Facts:
    """The facts of one part, from the merged ones. `results`, by the part's own question, are what other parts have supplied."""
    known: dict[str, Fact] = {name: Unknown("not-asked") for name in service.vocabulary}
    known |= {name: fact for name, fact in facts.items() if name.startswith("applicant.")}
    known[RECEIVED_ON] = facts[RECEIVED_ON]
    known[SITUATION] = Value(part.situation, "case")
    known |= {name: Nothing("credentials") for name in service.vocabulary if name.partition(".")[0] == LICENCE}
    for need in service.needs:
        merged = part.needs.get(need.alias)
        known |= {f"{need.alias}.{item}": facts.get(f"{merged}.{item}", Unknown("not-asked")) for item in need.items if merged}
    return known | _form(bundle, part, service, facts, known, results or {})


def _form(bundle: Bundle, part: Part, service: Service, facts: Facts, others: Facts, results: Mapping[str, Fact]) -> dict[str, Fact]:
    """Questions in order; each condition reads those before it."""
    found: dict[str, Fact] = {f"form.{question.id}": UNANSWERED for question in service.questions}
    for question in service.questions:
        is_shown = Answer.YES if question.show is None else _answer(question.show, {**others, **found})
        if is_shown == Answer.NO:
            found[f"form.{question.id}"] = Nothing("applicant")
        elif is_shown == Answer.YES:
            found[f"form.{question.id}"] = _answered(bundle, part, question, facts, results)
    return found


def _answered(bundle: Bundle, part: Part, question: Question, facts: Facts, results: Mapping[str, Fact]) -> Fact:
    if is_supplied(bundle, part, question.id, facts):
        return results.get(question.id, LATER)
    if question.id in part.answers:
        return _fact(part.answers[question.id].evaluate(facts))
    return facts.get(f"form.{part.asks[question.id]}", UNANSWERED)


def _fact(outcome: Outcome) -> Fact:
    """What an expression says, as the answer to a question."""
    if isinstance(outcome, Answer):
        return UNANSWERED if outcome == Answer.UNKNOWN else Value(outcome == Answer.YES, "applicant")
    return Value(outcome.value, "applicant") if isinstance(outcome, Value) else outcome


def part_answers(service: Service, facts: Facts) -> dict[str, Any]:
    """A part's answers in JSON form, from its own facts: what its case keeps. Papers are left out; each case has its own."""
    kept: dict[str, Any] = {}
    for question in service.questions:
        fact = facts[f"form.{question.id}"]
        if isinstance(fact, Value) and question.type != "file":
            kept[question.id] = question.fact.to_json(fact.value)
    return kept


@dataclass(frozen=True)
class Saving:
    """One figure before and now, with the terms that it is the sum of."""

    what: Text
    before: int
    terms: tuple[tuple[Text, int], ...]
    """(part, figure), of before."""
    now: int
    because: Text
    """What the figure of now counts."""


def savings(bundle: Bundle, services: Mapping[str, Service]) -> tuple[Saving, ...]:
    """Before, each part by itself on paper, and now; computed from the definitions, never claimed."""
    parts = [(services[part.service].title, services[part.service]) for part in bundle.parts.values()]
    merged = bundle.service

    def terms(name: str) -> tuple[tuple[Text, int], ...]:
        return tuple((title, getattr(service.before, name)) for title, service in parts)

    chain = longest_chain(bundle, services)
    papers = sum(question.type == "file" for question in merged.questions)
    shared = Text("本件事最多要交的材料", "the most papers that the merged form asks for")
    one_by_one = Text(
        "申请 1 步，各部门同时办，前后 {n} 步", "one application, and {n} in a row at the departments, which work side by side"
    )
    clock = Text("本件事的统一时限", "the bundle's one limit")
    come = Text("可在网上办，现场核查由工作人员上门", "it is done online, and inspectors come to you")
    goes = 0 if "online" in merged.channels else 1
    return (
        Saving(Text("环节", "Steps"), merged.before.steps, terms("steps"), 1 + len(chain), one_by_one.format(n=len(chain))),
        Saving(Text("工作日", "Working days"), merged.before.days, terms("days"), merged.limits.promised.days, clock),
        Saving(Text("材料", "Papers"), merged.before.documents, terms("documents"), papers, shared),
        Saving(Text("跑动次数", "Visits"), merged.before.visits, terms("visits"), goes, come),
    )


def longest_chain(bundle: Bundle, services: Mapping[str, Service]) -> tuple[str, ...]:
    """The parts that follow one another and together promise the most days: what the one clock has to hold. Parts must not wait for each other in a ring."""
    best: dict[str, tuple[str, ...]] = {}

    def chain(alias: str) -> tuple[str, ...]:
        if alias not in best:
            before = [chain(other) for other in bundle.parts[alias].after]
            best[alias] = (*max(before, key=lambda one: days_of(one, bundle, services), default=()), alias)
        return best[alias]

    return max((chain(alias) for alias in bundle.parts), key=lambda one: days_of(one, bundle, services))


def days_of(chain: Sequence[str], bundle: Bundle, services: Mapping[str, Service]) -> int:
    """What the parts of a chain promise together, each by its longest way."""
    return sum(longest_promise(services[bundle.parts[alias].service]).days for alias in chain)


def longest_promise(service: Service) -> Limit:
    """The longest that a service promises, whichever way a case goes."""
    promises = [(way.limits or service.limits).promised for way in service.ways]
    return max(promises, key=lambda limit: limit.days)
