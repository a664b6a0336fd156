"""What a sent case keeps: its service and everything that the service's hash closes over, as of that version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.catalogue.core.definition import Bundle, City, CredentialType, LetterType, Procedure, Resource, Service


@dataclass(frozen=True)
class Pinned:
    """One version of a service with the procedures, credentials, letters and resources of the city it was published in, by id."""

    service: Service
    procedures: Mapping[str, Procedure]
    credentials: Mapping[str, CredentialType]
    letters: Mapping[str, LetterType]
    resources: Mapping[str, Resource]
    bundle: Bundle | None = None
    parts: Mapping[str, Service] = field(default_factory=dict)
    """Of a bundle: the service of each part, by the part's alias, as of the same version."""


def pin(city: City, service: Service) -> Pinned:
    """The service with its surroundings."""
    bundle = city.bundles.get(service.id)
    parts = {alias: city.services[part.service] for alias, part in bundle.parts.items()} if bundle else {}
    return Pinned(service, city.procedures, city.credentials, city.letters, city.resources, bundle, parts)
