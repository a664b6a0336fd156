"""Publish one policy by itself, and withdraw a version that was published by mistake: the city's other files stay as they run.

Invariants: the whole city is examined as with a folder, so that a fault anywhere keeps everything as it is; what is published here is told apart from folders until a folder has
it (`reads.pending`), and no folder that does not know of it takes it away; a version that is withdrawn keeps its hash, so that what rests on it can still be read.
"""

from __future__ import annotations

from collections.abc import Callable

from tongban.catalogue.acts.publish import Published, Turn, publish_texts
from tongban.catalogue.core.definition import City, Withdrawn
from tongban.catalogue.core.drafting import drafted, marked, texts_with
from tongban.catalogue.errors import CityFaults, NoSuchPolicyError
from tongban.catalogue.reads import texts, version


def publish_policy(text: str, *, by: str, base: str, also: Callable[[City], None] | None = None) -> Published:
    """Publish a policy's text on top of version `base` of the city; `also` happens in the same transaction. Raises CityFaults, StaleFolderError."""
    city, files = version(base), texts(base)
    found = drafted(city, text)
    if found.policy is None:
        raise CityFaults(found.faults)
    changed = texts_with(files, city, found, text)
    return publish_texts({**files, **changed}, by, base, turn=Turn(files=tuple(sorted(changed)), also=also))


def withdraw_policy(hash_: str, what: Withdrawn, *, by: str, base: str, also: Callable[[City], None] | None = None) -> Published:
    """Mark a version of a policy as withdrawn; it holds no more from `what.on`. Raises NoSuchPolicyError, StaleFolderError."""
    city, files = version(base), texts(base)
    name = next((name for name, one in city.policies.items() if one.hash == hash_ and one.withdrawn is None), None)
    if name is None:
        raise NoSuchPolicyError
    path = f"policies/{name}.yaml"
    return publish_texts({**files, path: marked(path, files[path], what)}, by, base, turn=Turn(files=(path,), also=also))
