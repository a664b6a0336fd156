"""What no single file can see: references, procedures that lead nowhere, steps never reached, what the guide must say.

Invariants: every finding is placed in a file; a file that could not be read is not blamed a second time through those that refer to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tongban.catalogue.core.checking.bundles import check_bundle
from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.checking.feedback import check_feedback
from tongban.catalogue.core.checking.letters import check_grounds, check_letters
from tongban.catalogue.core.checking.offered import check_service
from tongban.catalogue.core.checking.policies import check_policies
from tongban.catalogue.core.checking.procedures import check_procedure
from tongban.catalogue.core.definition import City
from tongban.kernel.text import Text
from tongban.rules.core import Fault
from tongban.rules.core.faults import nearest

if TYPE_CHECKING:  # reading calls checking once everything is read
    from tongban.catalogue.core.reading.fields import Reference
    from tongban.catalogue.core.reading.nodes import Document

    Documents = Mapping[tuple[str, str], Document]

_KINDS: Final = {
    "department": Text("部门", "department"),
    "role": Text("角色", "role"),
    "resource": Text("数据资源", "resource"),
    "procedure": Text("程序", "procedure"),
    "credential": Text("证照", "credential"),
    "letter": Text("文书", "letter"),
    "area": Text("区划", "area"),
    "life-event": Text("人生大事", "life event"),
    "service": Text("服务", "service"),
    "system": Text("系统", "system"),
    "profile": Text("档案", "profile"),
    "policy": Text("政策", "policy"),
    "pool": Text("资金池", "pool"),
}


def check(
    city: City,
    documents: Documents,
    references: Sequence[Reference],
    faulty: set[tuple[str, str]],
    declared: set[tuple[str, str]],
    faults: list[Fault],
) -> None:
    """Add every finding about the whole city. `faulty` are files with faults of their own, `declared` all files, both as (kind, name)."""
    check_references(city, references, faulty, declared, faults)
    for id_, procedure in city.procedures.items():
        if ("procedure", id_) not in faulty:
            check_procedure(procedure, Checker(documents["procedure", id_], faults))
    _check_numbers(city, documents, faults)
    check_letters(city, documents, faults)
    for id_, service in city.services.items():
        check_service(city, service, Checker(documents["service", id_], faults), faulty)
        check_grounds(city, service, Checker(documents["service", id_], faults))
    check_policies(city, documents, faulty, faults)
    for id_, bundle in city.bundles.items():
        check_bundle(city, bundle, Checker(documents["bundle", id_], faults), faulty)
        check_grounds(city, bundle.service, Checker(documents["bundle", id_], faults))
    check_feedback(city, lambda kind, name: Checker(documents[kind, name], faults))


def check_references(
    city: City, references: Sequence[Reference], faulty: set[tuple[str, str]], declared: set[tuple[str, str]], faults: list[Fault]
) -> None:
    """Words that must name something declared elsewhere."""
    known: dict[str, set[str]] = {
        "department": set(city.departments),
        "role": set(city.roles),
        "resource": set(city.resources),
        "procedure": set(city.procedures),
        "credential": set(city.credentials),
        "letter": set(city.letters),
        "area": set(city.areas),
        "service": set(city.services),
        "life-event": {event.id for event in city.life_events},
        "system": set(city.systems),
        "profile": set(city.profiles),
        "policy": {policy.id for policy in city.policies.values()},
        "pool": set(city.pools),
    }
    one_file = {"pool": "pools", "role": "roles", "area": "areas", "life-event": "city"}
    for reference in references:
        kind = one_file.get(reference.kind, reference.kind)
        name = kind if reference.kind in one_file else reference.word
        if (
            reference.word in known[reference.kind]
            or (kind, name) in faulty
            or (reference.kind in one_file and (kind, name) not in declared)
        ):
            continue
        what = _KINDS[reference.kind]
        message = Text("没有“{word}”这个{what}", "there is no {what} “{word}”").format(word=reference.word, what=what)
        near = nearest(reference.word, known[reference.kind])
        faults.append(Fault(reference.path, reference.line, reference.column, message, near))


def _check_numbers(city: City, documents: Documents, faults: list[Fault]) -> None:
    """A department's number and credit code are its own."""
    for field in ("number", "uscc"):
        taken: dict[str, str] = {}
        for id_, department in sorted(city.departments.items()):
            value = getattr(department, field)
            earlier = taken.setdefault(value, id_) if value else id_
            if earlier != id_:
                checker = Checker(documents["department", id_], faults)
                checker.fault(f"{value} 已是“{earlier}”的", f"{value} already belongs to “{earlier}”", field, value=True)
