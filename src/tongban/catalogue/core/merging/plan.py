"""Which merged question asks what a part asks, and which merged need is asked for what a part needs; before any expression of the bundle is read.

A question is known by its part's alias and its own id; the bundle's own questions have the alias ''.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tongban.catalogue.core.definition import Need, Option, Question, Resource, Section, Service, Supply
from tongban.catalogue.core.merging.types import narrowest
from tongban.catalogue.core.words import APPLICANT, RECEIVED_ON, SITUATION, SITUATIONS
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Choice, Date, FactSpec, Vocabulary

OWN: Final = ""
NEW: Final = Option("new", SITUATIONS["new"])
"""A bundle itself is always applied for anew; each part has its own situation."""
TOGETHER: Final = "together"
"""The section in which the person chooses among the optional parts."""
_TOGETHER_TITLE: Final = Text("一并办哪些", "What else to include")
_ALSO: Final = Text("一并办“{title}”吗？", "Include “{title}”?")

_ROOTS: Final = ("form", "applicant")
"""Where a key comes from, unless from another need."""
_ONE_FACT: Final = re.compile(r"form\.[a-z][a-z0-9_]*|applicant\.(uscc|id_number)")

Own = tuple[str, str]
"""(alias, question or need of it)."""


_Named = tuple[dict[Own, str], dict[str, tuple[tuple[str, Need], ...]], dict[str, str], dict[str, str]]


class _At(NamedTuple):
    """What is asked for: of which register, by which key, with whose consent; where `of` is another question to a register, `by` is an item of its answer."""

    resource: str
    by: str
    consent: str
    of: _At | None


@dataclass(frozen=True)
class Problem:
    """What cannot be merged, and the way to the place in the bundle's file that says so."""

    way: tuple[str | int, ...]
    message: Text


@dataclass(frozen=True)
class Member:
    """A part before merging: its service as declared."""

    alias: str
    service: Service
    situation: str
    optional: bool = False
    has_when: bool = False

    @property
    def is_conditional(self) -> bool:
        """Whether it may be left out."""
        return self.optional or self.has_when


@dataclass(frozen=True)
class Plan:
    """What the bundle's file says of its parts, but for expressions."""

    members: tuple[Member, ...]
    form: tuple[Section, ...] = ()
    """The bundle's own sections, their questions without conditions yet."""
    shown_if: frozenset[str] = frozenset()
    """The bundle's own questions that will have a condition."""
    needs: tuple[Need, ...] = ()
    """The bundle's own."""
    same: Mapping[str, tuple[Own, ...]] = field(default_factory=dict)
    answers: Mapping[Own, str] = field(default_factory=dict)
    """The text of the expression that answers a part's question."""
    supplies: Mapping[Own, Supply] = field(default_factory=dict)

    def member(self, alias: str) -> Member | None:
        """A part by its alias."""
        return next((member for member in self.members if member.alias == alias), None)


@dataclass(frozen=True)
class Names:
    """What asks what."""

    asks: Mapping[Own, str]
    """A part's question → the merged question; one that is only answered or supplied is left out."""
    askers: Mapping[str, tuple[tuple[str, Question], ...]]
    """The merged question → who asks it, in the order of the page, the bundle itself first."""
    needs: Mapping[Own, str]
    """A part's need → the merged one; one whose key only a result supplies is left out."""
    groups: Mapping[str, tuple[tuple[str, Need], ...]]
    """The merged need → whose it is."""
    keys: Mapping[str, str]
    """The merged need → where its key comes from."""
    consents: Mapping[str, str]
    """The merged need → the question whose yes lets the register be asked, if one must."""
    problems: tuple[Problem, ...]


def with_choices(plan: Plan) -> tuple[Section, ...]:
    """The bundle's own sections, and one in which the person chooses among the optional parts."""
    chosen = tuple(
        Question(f"with_{member.alias}", TOGETHER, "yes-no", _ALSO.format(title=member.service.title), Bool())
        for member in plan.members
        if member.optional
    )
    return (*plan.form, Section(TOGETHER, _TOGETHER_TITLE, chosen)) if chosen else plan.form


def name_questions(plan: Plan) -> Names:
    """Settle which question asks for what, and which need is asked for what."""
    problems: list[Problem] = []
    group_of = {own: name for name, owns in plan.same.items() for own in owns}
    asks: dict[Own, str] = {}
    askers: dict[str, list[tuple[str, Question]]] = {}
    for alias, question in _questions(plan):
        own = (alias, question.id)
        if alias and not _is_asked(plan, own):
            continue
        name = group_of.get(own, question.id)
        asks[own] = name
        askers.setdefault(name, []).append((alias, question))
    for name, among in askers.items():
        problems.extend(_misfits(plan, name, among, group_of))
    needs, groups, keys, consents = _name_needs(plan, asks)
    return Names(
        {own: name for own, name in asks.items() if own[0]},
        {name: tuple(among) for name, among in askers.items()},
        needs,
        groups,
        keys,
        consents,
        tuple(problems),
    )


def _questions(plan: Plan) -> Iterator[tuple[str, Question]]:
    for section in with_choices(plan):
        yield from ((OWN, question) for question in section.questions)
    for member in plan.members:
        yield from ((member.alias, question) for question in member.service.questions)


def _is_asked(plan: Plan, own: Own) -> bool:
    """Whether a part's question may have to be asked: it is not answered, and what supplies it may be missing."""
    if own in plan.answers:
        return False
    supply = plan.supplies.get(own)
    source = plan.member(supply.part) if supply else None
    return supply is None or source is None or source.is_conditional


def _misfits(plan: Plan, name: str, among: list[tuple[str, Question]], group_of: Mapping[Own, str]) -> Iterator[Problem]:
    """Where one merged question would be asked in two ways that do not agree."""
    (first_alias, first), *others = among
    way = ("same", name) if name in plan.same else ("parts",)
    for alias, question in others:
        inside, outside = (group_of.get(own) == name for own in ((first_alias, first.id), (alias, question.id)))
        if inside != outside and first_alias and name in plan.same:
            message = Text(
                "“{name}”也是“{alias}”里另一个问题的名字；请换一个名字",
                "“{name}” also names another question, of “{alias}”; choose another name",
            )
            yield Problem(way, message.format(name=name, alias=first_alias if outside else alias))
        elif reason := _differs(first, question):
            told = Text(
                "“{alias}.{question}”和“{first}”要当作同一个问题，但{reason}；请统一，或在 answers 里另行作答",
                "“{alias}.{question}” and “{first}” would be one question, but {reason}; make them agree, or answer one under “answers”",
            )
            at = way if name in plan.same else ("parts", alias)
            shown = f"{first_alias}.{first.id}" if first_alias else first.id
            yield Problem(at, told.format(alias=alias, question=question.id, first=shown, reason=reason))


def _differs(one: Question, other: Question) -> Text | None:
    if one.type != other.type:
        return Text(f"类型不同（{one.type}、{other.type}）", f"their types differ ({one.type}, {other.type})")
    if [option.id for option in one.options] != [option.id for option in other.options]:
        return Text("选项不同", "their options differ")
    if one.required != other.required:
        return Text("一个必填、一个选填", "one is required and the other is not")
    if narrowest((one.fact, other.fact)) is None:
        return Text("没有两边都允许的值", "no value fits both")
    if one.type == "file" and not set(one.accept) & set(other.accept):
        return Text("没有两边都收的文件种类", "no kind of file fits both")
    return None


def _name_needs(plan: Plan, asks: Mapping[Own, str]) -> _Named:
    found: dict[_At, list[tuple[str, Need]]] = {}
    for alias, wanted in ((OWN, plan.needs), *((member.alias, member.service.needs) for member in plan.members)):
        places: dict[str, _At] = {}
        for need in wanted:
            key = _key(plan, alias, need.by, asks) if alias else need.by
            consent = _consent(plan, alias, need, asks)
            root, _, item = need.by.partition(".")
            of = places.get(root)
            if key is None or consent is None or (root not in _ROOTS and of is None):
                continue
            at = places[need.alias] = _At(need.resource, key if of is None else item, consent, of)
            found.setdefault(at, []).append((alias, need))
    taken: dict[str, _At] = {}
    for at in sorted(found, key=lambda at: (all(alias for alias, _ in found[at]), _spelt(at))):
        taken[_free(found[at], taken)] = at
    needs = {(alias, need.alias): name for name, at in taken.items() for alias, need in found[at] if alias}
    order = {at: number for number, at in enumerate(found)}
    named = sorted(taken.items(), key=lambda one: order[one[1]])
    name_of = {at: name for name, at in named}
    keys = {name: at.by if at.of is None else f"{name_of[at.of]}.{at.by}" for name, at in named}
    return needs, {name: tuple(found[at]) for name, at in named}, keys, {name: at.consent for name, at in named}


def _consent(plan: Plan, alias: str, need: Need, asks: Mapping[Own, str]) -> str | None:
    """The merged question whose yes lets a register be asked, empty where none is needed; None where it is not asked, so that the part asks for itself."""
    if not need.consent:
        return ""
    question = need.consent.partition(".")[2]
    return need.consent if not alias else _key(plan, alias, f"form.{question}", asks)


def _key(plan: Plan, alias: str, by: str, asks: Mapping[Own, str]) -> str | None:
    """Where the merged key comes from; None where only a result supplies it, or an expression that is no single fact."""
    root, _, name = by.partition(".")
    if root != "form":
        return by
    own = (alias, name)
    if own in plan.answers:
        fact = plan.answers[own].strip()
        return fact if _ONE_FACT.fullmatch(fact) else None
    return f"form.{asks[own]}" if own in asks and own not in plan.supplies else None


def _spelt(at: _At) -> tuple[str, ...]:
    return (at.resource, at.by, at.consent, *(_spelt(at.of) if at.of else ()))


def _free(group: Iterable[tuple[str, Need]], taken: Mapping[str, object]) -> str:
    """The shortest name for a need that does not depend on the order of the parts: the bundle's own, else a part's alias, else one with the part's name."""
    mine = [need.alias for alias, need in group if not alias]
    plain = mine or sorted({need.alias for _, need in group})
    longer = sorted(f"{alias}_{need.alias}" for alias, need in group)
    return next(name for name in (*plain, *longer, *(f"{longer[0]}_{n}" for n in range(2, 99))) if name not in taken)


def merged_vocabulary(plan: Plan, names: Names, resources: Mapping[str, Resource]) -> Vocabulary:
    """What the bundle's own expressions may read. A part's question may be none, since the part may be left out."""
    specs: dict[str, FactSpec] = {**APPLICANT, RECEIVED_ON: FactSpec(Date()), SITUATION: FactSpec(Choice((NEW.id,)))}
    for name, among in names.askers.items():
        kind = narrowest([question.fact for _, question in among]) or among[0][1].fact
        owned = among[0][0] == OWN and name not in plan.shown_if and among[0][1].required
        specs[f"form.{name}"] = FactSpec(kind, may_be_none=not owned)
    for name, group in names.groups.items():
        resource = resources.get(group[0][1].resource)
        specs |= {f"{name}.{item.name}": item.spec for item in resource.items.values()} if resource else {}
    return specs
