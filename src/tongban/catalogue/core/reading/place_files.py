"""The city itself: city.yaml, the working calendars, the areas and the roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import SYSTEM, Area, Option, Role, TimeCost
from tongban.catalogue.core.reading.fields import NO_DAY, NO_TEXT, Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar, Sequence
from tongban.kernel.text import Text

AREA_CODE: Final = re.compile(r"[0-9]{6}([0-9]{3})?")
AREA_SHAPE: Final = Text("6 位或 9 位数字", "6 or 9 digits")
_CITY: Final = Text("城市", "the city")
_CALENDAR: Final = Text("工作日历", "the calendar")
_LEVELS: Final = ("city", "district", "street")


@dataclass(frozen=True)
class CityPage:
    """What city.yaml says."""

    id: str = ""
    title: Text = NO_TEXT
    area: str = ""
    quiet_hours: tuple[str, str] = ("22:00", "07:00")
    after_hours: Literal["same-day", "next-working-day"] = "same-day"
    life_events: tuple[Option, ...] = ()
    time_cost: TimeCost | None = None
    matching_at: str = ""


def read_city_page(reader: Reader) -> CityPage:
    """city.yaml."""
    page = reader.fields(
        reader.doc.root, _CITY, ("city", "title", "area"), ("quiet_hours", "after_hours", "life_events", "time_cost", "matching")
    )
    hours = reader.items(page.get("quiet_hours"), Text("静默时段", "the quiet hours"))
    times = [reader.clock(item, Text("静默时段", "the quiet hours")) for item in hours]
    if page.get("quiet_hours") is not None and len(hours) != 2:
        reader.fault(cast(Node, page.get("quiet_hours")), Text("静默时段应写起止两个时刻", "the quiet hours are two times: from, to"))
        times = ["", ""]
    after = reader.one_of(page.get("after_hours"), Text("after_hours", "after_hours"), ("same-day", "next-working-day"), "same-day")
    return CityPage(
        id=reader.ident(page.get("city"), Text("城市编号", "the city's id")),
        title=reader.title(page.get("title"), Text("城市名称", "the city's name")),
        area=reader.reference("area", page.get("area"), Text("区划代码", "the area code")),
        quiet_hours=(times[0], times[1]) if len(times) == 2 else ("22:00", "07:00"),
        after_hours=cast(Literal["same-day", "next-working-day"], after),
        life_events=_life_events(reader, page.get("life_events")),
        time_cost=_time_cost(reader, page.get("time_cost")),
        matching_at=_matching_at(reader, page.get("matching")),
    )


def _matching_at(reader: Reader, node: Node | None) -> str:
    """When everybody is matched anew each day."""
    return "" if node is None else reader.clock(node, Text("每日匹配时刻", "when everybody is matched"))


def _time_cost(reader: Reader, node: Node | None) -> TimeCost | None:
    if node is None:
        return None
    entry = reader.fields(node, Text("办事用时", "what it costs in time"), ("visit", "paper"))
    hour = timedelta(hours=1)
    visit = reader.period(entry.get("visit"), Text("一次跑动的用时", "the time of a visit"), hour)
    paper = reader.period(entry.get("paper"), Text("一份材料的用时", "the time of a paper"), hour)
    return TimeCost(visit // hour, paper // hour)


def _life_events(reader: Reader, node: Node | None) -> tuple[Option, ...]:
    what = Text("人生大事", "the life events")
    found: dict[str, Option] = {}
    for item in reader.items(node, what):
        entry = reader.fields(item, what, ("id", "label"))
        id_ = reader.ident(entry.get("id"), Text("人生大事编号", "the life event's id"))
        if id_ in found:
            reader.fault(item, Text(f"“{id_}”重复", f"“{id_}” is written twice"))
        elif id_:
            found[id_] = Option(id_, reader.text(entry.get("label"), Text("人生大事名称", "the life event's label")))
    return tuple(found.values())


def read_calendar(reader: Reader, stem: str) -> tuple[int, frozenset[date]]:
    """calendar/<year>.yaml: the year, and every date of it that is not a working day."""
    page = reader.fields(reader.doc.root, _CALENDAR, ("year", "source"), ("off", "working"))
    year = reader.number(page.get("year"), Text("年份", "the year"), 1990, 2200)
    if year and str(year) != stem:
        reader.fault(
            cast(Node, page.get("year")),
            Text(f"年份 {year} 与文件名 {stem} 不同", f"the year {year} differs from the file's name {stem}"),
            stem,
        )
    reader.text(page.get("source"), Text("依据", "the source"))
    off = _days(reader, page.get("off"), year, weekend=False)
    working = _days(reader, page.get("working"), year, weekend=True)
    first = date(year or 2000, 1, 1)
    days = (first + timedelta(days=n) for n in range(366))
    weekends = {day for day in days if day.year == first.year and day.weekday() >= 5}
    return year, frozenset((weekends | off) - working)


def _days(reader: Reader, node: Node | None, year: int, *, weekend: bool) -> set[date]:
    found: set[date] = set()
    for item in reader.items(node, _CALENDAR):
        day = reader.day(item, Text("日期", "the date"))
        if day == NO_DAY:
            continue
        if year and day.year != year:
            reader.fault(item, Text(f"{day} 不在 {year} 年", f"{day} is not in {year}"))
        elif day in found:
            reader.fault(item, Text(f"{day} 重复", f"{day} is written twice"))
        elif weekend and day.weekday() < 5:
            reader.fault(
                item, Text(f"{day} 不是周末，working 只列调休上班的周末", f"{day} is no weekend day: “working” lists worked weekends only")
            )
        elif not weekend and day.weekday() >= 5:
            reader.fault(item, Text(f"{day} 是周末，本来就休息，不必列出", f"{day} is a weekend day and off by itself; remove it"))
        found.add(day)
    return found


def read_areas(reader: Reader) -> dict[str, Area]:
    """areas.geojson: a FeatureCollection; each feature is one area with its own polygon."""
    page = reader.fields(reader.doc.root, Text("区划图", "the areas"), ("type", "features"), ("name", "crs", "bbox"))
    reader.one_of(page.get("type"), Text("type", "type"), ("FeatureCollection",), "")
    found: dict[str, Area] = {}
    places: dict[str, Node] = {}
    for item in reader.items(page.get("features"), Text("features", "features")):
        area = _area(reader, item)
        if area.code in found:
            reader.fault(item, Text(f"区划 {area.code} 重复", f"the area {area.code} is written twice"))
        elif area.code:
            found[area.code] = area
            places[area.code] = item
    for area in found.values():
        if area.parent and area.parent not in found:
            reader.fault(
                places[area.code],
                Text(f"区划 {area.code} 的上级 {area.parent} 不存在", f"the parent {area.parent} of area {area.code} does not exist"),
            )
        elif not area.parent and area.level != "city":
            reader.fault(places[area.code], Text(f"区划 {area.code} 缺少上级", f"area {area.code} lacks its parent"))
    return found


def _area(reader: Reader, node: Node) -> Area:
    feature = reader.fields(node, Text("区划", "an area"), ("type", "properties", "geometry"), ("id", "bbox"))
    own = reader.fields(feature.get("properties"), Text("区划属性", "the area's properties"), ("code", "zh", "en", "level"), ("parent",))
    parent = own.get("parent")
    no_parent = parent is None or (isinstance(parent, Scalar) and parent.value in ("", "null"))
    level = reader.one_of(own.get("level"), Text("级别", "the level"), _LEVELS, "street")
    return Area(
        code=reader.matching(own.get("code"), Text("区划代码", "the area code"), AREA_CODE, AREA_SHAPE),
        title=Text(
            reader.string(own.get("zh"), Text("中文名", "the Chinese name")),
            reader.string(own.get("en"), Text("英文名", "the English name")),
        ),
        parent="" if no_parent else reader.matching(parent, Text("上级区划", "the parent"), AREA_CODE, AREA_SHAPE),
        level=cast(Literal["city", "district", "street"], level),
        ring=_ring(reader, feature.get("geometry")),
    )


def _ring(reader: Reader, node: Node | None) -> tuple[tuple[float, float], ...]:
    shape = reader.fields(node, Text("图形", "the geometry"), ("type", "coordinates"))
    reader.one_of(shape.get("type"), Text("图形类型", "the geometry's type"), ("Polygon",), "")
    rings = reader.items(shape.get("coordinates"), Text("坐标", "the coordinates"))
    if len(rings) > 1:
        reader.fault(rings[1], Text("区划图形不能有洞", "an area has one ring and no holes"))
    points = [_point(reader, item) for item in reader.items(rings[0] if rings else None, Text("坐标", "the coordinates"))]
    if rings and (len(points) < 4 or points[0] != points[-1]):
        reader.fault(rings[0], Text("多边形至少 4 点，首尾相同", "a ring has at least 4 points and ends where it begins"))
    return tuple(points)


def _point(reader: Reader, node: Node) -> tuple[float, float]:
    parts = node.items if isinstance(node, Sequence) else []
    numbers = [item.value for item in parts if isinstance(item, Scalar) and re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", item.value)]
    if len(numbers) != 2 or len(parts) != 2 or abs(float(numbers[0])) > 180 or abs(float(numbers[1])) > 90:
        reader.fault(node, Text("一个点应是 [经度, 纬度]", "a point is [longitude, latitude]"))
        return (0.0, 0.0)
    return float(numbers[0]), float(numbers[1])


def read_roles(reader: Reader) -> dict[str, Role]:
    """roles.yaml: role id → title and what it may do."""
    found: dict[str, Role] = {}
    page: Mapping = reader.mapping(reader.doc.root, Text("角色", "the roles"))
    for key, node in page.entries.values():
        id_ = reader.ident(key, Text("角色编号", "the role's id"))
        entry = reader.fields(node, Text("角色", "a role"), ("title", "may"))
        title = reader.text(entry.get("title"), Text("角色名称", "the role's title"))
        if id_ == SYSTEM:
            reader.fault(
                key, Text("“system”指部门系统，不能作角色编号", "“system” stands for other bodies' systems and cannot name a role")
            )
        elif id_:
            found[id_] = Role(id_, title, reader.words(entry.get("may"), Text("权限", "what the role may do")))
    return found
