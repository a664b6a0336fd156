"""Systems of other bodies, what is reported to them, and the item library that the upper level keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tongban.catalogue.core.definition.limits import Limit
from tongban.kernel.text import Text

SYSTEM = "system"
"""What a step is `by` when another body's own system does it, and the role of its task."""

RecordKind = Literal["acceptance", "process", "special", "result", "rating", "licence"]


@dataclass(frozen=True)
class System:
    """Another body's own system, to which cases are handed over or records are reported."""

    id: str
    title: Text
    department: str
    """The department that answers for it here; a step `by: system` is this department's."""
    connector: Mapping[str, str]
    """`kind` and the kind's own settings, e.g. kind: http-json, url: https://…; never a secret."""
    timeout: timedelta
    """How long one call may take."""
    poll: timedelta
    """How often answers are asked for."""
    patience: timedelta
    """For how long a case is offered before people take over."""
    reconcile: str
    """The city's time of day at which both lists are compared, `18:00`."""


@dataclass(frozen=True)
class Report:
    """One kind of record that goes to a system, after these acts of a case (or of a licence)."""

    kind: RecordKind
    system: str
    after: tuple[str, ...]


@dataclass(frozen=True)
class LibraryItem:
    """What the upper level's item library says of a service: fields that a city does not change."""

    code: str
    title: str
    kind: str
    """事项类型: characters 3 and 4 of the code."""
    statutory: Limit | None
    basis: tuple[str, ...]
    instant: bool | None
    """办件类型: whether it is an instant case (即办件) or an ordinary one (承诺件); none where the library does not say."""
    source: str
    on: date
    """The day of the library's edition."""
