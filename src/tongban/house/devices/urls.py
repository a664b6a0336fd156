"""Addresses under /demo/."""

from __future__ import annotations

from django.urls import path

from tongban.house.devices import views

app_name = "demo"
urlpatterns = [
    path("people", views.people, name="people"),
    path("sign-in", views.sign_in, name="sign-in"),
    path("advance", views.forward, name="advance"),
    path("phone", views.phone, name="phone"),
]
