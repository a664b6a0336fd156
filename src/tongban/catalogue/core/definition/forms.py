"""What is asked of the applicant, and what is fetched instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tongban.catalogue.core.definition.limits import Option
from tongban.kernel.text import Text
from tongban.rules.core import Expression, FactType

QuestionType = Literal["text", "long-text", "yes-no", "choice", "int", "decimal", "money", "date", "file", "phone", "bank-account"]


@dataclass(frozen=True)
class Question:
    """One question of a form; its fact is `form.<id>`. A question that is not shown has no answer: its fact is none."""

    id: str
    section: str
    type: QuestionType
    label: Text
    fact: FactType
    hint: Text | None = None
    required: bool = True
    show: Expression | None = None
    options: tuple[Option, ...] = ()
    accept: tuple[str, ...] = ()
    """Kinds of file: pdf, jpg, png."""
    max_bytes: int = 10_000_000
    supplies: Text | None = None
    """For a paper: who draws it up and how, so that one need not ask (`who supplies each`)."""
    secondary: bool = False
    """For a paper: it may come after acceptance where the service tolerates that (容缺)."""


@dataclass(frozen=True)
class Section:
    """A group of questions on one page."""

    id: str
    title: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Need:
    """A record that a department already holds; its facts are `<alias>.<item>`. It is fetched, never asked for."""

    alias: str
    resource: str
    """`department/resource`."""
    by: str
    """Where the key comes from: `applicant.uscc`, `applicant.id_number`, `form.<question>`, or an item of an earlier need: `kin.spouse_id_number`."""
    purpose: str
    fresh: timedelta
    items: tuple[str, ...]
    """The items that rules, form or letters of this service read: only these are asked for."""
    if_silent: Literal["wait", "upload", "officer"] = "wait"
    title: Text | None = None
    """How the papers' list calls what this need replaces, e.g. 营业执照."""
    when: Expression | None = None
    """For some cases only: elsewhere it is not asked for. In a bundle also: only if a part is needed that asks for it."""
    consent: str = ""
    """The yes-no question, `form.<question>`, whose yes lets the register be asked (授权核查); until then, and after a no, nothing is asked."""
    whose: Text | None = None
    """Whose record it is, where not the applicant's: the spouse's, the landlord's. Labels say so."""
