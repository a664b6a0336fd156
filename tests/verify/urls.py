"""Only what this face needs, so that its tests stand alone."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("tongban.faces.verify.urls")), path("look/", include("tongban.look.urls"))]
