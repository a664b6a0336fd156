"""Addresses of the door."""

from __future__ import annotations

from django.urls import path

from tongban.house.entrance import views

app_name = "entrance"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in/unsent", views.resume, name="unsent"),
    path("sign-out", views.sign_out, name="sign-out"),
]
