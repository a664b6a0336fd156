"""The left and the middle column: boxes with their counts, and the list of one box or of a search.

Invariants: what stands here is true at this moment (the empty sentence too); counts stop at 100; a row shows only the tail of a case's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from tongban.benefits.permissions import may
from tongban.cases import reads as cases
from tongban.cases.reads import TaskRow
from tongban.cases.reads.queue import Box
from tongban.catalogue import reads as catalogue
from tongban.faces.desk.person import systems_of, verbs_of
from tongban.faces.desk.where import BOXES, Where
from tongban.kernel import clock
from tongban.kernel.days import UndeclaredYearError
from tongban.kernel.text import Lang
from tongban.look import preferences
from tongban.look.environment import day, minute
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

FRAME = "desk/frame"
_MOST = 100
_PAGE = 50
_TAIL = 5
_LONG = 10
"""From so many hours on, minutes are not told."""
_PAGES = {
    "inspect": ("desk:site",),
    "catalogue": ("desk:exchange",),
    "audit": ("desk:ledger",),
    "follow-up": ("desk:supervision",),
    "review": ("desk:wall", "desk:licences"),
    "decide": ("desk:wall", "desk:licences"),
    "extend": ("desk:wall", "desk:licences"),
    "deliver": ("desk:sending",),
    "lead": ("desk:benefit",),
    "figures": ("desk:channels",),
    "upload": ("desk:registers",),
    "counter": ("counter:home", "desk:sending"),
    "dispatch": ("desk:dispatch",),
    "rule": ("desk:dispatch",),
    "oversee": ("desk:escalations",),
    "supervise": ("desk:escalations",),
    "draft-policy": ("desk:policies", "desk:runs"),
    "publish-policy": ("desk:policies", "desk:runs"),
    "match": ("desk:runs",),
}
"""By duty, the pages beside the boxes."""
_OF_SYSTEMS = ("desk:docking", "desk:reporting")
"""Pages beside the boxes for whoever looks after connected systems."""
_WITHOUT_BOXES = frozenset(
    {"inspect", "catalogue", "audit", "upload", "lead", "figures", "counter", "draft-policy", "publish-policy", "match"}
)
"""Duties that are done on their own page alone."""
_BESIDE = {"redress": "desk:ratings", "assign": "desk:ratings"}
"""By duty, a page that is looked at now and then."""


def columns(
    request: HttpRequest, person: Actor, where: Where, current: UUID | None = None, counted: Mapping[Box, int] | None = None
) -> dict[str, Any]:
    """What `desk/frame.html` needs: the boxes, the rows, the next page, the watermark."""
    lang = preferences.of(request).lang
    t = screen(FRAME, lang)
    counted = cases.counts(person) if counted is None else counted
    if where.words:
        rows, next_key = cases.search(person, where.words, limit=_PAGE), ""
    else:
        page = cases.queue(person, where.box, after=where.after, limit=_PAGE)
        rows, next_key = page.rows, page.next_key
    return {
        "where": where,
        "queues": [
            {
                "href": Where(box).home(),
                "label": t(f"box_{box}"),
                "count": _count(counted.get(box)),
                "current": box == where.box and not where.words,
                "late": box == "late" and bool(counted.get(box)),
                "key": str(number),
            }
            for number, box in enumerate(BOXES, 1)
        ],
        "tools": tools(person, t, request.path),
        "rows": [_row(row, where, current, t, lang) for row in rows],
        "next_page": Where(where.box, next_key).home() if next_key else "",
        "first_page": Where(where.box).home() if where.after else "",
        "nothing": nothing(person, where, lang) if not rows else "",
        "list_title": t("found", words=where.words) if where.words else t(f"box_{where.box}"),
        "watermark_lines": watermark(request, person),
    }


def tools(person: Actor, t: Screen, here: str) -> list[dict[str, object]]:
    """Pages beside the boxes that this person's posts open."""
    verbs = verbs_of(person)
    names = [name for verb, pages in _PAGES.items() if verb in verbs for name in pages] + _of_policies(person) + _of_systems(person)
    names += [name for verb, name in _BESIDE.items() if verb in verbs]
    return [
        {"href": reverse(name), "label": t(f"tool_{name.partition(':')[2]}"), "current": here.startswith(reverse(name))}
        for name in dict.fromkeys(names)
    ]


def _of_policies(person: Actor) -> list[str]:
    """The page of redeeming, for whoever's department has policies."""
    departments = {policy.department for policy in catalogue.city().policies.values()}
    return ["desk:redeeming"] if any(may(person, "see", post.department) for post in person.posts if post.department in departments) else []


def _of_systems(person: Actor) -> list[str]:
    city, departments = catalogue.city(), systems_of(person)
    reported = {report.system for report in city.reporting.values()}
    looked_after = {system.id for system in city.systems.values() if departments is None or system.department in departments}
    return [name for name, systems in zip(_OF_SYSTEMS, (looked_after, looked_after & reported), strict=True) if systems]


def own_page(person: Actor) -> str | None:
    """The page of somebody whose duties all have a page of their own: of the first of them."""
    verbs = verbs_of(person)
    return reverse(next(names[0] for verb, names in _PAGES.items() if verb in verbs)) if verbs and verbs <= _WITHOUT_BOXES else None


def watermark(request: HttpRequest, person: Actor) -> tuple[str, ...]:
    """Name, department and time, faint over the page: who photographs it signs it."""
    lang = preferences.of(request).lang
    departments = catalogue.city().departments
    held = dict.fromkeys(post.department for post in person.posts)
    shown = " ".join(departments[name].short.in_(lang) for name in list(held)[:2] if name in departments)
    return (person.name, shown, minute(clock.now(), lang))


def nothing(person: Actor, where: Where, lang: Lang) -> str:
    """What an empty list says, counted and not assumed."""
    t = screen(FRAME, lang)
    if where.words:
        return t("empty_search", words=where.words)
    if where.box == "today":
        return f"{_none_today(person, lang)}{'' if lang == 'zh' else ' '}{_next(person, lang)}"
    if where.box == "mine":
        return t.empty_mine
    return t(f"empty_{where.box}")


def promised(row: TaskRow, t: Screen) -> tuple[str, bool]:
    """The days left by the promise, or the hours where it is one of hours, in words, and whether it is late."""
    if row.done_at is not None:
        return _finished(row, t), row.was_late
    if row.due_at is not None:
        return hours_left(row.due_at, t)
    if row.due_on is None:
        return t.no_limit, False
    return days_told(row.due_on, row.promised_left or 0, t, _unit(row))


def _unit(row: TaskRow) -> str:
    return "calendar_" if row.counted == "calendar" else ""


def _finished(row: TaskRow, t: Screen) -> str:
    """Whether what is done was done in time: against its own day and not against today."""
    if not row.was_late or row.due_on is None:
        return t.done_in_time if row.due_on else t.done_no_limit
    if row.due_at is not None and row.done_at is not None:
        return hours_left(row.due_at, t, row.done_at)[0]
    return days_told(row.due_on, row.promised_left or 0, t, _unit(row))[0]


def days_told(due_on: date, n: int, t: Screen, unit: str = "") -> tuple[str, bool]:
    """The counted days left until a last day, below zero after it, in words, and whether it has gone by.

    Late in words alone where no counted day has gone by since, as on a day off. `unit` is `calendar_` where they are not working days.
    """
    if due_on < clock.today():
        return (t(f"{unit}late", n=-n) if n < 0 else t.overdue), True
    return (t.due_today if due_on == clock.today() else t(f"{unit}left", n=n)), False


def hours_left(due_at: datetime, t: Screen, at: datetime | None = None) -> tuple[str, bool]:
    """The hours and minutes left until an instant, now or at another, in words, and whether it has passed."""
    minutes = int((due_at - (at or clock.now())).total_seconds() // 60)
    late, minutes = minutes < 0, abs(minutes)
    hours, rest = divmod(minutes, 60)
    if hours >= _LONG:
        return t("hours_late" if late else "hours_left", n=hours), late
    return t("minutes_late" if late else "minutes_left", hours=hours, minutes=rest), late


def tail(number: str) -> str:
    """The end of a case's number, by which people call it."""
    return f"…{number[-_TAIL:]}" if number else ""


def summary(person: Actor, counted: Mapping[Box, int], lang: Lang) -> list[str]:
    """What the day holds, in sentences, while no case is open."""
    t = screen(FRAME, lang)
    late, today = counted["late"], counted["today"]
    lines = [t("sum_late", n=_count(late))] if late else []
    lines.append(
        t("sum_today", n=_count(today)) if today else f"{_none_today(person, lang)}{'' if lang == 'zh' else ' '}{_next(person, lang)}"
    )
    return lines


def _none_today(person: Actor, lang: Lang) -> str:
    """Nothing is due today any more, or nothing was."""
    t = screen(FRAME, lang)
    finished = any(row.due_on == clock.today() for row in cases.queue(person, "done", limit=_PAGE).rows)
    return t.empty_today if finished else t.none_today


def _next(person: Actor, lang: Lang) -> str:
    """How many fall due on the next working day."""
    t = screen(FRAME, lang)
    try:
        following = catalogue.city().calendar.add_working(clock.today(), 1)
    except UndeclaredYearError:
        return ""
    due = sum(row.due_on == following for row in cases.queue(person, "mine", limit=_MOST).rows)
    name = t.tomorrow if (following - clock.today()).days == 1 else t("next_day", day=day(following, lang))
    return t("next", day=name, n=due) if due else t("next_none", day=name)


def _row(row: TaskRow, where: Where, current: UUID | None, t: Screen, lang: Lang) -> dict[str, object]:
    words, late = promised(row, t)
    return {
        "href": where.case(row.case_id),
        "tail": tail(row.number),
        "service": row.about or row.title,
        "applicant": row.applicant_name or t.unnamed,
        "step": row.step_title,
        "statutory": " ".join(part for part in (_done_at(row, t, lang), _statutory(row, t)) if part),
        "promised": words,
        "late": late,
        "current": row.case_id == current,
    }


def _done_at(row: TaskRow, t: Screen, lang: Lang) -> str:
    return t("done_at", when=minute(row.done_at, lang)) if row.done_at else ""


def _statutory(row: TaskRow, t: Screen) -> str:
    if row.statutory_due_on is None or row.statutory_left is None:
        return ""
    day = clock.local_date(row.done_at) if row.done_at else clock.today()
    if row.statutory_due_on < day:
        return t("law_late", n=-row.statutory_left) if row.statutory_left < 0 else t.law_overdue
    if row.done_at is not None:
        return ""
    return t.law_today if row.statutory_due_on == day else t("law_left", n=row.statutory_left)


def _count(n: int | None) -> str:
    return "" if n is None else f"{_MOST}+" if n >= _MOST else str(n)
