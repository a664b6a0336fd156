"""What a city declares, as frozen values.

Invariants: every text is bilingual; every expression has been read and type-checked against the facts of its own service; a definition never
changes once it is hashed; `Service.hash` closes over everything that decides a case of it (procedure, credential, letters, resource types,
language version), so a case that keeps the hash keeps the law it began under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tongban.kernel.days import Calendar
from tongban.kernel.text import Text
from tongban.rules.core import Clause, Expression, FactSpec, FactType, Vocabulary

Audience = Literal["person", "firm"]
QuestionType = Literal["text", "long-text", "yes-no", "choice", "int", "decimal", "money", "date", "file", "phone", "bank-account"]
IfUnknown = Literal["ask-applicant", "wait", "officer"]


@dataclass(frozen=True)
class Limit:
    """A period: `10 working days` or `15 calendar days`."""

    days: int
    counted: Literal["working", "calendar"]


@dataclass(frozen=True)
class Option:
    """One allowed answer of a choice."""

    id: str
    label: Text


@dataclass(frozen=True)
class Question:
    """One question of a form; its fact is `form.<id>`. A question that is not shown has no answer: its fact is none."""

    id: str
    section: str
    type: QuestionType
    label: Text
    fact: FactType
    hint: Text | None = None
    required: bool = True
    show: Expression | None = None
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    """Kinds of file: pdf, jpg, png."""
    max_bytes: int = 10_000_000
    supplies: Text | None = None
    """For a paper: who draws it up and how, so that one need not ask (`who supplies each`)."""


@dataclass(frozen=True)
class Section:
    """A group of questions on one page."""

    id: str
    title: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Need:
    """A record that a department already holds; its facts are `<alias>.<item>`. It is fetched, never asked for."""

    alias: str
    resource: str
    """`department/resource`."""
    by: str
    """Where the key comes from: `applicant.uscc`, `applicant.id_number` or `form.<question>`."""
    purpose: str
    fresh: timedelta
    items: tuple[str, ...]
    """The items that rules, form or letters of this service read: only these are asked for."""
    if_silent: Literal["wait", "upload", "officer"] = "wait"
    title: Text | None = None
    """How the papers' list calls what this need replaces, e.g. 营业执照."""


@dataclass(frozen=True)
class Step:
    """One thing that officials do. A joint step has `together` and no `by` of its own."""

    id: str
    title: Text
    by: str = ""
    """The role."""
    of: str = ""
    """The department; empty means the service's own."""
    within: Limit | None = None
    officers: int = 1
    may: tuple[str, ...] = ("pass", "return")
    when: Expression | None = None
    not_by: str = ""
    """A step whose officer may not do this one."""
    records: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    """What the officer records; the facts are `<step>.<name>`, choices."""
    record_titles: Mapping[str, Text] = field(default_factory=dict)
    photo: bool = False
    on_site: bool = False
    """An on-site check: a phone-sized page; it runs inside the limit and stops no clock."""
    on_silence: Literal["", "escalate", "pass"] = ""
    join: Literal["", "all", "any"] = ""
    together: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Gives:
    """What comes out when the answer is yes."""

    credential: str = ""
    letters: tuple[str, ...] = ()
    amount: Expression | None = None
    """Money, for a benefit."""
    every: Literal["", "once", "month"] = ""


@dataclass(frozen=True)
class Way:
    """How a case may go; the first whose `when` holds is taken. An empty route with every clause yes is decided by the machine: it grants at once."""

    id: str
    title: Text
    route: tuple[str, ...]
    when: Expression | None = None
    procedure: str = ""
    """Another procedure than the service's, e.g. a filing in place of a licence."""
    gives: Gives | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class Limits:
    """Two clocks: late against the promise is performance, late against the statute is illegality."""

    statutory: Limit
    promised: Limit


@dataclass(frozen=True)
class Before:
    """What it took on paper. The saving is computed from the definition, never claimed."""

    steps: int
    days: int
    documents: int
    visits: int


@dataclass(frozen=True)
class WorkedTest:
    """A test that the service ships: facts in, clauses and state out. `expect` keys: a clause id, `way`, `state`, `amount`."""

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

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the form."""
        return tuple(question for section in self.form for question in section.questions)


@dataclass(frozen=True)
class State:
    """A state of a procedure. `clock`: before the start, running, or ended."""

    id: str
    title: Text
    clock: Literal["before", "running", "ended"]
    national_code: str = ""
    station: str = ""
    """The station of the way in which this state lies: apply, accept, review, decide, deliver."""
    terminal: bool = False


@dataclass(frozen=True)
class Transition:
    """`act` is the engine's verb: send, accept, not-accept, not-needed, ask-correction, correct, start, grant, refuse, deliver, withdraw, lapse, deem-accepted."""

    act: str
    sources: tuple[str, ...]
    to: str
    cite: str = ""


@dataclass(frozen=True)
class Procedure:
    """States with their national code, transitions, what silence means, which stops are lawful."""

    id: str
    title: Text
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    first: str
    correction_within: Limit | None = None
    """Within which the applicant must be told what to correct."""
    silence_accepts: bool = False
    deliver_within: Limit | None = None
    extension: Limit | None = None
    lawful_stops: tuple[Option, ...] = ()

    def next_state(self, state: str, act: str) -> str | None:
        """The state an act leads to, or None where the state does not allow it."""
        for transition in self.transitions:
            if transition.act == act and state in transition.sources:
                return transition.to
        return None


@dataclass(frozen=True)
class Item:
    """One item of a resource. `sensitivity`: open, internal, personal, sensitive."""

    name: str
    title: Text
    spec: FactSpec
    sensitivity: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Resource:
    """A department's data set."""

    id: str
    """`department/name`."""
    department: str
    title: Text
    key: str
    items: Mapping[str, Item]
    sharing: Literal["unconditional", "conditional", "none"]
    updated: str
    connector: Mapping[str, str]
    """`kind` and the kind's own settings, e.g. kind: table, table: business_licence."""


@dataclass(frozen=True)
class Department:
    """One department: `id` is its slug, `number` its four digits in case numbers, `uscc` its unified social credit code."""

    id: str
    number: str
    uscc: str
    title: Text
    short: Text
    duties: Text
    phone: str
    parent: str = ""
    area: str = ""


@dataclass(frozen=True)
class Area:
    """A city, district or street; `ring` is its own synthetic polygon, longitude and latitude pairs."""

    code: str
    title: Text
    parent: str
    level: Literal["city", "district", "street"]
    ring: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Role:
    """What a post may do: verbs of the permission table (review, accept, decide, inspect, audit, catalogue)."""

    id: str
    title: Text
    may: tuple[str, ...]


@dataclass(frozen=True)
class CredentialType:
    """A kind of licence: GB/T 36903 names; `valid` in months; `fields` maps a printed field to the fact it shows."""

    id: str
    title: Text
    type_code: str
    defined_by: str
    valid_months: int | None
    fields: tuple[tuple[str, Text, str], ...]
    """(field, label, fact)."""


@dataclass(frozen=True)
class LetterType:
    """A letter's declared template: paragraphs with `{placeholders}` that are facts or the case's own words."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...]
    sealed: bool


@dataclass(frozen=True)
class MessageType:
    """A message template: `{number}`, `{service}`, `{due}` and `{city}` only; nothing personal."""

    id: str
    text: Text
    urgent: bool = False


@dataclass(frozen=True)
class City:
    """The declared city: what one reading of the folder yields."""

    hash: str
    id: str
    title: Text
    area: str
    areas: Mapping[str, Area]
    departments: Mapping[str, Department]
    roles: Mapping[str, Role]
    resources: Mapping[str, Resource]
    procedures: Mapping[str, Procedure]
    services: Mapping[str, Service]
    credentials: Mapping[str, CredentialType]
    letters: Mapping[str, LetterType]
    messages: Mapping[str, MessageType]
    calendar: Calendar
    quiet_hours: tuple[str, str] = ("22:00", "07:00")
    after_hours: Literal["same-day", "next-working-day"] = "same-day"
    """Whether an application sent at night counts as received that day."""
    life_events: tuple[Option, ...] = ()
