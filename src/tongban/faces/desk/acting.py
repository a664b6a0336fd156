"""An act's form, and the act.

Invariants: every form carries a key and the version that was read; the same form sent twice is one act; nothing typed is lost, whatever
the answer; before a decision stale facts are read again, and unless facts and amount are those that its form was shown with, it is asked for anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.bundle_errors import ReceiptMissingError
from tongban.cases.core.tickets.errors import (
    AnswerIncompleteError,
    DisputeRefusedError,
    NoSuchDepartmentError,
    NotMergeableError,
    TooLateToReopenError,
)
from tongban.cases.correction_errors import CorrectionToldError, NotOnTheSpotError, SpotFaultsError
from tongban.cases.errors import (
    ExtensionError,
    MayNotError,
    NoSuchStopError,
    NotAColleagueError,
    ReasonMissingError,
    ReceiverMissingError,
    RecordMissingError,
)
from tongban.cases.reads.desk import DeskCase
from tongban.faces.desk.act_fields import asked_again, fields_of
from tongban.faces.desk.act_forms import FORMS as CASE_FORMS
from tongban.faces.desk.act_forms import Typed
from tongban.faces.desk.cases_page import case_page, history
from tongban.faces.desk.offers import Offer
from tongban.faces.desk.person import department_of, name_of, official
from tongban.faces.desk.systems import with_paper
from tongban.faces.desk.ticket_acts import TICKET_FORMS, keep_photos
from tongban.faces.desk.ticket_offers import offered, ticket_fields
from tongban.faces.desk.where import Where
from tongban.files.errors import RefusedFileError
from tongban.kernel.errors import ConflictError, NotFoundError
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.parties.core.people import Actor

FORMS = {**CASE_FORMS, **TICKET_FORMS}
CORRECTABLE = (
    ReceiptMissingError,
    ReasonMissingError,
    RecordMissingError,
    CorrectionToldError,
    SpotFaultsError,
    NotOnTheSpotError,
    NoSuchStopError,
    ExtensionError,
    NotAColleagueError,
    ReceiverMissingError,
    AnswerIncompleteError,
    NoSuchDepartmentError,
    DisputeRefusedError,
    NotMergeableError,
    TooLateToReopenError,
)
"""What somebody mends in the form itself."""
_AT = {"proof": "photos"}
"""Where a fault is told, if not at the field of its own name."""
_NO_ACT = Text(zh="没有这项操作。请从办件页面选择要办的事。", en="There is no such act. Choose one on the case's page.")


@dataclass(frozen=True)
class Changed:
    """What is another than when the form was shown."""

    is_certain: bool = False
    clauses: tuple[dict[str, object], ...] = ()
    items: tuple[tuple[Text, Text, Text], ...] = ()
    """(label, before, now) of what registers said."""
    amount: tuple[int | None, int | None] | None = None

    @classmethod
    def between(cls, seen: Mapping[str, str], before: DeskCase, now: DeskCase, *, is_certain: bool = False) -> Changed:
        """From the answers that were seen, and the case as it stood before registers were asked again."""
        clauses: tuple[dict[str, object], ...] = tuple(
            {"says": row.says, "old": seen[row.id], "new": row.answer.value}
            for row in now.case.clauses
            if row.id in seen and seen[row.id] != row.answer.value
        )
        was = {item.name: item.shown for item in before.case.prefilled}
        items = tuple(
            (item.label, was[item.name], item.shown) for item in now.case.prefilled if was.get(item.name, item.shown) != item.shown
        )
        sums = (before.case.amount_fen, now.case.amount_fen)
        return cls(is_certain, clauses, items, sums if sums[0] != sums[1] else None)

    def __bool__(self) -> bool:
        return self.is_certain or bool(self.clauses or self.items or self.amount)


@require_http_methods(["GET", "POST"])
@official
def act(request: HttpRequest, person: Actor, case_id: UUID, slug: str) -> HttpResponse:
    """The form of one act; posting it does the act. 404 for whom the case is none of."""
    if slug not in FORMS:
        raise NotFoundError(_NO_ACT)
    desk = cases.desk_case(case_id, person)
    typed, refused = Typed.of(request.POST), None
    wanted = typed.task or request.GET.get("task", "")
    offer = _offer(desk, slug, wanted)
    if offer is not None and FORMS[slug].takes_paper:
        typed, refused = with_paper(request, case_id, typed)
    before = desk
    if offer is not None and FORMS[slug].reads_again:
        acts.gather(case_id, actor=name_of(person), department=department_of(person, desk.case.department.id))
        desk = cases.desk_case(case_id, person)
    if request.method == "GET":
        if offer is None:
            return HttpResponseRedirect(Where.of(request).case(case_id))
        return _form_page(request, person, desk, offer, Typed(), Changed.between(answers(before), before, desk))
    if offer is not None and refused is not None:
        return _form_page(request, person, desk, offer, typed, Changed(), status=422, error=refused, at="field-paper")
    if offer is not None and FORMS[slug].reads_again and typed.version == desk.case.version and typed.basis != desk.case.basis:
        return _form_page(
            request, person, desk, offer, typed, Changed.between(_read(typed.seen), before, desk, is_certain=True), status=409
        )
    return _do(request, person, desk, slug, offer, typed)


def _offer(desk: DeskCase, slug: str, task: str) -> Offer | None:
    """The act as it is offered now; of several tasks the one that the address or the form names."""
    return next((one for one in offered(desk) if one.slug == slug and (not task or one.task_id is None or str(one.task_id) == task)), None)


def _do(request: HttpRequest, person: Actor, desk: DeskCase, slug: str, offer: Offer | None, typed: Typed) -> HttpResponse:
    case_id = desk.case.row.id
    try:
        if offer is not None and FORMS[slug].takes_photos:
            typed = keep_photos(request, case_id, typed)
        FORMS[slug].carry_out(case_id, person, offer, replace(typed, words=typed.words.strip()))
    except (*CORRECTABLE, RefusedFileError) as missing:
        if offer is None:
            return _overtaken(request, person, case_id, slug, typed)
        faults = _faults(missing)
        return _form_page(request, person, desk, offer, typed, Changed(), status=missing.status, error=missing.says, faults=faults)
    except ConflictError:  # a colleague was quicker, or this form was sent before with other words
        return _overtaken(request, person, case_id, slug, typed)
    except MayNotError as not_allowed:  # one's own or a relative's case among them
        trouble = {"says": not_allowed.says, "words": typed.words, "events": []}
        return case_page(request, person, cases.desk_case(case_id, person), status=403, trouble=trouble)
    address = Where.of(request).case(case_id)
    return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}done={slug}")


def _faults(wrong: Exception) -> Mapping[str, Text]:
    """What is wrong by field, where that is known: an answer of the applicant's form by the name that it has here."""
    if isinstance(wrong, SpotFaultsError):
        return {name if name == "word" else f"answer-{name}": says for name, says in wrong.faults.items()}
    return wrong.faults if isinstance(wrong, AnswerIncompleteError) else {}


def _is_whole(name: str) -> bool:
    """Whether a field's name is its id."""
    return name == "words" or name.startswith("answer-")


def _form_page(
    request: HttpRequest,
    person: Actor,
    desk: DeskCase,
    offer: Offer,
    typed: Typed,
    changed: Changed,
    *,
    status: int = 200,
    error: Text | None = None,
    at: str | None = None,
    faults: Mapping[str, Text] | None = None,
) -> HttpResponse:
    """The page with the form; `faults` are what is wrong by field, where that is known, else `error` is told at one place."""
    form = _form(Where.of(request), desk, offer, typed, changed, is_same=error is not None, faults=faults)
    at = at or str(form["error_at"])
    errors = [(name if _is_whole(name) else f"field-{_AT.get(name, name)}", says) for name, says in (faults or {}).items()]
    told = (
        {"error": (faults or {}).get("words"), "errors": errors} if errors else {"error": error, "errors": [(at, error)] if error else []}
    )
    return case_page(request, person, desk, status=status, form=form | told | {"error_at": at})


def _form(
    where: Where, desk: DeskCase, offer: Offer, typed: Typed, changed: Changed, *, is_same: bool, faults: Mapping[str, Text] | None = None
) -> dict[str, object]:
    """A form as its page shows it; one that was refused for want of words keeps its key, every other gets a new one."""
    open_clauses = any(row.answer.value != "yes" and not row.is_promised for row in desk.case.clauses)
    fields = [*fields_of(desk, offer, typed), *ticket_fields(desk, offer, typed)]
    told = _in_words(desk, offer)
    return {
        "slug": offer.slug,
        "label": offer.label,
        "action": where.act(desk.case.row.id, offer.slug),
        "cancel": where.case(desk.case.row.id),
        "key": typed.key if is_same else str(uuid7()),
        "version": desk.case.version,
        "events": len(desk.case.events),
        "seen": ";".join(f"{name}={answer}" for name, answer in answers(desk).items()) if FORMS[offer.slug].reads_again else "",
        "basis": desk.case.basis if FORMS[offer.slug].reads_again else "",
        "task": offer.task_id if FORMS[offer.slug].is_of_task else "",
        "words": typed.words,
        "questions": typed.questions,
        "records": _records(offer, typed),
        "asked": asked_again(desk, offer, typed, faults or {}),
        "fields": fields,
        "takes_words": FORMS[offer.slug].takes_words,
        "takes_photos": FORMS[offer.slug].takes_photos,
        "reasoned": FORMS[offer.slug].is_reasoned or (offer.slug == "grant" and open_clauses) or told,
        "told": told,
        "error": None,
        "error_at": "words" if FORMS[offer.slug].takes_words or not fields else f"field-{fields[0]['name']}",
        "errors": [],
        "takes_paper": FORMS[offer.slug].takes_paper,
        "changed": changed,
    }


def _in_words(desk: DeskCase, offer: Offer) -> bool:
    """Whether the step that is done, or in which it is decided, has to say something in words."""
    route = desk.case.way.route
    step = desk.case.service.steps.get(route[-1]) if offer.slug == "grant" and route else offer.task.definition if offer.task else None
    return offer.slug in ("grant", "pass") and step is not None and step.in_words


def _records(offer: Offer, typed: Typed) -> list[dict[str, object]]:
    """A check list that belongs to a step done at the desk."""
    step = offer.task.definition if offer.task and offer.slug in ("pass", "by-hand") else None
    if step is None or offer.task is None:
        return []
    kept = typed.records or offer.task.records
    return [
        {"name": name, "title": step.record_titles.get(name, Text(name, name)), "options": options, "value": kept.get(name, "")}
        for name, options in step.records.items()
    ]


def _overtaken(request: HttpRequest, person: Actor, case_id: UUID, slug: str, typed: Typed) -> HttpResponse:
    """Somebody was quicker: what they did, and what was typed here, to go on with if the act is still open."""
    desk = cases.desk_case(case_id, person)
    meanwhile = history(desk.case, preferences.of(request).lang)[: max(len(desk.case.events) - typed.events, 0)]
    offer = _offer(desk, slug, typed.task)
    trouble = {"says": None, "words": "" if offer else typed.words, "events": meanwhile}
    form = _form(Where.of(request), desk, offer, typed, Changed(), is_same=False) if offer else None
    return case_page(request, person, desk, status=409, trouble=trouble, form=form)


def answers(desk: DeskCase) -> dict[str, str]:
    """Each condition's answer, by its id."""
    return {row.id: row.answer.value for row in desk.case.clauses}


def _read(seen: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in seen.split(";") if part)
    return {name: answer for name, _, answer in pairs if answer in ("yes", "no", "unknown")}
