"""A bundle before it is sent, part by part: which are needed, by which conditions each is judged, which way each would go, what each costs."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.cases.core.course import settle_course
from tongban.cases.reads.charges import FeeView, fees_of
from tongban.cases.reads.form import FormView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.bundles import needed, part_facts
from tongban.catalogue.core.course import assess, promise_open
from tongban.catalogue.core.definition import Bundle, Limits, Part, Service, Way
from tongban.catalogue.core.pinned import Pinned
from tongban.catalogue.core.words import PROMISED
from tongban.kernel.text import Text
from tongban.rules.core import Answer, Explanation, Value


@dataclass(frozen=True)
class PartForm:
    """One part of a bundle that is being filled in."""

    alias: str
    service: Service
    department: Text
    needed: Answer
    explanation: Explanation
    way: Way
    limits: Limits
    at_once: bool
    """Whether a machine would grant it as it is sent."""
    waits_for: tuple[Text, ...]
    """The parts that have to come out well first."""
    fees: tuple[FeeView, ...]
    promise_way: Way | None
    """The way on a promise that is open to this part, chosen or not."""


def bundle_form(form: FormView) -> tuple[PartForm, ...]:
    """The parts of a draft bundle; empty for any other draft."""
    pinned = catalogue.pinned(form.service.hash)
    if pinned.bundle is None:
        return ()
    wanted = needed(pinned.bundle, form.facts)
    return tuple(_part(pinned, pinned.bundle, part, wanted, form) for alias, part in pinned.bundle.parts.items())


def _part(pinned: Pinned, bundle: Bundle, part: Part, wanted: dict[str, Answer], form: FormView) -> PartForm:
    service = pinned.parts[part.alias]
    facts = dict(part_facts(bundle, part, service, form.facts))
    if PROMISED in service.vocabulary:
        facts[PROMISED] = Value(form.has_promised, "applicant")
    course = settle_course(service, pinned.procedures, facts, pinned.procedures[service.procedure].first, "send")
    return PartForm(
        alias=part.alias,
        service=service,
        department=catalogue.city().departments[service.department].short,
        needed=wanted[part.alias],
        explanation=assess(service, facts),
        way=course.way,
        limits=course.limits,
        at_once=course.is_granted,
        waits_for=tuple(pinned.parts[other].title for other in part.after if wanted[other] != Answer.NO),
        fees=fees_of(service, facts),
        promise_way=promise_open(service, facts),
    )
