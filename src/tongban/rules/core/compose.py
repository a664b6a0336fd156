"""Expressions out of expressions: a name that stands for a part is replaced by the part's nodes, and the whole is checked as if it had been written out.

Invariant: what comes out is a checked expression of the same closed language, so that every evaluator has it for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from . import language as lang
from .expression import Expression, read_expression
from .language import Node
from .types import FactType, Vocabulary
from .write import write


def replaced(node: Node, parts: Mapping[str, Node]) -> Node:  # noqa: PLR0911 - one return a kind of node
    """The node with every fact of these names replaced."""
    match node:
        case lang.FactPath(name):
            return parts.get(name, node)
        case lang.Not(operand) | lang.Negate(operand):
            return replace(node, operand=replaced(operand, parts))
        case lang.And(operands) | lang.Or(operands):
            return replace(node, operands=tuple(replaced(operand, parts) for operand in operands))
        case lang.Compare(_, left, right) | lang.Arithmetic(_, left, right):
            return replace(node, left=replaced(left, parts), right=replaced(right, parts))
        case lang.In(item, container):
            return replace(node, item=replaced(item, parts), container=replaced(container, parts))
        case lang.Conditional(condition, then, otherwise):
            return replace(node, condition=replaced(condition, parts), then=replaced(then, parts), otherwise=replaced(otherwise, parts))
        case lang.Call(_, arguments):
            return replace(node, arguments=tuple(replaced(argument, parts) for argument in arguments))
    return node


def composed(node: Node, parts: Mapping[str, Node], vocabulary: Vocabulary, expects: FactType | None = None) -> Expression:
    """The expression that a node becomes with its parts in place. Raises RuleFaults where the whole is not sound."""
    whole = replaced(node, parts)
    return read_expression(write(whole), {name: vocabulary[name] for name in lang.facts_of(whole)}, expects)
