"""profiles/<id>.yaml and pools.yaml: wide tables over resources, and the money that policies are paid from."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import Audience, Grouping, Policy, Pool, Profile, ProfileSource, Resource
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Node, Scalar
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.kernel.text import Text
from tongban.rules.core import FactSpec, Money, Value, ValueFault, Vocabulary
from tongban.rules.core.faults import nearest
from tongban.rules.core.types import INT64, Date

KEYS: Final[MappingOf[str, str]] = {"firm": "uscc", "person": "id_number"}
_RESERVED: Final = ("match", "table")
_LEVELS: Final = ("city", "district", "street")
_LONG: Final = timedelta(days=3660)


def read_profile(reader: Reader, stem: str) -> Profile:
    """profiles/<id>.yaml. Which items are read is settled once the policies are."""
    page = reader.fields(
        reader.doc.root, Text("档案", "a profile"), ("profile", "title", "subject", "subjects", "sources"), ("groups", "trial")
    )
    subject = reader.one_of(page.get("subject"), Text("对象", "the subject"), ("firm", "person"), "firm")
    sources: dict[str, ProfileSource] = {}
    for key, node in reader.mapping(page.get("sources"), Text("来源", "the sources")).entries.values():
        source = _source(reader, key, node)
        sources[source.alias] = source
    subjects = reader.string(page.get("subjects"), Text("名录来源", "who there is"), 40)
    if subjects and subjects not in sources:
        reader.fault(
            page.get("subjects") or page,
            Text(f"没有“{subjects}”这个来源", f"there is no source “{subjects}”"),
            nearest(subjects, sources),
        )
    return Profile(
        id=reader.same_as_file(page.get("profile"), Text("档案编号", "the profile's id"), stem),
        title=reader.title(page.get("title"), Text("档案名称", "the profile's title")),
        subject=cast(Audience, subject),
        key=KEYS[subject],
        subjects=subjects,
        sources=sources,
        groups=_groups(reader, page.get("groups")),
        trial=reader.words(page.get("trial"), Text("可供试算的信息项", "the facts that drafts may be tried with")),
    )


def _groups(reader: Reader, node: Node | None) -> tuple[Grouping, ...]:
    """`groups`: id → by what the figures of a trial are told apart."""
    found = []
    for key, entry in reader.mapping(node, Text("分组", "the groups")).entries.values() if node is not None else ():
        page = reader.fields(entry, Text("分组", "a group"), ("title", "by"), ("areas",))
        level = "" if page.get("areas") is None else reader.one_of(page.get("areas"), Text("区划级别", "the level of areas"), _LEVELS, "")
        found.append(
            Grouping(
                id=reader.name(key, Text("分组的名字", "the group's name")),
                title=reader.title(page.get("title"), Text("分组名称", "the group's title")),
                fact=reader.string(page.get("by"), Text("按哪个信息项分组", "by which fact it is told apart"), 80),
                level=cast(Literal["", "city", "district", "street"], level),
            )
        )
    return tuple(found)


def _source(reader: Reader, key: Scalar, node: Node) -> ProfileSource:
    alias = reader.name(key, Text("来源的名字", "the source's name"))
    if alias in _RESERVED:
        reader.fault(key, Text(f"“{alias}”是保留的名字，请换一个", f"“{alias}” is a reserved name; choose another"))
    page = reader.fields(node, Text("来源", "a source"), ("resource", "stale"))
    resource = reader.reference("resource", page.get("resource"), Text("数据资源", "the resource"))
    return ProfileSource(alias, resource, reader.period(page.get("stale"), Text("过期时间", "when it is stale"), _LONG))


def vocabulary_of(profile: Profile, resources: MappingOf[str, Resource]) -> tuple[Vocabulary, set[str]]:
    """The facts of a profile, and the aliases whose resource could not be read."""
    facts: dict[str, FactSpec] = {MATCH_ON: FactSpec(Date())}
    doubtful = set()
    for source in profile.sources.values():
        resource = resources.get(source.resource)
        if resource is None or (resource.key != profile.key):
            doubtful.add(source.alias)
        if resource is not None:
            facts |= {f"{source.alias}.{item.name}": item.spec for item in resource.items.values()}
    return facts, doubtful


def with_items(profiles: MappingOf[str, Profile], policies: MappingOf[str, Policy]) -> dict[str, Profile]:
    """The profiles with the items that some policy reads: data minimisation, not the whole register."""
    read: dict[str, set[str]] = {id_: set() for id_ in profiles}
    for policy in policies.values():
        read.setdefault(policy.profile, set()).update(policy.vocabulary)
    found = {}
    for id_, profile in profiles.items():
        sources = {
            alias: replace(source, items=tuple(sorted(name.partition(".")[2] for name in read[id_] if name.startswith(f"{alias}."))))
            for alias, source in profile.sources.items()
        }
        found[id_] = replace(profile, sources=sources)
    return found


def read_pools(reader: Reader) -> dict[str, Pool]:
    """pools.yaml."""
    page = reader.fields(reader.doc.root, Text("资金池", "the pools"), ("pools",))
    found: dict[str, Pool] = {}
    for key, node in reader.mapping(page.get("pools"), Text("资金池", "the pools")).entries.values():
        entry = reader.fields(node, Text("资金池", "a pool"), ("title", "department", "amount", "from", "until", "exhausted"), ("bank",))
        first, last = (reader.day(entry.get(name), Text("资金期间", "the pool's period")) for name in ("from", "until"))
        if first > last:
            reader.fault(entry, Text("起始日晚于截止日", "it begins after it ends"))
        exhausted = reader.one_of(entry.get("exhausted"), Text("用完之后", "what an empty pool means"), ("queue", "stop"), "queue")
        id_ = reader.ident(key, Text("资金池编号", "the pool's id"))
        found[id_] = Pool(
            id=id_,
            title=reader.title(entry.get("title"), Text("资金池名称", "the pool's title")),
            department=reader.reference("department", entry.get("department"), Text("主管部门", "the department")),
            amount=read_money(reader, entry.get("amount"), Text("金额", "the amount")) or 0,
            first=first,
            last=last,
            exhausted=cast(Literal["queue", "stop"], exhausted),
            bank=reader.reference("system", entry.get("bank"), Text("付款银行", "the bank")),
        )
    return found


def read_money(reader: Reader, node: Node | None, what: Text) -> int | None:
    """A sum in fen that is above nothing; None if there is none or it is faulty."""
    word = reader.string(node, what)
    if not word or node is None:
        return None
    try:
        value: int = Value(Money(1, INT64).read(word)).value
    except ValueFault as fault:
        reader.fault(node, fault.message, fault.nearest)
        return None
    return value
