"""The benchmark measures what it says: three ways to one answer, every pair of the sample confirmed; and a bar that is missed is a failure of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tongban.benefits.bulk import Everybody
from tongban.benefits.errors import DisagreementError
from tongban.house.bench import benefits
from tongban.house.cli import app


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Three thousand firms in the tests' own process, whose memory is not the benchmark's."""
    monkeypatch.setattr(benefits, "FIRMS", 3000)
    monkeypatch.setattr(benefits, "POLICIES", 7)
    monkeypatch.setattr(benefits, "PAIRS", 2000)
    monkeypatch.setattr(benefits, "_alone", benefits._measured)
    monkeypatch.setattr(benefits, "AT_MOST", {"hits_seconds": 600, "counts_seconds": 600, "peak_mb": 100_000, "disagreements": 0})
    return monkeypatch


def bench() -> tuple[int, dict[str, Any]]:
    """The command's exit code and figures."""
    said = CliRunner().invoke(app, ["bench", "benefits", "--json"])
    return said.exit_code, json.loads(said.stdout)


def test_three_ways_give_the_same_hits_unknowns_and_sums(small: pytest.MonkeyPatch) -> None:
    code, found = bench()
    hits, counts, peer = found["hits"], found["counts"], found["peer_one_wide_statement"]
    assert hits["entitled"] == counts["entitled"] == peer["entitled"] > 0
    assert hits["amount"] == counts["amount"] == peer["amount"] > 0
    assert counts["unknown"] == peer["unknown"] > 0
    assert counts["entitled"] + counts["not_entitled"] + counts["unknown"] == 3000 * 7
    assert found["agreement"]["pairs"] >= 2000
    assert found["agreement"]["disagreements"] == 0
    assert (code, found["missed"]) == (0, [])


@pytest.mark.parametrize(("bar", "most"), [("hits_seconds", 0.0), ("counts_seconds", 0.0), ("peak_mb", 1), ("disagreements", -1)], ids=str)
def test_a_bar_that_is_missed_is_named_and_the_command_fails(small: pytest.MonkeyPatch, bar: str, most: float) -> None:
    small.setitem(benefits.AT_MOST, bar, most)
    code, found = bench()
    assert (code, found["missed"]) == (1, [bar])
    assert found["bars"][bar]["at_most"] == most < found["bars"][bar]["found"]


def test_a_pair_that_the_two_evaluators_see_differently_misses_the_bar(small: pytest.MonkeyPatch) -> None:
    real = Everybody.check

    def check(self: Everybody, policy: Any) -> int:
        if policy.id == next(iter(benefits.policies(benefits.POLICIES).values())).id:
            raise DisagreementError(policy.id, policy.hash, "yes", "no")
        return real(self, policy)

    small.setattr(Everybody, "check", check)
    code, found = bench()
    assert (code, found["agreement"]["disagreements"]) == (1, 1)
    assert "disagreements" in found["missed"]


def test_too_few_pairs_miss_the_bar(small: pytest.MonkeyPatch) -> None:
    small.setattr(Everybody, "check", lambda self, policy: 1)
    code, found = bench()
    assert (code, found["missed"]) == (1, ["pairs"])


def test_the_bars_are_those_of_the_document() -> None:
    told = Path("docs/benchmarks.md").read_text(encoding="utf-8")
    assert all(
        f"{benefits.AT_MOST[name]:g} {unit}" in told
        for name, unit in (("hits_seconds", "s:"), ("counts_seconds", "s:"), ("peak_mb", "MB:"))
    )
