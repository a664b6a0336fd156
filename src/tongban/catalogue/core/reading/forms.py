"""Needs and form of a service: what departments hold, and what is still asked."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import Need, Question, QuestionType, Resource, Section
from tongban.catalogue.core.reading.expressions import FactBook, read_condition
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.holdings import TYPE_KEYS, fact_type
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.words import NTH_SECTION, ONE_SECTION, ROOTS
from tongban.kernel.text import Text
from tongban.rules.core import Bool, FactSpec, TextType
from tongban.rules.core.faults import nearest

QUESTION_TYPES: Final = ("text", "long-text", "yes-no", "choice", "int", "decimal", "money", "date", "file", "phone", "bank-account")
FILE_KINDS: Final = ("pdf", "jpg", "png")
IF_SILENT: Final = ("wait", "upload", "officer")
_QUESTION_KEYS: Final = ("hint", "required", "show", "accept", "max_bytes", "supplies", "secondary", *TYPE_KEYS)


def read_needs(reader: Reader, node: Node | None, resources: MappingOf[str, Resource], book: FactBook) -> tuple[Need, ...]:
    """`needs`: alias → need. Its facts join the book; which items are asked for is settled once everything is read."""
    found: list[Need] = []
    for key, value in reader.mapping(node, Text("数据需求", "the needs")).entries.values():
        before = len(reader.faults)
        need = _need(reader, key, value, book)
        if need.alias in ROOTS:
            reader.fault(key, Text(f"“{need.alias}”是保留的名字，请换一个", f"“{need.alias}” is a reserved name; choose another"))
        resource = resources.get(need.resource)
        if resource is None or len(reader.faults) > before:
            book.doubtful.add(need.alias)
        if resource is not None:
            book.specs.update({f"{need.alias}.{item.name}": item.spec for item in resource.items.values()})
        found.append(need)
    return tuple(found)


def _need(reader: Reader, key: Scalar, node: Node, book: FactBook) -> Need:
    page = reader.fields(
        node,
        Text("数据需求", "a need"),
        ("resource", "by", "purpose"),
        ("when", "consent", "whose", "fresh", "if_silent", "title"),
        ("list", "sum", "count"),
    )
    silent = reader.one_of(page.get("if_silent"), Text("查不到时", "if_silent"), IF_SILENT, "wait")
    return Need(
        alias=reader.name(key, Text("数据需求的名字", "the need's alias")),
        resource=reader.reference("resource", page.get("resource"), Text("数据资源", "the resource")),
        by=reader.string(page.get("by"), Text("查询键来源", "where the key comes from"), 100),
        purpose=reader.ident(page.get("purpose"), Text("用途", "the purpose")),
        fresh=reader.period(page.get("fresh"), Text("有效时间", "fresh"), timedelta(days=1)),
        items=(),
        if_silent=cast(Literal["wait", "upload", "officer"], silent),
        title=reader.maybe_text(page.get("title"), Text("所替代的材料", "the need's title")),
        when=read_condition(reader, page.get("when"), Text("查询条件", "when it is asked for"), book, _roots(book)),
        consent=reader.string(page.get("consent"), Text("授权的问题", "whose yes allows it"), 100),
        whose=reader.maybe_text(page.get("whose"), Text("谁的记录", "whose record it is")),
    )


def _roots(book: FactBook) -> dict[str, FactSpec]:
    """What is known before any register is asked and any question answered."""
    return {name: spec for name, spec in book.specs.items() if name.split(".")[0] in ROOTS and not name.startswith("form.")}


def check_keys(reader: Reader, needs: tuple[Need, ...], node: Node | None, resources: MappingOf[str, Resource], book: FactBook) -> None:
    """Each need's key comes from the applicant, an answer in the form or a need before it, and is of the resource's kind; its consent is a yes-no question."""
    known = ["applicant.uscc", "applicant.id_number", *(name for name in book.specs if name.startswith("form."))]
    for need in needs:
        page = node.get(need.alias) if isinstance(node, Mapping) else None
        if isinstance(page, Mapping):
            _check_key(reader, need, page.get("by"), resources.get(need.resource), known, book)
            _check_consent(reader, need, page.get("consent"), book)
        known += [name for name in book.specs if name.startswith(f"{need.alias}.") and isinstance(book.specs[name].type, TextType)]


def _check_key(reader: Reader, need: Need, at: Node | None, resource: Resource | None, known: list[str], book: FactBook) -> None:
    if at is None or not need.by:
        return
    if need.by not in known:
        if not book.is_doubtful(need.by):
            message = Text(
                f"“{need.by}”不能作查询键：应为 applicant.uscc、applicant.id_number、form.<问题>，或前面某项数据需求里的一项文字",
                f"“{need.by}” cannot be a key: use applicant.uscc, applicant.id_number, form.<question>, or a text of a need before this one",
            )
            reader.fault(at, message, nearest(need.by, known))
    elif need.by.startswith("applicant."):
        if resource is not None and need.by != f"applicant.{resource.key}":
            message = Text(
                f"资源“{resource.id}”按 {resource.key} 查询，不能用 {need.by}",
                f"the resource “{resource.id}” is asked by {resource.key}, not by {need.by}",
            )
            near = f"applicant.{resource.key}" if resource.key in ("uscc", "id_number") else None
            reader.fault(at, message, near)
    else:
        book.read.setdefault(need.by)


def _check_consent(reader: Reader, need: Need, at: Node | None, book: FactBook) -> None:
    if at is None or not need.consent or book.is_doubtful(need.consent):
        return
    questions = [name for name in book.specs if name.startswith("form.") and isinstance(book.specs[name].type, Bool)]
    if need.consent not in questions:
        message = Text(
            f"“{need.consent}”不是表单里的是否题，不能作授权", f"“{need.consent}” is no yes-no question of the form: it cannot be a consent"
        )
        reader.fault(at, message, nearest(need.consent, questions))


Draft = tuple[Section, dict[str, Node]]
"""A section without conditions, and by question the condition that was written."""


def read_form(reader: Reader, node: Node | None, book: FactBook) -> tuple[Section, ...]:
    """`form`: section → questions. The questions' facts join the book before any `show` is read, so that a question may show by a later one."""
    return with_conditions(reader, draft_form(reader, node, book), book)


def draft_form(reader: Reader, node: Node | None, book: FactBook) -> list[Draft]:
    """The sections with their questions' facts in the book, no condition read yet."""
    form = reader.mapping(node, Text("表单", "the form"))
    drafts: list[Draft] = []
    for number, (key, value) in enumerate(form.entries.values(), start=1):
        id_ = reader.matching(
            key, Text("表单部分编号", "the section's id"), re.compile("[a-z0-9]+([_-][a-z0-9]+)*"), Text("小写英文词", "lower-case words")
        )
        title = ONE_SECTION if len(form.entries) == 1 else NTH_SECTION.format(n=number)
        drafts.append(_section(reader, id_, value, title, book))
    return drafts


def with_conditions(reader: Reader, drafts: list[Draft], book: FactBook) -> tuple[Section, ...]:
    """The sections, each question with the condition under which it is shown."""
    return tuple(
        replace(section, questions=tuple(_shown(reader, question, shows.get(question.id), book) for question in section.questions))
        for section, shows in drafts
    )


def _section(reader: Reader, id_: str, node: Node, title: Text, book: FactBook) -> Draft:
    questions: list[Question] = []
    shows: dict[str, Node] = {}
    for key, value in reader.mapping(node, Text("表单部分", "a section")).entries.values():
        if key.value == "title":
            title = reader.text(value, Text("部分标题", "the section's title"))
            continue
        before = len(reader.faults)
        question, show = _question(reader, key, id_, value)
        name = f"form.{question.id}"
        if name in book.specs:
            reader.fault(key, Text(f"问题“{question.id}”重复", f"the question “{question.id}” is asked twice"))
        book.specs[name] = FactSpec(question.fact, may_be_none=show is not None or not question.required)
        if len(reader.faults) > before:
            book.doubtful.add(name)
        if show is not None:
            shows[question.id] = show
        questions.append(question)
    return Section(id_, title, tuple(questions)), shows


def _question(reader: Reader, key: Scalar, section: str, node: Node) -> tuple[Question, Node | None]:
    page = reader.fields(node, Text("问题", "a question"), ("type", "label"), _QUESTION_KEYS, ("repeat", "prefill", "compute"))
    kind = reader.one_of(page.get("type"), Text("问题类型", "the question's type"), QUESTION_TYPES, "text")
    options = reader.options(page.get("options"), Text("选项", "the options"))
    if kind != "file":
        for name in ("accept", "max_bytes", "secondary"):
            if name in page.entries:
                reader.fault(page.entries[name][0], Text(f"只有 file 类型才用“{name}”", f"only a file question has “{name}”"))
    accept = reader.words(page.get("accept"), Text("文件种类", "the kinds of file"), FILE_KINDS)
    question = Question(
        id=reader.name(key, Text("问题编号", "the question's id")),
        section=section,
        type=cast(QuestionType, kind),
        label=reader.text(page.get("label"), Text("问题", "the question's label")),
        fact=fact_type(reader, page, kind, options),
        hint=reader.maybe_text(page.get("hint"), Text("提示", "the hint")),
        required=reader.yes_no(page.get("required"), Text("必填", "required"), default=True),
        options=options,
        accept=accept or (FILE_KINDS if kind == "file" else ()),
        max_bytes=reader.number(page.get("max_bytes"), Text("最大字节数", "max_bytes"), 1, 25_000_000, 10_000_000),
        supplies=reader.maybe_text(page.get("supplies"), Text("由谁提供", "who supplies it")),
        secondary=reader.yes_no(page.get("secondary"), Text("可容缺", "secondary"), default=False),
    )
    return question, page.get("show")


def _shown(reader: Reader, question: Question, node: Node | None, book: FactBook) -> Question:
    show = read_condition(reader, node, Text("显示条件", "when the question is shown"), book, book.before_steps())
    return replace(question, show=show)
