"""Acts from the desk: once, on what was seen, with the words kept."""

from __future__ import annotations

import re

import pytest

from tests.desk.making import FIT
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.models import Letter
from tongban.exchange import acts as exchange
from tongban.faces.desk.act_forms import FORMS
from tongban.faces.desk.cases_page import TEXTS
from tongban.kernel.ids import uuid7
from tongban.look.texts import screen

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def form_of(client, case_id, slug: str, query: str = "") -> dict[str, str]:
    """The hidden fields of an act's form, as a browser would send them."""
    page = client.get(f"/desk/cases/{case_id}/{slug}{query}")
    assert page.status_code == 200, (slug, page.status_code, page.headers.get("Location"))
    html = re.search(r'<form method="post" action="[^"]*/cases/.*?</form>', page.content.decode(), re.DOTALL).group()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def post(client, case_id, slug: str, form: dict[str, str], **typed: object):
    return client.post(f"/desk/cases/{case_id}/{slug}", {**form, **typed})


def happened(town, case_id, login: str = "liu-yang") -> list[str]:
    return [event.act for event in cases.desk_case(case_id, town.actor(login)).case.events]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_act_says_what_it_does_and_what_it_did(lang):
    words = screen(TEXTS, lang)
    for slug in (one.replace("-", "_") for one in FORMS):
        assert f"says_{slug}" in words
        assert f"done_{slug}" in words
        assert f"submit_{slug}" in words or slug in ("refuse", "not_accept", "not_needed")


def test_a_double_click_is_one_act(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "accept")
    first, second = post(officer, case_id, "accept", form, words=""), post(officer, case_id, "accept", form, words="")
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert happened(town, case_id) == ["send", "accept"]


def test_a_form_sent_again_with_other_words_keeps_them_and_changes_nothing(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "accept")
    assert post(officer, case_id, "accept", form, words="").status_code == 302
    answer = post(officer, case_id, "accept", form, words="另有说明")
    assert answer.status_code == 409
    assert "另有说明" in answer.content.decode()
    assert happened(town, case_id) == ["send", "accept"]


def test_two_officers_signatures_are_two_clicks_of_two_people(town, desk, case_id):
    town.to_site(case_id)
    task = town.site_task(case_id)
    from tests.files.making import jpg
    from tongban.files import acts as files

    photo = files.keep(jpg(), name="现场.jpg", accept=("jpg",), max_bytes=10**7, owner=case_id)
    sent = {
        "key": str(uuid7()),
        "outcome": "pass",
        "photo-kept": str(photo.id),
        "words": "",
        **{f"record-{name}": value for name, value in FIT.items()},
    }
    first = desk("wu-qiang")
    assert first.post(f"/desk/site/{task}", sent)["Location"].endswith("?done=signed")
    assert first.post(f"/desk/site/{task}", sent)["Location"].endswith("?done=signed"), "the same click again is the same signature"
    again = first.post(f"/desk/site/{task}", {**sent, "key": str(uuid7())})
    assert again.status_code == 403
    assert "另一名执法人员" in again.content.decode()
    assert desk("zheng-jie").post(f"/desk/site/{task}", {**sent, "key": str(uuid7())})["Location"].endswith("?done=closed")
    assert happened(town, case_id).count("step") == 3


def test_a_changed_record_voids_the_first_signature(town, desk, case_id):
    town.to_site(case_id)
    town.step(case_id, "wu-qiang", FIT, (str(_photo(case_id)),))
    task = town.site_task(case_id)
    second = desk("zheng-jie")
    page = second.get(f"/desk/site/{task}").content.decode()
    assert "吴强" in page
    kept = re.findall(r'name="photo-kept" value="([^"]+)"', page)
    changed = {f"record-{name}": value for name, value in (FIT | {"layout": "unfit"}).items()}
    answer = second.post(f"/desk/site/{task}", {"key": str(uuid7()), "outcome": "pass", "photo-kept": kept, "words": "", **changed})
    assert answer["Location"].endswith("?done=signed")
    open_task = next(one for one in cases.desk_case(case_id, town.actor("wu-qiang")).tasks if one.id == task)
    assert [one["name"] for one in open_task.signatures] == ["郑洁"]


def test_a_photo_survives_a_refused_form(town, desk, case_id):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.files.making import jpg

    town.to_site(case_id)
    task = town.site_task(case_id)
    inspector = desk("wu-qiang")
    page = inspector.post(
        f"/desk/site/{task}",
        {
            "key": str(uuid7()),
            "outcome": "pass",
            "words": "后厨在改造",
            "record-layout": "fit",
            "photos": SimpleUploadedFile("p.jpg", jpg(), "image/jpeg"),
        },
    )
    html = page.content.decode()
    assert page.status_code == 422
    assert "核查记录还缺" in html
    assert "后厨在改造" in html
    [photo] = re.findall(r'name="photo-kept" value="([^"]+)"', html)
    assert inspector.get(f"/desk/cases/{case_id}/photos/{photo}")["Content-Type"] == "image/jpeg"
    assert desk("han-lei").get(f"/desk/cases/{case_id}/photos/{photo}").status_code == 404


def test_a_photo_of_another_case_is_not_taken(town, desk, case_id):
    other = town.apply()
    foreign = _photo(other)
    town.to_site(case_id)
    page = desk("wu-qiang").post(
        f"/desk/site/{town.site_task(case_id)}",
        {
            "key": str(uuid7()),
            "outcome": "pass",
            "words": "",
            "photo-kept": str(foreign),
            **{f"record-{name}": value for name, value in FIT.items()},
        },
    )
    assert page.status_code == 422
    assert "现场照片" in page.content.decode()


def test_a_colleague_who_was_quicker_is_shown_and_the_words_are_kept(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "correction")
    town.accept(case_id, by="liu-yang")
    answer = post(officer, case_id, "correction", form, words="请补画洗消间", questions=["kitchen_plan"])
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "同事刚刚办过这件" in html
    assert "受理" in html
    assert "请补画洗消间" in html
    assert happened(town, case_id) == ["send", "accept"]


def test_an_overtaken_act_that_is_still_open_can_be_done_again_with_its_words(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "not-accept")
    chen = town.actor("chen-xiao")
    liu = town.actor("liu-yang")
    acts.ask_correction(case_id, actor=liu, key=str(uuid7()), version=town.version(case_id, liu), questions=["kitchen_plan"], words="补图")
    acts.send(case_id, actor=chen, key=str(uuid7()), version=cases.form_view(case_id, chen).version)
    answer = post(officer, case_id, "not-accept", form, words="不属于本机关职权")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "同事刚刚办过这件" in html
    assert "提交补正材料" in html
    fresh = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html.split('class="dk-form"')[1]))
    assert int(fresh["version"]) > int(form["version"])
    assert post(officer, case_id, "not-accept", fresh, words="不属于本机关职权").status_code == 302


@pytest.mark.parametrize("slug", ["not-accept", "not-needed", "correction"])
def test_an_answer_against_the_applicant_needs_written_reasons(town, desk, case_id, slug):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, slug)
    answer = post(officer, case_id, slug, form, words="  ", questions=["kitchen_plan"])
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明理由" in html
    assert happened(town, case_id) == ["send"]
    if slug == "correction":
        assert re.search(r'value="kitchen_plan"[^>]* checked', html), "what was ticked is still ticked"
    assert post(officer, case_id, slug, form, words="布局图缺洗消间", questions=["kitchen_plan"]).status_code == 302


def test_what_is_not_accepted_is_told_where_to_apply_as_it_was_typed(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "not-accept")
    typed = {"words": "经营场所在江南县。", "field-elsewhere": "江南县市场监督管理局"}
    assert "江南县市场监督管理局" in post(officer, case_id, "not-accept", form, **typed | {"words": " "}).content.decode(), "it is kept"
    assert post(officer, case_id, "not-accept", form, **typed).status_code == 302
    letter = Letter.objects.get(case_id=case_id, type="not-accepted")
    assert "请向下列机关申请：江南县市场监督管理局。" in "".join(part["zh"] for part in letter.paragraphs)


def test_a_second_request_for_corrections_offers_and_takes_only_what_the_first_raised(town, desk, case_id):
    chen, liu = town.actor("chen-xiao"), town.actor("liu-yang")
    acts.ask_correction(case_id, actor=liu, key=str(uuid7()), version=town.version(case_id, liu), questions=["kitchen_plan"], words="补图")
    acts.send(case_id, actor=chen, key=str(uuid7()), version=cases.form_view(case_id, chen).version)
    officer = desk("liu-yang")
    html = officer.get(f"/desk/cases/{case_id}/correction").content.decode()
    assert re.findall(r'name="questions"[^>]* value="(\w+)"', html) == ["kitchen_plan"]
    answer = post(
        officer, case_id, "correction", form_of(officer, case_id, "correction"), words="安全员也不对", questions=["safety_officer"]
    )
    assert answer.status_code == 422
    assert "补正须一次告知全部内容" in answer.content.decode()
    assert "安全员也不对" in answer.content.decode(), "what was typed is kept"
    form = form_of(officer, case_id, "correction")
    assert post(officer, case_id, "correction", form, words="仍没有洗消间", questions=["kitchen_plan"]).status_code == 302


def test_a_refusal_needs_reasons_and_a_grant_of_all_conditions_none(town, desk, case_id):
    town.to_decision(case_id)
    decider = desk("sun-lihua")
    refusing = form_of(decider, case_id, "refuse")
    assert post(decider, case_id, "refuse", refusing, words="").status_code == 422
    granting = form_of(decider, case_id, "grant")
    answer = post(decider, case_id, "grant", granting, words="")
    assert answer.status_code == 302
    assert happened(town, case_id, "sun-lihua")[-1] == "grant"
    page = decider.get(answer["Location"]).content.decode()
    assert "已准予" in page
    assert "食品经营许可证" in page


def test_a_register_that_changed_meanwhile_is_shown_and_asked_again(town, desk, case_id):
    from django.db import connection

    town.to_decision(case_id)
    decider = desk("sun-lihua")
    form = form_of(decider, case_id, "grant")
    from datetime import timedelta

    from tongban.kernel import clock

    clock.move_by(timedelta(days=2))
    exchange.suspend("health/health-certificates")
    answer = post(decider, case_id, "grant", form, words="照准")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "依据已重新查询，有变化" in html
    assert "照准" in html
    changed = html.split('class="tb-table dk-changed"')[1].split("</table>")[0]
    assert changed.index("符合") < changed.index("待核实")
    assert "接触直接入口食品的人员都有有效健康证明" in changed
    assert "grant" not in happened(town, case_id, "sun-lihua")
    confirmed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html.split('class="dk-form"')[1]))
    assert post(decider, case_id, "grant", confirmed, words="照准，健康证明已当面核对").status_code == 302
    assert connection.vendor == "postgresql"


def test_a_step_is_returned_with_a_reason_only(town, desk, case_id):
    town.to_decision(case_id)
    decider = desk("sun-lihua")
    form = form_of(decider, case_id, "return")
    assert post(decider, case_id, "return", form, words="").status_code == 422
    assert post(decider, case_id, "return", form, words="照片看不清专间，请重拍").status_code == 302
    assert "site" in {task.step for task in cases.desk_case(case_id, town.actor("wu-qiang")).tasks}


def test_the_first_step_offers_no_return(town, desk, case_id):
    town.accept(case_id)
    page = desk("liu-yang").get(f"/desk/cases/{case_id}").content.decode()
    assert f"/desk/cases/{case_id}/pass" in page
    assert f"/desk/cases/{case_id}/return" not in page


def test_whoever_may_deliver_hands_over_what_was_granted(town, desk, case_id):
    town.to_decision(case_id)
    decider = desk("sun-lihua")
    post(decider, case_id, "grant", form_of(decider, case_id, "grant"), words="")
    form = form_of(decider, case_id, "hand-over")
    nobody = post(decider, case_id, "hand-over", form, words="", **{"field-received_by": " "})
    assert (nobody.status_code, "由谁签收" in nobody.content.decode()) == (422, True)
    taken = {"field-received_by": "陈晓", "field-relation": "agent", "field-document": "居民身份证"}
    assert post(decider, case_id, "hand-over", form, words="", **taken).status_code == 302
    assert happened(town, case_id, "sun-lihua")[-1] == "deliver"
    (row,) = cases.sending_of(case_id).rows
    assert (row.received_by, row.relation, row.document) == ("陈晓", "agent", "居民身份证")


def _photo(case_id):
    from tests.files.making import jpg
    from tongban.files import acts as files

    return files.keep(jpg(33, 33), name="现场.jpg", accept=("jpg",), max_bytes=10**7, owner=case_id).id


def test_a_changed_value_under_an_unchanged_yes_is_shown_and_asked_again(town, desk, case_id):
    from datetime import timedelta

    from django.db import connection

    from tongban.kernel import clock

    town.to_decision(case_id)
    decider = desk("sun-lihua")
    form = form_of(decider, case_id, "grant")
    clock.move_by(timedelta(days=6))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registers.property_right SET use = 'mixed'")
    answer = post(decider, case_id, "grant", form, words="照准")
    html = answer.content.decode()
    assert answer.status_code == 409
    changed = html.split('class="tb-table dk-changed"')[1].split("</table>")[0]
    assert "商业 → <b>商住" in changed
    assert "符合" not in changed
    assert "grant" not in happened(town, case_id, "sun-lihua")
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html.split('class="dk-form"')[1]))
    assert post(decider, case_id, "grant", again, words="照准").status_code == 302


@pytest.mark.parametrize("slug", ["accept", "not-accept"])
def test_a_form_that_does_not_say_what_was_seen_is_asked_again(town, desk, case_id, slug):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, slug)
    blind = {name: value for name, value in form.items() if name != "basis"}
    answer = post(officer, case_id, slug, blind, words="看过了")
    assert answer.status_code == 409
    assert "看过了" in answer.content.decode()
    assert "页面打开之后依据有更新" in answer.content.decode()
    assert happened(town, case_id) == ["send"]
    assert post(officer, case_id, slug, form, words="看过了").status_code == 302
