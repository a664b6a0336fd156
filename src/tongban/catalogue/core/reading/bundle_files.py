"""bundles/<id>.yaml: which services make one event of life, and how they hang together.

Invariant: a bundle is yielded only if its file has no fault and every part's service could be read; otherwise it is left out, and whoever is at fault is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from typing import Final, cast

from tongban.catalogue.core.definition import (
    Audience,
    Before,
    Bundle,
    Gives,
    Limit,
    Limits,
    Resource,
    Service,
    Step,
    Supply,
    Visit,
    Way,
)
from tongban.catalogue.core.merging import Member, Merged, Plan, Problem, merge, merged_vocabulary, name_questions
from tongban.catalogue.core.merging.joined import Said
from tongban.catalogue.core.merging.plan import NEW, TOGETHER
from tongban.catalogue.core.reading.bundle_tests import read_bundle_tests
from tongban.catalogue.core.reading.expressions import FactBook, read_clauses, read_condition, read_typed
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.forms import Draft, check_keys, draft_form, read_needs, with_conditions
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.reading.service_files import CHANNELS, IDENTITIES, demo_values
from tongban.kernel.text import Text
from tongban.parties.core.mandates import KINDS
from tongban.rules.core import Clause, Expression
from tongban.rules.core.faults import nearest

REQUIRED: Final = ("bundle", "title", "department", "procedure", "audience", "limit", "parts", "letters", "tests")
OPTIONAL: Final = (
    "summary", "keywords", "identity", "mandates", "channels", "life_events", "needs", "form", "rules", "same", "answers", "supplies",
    "visits", "basis", "demo_values", "remedies",
)  # fmt: skip
SIDE_BY_SIDE: Final = Text("各部门分别办理", "Each department does its part")
_ONE_DAY: Final = Limit(1, "working")
_SOURCES: Final = Text(
    "“部件.credential”“部件.number”“部件.records.环节.记录项”或“部件.answer.问题”",
    "“part.credential”, “part.number”, “part.records.step.name” or “part.answer.question”",
)


@dataclass(frozen=True)
class BundleGround:
    """What a bundle refers to by content. A service that is at fault itself is declared and not sound."""

    services: MappingOf[str, Service]
    sound: frozenset[str]
    resources: MappingOf[str, Resource]


@dataclass
class _Whole:
    """A bundle's file half read: its parts and pointers, before any expression."""

    page: Mapping
    plan: Plan
    drafts: list[Draft]
    after: dict[str, tuple[str, ...]]
    doubtful: set[str] = field(default_factory=set)


def read_bundle(reader: Reader, stem: str, ground: BundleGround) -> Bundle | None:
    """One bundle, its hash still empty; None if anything in it, or under it, is at fault."""
    page = reader.fields(reader.doc.root, Text("一件事", "a bundle"), REQUIRED, OPTIONAL)
    before = len(reader.faults)
    whole = _structure(reader, page, ground)
    about = _about(reader, page, stem, whole)
    if whole is None or len(whole.plan.members) < 2:
        return None
    names = name_questions(whole.plan)
    book = FactBook(specs=dict(merged_vocabulary(whole.plan, names, ground.resources)), doubtful=whole.doubtful)
    said, rules = _expressions(reader, whole, book)
    check_keys(reader, whole.plan.needs, page.get("needs"), ground.resources, book)
    tests = read_bundle_tests(reader, page.get("tests"), book, names, tuple(said.after), tuple(clause.id for clause in rules))
    visits = _visits(reader, page.get("visits"), whole.plan)
    book.read.update(dict.fromkeys(visit.at for visit in visits if visit.at in book.specs))
    _tell(reader, names.problems)
    if len(reader.faults) > before:
        return None
    merged = merge(whole.plan, names, replace(said, read=frozenset(book.read)), book.before_steps())
    _tell(reader, merged.problems)
    return Bundle(_service(whole, merged, rules, book, about), merged.parts, visits, tests)


def _tell(reader: Reader, problems: Iterable[Problem]) -> None:
    for problem in problems:
        reader.fault(reader.doc.place(*problem.way), problem.message)


def _structure(reader: Reader, page: Mapping, ground: BundleGround) -> _Whole | None:
    """Parts, own form and needs, and which question is which; None if a part's service cannot be used."""
    parts = reader.mapping(page.get("parts"), Text("组成事项", "the parts"))
    members: list[Member] = []
    after: dict[str, tuple[str, ...]] = {}
    for key, node in parts.entries.values():
        member = _member(reader, key, node, ground)
        after[key.value] = _after(reader, node, parts.entries)
        earlier = next((one.alias for one in members if member and one.service.id == member.service.id), None)
        if member is not None and earlier is not None:
            message = Text(f"“{member.service.id}”已是部件“{earlier}”", f"“{member.service.id}” already is the part “{earlier}”")
            reader.fault(node.get("service") or node if isinstance(node, Mapping) else node, message)
        elif member is not None:
            members.append(member)
    if not parts.refused and page.get("parts") is not None and len(parts.entries) < 2:
        reader.fault(page.entries["parts"][0], Text("一件事至少由两个事项组成", "a bundle has at least two parts"))
    book = FactBook()
    drafts = draft_form(reader, page.get("form"), book)
    for section, _ in drafts:
        if section.id in parts.entries or section.id == TOGETHER:
            at = reader.doc.place("form", section.id)
            reader.fault(at, Text(f"“{section.id}”已是一页的名字，请换一个", f"“{section.id}” already names a page; choose another"))
    needs = read_needs(reader, page.get("needs"), ground.resources, book)
    if len(members) < len(parts.entries):
        return None
    plan = Plan(
        members=tuple(members),
        form=tuple(section for section, _ in drafts),
        shown_if=frozenset(name for _, shows in drafts for name in shows),
        needs=needs,
    )
    plan = replace(plan, same=_same(reader, page.get("same"), plan), answers=_answer_texts(reader, page.get("answers"), plan))
    return _Whole(page, replace(plan, supplies=_supplies(reader, page.get("supplies"), plan)), drafts, after, book.doubtful)


def _after(reader: Reader, node: Node, aliases: Collection[str]) -> tuple[str, ...]:
    """The parts that must be granted first."""
    at = node.get("after") if isinstance(node, Mapping) else None
    return tuple(reader.words(at, Text("先办的事项", "the parts before it"), tuple(aliases)))


def _member(reader: Reader, key: Scalar, node: Node, ground: BundleGround) -> Member | None:
    alias = reader.name(key, Text("部件名", "the part's alias"))
    page = reader.fields(node, Text("组成事项", "a part"), ("service",), ("situation", "when", "after", "optional"))
    id_ = reader.reference("service", page.get("service"), Text("服务", "the service"))
    optional = reader.yes_no(page.get("optional"), Text("自选", "optional"), default=False)
    service = ground.services.get(id_)
    if service is None or id_ not in ground.sound or not alias:
        return None
    known = [option.id for option in service.situations]
    situation = reader.one_of(page.get("situation"), Text("办理情形", "the situation"), known, known[0] if known else "new")
    return Member(alias, service, situation, optional, has_when=page.get("when") is not None)


def _own(reader: Reader, at: Scalar, plan: Plan) -> tuple[str, str] | None:
    """`alias.question`, looked up; a fault if there is no such part or question."""
    alias, _, name = at.value.partition(".")
    member = plan.member(alias)
    if member is None:
        aliases = [one.alias for one in plan.members]
        reader.fault(at, Text(f"没有“{alias}”这个部件", f"there is no part “{alias}”"), nearest(alias, aliases))
        return None
    known = [question.id for question in member.service.questions]
    if name not in known:
        message = Text(f"“{member.service.id}”没有“{name}”这个问题", f"“{member.service.id}” has no question “{name}”")
        near = nearest(name, known)
        reader.fault(at, message, f"{alias}.{near}" if near else None)
        return None
    return alias, name


def _same(reader: Reader, node: Node | None, plan: Plan) -> dict[str, tuple[tuple[str, str], ...]]:
    what = Text("同一个问题", "one question")
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    taken: set[tuple[str, str]] = set()
    for key, value in reader.mapping(node, what).entries.values():
        name = reader.name(key, what)
        owns: list[tuple[str, str]] = []
        for item in reader.items(value, what):
            own = _own(reader, item, plan) if isinstance(item, Scalar) else None
            if own in taken:
                reader.fault(item, Text("这个问题已归入另一个", "this question already belongs to another"))
            elif own is not None:
                owns.append(own)
                taken.add(own)
        if len(owns) < 2 and not any(question.id == name for section in plan.form for question in section.questions):
            reader.fault(key, Text("至少要有两个问题才谈得上同一个", "it takes two questions to be one"))
        found[name] = tuple(owns)
    return found


def _answer_texts(reader: Reader, node: Node | None, plan: Plan) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for key, value in reader.mapping(node, Text("不问而答", "the answers")).entries.values():
        own = _own(reader, key, plan)
        if own is not None:
            found[own] = reader.string(value, Text("答案", "the answer"))
    return found


def _supplies(reader: Reader, node: Node | None, plan: Plan) -> dict[tuple[str, str], Supply]:
    found: dict[tuple[str, str], Supply] = {}
    for key, value in reader.mapping(node, Text("结果转用", "the supplies")).entries.values():
        own = _own(reader, key, plan)
        supply = _supply(reader, value, plan)
        if own is not None and own in plan.answers:
            reader.fault(key, Text("这个问题已在 answers 里作答", "this question is answered under “answers” already"))
        if own is not None and supply is not None:
            found[own] = supply
    return found


def _supply(reader: Reader, node: Node, plan: Plan) -> Supply | None:
    word = reader.string(node, Text("结果", "the result"))
    if not word:
        return None
    alias, *rest = word.split(".")
    if plan.member(alias) is None:
        near = nearest(alias, [member.alias for member in plan.members])
        reader.fault(node, Text(f"没有“{alias}”这个部件", f"there is no part “{alias}”"), near)
        return None
    match rest:
        case ["credential"] | ["number"]:
            return Supply(alias, "credential" if rest[0] == "credential" else "number")
        case ["records", step, name]:
            return Supply(alias, "records", step, name)
        case ["answer", name]:
            return Supply(alias, "answer", name=name)
    reader.fault(node, Text("“{word}”不对：应写成{shape}", "“{word}” is wrong: write {shape}").format(word=word, shape=_SOURCES))
    return None


def _expressions(reader: Reader, whole: _Whole, book: FactBook) -> tuple[Said, tuple[Clause, ...]]:
    """The bundle's own expressions and clauses, over the merged facts."""
    when: dict[str, Expression] = {}
    for member in whole.plan.members:
        node = reader.doc.node("parts", member.alias, "when")
        found = read_condition(reader, node, Text("何时需要", "when the part is needed"), book, book.before_steps())
        if found is not None:
            when[member.alias] = found
    answers = _answers(reader, whole, book)
    form = with_conditions(reader, whole.drafts, book)
    shows = {question.id: question.show for section in form for question in section.questions if question.show}
    rules = read_clauses(reader, whole.page.get("rules"), book)
    return Said(when, answers, shows, whole.after), rules


def _answers(reader: Reader, whole: _Whole, book: FactBook) -> dict[tuple[str, str], Expression]:
    """What is answered without asking, each of the type of its question."""
    found: dict[tuple[str, str], Expression] = {}
    given = reader.mapping(whole.page.get("answers"), Text("不问而答", "the answers"))
    questions = {(member.alias, one.id): one for member in whole.plan.members for one in member.service.questions}
    for own in whole.plan.answers:
        node = given.get(".".join(own))
        if node is None:
            continue
        if questions[own].type == "file":
            reader.fault(node, Text("材料不能用式子作答", "a paper cannot be answered by an expression"))
            continue
        answer = read_typed(reader, node, Text("答案", "the answer"), book, book.before_steps(), questions[own].fact)
        if answer is not None:
            found[own] = answer
    return found


def _visits(reader: Reader, node: Node | None, plan: Plan) -> tuple[Visit, ...]:
    what = Text("合并的现场核查", "the joint visits")
    found: list[Visit] = []
    for key, value in reader.mapping(node, what).entries.values():
        page = reader.fields(value, what, ("title", "steps"), ("at",))
        steps: list[tuple[str, str]] = []
        for item in reader.items(page.get("steps"), what):
            alias, _, step = reader.string(item, what).partition(".")
            member = plan.member(alias)
            if member is None:
                near = nearest(alias, [one.alias for one in plan.members])
                reader.fault(item, Text(f"没有“{alias}”这个部件", f"there is no part “{alias}”"), near)
            else:
                steps.append((alias, step))
        title = reader.title(page.get("title"), Text("核查名称", "the visit's title"))
        at = page.get("at")
        found.append(Visit(reader.name(key, what), title, tuple(steps), reader.string(at, what) if at is not None else ""))
    return tuple(found)


def _about(reader: Reader, page: Mapping, stem: str, whole: _Whole | None) -> dict[str, object]:
    """What the guide says of the bundle itself."""
    title = reader.title(page.get("title"), Text("名称", "the bundle's title"))
    events = reader.items(page.get("life_events"), Text("人生大事", "the life events"))
    basis = reader.items(page.get("basis"), Text("依据", "the basis"))
    letters = reader.items(page.get("letters"), Text("文书", "the letters"))
    members = whole.plan.members if whole else ()
    identity = reader.one_of(page.get("identity"), Text("实名级别", "the identity"), IDENTITIES, "named")
    return {
        "id": reader.same_as_file(page.get("bundle"), Text("一件事编号", "the bundle's id"), stem),
        "title": title,
        "summary": reader.maybe_text(page.get("summary"), Text("简介", "the summary")) or title,
        "keywords": reader.words(page.get("keywords"), Text("关键词", "the keywords")),
        "procedure": reader.reference("procedure", page.get("procedure"), Text("程序", "the procedure")),
        "department": reader.reference("department", page.get("department"), Text("牵头部门", "the leading department")),
        "audience": cast(tuple[Audience, ...], reader.words(page.get("audience"), Text("服务对象", "the audience"), ("person", "firm"))),
        "limit": reader.limit(page.get("limit"), Text("办理时限", "the limit")) or _ONE_DAY,
        "letters": tuple(reader.reference("letter", item, Text("文书", "the letter")) for item in letters),
        "identity": max((identity, *(member.service.identity for member in members)), key=IDENTITIES.index),
        "mandates": reader.words(page.get("mandates"), Text("代办方式", "the mandates"), tuple(KINDS)),
        "channels": reader.words(page.get("channels"), Text("办理渠道", "the channels"), CHANNELS) or ("online", "window"),
        "life_events": tuple(reader.reference("life-event", item, Text("人生大事", "the life event")) for item in events),
        "basis": tuple(reader.text(item, Text("依据", "the basis")) for item in basis),
        "demo_values": demo_values(reader, page),
        "remedies": reader.maybe_text(page.get("remedies"), Text("救济途径", "the remedies")),
    }


def _service(whole: _Whole, merged: Merged, rules: tuple[Clause, ...], book: FactBook, about: dict[str, object]) -> Service:
    """The merged service: one way, on which each department does its part."""
    members = whole.plan.members
    limit, letters = cast(Limit, about.pop("limit")), cast(tuple[str, ...], about.pop("letters"))
    return Service(
        hash="",
        code="",
        in_force=max(member.service.in_force for member in members),
        limits=Limits(limit, limit),
        situations=(NEW,),
        before=_summed([member.service.before for member in members]),
        needs=merged.needs,
        form=merged.form,
        rules=rules,
        ways=(Way("together", SIDE_BY_SIDE, ("parts",)),),
        steps={"parts": Step("parts", SIDE_BY_SIDE)},
        gives=Gives(letters=letters),
        vocabulary=book.whole(),
        tests=(),
        **about,  # type: ignore[arg-type]
    )


def _summed(before: list[Before]) -> Before:
    """Before the bundle, each part was applied for by itself."""
    return Before(*(sum(getattr(one, name) for one in before) for name in ("steps", "days", "documents", "visits")))


__all__ = ["BundleGround", "read_bundle"]
