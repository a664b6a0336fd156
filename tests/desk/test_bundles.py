"""Bundles on the desk: what an official of one part sees of the others, one visit for several inspectors, and what is due."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases import bundling
from tests.cases.bundling import accept, decide, inspect, part, review, task
from tongban.cases.models import Appointment, Case, Charge
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.messages import reads as messages
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


class Firm:
    """The town as the bundle's helpers know it."""

    def __init__(self, town) -> None:
        self.actor = town.actor

    def firm(self, login: str):
        actor = self.actor(login)
        return next(one for one in parties.principals(actor.person_id) if one.kind == "firm" and "味来" in one.name)


@pytest.fixture
def firm(town) -> Firm:
    return Firm(town)


def text(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode().split("<body", 1)[1]))


def to_site(firm, *aliases: str, **answers: str) -> UUID:
    case_id = bundling.sent(firm, **answers)
    for alias in aliases:
        accept(firm, case_id, alias)
        review(firm, case_id, alias)
    return case_id


def site(case_id: UUID, alias: str) -> str:
    step = "site" if alias == "food" else "inspection"
    return f"/desk/site/{task(part(case_id, alias).id, step).id}"


def test_a_part_says_to_which_bundle_it_belongs_and_how_far_the_others_are(firm, desk):
    case_id = to_site(firm, "food")
    page = text(desk("tian-yu").get(f"/desk/cases/{part(case_id, 'fire').id}"))
    assert "“开办餐饮店”" in page
    assert re.search(r"食品经营许可 市场监管局 · 审查中", page)
    assert re.search(r"户外招牌设置 城管局 · 已备案", page)
    assert "本件" in page
    assert desk("tian-yu").get(f"/desk/cases/{part(case_id, 'food').id}").status_code == 404, "how far it is, not what stands in it"


def test_the_bundles_own_page_lists_the_parts_and_offers_no_decision(firm, desk):
    case_id = to_site(firm, "food")
    page = text(desk("sun-lihua").get(f"/desk/cases/{case_id}"))
    assert "各部门分别办理：3 项中已办结 1 项" in page
    assert "可以准予" not in page
    assert desk("sun-lihua").get(f"/desk/cases/{case_id}/grant").status_code == 302, "no such act is offered"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_a_joint_visit_answers_in_both_languages(firm, desk, lang):
    case_id = to_site(firm, "food", own_shop="no", owner_agrees="yes")
    for login, paths in {
        "wu-qiang": ("/desk/site", site(case_id, "food")),
        "he-fang": (f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/mark-paid"),
        "han-lei": (f"/desk/cases/{part(case_id, 'sign').id}",),
    }.items():
        client = desk(login)
        client.cookies["lang"] = lang
        for path in paths:
            assert client.get(path).status_code == 200, path


def test_two_departments_see_one_visit_agreed_once_by_whoever_is_first(firm, desk):
    case_id = to_site(firm, "food", "fire")
    wu, luo = desk("wu-qiang"), desk("luo-gang")
    page = text(wu.get(site(case_id, "food")))
    for expected in ("到店联合核查", "云川市江北区", "消防救援支队", "还没有约时间"):
        assert expected in page, expected
    on = clock.today()
    answered = wu.post(f"{site(case_id, 'food')}/appoint", {"on": on.isoformat(), "half": "am", "key": str(uuid7())})
    assert answered.status_code == 302
    there = text(luo.get(site(case_id, "fire")))
    assert f"{on.day}日上午" in there
    assert "吴强" in there
    assert f"和市场监管局一起去 · {on.year}年{on.month}月{on.day}日上午" in text(luo.get("/desk/site"))
    applicant = firm.actor("chen-xiao").person_id
    assert sum(message.template == "visit-appointed" for message in messages.inbox(applicant, limit=50)) == 1


def test_a_changed_time_keeps_the_old_one_and_is_told_again(firm, desk):
    case_id = to_site(firm, "food", "fire")
    on = clock.today().isoformat()
    for login, alias, half in (("wu-qiang", "food", "am"), ("luo-gang", "fire", "pm")):
        desk(login).post(f"{site(case_id, alias)}/appoint", {"on": on, "half": half, "key": str(uuid7())})
    assert [(row.half, row.replaced_at is None) for row in Appointment.objects.order_by("id")] == [("am", False), ("pm", True)]
    assert "以前约的" in text(desk("wu-qiang").get(site(case_id, "food")))


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({}, 422),
        ({"on": "gestern", "half": "am"}, 422),
        ({"on": "2026-01-01", "half": "am"}, 409),
        ({"on": "2099-01-05", "half": "pm"}, 409),
    ],
)
def test_an_impossible_day_is_refused_beside_the_form(firm, desk, posted, status):
    case_id = to_site(firm, "food")
    answered = desk("wu-qiang").post(f"{site(case_id, 'food')}/appoint", posted | {"key": str(uuid7())})
    assert answered.status_code == status
    assert "约时间" in answered.content.decode()
    assert not Appointment.objects.exists()


def test_who_has_no_part_in_the_visit_agrees_upon_nothing(firm, desk):
    case_id = to_site(firm, "food")
    posted = {"on": clock.today().isoformat(), "half": "am", "key": str(uuid7())}
    assert desk("liu-yang").post(f"{site(case_id, 'food')}/appoint", posted).status_code == 403
    assert desk("luo-gang").post(f"{site(case_id, 'food')}/appoint", posted).status_code == 404
    assert not Appointment.objects.exists()


def test_a_part_that_is_not_there_yet_holds_up_nobody(firm, desk):
    case_id = to_site(firm, "food")
    assert "还没到现场环节；先去的不用等" in text(desk("wu-qiang").get(site(case_id, "food")))
    inspect(firm, case_id, "food")
    decide(firm, case_id, "food")
    accept(firm, case_id, "fire")
    review(firm, case_id, "fire")
    assert "已核查" in text(desk("luo-gang").get(site(case_id, "fire")))


def test_the_list_of_checks_takes_no_statement_a_row(firm, desk):
    to_site(firm, "food", "fire")
    client = desk("wu-qiang")
    client.get("/desk/site")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/desk/site")
    for _ in range(3):
        to_site(firm, "food", "fire")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/desk/site")
    assert page.content.decode().count("dk-task__who") == 4
    assert len(many) == len(few)


def test_a_clerk_notes_a_payment_once_under_its_receipt(firm, desk):
    case_id = to_site(firm, own_shop="no", owner_agrees="yes")
    clerk = desk("he-fang")
    assert "登记缴费" in text(clerk.get(f"/desk/cases/{case_id}"))
    version = str(Case.objects.get(pk=case_id).version)
    form = {"key": "paid-once", "version": version, "field-receipt": "  "}
    refused = clerk.post(f"/desk/cases/{case_id}/mark-paid", form)
    assert refused.status_code == 422
    assert "请填收据号" in refused.content.decode()
    for _ in range(2):
        assert clerk.post(f"/desk/cases/{case_id}/mark-paid", form | {"field-receipt": "SJ-88"}).status_code == 302
    assert [(row.receipt_no, row.amount_fen) for row in Charge.objects.all()] == [("SJ-88", 20000)]
    page = text(clerk.get(f"/desk/cases/{case_id}"))
    assert "登记缴费 F" not in page
    assert "缴讫，收据号 SJ-88" in page
    assert "缴讫，收据号 SJ-88" in text(desk("han-lei").get(f"/desk/cases/{part(case_id, 'sign').id}"))


def test_where_nothing_is_charged_no_payment_is_offered(firm, desk):
    case_id = to_site(firm)
    assert "登记缴费" not in text(desk("he-fang").get(f"/desk/cases/{case_id}"))
    assert desk("sun-lihua").post(f"/desk/cases/{case_id}/mark-paid", {"key": "k", "version": "1", "field-receipt": "1"}).status_code != 302


def test_the_record_of_a_settled_bundle_says_how_it_ended(firm, desk):
    case_id = bundling.sent(firm, hang_sign="no", eat_in="no")
    bundling.through(firm, case_id, "food")
    bundling.go_on(case_id)
    history = text(desk("liu-yang").get(f"/desk/cases/{case_id}")).split("办理记录")[1]
    assert "全部办成" in history
    assert "后续事项" not in history
