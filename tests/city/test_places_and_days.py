"""The city's map and its working days: what the declared figures must be, whatever the reader makes of them."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import chinese_calendar
import pytest
from shapely import Polygon
from shapely.ops import unary_union

from tongban.catalogue.core.definition import Area, City


def _shape(area: Area) -> Polygon:
    return Polygon(area.ring)


def _children(city: City, code: str) -> list[Area]:
    return [area for area in city.areas.values() if area.parent == code]


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_every_area_is_one_sound_polygon(city: City) -> None:
    for area in city.areas.values():
        assert _shape(area).is_valid, area.code
        assert _shape(area).area > 0, area.code


@pytest.mark.parametrize("level", ["district", "street"])
def test_areas_of_one_level_touch_and_never_overlap(city: City, level: str) -> None:
    shapes = {area.code: _shape(area) for area in city.areas.values() if area.level == level}
    for one, other in itertools.combinations(shapes, 2):
        assert shapes[one].intersection(shapes[other]).area == 0, (one, other)


def test_areas_fill_their_parent_exactly(city: City) -> None:
    for area in city.areas.values():
        children = _children(city, area.code)
        if children:
            assert _shape(area).symmetric_difference(unary_union([_shape(child) for child in children])).area == 0, area.code


def test_a_point_inside_a_street_lies_in_its_district_and_in_the_city(city: City) -> None:
    for street in (area for area in city.areas.values() if area.level == "street"):
        point = _shape(street).representative_point()
        assert _shape(city.areas[street.parent]).contains(point)
        assert _shape(city.areas[city.area]).contains(point)


def test_the_codes_say_where_an_area_lies_and_exist_in_no_national_table(city: City) -> None:
    assert city.area == "990100"
    assert {area.code for area in city.areas.values() if area.level == "district"} == {"990101", "990102", "990103"}
    for area in city.areas.values():
        assert area.code.startswith("9901")
        if area.level == "street":
            assert len(area.code) == 9
            assert area.code.startswith(area.parent)
            kind = {"0": "街道", "1": "镇", "2": "乡"}[area.code[6]]
            assert area.title.zh.endswith(kind)
    for district in ("990101", "990102", "990103"):
        assert 3 <= len(_children(city, district)) <= 5


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_published_year_is_the_national_calendar_day_by_day(city: City, year: int) -> None:
    different = [day for day in _days(year) if city.calendar.is_working(day) != chinese_calendar.is_workday(day)]
    assert different == []


def test_twenty_working_days_from_late_september_end_on_the_thirtieth_of_october(city: City) -> None:
    assert city.calendar.add_working(date(2026, 9, 28), 20) == date(2026, 10, 30)
    assert city.calendar.add_working(date(2026, 9, 25), 20) == date(2026, 10, 29)


def test_a_period_may_cross_the_new_year_because_the_demonstration_declares_2027(city: City) -> None:
    assert city.calendar.add_working(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert city.calendar.add_working(date(2026, 12, 21), 20) == date(2027, 1, 19)


def test_the_year_that_the_city_made_up_takes_no_weekend_back(city: City) -> None:
    assert not any(city.calendar.is_working(day) for day in _days(2027) if day.weekday() >= 5)
    assert not city.calendar.is_working(date(2027, 10, 1))
