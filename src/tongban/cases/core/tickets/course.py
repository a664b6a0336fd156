"""Where a ticket goes: what a dispute leads to, what an answer needs, what the person's word leads to, who is told on which rung.

Invariants: a department disputes one dispatch at most once and within the declared hours; the second dispute of a ticket ends in the last resort, which may
not dispute: so disputes end; "not fixed" is never closed without words and a date; a person's silence is no consent; a rung whose post is empty hands its duty
to the next rung up, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from tongban.cases.core.tickets.clock import may_still
from tongban.catalogue.core.definition import Closing, Hours, Rung
from tongban.kernel.text import Text

Disputing = Literal["ruling", "last-resort", "already", "too-late", "may-not"]
NEEDS_DATE = frozenset({"partly", "no"})
"""What is not fixed, or not all of it, is closed only with words and a date."""

_WORDS = Text(zh="要写明办理情况和结果，群众会看到。", en="Write what was done and what came of it; the person will read it.")
_DATE = Text(
    zh="没有解决或者只解决了一部分的，要写明下一步的日期，今天或者以后。",
    en="What is not fixed, or only in part, needs the date of the next step: today or later.",
)
_PROOF = Text(zh="以“已解决”办结，要有现场照片或者处置记录。", en="To close it as fixed, add a photo or the record of what was done.")
_ELSEWHERE = Text(zh="请选定该向哪里反映。", en="Choose where the person should turn instead.")
_REASON = Text(zh="请选定办结理由。", en="Choose a closing reason.")


@dataclass(frozen=True)
class Answering:
    """What a department says when it answers."""

    reason: str
    words: str
    plan_on: date | None = None
    has_photo: bool = False
    record: str = ""
    turn_to: str = ""


def disputing(
    department: str, disputed_by: Sequence[str], last_resort: str, assigned_at: datetime | None, within: Hours, now: datetime
) -> Disputing:
    """What a department's dispute of a dispatch leads to: to a ruling, to the last resort, or to nothing."""
    if department == last_resort:
        return "may-not"
    if department in disputed_by:
        return "already"
    if not may_still(assigned_at, within, now):
        return "too-late"
    return "last-resort" if disputed_by else "ruling"


def faults_of(
    said: Answering, closing: Mapping[str, Closing], kind: str, elsewhere: Sequence[str], today: date, *, proof: bool
) -> dict[str, Text]:
    """What an answer still lacks, by field; nothing if it may be given."""
    reason = closing.get(said.reason)
    if reason is None or (reason.kinds and kind not in reason.kinds):
        return {"reason": _REASON}
    faults: dict[str, Text] = {}
    if not said.words.strip():
        faults["words"] = _WORDS
    if reason.fixed in NEEDS_DATE and (said.plan_on is None or said.plan_on < today):
        faults["plan_on"] = _DATE
    if reason.fixed == "yes" and proof and not (said.has_photo or said.record.strip()):
        faults["proof"] = _PROOF
    if reason.fixed == "out-of-scope" and said.turn_to not in elsewhere:
        faults["turn_to"] = _ELSEWHERE
    return faults


def reasons_for(closing: Mapping[str, Closing], kind: str) -> tuple[Closing, ...]:
    """The reasons for which a ticket of this kind may be closed."""
    return tuple(reason for reason in closing.values() if not reason.kinds or kind in reason.kinds)


def not_fixed_leads_to(reopened: int, most: int) -> Literal["reopen", "to-supervision"]:
    """What "not fixed" leads to, if it was reopened so often before."""
    return "reopen" if reopened < most else "to-supervision"


Holder = TypeVar("Holder")


@dataclass(frozen=True)
class Climb(Generic[Holder]):
    """Who is told in a rung's stead: the first rung from it upwards that somebody holds, and the empty ones below."""

    rung: int
    holders: tuple[Holder, ...]
    empty: tuple[int, ...]


def climb(ladder: Sequence[Rung], rung: int, holders_of: Callable[[Rung], Sequence[Holder]]) -> Climb[Holder]:
    """Go up from a rung until somebody holds one. Where nobody does, the top rung keeps it, with nobody to tell today."""
    empty: list[int] = []
    for index in range(rung, len(ladder)):
        holders = tuple(holders_of(ladder[index]))
        if holders:
            return Climb(index, holders, tuple(empty))
        empty.append(index)
    return Climb(len(ladder) - 1, (), tuple(empty))
