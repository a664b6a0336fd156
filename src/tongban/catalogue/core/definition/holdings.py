"""What departments hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.core.definition.limits import Option
from tongban.kernel.text import Text
from tongban.rules.core import FactSpec


@dataclass(frozen=True)
class Item:
    """One item of a resource. `sensitivity`: open, internal, personal, sensitive."""

    name: str
    title: Text
    spec: FactSpec
    sensitivity: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Resource:
    """A department's data set."""

    id: str
    """`department/name`."""
    department: str
    title: Text
    key: str
    items: Mapping[str, Item]
    sharing: Literal["unconditional", "conditional", "none"]
    updated: str
    connector: Mapping[str, str]
    """`kind` and the kind's own settings, e.g. kind: table, table: business_licence; or kind: kept."""
    key_title: Text | None = None
    """What the key is called, where it is neither uscc nor id_number."""
