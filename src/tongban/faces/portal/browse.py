"""Finding a thing to get done: home, search, life events, guides, and how well the city keeps its promises."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.cases import reads as cases
from tongban.cases.reads import ShareRow
from tongban.cases.reads.figures import late_cases, month_figures
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Need, Service
from tongban.catalogue.core.words import SITUATION
from tongban.faces.portal import bundles, fees
from tongban.faces.portal.benefits import to_claim
from tongban.faces.portal.ticket_words import LEFT_TEXTS, row_left
from tongban.front.finding import find, find_policies, offered
from tongban.front.person import who
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text
from tongban.look import preferences
from tongban.look.drawings import Share
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.texts import screen
from tongban.messages import reads as messages
from tongban.parties import reads as parties
from tongban.rules.core import Answer, Expression, Fact, Unknown, Value

_TEXTS = ("portal/browse", "portal/bundle", fees.TEXTS, "portal/frame")
_COUNTED_IN = {"working": Text("工作日", "Working days"), "calendar": Text("自然日", "Calendar days")}
FEW = 10
"""Of fewer cases than this a street's shares might tell of somebody."""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What one came for: a search box; above it, for somebody signed in, what waits for them."""
    city = catalogue.city()
    person = who(request)
    mine = cases.my_cases(person, limit=50) if person else ()
    waiting = [row for row in mine if row.waits_for_applicant or row.waits_for_word]
    running = [row for row in mine if row.is_open and row not in waiting]
    unread = messages.unread(person.person_id) if person else 0
    t = screen(LEFT_TEXTS, preferences.of(request).lang)
    return render(
        request,
        "portal/home.html",
        texts=_TEXTS,
        city=city,
        person=person,
        waiting=waiting,
        running=running,
        left={row.id: row_left(row, t) for row in running},
        unread=unread,
        by_audience={"person": _for(city, "person"), "firm": _for(city, "firm")},
        events=[{"href": reverse("portal:event", args=[event.id]), "title": event.label} for event in city.life_events],
        figures=month_figures(),
        telling=[service for service in city.services.values() if service.tickets],
        entitled=to_claim(person, city) if person else [],
        policies=len(city.policies_on(clock.today())),
    )


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Services by Chinese or English words, the best first; without a hit, where to go instead."""
    words = request.GET.get("q", "").strip()[:100]
    city = catalogue.city()
    policies = find_policies(city, clock.today(), words) if words else []
    return render(request, "portal/search.html", texts=_TEXTS, query=words, found=find(city, words), policies=policies, city=city)


@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """All services, by department."""
    city = catalogue.city()
    by_department = {
        department: [service for service in city.offered.values() if service.department == department.id]
        for department in city.departments.values()
    }
    return render(
        request,
        "portal/services.html",
        texts=_TEXTS,
        city=city,
        by_department={key: value for key, value in by_department.items() if value},
    )


@require_GET
def life_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """The services of one life event."""
    city = catalogue.city()
    event = next((one for one in city.life_events if one.id == event_id), None)
    if event is None:
        raise NotFoundError(Text(zh="没有这个主题。请从首页搜索。", en="There is no such topic. Search from the home page."))
    found = [service for service in city.offered.values() if event_id in service.life_events]
    found.sort(key=lambda service: not city.has_bundle(service.id))
    return render(request, "portal/event.html", texts=_TEXTS, event=event, found=found, city=city)


@require_GET
def guide(request: HttpRequest, service_id: str) -> HttpResponse:
    """Who may ask, what is needed, what is known already, the steps, both limits, before and after, the law."""
    city = catalogue.city()
    service = offered(service_id)
    if service_id in city.bundles:
        return bundles.guide(request, city.bundles[service_id])
    if service.tickets is not None:
        return HttpResponseRedirect(reverse("portal:tell-form", args=[service_id]))
    person = who(request)
    principals = [one for one in parties.principals(person.person_id) if one.kind in service.audience] if person else []
    resources = catalogue.pinned(service.hash).resources
    suppliers: list[tuple[Need, Text, Text, list[Text]]] = [
        (need, resources[need.resource].title, city.departments[resources[need.resource].department].short, _situations(service, need.when))
        for need in service.needs
    ]
    papers = [question for question in service.questions if question.type == "file"]
    return render(
        request,
        "portal/guide.html",
        texts=_TEXTS,
        service=service,
        is_in_force=clock.today() >= service.in_force,
        department=city.departments[service.department],
        suppliers=suppliers,
        papers=papers,
        fee_rows=fees.declared([service]),
        papers_rows=[{"name": bundles.paper(question), "by": question.supplies or ""} for question in papers],
        conditions=[(clause, _situations(service, clause.when)) for clause in service.rules],
        saving_rows=[[saved.in_(preferences.of(request).lang), before, now] for saved, before, now in _saving(service)],
        principals=principals,
        city=city,
        also=bundles.also_in(service, preferences.of(request).lang),
        acts=city.procedures[service.procedure].acts,
    )


@require_GET
def performance(request: HttpRequest) -> HttpResponse:
    """How the month went, and which cases are late: published, because publishing them earns trust. No names, no full numbers."""
    late = late_cases()
    rows = [[one.tail, one.title, one.department, day(one.due_on, preferences.of(request).lang), one.days_late] for one in late]
    return render(request, "portal/performance.html", texts=_TEXTS, figures=month_figures(), late=late, late_rows=rows)


@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """How people apply, by street: published, so that those who cannot do it online are seen. A street of few cases is not shown by itself."""
    found = cases.shares()
    t = screen(("portal/channels", "portal/frame"), preferences.of(request).lang)
    return render(
        request,
        "portal/channels.html",
        texts=("portal/channels", "portal/frame"),
        found=found,
        names=[t.online, t.assisted, t.paper],
        whole=[_drawn(found.whole)],
        streets=[_drawn(row) for row in found.by_area if row.whole >= FEW],
        few=sum(0 < row.whole < FEW for row in found.by_area),
    )


def _drawn(row: ShareRow) -> Share:
    return Share(row.label, (row.online, row.assisted, row.paper))


def _for(city: City, audience: str) -> list[Service]:
    """The services of one audience, bundles first: who opens a shop should not have to find its parts."""
    found = [service for service in city.offered.values() if audience in service.audience and service.tickets is None]
    return sorted(found, key=lambda service: not city.has_bundle(service.id))


def _situations(service: Service, when: Expression | None) -> list[Text]:
    """For which situations something is asked, where it is not for all."""
    if when is None:
        return []
    unknown: dict[str, Fact] = dict.fromkeys(service.vocabulary, Unknown("not-asked"))
    asked = [one for one in service.situations if when.evaluate({**unknown, SITUATION: Value(one.id, "case")}) != Answer.NO]
    return [one.label for one in asked] if len(asked) < len(service.situations) else []


def _saving(service: Service) -> list[tuple[Text, int, int]]:
    """Before on paper and now, computed from the definition, never claimed."""
    longest = max(len(way.route) for way in service.ways)
    promised = service.limits.promised
    uploads = sum(question.type == "file" for question in service.questions)
    return [
        (Text("环节", "Steps"), service.before.steps, 2 + longest),
        (_COUNTED_IN[promised.counted], service.before.days, promised.days),
        (Text("材料", "Papers"), service.before.documents, uploads),
        (Text("跑动次数", "Visits"), service.before.visits, 0 if "online" in service.channels else 1),
    ]
