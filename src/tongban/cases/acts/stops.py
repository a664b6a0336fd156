"""Stop the clocks for a special procedure (特别程序), and let them go on.

Invariants: only the kinds that the procedure declares stop a clock, only after acceptance, one at a time, told in writing with the time that it is expected
to take, and only while the statutory limit has not passed, as an extension; a check on the spot is none of them; what the stop took is counted when it ends,
never guessed before.

Source: Administrative Licensing Law, article 45.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.projecting import project, refresh_due, refresh_steps
from tongban.cases.acts.record import Doing, Done, advance, check_version, keep, lock, once, tasks_of
from tongban.cases.core.words import day
from tongban.cases.errors import ExtensionError, NoSuchStopError, ReasonMissingError
from tongban.cases.permissions import check_official, verbs
from tongban.cases.reads import ground_of
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

MOST_DAYS = 400


@once("stop")
def stop(case_id: UUID, kind: str, *, actor: Actor, key: str, version: int, days: int, words: str) -> Done:
    """Stop the clocks for a lawful procedure that is expected to take so many working days.

    Raises NoSuchStopError, ExtensionError (too late), ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "stop", verbs())
    check_version(case, version)
    ground = ground_of(case)
    declared = next((one for one in ground.procedure.lawful_stops if one.id == kind), None)
    if declared is None or not 0 < days <= MOST_DAYS:
        raise NoSuchStopError(tuple(one.label for one in ground.procedure.lawful_stops), MOST_DAYS)
    doing = Doing("stop", actor, key=key, department=case.department)
    before = advance(case, ground.procedure, "stop")
    today = clock.local_date(doing.at)
    if case.statutory_due_on is not None and case.statutory_due_on < today:
        raise ExtensionError(0, again=False, late=True)
    case.stop_due_on = catalogue.city().calendar.add_working(today, days)
    begun = {"kind": kind, "began_on": today.isoformat(), "expected_on": case.stop_due_on.isoformat(), "ended_on": None}
    case.stops = [*case.stops, begun]
    project(case, ground.service, ground.limits, ground.procedure)
    refresh_due(case, tasks, doing)
    refresh_steps(case, ground.service, tasks, doing)
    told: dict[str, Text | str] = {"stop_kind": declared.label, "stop_days": str(days), "stop_until": day(case.stop_due_on)}
    data = begun | write_of_act(case, ground, "stop", doing, words=words, extra=told)
    tell(case, ground.service, "clock-stopped", due=case.stop_due_on)
    return keep(case, doing, before, words=words, data=data)


@once("resume")
def resume(case_id: UUID, *, actor: Actor, key: str, version: int, words: str) -> Done:
    """The special procedure is over; `words` are its result. The limits go on with the day after. Raises as `stop`."""
    if not words.strip():
        raise ReasonMissingError
    case = lock(case_id, actor, version=version)
    tasks = tasks_of(case)
    check_official(actor, case, tasks, "resume", verbs())
    check_version(case, version)
    ground = ground_of(case)
    doing = Doing("resume", actor, key=key, department=case.department)
    before = advance(case, ground.procedure, "resume")
    *earlier, last = case.stops
    ended = last | {"ended_on": clock.local_date(doing.at).isoformat()}
    case.stops, case.stop_due_on = [*earlier, ended], None
    project(case, ground.service, ground.limits, ground.procedure)
    refresh_due(case, tasks, doing)
    refresh_steps(case, ground.service, tasks, doing)
    kind = next((one.label for one in ground.procedure.lawful_stops if one.id == last["kind"]), Text(last["kind"], last["kind"]))
    data = ended | write_of_act(case, ground, "resume", doing, words=words, extra={"stop_kind": kind})
    tell(case, ground.service, "clock-resumed")
    return keep(case, doing, before, words=words, data=data)
