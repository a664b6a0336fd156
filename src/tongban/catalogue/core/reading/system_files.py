"""Other bodies' systems, what is reported to them, and the item library: systems/<id>.yaml, reporting.yaml, library/<code>.yaml."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final, cast

from tongban.catalogue.core.definition import LibraryItem, RecordKind, Report, System
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Node
from tongban.catalogue.core.words import REPORTED, REPORTED_AFTER
from tongban.docking.core.connectors import CONNECTORS, Setting
from tongban.kernel.text import Text
from tongban.rules.core.faults import nearest

_CONNECTOR: Final = Text("接入方式", "the connector")
_KIND: Final = Text("事项类型", "the kind of service")
_CODE: Final = re.compile("[0-9]{12}")
_TWO_DIGITS: Final = re.compile("[0-9]{2}")


def read_system(reader: Reader, stem: str) -> System:
    """systems/<id>.yaml."""
    page = reader.fields(
        reader.doc.root,
        Text("系统", "a system"),
        ("system", "title", "department", "connector", "reconcile"),
        ("timeout", "poll", "patience"),
    )
    return System(
        id=reader.same_as_file(page.get("system"), Text("系统编号", "the system's id"), stem),
        title=reader.title(page.get("title"), Text("系统名称", "the system's title")),
        department=reader.reference("department", page.get("department"), Text("归口部门", "the department that answers for it")),
        connector=_connector(reader, page.get("connector")),
        timeout=reader.period(page.get("timeout"), Text("每次调用的时限", "the time for one call"), timedelta(seconds=5)),
        poll=reader.period(page.get("poll"), Text("查询间隔", "how often answers are asked for"), timedelta(minutes=30)),
        patience=reader.period(page.get("patience"), Text("转人工前的等待", "how long before people take over"), timedelta(days=1)),
        reconcile=reader.clock(page.get("reconcile"), Text("对账时刻", "the hour of reconciliation")),
    )


def _connector(reader: Reader, node: Node | None) -> dict[str, str]:
    """`kind`, and for each kind its own settings: an unknown one is a fault, so that no secret slips in under another name."""
    page = reader.mapping(node, _CONNECTOR)
    kind = reader.one_of(page.get("kind"), Text("接入类型", "the kind of connector"), tuple(CONNECTORS), "")
    if node is not None and not page.refused and page.get("kind") is None:
        reader.fault(page, Text("接入方式缺少“kind”", "the connector lacks “kind”"))
    settings = CONNECTORS.get(kind)
    if settings is None:
        return {"kind": kind}
    required = tuple(name for name, setting in settings.items() if setting.required)
    optional = tuple(name for name, setting in settings.items() if not setting.required)
    page = reader.fields(node, _CONNECTOR, ("kind", *required), optional)
    found = {name: _setting(reader, page.get(name), name, setting) for name, setting in settings.items() if page.get(name) is not None}
    return {"kind": kind, **found}


def _setting(reader: Reader, node: Node | None, name: str, setting: Setting) -> str:
    return reader.matching(node, Text(name, name), setting.shape, setting.says)


def read_reporting(reader: Reader) -> dict[str, Report]:
    """reporting.yaml: kind of record → to which system, after which acts."""
    page = reader.fields(reader.doc.root, Text("上报", "the reporting"), ("records",))
    found: dict[str, Report] = {}
    for key, node in reader.mapping(page.get("records"), Text("上报的记录", "the records")).entries.values():
        if key.value not in REPORTED:
            message = Text("没有“{word}”这种记录；应为：{known}", "there is no record “{word}”; it must be one of: {known}")
            reader.fault(
                key, message.format(word=key.value, known=Text("、".join(REPORTED), ", ".join(REPORTED))), nearest(key.value, REPORTED)
            )
            continue
        entry = reader.fields(node, Text("上报的记录", "a record"), ("to", "after"))
        after = reader.words(entry.get("after"), Text("触发的动作", "the acts"), REPORTED_AFTER)
        if entry.get("after") is not None and not after:
            reader.fault(entry, Text(f"“{key.value}”没有写在哪些动作之后上报", f"nothing says after which acts “{key.value}” is reported"))
        system = reader.reference("system", entry.get("to"), Text("上报到的系统", "the system reported to"))
        found[key.value] = Report(cast(RecordKind, key.value), system, after)
    return found


def read_library(reader: Reader, stem: str) -> LibraryItem:
    """library/<code>.yaml, as the import writes it."""
    what = Text("事项库条目", "an item of the library")
    page = reader.fields(reader.doc.root, what, ("library", "title", "kind", "source", "on"), ("statutory", "basis", "instant"))
    kind = reader.matching(page.get("kind"), _KIND, _TWO_DIGITS, Text("2 位数字", "2 digits"))
    code = reader.same_as_file(page.get("library"), Text("基本编码", "the basic code"), stem)
    if kind and kind != code[2:4]:
        near = code[2:4]
        reader.fault(
            cast(Node, page.get("kind")),
            Text(
                f"事项类型“{kind}”与基本编码第 3、4 位“{near}”不同",
                f"the kind “{kind}” differs from characters 3 and 4 of the code, “{near}”",
            ),
            near,
        )
    instant = page.get("instant")
    return LibraryItem(
        code=code,
        title=reader.string(page.get("title"), Text("事项名称", "the title"), 60),
        kind=kind,
        statutory=reader.limit(page.get("statutory"), Text("法定时限", "the statutory limit")),
        basis=reader.words(page.get("basis"), Text("设定依据", "the basis")),
        instant=None if instant is None else reader.yes_no(instant, Text("即办件", "instant"), default=False),
        source=reader.string(page.get("source"), Text("来源", "the source"), 200),
        on=reader.day(page.get("on"), Text("版本日期", "the day of the edition")),
    )
