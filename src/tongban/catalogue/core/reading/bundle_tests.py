"""`tests` of a bundle: merged facts in; which parts, which questions, how many papers, and which of its own clauses out."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import Final

from tongban.catalogue.core.definition import WorkedTest
from tongban.catalogue.core.merging.plan import Names
from tongban.catalogue.core.reading.expressions import FactBook
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Node
from tongban.catalogue.core.reading.worked_tests import ANSWERS, expectations, read_each
from tongban.kernel.text import Text
from tongban.rules.core.faults import nearest

LISTS: Final = {
    "parts": Text("所需部件", "the parts"),
    "asks": Text("要问的问题", "the questions asked"),
    "spares": Text("不问的问题", "the questions spared"),
}


def read_bundle_tests(
    reader: Reader, node: Node | None, book: FactBook, names: Names, aliases: Many[str], clauses: Many[str]
) -> tuple[WorkedTest, ...]:
    """The tests, in the order written."""
    return read_each(reader, node, book, lambda at: _expect(reader, at, names, aliases, clauses))


def _expect(reader: Reader, node: Node | None, names: Names, aliases: Many[str], clauses: Many[str]) -> dict[str, object]:
    expected: dict[str, object] = {}
    known = {"parts": tuple(aliases), "asks": tuple(names.askers), "spares": tuple(names.askers)}
    for key, value in expectations(reader, node):
        if key.value in LISTS:
            expected[key.value] = reader.words(value, LISTS[key.value], known[key.value])
        elif key.value == "papers":
            expected["papers"] = reader.number(value, Text("材料份数", "the papers"), 0, 999)
        elif key.value in clauses:
            expected[key.value] = reader.one_of(value, Text("条款结果", "the clause's answer"), ANSWERS, "")
        else:
            message = Text("没有“{name}”这一条款；还可写 {known}", "there is no clause “{name}”; {known} may stand here too")
            shown = Text("、".join((*LISTS, "papers")), ", ".join((*LISTS, "papers")))
            reader.fault(key, message.format(name=key.value, known=shown), nearest(key.value, (*clauses, *LISTS, "papers")))
    return expected
