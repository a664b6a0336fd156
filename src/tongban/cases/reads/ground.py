"""What a case stands on: the definition it is pinned to, the facts gathered for it.

Invariants: a sent case is read with the definition it began under, a draft with the one in force; a register's answer counts only for the key it was
asked with, so that an answer about another property never settles this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from tongban.cases.core.clocks import Stopped
from tongban.cases.core.facts import Gathered, Registered, assemble
from tongban.cases.errors import NotOfferedError
from tongban.cases.models import Case
from tongban.cases.reads.licence import licence_items
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Gives, LetterType, Limit, Limits, Need, Procedure, Service, Way
from tongban.catalogue.core.words import HELD_TITLES, LICENCE
from tongban.exchange import reads as exchange
from tongban.exchange.core.answers import Answer
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.rules.core import Facts


@dataclass(frozen=True)
class Ground:
    """The law of one sent case."""

    service: Service
    procedure: Procedure
    way: Way
    gives: Gives
    limits: Limits
    letters: Mapping[str, LetterType]

    @property
    def deciding_step(self) -> str:
        """The step in which a person decides: the last of the route; empty on a way for machines."""
        return self.way.route[-1] if self.way.route else ""

    @property
    def extension(self) -> Limit | None:
        """By how much the head may extend the statutory limit, once; none where the procedure knows no extension."""
        return extension_of(self.service, self.limits, self.procedure)


def extension_of(service: Service, limits: Limits, procedure: Procedure) -> Limit | None:
    """What binds of the way's, the service's and the procedure's extension: the nearest that is declared. A procedure without one allows none."""
    return procedure.extension and (limits.extension or service.limits.extension or procedure.extension)


def silence_passed(case: Case, procedure: Procedure) -> bool:
    """Whether the office's days for corrections have passed in silence, which in this procedure is acceptance."""
    waits = case.answer_due_on is not None and case.answer_due_on < clock.today() and case.accepted_on is None
    return waits and procedure.silence_accepts


def ground_of(case: Case) -> Ground:
    """The definition that a sent case is pinned to."""
    pinned = catalogue.pinned(case.service_hash)
    service = pinned.service
    way = next((way for way in service.ways if way.id == case.way), service.ways[-1])
    procedure = pinned.procedures[case.procedure]
    return Ground(service, procedure, way, way.gives or service.gives, way.limits or service.limits, pinned.letters)


def stops_of(case: Case) -> tuple[Stopped, ...]:
    """The lawful stops of a case, oldest first; once it was reopened, those since then."""
    stops = (
        Stopped(date.fromisoformat(stop["began_on"]), date.fromisoformat(stop["ended_on"]) if stop["ended_on"] else None)
        for stop in case.stops
    )
    return tuple(stop for stop in stops if case.reopened_on is None or stop.began_on >= case.reopened_on)


def service_of(case: Case) -> Service:
    """The service as this case knows it. Raises NotOfferedError for a draft of one that is no longer offered."""
    return catalogue.pinned(case.service_hash).service if case.service_hash else offered(case)


def offered(case: Case) -> Service:
    """The service of a draft as it is offered now. Raises NotOfferedError once it is not."""
    service = catalogue.city().services.get(case.service)
    if service is None:
        raise NotOfferedError(
            Text(
                zh="这项服务已经停办，草稿不能再提交；所填内容仍保留。",
                en="This service is no longer offered. The draft cannot be sent; what you filled in is kept.",
            )
        )
    return service


def known_facts(
    service: Service, case: Case, *, answers: Mapping[str, Any] | None = None, found: Mapping[str, Answer] | None = None
) -> Facts:
    """The facts of a case, with other answers than the stored ones if given."""
    return assemble(service, gathered(service, case, answers=answers, found=found))


def gathered(
    service: Service,
    case: Case,
    *,
    answers: Mapping[str, Any] | None = None,
    records: Mapping[str, Mapping[str, str]] | None = None,
    found: Mapping[str, Answer] | None = None,
) -> Gathered:
    """All that is known about a case, from its row, its tasks and the exchange; `records` and `found` (the exchange's answers) if they were read before."""
    if records is None:
        records = {} if case.state == "draft" else {task.step: task.records for task in case.tasks.order_by("id") if task.is_settled}
    typed = case.answers if answers is None else answers
    found = exchange.answers(case.id) if found is None else found
    registers = _registers(service, case, typed, found)
    now = clock.now()
    return Gathered(
        applicant={**case.applicant_facts, "kind": case.applicant_kind, "name": case.applicant_name},
        answers=typed,
        registers=registers,
        records=records,
        situation=case.situation,
        received_on=case.received_on or clock.today(),
        saved_at=case.saved_at,
        promised=case.promised,
        licence=licence_items(service, case) if case.licence_id else None,
        aged=frozenset(
            need.alias
            for need in service.needs
            if need.alias in registers
            and registers[need.alias].state != "unknown"
            and need.alias in found
            and now - found[need.alias].fetched_at > need.fresh
        ),
    )


def register_key(
    case: Case, need: Need, answers: Mapping[str, Any] | None = None, held: Mapping[str, Answer | Registered] = MappingProxyType({})
) -> str | None:
    """The key a register is asked with, or None while it is not known."""
    return key_of(case, need.by, answers, held)


def key_of(
    case: Case, by: str, answers: Mapping[str, Any] | None = None, held: Mapping[str, Answer | Registered] = MappingProxyType({})
) -> str | None:
    """The key that `by` names (`applicant.uscc`, `applicant.id_number`, `form.<question>`, or an item of another need, which `held` has), or None while
    it is not known."""
    root, _, name = by.partition(".")
    if root == "form":
        value = (case.answers if answers is None else answers).get(name)
    elif root == "applicant":
        value = case.applicant_facts.get(name)
        value = parties.identifiers(*case.side).get(name) if value is None else value
    else:
        value = held[root].values.get(name) if root in held and held[root].state == "value" else None
        value = value if isinstance(value, str) else None
    return str(value) if value else None


def may_ask(need: Need, answers: Mapping[str, Any]) -> bool:
    """Whether a register may be asked: no consent is needed, or it was given."""
    return not need.consent or answers.get(need.consent.partition(".")[2]) is True


def labels_of(service: Service) -> dict[str, Text]:
    """What each fact of a service is called on a page."""
    pinned = catalogue.pinned(service.hash)
    labels = {f"form.{question.id}": question.label for question in service.questions}
    for need in service.needs:
        items = pinned.resources[need.resource].items
        labels |= {f"{need.alias}.{name}": label_of(need, items[name].title) for name in need.items}
    if service.licence:
        kind = pinned.credentials.get(service.licence)
        labels |= HELD_TITLES | ({f"{LICENCE}.{name}": label for name, label, _ in kind.fields} if kind else {})
    for step in service.steps.values():
        for part in (step, *step.together):
            labels |= {f"{part.id}.{name}": title for name, title in part.record_titles.items()}
    return labels | _OWN


def label_of(need: Need, title: Text) -> Text:
    """What an item of a record is called on a page: with whose it is, where it is not the applicant's."""
    return title if need.whose is None else Text(f"{need.whose.zh}的{title.zh}", f"{need.whose.en}: {title.en[:1].lower()}{title.en[1:]}")


_OWN = {
    "applicant.kind": Text("申请人类型", "Kind of applicant"),
    "applicant.name": Text("申请人", "Applicant"),
    "applicant.uscc": Text("统一社会信用代码", "Unified social credit code"),
    "applicant.born": Text("出生日期", "Date of birth"),
    "applicant.age": Text("年龄", "Age"),
    "applicant.area": Text("所在区域", "Area"),
    "case.received_on": Text("收件日期", "Date of receipt"),
    "case.situation": Text("办理情形", "Situation"),
    "case.promised": Text("选择告知承诺", "Chose to promise"),
}


def _registers(service: Service, case: Case, answers: Mapping[str, Any], found: Mapping[str, Answer]) -> dict[str, Registered]:
    registers: dict[str, Registered] = {}
    for need in service.needs:
        answer = found.get(need.alias)
        if _names_nobody(need, registers):
            registers[need.alias] = Registered("none", {}, need.resource.partition("/")[0])
        elif answer is None or not may_ask(need, answers):
            continue
        elif need.by.startswith("applicant.") or answer.is_for(register_key(case, need, answers, registers) or ""):
            registers[need.alias] = Registered(answer.state, answer.values, answer.source, answer.reason, answer.as_of or answer.fetched_at)
    return registers


def _names_nobody(need: Need, registers: Mapping[str, Registered]) -> bool:
    """Whether the register that would name whom to ask about has answered that there is nobody."""
    root, _, item = need.by.partition(".")
    if root not in registers or registers[root].state == "unknown":
        return False
    return registers[root].values.get(item) in (None, "")
