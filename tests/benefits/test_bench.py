"""The benchmark measures what it says: three ways to one answer, and every pair of the sample confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.house.bench import benefits


def test_three_ways_give_the_same_hits_unknowns_and_sums(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(benefits, "FIRMS", 3000)
    monkeypatch.setattr(benefits, "POLICIES", 7)
    monkeypatch.setattr(benefits, "PAIRS", 2000)
    monkeypatch.setattr(benefits, "_alone", benefits._measured)
    found = benefits.run()
    hits, counts, peer = found["hits"], found["counts"], found["peer_one_wide_statement"]
    assert hits["entitled"] == counts["entitled"] == peer["entitled"] > 0
    assert hits["amount"] == counts["amount"] == peer["amount"] > 0
    assert counts["unknown"] == peer["unknown"] > 0
    assert counts["entitled"] + counts["not_entitled"] + counts["unknown"] == 3000 * 7
    assert found["agreement"]["pairs"] >= 2000
    assert found["agreement"]["disagreements"] == 0
