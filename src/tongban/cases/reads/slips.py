"""The slips of a case: the receipt that an applicant takes home, and the sheet that is read and signed before anything is sent (收件回执、申请表)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.http import urlencode

from tongban.cases.core.delivery import TITLES
from tongban.cases.core.words import day
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Attendance, Case
from tongban.cases.permissions import applies_for, check_applicant, check_counter, verbs
from tongban.cases.reads.form import FormView, UploadRow, uploads_of
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.progress import code_of
from tongban.cases.reads.summary import summary_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.papers.core import Part, Slip, slip
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

CHANNELS = {
    "online": Text("网上", "Online"),
    "window": Text("综合窗口", "Counter"),
    "kiosk": Text("自助机", "Kiosk"),
    "phone": Text("电话", "Telephone"),
    "mail": Text("邮寄", "Mail"),
    "home": Text("上门", "Home visit"),
    "api": Text("系统对接", "System to system"),
}
_ON_PAGE = Text("网上查看", "Online")
_ASSISTED = Text("{channel}，{clerk}协助", "{channel}, assisted by {clerk}")
_NONE = Text("没有材料", "No papers")
_SEEN = Text("已核对原件", "compared with the original")
_COPY = Text("纸质件存放：{where}", "paper copy kept: {where}")
_NOTES = (
    Text(
        "凭办件编号和查询码，在首页“凭回执查进度”可以随时查看，不需要登录；也可以让家人代查。",
        "With the number and the code anybody you give them to can follow the case from the home page, without signing in.",
    ),
    Text(
        "需要补正或有结果时，会发消息或打电话告诉您。",
        "You are told by message or telephone if anything is missing, and when there is a result.",
    ),
)
_TRUE = Text("以上内容已逐项看过（听读），确认属实。", "I have read all of the above, or had it read to me, and confirm that it is true.")


def slip_of(case_id: UUID, actor: Actor) -> bytes:
    """The receipt as PDF, for the applicant's side and for counters of the area; it can be printed again. Raises CaseNotFoundError before it was sent."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    if case is None:
        raise CaseNotFoundError
    _check_reader(case, actor)
    ground = ground_of(case)
    attendance = Attendance.objects.filter(pk=case.attendance_id).first() if case.attendance_id else None
    channel = CHANNELS.get(case.channel, Text(case.channel, case.channel))
    told = _ASSISTED.format(channel=channel, clerk=attendance.clerk_name) if attendance else channel
    about = (
        (Text("事项", "Service"), ground.service.title),
        (Text("申请人", "Applicant"), _same(case.applicant_name)),
        (Text("办理部门", "Department"), catalogue.city().departments[case.department].title),
        (Text("办理渠道", "Channel"), told),
        (Text("收件日期", "Date of receipt"), day(case.received_on)),
        (Text("文书送达", "Letters"), TITLES.get(case.delivery, _ON_PAGE)),
    )
    parts = (
        Part(Text("办件", "Case"), about),
        Part(Text("收到的材料", "Papers received"), _papers(ground.service, uploads_of(case))),
        *((Part(Text("时限", "Dates due"), due),) if (due := _due(case)) else ()),
    )
    code = code_of(case.id)
    address = f"{settings.ORIGIN}/progress?{urlencode({'number': case.number or '', 'code': code})}"
    return slip(
        Slip(_issuer(attendance, case), Text("收件回执", "Receipt"), case.number or "", clock.today(), parts, address, code, notes=_NOTES)
    )


def sheet(form: FormView, actor: Actor) -> bytes:
    """An application still to be sent, to be read and signed on paper, as PDF."""
    case = Case.objects.get(pk=form.case_id)
    check_applicant(actor, case, "save")
    whose = ((Text("事项", "Service"), form.service.title), (Text("申请人", "Applicant"), _same(form.applicant_name)))
    parts = [Part(Text("办件", "Case"), whose), *(_part(told) for told in summary_of(form))]
    signs = (Text("申请人（经办人）签名", "Applicant or agent"), Text("日期", "Date"))
    return slip(
        Slip(
            form.department.title,
            Text("申请表", "Application"),
            case.number or "",
            clock.today(),
            tuple(parts),
            notes=(_TRUE,),
            signs=signs,
        )
    )


def _check_reader(case: Case, actor: Actor) -> None:
    if actor.assistant is not None:
        check_applicant(actor, case, "see")
    elif not applies_for(parties.capacities(actor.person_id, *case.side), case):
        check_counter(actor, case, verbs())


def _issuer(attendance: Attendance | None, case: Case) -> Text:
    departments = catalogue.city().departments
    found = departments.get(attendance.department if attendance else case.department) or departments[case.department]
    return found.title


def _papers(service: Service, uploads: dict[str, UploadRow]) -> tuple[tuple[Text, Text], ...]:
    labels = {question.id: question.label for question in service.questions}
    rows = tuple((labels.get(name, _same(name)), _paper(row)) for name, row in uploads.items())
    return rows or ((Text("材料", "Papers"), _NONE),)


def _paper(row: UploadRow) -> Text:
    said = [_same(row.name), *([_SEEN] if row.seen_at else []), *([_COPY.format(where=row.copy_at)] if row.copy_at else [])]
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def _due(case: Case) -> tuple[tuple[Text, Text], ...]:
    waits = case.accepted_on is None and case.decided_on is None
    dates: tuple[tuple[Text, date | None], ...] = (
        (Text("告知是否受理", "Answer on acceptance"), case.answer_due_on if waits else None),
        (Text("承诺办结", "Promised decision"), case.due_on if case.decided_on is None else None),
        (Text("法定时限", "Statutory limit"), case.statutory_due_on if case.decided_on is None else None),
        (Text("已经决定", "Decided"), case.decided_on),
    )
    return tuple((label, day(on)) for label, on in dates if on is not None)


def _part(told: dict[str, Any]) -> Part:
    rows = tuple((Text(**label), Text(**value)) for label, value in told["rows"])
    return Part(Text(**told["title"]), rows)


def _same(text: str) -> Text:
    return Text(text, text)
