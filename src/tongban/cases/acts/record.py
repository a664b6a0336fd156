"""What every act stands on: one transaction, one lock, one row of history, one ledger entry; and the same request twice is one act.

Invariants: the case row is locked before anything is decided, and every act on a case takes that lock, so its tasks need none of their own; `keep`
writes case, tasks, letters, event and ledger entries together or not at all; a repeated key with the same words gives the first result again, with other
words it is refused.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID

from django.db import transaction
from msgspec import json as _documents

from tongban import statements
from tongban.cases.acts.letters import digest, number_letters
from tongban.cases.errors import CaseNotFoundError, StaleCaseError, WrongStateError
from tongban.cases.models import Case, Event, Letter, Task
from tongban.catalogue.core.definition import Procedure
from tongban.docking import acts as docking
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.errors import ConflictError, NotAllowedError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger import reads as ledger
from tongban.ledger.acts import Act, append_all
from tongban.ledger.errors import AlreadyDoneError
from tongban.parties.core.people import Actor
from tongban.statements import Reading, Writing

MACHINE = "machine"
SAYS = "says"
"""Where an event keeps the words that came with its act for the case's letters."""
GO_ON = "cases.bundle-goes-on"
"""The job that lets a bundle go on after something happened to one of its parts."""
_asked: ContextVar[bytes | None] = ContextVar("asked", default=None)
"""The digest of the request that is being carried out."""


@dataclass(frozen=True)
class Done:
    """What an act led to."""

    case_id: str
    number: str
    state: str
    version: int


@dataclass(frozen=True)
class Doing:
    """One act under way: who, when, under which key of the form, with which words; and what it will write."""

    act: str
    actor: Actor | None
    at: datetime = field(default_factory=clock.now)
    key: str | None = None
    body_hash: bytes | None = field(default_factory=_asked.get)
    department: str = ""
    rows: Writing = field(default_factory=Writing)
    entries: list[Act] = field(default_factory=list)
    """Entries of the record that other rooms made in this act; they are kept with the act's own."""
    called_off: list[UUID] = field(default_factory=list)
    """Tasks that another body's system need not do any more."""
    says: Mapping[str, Text] = field(default_factory=dict)
    """Words that letters may say and only the larger act knows; kept with the event for a letter that is written later."""
    noted: list[tuple[Case, Event, Doing, Done]] = field(default_factory=list)
    """What happened to which case, as which act: entered in the record once the letters have their numbers."""

    @property
    def name(self) -> str:
        """The ledger's name for who acts."""
        return f"account:{self.actor.account_id}" if self.actor else MACHINE


P = ParamSpec("P")


def once(act: str) -> Callable[[Callable[P, Done]], Callable[P, Done]]:
    """One durable transaction, and one act for one key: the wrapped function takes `actor` and `key` by keyword, and `asked` if it may be part of a larger one."""

    def wrap(function: Callable[P, Done]) -> Callable[P, Done]:
        parameters = inspect.signature(function).parameters.values()
        names = [one.name for one in parameters]
        defaults = {one.name: one.default for one in parameters if one.default is not one.empty}

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> Done:
            given: dict[str, Any] = {**defaults, **dict(zip(names, args, strict=False)), **kwargs}
            actor, key = given.get("actor"), given.get("key")
            name = f"account:{actor.account_id}" if isinstance(actor, Actor) else MACHINE
            digest = given.get("asked") or body_hash(act, given)
            asked = _asked.set(digest)
            try:
                with transaction.atomic(durable=True):
                    return function(*args, **kwargs)
            except AlreadyDoneError as already:
                return _done(already.result)
            except (ConflictError, NotAllowedError):
                done = earlier(name, str(key), digest) if key else None
                if done is None:
                    raise
                return done
            finally:
                _asked.reset(asked)

        return run

    return wrap


def earlier(name: str, key: str, digest: bytes) -> Done | None:
    """What the same request led to before, if it came before. Raises KeyReusedError if the key came with other words."""
    result = ledger.repeated(name, key, digest)
    return None if result is None else _done(result)


def _done(result: Mapping[str, Any] | None) -> Done:
    assert result is not None, "every act of a case keeps its result"
    return Done(**result)


def body_hash(act: str, given: Mapping[str, Any]) -> bytes:
    """A digest of what was asked; who asks, under which key and from which version is left out."""
    words = {name: value for name, value in given.items() if name not in ("actor", "key", "version", "asked")}
    text = json.dumps([act, words], sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, Iterable) else str(value)


def lock(case_id: UUID, actor: Actor | None, *, version: int | None = None, take_serial: bool = False) -> Case:
    """The case's row, locked, with the actor named to the database for this transaction. Raises CaseNotFoundError.

    With `version`, which the act then checks, the letters there are are counted with it: a count that another act made stale comes with a stale version;
    and the tasks come in the same piece, after the lock. With `take_serial` the serial of a case number is drawn.
    """
    also = (_ACTOR, *((_LETTERS,) if version is not None else ()), *((_SERIAL,) if take_serial else ()))
    named = Reading(Case, "t.id = $1 FOR UPDATE", [case_id, str(actor.account_id) if actor else MACHINE], also)
    cases, *tasks = statements.read_together(named, *((_tasks(case_id),) if version is not None else ()))
    for case in cases:
        vars(case)["tasks_so_far"] = tasks[0] if tasks else None
        return case  # type: ignore[no-any-return]
    raise CaseNotFoundError


_ACTOR = ("named_actor", "set_config('tongban.actor', $2, true)")
_LETTERS = ("letters_so_far", "(SELECT count(*) FROM cases_letter l WHERE l.case_id = t.id)")
_SERIAL = ("serial", "nextval('cases_number')")


def check_version(case: Case, version: int) -> None:
    """Raises StaleCaseError unless the caller has seen the case as it is. After the check of who may, so that it tells nothing to others."""
    if case.version != version:
        raise StaleCaseError(theirs={"state": case.state, "version": case.version}, yours={"version": version})


def advance(case: Case, procedure: Procedure, act: str) -> str:
    """Move a case by an act of its procedure; returns the state it left. Raises WrongStateError."""
    before = case.state
    after = procedure.next_state(before, act)
    if after is None:
        raise WrongStateError(procedure.states[before].title if before in procedure.states else procedure.title)
    case.state = after
    case.is_open = not procedure.states[after].terminal
    return before


def keep(
    case: Case,
    doing: Doing,
    before: str,
    *,
    step: str = "",
    words: str = "",
    data: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    explanation: Mapping[str, Any] | None = None,
) -> Done:
    """Write the changed case, what else the act changed, its event and its ledger entries; the bundle that a case is a part of goes on from there."""
    done = note(case, doing, before, step=step, words=words, data=data, facts=facts, explanation=explanation)
    if case.parent_id is not None:
        enqueue(GO_ON, {"bundle": str(case.parent_id)}, rows=doing.rows)
    write(doing)
    return done


def note(
    case: Case,
    doing: Doing,
    before: str,
    *,
    step: str = "",
    words: str = "",
    data: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    explanation: Mapping[str, Any] | None = None,
) -> Done:
    """Put the changed case and what happened to it among what the act writes; it is entered when the act is kept."""
    case.version += 1
    event = statements.make(
        Event,
        case_id=case.id,
        act=doing.act,
        at=doing.at,
        actor=doing.actor.person_id if doing.actor else None,
        actor_name=doing.actor.name if doing.actor else "",
        actor_department=doing.department,
        step=step,
        from_state=before,
        to_state=case.state,
        words=words,
        data={**(data or {}), **_assisted(doing.actor), **_says(doing)},
        facts=facts,
        explanation=explanation,
        entry_id=uuid7(),
    )
    done = Done(str(case.id), case.number or "", case.state, case.version)
    doing.noted.append((case, event, doing, done))
    doing.rows.change(case)
    doing.rows.add(event)
    return done


def write(doing: Doing) -> None:
    """Write everything that was put with an act, once: letters get their numbers, and then what happened its entries."""
    letters = doing.rows.new(Letter)
    if letters:
        number_letters(doing.noted[0][0], letters)
    if doing.called_off:
        docking.call_off(doing.called_off, by=doing.name, record=doing.entries.append)
    append_all([*doing.entries, *(_entry(*noted) for noted in doing.noted)], doing.rows)


def _says(doing: Doing) -> dict[str, Any]:
    """The words that came with an act, as its event keeps them."""
    return {SAYS: {name: {"zh": one.zh, "en": one.en} for name, one in doing.says.items()}} if doing.says else {}


def _assisted(actor: Actor | None) -> dict[str, Any]:
    """Who assisted the person who acts, from where, and how it was known who that person is."""
    if actor is None or actor.assistant is None:
        return {}
    by = actor.assistant
    known = {"channel": by.channel, "identity": by.identity, "document": by.document}
    return {
        "assisted": {"by": by.name, "person": str(by.person_id), "department": by.department, "attendance": str(by.attendance_id), **known}
    }


def _entry(case: Case, event: Event, doing: Doing, done: Done) -> Act:
    """The record's entry of an event: the same act, with the key and the answer by which its repetition is known."""
    payload = {
        "number": case.number,
        "service": case.service,
        "definition": case.service_hash,
        "from": event.from_state,
        "to": event.to_state,
        "step": event.step,
        "words": event.words,
        "data": {name: value for name, value in event.data.items() if name != SAYS},  # what registers say stands in the signed letter alone
    }
    letters = {str(letter.id): digest(letter) for letter in doing.rows.new(Letter) if letter.case_id == case.id}
    if letters:
        payload["letters"] = letters
    return Act(
        act=f"cases.{doing.act}",
        actor=doing.name,
        at=doing.at,
        case_id=case.id,
        department=doing.department or case.department,
        purpose=case.service,
        payload=_documents.decode(_documents.encode(payload)),
        key=doing.key or None,
        body_hash=doing.body_hash,
        result=asdict(done),
        id=event.entry_id,
    )


def serial_of(case: Case) -> int:
    """The serial that was drawn when the case was locked, 1 to 999,999 and round again: from a sequence, so that no act waits for another."""
    return int(vars(case)["serial"])


def tasks_of(case: Case) -> list[Task]:
    """The tasks of a locked case, oldest first."""
    with_lock: list[Task] | None = vars(case).pop("tasks_so_far", None)
    return statements.read_together(_tasks(case.id))[0] if with_lock is None else with_lock


def _tasks(case_id: UUID) -> Reading[Task]:
    return Reading(Task, "t.case_id = $1 ORDER BY t.id", [case_id])


def records_with(tasks: Iterable[Task]) -> dict[str, dict[str, str]]:
    """By step, what was recorded and signed by as many as the step needs; a step done again counts with its last record."""
    return {task.step: task.records for task in tasks if task.is_settled}


def open_task(
    case: Case,
    doing: Doing,
    *,
    step: str,
    role: str,
    department: str,
    due: date | None = None,
    joint: str = "",
    purpose: str = "",
    on_silence: str = "",
    system: str = "",
) -> Task:
    """Put one thing to do on a department's desk. What follows a grant (`purpose`) is due by its own day, not by the case's."""
    return doing.rows.add(
        Task(
            case=case,
            step=step,
            joint=joint,
            purpose=purpose,
            on_silence=on_silence,
            system=system,
            role=role,
            department=department,
            case_department=case.department,
            guest=department if department != case.department else "",
            area=case.area,
            opened_at=doing.at,
            step_due_on=due,
            number=case.number or "",
            service=case.service,
            applicant_name=case.applicant_name,
            kept_from=case.kept_from,
            due_on=due if purpose else earliest_of(case, due),
            due_at=None if purpose else case.due_at,
            statutory_due_on=None if purpose else case.statutory_due_on,
        )
    )


def earliest_of(case: Case, step_due_on: date | None) -> date | None:
    """The day by which lists sort a task: the case's; in a case about another one the step's own, where that is earlier."""
    if case.about_id is None or step_due_on is None or case.due_on is None:
        return case.due_on
    return min(case.due_on, step_due_on)


def close_tasks(tasks: Iterable[Task], doing: Doing, outcome: str) -> None:
    """Nothing more is to be done: close what is open."""
    for task in tasks:
        if task.is_open:
            close_task(task, doing, outcome)


def close_task(task: Task, doing: Doing, outcome: str, *, by_somebody: bool = True) -> None:
    """Close one task."""
    task.is_open, task.done_at, task.outcome = False, doing.at, outcome
    if task.system and outcome != "pass":
        doing.called_off.append(task.id)
    if by_somebody:
        task.done_by = doing.actor.person_id if doing.actor else None
    doing.rows.change(task)


def next_letter_number(case: Case, doing: Doing) -> str:
    """The number of the letter that was added last, where it has no series: the case's, and a count."""
    before = vars(case).get("letters_so_far")
    if before is None:
        before = 0 if case.sent_at == doing.at else Letter.objects.filter(case=case).count()
    return f"{case.number}-{before + sum(letter.case_id == case.id for letter in doing.rows.new(Letter)):02d}"
