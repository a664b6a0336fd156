"""`&&`, `||`, `!`: three-valued, after Kleene. A yes-no fact that is none counts as no."""

from tests.spec.rules.tables import holds, refused


def test_and_is_no_as_soon_as_one_side_is_no():
    holds(
        "t.a && t.b",
        """
        a:yes-no | b:yes-no | outcome
        yes      | yes      | yes
        yes      | no       | no
        no       | yes      | no
        no       | no       | no
        yes      | ?        | ? b
        ?        | yes      | ? a
        no       | ?        | no
        ?        | no       | no
        ?        | ?        | ? a b
        none     | yes      | no
        none     | ?        | no
        yes      | none     | no
        """,
    )


def test_or_is_yes_as_soon_as_one_side_is_yes():
    holds(
        "t.a || t.b",
        """
        a:yes-no | b:yes-no | outcome
        yes      | no       | yes
        no       | yes      | yes
        no       | no       | no
        yes      | ?        | yes
        ?        | yes      | yes
        no       | ?        | ? b
        ?        | no       | ? a
        ?        | ?        | ? a b
        none     | yes      | yes
        none     | no       | no
        none     | ?        | ? b
        """,
    )


def test_not_turns_an_answer_and_leaves_unknown():
    holds(
        "!t.a",
        """
        a:yes-no | outcome
        yes      | no
        no       | yes
        ?        | ? a
        """,
    )


def test_and_binds_tighter_than_or_and_not_tighter_than_both():
    holds(
        "!t.a && t.b || t.c",
        """
        a:yes-no | b:yes-no | c:yes-no | outcome
        yes      | yes      | no       | no
        no       | yes      | no       | yes
        no       | no       | yes      | yes
        ?        | no       | ?        | ? c
        no       | ?        | no       | ? b
        """,
    )


def test_only_what_can_still_decide_is_needed():
    holds(
        "t.a && t.b || t.c",
        """
        a:yes-no | b:yes-no | c:yes-no | outcome
        no       | ?        | ?        | ? c
        ?        | ?        | yes      | yes
        yes      | ?        | ?        | ? b c
        """,
    )


def test_conditions_only():
    refused("t.x && t.a", "a condition (yes or no) is needed here, not number", x="int", a="yes-no")
    refused("!t.m", "a condition (yes or no) is needed here, not amount of money", m="money")
    refused('t.a || "yes"', "a condition (yes or no) is needed here, not text", a="yes-no")
