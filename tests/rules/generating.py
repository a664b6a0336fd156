"""Generated expressions, facts and texts: what every property of the language is tried on."""

import datetime as dt
from decimal import Decimal as Exact

from hypothesis import strategies as st

from tongban.rules.core import NOTHING, Bool, Choice, Date, Decimal, Fact, FactSpec, Int, ListOf, Money, TextType, Unknown, Value
from tongban.rules.core import language as lang

TYPES = {
    "a": Bool(),
    "b": Bool(),
    "x": Int(-20, 20),
    "y": Int(1, 9),
    "m": Money(-5_000, 5_000),
    "n": Money(0, 5_000),
    "r": Decimal(2, -3, 3),
    "d": Date(dt.date(2023, 12, 1), dt.date(2024, 3, 31)),
    "e": Date(dt.date(2023, 12, 1), dt.date(2024, 3, 31)),
    "w": TextType(4),
    "g": Choice(("A", "B", "C")),
    "l": ListOf(TextType(4)),
    "k": ListOf(Int(-20, 20)),
}
CERTAIN = {f"t.{name}": FactSpec(kind) for name, kind in TYPES.items()}
DOUBTFUL = {f"t.{name}": FactSpec(kind, may_be_none=True) for name, kind in TYPES.items()}


def fact(name: str) -> lang.FactPath:
    return lang.FactPath(f"t.{name}")


def whole(low: int = -12, high: int = 12) -> st.SearchStrategy[lang.Literal]:
    return st.integers(low, high).map(lambda value: lang.Literal("int", value))


exact_numbers = st.tuples(st.integers(-300, 300), st.integers(1, 2)).map(lambda drawn: lang.Literal("decimal", drawn[0], drawn[1]))
amounts_written = st.integers(-3_000, 3_000).map(lambda value: lang.Literal("money", value))
dates_written = st.dates(dt.date(2023, 12, 1), dt.date(2024, 3, 31)).map(lambda day: lang.Literal("date", day))
words = st.sampled_from(["", "a", "ab", "云", "云川", 'q"\\', "\n"])
texts_written = words.map(lambda text: lang.Literal("text", text))
options_written = st.sampled_from("ABC").map(lambda text: lang.Literal("text", text))
yes_no_written = st.booleans().map(lambda value: lang.Literal("yes-no", value))


def arithmetic(ops: str, left: st.SearchStrategy, right: st.SearchStrategy) -> st.SearchStrategy[lang.Arithmetic]:
    return st.builds(lang.Arithmetic, st.sampled_from(ops), left, right)


def either(condition: st.SearchStrategy, value: st.SearchStrategy) -> st.SearchStrategy[lang.Conditional]:
    return st.builds(lang.Conditional, condition, value, value)


def called(function: str, *arguments: st.SearchStrategy) -> st.SearchStrategy[lang.Call]:
    return st.builds(lang.Call, st.just(function), st.tuples(*arguments))


def numbers(depth: int) -> st.SearchStrategy:
    plain = st.one_of(st.sampled_from([fact("x"), fact("y"), fact("r")]), whole(), exact_numbers)
    if not depth:
        return plain
    inner, days = numbers(depth - 1), dates(depth - 1)
    unit = st.sampled_from([lang.Literal("int", 1), lang.Literal("int", 5), lang.Literal("decimal", 1, 1), lang.Literal("decimal", 25, 2)])
    divided = st.builds(lang.Arithmetic, st.just("/"), inner, st.one_of(st.just(fact("y")), whole(1, 9), whole(-9, -1)))
    return st.one_of(
        plain,
        arithmetic("+-*", inner, inner),
        st.builds(lang.Arithmetic, st.just("%"), st.sampled_from([fact("x"), fact("y")]), st.one_of(st.just(fact("y")), whole(1, 9))),
        st.builds(lang.Negate, inner),
        either(conditions(depth - 1), st.one_of(st.just(fact("x")), whole())),
        called("min", inner, inner),
        called("max", inner, inner, inner),
        st.builds(lang.Call, st.sampled_from(["round_down", "round_half_up"]), st.tuples(st.one_of(inner, divided), unit)),
        called("size", st.sampled_from([fact("w"), fact("l")])),
        st.builds(lang.Call, st.sampled_from(["years_between", "months_between"]), st.tuples(days, days)),
        st.builds(lang.Arithmetic, st.just("-"), days, days),
    )


def amounts(depth: int) -> st.SearchStrategy:
    plain = st.one_of(st.sampled_from([fact("m"), fact("n")]), amounts_written)
    if not depth:
        return plain
    inner, number = amounts(depth - 1), numbers(depth - 1)
    unit = st.sampled_from([lang.Literal("money", 1), lang.Literal("money", 100), lang.Literal("money", 250)])
    divided = st.builds(lang.Arithmetic, st.just("/"), inner, st.one_of(st.just(fact("y")), whole(1, 9), whole(-9, -1)))
    return st.one_of(
        plain,
        arithmetic("+-", inner, inner),
        st.builds(lang.Arithmetic, st.just("*"), inner, number),
        st.builds(lang.Arithmetic, st.just("*"), number, inner),
        either(conditions(depth - 1), inner),
        called("min", inner, inner),
        called("max", inner, inner),
        st.builds(lang.Call, st.sampled_from(["round_down", "round_half_up"]), st.tuples(st.one_of(inner, divided), unit)),
    )


def dates(depth: int) -> st.SearchStrategy:
    plain = st.one_of(st.sampled_from([fact("d"), fact("e")]), dates_written)
    if not depth:
        return plain
    inner = dates(depth - 1)
    count = st.one_of(whole(), st.sampled_from([fact("x"), fact("y")]))
    span = st.builds(lang.Call, st.sampled_from(["days", "months", "years"]), st.tuples(count))
    return st.one_of(plain, arithmetic("+-", inner, span), either(conditions(depth - 1), inner), called("max", inner, inner))


def comparisons(depth: int) -> st.SearchStrategy:
    ordered = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    equal = st.sampled_from(["==", "!="])
    texts = st.one_of(st.just(fact("w")), texts_written)
    sides = [numbers(depth), amounts(depth), dates(depth)]
    return st.one_of(
        *[st.builds(lang.Compare, ordered, side, side) for side in sides],
        st.builds(lang.Compare, equal, texts, texts),
        st.builds(lang.Compare, equal, st.just(fact("g")), options_written),
        st.builds(lang.Compare, equal, st.sampled_from([fact("a"), fact("b")]), st.one_of(yes_no_written, st.just(fact("b")))),
        st.builds(lang.In, numbers(depth), st.lists(whole(), min_size=1, max_size=3).map(tuple).map(lang.ListLiteral)),
        st.builds(lang.In, st.just(fact("g")), st.lists(options_written, min_size=1, max_size=3).map(tuple).map(lang.ListLiteral)),
        st.builds(lang.In, texts, st.just(fact("l"))),
        st.builds(lang.In, st.one_of(st.just(fact("x")), whole()), st.just(fact("k"))),
        st.builds(lang.Call, st.sampled_from(["startsWith", "endsWith", "contains"]), st.tuples(texts, texts)),
    )


def conditions(depth: int) -> st.SearchStrategy:
    plain = st.one_of(
        st.sampled_from([fact("a"), fact("b")]),
        yes_no_written,
        st.sampled_from(sorted(TYPES)).map(lambda name: lang.Has(fact(name))),
        comparisons(max(depth - 1, 0)) if depth else st.builds(lang.Compare, st.just("<"), st.just(fact("x")), whole()),
    )
    if not depth:
        return plain
    inner = conditions(depth - 1)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        plain,
        comparisons(depth - 1),
        st.builds(lang.Not, inner),
        several.map(lang.And),
        several.map(lang.Or),
        either(inner, inner),
    )


def expressions(depth: int = 2) -> st.SearchStrategy:
    """Conditions, numbers, amounts and dates; most pass the checker."""
    return st.one_of(conditions(depth), conditions(depth), numbers(depth), amounts(depth), dates(depth))


def values_of(name: str) -> st.SearchStrategy:
    by_name: dict[str, st.SearchStrategy] = {
        "a": st.booleans(),
        "b": st.booleans(),
        "x": st.integers(-20, 20),
        "y": st.integers(1, 9),
        "m": st.integers(-5_000, 5_000),
        "n": st.integers(0, 5_000),
        "r": st.integers(-300, 300).map(lambda value: Exact(value).scaleb(-2)),
        "d": st.dates(dt.date(2023, 12, 1), dt.date(2024, 3, 31)),
        "e": st.dates(dt.date(2023, 12, 1), dt.date(2024, 3, 31)),
        "w": words,
        "g": st.sampled_from("ABC"),
        "l": st.lists(words, max_size=3).map(tuple),
        "k": st.lists(st.integers(-20, 20), max_size=3).map(tuple),
    }
    return by_name[name].map(Value)


def facts(*, none: bool, unknown: bool) -> st.SearchStrategy[dict[str, Fact]]:
    """A state of every fact."""
    others: list[st.SearchStrategy] = [st.just(NOTHING)] * none + [st.just(Unknown("silent"))] * unknown
    return st.fixed_dictionaries({f"t.{name}": st.one_of(values_of(name), *others) for name in TYPES})


junk = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.booleans(), st.just((None,)), st.just([1]), st.just(10**30))


def anything() -> st.SearchStrategy[dict[str, Fact]]:
    """Facts as a broken register would tell them."""
    return st.dictionaries(
        st.sampled_from([f"t.{name}" for name in TYPES]),
        st.one_of(junk.map(Value), st.just(NOTHING), st.just(Unknown()), st.sampled_from(sorted(TYPES)).flatmap(values_of)),
    )
