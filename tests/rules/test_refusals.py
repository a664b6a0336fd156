"""What CEL, other languages and ordinary slips have and this language has not: refused at load, in both languages, never misread."""

import pytest

from tongban.rules.core import Bool, Choice, Date, Decimal, FactSpec, Int, ListOf, Money, RuleFaults, TextType, read_expression

VOCABULARY = {
    "t.x": FactSpec(Int(-1000, 1000)),
    "t.y": FactSpec(Int(1, 1000)),
    "t.m": FactSpec(Money(0, 10**12)),
    "t.r": FactSpec(Decimal(2, 0, 100)),
    "t.d": FactSpec(Date()),
    "t.a": FactSpec(Bool()),
    "t.w": FactSpec(TextType(50)),
    "t.g": FactSpec(Choice(("A", "B"))),
    "t.l": FactSpec(ListOf(TextType(50))),
}

REFUSED = {
    # macros
    't.l.all(e, e == "a")': "does not loop over a list",
    't.l.exists(e, e == "a")': "does not loop over a list",
    't.l.exists_one(e, e == "a")': "does not loop over a list",
    "size(t.l.map(e, e + 1)) > 0": "does not loop over a list",
    't.l.filter(e, e != "a").size() > 0': "does not loop over a list",
    "sum(t.l) > 3": "does not loop over a list",
    "count(t.l) > 3": "does not loop over a list",
    "t.l.sort() == t.l": "does not loop over a list",
    "cel.bind(v, t.x, v > 3)": "has no dynamic ones",
    # values that do not exist here
    "t.x == null": "there is no null",
    "t.x > 1e3": "exponents are not supported",
    "t.x > 1.5e-3": "exponents are not supported",
    "t.x == 5u": "no unsigned numbers",
    "t.x == 0x1F": "hexadecimal",
    "t.x == 007": "does not begin with 0",
    "t.x > .5": "does not begin with a point",
    "t.x > 5.": "",
    "t.x > 1_000": "is not a number",
    "t.x > 1,000": "",
    't.w == b"abc"': "bytes and raw strings",
    't.w == r"a\\d"': "bytes and raw strings",
    "t.w == rb'x'": "bytes and raw strings",
    't.w == """abc"""': "triple-quoted",
    "t.w == '''abc'''": "triple-quoted",
    't.w == "\\x41"': "unknown escape",
    't.w == "\\d"': "unknown escape",
    't.w == "\\ud800"': "unknown escape",
    't.w == "abc': "not closed",
    't.w == "a\nb"': "not closed",
    "9223372036854775808 > t.x": "outside the range of 64-bit",
    "-9223372036854775809 < t.x": "outside the range of 64-bit",
    "t.r > 0.1234567890123": "at most 12 digits",
    # maps, messages, access
    '{"a": 1}.a == 1': "no maps",
    't.x == {"a": 1}["a"]': "no maps",
    "google.protobuf.Int64Value{value: 1} == t.x": "",
    't.l[0] == "a"': "no [ ] access",
    "t.x.y == 1": "two parts only",
    "x == 1": "alias.name",
    ".t.x == 1": "does not begin with a point",
    "`t.x` == 1": "backticks",
    "t.?x == 1": "",
    "t.l[?0] == optional.none()": "no [ ] access",
    "optional.of(1) == 1": "no optional values",
    "t.x.orValue(5) == 1": "no optional values",
    # conversions and dynamic types
    "int(t.r) == 1": "converts no types",
    "uint(t.x) == 1": "converts no types",
    "double(t.x) > 0.5": "no floating point",
    'string(t.x) == "1"': "converts no types",
    't.w == string(b"a")': "",
    "bool(t.w)": "converts no types",
    "dyn(t.x) == 1": "no dynamic ones",
    "type(t.x) == int": "no dynamic ones",
    # time
    'timestamp("2026-01-01T00:00:00Z") > t.d': "knows no instant",
    'duration("3600s") > t.d': "knows no instant",
    "t.d.getFullYear() == 2026": "knows no instant",
    "t.d < now()": "knows no instant",
    "t.d < today()": "knows no instant",
    # functions
    't.w.matches("^a.*$")': "has no patterns",
    "math.greatest(t.x, 1) > 0": "no such mathematical function",
    "math.abs(t.x) > 0": "no such mathematical function",
    "abs(t.x) > 0": "no such mathematical function",
    "round(t.r) > 0": "no such mathematical function",
    't.w.lowerAscii() == "a"': "does not rewrite texts",
    't.w.substring(0, 1) == "a"': "does not rewrite texts",
    't.w.split(",").size() > 1': "does not rewrite texts",
    "t.w.trim() == t.w": "does not rewrite texts",
    "foo(t.x)": "there is no function “foo”",
    "t.w.begins(t.w)": "there is no function “begins”",
    "t.x.min(3) > 1": "write it as min(…)",
    "has(t.x, t.y)": "has( ) takes one fact",
    "round_down(t.x) > 1": "arguments of round_down is 2",
    "years_between(t.d) > 1": "arguments of years_between is 2",
    't.w.contains() || t.w.contains("a", "b")': "arguments of contains is 1",
    # statements, other operators
    "t.x = 1": "write ==",
    "t.x === 1": "write ==",
    "t.x !== 1": "write !=",
    "t.x <> 1": "write !=",
    "t.a & t.a": "write &&",
    "t.a | t.a": "write ||",
    "t.a and t.a": "the end of the expression",
    "not t.a": "",
    "t.x ** 2 > 1": "",
    "t.x ^ 2 > 1": "there is no sign “^”",
    "~t.x > 1": "there is no sign “~”",
    "t.x ?? 1 > 0": "",
    "t.x ?: 1 > 0": "",
    "t.a; t.a": "there is no sign “;”",
    "let v = t.x": "reserved word",
    "if (t.a) 1 else 2": "reserved word",
    "for": "reserved word",
    "t.x is 1": "the end of the expression",
    "t.x in (1, 2)": "expected “)”",
    "t.x not in [1]": "the end of the expression",
    "1 < t.x < 5": "yes-no cannot be compared with number",
    "t.x == 1 == true": "between conditions write",
    "t.x && 1": "a condition (yes or no) is needed",
    "[1, 'a'] == [1, 'a']": "",
    '"a" + t.w == "ab"': "texts are not joined",
    't.w < "b"': "has no order",
    "t.a < true": "has no order",
    # other languages' punctuation
    "t.x ＞ 3": "write >",
    "（t.x > 3）": "write (",
    "t.w == “云川”": "cannot stand here",
    "t.x ≥ 3": "write >=",
    "t.x in [1，2]": "write ,",
    # nothing, or not everything
    "": "is missing",
    "// only a comment": "is missing",
    "t.x >": "is missing",
    "(t.x > 3": "“)” is missing",
    "t.x > 3)": "the end of the expression",
    "t.a ? 1": "“:” is missing",
    "t.": "",
    "in [1]": "expected a value",
    "{{ t.x }}": "no maps",
}


@pytest.mark.parametrize("source", REFUSED)
def test_it_is_refused_and_said_why(source):
    with pytest.raises(RuleFaults) as caught:
        read_expression(source, VOCABULARY, Bool())
    faults = caught.value.faults
    assert any(REFUSED[source] in fault.message.en for fault in faults), [fault.message.en for fault in faults]
    assert all(fault.message.zh and fault.message.en and fault.line >= 1 and fault.column >= 1 and fault.length >= 1 for fault in faults)


def test_the_table_is_long_enough():
    assert len(REFUSED) >= 60


@pytest.mark.parametrize(
    "source",
    ["t.x - -1 > 0", "t.x -1 > 0", "t.a ? true : false", "!!t.a", "t.d - days(1) < t.d", "(((t.a)))", "t.x>3&&t.y<5||!t.a", "'A' == t.g"],
)
def test_what_looks_odd_and_is_sound_is_read(source):
    assert read_expression(source, VOCABULARY, Bool()).type == Bool()


@pytest.mark.parametrize(
    ("source", "because"), [("t.x > 3", "an amount from"), ("t.m * 2", "outside what is allowed"), ("t.m * 0.5", "fraction of a fen")]
)
def test_an_amount_must_be_the_amount_that_is_expected(source, because):
    with pytest.raises(RuleFaults) as caught:
        read_expression(source, VOCABULARY, Money(0, 10**12))
    assert because in caught.value.faults[0].message.en


def test_more_digits_or_other_options_than_expected_are_refused():
    for source, kind in (
        ("t.r * 0.5", Decimal(2, 0, 100)),
        ("t.r", Int(0, 100)),
        ('t.a ? "A" : "C"', Choice(("A", "B"))),
        ("t.w", Choice(("A",))),
    ):
        with pytest.raises(RuleFaults):
            read_expression(source, VOCABULARY, kind)
    assert read_expression("t.y", VOCABULARY, Decimal(2, 0, 1000)).evaluate({}) is not None
