"""One policy as a draft beside the running city: read, cross-checked and tested by itself, and put among the city's files when it is published.

Invariants: a draft is checked by what checks the folder, and a draft without faults makes a city without faults as far as policies go; no other file is changed but the
version that a new one takes over from, whose last day becomes the day before; nothing here reads a clock or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from json import dumps
from typing import Final

from tongban.catalogue.core.checking import check_references
from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.checking.policies import check_policy
from tongban.catalogue.core.definition import City, Policy, Withdrawn
from tongban.catalogue.core.hashing import policy_hash
from tongban.catalogue.core.policy_testing import policy_faults, report_of
from tongban.catalogue.core.reading.fields import Reader, Reference
from tongban.catalogue.core.reading.nodes import Document, Scalar, read_document
from tongban.catalogue.core.reading.policy_files import read_policy
from tongban.catalogue.core.reading.profile_files import with_items
from tongban.kernel.text import Text
from tongban.rules.core import Fault

NAMELESS: Final = "draft"
_PAST: Final = Text("施行日期不能早于今天：政策不溯及既往", "a version cannot hold from a day that is over")
_OTHERS: Final = Text("这是另一个部门的政策", "this is another department's policy")


@dataclass(frozen=True)
class Drafted:
    """What a draft is: where it would stand, the policy with its faults, and the city with it among its policies. City and policy are there without a fault only."""

    path: str
    id: str
    faults: tuple[Fault, ...]
    policy: Policy | None = None
    city: City | None = None
    before: Policy | None = None
    """The version of the same policy that it takes over from, or takes the place of."""


def drafted(city: City, text: str) -> Drafted:
    """Read a draft beside a city."""
    faults: list[Fault] = []
    document = read_document(f"policies/{NAMELESS}.yaml", text.encode(), faults)
    if document is None:
        return Drafted(f"policies/{NAMELESS}.yaml", "", tuple(faults))
    id_, in_force = _word(document, "policy"), _day(_word(document, "in_force"))
    name = _name_of(city, id_, in_force)
    path = f"policies/{name}.yaml"
    document = replace(document, path=path)
    references: list[Reference] = []
    policy = read_policy(Reader(document, faults, references), name, city.profiles, city.resources)
    before = _before(city, name, policy)
    others = {other: one for other, one in city.policies.items() if other != name}
    if before is not None and before[0] in others:
        others[before[0]] = replace(before[1], until=min(before[1].until, policy.in_force - timedelta(days=1)))
    with_it = _with(city, others, name, policy)
    check_references(with_it, references, set(), set(), faults)
    if not faults:
        check_policy(with_it, name, with_it.policies, Checker(document, faults), set())
    if not faults:
        faults.extend(policy_faults(report_of(name, policy), document))
    told = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    found = Drafted(path, id_, told, before=before[1] if before else None)
    return found if told else replace(found, policy=with_it.policies[name], city=with_it)


def not_before(found: Drafted, today: date, departments: frozenset[str]) -> tuple[Fault, ...]:
    """What keeps a sound draft from being published now: a day of effect that is over, another department's policy."""
    policy = found.policy
    assert policy is not None, "only a sound draft is asked"
    faults = []
    if policy.in_force < today:
        faults.append(Fault(found.path, 1, 1, _PAST))
    if {policy.department, *([found.before.department] if found.before else [])} - departments:
        faults.append(Fault(found.path, 1, 1, _OTHERS))
    return tuple(faults)


def texts_with(files: Mapping[str, bytes], city: City, found: Drafted, text: str) -> dict[str, bytes]:
    """The files that a sound draft changes, by path: its own, and that of the version before it, which now ends the day before."""
    assert found.policy is not None, "only a sound draft is published"
    changed = {found.path: text.replace("\r\n", "\n").encode()}
    if found.before is not None:
        name = next(name for name, one in city.policies.items() if one is found.before or one.hash == found.before.hash)
        path = f"policies/{name}.yaml"
        if path != found.path and found.before.until >= found.policy.in_force:
            changed[path] = _ending(path, files[path], found.policy.in_force - timedelta(days=1))
    return changed


def marked(path: str, content: bytes, what: Withdrawn) -> bytes:
    """A policy's file with the mark that it was withdrawn at its end."""
    told = {"on": what.on.isoformat(), "says": {"zh": what.says.zh, "en": what.says.en}} | ({"cite": what.cite} if what.cite else {})
    document = read_document(path, content, [])
    assert document is not None, "what runs was read"
    return f"{document.text.rstrip()}\nwithdrawn: {dumps(told, ensure_ascii=False)}\n".encode()


def _ending(path: str, content: bytes, last: date) -> bytes:
    """A policy's file with another last day, and nothing else changed."""
    document = read_document(path, content, [])
    node = document.node("until") if document is not None else None
    assert document is not None
    assert isinstance(node, Scalar), "what runs was read, and has a last day"
    return f"{document.text[: node.start.offset]}{last.isoformat()}{document.text[node.end :]}".encode()


def _with(city: City, others: Mapping[str, Policy], name: str, policy: Policy) -> City:
    policies = {**others, name: policy}
    whole = replace(city, policies=policies, profiles=with_items(city.profiles, policies))
    return replace(whole, policies={**policies, name: replace(policy, hash=policy_hash(whole, policy))})


def _before(city: City, name: str, policy: Policy) -> tuple[str, Policy] | None:
    """The version in whose place it stands; else the last one that holds from an earlier day."""
    if name in city.policies:
        return name, city.policies[name]
    earlier = [(other, one) for other, one in city.policies.items() if one.id == policy.id and one.in_force < policy.in_force]
    return max(earlier, key=lambda pair: pair[1].in_force, default=None)


def _name_of(city: City, id_: str, in_force: date | None) -> str:
    """Under which name it stands: that of the version of the same day; else the policy's id for its first version, and with the day of effect for a further one."""
    versions = {name: one for name, one in city.policies.items() if one.id == id_}
    same = next((name for name, one in versions.items() if one.in_force == in_force), None)
    if same is not None:
        return same
    return f"{id_}/{in_force.isoformat()}" if versions and in_force else id_ or NAMELESS


def _word(document: Document, key: str) -> str:
    node = document.node(key)
    return node.value if isinstance(node, Scalar) else ""


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
