"""`in`: a value in a written list, or in a fact that is a list. Reads like a comparison: none is no."""

from tests.spec.rules.tables import holds, refused


def test_in_a_written_list():
    holds('t.g in ["A", "B"]', "g:grade | outcome\n A | yes\n C | no\n none | no\n ? | ? g")
    holds("t.x in [1, -2, 3]", "x:int | outcome\n -2 | yes\n 2 | no\n none | no\n ? | ? x")
    holds("t.r in [0.5, 1.25]", "r:rate | outcome\n 0.50 | yes\n 1.25 | yes\n 0.25 | no")
    holds("t.m in [yuan(5), fen(1)]", "m:money | outcome\n 5 yuan | yes\n 1 fen | yes\n 1 yuan | no")
    holds('t.d in [date("2026-10-01")]', "d:date | outcome\n 2026-10-01 | yes\n 2026-10-02 | no")


def test_in_a_list_that_is_a_fact():
    holds(
        "t.w in t.l",
        """
        w:text | l:texts | outcome
        a      | a,b     | yes
        c      | a,b     | no
        c      |         | no
        none   | a,b     | no
        a      | none    | no
        none   | ?       | no
        ?      | a       | ? w
        ?      | ?       | ? w l
        """,
    )
    holds('"A" in t.k', "k:grades | outcome\n A,B | yes\n B | no\n none | no\n ? | ? k")


def test_size_of_a_list_and_of_a_text():
    holds("size(t.l)", "l:texts | outcome\n a,b | 2\n  | 0\n none | none\n ? | ? l")
    holds("size(t.w) <= 2", "w:text | outcome\n 云川 | yes\n 云川市 | no\n none | no")
    holds("t.w.size() == 1", "w:text | outcome\n a | yes")


def test_a_list_holds_written_values_of_one_kind():
    refused('t.g in ["A", 3]', "all of one kind", g="grade")
    refused("t.x in [1, 2.5]", "all of one kind", x="int")
    refused("t.x in [1, t.y]", "a list holds written values only", x="int", y="int")
    refused("t.x in []", "an empty list", x="int")
    refused('t.g in ["A", "D"]', "“D” is not an option", g="grade")
    refused('t.x in ["1"]', "number cannot be compared with text", x="int")
    refused("t.x in t.l", "number cannot be compared with text", x="int", l="texts")
    refused("t.x in t.y", "the right side of in is a list", x="int", y="int")
    refused("t.a in [true]", "in does not take yes-no", a="yes-no")
    refused("[1, 2]", "stands only on the right of in")
