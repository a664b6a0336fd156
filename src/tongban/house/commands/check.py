"""`tongban check CITY`: read, cross-check and test a declared city, and tell every fault as a compiler does.

Needs no database and no settings. Status 0: nothing is wrong; 1: there are faults.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tongban.catalogue.core.examining import Examined, examine
from tongban.catalogue.core.reading.folder import load
from tongban.catalogue.core.reported import Report
from tongban.catalogue.errors import CityFaults
from tongban.kernel.text import Lang, Text
from tongban.rules.core import Fault

_HEADS = (
    Text("服务", "service"),
    Text("测试", "tests"),
    Text("通过", "passed"),
    Text("条款", "clauses"),
    Text("答案覆盖", "answers seen"),
)
_GOOD = Text(
    "{files} 个文件，{services} 项服务，{bundles} 件“一件事”，{policies} 项政策，{tests} 个测试，没有错误。用时 {seconds} 秒。",
    "Files: {files}, services: {services}, bundles: {bundles}, policies: {policies}, tests: {tests}. No faults. {seconds} s.",
)
_BAD = Text(
    "{files} 个文件，{faults} 处错误；有错误的城市不能发布。用时 {seconds} 秒。",
    "{files} files, faults: {faults}. A city with a fault is not published. {seconds} s.",
)


def run(city: Path, *, lang: Lang | None = None, as_json: bool = False) -> int:
    """Examine a folder and print what was found, in `lang` (else by the environment's LANG); returns the exit status."""
    began = time.perf_counter()
    count = 0
    try:
        files = load(city)
        count = len(files)
        examined = examine(files, _prefix(city))
    except CityFaults as error:
        examined = Examined(None, (), error.faults)
    seconds = time.perf_counter() - began
    if as_json:
        print(json.dumps(_as_json(examined, count, seconds), ensure_ascii=False, indent=1))
    else:
        _print(examined, count, seconds, lang or language())
    return 1 if examined.faults else 0


def language() -> Lang:
    """The language of the terminal: Chinese unless its locale says another."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "zh"


def fault_line(fault: Fault, lang: Lang) -> str:
    """`path:line:column: what is wrong`, with the nearest right word."""
    near = Text(f"。是不是“{fault.nearest}”？", f"; did you mean “{fault.nearest}”?").in_(lang) if fault.nearest else ""
    return f"{fault.path}:{fault.line}:{fault.column}: {fault.message.in_(lang)}{near}"


def print_faults(faults: Iterable[Fault], lang: Lang) -> None:
    """Every fault on its line."""
    for fault in faults:
        print(fault_line(fault, lang))


def _prefix(city: Path) -> str:
    """Paths as one would type them from here."""
    try:
        shown = city.resolve().relative_to(Path.cwd().resolve())
    except ValueError:
        shown = city
    return f"{shown.as_posix()}/" if shown != Path() else ""


def _print(examined: Examined, count: int, seconds: float, lang: Lang) -> None:
    print_faults(examined.faults, lang)
    rows = [_row(report.service.id, report, report.covered) for report in examined.reports]
    rows += [_row(report.bundle.id, report, report.whole - len(report.gaps)) for report in examined.bundles]
    rows += [_row(report.name, report, report.covered) for report in examined.policies]
    if rows:
        _print_table(rows, lang)
    tests = sum(int(row[1]) for row in rows)
    last = _BAD if examined.faults else _GOOD
    told = last.format(
        files=count,
        faults=len(examined.faults),
        services=len(examined.reports),
        policies=len(examined.policies),
        bundles=len(examined.bundles),
        tests=tests,
        seconds=f"{seconds:.2f}",
    )
    print(told.in_(lang))


def _print_table(told: list[list[str]], lang: Lang) -> None:
    rows = [[head.in_(lang) for head in _HEADS], *told]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(name: str, report: Report[Any], seen: int) -> list[str]:
    return [name, str(len(report.outcomes)), str(report.passed), str(len(report.seen)), f"{seen}/{report.whole}"]


def _width(cell: str) -> int:
    """Columns on a terminal, where a Chinese character takes two."""
    return sum(2 if ord(character) >= 0x2E80 else 1 for character in cell)


def _as_json(examined: Examined, count: int, seconds: float) -> dict[str, Any]:
    return {
        "hash": examined.city.hash if examined.city else None,
        "files": count,
        "seconds": round(seconds, 3),
        "faults": [
            {
                "path": fault.path,
                "line": fault.line,
                "column": fault.column,
                "zh": fault.message.zh,
                "en": fault.message.en,
                "nearest": fault.nearest,
            }
            for fault in examined.faults
        ],
        "services": [
            {
                "service": report.service.id,
                "hash": report.service.hash,
                **_tested(report),
                **_seen(report),
                "missing": [[clause, answer.value] for clause, answer in report.missing],
            }
            for report in examined.reports
        ],
        "bundles": [
            {
                "bundle": report.bundle.id,
                "hash": report.bundle.hash,
                **_tested(report),
                "missing": [[kind, name, answer.value] for kind, name, answer in report.gaps],
            }
            for report in examined.bundles
        ],
        "policies": [
            {"policy": report.name, "hash": report.policy.hash, **_tested(report), **_seen(report)} for report in examined.policies
        ],
    }


def _tested(report: Report[Any]) -> dict[str, int]:
    return {"tests": len(report.outcomes), "passed": report.passed}


def _seen(report: Report[Any]) -> dict[str, int]:
    return {"answers_seen": report.covered, "answers": report.whole}
