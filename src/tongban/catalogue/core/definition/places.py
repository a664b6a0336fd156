"""Departments, areas and roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tongban.kernel.text import Text


@dataclass(frozen=True)
class Department:
    """One department: `id` is its slug, `number` its four digits in case numbers, `uscc` its unified social credit code."""

    id: str
    number: str
    uscc: str
    title: Text
    short: Text
    duties: Text
    phone: str
    parent: str = ""
    area: str = ""
    entrusts: tuple[str, ...] = ()
    """What the department leaves to the city's counter: `accept`, that is accepting and asking for corrections (前台综合受理)."""
    mark: str = ""
    """机关代字: how its document numbers begin, e.g. 云市监."""


@dataclass(frozen=True)
class Area:
    """A city, district or street; `ring` is its own synthetic polygon, longitude and latitude pairs."""

    code: str
    title: Text
    parent: str
    level: Literal["city", "district", "street"]
    ring: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Role:
    """What a post may do: verbs of the permission table (review, accept, decide, inspect, audit, catalogue, upload, counter, figures, lead, …)."""

    id: str
    title: Text
    may: tuple[str, ...]
