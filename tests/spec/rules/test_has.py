"""`has(x)`: asked, and a value came. Never a test for "not asked": on an unknown fact it is unknown.

A fact that may be none must be guarded where none would turn no into yes: under `!`, in the condition of `? :`, beside `!=`.
"""

from tests.spec.rules.tables import holds, refused


def test_has_tells_value_from_none():
    holds("has(t.x)", "x:int | outcome\n 0 | yes\n none | no\n ? | ? x")
    holds("!has(t.d)", "d:date | outcome\n 2026-01-01 | no\n none | yes\n ? | ? d")
    holds("has(t.a)", "a:yes-no | outcome\n no | yes\n none | no")


def test_a_guard_stands_before_what_it_guards():
    holds("has(t.x) && !(t.x > 3)", "x:int | outcome\n 2 | yes\n 4 | no\n none | no\n ? | ? x")
    holds("!has(t.x) || t.x != 3", "x:int | outcome\n 2 | yes\n 3 | no\n none | yes\n ? | ? x")
    holds("has(t.x) ? !(t.x > 3) : false", "x:int | outcome\n 2 | yes\n none | no\n ? | ? x")
    holds("!has(t.x) ? true : t.x != 3", "x:int | outcome\n 3 | no\n none | yes")
    holds("has(t.x) && has(t.y) && t.x != t.y", "x:int | y:int | outcome\n 1 | 2 | yes\n none | 2 | no\n 1 | none | no")


def test_a_comparison_that_holds_guards_as_well():
    holds("t.x > 3 && !(t.x > 5)", "x:int | outcome\n 4 | yes\n 6 | no\n none | no\n ? | ? x")
    holds("t.x > 3 ? 1 : 0", "x:int | outcome\n 4 | 1\n 2 | 0")


def test_unguarded_is_refused():
    refused("!(t.x > 3)", "may be none", x="int?")
    refused("!t.a", "may be none", a="yes-no?")
    refused("t.x > 3 ? 1 : 0", "may be none", x="int?")
    refused("t.a ? 1 : 0", "may be none", a="yes-no?")
    refused("t.x != 3", "may be none", x="int?")
    refused("!(t.y == 1 && t.x + 1 > 3)", "may be none", x="int?", y="int")
    refused("!(t.x > 3) && has(t.x)", "may be none", x="int?")
    refused("has(t.x) || !(t.x > 3)", "may be none", x="int?")
    refused("has(t.y) && !(t.x > 3)", "may be none", x="int?", y="int?")
    refused('!(t.w in ["a"])', "may be none", w="text?")
    refused('!t.w.contains("a")', "may be none", w="text?")
    refused("(t.a ? t.x : t.y) > 3 && !(t.x > 5)", "may be none", a="yes-no", x="int?", y="int?")


def test_has_takes_one_fact():
    refused("has(t.x > 3)", "has( ) takes one fact", x="int")
    refused("has(t.x, t.y)", "has( ) takes one fact", x="int", y="int")
    refused("has(t.z)", "there is no fact “t.z”", x="int")
    refused("has(x)", "a fact is written alias.name")
