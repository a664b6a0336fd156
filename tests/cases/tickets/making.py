"""Tickets of the cast, made by the acts that the portal uses; and officials' acts, to bring a ticket to where a test begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image

from tests.town import Town
from tongban.cases import acts, reads, tasks
from tongban.cases.acts import tickets
from tongban.cases.models import Case, Event, Task, Ticket
from tongban.files import acts as files
from tongban.house import worker
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.messages import reads as messages

SERVICE = "citizen-request"
MATTER = {
    "what": "望江路18号门前的路灯不亮，晚上过路看不见，已经一个星期了。",
    "category": "road-parts",
    "danger": "no",
    "kind": "help",
    "area": "990101002",
    "address": "望江路18号",
    "place": "30.3101,150.2302",
    "phone": "13800000000",
    "anonymous": "no",
}


def key() -> str:
    return str(uuid7())


def picture(colour: str = "white") -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 24), colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Hotline:
    """The cast, telling the city and answering."""

    town: Town

    def tell(self, login: str = "li-min", service: str = SERVICE, **answers: str) -> UUID:
        """A ticket, sent."""
        actor = self.town.actor(login)
        case_id = acts.start(service, actor=actor, principal_kind="person", principal_id=actor.person_id)
        form = reads.form_view(case_id, actor)
        acts.save(case_id, MATTER | answers, actor=actor, version=form.version)
        acts.send(case_id, actor=actor, key=key(), version=reads.form_view(case_id, actor).version)
        return case_id

    def version(self, case_id: UUID) -> int:
        return Case.objects.get(pk=case_id).version

    def dispatch(self, case_id: UUID, department: str = "urban-management", by: str = "luo-qian", **more: str) -> acts.Done:
        return tickets.dispatch(case_id, department, actor=self.town.actor(by), key=key(), version=self.version(case_id), **more)

    def dispute(self, case_id: UUID, by: str = "guo-tao", to: str = "ecology", words: str = "不属本局职责") -> acts.Done:
        return tickets.dispute(case_id, actor=self.town.actor(by), key=key(), version=self.version(case_id), words=words, to=to)

    def rule(self, case_id: UUID, ruling: str, by: str = "meng-yu", department: str = "", helpers: tuple[str, ...] = ()) -> acts.Done:
        return tickets.rule(
            case_id,
            ruling,  # type: ignore[arg-type]
            actor=self.town.actor(by),
            key=key(),
            version=self.version(case_id),
            words="按职责清单",
            department=department,
            helpers=helpers,
        )

    def answer(self, case_id: UUID, by: str = "guo-tao", reason: str = "solved", **more: object) -> acts.Done:
        told: dict[str, object] = {"words": "灯泡已更换，当晚试亮。", "record": "工单维-0317"} | more
        return tickets.answer(case_id, reason, actor=self.town.actor(by), key=key(), version=self.version(case_id), **told)  # type: ignore[arg-type]

    def judge(
        self, case_id: UUID, *, fixed: bool, by: str = "li-min", satisfied: bool | None = None, words: str = "灯还是不亮"
    ) -> acts.Done:
        return tickets.judge(
            case_id, actor=self.town.actor(by), key=key(), version=self.version(case_id), fixed=fixed, satisfied=satisfied, words=words
        )

    def merge(self, case_id: UUID, into: UUID, by: str = "luo-qian") -> acts.Done:
        return tickets.merge(case_id, into, actor=self.town.actor(by), key=key(), version=self.version(case_id))

    def photo(self, case_id: UUID, colour: str = "white") -> str:
        return str(files.keep(picture(colour), name="现场.jpg", accept=("jpg",), max_bytes=10**7, owner=case_id).id)


def case(case_id: UUID) -> Case:
    return Case.objects.get(pk=case_id)


def ticket(case_id: UUID) -> Ticket:
    return Ticket.objects.get(pk=case_id)


def waits(case_id: UUID) -> list[tuple[str, str]]:
    """What is open: step and department."""
    return list(Task.objects.filter(case_id=case_id, is_open=True).order_by("id").values_list("step", "department"))


def happened(case_id: UUID, act: str = "") -> list[Event]:
    rows = Event.objects.filter(case_id=case_id).order_by("id")
    return list(rows.filter(act=act) if act else rows)


def later(**span: float) -> None:
    """Time passes, and what it brings about happens."""
    clock.move_by(timedelta(**span))
    tasks.sweep()


def told(town: Town, login: str, template: str) -> int:
    """How many messages of that kind somebody was sent."""
    return sum(one.template == template for one in messages.inbox(town.actor(login).person_id, limit=200))


def work() -> None:
    """What the worker does."""
    for _ in range(10):
        if not worker.round_once():
            return
