"""What lies in whose box, and which page of it comes next."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.test_lifecycle import key, photo, records_for, restaurant, send, version
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import posts_reach, verbs
from tongban.cases.ranges import tasks_of
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties.acts.posts import appoint
from tongban.parties.core.people import Actor, Post

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


DEPARTMENTS = st.sampled_from(["market-regulation", "market-station", "civil-affairs"])
AREAS = st.sampled_from(["990100", "990101", "990102", "990101001", "990102001", "990101002003"])
ROLES = ("reviewer", "decider", "inspector", "clerk", "verb:accept", "verb:decide", "a-role-of-an-older-city")
POSTS = st.builds(
    Post, st.uuids(), DEPARTMENTS, st.sampled_from(ROLES[:4]), st.one_of(AREAS, st.just("")), acting=st.just(False), contract=st.booleans()
)
TASKS = st.fixed_dictionaries(
    {
        "department": DEPARTMENTS,
        "case_department": DEPARTMENTS,
        "role": st.sampled_from(ROLES),
        "area": AREAS,
        "days": st.none() | st.integers(-2, 2),
        "hours": st.none() | st.sampled_from([-1, 1]),
        "is_open": st.sampled_from([True, True, True, False]),
        "assigned_to": st.sampled_from([None, None, "me", "colleague"]),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(POSTS, max_size=3), st.lists(TASKS, max_size=14), st.integers(1, 5))
def test_a_box_read_from_indexes_is_what_the_permissions_say(
    town: Town, posts: list[Post], tasks: list[dict[str, object]], limit: int
) -> None:
    actor = Actor(town.accounts["li-min"], town.actor("li-min").person_id, "李敏", tuple(posts))
    kept_before = set(Task.objects.values_list("pk", flat=True))
    for task in tasks:
        _task(actor, **task)
    mine, now, today = Task.objects.filter(tasks_of(actor, verbs()), is_open=True), verbs(), clock.today()
    expected = {
        "mine": mine,
        "today": mine.filter(due_on=today),
        "late": mine.filter(Q(due_on__lt=today) | Q(due_on=today, due_at__lt=clock.now())),
        "waiting": Task.objects.filter(posts_reach(actor, now, "case__department"), is_open=True).exclude(tasks_of(actor, now)),
        "department": Task.objects.filter(posts_reach(actor, now, "department"), is_open=True),
    }
    for box, rows in expected.items():
        by_day = sorted(rows, key=lambda task: (task.due_on is None, task.due_on or today, task.pk))
        wanted = [task.pk for first in range(0, len(by_day), limit) for task in sorted(by_day[first : first + limit], key=_nearest)]
        seen, after = [], ""
        while True:
            page = reads.queue(actor, box, after=after, limit=limit)
            seen += [row.task_id for row in page.rows]
            after = page.next_key
            if not after:
                break
        assert seen == wanted, box
        assert reads.counts(actor)[box] == min(len(wanted), 100), box
    Task.objects.filter(~Q(pk__in=kept_before)).delete()


def _nearest(task: Task) -> tuple[object, ...]:
    """As one page has them: hours of a day before all of that day."""
    return task.due_on is None, task.due_on or date.max, task.due_at is None, task.due_at.timestamp() if task.due_at else 0, task.pk


def _task(
    actor: Actor, *, days: int | None, hours: int | None, assigned_to: str | None, case_department: str, area: str, **more: object
) -> None:
    at = clock.now()
    case = Case.objects.create(
        service="food-business-licence",
        procedure="administrative-licence",
        state="review",
        department=case_department,
        area=area,
        applicant_kind="person",
        applicant_id=uuid7(),
        applicant_name="某",
        applied_by=uuid7(),
        begun_at=at,
        saved_at=at,
    )
    hands = {"me": actor.person_id, "colleague": uuid7(), None: None}
    due = None if days is None else clock.today() + timedelta(days=days)
    Task.objects.create(
        case=case,
        step="review",
        case_department=case_department,
        guest="" if case_department == more["department"] else more["department"],
        area=area,
        opened_at=at,
        due_on=due,
        due_at=at + timedelta(hours=hours) if hours and days == 0 else None,
        assigned_to=hands[assigned_to],
        **more,
    )
