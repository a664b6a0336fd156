"""services/<id>/service.yaml: one service, from its title to its tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import Audience, Before, CredentialType, Gives, Need, Option, Resource, Role, Service, System
from tongban.catalogue.core.reading.courses import Doers, read_gives, read_limits, read_steps, read_ways
from tongban.catalogue.core.reading.expressions import FactBook, foresee, read_clauses
from tongban.catalogue.core.reading.feedback_files import read_about
from tongban.catalogue.core.reading.fees import read_fees
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.forms import check_keys, read_form, read_needs
from tongban.catalogue.core.reading.licences import read_held, read_number
from tongban.catalogue.core.reading.nodes import Mapping, Node
from tongban.catalogue.core.reading.promises import foresee_promise, read_silence, read_tolerance
from tongban.catalogue.core.reading.ticket_sections import expectable, read_tickets
from tongban.catalogue.core.reading.worked_tests import read_tests
from tongban.catalogue.core.words import APPLICANT, RECEIVED_ON, SITUATION, SITUATIONS
from tongban.kernel.text import Text
from tongban.parties.core.mandates import KINDS
from tongban.rules.core import Choice, Date, FactSpec
from tongban.rules.core.faults import nearest

CHANNELS: Final = ("online", "window", "kiosk", "phone", "mail", "home")
INITIATIVES: Final = ("applicant", "office", "redemption")
IDENTITIES: Final = ("named", "live", "counter")
REQUIRED: Final = (
    "service", "title", "code", "procedure", "in_force", "department", "audience", "limits", "situations", "before",
    "form", "rules", "ways", "steps", "gives", "tests",
)  # fmt: skip
OPTIONAL: Final = (
    "summary", "keywords", "needs", "identity", "mandates", "channels", "visit", "life_events", "basis", "demo_values", "remedies",
    "applicant_silence", "tolerance", "fees", "licence", "initiative", "about", "tickets",
)  # fmt: skip
LATER: Final = ("amount", "budget", "excludes", "redeem", "bundle")


@dataclass(frozen=True)
class Ground:
    """What a service may refer to by content: the rest is looked up by name afterwards."""

    resources: MappingOf[str, Resource]
    roles: dict[str, Role]
    credentials: MappingOf[str, CredentialType]
    systems: MappingOf[str, System]


def read_service(reader: Reader, stem: str, ground: Ground) -> Service:
    """One service. Its hash is still empty."""
    page = reader.fields(reader.doc.root, Text("服务", "a service"), REQUIRED, OPTIONAL, LATER)
    audience = reader.words(page.get("audience"), Text("服务对象", "the audience"), ("person", "firm"))
    situations = reader.options(page.get("situations"), Text("办理情形", "the situations"), SITUATIONS)
    book = FactBook(specs=_roots(situations), foreseen=foresee(page.get("steps")))
    foresee_promise(page.get("ways"), book)
    licence = read_held(reader, page.get("licence"), ground.credentials, book)
    needs = read_needs(reader, page.get("needs"), ground.resources, book)
    form = read_form(reader, page.get("form"), book)
    check_keys(reader, needs, page.get("needs"), ground.resources, book)
    steps = read_steps(reader, page.get("steps"), Doers(ground.roles, ground.systems), book)
    rules = read_clauses(reader, page.get("rules"), book)
    ways = read_ways(reader, page.get("ways"), steps, ground.resources, book)
    gives = read_gives(reader, page.get("gives"), ground.resources, book)
    tolerance = read_tolerance(reader, page.get("tolerance"), book)
    fees = read_fees(reader, page.get("fees"), book)
    tickets = read_tickets(reader, page.get("tickets"), form, steps, book)
    _read_by_credentials((gives, *(way.gives for way in ways if way.gives)), ground, book)
    clauses = tuple(reader.mapping(page.get("rules"), Text("规则", "the rules")).entries)
    return Service(
        id=reader.same_as_file(page.get("service"), Text("服务编号", "the service's id"), stem),
        hash="",
        needs=tuple(_with_items(need, book) for need in needs),
        form=form,
        rules=rules,
        ways=ways,
        steps=steps,
        gives=gives,
        fees=fees,
        vocabulary=book.whole(),
        tests=read_tests(reader, page.get("tests"), book, clauses, tuple(way.id for way in ways), expectable(tickets)),
        tickets=tickets,
        audience=cast(tuple[Audience, ...], audience),
        situations=situations,
        silence=read_silence(reader, page.get("applicant_silence")),
        tolerance=tolerance,
        licence=licence,
        licence_number=read_number(reader, page.get("licence"), book),
        **_about(reader, page),  # type: ignore[arg-type]
    )


def _read_by_credentials(given: Iterable[Gives], ground: Ground, book: FactBook) -> None:
    """What stands on a credential was read."""
    for one in given:
        if one.credential in ground.credentials:
            book.read.update(dict.fromkeys(fact for _, _, fact in ground.credentials[one.credential].fields))


def _roots(situations: tuple[Option, ...]) -> dict[str, FactSpec]:
    return {
        **APPLICANT,
        RECEIVED_ON: FactSpec(Date()),
        SITUATION: FactSpec(Choice(tuple(option.id for option in situations) or ("-",))),
    }


def _with_items(need: Need, book: FactBook) -> Need:
    prefix = need.alias + "."
    return replace(need, items=tuple(sorted(name.removeprefix(prefix) for name in book.read if name.startswith(prefix))))


def _about(reader: Reader, page: Mapping) -> dict[str, object]:
    """What the guide says: names, codes, channels, basis."""
    title = reader.title(page.get("title"), Text("服务名称", "the service's title"))
    identity = reader.one_of(page.get("identity"), Text("实名级别", "the identity"), IDENTITIES, "named")
    events = reader.items(page.get("life_events"), Text("人生大事", "the life events"))
    initiative = reader.one_of(page.get("initiative"), Text("由谁启动", "who begins"), INITIATIVES, "applicant")
    basis = reader.items(page.get("basis"), Text("设定依据", "the basis"))
    return {
        "title": title,
        "summary": reader.maybe_text(page.get("summary"), Text("简介", "the summary")) or title,
        "keywords": reader.words(page.get("keywords"), Text("关键词", "the keywords")),
        "code": reader.matching(page.get("code"), Text("基本编码", "the code"), re.compile("[0-9]{12}"), Text("12 位数字", "12 digits")),
        "procedure": reader.reference("procedure", page.get("procedure"), Text("程序", "the procedure")),
        "in_force": reader.day(page.get("in_force"), Text("施行日期", "in_force")),
        "department": reader.reference("department", page.get("department"), Text("实施部门", "the department")),
        "limits": read_limits(reader, page.get("limits")),
        "before": _before(reader, page.get("before")),
        "identity": cast(Literal["named", "live", "counter"], identity),
        "initiative": cast(Literal["applicant", "office", "redemption"], initiative),
        "mandates": reader.words(page.get("mandates"), Text("代办方式", "the mandates"), tuple(KINDS)),
        "channels": reader.words(page.get("channels"), Text("办理渠道", "the channels"), CHANNELS) or ("online", "window"),
        "visit": reader.maybe_text(page.get("visit"), Text("到场原因", "why one must come")),
        "life_events": tuple(reader.reference("life-event", item, Text("人生大事", "the life event")) for item in events),
        "basis": tuple(reader.text(item, Text("设定依据", "the basis")) for item in basis),
        "demo_values": demo_values(reader, page),
        "remedies": reader.maybe_text(page.get("remedies"), Text("救济途径", "the remedies")),
        "about": read_about(reader, page.get("about")),
    }


def _before(reader: Reader, node: Node | None) -> Before:
    page = reader.fields(node, Text("改革前", "before"), ("steps", "days", "documents", "visits"))
    what = Text("改革前的数", "the figure before")
    return Before(*(reader.number(page.get(name), what, 0, 9999) for name in ("steps", "days", "documents", "visits")))


def demo_values(reader: Reader, page: Mapping) -> tuple[str, ...]:
    """The keys of this file whose values are a demonstration, e.g. `limits` or `limits.promised`."""
    found: list[str] = []
    for item in reader.items(page.get("demo_values"), Text("演示值", "the demonstration values")):
        word = reader.string(item, Text("演示值", "a demonstration value"))
        if word and reader.doc.node(*word.split(".")) is None:
            reader.fault(item, Text(f"本文件没有“{word}”这一项", f"this file has no “{word}”"), nearest(word, page.entries))
        found.append(word)
    return tuple(found)
