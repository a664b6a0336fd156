"""Which acts the bar under a case offers, each with its letter. What is offered is what the cases room says this reader may do; nothing here decides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from tongban.cases.reads import CaseView
from tongban.cases.reads.desk import DeskCase, DeskTask
from tongban.kernel.text import Text

_ACCEPTING = (
    ("accept", "accept", "a", Text("受理", "Accept")),
    ("correction", "ask-correction", "c", Text("告知补正", "Ask for corrections")),
    ("on-the-spot", "correct-on-the-spot", "z", Text("当场更正", "Correct on the spot")),
    ("not-accept", "not-accept", "n", Text("不予受理", "Do not accept")),
    ("not-needed", "not-needed", "u", Text("不受理（无需办理）", "Not needed")),
)
_PASS = Text("通过：{step}", "Pass: {step}")
_RETURN = Text("退回上一环节", "Return")
_SITE = Text("现场核查", "On-site check")
_GRANT = Text("准予", "Grant")
_END = Text("决定{how}", "Decide: {how}")
_NOT_ENDED = Text("不予终止", "Let it stand")
_HAND_OVER = Text("送达", "Hand over")
_STOP = Text("特别程序", "Special procedure")
_RESUME = Text("特别程序结束", "End the special procedure")
_EXTEND = Text("延长期限", "Extend the limit")
_ASSIGN = Text("指定经办人", "Assign")
_ASSIGN_STEP = Text("指定经办人：{step}", "Assign: {step}")
_ANNUL = Text("撤销许可", "Annul")
_DROP = Text("不予撤销", "Let it stand")
_CHECK = Text("事后核查", "Check the promise")
_MOVE = Text("改用新版本", "Move to the new version")
_PAID = Text("登记缴费", "Note a payment")
_BY_HAND = Text("人工录入：{step}", "Enter by hand: {step}")
_PUSH_AGAIN = Text("重新推送", "Push again")
_LATER = (("stop", "t", _STOP), ("resume", "b", _RESUME), ("extend", "e", _EXTEND), ("move", "v", _MOVE), ("mark-paid", "f", _PAID))


@dataclass(frozen=True)
class Offer:
    """One act: its address's last part, its letter, what its button says, and for a step which task it is about."""

    slug: str
    key: str
    label: Text
    is_first: bool = False
    task: DeskTask | None = None

    @property
    def task_id(self) -> UUID | None:
        """The task a step's act is about."""
        return self.task.id if self.task else None


def offers(desk: DeskCase) -> tuple[Offer, ...]:
    """The acts allowed now, the likeliest first."""
    found = [Offer(slug, key, label, is_first=slug == "accept") for slug, act, key, label in _ACCEPTING if act in desk.acts]
    for task in desk.tasks:
        if task.may_do and task.purpose in ("", "after") and not _is_last(desk, task):
            found += _of_step(desk, task)
    found += _of_systems(desk)
    if "decide" in desk.acts:
        deciding = next((task for task in desk.tasks if task.may_do and not task.purpose and _is_last(desk, task)), None)
        found += _of_decision(desk, deciding)
    if "hand-over" in desk.acts:
        found.append(Offer("hand-over", "h", _HAND_OVER, is_first=True))
    return (*found, *_after_a_promise(desk), *_rarer(desk))


def _of_systems(desk: DeskCase) -> Iterator[Offer]:
    """What may be done for a system's open step: first where people have to look, else last."""
    for one in desk.systems:
        task = next((task for task in desk.tasks if task.id == one.task_id), None)
        if one.may_by_hand and task is not None:
            is_stuck = one.handover.state in ("failed", "unfit")
            yield Offer("by-hand", "i", _BY_HAND.format(step=task.title), is_first=is_stuck, task=task)
            yield Offer("push-again", "y", _PUSH_AGAIN, task=task)


def _after_a_promise(desk: DeskCase) -> Iterator[Offer]:
    for task in desk.tasks:
        if task.may_do and task.purpose in ("check", "recheck"):
            yield Offer("site", "s", _CHECK, is_first=True, task=task)
    if "annul" in desk.acts:
        yield Offer("annul", "l", _ANNUL)
        yield Offer("drop-annulment", "d", _DROP)


def _rarer(desk: DeskCase) -> Iterator[Offer]:
    """What is done now and then; it stands last."""
    for slug, key, label in _LATER:
        if slug in desk.acts:
            yield Offer(slug, key, label, is_first=slug == "resume")
    mine = [task for task in desk.tasks if task.may_assign]
    for number, task in enumerate(mine):
        yield Offer("assign", "m" if number == 0 else "", _ASSIGN if len(mine) == 1 else _ASSIGN_STEP.format(step=task.title), task=task)


def _of_step(desk: DeskCase, task: DeskTask) -> list[Offer]:
    if task.definition is not None and task.definition.on_site:
        return [Offer("site", "s", _SITE, is_first=True, task=task)]
    found = [Offer("pass", "p", _PASS.format(step=task.title), is_first=True, task=task)]
    if _may_return(desk, task):
        found.append(Offer("return", "r", _RETURN, task=task))
    return found


def _of_decision(desk: DeskCase, task: DeskTask | None) -> list[Offer]:
    case = desk.case
    if case.service.initiative == "office":
        return _of_ending(case)
    refused = case.procedure.states.get(case.procedure.next_state(case.row.state, "refuse") or "")
    named = case.procedure.title_of
    found = [Offer("grant", "g", named(case.row.state, "grant") or _GRANT, is_first=True)]
    if refused is not None:
        found.append(Offer("refuse", "x", named(case.row.state, "refuse") or refused.title))
    if task is not None and _may_return(desk, task):
        found.append(Offer("return", "r", _RETURN, task=task))
    return found


def _of_ending(case: CaseView) -> list[Offer]:
    """What an office proposed is decided once the holder has spoken, or had the time to."""
    how = case.situation.label if case.situation else case.service.title
    dropped = Offer("drop-ending", "x", _NOT_ENDED)
    return [dropped] if case.awaits_hearing else [Offer("end", "g", _END.format(how=how), is_first=True), dropped]


def _may_return(desk: DeskCase, task: DeskTask) -> bool:
    """A step may be returned where it may be and there is one before it."""
    route = desk.case.way.route
    return task.definition is not None and "return" in task.definition.may and bool(route) and task.step != route[0]


def _is_last(desk: DeskCase, task: DeskTask) -> bool:
    route = desk.case.way.route
    return bool(route) and task.step == route[-1]
