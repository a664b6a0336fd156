"""The data folder of one city: who holds it, how far it has come, what it was made from.

Invariants: one process at a time holds it; `state.json` says `ready` only after everything has been made, so a first start that was killed is
begun anew and never taken for a city; the fingerprint changes whenever the code or the declared city does.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import tongban
from tongban.house.errors import AlreadyRunningError, FolderError
from tongban.kernel.text import Text

CODE = Path(tongban.__file__).parent
NEEDED_MEGABYTES = 600


@dataclass(frozen=True)
class State:
    """What `state.json` keeps."""

    phase: Literal["making", "ready"] = "making"
    made_from: str = ""
    """Fingerprint of code and city at the last preparation."""
    demo: bool = True
    people: int = 0
    address: str = ""
    """Where it answers, or answered last."""
    pid: int = 0


@dataclass(frozen=True)
class Place:
    """One data folder."""

    data: Path

    @property
    def clock(self) -> Path:
        """The file of the demo's clock."""
        return self.data / "clock"

    @property
    def static(self) -> Path:
        """Collected static files."""
        return self.data / "static"

    @property
    def logs(self) -> Path:
        """What each process says."""
        return self.data / "log"

    @property
    def systems(self) -> Path:
        """Where the demo's simulated systems are called."""
        return self.data / "simulated" / "addresses.json"

    def state(self) -> State | None:
        """What is known of the city here; None where there is none."""
        try:
            kept = json.loads((self.data / "state.json").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return State(**{name: value for name, value in kept.items() if name in State.__dataclass_fields__})

    def note(self, **changes: object) -> State:
        """Keep a change of state, atomically."""
        state = replace(self.state() or State(), **changes)  # type: ignore[arg-type]
        fresh = self.data / "state.new"
        with fresh.open("w") as file:
            json.dump(asdict(state), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.data / "state.json")
        return state

    def open(self, *, new: bool) -> None:
        """Make the folder usable. Raises FolderError when it cannot be written or has no room."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            probe = self.data / ".probe"
            probe.write_bytes(b"tongban")
            probe.unlink()
        except OSError as error:
            raise FolderError(
                Text(
                    zh=f"数据文件夹 {self.data} 不能写入（{error.strerror}）。请改正权限，或用 TONGBAN_DATA 指明别的文件夹。",
                    en=f"The data folder {self.data} cannot be written ({error.strerror}). Mend its permissions, or name another folder in TONGBAN_DATA.",
                )
            ) from error
        free = shutil.disk_usage(self.data).free // 1_000_000
        if free < (NEEDED_MEGABYTES if new else NEEDED_MEGABYTES // 10):
            raise FolderError(
                Text(
                    zh=f"磁盘剩余 {free} MB，建立一座城市需要约 {NEEDED_MEGABYTES} MB。请清理磁盘，或用 TONGBAN_DATA 指明别的文件夹。",
                    en=f"{free} MB of disk are free; a city needs about {NEEDED_MEGABYTES} MB. Make room, or name another folder in TONGBAN_DATA.",
                )
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder while a city runs in it. Raises AlreadyRunningError."""
        with (self.data / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                state = self.state() or State()
                raise AlreadyRunningError(
                    Text(
                        zh=f"这个数据文件夹的城市已在运行：{state.address}（进程 {state.pid}）。请先在它的终端按 Ctrl-C，或用 TONGBAN_DATA 指明别的文件夹。",
                        en=f"This data folder's city is running already: {state.address} (process {state.pid}). Press Ctrl-C in its terminal first, or name another folder in TONGBAN_DATA.",
                    )
                ) from None
            yield

    def forget(self) -> None:
        """Remove everything that a city keeps here but the database, which its server removes."""
        for name in ("files", "keys", "static", "log", "published", "simulated"):
            shutil.rmtree(self.data / name, ignore_errors=True)
        for name in ("clock", "state.json"):
            (self.data / name).unlink(missing_ok=True)


def fingerprint(city: Path) -> str:
    """Of the code and of the declared city: equal fingerprints need no preparation."""
    digest = hashlib.sha256()
    for root in (CODE, city):
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def city_folder() -> Path:
    """The city's folder: `TONGBAN_CITY`, else the first one in `cities/`. Whether it is there is asked when it is read."""
    named = os.environ.get("TONGBAN_CITY")
    found = sorted(path.parent for path in Path("cities").glob("*/city.yaml"))
    return Path(named).resolve() if named else (found or [Path("cities")])[0].resolve()
