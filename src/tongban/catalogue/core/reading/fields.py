"""Reading one file's fields: every reader answers a value of the right kind, and notes a fault with its place when the file holds another.

Invariant: after a fault the reader answers a harmless stand-in, so that one run sees every fault; no stand-in leaves the reading, since a city with a
fault is never yielded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from collections.abc import Sequence as Many
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from tongban.catalogue.core.definition import Limit, Option
from tongban.catalogue.core.reading.nodes import Document, Mapping, Mark, Node, Scalar, Sequence
from tongban.kernel.text import Text
from tongban.rules.core.faults import Fault, nearest

NO_TEXT: Final = Text("", "")
NO_DAY: Final = date(1, 1, 1)
Kind = Literal[
    "department", "role", "resource", "procedure", "credential", "letter", "area", "life-event", "service", "system", "profile", "policy", "pool"
]  # fmt: skip

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LIMIT = re.compile(r"([0-9]{1,4}) (working|calendar) days?")
_PERIOD = re.compile(r"([0-9]{1,4}) (second|minute|hour|day)s?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_YES = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Reference:
    """A word in a file that must name something declared elsewhere."""

    kind: Kind
    word: str
    path: str
    line: int
    column: int


@dataclass(slots=True)
class Reader:
    """One document being read, with the faults and references of the whole run."""

    doc: Document
    faults: list[Fault]
    references: list[Reference] = field(default_factory=list)

    def fault(self, at: Node | Mark, message: Text, near: str | None = None) -> None:
        """Note a fault at a node or place of this file."""
        mark = at if isinstance(at, Mark) else at.start
        self.faults.append(Fault(self.doc.path, mark.line, mark.column, message, near))

    def mapping(self, node: Node | None, what: Text) -> Mapping:
        """The node as a map; an empty stand-in (`refused`) if it is missing or another kind of thing."""
        if isinstance(node, Mapping):
            return node
        if node is not None:
            self.fault(node, Text("{what}应写成“键: 值”", "{what} must be written as “key: value”").format(what=what))
        return Mapping(node.start if node is not None else self.doc.root.start, refused=True)

    def fields(
        self, node: Node | None, what: Text, required: Iterable[str], optional: Iterable[str] = (), later: Collection[str] = ()
    ) -> Mapping:
        """The node as a map with these keys: unknown, missing and not yet supported keys are faults."""
        found = self.mapping(node, what)
        needed = tuple(required)
        known = (*needed, *optional)
        for key, (place, _) in found.entries.items():
            if key in later:
                self.fault(place, Text(f"“{key}”尚不支持；请先删除", f"“{key}” is not yet supported; remove it for now"))
            elif key and key not in known:
                self._unknown_key(place, what, known)
        for key in needed:
            if key not in found.entries and not found.refused:
                self.fault(found, Text("{what}缺少“{key}”", "{what} lacks “{key}”").format(what=what, key=key), None)
        return found

    def _unknown_key(self, place: Scalar, what: Text, known: Many[str]) -> None:
        message = Text("不认识“{word}”；{what}可写：{known}", "“{word}” is not known; {what} may have: {known}")
        message = message.format(word=place.value, what=what, known=Text("、".join(known), ", ".join(known)))
        self.fault(place, message, nearest(place.value, known))

    def items(self, node: Node | None, what: Text) -> list[Node]:
        """The items of a list; none if it is missing."""
        if node is None:
            return []
        if isinstance(node, Sequence):
            return node.items
        self.fault(node, Text("{what}应写成列表：[甲, 乙]", "{what} must be a list: [one, two]").format(what=what))
        return []

    def string(self, node: Node | None, what: Text, limit: int = 2000) -> str:
        """A text that is not empty; '' stands in."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.fault(node, Text("{what}应是一段文字", "{what} must be one text").format(what=what))
        elif not node.value.strip():
            self.fault(node, Text("{what}是空的", "{what} is empty").format(what=what))
        elif len(node.value) > limit:
            self.fault(node, Text("{what}超过 {n} 字", "{what} is longer than {n} characters").format(what=what, n=limit))
        else:
            return node.value
        return ""

    def matching(self, node: Node | None, what: Text, pattern: re.Pattern[str], shape: Text) -> str:
        """A text of a given shape."""
        value = self.string(node, what)
        if value and not pattern.fullmatch(value):
            message = Text("{what}“{value}”不对：应为{shape}", "{what} “{value}” is wrong: it must be {shape}")
            self.fault(node, message.format(what=what, value=value, shape=shape))  # type: ignore[arg-type]
            return ""
        return value

    def ident(self, node: Node | None, what: Text) -> str:
        """An identifier: lower-case words joined by hyphens."""
        return self.matching(node, what, _ID, Text("小写英文词，用连字符相连", "lower-case words joined by hyphens"))

    def name(self, key: Scalar, what: Text) -> str:
        """A name that facts use: lower-case words joined by underscores."""
        return self.matching(key, what, _NAME, Text("小写英文词，用下划线相连", "lower-case words joined by underscores"))

    def one_of(self, node: Node | None, what: Text, known: Many[str], default: str, later: Collection[str] = ()) -> str:
        """One of a closed list of words."""
        value = self.string(node, what)
        if not value or value in known:
            return value or default
        if value in later:
            message = Text("{what}“{value}”尚不支持", "{what} “{value}” is not yet supported").format(what=what, value=value)
        else:
            message = Text("不认识{what}“{value}”；应为：{known}", "{what} “{value}” is not known; it must be one of: {known}")
            message = message.format(what=what, value=value, known=Text("、".join(known), ", ".join(known)))
        self.fault(node, message, None if value in later else nearest(value, known))  # type: ignore[arg-type]
        return default

    def words(self, node: Node | None, what: Text, known: Many[str] | None = None) -> tuple[str, ...]:
        """A list of words, each once; of a closed list if `known` is given."""
        found: list[str] = []
        for item in self.items(node, what):
            word = self.one_of(item, what, known, "") if known is not None else self.string(item, what)
            if word in found:
                self.fault(item, Text(f"“{word}”重复", f"“{word}” is written twice"))
            elif word:
                found.append(word)
        return tuple(found)

    def yes_no(self, node: Node | None, what: Text, default: bool) -> bool:
        """Yes or no."""
        value = self.string(node, what)
        if value and value not in _YES:
            self.fault(node, Text("{what}应为 yes 或 no", "{what} must be yes or no").format(what=what), nearest(value, ("yes", "no")))  # type: ignore[arg-type]
        return _YES.get(value, default)

    def number(self, node: Node | None, what: Text, low: int, high: int, default: int = 0) -> int:
        """A whole number from `low` to `high`."""
        value = self.string(node, what)
        if not value:
            return default
        if re.fullmatch(r"-?[0-9]{1,19}", value) and low <= int(value) <= high:
            return int(value)
        message = Text("{what}应是 {low} 到 {high} 的整数", "{what} must be a whole number from {low} to {high}")
        self.fault(node, message.format(what=what, low=low, high=high))  # type: ignore[arg-type]
        return default

    def day(self, node: Node | None, what: Text) -> date:
        """A date such as 2026-12-01."""
        value = self.string(node, what)
        if not value:
            return NO_DAY
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fault(node, Text("{what}应是真实的日期，如 2026-12-01", "{what} must be a real date such as 2026-12-01").format(what=what))  # type: ignore[arg-type]
        return NO_DAY

    def clock(self, node: Node | None, what: Text) -> str:
        """A time of day such as 22:00."""
        return self.matching(node, what, _CLOCK, Text("如 22:00 的时刻", "a time such as 22:00"))

    def limit(self, node: Node | None, what: Text) -> Limit | None:
        """A period of law: `10 working days` or `15 calendar days`."""
        value = self.string(node, what)
        if not value:
            return None
        found = _LIMIT.fullmatch(value)
        if found and int(found[1]) > 0:
            return Limit(int(found[1]), "working" if found[2] == "working" else "calendar")
        shape = Text("“10 working days”或“15 calendar days”", "“10 working days” or “15 calendar days”")
        self.fault(node, Text("{what}应写成{shape}", "{what} must be written as {shape}").format(what=what, shape=shape))  # type: ignore[arg-type]
        return None

    def period(self, node: Node | None, what: Text, default: timedelta) -> timedelta:
        """A span of time: `12 hours`, `1 day`."""
        value = self.string(node, what)
        if not value:
            return default
        found = _PERIOD.fullmatch(value)
        if found and int(found[1]) > 0:
            return timedelta(**{found[2] + "s": int(found[1])})
        message = Text("{what}应写成“1 day”或“12 hours”", "{what} must be written as “1 day” or “12 hours”").format(what=what)
        self.fault(node, message)  # type: ignore[arg-type]
        return default

    def text(self, node: Node | None, what: Text) -> Text:
        """A bilingual text: {zh: …, en: …}."""
        if node is None:
            return NO_TEXT
        if not isinstance(node, Mapping):
            message = Text("{what}应写成两种语言：{{zh: …, en: …}}", "{what} must be in both languages: {{zh: …, en: …}}").format(what=what)
            self.fault(node, message)
            return NO_TEXT
        pair = self.fields(node, what, ("zh", "en"))
        return Text(self.string(pair.get("zh"), what, 20_000), self.string(pair.get("en"), what, 20_000))

    def title(self, node: Node | None, what: Text) -> Text:
        """A bilingual name, short enough for a list: 60 characters in Chinese, 100 in English."""
        title = self.text(node, what)
        if node is not None and (len(title.zh) > 60 or len(title.en) > 100):
            self.fault(
                node,
                Text("{what}太长：中文至多 60 字，英文至多 100 字", "{what} is too long: 60 characters in Chinese, 100 in English").format(
                    what=what
                ),
            )
        return title

    def maybe_text(self, node: Node | None, what: Text) -> Text | None:
        """A bilingual text that may be left out."""
        return None if node is None else self.text(node, what)

    def named(self, node: Node | None, what: Text) -> tuple[str, str]:
        """A name in the city's own language, or in both; the second is empty where only the first is given."""
        if isinstance(node, Mapping):
            both = self.text(node, what)
            return both.zh, both.en
        return self.string(node, what), ""

    def options(self, node: Node | None, what: Text, known: dict[str, Text] | None = None) -> tuple[Option, ...]:
        """Options with their labels: a map of id to label, or a list of ids whose labels are `known`; items of a list may be maps too."""
        found: dict[str, Option] = {}
        for key, label in self._option_pairs(node, what):
            id_ = self.matching(key, what, re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*"), Text("小写英文词", "lower-case words"))
            if not id_:
                continue
            if id_ in found:
                self.fault(key, Text(f"“{id_}”重复", f"“{id_}” is written twice"))
            elif label is not None:
                found[id_] = Option(id_, self.text(label, what))
            elif known is not None and id_ in known:
                found[id_] = Option(id_, known[id_])
            else:
                self._unlabelled(key, known)
        return tuple(found.values())

    def _unlabelled(self, key: Scalar, known: dict[str, Text] | None) -> None:
        id_ = key.value
        message = Text(
            f"“{id_}”没有两种语言的名称；请写成 {id_}: {{zh: …, en: …}}",
            f"“{id_}” has no name in both languages; write {id_}: {{zh: …, en: …}}",
        )
        self.fault(key, message, nearest(id_, known or ()))

    def _option_pairs(self, node: Node | None, what: Text) -> list[tuple[Scalar, Node | None]]:
        if isinstance(node, Mapping):
            return [(key, label) for key, label in node.entries.values()]
        pairs: list[tuple[Scalar, Node | None]] = []
        for item in self.items(node, what):
            if isinstance(item, Scalar):
                pairs.append((item, None))
            elif isinstance(item, Mapping) and len(item.entries) == 1:
                pairs.extend(item.entries.values())
            else:
                self.fault(
                    item,
                    Text("{what}的每一项应是一个词，或“词: {{zh, en}}”", "each of {what} must be a word, or “word: {{zh, en}}”").format(
                        what=what
                    ),
                )
        return pairs

    def reference(self, kind: Kind, node: Node | None, what: Text) -> str:
        """A word that names something declared elsewhere; it is looked up once everything is read."""
        word = self.string(node, what)
        if word and node is not None:
            self.references.append(Reference(kind, word, self.doc.path, node.start.line, node.start.column))
        return word

    def same_as_file(self, node: Node | None, what: Text, expected: str) -> str:
        """An id that must be the same as the name of its file or folder."""
        value = self.string(node, what)
        if value and value != expected:
            message = Text("{what}“{value}”与文件名“{expected}”不同", "{what} “{value}” differs from its file's name “{expected}”")
            self.fault(node, message.format(what=what, value=value, expected=expected), expected)  # type: ignore[arg-type]
        return expected
