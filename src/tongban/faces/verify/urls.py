"""Mounted at the root: the QR codes on paper name `/verify`, so the address may never change."""

from __future__ import annotations

from django.urls import path

from tongban.faces.verify import pages

app_name = "verify"
urlpatterns = [
    path("verify", pages.verify, name="page"),
    path("verify/keys.json", pages.keys, name="keys"),
    path("verify/letters/<uuid:letter_id>.json", pages.letter, name="letter"),
    path("verify/status/<str:identifier>.json", pages.status, name="status"),
]
