"""The merged form and needs, once the bundle's own expressions have been read.

Invariant: a merged question is shown exactly where a part that is needed would show it, or the bundle itself asks it; what a part's condition reads is
put in under its merged name, an answered question as the expression that answers it, the situation as the part's own; no part is about a licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tongban.catalogue.core.definition import Need, Part, Question, Section
from tongban.catalogue.core.merging.plan import OWN, Member, Names, Own, Plan, Problem, with_choices
from tongban.catalogue.core.merging.types import narrowest
from tongban.catalogue.core.words import LICENCE, ROOTS, SITUATION
from tongban.kernel.text import Text
from tongban.rules.core import NO, YES, Bool, Expression, Node, UnfitPlaceError, Vocabulary, both, compose, either, guard, substitute
from tongban.rules.core.language import FactPath, Literal, Not, facts_of

_CONDITION: Final = Bool()
_SILENCE: Final = ("wait", "officer", "upload")
"""The strictest first."""


@dataclass(frozen=True)
class Said:
    """The expressions of a bundle's file."""

    when: Mapping[str, Expression] = field(default_factory=dict)
    answers: Mapping[Own, Expression] = field(default_factory=dict)
    shows: Mapping[str, Expression] = field(default_factory=dict)
    """The conditions of the bundle's own questions."""
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    """The facts that the bundle's own clauses and expressions read."""


@dataclass(frozen=True)
class Merged:
    """What parts make together."""

    form: tuple[Section, ...]
    needs: tuple[Need, ...]
    parts: Mapping[str, Part]
    problems: tuple[Problem, ...]


def merge(plan: Plan, names: Names, said: Said, vocabulary: Vocabulary) -> Merged:
    """Join the parts. Nothing that has a problem is to be used."""
    work = _Work(plan, names, said, vocabulary)
    questions = {name: work.question(name) for name in names.askers}
    form, waiting = _sections(plan, names, questions)
    problems = [*work.problems, *_ring(waiting, names)]
    needs = tuple(work.need(name) for name in names.groups)
    return Merged(form, needs, {member.alias: work.part(member) for member in plan.members}, tuple(problems))


class _Work:
    """One merging: what it stands on, and the problems found so far."""

    def __init__(self, plan: Plan, names: Names, said: Said, vocabulary: Vocabulary) -> None:
        self.plan, self.names, self.said, self.vocabulary = plan, names, said, vocabulary
        self.problems: list[Problem] = []
        self.whens = {member.alias: self._when(member) for member in plan.members}
        self.places = {member.alias: self._places(member) for member in plan.members}

    def _when(self, member: Member) -> Node:
        """Whether a part is needed: chosen, if it may be chosen, and its condition."""
        chosen = [FactPath(f"form.with_{member.alias}")] if member.optional else []
        condition = self.said.when.get(member.alias)
        return both([*chosen, *([condition.ast] if condition else [])])

    def _places(self, member: Member) -> dict[str, Node]:
        """What stands in the merged facts for each fact of a part."""
        places: dict[str, Node] = {SITUATION: Literal("text", member.situation)}
        for question in member.service.questions:
            own = (member.alias, question.id)
            if own in self.names.asks:
                places[f"form.{question.id}"] = FactPath(f"form.{self.names.asks[own]}")
            elif own in self.said.answers:
                places[f"form.{question.id}"] = self.said.answers[own].ast
        for need in member.service.needs:
            merged = self.names.needs.get((member.alias, need.alias))
            for item in need.items if merged else ():
                places[f"{need.alias}.{item}"] = FactPath(f"{merged}.{item}")
        return places

    def question(self, name: str) -> Question:
        """A merged question: the words of who asks first, the values that fit all, shown where any asks it."""
        among = self.names.askers[name]
        first = among[0][1]
        kind = narrowest([question.fact for _, question in among]) or first.fact
        accept = tuple(each for each in first.accept if all(each in question.accept for _, question in among))
        show = self._condition([self._shown(alias, question) for alias, question in among])
        supplier = next((question.supplies for _, question in among if question.supplies), None)
        return replace(
            first,
            id=name,
            fact=kind,
            accept=accept,
            max_bytes=min(question.max_bytes for _, question in among),
            supplies=supplier,
            show=show,
        )

    def _shown(self, alias: str, question: Question) -> Node:
        """Under which merged facts one of those who ask a question asks it."""
        if alias == OWN:
            own = self.said.shows.get(question.id)
            return own.ast if own else YES
        supply = self.plan.supplies.get((alias, question.id))
        absent = [Not(self.whens[supply.part])] if supply else []
        return both([self.whens[alias], *absent, self._asked_if(alias, question)])

    def _asked_if(self, alias: str, question: Question) -> Node:
        """A part's own condition of a question, under merged names."""
        if question.show is None:
            return YES
        for name in facts_of(question.show.ast):
            is_supplied = (alias, name.removeprefix("form.")) in self.plan.supplies
            if is_supplied or (name not in self.places[alias] and name.partition(".")[0] not in ROOTS):
                self._problem(alias, question, name)
                return YES
        try:
            return substitute(self._alone(alias, question), self.places[alias])
        except UnfitPlaceError as unfit:
            self._problem(alias, question, unfit.name)
            return YES

    def _wanted_if(self, alias: str, need: Need) -> Node:
        """Under which merged facts one of those who need a record asks for it."""
        own = need.when.ast if need.when else YES
        if alias == OWN:
            return own
        return both([self.whens[alias], substitute(guard(own, _no_licence(own)), self.places[alias])])

    def _alone(self, alias: str, question: Question) -> Node:
        """A part's own condition of a question, where another part may have had an answer that this one would not have asked for."""
        member = self.plan.member(alias)
        if question.show is None or member is None:
            return YES
        read = {one.id: one for one in member.service.questions if one.show and f"form.{one.id}" in question.show.facts_read}
        shared = {
            f"form.{name}": self._alone(alias, one)
            for name, one in read.items()
            if name != question.id and len(self.names.askers.get(self.names.asks.get((alias, name), ""), ((), ()))) > 1
        }
        return guard(question.show.ast, shared | _no_licence(question.show.ast))

    def _problem(self, alias: str, question: Question, fact: str) -> None:
        told = Text(
            "“{alias}.{question}”问不问要看“{alias}.{fact}”，而后者要到别的事项办好才知道，或者不是单个事实",
            "whether “{alias}.{question}” is asked depends on “{alias}.{fact}”, which is known only once another part is done, or is no single fact",
        )
        own = (alias, fact.removeprefix("form."))
        way = ("supplies", ".".join(own)) if own in self.plan.supplies else ("answers", ".".join(own))
        at = way if own in self.plan.supplies or own in self.plan.answers else ("parts", alias)
        self.problems.append(Problem(at, told.format(alias=alias, question=question.id, fact=fact.removeprefix("form."))))

    def _condition(self, nodes: Iterable[Node]) -> Expression | None:
        node = either(nodes)
        return None if node == YES else compose(node, self.vocabulary, _CONDITION)

    def need(self, name: str) -> Need:
        """A merged need: all items, the least age, the strictest silence, asked for if any part that is needed needs it."""
        group = self.names.groups[name]
        prefix = name + "."
        own = {fact.removeprefix(prefix) for fact in self.said.read if fact.startswith(prefix)}
        silences = {need.if_silent for _, need in group}
        return Need(
            alias=name,
            resource=group[0][1].resource,
            by=self.names.keys[name],
            purpose="-and-".join(sorted({need.purpose for _, need in group})),
            fresh=min(need.fresh for _, need in group),
            items=tuple(sorted(own | {item for alias, need in group if alias for item in need.items})),
            if_silent=next(silence for silence in _SILENCE if silence in silences),
            title=next((need.title for _, need in group if need.title), None),
            consent=self.names.consents[name],
            whose=next((need.whose for _, need in group if need.whose), None),
            when=self._condition([self._wanted_if(alias, need) for alias, need in group]),
        )

    def part(self, member: Member) -> Part:
        """A part as it is kept."""
        alias, when = member.alias, self.whens[member.alias]
        supplies = {question: supply for (owner, question), supply in self.plan.supplies.items() if owner == alias}
        named = {*self.said.after.get(alias, ()), *(supply.part for supply in supplies.values())}
        return Part(
            alias=alias,
            service=member.service.id,
            situation=member.situation,
            optional=member.optional,
            when=None if when == YES else compose(when, self.vocabulary, _CONDITION),
            after=tuple(other.alias for other in self.plan.members if other.alias in named),
            asks={question: name for (owner, question), name in self.names.asks.items() if owner == alias},
            answers={question: said for (owner, question), said in self.said.answers.items() if owner == alias},
            supplies=supplies,
            needs={need: name for (owner, need), name in self.names.needs.items() if owner == alias},
        )


def _no_licence(node: Node) -> dict[str, Node]:
    """A bundle is about no licence that somebody holds: what is read of one is none."""
    return {name: NO for name in facts_of(node) if name.partition(".")[0] == LICENCE}


def _sections(plan: Plan, names: Names, questions: Mapping[str, Question]) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """The bundle's own sections, then one for each part with what nobody asked before; and the questions that wait for one another in a ring.

    A question stands on the first page on which everything that its condition reads has been asked before it.
    """
    placed: dict[str, str] = {}
    waiting: list[str] = []
    sections: list[Section] = []
    for id_, title, wanted in _pages(plan, names):
        waiting.extend(name for name in wanted if name not in placed and name not in waiting)
        here = list(_ready(waiting, questions, placed))
        placed |= dict.fromkeys(here, id_)
        waiting = [name for name in waiting if name not in placed]
        if here:
            sections.append(Section(id_, title, tuple(replace(questions[name], section=id_) for name in here)))
    return tuple(sections), tuple(waiting)


def _pages(plan: Plan, names: Names) -> Iterable[tuple[str, Text, list[str]]]:
    for section in with_choices(plan):
        yield section.id, section.title, [question.id for question in section.questions]
    for member in plan.members:
        asked = [names.asks.get((member.alias, question.id), "") for question in member.service.questions]
        yield member.alias, member.service.title, [name for name in asked if name]


def _ready(waiting: Sequence[str], questions: Mapping[str, Question], placed: Mapping[str, str]) -> Iterable[str]:
    """Of these, in order, those whose conditions read only what was asked before."""
    before = {f"form.{name}" for name in placed}
    left = list(waiting)
    while True:
        ready = next((name for name in left if _reads(questions[name]) <= before), None)
        if ready is None:
            return
        left.remove(ready)
        before.add(f"form.{ready}")
        yield ready


def _reads(question: Question) -> set[str]:
    return {fact for fact in question.show.vocabulary if fact.startswith("form.")} if question.show else set()


def _ring(waiting: Iterable[str], names: Names) -> Iterable[Problem]:
    """Whether a question is asked depends on itself, however far around."""
    told = Text("“{question}”问不问绕回到它自己", "whether “{question}” is asked depends on itself")
    for name in waiting:
        alias = next((alias for alias, _ in names.askers[name] if alias), "")
        yield Problem(("parts", alias) if alias else ("form",), told.format(question=name))
