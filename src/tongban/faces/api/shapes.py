"""What is sent to the interface. What is answered stands beside the calls."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tongban.kernel.text import plain

Given = str | bool | int | Decimal | None
"""An answer: text as a person types it, or yes or no, or a number; null takes an answer away."""


class Sent(BaseModel):
    """Fields that the interface does not know are refused, so that a misspelt one is not passed over in silence."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _kept(cls, value: object) -> object:
        """What no text can hold is left out, as it is of a posted form."""
        return plain(value) if isinstance(value, str) else value


class For(Sent):
    """Who applies."""

    kind: Literal["person", "firm"]
    id: UUID


class Delivery(Sent):
    """How letters are to come: `electronic` is consent, `mail` needs name, telephone and address."""

    how: Literal["electronic", "collect", "mail"]
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=20)
    address: str = Field("", max_length=200)


class Application(Sent):
    """An application. `principal` may be left out by somebody who applies for themselves; with `send` false it stays a draft.

    `licence` is the id of the one that a change, an extension, a reissue or an ending is about; the only one there is need not be named.
    """

    service: str = Field(max_length=80)
    principal: For | None = None
    situation: str = Field("new", max_length=20)
    answers: dict[str, Given] = {}
    send: bool = True
    promise: bool = False
    """Choose the way on a promise, where one is open."""
    tolerate: bool = False
    """Ask that secondary papers may follow after acceptance."""
    licence: UUID | None = None
    delivery: Delivery | None = None


class Sending(Sent):
    """A draft, or an application sent back, goes off; answers that are given replace those there are."""

    version: int = Field(ge=1)
    answers: dict[str, Given] = {}
    tolerate: bool = False


class Worded(Sent):
    """An act on the version that the caller has seen, with words if any."""

    version: int = Field(ge=1)
    words: str = Field("", max_length=5000)


class Correction(Worded):
    """What is to be corrected."""

    questions: list[str] = Field([], max_length=200)


class OnTheSpot(Worded):
    """What the applicant says is to be put right, and how they said so."""

    answers: dict[str, Given] = Field(min_length=1)
    word: Literal["present", "telephone", "counter"]


class Refusal(Worded):
    """Why it is not accepted, or that nothing is needed."""

    answer: Literal["not-accept", "not-needed"]
    elsewhere: str = Field("", max_length=200)


class Stop(Worded):
    """A special procedure: which, and how many working days it is expected to take."""

    kind: str = Field(max_length=40)
    days: int = Field(ge=1, le=400)


class Extension(Worded):
    """By how many days the statutory limit is extended."""

    days: int = Field(ge=1, le=400)


class Assignment(Sent):
    """Who is to do a task; null gives it back to everybody in the post."""

    person: UUID | None
    words: str = Field("", max_length=5000)


class Appointed(Sent):
    """When officials come: a day and half of it."""

    on: date
    half: Literal["am", "pm"]


class Paid(Sent):
    """A receipt under which everything that is due was paid."""

    version: int
    receipt_no: str = Field(max_length=60)


class Annulment(Worded):
    """Annul what was granted on a promise, or let it stand."""

    answer: Literal["annul", "drop-annulment"]


class Checked(Sent):
    """What the check of a promise found."""

    words: str = Field("", max_length=5000)
    records: dict[str, str] = {}
    photos: list[str] = Field([], max_length=20)


class Decision(Worded):
    """The answer to the application."""

    answer: Literal["grant", "refuse"]


class StepDone(Sent):
    """One step of the route, with what was recorded."""

    outcome: str = Field("pass", max_length=20)
    words: str = Field("", max_length=5000)
    records: dict[str, str] = {}
    photos: list[str] = Field([], max_length=20)


def typed(answers: dict[str, Given]) -> dict[str, str]:
    """Answers as they would stand in a form's fields."""
    return {name: _text(value) for name, value in answers.items()}


def _text(value: Given) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
