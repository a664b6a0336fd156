"""What follows an answer, or is let go before it: promises and their checks, owed papers, the applicant's silence, rows written back into registers."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import ApplicantSilence, Check, Limit, Resource, Step, Tolerance, Written, WrittenItem
from tongban.catalogue.core.reading.expressions import FactBook, read_condition
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.words import ANSWERED, PROMISED
from tongban.kernel.text import Text
from tongban.rules.core import Bool, FactSpec, ValueFault
from tongban.rules.core.faults import nearest

_SOME_DAYS: Final = Limit(1, "working")


def foresee_promise(ways: Node | None, book: FactBook) -> None:
    """A service with a way on a promise has the fact whether the applicant promised."""
    if isinstance(ways, Mapping) and any(isinstance(way, Mapping) and "check" in way.entries for _, way in ways.entries.values()):
        book.specs[PROMISED] = FactSpec(Bool())


def read_check(
    reader: Reader, node: Node | None, steps: dict[str, Step], resources: MappingOf[str, Resource], book: FactBook
) -> Check | None:
    """`check` of a way: the step, its limit, the hearing, and what a broken promise leaves in the credit register."""
    if node is None:
        return None
    page = reader.fields(node, Text("事后核查", "the check"), ("step", "within", "hearing"), ("recheck", "credit"))
    step = reader.string(page.get("step"), Text("核查环节", "the check's step"))
    if step and step not in steps:
        at = page.get("step") or page
        reader.fault(at, Text(f"没有“{step}”这个环节", f"there is no step “{step}”"), nearest(step, steps))
    return Check(
        step=step,
        within=reader.limit(page.get("within"), Text("核查期限", "the check's limit")) or _SOME_DAYS,
        hearing=reader.limit(page.get("hearing"), Text("陈述申辩期限", "the time to be heard")) or _SOME_DAYS,
        recheck=reader.limit(page.get("recheck"), Text("整改期限", "the time to put right")),
        credit=read_written(reader, page.get("credit"), resources, book) if page.get("credit") is not None else None,
    )


def read_written(reader: Reader, node: Node | None, resources: MappingOf[str, Resource], book: FactBook) -> Written:
    """A row that is written into a register: `{resource, by, set: {item: fact or constant}}`."""
    page = reader.fields(node, Text("写入登记", "what is written back"), ("resource", "by", "set"))
    name = reader.reference("resource", page.get("resource"), Text("数据资源", "the resource"))
    resource = resources.get(name)
    entries = reader.mapping(page.get("set"), Text("写入内容", "what is set")).entries
    items = [_item(reader, key, value, resource, book) for key, value in entries.values()] if resource is not None else []
    by = reader.string(page.get("by"), Text("登记键来源", "where the key comes from"), 100)
    book.read.setdefault(by)
    return Written(name, by, tuple(items))


def _item(reader: Reader, key: Scalar, node: Node, resource: Resource, book: FactBook) -> WrittenItem:
    item = resource.items.get(key.value)
    word = reader.string(node, Text("写入的值", "the value"))
    if item is None:
        message = Text(f"“{resource.id}”没有“{key.value}”这一项", f"“{resource.id}” has no item “{key.value}”")
        reader.fault(key, message, nearest(key.value, resource.items))
        return WrittenItem(key.value)
    known = {**book.whole(), **ANSWERED}
    if word in known:
        if type(known[word].type) is not type(item.spec.type):
            reader.fault(node, Text(f"“{word}”与“{key.value}”的类型不同", f"“{word}” is of another type than “{key.value}”"))
        book.read.setdefault(word)
        return WrittenItem(key.value, fact=word)
    try:
        return WrittenItem(key.value, value=item.spec.type.to_json(item.spec.type.read(word))) if word else WrittenItem(key.value)
    except ValueFault as fault:
        reader.fault(node, fault.message, fault.nearest or nearest(word, known))
        return WrittenItem(key.value)


def read_tolerance(reader: Reader, node: Node | None, book: FactBook) -> Tolerance | None:
    """`tolerance`: by when secondary papers must follow, and who is barred."""
    if node is None:
        return None
    page = reader.fields(node, Text("容缺受理", "tolerance"), ("within",), ("unless",))
    unless = read_condition(reader, page.get("unless"), Text("不适用容缺的情形", "who is barred"), book, book.before_steps())
    return Tolerance(reader.limit(page.get("within"), Text("补齐期限", "the time to follow up")) or _SOME_DAYS, unless)


def read_silence(reader: Reader, node: Node | None) -> ApplicantSilence | None:
    """`applicant_silence`: what no answer to a request for corrections means."""
    if node is None:
        return None
    page = reader.fields(node, Text("申请人逾期不补正", "the applicant's silence"), ("within", "means"), ("remind",))
    means = reader.one_of(page.get("means"), Text("后果", "what it means"), ("end", "remind"), "remind")
    return ApplicantSilence(
        within=reader.limit(page.get("within"), Text("补正期限", "the time to answer")) or _SOME_DAYS,
        means=cast(Literal["end", "remind"], means),
        remind=reader.limit(page.get("remind"), Text("提醒提前量", "how long before a reminder is sent")),
    )
