"""A bundle's pages: its guide with before and now, the check page by part, and the one page on which all parts are followed.

Invariants: every figure of the saving stands beside the sum that it is; a part is told with its department, its own clock and its own result; what one part
still wants from the applicant stands on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.cases import reads as cases
from tongban.cases.reads import CaseView, FormView
from tongban.cases.reads.bundle import BundleParts, PartRow, bundle_parts
from tongban.cases.reads.bundle_form import PartForm, bundle_form
from tongban.cases.reads.clauses import clause_rows
from tongban.cases.reads.view import EventRow
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.bundles import Saving, savings
from tongban.catalogue.core.definition import Bundle, Limit, Part, Question, Service
from tongban.credentials import reads as credentials
from tongban.faces.portal import feedback, fees
from tongban.faces.portal.delivery import shown
from tongban.faces.portal.drawn import drawn, limits
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.look import preferences
from tongban.look.drawings.stations import Stop
from tongban.look.environment import day
from tongban.look.pages import render
from tongban.look.texts import Screen, screen
from tongban.parties.core.people import Actor
from tongban.rules.core import Answer

_GUIDE = ("portal/browse", "portal/bundle", fees.TEXTS, "portal/frame")
_PAGE = ("portal/mine", "portal/bundle", fees.TEXTS, *feedback.TEXTS, "portal/frame")
_CHECK = ("portal/bundle", "portal/frame")

_SOMETIMES = Text("{paper}（有的情况才要）", "{paper} (only in some cases)")


def paper(question: Question) -> Text:
    """What a paper is called, and whether only some answers ask for it."""
    return _SOMETIMES.format(paper=question.label) if question.show else question.label


def guide(request: HttpRequest, bundle: Bundle) -> HttpResponse:
    """What is done in one go, what is needed, what is known already, before and now."""
    city, service, lang = catalogue.city(), bundle.service, preferences.of(request).lang
    words = screen(_GUIDE, lang)
    resources = catalogue.pinned(service.hash).resources
    return render(
        request,
        "portal/bundle-guide.html",
        texts=_GUIDE,
        service=service,
        bundle_parts=[_guide_part(bundle, part, words, lang) for part in bundle.parts.values()],
        checks=[clause.says for clause in service.rules],
        savings=[_saving(one, words, lang) for one in savings(bundle, city.services)],
        visits=[
            _joined([city.services[bundle.parts[alias].service].title for alias, _ in visit.steps], words, lang) for visit in bundle.visits
        ],
        papers_rows=[{"name": paper(one), "by": one.supplies or ""} for one in service.questions if one.type == "file"],
        suppliers=[
            (need.title or resources[need.resource].title, city.departments[resources[need.resource].department].short)
            for need in service.needs
        ],
        fee_rows=fees.declared(city.services[one.service] for one in bundle.parts.values()),
        department=city.departments[service.department],
        is_in_force=clock.today() >= service.in_force,
        limit=_span(service.limits.promised, words),
    )


def _guide_part(bundle: Bundle, part: Part, words: Screen, lang: Lang) -> dict[str, object]:
    city = catalogue.city()
    service = city.services[part.service]
    asked = {f"form.{one.id}": one.label for one in bundle.service.questions}
    read = [asked[name] for name in (part.when.facts_read if part.when else ()) if name in asked and name != f"form.with_{part.alias}"]
    others = [city.services[bundle.parts[alias].service].title for alias in part.after]
    notes = [
        words("part_if", question=_named(sorted(read, key=lambda one: one.zh), lang)) if read else "",
        words.part_chosen if part.optional else "",
        words("part_after", other=_named(others, lang)) if others else "",
    ]
    return {
        "id": service.id,
        "title": service.title,
        "says": words("part_promised", department=city.departments[service.department].short, days=_span(service.limits.promised, words)),
        "notes": [note for note in notes if note],
    }


def _joined(titles: list[Text], words: Screen, lang: Lang) -> str:
    return words("visit_says" if len(titles) > 1 else "visit_alone", parts=_named(titles, lang))


def _named(texts: Iterable[Text], lang: Lang) -> str:
    """Titles or questions in a row, each in quotation marks."""
    *first, last = [f"“{text.in_(lang)}”" for text in texts]
    if not first:
        return last
    return ("、".join(first) + "和" if lang == "zh" else ", ".join(first) + " and ") + last


def _saving(one: Saving, words: Screen, lang: Lang) -> dict[str, object]:
    """One figure before and now, and how it comes about."""
    terms = " + ".join(str(figure) for _, figure in one.terms)
    shown = f"{terms} = {one.before}" if len(one.terms) > 1 else str(one.before)
    return {
        "what": one.what,
        "before": one.before,
        "now": one.now,
        "how": words("saving_how", sum=shown, because=one.because.in_(lang)),
        "terms": [(title, figure) for title, figure in one.terms],
    }


def check_parts(form: FormView, lang: Lang) -> dict[str, Any]:
    """The check page by part; of what is no bundle, its fees alone."""
    parts = bundle_form(form)
    if not parts:
        return {"bundle_parts": (), "bundle_way": "", **fees.of_draft(form, lang)}
    words = screen(_CHECK, lang)
    wanted = [part for part in parts if part.needed != Answer.NO]
    promising = [part for part in wanted if part.promise_way is not None]
    return {
        "bundle_parts": [_check_part(part, words, lang) for part in parts],
        **fees.expected(((part.department, fee) for part in wanted for fee in part.fees), lang),
        "bundle_promise": words("check_promise", parts=_named([part.service.title for part in promising], lang)) if promising else "",
        "bundle_promised": form.has_promised,
        "bundle_way": words(
            "way_bundle", n=len({part.service.department for part in wanted}), days=_span(form.service.limits.promised, words)
        )
        if parts
        else "",
    }


def _check_part(part: PartForm, words: Screen, lang: Lang) -> dict[str, object]:
    met = sum(result.answer == Answer.YES for result in part.explanation.results)
    count = len(part.explanation.results)
    way = words("check_way", way=part.way.title, days=_span(part.limits.promised, words))
    return {
        "title": part.service.title,
        "department": part.department,
        "is_needed": part.needed != Answer.NO,
        "says": words.check_at_once if part.at_once else way,
        "at_once": part.at_once,
        "waits": words("check_waits", other=_named(part.waits_for, lang)) if part.waits_for else "",
        "count": words("check_conditions_all" if met == count else "check_conditions", n=count, yes=met),
        "clauses": drawn(clause_rows(part.service, part.explanation, part.way), part.service, lang),
    }


def is_whole(view: CaseView) -> bool:
    """Whether a case is a bundle's own, and has the one page of all its parts."""
    return catalogue.pinned(view.service.hash).bundle is not None


def case(
    request: HttpRequest, person: Actor, view: CaseView, *, rating: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """The one page of a bundle that was sent; `rating` is one that was refused."""
    found = bundle_parts(view.row.id)
    assert found is not None, "asked for a bundle"
    lang = preferences.of(request).lang
    words = screen(_PAGE, lang)
    licences = credentials.by_case(part.case_id for part in found.parts if part.case_id)
    clocks = limits(view)
    return render(
        request,
        "portal/bundle.html",
        texts=_PAGE,
        status=status,
        case=view,
        sent=request.GET.get("sent") == "1",
        parts_of=[_part(part, licences.get(part.case_id, ()) if part.case_id else (), lang) for part in found.parts],
        counted=len(found.counted),
        begun=sum(part.case_id is not None for part in found.parts),
        done=found.done,
        corrections=[part for part in found.parts if part.waits_for_applicant],
        clocks=[one for one in clocks if one.due is not None][:1],
        checks=[(row.says, row.answer.value, words(f"checked_{row.answer.value}"), row.facts) for row in view.clauses],
        visits=[_visit(one, words, lang) for one in found.visits if one.appointment or view.row.is_open],
        delivery=shown(request, view),
        **fees.charged((charge for part in found.parts for charge in part.charges), lang),
        entries=_entries(view, found, words, lang),
        paper_labels={question.id: question.label for question in view.service.questions},
        person=person,
        **feedback.of_case(view, request, rating),
    )


def _part(part: PartRow, licences: tuple[Any, ...], lang: Lang) -> dict[str, object]:
    tone = "due" if part.waits_for_applicant else "done" if part.outcome == "granted" else "plain"
    return {
        "row": part,
        "tone": tone,
        "stops": [Stop(station.label, station.state, station.note if station.note.zh else "") for station in part.stations],
        "licences": licences,
        "ended_badly": part.outcome not in (None, "granted", "not-needed", "withdrawn") or part.standing == "not-started",
        "due": day(part.due_on, lang) if part.due_on else "",
    }


def _visit(one: Any, words: Screen, lang: Lang) -> dict[str, object]:
    agreed = one.appointment
    shown = words("visit_on", day=day(agreed.on, lang), half=words(f"half_{agreed.half}")) if agreed else ""
    return {
        "title": one.title,
        "says": _joined(list(one.parts), words, lang),
        "when": shown,
        "by": words("visit_by", department=agreed.department) if agreed else words.visit_none_yet,
    }


def _entries(view: CaseView, found: BundleParts, words: Screen, lang: Lang) -> list[dict[str, object]]:
    """What happened to the bundle, newest first; which parts a step of it was about is told by their titles."""
    titles = {part.alias: part.title for part in found.parts}
    entries: list[dict[str, object]] = []
    for event in reversed(view.events):
        by = event.department or event.who or words.history_machine
        note = event.words or _note(event, titles, words, lang)
        entries.append({"at": event.at, "title": event.title, "by": by, "note": note})
    return entries


def _note(event: EventRow, titles: Mapping[str, Text], words: Screen, lang: Lang) -> str:
    """What a step was about: when officials come, or which parts began or were closed."""
    if event.act == "appoint":
        return words("visit_on", day=day(date.fromisoformat(event.data["on"]), lang), half=words(f"half_{event.data['half']}"))
    about = (*event.data.get("closed", {}), *event.data.get("parts", {})) if event.act == "go-on" else ()
    return ("、" if lang == "zh" else ", ").join(titles[alias].in_(lang) for alias in about if alias in titles)


def also_in(service: Service, lang: Lang) -> list[dict[str, object]]:
    """The bundles in which a service can be done as well, with the other services of each."""
    city, words = catalogue.city(), screen(_GUIDE, lang)
    found = []
    for one in city.bundles.values():
        titles = {part.service: city.services[part.service].title for part in one.parts.values()}
        if service.id in titles:
            others = _named([title for id_, title in titles.items() if id_ != service.id], lang)
            found.append({"id": one.id, "title": one.service.title, "says": words("also_in_says", bundle=one.service.title, others=others)})
    return found


def belongs_to(case: CaseView, lang: Lang) -> tuple[str, str] | None:
    """The bundle that a case is a part of: its address and its title; None for any other case."""
    found = cases.bundle_of(case.row.id)
    return (reverse("portal:case", args=[found[0]]), found[1].in_(lang)) if found else None


def _span(limit: Limit, words: Screen) -> str:
    return words("working" if limit.counted == "working" else "calendar", n=limit.days)
