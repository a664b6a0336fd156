"""What is told of many ratings: counted once a month is over, never so few that somebody could be made out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.finished import HANDS, answer, decided_restaurant, granted_allowance, rated_badly, said, step
from tests.cases.test_lifecycle import key
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts.tally import tally_months
from tongban.cases.core.ratings import Indicators, Redress, Share, Tally, indicators, masked, month_of, told
from tongban.cases.models import Case, Rating, RatingTally
from tongban.cases.reads.ratings import department_batches, month_told, months_counted
from tongban.cases.reads.supervision import redress_of, this_month
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

counts = st.tuples(*[st.integers(0, 9)] * 5)
tallies = st.builds(lambda levels, more: Tally(sum(levels) + more, levels), counts, st.integers(0, 20))
groups = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), tallies, max_size=8)


@given(groups, st.integers(1, 12))
def test_nothing_is_told_that_rests_on_too_few_ratings(some: dict[str, Tally], least: int) -> None:
    found = told(some, least)
    assert all(tally.rated >= least for tally in found.groups.values())
    assert found.others is None or found.others.rated == 0 or found.others.rated >= least


@given(groups, st.integers(1, 12))
def test_what_is_told_and_what_is_put_together_are_the_whole_so_that_nothing_follows_by_taking_away(
    some: dict[str, Tally], least: int
) -> None:
    found = told(some, least)
    if found.is_enough:
        assert sum(found.groups.values(), found.others or Tally()) == sum(some.values(), Tally())
    else:
        assert not found.groups
        assert found.others is None
        assert sum(tally.rated for tally in some.values()) < least


def test_one_small_group_beside_large_ones_takes_the_smallest_of_them_with_it() -> None:
    some = {"a": Tally(9, (0, 0, 0, 0, 9)), "b": Tally(6, (0, 0, 0, 6, 0)), "c": Tally(1, (1, 0, 0, 0, 0))}
    found = told(some, 5)
    assert set(found.groups) == {"a"}
    assert found.others == Tally(7, (1, 0, 0, 6, 0))


@pytest.mark.parametrize(
    ("part", "whole", "tenths"), [(0, 0, None), (0, 3, 0), (3, 3, 1000), (1, 3, 333), (2, 3, 667), (1, 2000, 1), (1, 2001, 0)]
)
def test_a_share_is_told_in_tenths_of_a_per_cent_and_a_share_of_nothing_is_none(part: int, whole: int, tenths: int | None) -> None:
    assert Share(part, whole).tenths == tenths


def test_the_five_indicators_are_shares_of_what_the_standard_says() -> None:
    redress = Redress(in_time=6, late=1, overdue=2, running=3, called=5, disputed=2, upheld=1)
    tally = Tally(200, (3, 9, 10, 30, 48), redress)
    assert indicators(tally) == Indicators(
        active=Share(100, 200), bad=Share(12, 100), in_time=Share(6, 9), called=Share(5, 7), upheld=Share(1, 2)
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("电话13800000000没人接", "电话＊＊＊没人接"),
        ("138-0000-0000", "＊＊＊"),
        ("１３８００００００００", "＊＊＊"),
        ("证号99010119380214001X。", "证号＊＊＊。"),
        ("等了3周，跑了2趟，交了120元，8月12日", "等了3周，跑了2趟，交了120元，8月12日"),
        ("", ""),
    ],
)
def test_numbers_by_which_people_are_known_are_masked_and_others_are_not(words: str, shown: str) -> None:
    assert masked(words) == shown


# --- counted by month ---------------------------------------------------------------------------------------------------------------------


def ratings(
    count: int,
    *,
    service: str = "outdoor-sign",
    department: str = "urban-management",
    level: int = 5,
    words: str = "",
    month: date | None = None,
) -> None:
    """So many ratings of this month, as they are kept."""
    for _ in range(count):
        Rating.objects.create(
            month=month or month_of(clock.today()),
            department=department,
            service=service,
            channel="online",
            given_by="portal",
            level=level,
            words=words,
        )


def next_month() -> date:
    """Go to the first day of the next month; the month that is over."""
    month = month_of(clock.today())
    clock.move_by(month_of(month + timedelta(days=32)) - clock.today())
    return month


def test_the_running_month_is_not_counted_so_that_nobody_sees_a_number_move(town: Town) -> None:
    ratings(9)
    tally_months()
    assert month_of(clock.today()) not in months_counted()
    month = next_month()
    tally_months()
    assert month_told(month).whole.rated == 9


def test_a_month_is_counted_with_what_was_finished_in_it(town: Town) -> None:
    for _ in range(2):
        decided_restaurant(town)
    acts.rate(Case.objects.latest("id").id, said(4), actor=town.actor("chen-xiao"), key=key())
    month = next_month()
    tally_months()
    row = RatingTally.objects.get(month=month, service="food-business-licence")
    assert (row.finished, row.levels, row.department) == (2, [0, 0, 0, 1, 0], "market-regulation")


def test_counting_again_gives_the_same_and_happens_once_a_day(town: Town) -> None:
    ratings(6)
    month = next_month()
    assert tally_months() > 0
    first = list(RatingTally.objects.filter(month=month).values("department", "service", "finished", "levels", "redress"))
    assert tally_months() == 0
    clock.move_by(timedelta(days=1))
    assert tally_months() > 0
    assert list(RatingTally.objects.filter(month=month).values("department", "service", "finished", "levels", "redress")) == first


def test_a_rating_found_mistaken_is_not_counted_any_more(town: Town) -> None:
    _, redress = rated_badly(town)
    month = next_month()
    tally_months()
    assert month_told(month).whole.rated == 1
    step(town, redress.id, "tang-min", finding="mistaken")
    step(town, redress.id, "xie-lan", ruling="mistaken")
    clock.move_by(timedelta(days=1))
    tally_months()
    whole = month_told(month).whole
    assert (whole.rated, whole.redress.upheld, whole.redress.disputed) == (0, 1, 1)


def test_what_became_of_bad_ratings_is_counted_as_it_goes(town: Town) -> None:
    month = month_of(clock.today())
    _, redress = rated_badly(town)
    assert redress_of(month) == Redress(running=1)
    clock.move_by(timedelta(days=10))
    assert redress_of(month) == Redress(overdue=1)
    step(town, redress.id, "tang-min", finding="at-once")
    answer(town, redress.id)
    assert redress_of(month) == Redress(late=1)
    step(town, redress.id, "xie-lan", reached="silent")
    assert redress_of(month) == Redress(late=1, called=1)


def test_an_answer_on_the_promised_day_is_in_time(town: Town) -> None:
    month = month_of(clock.today())
    _, redress = rated_badly(town)
    step(town, redress.id, "tang-min", finding="at-once")
    assert redress.due_on is not None
    clock.move_by(redress.due_on - clock.today())
    answer(town, redress.id)
    assert redress_of(month) == Redress(in_time=1)


def test_supervision_sees_the_running_month_whole(town: Town) -> None:
    case_id = granted_allowance(town)
    acts.rate(case_id, said(2), actor=town.actor("li-min"), key=key())
    found = this_month()
    assert (found.finished, found.rated, found.bad, found.redress) == (1, 1, 1, Redress(running=1))


# --- what a department sees ----------------------------------------------------------------------------------------------------------------


def test_a_department_sees_ratings_only_once_the_month_is_over_and_only_where_there_are_enough(town: Town) -> None:
    ratings(5, words="很快")
    ratings(4, service="food-business-licence", department="market-regulation", words="慢")
    officer = town.actor("tang-min")
    assert department_batches(officer, month_of(clock.today())) == {}
    month = next_month()
    found = department_batches(officer, month)
    assert set(found) == {post.department for post in officer.posts}
    assert {name: [batch.service for batch in some] for name, some in found.items() if some} == {"urban-management": ["outdoor-sign"]}
    (batch,) = found["urban-management"]
    assert (batch.tally.rated, batch.words) == (5, ((5, "很快"),) * 5)


def test_other_officials_see_no_departments_ratings(town: Town) -> None:
    ratings(9)
    month = next_month()
    for login in (*HANDS, "he-fang", "shen-yi", "xu-jing", "han-lei", "li-min"):
        assert all(not some for some in department_batches(town.actor(login), month).values()), login


def test_what_a_department_sees_is_in_no_order_of_time_and_names_no_case(town: Town) -> None:
    for words in ("丙", "甲", "乙", "丁", "戊"):
        ratings(1, words=words)
    month = next_month()
    (batch,) = department_batches(town.actor("tang-min"), month)["urban-management"]
    assert [text for _, text in batch.words] == sorted(text for _, text in batch.words)
    assert set(vars(batch)) == {"service", "title", "tally", "words"}


# --- statements --------------------------------------------------------------------------------------------------------------------------


def statements(ask: Callable[[], object]) -> int:
    """How many statements a question takes."""
    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def test_pages_of_figures_ask_no_more_the_more_there_is(town: Town) -> None:
    month, officer, found = month_of(clock.today()), town.actor("tang-min"), []
    for number in range(2):
        for more in range(1 + 20 * number):
            ratings(6, service=f"service-{number}-{more}", department=("urban-management", "civil-affairs")[more % 2], month=month)
        clock.move_by(timedelta(days=35))
        tally_months()
        month_told(month)
        found.append((statements(lambda: month_told(month)), statements(lambda: department_batches(officer, month))))
    assert len(month_told(month).services["urban-management"]) > 10
    assert found[0] == found[1]


def test_the_supervisors_list_asks_no_more_the_more_cases_there_are(town: Town) -> None:
    supervisor, found = town.actor("xie-lan"), []
    for count in (1, 3):
        while len(reads.supervised(supervisor)) < count:
            rated_badly(town)
        found.append(statements(lambda: reads.supervised(supervisor)))
    assert found[0] == found[1]


@pytest.mark.parametrize("level", [5, 1])
def test_rating_takes_few_statements(town: Town, level: int) -> None:
    case_id, actor = decided_restaurant(town), town.actor("chen-xiao")
    pointer = statements(catalogue.city)
    with CaptureQueriesContext(connection) as seen:
        acts.rate(case_id, said(level), actor=actor, key=key())
    asked = [one["sql"] for one in seen if "catalogue_publishing" not in one["sql"] and "SAVEPOINT" not in one["sql"]]
    assert pointer == 1
    assert len(asked) <= (10 if level > 2 else 16), asked
