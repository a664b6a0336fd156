"""An office ends a licence: one proposes, the holder is told and heard, another decides; and what everybody sees of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, version
from tests.cases.test_situations import APPLICANT, DECIDER, REVIEWER, begin, fill, letter, licensed, sign_licensed, state, text_of
from tests.cases.walking import acts_of, last, open_task, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import (
    CaseNotFoundError,
    EndingUnderWayError,
    IncompleteError,
    LicenceGoneError,
    MayNotError,
    NoticeNotReachedError,
    NotYetHeardError,
    OwnCaseError,
    ReasonMissingError,
    WrongStateError,
)
from tongban.cases.models import Case, Event, Letter
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.credentials.models import Credential as Row
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger import reads as ledger
from tongban.messages import reads as messages
from tongban.parties.acts.posts import appoint

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

OWNER = "zhao-jianguo"
"""The holder's legal representative; its agent's mandate is for two services and no others."""
ANNUL = {"annul_ground": "fraud", "public_harm": "no", "found": "申请时提交的布局图系伪造，有比对记录。"}
FORMS = {
    "withdraw": {"withdraw_ground": "facts-changed", "found": "道路改线，经营场所将拆除。"},
    "annul": ANNUL,
    "revoke": {
        "penalty_number": "云市监罚〔2026〕12号",
        "penalty_on-year": "2026",
        "penalty_on-month": "1",
        "penalty_on-day": "5",
        "penalty_law": "演示条例第九条",
        "found": "使用过期原料，已查实。",
    },
    "cancel": {"cancel_ground": "other", "found": "规划调整，依演示条例注销。"},
}
ENDS = {"withdraw": "withdrawn", "annul": "annulled", "revoke": "revoked", "cancel": "cancelled"}


def propose(town: Town, licence: Credential, situation: str = "annul", login: str = REVIEWER, **answers: str) -> UUID:
    done = acts.propose_ending(licence.id, situation, FORMS[situation] | answers, actor=town.actor(login), key=key())
    return UUID(done.case_id)


def told(town: Town, case_id: UUID) -> None:
    """The holder opens the notice on their own page."""
    acts.open_letter(letter(case_id).id, actor=town.actor(OWNER))


def had_their_time(town: Town, case_id: UUID) -> None:
    """The holder was told and said nothing until their time had passed."""
    told(town, case_id)
    working_days_later(6)


def decide(town: Town, case_id: UUID, answer: str = "grant", login: str = DECIDER, words: str = "事实清楚，证据确凿。") -> acts.Done:
    acts.gather(case_id, actor="test")
    return acts.decide(case_id, answer, actor=town.actor(login), key=key(), version=version(case_id), words=words)


@pytest.mark.parametrize("situation", ["withdraw", "annul", "revoke"])
def test_before_a_licence_is_taken_its_holder_is_told_and_heard(town: Town, situation: str) -> None:
    licence = licensed(town)
    case_id = propose(town, licence, situation)
    notice = letter(case_id)
    assert notice.type == "ending-proposed"
    for said in (licence.serial, FORMS[situation]["found"], "自收到本告知书之日起5个工作日内", "陈述、申辩"):
        assert said in text_of(notice)
    assert state(licence) == "valid", "nothing has happened to it yet"
    told(town, case_id)
    with pytest.raises(NotYetHeardError):
        decide(town, case_id)
    acts.be_heard(case_id, actor=town.actor(OWNER), key=key(), words="图是设计院给的，请再核对。")
    assert decide(town, case_id).state == "licence-ended"
    assert state(licence) == ENDS[situation]
    assert acts_of(case_id) == ["propose-ending", "be-heard", "grant"]


def test_the_time_to_speak_runs_from_the_day_the_notice_is_read_and_ends_after_its_last_day(town: Town) -> None:
    case_id = propose(town, licensed(town))
    working_days_later(8)
    with pytest.raises(NoticeNotReachedError):
        decide(town, case_id)
    told(town, case_id)
    until = catalogue.city().calendar.add_working(clock.today(), 5)
    told(town, case_id)
    view = reads.desk_case(case_id, town.actor(DECIDER)).case
    assert (view.hear_until, view.awaits_hearing) == (until, True)
    clock.move_by(until - clock.today())
    told(town, case_id)
    with pytest.raises(NotYetHeardError):
        decide(town, case_id)
    clock.move_by(timedelta(days=1))
    assert decide(town, case_id).state == "licence-ended"


@pytest.mark.parametrize("way", ["handed out", "taken in from the post"])
def test_a_notice_on_paper_reaches_the_holder_when_it_is_handed_out_or_the_post_says_so(town: Town, way: str) -> None:
    case_id, clerk = propose(town, licensed(town)), town.actor(DECIDER)
    working_days_later(2)
    if way == "handed out":
        acts.hand_out(case_id, actor=clerk, key=key(), handed=acts.Handed("赵建国", document="居民身份证"))
    else:
        acts.post(case_id, actor=clerk, key=key(), tracking="EMS 1")
        with pytest.raises(NoticeNotReachedError):
            decide(town, case_id)
        (sent,) = reads.sending_of(case_id).rows
        acts.arrived(sent.id, actor=clerk, key=key(), received_by="赵建国", on=clock.today())
    view = reads.desk_case(case_id, town.actor(DECIDER)).case
    assert view.hear_until == catalogue.city().calendar.add_working(clock.today(), 5)
    working_days_later(6)
    assert decide(town, case_id).state == "licence-ended"


def test_who_speaks_before_the_notice_came_has_spoken(town: Town) -> None:
    case_id = propose(town, licensed(town))
    acts.be_heard(case_id, actor=town.actor(OWNER), key=key(), words="听说要撤销，请来核对。")
    assert decide(town, case_id).state == "licence-ended"
    with pytest.raises(WrongStateError):
        acts.be_heard(case_id, actor=town.actor(OWNER), key=key(), words="还有话说。")


def test_a_cancellation_takes_two_people_but_no_hearing(town: Town) -> None:
    licence = sign_licensed(town, clock.today() + timedelta(days=3))
    clock.move_by(timedelta(days=4))
    case_id = UUID(
        acts.propose_ending(
            licence.id, "cancel", {"cancel_ground": "expired", "found": "到期没有延续。"}, actor=town.actor("han-lei"), key=key()
        ).case_id
    )
    assert not Letter.objects.filter(case_id=case_id).exists()
    assert decide(town, case_id, login="yang-fan").state == "licence-ended"
    assert state(licence) == "cancelled"
    written = letter(case_id)
    assert written.type == "licence-cancelled"
    assert written.number.startswith("云城管注销〔")
    assert "有效期届满未延续" in text_of(written)


@pytest.mark.parametrize("situation", ["withdraw", "annul", "revoke", "cancel"])
def test_each_decision_tells_its_ground_reasons_basis_and_remedies(town: Town, situation: str) -> None:
    licence = licensed(town)
    case_id = propose(town, licence, situation)
    if situation == "cancel":
        working_days_later(6)
    else:
        had_their_time(town, case_id)
    decide(town, case_id)
    said = text_of(letter(case_id))
    for word in (licence.serial, FORMS[situation]["found"], "事实清楚，证据确凿。", "行政许可法", "行政复议", "行政诉讼"):
        assert word in said, word
    assert "{" not in said
    ground = {"withdraw": "客观情况发生重大变化", "annul": "不正当手段", "revoke": "云市监罚〔2026〕12号", "cancel": "应当注销的其他情形"}
    assert ground[situation] in said
    ended = credentials.credential(licence.id).ended
    assert (ended.how, ended.reason.zh) == (ENDS[situation], "事实清楚，证据确凿。")


def test_after_a_revocation_comes_the_cancellation_and_no_second_penalty_with_remedies_of_its_own(town: Town) -> None:
    case_id = propose(town, licensed(town), "revoke")
    had_their_time(town, case_id)
    decide(town, case_id)
    said = text_of(letter(case_id))
    for word in ("第七十条第四项", "不是新的处罚决定", "按处罚决定书载明的途径和期限"):
        assert word in said, word
    assert "60日" not in said


def test_whoever_proposed_does_not_decide(town: Town) -> None:
    licence = licensed(town)
    appoint(person_id=town.actor(REVIEWER).person_id, department="market-regulation", role="decider", area="990100", by=None)
    case_id = propose(town, licence)
    had_their_time(town, case_id)
    with pytest.raises(MayNotError):
        decide(town, case_id, login=REVIEWER)
    assert state(licence) == "valid"


@pytest.mark.parametrize("login", [DECIDER, "he-fang", "han-lei", "wu-qiang", "chen-xiao", "luo-wei"])
def test_only_a_reviewer_of_the_office_that_issued_it_proposes(town: Town, login: str) -> None:
    licence = licensed(town)
    with pytest.raises((CaseNotFoundError, MayNotError)):
        propose(town, licence, login=login)
    assert not Case.objects.filter(licence_id=licence.id).exists()


def test_nobody_proposes_to_end_a_relatives_licence(town: Town) -> None:
    licence = sign_licensed(town, clock.today() + timedelta(days=300))
    firm = town.firm("zhao-jianguo")
    Row.objects.filter(pk=licence.id).update(holder_id=firm.id, holder_name=firm.name, issuer_id="market-regulation")
    with pytest.raises(OwnCaseError):
        propose(town, credentials.credential(licence.id), login="zhao-jianmin")


def test_what_the_form_asks_for_is_needed_and_every_fault_is_told(town: Town) -> None:
    licence = licensed(town)
    with pytest.raises(IncompleteError) as told:
        acts.propose_ending(
            licence.id,
            "revoke",
            {"penalty_on-year": "2026", "penalty_on-month": "13", "penalty_on-day": "1"},
            actor=town.actor(REVIEWER),
            key=key(),
        )
    assert set(told.value.faults) == {"penalty_number", "penalty_on", "penalty_law", "found"}
    with pytest.raises(CaseNotFoundError):
        acts.propose_ending(licence.id, "replace", {}, actor=town.actor(REVIEWER), key=key())
    with pytest.raises(CaseNotFoundError):
        acts.propose_ending(uuid7(), "annul", ANNUL, actor=town.actor(REVIEWER), key=key())


def test_one_licence_has_one_proposal_at_a_time_and_the_same_click_is_one(town: Town) -> None:
    licence = licensed(town)
    once, actor = key(), town.actor(REVIEWER)
    first = acts.propose_ending(licence.id, "annul", ANNUL, actor=actor, key=once)
    assert acts.propose_ending(licence.id, "annul", ANNUL, actor=actor, key=once) == first
    with pytest.raises(EndingUnderWayError) as told:
        propose(town, licence, "withdraw")
    assert first.number in told.value.says.zh
    acts.be_heard(UUID(first.case_id), actor=town.actor(OWNER), key=key(), words="不是这样。")
    assert decide(town, UUID(first.case_id), "refuse").state == "ending-dropped"
    propose(town, licence, "withdraw")


def test_what_is_dropped_stays_in_force_and_the_notice_no_longer_stands(town: Town) -> None:
    licence = licensed(town)
    case_id = propose(town, licence)
    with pytest.raises(ReasonMissingError):
        decide(town, case_id, "refuse", words=" ")
    decide(town, case_id, "refuse", words="举报不实。")
    assert state(licence) == "valid"
    notice, dropped = Letter.objects.filter(case_id=case_id).order_by("id")
    assert (dropped.type, notice.standing, notice.later_id) == ("ending-dropped", "replaced", dropped.id)
    assert "举报不实。" in text_of(dropped)


def test_an_annulment_says_of_every_grant_that_it_no_longer_stands(town: Town) -> None:
    licensed(town)
    changed = fill(town, begin(town, "food-business-licence", "change"), change_of="officer", safety_officer="周文")
    acts.send(changed, actor=town.actor(APPLICANT), key=key(), version=version(changed))
    (latest,) = credentials.of_case(changed)
    case_id = propose(town, latest)
    had_their_time(town, case_id)
    decide(town, case_id)
    grants = Letter.objects.filter(type__in=["decision-grant", "decision-change"], case__applicant_id=latest.holder_id)
    assert {one.standing for one in grants} == {"annulled"}
    assert {one.later_id for one in grants} == {letter(case_id).id}


def test_a_licence_that_is_gone_is_not_ended_again(town: Town) -> None:
    old = licensed(town)
    case_id = propose(town, old)
    other = fill(town, begin(town, "food-business-licence", "replace"), loss="lost")
    acts.send(other, actor=town.actor(APPLICANT), key=key(), version=version(other))
    had_their_time(town, case_id)
    with pytest.raises(LicenceGoneError):
        decide(town, case_id)
    decide(town, case_id, "refuse", words="原证已换发，另行处理。")
    with pytest.raises(LicenceGoneError):
        propose(town, old)
    (new,) = credentials.of_case(other)
    propose(town, new)


def test_the_holder_sees_the_case_as_theirs_and_is_told_by_message_and_post(town: Town) -> None:
    licence = licensed(town)
    case_id = propose(town, licence)
    person = town.actor(OWNER)
    view = reads.case_view(case_id, person)
    assert view.hear_until == catalogue.city().calendar.add_working(clock.today(), 5)
    assert [one.title.zh for one in view.letters] == ["拟终止行政许可告知书"]
    assert any(one.id == case_id for one in reads.my_cases(person, limit=50))
    assert any(one.template == "ending-proposed" for one in messages.inbox(person.person_id))
    assert letter(case_id).sending == "mail", "who was not asked has agreed to nothing electronic"
    for other in ("li-min", APPLICANT):
        with pytest.raises(CaseNotFoundError):
            reads.case_view(case_id, town.actor(other))


def test_nobody_applies_for_what_an_office_begins(town: Town) -> None:
    firm = town.firm(APPLICANT)
    with pytest.raises(CaseNotFoundError):
        acts.start("licence-ending", actor=town.actor(APPLICANT), principal_kind="firm", principal_id=firm.id, situation="annul")


def test_a_fact_a_register_denies_is_before_whoever_decides(town: Town) -> None:
    licence = licensed(town)
    case_id = propose(town, licence, "cancel", cancel_ground="dissolved")
    acts.gather(case_id, actor="test")
    rows = {row.id: row.answer.value for row in reads.desk_case(case_id, town.actor(DECIDER)).case.clauses}
    assert rows == {"licence_there": "yes", "dissolved_indeed": "no"}


def test_everything_is_on_the_record(town: Town) -> None:
    licence = licensed(town)
    case_id = propose(town, licence)
    assert last(case_id).data["licence"] == licence.identifier
    assert open_task(case_id).step == "decide"
    had_their_time(town, case_id)
    decide(town, case_id)
    assert Event.objects.filter(case_id=case_id).count() == 2
    assert {entry.act for entry in ledger.entries(case_id)} >= {"cases.propose-ending", "cases.grant"}
    assert any(entry.act == "credential.end" for entry in ledger.entries(licence.case_id))
