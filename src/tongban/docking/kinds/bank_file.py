"""A bank that takes files: a batch is put in `out/`, with its digest beside it, and outcomes are read from files in `in/`, as a transfer programme brings them.

The folder stands in the data folder, `bank/<folder or system>`. Invariants: a file has its name only when it is whole; an order that stands in a batch is put in no other;
files are readable by nobody else, because account numbers stand in them; a file of outcomes that is not in the agreed form is an answer to nothing, and the
line shows it as a fault; of one order the file that came last counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from tongban.docking.core.bank_files import answers, batch, digest, read_batch
from tongban.docking.core.parcels import Acknowledgement, FormError, Parcel, There
from tongban.docking.errors import DownError
from tongban.docking.kinds.connector import Line
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text

log = logging.getLogger(__name__)
_REMEMBERED: Final = 1000
"""Files whose content is kept at hand, so that a bank that is asked every few minutes costs what is new."""
_NO_FOLDER: Final = Text("银行文件夹不可用", "the bank's folder cannot be used")
_BROKEN: Final = Text("银行回盘文件“{file}”不合约定", "the file of outcomes “{file}” is not in the agreed form")


class BankFile:
    """The four questions to a folder."""

    def push(self, line: Line, parcels: Sequence[Parcel]) -> Mapping[UUID, Acknowledgement]:
        """Put what stands in no batch yet into a new one. Raises DownError."""
        there = _ordered(line)
        fresh = [parcel for parcel in parcels if parcel.id not in there]
        if fresh:
            name = f"{clock.now():%Y%m%d-%H%M%S}-{uuid7().hex[-8:]}.csv"
            content = batch(fresh)
            try:
                out = _folder(line, "out")
                _put(out / f"{name}.sha256", f"{digest(content)}  {name}\n".encode())
                _put(out / name, content)
            except OSError as error:
                raise DownError(_NO_FOLDER) from error
            there |= dict.fromkeys((parcel.id for parcel in fresh), name)
        return {parcel.id: Acknowledgement(there[parcel.id]) for parcel in parcels}

    def ask(self, line: Line, ids: Sequence[UUID]) -> Mapping[UUID, There]:
        """Raises DownError."""
        told, there = _told(line), _ordered(line)
        return {id_: told.get(id_) or There("waiting", there[id_]) for id_ in ids if id_ in there}

    def withdraw(self, line: Line, ids: Sequence[UUID]) -> None:
        """A batch that was handed over is not taken back by a file."""

    def held(self, line: Line, since: datetime) -> Mapping[UUID, There]:
        """Raises DownError."""
        told = _told(line)
        return {id_: told.get(id_) or There("waiting", name) for id_, name in _ordered(line, since).items()}


def _folder(line: Line, part: str) -> Path:
    folder = Path(settings.DATA) / "bank" / (line.settings.get("folder") or line.system) / part
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _put(path: Path, content: bytes) -> None:
    scratch = path.with_name(f".{path.name}")
    scratch.touch(mode=0o600)
    scratch.write_bytes(content)
    scratch.replace(path)


def _as_it_is(path: Path) -> tuple[Path, int, int]:
    """A file, with what tells that it is still the same: when it was written, and its size."""
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=_REMEMBERED)
def _read(reading: Callable[[bytes], Any], path: Path, written: int, size: int) -> Any:  # noqa: ARG001 - what it is remembered by
    """What a file says, read once for as long as it is the same; one that is not in the agreed form is read every time."""
    return reading(path.read_bytes())


def _ordered(line: Line, since: datetime | None = None) -> dict[UUID, str]:
    """By order, the batch that it stands in."""
    found: dict[UUID, str] = {}
    try:
        for path in sorted(_folder(line, "out").glob("[0-9]*.csv")):
            if since is None or datetime.fromtimestamp(path.stat().st_mtime, UTC) >= since:
                found |= dict.fromkeys(_read(read_batch, *_as_it_is(path)), path.name)
    except (OSError, FormError) as error:
        raise DownError(_NO_FOLDER) from error
    return found


def _told(line: Line) -> dict[UUID, There]:
    """By order, the last outcome that came: a return after a payment is told too. A faulty file is noted, and stops no other."""
    found: dict[UUID, There] = {}
    try:
        for path in sorted(_folder(line, "in").glob("*.csv"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
            try:
                found |= _read(answers, *_as_it_is(path))
            except FormError:
                log.warning("a file of outcomes is not in the agreed form: %s of %s", path.name, line.system)
                line.faults.append(_BROKEN.format(file=path.name))
    except OSError as error:
        raise DownError(_NO_FOLDER) from error
    return found
