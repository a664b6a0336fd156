"""The sealer of this installation. Invariant: its keys stand outside the database, in the folder of keys."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tongban.kernel import keys
from tongban.parties.core.sealing import Sealer


def sealer() -> Sealer:
    """The sealer with the keys `field` and `blind`."""
    return _of(keys.folder())


@lru_cache(maxsize=4)
def _of(folder: Path) -> Sealer:  # noqa: ARG001 - another folder has other keys
    return Sealer(keys.load("field"), keys.load("blind"))
