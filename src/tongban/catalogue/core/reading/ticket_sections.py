"""`tickets` of a service: what makes its cases tickets."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from typing import Final, cast

from tongban.catalogue.core.definition import (
    Alike,
    Closing,
    Elsewhere,
    Hours,
    Limit,
    Question,
    Routing,
    Rung,
    Section,
    Step,
    Term,
    TicketAsks,
    TicketKind,
    Tickets,
    TicketSteps,
    Tier,
)
from tongban.catalogue.core.definition.tickets import DISTRICT, HOLDER, RESPONSIBLE, Fixed
from tongban.catalogue.core.reading.expressions import FactBook, read_condition
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node
from tongban.catalogue.core.ticketing import DISPATCHER
from tongban.kernel.text import Text
from tongban.rules.core import Vocabulary
from tongban.rules.core.faults import nearest

TURNS: Final = ("dispatch", "handle", "help", "ruling", "supervise")
WHOSE: Final = (HOLDER, RESPONSIBLE, DISTRICT)
FIXED: Final = ("yes", "partly", "no", "out-of-scope", "no-such-thing")
_ASKED: Final = {
    "category": ("choice",),
    "area": ("choice",),
    "what": ("text", "long-text"),
    "kind": ("choice",),
    "address": ("text",),
    "place": ("text",),
    "anonymous": ("yes-no",),
}
"""By what the engine has to know, the types of question that may say it."""
_REQUIRED: Final = (
    "asks", "steps", "kinds", "tiers", "routing", "last_resort", "escalation", "closing",
    "reopen_within", "reopen_most", "dispute_within", "urge_every",
)  # fmt: skip
_HOURS: Final = re.compile(r"[1-9][0-9]{0,3} hours?")
_TERM: Final = re.compile(r"[1-9][0-9]{0,3} (hours?|(working|calendar) days?)")
_PERCENT: Final = re.compile(r"([0-9]{1,3})%")


def read_tickets(reader: Reader, node: Node | None, form: tuple[Section, ...], steps: dict[str, Step], book: FactBook) -> Tickets | None:
    """The section; None where a service has none or it is faulty in its shape."""
    if node is None:
        return None
    page = reader.fields(node, Text("工单", "the tickets"), _REQUIRED, ("out_of_scope", "words", "alike"))
    if page.refused:
        return None
    asks = _asks(reader, page.get("asks"), form)
    kinds = _kinds(reader, page.get("kinds"), asks, form)
    return Tickets(
        asks=asks,
        steps=_steps(reader, page.get("steps"), steps),
        kinds=kinds,
        tiers=_tiers(reader, page.get("tiers"), book),
        routing=_routing(reader, page.get("routing"), _options(form, asks.category)),
        last_resort=_last_resort(reader, page.get("last_resort")),
        escalation=_escalation(reader, page.get("escalation")),
        closing=_closing(reader, page.get("closing"), kinds),
        reopen_within=reader.limit(page.get("reopen_within"), Text("重办期限", "reopen_within")) or Limit(1, "calendar"),
        reopen_most=reader.number(page.get("reopen_most"), Text("重办次数", "reopen_most"), 1, 9, 1),
        dispute_within=read_hours(reader, page.get("dispute_within"), Text("异议期限", "dispute_within")),
        urge_every=read_hours(reader, page.get("urge_every"), Text("催办间隔", "urge_every")),
        out_of_scope=_elsewhere(reader, page.get("out_of_scope")),
        words=_words(reader, page.get("words"), _options(form, asks.category)),
        alike=_alike(reader, page.get("alike")),
    )


def expectable(tickets: Tickets | None) -> dict[str, tuple[str, ...]]:
    """What a worked test of a ticket service may expect besides: the tier and the department, each with its known words."""
    if tickets is None:
        return {}
    departments = dict.fromkeys(route.department for route in tickets.routing)
    return {"tier": tuple(tier.id for tier in tickets.tiers), "to": (*departments, DISPATCHER)}


def read_term(reader: Reader, node: Node | None, what: Text) -> Term:
    """A period: `2 hours`, `10 working days` or `15 calendar days`."""
    text = reader.matching(node, what, _TERM, Text("如“2 hours”“7 calendar days”的期限", "a period such as “2 hours” or “7 calendar days”"))
    if not text:
        return Hours(1)
    count, unit, *_ = text.split()
    if unit.startswith("hour"):
        return Hours(int(count))
    return Limit(int(count), "working" if unit == "working" else "calendar")


def read_hours(reader: Reader, node: Node | None, what: Text) -> Hours:
    """A period in hours: `24 hours`."""
    text = reader.matching(node, what, _HOURS, Text("如“24 hours”的小时数", "a number of hours such as “24 hours”"))
    return Hours(int(text.split()[0])) if text else Hours(1)


def _asks(reader: Reader, node: Node | None, form: tuple[Section, ...]) -> TicketAsks:
    page = reader.fields(
        node, Text("工单要素", "what tickets ask"), ("category", "area", "what"), ("kind", "address", "place", "anonymous", "contact")
    )
    questions = {question.id: question for section in form for question in section.questions}
    named = {name: _question(reader, page.get(name), questions, types) for name, types in _ASKED.items()}
    contact = tuple(
        word
        for item in reader.items(page.get("contact"), Text("联系方式", "the contact"))
        if (word := _question(reader, item, questions, ()))
    )
    return TicketAsks(**named, contact=contact)


def _question(reader: Reader, node: Node | None, questions: MappingOf[str, Question], types: tuple[str, ...]) -> str:
    word = reader.string(node, Text("问题", "the question"), 60)
    if not word or node is None:
        return ""
    if word not in questions:
        reader.fault(node, Text(f"表单里没有“{word}”这个问题", f"the form has no question “{word}”"), nearest(word, questions))
        return ""
    if types and questions[word].type not in types:
        message = Text(f"问题“{word}”的类型应为 {'、'.join(types)}", f"the question “{word}” must be of the type {' or '.join(types)}")
        reader.fault(node, message)
    return word


def _options(form: tuple[Section, ...], question: str) -> dict[str, Text]:
    found = (one for section in form for one in section.questions if one.id == question)
    return {option.id: option.label for one in found for option in one.options}


def _steps(reader: Reader, node: Node | None, steps: dict[str, Step]) -> TicketSteps:
    page = reader.fields(node, Text("工单环节", "the turns of a ticket"), TURNS)
    found: dict[str, str] = {}
    for turn in TURNS:
        at = page.get(turn)
        word = reader.string(at, Text("环节", "the step"), 60)
        if at is not None and word and (word not in steps or steps[word].together):
            reader.fault(at, Text(f"没有“{word}”这个环节", f"there is no step “{word}”"), nearest(word, steps))
        found[turn] = word
    return TicketSteps(**found)


def _kinds(reader: Reader, node: Node | None, asks: TicketAsks, form: tuple[Section, ...]) -> dict[str, TicketKind]:
    labels = _options(form, asks.kind)
    found: dict[str, TicketKind] = {}
    mapping = reader.mapping(node, Text("诉求类型", "the kinds"))
    for key, value in mapping.entries.values():
        page = reader.fields(value, Text("诉求类型", "a kind"), (), ("title", "sealed", "public", "proof"))
        if asks.kind and key.value not in labels:
            message = Text(f"问题“{asks.kind}”没有“{key.value}”这个选项", f"the question “{asks.kind}” has no option “{key.value}”")
            reader.fault(key, message, nearest(key.value, labels))
        title = reader.maybe_text(page.get("title"), Text("类型名称", "the kind's title")) or labels.get(key.value)
        if title is None:
            reader.fault(key, Text("这个类型没有名称 title", "this kind has no title"))
        found[key.value] = TicketKind(
            key.value,
            title or Text(key.value, key.value),
            *(reader.yes_no(page.get(name), Text(name, name), default=False) for name in ("sealed", "public", "proof")),
        )
    if not mapping.refused and not mapping.entries:
        reader.fault(mapping, Text("至少要有一种诉求类型", "there must be at least one kind"))
    for missing in labels.keys() - found.keys():
        reader.fault(mapping, Text(f"选项“{missing}”没有写在 kinds 里", f"the option “{missing}” is not among the kinds"))
    return found


def _tiers(reader: Reader, node: Node | None, book: FactBook) -> tuple[Tier, ...]:
    found: list[Tier] = []
    mapping = reader.mapping(node, Text("时限档次", "the tiers"))
    for number, (key, value) in enumerate(mapping.entries.values(), start=1):
        page = reader.fields(value, Text("时限档次", "a tier"), ("title", "within"), ("when",))
        is_last = number == len(mapping.entries)
        if is_last == ("when" in page.entries):
            message = (
                Text(
                    "最后一档不能有条件，否则有的诉求没有时限", "the last tier must have no condition, or some tickets would have no limit"
                )
                if is_last
                else Text("没有条件的一档之后，别的都轮不到", "a tier without a condition ends the list: those after it are never reached")
            )
            reader.fault(page.entries["when"][0] if is_last else key, message)
        what = Text("适用条件", "when the tier holds")
        found.append(
            Tier(
                id=reader.ident(key, Text("档次编号", "the tier's id")),
                title=reader.title(page.get("title"), Text("档次名称", "the tier's title")),
                within=read_term(reader, page.get("within"), Text("时限", "the limit")),
                when=read_condition(reader, page.get("when"), what, book, _at_receipt(book)),
            )
        )
    if not mapping.refused and not mapping.entries:
        reader.fault(mapping, Text("至少要有一档时限", "there must be at least one tier"))
    return tuple(found) or (Tier("-", Text("-", "-"), Hours(1)),)


def _at_receipt(book: FactBook) -> Vocabulary:
    """What is known when a ticket comes in, whatever registers say: only that may settle its limit."""
    known = ("form.", "applicant.", "case.")
    return {name: spec for name, spec in book.before_steps().items() if name.startswith(known)}


def _routing(reader: Reader, node: Node | None, categories: MappingOf[str, Text]) -> tuple[Routing, ...]:
    found: list[Routing] = []
    taken: set[str] = set()
    for item in reader.items(node, Text("派单对照表", "the routing")):
        page = reader.fields(item, Text("派单规则", "a routing"), ("categories", "department"), ("area",))
        words = reader.words(page.get("categories"), Text("诉求类别", "the categories"), tuple(categories))
        for word in words:
            if word in taken:
                message = Text(
                    f"“{word}”前面已派给全市，这一行轮不到",
                    f"“{word}” is routed for the whole city above: this line is never reached for it",
                )
                reader.fault(item, message)
        area = reader.reference("area", page.get("area"), Text("区划", "the area"))
        taken |= set(words) if not area else set()
        found.append(Routing(words, reader.reference("department", page.get("department"), Text("承办部门", "the department")), area))
    return tuple(found)


def _last_resort(reader: Reader, node: Node | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in reader.mapping(node, Text("兜底单位", "the last resort")).entries.values():
        area = reader.reference("area", key, Text("区划", "the area"))
        found[area] = reader.reference("department", value, Text("兜底单位", "the department of last resort"))
    return found


def _escalation(reader: Reader, node: Node | None) -> tuple[Rung, ...]:
    found: list[Rung] = []
    for item in reader.items(node, Text("升级督办", "the escalation")):
        page = reader.fields(item, Text("升级一级", "a rung"), ("of",), ("tell", "at", "after"))
        if ("at" in page.entries) == ("after" in page.entries):
            reader.fault(
                page,
                Text(
                    "写 at（时限的百分比）或 after（超时后小时数），二者选一",
                    "write either “at” (a share of the limit) or “after” (hours past it)",
                ),
            )
        shape = Text("如“80%”的百分比", "a share such as “80%”")
        share = reader.matching(page.get("at"), Text("at", "at"), _PERCENT, shape) if "at" in page.entries else ""
        of = reader.string(page.get("of"), Text("单位", "the office"), 60)
        whose = of if of in WHOSE else reader.reference("department", page.get("of"), Text("单位", "the office"))
        rung = Rung(
            tell=reader.reference("role", page.get("tell"), Text("告知岗位", "the role that is told")),
            of=whose,
            percent=int(share.rstrip("%")) if share else 100,
            after=read_hours(reader, page.get("after"), Text("after", "after")) if "after" in page.entries else None,
        )
        if (whose == HOLDER) == ("tell" in page.entries):
            message = Text(
                "除 holder（正在承办的人）外，都要写明告知的岗位 tell", "name the role to “tell”, except for the holder, who has the turn"
            )
            reader.fault(page, message)
        if not 0 < rung.percent <= 100:
            reader.fault(page, Text("百分比应在 1% 到 100% 之间", "the share must be from 1% to 100%"))
        found.append(rung)
    return tuple(found)


def _closing(reader: Reader, node: Node | None, kinds: MappingOf[str, TicketKind]) -> dict[str, Closing]:
    found: dict[str, Closing] = {}
    for key, value in reader.mapping(node, Text("办结理由", "the closing reasons")).entries.values():
        page = reader.fields(value, Text("办结理由", "a closing reason"), ("title", "says", "fixed"), ("kinds",))
        id_ = reader.ident(key, Text("办结理由编号", "the reason's id"))
        found[id_] = Closing(
            id=id_,
            title=reader.title(page.get("title"), Text("办结理由", "the reason's title")),
            says=reader.text(page.get("says"), Text("告知群众的话", "what the person is told")),
            fixed=cast(Fixed, reader.one_of(page.get("fixed"), Text("是否解决", "whether it is fixed"), FIXED, "no")),
            kinds=reader.words(page.get("kinds"), Text("适用类型", "the kinds"), tuple(kinds)),
        )
    return found


def _elsewhere(reader: Reader, node: Node | None) -> tuple[Elsewhere, ...]:
    found: list[Elsewhere] = []
    for key, value in reader.mapping(node, Text("不属受理范围的事", "what is out of scope")).entries.values():
        page: Mapping = reader.fields(value, Text("不属受理范围的事", "what is out of scope"), ("title", "where"), ("urgent",))
        found.append(
            Elsewhere(
                id=reader.ident(key, Text("编号", "the id")),
                title=reader.title(page.get("title"), Text("名称", "the title")),
                where=reader.text(page.get("where"), Text("向哪里反映", "where to turn")),
                urgent=reader.yes_no(page.get("urgent"), Text("urgent", "urgent"), default=False),
            )
        )
    return tuple(found)


def _words(reader: Reader, node: Node | None, categories: MappingOf[str, Text]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in reader.mapping(node, Text("类别提示词", "the words of the categories")).entries.values():
        if key.value not in categories:
            message = Text(f"没有“{key.value}”这个类别", f"there is no category “{key.value}”")
            reader.fault(key, message, nearest(key.value, categories))
        found[key.value] = reader.words(value, Text("提示词", "the words"))
    return found


def _alike(reader: Reader, node: Node | None) -> Alike:
    if node is None:
        return Alike()
    page = reader.fields(node, Text("疑似重复", "what is alike"), (), ("metres", "days", "percent"))
    usual = Alike()
    return Alike(
        metres=reader.number(page.get("metres"), Text("米数", "the metres"), 1, 5000, usual.metres),
        days=reader.number(page.get("days"), Text("天数", "the days"), 1, 365, usual.days),
        percent=reader.number(page.get("percent"), Text("百分比", "the per cent"), 1, 100, usual.percent),
    )
