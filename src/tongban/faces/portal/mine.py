"""What is mine: cases and how they go, messages, and who looked at my data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.benefits import reads as benefits
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.errors import StaleCaseError, WrongStateError
from tongban.cases.reads import CaseView
from tongban.cases.reads.charges import charges_of, is_charged
from tongban.cases.reads.view import EventRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.redeeming import REDEMPTION
from tongban.credentials import reads as credentials
from tongban.exchange import reads as exchange
from tongban.exchange.core.answers import Look
from tongban.faces.portal import bundles, feedback, fees, policy_words
from tongban.faces.portal.delivery import shown
from tongban.faces.portal.drawn import drawn, limits, stops
from tongban.faces.portal.matched import TEXTS as MATCHED
from tongban.faces.portal.matched import matched
from tongban.faces.portal.ticket_words import LEFT_TEXTS, row_left
from tongban.faces.portal.tickets import ticket_page
from tongban.front.person import key_of, signed_in, version_of
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Lang, Text, plain
from tongban.look import preferences
from tongban.look.environment import minute
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.messages import acts as sending
from tongban.messages import reads as messages
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

_TEXTS = ("portal/mine", "portal/bundle", fees.TEXTS, "portal/frame")
_PAGE = 30
_MOST_LOOKS = 100
"""Of one person or firm, the newest; a run of matching asks of everybody's."""


@require_GET
@signed_in
def cases_list(request: HttpRequest, person: Actor) -> HttpResponse:
    """My drafts and cases, newest first, each with what concerns it."""
    after = _uuid(request.GET.get("after"))
    rows = cases.my_cases(person, after=after, limit=_PAGE + 1)
    t = screen(LEFT_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "portal/cases.html",
        texts=_TEXTS,
        rows=rows[:_PAGE],
        left={row.id: row_left(row, t) for row in rows[:_PAGE]},
        linked=cases.linked_with(row.id for row in rows[:_PAGE]),
        more=rows[_PAGE - 1].id if len(rows) > _PAGE else None,
        paged=after is not None,
    )


@require_GET
@signed_in
def case(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """One case: its way as stations, what is due, letters, licence, each condition with its facts."""
    return case_page(request, person, case_id)


def case_page(
    request: HttpRequest,
    person: Actor,
    case_id: UUID,
    *,
    fault: tuple[str, Text] | None = None,
    rating: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one case; `fault` is what is wrong with a paper that was handed in for a question, `rating` a rating that was refused."""
    view = cases.case_view(case_id, person)
    if bundles.is_whole(view):
        return bundles.case(request, person, view, rating=rating, status=status)
    if view.ticket is not None:
        return ticket_page(request, view, rating=rating, status=status)
    issued = credentials.of_case(case_id)
    lang = preferences.of(request).lang
    asked = next((event.words for event in reversed(view.events) if event.act == "ask-correction"), "")
    entries = [{"at": event.at, "title": event.title, "by": _by(event, lang), "note": event.note(lang)} for event in reversed(view.events)]
    return render(
        request,
        "portal/case.html",
        texts=(*_TEXTS, *feedback.TEXTS),
        case=view,
        credentials=issued,
        status=status,
        fault=fault,
        key=str(uuid7()),
        spoken=request.GET.get("spoken") == "1",
        sent=request.GET.get("sent") == "1",
        stops=stops(view.stations),
        limits=limits(view),
        clause_rows=drawn(view.clauses, view.service, lang),
        entries=entries,
        correction=asked,
        **_redeeming(view, lang),
        **fees.charged(charges_of(case_id) if is_charged(view.service.hash) else (), lang),
        delivery=shown(request, view),
        paper_labels={question.id: question.label for question in view.service.questions},
        **feedback.of_case(view, request, rating),
    )


def _redeeming(view: CaseView, lang: Lang) -> dict[str, Any]:
    """What the case belongs to, and whether it is granted and its amount still being worked out."""
    return {"belongs": bundles.belongs_to(view, lang) or _redeems(view, lang), "amount_awaited": _awaits_amount(view)}


def _awaits_amount(view: CaseView) -> bool:
    """Whether it is a review that was granted, and somebody has yet to say how much."""
    review = benefits.review_of_case(view.row.id) if view.service.initiative == REDEMPTION else None
    return review is not None and review.waits_for_amount


def _redeems(view: CaseView, lang: Lang) -> tuple[str, str] | None:
    """The entitlement that a case redeems: its address and its policy's title; None for any other case."""
    match = benefits.match_of_case(view.row.id) if view.service.initiative == REDEMPTION else None
    life = benefits.life(match) if match is not None else None
    policy = policy_words.current(life.match.policy, catalogue.city(), clock.today()) if life is not None else None
    return (reverse("portal:entitlement", args=[match]), policy.title.in_(lang)) if policy is not None else None


def _by(event: EventRow, lang: Lang) -> str:
    """Who did it: the office, the person, the system; and which official helped."""
    words = screen(_TEXTS, lang)
    said = event.department.in_(lang) if event.department else event.who or words.history_machine
    helped = event.data.get("assisted")
    if not helped:
        return said
    department = catalogue.city().departments.get(helped["department"])
    help_ = words("helped_by", department=department.short if department else "", name=helped["by"])
    return " · ".join(dict.fromkeys([event.who or said, help_]))


@require_http_methods(["GET", "POST"])
@signed_in
def withdraw(request: HttpRequest, person: Actor, case_id: UUID) -> HttpResponse:
    """Take an application back, after asking once."""
    view = cases.case_view(case_id, person)
    words, error = plain(request.POST.get("words", ""))[:2000], None
    if request.method == "POST":
        try:
            acts.withdraw(case_id, actor=person, key=key_of(request), version=version_of(request), words=words)
            return HttpResponseRedirect(reverse("portal:case", args=[case_id]))
        except (WrongStateError, StaleCaseError) as told:
            view, error = cases.case_view(case_id, person), told.says
    elif "withdraw" not in view.may:
        return HttpResponseRedirect(reverse("portal:case", args=[case_id]))
    return render(
        request,
        "portal/withdraw.html",
        texts=_TEXTS,
        status=409 if error else 200,
        case=view,
        key=str(uuid7()),
        error=error,
        said=words,
        is_bundle=bundles.is_whole(view),
    )


@require_GET
@signed_in
def inbox(request: HttpRequest, person: Actor) -> HttpResponse:
    """Everything the city sent me; opening the page marks it read."""
    found = messages.inbox(person.person_id, limit=100)
    for message in found:
        if message.read_at is None:
            sending.mark_read(message.id, person.person_id)
    return render(request, "portal/inbox.html", texts=_TEXTS, found=found)


@require_GET
@signed_in
def my_data(request: HttpRequest, person: Actor) -> HttpResponse:
    """Who looked at my data and at that of those I act for, for what, in which case (PIPL articles 44 and 45)."""
    represented = parties.represented(person.person_id)
    people = [one for one in parties.principals(person.person_id) if one.kind == "person" or one.id in represented]
    lang = preferences.of(request).lang
    found = []
    for one in people:
        looks = [look for look in exchange.who_looked(one.kind, one.id, limit=_MOST_LOOKS) if one.allows(look.purpose.partition("/")[0])]
        found.append((one, _looks(looks, lang)))
    return render(
        request,
        "portal/my-data.html",
        texts=(*_TEXTS, MATCHED),
        found=found,
        attended=_attended(person, lang),
        matched=matched(person, lang),
    )


def _attended(person: Actor, lang: Lang) -> list[list[object]]:
    """Each time an official looked up who the person is: when, who, by which channel, on which document."""
    words, departments = screen(_TEXTS, lang), catalogue.city().departments
    between = "" if lang == "zh" else ", "
    return [
        [
            minute(one.looked_at, lang),
            between.join((departments[one.department].short.in_(lang) if one.department in departments else "", one.clerk_name)),
            words(f"channel_{one.channel}"),
            words(f"document_{one.document.replace('-', '_')}") if one.checked_at else words.attended_only_looked,
        ]
        for one in cases.attendances_of(person.person_id)
    ]


def _looks(looks: Iterable[Look], lang: Lang) -> list[list[object]]:
    """The rows of the table: when, who, which items, held by, what for, answered how."""
    city, words = catalogue.city(), screen(_TEXTS, lang)
    titles = {resource.id: resource.title for resource in city.resources.values()}
    items = {(resource.id, item.name): item.title for resource in city.resources.values() for item in resource.items.values()}
    services: dict[str, Text | str] = {service.id: service.title for service in city.services.values()}
    services |= {profile.id: words("why_matching", profile=profile.title) for profile in city.profiles.values()}
    between = "、" if lang == "zh" else ", "
    return [
        [
            minute(look.at, lang),
            city.departments[look.department].title if look.department in city.departments else look.department or words.looked_self,
            between.join(items.get((look.resource, name), Text(name, name)).in_(lang) for name in look.items),
            titles.get(look.resource, Text(look.resource, look.resource)),
            services.get(look.purpose.partition("/")[0], Text(look.purpose, look.purpose)),
            words("reason_not_allowed") if look.reason == "not-allowed" else words(f"state_{look.state}"),
        ]
        for look in looks
    ]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
