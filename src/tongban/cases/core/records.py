"""The records of a case that are reported upward: the national upload tables of a case, as fields with their names.

Invariants: a field is text, empty where there is nothing to tell; a record is made of what the case's own row and one event of it say, and of nothing else; the
service's version is the one that the case keeps.

Source: the case tables of the national service platform (受理, 过程, 特别程序, 结果); field names in English are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tongban.catalogue.core.definition import Service, Step
from tongban.kernel.clock import local
from tongban.kernel.text import Text

PERSON, FIRM = "111", "001"
"""Kinds of certificate: an identity card, a unified social credit code (GB/T 36903)."""
MACHINE: Final = "系统"


@dataclass(frozen=True)
class Told:
    """One event of a case with what the case says of itself."""

    number: str
    service: Service
    version: str
    applicant_kind: str
    applicant_name: str
    certificate: str
    agent: str
    applied_at: datetime | None
    accepted_on: date | None
    promised_on: date | None
    department: str
    act: str
    title: str
    """What the act is called."""
    at: datetime
    began_at: datetime
    officer: str
    words: str
    data: Mapping[str, Any]
    step: Step | None
    stop: str
    """What the lawful stop is called, where the act is about one."""
    code: str
    """The national code of the state reached."""


@dataclass(frozen=True)
class Column:
    """One field of a record: what it is called, whether it is personal, and how it is told."""

    title: Text
    tell: Callable[[Told], str]
    personal: bool = False


def record_of(kind: str, told: Told) -> dict[str, str]:
    """The fields of one record. Raises KeyError for a kind that is not made of a case's events."""
    return {name: column.tell(told) for name, column in TABLES[kind].items()}


def opinion(told: Told) -> str:
    """办理意见: the words, else what was recorded, else the outcome."""
    if told.words.strip():
        return told.words.strip()
    recorded = told.data.get("records") or {}
    if told.step is not None and recorded:
        return "；".join(_recorded(told.step, name, recorded[name]) for name in told.step.records if name in recorded)
    return {"pass": "通过", "return": "退回"}.get(told.data.get("outcome", ""), told.title)


def _recorded(step: Step, name: str, value: str) -> str:
    title = step.record_titles.get(name)
    label = next((option.label.zh for option in step.records.get(name, ()) if option.id == value), value)
    return f"{title.zh if title else name}：{label}"


def _instant(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


_NUMBER = Column(Text("办件编号", "Case number"), lambda told: told.number)
_DEPARTMENT = Column(Text("办理部门", "Department"), lambda told: told.department)
_OFFICER = Column(Text("办理人员", "Officer"), lambda told: told.officer or MACHINE)
_CODE = Column(Text("办件状态", "State code"), lambda told: told.code)

TABLES: Final[Mapping[str, Mapping[str, Column]]] = {
    "acceptance": {
        "number": _NUMBER,
        "service_code": Column(Text("基本编码", "Basic code"), lambda told: told.service.code),
        "service_version": Column(Text("事项版本", "Version of the service"), lambda told: told.version[:12]),
        "summary": Column(Text("办理摘要", "Summary"), lambda told: f"{told.applicant_name}申请{told.service.title.zh}", personal=True),
        "applicant_kind": Column(
            Text("申请人类型", "Kind of applicant"), lambda told: "法人" if told.applicant_kind == "firm" else "自然人"
        ),
        "applicant_name": Column(Text("申请人", "Applicant"), lambda told: told.applicant_name, personal=True),
        "certificate_kind": Column(Text("证件类型", "Kind of certificate"), lambda told: FIRM if told.applicant_kind == "firm" else PERSON),
        "certificate_number": Column(Text("证件号码", "Certificate number"), lambda told: told.certificate, personal=True),
        "agent": Column(Text("代理人", "Agent"), lambda told: told.agent, personal=True),
        "applied_at": Column(Text("申请时间", "Applied at"), lambda told: _instant(told.applied_at)),
        "accepted_at": Column(Text("受理时间", "Accepted at"), lambda told: _instant(told.at)),
        "accepted_on": Column(Text("受理日期", "Accepted on"), lambda told: _day(told.accepted_on)),
        "letter_number": Column(Text("受理文书编号", "Number of the letter"), lambda told: str(told.data.get("letter", ""))),
        "promised_on": Column(Text("承诺办结时间", "Promised by"), lambda told: _day(told.promised_on)),
        "department": _DEPARTMENT,
        "officer": _OFFICER,
        "code": _CODE,
    },
    "process": {
        "number": _NUMBER,
        "step": Column(Text("环节名称", "Step"), lambda told: told.step.title.zh if told.step else told.title),
        "action": Column(Text("业务动作", "Action"), lambda told: told.title),
        "opinion": Column(Text("办理意见", "Opinion"), opinion),
        "began_at": Column(Text("开始时间", "Began at"), lambda told: _instant(told.began_at)),
        "ended_at": Column(Text("结束时间", "Ended at"), lambda told: _instant(told.at)),
        "department": _DEPARTMENT,
        "officer": _OFFICER,
        "code": _CODE,
    },
    "special": {
        "number": _NUMBER,
        "kind": Column(Text("特别程序种类", "Kind of special procedure"), lambda told: told.stop),
        "basis": Column(Text("启动理由或依据", "Reason or basis"), lambda told: "" if told.data.get("ended_on") else told.words),
        "began_on": Column(Text("开始日期", "Began on"), lambda told: str(told.data.get("began_on", "") or "")),
        "ended_on": Column(Text("结束日期", "Ended on"), lambda told: str(told.data.get("ended_on", "") or "")),
        "result": Column(Text("特别程序结果", "Its result"), lambda told: told.words if told.data.get("ended_on") else ""),
        "department": _DEPARTMENT,
        "officer": _OFFICER,
        "code": _CODE,
    },
    "result": {
        "number": _NUMBER,
        "result": Column(Text("办结结果", "Result"), lambda told: told.title),
        "decided_at": Column(Text("办结时间", "Decided at"), lambda told: _instant(told.at)),
        "opinion": Column(Text("办理意见", "Opinion"), opinion),
        "letter_number": Column(Text("文书编号", "Number of the letter"), lambda told: str(told.data.get("letter", ""))),
        "credential_number": Column(Text("证照编号", "Number of the licence"), lambda told: str(told.data.get("credential", ""))),
        "department": _DEPARTMENT,
        "officer": _OFFICER,
        "code": _CODE,
    },
}

RATING: Final[Mapping[str, tuple[Text, bool]]] = {
    "number": (Text("评价编号", "Number of the rating"), False),
    "service_code": (Text("基本编码", "Basic code"), False),
    "level": (Text("满意度", "Level"), False),
    "channel": (Text("办理渠道", "Channel of the case"), False),
    "given_by": (Text("评价渠道", "Way of rating"), False),
    "rated_in": (Text("评价月份", "Month of the rating"), False),
    "department": (Text("办理部门", "Department"), False),
}
"""The fields of a rating's record: neither the case nor the person nor the day, as it is kept."""

LICENCE: Final[Mapping[str, tuple[Text, bool]]] = {
    "identifier": (Text("电子证照标识", "Credential identifier"), False),
    "serial": (Text("证照编号", "Number of the licence"), False),
    "title": (Text("证照名称", "Licence"), False),
    "type_code": (Text("证照类型代码", "Type code"), False),
    "issuer": (Text("颁发机构", "Issuer"), False),
    "issuer_code": (Text("颁发机构代码", "Issuer's code"), False),
    "holder": (Text("持证主体", "Holder"), True),
    "holder_code": (Text("持证主体代码", "Holder's code"), True),
    "valid_from": (Text("有效期起", "Valid from"), False),
    "valid_until": (Text("有效期止", "Valid until"), False),
    "state": (Text("证照状态", "State"), False),
    "reason": (Text("终止理由", "Reason of its end"), False),
}
"""The fields of a licence's record, with whether they are personal (GB/T 36903 names)."""

_APART: Final = {"licence": LICENCE, "rating": RATING}
"""Records that are not a case's."""


def titles_of(kind: str) -> dict[str, tuple[Text, bool]]:
    """What the fields of a kind of record are called, and whether they are personal."""
    if kind in _APART:
        return dict(_APART[kind])
    return {name: (column.title, column.personal) for name, column in TABLES[kind].items()}
