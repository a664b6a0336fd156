"""陈晓 gets a restaurant its licence: questions of daily life shape the form, two inspectors go there, and anybody can check what comes out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.desk.making import Town
from tests.journeys.walks import RESTAURANT, RESTAURANT_ANSWERS, answer, applications, begin, go_on, press, promise_and_send, upload
from tongban.cases import acts
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Visitor = Callable[..., Page]


def decide(case_id: UUID) -> None:
    """What the officers do: accept, review, check on site, decide."""
    town = Town()
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="核查合格，准予许可。")


def test_questions_of_daily_life_shape_the_form_and_shrink_the_paper_list(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    begin(page, RESTAURANT)
    papers = page.locator(".tb-aside .tb-papers li")
    for name, who in (
        ("营业执照复印件", "市场监管局提供"),
        ("不动产权证书复印件", "自然资源局提供"),
        ("从业人员健康证明", "卫生健康委提供"),
    ):
        line = papers.filter(has_text=name)
        expect(line.locator("s")).to_have_text(name)
        expect(line).to_contain_text(who)

    press(page, page.locator("main a.govuk-button"))
    expect(page.get_by_text("卖凉拌菜吗？")).to_have_count(0)
    answer(page, {"business": "restaurant"})
    expect(page.get_by_text("卖凉拌菜吗？")).to_be_visible()
    cold_room = papers.filter(has_text="凉菜、生食专间布局图")
    answer(page, {"cold_dishes": "yes"})
    expect(cold_room).to_contain_text("要上传")
    expect(cold_room.locator("s")).to_have_count(0)
    answer(page, {"cold_dishes": "no"})
    expect(cold_room).to_contain_text("看您的回答")
    answer(page, {"raw_seafood": "no"})
    expect(cold_room.locator("s")).to_have_count(1)
    expect(cold_room).to_contain_text("按您的回答不需要")
    answer(page, {"business": "prepackaged"})
    expect(papers.filter(has_text="经营场所布局图").locator("s")).to_have_count(1)
    expect(page.get_by_text("卖凉拌菜吗？")).to_have_count(0)


def test_a_restaurant_goes_from_first_question_to_a_licence_that_a_stranger_checks(
    page: Page, sign_in: Become, work: Callable[[], int], visitor: Visitor
) -> None:
    sign_in(page, "chen-xiao")
    begin(page, RESTAURANT)
    press(page, page.locator("main a.govuk-button"))
    for section_id, answers in RESTAURANT_ANSWERS.items():
        assert page.url.endswith(section_id)
        if section_id == "shop":
            upload(page, "kitchen_plan")
        answer(
            page,
            {name: value for name, value in answers.items() if name != "business"}
            if section_id != "business"
            else {"business": "restaurant"},
        )
        if section_id == "business":
            expect(page.locator("[name=cold_dishes]").first).to_be_attached()
            answer(page, {name: value for name, value in answers.items() if name != "business"})
        go_on(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("检查后提交")
    expect(page.locator("main")).to_contain_text("布局图.jpg")
    expect(page.locator(".tb-prefilled", has_text="坐落")).to_contain_text("自然资源局")
    promise_and_send(page)
    expect(page.locator(".tb-confirm")).to_contain_text("已提交")
    [case] = applications("chen-xiao")
    expect(page.locator(".tb-confirm")).to_contain_text(case.number)

    decide(case.id)
    work()
    page.goto(f"/cases/{case.id}")
    press(page, page.get_by_role("link", name="查看证照").or_(page.get_by_role("button", name="查看证照")))
    expect(page.locator("article")).to_contain_text("云川市江北区味来餐饮店")
    expect(page.locator(".tb-seal")).to_contain_text("演示专用，无法律效力")
    pdf = page.request.get(page.get_by_role("link", name="下载 PDF").get_attribute("href") or "")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")

    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".tb-qr svg").screenshot())))
    _a_stranger_checks(visitor, code.text)


def _a_stranger_checks(visitor: Visitor, address: str) -> None:
    stranger = visitor()
    stranger.goto(address)
    verdict = stranger.locator("#answer")
    expect(verdict).to_contain_text("签发属实，现在有效")
    expect(verdict).to_contain_text("云川市江北区味来餐饮店")
    expect(verdict).to_contain_text("云川市市场监督管理局")
    assert re.search(r"有效期\s*\d{4}年\d+月\d+日 至 \d{4}年\d+月\d+日", verdict.inner_text())

    front, _, token = address.partition("#c=")
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    forger = visitor()
    forger.goto(f"{front}#c={token[:middle]}{other}{token[middle + 1 :]}")
    expect(forger.locator("#answer .tb-notice--amber")).to_be_visible()
    expect(forger.locator("#answer")).not_to_contain_text("现在有效")
