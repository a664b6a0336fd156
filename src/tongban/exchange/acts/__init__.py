"""What may be done at the exchange: declare a resource, grant its use, fetch, silence a resource for a demonstration."""

from __future__ import annotations

from tongban.exchange.acts.declare import declare_resource
from tongban.exchange.acts.fetch import fetch, fetch_all
from tongban.exchange.acts.grant import end_grants, grant
from tongban.exchange.acts.silence import resume, suspend
from tongban.exchange.core.answers import Answer, Request

__all__ = ["Answer", "Request", "declare_resource", "end_grants", "fetch", "fetch_all", "grant", "resume", "suspend"]
