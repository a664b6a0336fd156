"""What departments are and hold: departments/<id>.yaml and resources/<department>/<name>.yaml, and the types of facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import Department, Item, Option, Resource
from tongban.catalogue.core.reading.fields import Reader, Reference
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.kernel import ids
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Choice, Date, Decimal, FactSpec, FactType, Int, Money, TextType, ValueFault
from tongban.rules.core.types import INT64

ITEM_TYPES: Final = ("choice", "text", "int", "money", "date", "yes-no", "decimal")
SENSITIVITIES: Final = ("open", "internal", "personal", "sensitive")
ENTRUSTED: Final = ("accept",)
SHARINGS: Final = ("unconditional", "conditional", "none")
NAMED_KEYS: Final = ("uscc", "id_number")
"""Keys that are called the same everywhere."""
TYPE_KEYS: Final = ("options", "min", "max", "max_length", "scale")

_MARK: Final = re.compile("[\u4e00-\u9fff]{1,8}")
_KEYS_OF_TYPE: Final[dict[str, tuple[str, ...]]] = {
    "choice": ("options",),
    "text": ("max", "max_length"),
    "long-text": ("max", "max_length"),
    "int": ("min", "max"),
    "money": ("min", "max"),
    "decimal": ("min", "max", "scale"),
    "date": ("min", "max"),
}


def read_department(reader: Reader, stem: str) -> Department:
    """departments/<id>.yaml."""
    what = Text("部门", "a department")
    required = ("department", "number", "uscc", "title", "short", "duties", "phone")
    page = reader.fields(reader.doc.root, what, required, ("parent", "area", "mark", "entrusts"))
    uscc = reader.string(page.get("uscc"), Text("统一社会信用代码", "the unified social credit code"))
    if uscc and not ids.is_uscc(uscc):
        message = Text(
            f"“{uscc}”不是有效的统一社会信用代码（GB 32100 校验位不符）",
            f"“{uscc}” is not a valid unified social credit code (GB 32100 check)",
        )
        reader.fault(cast(Node, page.get("uscc")), message, _mended(uscc))
    return Department(
        id=reader.same_as_file(page.get("department"), Text("部门编号", "the department's id"), stem),
        number=reader.matching(
            page.get("number"), Text("部门代码", "the department's number"), re.compile("[0-9]{4}"), Text("4 位数字", "4 digits")
        ),
        uscc=uscc,
        title=reader.title(page.get("title"), Text("部门名称", "the department's title")),
        short=reader.title(page.get("short"), Text("部门简称", "the department's short name")),
        duties=reader.text(page.get("duties"), Text("职责", "the duties")),
        phone=reader.string(page.get("phone"), Text("电话", "the telephone"), 40),
        parent=reader.reference("department", page.get("parent"), Text("上级部门", "the parent department")),
        area=reader.reference("area", page.get("area"), Text("区划代码", "the area code")),
        entrusts=reader.words(page.get("entrusts"), Text("委托综合窗口的事", "what the counter does for the department"), ENTRUSTED),
        mark=read_mark(reader, page.get("mark"), Text("机关代字", "the department's mark")),
    )


def read_mark(reader: Reader, node: Node | None, what: Text) -> str:
    """A part of a document number: a few Chinese characters."""
    return reader.matching(node, what, _MARK, Text("1 到 8 个汉字", "1 to 8 Chinese characters"))


def _mended(uscc: str) -> str | None:
    """The same code with the right check character, where only that is wrong."""
    try:
        return uscc[:17] + ids.uscc_check(uscc[:17])
    except ValueError:
        return None


def read_resource(reader: Reader, path_id: str) -> Resource:
    """resources/<department>/<name>.yaml; `path_id` is `department/name`."""
    what = Text("数据资源", "a resource")
    page = reader.fields(
        reader.doc.root, what, ("resource", "title", "key", "sharing", "updated", "connector", "items"), ("summary", "key_title")
    )
    department = path_id.split("/", maxsplit=1)[0]
    id_ = reader.same_as_file(page.get("resource"), Text("资源编号", "the resource's id"), path_id)
    place = page.get("resource") or page
    reader.references.append(Reference("department", department, reader.doc.path, place.start.line, place.start.column))
    key = reader.string(page.get("key"), Text("查询键", "the key"), 40)
    items = reader.mapping(page.get("items"), Text("信息项", "the items"))
    if page.get("items") is not None and not items.refused and not items.entries:
        reader.fault(items, Text("资源没有信息项", "the resource has no items"))
    read = [_item(reader, name, node) for name, node in items.entries.values()]
    connector = _connector(reader, page.get("connector"))
    if connector.get("kind") == "kept" and key not in NAMED_KEYS and not page.get("key_title"):
        message = Text(
            f"登记册由人填写，查询键“{key}”需要名称“key_title”", f"people fill in this register, so its key “{key}” needs a “key_title”"
        )
        reader.fault(page.get("key") or page, message)
    return Resource(
        id=id_,
        department=department,
        title=reader.title(page.get("title"), Text("资源名称", "the resource's title")),
        key=key,
        items={item.name: item for item in read if item.name},
        sharing=cast(
            Literal["unconditional", "conditional", "none"],
            reader.one_of(page.get("sharing"), Text("共享类型", "sharing"), SHARINGS, "none"),
        ),
        updated=reader.string(page.get("updated"), Text("更新周期", "the update cycle"), 20),
        connector=connector,
        key_title=reader.title(page.get("key_title"), Text("查询键名称", "the key's title")) if page.get("key_title") else None,
    )


def _connector(reader: Reader, node: Node | None) -> dict[str, str]:
    what = Text("接入方式", "the connector")
    page = reader.mapping(node, what)
    found = {key.value: reader.string(value, what, 400) for key, value in page.entries.values()}
    if node is not None and not page.refused and "kind" not in found:
        reader.fault(page, Text("接入方式缺少“kind”", "the connector lacks “kind”"))
    return found


def _item(reader: Reader, key: Scalar, node: Node) -> Item:
    what = Text("信息项", "an item")
    name = reader.name(key, Text("信息项名", "the item's name"))
    page = reader.fields(node, what, ("type", "title", "sensitivity"), (*TYPE_KEYS, "may_be_none"))
    kind = reader.one_of(page.get("type"), Text("类型", "the type"), ITEM_TYPES, "text")
    options = reader.options(page.get("options"), Text("选项", "the options"))
    reader.yes_no(page.get("may_be_none"), Text("may_be_none", "may_be_none"), default=True)
    return Item(
        name=name,
        title=reader.title(page.get("title"), Text("信息项名称", "the item's title")),
        spec=FactSpec(fact_type(reader, page, kind, options), may_be_none=True),
        sensitivity=reader.one_of(page.get("sensitivity"), Text("敏感级别", "the sensitivity"), SENSITIVITIES, "sensitive"),
        options=options,
    )


def fact_type(reader: Reader, page: Mapping, kind: str, options: tuple[Option, ...]) -> FactType:
    """The type of a fact from the keys of an item or a question; keys that its type has no use for are faults."""
    for key in (*TYPE_KEYS, "min"):
        if key in page.entries and key not in _KEYS_OF_TYPE.get(kind, ()):
            reader.fault(page.entries[key][0], Text(f"类型 {kind} 不用“{key}”", f"the type {kind} has no “{key}”"))
    make = _MAKERS.get(kind)
    if kind == "choice":
        if not options:
            reader.fault(page, Text("选择题缺少选项“options”", "a choice lacks its “options”"))
        return Choice(tuple(option.id for option in options) or ("-",))
    return make(reader, page) if make else TextType(200)


def _text_type(default: int) -> Callable[[Reader, Mapping], FactType]:
    def make(reader: Reader, page: Mapping) -> FactType:
        node = page.get("max_length") or page.get("max")
        return TextType(reader.number(node, Text("最长字数", "the greatest length"), 1, 20_000, default))

    return make


def _int_type(reader: Reader, page: Mapping) -> FactType:
    low = reader.number(page.get("min"), Text("最小值", "the least value"), -INT64, INT64, 0)
    high = reader.number(page.get("max"), Text("最大值", "the greatest value"), -INT64, INT64, 1_000_000_000)
    return Int(low, _above(reader, page, low, high))


def _above(reader: Reader, page: Mapping, low: int, high: int) -> int:
    if low > high:
        reader.fault(page, Text("最小值大于最大值", "the least value is above the greatest"))
        return low
    return high


def _money_type(reader: Reader, page: Mapping) -> FactType:
    whole = Money(-INT64, INT64)
    low = cast(int, _bound(reader, page.get("min"), whole, 0))
    high = cast(int, _bound(reader, page.get("max"), whole, 100_000_000_000_000))
    return Money(low, _above(reader, page, low, high))


def _date_type(reader: Reader, page: Mapping) -> FactType:
    whole = Date()
    low, high = _bound(reader, page.get("min"), whole, whole.min), _bound(reader, page.get("max"), whole, whole.max)
    if low > high:  # type: ignore[operator]
        reader.fault(page, Text("最早日期晚于最晚日期", "the first date is after the last"))
        return whole
    return Date(low, high)  # type: ignore[arg-type]


def _decimal_type(reader: Reader, page: Mapping) -> FactType:
    scale = reader.number(page.get("scale"), Text("小数位数", "the scale"), 1, 12, 2)
    bound = 10 ** (18 - scale)
    whole = Decimal(scale, -bound, bound)
    low, high = _bound(reader, page.get("min"), whole, 0), _bound(reader, page.get("max"), whole, min(bound, 1_000_000_000))
    if low > high:  # type: ignore[operator]
        reader.fault(page, Text("最小值大于最大值", "the least value is above the greatest"))
        return whole
    return Decimal(scale, low, high)  # type: ignore[arg-type]


def _bound(reader: Reader, node: Node | None, kind: FactType, default: object) -> object:
    value = reader.string(node, Text("界限", "the bound"))
    if not value:
        return default
    try:
        return kind.read(value)
    except ValueFault as fault:
        reader.fault(cast(Node, node), fault.message, fault.nearest)
        return default


_MAKERS: Final[dict[str, Callable[[Reader, Mapping], FactType]]] = {
    "text": _text_type(200),
    "long-text": _text_type(2000),
    "phone": lambda _reader, _page: TextType(20),
    "bank-account": lambda _reader, _page: TextType(30),
    "file": lambda _reader, _page: TextType(64),
    "int": _int_type,
    "money": _money_type,
    "date": _date_type,
    "decimal": _decimal_type,
    "yes-no": lambda _reader, _page: Bool(),
}
