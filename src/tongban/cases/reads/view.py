"""One sent case with everything on it, as its pages tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tongban.cases.core.clocks import Stopped, days_left
from tongban.cases.core.course import amount_of, months_of
from tongban.cases.core.facts import basis, from_json
from tongban.cases.core.spot import corrections_told
from tongban.cases.core.words import in_months
from tongban.cases.models import Case, Event
from tongban.cases.reads.by_system import system_title
from tongban.cases.reads.clauses import ClauseRow, clause_rows
from tongban.cases.reads.form import Prefilled, UploadRow, prefilled, shown_fact, uploads_of
from tongban.cases.reads.ground import Ground, ground_of, known_facts, stops_of
from tongban.cases.reads.hearing import Hearing, hearing_of
from tongban.cases.reads.letters import LetterRow, letters_of
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.cases.reads.stations import Station, stations
from tongban.cases.reads.tickets.titles import TICKET_ACTS, received_title
from tongban.cases.reads.tickets.view import TICKET_INTERNAL, TicketView, line_of, ticket_view, unnamed_uploads, withheld
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.course import assess
from tongban.catalogue.core.definition import Department, Limit, Option, Procedure, Question, Service, Way
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.rules.core import Explanation, Facts


@dataclass(frozen=True)
class EventRow:
    """One act as a page tells it."""

    at: datetime
    act: str
    title: Text
    who: str
    department: Text | None
    words: str
    data: dict[str, Any]
    to_state: str
    entry_id: UUID
    corrected: Text | None = None
    """What a correction on the spot changed, in words."""

    def note(self, lang: Lang) -> str:
        """What a page tells below its title: the words that were written, and what was corrected."""
        return " ".join(part for part in (self.corrected.in_(lang) if self.corrected else "", self.words) if part)


@dataclass(frozen=True)
class Stopping:
    """A special procedure that is under way: which, since when, and until when it is expected to take."""

    kind: Text
    began_on: date
    expected_on: date


@dataclass(frozen=True)
class CaseView:
    """All that the pages of one sent case need."""

    row: CaseRow
    version: int
    service: Service
    procedure: Procedure
    way: Way
    department: Department
    channel: str
    assisted: bool
    """Whether an official helped to send it."""
    mandate_kind: str
    stations: tuple[Station, ...]
    events: tuple[EventRow, ...]
    letters: tuple[LetterRow, ...]
    uploads: tuple[UploadRow, ...]
    prefilled: tuple[Prefilled, ...]
    answers: tuple[tuple[Text, Text], ...]
    clauses: tuple[ClauseRow, ...]
    received_on: date | None
    accepted_on: date | None
    decided_on: date | None
    answer_due_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    promised_left: int | None
    statutory_left: int | None
    amount_fen: int | None
    """What was granted; before a decision, what would be."""
    stopped: Stopping | None
    """The lawful stop that is running."""
    stops: tuple[Stopped, ...]
    owed: tuple[Question, ...]
    """Secondary papers that are owed."""
    owed_due_on: date | None
    is_tolerated: bool
    is_promised: bool
    reply_due_on: date | None
    deliver_due_on: date | None
    silent_grant_on: date | None
    """The last day for deciding an extension, after which it counts as granted."""
    extended_by: int
    extension: Limit | None
    """By how much the head may extend the statutory limit."""
    hear_until: date | None
    """Until when the holder may speak to a proposed annulment; none where none is proposed."""
    basis: str
    """A digest of the facts and the amount as this view has them: what a decision is asked for on."""
    may: frozenset[str]
    term: Text | None = None
    """For how long what would be granted is valid, where that is by rule."""
    ticket: TicketView | None = None
    is_linked: bool = False
    """It concerns another case."""
    situation: Option | None = None
    """Which of the service's situations it is; none where there is only one."""
    licence_id: UUID | None = None
    """The licence that it is about."""

    hearing: Hearing | None = None
    """The hearing of what an office proposes."""

    @property
    def awaits_hearing(self) -> bool:
        """Whether the party has neither spoken to what an office proposes nor had their time to."""
        return self.hearing is not None and not self.hearing.is_over and not any(event.act == "be-heard" for event in self.events)


ACT_TITLES = {
    "send": Text("提交申请", "Applied"),
    "correct": Text("提交补正材料", "Corrected and sent again"),
    "accept": Text("受理", "Accepted"),
    "not-accept": Text("不予受理", "Not accepted"),
    "not-needed": Text("不受理（无需办理）", "Not needed"),
    "ask-correction": Text("告知补正", "Correction asked for"),
    "correct-on-the-spot": Text("当场更正", "Corrected on the spot"),
    "step": Text("办理环节", "Step done"),
    "grant": Text("准予", "Granted"),
    "refuse": Text("不予许可", "Refused"),
    "deem-accepted": Text("视为受理（逾期未告知补正）", "Deemed accepted: nobody asked for corrections in time"),
    "deem-granted": Text(
        "视为准予延续（有效期届满前未作决定）", "The renewal counts as granted: it was not decided before the licence ended"
    ),
    "choose-delivery": Text("选定送达方式", "Way of delivery chosen"),
    "hand-out": Text("领取文书", "Letters handed out"),
    "post": Text("文书寄出", "Letters posted"),
    "arrived": Text("邮件签收", "Post taken in"),
    "come-back": Text("邮件退回", "Post came back"),
    "deliver": Text("送达", "Delivered"),
    "copy": Text("窗口补领", "Collected again at the counter"),
    "print": Text("窗口打印", "Printed at the counter"),
    "withdraw": Text("申请人撤回", "Withdrawn by the applicant"),
    "open": Text("系统立案", "Opened by the system"),
    "reopen": Text("重新办理", "Taken up again"),
    "lapse": Text("逾期未补，办理终止", "Ended: what was owed never came"),
    "stop": Text("启动特别程序，期限停止计算", "A special procedure began; the clocks stopped"),
    "resume": Text("特别程序结束，期限继续计算", "The special procedure ended; the clocks go on"),
    "extend": Text("延长法定期限", "The statutory limit was extended"),
    "assign": Text("指定经办人", "Assigned"),
    "move": Text("改用新版本的事项定义", "Moved to another version of the service"),
    "hand-in-owed": Text("补交容缺材料", "Handed in an owed paper"),
    "escalate": Text("环节超时，已报负责人", "A step is late; its head was told"),
    "deem-passed": Text("逾期未反馈，视为同意", "Deemed agreed: the department did not answer in time"),
    "check-promise": Text("承诺核查", "The promise was checked"),
    "be-heard": Text("当事人陈述申辩", "The holder spoke"),
    "propose-ending": Text("提出终止证照", "Ending of the licence proposed"),
    "annul": Text("撤销", "Annulled"),
    "drop-annulment": Text("不予撤销", "It stands"),
    "go-on": Text("后续事项", "What came next"),
    "finish": Text("全部办成", "All done"),
    "finish-in-part": Text("办结，部分办成", "Settled, done in part"),
    "finish-without": Text("办结，未办成", "Settled without a result"),
    "appoint": Text("约定现场核查时间", "A visit was agreed"),
    "queue": Text("排队等资金", "Waiting for money"),
    "take-up": Text("资金到位，接着办", "The money is there, taken up"),
    "give-up": Text("放弃", "Given up"),
    "pay": Text("到账", "Paid"),
    "return-payment": Text("到账后退汇", "Returned after it was paid"),
    "take-back": Text("撤销核准", "Taken back"),
    "claw-back": Text("决定追回", "To be given back"),
    "mark-paid": Text("登记缴费", "Payment noted"),
}
INTERNAL = ("step", "by-hand", "push-again", "assign", "escalate")
"""Acts whose words are between officials."""


def view_of(case: Case, *, for_applicant: bool) -> CaseView:
    """One sent case with everything on it."""
    ground = ground_of(case)
    service = ground.service
    events = tuple(Event.objects.filter(case=case).order_by("id"))
    facts = _facts(case, service, events)
    amount_fen = case.amount_fen if case.decided_on is not None else amount_of(service, ground.gives, facts)
    uploads, is_kept_back = uploads_of(case), case.is_sealed and not for_applicant
    return CaseView(
        row=row_of(case),
        version=case.version,
        service=service,
        procedure=ground.procedure,
        way=ground.way,
        department=catalogue.city().departments[case.department],
        channel=case.channel,
        assisted=case.attendance_id is not None,
        mandate_kind=case.mandate_kind,
        stations=line_of(case, ground, events) if service.tickets else stations(case, ground, events, facts),
        events=tuple(_event(event, ground, for_applicant=for_applicant) for event in events),
        letters=letters_of(case),
        uploads=unnamed_uploads(uploads, service) if is_kept_back else tuple(uploads.values()),
        prefilled=prefilled(service, facts, case),
        answers=_answered(case, service, facts, but=withheld(case, ground) if is_kept_back else frozenset()),
        clauses=clause_rows(service, _explanation(case, service, facts, events), ground.way),
        received_on=case.received_on,
        accepted_on=case.accepted_on,
        decided_on=case.decided_on,
        answer_due_on=case.answer_due_on,
        due_on=case.due_on,
        statutory_due_on=case.statutory_due_on,
        **_left(case),
        amount_fen=amount_fen,
        **_out_of_the_ordinary(case, ground),
        is_linked=case.about_id is not None,
        term=in_months(months) if (months := months_of(ground.gives, facts)) else None,
        basis=basis(service, facts, amount_fen),
        may=frozenset(act for act in (_OWN_OF_TICKETS if service.tickets else _OWN_ACTS) if ground.procedure.next_state(case.state, act)),
        ticket=ticket_view(case, ground, events),
    )


_OWN_ACTS = ("withdraw", "correct")
_OWN_OF_TICKETS = (*_OWN_ACTS, "confirm", "reopen", "urge", "add")


def _situation(case: Case, service: Service) -> Option | None:
    return next((one for one in service.situations if one.id == case.situation), None) if len(service.situations) > 1 else None


def _out_of_the_ordinary(case: Case, ground: Ground) -> dict[str, Any]:
    """What sets a case apart from the plain course: stops, papers owed, a promise, days of the applicant's own, a licence that it is about."""
    return {
        "stopped": _stopping(case, ground),
        "stops": stops_of(case),
        "owed": tuple(question for question in ground.service.questions if question.id in case.owed),
        "owed_due_on": case.owed_due_on,
        "is_tolerated": case.tolerated,
        "is_promised": ground.way.is_promise,
        "reply_due_on": case.reply_due_on,
        "deliver_due_on": case.deliver_due_on,
        "silent_grant_on": case.silent_grant_on if case.decided_on is None else None,
        "extended_by": case.extended_by,
        "extension": ground.extension,
        "situation": _situation(case, ground.service),
        "licence_id": case.licence_id,
        **_heard(case, ground),
    }


def _left(case: Case) -> dict[str, Any]:
    """The days that are left of the promised and of the statutory limit."""
    today, calendar = clock.today(), catalogue.city().calendar
    return {
        "promised_left": days_left(case.due_on, today, calendar),
        "statutory_left": days_left(case.statutory_due_on, today, calendar),
    }


def _stopping(case: Case, ground: Ground) -> Stopping | None:
    running = next((stop for stop in case.stops if not stop["ended_on"]), None)
    if running is None:
        return None
    kind = next((one.label for one in ground.procedure.lawful_stops if one.id == running["kind"]), Text(running["kind"], running["kind"]))
    return Stopping(kind, date.fromisoformat(running["began_on"]), date.fromisoformat(running["expected_on"]))


def _heard(case: Case, ground: Ground) -> dict[str, Any]:
    """Until when the party may speak; and whether what is proposed may not be decided yet for their sake."""
    hearing = hearing_of(case, ground)
    if hearing is None:
        return {"hear_until": _annulment_until(case), "hearing": None}
    return {"hear_until": hearing.until, "hearing": hearing}


def _annulment_until(case: Case) -> date | None:
    return case.tasks.filter(is_open=True, purpose="annul").values_list("step_due_on", flat=True).first() if case.promised else None


def _facts(case: Case, service: Service, events: Sequence[Event]) -> Facts:
    """The facts that the decision rested on, as they were stored with it; before a decision, as they stand now."""
    stored = next((event.facts for event in reversed(events) if event.facts), None)
    return from_json(service, stored) if stored and case.decided_on is not None else known_facts(service, case)


def _explanation(case: Case, service: Service, facts: Facts, events: Sequence[Event]) -> Explanation:
    """What the decision rested on, as it was stored with it; before a decision, as the facts stand now."""
    stored = next((event.explanation for event in reversed(events) if event.explanation), None)
    return Explanation.from_json(stored) if stored and case.decided_on is not None else assess(service, facts)


def _answered(case: Case, service: Service, facts: Facts, *, but: frozenset[str]) -> tuple[tuple[Text, Text], ...]:
    return tuple(
        (question.label, shown_fact(service, f"form.{question.id}", facts[f"form.{question.id}"]))
        for question in service.questions
        if question.type != "file" and question.id not in but and case.answers.get(question.id) not in (None, "")
    )


def _event(event: Event, ground: Ground, *, for_applicant: bool) -> EventRow:
    department = catalogue.city().departments.get(event.actor_department)
    step = next((step.title for step in ground.service.every_step if step.id == event.step), None)
    titles = ACT_TITLES if ground.service.tickets is None else ACT_TITLES | TICKET_ACTS
    named = event.data.get("ending", event.act) if event.act == "go-on" else event.act
    title = titles.get(named, Text(named, named))
    if event.act == "step" and step is not None:
        title = step
    is_office = ground.service.initiative == "office" and event.act == "grant"
    if (event.act == "refuse" or is_office) and event.to_state in ground.procedure.states:
        title = ground.procedure.states[event.to_state].title
    title = ground.procedure.title_of(event.from_state, event.data.get("brings", event.act)) or title
    if event.act == "send" and "grant" in event.data.get("acts", []):
        title = Text("提交申请，条件全部符合，当即准予", "Applied; all conditions met, granted at once")
    title = system_title(event) or title
    if event.act == "send" and ground.service.tickets is not None:
        title = received_title(event.data)
    internal = for_applicant and (event.act in INTERNAL or event.act in TICKET_INTERNAL) and event.data.get("brings") != "dismiss"
    return EventRow(
        at=event.at,
        act=event.act,
        title=title,
        who="" if for_applicant and department else event.actor_name,
        department=department.short if department else None,
        words="" if internal else event.words,
        data=event.data,
        to_state=event.to_state,
        entry_id=event.entry_id,
        corrected=corrections_told(ground.service.questions, event.data) if event.act == "correct-on-the-spot" else None,
    )
