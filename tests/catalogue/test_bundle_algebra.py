"""The algebra of bundles, over generated services: nothing is asked twice, nothing that a part needs is left out, and the order of the parts does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue.small_bundle import CREDENTIAL, PROCEDURE, service
from tests.catalogue.small_city import small_city
from tongban.cases.core.facts import Gathered, assemble
from tongban.catalogue.core.bundle_testing import asked
from tongban.catalogue.core.bundles import is_supplied, needed, part_facts
from tongban.catalogue.core.definition import Bundle, City, Service
from tongban.catalogue.core.reading import read_stored
from tongban.rules.core import Answer, Fact, Value

QUESTIONS = {
    "a": "type: yes-no",
    "b": "type: yes-no",
    "c": "type: int, min: 0, max: 9",
    "d": "type: text, max: 20",
    "e": "type: file",
    "f": "type: choice, options: {x: {zh: 甲, en: X}, y: {zh: 乙, en: Y}}",
}
SHOWS = {"a": "form.a", "b": "form.b == false", "c": "form.c > 4", "f": 'form.f == "x"'}
VALUES = {"a": [True, False], "b": [True, False], "c": [0, 5, 9], "d": ["某"], "e": ["file"], "f": ["x", "y"], "own": [True, False]}
DAY = date(2026, 12, 7)


@dataclass(frozen=True)
class Drawn:
    """One generated city: its services' forms and needs, and how the bundle joins them."""

    forms: Mapping[str, tuple[tuple[str, str], ...]]
    """By service: its questions in order, each with the question it is shown by, if any."""
    needs: Mapping[str, tuple[str, ...]]
    whens: Mapping[str, str]
    answered: tuple[tuple[str, str], ...]
    supplied: tuple[tuple[str, str], ...]

    def city(self, order: tuple[str, ...]) -> City:
        """The city with the bundle's parts in this order."""
        files = small_city() | {"procedures/bundle.yaml": PROCEDURE.encode(), "bundles/all.yaml": self._bundle(order).encode()}
        for number, (name, form) in enumerate(self.forms.items(), start=2):
            files[f"services/{name}.yaml"] = service(name, _form(form), needs=_needs(self.needs[name])).encode()
            files[f"credentials/{name}.yaml"] = CREDENTIAL.format(id=name, code=f"00{number}").encode()
        return read_stored(files)

    def _bundle(self, order: tuple[str, ...]) -> str:
        parts = "\n".join(f"  {name}: {{service: {name}{self.whens[name]}}}" for name in order)
        answers = "".join(f"  {name}.{question}: '\"某\"'\n" for name, question in self.answered)
        supplies = "".join(f"  {name}.{question}: {order_first(self.forms, name)}.number\n" for name, question in self.supplied)
        return f"""\
bundle: all
title: {{zh: 全办, en: All}}
department: market
procedure: bundle
audience: [firm]
limit: 30 working days
letters: [decision]
parts:
{parts}
form:
  own:
    own: {{type: yes-no, label: {{zh: 问, en: Ask}}}}
{"answers:" if answers else ""}
{answers}{"supplies:" if supplies else ""}
{supplies}tests:
  - test: {{zh: 一, en: One}}
    received: 2026-12-07
    given: {{form.own: yes}}
    expect: {{asks: [own]}}
"""


def order_first(forms: Mapping[str, object], other: str) -> str:
    """The first service that is not this one."""
    return next(name for name in forms if name != other)


def _form(form: tuple[tuple[str, str], ...]) -> str:
    lines = []
    for name, by in form:
        show = f", show: {SHOWS[by]}" if by else ""
        lines.append(f"    {name}: {{{QUESTIONS[name]}{show}, label: {{zh: 问{name}, en: Question {name}}}}}")
    return "\n".join(lines) + "\n"


def _needs(needs: tuple[str, ...]) -> str:
    resources = {"firm": "market/licence", "fire": "fire/checks"}
    lines = [f"  {alias}: {{resource: {resources[alias]}, by: applicant.uscc, purpose: {alias}}}" for alias in needs]
    return "needs:\n" + "\n".join(lines) if lines else ""


@st.composite
def drawings(draw: st.DrawFn) -> Drawn:
    """Two to four services that share questions and needs; one question is shown by another in the same way wherever it is asked, or asked always."""
    names = ("one", "two", "three", "four")[: draw(st.integers(2, 4))]
    forms: dict[str, tuple[tuple[str, str], ...]] = {}
    for name in names:
        chosen = [question for question in QUESTIONS if draw(st.booleans())] or ["a"]
        form, before = [], []
        for question in chosen:
            by = draw(st.sampled_from(["", *[one for one in before if one in SHOWS]]))
            form.append((question, by))
            before.append(question)
        forms[name] = tuple(form)
    needs = {name: ("firm",) if draw(st.booleans()) else () for name in names}
    whens = {name: draw(st.sampled_from(["", ", when: form.own", ", when: '!form.own'", ", optional: yes"])) for name in names}
    texts = [(name, question) for name, form in forms.items() for question, _ in form if question == "d"]
    answered = tuple(own for own in texts if draw(st.integers(0, 3)) == 0)
    free = [own for own in texts if own not in answered and own[0] != names[0]]
    return Drawn(forms, needs, whens, answered, tuple(own for own in free if draw(st.booleans())))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Drawn, dict[str, Fact]]:
    """A city, and answers to some of the questions that may come up."""
    drawn = draw(drawings())
    names = [*VALUES, *(f"with_{name}" for name in drawn.forms)]
    answers: dict[str, Fact] = {}
    for name in names:
        value = draw(st.sampled_from([*VALUES.get(name, [True, False]), None]))
        if value is not None:
            answers[f"form.{name}"] = Value(value, "applicant")
    return drawn, answers


def bundle_of(city: City) -> Bundle:
    """The city's one bundle; a drawing whose order cannot be merged has none."""
    return city.bundles["all"]


def engine_facts(service: Service, answers: Mapping[str, Fact], situation: str = "new") -> Mapping[str, Fact]:
    """The facts as a case has them: an answer counts where its question is shown."""
    typed = {name.removeprefix("form."): fact.value for name, fact in answers.items() if isinstance(fact, Value)}
    return assemble(service, Gathered({"kind": "firm", "name": "某"}, typed, {}, {}, situation, DAY))


def merged_facts(bundle: Bundle, answers: Mapping[str, Fact]) -> Mapping[str, Fact]:
    return engine_facts(bundle.service, answers)


FEW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@FEW
@given(situations())
def test_every_question_of_every_needed_part_is_asked_answered_or_supplied(drawn_answers: tuple[Drawn, dict[str, Fact]]) -> None:
    drawn, answers = drawn_answers
    city = drawn.city(tuple(drawn.forms))
    bundle = bundle_of(city)
    known = merged_facts(bundle, answers)
    now = {question.id for question in asked(bundle, known)}
    for alias, answer in needed(bundle, known).items():
        part, own = bundle.parts[alias], city.services[bundle.parts[alias].service]
        if answer != Answer.YES:
            continue
        seen = part_facts(bundle, part, own, known)
        for question in own.questions:
            if question.show is not None and question.show.evaluate(seen) != Answer.YES:
                continue
            ways = [
                part.asks.get(question.id) in now and not is_supplied(bundle, part, question.id, known),
                question.id in part.answers,
                is_supplied(bundle, part, question.id, known),
            ]
            assert ways.count(True) == 1, (alias, question.id, ways)


@FEW
@given(situations())
def test_nothing_is_asked_twice_or_for_nobody(drawn_answers: tuple[Drawn, dict[str, Fact]]) -> None:
    drawn, answers = drawn_answers
    city = drawn.city(tuple(drawn.forms))
    bundle = bundle_of(city)
    known = merged_facts(bundle, answers)
    all_ids = [question.id for question in bundle.service.questions]
    assert len(all_ids) == len(set(all_ids))
    wanted = {"own", *(f"with_{part.alias}" for part in bundle.parts.values() if part.optional)}
    for alias, answer in needed(bundle, known).items():
        part, own = bundle.parts[alias], city.services[bundle.parts[alias].service]
        if answer == Answer.YES:
            seen = part_facts(bundle, part, own, known)
            wanted |= {
                part.asks[question.id]
                for question in own.questions
                if question.id in part.asks and (question.show is None or question.show.evaluate(seen) == Answer.YES)
            }
    assert {question.id for question in asked(bundle, known)} <= wanted


@FEW
@given(situations())
def test_a_part_knows_what_it_would_have_known_alone(drawn_answers: tuple[Drawn, dict[str, Fact]]) -> None:
    drawn, answers = drawn_answers
    city = drawn.city(tuple(drawn.forms))
    bundle = bundle_of(city)
    known = merged_facts(bundle, answers)
    for alias, answer in needed(bundle, known).items():
        part, own = bundle.parts[alias], city.services[bundle.parts[alias].service]
        if answer != Answer.YES:
            continue
        given_alone = {
            f"form.{question.id}": fact
            for question in own.questions
            if question.id in part.asks
            and not is_supplied(bundle, part, question.id, known)
            and isinstance(fact := answers.get(f"form.{part.asks[question.id]}"), Value)
        } | {f"form.{question}": Value("某", "applicant") for question in part.answers}
        alone = engine_facts(own, given_alone)
        inside = part_facts(bundle, part, own, known)
        for question in own.questions:
            name = f"form.{question.id}"
            assert type(inside[name]) is type(alone[name]), (alias, name)
            assert getattr(inside[name], "value", None) == getattr(alone[name], "value", None)


@FEW
@given(situations())
def test_the_order_in_which_parts_are_written_changes_nothing_but_the_order_on_the_page(
    drawn_answers: tuple[Drawn, dict[str, Fact]],
) -> None:
    drawn, answers = drawn_answers
    seen = set()
    for order in list(permutations(drawn.forms))[:6]:
        bundle = bundle_of(drawn.city(order))
        known = merged_facts(bundle, answers)
        seen.add(
            (
                frozenset((one.id, one.type, one.required, str(one.fact.describe())) for one in bundle.service.questions),
                frozenset((need.alias, need.resource, need.by, need.items, need.purpose) for need in bundle.service.needs),
                frozenset(question.id for question in asked(bundle, known)),
                frozenset(needed(bundle, known).items()),
                frozenset(
                    (alias, tuple(sorted(part.needs.items())), tuple(sorted(part.asks.items()))) for alias, part in bundle.parts.items()
                ),
            )
        )
    assert len(seen) == 1


@FEW
@given(situations())
def test_a_register_is_asked_once_and_for_all_that_any_part_reads(drawn_answers: tuple[Drawn, dict[str, Fact]]) -> None:
    drawn, answers = drawn_answers
    city = drawn.city(tuple(drawn.forms))
    bundle = bundle_of(city)
    known = merged_facts(bundle, answers)
    asked_for = [(need.resource, need.by) for need in bundle.service.needs]
    assert len(asked_for) == len(set(asked_for))
    merged = {need.alias: need for need in bundle.service.needs}
    for alias, answer in needed(bundle, known).items():
        part, own = bundle.parts[alias], city.services[bundle.parts[alias].service]
        for need in own.needs:
            one = merged[part.needs[need.alias]]
            assert set(need.items) <= set(one.items)
            assert one.fresh <= need.fresh
            if answer == Answer.YES:
                assert one.when is None or one.when.evaluate(known) == Answer.YES
