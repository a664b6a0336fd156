"""Content hashes of definitions.

Invariants: a hash depends on what is declared and on the language version alone: not on file names, comments, order of keys, line numbers, or the
machine; a service's hash closes over its procedures, credentials, letters and the resource items that it reads, and not over its tests or over
departments, calendar and staff, which are never pinned to a case; an expression counts by its meaning, so that spaces do not change it; a field that
has its default is left out, so that a field added to the language of declarations later changes no hash of before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final

from tongban.catalogue.core.definition import Bundle, City, Policy, Service
from tongban.kernel.days import Calendar
from tongban.rules.core import LANGUAGE_VERSION, Expression, FactSpec, FactType, Nothing, Unknown, Value, write

SCHEMA_VERSION = "1"


def hashed(city: City) -> City:
    """The same city with the hash of each service and its own; bundles' merged services stand among the services from here on."""
    services = {id_: replace(service, hash=service_hash(city, service)) for id_, service in city.services.items()}
    bundles = {id_: _hashed_bundle(replace(city, services=services), bundle) for id_, bundle in city.bundles.items()}
    merged = {id_: bundle.service for id_, bundle in bundles.items()}
    policies = {id_: replace(policy, hash=policy_hash(city, policy)) for id_, policy in city.policies.items()}
    whole = replace(city, services={**services, **merged}, bundles=bundles, policies=policies)
    return replace(whole, hash=city_hash(whole))


def _hashed_bundle(city: City, bundle: Bundle) -> Bundle:
    """The bundle with its hash, which closes over its parts' hashes."""
    about = {
        "merged": service_hash(city, bundle.service),
        "bundle": _plain(bundle, leave_out=("service", "tests")),
        "parts": {alias: city.services[part.service].hash for alias, part in bundle.parts.items()},
    }
    return replace(bundle, service=replace(bundle.service, hash=_digest(about)))


def service_hash(city: City, service: Service) -> str:
    """SHA-256, in hex, of everything that decides a case of the service."""
    procedures = {service.procedure, *(way.procedure for way in service.ways if way.procedure)}
    gives = [service.gives, *(way.gives for way in service.ways if way.gives)]
    letters = {letter for each in gives for letter in each.letters} | {way.letter for way in service.ways if way.letter}
    letters |= {letter for id_ in procedures for letter in city.procedures[id_].letters.values()}
    credentials = {each.credential for each in gives if each.credential} | ({service.licence} & set(city.credentials))
    about = {
        "service": _plain(service, leave_out=("hash", "tests", "vocabulary")),
        "procedures": [_plain(city.procedures[id_]) for id_ in sorted(procedures)],
        "credentials": [_plain(city.credentials[id_]) for id_ in sorted(credentials)],
        "letters": [_plain(city.letters[id_]) for id_ in sorted(letters)],
        "resources": [_resource(city, need.resource, need.items) for need in service.needs],
    }
    return _digest(about)


def policy_hash(city: City, policy: Policy) -> str:
    """SHA-256, in hex, of everything that decides whom a version of a policy finds: its text, its profile, its pool, the items it reads."""
    profile = city.profiles.get(policy.profile)
    sources = [profile.sources[alias] for alias in policy.aliases if alias in profile.sources] if profile else []
    about = {
        "policy": _plain(policy, leave_out=("hash", "tests", "vocabulary", "service", "repeats", "withdrawn")),
        "profile": [[source.alias, source.resource, _plain(source.stale)] for source in sources],
        "pool": _plain(city.pools[policy.pool], leave_out=("bank",)) if policy.pool in city.pools else None,
        "resources": [_resource(city, source.resource, _read(policy, source.alias)) for source in sources],
    }
    return _digest(about)


def _read(policy: Policy, alias: str) -> tuple[str, ...]:
    return tuple(sorted(name.removeprefix(f"{alias}.") for name in policy.vocabulary if name.startswith(f"{alias}.")))


def _resource(city: City, id_: str, items: tuple[str, ...]) -> Any:
    resource = city.resources[id_]
    read = {name: _plain(resource.items[name]) for name in items}
    return {"id": resource.id, "key": resource.key, "title": _plain(resource.title), "items": read}


def city_hash(city: City) -> str:
    """SHA-256, in hex, of the whole declared city, tests included."""
    tests = {id_: [_test(test) for test in service.tests] for id_, service in sorted(city.services.items())}
    tests |= {id_: [_test(test) for test in bundle.tests] for id_, bundle in sorted(city.bundles.items())}
    services = {id_: service.hash for id_, service in sorted(city.services.items())}
    about = {"city": _plain(city, leave_out=("hash", "services", "bundles", "policies")), "services": services, "tests": tests}
    if city.policies:
        policies = {
            id_: [policy.hash, policy.service, policy.repeats, *map(_test, policy.tests), *_withdrawn(policy)]
            for id_, policy in sorted(city.policies.items())
        }
        about["policies"] = policies
    return _digest(about)


def _withdrawn(policy: Policy) -> list[Any]:
    """A version stays the version that it was when it is withdrawn; the city does not."""
    return [] if policy.withdrawn is None else [_plain(policy.withdrawn)]


def _test(test: Any) -> Any:
    return _plain(test, leave_out=("path", "line"))


def _digest(about: Any) -> str:
    text = json.dumps(
        {"schema": SCHEMA_VERSION, "language": LANGUAGE_VERSION, "about": about},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any, leave_out: tuple[str, ...] = ()) -> Any:
    """A definition as JSON that is the same for the same meaning."""
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    if is_dataclass(value):
        return {
            field.name: _plain(told)
            for field in fields(value)
            if field.name not in leave_out and _differs(field, told := getattr(value, field.name))
        }
    raise TypeError(type(value))


def _differs(field: Field[Any], value: Any) -> bool:
    """Whether a field says more than its default does."""
    if field.default_factory is not MISSING:
        return bool(value != field.default_factory())
    return field.default is MISSING or bool(value != field.default)


def _calendar(calendar: Calendar) -> Any:
    return {str(year): sorted(day.isoformat() for day in days) for year, days in calendar.days_off.items()}


def _fact(fact: Value | Nothing | Unknown) -> Any:
    return {type(fact).__name__: _plain(getattr(fact, "value", None))}


_PLAIN: Final[tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...]] = (
    ((str, int, bool, NoneType), lambda value: value),
    (Expression, lambda value: {"expression": write(value.ast), "type": value.type.describe()}),
    (FactSpec, lambda value: {"type": value.type.describe(), "may_be_none": value.may_be_none}),
    (FactType, lambda value: value.describe()),
    (Calendar, _calendar),
    ((Value, Nothing, Unknown), _fact),
    (Mapping, lambda value: [[str(key), _plain(each)] for key, each in value.items()]),
    ((tuple, list), lambda value: [_plain(each) for each in value]),
    (timedelta, lambda value: value.total_seconds().hex()),
    (float, lambda value: value.hex()),
    ((date, Decimal), str),
)
"""How each kind of value is spelt; floats stand in polygons only."""
