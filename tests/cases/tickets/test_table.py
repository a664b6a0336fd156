"""Who may see and do what with a ticket: check and filter agree for everybody, a list takes no statement a row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.tickets.making import Hotline, case, key, ticket
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.models import Case
from tongban.cases.permissions import TABLE, desk_of, may_official, verbs
from tongban.cases.reads.tickets.desk import escalated, inbox, likely_repeats
from tongban.catalogue import running
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def test_for_every_official_the_filter_finds_the_tickets_that_the_check_allows(hotline: Hotline, town: Town) -> None:
    made = [
        hotline.tell(),
        hotline.tell("zhou-minhua", category="other", area="990102001"),
        hotline.tell("chen-xiao", category="water-supply", area="990103100", kind="report"),
        hotline.tell("chen-xiao", service="hazard-report", category="dyke", area="990103100"),
    ]
    for login in sorted(town.accounts):
        actor = town.actor(login)
        found = set(Case.objects.filter(desk_of(actor, verbs()), pk__in=made).values_list("pk", flat=True))
        allowed = {one for one in made if may_official(actor, case(one), list(case(one).tasks.all()), "see", verbs())}
        assert found == allowed, login
    assert {login for login in ("luo-qian", "gao-feng") if may_official(town.actor(login), case(made[0]), [], "see", verbs())} == {
        "luo-qian",
        "gao-feng",
    }


def test_who_dispatches_sees_tickets_and_no_licences(hotline: Hotline, town: Town) -> None:
    firm = Case(service="outdoor-sign", department="urban-management", area="990101002", applicant_kind="firm", state="received")
    for login in ("luo-qian", "gao-feng"):
        assert not may_official(town.actor(login), firm, [], "see", verbs())


def test_core_work_is_not_given_to_contract_staff() -> None:
    core = {"dispatch", "rule", "answer", "dispute", "merge", "supervise", "see-who"}
    assert all(not right.contract for right in TABLE if right.act in core)
    assert core <= {right.act for right in TABLE}


def test_somebody_elses_ticket_is_not_there(hotline: Hotline, town: Town) -> None:
    one = hotline.tell()
    stranger = town.actor("chen-xiao")
    for act in (
        lambda: reads.case_view(one, stranger),
        lambda: hotline.judge(one, fixed=True, by="chen-xiao"),
        lambda: acts.tickets.urge(one, actor=stranger, key=key()),
        lambda: acts.tickets.add(one, actor=stranger, key=key(), words="我也看到了"),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_an_act_on_a_ticket_takes_at_most_ten_statements(hotline: Hotline, town: Town) -> None:
    """Within a request, which reads once which version runs; each message is one, and a merge locks two tickets."""
    main, other = hotline.tell(category="other"), hotline.tell("zhou-minhua", category="other")
    counted: dict[str, list[str]] = {}
    for name, act in (
        ("dispatch", lambda: hotline.dispatch(main)),
        ("merge", lambda: hotline.merge(other, main)),
        ("dispute", lambda: hotline.dispute(main)),
        ("rule", lambda: hotline.rule(main, "stays")),
        ("progress", lambda: acts.tickets.progress(main, actor=town.actor("guo-tao"), key=key(), words="已到现场，配件明天到")),
        ("urge", lambda: acts.tickets.urge(main, actor=town.actor("li-min"), key=key())),
        ("answer", lambda: hotline.answer(main)),
        ("judge", lambda: hotline.judge(main, fixed=False)),
    ):
        running.begin_request()
        try:
            with CaptureQueriesContext(connection) as queries:
                act()
        finally:
            running.end_request()
        counted[name] = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"] and " LIMIT 21" not in one["sql"]]
    found = {name: len(statements) for name, statements in counted.items()}
    assert found.pop("merge") <= 13, "\n".join(counted["merge"])
    assert found.pop("dispatch") <= 11, "two messages: to the person and to the department"
    assert all(number <= 10 for number in found.values()), found


def test_lists_take_as_many_statements_for_many_as_for_one(hotline: Hotline, town: Town) -> None:
    dispatcher, head = town.actor("luo-qian"), town.actor("wei-min")

    def statements() -> list[int]:
        found = []
        for ask in (
            lambda: inbox(dispatcher, "dispatch"),
            lambda: likely_repeats(dispatcher),
            lambda: escalated(head),
            lambda: reads.queue(town.actor("guo-tao"), "mine"),
        ):
            with CaptureQueriesContext(connection) as queries:
                ask()
            found.append(len(queries))
        return found

    hotline.tell(category="other")
    hotline.tell()
    before = statements()
    for number in range(6):
        hotline.tell("zhou-minhua", category="other", what=f"第{number}处井边没有护栏，夜里看不清")
        hotline.tell("chen-xiao", what=f"望江路18号门前的路灯不亮，第{number}盏")
    assert statements() == before


def test_the_desk_sorts_by_the_nearest_limit_whether_it_is_an_hour_or_a_day(hotline: Hotline, town: Town) -> None:
    general = hotline.tell()
    urgent = hotline.tell("zhou-minhua", danger="yes")
    clock.move_by(timedelta(minutes=30))
    later = hotline.tell("chen-xiao", danger="yes")
    rows = reads.queue(town.actor("guo-tao"), "mine").rows
    assert [row.case_id for row in rows] == [urgent, later, general]
    assert [row.due_at is not None for row in rows] == [True, True, False]
    pages, after = [], ""
    while True:
        page = reads.queue(town.actor("guo-tao"), "mine", after=after, limit=1)
        pages += [row.case_id for row in page.rows]
        after = page.next_key
        if not after:
            break
    assert pages == [urgent, later, general], "paging by key neither skips nor repeats"


def test_late_by_the_hour_is_late(hotline: Hotline, town: Town) -> None:
    one = hotline.tell(danger="yes")
    assert reads.counts(town.actor("guo-tao"))["late"] == 0
    clock.move_by(timedelta(hours=2, minutes=1))
    assert reads.counts(town.actor("guo-tao"))["late"] == 1
    assert reads.desk_case(one, town.actor("guo-tao")).case.ticket.is_late


def test_at_a_minute_to_midnight_two_hours_end_on_the_next_day(hotline: Hotline, town: Town) -> None:
    night = clock.local(clock.now()).replace(hour=23, minute=59, second=0, microsecond=0)
    clock.move_by(night - clock.local(clock.now()))
    one = hotline.tell(danger="yes")
    assert case(one).due_on == clock.today() + timedelta(days=1)
    assert ticket(one).due_by - ticket(one).received_at == timedelta(hours=2)


@pytest.mark.parametrize(
    "after", ["", "x", "2026-13-40/x", "2026-11-04T10:00/0", "2026-11-04T10:00:00/01a21fad-5db6-76ed-8fb7-ec599df13968", "/"]
)
def test_a_page_key_that_is_none_begins_anew(hotline: Hotline, town: Town, after: str) -> None:
    one = hotline.tell(category="other")
    assert [row.case_id for row in inbox(town.actor("luo-qian"), "dispatch", after=after)[0]] == [one]
    two = hotline.tell()
    assert [row.case_id for row in reads.queue(town.actor("guo-tao"), "mine", after=after).rows] == [two]
