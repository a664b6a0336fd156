"""What the city publishes about its answers: six rates by department, category and month, and a list without anything personal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.tickets.making import Hotline, later, ticket, work
from tests.town import Town
from tongban.cases.reads.tickets.figures import Figures, figures, public_answers, total
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def told(one: Figures) -> dict[str, tuple[int, int]]:
    """Each rate that there is, as part and whole."""
    return {rate.id: (rate.part, rate.whole) for rate in one.rates if rate.whole}


def months() -> dict[str, object]:
    return {"since": clock.today().replace(day=1) - timedelta(days=62), "until": clock.today().replace(day=1)}


def test_each_rate_is_what_its_tickets_say(hotline: Hotline) -> None:
    fixed, again, silent = hotline.tell(), hotline.tell("zhou-minhua", address="长堤路1号"), hotline.tell("chen-xiao", address="北门巷2号")
    for one in (fixed, again, silent):
        hotline.answer(one)
    hotline.judge(fixed, fixed=True, satisfied=True)
    hotline.judge(again, fixed=False, satisfied=False, by="zhou-minhua")
    later(days=16)
    found = total(**months())  # type: ignore[arg-type]
    assert told(found) == {
        "response": (3, 3),
        "solved": (1, 2),
        "satisfied": (1, 2),
        "in_time": (2, 3),
        "disputed": (0, 3),
        "reopened": (1, 3),
    }
    assert (found.counts["said_nothing"], found.counts["unsolved"]) == (1, 1), "who said nothing is nobody's satisfaction"


def test_who_sent_a_ticket_back_has_it_in_its_figures_and_who_answers_has_not(hotline: Hotline) -> None:
    one = hotline.tell(category="other")
    hotline.dispatch(one)
    hotline.dispute(one, to="ecology")
    hotline.rule(one, "moves", department="ecology")
    later(minutes=1)
    by = {row.key: told(row).get("disputed") for row in figures("department", **months())}  # type: ignore[arg-type]
    assert (by["urban-management"], by["ecology"]) == ((1, 1), (0, 1))


def test_categories_of_two_services_are_told_apart_and_months_named(hotline: Hotline) -> None:
    hotline.tell()
    hotline.tell("chen-xiao", service="hazard-report", category="dyke", area="990103100")
    later(minutes=1)
    categories = figures("category", **months())  # type: ignore[arg-type]
    assert [(row.title.zh, row.counts["received"]) for row in categories] == [("道路、路灯、井盖", 1), ("堤防、水库渗水或者决口", 1)]
    (month,) = figures("month", **months())  # type: ignore[arg-type]
    today = clock.today()
    assert (month.title.zh, month.counts["received"]) == (f"{today.year}年{today.month}月", 2)


def test_what_was_withdrawn_counts_as_that_and_against_nobody(hotline: Hotline, town: Town) -> None:
    from tongban.cases import acts

    one = hotline.tell()
    acts.withdraw(one, actor=town.actor("li-min"), key="w" * 8, version=hotline.version(one))
    later(days=30)
    found = total(**months())  # type: ignore[arg-type]
    assert (dict(found.counts), told(found)) == ({"received": 1, "withdrawn": 1}, {})


def test_the_public_list_holds_what_the_department_wrote_for_it_and_nothing_personal(hotline: Hotline) -> None:
    shown, unwritten, sealed = hotline.tell(), hotline.tell("zhou-minhua", address="长堤路1号"), hotline.tell("chen-xiao", kind="report")
    hotline.answer(shown, public_words="一处路灯已更换灯头。")
    hotline.answer(unwritten)
    hotline.answer(sealed, public_words="不应公开")
    work()
    rows = public_answers()
    assert [row.words for row in rows if row.words] == ["一处路灯已更换灯头。"]
    assert "不应公开" not in str(rows)
    personal = {ticket(shown).address, "李敏", "13800000000", "晚上过路看不见", "维-0317"}
    assert not [words for words in personal if words in str(rows)]


def test_a_reopened_answer_is_not_shown_as_one(hotline: Hotline) -> None:
    one = hotline.tell()
    hotline.answer(one, public_words="已更换。")
    assert len(public_answers()) == 1
    hotline.judge(one, fixed=False)
    assert public_answers() == ()


def test_the_public_list_goes_on_where_it_stopped(hotline: Hotline) -> None:
    for number in range(5):
        hotline.answer(hotline.tell(address=f"北门巷{number}号"), public_words=f"第{number}处")
        clock.move_by(timedelta(minutes=1))
    seen, before = [], None
    while page := public_answers(before=before, limit=2):
        seen += [row.words for row in page]
        before = page[-1].answered_at
    assert seen == [f"第{number}处" for number in (4, 3, 2, 1, 0)]
