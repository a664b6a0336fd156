"""容缺受理: accepted now while a secondary paper is owed, granted only when it comes. Not the same as 告知承诺."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, plan, send, version
from tests.cases.walking import acts_of, last, open_task, the_case, working_days_later
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, IncompleteError, PaperOwedError, ToleranceError, WrongStateError
from tongban.catalogue import reads as catalogue
from tongban.files.errors import WrongKindError
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def sign(town: Town, *papers: str) -> UUID:
    """A sign of 12 m² that needs two drawings, with these of them."""
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("outdoor-sign", actor=actor, principal_kind="firm", principal_id=firm.id)
    answers = {
        "property_no": "云(2021)江北区不动产权第0010086号",
        "own_shop": "yes",
        "on_roof": "no",
        "wording": "味来",
        "area_m2": "12",
        "screen": "no",
    }
    acts.save(case_id, answers, actor=actor, version=1)
    acts.gather(case_id, actor="test")
    for paper in papers:
        acts.attach(case_id, paper, plan(), f"{paper}.jpg", actor=actor)
    return case_id


def owing(town: Town) -> UUID:
    """Sent without the picture, which may follow."""
    case_id = sign(town, "structure_drawing")
    acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id), tolerate=True)
    return case_id


def accept(town: Town, case_id: UUID) -> None:
    acts.accept(case_id, actor=town.actor("han-lei"), key=key(), version=version(case_id))


def hand_in(
    town: Town, case_id: UUID, *, by: str = "chen-xiao", question: str = "effect_drawing", content: bytes | None = None
) -> acts.Done:
    return acts.hand_in_owed(case_id, question, content or plan(), "效果图.jpg", actor=town.actor(by), key=key())


def grant(town: Town, case_id: UUID) -> acts.Done:
    return acts.decide(case_id, "grant", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="符合")


def test_only_who_asks_may_owe_a_paper(town: Town) -> None:
    case_id = sign(town, "structure_drawing")
    with pytest.raises(IncompleteError) as lacking:
        send(town, case_id, "chen-xiao")
    assert set(lacking.value.faults) == {"effect_drawing"}
    assert [one.id for one in reads.form_view(case_id, town.actor("chen-xiao")).owable] == ["effect_drawing"]


def test_a_main_paper_can_never_be_owed(town: Town) -> None:
    case_id = sign(town)
    assert reads.form_view(case_id, town.actor("chen-xiao")).owable == ()
    with pytest.raises(ToleranceError):
        acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id), tolerate=True)
    assert the_case(case_id).state == "draft"


def test_acceptance_says_what_is_owed_and_by_when(town: Town) -> None:
    case_id = owing(town)
    assert (the_case(case_id).owed, the_case(case_id).owed_due_on) == (["effect_drawing"], None)
    accept(town, case_id)
    case = the_case(case_id)
    assert case.tolerated
    assert case.owed_due_on == catalogue.city().calendar.add_working(clock.today(), 2)
    assert case.owed_due_on <= case.due_on, "never later than the promise"
    assert last(case_id).data["owed"] == ["effect_drawing"]


def test_nothing_is_granted_before_it_comes_and_then_it_is(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    acts.complete_step(open_task(case_id).id, actor=town.actor("han-lei"), key=key())
    with pytest.raises(PaperOwedError):
        grant(town, case_id)
    hand_in(town, case_id)
    case = the_case(case_id)
    assert (case.owed, case.owed_due_on) == ([], None)
    assert grant(town, case_id).state == "granted"
    state = reads.ground_of(the_case(case_id)).procedure.states["granted"]
    assert (state.national_code, state.code_if_tolerated) == ("11", "12")


def test_a_refusal_does_not_wait_for_it(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    acts.complete_step(open_task(case_id).id, actor=town.actor("han-lei"), key=key())
    done = acts.decide(case_id, "refuse", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="位置不允许")
    assert done.state == "refused"


def test_if_it_has_not_come_by_the_last_day_the_case_ends(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    working_days_later(2)
    assert the_case(case_id).is_open, "the last day itself is in time"
    working_days_later(1)
    case = the_case(case_id)
    assert (case.state, case.is_open, acts_of(case_id)[-1]) == ("owing", False, "lapse")
    with pytest.raises(WrongStateError):
        hand_in(town, case_id)


def test_what_is_handed_in_is_looked_at_like_any_paper(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    with pytest.raises(WrongKindError):
        hand_in(town, case_id, content=b"MZ\x90 no drawing")
    assert the_case(case_id).owed == ["effect_drawing"]


def test_only_what_is_owed_only_after_acceptance_only_by_the_applicants_side(town: Town) -> None:
    case_id = owing(town)
    with pytest.raises(WrongStateError):
        hand_in(town, case_id)
    accept(town, case_id)
    for question in ("structure_drawing", "no_such", "wording"):
        with pytest.raises(CaseNotFoundError):
            hand_in(town, case_id, question=question)
    with pytest.raises(CaseNotFoundError):
        hand_in(town, case_id, by="li-min")


def test_twice_with_one_key_is_once(town: Town) -> None:
    case_id = owing(town)
    accept(town, case_id)
    same, who = key(), town.actor("chen-xiao")
    first, second = (acts.hand_in_owed(case_id, "effect_drawing", plan(), "效果图.jpg", actor=who, key=same) for _ in range(2))
    assert first == second
    assert acts_of(case_id).count("hand-in-owed") == 1


def test_where_silence_accepts_the_days_to_hand_in_begin_when_it_is_told(town: Town) -> None:
    case_id = owing(town)
    working_days_later(6)
    case = the_case(case_id)
    assert (case.state, case.tolerated) == ("accepted", True)
    assert case.owed_due_on == catalogue.city().calendar.add_working(clock.today(), 2)
