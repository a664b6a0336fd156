"""What two lists disagree on, against a plain reading of the rule; and when a silent system is called again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.docking.core.comparing import Ours, compare
from tongban.docking.core.fitness import misfits
from tongban.docking.core.parcels import FormError, There, read_acknowledgements, read_next, read_there
from tongban.docking.core.patience import LONGEST, last_hour, wait_after

IDS = [UUID(int=n) for n in range(1, 7)]
RECORDS = st.sampled_from([{}, {"entered": "fit"}, {"entered": "unfit"}])
OURS = st.builds(
    Ours,
    st.sampled_from(["waiting", "sent", "answered", "unfit", "failed", "by-hand", "withdrawn", "due", "received", "returned"]),
    RECORDS,
)
THEIRS = st.builds(There, st.sampled_from(["waiting", "answered", "received", "returned", "withdrawn"]), st.just("R1"), RECORDS)


def plainly(own: Ours | None, there: There | None) -> str:
    """The rule as one would tell it."""
    if own is None:
        return "unknown-here"
    if there is None:
        return "missing-there" if own.state in {"sent", "answered", "received"} else ""
    has_answered = there.state in {"answered", "received", "returned"}
    if own.state in {"sent", "waiting", "failed"} and has_answered:
        return "answer-missed"
    if own.state in {"answered", "by-hand"} and there.state == "answered" and own.records != there.records:
        return "differs"
    if {own.state, there.state} == {"received", "returned"}:
        return "differs"
    return "open-there" if (own.state, there.state) == ("withdrawn", "waiting") else ""


@given(st.dictionaries(st.sampled_from(IDS), OURS), st.dictionaries(st.sampled_from(IDS), THEIRS))
def test_every_disagreement_is_told_once_and_nothing_else(ours: dict[UUID, Ours], theirs: dict[UUID, There]) -> None:
    expected = {(id_, kind) for id_ in {*ours, *theirs} if (kind := plainly(ours.get(id_), theirs.get(id_)))}
    found = compare(ours, theirs)
    assert {(one.id, one.kind) for one in found} == expected
    assert len(found) == len(expected)
    assert [one.id for one in found] == sorted(one.id for one in found)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", "z"])))
def test_an_answer_fits_exactly_if_every_record_is_there_with_a_declared_option(records: dict[str, str]) -> None:
    expects = {"a": ["x", "y"], "b": ["z"]}
    fits = set(records) == {"a", "b"} and records["a"] in "xy" and records["b"] == "z"
    assert (misfits(records, expects) == ()) is fits


def test_each_silence_doubles_the_wait_up_to_half_an_hour() -> None:
    waits = [wait_after(n) for n in range(1, 12)]
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert waits[-1] == LONGEST == timedelta(minutes=30)
    assert wait_after(10_000) == LONGEST


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-11-04T17:59", "2026-11-03T18:00"), ("2026-11-04T18:00", "2026-11-04T18:00"), ("2026-11-05T00:01", "2026-11-04T18:00")],
)
def test_the_lists_are_compared_from_their_hour_on(now: str, due: str) -> None:
    zone = timezone(timedelta(hours=8))
    assert last_hour(datetime.fromisoformat(now).replace(tzinfo=zone), "18:00") == datetime.fromisoformat(due).replace(tzinfo=zone)


@pytest.mark.parametrize(
    "document",
    [
        None, [], "x", {}, {"items": None}, {"items": [1]}, {"items": [{}]}, {"items": [{"id": "x"}]},
        {"items": [{"id": str(IDS[0])}]},
        {"items": [{"id": str(IDS[0]), "state": "done"}]},
        {"items": [{"id": str(IDS[0]), "state": "answered", "records": [1]}]},
        {"items": [{"id": str(IDS[0]), "state": "answered", "records": {"a": 1}}]},
        {"items": [{"id": str(IDS[0]), "state": "answered", "remote": 7}]},
        {"items": [{"id": str(IDS[0]), "state": "returned", "fields": "name"}]},
        {"items": [{"id": str(IDS[0]), "state": "answered", "at": "yesterday"}]},
        {"items": [{"id": str(IDS[0]), "state": "answered", "at": "2026-11-04T02:00:00"}]},
    ],
)  # fmt: skip
def test_an_answer_of_another_form_is_refused_whole(document: object) -> None:
    with pytest.raises(FormError):
        read_there(document)


def test_what_the_other_side_says_is_cut_to_size() -> None:
    told = {"items": [{"id": str(IDS[0]), "state": "answered", "remote": "R" * 9000, "records": {"x" * 999: "y" * 9000}}]}
    (there,) = read_there(told).values()
    assert len(there.remote) == 500
    assert {(len(key), len(value)) for key, value in there.records.items()} == {(80, 500)}
    assert read_next({"items": []}) == ""
    assert read_acknowledgements({"items": [{"id": str(IDS[0]), "refused": "缺少户号"}]})[IDS[0]].refused == "缺少户号"
