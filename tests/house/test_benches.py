"""Benchmarks that need a whole city of their own are run small, so that they can be repeated when somebody asks for a figure."""

from __future__ import annotations

from tongban.house.bench import inbox


def test_the_list_is_read_by_four_officials_whose_words_find_cases():
    found = inbox.run(existing=400, people=30, times=2)
    assert len(found["readers"]) == 4
    assert found["open_in_the_department"] > 0
    assert all(page["p95"] > 0 for pages in found["readers"].values() for page in pages.values())
