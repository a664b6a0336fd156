"""From words to nodes, by recursive descent in CEL's order of precedence.

Invariants: a refused construct is noted and stands as `Refused`, and reading goes on behind it; where the text no longer
makes sense, reading stops with one fault; nothing nests deeper than `DEEPEST`, so that no later pass can exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from tongban.kernel.text import Text

from . import language as lang
from . import refusals
from .faults import FaultList, Span, nearest
from .language import ArithmeticOp, CompareOp, Node, Refused
from .literals import LITERAL_FUNCTIONS, amount, number
from .tokens import Token, tokens_of

DEEPEST: Final = 40
LONGEST: Final = 8_000
COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})

TOO_LONG: Final = Text(f"表达式超过 {LONGEST} 个字符，请拆成几条", f"more than {LONGEST} characters; split the expression into clauses")
TOO_DEEP: Final = Text(f"嵌套超过 {DEEPEST} 层，请拆成几条", f"nested more than {DEEPEST} deep; split the expression into clauses")
EXPECTED: Final = Text("此处应为{what}，却是“{found}”", "expected {what} here, found “{found}”")
ENDED: Final = Text("表达式没有写完：还缺{what}", "the expression ends too early: {what} is missing")
A_VALUE: Final = Text("一个值、事实或括号", "a value, a fact or a bracket")
SHORT_PATH: Final = Text("事实要写成“别名.名称”，如 firm.{name}", "a fact is written alias.name, such as firm.{name}")
LONG_PATH: Final = Text("事实只有两段：别名.名称", "a fact has two parts only: alias.name")
NOT_LITERAL: Final = Text("列表里只能写字面值", "a list holds written values only")
NOT_A_FACT: Final = Text("has( ) 里只能写一个事实：has(别名.名称)", "has( ) takes one fact: has(alias.name)")
NO_FUNCTION: Final = Text("没有“{name}”这个函数", "there is no function “{name}”")
AS_METHOD: Final = Text("请写成 文字.{name}(…)", "write it as text.{name}(…)")
AS_FUNCTION: Final = Text("请写成 {name}(…)", "write it as {name}(…)")
HOW_MANY: Final = Text("{name} 要 {count} 个参数", "the number of arguments of {name} is {count}")
AT_LEAST: Final = Text("{name} 至少要 {count} 个参数", "{name} takes {count} arguments or more")


class _StopError(Exception):
    """The text makes no sense from here; the fault is noted."""


def parse(source: str, faults: FaultList) -> Node:
    """The node tree of an expression; what is wrong is added to `faults`."""
    if len(source) > LONGEST:
        faults.add(Span(LONGEST, len(source)), TOO_LONG)
        return Refused()
    parser = _Parser(tokens_of(source, faults), faults)
    try:
        node = parser.expression()
        if parser.next.kind != "end":
            parser.unexpected(Text("表达式结束", "the end of the expression"))
    except _StopError:
        return Refused(Span(0, len(source)))
    return node


class _Parser:
    def __init__(self, words: list[Token], faults: FaultList) -> None:
        self.words = words
        self.index = 0
        self.faults = faults
        self.depth = 0
        self.depths: dict[int, int] = {}

    # Reading words

    @property
    def next(self) -> Token:
        return self.words[self.index]

    def take(self) -> Token:
        token = self.next
        if token.kind != "end":
            self.index += 1
        return token

    def accept(self, *signs: str) -> Token | None:
        return self.take() if self.next.kind == "sign" and self.next.text in signs else None

    def expect(self, sign: str) -> Token:
        return self.accept(sign) or self.unexpected(Text(f"“{sign}”", f"“{sign}”"))

    def unexpected(self, what: Text) -> Token:
        """Note what was expected and stop; words that were refused already have their fault."""
        if self.next.kind == "end":
            self.faults.add(self.next.at, ENDED.format(what=what))
        elif self.next.kind != "refused":
            self.faults.add(self.next.at, EXPECTED.format(what=what, found=self.next.text))
        raise _StopError

    def refuse(self, at: Span, message: Text, close: str | None = None) -> Refused:
        self.faults.add(at, message, close)
        return Refused(at)

    def made(self, node: Node) -> Node:
        """The node, if it does not nest too deep."""
        deep = 1 + max((self.depths.get(id(child), 1) for child in lang.children(node)), default=0)
        if deep > DEEPEST:
            self.faults.add(node.at, TOO_DEEP)
            raise _StopError
        self.depths[id(node)] = deep
        return node

    # Precedence, from the loosest to the tightest

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.faults.add(self.next.at, TOO_DEEP)
            raise _StopError
        node = self.disjunction()
        if self.accept("?"):
            then = self.disjunction()
            self.expect(":")
            otherwise = self.expression()
            node = self.made(lang.Conditional(node, then, otherwise, node.at.to(otherwise.at)))
        self.depth -= 1
        return node

    def disjunction(self) -> Node:
        operands = self.several(self.conjunction, "||")
        return operands[0] if len(operands) == 1 else self.made(lang.Or(operands, operands[0].at.to(operands[-1].at)))

    def conjunction(self) -> Node:
        operands = self.several(self.relation, "&&")
        return operands[0] if len(operands) == 1 else self.made(lang.And(operands, operands[0].at.to(operands[-1].at)))

    def several(self, part: Callable[[], Node], sign: str) -> tuple[Node, ...]:
        operands = [part()]
        while self.accept(sign):
            operands.append(part())
        return tuple(operands)

    def relation(self) -> Node:
        node = self.sum()
        while True:
            if sign := self.accept(*COMPARISONS):
                right = self.sum()
                op = cast("CompareOp", sign.text)
                node = self.made(lang.Compare(op, node, right, node.at.to(right.at)))
            elif self.next.kind == "name" and self.next.text == "in":
                self.take()
                right = self.sum()
                node = self.made(lang.In(node, right, node.at.to(right.at)))
            else:
                return node

    def sum(self) -> Node:
        return self.arithmetic(self.product, "+", "-")

    def product(self) -> Node:
        return self.arithmetic(self.unary, "*", "/", "%")

    def arithmetic(self, part: Callable[[], Node], *signs: str) -> Node:
        node = part()
        while sign := self.accept(*signs):
            right = part()
            op = cast("ArithmeticOp", sign.text)
            node = self.made(lang.Arithmetic(op, node, right, node.at.to(right.at)))
        return node

    def unary(self) -> Node:
        sign = self.accept("!", "-")
        if not sign:
            return self.member()
        if sign.text == "-" and self.next.kind in ("int", "decimal"):
            token = self.take()
            return number(token, sign.at.to(token.at), negative=True, faults=self.faults)
        self.depth += 1
        if self.depth > DEEPEST:
            self.faults.add(sign.at, TOO_DEEP)
            raise _StopError
        operand = self.unary()
        self.depth -= 1
        at = sign.at.to(operand.at)
        return self.made(lang.Not(operand, at) if sign.text == "!" else lang.Negate(operand, at))

    def member(self) -> Node:
        node = self.primary()
        while sign := self.accept(".", "["):
            if sign.text == "[":
                self.skip_to("]", "[")
                node = self.refuse(sign.at, refusals.NO_INDEX)
                continue
            if self.next.kind != "name":
                self.unexpected(Text("一个名称", "a name"))
            name = self.take()
            node = self.method(node, name) if self.accept("(") else self.refuse(name.at, LONG_PATH)
        return node

    # Primaries

    def primary(self) -> Node:
        token = self.next
        if token.kind in ("int", "decimal"):
            return number(self.take(), token.at, negative=False, faults=self.faults)
        if token.kind == "text":
            return lang.Literal("text", self.take().text, 0, token.at)
        if token.kind == "refused":
            return Refused(self.take().at)
        if token.kind == "name":
            return self.named(self.take())
        if self.accept("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.accept("["):
            return self.list_literal(token.at)
        if token.text == ".":
            self.faults.add(token.at, refusals.NO_LEADING_DOT)
            raise _StopError
        self.unexpected(A_VALUE)
        raise _StopError

    def named(self, name: Token) -> Node:
        if name.text in ("true", "false"):
            return lang.Literal("yes-no", name.text == "true", 0, name.at)
        if name.text == "null":
            return self.refuse(name.at, refusals.NO_NULL)
        if name.text == "in":
            self.index -= 1
            self.unexpected(A_VALUE)
        if name.text in refusals.RESERVED:
            return self.refuse(name.at, refusals.NO_RESERVED.format(word=name.text))
        if self.accept("("):
            return self.function(name)
        return self.path(name)

    def path(self, first: Token) -> Node:
        parts = [first]
        while self.path_goes_on():
            self.take()
            parts.append(self.take())
        at = first.at.to(parts[-1].at)
        if len(parts) == 2:
            return lang.FactPath(f"{first.text}.{parts[1].text}", at)
        if len(parts) > 2:
            return self.refuse(at, LONG_PATH)
        following = self.words[self.index : self.index + 2]
        if len(following) == 2 and following[0].text == "." and following[1].text in refusals.FUNCTIONS:
            return Refused(at)
        return self.refuse(at, SHORT_PATH.format(name=first.text))

    def path_goes_on(self) -> bool:
        following = self.words[self.index : self.index + 3]
        if len(following) < 2 or (following[0].kind, following[0].text) != ("sign", "."):
            return False
        called = len(following) == 3 and (following[2].kind, following[2].text) == ("sign", "(")
        return following[1].kind == "name" and not called

    def list_literal(self, opening: Span) -> Node:
        items = self.arguments("]")
        at = opening.to(self.words[self.index - 1].at)
        if not items:
            return self.refuse(at, Text("空列表没有意义", "an empty list makes no sense here"))
        wrong = [item for item in items if not isinstance(item, lang.Literal | Refused)]
        for item in wrong:
            self.faults.add(item.at, NOT_LITERAL)
        literals = tuple(item for item in items if isinstance(item, lang.Literal))
        return lang.ListLiteral(literals, at) if len(literals) == len(items) else Refused(at)

    # Calls

    def arguments(self, closing: str) -> tuple[Node, ...]:
        if self.accept(closing):
            return ()
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        self.expect(closing)
        return tuple(found)

    def function(self, name: Token) -> Node:
        if name.text in refusals.FUNCTIONS:
            self.skip_to(")", "(")
            return self.refuse(name.at, refusals.FUNCTIONS[name.text])
        arguments = self.arguments(")")
        at = name.at.to(self.words[self.index - 1].at)
        if name.text == "has":
            return self.has(arguments, at)
        if name.text in LITERAL_FUNCTIONS:
            return amount(name.text, arguments, at, self.faults)
        signature = lang.SIGNATURES.get(name.text)
        if signature is None:
            known = {*lang.SIGNATURES, *LITERAL_FUNCTIONS, "has"}
            return self.refuse(name.at, NO_FUNCTION.format(name=name.text), nearest(name.text, known))
        if signature.method:
            return self.refuse(name.at, AS_METHOD.format(name=name.text))
        return self.call(name, arguments, at)

    def method(self, receiver: Node, name: Token) -> Node:
        if name.text in refusals.FUNCTIONS:
            self.skip_to(")", "(")
            return self.refuse(name.at, refusals.FUNCTIONS[name.text])
        arguments = (receiver, *self.arguments(")"))
        at = receiver.at.to(self.words[self.index - 1].at)
        signature = lang.SIGNATURES.get(name.text)
        if signature is None:
            methods = {known for known, how in lang.SIGNATURES.items() if how.method}
            return self.refuse(name.at, NO_FUNCTION.format(name=name.text), nearest(name.text, methods))
        if not signature.method and name.text != "size":
            return self.refuse(name.at, AS_FUNCTION.format(name=name.text))
        return self.call(name, arguments, at)

    def call(self, name: Token, arguments: tuple[Node, ...], at: Span) -> Node:
        signature = lang.SIGNATURES[name.text]
        if len(arguments) < signature.least or (signature.most is not None and len(arguments) > signature.most):
            count = signature.least - signature.method
            message = AT_LEAST if signature.most is None else HOW_MANY
            return self.refuse(at, message.format(name=name.text, count=count))
        return self.made(lang.Call(name.text, arguments, at))

    def has(self, arguments: tuple[Node, ...], at: Span) -> Node:
        if len(arguments) == 1 and isinstance(arguments[0], lang.FactPath):
            return lang.Has(arguments[0], at)
        if any(isinstance(argument, Refused) for argument in arguments):
            return Refused(at)
        return self.refuse(at, NOT_A_FACT)

    def skip_to(self, closing: str, opening: str) -> None:
        """Leave out everything up to the bracket that closes the one just read."""
        depth = 1
        while depth and self.next.kind != "end":
            token = self.take()
            if token.kind == "sign":
                depth += (token.text == opening) - (token.text == closing)
