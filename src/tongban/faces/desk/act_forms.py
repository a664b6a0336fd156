"""The acts of the desk, a line each: which fields its form has, whether it needs words, and how it is carried out.

Invariant: a form's fields are what its act takes; what they mean, and whether they may be so, is the cases room's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.http import QueryDict

from tongban.cases import acts
from tongban.faces.desk.offers import Offer
from tongban.front.person import uuid_of
from tongban.kernel.errors import NotFoundError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_NO_ACT = Text(zh="没有这项操作。请从办件页面选择要办的事。", en="There is no such act. Choose one on the case's page.")
_MOST = 4000
_LONGEST = 20_000
"""Characters of one answer that are looked at; what may be so long is the question's to say."""


@dataclass(frozen=True)
class Typed:
    """What a form sent: as it was typed, to be acted on or shown again."""

    words: str = ""
    key: str = ""
    version: int = 0
    events: int = 0
    seen: str = ""
    basis: str = ""
    task: str = ""
    questions: tuple[str, ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """The act's own fields, by name."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers of the applicant's form, by their fields."""

    @classmethod
    def of(cls, sent: QueryDict) -> Typed:
        """Read a posted form; what is not a number is 0."""
        return cls(
            words=sent.get("words", "")[:_MOST],
            key=sent.get("key", "")[:80] or str(uuid7()),
            version=number(sent.get("version", "")),
            events=number(sent.get("events", "")),
            seen=sent.get("seen", "")[:_MOST],
            basis=sent.get("basis", ""),
            task=sent.get("task", ""),
            questions=tuple(sent.getlist("questions")),
            records={name.removeprefix("record-"): str(value) for name, value in sent.items() if name.startswith("record-")},
            answers={name.removeprefix("answer-"): str(value)[:_LONGEST] for name, value in sent.items() if name.startswith("answer-")},
            fields={name.removeprefix("field-"): str(value)[:200] for name, value in sent.items() if name.startswith("field-")},
        )


CarryOut = Callable[[UUID, Actor, Offer | None, Typed], object]


@dataclass(frozen=True)
class ActForm:
    """One act."""

    carry_out: CarryOut
    is_reasoned: bool = False
    """It needs words."""
    reads_again: bool = False
    """Facts that are older than `fresh` are asked for again before it."""
    is_of_task: bool = False
    """It is about one open task, not about the whole case."""
    takes_words: bool = True
    takes_paper: bool = False
    """A paper may come with it."""
    takes_photos: bool = False
    """Photos may come with it."""


def _accept(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.accept(case_id, actor=person, key=typed.key, version=typed.version, words=typed.words)


def _correct(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.ask_correction(
        case_id, actor=person, key=typed.key, version=typed.version, questions=list(typed.questions), words=typed.words
    )


def _on_the_spot(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    word = typed.fields.get("word", "")
    return acts.correct_on_the_spot(
        case_id, typed.answers, actor=person, key=typed.key, version=typed.version, word=word, words=typed.words
    )


def _not_accept(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    elsewhere = typed.fields.get("elsewhere", "")
    return acts.not_accept(
        case_id, "not-accept", actor=person, key=typed.key, version=typed.version, words=typed.words, elsewhere=elsewhere
    )


def _not_needed(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.not_accept(case_id, "not-needed", actor=person, key=typed.key, version=typed.version, words=typed.words)


def _pass(_: UUID, person: Actor, offer: Offer | None, typed: Typed) -> object:
    return acts.complete_step(task_of(offer, typed), actor=person, key=typed.key, words=typed.words, records=dict(typed.records))


def _return(_: UUID, person: Actor, offer: Offer | None, typed: Typed) -> object:
    return acts.complete_step(task_of(offer, typed), actor=person, key=typed.key, outcome="return", words=typed.words)


def _grant(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.decide(case_id, "grant", actor=person, key=typed.key, version=typed.version, words=typed.words)


def _refuse(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.decide(case_id, "refuse", actor=person, key=typed.key, version=typed.version, words=typed.words)


def _hand_over(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    who, relation, document = (typed.fields.get(name, "") for name in ("received_by", "relation", "document"))
    handed = acts.Handed(who, relation, document, typed.words)
    return acts.hand_out(case_id, actor=person, key=typed.key, handed=handed)


def _stop(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    kind, days = typed.fields.get("kind", ""), number(typed.fields.get("days", ""))
    return acts.stop(case_id, kind, actor=person, key=typed.key, version=typed.version, days=days, words=typed.words)


def _resume(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.resume(case_id, actor=person, key=typed.key, version=typed.version, words=typed.words)


def _extend(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    days = number(typed.fields.get("days", ""))
    return acts.extend(case_id, actor=person, key=typed.key, version=typed.version, days=days, words=typed.words)


def _assign(_: UUID, person: Actor, offer: Offer | None, typed: Typed) -> object:
    to = typed.fields.get("person", "")
    return acts.assign(task_of(offer, typed), uuid_of(to), actor=person, key=typed.key, words=typed.words)


def _move(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.move(case_id, typed.fields.get("version", ""), actor=person, key=typed.key, version=typed.version, words=typed.words)


def _annul(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.annul(case_id, "annul", actor=person, key=typed.key, version=typed.version, words=typed.words)


def _drop_annulment(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.annul(case_id, "drop-annulment", actor=person, key=typed.key, version=typed.version, words=typed.words)


def _mark_paid(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return acts.mark_paid(case_id, typed.fields.get("receipt", ""), actor=person, key=typed.key, version=typed.version)


def _by_hand(_: UUID, person: Actor, offer: Offer | None, typed: Typed) -> object:
    paper = uuid_of(typed.fields.get("paper-kept", ""))
    task_id = task_of(offer, typed)
    return acts.enter_by_hand(task_id, actor=person, key=typed.key, records=dict(typed.records), words=typed.words, paper=paper)


def _push_again(_: UUID, person: Actor, offer: Offer | None, typed: Typed) -> object:
    return acts.push_again(task_of(offer, typed), actor=person, key=typed.key)


FORMS: Final[Mapping[str, ActForm]] = {
    "accept": ActForm(_accept, reads_again=True),
    "correction": ActForm(_correct, is_reasoned=True),
    "on-the-spot": ActForm(_on_the_spot),
    "not-accept": ActForm(_not_accept, is_reasoned=True, reads_again=True),
    "not-needed": ActForm(_not_needed, is_reasoned=True, reads_again=True),
    "pass": ActForm(_pass, is_of_task=True),
    "return": ActForm(_return, is_reasoned=True, is_of_task=True),
    "grant": ActForm(_grant, reads_again=True),
    "refuse": ActForm(_refuse, is_reasoned=True, reads_again=True),
    "end": ActForm(_grant, is_reasoned=True, reads_again=True),
    "drop-ending": ActForm(_refuse, is_reasoned=True, reads_again=True),
    "hand-over": ActForm(_hand_over),
    "stop": ActForm(_stop, is_reasoned=True),
    "resume": ActForm(_resume, is_reasoned=True),
    "extend": ActForm(_extend, is_reasoned=True),
    "assign": ActForm(_assign, is_of_task=True),
    "move": ActForm(_move, is_reasoned=True),
    "by-hand": ActForm(_by_hand, is_reasoned=True, reads_again=True, is_of_task=True, takes_paper=True),
    "push-again": ActForm(_push_again, is_of_task=True, takes_words=False),
    "annul": ActForm(_annul, is_reasoned=True),
    "drop-annulment": ActForm(_drop_annulment, is_reasoned=True),
    "mark-paid": ActForm(_mark_paid, takes_words=False),
}
"""By the last part of the act's address."""


def task_of(offer: Offer | None, typed: Typed) -> UUID:
    """The task that the form was about, even if a colleague has since done it: then the act itself says so. Raises NotFoundError."""
    found = uuid_of(typed.task)
    if found is None and (offer is None or offer.task_id is None):
        raise NotFoundError(_NO_ACT)
    return found or offer.task_id  # type: ignore[union-attr,return-value]


def number(text: str) -> int:
    """A whole number as it was typed, also in full-width digits; 0 for what is none."""
    plain = text.strip().translate({ord("０") + n: str(n) for n in range(10)})
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else 0
