"""From a folder's texts to the declared city, or to every fault in it at once.

Invariants: a city is yielded only if no file of it has a fault and every reference is resolved; the same texts always yield the same city and the
same hashes; reading any bytes whatever ends in a city or in CityFaults, never in another exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.catalogue.core.checking import check
from tongban.catalogue.core.definition import Bundle, City, Policy, Profile, Resource, Service
from tongban.catalogue.core.hashing import hashed
from tongban.catalogue.core.reading import folder as folders
from tongban.catalogue.core.reading.bundle_files import BundleGround, read_bundle
from tongban.catalogue.core.reading.feedback_files import read_ratings
from tongban.catalogue.core.reading.fields import Reader, Reference
from tongban.catalogue.core.reading.holdings import read_department, read_resource
from tongban.catalogue.core.reading.nodes import Document, read_document
from tongban.catalogue.core.reading.paper_files import read_credential, read_letter, read_messages, read_procedure
from tongban.catalogue.core.reading.place_files import CityPage, read_areas, read_calendar, read_city_page, read_roles
from tongban.catalogue.core.reading.policy_files import read_policy
from tongban.catalogue.core.reading.profile_files import read_pools, read_profile, with_items
from tongban.catalogue.core.reading.service_files import Ground, read_service
from tongban.catalogue.core.reading.system_files import read_library, read_reporting, read_system
from tongban.catalogue.errors import CityFaults
from tongban.kernel.days import Calendar
from tongban.rules.core import Fault


@dataclass
class _Run:
    """One reading: what was found so far."""

    declared: list[folders.Declared]
    faults: list[Fault]
    references: list[Reference] = field(default_factory=list)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)

    def all(self, kind: str, read: Callable[[Reader, str], Any]) -> dict[str, Any]:
        """Every file of a kind, read; a file that is no YAML was told as a fault and is left out."""
        found: dict[str, Any] = {}
        for file in self.declared:
            if file.kind != kind:
                continue
            document = read_document(file.path, file.content, self.faults)
            if document is not None:
                self.documents[kind, file.name] = document
                found[file.name] = read(Reader(document, self.faults, self.references), file.name)
        return found

    def one(self, kind: str, read: Callable[[Reader], Any], empty: Any) -> Any:
        """The one file of a kind."""
        found = self.all(kind, lambda reader, _: read(reader))
        return next(iter(found.values()), empty)

    def faulty(self) -> set[tuple[str, str]]:
        """The files with a fault of their own: whatever refers to them is not blamed."""
        wrong = {fault.path for fault in self.faults}
        return {(file.kind, file.name) for file in self.declared if file.path in wrong}


def read_city(folder: Path) -> City:
    """The city that a folder declares. Raises CityFaults with every fault, by file, line and column."""
    return read_files(folders.load(folder), prefix=folder.as_posix() + "/")


def read_files(files: Mapping[str, bytes], prefix: str = "") -> City:
    """The city that these texts declare, by path inside the folder. Raises CityFaults."""
    return read_declared(files, prefix)[0]


def read_stored(files: Mapping[str, bytes]) -> City:
    """The city of texts that were published: they passed the cross-checks of their day, and a stricter one of today does not unmake them.

    Raises CityFaults if the texts themselves no longer read.
    """
    faults: list[Fault] = []
    city = _read(_Run(folders.sort(files, "", faults), faults))
    if faults:
        raise CityFaults(faults)
    return hashed(city)


def read_declared(files: Mapping[str, bytes], prefix: str = "") -> tuple[City, Mapping[tuple[str, str], Document]]:
    """The city, with the documents it was read from, by kind and name. Raises CityFaults."""
    faults: list[Fault] = []
    run = _Run(folders.sort(files, prefix, faults), faults)
    city = _read(run)
    declared = {(file.kind, file.name) for file in run.declared}
    check(city, run.documents, run.references, run.faulty(), declared, faults)
    if faults:
        told = {(fault.path, fault.line, fault.column, fault.message.en): fault for fault in faults}
        raise CityFaults(told[place] for place in sorted(told))
    return hashed(city), run.documents


def _read(run: _Run) -> City:
    page: CityPage = run.one("city", read_city_page, CityPage())
    calendars = run.all("calendar", read_calendar)
    resources = run.all("resource", read_resource)
    roles = run.one("roles", read_roles, {})
    credentials = run.all("credential", read_credential)
    sound = _sound(run, resources)
    systems = run.all("system", read_system)
    ground = Ground(sound, roles, credentials, systems)
    services = run.all("service", lambda reader, name: read_service(reader, name, ground))
    profiles, policies = _policies(run, sound)
    return City(
        hash="",
        id=page.id,
        title=page.title,
        area=page.area,
        areas=run.one("areas", read_areas, {}),
        departments=run.all("department", read_department),
        roles=roles,
        resources=resources,
        procedures=run.all("procedure", read_procedure),
        services=services,
        credentials=credentials,
        letters=run.all("letter", read_letter),
        messages=run.one("messages", read_messages, {}),
        calendar=_calendar(calendars),
        quiet_hours=page.quiet_hours,
        after_hours=page.after_hours,
        life_events=page.life_events,
        time_cost=page.time_cost,
        matching_at=page.matching_at,
        bundles=_bundles(run, services, sound),
        ratings=run.one("ratings", read_ratings, None),
        systems=systems,
        reporting=run.one("reporting", read_reporting, {}),
        library=run.all("library", read_library),
        profiles=profiles,
        policies=policies,
        pools=run.one("pools", read_pools, {}),
    )


def _sound(run: _Run, resources: Mapping[str, Resource]) -> dict[str, Resource]:
    """The resources without a fault of their own."""
    wrong = run.faulty()
    return {id_: resource for id_, resource in resources.items() if ("resource", id_) not in wrong}


def _bundles(run: _Run, services: Mapping[str, Service], resources: Mapping[str, Resource]) -> dict[str, Bundle]:
    """Every bundle whose parts can be used; whoever keeps another from being read has been told already."""
    wrong = run.faulty()
    usable = frozenset(id_ for id_ in services if ("service", id_) not in wrong)
    ground = BundleGround(services, usable, resources)
    found = run.all("bundle", lambda reader, name: read_bundle(reader, name, ground))
    return {name: bundle for name, bundle in found.items() if bundle is not None}


def _policies(run: _Run, resources: Mapping[str, Resource]) -> tuple[dict[str, Profile], dict[str, Policy]]:
    """Profiles with the items that policies read, and every policy."""
    profiles = run.all("profile", read_profile)
    wrong = run.faulty()
    whole = {id_: profile for id_, profile in profiles.items() if ("profile", id_) not in wrong}
    policies = run.all("policy", lambda reader, name: read_policy(reader, name, whole, resources))
    return with_items(profiles, policies), policies


def _calendar(read: Mapping[str, Any]) -> Calendar:
    return Calendar({year: days for year, days in read.values() if year})


__all__ = ["CityFaults", "read_city", "read_declared", "read_files", "read_stored"]
