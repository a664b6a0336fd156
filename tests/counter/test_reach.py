"""What a counter may do and see: takes in and hands out for every department of its area, accepts where that is entrusted, decides nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.test_lifecycle import restaurant
from tests.counter.making import RESTAURANT, appoint, attend, clerk, confirm, fill, key, person, send, taken_in
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, MayNotError, OwnCaseError, WrongStateError
from tongban.cases.models import Case, Task
from tongban.cases.permissions import TABLE, counter_of, desk_of, may_official, rows_for, verbs
from tongban.cases.ranges import tasks_of
from tongban.catalogue.acts.publish import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.exchange import acts as exchange
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

DEPARTMENTS = ("market-regulation", "civil-affairs", "urban-management", "data-bureau", "tax", "planning")
AREAS = ("990100", "990101", "990101002", "990102001", "880101001", "")


def received(town: Town) -> Case:
    case_id = restaurant(town)
    actor = town.actor("chen-xiao")
    acts.send(case_id, actor=actor, key=key(), version=reads.form_view(case_id, actor).version)
    return Case.objects.get(pk=case_id)


def cases() -> list[Case]:
    """One of every department, area, state of acceptance and decision."""
    at, made = clock.now(), []
    today = clock.today()
    dates = ((None, None), (today, None), (today - timedelta(days=1), None), (today, today), (None, today))
    for n, (department, area, (accepted, decided)) in enumerate((d, a, x) for d in DEPARTMENTS for a in AREAS for x in dates):
        made.append(
            Case(
                number=f"{n:025d}",
                service=RESTAURANT,
                procedure="administrative-licence",
                situation=str(n),
                state="draft" if n % 7 == 0 else "received",
                department=department,
                area=area,
                accepted_on=accepted,
                decided_on=decided,
                applicant_kind="person",
                applicant_id=person("wang-xiuying"),
                applicant_name="某",
                applied_by=person("wang-xiuying"),
                begun_at=at,
                saved_at=at,
            )
        )
    Case.objects.bulk_create(made)
    return made


@pytest.mark.parametrize("area", ["990100", "990101", "990101002", ""])
def test_for_every_counter_the_filters_find_what_the_checks_allow(town: Town, area: str) -> None:
    appoint("xu-jing", area=area)
    made, counter = cases(), town.actor("xu-jing")
    found = set(Case.objects.filter(desk_of(counter, verbs())).values_list("pk", flat=True))
    allowed = {case.pk for case in made if case.state != "draft" and may_official(counter, case, (), "see", verbs())}
    assert found == allowed
    assert found, "the counter accepts something"
    reached = set(Case.objects.filter(counter_of(counter, verbs())).values_list("pk", flat=True))
    for act in ("find", "post"):
        assert reached == {case.pk for case in made if case.state != "draft" and may_official(counter, case, (), act, verbs())}
        listed = Case.objects.filter(rows_for(counter, act, verbs())).exclude(state="draft")
        assert reached == set(listed.values_list("pk", flat=True))
    assert found < reached


def test_a_counter_corrects_on_the_spot_what_it_may_accept(town: Town) -> None:
    appoint("xu-jing", area="990100")
    case, at_the_counter = received(town), town.actor("xu-jing")
    acts.correct_on_the_spot(case.pk, {"staff_count": "7"}, actor=at_the_counter, key=key(), version=case.version, word="counter")
    case.refresh_from_db()
    assert case.answers["staff_count"] == 7
    acts.accept(case.pk, actor=town.actor("liu-yang"), key=key(), version=case.version)
    case.refresh_from_db()
    with pytest.raises(WrongStateError):
        acts.correct_on_the_spot(case.pk, {"staff_count": "8"}, actor=at_the_counter, key=key(), version=case.version, word="counter")


def test_a_counter_neither_decides_nor_reviews_nor_refuses() -> None:
    granted = {right.act for right in TABLE if right.verb == "counter" and right.scope != "attended"}
    assert granted == {"see", "accept", "ask-correction", "correct-on-the-spot", "mark-paid", "find", "post"}


def test_contract_staff_accept_where_it_is_entrusted(town: Town) -> None:
    case = received(town)
    assert all(post.contract for post in clerk(town).posts)
    assert [row.case_id for row in reads.queue(clerk(town), "mine").rows] == [case.id]
    done = acts.accept(case.id, actor=clerk(town), key=key(), version=case.version)
    assert done.state == "accepted"
    assert reads.desk_case(case.id, clerk(town)).acts == frozenset()
    with pytest.raises(MayNotError):
        acts.not_accept(case.id, "not-accept", actor=clerk(town), key=key(), version=done.version, words="不归我们管")


def test_accepting_twice_by_one_form_is_one_acceptance(town: Town) -> None:
    case, same = received(town), key()
    first = acts.accept(case.id, actor=clerk(town), key=same, version=case.version)
    assert acts.accept(case.id, actor=clerk(town), key=same, version=case.version) == first


def test_what_was_accepted_yesterday_is_the_departments_alone(town: Town) -> None:
    case = received(town)
    acts.accept(case.id, actor=clerk(town), key=key(), version=case.version)
    clock.move_by(timedelta(days=1))
    with pytest.raises(CaseNotFoundError):
        reads.desk_case(case.id, clerk(town))
    assert reads.queue(clerk(town), "mine").rows == ()


def test_a_counter_does_no_step_and_decides_nothing(town: Town) -> None:
    case = received(town)
    acts.accept(case.id, actor=clerk(town), key=key(), version=case.version)
    task = Task.objects.get(case=case, is_open=True)
    with pytest.raises(MayNotError):
        acts.complete_step(task.id, actor=clerk(town), key=key(), outcome="pass", words="", records={}, photos=[])
    assert not Task.objects.filter(tasks_of(clerk(town), verbs()), is_open=True).exists()


def test_what_a_department_keeps_to_itself_the_counter_neither_sees_nor_accepts(town: Town) -> None:
    texts = dict(load(CITY))
    name = "departments/market-regulation.yaml"
    alone = texts[name].decode().partition("\nentrusts")[0] + "\n"
    publish_texts(texts | {name: alone.encode()}, "tests")
    try:
        case = received(town)
        assert reads.queue(clerk(town), "mine").rows == ()
        with pytest.raises(CaseNotFoundError):
            acts.accept(case.id, actor=clerk(town), key=key(), version=case.version)
        assert acts.accept(case.id, actor=town.actor("liu-yang"), key=key(), version=case.version).state == "accepted"
    finally:
        publish_texts(texts, "tests")


def test_a_relatives_application_is_accepted_by_somebody_else(town: Town) -> None:
    case = received(town)
    appoint("zhao-jianmin")
    with pytest.raises(OwnCaseError):
        acts.accept(case.id, actor=town.actor("zhao-jianmin"), key=key(), version=case.version)


def test_a_counter_finds_number_and_state_and_no_more(town: Town) -> None:
    exchange.suspend("public-security/household")
    done = taken_in(attend(town))
    exchange.resume("public-security/household")
    scanned = f"http://127.0.0.1:8000/progress?number={done.number}&code=ABCD2345"
    for words in (done.number, done.number[-6:], scanned, "周德福", "990101193802140019"):
        (row,) = acts.search(words, clerk=clerk(town))
        assert (row.case.number, row.case.applicant_name, row.channel) == (done.number, "周德福", "window")
        assert not {"answers", "facts", "clauses"} & set(vars(row) | vars(row.case))
    for nothing in ("", "德", "周大福", "123"):
        assert acts.search(nothing, clerk=clerk(town)) == ()


def test_a_firm_is_found_by_its_code(town: Town) -> None:
    case = received(town)
    code = case.applicant_facts["uscc"]
    assert [row.case.id for row in acts.search(code, clerk=clerk(town))] == [case.id]


def test_a_counter_of_another_district_finds_nothing(town: Town) -> None:
    done = taken_in(attend(town))
    appoint("xu-jing", area="990102")
    assert acts.search(done.number, clerk=town.actor("xu-jing")) == ()


def test_the_clerks_own_lists_are_of_today_and_of_what_was_sent_back(town: Town) -> None:
    from tongban.cases.reads import counter

    agent = attend(town, "chen-xiao")
    case_id = fill(
        agent,
        {
            "business": "restaurant",
            "cold_dishes": "no",
            "fresh_juice": "no",
            "raw_seafood": "no",
            "property_no": "云(2021)江北区不动产权第0010086号",
            "safety_officer": "赵建国",
            "staff_count": "1",
        },
        RESTAURANT,
        "firm",
        town.firm("chen-xiao").id,
    )
    from tests.files.making import jpg

    acts.attach(case_id, "kitchen_plan", jpg(), "布局图.jpg", actor=agent)
    confirm(case_id, agent)
    done = send(case_id, agent)
    assert [row.case.id for row in counter.taken_today(clerk(town))] == [case_id]
    assert counter.sent_back(clerk(town)) == ()
    acts.ask_correction(case_id, actor=clerk(town), key=key(), version=done.version, questions=["kitchen_plan"], words="请补画洗消间。")
    assert [row.case.id for row in counter.sent_back(clerk(town))] == [case_id]
    assert [row.id for row in reads.waiting_for(agent).corrections] == [case_id]
    clock.move_by(timedelta(days=1))
    assert counter.taken_today(clerk(town)) == ()
