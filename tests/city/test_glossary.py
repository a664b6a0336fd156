"""docs/glossary.md: one Chinese term, one English word."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tongban.catalogue.core.definition import City

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"


def _rows() -> list[tuple[str, str, str]]:
    rows = [line.strip("|\n").split("|") for line in PAGE.read_text().splitlines() if line.startswith("|")]
    return [(a.strip(), b.strip(), c.strip()) for a, b, c in rows if a.strip() != "中文" and set(a.strip()) != {"-"}]


def test_there_are_at_least_eighty_terms_each_with_word_and_meaning() -> None:
    rows = _rows()
    assert len(rows) >= 80
    assert all(re.search("[\u4e00-\u9fff]", zh) and en and meaning for zh, en, meaning in rows)


def test_no_chinese_term_and_no_english_word_stands_twice() -> None:
    rows = _rows()
    for column in (0, 1):
        twice = [word for word, count in Counter(row[column] for row in rows).items() if count > 1]
        assert twice == []


def test_what_clerks_keep_apart_has_words_of_its_own() -> None:
    words = {zh: en for zh, en, _ in _rows()}
    assert len({words["不受理"], words["不予受理"], words["不予许可"]}) == 3
    assert len({words[ending] for ending in ("撤回许可", "撤销许可", "注销", "吊销")}) == 4


def test_the_city_calls_roles_procedures_and_stops_by_the_words_of_the_glossary(city: City) -> None:
    words = {zh: en for zh, en, _ in _rows()}
    for title in [role.title for role in city.roles.values()] + [procedure.title for procedure in city.procedures.values()]:
        assert words[title.zh].lower() == title.en.lower()
    assert city.procedures["administrative-licence"].states["not-accepted"].title.en.lower() == words["不予受理"]
