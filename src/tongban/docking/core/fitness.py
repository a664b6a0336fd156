"""Whether an answer is one that the service declares.

Invariant: an answer outside the declared options settles nothing: it is kept, shown and led to a person, never bent into one of the options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def misfits(records: Mapping[str, str], expects: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The declared records that are missing or have another value than their options, then what came without being declared; empty if the answer fits."""
    wrong = [name for name, options in expects.items() if records.get(name) not in options]
    return (*wrong, *(name for name in records if name not in expects))
