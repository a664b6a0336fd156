"""Calls that only look: one case, the services, one service with its form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.cases import reads
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit, Service
from tongban.faces.api.asking import actor, answer
from tongban.faces.api.schema import papers_of, schema_of
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Text

router = Router(tags=["look"])


@router.get("/cases/{number_or_id}", summary="Where a case stands")
def case(request: HttpRequest, number_or_id: str) -> HttpResponse:
    """By its number or its id, for the applicant's side and for officials who may see it."""
    return answer(reads.lookup(number_or_id, actor(request)))


@router.get("/services", summary="What one can apply for")
def services(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """All services of the running city."""
    return answer({"services": [_brief(service) for service in catalogue.city().offered.values()]})


@router.get("/services/{service_id}", summary="One service and its form")
def service(request: HttpRequest, service_id: str) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """The form as JSON Schema, the papers, and which data departments supply."""
    found = catalogue.city().offered.get(service_id)
    if found is None:
        raise NotFoundError(
            Text(zh="没有这项服务，可能已更名或停办。", en="There is no such service; it may have a new name or have ended.")
        )
    needs = [
        {
            "need": need.alias,
            "resource": need.resource,
            "by": need.by,
            "purpose": need.purpose,
            "items": need.items,
            "consent": need.consent,
        }
        for need in found.needs
    ]
    return answer(
        _brief(found) | {"hash": found.hash, "form": schema_of(found), "papers": papers_of(found), "supplied_by_departments": needs}
    )


def _brief(service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "title": service.title,
        "summary": service.summary,
        "department": service.department,
        "audience": service.audience,
        "mandates": service.mandates,
        "situations": [{"id": option.id, "title": option.label} for option in service.situations],
        "limits": {"statutory": _limit(service.limits.statutory), "promised": _limit(service.limits.promised)},
        "parts": _parts(service),
    }


def _parts(service: Service) -> list[dict[str, Any]]:
    """Of a bundle: the services that it is made of, and which of them wait for which."""
    bundle = catalogue.city().bundles.get(service.id)
    parts = bundle.parts.values() if bundle else ()
    return [{"part": part.alias, "service": part.service, "may_be_left_out": part.when is not None, "after": part.after} for part in parts]


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    return {"days": limit.days, "counted": limit.counted} if limit else None
