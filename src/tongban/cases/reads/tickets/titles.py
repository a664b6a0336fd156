"""What the parts of a ticket are called. The city is handed in, so that a list reads it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tongban.cases.models import Ticket
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.kernel.text import Text


def area_title(city: City, code: str) -> Text:
    """An area with the district that it lies in."""
    area = city.areas.get(code)
    if area is None:
        return Text(code, code)
    above = city.areas.get(area.parent)
    if above is None or area.level != "street":
        return area.title
    return Text(above.title.zh + area.title.zh, f"{area.title.en}, {above.title.en}")


def received_title(data: Mapping[str, Any]) -> Text:
    """How a ticket came in: registered, and where it went at once."""
    department = catalogue.city().departments.get(data.get("to", ""))
    if department is None:
        return Text("登记", "Registered")
    return Text(f"登记，派给{department.short.zh}", f"Registered and sent to {department.short.en}")


def about(city: City, case_ids: Iterable[UUID]) -> dict[UUID, Text]:
    """What tickets are about, for a line of a list: category and place; one statement for all of them."""
    rows = Ticket.objects.filter(pk__in=set(case_ids)).values_list("pk", "service", "category", "area", "address")
    found = {}
    for case_id, service, category, area, address in rows:
        what, where = category_title(city, service, category), area_title(city, area)
        found[case_id] = Text(f"{what.zh} · {address or where.zh}", f"{what.en} · {address or where.en}")
    return found


def category_title(city: City, service_id: str, category: str) -> Text:
    """What a category is called in its service."""
    service = city.services.get(service_id)
    asks = service.tickets.asks.category if service and service.tickets else ""
    options = (option for question in (service.questions if service else ()) if question.id == asks for option in question.options)
    return next((option.label for option in options if option.id == category), Text(category, category))


TICKET_ACTS = {
    "dispatch": Text("派单", "Dispatched"),
    "last-resort": Text("转兜底单位", "Sent to the last resort"),
    "dispute": Text("提出派单异议", "Dispatch disputed"),
    "rule": Text("审核派单异议", "Dispute ruled on"),
    "progress": Text("告知进展", "Progress told"),
    "ask-help": Text("请其他部门协办", "Others asked to help"),
    "give-help": Text("协办部门回复", "Help given"),
    "answer": Text("答复", "Answered"),
    "confirm": Text("确认已解决", "Said to be fixed"),
    "reopen": Text("未解决，重新办理", "Not fixed, reopened"),
    "to-supervision": Text("未解决，转督办复核", "Not fixed, sent to supervision"),
    "review-again": Text("督办复核：重新办理", "Supervision: handled once more"),
    "review-stands": Text("督办复核：维持答复", "Supervision: the answer stands"),
    "call-back": Text("回访未接通", "Called back, not reached"),
    "close": Text("期限已过，办结", "Closed, the days for a word have passed"),
    "merge": Text("并入同一诉求", "Merged with the same matter"),
    "unmerge": Text("拆分，单独办理", "Taken apart again"),
    "urge": Text("催办", "Urged"),
    "add": Text("补充情况", "Something added"),
    "see-who": Text("查看诉求人身份", "Looked who asked"),
    "escalate": Text("升级督办", "Escalated"),
}
"""What each act on a ticket is called in a history."""
