"""The words that every service may use without declaring them: root facts, situations, records, ways. Invariant: all are bilingual."""

from __future__ import annotations

from typing import Final

from tongban.credentials.core.credential import STATES
from tongban.kernel.text import Text
from tongban.rules.core import Choice, Date, FactSpec, Int, TextType

ROOTS: Final = ("applicant", "case", "form", "licence")
"""Where facts may come from besides the needs and the records of steps."""

APPLICANT: Final = {
    "applicant.kind": FactSpec(Choice(("person", "firm"))),
    "applicant.name": FactSpec(TextType(200)),
    "applicant.area": FactSpec(TextType(12)),
    "applicant.uscc": FactSpec(TextType(18), may_be_none=True),
    "applicant.id_number": FactSpec(TextType(18), may_be_none=True),
    "applicant.born": FactSpec(Date(), may_be_none=True),
    "applicant.age": FactSpec(Int(0, 150), may_be_none=True),
}
"""Who asks. `applicant.age` is in full years on the day of receipt; a firm has no birth and no identity number, a person no credit code."""

NOT_OF: Final = {
    "person": ("applicant.uscc",),
    "firm": ("applicant.id_number", "applicant.born", "applicant.age"),
}
"""The facts that are none for an applicant of that kind."""

RECEIVED_ON: Final = "case.received_on"
SITUATION: Final = "case.situation"
PROMISED: Final = "case.promised"
"""Whether the applicant chose to promise; a fact only of services that have a way on a promise."""
LICENCE: Final = "licence"
ANY_LICENCE: Final = "any"
"""In place of a kind of licence: every kind."""
NEW: Final = "new"
"""The situation in which no licence is held yet."""
HELD: Final = {
    "licence.number": FactSpec(TextType(90), may_be_none=True),
    "licence.state": FactSpec(Choice(tuple(state for state in STATES if state != "unknown")), may_be_none=True),
    "licence.valid_from": FactSpec(Date(), may_be_none=True),
    "licence.valid_until": FactSpec(Date(), may_be_none=True),
}
"""The licence that a case is about, beside what is printed on it; all none where this city issued none. Its state is that of the day of receipt, but an
ending or a reissue counts whenever it came."""
HELD_TITLES: Final = {
    "licence.number": Text("原证编号", "Number of the licence held"),
    "licence.state": Text("原证状态", "State of the licence held"),
    "licence.valid_from": Text("原证起始日", "First day of the licence held"),
    "licence.valid_until": Text("原证有效期截止日", "Last day of the licence held"),
}
ANSWERED: Final = {
    "case.number": FactSpec(TextType(25)),
    "case.service": FactSpec(TextType(100)),
    "case.decided_on": FactSpec(Date()),
    "credential.number": FactSpec(TextType(90), may_be_none=True),
    "credential.valid_from": FactSpec(Date(), may_be_none=True),
    "credential.valid_until": FactSpec(Date(), may_be_none=True),
}
"""What is known once an answer was given: only what is written back into registers may read it."""

ANSWER: Final = "answer_"
"""With the id of a question, a placeholder of letters: what was answered, in words; empty where it was not asked."""
ANSWER_DUE: Final = "answer_due_on"
"""A placeholder that begins like one of those and is a date of the case."""
SITUATIONS: Final = {
    "new": Text("首次申请", "New"),
    "change": Text("变更", "Change"),
    "extend": Text("延续", "Extend"),
    "replace": Text("补办", "Replace"),
    "cancel": Text("注销", "Cancel"),
}
RECORDS: Final = {
    "fit": Text("符合", "Fit"),
    "unfit": Text("不符合", "Unfit"),
    "clear": Text("畅通", "Clear"),
    "blocked": Text("堵塞", "Blocked"),
    "met": Text("达到要求", "Met"),
    "not-met": Text("未达到要求", "Not met"),
    "passed": Text("合格", "Passed"),
    "failed": Text("不合格", "Failed"),
    "present": Text("有", "Present"),
    "absent": Text("无", "Absent"),
    "true": Text("属实", "True"),
    "false": Text("不属实", "Not true"),
}
"""What officers commonly record; any other option is declared with its two names."""

FINDING: Final = Text("检查结果", "Finding")
AT_ONCE: Final = Text("即时办结", "Decided at once")
ORDINARY: Final = Text("一般办理", "Ordinary course")
ONE_SECTION: Final = Text("填写信息", "Your details")
NTH_SECTION: Final = Text("第{n}部分", "Part {n}")

REPORTED: Final = ("acceptance", "process", "special", "result", "rating", "licence")
"""The kinds of record that may be reported upward: the national upload tables of a case, ratings, licences."""
REPORTED_AFTER: Final = (
    "send", "accept", "deem-accepted", "deem-granted", "not-accept", "not-needed", "ask-correction", "correct", "step", "system-answered", "by-hand",
    "stop", "resume", "extend", "grant", "refuse", "deliver", "withdraw", "lapse", "rate", "issue", "end",
)  # fmt: skip
"""The acts after which a record may be due; `issue` and `end` are a licence's."""
