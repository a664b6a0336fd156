"""Joins the room to the bounds of a request, so that one request sees one version."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class CatalogueConfig(AppConfig):
    """The catalogue room."""

    name = "tongban.catalogue"

    def ready(self) -> None:
        """Forget the version of the request before, and after each request."""
        from tongban.catalogue import running

        request_started.connect(running.begin_request, dispatch_uid="catalogue.running")
        request_finished.connect(running.end_request, dispatch_uid="catalogue.running")
