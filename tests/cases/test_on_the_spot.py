"""What can be put right on the spot is (行政许可法 第三十二条第一款第三项): with the applicant's word, before acceptance, and no clock knows of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.cases.walking import acts_of, last, the_case
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.correction_errors import NotOnTheSpotError, SpotFaultsError
from tongban.cases.errors import CaseNotFoundError, MayNotError, StaleCaseError, WrongStateError
from tongban.cases.reads.correcting import correctable
from tongban.ledger import reads as ledger
from tongban.messages.models import Message

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def sent(town: Town) -> UUID:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    return case_id


def correct(town: Town, case_id: UUID, login: str = "liu-yang", word: str = "telephone", at: int | None = None, **posted: str) -> acts.Done:
    seen = version(case_id) if at is None else at
    return acts.correct_on_the_spot(case_id, posted, actor=town.actor(login), key=key(), version=seen, word=word)


def test_what_was_written_wrong_is_put_right_and_both_values_stay(town: Town) -> None:
    case_id = sent(town)
    assert correct(town, case_id, staff_count="7").state == "received"
    assert the_case(case_id).answers["staff_count"] == 7
    assert last(case_id).data == {"word": "telephone", "changed": [{"question": "staff_count", "old": 4, "new": 7}]}
    assert ledger.entries(case_id)[-1].act == "cases.correct-on-the-spot"
    told = reads.case_view(case_id, town.actor("chen-xiao")).events[-1].corrected
    assert told is not None
    assert "4 → 7" in told.zh and "电话" in told.zh
    assert "4 → 7" in told.en and not any("\u4e00" <= letter <= "\u9fff" for letter in told.en)
    assert Message.objects.filter(case_id=case_id, template="corrected-on-the-spot").exists(), "whose word it was hears of it"


def test_it_touches_no_clock_and_is_not_the_one_request_for_corrections(town: Town) -> None:
    case_id = sent(town)
    before = the_case(case_id)
    correct(town, case_id, staff_count="7")
    after = the_case(case_id)
    for name in ("complete_on", "answer_due_on", "due_on", "statutory_due_on", "asked_on", "state", "step"):
        assert getattr(after, name) == getattr(before, name), name
    assert correctable(case_id) is None, "the first request may still name anything"
    asked = acts.ask_correction(
        case_id,
        actor=town.actor("liu-yang"),
        key=key(),
        version=version(case_id),
        questions=["kitchen_plan"],
        words="布局图没有标出洗消间。",
    )
    assert asked.state == "correction"
    send(town, case_id, "chen-xiao")
    assert correctable(case_id) == {"kitchen_plan"}, "what was corrected on the spot was no change of the applicant's since the request"


def test_every_answer_is_read_as_the_form_reads_it(town: Town) -> None:
    case_id = sent(town)
    with pytest.raises(SpotFaultsError) as refused:
        correct(town, case_id, staff_count="many")
    assert set(refused.value.faults) == {"staff_count"}
    with pytest.raises(SpotFaultsError):
        correct(town, case_id, staff_count="4")
    with pytest.raises(SpotFaultsError) as unsaid:
        correct(town, case_id, word="", staff_count="7")
    assert set(unsaid.value.faults) == {"word"}
    with pytest.raises(NotOnTheSpotError):
        correct(town, case_id, safety_officer="")
    assert the_case(case_id).answers["staff_count"] == 4
    assert acts_of(case_id) == ["send"]


def test_neither_a_paper_nor_what_departments_said_can_be_written(town: Town) -> None:
    case_id = sent(town)
    before = the_case(case_id).answers
    for field in ("kitchen_plan", "licence.name", "property.owner", "no_such"):
        with pytest.raises(SpotFaultsError):
            correct(town, case_id, **{field: "别的"})
    assert the_case(case_id).answers == before


def test_what_would_need_another_paper_is_no_correction_on_the_spot(town: Town) -> None:
    case_id = sent(town)
    with pytest.raises(NotOnTheSpotError) as refused:
        correct(town, case_id, cold_dishes="yes")
    assert "补正" in refused.value.says.zh
    assert acts_of(case_id) == ["send"]


def test_a_corrected_number_asks_its_register_anew(town: Town) -> None:
    case_id = restaurant(town, property_no="云(2020)江北区不动产权第0000001号")
    send(town, case_id, "chen-xiao")
    correct(town, case_id, property_no="云(2021)江北区不动产权第0010086号")
    facts = last(case_id).facts
    assert facts is not None
    assert any(name.startswith("premises.") and fact["state"] == "value" for name, fact in facts.items())


def test_only_who_may_accept_corrects_and_only_before_acceptance(town: Town) -> None:
    case_id = sent(town)
    with pytest.raises((MayNotError, CaseNotFoundError)):
        correct(town, case_id, "wu-qiang", staff_count="7")
    with pytest.raises(CaseNotFoundError):
        correct(town, case_id, "chen-xiao", staff_count="7")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    with pytest.raises(WrongStateError):
        correct(town, case_id, staff_count="7")
    assert the_case(case_id).answers["staff_count"] == 4


def test_a_decided_case_and_one_that_the_applicant_corrects_are_left_alone(town: Town) -> None:
    asked = sent(town)
    acts.ask_correction(
        asked, actor=town.actor("liu-yang"), key=key(), version=version(asked), questions=["kitchen_plan"], words="布局图没有标出洗消间。"
    )
    with pytest.raises(WrongStateError):
        correct(town, asked, staff_count="7")
    acts.withdraw(asked, actor=town.actor("chen-xiao"), key=key(), version=version(asked))
    with pytest.raises(WrongStateError):
        correct(town, asked, staff_count="7")


def test_of_two_at_once_the_second_sees_what_the_first_did(town: Town) -> None:
    case_id = sent(town)
    seen = version(case_id)
    correct(town, case_id, at=seen, staff_count="7")
    with pytest.raises(StaleCaseError):
        correct(town, case_id, at=seen, staff_count="9")
    assert the_case(case_id).answers["staff_count"] == 7


def test_the_same_click_twice_is_one_correction(town: Town) -> None:
    case_id = sent(town)
    seen, once = version(case_id), key()
    for _ in range(2):
        acts.correct_on_the_spot(case_id, {"staff_count": "7"}, actor=town.actor("liu-yang"), key=once, version=seen, word="present")
    assert acts_of(case_id) == ["send", "correct-on-the-spot"]
