"""Telling the city, and what comes of it: one form, one ticket, the person's own word, a public list without persons."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.tickets.making import MATTER, SERVICE, Hotline, case, happened, key, later, picture, ticket, work
from tests.town import Town
from tongban.cases import reads
from tongban.cases.models import Case, Upload
from tongban.catalogue import reads as catalogue
from tongban.faces.desk.ticket_page import TICKET_TEXTS, time_left
from tongban.faces.portal.ticket_words import left, row_left
from tongban.kernel import clock
from tongban.look.texts import screen

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

FORM = f"/tell/{SERVICE}"


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def browser(login: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(login=login))
    return client


def tell(client: Client, **answers: Any) -> Any:
    return client.post(FORM, {"key": key()} | MATTER | answers)


def page_of(client: Client, case_id: UUID) -> str:
    answer = client.get(f"/cases/{case_id}")
    assert answer.status_code == 200
    return answer.content.decode()


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of one of a page's forms."""
    form = re.search(rf'<form[^>]*action="[^"]*{action}".*?</form>', page, re.DOTALL)
    assert form, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.group()))


def test_one_form_with_a_photo_is_one_ticket_however_often_it_is_sent(town: Town) -> None:
    client, once = browser("li-min"), key()
    sent = [tell(client, key=once, photo=SimpleUploadedFile("路灯.jpg", picture(), "image/jpeg")) for _ in range(3)]
    assert {answer.status_code for answer in sent} == {302}
    assert len({answer["Location"] for answer in sent}) == 1
    (one,) = Case.objects.all()
    assert (one.state, Upload.objects.filter(case=one, removed_at=None).count()) == ("dispatched", 1)
    assert client.get(sent[0]["Location"]).status_code == 200


def test_what_was_typed_comes_back_with_what_is_wrong_and_then_goes_through(town: Town) -> None:
    client = browser("li-min")
    answer = tell(client, what="", phone="12", photo=SimpleUploadedFile("路灯.jpg", picture(), "image/jpeg"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert MATTER["address"] in page
    assert 'href="#what"' in page
    assert 'href="#phone"' in page
    assert not Case.objects.exclude(state="draft").exists()
    assert tell(client).status_code == 302
    (one,) = Case.objects.all()
    assert Upload.objects.filter(case=one, removed_at=None).count() == 1, "the photo was kept with the draft"


@pytest.mark.parametrize(
    "answers",
    [
        {"category": "nuclear"},
        {"area": "000000000"},
        {"kind": "<script>alert(1)</script>"},
        {"what": "x" * 1001},
        {"phone": "☎" * 50},
        {"danger": "maybe"},
        {"photo": SimpleUploadedFile("x.jpg", b"MZ\x90not a picture", "image/jpeg")},
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_does_not_fit_is_refused_and_said(town: Town, answers: dict[str, Any]) -> None:
    answer = tell(browser("li-min"), **answers)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert not Case.objects.exclude(state="draft").exists()


def test_a_place_that_is_no_place_is_no_hindrance(town: Town) -> None:
    """Whoever is in need is not sent back for a coordinate."""
    for place in ("", "somewhere", "91,181", "30.31，150.23"):
        assert tell(browser("li-min"), place=place, address=f"望江路{len(place)}号").status_code == 302


def test_control_characters_and_markup_stay_words(town: Town) -> None:
    client = browser("li-min")
    where = tell(client, what="路灯\x07<b>不亮</b>\u202e倒过来", address="'; DROP TABLE cases_ticket; --")["Location"]
    page = client.get(where).content.decode()
    assert "<b>不亮</b>" not in page
    assert "&lt;b&gt;不亮" in page


def test_who_is_not_signed_in_is_asked_to_and_comes_back(town: Town) -> None:
    answer = Client().get(FORM)
    assert answer.status_code == 302
    assert FORM in answer["Location"].replace("%2F", "/")
    assert Client().get("/tell").status_code == 200


def test_a_service_that_is_no_ticket_has_no_such_form(town: Town) -> None:
    assert browser("li-min").get("/tell/outdoor-sign").status_code == 302
    assert browser("li-min").get("/tell/nothing").status_code == 404


def test_the_person_says_not_fixed_and_sees_the_same_limit(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    due = ticket(one).due_by
    hotline.answer(one)
    client = browser("li-min")
    page = page_of(client, one)
    assert "灯泡已更换，当晚试亮。" in page
    form = hidden(page, "/judge")
    wordless = client.post(f"/cases/{one}/judge", form | {"fixed": "no"})
    assert (wordless.status_code, case(one).state) == (422, "answered")
    neither = client.post(f"/cases/{one}/judge", form | {"words": "写了一半"})
    assert (neither.status_code, "写了一半" in neither.content.decode()) == (422, True)
    assert client.post(f"/cases/{one}/judge", form | {"fixed": "no", "words": "晚上还是黑的"}).status_code == 302
    assert (case(one).state, ticket(one).due_by) == ("reopened", due)
    assert "/judge" not in page_of(client, one)


def test_fixed_is_kept_and_may_be_taken_back(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    hotline.answer(one)
    client = browser("li-min")
    form = hidden(page_of(client, one), "/judge")
    assert client.post(f"/cases/{one}/judge", form | {"fixed": "yes", "satisfied": "yes"}).status_code == 302
    assert (case(one).state, ticket(one).satisfied) == ("confirmed", True)
    again = hidden(page_of(client, one), "/judge")
    assert client.post(f"/cases/{one}/judge", again | {"fixed": "no", "words": "又灭了"}).status_code == 302
    assert case(one).state == "reopened"


def test_after_the_days_nothing_is_asked_any_more(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    hotline.answer(one)
    client = browser("li-min")
    form = hidden(page_of(client, one), "/judge")
    later(days=20)
    assert "/judge" not in page_of(client, one)
    late = client.post(f"/cases/{one}/judge", form | {"fixed": "no", "words": "没好"})
    assert (late.status_code, case(one).state) == (409, "closed")
    assert "没好" in late.content.decode() or "期限" in late.content.decode()


def test_urging_twice_is_refused_with_the_time_from_which_one_may(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    client = browser("li-min")
    form = hidden(page_of(client, one), "/urge")
    assert client.post(f"/cases/{one}/urge", form | {"words": "急"}).status_code == 302
    again = client.post(f"/cases/{one}/urge", {"key": key(), "words": "再急"})
    assert (again.status_code, ticket(one).urges) == (409, 1)


def test_adding_takes_photos_and_refuses_what_is_none(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    client = browser("li-min")
    form = hidden(page_of(client, one), "/add")
    assert client.post(f"/cases/{one}/add", form).status_code == 422
    bad = client.post(f"/cases/{one}/add", form | {"words": "看照片", "photo": SimpleUploadedFile("x.jpg", b"%PDF-1.7", "image/jpeg")})
    assert bad.status_code == 415
    assert "看照片" in bad.content.decode()
    good = client.post(f"/cases/{one}/add", form | {"words": "看照片", "photo": SimpleUploadedFile("x.jpg", picture(), "image/jpeg")})
    assert good.status_code == 302
    (photo,) = happened(one, "add")[0].data["photos"]
    assert client.get(f"/cases/{one}/photos/{photo}").status_code == 200
    assert browser("chen-xiao").get(f"/cases/{one}/photos/{photo}").status_code == 404


def test_a_photo_that_departments_show_each_other_is_not_the_persons(town: Town, hotline: Hotline) -> None:
    from tongban.cases.acts import tickets
    from tongban.cases.models import Task

    one = hotline.tell()
    tickets.ask_help(one, ["ecology"], actor=town.actor("guo-tao"), key=key(), words="请看")
    task = Task.objects.get(case_id=one, step="help", is_open=True)
    inside = hotline.photo(one)
    tickets.give_help(task.id, actor=town.actor("cao-yun"), key=key(), words="内部", photos=[inside])
    assert browser("li-min").get(f"/cases/{one}/photos/{inside}").status_code == 404


def test_anothers_ticket_is_not_there(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    stranger = browser("chen-xiao")
    assert stranger.get(f"/cases/{one}").status_code == 404
    for path in ("judge", "urge", "add"):
        assert stranger.post(f"/cases/{one}/{path}", {"key": key(), "fixed": "yes", "words": "x", "version": "2"}).status_code == 404


def test_of_a_merged_ticket_each_person_sees_the_answer_and_not_the_other(town: Town, hotline: Hotline) -> None:
    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    hotline.merge(other, main)
    hotline.answer(main)
    work()
    page = page_of(browser("zhou-minhua"), other)
    assert "灯泡已更换，当晚试亮。" in page
    assert "李敏" not in page
    assert case(main).number not in page


def test_the_public_page_has_figures_and_answers_and_no_person(town: Town, hotline: Hotline) -> None:
    one, sealed = hotline.tell(), hotline.tell("zhou-minhua", kind="report", address="长堤路1号")
    hotline.answer(one, public_words="一处路灯已更换灯头。")
    hotline.answer(sealed, public_words="不应公开")
    hotline.judge(one, fixed=True, satisfied=True)
    later(minutes=1)
    page = Client().get("/requests").content.decode()
    assert "一处路灯已更换灯头。" in page
    assert "100.0%" in page
    for private in ("李敏", "周敏华", "13800000000", "望江路18号", "不应公开", "长堤路", str(one), case(one).number):
        assert private not in page, private


@pytest.mark.parametrize(
    "before", ["x", "2026-02-30", "'", "9999-12-31T23:59:59+00:00", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00"]
)
def test_the_public_list_survives_its_address(town: Town, before: str) -> None:
    assert Client().get("/requests", {"before": before}).status_code == 200


def test_mine_says_what_each_is_about(town: Town, hotline: Hotline) -> None:
    hotline.tell()
    clock.move_by(timedelta(minutes=1))
    hotline.tell(category="noise", address="柳桥街")
    page = browser("li-min").get("/cases").content.decode()
    assert page.index("噪声、油烟 · 柳桥街") < page.index("道路、路灯、井盖 · 望江路18号")


def test_what_is_left_is_counted_in_the_unit_of_the_limit_wherever_it_is_told(town: Town, hotline: Hotline) -> None:
    """Seven calendar days from a Wednesday are five working days; both sides say seven, on the page and in every list."""
    one = hotline.tell()
    person, officer, head = browser("li-min"), browser("guo-tao"), browser("wei-min")
    assert "还有 7 日" in page_of(person, one)
    for page in ("/", "/cases"):
        assert "还剩 7 日" in person.get(page).content.decode(), page
    for page in (f"/desk/cases/{one}", "/desk/?box=mine", "/desk/?q=" + case(one).number[-7:]):
        shown = officer.get(page).content.decode()
        assert "剩 7 个自然日" in shown, page
        assert "剩 5 " not in shown, page
    later(days=11)
    assert "已超 4 日" in page_of(person, one)
    for page in ("/", "/cases"):
        assert "超 4 日" in person.get(page).content.decode(), page
    for client, page in ((officer, f"/desk/cases/{one}"), (officer, "/desk/?box=late"), (head, "/desk/escalations")):
        assert "超 4 个自然日" in client.get(page).content.decode(), page


def test_on_a_day_off_after_the_last_day_it_is_overdue_and_no_day_is_counted(town: Town, hotline: Hotline) -> None:
    one = hotline.tell()
    actor = town.actor("li-min")
    yesterday = clock.now() - timedelta(days=1)
    row = replace(reads.my_cases(actor)[0], due_at=None, due_on=clock.local_date(yesterday), days_left=0, counted="working")
    assert row_left(row, screen("portal/left", "zh")) == ("已超期", True)
    ticket_ = reads.case_view(one, actor).ticket
    assert ticket_ is not None
    due = next(day for n in range(1, 30) for day in (clock.now() + timedelta(days=n),) if not _is_working_after(day))
    clock.move_by(due + timedelta(days=1) - clock.now())
    says, late = left(replace(ticket_, due_by=due, counted="working"), screen("portal/tickets", "zh"), "zh")
    assert late
    assert says.endswith("前答复，已超期")
    assert time_left(due, screen(TICKET_TEXTS, "zh"), "working") == ("已超期", True)


def _is_working_after(day: datetime) -> bool:
    return bool(catalogue.city().calendar.working_between(clock.local_date(day), clock.local_date(day) + timedelta(days=1)))


def test_a_limit_of_hours_is_told_in_hours_in_ones_own_lists_too(town: Town, hotline: Hotline) -> None:
    hotline.tell(danger="yes")
    person = browser("li-min")
    for moved, says in ((timedelta(minutes=30, seconds=1), "还剩 1 小时 29 分"), (timedelta(hours=2), "超 0 小时 31 分")):
        clock.move_by(moved)
        for page in ("/", "/cases"):
            assert says in person.get(page).content.decode(), page


def test_a_firm_tells_the_city_through_who_acts_for_it(town: Town, hotline: Hotline) -> None:
    firm = town.firm("zhao-jianguo")
    client = browser("zhao-jianguo")
    page = client.get(FORM).content.decode()
    assert firm.name in page
    assert f'value="firm:{firm.id}"' in page
    once = key()
    sent = [tell(client, key=once, principal=f"firm:{firm.id}") for _ in range(2)]
    assert {answer.status_code for answer in sent} == {302}
    (one,) = Case.objects.all()
    assert (one.applicant_kind, one.applicant_id, one.applicant_name) == ("firm", firm.id, firm.name)
    assert one.applied_by == town.actor("zhao-jianguo").person_id
    assert one.number in client.get("/cases").content.decode()
    assert client.get(f"/cases/{one.id}").status_code == 200


@pytest.mark.parametrize("login", ["li-min", "chen-xiao"])
def test_nobody_tells_the_city_in_the_name_of_a_firm_for_which_they_do_not_act(town: Town, login: str) -> None:
    """The second acts for it in other matters: the mandate does not cover this one."""
    firm = town.firm("chen-xiao")
    answer = tell(browser(login), principal=f"firm:{firm.id}")
    assert answer.status_code == 422
    assert 'href="#principal"' in answer.content.decode()
    assert not Case.objects.filter(applicant_id=firm.id).exists()


def test_what_is_begun_for_a_firm_is_not_the_person_s_own_draft(town: Town) -> None:
    firm, client = town.firm("zhao-jianguo"), browser("zhao-jianguo")
    assert tell(client, principal=f"firm:{firm.id}", phone="12").status_code == 422
    assert MATTER["address"] not in client.get(FORM).content.decode()
    assert MATTER["address"] in client.get(f"{FORM}?for=firm:{firm.id}").content.decode()
