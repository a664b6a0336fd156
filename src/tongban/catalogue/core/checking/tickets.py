"""A ticket service: no area without a last resort, no limit without somebody who is told, no way to be judge of one's own dispatch.

Invariants: whoever a ticket's area is, some department answers for it in the end; the ladder tells somebody at the limit and ends with an office that is
always there, so that no escalation is lost for want of a superior; every kind of ticket can be closed.
"""

from __future__ import annotations

from typing import Final

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import City, Rung, Service, Tickets
from tongban.parties.core.areas import covers
from tongban.rules.core.faults import nearest

NEEDED: Final = (
    "dispatch", "last-resort", "dispute", "rule", "progress", "answer", "confirm", "reopen", "close", "to-supervision",
    "review-again", "review-stands", "merge", "unmerge", "escalate",
)  # fmt: skip
"""What a procedure of tickets must allow somewhere, or a ticket would come to a stop."""
OVERSEES: Final = "oversee"


def check_tickets(city: City, service: Service, tickets: Tickets, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """Everything about the `tickets` of one service."""
    _check_procedure(city, service, checker, faulty)
    _check_areas(city, service, tickets, checker)
    _check_ladder(city, tickets, checker)
    _check_ruling(service, tickets, checker)
    _check_closing(tickets, checker)


def _check_procedure(city: City, service: Service, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    procedure = city.procedures.get(service.procedure)
    if procedure is None or ("procedure", procedure.id) in faulty:
        return
    for act in NEEDED:
        if act not in procedure.acts:
            zh, en = (
                f"程序“{procedure.id}”没有 {act} 流转，工单会卡住",
                f"the procedure “{procedure.id}” has no {act} transition: tickets would come to a stop",
            )
            checker.fault(zh, en, "procedure", value=True)


def _check_areas(city: City, service: Service, tickets: Tickets, checker: Checker) -> None:
    """Every area of the city has a last resort; every area that the form offers is one of the city's."""
    for code in city.areas:
        if not any(covers(held, code) for held in tickets.last_resort):
            checker.fault(f"“{code}”没有兜底单位", f"the area “{code}” has no last resort", "tickets", "last_resort")
    for question in service.questions:
        if question.id != tickets.asks.area:
            continue
        for option in question.options:
            if option.id not in city.areas:
                way = ("form", question.section, question.id, "options")
                checker.fault(f"没有“{option.id}”这个区划", f"there is no area “{option.id}”", *way, near=nearest(option.id, city.areas))


def _check_ladder(city: City, tickets: Tickets, checker: Checker) -> None:
    """Rungs rise; one is at the limit; the top one names an office that is always there and may oversee."""
    rungs = tickets.escalation
    if not rungs:
        checker.fault("升级督办至少要有一级", "the escalation needs at least one rung", "tickets", "escalation")
        return
    heights = [_height(rung) for rung in rungs]
    if heights != sorted(set(heights)):
        checker.fault("升级督办各级应一级晚于一级", "each rung must come later than the one before", "tickets", "escalation")
    if not any(rung.percent == 100 and rung.after is None for rung in rungs):
        checker.fault("到期当时（100%）没有告知任何人", "nobody is told at the limit itself (100%)", "tickets", "escalation")
    top = rungs[-1]
    if top.of not in city.departments:
        zh, en = "最高一级要写明一个单位，不能随工单而变", "the top rung must name an office, not one that changes with the ticket"
        checker.fault(zh, en, "tickets", "escalation", len(rungs) - 1, "of", value=True)
    if top.tell in city.roles and OVERSEES not in city.roles[top.tell].may:
        zh, en = f"最高一级的岗位“{top.tell}”没有 {OVERSEES} 职责", f"the role “{top.tell}” of the top rung may not {OVERSEES}"
        checker.fault(zh, en, "tickets", "escalation", len(rungs) - 1, "tell", value=True)


def _height(rung: Rung) -> tuple[int, int]:
    return rung.percent, rung.after.hours if rung.after else 0


def _check_ruling(service: Service, tickets: Tickets, checker: Checker) -> None:
    ruling = service.steps.get(tickets.steps.ruling)
    if ruling is not None and ruling.not_by != tickets.steps.dispatch:
        zh = f"异议由派单以外的人审核：请写 not_by: {tickets.steps.dispatch}"
        en = f"a dispute is ruled by somebody who did not dispatch: write not_by: {tickets.steps.dispatch}"
        checker.fault(zh, en, "steps", ruling.id)


def _check_closing(tickets: Tickets, checker: Checker) -> None:
    for kind in tickets.kinds:
        for fixed in ("yes", "no"):
            if not any(reason.fixed == fixed and (not reason.kinds or kind in reason.kinds) for reason in tickets.closing.values()):
                zh = f"类型“{kind}”没有 fixed: {fixed} 的办结理由"
                en = f"the kind “{kind}” has no closing reason with fixed: {fixed}"
                checker.fault(zh, en, "tickets", "closing")
    if any(reason.fixed == "out-of-scope" for reason in tickets.closing.values()) and not tickets.out_of_scope:
        zh, en = (
            "有“不属受理范围”的办结理由，却没有写该找谁（out_of_scope）",
            "a closing reason is out of scope, and out_of_scope does not say where to turn",
        )
        checker.fault(zh, en, "tickets", "closing")
