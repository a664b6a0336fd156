"""One record of a register that Tongban keeps: what it looks like, and how it is sealed.

Invariants: a record is known by its key as a question spells it (`plain`); the key, and every personal or sensitive item, are kept sealed for the record's own
row; an item without a value is left out, so that an item declared later changes no record of before; two records of one register say the same exactly
where their digests are equal, and neither digest nor blind index tells anything without the city's key, or joins two registers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from tongban.exchange.core.answers import HeldItem
from tongban.kernel import ids
from tongban.kernel.text import Text
from tongban.parties.core.identity import masked, plain
from tongban.parties.core.sealing import Place, Sealer
from tongban.rules.core import FactType

TABLE: Final = "record"
SEALED: Final = "sealed"
KEY_TITLES: Final[Mapping[str, Text]] = {
    "uscc": Text("统一社会信用代码", "Unified social credit code"),
    "id_number": Text("公民身份号码", "Identity number"),
}
"""What the keys of people and firms are called; a register with another key declares its own title."""
LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One item of a register."""

    name: str
    title: Text
    type: FactType
    sensitivity: str
    options: Mapping[str, Text] = field(default_factory=dict)
    """Of a choice: what its options are called."""

    @property
    def is_sealed(self) -> bool:
        """Whether values are kept encrypted and shown masked."""
        return HeldItem(self.type, self.sensitivity).is_sealed


@dataclass(frozen=True, slots=True)
class Shape:
    """What a record of a register consists of: a key and items, in the declared order."""

    resource: str
    department: str
    title: Text
    key: str
    key_title: Text
    columns: tuple[Column, ...]

    @property
    def has_personal_key(self) -> bool:
        """Whether the key is a person's number."""
        return self.key == "id_number"

    def shown_key(self, key: str) -> str:
        """The key as it may be shown in lists: a person's number masked."""
        return masked(key) if self.has_personal_key else key


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it is kept: open values, the sealed rest, the blind index of its key, the digest of all it says."""

    id: UUID
    blind: bytes
    values: Mapping[str, Any]
    sealed: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One record opened: its key and its values as plain JSON of the declared types; an item without a value is missing."""

    key: str
    values: Mapping[str, Any]


def seal(sealer: Sealer, shape: Shape, id_: UUID, record: Record) -> Row:
    """The row that keeps a record; the key must be as `key_fault` accepts it."""
    values = {name: value for name, value in record.values.items() if value is not None}
    shown = {column.name for column in shape.columns if not column.is_sealed}
    hidden = {name: value for name, value in values.items() if name not in shown}  # also what is no longer declared
    return Row(
        id_,
        blind(sealer, shape.resource, record.key),
        {name: value for name, value in values.items() if name not in hidden},
        sealer.seal(_spelled({"key": record.key, "values": hidden}), Place(TABLE, SEALED, id_)),
        sealer.blind(f"{shape.resource}#record", _spelled([record.key, values])),
    )


def blind(sealer: Sealer, resource: str, key: str) -> bytes:
    """The index by which a register finds a key."""
    return sealer.blind(f"{resource}#key", plain(key))


def opened(sealer: Sealer, id_: UUID, values: Mapping[str, Any], sealed: bytes | memoryview) -> Record:
    """The record that a row keeps. Raises SealBrokenError."""
    hidden = json.loads(sealer.open(sealed, Place(TABLE, SEALED, id_)))
    return Record(hidden["key"], {**values, **hidden["values"]})


def key_fault(kind: str, key: str) -> Text | None:
    """What is wrong with a key that was written as `plain` gives it; None if it may stand in a register."""
    if not key:
        return Text("没有填，每行都要有", "is empty; every row needs one")
    if len(key) > LONGEST_KEY:
        return Text(f"有 {len(key)} 个字，至多 {LONGEST_KEY} 个", f"has {len(key)} characters, at most {LONGEST_KEY}")
    if kind == "uscc" and not ids.is_uscc(key):
        return _number_fault(key, Text("没有字母 I、O、Z、S、V", "it never has the letters I, O, Z, S, V"))
    if kind == "id_number" and not ids.is_citizen_id(key):
        return _number_fault(key, Text("前 17 位是数字，第 7 至 14 位是出生日期", "17 digits first, characters 7 to 14 a date of birth"))
    return None


def _number_fault(key: str, form: Text) -> Text:
    if len(key) != 18:
        return Text(f"应为 18 位，现在是 {len(key)} 位", f"has {len(key)} characters and should have 18")
    return Text("校验不通过（{form}；也可能是末位输错）", "does not check ({form}; or its last character is wrong)").format(form=form)


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
