"""The declared city: what one reading of the folder yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tongban.catalogue.core.definition.bundles import Bundle
from tongban.catalogue.core.definition.feedback import RatingRules
from tongban.catalogue.core.definition.holdings import Resource
from tongban.catalogue.core.definition.limits import Option, TimeCost
from tongban.catalogue.core.definition.offered import Service
from tongban.catalogue.core.definition.papers import CredentialType, LetterType, MessageType
from tongban.catalogue.core.definition.places import Area, Department, Role
from tongban.catalogue.core.definition.policies import Policy, Pool, Profile
from tongban.catalogue.core.definition.procedures import Procedure
from tongban.catalogue.core.definition.systems import LibraryItem, Report, System
from tongban.kernel.days import Calendar
from tongban.kernel.text import Text


@dataclass(frozen=True)
class City:
    """The declared city: what one reading of the folder yields."""

    hash: str
    id: str
    title: Text
    area: str
    areas: Mapping[str, Area]
    departments: Mapping[str, Department]
    roles: Mapping[str, Role]
    resources: Mapping[str, Resource]
    procedures: Mapping[str, Procedure]
    services: Mapping[str, Service]
    credentials: Mapping[str, CredentialType]
    letters: Mapping[str, LetterType]
    messages: Mapping[str, MessageType]
    calendar: Calendar
    quiet_hours: tuple[str, str] = ("22:00", "07:00")
    after_hours: Literal["same-day", "next-working-day"] = "same-day"
    """Whether an application sent at night counts as received that day."""
    life_events: tuple[Option, ...] = ()
    time_cost: TimeCost | None = None
    """What a way to an office and a paper cost an applicant, where the city says so."""
    matching_at: str = ""
    """When everybody is matched anew each day, as HH:MM; empty where only people ask for that."""
    ratings: RatingRules | None = None
    """How finished cases are rated; none where they are not."""
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    """By id. The merged service of each stands among `services` too, once the city is hashed."""

    def has_bundle(self, service_id: str) -> bool:
        """Whether a service is a bundle's merged one."""
        return service_id in self.bundles

    systems: Mapping[str, System] = field(default_factory=dict)
    reporting: Mapping[str, Report] = field(default_factory=dict)
    """By kind of record."""
    library: Mapping[str, LibraryItem] = field(default_factory=dict)
    """By basic code."""

    profiles: Mapping[str, Profile] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """By id, or by `id/day of effect` where there are several versions."""
    pools: Mapping[str, Pool] = field(default_factory=dict)

    def short_of(self, department: str) -> Text | str:
        """A department's short name; its id where the city has it no longer."""
        return self.departments[department].short if department in self.departments else department

    @property
    def offered(self) -> Mapping[str, Service]:
        """The services that somebody can apply for by themselves, by id: those about another case are left out."""
        return {id_: service for id_, service in self.open_to_apply.items() if service.about is None}

    @property
    def open_to_apply(self) -> Mapping[str, Service]:
        """The services whose cases an applicant begins, by id: those that an office or the redeeming of a policy begins are left out."""
        return {id_: service for id_, service in self.services.items() if service.initiative == "applicant"}

    def policies_on(self, day: date, profile: str = "") -> Mapping[str, Policy]:
        """The policies in force on a day, by id; of one profile, if one is named."""
        return {one.id: one for one in self.policies.values() if one.holds_on(day) and profile in ("", one.profile)}

    def policy_of(self, hash_: str) -> Policy | None:
        """The policy's version with that hash, whether it holds or not."""
        return next((one for one in self.policies.values() if one.hash == hash_), None)

    def version_of(self, policy: str, hash_: str) -> Policy | None:
        """A policy in a version; where that is published no more, the latest of the same id; None where there is none."""
        versions = [one for one in self.policies.values() if one.id == policy]
        return next((one for one in versions if one.hash == hash_), max(versions, key=lambda one: one.in_force, default=None))
