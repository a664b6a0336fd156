"""Of policies that exclude one another, the best set: held against every set there is."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.benefits.core.exclusion import best_set, in_words
from tongban.kernel.text import Text

NAMES = "abcdefg"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, int | None], dict[str, list[str]], frozenset[str]]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    amounts = {name: draw(st.one_of(st.none(), st.integers(1, 6))) for name in names}
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])))
    excludes: dict[str, list[str]] = {name: [] for name in NAMES}
    for one, other in pairs:
        excludes[one].append(other)
    taken = frozenset(draw(st.lists(st.sampled_from(NAMES), max_size=2)))
    return amounts, excludes, taken


@settings(max_examples=500, deadline=None)
@given(worlds())
def test_the_best_set_is_the_best_of_all_sets(world: tuple[dict[str, int | None], dict[str, list[str]], frozenset[str]]) -> None:
    amounts, excludes, taken = world

    def clash(one: str, other: str) -> bool:
        return other in excludes[one] or one in excludes[other]

    free = [name for name in amounts if name not in taken]
    sets = chain.from_iterable(combinations(sorted(free), size) for size in range(len(free) + 1))
    allowed = [
        chosen
        for chosen in sets
        if not any(clash(*pair) for pair in combinations(chosen, 2)) and not any(clash(one, had) for one in chosen for had in taken)
    ]
    worth = {chosen: (sum(amounts[one] or 0 for one in chosen), len(chosen)) for chosen in allowed}
    best = max(worth.values())
    choice = best_set(amounts, excludes, taken)
    assert choice.best in allowed
    assert worth[choice.best] == best
    assert choice.best == min(chosen for chosen in allowed if worth[chosen] == best)
    assert set(choice.left) == set(free) - set(choice.best)
    assert choice.amount == best[0]


def test_many_policies_are_chosen_among_in_no_time() -> None:
    names = [f"p{number:02}" for number in range(40)]
    excludes = {name: [names[(at + 1) % 40], names[(at + 7) % 40]] for at, name in enumerate(names)}
    assert best_set({name: 100 + at for at, name in enumerate(names)}, excludes).amount > 0


def test_it_is_said_in_words_what_is_left_out_and_for_what() -> None:
    titles = {"a": Text("扩岗补助", "Jobs"), "b": Text("吸纳补贴", "Hiring")}
    amounts = {"a": 1500_00, "b": 2000_00}
    said = in_words(best_set(amounts, {"a": ["b"]}), titles, amounts)
    assert said.zh == "“扩岗补助”（1,500.00元）与其他政策互斥；合起来对您最有利的是“吸纳补贴”（2,000.00元）。"
    assert said.en == "“Jobs” (¥1,500.00) cannot be had beside others; what is best for you altogether is “Hiring” (¥2,000.00)."
