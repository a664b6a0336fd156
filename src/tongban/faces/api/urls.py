"""The interface: its calls, who may call, and how it refuses. Mounted at `/api/`; its description (OpenAPI 3.1) at `/api/openapi.json`."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from tongban.faces.api import applying, benefiting, handling, looking, publishing, rating, ticketing
from tongban.faces.api.asking import Bearer
from tongban.faces.api.problems import answer_in_problems

api = NinjaAPI(
    title="Tongban 通办",
    version="1",
    description="Apply, handle, decide and look up by program. Every write carries an Idempotency-Key; every refusal is a problem (RFC 9457) in Chinese and English.",
    docs_url=None,  # the page that draws it would load its script from another host
    auth=Bearer(),
    urls_namespace="api",
)
answer_in_problems(api)
for router in (
    applying.router,
    handling.router,
    ticketing.router,
    looking.router,
    rating.router,
    benefiting.router,
    publishing.router,
):
    api.add_router("", router)

urlpatterns = [path("", api.urls)]
