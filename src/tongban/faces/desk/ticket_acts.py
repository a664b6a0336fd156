"""The acts on a ticket, a line each: whether its form needs words, and how it is carried out.

Invariant: a form's fields are what its act takes; what they mean, and whether they may be so, is the cases room's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest

from tongban.cases.acts import tickets
from tongban.cases.core.tickets.errors import NotMergeableError
from tongban.cases.reads.tickets.desk import named
from tongban.faces.desk.act_forms import ActForm, Typed, task_of
from tongban.faces.desk.offers import Offer
from tongban.faces.desk.ticket_offers import chosen, date_of, date_typed
from tongban.files import acts as files
from tongban.front.person import uuid_of
from tongban.parties.core.people import Actor

_PICTURES = ("jpg", "png")
_MAX_BYTES = 10_000_000
_MOST = 5


def keep_photos(request: HttpRequest, case_id: UUID, typed: Typed) -> Typed:
    """The form with its new photos kept beside those kept before. Raises the files room's errors."""
    kept = [one for one in typed.fields.get("photos", "").split(",") if uuid_of(one)]
    kept += [
        str(files.keep(each.read(), name=each.name or "", accept=_PICTURES, max_bytes=_MAX_BYTES, owner=case_id).id)
        for each in request.FILES.getlist("photos")
    ]
    return replace(typed, fields={**typed.fields, "photos": ",".join(list(dict.fromkeys(kept))[:_MOST])})


def _dispatch(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    to, category = typed.fields.get("department", ""), typed.fields.get("category", "")
    return tickets.dispatch(case_id, to, actor=person, key=typed.key, version=typed.version, category=category, words=typed.words)


def _dispute(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    to = typed.fields.get("to", "")
    return tickets.dispute(case_id, actor=person, key=typed.key, version=typed.version, words=typed.words, to=to)


def _rule(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    ruling = typed.fields.get("ruling", "")
    said: Literal["stays", "moves", "split"] = "stays" if ruling == "stays" else "split" if ruling == "split" else "moves"
    return tickets.rule(
        case_id,
        said,
        actor=person,
        key=typed.key,
        version=typed.version,
        words=typed.words,
        department=typed.fields.get("department", ""),
        helpers=chosen(typed.fields.items(), "help-"),
    )


def _progress(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return tickets.progress(case_id, actor=person, key=typed.key, words=typed.words, photos=_photos(typed))


def _ask_help(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    departments = chosen(typed.fields.items(), "help-")
    return tickets.ask_help(case_id, departments, actor=person, key=typed.key, words=typed.words)


def _give_help(_: UUID, person: Actor, offer: Offer | None, typed: Typed) -> object:
    return tickets.give_help(task_of(offer, typed), actor=person, key=typed.key, words=typed.words, photos=_photos(typed))


def _answer(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    fields = typed.fields
    return tickets.answer(
        case_id,
        fields.get("reason", ""),
        actor=person,
        key=typed.key,
        version=typed.version,
        words=typed.words,
        plan_on=date_of(date_typed(typed, "plan_on")),
        photos=_photos(typed),
        record=fields.get("record", ""),
        turn_to=fields.get("turn_to", ""),
        public_words=fields.get("public", ""),
    )


def _supervise(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    outcome: Literal["again", "stands"] = "stands" if typed.fields.get("outcome") == "stands" else "again"
    return tickets.supervise(case_id, outcome, actor=person, key=typed.key, version=typed.version, words=typed.words)


def _call_back(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    said, glad = typed.fields.get("said", "no"), typed.fields.get("satisfied", "")
    return tickets.call_back(
        case_id,
        actor=person,
        key=typed.key,
        version=typed.version,
        reached=said in ("fixed", "not-fixed"),
        fixed=said == "fixed",
        satisfied=None if glad not in ("yes", "no") else glad == "yes",
        words=typed.words,
    )


def _merge(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    number = typed.fields.get("number", "")
    into = named(person, number) if number.strip() else uuid_of(typed.fields.get("into", ""))
    if into is None:
        raise NotMergeableError(number)
    return tickets.merge(case_id, into, actor=person, key=typed.key, version=typed.version, words=typed.words)


def _unmerge(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return tickets.unmerge(case_id, actor=person, key=typed.key, version=typed.version, words=typed.words)


def _press(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return tickets.press(case_id, actor=person, key=typed.key, words=typed.words)


def _see_who(case_id: UUID, person: Actor, _: Offer | None, typed: Typed) -> object:
    return tickets.see_who(case_id, actor=person, key=typed.key, words=typed.words)


def _photos(typed: Typed) -> list[str]:
    return [one for one in typed.fields.get("photos", "").split(",") if one]


TICKET_FORMS: Final[Mapping[str, ActForm]] = {
    "dispatch": ActForm(_dispatch),
    "dispute": ActForm(_dispute, is_reasoned=True),
    "rule": ActForm(_rule, is_reasoned=True),
    "progress": ActForm(_progress, is_reasoned=True, takes_photos=True),
    "ask-help": ActForm(_ask_help, is_reasoned=True),
    "give-help": ActForm(_give_help, is_reasoned=True, is_of_task=True, takes_photos=True),
    "answer": ActForm(_answer, is_reasoned=True, takes_photos=True),
    "supervise": ActForm(_supervise, is_reasoned=True),
    "call-back": ActForm(_call_back),
    "merge": ActForm(_merge),
    "unmerge": ActForm(_unmerge, is_reasoned=True),
    "urge": ActForm(_press, is_reasoned=True),
    "see-who": ActForm(_see_who, is_reasoned=True),
}
"""By the last part of the act's address."""
