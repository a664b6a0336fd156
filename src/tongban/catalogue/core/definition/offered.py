"""A service: who may ask, what is asked, which data are held, which rules decide, which way it goes, what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.catalogue.core.definition.courses import Gives, Step, Way
from tongban.catalogue.core.definition.feedback import About
from tongban.catalogue.core.definition.fees import Fee
from tongban.catalogue.core.definition.forms import Need, Question, Section
from tongban.catalogue.core.definition.limits import Limit, Limits, Option
from tongban.catalogue.core.definition.tickets import Tickets
from tongban.kernel.text import Text
from tongban.rules.core import Clause, Expression, Vocabulary

Audience = Literal["person", "firm"]
IfUnknown = Literal["ask-applicant", "wait", "officer"]


@dataclass(frozen=True)
class Before:
    """What it took on paper. The saving is computed from the definition, never claimed."""

    steps: int
    days: int
    documents: int
    visits: int


@dataclass(frozen=True)
class ApplicantSilence:
    """What it means when the applicant does not answer a request for corrections: the case ends, or only a reminder goes out."""

    within: Limit
    means: Literal["end", "remind"]
    remind: Limit | None = None
    """So long before the last day a reminder is sent."""


@dataclass(frozen=True)
class Tolerance:
    """容缺受理: an application is accepted while secondary papers are owed, and granted only once they came."""

    within: Limit
    """By when they must come, from acceptance; never longer than the promised limit."""
    unless: Expression | None = None
    """Who is barred, e.g. by a bad credit record."""


@dataclass(frozen=True)
class WorkedTest:
    """A test that a service or a bundle ships: facts in; clauses and what follows from them out.

    `expect` keys: a clause id; of a service `way`, `state`, `amount`; of a bundle, over merged facts, `parts` (aliases), `asks` and `spares` (question ids), `papers` (a number).
    """

    name: Text
    received: date
    given: Mapping[str, object]
    expect: Mapping[str, object]
    path: str
    line: int


@dataclass(frozen=True)
class Service:
    """Who may ask × what is asked × which data are held × which rules decide × which way it goes, by when × what comes out."""

    id: str
    hash: str
    title: Text
    summary: Text
    keywords: tuple[str, ...]
    code: str
    procedure: str
    in_force: date
    department: str
    audience: tuple[Audience, ...]
    limits: Limits
    situations: tuple[Option, ...]
    before: Before
    needs: tuple[Need, ...]
    form: tuple[Section, ...]
    rules: tuple[Clause, ...]
    """`Clause.purpose` is `acceptance` or `grant`; `Clause.if_unknown` is an IfUnknown."""
    ways: tuple[Way, ...]
    steps: Mapping[str, Step]
    gives: Gives
    vocabulary: Vocabulary
    tests: tuple[WorkedTest, ...]
    identity: Literal["named", "live", "counter"] = "named"
    mandates: tuple[str, ...] = ()
    """Kinds of mandate under which another may apply: legal-representative, agent, guardian, child."""
    channels: tuple[str, ...] = ("online", "window")
    visit: Text | None = None
    """Why one must come in person, where one must."""
    life_events: tuple[str, ...] = ()
    basis: tuple[Text, ...] = ()
    """设定依据."""
    demo_values: tuple[str, ...] = ()
    """Fields whose value is a demonstration and says so on the page."""
    remedies: Text | None = None
    """复议 and 诉讼: where and by when."""
    silence: ApplicantSilence | None = None
    tolerance: Tolerance | None = None
    fees: tuple[Fee, ...] = ()
    about: About | None = None
    """Its cases concern another case; none for a service that one applies for by itself."""
    licence: str = ""
    """The kind of credential that a case is about in every situation but `new`; `any` for every kind."""
    licence_number: str = ""
    """The fact that has the number of such a licence where this city did not issue it."""
    initiative: Literal["applicant", "office", "redemption"] = "applicant"
    """Who begins a case: somebody who applies, the department that issued the licence (依职权), or the redeeming of a policy (兑现)."""
    tickets: Tickets | None = None
    """What makes its cases tickets; none for every other service."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the form."""
        return tuple(question for section in self.form for question in section.questions)

    @property
    def every_step(self) -> tuple[Step, ...]:
        """All steps, the parts of a joint one after it."""
        return tuple(part for step in self.steps.values() for part in (step, *step.together))
