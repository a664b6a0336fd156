"""What becomes of a bundle follows from how its parts stand, in whatever order they came to stand so; checked against a plain model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalogue.small_bundle import bundled_city
from tongban.cases.core.bundle import (
    WELL,
    Outcome,
    PartState,
    Result,
    complete_on,
    letter_of,
    next_moves,
    outcome_of,
    told,
    told_outcome,
    whole_due,
)
from tongban.catalogue.core.definition import Bundle, City, LetterType, Part, Supply
from tongban.catalogue.core.reading import read_files
from tongban.kernel.text import Text

CITY = read_files(bundled_city())
OUTCOMES: tuple[Outcome, ...] = ("granted", "refused", "not-accepted", "not-needed", "withdrawn", "lapsed")
ALIASES = ("a", "b", "c", "d", "e")


def bundle(after: Mapping[str, tuple[str, ...]], supplies: Mapping[str, str]) -> Bundle:
    """A bundle of which only the order counts."""
    parts = {
        alias: Part(
            alias, alias, "new", after=tuple(waits), supplies={"no": Supply(supplies[alias], "number")} if alias in supplies else {}
        )
        for alias, waits in after.items()
    }
    return Bundle(CITY.bundles["open-stall"].service, parts)


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """Some parts, each waiting for some of those before it, one of which may supply it."""
    names = ALIASES[: draw(st.integers(2, 5))]
    after = {name: tuple(other for other in names[:n] if draw(st.integers(0, 2)) == 0) for n, name in enumerate(names)}
    supplies = {name: waits[0] for name, waits in after.items() if waits and draw(st.booleans())}
    return bundle(after, supplies)


def played(one: Bundle, left_out: frozenset[str], ends: Mapping[str, Outcome], order: list[str]) -> dict[str, PartState]:
    """The parts after each was decided in this order, the bundle going on after every decision, and twice."""
    states = {alias: PartState(alias, "left-out" if alias in left_out else "waiting") for alias in one.parts}
    pending = list(order)
    for _ in range(2 * len(order) + 2):
        for _ in range(2):
            moves = next_moves(one, states.values())
            for alias in moves.send:
                states[alias] = PartState(alias, "sent")
            for alias, _ in moves.close:
                states[alias] = PartState(alias, "not-started")
            if moves.ending:
                assert all(state.is_over for state in states.values())
        decidable = next((alias for alias in pending if states[alias].standing == "sent"), None)
        if decidable is None:
            break
        pending.remove(decidable)
        states[decidable] = PartState(decidable, "sent", ends[decidable])
    return states


def modelled(one: Bundle, left_out: frozenset[str], ends: Mapping[str, Outcome]) -> dict[str, str]:
    """The plain model: a part is started exactly if everything it waits for came out well; what supplies must have given something."""
    found: dict[str, str] = {}
    for alias, part in one.parts.items():
        if alias in left_out:
            found[alias] = "left-out"
            continue
        supplier = part.supplies["no"].part if part.supplies else ""
        good = all(found[other] == "left-out" or found[other] in WELL for other in part.after)
        gave = found.get(supplier) != "not-needed"
        found[alias] = ends[alias] if good and gave else "not-started"
    return found


@given(bundles(), st.data())
def test_in_whatever_order_the_parts_are_decided_the_bundle_ends_the_same_and_as_the_model_says(one: Bundle, data: st.DataObject) -> None:
    left_out = frozenset(alias for alias in one.parts if data.draw(st.integers(0, 4)) == 0)
    ends = {alias: data.draw(st.sampled_from(OUTCOMES)) for alias in one.parts}
    order = data.draw(st.permutations(list(one.parts)))
    states = played(one, left_out, ends, order)
    assert {alias: state.outcome or state.standing for alias, state in states.items()} == modelled(one, left_out, ends)
    counted = [state for state in states.values() if state.standing != "left-out"]
    well = sum(state.outcome in WELL for state in counted)
    expected = "finish" if well == len(counted) else "finish-in-part" if well else "finish-without"
    assert next_moves(one, states.values()).ending == expected


@given(bundles(), st.data())
def test_a_bundle_does_not_end_while_a_part_is_under_way_and_nothing_is_sent_before_its_time(one: Bundle, data: st.DataObject) -> None:
    states = {
        alias: PartState(alias, "sent", data.draw(st.sampled_from([*OUTCOMES, None])))
        if data.draw(st.booleans())
        else PartState(alias, data.draw(st.sampled_from(["waiting", "left-out", "not-started"])))
        for alias in one.parts
    }
    moves = next_moves(one, states.values())
    closed = {alias for alias, _ in moves.close}
    for alias in moves.send:
        assert states[alias].standing == "waiting"
        assert all(states[other].standing == "left-out" or states[other].outcome in WELL for other in one.parts[alias].after)
    assert not closed & set(moves.send)
    if moves.ending:
        assert all(state.is_over or alias in closed for alias, state in states.items())


def test_one_part_that_fails_loses_only_what_waited_for_it() -> None:
    one = bundle({"a": (), "b": ("a",), "c": (), "d": ("b",)}, {})
    states = [PartState("a", "sent", "refused"), PartState("b", "waiting"), PartState("c", "sent"), PartState("d", "waiting")]
    moves = next_moves(one, states)
    assert moves.close == (("b", "a"), ("d", "b"))
    assert moves.send == ()
    assert moves.ending is None, "c is still under way"


def test_where_no_permission_is_needed_what_follows_goes_on_but_not_what_needed_its_number() -> None:
    after = bundle({"a": (), "b": ("a",)}, {})
    supplied = bundle({"a": (), "b": ("a",)}, {"b": "a"})
    states = [PartState("a", "sent", "not-needed"), PartState("b", "waiting")]
    assert next_moves(after, states).send == ("b",)
    assert next_moves(supplied, states).close == (("b", "a"),)


@pytest.mark.parametrize(
    ("states", "day"),
    [
        ([PartState("a", "sent", complete_on=date(2026, 3, 2)), PartState("b", "sent", complete_on=date(2026, 3, 5))], date(2026, 3, 5)),
        ([PartState("a", "sent", complete_on=date(2026, 3, 2)), PartState("b", "waiting")], date(2026, 3, 2)),
        ([PartState("a", "sent", complete_on=date(2026, 3, 2)), PartState("b", "sent", waits_for_applicant=True)], None),
        ([PartState("a", "left-out"), PartState("b", "not-started")], None),
    ],
)
def test_the_one_clock_begins_when_the_last_part_is_complete_and_stands_still_while_one_waits_for_the_applicant(
    states: list[PartState], day: date | None
) -> None:
    assert complete_on(states) == day


def test_the_one_date_due_is_the_bundles_own_unless_the_law_gave_a_part_longer() -> None:
    own = date(2026, 3, 9)
    early, late = PartState("a", "sent", due_on=date(2026, 3, 6)), PartState("b", "sent", due_on=date(2026, 3, 20))
    assert whole_due(own, [early]) == own
    assert whole_due(own, [early, late]) == date(2026, 3, 20)
    assert whole_due(own, [early, PartState("b", "sent", "granted", due_on=date(2026, 3, 20))]) == own, "what is decided holds up nobody"
    assert whole_due(None, [early, late]) is None


def licence(city: City = CITY) -> tuple[object, ...]:
    return (city.procedures["licence"], city.procedures["filing"])


def test_what_came_of_a_case_is_the_act_by_which_it_got_there() -> None:
    law, filing = licence()
    assert [outcome_of(law, state) for state in ("draft", "received", "correction", "accepted")] == [None] * 4  # type: ignore[arg-type]
    assert (outcome_of(law, "granted"), outcome_of(law, "refused")) == ("granted", "refused")  # type: ignore[arg-type]
    assert told_outcome(filing, "filed").zh == "已备案"  # type: ignore[arg-type]


def test_the_letter_has_one_paragraph_a_part_and_tells_reasons_and_remedies_only_where_it_did_not_come_out_well() -> None:
    letter = LetterType(
        "bundle-result",
        Text("结果", "Results"),
        (Text("{applicant}：", "{applicant}:"), Text("{results}", "{results}"), Text("{remedies}", "{remedies}")),
        True,
    )
    results = [
        Result(Text("许可", "Permit"), Text("甲局", "Bureau A"), Text("准予", "granted"), "1", ((Text("许可证", "permit"), "P-1"),)),
        Result(
            Text("招牌", "Sign"),
            Text("乙局", "Bureau B"),
            Text("不予批准", "refused"),
            "2",
            (),
            "太大。",
            Text("可以复议。", "You may appeal."),
        ),
    ]
    paragraphs = letter_of(letter, results, {"applicant": "某店", "remedies": Text("", "")})
    assert [one["zh"] for one in paragraphs] == [
        "某店：",
        "1．许可（甲局）：准予，办件编号1，许可证编号P-1。",
        "2．招牌（乙局）：不予批准，办件编号2，理由：太大。可以复议。",
    ]
    assert paragraphs[2]["en"] == "2. Sign (Bureau B): refused; case 2; reasons: 太大. You may appeal."


def test_a_result_in_braces_is_not_filled_in() -> None:
    assert told(1, Result(Text("许可{x}", "Permit {x}"), Text("局", "Bureau"), Text("准予", "granted"))).zh == "1．许可{x}（局）：准予。"
