"""The upper level's item library as it is handed out (JSON, a table), read into items, and an item spelt as the city's declared file.

Invariants: a record with a fault is told with its number and left out, never half taken; an item is always spelt the same way, so that a library that says
the same changes no file; nothing but what the library settles is written.

Source: the national table of 实施清单, whose field names the records carry (taskName, catalogCode, byLaw, anticipateDay …).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal

from tongban.catalogue.core.definition import LibraryItem, Limit
from tongban.kernel.text import Text

_CODE: Final = re.compile("[0-9]{12}")
_DAYS: Final[Mapping[str, Literal["working", "calendar"]]] = {
    "工作日": "working", "working": "working", "w": "working", "1": "working",
    "自然日": "calendar", "calendar": "calendar", "c": "calendar", "n": "calendar", "2": "calendar",
}  # fmt: skip
"""anticipateType: in words, or by the national codes."""
_INSTANT: Final[Mapping[str, bool]] = {"即办件": True, "1": True, "承诺件": False, "2": False}
"""projectType."""
_SEPARATORS: Final = re.compile(r"[；;\n\r]+")

_NO_CODE = Text("没有 12 位基本编码（catalogCode）", "there is no basic code of 12 digits (catalogCode)")
_TWICE = Text("基本编码 {code} 与第 {n} 条重复", "the basic code {code} stands in record {n} already")
_NO_TITLE = Text("没有事项名称（taskName），或超过 60 字", "there is no title (taskName), or it has more than 60 characters")
_KIND = Text(
    "事项类型（taskType）“{kind}”与基本编码第 3、4 位“{code}”不同",
    "the kind (taskType) “{kind}” differs from characters 3 and 4 of the code, “{code}”",
)
_DAY = Text(
    "法定时限（anticipateDay、anticipateType）应是天数和“工作日”或“自然日”",
    "the statutory limit (anticipateDay, anticipateType) is a number of days and 工作日 or 自然日",
)
_PROJECT = Text("办件类型（projectType）应为“即办件”或“承诺件”", "the projectType is 即办件 or 承诺件")


@dataclass(frozen=True)
class WrongRecord:
    """What is wrong with the record of that number (from 1)."""

    number: int
    says: Text


@dataclass(frozen=True)
class Change:
    """One field of an item that a new edition changes."""

    field: str
    before: str
    now: str


def read_records(records: Iterable[Mapping[str, Any]], source: str, on: date) -> tuple[dict[str, LibraryItem], tuple[WrongRecord, ...]]:
    """The items of a library by code, and the records that are left out with what is wrong with them."""
    items: dict[str, LibraryItem] = {}
    numbers: dict[str, int] = {}
    wrong: list[WrongRecord] = []
    for number, record in enumerate(records, 1):
        found = _item(record, source, on)
        if isinstance(found, Text):
            wrong.append(WrongRecord(number, found))
        elif found.code in items:
            wrong.append(WrongRecord(number, _TWICE.format(code=found.code, n=numbers[found.code])))
        else:
            items[found.code], numbers[found.code] = found, number
    return items, tuple(wrong)


def _item(record: Mapping[str, Any], source: str, on: date) -> LibraryItem | Text:
    code = _told(record, "catalogCode") or _told(record, "taskCode")
    title = _told(record, "taskName")
    kind = _told(record, "taskType").zfill(2) if _told(record, "taskType") else code[2:4]
    if not _CODE.fullmatch(code):
        return _NO_CODE
    if not 0 < len(title) <= 60:
        return _NO_TITLE
    if kind != code[2:4]:
        return _KIND.format(kind=kind, code=code[2:4])
    limit, project = _limit(record), _told(record, "projectType")
    if isinstance(limit, Text):
        return limit
    if project and project not in _INSTANT:
        return _PROJECT
    return LibraryItem(code, title, kind, limit, _laws(record.get("byLaw")), _INSTANT.get(project), source, on)


def _limit(record: Mapping[str, Any]) -> Limit | Text | None:
    days, counted = _told(record, "anticipateDay"), _told(record, "anticipateType").lower()
    if not days:
        return None
    if not days.isascii() or not days.isdigit() or not 0 < int(days) < 10_000 or counted not in _DAYS:
        return _DAY
    return Limit(int(days), _DAYS[counted])


def _laws(told: Any) -> tuple[str, ...]:
    parts = told if isinstance(told, list) else _SEPARATORS.split(str(told or ""))
    return tuple(dict.fromkeys(part for each in parts if (part := str(each).strip())))


def _told(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a table program keeps whole numbers as fractions
    return "" if value is None else str(value).strip()


def spelt(item: LibraryItem) -> str:
    """The text of library/<code>.yaml."""
    lines = [
        "# 由 tongban import-library 写入：上级事项库的锁定项，不在这里改。",
        "# Written by tongban import-library: the fields that the upper level's item library locks. Do not change them here.",
        f"library: {_quoted(item.code)}",
        f"title: {_quoted(item.title)}",
        f"kind: {_quoted(item.kind)}",
    ]
    if item.statutory is not None:
        lines.append(f"statutory: {limit_words(item.statutory)}")
    if item.basis:
        lines += ["basis:", *(f"  - {_quoted(law)}" for law in item.basis)]
    if item.instant is not None:
        lines.append(f"instant: {'yes' if item.instant else 'no'}")
    lines += [f"source: {_quoted(item.source)}", f"on: {item.on.isoformat()}"]
    return "\n".join(lines) + "\n"


def changes(before: LibraryItem | None, now: LibraryItem) -> tuple[Change, ...]:
    """What a new edition changes of an item; the edition's own day is no change."""
    return tuple(
        Change(field.name, _shown(getattr(before, field.name)) if before else "", _shown(getattr(now, field.name)))
        for field in fields(now)
        if field.name not in ("source", "on") and (before is None or getattr(before, field.name) != getattr(now, field.name))
    )


def limit_words(limit: Limit) -> str:
    """A limit as files spell it."""
    return f"{limit.days} {limit.counted} day{'' if limit.days == 1 else 's'}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return "yes" if value else "no"
        case Limit():
            return limit_words(value)
        case tuple():
            return "；".join(value) or "—"
    return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
