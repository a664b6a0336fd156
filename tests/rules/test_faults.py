"""A fault says where in the file, in both languages, and the nearest right word; all faults come in one go."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.generating import CERTAIN, expressions
from tongban.rules.core import Bool, Choice, FactSpec, Fault, Int, Origin, RuleFaults, read_expression, write

VOCABULARY = {
    "firm.status": FactSpec(Choice(("active", "closed"))),
    "firm.people": FactSpec(Int(0, 1000), may_be_none=True),
    "form.seats": FactSpec(Int(0, 1000)),
}


def faults(source: str, origin: Origin | None = None) -> list[tuple[int, int, int, str | None]]:
    with pytest.raises(RuleFaults) as caught:
        read_expression(source, VOCABULARY, Bool(), origin)
    return [(fault.line, fault.column, fault.length, fault.nearest) for fault in caught.value.faults]


def test_an_unknown_fact_is_answered_with_the_nearest():
    assert faults("firm.stats == 1") == [(1, 1, 10, "firm.status")]
    assert faults("true && frm.status == 1") == [(1, 9, 10, "firm.status")]
    assert faults("zzz.qqq > 1") == [(1, 1, 7, None)]


def test_an_unknown_option_or_function_is_answered_with_the_nearest():
    assert faults('firm.status == "activ"') == [(1, 16, 7, "active")]
    assert faults('firm.status in ["closed", "actve"]') == [(1, 27, 7, "active")]
    assert faults("rounddown(form.seats, 1) > 3") == [(1, 1, 9, "round_down")]
    assert faults('firm.status.startWith("a")') == [(1, 13, 9, "startsWith")]


def test_every_fault_is_told_in_one_go():
    assert faults('firm.status == "activ" && form.seat > 3 && form.seats = 4') == [
        (1, 16, 7, "active"),
        (1, 27, 9, "form.seats"),
        (1, 55, 1, "=="),
    ]


def test_every_unguarded_fact_is_told_in_one_go():
    assert faults("!(firm.people > 3) && firm.people != 4") == [(1, 3, 11, None), (1, 23, 11, None)]


def test_places_are_those_of_the_file():
    assert faults("form.seat > 3", Origin("service.yaml", 12, 20)) == [(12, 20, 9, "form.seats")]
    assert faults("form.seats > 3 &&\nform.seat > 4", Origin("service.yaml", 12, 20, next_column=7)) == [(13, 7, 9, "form.seats")]
    assert faults("// 座位数\nform.seat > 4", Origin("service.yaml", 3, 9)) == [(4, 1, 9, "form.seats")]
    assert faults("form.seats > 3 &&", Origin("service.yaml", 3, 9)) == [(3, 26, 1, None)]


def test_a_fault_reads_as_a_line_of_a_report():
    with pytest.raises(RuleFaults) as caught:
        read_expression("form.seat > 3", VOCABULARY, Bool(), Origin("service.yaml", 12, 20))
    assert str(caught.value) == "service.yaml:12:20: there is no fact “form.seat” (form.seats?)"
    assert isinstance(caught.value.faults[0], Fault)


def test_what_can_never_be_is_remarked():
    def remarks(source: str) -> list[tuple[str, str]]:
        return [(remark.kind, remark.source) for remark in read_expression(source, VOCABULARY, Bool()).remarks]

    assert remarks("form.seats > 1000") == [("never-yes", "form.seats > 1000")]
    assert remarks("form.seats >= 0") == [("never-no", "form.seats >= 0")]
    assert remarks("firm.people >= 0") == []
    assert remarks("form.seats > 5 && form.seats < 3") == [
        ("never-yes", "form.seats > 5 && form.seats < 3"),
        ("part-never-yes", "form.seats < 3"),
    ]
    assert remarks('firm.status == "active" && firm.status == "closed"')[0] == (
        "never-yes",
        'firm.status == "active" && firm.status == "closed"',
    )
    assert remarks('firm.status == "active" || firm.status == "closed"')[0][0] == "never-no"
    assert remarks('firm.status in ["active", "closed"]')[0][0] == "never-no"
    assert remarks('firm.status == "active" || form.seats > 2000') == [("part-never-yes", "form.seats > 2000")]
    assert remarks("has(form.seats)") == [("never-no", "has(form.seats)")]
    assert remarks("1 + 1 == 3")[0][0] == "never-yes"
    assert remarks("has(firm.people) && form.seats > 3") == []
    for possible in ("form.seats < 5 && form.seats == 4", "form.seats > 5 && form.seats == 6", "form.seats <= 5 && form.seats >= 5"):
        assert remarks(possible) == []
    assert remarks("form.seats < firm.people + 500 || form.seats == 3") == []
    assert remarks("form.seats < 500 || form.seats == 3")[0][0] == "part-never-yes"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(source):
    read_or_refuse(source)


words = [
    "t.x",
    "t.a",
    "t.d",
    "t.l",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "/",
    "?",
    ":",
    "==",
    "<",
    "in",
    "has(",
    "min(",
    "days(",
]
others = [
    "size(",
    "date(",
    '"2026-01-01"',
    "1",
    "2.5",
    "yuan(",
    ".all(",
    "{",
    "}",
    "//",
    "\n",
    "“",
    "null",
    "true",
    "e1",
    "b",
    "'",
    '"',
    "\\",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(words + others), max_size=25))
def test_any_heap_of_words_is_read_or_refused(heap):
    read_or_refuse(" ".join(heap))
    read_or_refuse("".join(heap))


@settings(max_examples=300, deadline=None)
@given(expressions(), st.integers(0, 200), st.sampled_from([*words, *others, ""]), st.integers(0, 3))
def test_any_damaged_expression_is_read_or_refused(node, place, put, cut):
    source = write(node)
    at = place % (len(source) + 1)
    read_or_refuse(source[:at] + put + source[at + cut :])


@pytest.mark.parametrize("unit", ["(", "!", "-", "t.a ? ", "t.a && (", "min(", "[", "1 + ", "t.a || ", "((t.x", "\\", "{"])
@pytest.mark.parametrize("times", [10, 1_000, 100_000])
def test_depth_and_length_exhaust_nothing(unit, times):
    read_or_refuse(unit * times)
    read_or_refuse(unit * times + "t.a")


def read_or_refuse(source: str) -> None:
    try:
        read_expression(source, CERTAIN, Bool())
    except RuleFaults as refused:
        assert refused.faults  # noqa: PT017 - either is right
        lines = source.split("\n")
        for fault in refused.faults:
            assert fault.message.zh and fault.message.en
            assert 1 <= fault.line <= len(lines)
            assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1
