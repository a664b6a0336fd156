"""`? :`, `min`, `max`: one of several values. An unknown condition leaves what both branches agree on."""

from tests.spec.rules.tables import holds, refused


def test_a_condition_chooses():
    holds(
        "t.a ? t.x : t.y",
        """
        a:yes-no | x:int | y:int | outcome
        yes      | 1     | 2     | 1
        no       | 1     | 2     | 2
        yes      | 1     | ?     | 1
        yes      | ?     | 2     | ? x
        yes      | none  | 2     | none
        ?        | 1     | 2     | ? a
        ?        | 1     | 1     | 1
        ?        | none  | none  | none
        ?        | 1     | ?     | ? a y
        ?        | ?     | ?     | ? a x y
        """,
    )


def test_branches_may_be_conditions():
    holds(
        "t.a ? t.b : t.x > 3",
        """
        a:yes-no | b:yes-no | x:int | outcome
        yes      | yes      | ?     | yes
        yes      | none     | 5     | no
        no       | yes      | 2     | no
        ?        | yes      | 5     | yes
        ?        | none     | 2     | no
        ?        | no       | 5     | ? a
        """,
    )


def test_choices_nest_on_the_right():
    holds("t.x < 10 ? 1 : t.x < 100 ? 2 : 3", "x:int | outcome\n 5 | 1\n 50 | 2\n 500 | 3\n ? | ? x")
    holds("t.x < 0 ? 0.5 : 0.25", "x:int | outcome\n -1 | 0.50\n 1 | 0.25")
    holds('t.x < 0 ? "A" : "B"', "x:int | outcome\n -1 | A\n 1 | B")


def test_least_and_greatest_skip_nothing():
    holds(
        "min(t.x, t.y, 5)",
        """
        x:int | y:int | outcome
        3     | 4     | 3
        7     | 8     | 5
        none  | 4     | none
        none  | ?     | none
        3     | ?     | ? y
        ?     | ?     | ? x y
        """,
    )
    holds("max(t.x, t.y)", "x:int | y:int | outcome\n 3 | 4 | 4\n none | 4 | none\n 3 | ? | ? y")
    holds("max(t.d, t.e)", "d:date | e:date | outcome\n 2026-01-01 | 2026-02-01 | 2026-02-01")
    holds("min(t.m, yuan(500))", "m:money | outcome\n 600 yuan | 500 yuan\n 4 yuan | 4 yuan\n none | none")
    holds("max(t.r, 1)", "r:rate | outcome\n 0.25 | 1\n 1.25 | 1.25")


def test_branches_and_arguments_are_of_one_kind():
    refused("t.a ? 1 : yuan(1)", "both results of ? : are of one kind", a="yes-no")
    refused('t.a ? 1 : "1"', "both results of ? : are of one kind", a="yes-no")
    refused("t.a ? 1 : 2.5", "whole numbers and decimals are mixed", a="yes-no")
    refused("t.x ? 1 : 2", "a condition (yes or no) is needed here", x="int")
    refused("t.a ? days(1) : days(2)", "both results", a="yes-no")
    refused("min(t.x)", "min takes 2 arguments or more", x="int")
    refused("max(t.x, t.d)", "arguments of one kind", x="int", d="date")
    refused("t.a ? t.a ? 1 : 2 : 3", "expected “:” here", a="yes-no")
