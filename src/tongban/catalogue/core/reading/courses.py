"""Steps and ways of a service: who does what, and which way a case goes."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import SYSTEM, Gives, Limit, Limits, Option, Resource, Role, Step, System, Way
from tongban.catalogue.core.definition.feedback import ABOUT
from tongban.catalogue.core.reading.expressions import FactBook, read_condition, read_typed
from tongban.catalogue.core.reading.feedback_files import read_brings
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.licences import as_ends, read_ending
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.reading.promises import read_check, read_written
from tongban.catalogue.core.reading.system_steps import is_by_system, read_sends, read_system_step
from tongban.catalogue.core.words import AT_ONCE, FINDING, ORDINARY, RECORDS, ROOTS
from tongban.kernel.text import Text
from tongban.rules.core import Choice, FactSpec, Int, Money
from tongban.rules.core.faults import nearest
from tongban.rules.core.types import INT64

MAY: Final = ("pass", "return", "grant", "refuse")
JOINS: Final = ("all", "any")
MOST_MONTHS: Final = 1200
_OWN_KEYS: Final = ("by", "of", "within", "officers", "may", "not_by", "records", "photo", "on_site", "on_silence", "brings", "in_words")
_NO_LIMITS: Final = Limits(Limit(1, "working"), Limit(1, "working"))


@dataclass(frozen=True)
class Doers:
    """Who may do a step: a role of the city, or another body's system."""

    roles: MappingOf[str, Role]
    systems: MappingOf[str, System]


def read_steps(reader: Reader, node: Node | None, doers: Doers, book: FactBook) -> dict[str, Step]:
    """`steps`: step id → step. Records join the book before any `when` is read."""
    found: dict[str, tuple[Step, Node]] = {}
    for key, value in reader.mapping(node, Text("环节", "the steps")).entries.values():
        step = _step(reader, key, value, doers, book, inner=False)
        found[step.id] = step, value
    return {id_: _conditional(reader, step, value, book) for id_, (step, value) in found.items()}


def _conditional(reader: Reader, step: Step, node: Node, book: FactBook) -> Step:
    """The step, and its parts, with the conditions under which they are done; read once all records are known."""
    if not isinstance(node, Mapping):
        return step
    when = read_condition(reader, node.get("when"), Text("环节条件", "when the step is done"), book, book.whole())
    inner = node.get("together")
    parts = inner.entries if isinstance(inner, Mapping) else {}
    together = tuple(_conditional(reader, part, parts[part.id][1], book) if part.id in parts else part for part in step.together)
    sends = read_sends(reader, node.get("sends"), book) if step.by == SYSTEM else {}
    return replace(step, when=when, together=together, sends=sends)


def _step(reader: Reader, key: Scalar, node: Node, doers: Doers, book: FactBook, *, inner: bool) -> Step:
    joint = isinstance(node, Mapping) and "together" in node.entries
    what = Text("环节", "a step")
    if joint and not inner:
        page = reader.fields(node, what, ("together",), ("title", "when", "join"), ("stop",))
        return _joint(reader, key, page, doers, book)
    if is_by_system(node):
        return read_system_step(reader, _step_id(reader, key, book), node, doers.systems, book, _records)
    page = reader.fields(node, what, ("by",), ("title", "when", *_OWN_KEYS), ("stop", "quorum", "together"))
    id_ = _step_id(reader, key, book)
    records, titles = _records(reader, id_, page.get("records"), book)
    by = reader.reference("role", page.get("by"), Text("承办角色", "the role"))
    return Step(
        id=id_,
        title=reader.maybe_text(page.get("title"), Text("环节名称", "the step's title"))
        or (doers.roles[by].title if by in doers.roles else Text(id_, id_)),
        by=by,
        of=_office(reader, page.get("of")),
        within=reader.limit(page.get("within"), Text("环节时限", "the step's limit")),
        officers=reader.number(page.get("officers"), Text("人数", "the officers"), 1, 9, 1),
        may=reader.words(page.get("may"), Text("可作的处理", "what may be done"), MAY) or ("pass", "return"),
        not_by=reader.string(page.get("not_by"), Text("回避环节", "not_by"), 60),
        records=records,
        record_titles=titles,
        photo=reader.yes_no(page.get("photo"), Text("拍照", "photo"), default=False),
        on_site=reader.yes_no(page.get("on_site"), Text("现场核查", "on_site"), default=False),
        on_silence=cast(
            Literal["", "escalate", "pass"],
            reader.one_of(page.get("on_silence"), Text("逾期不答", "on_silence"), ("escalate", "pass"), ""),
        ),
        brings=read_brings(reader, page.get("brings"), records),
        in_words=reader.yes_no(page.get("in_words"), Text("须写文字", "in_words"), default=False),
    )


def _office(reader: Reader, node: Node | None) -> str:
    """A department, or the one that answers for the case which this one concerns."""
    if isinstance(node, Scalar) and node.value == ABOUT:
        return ABOUT
    return reader.reference("department", node, Text("承办部门", "the department"))


def _joint(reader: Reader, key: Scalar, page: Mapping, doers: Doers, book: FactBook) -> Step:
    id_ = _step_id(reader, key, book)
    together = reader.mapping(page.get("together"), Text("联合环节", "the joint step"))
    parts = tuple(_step(reader, part, value, doers, book, inner=True) for part, value in together.entries.values())
    if not together.refused and len(parts) < 2:
        reader.fault(page.entries["together"][0], Text("联合环节至少两个部门", "a joint step has at least two parts"))
    join = reader.one_of(page.get("join"), Text("合并规则", "the join rule"), JOINS, "all", ("quorum",))
    joined = Text("、".join(part.title.zh for part in parts), " and ".join(part.title.en for part in parts))
    title = reader.maybe_text(page.get("title"), Text("环节名称", "the step's title"))
    return Step(id=id_, title=title or joined, join=cast(Literal["all", "any"], join), together=parts, may=())


def _step_id(reader: Reader, key: Scalar, book: FactBook) -> str:
    id_ = reader.name(key, Text("环节编号", "the step's id"))
    taken = {name.split(".")[0] for name in book.specs} | set(ROOTS) | {name.split(".")[0] for name in book.records}
    if id_ in taken:
        reader.fault(key, Text(f"“{id_}”已是别的事实的名字，请换一个", f"“{id_}” already names other facts; choose another"))
    return id_


def _records(reader: Reader, step: str, node: Node | None, book: FactBook) -> tuple[dict[str, tuple[Option, ...]], dict[str, Text]]:
    records: dict[str, tuple[Option, ...]] = {}
    titles: dict[str, Text] = {}
    what = Text("记录项", "a record")
    for key, value in reader.mapping(node, Text("记录", "the records")).entries.values():
        name = reader.name(key, Text("记录项名", "the record's name"))
        before = len(reader.faults)
        title, options = _record(reader, value, what)
        if not options and len(reader.faults) == before:
            reader.fault(key, Text(f"记录项“{name}”没有选项", f"the record “{name}” has no options"))
        records[name], titles[name] = options, title
        fact = f"{step}.{name}"
        book.records[fact] = FactSpec(Choice(tuple(option.id for option in options) or ("-",)), may_be_none=True)
        if len(reader.faults) > before:
            book.doubtful.add(fact)
    return records, titles


def _record(reader: Reader, node: Node, what: Text) -> tuple[Text, tuple[Option, ...]]:
    """A list of options, a map of options, or {title, options}."""
    if isinstance(node, Mapping) and "options" in node.entries:
        page = reader.fields(node, what, ("options",), ("title", "type"))
        reader.one_of(page.get("type"), Text("记录类型", "the record's type"), ("choice",), "choice")
        return reader.maybe_text(page.get("title"), what) or FINDING, reader.options(page.get("options"), what, RECORDS)
    return FINDING, reader.options(node, what, RECORDS)


def read_ways(
    reader: Reader, node: Node | None, steps: dict[str, Step], resources: MappingOf[str, Resource], book: FactBook
) -> tuple[Way, ...]:
    """`ways`: way id → way, in the order in which they are tried."""
    found: list[Way] = []
    for key, value in reader.mapping(node, Text("办理方式", "the ways")).entries.values():
        found.append(_way(reader, key, value, steps, resources, book))
    return tuple(found)


def _way(reader: Reader, key: Scalar, node: Node, steps: dict[str, Step], resources: MappingOf[str, Resource], book: FactBook) -> Way:
    optional = ("title", "when", "procedure", "gives", "limits", "after", "covers", "letter", "check", "heard_within", "silence_grants")
    page = reader.fields(node, Text("办理方式", "a way"), ("route",), optional)
    route = _route(reader, page.get("route"), steps)
    what = Text("适用条件", "when the way holds")
    return Way(
        id=reader.ident(key, Text("办理方式编号", "the way's id")),
        title=reader.maybe_text(page.get("title"), Text("办理方式名称", "the way's title")) or (ORDINARY if route else AT_ONCE),
        route=route,
        when=read_condition(reader, page.get("when"), what, book, book.before_steps()),
        procedure=reader.reference("procedure", page.get("procedure"), Text("程序", "the procedure")),
        gives=read_gives(reader, page.get("gives"), resources, book) if page.get("gives") is not None else None,
        limits=read_limits(reader, page.get("limits")) if page.get("limits") is not None else None,
        after=_route(reader, page.get("after"), steps, taken=route),
        covers=reader.words(page.get("covers"), Text("承诺的条款", "the clauses covered")),
        letter=reader.reference("letter", page.get("letter"), Text("承诺书", "the letter of the promise")),
        check=read_check(reader, page.get("check"), steps, resources, book),
        heard_within=reader.limit(page.get("heard_within"), Text("陈述申辩期限", "the time to be heard")),
        silence_grants=reader.limit(page.get("silence_grants"), Text("视为准予的提前期", "how early silence grants")),
    )


def _route(reader: Reader, node: Node | None, steps: dict[str, Step], taken: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Steps in their order, each once."""
    route: list[str] = []
    for item in reader.items(node, Text("路径", "the route")):
        word = reader.string(item, Text("环节", "the step"))
        if word and word not in steps:
            message = Text(f"没有“{word}”这个环节", f"there is no step “{word}”")
            inner = next((outer.id for outer in steps.values() if any(part.id == word for part in outer.together)), None)
            reader.fault(item, message, inner or nearest(word, steps))
        elif word in route or word in taken:
            reader.fault(item, Text(f"环节“{word}”在路径里重复", f"the step “{word}” stands twice in the route"))
        route.append(word)
    return tuple(route)


def read_limits(reader: Reader, node: Node | None) -> Limits:
    """`limits`: the statutory and the promised one, and what its own law says of an extension."""
    page = reader.fields(node, Text("时限", "the limits"), ("statutory", "promised"), ("extension",))
    statutory = reader.limit(page.get("statutory"), Text("法定时限", "the statutory limit"))
    promised = reader.limit(page.get("promised"), Text("承诺时限", "the promised limit"))
    if statutory is None or promised is None:
        return _NO_LIMITS
    if not is_within(promised, statutory):
        at = page.get("promised") or page
        message = Text(
            "承诺时限长于法定时限（或因一为工作日、一为自然日而无法保证不长于）",
            "the promised limit is longer than the statutory one (or, counted in other days, not clearly within it)",
        )
        reader.fault(at, message)
    return Limits(statutory, promised, reader.limit(page.get("extension"), Text("延长期限", "the extension")))


def is_within(promised: Limit, statutory: Limit) -> bool:
    """Whether the promised limit can never end after the statutory one.

    Calendar days against working days: as many calendar days never outlast as many working days. Working days against calendar days: a working
    week takes seven days, and the longest public holiday adds nine.
    """
    if promised.counted in (statutory.counted, "calendar"):
        return promised.days <= statutory.days
    return promised.days + 2 * (promised.days // 5 + 1) + 9 <= statutory.days


def read_gives(reader: Reader, node: Node | None, resources: MappingOf[str, Resource], book: FactBook) -> Gives:
    """`gives`: what comes out."""
    page = reader.fields(
        node,
        Text("结果", "what the service gives"),
        (),
        ("credential", "letters", "amount", "every", "records", "reopens", "ends", "validity", "content", "valid_months"),
    )
    letters = reader.items(page.get("letters"), Text("文书", "the letters"))
    every = reader.one_of(page.get("every"), Text("发放周期", "every"), ("once", "month"), "")
    if every and page.get("amount") is None:
        reader.fault(page.entries["every"][0], Text("every 需要 amount", "“every” needs “amount”"))
    ending = read_ending(reader, page)
    return Gives(
        ends=as_ends(ending["ends"]),
        validity=cast(Literal["new", "kept", "after"], ending["validity"]),
        content=cast(Literal["facts", "kept"], ending["content"]),
        months=read_typed(
            reader, page.get("valid_months"), Text("有效月数", "the months of validity"), book, book.whole(), Int(1, MOST_MONTHS)
        ),
        credential=reader.reference("credential", page.get("credential"), Text("证照", "the credential")),
        letters=tuple(reader.reference("letter", item, Text("文书", "the letter")) for item in letters),
        amount=read_typed(reader, page.get("amount"), Text("金额", "the amount"), book, book.whole(), Money(-INT64, INT64)),
        every=cast(Literal["", "once", "month"], every),
        records=tuple(
            read_written(reader, item, resources, book)
            for item in reader.items(page.get("records"), Text("写入登记", "what is written back"))
        ),
        reopens=reader.yes_no(page.get("reopens"), Text("重新办理原件", "reopens"), default=False),
    )
