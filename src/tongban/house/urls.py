"""Which face answers where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def healthz(_: HttpRequest) -> HttpResponse:
    """Whether this process answers and reaches its database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("look/", include("tongban.look.urls")),
    path("demo/", include("tongban.house.devices.urls")),
    path("", include("tongban.house.entrance.urls")),
    path("api/", include("tongban.faces.api.urls")),
    path("desk/", include("tongban.faces.desk.urls")),
    path("counter/", include("tongban.faces.counter.urls")),
    path("", include("tongban.faces.verify.urls")),
    path("", include("tongban.faces.portal.urls")),
]

handler400 = "tongban.house.failures.bad_request"
handler403 = "tongban.house.failures.forbidden"
handler404 = "tongban.house.failures.not_found"
handler500 = "tongban.house.failures.broken"
