"""Ask the registers what a case needs, before any row is locked; each question is its own recorded act of the exchange.

Invariants: only declared items are asked for, for the declared purpose, and only in the cases they are declared for; an answer that is still fresh and was
asked with the same key is not asked for again; a register that is down makes its facts unknown and stops nobody; what needs somebody's consent is asked for
only once it was given; whom another register names (a spouse) is asked about after that register has answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from tongban.cases.core.facts import assemble
from tongban.cases.models import Case
from tongban.cases.reads import gathered, may_ask, register_key, service_of
from tongban.catalogue.core.definition import Need, Service
from tongban.exchange import acts as exchange
from tongban.exchange import reads as answers
from tongban.exchange.acts import Answer, Request
from tongban.kernel import clock
from tongban.rules.core import Answer as Yes


def gather(case_id: UUID, *, actor: str, department: str = "", only: Iterable[str] | None = None, again: bool = False) -> dict[str, Answer]:
    """Ask for each need of the case whose key is known and whose last answer is stale. Returns the latest answers by need."""
    return gather_for(Case.objects.get(pk=case_id), answers.answers(case_id), actor=actor, department=department, only=only, again=again)


def gather_for(
    case: Case, known: Mapping[str, Answer], *, actor: str, department: str = "", only: Iterable[str] | None = None, again: bool = False
) -> dict[str, Answer]:
    """The same for a case and its answers that were read just now."""
    service, found = service_of(case), dict(known)
    for needs in _in_turn(service.needs):
        wanted: list[Request] = []
        facts = assemble(service, gathered(service, case, records={}, found=found)) if any(need.when for need in needs) else {}
        for need in needs:
            if (only is not None and need.alias not in only) or not may_ask(need, case.answers):
                continue
            if need.when is not None and need.when.evaluate(facts) != Yes.YES:
                continue
            key = register_key(case, need, held=found)
            if key is None or (not again and is_fresh(found.get(need.alias), need, key)):
                continue
            wanted.append(request_for(case, service, need, key, actor, department))
        found |= {answer.need: answer for answer in exchange.fetch_all(wanted)}
    return found


def _in_turn(needs: tuple[Need, ...]) -> list[list[Need]]:
    """The needs by turns: one whose key is an item of another need comes after that one."""
    turns: list[list[Need]] = []
    turn_of: dict[str, int] = {}
    for need in needs:
        turn = turn_of[need.alias] = turn_of.get(need.by.partition(".")[0], -1) + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(need)
    return turns


def is_fresh(answer: Answer | None, need: Need, key: str) -> bool:
    """Whether an answer was asked with this key and is young enough for this need."""
    if answer is None or answer.state == "unknown" or not answer.is_for(key):
        return False
    return clock.now() - answer.fetched_at <= need.fresh


def request_for(case: Case, service: Service, need: Need, key: str, actor: str, department: str) -> Request:
    """The question that a need of a case puts to its register."""
    return Request(
        resource=need.resource,
        key=key,
        items=need.items,
        case_id=case.id,
        need=need.alias,
        purpose=f"{service.id}/{need.purpose}",
        actor=actor,
        department=department or service.department,
    )
