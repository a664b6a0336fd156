"""Which log this is: its name and signing key.

Invariants: the name is the city's address when the first checkpoint was signed, and stays, because a log that changes its name is another log;
the secret half never leaves the keys' folder.
"""

from __future__ import annotations

import os
from functools import lru_cache
from urllib.parse import urlsplit

from tongban.kernel import keys
from tongban.ledger.core.notes import Signer, Verifier

_ORIGIN = "http://127.0.0.1:8000"


def name() -> str:
    """The name of a log that has no checkpoint yet, a schema-less address."""
    address = urlsplit(os.environ.get("TONGBAN_ORIGIN", _ORIGIN))
    return f"{address.netloc}{address.path.rstrip('/')}/ledger"


def signer(log: str) -> Signer:
    """The key that signs the log of that name."""
    return Signer(log, keys.load("ledger"))


@lru_cache(maxsize=4)
def verifier(log: str, folder: str) -> Verifier:  # noqa: ARG001 - another folder holds another key
    """The half of the key that is published. Cached by the keys' folder."""
    return signer(log).verifier()


def published(log: str) -> Verifier:
    """The key by which this log's checkpoints are verified."""
    return verifier(log, str(keys.folder()))
