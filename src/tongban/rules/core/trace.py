"""Why an answer is what it is: the outcome of every part, and the smallest parts that decided.

Invariants: the trace is a projection of the same evaluation (same closures, same facts), never a second opinion; the parts of an expression are found and
compiled once, and then asked with each case's facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import language as lang
from .evaluate import Compiler, Env, Run
from .facts import Answer, Outcome, Unknown
from .language import Node


@dataclass(frozen=True, slots=True)
class Trace:
    """One part of an expression: its text, its outcome, the facts it reads, and its own parts."""

    node: Node
    source: str
    outcome: Outcome
    facts: tuple[str, ...]
    children: tuple[Trace, ...]

    @property
    def unsettled(self) -> bool:
        """Whether the outcome is unknown."""
        return self.outcome is Answer.UNKNOWN or isinstance(self.outcome, Unknown)

    @property
    def because(self) -> tuple[Trace, ...]:
        """The smallest parts that decided: for a no, the tests that were no; for an unknown, those that are open."""
        return _because(self)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an expression, ready to be asked."""

    node: Node
    source: str
    facts: tuple[str, ...]
    run: Run
    finish: Callable[[Any], Outcome]
    parts: tuple[Part, ...]


def parted(node: Node, source: str, compiler: Compiler, finish: Callable[[Node], Callable[[Any], Outcome]]) -> Part:
    """A node with its parts, compiled."""
    parts = tuple(parted(child, source, compiler, finish) for child in _parts(node))
    return Part(node, source[node.at.start : node.at.end], lang.facts_of(node), compiler.outcome(node), finish(node), parts)


def traced(part: Part, env: Env) -> Trace:
    """The trace of a part in an environment."""
    return Trace(part.node, part.source, part.finish(part.run(env)), part.facts, tuple(traced(one, env) for one in part.parts))


def _parts(node: Node) -> tuple[Node, ...]:
    """The parts that have an outcome of their own; a test is the smallest thing that is told."""
    if isinstance(node, lang.And | lang.Or | lang.Not | lang.Conditional):
        return lang.children(node)
    if isinstance(node, lang.Arithmetic | lang.Negate | lang.Compare | lang.Call) and _has_choice(node):
        return tuple(part for part in lang.walk(node) if isinstance(part, lang.Conditional))[:1]
    return ()


def _has_choice(node: Node) -> bool:
    return any(isinstance(part, lang.Conditional) for part in lang.walk(node))


def _because(trace: Trace) -> tuple[Trace, ...]:
    match trace.node:
        case lang.And() | lang.Or():
            decisive = [part for part in trace.children if part.outcome == trace.outcome]
            return tuple(leaf for part in decisive for leaf in _because(part))
        case lang.Not():
            return _because(trace.children[0])
        case lang.Conditional():
            return _because_of_choice(trace)
    return (trace,)


def _because_of_choice(trace: Trace) -> tuple[Trace, ...]:
    condition, then, otherwise = trace.children
    if condition.unsettled:
        chosen = [part for part in (then, otherwise) if part.unsettled == trace.unsettled or not trace.unsettled]
        open_condition = _because(condition) if trace.unsettled else ()
        return open_condition + tuple(leaf for part in chosen for leaf in _because(part))
    return _because(condition) + _because(then if condition.outcome is Answer.YES else otherwise)
