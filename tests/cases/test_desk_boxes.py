"""What lies in whose box, and which page of it comes next."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import Case, Task
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.acts.posts import appoint

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
BOXES = ("mine", "today", "late", "waiting", "department")


def received(town: Town) -> UUID:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    return case_id


def post(town: Town, department: str, role: str, area: str, *, contract: bool = False) -> None:
    appoint(person_id=town.actor("li-min").person_id, department=department, role=role, area=area, by=None, contract=contract)


def test_two_posts_do_not_add_up_to_a_third(town: Town) -> None:
    case_id = received(town)
    post(town, "market-regulation", "reviewer", "990103")
    post(town, "civil-affairs", "reviewer", "990101")
    actor = town.actor("li-min")
    with pytest.raises(CaseNotFoundError):
        reads.desk_case(case_id, actor)
    for box in BOXES:
        assert case_id not in {row.case_id for row in reads.queue(actor, box).rows}, box


def test_a_post_that_may_see_no_case_sees_no_list_of_them(town: Town) -> None:
    case_id = received(town)
    post(town, "market-regulation", "data-officer", "990100")
    actor = town.actor("li-min")
    with pytest.raises(CaseNotFoundError):
        reads.desk_case(case_id, actor)
    for box in BOXES:
        assert case_id not in {row.case_id for row in reads.queue(actor, box).rows}, box


def test_contract_staff_accept_and_do_no_step(town: Town) -> None:
    case_id = received(town)
    post(town, "market-regulation", "reviewer", "990100", contract=True)
    post(town, "market-station", "inspector", "990100", contract=True)
    actor = town.actor("li-min")
    assert case_id in {row.case_id for row in reads.queue(actor, "mine").rows}
    acts.accept(case_id, actor=actor, key=key(), version=version(case_id))
    review = Task.objects.get(case_id=case_id, is_open=True)
    with pytest.raises(MayNotError):
        acts.complete_step(review.id, actor=actor, key=key())
    assert reads.queue(actor, "mine").rows == ()
    acts.complete_step(review.id, actor=town.actor("liu-yang"), key=key())
    site = Task.objects.get(case_id=case_id, is_open=True)
    with pytest.raises(MayNotError):
        acts.complete_step(site.id, actor=actor, key=key(), records=records_for(site), photos=[photo(case_id)])


@pytest.mark.parametrize("box", ["done", "department"])
def test_pages_of_a_box_follow_one_another_without_a_gap(town: Town, box: reads.desk.Box) -> None:
    officer, at = town.actor("liu-yang"), clock.now()
    for n, hours in enumerate((10, 2, 30, 5, 5)):
        case = Case.objects.create(
            number=f"{n:025d}",
            service="food-business-licence",
            procedure="administrative-licence",
            state="review",
            department="market-regulation",
            area="990101001",
            applicant_kind="person",
            applicant_id=uuid7(),
            applicant_name="某",
            applied_by=uuid7(),
            begun_at=at,
            saved_at=at,
        )
        is_done = box == "done"
        Task.objects.create(
            case=case,
            step="review",
            role="reviewer",
            department="market-regulation",
            area="990101001",
            opened_at=at,
            number=case.number,
            service=case.service,
            applicant_name="某",
            due_on=None if hours == 30 else clock.today() + timedelta(days=hours),
            is_open=not is_done,
            done_by=officer.person_id if is_done else None,
            done_at=at + timedelta(hours=hours) if is_done else None,
        )
    whole = [row.task_id for row in reads.queue(officer, box).rows]
    seen: list[UUID] = []
    after = ""
    for _ in range(6):
        page = reads.queue(officer, box, after=after, limit=1)
        seen += [row.task_id for row in page.rows]
        after = page.next_key
        if not after:
            break
    assert len(whole) == 5
    assert seen == whole
