"""Corrections are told once and whole (行政许可法 第三十二条第一款第四项): a second request is only about what the corrections themselves raise."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, plan, restaurant, send, version
from tests.cases.walking import acts_of, the_case
from tests.town import Town
from tongban.cases import acts
from tongban.cases.correction_errors import CorrectionToldError
from tongban.cases.reads.correcting import correctable

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def ask(town: Town, case_id: UUID, *questions: str, words: str = "布局图没有标出洗消间。") -> acts.Done:
    officer = town.actor("liu-yang")
    return acts.ask_correction(case_id, actor=officer, key=key(), version=version(case_id), questions=questions, words=words)


def corrected(town: Town, *named: str, paper: str = "", **answers: str) -> UUID:
    """Sent, asked for corrections, and sent again with these answers changed and this paper handed in anew."""
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    ask(town, case_id, *named)
    applicant = town.actor("chen-xiao")
    if answers:
        acts.save(case_id, answers, actor=applicant, version=version(case_id))
    if paper:
        acts.attach(case_id, paper, plan(), "新图.jpg", actor=applicant)
    send(town, case_id, "chen-xiao")
    return case_id


def test_the_first_request_may_name_anything(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    assert correctable(case_id) is None
    assert ask(town, case_id, "kitchen_plan", "staff_count").state == "correction"


def test_what_was_named_and_is_still_wrong_may_be_asked_again(town: Town) -> None:
    case_id = corrected(town, "kitchen_plan")
    assert ask(town, case_id, "kitchen_plan").state == "correction"


def test_what_was_there_to_see_the_first_time_may_not_be_raised_later(town: Town) -> None:
    case_id = corrected(town, "kitchen_plan", paper="kitchen_plan")
    before = the_case(case_id)
    with pytest.raises(CorrectionToldError) as refused:
        ask(town, case_id, "kitchen_plan", "safety_officer")
    assert "布局" in refused.value.says.zh, "it says what may be asked"
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.says.en)
    after = the_case(case_id)
    assert (after.state, after.version, after.answer_due_on) == ("received", before.version, before.answer_due_on)
    assert acts_of(case_id).count("ask-correction") == 1


def test_what_the_applicant_changed_meanwhile_may_be_asked_about(town: Town) -> None:
    case_id = corrected(town, "kitchen_plan", staff_count="9")
    assert correctable(case_id) == {"kitchen_plan", "staff_count"}
    assert ask(town, case_id, "staff_count", words="从业人员与健康证人数不符。").state == "correction"


def test_a_paper_handed_in_anew_may_be_asked_about_though_nobody_named_it(town: Town) -> None:
    case_id = corrected(town, "safety_officer", paper="kitchen_plan")
    assert correctable(case_id) == {"safety_officer", "kitchen_plan"}
    assert ask(town, case_id, "kitchen_plan").state == "correction"


def test_a_second_request_says_what_it_is_about(town: Town) -> None:
    case_id = corrected(town, "kitchen_plan")
    with pytest.raises(CorrectionToldError):
        ask(town, case_id, words="还有问题。")


def test_where_the_first_named_nothing_and_nothing_changed_nothing_may_be_asked_again(town: Town) -> None:
    case_id = corrected(town)
    with pytest.raises(CorrectionToldError):
        ask(town, case_id, "kitchen_plan")
    assert acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id)).state == "accepted"
