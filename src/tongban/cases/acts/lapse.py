"""What the applicant's silence means: corrections that are never sent, secondary papers that never come.

Invariants: a case ends this way only where its service or its procedure says so, only after the last day has passed, and is told; a reminder goes out
once; nothing that was typed or sent is thrown away; it is no refusal, and the same may be applied for again at once.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from tongban.cases.acts.outputs import tell, write_of_act
from tongban.cases.acts.projecting import project
from tongban.cases.acts.record import Doing, advance, close_tasks, keep, lock, tasks_of
from tongban.cases.models import Case
from tongban.cases.reads import Ground, ground_of
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

ACT = "lapse"
REMINDER, REMINDER_ONLY = "correction-reminder", "correction-still-missing"
"""What is sent shortly before the last day: that the case ends then, or no more than that something is missing."""


def overdue_replies(limit: int = 200) -> list[UUID]:
    """The cases whose applicant's last day for corrections, or for owed papers, has passed."""
    today = clock.today()
    late = Case.objects.filter(Q(is_open=True), Q(reply_due_on__lt=today) | Q(owed_due_on__lt=today))
    return list(late.order_by(F("reply_due_on").asc(nulls_last=True), "owed_due_on").values_list("pk", flat=True)[:limit])


def lapse(case_id: UUID) -> bool:
    """End a case if its applicant's days have passed and that is what they mean; returns whether it did."""
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        ground = ground_of(case)
        if not _has_lapsed(case, ground) or ground.procedure.next_state(case.state, ACT) is None:
            return False
        doing = Doing(ACT, None, department=case.department)
        before = advance(case, ground.procedure, ACT)
        missed = {"reply_due_on": str(case.reply_due_on or case.owed_due_on), "owed": case.owed}
        case.decided_on, case.step, case.owed_due_on, case.asked_on = clock.local_date(doing.at), "", None, None
        project(case, ground.service, ground.limits, ground.procedure)
        close_tasks(tasks_of(case), doing, ACT)
        data = missed | write_of_act(case, ground, ACT, doing)
        tell(case, ground.service, "lapsed")
        keep(case, doing, before, data=data)
    return True


def soon_overdue(limit: int = 200) -> list[UUID]:
    """The cases whose applicant may have to be reminded of corrections, and was not yet."""
    today, city = clock.today(), catalogue.city()
    longest = max((one.silence.remind.days for one in city.services.values() if one.silence and one.silence.remind), default=0)
    until = city.calendar.add_working(today, longest)
    rows = Case.objects.filter(is_open=True, reminded_on=None, reply_due_on__gte=today, reply_due_on__lte=until).order_by("reply_due_on")
    return list(rows.values_list("pk", flat=True)[:limit])


def remind(case_id: UUID) -> bool:
    """Remind the applicant once, when the time has come that the service declares; returns whether it did."""
    with transaction.atomic(durable=True):
        case = lock(case_id, None)
        ground = ground_of(case)
        service = ground.service
        if service.silence is None or service.silence.remind is None or case.reply_due_on is None or case.reminded_on is not None:
            return False
        if catalogue.city().calendar.working_between(clock.today(), case.reply_due_on) > service.silence.remind.days:
            return False
        case.reminded_on = clock.today()
        case.save(update_fields=["reminded_on"])
        tell(case, service, REMINDER if ends_in_silence(ground) else REMINDER_ONLY, due=case.reply_due_on)
    return True


def _has_lapsed(case: Case, ground: Ground) -> bool:
    today = clock.today()
    if case.owed and case.owed_due_on is not None and case.owed_due_on < today:
        return True
    return ends_in_silence(ground) and case.reply_due_on is not None and case.reply_due_on < today


def ends_in_silence(ground: Ground) -> bool:
    """Whether a case ends when the applicant lets the last day for corrections pass."""
    return ground.service.silence is not None and ground.service.silence.means == "end"
