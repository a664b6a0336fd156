"""A YAML file as nodes with places: strings, lists and maps, and nothing else.

Invariants: every scalar is the text that stands in the file, never a number, date or boolean; every node knows its line and column (from 1, in
characters); keys are plain words, present and unique; tags, anchors, aliases, merge keys, directives, second documents, tabs, byte order marks and
text that is not UTF-8 are refused. Reading never recurses, so no nesting can exhaust the stack. Any input yields a document or faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from tongban.kernel.text import Text
from tongban.rules.core.faults import Fault

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 24
MAX_NODES: Final = 100_000

_ODD = re.compile("[\x00-\x08\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: line and column from 1, and the offset in characters."""

    line: int
    column: int
    offset: int


START: Final = Mark(1, 1, 0)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `style` is '' for plain, else the quote or block sign."""

    value: str
    style: str
    start: Mark
    end: int


@dataclass(slots=True)
class Sequence:
    """A list."""

    start: Mark
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """A map, in the order written."""

    start: Mark
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    refused: bool = False

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        found = self.entries.get(key)
        return found[1] if found else None


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """One file that could be read as YAML."""

    path: str
    text: str
    root: Node

    def place(self, *way: str | int) -> Mark:
        """The place of a key or list item; of the nearest thing around it, if it does not stand in the file."""
        node, mark = self.root, self.root.start
        for step in way:
            if isinstance(node, Mapping) and step in node.entries:
                key, node = node.entries[str(step)]
                mark = key.start
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                mark = node.start
            else:
                break
        return mark

    def node(self, *way: str | int) -> Node | None:
        """What stands there, or None."""
        node: Node | None = self.root
        for step in way:
            if isinstance(node, Mapping):
                node = node.get(str(step))
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                return None
        return node


def read_document(path: str, content: bytes, faults: list[Fault]) -> Document | None:
    """The file's document, or None after adding at least one fault."""
    text = _decode(path, content, faults)
    if text is None:
        return None
    builder = _Builder(path, text, faults)
    before = len(faults)
    root = builder.build()
    return Document(path, text, root) if root is not None and len(faults) == before else None


def _decode(path: str, content: bytes, faults: list[Fault]) -> str | None:
    def refuse(line: int, column: int, zh: str, en: str) -> None:
        faults.append(Fault(path, line, column, Text(zh, en)))

    if len(content) > MAX_BYTES:
        refuse(1, 1, f"文件超过 {MAX_BYTES:,} 字节；请拆成几个文件", f"the file is larger than {MAX_BYTES:,} bytes; split it")
        return None
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = _line_column(before, len(before))
        refuse(line, column, "这里不是 UTF-8 文字；请另存为 UTF-8 编码", "this is not UTF-8 text; save the file as UTF-8")
        return None
    found = False
    for odd in _ODD.finditer(text):
        line, column = _line_column(text, odd.start())
        refuse(line, column, *_about_odd(odd[0]))
        found = True
        if len(faults) > 50:
            break
    return None if found else text


def _about_odd(character: str) -> tuple[str, str]:
    if character == "\t":
        return "这里有制表符；请改用空格", "a tab stands here; use spaces"
    if character == "\ufeff":
        return "这里有字节顺序标记（BOM）；请另存为不带 BOM 的 UTF-8", "a byte order mark stands here; save the file as UTF-8 without it"
    return (
        f"这里有不可见的控制字符 U+{ord(character):04X}；请删除",
        f"an invisible control character U+{ord(character):04X} stands here; delete it",
    )


def _line_column(text: str, offset: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


class _StopError(Exception):
    """Nothing after this place can be read."""


_PROBLEMS: Final = {
    "mapping values are not allowed in this context": (
        "这里多了一个冒号：值里若有冒号和空格，请给整段文字加引号",
        "a colon stands where none may: put a text that contains a colon and a space in quotes",
    ),
    "found unexpected end of stream": ("引号没有收尾", "a quotation mark is never closed"),
    "did not find expected ',' or ']'": ("方括号列表缺逗号或右括号", "the list in brackets lacks a comma or its closing bracket"),
    "did not find expected ',' or '}'": ("花括号里缺逗号或右括号", "the map in braces lacks a comma or its closing brace"),
    "did not find expected key": ("这里应是一个键；请检查缩进和引号", "a key was expected here; look at the indentation and the quotes"),
    "could not find expected ':'": ("键后面缺冒号", "the key lacks its colon"),
    "found character that cannot start any token": (
        "文字不能以这个字符开头；请加引号",
        "a text cannot begin with this character; put it in quotes",
    ),
    "did not find expected node content": ("这里缺少内容", "something is missing here"),
    "block sequence entries are not allowed in this context": (
        "这里不能开始列表；请换行并缩进",
        "a list cannot begin here; start a new line",
    ),
    "did not find expected '-' indicator": ("列表项没有对齐", "the items of this list are not aligned"),
}


class _Builder:
    """Builds the tree from libyaml's events with an explicit stack."""

    def __init__(self, path: str, text: str, faults: list[Fault]) -> None:
        self.path = path
        self.text = text
        self.faults = faults
        self.stack: list[tuple[Sequence | Mapping, Scalar | None]] = []
        self.root: Node | None = None
        self.count = 0

    def refuse(self, mark: Mark, zh: str, en: str, nearest: str | None = None) -> None:
        self.faults.append(Fault(self.path, mark.line, mark.column, Text(zh, en), nearest))

    def build(self) -> Node | None:
        try:
            for event in self._events():
                self._take(event)
        except _StopError:
            return None
        if self.root is None:
            self.refuse(START, "文件是空的", "the file is empty")
        return self.root

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self.text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            where = error.problem_mark or error.context_mark
            mark = _mark(where) if where else START
            known = _PROBLEMS.get(error.problem or "")
            if known is None:
                known = (f"不是合格的 YAML：{error.problem}", f"not well-formed YAML: {error.problem}")
            self.refuse(mark, *known)
            raise _StopError from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self.refuse(START, f"不是合格的 YAML：{error}", f"not well-formed YAML: {error}")
            raise _StopError from None

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._check_node(event)
            start = _mark(event.start_mark)
            self._add(Scalar(event.value, (event.style or "").strip(), start, _end(event)))
        elif isinstance(event, yaml.MappingStartEvent):
            self._check_node(event)
            self._open(Mapping(_mark(event.start_mark)))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._check_node(event)
            self._open(Sequence(_mark(event.start_mark)))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            node, _ = self.stack.pop()
            self._add(node)
        else:
            self._take_frame(event)

    def _take_frame(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            mark = _mark(event.start_mark)
            self.refuse(mark, "不允许引用（*）；请把内容写全", "an alias (*) is not allowed; write the content out")
            self._add(Scalar("", "", mark, _end(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:
                self.refuse(_mark(event.start_mark), "不允许 % 指令；请删除这一行", "a % directive is not allowed; delete the line")
                raise _StopError
            if self.root is not None:
                self.refuse(
                    _mark(event.start_mark), "一个文件只能有一份内容；请删除第二个 ---", "a file holds one document; remove the second ---"
                )
                raise _StopError

    def _check_node(self, event: Any) -> None:
        self.count += 1
        mark = _mark(event.start_mark)
        if self.count > MAX_NODES:
            self.refuse(mark, f"内容超过 {MAX_NODES:,} 项；请拆成几个文件", f"more than {MAX_NODES:,} entries; split the file")
            raise _StopError
        if event.anchor is not None:
            self.refuse(mark, "不允许锚点（&）；请把内容写全", "an anchor (&) is not allowed; write the content out")
        if event.tag is not None:
            self.refuse(mark, "不允许类型标签（!）；类型由定义决定", "a tag (!) is not allowed; types come from the schema")

    def _open(self, node: Sequence | Mapping) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(node.start, f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels")
            raise _StopError
        self.stack.append((node, None))

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        around, key = self.stack[-1]
        if isinstance(around, Sequence):
            around.items.append(node)
        elif key is None:
            self.stack[-1] = (around, self._key(node))
        else:
            self.stack[-1] = (around, None)
            self._entry(around, key, node)

    def _key(self, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            self.refuse(node.start, "键必须是一个词", "a key must be one word")
            return Scalar("", "", node.start, node.start.offset)
        if node.value == "<<":
            self.refuse(node.start, "不允许合并键（<<）；请把内容写全", "a merge key (<<) is not allowed; write the content out")
        elif node.value == "":
            self.refuse(node.start, "键是空的", "the key is empty")
        return node

    def _entry(self, around: Mapping, key: Scalar, node: Node) -> None:
        earlier = around.entries.get(key.value)
        if earlier is not None and key.value:
            line = earlier[0].start.line
            self.refuse(
                key.start,
                f"“{key.value}”重复：第 {line} 行已经写过",
                f"“{key.value}” is written twice: it already stands on line {line}",
            )
            return
        around.entries[key.value] = (key, node)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1, mark.index)
