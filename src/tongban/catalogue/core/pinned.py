"""What a sent case keeps: its service and everything that the service's hash closes over, as of that version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.catalogue.core.definition import City, CredentialType, LetterType, Procedure, Resource, Service


@dataclass(frozen=True)
class Pinned:
    """One version of a service with the procedures, credentials, letters and resources of the city it was published in, by id."""

    service: Service
    procedures: Mapping[str, Procedure]
    credentials: Mapping[str, CredentialType]
    letters: Mapping[str, LetterType]
    resources: Mapping[str, Resource]


def pin(city: City, service: Service) -> Pinned:
    """The service with its surroundings."""
    return Pinned(service, city.procedures, city.credentials, city.letters, city.resources)
