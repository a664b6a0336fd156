"""Another body's system at the desk: how the case stands there, entering its result by hand, pushing again; reconciling; what is reported upward."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.making import Town
from tests.desk.test_acting import form_of, post
from tests.police import CHILD, REGISTERED, picture
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases import tasks as sweeping
from tongban.docking import acts as docking
from tongban.docking import reads as docked
from tongban.docking import tasks as pushing
from tongban.docking.acts import Due
from tongban.docking.models import Difference, Handover, Report
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]
RESULT = {"record-certificate": "matches", "record-result": "registered"}


def newborn(town: Town) -> UUID:
    """A newborn's registration, accepted: handed to the police."""
    mother = town.actor("su-qing")
    case_id = acts.start("newborn-household", actor=mother, principal_kind="person", principal_id=mother.person_id, situation="with-me")
    acts.gather(case_id, actor="test")
    acts.save(case_id, CHILD, actor=mother, version=1)
    acts.attach(case_id, "certificate", picture(), "出生证明.jpg", actor=mother)
    acts.send(case_id, actor=mother, key=str(uuid7()), version=cases.form_view(case_id, mother).version)
    town.accept(case_id, "he-fang")
    return case_id


def later(**span: float) -> None:
    clock.move_by(timedelta(**span))
    pushing.sweep()
    sweeping.sweep()


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page(client: Client, case_id: UUID) -> str:
    return text(client.get(f"/desk/cases/{case_id}"))


def test_the_case_says_how_it_stands_with_the_system_at_each_stage(town: Town, desk: Desk, police: Any) -> None:
    police(down=100)
    case_id, officer = newborn(town), desk("gu-wen")
    assert "正在推送到公安户政系统" in page(officer, case_id)
    pushing.sweep()
    assert re.search(r"等待公安户政系统，已推送 1 次，最近一次今天 \d\d:\d\d：未答复", page(officer, case_id))
    police(down=0)
    later(minutes=2)
    assert "收到，正在办理，答复后自动继续" in page(officer, case_id)
    assert "HZ00000001" in page(officer, case_id)
    later(hours=3)
    said = page(officer, case_id)
    assert re.search("公安户政系统已于今天 .*答复。", said)
    assert "核对一致" in said
    assert "公安户政系统已答复，条件全部符合，当即准予" in said


def test_a_system_that_gave_nothing_lies_on_the_desk_of_whoever_may_enter_it(town: Town, desk: Desk, police: Any) -> None:
    police(down=100)
    case_id, officer = newborn(town), desk("gu-wen")
    later(hours=25)
    home = text(officer.get("/desk/?box=mine"))
    assert "苏晴" in home
    said = page(officer, case_id)
    assert "没有办理：未答复" in said
    assert "人工录入：户政登记" in said
    assert "通过：" not in said


def test_the_form_asks_for_each_record_a_reason_and_perhaps_a_paper(town: Town, desk: Desk, police: Any) -> None:
    case_id, officer = newborn(town), desk("gu-wen")
    html = officer.get(f"/desk/cases/{case_id}/by-hand").content.decode()
    assert 'enctype="multipart/form-data"' in html
    assert html.count('name="record-certificate"') == 2
    assert html.count('name="record-result"') == 2
    assert 'name="field-paper"' in html


def test_entering_by_hand_keeps_the_paper_and_shows_it(town: Town, desk: Desk, police: Any) -> None:
    case_id, officer = newborn(town), desk("gu-wen")
    form = form_of(officer, case_id, "by-hand")
    paper = SimpleUploadedFile("登记单.jpg", picture("beige"), "image/jpeg")
    answer = officer.post(f"/desk/cases/{case_id}/by-hand", {**form, **RESULT, "words": "系统不通，凭登记单录入。", "field-paper": paper})
    assert answer.status_code == 302, text(answer)
    shown = officer.get(f"/desk/cases/{case_id}").content.decode()
    link = re.search(r'href="(/desk/cases/[^"]+/proofs/[^"]+)"', shown)
    assert link
    assert officer.get(link[1])["Content-Type"] == "image/jpeg"
    assert desk("liu-yang").get(link[1]).status_code == 404
    assert "凭登记单录入" in text(officer.get(f"/desk/cases/{case_id}"))


def test_what_was_typed_and_the_paper_stay_when_something_is_missing(town: Town, desk: Desk, police: Any) -> None:
    case_id, officer = newborn(town), desk("gu-wen")
    form = form_of(officer, case_id, "by-hand")
    paper = SimpleUploadedFile("登记单.jpg", picture("beige"), "image/jpeg")
    answer = officer.post(f"/desk/cases/{case_id}/by-hand", {**form, **RESULT, "words": "", "field-paper": paper})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "凭哪份书面结果" in html
    assert "登记单.jpg" in html
    assert html.count(" checked") >= 2
    kept = re.search(r'name="field-paper-kept" value="([^"]+)"', html)
    assert kept
    again = officer.post(f"/desk/cases/{case_id}/by-hand", {**form, **RESULT, "words": "凭登记单", "field-paper-kept": kept[1]})
    assert again.status_code == 302
    event = cases.desk_case(case_id, town.actor("gu-wen")).case.events[-1]
    assert event.data["paper"] == kept[1]


def test_a_file_that_is_no_paper_is_refused_with_the_words_kept(town: Town, desk: Desk, police: Any) -> None:
    case_id, officer = newborn(town), desk("gu-wen")
    form = form_of(officer, case_id, "by-hand")
    rubbish = SimpleUploadedFile("表格.xlsx", b"PK\x03\x04 nothing", "application/zip")
    answer = officer.post(f"/desk/cases/{case_id}/by-hand", {**form, **RESULT, "words": "凭登记单录入", "field-paper": rubbish})
    assert answer.status_code == 422
    assert "凭登记单录入" in answer.content.decode()
    assert "field-paper-error" in answer.content.decode()


def test_pushing_again_is_one_form_and_once(town: Town, desk: Desk, police: Any) -> None:
    police(down=100)
    case_id, officer = newborn(town), desk("gu-wen")
    later(hours=25)
    form = form_of(officer, case_id, "push-again")
    assert post(officer, case_id, "push-again", form).status_code == 302
    assert post(officer, case_id, "push-again", form).status_code == 302
    assert [event.act for event in cases.desk_case(case_id, town.actor("gu-wen")).case.events].count("push-again") == 1
    assert "待我办" in text(officer.get("/desk/?box=mine"))


def test_an_unfit_answer_is_shown_as_it_came(town: Town, desk: Desk, police: Any) -> None:
    police(answers=((100, {"certificate": "matches", "result": "<b>已登记</b>"}),))
    case_id, officer = newborn(town), desk("gu-wen")
    pushing.sweep()
    later(hours=3)
    html = officer.get(f"/desk/cases/{case_id}").content.decode()
    assert "不在约定的选项内" in html
    assert "登记结果：&lt;b&gt;已登记&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("login", "status"),
    [("xu-jing", 200), ("gu-wen", 200), ("tang-li", 200), ("liu-yang", 403), ("wu-qiang", 403), ("he-fang", 403), ("shen-yi", 403)],
)
def test_the_data_officer_and_the_departments_of_systems_see_the_lines(town: Town, desk: Desk, login: str, status: int) -> None:
    assert desk(login).get("/desk/docking").status_code == status


def test_a_department_sees_its_own_system_alone(town: Town, desk: Desk) -> None:
    officer, data = text(desk("gu-wen").get("/desk/docking")), text(desk("xu-jing").get("/desk/docking"))
    assert "公安户政系统" in officer
    assert "社会保障卡系统" not in officer
    assert "社会保障卡系统" in data
    assert "省一体化政务服务平台" in data


@pytest.fixture
def lost(town: Town, police: Any) -> tuple[Any, Handover]:
    """A case that the police's system has lost, found by the daily comparison."""
    there = police(delay=(timedelta(days=9), timedelta(days=9)))
    newborn(town)
    pushing.sweep()
    one = Handover.objects.get()
    there.cabinet.lose(str(one.id))
    later(hours=9)
    return there, one


def test_the_lost_one_is_listed_with_its_number_and_pushed_again_by_a_click(desk: Desk, lost: tuple[Any, Handover]) -> None:
    there, one = lost
    officer = desk("gu-wen")
    said = text(officer.get("/desk/docking"))
    assert "对方没有这件" in said
    assert one.number in said
    difference = Difference.objects.get()
    assert officer.post(f"/desk/docking/{difference.id}/push").status_code == 302
    pushing.sweep()
    assert str(one.id) in there.cabinet.pushes()
    assert "已重新推送" in text(officer.get("/desk/docking"))
    assert officer.post(f"/desk/docking/{difference.id}/push").status_code == 409


def test_a_difference_is_explained_with_words_that_are_kept_when_missing_and_shown_after(desk: Desk, lost: tuple[Any, Handover]) -> None:
    data, difference = desk("xu-jing"), Difference.objects.get()
    refused = data.post(f"/desk/docking/{difference.id}/explain", {"words": " "})
    assert refused.status_code == 422
    assert "请写明理由" in text(refused)
    assert data.post(f"/desk/docking/{difference.id}/explain", {"words": "对方昨晚换库，已补录"}).status_code == 302
    assert "对方昨晚换库，已补录" in text(data.get("/desk/docking"))


@pytest.mark.parametrize("what", ["push", "explain"])
def test_a_difference_of_another_departments_system_is_not_found(desk: Desk, lost: tuple[Any, Handover], what: str) -> None:
    difference = Difference.objects.get()
    assert desk("tang-li").post(f"/desk/docking/{difference.id}/{what}", {"words": "x"}).status_code == 404
    assert Difference.objects.get().settled_at is None


def test_the_page_of_the_lines_takes_no_statement_a_difference(
    town: Town, desk: Desk, lost: tuple[Any, Handover], django_assert_max_num_queries: Any
) -> None:
    now = clock.now()
    for _ in range(60):
        Difference.objects.create(
            system="police-household", day=clock.today(), kind="unknown-here", parcel_id=uuid7(), is_report=False, found_at=now
        )
    client = desk("xu-jing")
    client.get("/desk/docking")
    with django_assert_max_num_queries(14):
        client.get("/desk/docking")


def returned(**fields: str) -> Report:
    """A record of acceptance that the province returned."""
    body = {"number": "990100N1", "letter_number": "", "certificate_number": "990101199406030024", "department": "云川市公安局"} | fields
    due = Due(
        "provincial-platform", "acceptance", uuid7(), uuid7(), "990100N1", "newborn-household", "public-security", clock.today(), body
    )
    docking.queue_reports([due], follower="test", index=1)
    Report.objects.update(state="returned", reason="受理文书编号不能为空", fields=["letter_number"], next_at=None)
    return Report.objects.get()


def test_the_day_is_told_as_due_received_and_returned_with_reasons(desk: Desk) -> None:
    returned()
    said = text(desk("xu-jing").get("/desk/reporting"))
    assert re.search(r"应报 1，已收 0，退回 1", said)
    assert "受理文书编号不能为空（1）" in said


def test_a_returned_record_is_corrected_and_sent_again(desk: Desk) -> None:
    one, data = returned(), desk("xu-jing")
    html = data.get(f"/desk/reporting/{one.id}").content.decode()
    assert "990101199406030024" not in html, "a personal field is not shown"
    assert data.post(f"/desk/reporting/{one.id}", {"field-letter_number": "990100N1-01", "words": ""}).status_code == 422
    assert data.post(f"/desk/reporting/{one.id}", {"field-letter_number": "", "words": "补录"}).status_code == 422
    answer = data.post(f"/desk/reporting/{one.id}", {"field-letter_number": "990100N1-01", "words": "按受理通知书补录"})
    assert answer.status_code == 302
    view = docked.report(one.id)
    assert view is not None
    assert (view.state, view.body["letter_number"], view.body["certificate_number"]) == ("due", "990100N1-01", "990101199406030024")
    assert data.post(f"/desk/reporting/{one.id}", {"field-letter_number": "x", "words": "再改"}).status_code == 409


def test_a_personal_field_may_be_typed_over_unseen(desk: Desk) -> None:
    one, data = returned(), desk("xu-jing")
    data.post(f"/desk/reporting/{one.id}", {"field-certificate_number": "990101199406030032", "words": "证件号录错，按户口簿更正"})
    view = docked.report(one.id)
    assert view is not None
    assert view.body["certificate_number"] == "990101199406030032"


@pytest.mark.parametrize("login", ["gu-wen", "liu-yang", "shen-yi"])
def test_nobody_else_sees_or_corrects_what_is_reported(desk: Desk, login: str) -> None:
    one, client = returned(), desk(login)
    assert client.get("/desk/reporting").status_code == 403
    assert client.get(f"/desk/reporting/{one.id}").status_code == 403
    assert client.post(f"/desk/reporting/{one.id}", {"field-letter_number": "x", "words": "y"}).status_code == 403


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_state_and_way_out_has_its_words(lang: str) -> None:
    from typing import get_args

    from tongban.docking.core.comparing import Kind, OursState
    from tongban.look.texts import screen

    t = screen("desk/docking", lang)
    assert all(f"kind_{kind.replace('-', '_')}" in t for kind in get_args(Kind))
    assert all(f"state_{state.replace('-', '_')}" in t for state in get_args(OursState))
    assert all(f"how_{how}" in t for how in ("explained", "sent_again", "taken_over", "agreed"))
    systems = screen("desk/systems", lang)
    assert all(f"state_{s}" in systems for s in ("waiting", "sent", "answered", "unfit", "failed", "by_hand", "withdrawn"))


def test_by_hand_records_are_those_of_the_service() -> None:
    assert set(RESULT) == {f"record-{name}" for name in REGISTERED}
