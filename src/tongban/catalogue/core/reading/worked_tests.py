"""`tests` of a service: facts in, clauses and state out; every value read by the type of its fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Sequence as Many
from typing import Final

from tongban.catalogue.core.definition import WorkedTest
from tongban.catalogue.core.reading.expressions import RESERVED, FactBook
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Node, Scalar
from tongban.kernel.text import Text
from tongban.rules.core import Fact, FactType, Money, Nothing, Unknown, Value, ValueFault
from tongban.rules.core.faults import nearest
from tongban.rules.core.types import INT64

ANSWERS: Final = ("yes", "no", "unknown", "none")
"""What a clause may be expected to answer; `none` where it is not asked."""
UNKNOWN: Final = Unknown("not-asked")


def read_tests(
    reader: Reader, node: Node | None, book: FactBook, clauses: Many[str], ways: Many[str], also: Mapping[str, Many[str]]
) -> tuple[WorkedTest, ...]:
    """The tests of a service. `also` are further names that they may expect, with the words of each."""
    return read_each(reader, node, book, lambda at: _expect(reader, at, clauses, ways, also))


def read_each(
    reader: Reader, node: Node | None, book: FactBook, expect: Callable[[Node | None], dict[str, object]]
) -> tuple[WorkedTest, ...]:
    """The tests, in the order written; `expect` reads what one expects."""
    found: list[WorkedTest] = []
    for item in reader.items(node, Text("测试", "the tests")):
        page = reader.fields(item, Text("测试", "a test"), ("test", "received", "given", "expect"))
        found.append(
            WorkedTest(
                name=reader.text(page.get("test"), Text("测试名称", "the test's name")),
                received=reader.day(page.get("received"), Text("收件日期", "the day of receipt")),
                given=read_given(reader, page.get("given"), book),
                expect=expect(page.get("expect")),
                path=reader.doc.path,
                line=item.start.line,
            )
        )
    return tuple(found)


def expectations(reader: Reader, node: Node | None) -> Iterable[tuple[Scalar, Node]]:
    """What a test expects, as written; a fault if it expects nothing."""
    page = reader.mapping(node, Text("expect", "expect"))
    if not page.refused and not page.entries:
        reader.fault(page, Text("测试没有期望什么", "the test expects nothing"))
    return page.entries.values()


def read_given(reader: Reader, node: Node | None, book: FactBook, *, never: Many[str] = ()) -> dict[str, object]:
    """Fact name → fact. A source's alias stands for all its items, and a single item overrides it. `never` are facts that no test gives."""
    facts: dict[str, object] = {}
    single: dict[str, object] = {}
    whole = {name: spec for name, spec in book.whole().items() if name not in never}
    aliases = {name.split(".")[0] for name in book.specs} - {"applicant", "form", "case", "match"}
    for key, value in reader.mapping(node, Text("given", "given")).entries.values():
        name = key.value
        if name in aliases:
            facts.update(_alias(reader, name, value, book))
        elif name in whole:
            single[name] = read_fact(reader, value, whole[name].type)
        elif whole and name not in book.doubtful and name.split(".")[0] not in book.doubtful:
            message = Text("没有“{name}”这个事实", "there is no fact “{name}”").format(name=name)
            reader.fault(key, message, nearest(name, (*whole, *aliases)))
    return {**facts, **single}


def _alias(reader: Reader, alias: str, node: Node, book: FactBook) -> dict[str, object]:
    word = reader.one_of(node, Text("整条记录", "a whole record"), ("unknown", "none"), "unknown")
    fact: Fact = UNKNOWN if word == "unknown" else Nothing(alias)
    return {name: fact for name in book.specs if name.startswith(alias + ".")}


def read_fact(reader: Reader, node: Node, kind: FactType) -> Fact:
    """A fact as a test writes it: a value of its type, none or unknown."""
    word = reader.string(node, Text("事实的值", "the fact's value"))
    if word in ("", "unknown"):
        return UNKNOWN
    if word == "none":
        return Nothing("test")
    try:
        return Value(kind.read(word), "test")
    except ValueFault as fault:
        reader.fault(node, fault.message, fault.nearest)
        return UNKNOWN


def _expect(reader: Reader, node: Node | None, clauses: Many[str], ways: Many[str], also: Mapping[str, Many[str]]) -> dict[str, object]:
    expected: dict[str, object] = {}
    for key, value in expectations(reader, node):
        name = key.value
        if name == "way":
            expected[name] = reader.one_of(value, Text("办理方式", "the way"), (*ways, "unknown", "none"), "")
        elif name == "state":
            expected[name] = reader.string(value, Text("状态", "the state"))
        elif name == "amount":
            expected[name] = read_fact(reader, value, Money(-INT64, INT64))
        elif name in also:
            expected[name] = reader.one_of(value, Text(name, name), also[name], "")
        elif name in clauses:
            expected[name] = reader.one_of(value, Text("条款结果", "the clause's answer"), ANSWERS, "")
        else:
            message = Text(
                "没有“{name}”这一条款；还可写 way、state、amount", "there is no clause “{name}”; way, state and amount may stand here too"
            )
            reader.fault(key, message.format(name=name), nearest(name, (*clauses, *RESERVED)))
    return expected
