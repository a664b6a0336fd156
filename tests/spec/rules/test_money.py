"""Money: integer fen, never mixed with plain numbers except by `*`, never a fraction of a fen without rounding."""

from tests.spec.rules.tables import holds, refused


def test_amounts_are_written_in_yuan_or_fen():
    holds("t.m == yuan(50)", "m:money | outcome\n 5000 fen | yes\n 50 元 | yes\n ¥50.00 | yes\n 50.01 yuan | no\n none | no\n ? | ? m")
    holds("t.m >= yuan(0.05)", "m:money | outcome\n 5 fen | yes\n 4 fen | no")
    refused("t.m > yuan(0.005)", "at most two decimals", m="money")
    refused("t.m > yuan(t.x)", "multiply", m="money", x="int")
    refused("t.m > fen(1.5)", "one written whole number", m="money")


def test_sums_products_and_shares():
    holds("t.m + t.n - yuan(1)", "m:money | n:money | outcome\n 5 yuan | 1 yuan | 5 yuan\n none | ? | none\n ? | 1 yuan | ? m")
    holds("t.x * yuan(500)", "x:int | outcome\n 3 | 1500 yuan\n none | none\n ? | ? x")
    holds("round_down(t.m * 0.05, fen(1))", "m:money | outcome\n 1.19 yuan | 5 fen\n -1.19 yuan | -5 fen\n none | none")
    holds("round_half_up(t.m * 0.05, fen(1))", "m:money | outcome\n 1.10 yuan | 6 fen\n 1.09 yuan | 5 fen")
    holds("round_down(t.m / t.k, yuan(1))", "m:money | k:count | outcome\n 100 yuan | 3 | 33 yuan")
    holds("t.m % yuan(100) == yuan(0)", "m:money | outcome\n 300 yuan | yes\n 350 yuan | no")


def test_a_share_is_compared_without_rounding():
    holds("t.m * 0.333 < t.n", "m:money | n:money | outcome\n 1 yuan | 34 fen | yes\n 10 yuan | 333 fen | no")


def test_money_does_not_mix():
    refused("t.m + 5", "money does not mix with plain numbers", m="money")
    refused("min(t.m, 5)", "money does not mix with plain numbers", m="money")
    refused("t.m * t.n", "an amount is not multiplied by an amount", m="money", n="money")
    refused("round_down(t.m / t.n, 1)", "compare by multiplication", m="money", n="money")
    refused("round_down(t.m * 0.05, 1)", "the unit of rounding", m="money")
    refused("t.m * 0.05", "a fraction of a fen", m="money")
