"""Expressions and clauses inside a service's file, with every fault at its exact place.

Invariant: an expression that mentions a fact whose own declaration is faulty is not read, so that one mistake is told once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.reading.places import place
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Clause, Expression, FactSpec, FactType, Origin, RuleFaults, Vocabulary, read_expression
from tongban.rules.core.faults import Fault

CONDITION: Final = Bool()
IF_UNKNOWN: Final = ("ask-applicant", "wait", "officer")
PURPOSES: Final = ("acceptance", "grant")
RESERVED: Final = ("way", "state", "amount", "tier", "to")
_FACT: Final = re.compile(r"\b[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\b")


@dataclass
class FactBook:
    """The facts of one service as they become known, and those whose declaration is faulty."""

    specs: dict[str, FactSpec] = field(default_factory=dict)
    records: dict[str, FactSpec] = field(default_factory=dict)
    foreseen: set[str] = field(default_factory=set)
    """What steps will record, before they are read: only to say so of a fact that is read too early."""
    doubtful: set[str] = field(default_factory=set)
    read: dict[str, None] = field(default_factory=dict)
    """The facts that something reads, in order."""

    def before_steps(self) -> Vocabulary:
        """What can be known when an application is sent."""
        return self.specs

    def whole(self) -> Vocabulary:
        """With what officers record on the way."""
        return {**self.specs, **self.records}

    def is_doubtful(self, source: str) -> bool:
        """Whether a text mentions a fact whose own declaration is faulty."""
        words = _FACT.findall(source)
        return any(word in self.doubtful or word.split(".")[0] in self.doubtful for word in words)


def foresee(steps: Node | None) -> set[str]:
    """The facts that the steps' records will be."""
    if not isinstance(steps, Mapping):
        return set()
    found: set[str] = set()
    for key, node in steps.entries.values():
        records = node.get("records") if isinstance(node, Mapping) else None
        if isinstance(records, Mapping):
            found |= {f"{key.value}.{name}" for name in records.entries}
        if isinstance(node, Mapping):
            found |= foresee(node.get("together"))
    return found


def read_condition(reader: Reader, node: Node | None, what: Text, book: FactBook, vocabulary: Vocabulary) -> Expression | None:
    """A yes-no expression; None if there is none or it is faulty."""
    return read_typed(reader, node, what, book, vocabulary, CONDITION)


def read_typed(
    reader: Reader, node: Node | None, what: Text, book: FactBook, vocabulary: Vocabulary, expects: FactType
) -> Expression | None:
    """An expression of a type; None if there is none or it is faulty."""
    source = reader.string(node, what)
    if not source or not isinstance(node, Scalar) or book.is_doubtful(source):
        return None
    try:
        expression = _read(source, vocabulary, expects)
    except RuleFaults as found:
        for fault in found.faults:
            line, column = place(reader.doc.text, node, fault.line, fault.column)
            message = _told(fault, book, vocabulary)
            reader.faults.append(Fault(reader.doc.path, line, column, message, fault.nearest, fault.length))
        return None
    book.read.update(dict.fromkeys(expression.vocabulary))
    _remark(reader, node, expression)
    return expression


def _read(source: str, vocabulary: Vocabulary, expects: FactType) -> Expression:
    """Read against the facts that the text mentions, which is quicker; only a faulty text needs all of them, for the nearest name."""
    mentioned = {name: vocabulary[name] for name in _FACT.findall(source) if name in vocabulary}
    try:
        return read_expression(source, mentioned, expects, Origin())
    except RuleFaults:
        return read_expression(source, vocabulary, expects, Origin())


def _told(fault: Fault, book: FactBook, vocabulary: Vocabulary) -> Text:
    """A fact that exists, but only once an officer has recorded it, is told as such."""
    for name in sorted(book.foreseen):
        if name not in vocabulary and f"“{name}”" in fault.message.zh:
            return Text(
                f"“{name}”要到办理环节才有记录，这里还读不到",
                f"“{name}” is recorded by an officer later; it cannot be read here yet",
            )
    return fault.message


def _remark(reader: Reader, node: Scalar, expression: Expression) -> None:
    for remark in expression.remarks:
        before = expression.source[: remark.at.start]
        line, column = before.count("\n") + 1, remark.at.start - (before.rfind("\n") + 1) + 1
        line, column = place(reader.doc.text, node, line, column)
        never = "never-yes" in remark.kind
        whole = not remark.kind.startswith("part")
        subject = Text("这个条件", "this condition") if whole else Text(f"其中“{remark.source}”", f"its part “{remark.source}”")
        says = (
            Text("{it}永远不可能成立", "{it} can never be true")
            if never
            else Text("{it}永远成立，等于没写", "{it} is always true and says nothing")
        )
        reader.faults.append(Fault(reader.doc.path, line, column, says.format(it=subject)))


def read_clauses(reader: Reader, node: Node | None, book: FactBook) -> tuple[Clause, ...]:
    """`rules`: clause id → clause, in the order written."""
    found: list[Clause] = []
    rules: Mapping = reader.mapping(node, Text("规则", "the rules"))
    for key, value in rules.entries.values():
        clause = _clause(reader, key, value, book)
        if clause is not None:
            found.append(clause)
    return tuple(found)


def _clause(reader: Reader, key: Scalar, node: Node, book: FactBook) -> Clause | None:
    what = Text("条款", "a clause")
    id_ = reader.name(key, Text("条款编号", "the clause's id"))
    if id_ in RESERVED:
        reader.fault(key, Text(f"“{id_}”是测试里的专用词，请换一个名字", f"“{id_}” has its own meaning in tests; choose another name"))
    page = reader.fields(node, what, ("for", "says", "holds"), ("when", "cite", "if_unknown"))
    purpose = reader.one_of(page.get("for"), Text("适用环节", "what the clause is for"), PURPOSES, "grant")
    if_unknown = reader.one_of(page.get("if_unknown"), Text("查不清时", "if_unknown"), IF_UNKNOWN, "officer")
    vocabulary = book.before_steps() if purpose == "acceptance" else book.whole()
    says = reader.text(page.get("says"), Text("条款内容", "what the clause says"))
    cite, cite_en = reader.named(page.get("cite"), Text("依据", "the citation"))
    when = read_condition(reader, page.get("when"), Text("适用条件", "when the clause is asked"), book, vocabulary)
    holds = read_condition(reader, page.get("holds"), Text("条件", "the condition"), book, vocabulary)
    if holds is None or not id_:
        return None
    return Clause(id=id_, says=says, cite=cite, holds=holds, if_unknown=if_unknown, purpose=purpose, when=when, cite_en=cite_en)
