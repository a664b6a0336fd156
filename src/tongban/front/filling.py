"""Filling in a declared form, whoever holds the pen: what a page shows of it, what was typed, which papers came with it.

Invariants: what a page posted is read before anything is judged; a paper that is refused keeps its reason and takes no other with it; several pictures for
one question are the pages of one paper.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from tongban.cases import acts
from tongban.cases.core.form import show
from tongban.cases.errors import StaleCaseError
from tongban.cases.reads import FormView
from tongban.cases.reads.form import QuestionView, SectionView, shown_fact
from tongban.files.core.binding import bind
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Lang, Text
from tongban.look.posted import posted
from tongban.parties.core.people import Actor


def value_of(view: QuestionView) -> object:
    """A stored answer as its field shows it."""
    return None if view.value is None else view.question.fact.from_json(view.value)


def deciding(form: FormView) -> frozenset[str]:
    """The questions that others' appearance depends on: an answer to one redraws the page."""
    read = {name for question in form.service.questions if question.show for name in question.show.facts_read}
    return frozenset(name.partition(".")[2] for name in read if name.startswith("form."))


def typed(request: HttpRequest, form: FormView, section_id: str | None = None) -> dict[str, str]:
    """What was typed on a page (of one section, or of all), as it was typed."""
    found = {
        question.id: posted(question.type, question.id, request.POST)
        for question in form.service.questions
        if section_id in (None, question.section)
    }
    return {name: text for name, text in found.items() if text is not None}


def both(views: tuple[QuestionView, ...], stale: StaleCaseError, lang: Lang) -> list[list[object]]:
    """The answers that two windows disagree about: question, kept, typed."""
    asked = {view.question.id: view.question for view in views}
    return [
        [asked[name].label, *(show(asked[name], side[name], lang) or "—" for side in (stale.theirs, stale.yours))]
        for name in stale.theirs
        if name in asked
    ]


def answer_of(form: FormView, view: QuestionView) -> Text | str | None:
    """One answer as a summary shows it: the paper's name, the fact's words; None while it is still to be given."""
    if view.question.id in form.faults:
        return None
    if view.upload:
        return view.upload.name
    return shown_fact(form.service, f"form.{view.question.id}", form.facts[f"form.{view.question.id}"])


def ask_registers(person: Actor, case_id: UUID) -> None:
    """Ask the registers anew where what they said is stale, at the pace that one person is allowed."""
    acts.check_asking(person)
    acts.gather(case_id, actor=f"account:{person.account_id}", department=person.assistant.department if person.assistant else "")


def attach_all(request: HttpRequest, person: Actor, case_id: UUID, parts: tuple[SectionView, ...]) -> dict[str, Text]:
    """Keep the papers that came with a page of these sections; a refused one keeps the reason, the others stay."""
    faults: dict[str, Text] = {}
    for view in (view for part in parts for view in part.questions):
        sent = [one for one in request.FILES.getlist(view.question.id) if isinstance(one, UploadedFile)]
        if not sent:
            continue
        try:
            acts.check_uploads(person)
            content, name = _one_paper(sent, view.question.label.zh)
            acts.attach(case_id, view.question.id, content, name, actor=person)
        except TongbanError as refused:
            faults[view.question.id] = refused.says
    return faults


def _one_paper(sent: list[UploadedFile[Any]], title: str) -> tuple[bytes, str]:
    if len(sent) == 1:
        return sent[0].read(), sent[0].name or ""
    return bind([one.read() for one in sent]), f"{title}.pdf"
