"""The three columns: boxes, list, and one case with everything on it. Invariant: every state of the page is an address; no script is needed to work here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.benefits import reads as benefits
from tongban.benefits.reads import ReviewView
from tongban.cases import reads as cases
from tongban.cases.reads import CaseView
from tongban.cases.reads.correcting import correctable
from tongban.cases.reads.desk import DeskCase
from tongban.cases.reads.view import EventRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.redeeming import REDEMPTION
from tongban.credentials import reads as credentials
from tongban.faces.desk import bundles, drawn, exports, feedback, tables
from tongban.faces.desk.columns import FRAME, columns, own_page, summary
from tongban.faces.desk.offers import Offer
from tongban.faces.desk.person import official
from tongban.faces.desk.systems import system_rows
from tongban.faces.desk.ticket_offers import offered
from tongban.faces.desk.ticket_page import TICKET_TEXTS, ticket_told
from tongban.faces.desk.verdict import verdict
from tongban.faces.desk.where import Where
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.environment import day, when
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor

TEXTS = ("desk/case", "desk/act", "desk/systems", "desk/bundle", "desk/frame")


@require_GET
@official
def home(request: HttpRequest, person: Actor) -> HttpResponse:
    """A box or a search, no case open: what the day holds. Whose only duty has a page of its own is led there."""
    landing = None if request.GET else own_page(person)
    if landing is not None:
        return HttpResponseRedirect(landing)
    where = Where.of(request)
    lang = preferences.of(request).lang
    if exports.asked(request):
        return _exported(request, person, where, lang)
    counted = cases.counts(person)
    frame = columns(request, person, where, counted=counted)
    return render(request, "desk/home.html", texts=TEXTS, says=summary(person, counted, lang), **frame)


def _exported(request: HttpRequest, person: Actor, where: Where, lang: Lang) -> HttpResponse:
    """The box, or what a search finds, as a file. A search's words are somebody's name: they stand in no file's name and no entry."""
    t, frame = screen(exports.EXPORT, lang), screen(FRAME, lang)
    title = t.searched if where.words else frame(f"box_{where.box}")
    limit = tables.MOST_FOUND if where.words else exports.MOST
    return exports.answer(
        request,
        person,
        tables.listed(person, where, t, title),
        "search" if where.words else "box",
        told={} if where.words else {"box": where.box},
        limit=limit,
    )


@require_GET
@official
def case(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """One case beside the list. 404 for whom the case is none of."""
    return case_page(request, person, cases.desk_case(case_id, person))


def case_page(request: HttpRequest, person: Actor, desk: DeskCase, *, status: int = 200, **more: object) -> HttpResponse:
    """The page of one case; an act's form, or what went wrong with one, comes in `more`."""
    where = Where.of(request)
    lang = preferences.of(request).lang
    context: dict[str, object] = {"form": None, "trouble": None, "done": _done(request, desk)} | columns(
        request, person, where, desk.case.row.id
    )
    context |= {"feedback": feedback.of_case(desk, person)}
    if desk.case.ticket is not None:
        bar = [_button(offer, where, desk.case.row.id) for offer in offered(desk)]
        context |= ticket_told(desk, where, lang) | {"bar": bar, "entries": history(desk.case, lang)}
        return render(request, "desk/ticket.html", texts=(*TEXTS, *TICKET_TEXTS), status=status, **(context | more))
    return render(request, "desk/case.html", texts=TEXTS, status=status, **(context | told(desk, where, lang) | more))


def told(desk: DeskCase, where: Where, lang: Lang) -> dict[str, object]:
    """Everything that the page tells of a case."""
    view = desk.case
    return {
        "desk": desk,
        "case": view,
        "verdict": verdict(desk),
        "bar": [_button(offer, where, view.row.id) for offer in offered(desk)],
        "waits": waits(desk),
        "clause_rows": drawn.clause_rows(view, lang),
        "stops": drawn.stops(view.stations),
        "clocks": drawn.clocks(view),
        "known": _known(view, lang),
        "checks": checks(view),
        "systems": system_rows(desk, lang),
        "issued": credentials.of_case(view.row.id),
        "entries": history(view, lang),
        "facts": _about(desk, lang),
        "asked": asked(view),
        "notices": notices(view, lang),
        "review": reviewed(view),
        **bundles.told(view, lang),
    }


def notices(view: CaseView, lang: Lang) -> list[tuple[str, str]]:
    """What stands in the way, or follows, besides the conditions: (title, sentence)."""
    t = screen("desk/case", lang)
    found: list[tuple[str, str]] = []
    if view.stopped is not None:
        told = {"kind": view.stopped.kind, "since": day(view.stopped.began_on, lang), "until": day(view.stopped.expected_on, lang)}
        found.append((t.stopped_title, t("stopped_says", **told)))
    if view.owed:
        papers = ("、" if lang == "zh" else ", ").join(question.label.in_(lang) for question in view.owed)
        says = t("owed_says", papers=papers, day=day(view.owed_due_on, lang)) if view.owed_due_on else t("owed_asked", papers=papers)
        found.append((t.owed_title, says))
    if view.is_promised:
        found.append((t.promised_title, t.promised_says))
    if view.hear_until is not None:
        is_told = view.hearing is None or view.hearing.reached_on is not None
        found.append((t.hearing_title, t("hearing_says", day=day(view.hear_until, lang)) if is_told else t.hearing_later))
    return found


def reviewed(view: CaseView) -> ReviewView | None:
    """The review of a no that this case is, while it is open: the way to saying what it comes to."""
    found = benefits.review_of_case(view.row.id) if view.service.initiative == REDEMPTION else None
    return found if found is not None and found.settled_at is None else None


def history(view: CaseView, lang: Lang) -> list[dict[str, object]]:
    """Who did what, in which department's name, with which words; the newest first."""
    t = screen("desk/case", lang)
    return [_entry(event, lang, t.machine) for event in reversed(view.events)]


def waits(desk: DeskCase) -> list[Text]:
    """What is open, for a reader who has nothing to do on it."""
    return [task.title for task in desk.tasks]


def checks(view: CaseView) -> list[dict[str, Any]]:
    """What was recorded on site: the last record of each check list, with its photos and names."""
    found: dict[str, dict[str, Any]] = {}
    for event in view.events:
        part = drawn.part_recorded(view.service, event.data.get("records") or {}) if event.act == "step" else None
        if part is None:
            continue
        rows = [
            (part.record_titles.get(name, Text(name, name)), _option(part.records[name], value))
            for name, value in event.data["records"].items()
        ]
        same = found.get(part.id, {})
        names = [*same["names"], event.who] if same.get("rows") == rows else [event.who]
        photos = [reverse("desk:photo", args=[view.row.id, photo]) for photo in event.data.get("photos", [])]
        found[part.id] = {
            "title": part.title,
            "rows": rows,
            "photos": photos,
            "names": list(dict.fromkeys(names)),
            "is_short": len(set(names)) < part.officers,
            "at": event.at,
            "words": event.words,
        }
    return list(found.values())


def asked(view: CaseView) -> frozenset[str]:
    """The questions that this case answered: those that a correction may be asked for; a second time only what the corrections raise."""
    labels = {label for label, _ in view.answers}
    sent = {upload.question for upload in view.uploads}
    found = frozenset(
        question.id for question in view.service.questions if question.label in labels or question.id in sent or question.show is None
    )
    askable = correctable(view.row.id) if any(event.act == "ask-correction" for event in view.events) else None
    return found if askable is None else found & askable


def _option(options: Any, value: str) -> Text:
    return next((option.label for option in options if option.id == value), Text(value, value))


def _button(offer: Offer, where: Where, case_id: UUID) -> dict[str, object]:
    href = reverse("desk:site-task", args=[offer.task_id]) if offer.slug == "site" else where.act(case_id, offer.slug, offer.task_id)
    return {"href": href, "label": offer.label, "key": offer.key, "kind": "primary" if offer.is_first else "secondary"}


def _known(view: CaseView, lang: Lang) -> list[list[object]]:
    """The values that departments supplied: item, value, source, time of query."""
    t = screen("desk/case", lang)
    return [
        [
            item.label,
            t.reason_no_answer if item.reason == "no-answer" else item.shown,
            item.source.short if item.source else item.resource,
            when(item.at, lang),
        ]
        for item in view.prefilled
    ]


def _about(desk: DeskCase, lang: Lang) -> list[tuple[object, object]]:
    """Who sent it, how it goes, and by when each open step has to be done."""
    t, view = screen("desk/case", lang), desk.case
    mandate = f"mandate_{view.mandate_kind.replace('-', '_')}"
    who = t(mandate) if mandate in t else ""
    sent = next((event.who for event in view.events if event.act == "send"), "")
    channel = f"channel_{view.channel.replace('-', '_')}"
    told = t(channel) if channel in t else view.channel
    rows: list[tuple[object, object]] = [
        (t.applied_by, f"{sent}（{who}）" if who and lang == "zh" else f"{sent} ({who})" if who else sent),
        (t.situation, view.situation.label if view.situation else ""),
        (t.office, view.department.short),
        (t.way, view.way.title),
        (t.channel, t("channel_assisted", channel=told) if view.assisted else told),
    ]
    rows += [(t.deliver_by, t("by_day", day=day(view.deliver_due_on, lang)))] if view.deliver_due_on else []
    rows += [(t.reply_by, t("by_day", day=day(view.reply_due_on, lang)))] if view.reply_due_on else []
    rows += [(t.term, view.term)] if view.term else []
    rows += [(t.silence_grants, t("silence_grants_says", day=day(view.silent_grant_on, lang)))] if view.silent_grant_on else []
    rows += [(t.extended, _extended(view, t))] if view.extended_by else []
    helped = next(
        (event.data["assisted"] for event in reversed(view.events) if "assisted" in event.data and event.act in ("send", "correct")), None
    )
    if helped:
        rows.append((t.identity, t(f"identity_{helped['identity']}", by=helped["by"])))
    rows += [(task.title, t("by_day", day=day(task.due_on, lang))) for task in desk.tasks if task.due_on]
    rows += [(t("assigned", step=task.title), task.assigned_name) for task in desk.tasks if task.assigned_name]
    return [(key, value) for key, value in rows if value]


def _extended(view: CaseView, t: Screen) -> str:
    """By how many days the statutory limit was extended, in the unit of the extension that binds: the way's, the service's or the procedure's."""
    unit = view.extension.counted if view.extension else view.service.limits.statutory.counted
    return t(f"extended_{unit}", n=view.extended_by)


def _entry(event: EventRow, lang: Lang, machine: str) -> dict[str, object]:
    helped = event.data.get("assisted")
    help_ = screen("desk/case", lang)("helped_by", name=helped["by"]) if helped else ""
    by = " · ".join(part for part in (event.department.in_(lang) if event.department else "", event.who, help_) if part)
    is_late = event.act in ("ask-correction", "refuse", "not-accept", "not-needed") or event.data.get("outcome") == "return"
    return {
        "at": event.at,
        "title": event.title,
        "by": by or machine,
        "note": event.note(lang) or _missed(event, lang),
        "tone": "amber" if is_late else "",
    }


def _missed(event: EventRow, lang: Lang) -> str:
    """On whose desk a case lay while the days for an answer passed: department, post, and the official, where one had been named."""
    city, t = catalogue.city(), screen("desk/case", lang)
    told = []
    for desk in event.data.get("desks", ()):
        department, role = city.departments.get(desk["department"]), city.roles.get(desk["role"])
        post = role.title.in_(lang) if role else t.any_accepter
        told.append(" ".join(part for part in (department.short.in_(lang) if department else "", post, desk.get("name", "")) if part))
    return str(t("lay_on", desk="; ".join(told))) if told else ""


def _done(request: HttpRequest, desk: DeskCase) -> str:
    """What an act just led to, after the way back from its form."""
    slug = request.GET.get("done", "").replace("-", "_")
    t = screen((*TEXTS, *TICKET_TEXTS), preferences.of(request).lang)
    return t(f"done_{slug}", state=desk.case.row.state_title) if f"done_{slug}" in t else ""
