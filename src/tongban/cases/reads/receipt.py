"""The delivery receipt of a case: every delivery there was, electronic and on paper, as it stands on record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tongban.cases.core.delivery import RELATIONS, TITLES
from tongban.cases.core.words import day
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.models import Case, Letter
from tongban.cases.reads.ground import ground_of
from tongban.cases.reads.sending import DeliveryRow, sending_of
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.papers.core import Receipt, Served, delivery_receipt

_HOW, _WHEN, _WHO = Text("送达方式", "How"), Text("送达时间", "When"), Text("送达人", "Delivered by")
_WHERE, _TAKEN, _NOTE = Text("送达地址", "Address"), Text("签收", "Taken in by"), Text("备注", "Remarks")
_OWN_PAGE = Text("受送达人实名登录的办件页", "The addressee's own page, signed in under their real name")
_CHANNELS = {"online": Text("网上", "online"), "window": Text("窗口", "at the counter"), "kiosk": Text("自助机", "at a kiosk")}


def receipt_of(case_id: UUID) -> bytes | None:
    """The receipt as PDF; none while nothing was delivered. Who may see the case is asked with the case. Raises CaseNotFoundError."""
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    if case is None:
        raise CaseNotFoundError
    served = [_on_paper(row) for row in sending_of(case_id).rows]
    opened = list(Letter.objects.filter(case=case, sending="").order_by("id"))
    arrives = ground_of(case).procedure.delivered_on == "arrival" and case.delivery == "electronic"
    electronic = [letter for letter in opened if arrives or letter.read_at is not None]
    if electronic:
        served.insert(0, _electronic(electronic, arrives=arrives))
    if not served:
        return None
    ground = ground_of(case)
    issuer = catalogue.city().departments[case.department].title
    return delivery_receipt(Receipt(issuer, case.number or "", ground.service.title, case.applicant_name, tuple(served), clock.today()))


def _electronic(letters: list[Letter], *, arrives: bool) -> Served:
    rows = [(_HOW, TITLES["electronic"]), (_WHERE, _OWN_PAGE)]
    for letter in letters:
        reached = _minute(letter.written_at)
        read = _minute(letter.read_at) if letter.read_at else None
        by = _CHANNELS.get(letter.read_channel, Text(letter.read_channel, letter.read_channel))
        told = Text(f"{reached.zh}到达", f"Reached the page {reached.en}") if arrives or read is None else Text("", "")
        if read is not None:
            first = Text(f"{letter.read_by_name}于{read.zh}首次阅读（{by.zh}）", f"first read by {letter.read_by_name} {read.en} ({by.en})")
            told = Text("；".join(filter(None, (told.zh, first.zh))), "; ".join(filter(None, (told.en, first.en))))
        rows.append((Text(letter.number, letter.number), told))
    return Served(tuple(_named(letter.number, Text(letter.title_zh, letter.title_en)) for letter in letters), tuple(rows))


def _on_paper(row: DeliveryRow) -> Served:
    at = _minute(row.at)
    rows = [(_HOW, TITLES[row.how])]
    if row.how == "mail":
        rows.append((_WHERE, Text(f"{row.to.name}，{row.to.phone}，{row.to.address}", f"{row.to.name}, {row.to.phone}, {row.to.address}")))
        sent = f"{row.carrier} {row.tracking}".strip()
        rows.append((Text("寄出", "Posted"), Text(f"{at.zh}，{sent}", f"{at.en}, {sent}")))
    if row.delivered_at is not None:
        rows.append((_WHEN, _minute(row.delivered_at) if row.how == "collect" else day(clock.local_date(row.delivered_at))))
        relation = RELATIONS.get(row.relation, Text("", ""))
        parts = (
            Text(row.received_by, row.received_by),
            relation if row.how == "collect" else Text("", ""),
            Text(f"核验{row.document}", f"{row.document} checked") if row.document else Text("", ""),
        )
        rows.append((_TAKEN, Text("，".join(one.zh for one in parts if one.zh), ", ".join(one.en for one in parts if one.en))))
    if row.returned_at is not None:
        back = _minute(row.returned_at)
        rows.append((Text("退回", "Came back"), Text(f"{back.zh}：{row.return_reason}", f"{back.en}: {row.return_reason}")))
    rows.append((_WHO, Text(f"{row.department.zh} {row.by_name}", f"{row.by_name}, {row.department.en}")))
    if row.copy_at:
        rows.append((Text("签收凭据", "Signed on"), Text(row.copy_at, row.copy_at)))
    if row.note:
        rows.append((_NOTE, Text(row.note, row.note)))
    letters = tuple(_named(number, title) for number, title in row.letters) or (Text("—", "—"),)
    return Served(letters, tuple(rows), to_sign=row.how == "collect")


def _named(number: str, title: Text) -> Text:
    return Text(f"{title.zh}（{number}）", title.en)


def _minute(at: datetime) -> Text:
    on, time = day(clock.local_date(at)), f"{clock.local(at):%H:%M}"
    return Text(f"{on.zh} {time}", f"{on.en}, {time}")
