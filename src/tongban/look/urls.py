"""Preferences, and the gallery in a demo."""

from __future__ import annotations

from django.urls import path

from tongban.look import preferences
from tongban.look.gallery import show

app_name = "look"
urlpatterns = [
    path("set", preferences.change, name="set"),
    path("gallery", show, name="gallery"),
    path("gallery/<slug:page>", show, name="gallery-page"),
]
