"""Values from texts and JSON, and back; and as a person reads them."""

import datetime as dt
from decimal import Decimal as Exact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.generating import TYPES, values_of
from tongban.rules.core import Bool, Choice, Date, Decimal, FactType, Int, ListOf, Money, TextType, ValueFault, type_from

GRADE = Choice(("A", "B"))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Bool(), "yes", True),
        (Bool(), "no", False),
        (Bool(), "false", False),
        (Bool(), "是", True),
        (Bool(), True, True),
        (Int(0, 5000), "1200", 1200),
        (Int(-5, 5), " -3 ", -3),
        (Int(0, 9), 7, 7),
        (Money(0, 10**9), "50 yuan", 5000),
        (Money(0, 10**9), "yuan(50)", 5000),
        (Money(0, 10**9), "1,200.50 元", 120050),
        (Money(0, 10**9), "¥0.05", 5),
        (Money(0, 10**9), "fen(5)", 5),
        (Money(0, 10**9), "5 分", 5),
        (Money(-(10**9), 10**9), "-1.5 yuan", -150),
        (Money(0, 10**9), 5, 5),
        (Decimal(2, 0, 10), "5.5", Exact("5.50")),
        (Decimal(2, 0, 10), 5, Exact("5.00")),
        (Decimal(2, 0, 10), "5.500", Exact("5.50")),
        (Date(), "2026-01-01", dt.date(2026, 1, 1)),
        (TextType(5), "云川", "云川"),
        (GRADE, "A", "A"),
        (ListOf(GRADE), "A, B", ("A", "B")),
        (ListOf(Int(0, 9)), [1, 2], (1, 2)),
        (ListOf(Int(0, 9)), "", ()),
    ],
)
def test_a_text_or_json_value_is_read(kind, raw, value):
    assert kind.read(raw) == value
    assert kind.accepts(value)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Bool(), "maybe"),
        (Bool(), 1),
        (Int(0, 5), "6"),
        (Int(0, 5), "1.0"),
        (Int(0, 5), "１"),
        (Int(0, 5), True),
        (Int(0, 5), 2.0),
        (Money(0, 10**9), "1200"),
        (Money(0, 10**9), "1.005 yuan"),
        (Money(0, 10**9), "1.5 fen"),
        (Money(0, 10**9), "-1 yuan"),
        (Money(0, 10**9), 5.0),
        (Decimal(2, 0, 10), "5.555"),
        (Decimal(2, 0, 10), "11"),
        (Decimal(2, 0, 10), 5.5),
        (Decimal(2, 0, 10), "NaN"),
        (Decimal(2, 0, 10), Exact("Infinity")),
        (Date(), "2026-02-30"),
        (Date(), "2026-1-1"),
        (Date(), "9999-12-31"),
        (Date(), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        (TextType(1), "云川"),
        (TextType(), 5),
        (GRADE, "C"),
        (ListOf(GRADE), "A,C"),
        (ListOf(GRADE), 5),
        (ListOf(GRADE), None),
    ],
)
def test_what_is_not_of_the_type_is_refused_in_both_languages(kind, raw):
    with pytest.raises(ValueFault) as caught:
        kind.read(raw)
    assert caught.value.message.zh
    assert caught.value.message.en


def test_the_nearest_option_is_told():
    with pytest.raises(ValueFault) as caught:
        Choice(("commercial", "residential")).read("comercial")
    assert caught.value.nearest == "commercial"


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        (Bool(), True, "是", "yes"),
        (Bool(), False, "否", "no"),
        (Int(0, 10**6), 1200, "1200", "1200"),
        (Int(0, 10**6), 120000, "120,000", "120,000"),
        (Money(-(10**9), 10**9), 5000, "50.00 元", "¥50.00"),
        (Money(-(10**9), 10**9), -123456, "-1,234.56 元", "-¥1,234.56"),
        (Decimal(2, 0, 10**6), Exact("5.5"), "5.50", "5.50"),
        (Date(), dt.date(2026, 3, 5), "2026年3月5日", "5 March 2026"),
        (TextType(), "云川", "云川", "云川"),
        (ListOf(GRADE), ("A", "B"), "A、B", "A, B"),
    ],
)
def test_a_value_is_shown_to_a_person(kind, value, zh, en):
    assert kind.show(value, "zh") == zh
    assert kind.show(value, "en") == en


@pytest.mark.parametrize("name", sorted(TYPES))
def test_json_and_back_is_the_same_value(name):
    kind: FactType = TYPES[name]

    @given(values_of(name))
    def same(told):
        assert kind.from_json(kind.to_json(told.value)) == told.value
        assert kind.read(kind.to_json(told.value)) == told.value or name in ("w", "l")

    same()
    assert type_from(kind.describe()) == kind


def test_json_is_exact_and_plain():
    assert Decimal(2, 0, 10).to_json(Exact("5.5")) == "5.50"
    assert Date().to_json(dt.date(2026, 3, 5)) == "2026-03-05"
    assert Money(0, 10**9).to_json(5) == 5
    assert ListOf(Date()).to_json((dt.date(2026, 3, 5),)) == ["2026-03-05"]
    with pytest.raises(ValueFault):
        Int(0, 5).to_json(6)


@pytest.mark.parametrize("make", [lambda: Int(5, 4), lambda: Money(0, 2**63), lambda: Decimal(0, 0, 1), lambda: Decimal(2, "0.001", 1)])
def test_a_type_has_a_sound_range(make):
    with pytest.raises(ValueError, match="range|digits"):
        make()


@given(st.text(max_size=12), st.sampled_from(sorted(TYPES)))
def test_any_text_is_a_value_or_refused(text, name):
    try:
        assert TYPES[name].accepts(TYPES[name].read(text))
    except ValueFault as refused:
        assert refused.message.en  # noqa: PT017 - either is right
