"""Secret keys, outside the database. Invariant: a key is made once, atomically, readable by its owner only, and never leaves its folder."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path


def folder() -> Path:
    """Where keys stand: `TONGBAN_KEYS`, else `keys/` in the data folder."""
    return _folder(os.environ.get("TONGBAN_KEYS"), os.environ.get("TONGBAN_DATA", ".tongban"))


@lru_cache(maxsize=4)
def _folder(keys: str | None, data: str) -> Path:
    return Path(keys) if keys else Path(data) / "keys"


def load(name: str, length: int = 32) -> bytes:
    """The key of that name; made on first use. Two processes that make it at once end with the same one."""
    path = folder() / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(length))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()
