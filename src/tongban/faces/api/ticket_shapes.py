"""What is sent to the interface about tickets."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from tongban.faces.api.shapes import Sent, Worded

_ID = 80


class Dispatch(Worded):
    """To which department; the category if it was wrong."""

    department: str = Field(max_length=_ID)
    category: str = Field("", max_length=_ID)


class Dispute(Worded):
    """Why it is not for this department, and which one it is for."""

    to: str = Field("", max_length=_ID)


class Ruling(Worded):
    """Whether it stays, moves to `department`, or is split: `department` answers, `helpers` help."""

    ruling: Literal["stays", "moves", "split"]
    department: str = Field("", max_length=_ID)
    helpers: list[str] = Field([], max_length=30)


class Said(Sent):
    """Words, with photos kept with the case."""

    words: str = Field(max_length=5000)
    photos: list[str] = Field([], max_length=20)


class Asked(Sent):
    """Which departments are asked to help, and with what."""

    departments: list[str] = Field(min_length=1, max_length=30)
    words: str = Field(max_length=5000)


class TicketAnswer(Worded):
    """The answer: a declared closing reason, and what it needs."""

    reason: str = Field(max_length=_ID)
    plan_on: date | None = None
    photos: list[str] = Field([], max_length=20)
    record: str = Field("", max_length=200)
    turn_to: str = Field("", max_length=_ID)
    public_words: str = Field("", max_length=300)


class Judgement(Worded):
    """The person's word: fixed or not, satisfied or not, or nothing said of that."""

    fixed: bool
    satisfied: bool | None = None


class CallBack(Worded):
    """What was said on the telephone; `reached` false means nothing was."""

    reached: bool
    fixed: bool = False
    satisfied: bool | None = None


class Review(Worded):
    """The supervision office's outcome."""

    outcome: Literal["again", "stands"]


class Merge(Worded):
    """The ticket that it is handled with."""

    into: UUID


class Reason(Sent):
    """Words alone."""

    words: str = Field("", max_length=5000)
