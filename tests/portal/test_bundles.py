"""A bundle in the portal: its guide, its draft, the check page by part, the one page on which it is followed, its letter."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.bundling import DAILY, accept, decide, draft, go_on, inspect, part, review, send, sent, task, through
from tests.cases.test_lifecycle import key
from tests.portal.test_licences import browser
from tests.town import Town
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.models import Case, Letter
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def text(client: Client, address: str, lang: str = "zh") -> str:
    """A page's words, without its tags."""
    client.cookies["lang"] = lang
    answered = client.get(address)
    assert answered.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answered.content.decode().split("<body", 1)[1]))


def test_the_guide_tells_before_and_now_with_the_sums_that_make_them(town: Town) -> None:
    page = text(browser("chen-xiao"), "/services/open-restaurant")
    for sum_ in ("9 + 6 + 5 = 20", "20 + 15 + 20 = 55", "11 + 7 + 8 = 26", "3 + 2 + 2 = 7"):
        assert sum_ in page
    assert "“食品经营许可”和“公众聚集场所投入使用、营业前消防安全检查”的核查人员一起来，只来一次" in page
    assert "看您的回答：“要挂招牌吗？”" in page
    assert page.count("营业执照复印件") == 1, "asked of one register, told once"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_a_bundle_answers_in_both_languages(town: Town, lang: str) -> None:
    client = browser("chen-xiao")
    case_id = draft(town, own_shop="no", owner_agrees="yes")
    for address in ("", "/services", "/search?q=开饭店", "/events/open-shop", "/services/open-restaurant", "/services/outdoor-sign"):
        text(client, address or "/", lang)
    for section in ("", "/daily", "/shop", "/food", "/sign", "/fire", "/check"):
        text(client, f"/apply/{case_id}{section}", lang)
    send(town, case_id)
    for address in (
        "/cases",
        f"/cases/{case_id}",
        f"/cases/{case_id}?sent=1",
        f"/cases/{case_id}/withdraw",
        f"/cases/{part(case_id, 'food').id}",
    ):
        text(client, address, lang)


def test_it_stands_before_single_services_where_people_look(town: Town) -> None:
    client = browser("chen-xiao")
    for address in ("/events/open-shop", "/search?q=开饭店"):
        page = text(client, address)
        assert 0 < page.index("开办餐饮店") < page.index("食品经营许可"), address
    assert "“开办餐饮店”把这一项和“户外招牌设置”和“公众聚集场所" in text(client, "/services/food-business-licence")


def test_the_paper_list_shrinks_with_the_answers_and_says_who_draws_each(town: Town) -> None:
    client = browser("chen-xiao")
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("open-restaurant", actor=actor, principal_kind="firm", principal_id=firm.id)

    def papers() -> dict[str, str]:
        return {paper.title.zh: paper.how for paper in cases.form_view(case_id, actor).papers}

    assert papers()["消防安全制度和应急疏散预案"] == "depends"
    page = text(client, f"/apply/{case_id}/daily")
    assert "您自己写；消防支队网站有范本" in page
    acts.save(case_id, DAILY | {"eat_in": "no", "hang_sign": "no", "cold_dishes": "no"}, actor=actor, version=1)
    shrunk = papers()
    assert {shrunk[name] for name in ("消防安全制度和应急疏散预案", "效果图", "结构图", "凉菜、生食专间布局图")} == {"not-needed"}
    assert "建筑消防验收合格证明" not in shrunk, "the register of a part that is not needed is not asked"
    assert shrunk["店面平面图（市场监管和消防共用一张）"] == "upload"


def test_the_check_page_tells_each_part_with_its_conditions_way_and_fees(town: Town) -> None:
    client = browser("chen-xiao")
    case_id = draft(town)
    page = text(client, f"/apply/{case_id}/check")
    assert "条件全部符合，提交后当场办结" in page
    assert "一次提交，3 个部门同时办，5 个工作日内全部办结" in page
    assert "不收费" in page
    acts.save(
        case_id, {"own_shop": "no", "owner_agrees": "yes"}, actor=town.actor("chen-xiao"), version=Case.objects.get(pk=case_id).version
    )
    page = text(client, f"/apply/{case_id}/check")
    assert "公共场地占用费" in page
    assert "合计 200 元" in page
    acts.save(case_id, {"eat_in": "no"}, actor=town.actor("chen-xiao"), version=Case.objects.get(pk=case_id).version)
    assert "按您的回答不用办" in text(client, f"/apply/{case_id}/check")


def test_a_single_services_check_page_tells_its_fee_too(town: Town) -> None:
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("outdoor-sign", actor=actor, principal_kind="firm", principal_id=firm.id)
    client = browser("chen-xiao")
    acts.save(case_id, {"own_shop": "no", "area_m2": "12"}, actor=actor, version=1)
    page = text(client, f"/apply/{case_id}/check")
    assert "合计 500 元" in page
    assert "公共场地占用费" in text(client, "/services/outdoor-sign")
    assert "不收费" in text(client, "/services/food-business-licence")


def test_one_page_follows_all_parts_and_only_the_part_at_fault_is_corrected(town: Town) -> None:
    client = browser("chen-xiao")
    case_id = sent(town)
    fire = part(case_id, "fire")
    acts.ask_correction(
        fire.id, questions=["fire_rules"], actor=town.actor("tian-yu"), key=key(), version=fire.version, words="请写明疏散负责人。"
    )
    page = text(client, f"/cases/{case_id}")
    assert "“公众聚集场所投入使用、营业前消防安全检查”需要补正" in page
    assert "请写明疏散负责人。" in page
    assert "3 项中已办结 1 项" in page, "the sign was settled as it was sent"
    assert "返回“开办餐饮店”" in text(client, f"/cases/{fire.id}")
    assert "食品经营许可" in text(client, "/cases").replace("户外", ""), "the list tells the parts in the bundle's line"
    assert client.get("/cases").content.decode().count(f"/cases/{fire.id}") == 0


def test_a_visit_that_was_agreed_stands_on_the_page_and_in_its_history(town: Town) -> None:
    case_id = sent(town)
    accept(town, case_id, "food")
    review(town, case_id, "food")
    client = browser("chen-xiao")
    assert "时间还没有定" in text(client, f"/cases/{case_id}")
    acts.appoint(task(part(case_id, "food").id, "site").id, clock.today(), "pm", actor=town.actor("wu-qiang"), key=key())
    assert text(client, f"/cases/{case_id}").count("日下午") == 2


def test_one_letter_tells_every_part_and_reading_it_delivers_what_was_granted(town: Town) -> None:
    case_id = sent(town, own_shop="no", owner_agrees="yes")
    whole = Case.objects.get(pk=case_id)
    acts.mark_paid(case_id, "SJ-1", actor=town.actor("he-fang"), key=key(), version=whole.version)
    through(town, case_id, "sign")
    through(town, case_id, "food")
    accept(town, case_id, "fire")
    review(town, case_id, "fire")
    inspect(town, case_id, "fire", {"ways": "blocked", "equipment": "fit", "staff": "met"})
    decide(town, case_id, "fire", "refuse", "疏散通道被占用。")
    go_on(case_id)
    client = browser("chen-xiao")
    page = text(client, f"/cases/{case_id}")
    assert "部分办成" in page
    assert "疏散通道被占用。" in page
    letter = Letter.objects.get(case_id=case_id)
    words = text(client, f"/cases/{case_id}/letters/{letter.id}")
    for expected in ("食品经营许可证编号", "疏散通道被占用", "行政复议", "公共场地占用费200.00元", "已缴，收据号SJ-1"):
        assert expected in words, expected
    assert part(case_id, "food").delivered_at is not None
    assert _pdf(client, case_id, letter.id).startswith(b"%PDF")


def test_another_firms_agent_finds_none_of_it(town: Town) -> None:
    case_id = sent(town)
    stranger = browser("zhou-minhua")
    for address in (f"/cases/{case_id}", f"/cases/{part(case_id, 'food').id}", f"/cases/{case_id}/withdraw", f"/apply/{case_id}"):
        assert stranger.get(address).status_code == 404, address


def _pdf(client: Client, case_id: UUID, letter_id: UUID) -> bytes:
    answered = client.get(f"/cases/{case_id}/letters/{letter_id}.pdf")
    return b"".join(answered.streaming_content) if answered.streaming else answered.content  # type: ignore[union-attr]


def test_a_bundle_that_was_given_up_says_so_and_announces_no_visit(town: Town) -> None:
    case_id, client = sent(town), browser("chen-xiao")
    assert "时间还没有定" in text(client, f"/cases/{case_id}")
    acts.withdraw(case_id, actor=town.actor("chen-xiao"), key=key(), version=Case.objects.get(pk=case_id).version, words="不开了")
    page = text(client, f"/cases/{case_id}")
    history = page.split("办理记录")[1]
    assert "申请人撤回 陈晓 不开了" in history
    assert "全部办成" not in history
    assert "时间还没有定" not in page
    assert "已暂停" not in page
