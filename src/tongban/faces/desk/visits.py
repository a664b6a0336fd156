"""When officials come: who comes along, where and when, as the inspector's phone tells it.

Invariants: an agreed time is told with who agreed it, and older ones stay readable; every department sees how far the others are and signs its own record.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tongban.cases import acts
from tongban.cases.reads.visits import AppointmentRow, Going, VisitBrief, visit_view
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Lang, Text
from tongban.look.environment import day, when
from tongban.look.texts import Screen, screen

_TEXTS = ("desk/visit",)


def told(task_id: UUID, lang: Lang) -> dict[str, Any]:
    """What the phone shows of the visit that a check is part of."""
    t, visit = screen(_TEXTS, lang), visit_view(task_id)
    older = [one for one in visit.appointments if not one.is_current]
    return {
        "title": visit.title if visit.is_joint else t.when_title,
        "place": visit.place,
        "going": [_going(one, t, lang) for one in visit.going] if visit.is_joint else [],
        "agreed": _agreed(visit.current, t, lang) if visit.current else "",
        "agreed_by": _by(visit.current, t, lang) if visit.current else "",
        "older": [f"{_agreed(one, t, lang)} · {_by(one, t, lang)}" for one in older],
        "days": [(on.isoformat(), Text(day(on, "zh"), day(on, "en"))) for on in visit.days],
        "halves": list(acts.HALVES.items()),
        "key": str(uuid7()),
    }


def brief(visit: VisitBrief | None, lang: Lang) -> str:
    """Of one check in the list: with whom, and when."""
    t = screen(_TEXTS, lang)
    if visit is None:
        return ""
    others = ("、" if lang == "zh" else ", ").join(one.in_(lang) for one in visit.others)
    told_ = [t("brief_with", others=others)] if others else []
    told_ += [_agreed(visit.appointment, t, lang)] if visit.appointment else []
    return " · ".join(told_)


def _going(one: Going, t: Screen, lang: Lang) -> dict[str, object]:
    says = t(f"going_{one.state}", n=one.signed, of=one.officers) if one.state != "open" or one.signed else t.going_here
    due = t("going_due", day=day(one.due_on, lang)) if one.due_on and one.state == "open" else ""
    return {"department": one.department, "service": one.service, "says": says, "due": due, "is_done": one.state == "done"}


def _agreed(one: AppointmentRow, t: Screen, lang: Lang) -> str:
    return t("agreed", day=day(one.on, lang), half=t(f"half_{one.half}"))


def _by(one: AppointmentRow, t: Screen, lang: Lang) -> str:
    return t("agreed_by", department=one.department, name=one.made_by, at=when(one.made_at, lang))
