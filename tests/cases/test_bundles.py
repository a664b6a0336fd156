"""A bundle in cases: sent once, decided part by part, ended by itself, with one letter; nothing asked, fetched or uploaded twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.cases import chained
from tests.cases.bundling import (
    FIT,
    accept,
    decide,
    draft,
    go_on,
    inspect,
    part,
    review,
    send,
    sent,
    standings,
    task,
    through,
    version,
)
from tests.cases.test_lifecycle import key, plan
from tests.town import CITY, Town
from tongban.cases import acts
from tongban.cases.core.bundle_errors import NothingDueError, NoVisitError
from tongban.cases.core.facts import is_needed
from tongban.cases.errors import CaseNotFoundError, IncompleteError, StaleCaseError, WrongStateError
from tongban.cases.models import Appointment, BundlePart, Case, Charge, Event, Letter, Upload
from tongban.cases.reads.ground import known_facts
from tongban.cases.tasks import KINDS
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts import publish
from tongban.credentials import reads as credentials
from tongban.exchange import reads as exchange
from tongban.files import reads as files
from tongban.files.models import File
from tongban.kernel import clock
from tongban.kernel.ids import is_checked
from tongban.ledger import reads as ledger
from tongban.messages import reads as messages

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def bundle(case_id: UUID) -> Case:
    return Case.objects.get(pk=case_id)


def told(town: Town, login: str = "chen-xiao") -> list[str]:
    return [message.template for message in messages.inbox(town.actor(login).person_id, limit=50)]


def test_sending_it_makes_a_case_of_each_part_with_its_own_number_and_definition(town: Town) -> None:
    case_id = sent(town)
    whole = bundle(case_id)
    assert (whole.state, whole.procedure, whole.department) == ("under-way", "bundle", "market-regulation")
    assert standings(case_id) == {"food": "sent", "sign": "sent", "fire": "sent"}
    for alias, service in (("food", "food-business-licence"), ("sign", "outdoor-sign"), ("fire", "fire-safety-check")):
        case = part(case_id, alias)
        assert case.service == service
        assert case.parent_id == case_id
        assert is_checked(case.number)
        assert case.service_hash == catalogue.city().services[service].hash
        assert (case.applicant_id, case.applied_by, case.received_on) == (whole.applicant_id, whole.applied_by, whole.received_on)
        assert catalogue.city().departments[case.department].number in case.number
        assert Event.objects.get(case=case, act="send").data["bundle"] == str(case_id)
    assert len({case.number for case in Case.objects.filter(parent_id=case_id)} | {whole.number}) == 4


def test_answers_reach_each_part_under_its_own_questions(town: Town) -> None:
    case_id = sent(town)
    food, sign, fire = (part(case_id, alias) for alias in ("food", "sign", "fire"))
    assert food.answers["business"] == "restaurant", "answered by the bundle, asked of nobody"
    assert {food.answers["property_no"], sign.answers["property_no"], fire.answers["property_no"]} == {
        bundle(case_id).answers["property_no"]
    }
    assert (fire.answers["seats"], fire.answers["gas"], sign.answers["wording"]) == (40, "piped", "味来餐饮")
    assert "seats" not in food.answers
    assert "juice_cleaning" not in food.answers


def test_a_paper_is_uploaded_once_and_each_part_has_it(town: Town) -> None:
    case_id = sent(town)
    plans = [
        Upload.objects.get(case=part(case_id, "food"), question="kitchen_plan"),
        Upload.objects.get(case=part(case_id, "fire"), question="floor_plan"),
    ]
    original = Upload.objects.get(case_id=case_id, question="shop_plan")
    blobs = set(File.objects.filter(id__in=[one.file_id for one in (*plans, original)]).values_list("sha256", flat=True))
    assert len(blobs) == 1, "one blob"
    for one in plans:
        assert files.content(one.file_id, one.case_id) == files.content(original.file_id, case_id)
        assert one.case.answers[one.question] == str(one.id)
        assert one.at == original.at
    assert not Upload.objects.filter(case=part(case_id, "sign")).exists(), "a small sign on the own front needs no drawing"


def test_registers_are_asked_once_and_used_again_for_each_part_on_the_record(town: Town) -> None:
    case_id = draft(town)
    asked = len(exchange.history(case_id))
    with connections["default"].execute_wrapper(_forbid_registers):
        send(town, case_id)
    assert len(exchange.history(case_id)) == asked, "sending asks nobody"
    first = {answer.id for answer in exchange.history(case_id)}
    for alias in ("food", "sign", "fire"):
        case = part(case_id, alias)
        entries = [entry for entry in ledger.entries(case.id) if entry.act == "exchange.reuse"]
        answers = exchange.answers(case.id)
        service = catalogue.city().services[case.service]
        facts = known_facts(service, case)
        assert set(answers) == {need.alias for need in service.needs if is_needed(need, facts)}, "what only a change needs is not asked"
        assert {entry.payload["from"] for entry in entries} <= {str(one) for one in first}
        assert len(entries) == len(answers)
        assert [entry for entry in ledger.entries(case.id) if entry.act == "exchange.fetch"] == []
        for need in (one for one in service.needs if one.alias in answers):
            assert set(answers[need.alias].values) <= set(need.items), "no item more than the part's own grant"
            assert answers[need.alias].fetched_at in {answer.fetched_at for answer in exchange.history(case_id)}


def _forbid_registers(execute, sql, params, many, context):
    assert "registers" not in str(sql), sql
    return execute(sql, params, many, context)


def test_what_a_part_that_is_not_needed_would_have_asked_is_neither_asked_nor_fetched(town: Town) -> None:
    case_id = sent(town, eat_in="no", hang_sign="no", cold_dishes="no")
    assert standings(case_id) == {"food": "sent", "sign": "left-out", "fire": "left-out"}
    assert Case.objects.filter(parent_id=case_id).count() == 1
    assert {answer.resource for answer in exchange.history(case_id)} == {
        "market-regulation/business-licence",
        "planning/property-right",
        "data-bureau/broken-promises",
        "health/health-certificates",
    }


def test_a_part_that_a_machine_may_grant_is_granted_as_the_bundle_is_sent(town: Town) -> None:
    case_id = sent(town)
    assert part(case_id, "sign").state == "filed"
    assert Letter.objects.filter(case=part(case_id, "sign"), type="receipt").count() == 1
    assert part(case_id, "food").state == part(case_id, "fire").state == "received"


def test_one_message_tells_that_it_was_received(town: Town) -> None:
    sent(town)
    assert told(town)[0] == "bundle-received"
    assert "received" not in told(town)[:4]


def test_each_part_is_decided_by_its_own_department_and_the_bundle_ends_by_itself_with_one_letter(town: Town) -> None:
    case_id = sent(town)
    through(town, case_id, "food")
    go_on(case_id)
    assert bundle(case_id).state == "under-way"
    through(town, case_id, "fire")
    go_on(case_id)
    whole = bundle(case_id)
    assert (whole.state, whole.is_open, whole.decided_on) == ("finished", False, clock.today())
    [letter] = whole.letters.all()
    assert letter.type == "bundle-result"
    text = "\n".join(paragraph["zh"] for paragraph in letter.paragraphs)
    for alias in ("food", "fire"):
        [licence] = credentials.of_case(part(case_id, alias).id)
        assert licence.serial in text
        assert part(case_id, alias).number in text
    assert part(case_id, "sign").number in text
    assert told(town)[0] == "bundle-finished"


def test_the_worker_lets_it_end(town: Town) -> None:
    case_id = sent(town, eat_in="no", cold_dishes="no")
    through(town, case_id, "food")
    assert bundle(case_id).state == "under-way"
    _work()
    assert bundle(case_id).state == "finished"


def _work() -> None:
    """The worker's jobs, in the transaction of the test."""
    for payload in _jobs():
        KINDS["cases.bundle-goes-on"](payload)


def _jobs() -> list[dict[str, str]]:
    from tongban.jobs.models import Job

    found = [job.payload for job in Job.objects.filter(kind="cases.bundle-goes-on", done_at=None).order_by("id")]
    Job.objects.filter(kind="cases.bundle-goes-on").delete()
    return found


def test_one_part_may_fail_without_losing_the_others(town: Town) -> None:
    case_id = sent(town)
    through(town, case_id, "fire", "refuse", "安全出口被货架堵住。")
    go_on(case_id)
    assert bundle(case_id).state == "under-way"
    through(town, case_id, "food")
    go_on(case_id)
    whole = bundle(case_id)
    assert whole.state == "finished-in-part"
    assert part(case_id, "food").state == "granted"
    text = "\n".join(paragraph["zh"] for paragraph in whole.letters.get().paragraphs)
    assert "不予批准" in text
    assert "安全出口被货架堵住" in text
    assert "行政复议" in text
    assert told(town)[0] == "bundle-finished-in-part"


def test_where_none_comes_out_well_that_is_said(town: Town) -> None:
    case_id = sent(town, eat_in="no", hang_sign="no", cold_dishes="no")
    through(town, case_id, "food", "refuse", "布局不合理。")
    go_on(case_id)
    assert bundle(case_id).state == "finished-without"


def test_a_part_that_has_to_be_corrected_is_corrected_alone_while_the_others_run_on(town: Town) -> None:
    case_id = sent(town)
    fire = part(case_id, "fire")
    acts.ask_correction(
        fire.id, actor=town.actor("tian-yu"), key=key(), version=fire.version, questions=["floor_plan"], words="请标出灭火器。"
    )
    go_on(case_id)
    assert bundle(case_id).due_on is None, "the one clock stands still while one part waits for the applicant"
    accept(town, case_id, "food")
    assert part(case_id, "food").state == "accepted"
    clock.move_by(timedelta(days=1))
    actor = town.actor("chen-xiao")
    acts.attach(fire.id, "floor_plan", plan() + b"2", "新图.jpg", actor=actor)
    acts.send(fire.id, actor=actor, key=key(), version=version(fire.id))
    go_on(case_id)
    whole = bundle(case_id)
    assert part(case_id, "fire").state == "received"
    assert whole.complete_on == clock.today()
    assert whole.due_on is not None
    assert Upload.objects.filter(case=part(case_id, "food"), removed_at=None).count() == 2, "the other part keeps the plan it was sent with"


def test_withdrawing_the_bundle_withdraws_what_is_not_decided(town: Town) -> None:
    case_id = sent(town)
    accept(town, case_id, "food")
    acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id), words="不开了")
    assert (part(case_id, "food").state, part(case_id, "fire").state, part(case_id, "sign").state) == ("withdrawn", "taken-back", "filed")
    whole = bundle(case_id)
    assert whole.state == "finished-in-part", "the sign is filed and stays so"
    assert not whole.is_open
    assert not Case.objects.filter(parent_id=case_id, tasks__is_open=True).exists()
    go_on(case_id)
    assert Event.objects.filter(case=whole, act="withdraw").count() == 1
    assert bundle(case_id).version == whole.version
    with pytest.raises(WrongStateError):
        acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))


def test_a_bundle_of_which_nothing_was_decided_is_withdrawn(town: Town) -> None:
    case_id = sent(town, hang_sign="no")
    acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    assert bundle(case_id).state == "withdrawn"
    assert told(town)[0] == "bundle-withdrawn"


def test_two_clicks_are_one_bundle(town: Town) -> None:
    case_id, once = draft(town), key()
    seen = version(case_id)
    first = acts.send(case_id, actor=town.actor("chen-xiao"), key=once, version=seen)
    count = Case.objects.filter(parent_id=case_id).count()
    assert acts.send(case_id, actor=town.actor("chen-xiao"), key=once, version=seen) == first
    assert Case.objects.filter(parent_id=case_id).count() == count == 3
    with pytest.raises((WrongStateError, StaleCaseError)):
        acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=seen)


def test_what_is_not_answered_keeps_the_whole_bundle_from_being_sent(town: Town) -> None:
    case_id = draft(town, gas="")
    with pytest.raises(IncompleteError) as lacking:
        send(town, case_id)
    assert set(lacking.value.faults) == {"gas"}
    assert not Case.objects.filter(parent_id=case_id).exists()
    assert not BundlePart.objects.filter(bundle_id=case_id).exists()


def test_a_silent_register_stops_no_bundle(town: Town) -> None:
    from tongban.exchange import acts as exchanging

    exchanging.suspend("market-regulation/business-licence", by="test")
    case_id = sent(town)
    assert part(case_id, "food").state == "received"
    assert part(case_id, "sign").state == "received", "what is unknown is looked at by people"
    assert exchange.answers(part(case_id, "food").id)["firm"].state == "unknown"


def test_a_mandate_for_the_bundle_covers_its_parts_and_nobody_else_sees_them(town: Town) -> None:
    case_id = sent(town)
    fire = part(case_id, "fire").id
    from tongban.cases import reads

    assert reads.case_view(fire, town.actor("chen-xiao")).row.number, "her mandate names the bundle, not the fire check"
    for stranger in ("zhou-minhua", "li-min", "liu-yang"):
        with pytest.raises(CaseNotFoundError):
            reads.case_view(fire, town.actor(stranger))
    with pytest.raises(CaseNotFoundError):
        reads.desk_case(fire, town.actor("liu-yang"))


def test_going_on_twice_changes_nothing(town: Town) -> None:
    case_id = sent(town)
    through(town, case_id, "food")
    through(town, case_id, "fire")
    assert acts.go_on(case_id)
    before = (version(case_id), Letter.objects.filter(case_id=case_id).count(), Event.objects.filter(case_id=case_id).count())
    assert not acts.go_on(case_id)
    assert (version(case_id), Letter.objects.filter(case_id=case_id).count(), Event.objects.filter(case_id=case_id).count()) == before


def test_the_record_has_a_leaf_for_each_part(town: Town) -> None:
    case_id = sent(town)
    for case in (bundle(case_id), *Case.objects.filter(parent_id=case_id)):
        assert [entry.act for entry in ledger.entries(case.id)].count("cases.send") == 1


def test_the_inspectors_of_both_departments_agree_one_appointment_and_each_signs_their_own_record(town: Town) -> None:
    case_id = sent(town)
    for alias in ("food", "fire"):
        accept(town, case_id, alias)
        review(town, case_id, alias)
    day = catalogue.city().calendar.add_working(clock.today(), 1)
    site, inspection = task(part(case_id, "food").id, "site"), task(part(case_id, "fire").id, "inspection")
    acts.appoint(site.id, day, "am", actor=town.actor("wu-qiang"), key=key())
    assert told(town).count("visit-appointed") == 1
    [appointment] = Appointment.objects.filter(case_id=case_id)
    assert (appointment.visit, appointment.on, appointment.half, appointment.department) == ("shop", day, "am", "market-station")
    acts.appoint(inspection.id, day, "pm", actor=town.actor("luo-gang"), key=key())
    first, second = Appointment.objects.filter(case_id=case_id).order_by("id")
    assert (first.replaced_at is not None, second.replaced_at, second.half) == (True, None, "pm")
    inspect(town, case_id, "food")
    assert task(part(case_id, "fire").id, "inspection").signatures == []
    inspect(town, case_id, "fire")
    decide(town, case_id, "food")
    decide(town, case_id, "fire")


def test_an_appointment_lies_on_a_working_day_and_within_the_limit_of_the_first_department_that_is_due(town: Town) -> None:
    case_id = sent(town)
    accept(town, case_id, "food")
    review(town, case_id, "food")
    site = task(part(case_id, "food").id, "site")
    inspector, calendar = town.actor("wu-qiang"), catalogue.city().calendar
    day_off = next(day for n in range(8) if calendar.first_working_on_or_after(day := clock.today() + timedelta(days=n)) != day)
    for day in (clock.today() - timedelta(days=1), day_off, calendar.add_working(clock.today(), 9)):
        with pytest.raises(NoVisitError):
            acts.appoint(site.id, day, "am", actor=inspector, key=key())
    acts.appoint(site.id, site.step_due_on, "am", actor=inspector, key=key())
    inspect(town, case_id, "food", FIT)
    assert part(case_id, "fire").state == "received", "the department that is not there yet held up nobody"
    with pytest.raises(NoVisitError):
        acts.appoint(site.id, calendar.add_working(clock.today(), 1), "am", actor=inspector, key=key())


def test_only_who_may_do_one_of_the_checks_agrees_on_it(town: Town) -> None:
    case_id = sent(town)
    accept(town, case_id, "food")
    review(town, case_id, "food")
    site = task(part(case_id, "food").id, "site")
    for stranger in ("luo-gang", "yang-fan", "chen-xiao"):
        with pytest.raises(CaseNotFoundError):
            acts.appoint(site.id, clock.today(), "am", actor=town.actor(stranger), key=key())


@pytest.fixture
def stalls(town: Town) -> Town:
    """The city with a bundle in which parts wait for one another; rolled back with the test."""
    chained.publish_stall()
    return town


def test_a_part_waits_until_what_it_needs_has_come_and_is_never_asked_for_it(stalls: Town) -> None:
    case_id = chained.sent(stalls)
    assert chained.standings(case_id) == {"permit": "sent", "water": "waiting", "night": "waiting"}
    assert "permit_no" not in bundle(case_id).answers
    chained.through(stalls, case_id, "permit")
    go_on(case_id)
    water = chained.part(case_id, "water")
    [licence] = credentials.of_case(chained.part(case_id, "permit").id)
    assert water.answers == {"permit_no": licence.serial, "taps": 2}
    assert water.id == BundlePart.objects.get(bundle_id=case_id, alias="water").case_id
    assert chained.standings(case_id)["night"] == "waiting"
    chained.through(stalls, case_id, "water")
    go_on(case_id)
    night = chained.part(case_id, "night")
    assert Upload.objects.get(case=night, question="plan").name == "草图.jpg"
    chained.through(stalls, case_id, "night")
    go_on(case_id)
    assert bundle(case_id).state == "finished"
    assert told(stalls, "zhao-jianguo").count("bundle-part-started") == 2


def test_what_waits_in_vain_is_closed_and_told_and_the_others_go_on(stalls: Town) -> None:
    case_id = chained.sent(stalls)
    chained.through(stalls, case_id, "permit", "refuse")
    go_on(case_id)
    assert chained.standings(case_id) == {"permit": "sent", "water": "not-started", "night": "not-started"}
    assert dict(BundlePart.objects.filter(bundle_id=case_id).values_list("alias", "because"))["night"] == "water"
    assert told(stalls, "zhao-jianguo").count("bundle-part-not-started") == 2
    whole = bundle(case_id)
    assert whole.state == "finished-without"
    assert "没有办理，因“摊位”未办成" in "\n".join(one["zh"] for one in whole.letters.get().paragraphs)


def test_a_part_that_starts_late_has_registers_read_again_if_they_have_aged_and_not_if_they_have_not(stalls: Town) -> None:
    soon, late = chained.sent(stalls), chained.sent(stalls)
    for case_id, days in ((soon, 0), (late, 3)):
        clock.move_by(timedelta(days=days))
        acts.gather(chained.part(case_id, "permit").id, actor="test")
        chained.through(stalls, case_id, "permit")
        go_on(case_id)
    for case_id, act in ((soon, "exchange.reuse"), (late, "exchange.fetch")):
        water = chained.part(case_id, "water").id
        assert [entry.act for entry in ledger.entries(water) if entry.act.startswith("exchange.")] == [act]
        assert exchange.answers(water)["firm"].state == "value"


def test_withdrawing_while_a_part_waits_closes_it(stalls: Town) -> None:
    case_id = chained.sent(stalls)
    acts.withdraw(case_id, actor=stalls.actor("zhao-jianguo"), key=key(), version=version(case_id))
    assert chained.standings(case_id) == {"permit": "sent", "water": "not-started", "night": "not-started"}
    assert bundle(case_id).state == "withdrawn"
    assert not acts.go_on(case_id)


def test_a_part_that_needs_no_permission_lets_go_on_what_comes_after_it_but_not_what_needed_its_number(stalls: Town) -> None:
    case_id = chained.sent(stalls)
    chained.not_accept(stalls, case_id, "permit", "not-needed")
    go_on(case_id)
    assert chained.standings(case_id)["water"] == "not-started"
    assert bundle(case_id).state == "finished-in-part"


def test_what_is_due_is_kept_for_its_service_and_paid_in_one_go_for_the_bundle(stalls: Town) -> None:
    case_id = chained.sent(stalls)
    [charge] = Charge.objects.filter(case__parent_id=case_id)
    assert (charge.case, charge.amount_fen, charge.title_zh) == (chained.part(case_id, "permit"), 120_00, "占道费")
    clerk = stalls.actor("he-fang")
    acts.mark_paid(case_id, " 云财收0001 ", actor=clerk, key=key(), version=version(case_id))
    charge.refresh_from_db()
    assert (charge.receipt_no, charge.paid_noted_by) == ("云财收0001", clerk.name)
    assert charge.paid_at is not None
    with pytest.raises(NothingDueError):
        acts.mark_paid(case_id, "云财收0002", actor=clerk, key=key(), version=version(case_id))


def test_a_fee_that_does_not_arise_is_not_charged(stalls: Town) -> None:
    case_id = chained.sent(stalls, metres="2")
    assert not Charge.objects.filter(case__parent_id=case_id).exists()


def test_sent_again_corrected_an_unpaid_fee_follows_and_a_paid_one_stays(stalls: Town) -> None:
    for paid in (False, True):
        case_id = chained.sent(stalls)
        permit = chained.part(case_id, "permit")
        if paid:
            acts.mark_paid(permit.id, "云财收0003", actor=stalls.actor("he-fang"), key=key(), version=permit.version)
        permit.refresh_from_db()
        acts.ask_correction(
            permit.id, actor=stalls.actor("liu-yang"), key=key(), version=permit.version, questions=["metres"], words="请改。"
        )
        owner = stalls.actor("zhao-jianguo")
        acts.save(permit.id, {"metres": "1"}, actor=owner, version=version(permit.id))
        acts.send(permit.id, actor=owner, key=key(), version=version(permit.id))
        assert Charge.objects.get(case=permit).amount_fen == (120_00 if paid else 0)
        acts.withdraw(case_id, actor=owner, key=key(), version=version(case_id))


def test_a_bundle_under_way_keeps_the_definitions_it_began_with(stalls: Town) -> None:
    case_id = chained.sent(stalls)
    hash_ = bundle(case_id).service_hash
    publish(CITY, by="tests")
    assert "open-stall" not in catalogue.city().services
    chained.through(stalls, case_id, "permit")
    go_on(case_id)
    assert chained.part(case_id, "water").service == "stall-water"
    assert bundle(case_id).service_hash == hash_


@pytest.mark.parametrize("seed", range(8))
def test_in_any_order_of_events_the_bundle_ends_right(stalls: Town, seed: int) -> None:
    """Grants, refusals, corrections and withdrawals in any order; then: nothing is left open, each part is settled as the model says, and there is one letter."""
    import random

    chance = random.Random(seed)
    case_id = chained.sent(stalls, until_late=chance.choice(["yes", "no"]), with_water=chance.choice(["yes", "yes", "no"]))
    for _ in range(40):
        if not bundle(case_id).is_open:
            break
        _something(stalls, case_id, chance)
        if chance.random() < 0.7:
            go_on(case_id)
    go_on(case_id)
    whole = bundle(case_id)
    assert not whole.is_open
    assert not Case.objects.filter(parent_id=case_id, decided_on=None).exists()
    assert not BundlePart.objects.filter(bundle_id=case_id, standing="waiting").exists()
    assert Letter.objects.filter(case_id=case_id).count() == 1
    well = [
        row.alias
        for row in BundlePart.objects.filter(bundle_id=case_id, standing="sent")
        if chained.part(case_id, row.alias).state in ("granted", "delivered", "not-needed")
    ]
    counted = BundlePart.objects.filter(bundle_id=case_id).exclude(standing="left-out").count()
    if whole.state != "withdrawn":
        assert whole.state == ("finished" if len(well) == counted else "finished-in-part" if well else "finished-without")
    else:
        assert well == []


def _something(town: Town, case_id: UUID, chance: object) -> None:
    """One event on one part, or on the whole."""
    rows = [row for row in BundlePart.objects.filter(bundle_id=case_id, standing="sent") if chained.part(case_id, row.alias).is_open]
    if not rows:
        return
    row = chance.choice(rows)  # type: ignore[attr-defined]
    case = chained.part(case_id, row.alias)
    draw = chance.random()  # type: ignore[attr-defined]
    owner = town.actor("zhao-jianguo")
    if draw < 0.05:
        acts.withdraw(case_id, actor=owner, key=key(), version=version(case_id))
    elif case.state == "correction":
        acts.send(case.id, actor=owner, key=key(), version=case.version)
    elif case.state == "received" and draw < 0.25 and not case.events.filter(act="ask-correction").exists():
        acts.ask_correction(
            case.id, actor=town.actor(chained.DECIDERS[row.alias][0]), key=key(), version=case.version, questions=[], words="补。"
        )
    elif case.state == "received" and draw < 0.35:
        chained.not_accept(town, case_id, row.alias, chance.choice(["not-accept", "not-needed"]))  # type: ignore[attr-defined]
    elif case.state == "received":
        chained.accept(town, case_id, row.alias)
    elif case.state == "accepted" and draw < 0.3:
        acts.withdraw(case.id, actor=owner, key=key(), version=case.version)
    elif case.state == "accepted":
        chained.decide(town, case_id, row.alias, "grant" if draw < 0.8 else "refuse")
    elif case.state == "granted":
        acts.receive(case.id, actor=owner, key=key())


def statements(captured: CaptureQueriesContext) -> int:
    """How many there were, without savepoints and without which catalogue runs, which a process knows for as long as nothing is published."""
    return sum(
        not query["sql"].startswith(("SAVEPOINT", "RELEASE")) and "catalogue_" not in query["sql"] for query in captured.captured_queries
    )


def test_how_many_statements_a_bundle_takes_does_not_grow_with_its_parts(town: Town) -> None:
    counted: dict[str, list[int]] = {"send": [], "go on": [], "end": []}
    for answers, aliases in (({"eat_in": "no", "hang_sign": "no"}, ("food",)), ({"hang_sign": "no"}, ("food", "fire"))):
        case_id = draft(town, **answers)
        with CaptureQueriesContext(connection) as sending:
            send(town, case_id)
        with CaptureQueriesContext(connection) as going_on:
            go_on(case_id)
        for alias in aliases:
            through(town, case_id, alias)
        with CaptureQueriesContext(connection) as ending:
            go_on(case_id)
        assert bundle(case_id).state == "finished"
        for act, captured in (("send", sending), ("go on", going_on), ("end", ending)):
            counted[act].append(statements(captured))
    assert all(one == two for one, two in counted.values()), counted
    assert (counted["send"][0], counted["go on"][0], counted["end"][0]) <= (14, 6, 14)
