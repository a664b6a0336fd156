"""Preferences, and the gallery in a demo."""

from __future__ import annotations

from django.urls import path

from tongban.look import gallery, preferences

app_name = "look"
urlpatterns = [
    path("set", preferences.change, name="set"),
    path("gallery", gallery.show, name="gallery"),
    path("gallery/<slug:page>", gallery.show, name="gallery-page"),
]
