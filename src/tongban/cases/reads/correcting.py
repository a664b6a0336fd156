"""What a request for corrections may still be about: everything the first time, afterwards only what the corrections themselves raise.

Invariants: a question counts as changed when its answer is another than when corrections were first asked for, or when a paper was handed in for it since.

Source: Administrative Licensing Law, article 32, paragraph 1, item 4 (一次告知需要补正的全部内容).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tongban.cases.core.facts import shown
from tongban.cases.models import Case, Event, Upload
from tongban.cases.reads.ground import known_facts, service_of
from tongban.catalogue.core.definition import Question
from tongban.rules.core import Facts

_FORM = "form."


def correctable(case_id: UUID) -> frozenset[str] | None:
    """The ids of the questions that corrections may be asked for again; none at all (`None`) limits the first request."""
    events = list(
        Event.objects.filter(case_id=case_id, act__in=("send", "correct", "correct-on-the-spot", "ask-correction")).order_by("id")
    )
    first = next((n for n, event in enumerate(events) if event.act == "ask-correction"), None)
    if first is None:
        return None
    named = {name for event in events if event.act == "ask-correction" for name in event.data.get("questions", ())}
    then, now = (_answers([one for one in part if one.act != "ask-correction"]) for part in (events[:first], events))
    changed = {name.removeprefix(_FORM) for name in then.keys() | now.keys() if then.get(name) != now.get(name)}
    handed_in = Upload.objects.filter(case_id=case_id, removed_at=None, at__gt=events[first].at).values_list("question", flat=True)
    return frozenset(named | changed | set(handed_in))


def _answers(sent: list[Event]) -> Mapping[str, Any]:
    """What the form said when it was last sent, without when that was."""
    facts = (sent[-1].facts if sent else None) or {}
    return {name: (fact.get("state"), fact.get("value")) for name, fact in facts.items() if name.startswith(_FORM)}


def asked_now(case: Case, facts: Facts | None = None) -> tuple[Question, ...]:
    """The questions that a case's form asks on these facts, by default on those it has; papers among them only where facts are given."""
    service = service_of(case)
    asked = shown(service, known_facts(service, case) if facts is None else facts)
    return asked if facts is not None else tuple(question for question in asked if question.type != "file")


def answers_now(case_id: UUID) -> tuple[tuple[Question, Any], ...]:
    """What a case's form asks but for papers, each with its stored answer; that the reader may see the case is the caller's to ask."""
    case = Case.objects.get(pk=case_id)
    return tuple((question, case.answers.get(question.id)) for question in asked_now(case))
