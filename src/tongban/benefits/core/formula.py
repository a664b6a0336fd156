"""The amount of a policy in words: a list of cases, the first that fits counts.

Invariants: the words say what the formula says, part by part, and nothing of it is left out; choices inside a sum are told as cases of the whole sum, as long as they are few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tongban.benefits.core.wording import Wording, money
from tongban.kernel.text import Text
from tongban.rules.core import language as lang

MOST_CASES: Final = 12
Cases = list[tuple[tuple[lang.Node, ...], lang.Node]]


@dataclass(frozen=True, slots=True)
class Case:
    """For whom (empty: for everybody else, or for all), and how much."""

    when: Text | None
    pays: Text


def cases_of(wording: Wording) -> tuple[Case, ...]:
    """The amount, case by case; nothing for a policy that pays none. The cap is left to `Policy.cap`."""
    amount = wording.policy.amount
    if amount is None:
        return ()
    node = amount.ast
    if wording.policy.cap is not None and isinstance(node, lang.Call) and node.function == "min":
        node = node.arguments[0]
    found = _lifted(node)
    if len(found) > MOST_CASES:
        found = [((), node)]
    folded = [(path, _folded(value)) for path, value in found]
    while len(folded) > 1 and _is_zero(folded[-1][1]):
        folded.pop()
    words = Words(wording)
    return tuple(Case(words.all_of(path) if path else None, _NOTHING if _is_zero(value) else words.value(value)) for path, value in folded)


def _folded(node: lang.Node) -> lang.Node:
    """A sum of written amounts worked out, where that is exact."""
    match node:
        case lang.Call("round_down" | "round_half_up", (value, lang.Literal("money", int(unit)))):
            inner = _folded(value)
            exact = isinstance(inner, lang.Literal) and isinstance(inner.value, int) and inner.value % unit == 0
            return inner if exact else lang.Call(node.function, (inner, node.arguments[1]))
        case lang.Arithmetic("/", lang.Literal("money", int(value)), lang.Literal("int", int(by))) if by and value % by == 0:
            return lang.Literal("money", value // by)
    return node


def _is_zero(node: lang.Node) -> bool:
    return isinstance(node, lang.Literal) and node.value == 0


def _lifted(node: lang.Node) -> Cases:
    """The node with its choices taken to the outside."""
    if isinstance(node, lang.Conditional):
        yes = [((node.condition, *path), value) for path, value in _lifted(node.then)]
        return _shortened([*yes, *_lifted(node.otherwise)])
    if isinstance(node, lang.Arithmetic):
        pairs = _crossed(_lifted(node.left), _lifted(node.right))
        return [(path, lang.Arithmetic(node.op, left, right)) for path, (left, right) in pairs]
    if isinstance(node, lang.Call) and node.function in ("round_down", "round_half_up"):
        return [(path, lang.Call(node.function, (value, node.arguments[1]))) for path, value in _lifted(node.arguments[0])]
    return [((), node)]


def _crossed(left: Cases, right: Cases) -> list[tuple[tuple[lang.Node, ...], tuple[lang.Node, lang.Node]]]:
    return [((*one, *(each for each in other if each not in one)), (a, b)) for one, a in left for other, b in right]


def _shortened(cases: Cases) -> Cases:
    """Without what stands behind a case that is for everybody."""
    end = next((at for at, (path, _) in enumerate(cases) if not path), len(cases) - 1)
    return cases[: end + 1]


_NOTHING: Final = Text("不补", "nothing")
_SIGNS: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_COMPARED: Final = {
    "==": Text("{a}为{b}", "{a} is {b}"),
    "!=": Text("{a}不是{b}", "{a} is not {b}"),
    "<": Text("{a}低于{b}", "{a} is below {b}"),
    "<=": Text("{a}不超过{b}", "{a} is at most {b}"),
    ">": Text("{a}高于{b}", "{a} is above {b}"),
    ">=": Text("{a}达到{b}", "{a} is at least {b}"),
}
_CALLS: Final = {
    "round_down": Text("{0}（不足{1}的舍去）", "{0} (rounded down to {1})"),
    "round_half_up": Text("{0}（四舍五入到{1}）", "{0} (rounded to {1})"),
    "years_between": Text("从{0}到{1}的满年数", "whole years from {0} to {1}"),
    "months_between": Text("从{0}到{1}的满月数", "whole months from {0} to {1}"),
    "days": Text("{0} 天", "{0} days"),
    "months": Text("{0} 个月", "{0} months"),
    "years": Text("{0} 年", "{0} years"),
    "size": Text("{0}的个数", "how many there are of {0}"),
    "startsWith": Text("{0}以{1}开头", "{0} begins with {1}"),
    "endsWith": Text("{0}以{1}结尾", "{0} ends with {1}"),
    "contains": Text("{0}含有{1}", "{0} contains {1}"),
}
_HAS: Final = Text("有“{a}”的记录", "“{a}” is on record")
_HAS_NOT: Final = Text("没有“{a}”的记录", "“{a}” is not on record")
_IS: Final = Text("{a}：是", "{a}: yes")
_IS_NOT: Final = Text("{a}：否", "{a}: no")
_NOT: Final = Text("不是（{a}）", "not ({a})")
_CHOICE: Final = Text("（{a}的，{b}；否则{c}）", "({b} if {a}, else {c})")
_REST: Final = Text("{a}除以{b}的余数", "what is left of {a} by {b}")
_LEAST: Final = Text("{parts}中最小的", "the least of {parts}")
_MOST: Final = Text("{parts}中最大的", "the greatest of {parts}")
_FEN: Final = {1: Text("一分", "a fen"), 100: Text("一元", "a yuan")}


@dataclass(frozen=True, slots=True)
class Words:
    """Nodes of a policy's expressions in words."""

    wording: Wording

    def all_of(self, nodes: Iterable[lang.Node]) -> Text:
        """Conditions that hold together. That a fact is on record is not told where another of them compares it."""
        flat = [part for node in nodes for part in (node.operands if isinstance(node, lang.And) else (node,))]
        compared = {name for node in flat if not isinstance(node, lang.Has) for name in lang.facts_of(node)}
        told = [node for node in flat if not isinstance(node, lang.Has) or node.fact.name not in compared]
        return _listed([self.condition(node) for node in told], "，", ", ")

    def condition(self, node: lang.Node) -> Text:  # noqa: PLR0911 - one return a kind of node
        """A condition."""
        match node:
            case lang.And(operands):
                return self.all_of(operands)
            case lang.Or(operands):
                return _listed([self.condition(one) for one in operands], "，或者", ", or ")
            case lang.Not(lang.Has(fact)):
                return _HAS_NOT.format(a=self.wording.label(fact.name))
            case lang.Not(lang.FactPath(name)):
                return _IS_NOT.format(a=self.wording.label(name))
            case lang.Not(operand):
                return _NOT.format(a=self.condition(operand))
            case lang.Has(fact):
                return _HAS.format(a=self.wording.label(fact.name))
            case lang.FactPath(name):
                return _IS.format(a=self.wording.label(name))
            case lang.Compare(op, left, right):
                return _COMPARED[op].format(a=self._named(left), b=self._beside(right, left))
            case lang.In(item, lang.ListLiteral(items)):
                return _COMPARED["=="].format(a=self._named(item), b=_listed([self._beside(one, item) for one in items], "、", " or "))
        return self.value(node)

    def value(self, node: lang.Node, *, within: bool = False) -> Text:  # noqa: PLR0911 - one return a kind of node
        """A value; `within` another sum, where brackets keep it together."""
        match node:
            case lang.Literal():
                return _literal(node)
            case lang.FactPath(name):
                return self.wording.label(name)
            case lang.Negate(operand):
                return Text("−{a}", "−{a}").format(a=self.value(operand, within=True))
            case lang.Arithmetic("%", left, right):
                return _REST.format(a=self.value(left, within=True), b=self.value(right, within=True))
            case lang.Arithmetic(op, left, right):
                return self._sum(op, left, right, within)
            case lang.Conditional(condition, then, otherwise):
                return _CHOICE.format(a=self.condition(condition), b=self.value(then), c=self.value(otherwise))
            case lang.Call("min" | "max" as function, arguments):
                parts = _listed([self.value(one) for one in arguments], "、", ", ")
                return (_LEAST if function == "min" else _MOST).format(parts=parts)
            case lang.Call(function, arguments):
                zh, en = _CALLS[function].zh, _CALLS[function].en
                told = [self._unit(one) if function.startswith("round") and at else self.value(one) for at, one in enumerate(arguments)]
                return Text(zh.format(*(one.zh for one in told)), en.format(*(one.en for one in told)))
        return self.condition(node)

    def _sum(self, op: str, left: lang.Node, right: lang.Node, within: bool) -> Text:
        tight = op in "*/"
        a, b = (self.value(one, within=tight) for one in (left, right))
        whole = Text(f"{a.zh} {_SIGNS[op]} {b.zh}", f"{a.en} {_SIGNS[op]} {b.en}")
        return Text(f"（{whole.zh}）", f"({whole.en})") if within and not tight else whole

    def _named(self, node: lang.Node) -> Text:
        """What is compared: in English a name of several words stands in quotation marks."""
        told = self.value(node)
        return Text(told.zh, f"“{told.en}”") if isinstance(node, lang.FactPath) else told

    def _beside(self, node: lang.Node, other: lang.Node) -> Text:
        """A value that is compared with a fact: an option is told by its name."""
        if isinstance(node, lang.Literal) and isinstance(node.value, str) and isinstance(other, lang.FactPath):
            return self.wording.value(other.name, node.value)
        told = self.value(node)
        return Text(f" {told.zh}", told.en) if told.zh[:1].isdigit() else told

    def _unit(self, node: lang.Node) -> Text:
        unit = _FEN.get(node.value) if isinstance(node, lang.Literal) and isinstance(node.value, int) and node.kind == "money" else None
        return unit or self.value(node)


def _literal(node: lang.Literal) -> Text:
    if node.kind == "money" and isinstance(node.value, int):
        return money(node.value)
    if node.kind == "date" and not isinstance(node.value, int | str):
        return Text(f"{node.value.year}年{node.value.month}月{node.value.day}日", node.value.isoformat())
    if node.kind == "decimal" and isinstance(node.value, int):
        return Text(*(_percent(node.value, node.scale),) * 2)
    if isinstance(node.value, bool):
        return Text("是", "yes") if node.value else Text("否", "no")
    return Text(*(str(node.value),) * 2)


def _percent(value: int, scale: int) -> str:
    """A rate as people say it."""
    figure = Decimal(value).scaleb(-scale)
    return f"{(figure * 100).normalize():f}%" if abs(figure) <= 1 else f"{figure.normalize():f}"


def _listed(parts: list[Text], zh: str, en: str) -> Text:
    return Text(zh.join(one.zh for one in parts), en.join(one.en for one in parts))
