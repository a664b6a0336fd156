"""`==`, `!=`, `<`, `<=`, `>`, `>=`: values of one type. A comparison that reads none is no, whatever the other side."""

import pytest

from tests.spec.rules.tables import holds, refused


def test_numbers():
    holds(
        "t.x < t.y",
        """
        x:int | y:int | outcome
        3     | 5     | yes
        5     | 5     | no
        none  | 5     | no
        5     | none  | no
        none  | ?     | no
        ?     | none  | no
        ?     | 5     | ? x
        ?     | ?     | ? x y
        """,
    )


@pytest.mark.parametrize(
    ("operator", "less", "same", "more"),
    [("==", "no", "yes", "no"), ("<", "yes", "no", "no"), ("<=", "yes", "yes", "no"), (">", "no", "no", "yes"), (">=", "no", "yes", "yes")],
)
def test_every_operator_against_a_written_value(operator, less, same, more):
    holds(
        f"t.x {operator} 5",
        f"""
        x:int | outcome
        4     | {less}
        5     | {same}
        6     | {more}
        none  | no
        ?     | ? x
        """,
    )


def test_not_equal_needs_a_fact_that_is_there():
    holds(
        "t.x != 5",
        """
        x:int | outcome
        4     | yes
        5     | no
        ?     | ? x
        """,
    )
    holds(
        "has(t.x) && t.x != 5",
        """
        x:int | outcome
        4     | yes
        none  | no
        ?     | ? x
        """,
    )
    refused("t.x != 5", "may be none", x="int?")


def test_whole_numbers_and_decimals_compare_exactly():
    holds(
        "t.r >= 0.3",
        """
        r:rate | outcome
        0.30   | yes
        0.29   | no
        1      | yes
        none   | no
        """,
    )
    holds("t.x > 2.5", "x:int | outcome\n 3 | yes\n 2 | no")


def test_ratios_compare_by_multiplication():
    holds(
        "t.m * 100 >= t.n * 30",
        """
        m:money | n:money  | outcome
        30 yuan | 100 yuan | yes
        fen(2999) | 100 yuan | no
        0 yuan  | 0 yuan   | yes
        none    | 1 yuan   | no
        """,
    )
    refused("t.m / t.n >= 0.3", "compare by multiplication", m="money", n="money")
    refused("t.x / t.y > 3", "compare by multiplication", x="int", y="count")


def test_dates():
    holds(
        't.d <= date("2026-06-30")',
        """
        d:date     | outcome
        2026-06-30 | yes
        2026-07-01 | no
        none       | no
        ?          | ? d
        """,
    )


def test_texts_and_choices_are_equal_or_not():
    holds('t.w == "云川"', "w:text | outcome\n 云川 | yes\n 云 川 | no\n none | no\n ? | ? w")
    holds('t.g == "A"', "g:grade | outcome\n A | yes\n B | no\n none | no\n ? | ? g")
    refused('t.g == "D"', "“D” is not an option", g="grade")
    refused('t.g < "B"', "has no order", g="grade")
    refused('t.w >= "a"', "has no order", w="text")


def test_yes_no_facts_compare_with_true_and_false():
    holds("t.a == false", "a:yes-no | outcome\n no | yes\n yes | no\n none | no\n ? | ? a")
    refused("(t.x > 3) == (t.y > 3)", "between conditions write && || !", x="int", y="int")


def test_kinds_do_not_mix():
    refused("t.m > 5000", "write yuan(50) or fen(5000)", m="money")
    refused('t.d > "2026-06-30"', "write the date as date(", d="date")
    refused('t.x == "5"', "number cannot be compared with text", x="int")
    refused("t.a == 1", "yes-no cannot be compared with number", a="yes-no")
    refused("t.d - t.e > days(30)", "compare that with a whole number", d="date", e="date")
    refused("t.l == t.l", "a list is tested with in", l="texts")
