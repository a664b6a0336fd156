"""What travels to other bodies' systems, and what the item library keeps from being changed.

Invariants: an uploaded file never travels as a fact; a field that the library settles is the library's, or the city is not published.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import SYSTEM, City, LibraryItem, Service, Step
from tongban.catalogue.core.library import limit_words


def check_sends(service: Service, checker: Checker) -> None:
    """Only facts travel: a paper would travel as its number, which tells the other body nothing."""
    files = {f"form.{question.id}" for question in service.questions if question.type == "file"}
    for step, way in steps_of(service):
        for field, fact in step.sends.items():
            if step.by == SYSTEM and fact in files:
                checker.fault(
                    f"“{fact}”是上传的文件，不能传送", f"“{fact}” is an uploaded file and cannot be sent", *way, "sends", field, value=True
                )


def steps_of(service: Service) -> Iterator[tuple[Step, tuple[str, ...]]]:
    """Each step and each part of a joint one, with its way in the file."""
    for step in service.steps.values():
        yield step, ("steps", step.id)
        for part in step.together:
            yield part, ("steps", step.id, "together", part.id)


def check_library(city: City, service: Service, checker: Checker) -> None:
    """The locked fields are those of the library: found by the code, in which the kind stands too, else by the title. A city may add a basis of its own."""
    item = city.library.get(service.code) or _titled(city, service)
    if item is None:
        return
    if item.code != service.code:
        _locked(checker, item, item.code, "code")
    if item.title != service.title.zh:
        _locked(checker, item, item.title, "title")
    if item.statutory is not None and item.statutory != service.limits.statutory:
        _locked(checker, item, limit_words(item.statutory), "limits", "statutory")
    own = {text.zh for text in service.basis}
    for basis in item.basis:
        if basis not in own:
            _locked(checker, item, basis, "basis")


def _titled(city: City, service: Service) -> LibraryItem | None:
    """The item of the same name under another code, where this city has no service of that code."""
    codes = {each.code for each in city.services.values()}
    return next((item for item in city.library.values() if item.title == service.title.zh and item.code not in codes), None)


def _locked(checker: Checker, item: LibraryItem, says: str, *way: str) -> None:
    checker.fault(
        f"事项库（{item.source}，{item.on}）规定为“{says}”，这一项锁定，不能改",
        f"the item library ({item.source}, {item.on}) says “{says}”; this field is locked",
        *way,
        near=says if len(way) == 1 and way[0] != "basis" else None,
        value=True,
    )
