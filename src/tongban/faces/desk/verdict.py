"""The sentence on top of a case: whether the next answer can be yes, and how many conditions are met.

Invariants: computed from the clauses shown under it; a clause that is not met, or that only a register or the applicant can settle, never reads "can be";
what an officer may settle is counted as open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tongban.cases.core.words import day as in_words
from tongban.cases.reads import CaseView
from tongban.cases.reads.clauses import ClauseRow
from tongban.cases.reads.desk import DeskCase
from tongban.kernel.text import Text, listed
from tongban.rules.core import Answer

Tone = Literal["yes", "no", "unknown"]
Stage = Literal["grant", "end", "accept"]

_HEAD = {
    ("grant", True): Text("可以准予", "Can be granted"),
    ("grant", False): Text("还不能准予", "Cannot be granted yet"),
    ("end", True): Text("可以决定终止", "Can be decided"),
    ("end", False): Text("还不能决定终止", "Cannot be decided yet"),
    ("accept", True): Text("可以受理", "Can be accepted"),
    ("accept", False): Text("还不能受理", "Cannot be accepted yet"),
}
_WHAT = {"grant": Text("条件", "conditions"), "end": Text("条件", "conditions"), "accept": Text("受理条件", "conditions of acceptance")}
_ALL = Text("{n} 项{what}全部符合", "all {n} {what} are met")
_SOME = Text("{n} 项{what}符合 {yes} 项", "{yes} of {n} {what} are met")
_NO = Text("，{no} 项不符合", ", {no} not met")
_UNKNOWN = Text("，{unknown} 项待核实", ", {unknown} to be checked")
_SAY = Text("{head}：{rest}", "{head}: {rest}")
_STEPS = Text("还要办：{steps}", "Still to be done: {steps}")
_REASON = Text("有条件待核实，准予须写明理由。", "Conditions are still open; granting needs a written reason.")
_HEARING = Text(
    "等持证人陈述申辩：{day}为止，或者陈述之后，才能决定终止",
    "The holder is heard first: until {day}, or until they spoke, nothing can be ended",
)
_NOT_REACHED = Text(
    "告知书还没有送达，送达之后才起算陈述申辩的期限", "The notice has not reached the holder; their time to be heard begins when it does"
)
_AGAINST = Text("有条件不符合，准予须写明理由。", "Conditions are not met; granting needs a written reason.")


@dataclass(frozen=True)
class Verdict:
    """What is said, in which tone, and what to mind."""

    says: Text
    tone: Tone
    note: Text | str = ""


def verdict(desk: DeskCase) -> Verdict:
    """The verdict of one case as it stands now."""
    case = desk.case
    if not case.clauses:
        return _by_state(desk)
    if case.decided_on is not None or not case.row.is_open:
        return Verdict(case.row.state_title, "yes" if case.decided_on and not _refused(case) else "no")
    if case.row.waits_for_applicant:
        return Verdict(case.row.state_title, "unknown")
    if case.accepted_on is None and any(act.act == "accept" for act in case.procedure.transitions):
        return _judged("accept", [row for row in case.clauses if row.purpose == "acceptance"], case, ready=True)
    if case.service.initiative == "office" and case.awaits_hearing:
        reached = case.hearing is not None and case.hearing.reached_on is not None
        return Verdict(_HEARING.format(day=in_words(case.hear_until)) if reached else _NOT_REACHED, "unknown")
    return _before_decision(desk)


def _before_decision(desk: DeskCase) -> Verdict:
    case = desk.case
    ahead = [task.title for task in desk.tasks if task.system or task.step != case.way.route[-1]] if case.way.route else []
    found = _judged("end" if case.service.initiative == "office" else "grant", list(case.clauses), case, ready=not ahead)
    if ahead:
        return Verdict(found.says, found.tone, _STEPS.format(steps=listed(ahead)))
    open_note = _REASON if _count(case.clauses, Answer.UNKNOWN) else ""
    return Verdict(found.says, found.tone, _AGAINST if found.tone == "no" else open_note)


def _by_state(desk: DeskCase) -> Verdict:
    """Of a case without conditions: where it stands, and what is to be done next."""
    titles = [task.title for task in desk.tasks]
    note = _STEPS.format(steps=listed(titles)) if titles else ""
    return Verdict(desk.case.row.state_title, "unknown" if titles else "yes", note)


def _judged(stage: Stage, rows: list[ClauseRow], case: CaseView, *, ready: bool) -> Verdict:
    yes, no, unknown = (_count(rows, answer) for answer in (Answer.YES, Answer.NO, Answer.UNKNOWN))
    officers = {clause.id for clause in case.service.rules if clause.if_unknown == "officer"}
    settled = all(row.id in officers for row in rows if row.answer == Answer.UNKNOWN)
    can = ready and no == 0 and settled
    what = _WHAT[stage]
    rest = _ALL.format(n=len(rows), what=what) if yes == len(rows) else _tally(what, len(rows), yes, no, unknown)
    tone: Tone = "no" if no else "yes" if can and unknown == 0 else "unknown"
    return Verdict(_SAY.format(head=_HEAD[stage, can], rest=rest), tone)


def _tally(what: Text, n: int, yes: int, no: int, unknown: int) -> Text:
    parts = [_SOME.format(n=n, yes=yes, what=what)]
    parts += [_NO.format(no=no)] if no else []
    parts += [_UNKNOWN.format(unknown=unknown)] if unknown else []
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def _count(rows: list[ClauseRow] | tuple[ClauseRow, ...], answer: Answer) -> int:
    return sum(row.answer == answer for row in rows)


def _refused(case: CaseView) -> bool:
    return any(event.act in ("refuse", "not-accept", "not-needed", "withdraw", "lapse") for event in case.events)
