"""The three columns: what stands where, for whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tongban.cases import reads as cases
from tongban.cases.acts.silence import deem_accepted
from tongban.cases.models import Case, Task
from tongban.cases.reads.ground import extension_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Limit, Limits
from tongban.credentials import reads as credentials
from tongban.faces.desk.cases_page import TEXTS, _extended
from tongban.kernel import clock
from tongban.ledger.acts import sequence
from tongban.ledger.core.receipts import verify_receipt
from tongban.look.texts import screen

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_answers_in_both_languages(town, desk, case_id, lang):
    def shown(login: str, *paths: str) -> None:
        client = desk(login)
        client.cookies["lang"] = lang
        for path in paths:
            assert client.get(path).status_code == 200, path

    boxes = [f"/desk/?box={box}" for box in ("mine", "today", "late", "waiting", "department", "done")]
    shown(
        "liu-yang",
        "/desk/",
        *boxes,
        "/desk/?q=nothing",
        f"/desk/cases/{case_id}",
        *(f"/desk/cases/{case_id}/{act}" for act in ("accept", "correction", "on-the-spot", "not-accept", "not-needed")),
    )
    town.to_site(case_id)
    shown("wu-qiang", "/desk/site", f"/desk/site/{town.site_task(case_id)}")
    shown("xu-jing", "/desk/exchange")
    shown("qian-guohua", "/desk/wall", "/desk/wall?kind=answer&bucket=late")
    shown("luo-wei", "/desk/benefit", "/desk/benefit?period=year", "/desk/benefit?period=nonsense")
    shown("shen-yi", "/desk/ledger", "/desk/ledger?q=味来", f"/desk/ledger/{case_id}", f"/desk/cases/{case_id}")


def test_only_a_leader_sees_what_was_spared(desk):
    assert desk("liu-yang").get("/desk/benefit").status_code == 403
    assert "还没有作出决定的办件" in text(desk("luo-wei").get("/desk/benefit"))


def test_a_stranger_is_led_to_the_sign_in_and_a_resident_is_told(town, desk, client):
    assert client.get("/desk/?box=late")["Location"] == "/sign-in?next=%2Fdesk%2F%3Fbox%3Dlate"
    refused = desk("li-min").get("/desk/")
    assert refused.status_code == 403
    assert "没有在岗岗位" in refused.content.decode()


def test_a_case_of_another_department_is_not_found(town, desk, case_id):
    stranger = desk("han-lei")
    upload = cases.desk_case(case_id, town.actor("liu-yang")).case.uploads[0]
    for path in ("", "/accept", f"/papers/{upload.id}", f"/photos/{upload.id}"):
        assert stranger.get(f"/desk/cases/{case_id}{path}").status_code == 404, path
    assert stranger.post(f"/desk/cases/{case_id}/accept", {"key": "k", "version": "1"}).status_code == 404
    assert str(case_id) not in text(stranger.get("/desk/?q=味来"))


def test_a_relative_sees_the_case_and_is_offered_no_act(town, desk, case_id):
    brother = desk("zhao-jianmin")
    page = text(brother.get(f"/desk/cases/{case_id}"))
    assert "应当回避" in page
    assert 'data-key="a"' not in page
    number = cases.desk_case(case_id, town.actor("liu-yang")).case
    refused = brother.post(f"/desk/cases/{case_id}/accept", {"key": "brother", "version": str(number.version), "words": "我来办"})
    assert refused.status_code == 403
    assert "应当回避" in refused.content.decode()
    assert cases.desk_case(case_id, town.actor("liu-yang")).case.accepted_on is None


def test_the_verdict_counts_the_conditions_of_the_answer_that_is_next(town, desk, case_id):
    assert "可以受理：2 项受理条件全部符合" in text(desk("liu-yang").get(f"/desk/cases/{case_id}"))
    town.accept(case_id)
    page = text(desk("liu-yang").get(f"/desk/cases/{case_id}"))
    assert "还不能准予：6 项条件符合 4 项，2 项待核实" in page
    assert "还要办：材料审查" in page
    town.step(case_id, "liu-yang")
    town2 = desk("wu-qiang")
    assert "还要办：现场核查" in text(town2.get(f"/desk/cases/{case_id}"))


def test_the_verdict_at_the_decision_and_after_it(town, desk, case_id):
    town.to_decision(case_id)
    page = text(desk("sun-lihua").get(f"/desk/cases/{case_id}"))
    assert "可以准予：6 项条件全部符合" in page
    assert "吴强、郑洁" in page
    assert page.count('class="dk-photos"') == 1


def test_a_fact_stands_with_its_source_and_the_time_of_the_query(town, desk, case_id):
    page = text(desk("liu-yang").get(f"/desk/cases/{case_id}"))
    clause = page.split("房屋登记用途是商业或商住")[1].split("</li>")[0]
    assert "云川市食品经营场所规定" in clause
    assert "登记用途" in clause
    assert "自然资源局 · 今天" in clause
    assert "查询" in clause
    assert "办理情形</dt><dd>新办" in page


def test_an_allowance_is_refused_in_its_own_procedures_words(town, desk):
    case_id = town.claim()
    town.accept(case_id, by="feng-xue")
    town.step(case_id, "feng-xue")
    decider = desk("jiang-wen")
    assert "不予发放" in text(decider.get(f"/desk/cases/{case_id}"))
    form = text(decider.get(f"/desk/cases/{case_id}/refuse"))
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.split('class="dk-form"')[1]))
    answer = decider.post(f"/desk/cases/{case_id}/refuse", {**sent, "words": "户籍已迁出"})
    page = text(decider.get(answer["Location"]))
    assert "已作出决定：不予发放。" in page
    assert "不予许可" not in page


def test_an_upload_opens_in_the_browser_for_who_may_see_the_case(town, desk, case_id):
    upload = cases.desk_case(case_id, town.actor("liu-yang")).case.uploads[0]
    opened = desk("liu-yang").get(f"/desk/cases/{case_id}/papers/{upload.id}")
    assert opened["Content-Type"] == "image/jpeg"
    assert opened["Content-Disposition"] == "inline"
    assert opened["Cache-Control"] == "private, no-store"


def test_letters_and_licence_open_as_pdf_and_an_officials_reading_is_no_delivery(town, desk, case_id):
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    from tongban.cases import acts

    acts.decide(case_id, "grant", actor=decider, key="grant", version=town.version(case_id, decider), words="")
    view = cases.desk_case(case_id, decider).case
    client = desk("sun-lihua")
    for letter in view.letters:
        assert client.get(f"/desk/cases/{case_id}/letters/{letter.id}.pdf").content.startswith(b"%PDF")
    [issued] = credentials.of_case(case_id)
    assert client.get(f"/desk/cases/{case_id}/licences/{issued.id}.pdf").content.startswith(b"%PDF")
    assert desk("han-lei").get(f"/desk/cases/{case_id}/licences/{issued.id}.pdf").status_code == 404
    assert all(letter.read_at is None for letter in cases.desk_case(case_id, decider).case.letters)
    assert cases.desk_case(case_id, decider).case.row.delivered is False


def test_a_search_finds_by_tail_name_and_service_within_what_the_post_may_see(town, desk, case_id):
    number = cases.desk_case(case_id, town.actor("liu-yang")).case.row.number
    for words in (number, number[-5:], "味来餐饮店", "食品经营"):
        assert f"/desk/cases/{case_id}" in text(desk("liu-yang").get("/desk/", {"q": words})), words
        assert f"/desk/cases/{case_id}" not in text(desk("han-lei").get("/desk/", {"q": words})), words


def test_a_box_is_read_page_by_page_and_no_case_is_missed_or_met_twice(town, desk, monkeypatch):
    from tongban.faces.desk import columns

    monkeypatch.setattr(columns, "_PAGE", 3)
    sent = {town.apply() for _ in range(4)}
    clock.move_by(timedelta(days=1))
    sent |= {town.apply() for _ in range(4)}
    officer, path, met = desk("liu-yang"), "/desk/?box=department", []
    while path:
        page = text(officer.get(path))
        met += re.findall(r'class="tb-row[^"]*" href="/desk/cases/([0-9a-f-]+)', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
        if len(met) == 3:
            sent.add(town.apply())  # somebody applies while the pages are turned
    assert sorted(met) == sorted(str(one) for one in sent)


def test_what_one_has_done_is_read_page_by_page_newest_first(town, desk, monkeypatch):
    from tongban.faces.desk import columns

    monkeypatch.setattr(columns, "_PAGE", 2)
    done = []
    for _ in range(5):
        done.insert(0, str(town.apply()))
        town.accept(done[0])
    officer, path, met = desk("liu-yang"), "/desk/?box=done", []
    while path:
        page = text(officer.get(path))
        met += re.findall(r'class="tb-row[^"]*" href="/desk/cases/([0-9a-f-]+)', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert met == done


def test_a_case_opened_from_a_box_keeps_the_box_and_its_page(town, desk, case_id):
    page = text(desk("liu-yang").get(f"/desk/cases/{case_id}?box=department"))
    assert f'href="/desk/cases/{case_id}/accept?box=department"' in page
    assert re.search(r'href="/desk/\?box=department" aria-current="page"', page)


def test_nonsense_in_the_address_is_the_first_page(town, desk, case_id):
    for query in (
        "box=all",
        "after=x",
        "after=2026-11-23/zz",
        "after=2026-13-45/01a20752-81a4-7768-ac11-7f9e6132bd5c",
        "box=done&after=x/01a20752-81a4-7768-ac11-7f9e6132bd5c",
        "box=done&after=/01a20752-81a4-7768-ac11-7f9e6132bd5c",
        "after=%27%3B--/01a20752-81a4-7768-ac11-7f9e6132bd5c",
    ):
        assert desk("liu-yang").get(f"/desk/?{query}").status_code == 200, query


def test_an_empty_box_tells_what_is_due_next(town, desk, case_id):
    assert "今天没有到期的。" in text(desk("liu-yang").get("/desk/?box=today"))
    due = cases.desk_case(case_id, town.actor("liu-yang")).case.due_on
    clock.move_by(timedelta(days=(due - clock.today()).days))
    officer = desk("liu-yang")
    assert "dk-nothing" not in text(officer.get("/desk/?box=today"))
    town.accept(case_id)
    town.step(case_id, "liu-yang")
    page = text(officer.get("/desk/?box=today"))
    assert "今天到期的都已办完。明天也没有到期的。" in page


def test_late_is_told_in_words(town, desk, case_id):
    clock.move_by(timedelta(days=14))
    page = text(desk("liu-yang").get("/desk/?box=late"))
    row = page.split('class="tb-row tb-row--late"')[1].split("</li>")[0]
    assert re.search(r"超 \d 日", row)
    assert "tb-mark--warn" in row


def test_on_a_day_off_after_the_last_day_a_limit_is_broken_and_not_due_today(town, desk, case_id):
    """Between a Friday and the Saturday after it no working day goes by."""
    calendar = catalogue.city().calendar
    last = next(
        day for n in range(30) for day in (clock.today() + timedelta(days=n),) if not calendar.working_between(day, day + timedelta(days=1))
    )
    for rows in (Case.objects.filter(pk=case_id), Task.objects.filter(case_id=case_id)):
        rows.update(due_on=last, statutory_due_on=last)
    clock.move_by(timedelta(days=(last - clock.today()).days + 1))
    officer = desk("liu-yang")
    row = text(officer.get("/desk/?box=late")).split('class="tb-row tb-row--late"')[1].split("</li>")[0]
    drawn = text(officer.get(f"/desk/cases/{case_id}")).split('class="tb-clocks"')[1].split("</ul>")[0]
    assert "已超法定期限" in row
    assert drawn.count("已超期") == 2
    for page in (row, drawn):
        assert "已超期" in page
        assert "今天到期" not in page
        assert "tb-mark--warn" in page


def test_the_inspectors_list_and_page_say_the_same_on_a_day_off_after_the_last_day(town, desk, case_id):
    town.to_site(case_id)
    calendar = catalogue.city().calendar
    last = next(
        day for n in range(30) for day in (clock.today() + timedelta(days=n),) if not calendar.working_between(day, day + timedelta(days=1))
    )
    Case.objects.filter(pk=case_id).update(due_on=last)
    Task.objects.filter(case_id=case_id).update(due_on=last, step_due_on=last)
    clock.move_by(timedelta(days=(last - clock.today()).days + 1))
    inspector = desk("wu-qiang")
    row = text(inspector.get("/desk/site")).split('class="dk-task dk-task--late"')[1].split("</li>")[0]
    page = text(inspector.get(f"/desk/site/{town.site_task(case_id)}"))
    assert "已超期" in row
    assert "本环节已超期" in page
    for shown in (row, page):
        assert not re.search(r"超 \d 日", shown)


def test_an_extension_is_told_in_the_days_of_its_procedure(desk, case_id):
    Case.objects.filter(pk=case_id).update(extended_by=5)
    assert "已延长 5 个工作日" in text(desk("liu-yang").get(f"/desk/cases/{case_id}"))


def test_an_extension_of_a_services_own_is_told_in_its_own_days(town, case_id):
    Case.objects.filter(pk=case_id).update(extended_by=5)
    view = cases.desk_case(case_id, town.actor("liu-yang")).case
    assert view.procedure.extension is not None
    assert view.procedure.extension.counted == "working"
    limits = replace(view.service.limits, extension=Limit(5, "calendar"))
    own = replace(
        view, extension=extension_of(replace(view.service, limits=limits), Limits(limits.statutory, limits.promised), view.procedure)
    )
    assert _extended(own, screen(TEXTS, "zh")) == "已延长 5 日"
    assert _extended(view, screen(TEXTS, "zh")) == "已延长 5 个工作日"


def test_the_watermark_names_reader_department_and_time(town, desk, case_id):
    mark = text(desk("liu-yang").get("/desk/")).split('class="tb-watermark"')[1].split("</svg>")[0]
    assert "刘洋" in mark
    assert "市场监管局" in mark
    assert f"{clock.local(clock.now()):%H:}" in mark


def test_only_a_data_officer_sees_the_catalogue_and_the_switch_works(town, desk):
    assert desk("liu-yang").get("/desk/exchange").status_code == 403
    officer = desk("xu-jing")
    page = text(officer.get("/desk/exchange"))
    assert "从未调用" in page
    officer.post("/desk/exchange/silence", {"resource": "tax/income", "silent": "yes"})
    assert "静默中" in text(officer.get("/desk/exchange"))
    officer.post("/desk/exchange/silence", {"resource": "tax/income", "silent": "no"})
    assert "静默中（演示）" not in text(officer.get("/desk/exchange"))


def test_whose_only_duty_has_a_page_of_its_own_begins_there_and_may_still_see_the_boxes(town, desk):
    for login, own in (("wu-qiang", "site"), ("xu-jing", "exchange"), ("shen-yi", "ledger")):
        client = desk(login)
        assert client.get("/desk/")["Location"] == f"/desk/{own}"
        page = text(client.get("/desk/?box=mine"))
        assert 'href="/desk/?box=mine" aria-current="page"' in page
    assert desk("liu-yang").get("/desk/").status_code == 200


def test_a_real_city_has_no_switch(town, desk, settings):
    settings.DEMO = False
    officer = desk("xu-jing")
    assert "设为静默" not in text(officer.get("/desk/exchange"))
    assert officer.post("/desk/exchange/silence", {"resource": "tax/income", "silent": "yes"}).status_code == 404


def test_an_auditor_downloads_a_receipt_that_verifies_offline(town, desk, case_id):
    assert desk("liu-yang").get("/desk/ledger").status_code == 403
    auditor = desk("shen-yi")
    assert "稍后可下载" in text(auditor.get(f"/desk/ledger/{case_id}"))
    while sequence():
        pass
    page = text(auditor.get(f"/desk/ledger/{case_id}"))
    assert "提交申请" in page
    assert "陈晓" in page
    link = re.findall(r'href="(/desk/ledger/[^"]+\.tlog-proof)"', page)[-1]
    receipt = auditor.get(link)
    assert "attachment" in receipt["Content-Disposition"]
    assert verify_receipt(receipt.content.decode()).index >= 0
    other = town.apply()
    entry = link.rpartition("/")[2]
    assert auditor.get(f"/desk/ledger/{other}/{entry}").status_code == 404


def test_the_history_names_the_desk_that_let_the_days_for_an_answer_pass(town, desk, case_id):
    due = Case.objects.get(pk=case_id).answer_due_on
    clock.move_by(timedelta(days=(due - clock.today()).days + 1))
    assert deem_accepted(case_id)
    told = text(desk("liu-yang").get(f"/desk/cases/{case_id}"))
    assert "逾期时在：" in told
    assert "受理岗位" in told
