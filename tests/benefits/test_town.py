"""The template city with its made-up people: each policy finds somebody, misses somebody, and leaves nobody refused whom a register does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.town import settle
from tongban.benefits import reads
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.house.commands import match

pytestmark = pytest.mark.django_db


def test_every_policy_of_the_template_city_finds_people_and_firms(settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DATA = tmp_path
    settle()
    for profile, policies, subjects in (("firm", 6, 40), ("person", 3, 100)):
        run = ask_for_run(profile, by="ann")
        carry_out(run)
        found = reads.run(run)
        assert (found.state, len(found.results)) == ("done", policies)
        assert found.subjects >= subjects
        assert {alias: one["reason"] for alias, one in found.sources.items() if one["reason"]} == {}
        for one in found.results:
            assert one.entitled + one.not_entitled + one.unknown == found.subjects
            assert one.not_entitled > 0, one.policy
    assert match.run("firm") == 0
    assert "small-trade-subsidy" in capsys.readouterr().out
    assert match.run("ships") == 1
