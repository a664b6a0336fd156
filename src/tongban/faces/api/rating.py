"""Calls about ratings: rate a finished case, and what months came to."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from tongban.cases import acts
from tongban.cases.core.ratings import MOST_WORDS, Said, Share, Tally, indicators
from tongban.cases.reads.ratings import month_told, months_counted
from tongban.faces.api.asking import KEY, actor, answer
from tongban.faces.api.shapes import Sent
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text

router = Router(tags=["rate"])
_NO_MONTH = Text(
    zh="没有这个月的评价统计。可查的月份见 /ratings。", en="There are no figures of that month; /ratings lists those there are."
)


class Rating(Sent):
    """A rating: one of five levels, 5 very satisfied to 1 very dissatisfied; everything else may be left out."""

    level: Literal[1, 2, 3, 4, 5]
    indices: dict[str, Literal[1, 2, 3, 4, 5]] = {}
    words: str = Field("", max_length=MOST_WORDS)
    named: bool = False
    contact: str = Field("", max_length=40)


@router.post("/cases/{case_id}/rating", summary="Rate a finished case")
def rate(request: HttpRequest, case_id: UUID, rating: Rating, key: str = KEY) -> HttpResponse:
    """Once, by the applicant's side. The office is not told who rated, unless `named`. A bad rating opens a case of its own, which is answered by its id."""
    contact = rating.contact if rating.named else ""
    said = Said(rating.level, dict(rating.indices), rating.words.strip(), rating.named, contact)
    done = acts.rate(case_id, said, actor=actor(request), key=key, given_by="api")
    return answer({"rated": True, "redress": done.redress_id}, 201)


@router.get("/ratings", summary="The months whose ratings were counted")
def months(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """Each month once it is over."""
    return answer({"months": [f"{month:%Y-%m}" for month in months_counted()]})


@router.get("/ratings/{month}", summary="What a month was rated")
def ratings(request: HttpRequest, month: str) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """Indicators and levels, in the city, by department and service; what rests on too few ratings is put together with others, or not told."""
    found = next((one for one in months_counted(1200) if f"{one:%Y-%m}" == month), None)
    if found is None:
        raise NotFoundError(_NO_MONTH)
    return answer(_told(found))


def _told(month: date) -> dict[str, Any]:
    told = month_told(month)
    body: dict[str, Any] = {"month": f"{month:%Y-%m}", "is_enough": told.is_enough}
    if told.is_enough:
        body["whole"] = _figures(told.whole)
    body["departments"] = {
        name: _figures(tally)
        | {"services": {service: _figures(one) for service, one in told.services[name].items()}}
        | ({"other_services": _figures(told.other_services[name])} if name in told.other_services else {})
        for name, tally in told.departments.items()
    }
    if told.other_departments is not None:
        body["other_departments"] = _figures(told.other_departments)
    return body


def _figures(tally: Tally) -> dict[str, Any]:
    found = indicators(tally)
    shares: dict[str, Share] = {
        "active": found.active, "bad": found.bad, "in_time": found.in_time, "called_back": found.called, "upheld": found.upheld,
    }  # fmt: skip
    return {
        "finished": tally.finished,
        "levels": {str(level): tally.levels[level - 1] for level in (5, 4, 3, 2, 1)},
        "indicators": {name: {"part": share.part, "whole": share.whole, "tenths": share.tenths} for name, share in shares.items()},
    }
