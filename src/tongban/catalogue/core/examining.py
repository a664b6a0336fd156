"""Reading, cross-checking and testing a city in one go: what `check` tells and what publishing insists on.

Invariant: an examination without faults has a city, and every test of every service and policy in it passed with full clause coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from tongban.catalogue.core.bundle_testing import BundleReport, faults_of_bundle, run_bundle_tests
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.policy_testing import PolicyReport, policy_faults, run_policy_tests
from tongban.catalogue.core.reading import read_declared
from tongban.catalogue.core.testing import ServiceReport, faults_of, run_tests
from tongban.catalogue.errors import CityFaults
from tongban.rules.core import Fault

Part = TypeVar("Part")


@dataclass(frozen=True)
class Examined:
    """What is known of a folder: the city if it could be read, its tests' reports, and all faults."""

    city: City | None
    reports: tuple[ServiceReport, ...]
    faults: tuple[Fault, ...]
    bundles: tuple[BundleReport, ...] = ()
    policies: tuple[PolicyReport, ...] = ()

    def sound(self) -> City:
        """The city. Raises CityFaults if there is any fault."""
        if self.faults or self.city is None:
            raise CityFaults(self.faults)
        return self.city


def examine(files: Mapping[str, bytes], prefix: str = "") -> Examined:
    """Read, cross-check and test these texts, by path inside the folder."""
    try:
        city, documents = read_declared(files, prefix)
    except CityFaults as error:
        return Examined(None, (), error.faults)
    reports = run_tests(city)
    faults: list[Fault] = []
    for report in reports:
        faults.extend(faults_of(report, documents["service", report.service.id]))
    bundles = run_bundle_tests(city)
    for bundle in bundles:
        faults.extend(faults_of_bundle(bundle, documents["bundle", bundle.bundle.id]))
    policies = run_policy_tests(city)
    for found in policies:
        faults.extend(policy_faults(found, documents["policy", found.name]))
    return Examined(city, reports, tuple(sorted(faults, key=lambda fault: (fault.path, fault.line, fault.column))), bundles, policies)


def changed(old: Mapping[str, Part], new: Mapping[str, Part]) -> tuple[str, ...]:
    """The names that were added, changed or removed."""
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
