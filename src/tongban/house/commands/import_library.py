"""`tongban import-library FILE`: take the upper level's item library into the city's folder.

Invariants: what would change is shown before anything is written, and nothing is written without `--write`; only files of `library/` are written, each whole
or not at all; a service's own file is never touched: where it differs from the library, `check` says so at its line.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongban.catalogue.core.definition import LibraryItem
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.library import WrongRecord, changes, read_records, spelt
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.folder import load
from tongban.catalogue.core.reading.nodes import read_document
from tongban.catalogue.core.reading.system_files import read_library
from tongban.catalogue.errors import CityFaults
from tongban.house.commands.check import language, print_faults
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Lang, Text
from tongban.rules.core import Fault

_UNREADABLE = Text(
    "{file} 读不出事项：应是 JSON（items 列表）、CSV 或 xlsx，首行为字段名 taskName、catalogCode……",
    "{file} holds no items: it must be JSON (a list, or items), CSV or xlsx with the field names taskName, catalogCode … in its first line",
)
_WRONG = Text("第 {n} 条没有采用：{says}", "record {n} was left out: {says}")
_NEW = Text("新增", "new")
_CHANGED = Text("变更", "changed")
_SAME = Text("共 {n} 条，其中 {same} 条没有变化。", "{n} items, {same} of them unchanged.")
_KEPT = Text("本次文件里没有、继续保留的：{codes}", "not in this file, and kept: {codes}")
_DRY = Text("以上只是预览，没有写入。确认后加 --write。", "This is a preview: nothing was written. Add --write to write it.")
_WRITTEN = Text("已写入 {n} 个文件。接着运行 tongban check。", "Wrote {n} files. Run tongban check next.")
_REFUSED = Text(
    "写入后，以下各处与事项库不同，tongban check 会拒绝，须先改事项：",
    "Once written, these differ from the library; tongban check will refuse them until the services are changed:",
)
_FIELDS: Mapping[str, Text] = {
    "code": Text("基本编码", "code"),
    "title": Text("事项名称", "title"),
    "kind": Text("事项类型", "kind"),
    "statutory": Text("法定时限", "statutory limit"),
    "basis": Text("设定依据", "basis"),
    "instant": Text("即办件", "instant"),
}


class UnreadableLibraryError(TongbanError):
    """The file is no item library."""


def run(file: Path, city: Path, *, source: str, on: date, write: bool, lang: Lang | None = None) -> int:
    """Show what the library would change, and with `write` change it; returns the exit status: 1 if a record had to be left out."""
    lang = lang or language()
    items, wrong = read_records(records_of(file), source, on)
    folder = load(city)
    before = held(folder)
    fresh = {code: item for code, item in items.items() if code not in before or changes(before[code], item)}
    _show(items, fresh, before, wrong, lang)
    _warn(folder, items, lang)
    if write:
        for code, item in fresh.items():
            _write(city / "library" / f"{code}.yaml", spelt(item))
    print((_WRITTEN.format(n=len(fresh)) if write else _DRY).in_(lang))
    return 1 if wrong else 0


def records_of(file: Path) -> list[Mapping[str, Any]]:
    """The records of a file by its ending. Raises UnreadableLibraryError."""
    try:
        found = {".json": _json, ".csv": _csv, ".xlsx": _xlsx}[file.suffix.lower()](file.read_bytes())
    except (KeyError, OSError, ValueError) as error:
        raise UnreadableLibraryError(_UNREADABLE.format(file=file)) from error
    if not found or not all(isinstance(record, Mapping) for record in found):
        raise UnreadableLibraryError(_UNREADABLE.format(file=file))
    return found


def _json(content: bytes) -> list[Mapping[str, Any]]:
    told = json.loads(content)
    found = told.get("items") if isinstance(told, dict) else told
    return found if isinstance(found, list) else []


def _csv(content: bytes) -> list[Mapping[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")  # what a Chinese table program writes
    return [dict(record) for record in csv.DictReader(io.StringIO(text))]


def _xlsx(content: bytes) -> list[Mapping[str, Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, KeyError, IndexError) as error:
        raise ValueError("no workbook") from error
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    head, *others = list(rows) or [()]
    names = ["" if name is None else str(name).strip() for name in head]
    return [dict(zip(names, row, strict=False)) for row in others if any(value is not None for value in row)]


def held(folder: Mapping[str, bytes]) -> dict[str, LibraryItem]:
    """The items that the city's folder holds already; a file with a fault is as good as none, for it is written anew."""
    found: dict[str, LibraryItem] = {}
    for path, content in folder.items():
        if path.startswith("library/"):
            faults: list[Fault] = []
            document = read_document(path, content, faults)
            stem = Path(path).stem
            item = read_library(Reader(document, faults), stem) if document is not None else None
            if item is not None and not faults:
                found[stem] = item
    return found


def _show(
    items: Mapping[str, LibraryItem],
    fresh: Mapping[str, LibraryItem],
    before: Mapping[str, LibraryItem],
    wrong: Iterable[WrongRecord],
    lang: Lang,
) -> None:
    for one in wrong:
        print(_WRONG.format(n=one.number, says=one.says).in_(lang))
    for code, item in fresh.items():
        print(f"{(_CHANGED if code in before else _NEW).in_(lang)} {code} {item.title}")
        for change in changes(before.get(code), item):
            arrow = f"{change.before} → {change.now}" if code in before else change.now
            print(f"    {_FIELDS[change.field].in_(lang)}  {arrow}")
    print(_SAME.format(n=len(items), same=len(items) - len(fresh)).in_(lang))
    if kept := sorted(set(before) - set(items)):
        print(_KEPT.format(codes=Text("、".join(kept), ", ".join(kept))).in_(lang))


def _warn(folder: Mapping[str, bytes], items: Mapping[str, LibraryItem], lang: Lang) -> None:
    """Tell now what `check` would refuse."""
    merged = {**folder, **{f"library/{code}.yaml": spelt(item).encode() for code, item in items.items()}}
    try:
        faults = [fault for fault in examine(merged).faults if fault.path.startswith("services/")]
    except CityFaults as error:
        faults = list(error.faults)
    if faults:
        print(_REFUSED.in_(lang))
        print_faults(faults, lang)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
