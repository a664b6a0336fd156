"""Letters across the city: numbers that cannot be confused, and the parts without which a decision against somebody is not lawful.

Invariants: two letters of two departments never share a series of numbers; a letter that does not accept or refuses has reasons, legal basis and remedies,
and whoever gives it has a basis and remedies to print.

Source: Administrative Licensing Law, articles 32 and 38 (written decisions, reasons, remedies); GB/T 9704-2012 §7.2.5 (document numbers).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import City, LetterType, Service
from tongban.catalogue.core.words import ANSWER, ANSWER_DUE
from tongban.kernel.text import Text
from tongban.rules.core import Fault

if TYPE_CHECKING:  # reading calls checking once everything is read
    from tongban.catalogue.core.reading.nodes import Document

AGAINST: Final = ("not-accepted", "not-needed")
"""Besides every letter whose id tells of a refusal: the written decisions that close a case against what was asked."""
REFUSES: Final = "refuse"
NEEDED: Final = {
    "reasons": Text("理由", "reasons"),
    "basis": Text("依据", "the legal basis"),
    "remedies": Text("救济途径", "remedies"),
}


def check_letters(city: City, documents: Mapping[tuple[str, str], Document], faults: list[Fault]) -> None:
    """Marks of departments and letters; what a decision against somebody has to say."""
    _check_marks(city, documents, faults)
    for id_, letter in city.letters.items():
        if is_against(id_):
            _check_parts(letter, Checker(documents["letter", id_], faults))


def is_against(id_: str) -> bool:
    """Whether a letter of this id tells somebody that they do not get what they asked for."""
    return id_ in AGAINST or REFUSES in id_


def check_grounds(city: City, service: Service, checker: Checker) -> None:
    """A service that may decide against somebody has a legal basis and remedies, and its department a mark for the numbers of its letters."""
    given: dict[str, tuple[str, ...]] = dict.fromkeys(service.gives.letters, ("gives", "letters"))
    given |= {name: ("ways", way.id, "gives", "letters") for way in service.ways if way.gives for name in way.gives.letters}
    against = [name for name in given if is_against(name)]
    for key, present in (("basis", bool(service.basis)), ("remedies", service.remedies is not None)):
        if against and not present:
            checker.fault(
                f"“{against[0]}”要写明{NEEDED[key].zh}，服务没有“{key}”",
                f"“{against[0]}” tells {NEEDED[key].en}, and the service has no “{key}”",
                *given[against[0]],
            )
    _check_answers(city, service, checker, given)
    department = city.departments.get(service.department)
    marked = next((name for name in given if name in city.letters and city.letters[name].mark), None)
    if department is not None and marked is not None and not department.mark:
        checker.fault(
            f"文书“{marked}”要编文号，部门“{department.id}”没有机关代字“mark”",
            f"the letter “{marked}” is numbered, and the department “{department.id}” has no “mark”",
            "department",
            value=True,
        )


def _check_answers(city: City, service: Service, checker: Checker, given: Mapping[str, tuple[str, ...]]) -> None:
    """A letter that tells what was answered is given only where that is asked."""
    procedures = {way.procedure or service.procedure for way in service.ways} | {service.procedure}
    told = {name: ("procedure",) for id_ in procedures if id_ in city.procedures for name in city.procedures[id_].letters.values()}
    asked = {question.id for question in service.questions}
    for name, at in {**told, **given}.items():
        letter = city.letters.get(name)
        words = words_of(letter) - {ANSWER_DUE} if letter else set()
        wanted = {word.removeprefix(ANSWER) for word in words if word.startswith(ANSWER)}
        for question in sorted(wanted - asked):
            checker.fault(
                f"文书“{name}”要写“{question}”的答案，本服务没有这个问题",
                f"the letter “{name}” tells the answer to “{question}”, which this service does not ask",
                *at,
            )


def _check_marks(city: City, documents: Mapping[tuple[str, str], Document], faults: list[Fault]) -> None:
    """Neither two departments, nor two letters, nor any two of their joins are the same."""
    for kind, marks in (
        ("department", {id_: one.mark for id_, one in city.departments.items() if one.mark}),
        ("letter", {id_: one.mark for id_, one in city.letters.items() if one.mark}),
    ):
        taken: dict[str, str] = {}
        for id_, mark in sorted(marks.items()):
            earlier = taken.setdefault(mark, id_)
            if earlier != id_:
                checker = Checker(documents[kind, id_], faults)
                checker.fault(f"代字“{mark}”已是“{earlier}”的", f"the mark “{mark}” already belongs to “{earlier}”", "mark", value=True)
    joined: dict[str, str] = {}
    for department in city.departments.values():
        for id_, letter in sorted(city.letters.items()):
            if not (department.mark and letter.mark):
                continue
            earlier = joined.setdefault(department.mark + letter.mark, department.mark)
            if earlier != department.mark:
                series = department.mark + letter.mark
                checker = Checker(documents["letter", id_], faults)
                checker.fault(
                    f"文号“{series}”可能属于两个部门，请改代字",
                    f"the series “{series}” may be of two departments; choose another mark",
                    "mark",
                    value=True,
                )


def _check_parts(letter: LetterType, checker: Checker) -> None:
    said = words_of(letter)
    for word, what in NEEDED.items():
        if word not in said:
            checker.fault(
                f"不利的决定要写明{what.zh}：正文里没有“{{{word}}}”",
                f"a decision against somebody tells {what.en}: no paragraph has “{{{word}}}”",
                "paragraphs",
            )


def words_of(letter: LetterType) -> set[str]:
    """The placeholders of a letter; none of one whose braces are not balanced, which is told where it is read."""
    texts = (part for paragraph in (*letter.paragraphs, *letter.attachments) for part in (paragraph.zh, paragraph.en))
    try:
        return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        return set()
