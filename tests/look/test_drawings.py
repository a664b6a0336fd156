"""Drawings: well-formed, escaped, in words as well."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.text import Text
from tongban.look.drawings import (
    AreaShape,
    Bar,
    ClauseRow,
    LevelRow,
    LimitClock,
    ShownFact,
    Stop,
    areas_map,
    bars,
    clauses,
    levels,
    mark,
    stations,
    two_clocks,
    watermark,
)
from tongban.look.drawings.clocks import left

printable = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20)
langs = st.sampled_from(["zh", "en"])


def parsed(markup) -> ET.Element:
    return ET.fromstring(str(markup).replace("&#34;", "&quot;"))


def words(markup) -> str:
    return "".join(parsed(markup).itertext())


@given(
    st.lists(st.builds(Stop, printable, st.sampled_from(["done", "now", "ahead", "skipped", "stopped", "ended"]), printable), max_size=7),
    langs,
)
def test_a_way_is_a_list_of_its_stations(stops, lang):
    drawn = parsed(stations(stops, lang=lang))
    assert len(drawn.findall("./ol/li")) == len(stops)
    assert len(drawn.findall(".//li[@aria-current='step']")) == sum(stop.state == "now" for stop in stops)
    for stop in stops:
        assert stop.label in words(stations([stop], lang=lang))


def test_each_state_of_a_station_has_its_own_sign_and_word():
    drawn = [stations([Stop("x", state)]) for state in ("done", "now", "ahead", "skipped", "stopped", "ended")]
    assert len({words(each) for each in drawn}) == 6
    assert len({ET.tostring(parsed(each).find(".//svg")) for each in drawn}) == 6


facts = st.builds(ShownFact, printable, printable, printable, printable)


@given(
    st.lists(
        st.builds(
            ClauseRow, printable, st.sampled_from(["yes", "no", "unknown"]), printable, st.lists(facts, max_size=2).map(tuple), printable
        ),
        max_size=6,
    ),
    langs,
)
def test_a_rule_says_each_clause_in_words(rows, lang):
    drawn = parsed(clauses(rows, lang=lang))
    assert len(drawn.findall("./ol/li")) == len(rows)
    said = {"zh": {"yes": "符合", "no": "不符合", "unknown": "待核实"}, "en": {"yes": "Met", "no": "Not met", "unknown": "To be checked"}}[
        lang
    ]
    for row, item in zip(rows, drawn.findall("./ol/li"), strict=True):
        assert said[row.state] in "".join(item.itertext())


def test_yes_no_and_unknown_differ_without_colour():
    assert len({str(mark(shape)).split(">", 1)[1] for shape in ("yes", "no", "unknown")}) == 3


def test_the_tally_counts():
    drawn = words(clauses([ClauseRow("a", "yes"), ClauseRow("b", "yes"), ClauseRow("c", "unknown")]))
    assert "符合 2 项 · 不符合 0 项 · 待核实 1 项" in drawn


@pytest.mark.parametrize(
    ("clock", "zh", "en"),
    [
        (LimitClock("x", 5, 3, date(2026, 3, 12)), "还剩 2 个工作日 · 2026年3月12日到期", "2 working days left · due 12 March 2026"),
        (LimitClock("x", 5, 4), "还剩 1 个工作日", "1 working day left"),
        (LimitClock("x", 5, 5), "今天到期", "due today"),
        (LimitClock("x", 5, 6), "超 1 个工作日", "1 working day late"),
        (LimitClock("x", 5, 5, is_past=True), "已超期", "overdue"),
        (LimitClock("x", 5, 5, state="stopped"), "已暂停，还剩 0 个工作日", "paused, 0 working days left"),
        (LimitClock("x", 15, 17, unit="calendar"), "超 2 日", "2 days late"),
        (LimitClock("x", 5, 3, date(2026, 3, 12), state="stopped"), "已暂停，还剩 2 个工作日", "paused, 2 working days left"),
        (LimitClock("x", 5, 1, state="ended"), "用时 1 个工作日", "took 1 working day"),
    ],
)
def test_a_clock_says_what_is_left(clock, zh, en):
    assert left(clock, "zh") == zh
    assert left(clock, "en") == en


def test_a_limit_that_is_past_alarms_although_no_counted_day_has_gone_since():
    assert "tb-clock--late" in two_clocks([LimitClock("x", 5, 5, is_past=True)])
    assert "tb-clock--late" not in two_clocks([LimitClock("x", 5, 5)])


@given(st.lists(st.builds(LimitClock, printable, st.integers(1, 60), st.integers(0, 80)), min_size=1, max_size=3))
def test_clocks_share_one_scale_and_draw_a_cell_for_each_day(clocks):
    drawn = parsed(two_clocks(clocks))
    tracks = drawn.findall("./li/svg")
    assert len({track.get("viewBox") for track in tracks}) == 1
    for clock, track in zip(clocks, tracks, strict=True):
        cells = [cell.get("class") for cell in track]
        assert len(cells) == max(clock.limit, clock.used)
        assert cells.count("late") == max(clock.used - clock.limit, 0)
        assert cells.count("used") == min(clock.used, clock.limit)


@given(st.lists(st.builds(Bar, printable, st.integers(0, 10_000), st.integers(0, 10_000)), max_size=7), langs)
def test_bars_stay_inside_their_frame_and_stand_in_a_table(days, lang):
    drawn = parsed(bars(days, title=Text(zh="本周", en="This week"), lang=lang))
    for rect in drawn.iter("rect"):
        if rect.get("class") in {"fit", "late"}:
            low = float(rect.get("y").rstrip("%")) + float(rect.get("height").rstrip("%"))
            assert 0 <= float(rect.get("y").rstrip("%")) <= low <= 86.05
    assert [[cell.text for cell in row][1:] for row in drawn.findall(".//tbody/tr")] == [[str(day.value), str(day.late)] for day in days]
    assert drawn.find("svg").get("role") == "img"
    assert drawn.find("svg").get("aria-label")


points = st.tuples(st.floats(100, 120), st.floats(20, 40))


@given(st.lists(st.lists(points, min_size=3, max_size=6), max_size=5), st.integers(0, 99))
def test_a_map_draws_every_area_with_its_number_and_table(rings, value):
    areas = [AreaShape(str(n), Text(zh=f"区{n}", en=f"D{n}"), ring) for n, ring in enumerate(rings)]
    drawn = parsed(areas_map(areas, {"0": value}, title="<&>"))
    assert len(drawn.findall(".//polygon")) == len(areas)
    assert len(drawn.findall(".//tbody/tr")) == len(areas)
    for n, row in enumerate(drawn.findall(".//tbody/tr")):
        assert row[1].text == (str(value) if n == 0 else "无数据")


def test_north_is_up_and_east_is_right():
    drawn = parsed(areas_map([AreaShape("a", "a", ((0, 0), (0, 1), (1, 1), (1, 0)))], {}, title="x"))
    corners = [tuple(map(float, point.split(","))) for point in drawn.find(".//polygon").get("points").split()]
    south_west, north_west, north_east, _ = corners
    assert north_west[1] < south_west[1]
    assert north_east[0] > north_west[0]


def test_a_watermark_is_escaped_and_hidden_from_readers():
    drawn = parsed(watermark(("<周岚>", "行政审批局")))
    assert drawn.get("aria-hidden") == "true"
    assert "<周岚>" in "".join(drawn.itertext())


@given(st.lists(st.builds(LevelRow, printable, st.tuples(*[st.integers(0, 999)] * 5)), max_size=6), printable, langs)
def test_bands_say_every_number_in_a_table_and_in_words(rows, title, lang):
    drawn = parsed(levels(rows, title=title, lang=lang))
    assert len(drawn.findall(".//svg[@role='img']")) == len(rows)
    cells = [[cell.text for cell in line.findall("td")[1:]] for line in drawn.findall(".//tbody/tr")]
    assert cells == [[str(row.counts[level - 1]) for level in (5, 4, 3, 2, 1)] for row in rows]
    for row, band in zip(rows, drawn.findall(".//svg[@role='img']"), strict=True):
        assert all(str(count) in band.get("aria-label") for count in row.counts)
        widths = [float(part.get("width").rstrip("%")) for part in band.findall("rect")]
        assert not sum(row.counts) or sum(widths) == pytest.approx(100, abs=0.1)


def test_bad_levels_differ_without_colour():
    (band,) = parsed(levels([LevelRow("x", (1, 1, 1, 1, 1))], title="x")).findall(".//svg[@role='img']")
    fills = [part.get("fill") for part in band.findall("rect")]
    assert fills == [None, None, None, "url(#tb-bad)", None]
