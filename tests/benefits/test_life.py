"""After the claim: public notice and objections, spot checks, clawback, unasked redemption, and a no that a person looks at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.benefits.conftest import BIG, GOOD, Town
from tests.benefits.living import ACCOUNT, QUICK, Life, people
from tests.catalogue.small_city import small_city
from tests.catalogue.test_policies import POLICY
from tongban.benefits import acts, reads
from tongban.benefits.errors import NotNowError, ObjectedAlreadyError, OfficialOnlyError, ReasonMissingError, WordsMissingError
from tongban.benefits.models import Clawback, Match, Objection, Pool, Review
from tongban.cases.models import Case, Event
from tongban.ledger.models import Entry
from tongban.messages.models import Message

pytestmark = pytest.mark.django_db
PUBLIC = POLICY.replace("redeem: unasked", "redeem: quick")


@pytest.fixture
def life(town: Town) -> Life:
    return people(town)


@pytest.fixture
def public(life: Life) -> Life:
    """The same with a public notice, and a claim that stands in it."""
    life.publish(PUBLIC)
    life.town.match()
    life.claim()
    life.work()
    return life


def held() -> tuple[int, int]:
    row = Pool.objects.get(pk="stalls")
    return row.reserved, row.paid


def pay(life: Life, key: str = GOOD) -> None:
    life.claim(key)
    life.work()
    life.bank_says("paid", key)
    life.work()
    assert life.state(key) == "paid"


def test_it_stands_in_public_for_the_declared_days_and_these_do_not_count_towards_the_term(public: Life, later: list[timedelta]) -> None:
    match = Match.objects.get(pk=public.match())
    assert (match.state, match.public_from, match.public_until) == ("publicised", date(2026, 12, 1), date(2026, 12, 8))
    assert match.due_on == date(2026, 12, 22), "ten working days and the five of the notice"
    (row,) = reads.standing()
    assert (row.match, row.name, row.amount, row.until) == (match.pk, f"铺{GOOD[-3:]}", 1001_00, date(2026, 12, 8))
    later.append(timedelta(days=7))
    public.work()
    assert public.state() == "publicised", "its last day is a whole day"
    later.append(timedelta(days=1))
    public.work()
    assert public.state() == "ordered"


def test_an_objection_stops_the_order_until_it_is_decided(public: Life, later: list[timedelta]) -> None:
    objection = acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    assert acts.object(public.match(), public.ann, words="这家店早关门了", key="o") == objection
    later.append(timedelta(days=30))
    public.work()
    assert public.state() == "publicised"
    assert [one.id for one in reads.waiting("market", "objections")] == [public.match()]
    assert [one.words for one in reads.objections("market")] == ["这家店早关门了"]
    assert [one.is_late for one in reads.waiting("market", "late")] == [True]
    acts.decide_objection(objection, public.official, upheld=False, answer="实地看过，照常营业")
    public.work()
    assert public.state() == "ordered"


def test_an_objection_that_is_upheld_takes_it_back_and_frees_the_money(public: Life, later: list[timedelta]) -> None:
    objection = acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    with pytest.raises(WordsMissingError):
        acts.decide_objection(objection, public.official, upheld=True, answer=" ", reason="x")
    with pytest.raises(OfficialOnlyError):
        acts.decide_objection(objection, public.ann, upheld=True, answer="x", reason="x")
    acts.decide_objection(objection, public.official, upheld=True, answer="属实，谢谢", reason="已停业")
    assert (public.state(), held(), Case.objects.get().state) == ("refused", (0, 0), "taken-back")
    with pytest.raises(NotNowError):
        acts.decide_objection(objection, public.official, upheld=False, answer="x")
    later.append(timedelta(days=30))
    public.work()
    assert public.state() == "refused", "what was granted before is no reason to take it up again"
    assert not any(str(public.ann.person_id) in str(entry.payload) for entry in Entry.objects.filter(act="benefits.object"))


MESSAGES = """
objection-upheld: {text: {zh: "对“{service}”的异议成立：", en: "The objection to “{service}” is right:"}}
objection-not-upheld: {text: {zh: "对“{service}”的异议不成立：", en: "The objection to “{service}” is not right:"}}
"""


def test_who_objected_is_told_the_answer_and_nobody_else_reads_it(public: Life, later: list[timedelta]) -> None:
    public.publish(PUBLIC, **{"messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGES})
    objection = acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    acts.decide_objection(objection, public.official, upheld=False, answer="实地看过，照常营业")
    message = Message.objects.get(template="objection-not-upheld")
    assert (message.to, "实地看过" in message.zh) == (public.ann.person_id, True)
    assert not any("实地看过" in step.words for step in reads.life(public.match()).steps)


def test_the_answer_is_for_who_objected_and_the_reason_for_whose_it_is(public: Life, later: list[timedelta]) -> None:
    public.publish(PUBLIC, **{"messages.yaml": small_city()["messages.yaml"].decode().rstrip() + MESSAGES})
    objection = acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    with pytest.raises(ReasonMissingError):
        acts.decide_objection(objection, public.official, upheld=True, answer="您说得对", reason=" ")
    acts.decide_objection(objection, public.official, upheld=True, answer="您说得对", reason="核查时已停业")
    message, match = Message.objects.get(template="objection-upheld"), Match.objects.get(pk=public.match())
    assert ("您说得对" in message.zh, "核查时已停业" in message.zh) == (True, False)
    life, case = reads.life(match.pk), Event.objects.filter(case=match.case_id)
    read = [*(step.words for step in life.steps), *(one.words for one in case)] if life else []
    read += [str(entry.payload) for entry in Entry.objects.filter(case_id=match.case_id)]
    read += [one.zh for one in Message.objects.filter(case_id=match.case_id)]
    assert any("核查时已停业" in words for words in read)
    assert not any("您说得对" in words or "这家店早关门了" in words for words in read)


def test_what_is_said_of_an_objection_that_was_not_right_goes_to_each_alone(public: Life, later: list[timedelta]) -> None:
    objection = acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    acts.decide_objection(objection, public.official, upheld=False, answer="照常营业", reason="公示照常进行")
    life = reads.life(public.match())
    assert life is not None
    assert [step.words for step in life.steps if step.act == "decide-objection"] == ["公示照常进行"]


def test_the_record_of_a_case_does_not_name_who_objected(public: Life, later: list[timedelta]) -> None:
    acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    case = Match.objects.get(pk=public.match()).case_id
    assert Entry.objects.get(act="benefits.object").case_id is None
    assert not Entry.objects.filter(case_id=case, act="benefits.object").exists()


def test_a_second_objection_while_one_is_open_is_told_that_it_was_not_kept(public: Life, later: list[timedelta]) -> None:
    acts.object(public.match(), public.ann, words="这家店早关门了", key="o")
    with pytest.raises(ObjectedAlreadyError) as told:
        acts.object(public.match(), public.ann, words="还有别的", key="o2")
    assert "您已提过，正在处理" in told.value.says.zh


def test_nobody_objects_to_what_does_not_stand_in_public(life: Life, later: list[timedelta]) -> None:
    with pytest.raises(NotNowError):
        acts.object(life.match(), life.official, words="x", key="k")
    life.publish(PUBLIC)
    life.town.match()
    life.claim()
    life.work()
    with pytest.raises(WordsMissingError):
        acts.object(life.match(), life.official, words="", key="k")
    later.append(timedelta(days=8))
    with pytest.raises(NotNowError):
        acts.object(life.match(), life.official, words="x", key="k")
    assert Objection.objects.count() == 0


def test_who_is_looked_at_is_drawn_by_lot_and_what_was_found_is_kept(life: Life) -> None:
    pay(life)
    with pytest.raises(OfficialOnlyError):
        acts.draw("stall-aid", life.ann, one_in=10)
    assert acts.draw("stall-aid", life.official, one_in=10) == (life.match(),)
    assert acts.draw("stall-aid", life.official, one_in=10) == (), "nobody is drawn twice"
    assert [one.id for one in reads.waiting("market", "spot-check")] == [life.match()]
    acts.spot_check(life.match(), life.official, finding="right", words="账目相符")
    assert life.state() == "spot-checked"


def test_what_is_asked_back_has_ground_sum_and_day_and_frees_the_money_when_it_has_come(life: Life) -> None:
    pay(life)
    with pytest.raises(WordsMissingError):
        acts.claim_back_without_words(life) if hasattr(acts, "claim_back_without_words") else acts.claw_back(
            life.match(), life.official, words=""
        )
    with pytest.raises(ValueError, match="1001"):
        acts.claw_back(life.match(), life.official, words="多了", amount=1001_01)
    acts.claw_back(life.match(), life.official, words="营业情况不实")
    row = Clawback.objects.get()
    assert (row.amount, row.cite, row.due_on) == (1001_00, "第九条", date(2026, 12, 31))
    assert (life.state(), held(), Case.objects.get().state) == ("clawed-back", (0, 1001_00), "clawed-back")
    assert [one.give_back_by for one in reads.waiting("market", "give-back")] == [date(2026, 12, 31)]
    assert acts.money_back(life.match(), life.official)
    assert not acts.money_back(life.match(), life.official)
    assert (held(), reads.waiting("market", "give-back")) == ((0, 0), ())


def test_what_came_back_goes_to_who_waited_first(life: Life) -> None:
    life.publish(QUICK, pool="amount: yuan(2500)", exhausted="queue")
    life.town.match()
    pay(life, BIG)
    life.claim(GOOD)
    acts.claw_back(life.match(BIG), life.official, words="不实", amount=1000_00)
    acts.money_back(life.match(BIG), life.official)
    life.work()
    assert life.state(GOOD) == "ordered"
    assert held() == (1001_00, 1000_00)


def test_who_waits_and_is_no_longer_entitled_goes_to_an_officer_and_holds_up_nobody(life: Life) -> None:
    life.publish(QUICK, pool="amount: yuan(2500)", exhausted="queue")
    life.town.match()
    life.claim(BIG)
    claimed = life.claim(GOOD)
    life.town.set("licence", GOOD, status="cancelled")
    acts.decline(life.match(BIG), life.ann)
    life.work()
    case = Case.objects.get(pk=claimed.case_id)
    assert (life.state(GOOD), case.state, case.step, held()) == ("willing", "accepted", "verify", (0, 0))
    assert reads.waiting("market", "money") == ()


def test_what_is_unasked_is_paid_to_everybody_whose_account_is_known(life: Life, later: list[timedelta]) -> None:
    life.publish(POLICY)
    life.town.match()
    acts.tell_account("firm", life.firms[GOOD], ACCOUNT, actor=life.ann)
    with pytest.raises(OfficialOnlyError):
        acts.redeem_unasked("stall-aid", actor=life.ann)
    asked = acts.redeem_unasked("stall-aid", actor=life.official)
    assert (asked.asked, asked.without_account) == (1, 1)
    life.work()
    acts.redeem_unasked("stall-aid", actor=life.official)
    life.work()
    assert (life.state(GOOD), life.state(BIG), Case.objects.get().state) == ("publicised", "matched", "granted")
    assert [one.id for one in reads.waiting("market", "no-account")] == [life.match(BIG)]
    later.append(timedelta(days=8))
    life.work()
    life.bank_says("paid")
    later.append(timedelta(hours=1))
    life.work()
    assert life.state(GOOD) == "paid"


def test_unasked_meets_the_same_checks(life: Life) -> None:
    life.publish(POLICY)
    life.town.match()
    acts.tell_account("firm", life.firms[GOOD], ACCOUNT, actor=life.ann)
    life.town.set("licence", GOOD, status="cancelled")
    acts.redeem_unasked("stall-aid", actor=life.official)
    life.work()
    assert (life.state(GOOD), Case.objects.get().state) == ("willing", "accepted")


@pytest.fixture
def refused(life: Life) -> Life:
    """GOOD has closed, as the register says, and the run no longer finds it."""
    life.town.set("licence", GOOD, status="cancelled")
    life.town.match()
    assert life.state() == "lost"
    return life


def test_a_no_is_looked_at_by_a_person_who_may_find_a_match(refused: Life) -> None:
    ask = {"words": "执照上周才恢复", "key": "r", "principal_id": refused.firms[GOOD]}
    with pytest.raises(WordsMissingError):
        acts.ask_review("stall-aid", refused.ann, **(ask | {"words": ""}))
    case_id = acts.ask_review("stall-aid", refused.ann, **ask)
    assert acts.ask_review("stall-aid", refused.ann, **ask) == case_id
    assert acts.ask_review("stall-aid", refused.ann, **(ask | {"key": "again"})) == case_id, "one is open already"
    assert Review.objects.get().answer == "no"
    acts.tell_account("firm", refused.firms[GOOD], ACCOUNT, actor=refused.ann)
    _decide(refused, case_id, "grant")
    match = Match.objects.get(case_id=case_id)
    assert match.state in ("verified", "ordered")
    found = reads.life(match.pk)
    assert found is not None
    step = next(one for one in found.steps if one.act == "found-by-person")
    assert (step.data["by"], step.words) == (refused.official.name, "看过原件")


def test_a_review_that_is_refused_finds_nothing(refused: Life) -> None:
    case_id = acts.ask_review("stall-aid", refused.ann, words="请看看", key="r", principal_id=refused.firms[GOOD])
    _decide(refused, case_id, "refuse")
    assert (Review.objects.get().outcome, refused.state(), Match.objects.filter(case_id=case_id).exists()) == ("refuse", "lost", False)


def test_who_is_entitled_claims_and_asks_for_no_review(life: Life) -> None:
    with pytest.raises(NotNowError):
        acts.ask_review("stall-aid", life.ann, words="请看看", key="r", principal_id=life.firms[GOOD])


def _decide(life: Life, case_id: object, answer: str) -> None:
    from tongban.cases import acts as cases

    version = Case.objects.get(pk=case_id).version
    cases.decide(case_id, answer, actor=life.official, key="d", version=version, words="看过原件")  # type: ignore[arg-type]
    life.work()
