"""`+ - * %` and `/` inside rounding: exact, or refused. None makes none, unknown makes unknown, and none is the stronger."""

from tests.spec.rules.tables import holds, refused


def test_sum_difference_product():
    holds(
        "t.x + t.y * 2 - 1",
        """
        x:int | y:int | outcome
        3     | 4     | 10
        none  | 4     | none
        3     | none  | none
        none  | ?     | none
        3     | ?     | ? y
        ?     | ?     | ? x y
        """,
    )
    holds("-t.x", "x:int | outcome\n 3 | -3\n -3 | 3\n none | none\n ? | ? x")
    holds("(t.x + 1) * 2", "x:int | outcome\n 3 | 8")
    holds("t.x - 1 - 1", "x:int | outcome\n 3 | 1")


def test_decimals_keep_all_their_digits():
    holds("t.r * 1.5", "r:rate | outcome\n 0.01 | 0.015\n none | none")
    holds("t.r + 1", "r:rate | outcome\n 0.25 | 1.25")
    holds("t.r - 0.125", "r:rate | outcome\n 0.25 | 0.125")


def test_remainder_has_the_sign_of_the_dividend():
    holds("t.x % 3", "x:int | outcome\n 7 | 1\n -7 | -1\n 6 | 0\n none | none\n ? | ? x")
    holds("t.x % -3", "x:int | outcome\n 7 | 1\n -7 | -1")
    refused("t.x % t.y", "the divisor may be 0", x="int", y="int")
    refused("t.r % 2", "takes whole numbers", r="rate")


def test_round_down_goes_towards_zero():
    holds(
        "round_down(t.x / 3, 1)",
        """
        x:int | outcome
        8     | 2
        -8    | -2
        9     | 3
        none  | none
        ?     | ? x
        """,
    )
    holds("round_down(t.x, 100)", "x:int | outcome\n 250 | 200\n -250 | -200\n 300 | 300")
    holds("round_down(t.r, 0.1)", "r:rate | outcome\n 0.29 | 0.2\n -0.29 | -0.2")


def test_round_half_up_takes_halves_away_from_zero():
    holds("round_half_up(t.x / 2, 1)", "x:int | outcome\n 5 | 3\n -5 | -3\n 4 | 2\n none | none")
    holds("round_half_up(t.r, 0.1)", "r:rate | outcome\n 0.25 | 0.3\n 0.24 | 0.2\n -0.25 | -0.3")
    holds("round_half_up(t.x, 100)", "x:int | outcome\n 150 | 200\n 149 | 100")


def test_a_divisor_excludes_zero():
    holds("round_down(t.x / t.y, 1)", "x:int | y:count | outcome\n 7 | 2 | 3\n ? | 2 | ? x\n 7 | ? | ? y")
    holds("round_down(t.x / max(t.y, 1), 1)", "x:int | y:int | outcome\n 7 | 0 | 7\n 7 | 2 | 3")
    refused("round_down(t.x / t.y, 1)", "the divisor may be 0", x="int", y="int")


def test_nothing_is_rounded_or_overflows_silently():
    refused("t.x / 2", "a division loses digits", x="int")
    refused("t.x / 2 * 3 > 1", "a division loses digits", x="int")
    refused("t.x * t.x * t.x * t.x * t.x * t.x * t.x", "may leave 64-bit integers", x="int")
    refused("9223372036854775807 + t.x", "may leave 64-bit integers", x="int")
    refused("round_down(t.x, t.y)", "the unit of rounding is a written value", x="int", y="count")
    refused("round_down(t.x, 0)", "the unit of rounding is a written value", x="int")
    refused("round_down(t.x, -1)", "the unit of rounding is a written value", x="int")


def test_texts_are_not_joined():
    refused('t.w + "a"', "texts are not joined", w="text")
    refused("t.a + 1", "does not take yes-no and number", a="yes-no")
