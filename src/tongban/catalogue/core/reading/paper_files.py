"""Procedures, credentials, letters and messages: procedures/<id>.yaml, credentials/<id>.yaml, letters/<id>.yaml, messages.yaml."""

from __future__ import annotations

import re
import string
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import ACTS, STAYING, CredentialType, LetterType, MessageType, Procedure, State, Transition
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.holdings import read_mark
from tongban.catalogue.core.reading.nodes import Mapping, Mark, Node, Scalar
from tongban.catalogue.core.reading.places import place
from tongban.catalogue.core.words import ANSWER
from tongban.kernel.text import Text
from tongban.rules.core.faults import nearest

STATIONS: Final = ("apply", "accept", "review", "decide", "deliver")
CLOCKS: Final = ("before", "running", "stopped", "ended")
LETTER_ACTS: Final = (*ACTS, "accept-owing", "check", "recheck", "propose-annulment", "drop-annulment", "propose-ending", "drop-ending")
"""The acts that a procedure may tell by a letter: its verbs, acceptance while papers are owed, what follows a promise, and what an office proposes."""
LETTER_WORDS: Final = (
    "number", "service", "applicant", "applied_on", "accepted_on", "decided_on", "due_on", "department", "reasons", "conditions",
    "basis", "remedies", "amount", "correction", "credential", "results", "fees", "about",
    "stop_kind", "stop_days", "stop_until", "extended_days", "statutory_due_on", "owed", "owed_by", "promised", "check_by", "findings", "hear_until", "hear_days",
    "situation", "answer_due_on", "papers_received", "credential_title", "credential_number", "valid_from", "valid_until", "term", "held_title", "held_number", "held_until",
    "ends_after", "reply_by", "signed", "elsewhere", "overturned",
    "policy_clauses", "policy_formula", "policy_pool", "policy_document", "decided_words",
)  # fmt: skip
"""The case's own words, all that a letter may fill in; `reasons` tells the facts, clause by clause."""
_PROCEDURE_KEYS: Final = (
    "correction_within", "silence_accepts", "deliver_within", "delivered_on", "extension", "lawful_stops", "letters", "basis", "rated",
)  # fmt: skip
_LETTER_KEYS: Final = ("mark", "attachments", "replaces", "annuls", "whole_numbers")
_ANSWER: Final = re.compile(ANSWER + "[a-z][a-z0-9_]*")
MESSAGE_WORDS: Final = ("number", "service", "due", "city", "count", "visit")
"""All that a message may say: nothing personal travels by message."""


def read_procedure(reader: Reader, stem: str) -> Procedure:
    """procedures/<id>.yaml."""
    what = Text("办理程序", "a procedure")
    page = reader.fields(reader.doc.root, what, ("procedure", "title", "first", "states", "transitions"), _PROCEDURE_KEYS)
    states = {
        state.id: state
        for key, node in reader.mapping(page.get("states"), Text("状态", "the states")).entries.values()
        if (state := _state(reader, key, node)).id
    }
    silence = reader.yes_no(page.get("silence_accepts"), Text("silence_accepts", "silence_accepts"), default=False)
    correction = reader.limit(page.get("correction_within"), Text("补正告知期限", "the time to ask for corrections"))
    if silence and correction is None and "correction_within" not in page.entries:
        reader.fault(
            page.entries["silence_accepts"][0],
            Text("silence_accepts 需要 correction_within", "“silence_accepts” needs “correction_within”"),
        )
    return Procedure(
        id=reader.same_as_file(page.get("procedure"), Text("程序编号", "the procedure's id"), stem),
        title=reader.title(page.get("title"), Text("程序名称", "the procedure's title")),
        states=states,
        transitions=_transitions(reader, page.get("transitions"), states),
        first=_state_word(reader, page.get("first"), Text("起始状态", "the first state"), states),
        correction_within=correction,
        silence_accepts=silence,
        deliver_within=reader.limit(page.get("deliver_within"), Text("送达期限", "the time to deliver")),
        delivered_on=cast(
            Literal["reading", "arrival"],
            reader.one_of(page.get("delivered_on"), Text("电子送达以何为准", "delivered_on"), ("reading", "arrival"), "reading"),
        ),
        extension=reader.limit(page.get("extension"), Text("延长期限", "the extension")),
        lawful_stops=reader.options(page.get("lawful_stops"), Text("法定中止事由", "the lawful stops")),
        letters=_letters(reader, page.get("letters")),
        basis=_basis(reader, page.get("basis")),
        rated=_rated(reader, page.get("rated"), states),
    )


def _letters(reader: Reader, node: Node | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in reader.mapping(node, Text("文书", "the letters")).entries.values():
        act = reader.one_of(key, Text("动作", "the act"), LETTER_ACTS, "")
        found[act] = reader.reference("letter", value, Text("文书", "the letter"))
    return found


def _basis(reader: Reader, node: Node | None) -> dict[str, Text]:
    what = Text("文书的依据", "the basis of a letter")
    entries = reader.mapping(node, what).entries.values()
    return {reader.reference("letter", key, what): reader.text(value, what) for key, value in entries}


def _state(reader: Reader, key: Scalar, node: Node) -> State:
    page = reader.fields(node, Text("状态", "a state"), ("title", "clock"), ("code", "code_if_tolerated", "station", "terminal"))
    return State(
        id=reader.ident(key, Text("状态编号", "the state's id")),
        title=reader.title(page.get("title"), Text("状态名称", "the state's title")),
        clock=cast(
            Literal["before", "running", "stopped", "ended"], reader.one_of(page.get("clock"), Text("计时", "the clock"), CLOCKS, "before")
        ),
        national_code=_code(reader, page.get("code")),
        code_if_tolerated=_code(reader, page.get("code_if_tolerated")),
        station=reader.one_of(page.get("station"), Text("环节", "the station"), STATIONS, ""),
        terminal=reader.yes_no(page.get("terminal"), Text("terminal", "terminal"), default=False),
    )


def _code(reader: Reader, node: Node | None) -> str:
    return reader.matching(node, Text("国家状态码", "the national code"), re.compile("[0-9]{1,3}"), Text("数字", "digits"))


def _state_word(reader: Reader, node: Node | None, what: Text, states: dict[str, State]) -> str:
    word = reader.string(node, what)
    if word and word not in states and node is not None:
        message = Text("{what}“{word}”不在 states 里", "{what} “{word}” is not among the states")
        reader.fault(node, message.format(what=what, word=word), nearest(word, states))
    return word


def _transitions(reader: Reader, node: Node | None, states: dict[str, State]) -> tuple[Transition, ...]:
    found: list[Transition] = []
    taken: set[tuple[str, str]] = set()
    for item in reader.items(node, Text("流转", "the transitions")):
        page = reader.fields(item, Text("流转", "a transition"), ("act", "from"), ("to", "cite", "code", "title"))
        act = reader.one_of(page.get("act"), Text("动作", "the act"), ACTS, "")
        sources = _sources(reader, page.get("from"), states)
        for source in sources:
            if (act, source) in taken:
                reader.fault(item, Text(f"状态“{source}”的动作“{act}”写了两次", f"the act “{act}” leads out of “{source}” twice"))
            taken.add((act, source))
        cite = reader.string(page.get("cite"), Text("依据", "the citation"))
        title = reader.maybe_text(page.get("title"), Text("动作名称", "the act's title"))
        if page.get("to") is None and act in STAYING:
            found += [Transition(act, (source,), source, cite, title=title) for source in sources]
            continue
        if page.get("to") is None:
            reader.fault(item, Text("流转缺少“to”", "a transition lacks “to”"))
        target = _state_word(reader, page.get("to"), Text("目标状态", "the target"), states)
        found.append(Transition(act, sources, target, cite, _code(reader, page.get("code")), title))
    return tuple(found)


def _sources(reader: Reader, node: Node | None, states: dict[str, State]) -> tuple[str, ...]:
    what = Text("起点状态", "the source")
    if isinstance(node, Scalar):
        return (_state_word(reader, node, what, states),)
    return tuple(_state_word(reader, item, what, states) for item in reader.items(node, what))


def _rated(reader: Reader, node: Node | None, states: dict[str, State]) -> tuple[str, ...]:
    what = Text("可评价的状态", "a state that can be rated")
    return tuple(_state_word(reader, item, what, states) for item in reader.items(node, what))


def read_credential(reader: Reader, stem: str) -> CredentialType:
    """credentials/<id>.yaml. Which facts a field may show is checked against each service that gives the credential."""
    page = reader.fields(
        reader.doc.root, Text("证照", "a credential"), ("credential", "title", "type_code", "defined_by", "fields"), ("valid",)
    )
    fields: list[tuple[str, Text, str]] = []
    for key, node in reader.mapping(page.get("fields"), Text("照面项", "the fields")).entries.values():
        name = reader.name(key, Text("照面项名", "the field's name"))
        entry = reader.fields(node, Text("照面项", "a field"), ("label", "fact"))
        fact = reader.string(entry.get("fact"), Text("事实", "the fact"), 100)
        fields.append((name, reader.text(entry.get("label"), Text("照面项名称", "the field's label")), fact))
    return CredentialType(
        id=reader.same_as_file(page.get("credential"), Text("证照编号", "the credential's id"), stem),
        title=reader.title(page.get("title"), Text("证照名称", "the credential's title")),
        type_code=reader.string(page.get("type_code"), Text("证照类型代码", "the type code"), 40),
        defined_by=reader.string(page.get("defined_by"), Text("定义单位", "who defines it"), 200),
        valid_months=_months(reader, page.get("valid")),
        fields=tuple(fields),
    )


def _months(reader: Reader, node: Node | None) -> int | None:
    value = reader.string(node, Text("有效期", "the validity"))
    found = re.fullmatch(r"([1-9][0-9]{0,2}) (month|year)s?", value)
    if found:
        return int(found[1]) * (12 if found[2] == "year" else 1)
    if value and node is not None and value != "unlimited":
        reader.fault(
            node, Text("有效期应写成“60 months”“5 years”或“unlimited”", "the validity is written “60 months”, “5 years” or “unlimited”")
        )
    return None


def read_letter(reader: Reader, stem: str) -> LetterType:
    """letters/<id>.yaml."""
    page = reader.fields(reader.doc.root, Text("文书", "a letter"), ("letter", "title", "paragraphs"), ("sealed", *_LETTER_KEYS))
    items = reader.items(page.get("paragraphs"), Text("正文", "the paragraphs"))
    attached = reader.items(page.get("attachments"), Text("附件", "the attachments"))
    paragraphs = tuple(reader.text(item, Text("段落", "a paragraph")) for item in items)
    for item in (*items, *attached):
        _check_words(reader, item, LETTER_WORDS, Text("文书", "a letter"))
    if page.get("paragraphs") is not None and not paragraphs:
        reader.fault(cast(Node, page.get("paragraphs")), Text("文书没有正文", "the letter has no paragraphs"))
    return LetterType(
        id=reader.same_as_file(page.get("letter"), Text("文书编号", "the letter's id"), stem),
        title=reader.title(page.get("title"), Text("文书名称", "the letter's title")),
        paragraphs=paragraphs,
        sealed=reader.yes_no(page.get("sealed"), Text("sealed", "sealed"), default=True),
        mark=read_mark(reader, page.get("mark"), Text("文种代字", "the letter's mark")),
        attachments=tuple(reader.text(item, Text("附件", "an attachment")) for item in attached),
        replaces=_other_letters(reader, page.get("replaces")),
        annuls=_other_letters(reader, page.get("annuls")),
        whole_numbers=reader.yes_no(page.get("whole_numbers"), Text("whole_numbers", "whole_numbers"), default=False),
    )


def _other_letters(reader: Reader, node: Node | None) -> tuple[str, ...]:
    what = Text("被代替、撤销的文书", "the letters that no longer stand")
    return tuple(reader.reference("letter", item, what) for item in reader.items(node, what))


def read_messages(reader: Reader) -> dict[str, MessageType]:
    """messages.yaml: template id → text. Placeholders are the closed list `MESSAGE_WORDS`."""
    found: dict[str, MessageType] = {}
    page: Mapping = reader.mapping(reader.doc.root, Text("消息", "the messages"))
    for key, node in page.entries.values():
        id_ = reader.ident(key, Text("消息编号", "the message's id"))
        entry = reader.fields(node, Text("消息", "a message"), ("text",), ("urgent",))
        text = reader.text(entry.get("text"), Text("消息内容", "the message's text"))
        _check_words(reader, entry.get("text"), MESSAGE_WORDS, Text("消息", "a message"))
        found[id_] = MessageType(id_, text, reader.yes_no(entry.get("urgent"), Text("urgent", "urgent"), default=False))
    return found


def _check_words(reader: Reader, pair: Node | None, known: tuple[str, ...], what: Text) -> None:
    """Every placeholder of both languages is one of the closed list."""
    for lang in ("zh", "en"):
        at = pair.get(lang) if isinstance(pair, Mapping) else None
        if not isinstance(at, Scalar):
            continue
        for word in _placeholders(reader, at):
            if word not in known and not (known is LETTER_WORDS and _ANSWER.fullmatch(word)):
                message = Text("{what}里不能有“{word}”；可用：{known}", "{what} cannot hold “{word}”; it may hold: {known}")
                message = message.format(what=what, word="{" + word + "}", known=" ".join("{" + one + "}" for one in known))
                reader.fault(_place_of(reader, at, word), message, nearest(word, known))


def _placeholders(reader: Reader, node: Scalar) -> tuple[str, ...]:
    """The words in braces of a template; an unbalanced brace is a fault."""
    try:
        parts = list(string.Formatter().parse(node.value))
    except ValueError:
        reader.fault(node, Text("花括号不成对", "the braces are not balanced"))
        return ()
    found = []
    for _, name, spec, conversion in parts:
        if name is not None:
            found.append(name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else ""))
    return tuple(found)


def _place_of(reader: Reader, node: Scalar, word: str) -> Mark:
    """Where a placeholder stands in the file."""
    offset = node.value.find("{" + word)
    before = node.value[: max(offset, 0)]
    line, column = place(reader.doc.text, node, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Mark(line, column, 0)
