"""What a department's table costs on its way into a register: received, read, compared, looked at, applied, undone, given back as a file.

Invariants: the figures come from the rooms' own acts and reads on a durable, throw-away database of the whole published city; the register is the first of the city's
kept ones whose key is a firm's code, its values made by the types of its items; everything is measured in one process, so wall time and processor time of this
process and of the database's stand beside each other.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from uuid import UUID

    from tongban.exchange.core.records import Column, Record, Shape

_ROWS: Final = 50_000
_CHANGED: Final = 10
"""In the second file, one row in so many is changed."""


def run() -> dict[str, Any]:
    """Measure in a city of its own; plain JSON, seconds, by step."""
    from tongban.house.bench.throwaway import throwaway

    rows = int(os.environ.get("TONGBAN_BENCH_ROWS", _ROWS))
    with throwaway() as city:
        found: dict[str, Any] = city.call("tongban.house.bench.upload", str(rows))
    return found


def measure(rows: int) -> dict[str, Any]:
    """Measure on the connection as it is, in an empty database."""
    from tongban.catalogue.acts import publish
    from tongban.exchange import acts, reads
    from tongban.house import prepare
    from tongban.house.place import city_folder

    prepare.migrate()
    publish(city_folder(), "bench")
    shape = _register()
    clock = _Clock()
    whole = clock("make_xlsx", lambda: _file(shape, rows, 0))
    first = _upload(shape, whole, clock, "first")
    version = clock("first_apply", lambda: acts.apply_upload(shape.resource, first, version=0, by="bench"))
    changed = _file(shape, rows, _CHANGED)
    second = _upload(shape, changed, clock, "second")
    counts = reads.upload(shape.resource, second).counts
    clock("page_of_changes", lambda: list(reads.staged(second, shape.resource, "changed", limit=50)))
    clock("page_of_missing", lambda: reads.missing(second, shape.resource, after=None, limit=50))
    applied = clock("second_apply", lambda: acts.apply_upload(shape.resource, second, version=version, by="bench"))
    clock("undo", lambda: acts.undo_upload(shape.resource, applied, by="bench"))
    return {
        "rows": rows,
        "columns": len(shape.columns) + 1,
        "file_bytes": len(whole),
        "second": dict(counts),
        **clock.seconds,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)),
        "python": platform.python_version(),
    }


class _Clock:
    """Seconds of wall and of this process's processor, by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, dict[str, float]] = {}

    def __call__(self, step: str, do: Callable[[], Any]) -> Any:
        began, used = perf_counter(), process_time()
        result = do()
        self.seconds[step] = {"wall": round(perf_counter() - began, 2), "cpu": round(process_time() - used, 2)}
        return result


def _upload(shape: Shape, content: bytes, clock: _Clock, name: str) -> UUID:
    from tongban.exchange import acts
    from tongban.kernel import clock as city

    received = clock(
        f"{name}_receive", lambda: acts.receive_upload(shape.resource, content, name=f"{name}.xlsx", as_of=city.today(), by="bench")
    )
    clock(f"{name}_read_and_compare", lambda: acts.read_upload(received.id))
    found: UUID = received.id
    return found


def _register() -> Shape:
    """Raises LookupError where the city keeps no register of firms."""
    from tongban.catalogue import reads as catalogue
    from tongban.exchange import reads

    for view in reads.registers(list(catalogue.city().departments)):
        if view.shape.key == "uscc":
            return view.shape
    raise LookupError("the city keeps no register of firms")


def _file(shape: Shape, rows: int, changed: int) -> bytes:
    from tongban.faces.desk.registers.files import table
    from tongban.look.sheets import write

    file = write(table(shape, _records(shape, rows, changed), "zh"), "xlsx", "zh", limit=rows)
    with file.stream:
        return file.stream.read()


def _records(shape: Shape, rows: int, changed: int) -> Iterator[Record]:
    from tongban.exchange.core.records import Record
    from tongban.kernel.ids import uscc_check

    for serial in range(rows):
        body = f"91990101MA{serial:07d}"
        shift = 1 if changed and serial % changed == 0 else 0
        values = {column.name: _value(column, serial + shift) for column in shape.columns}
        yield Record(body + uscc_check(body), values)


def _value(column: Column, serial: int) -> Any:
    """Some value of the column's type, another for each serial where the type has room."""
    from tongban.rules.core import Bool, Choice, Date, Int, Money, TextType

    kind = column.type
    if isinstance(kind, TextType):
        return f"{serial:08d}号"[-(kind.max_length or 20) :]
    if isinstance(kind, Date):
        return kind.to_json(date(2026, 1, 1) + timedelta(days=serial % 900))
    if isinstance(kind, Choice):
        return kind.options[serial % len(kind.options)]
    if isinstance(kind, Bool):
        return serial % 2 == 0
    if isinstance(kind, Int | Money):
        return kind.min + serial % max(1, min(kind.max - kind.min, 100_000))
    return None


def main() -> None:
    """`upload ROWS`, in a process of its own; prints one JSON object."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
