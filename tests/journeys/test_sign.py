"""A sign on one's own shop is a filing with a receipt at once; a larger one is a licence that officers decide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walks import SIGN, SIGN_ANSWERS, answer, begin, check, go_on, promise_and_send, section, upload

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]


def test_a_small_sign_on_the_own_shop_is_filed_and_has_its_receipt_at_once(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, SIGN)
    for section_id, answers in SIGN_ANSWERS.items():
        section(page, case_id, section_id)
        answer(page, answers)
        go_on(page)
    check(page, case_id)
    expect(page.locator("main")).to_contain_text("条件全部符合，提交后当场办结。")
    promise_and_send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已备案")
    expect(page.locator("main")).not_to_contain_text("许可证")
    page.locator("#result a", has_text="回执").click()
    expect(page.locator("article")).to_contain_text("云川市江北区味来餐饮店")


def test_a_larger_sign_needs_drawings_and_goes_to_an_officer(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, SIGN)
    for section_id, answers in SIGN_ANSWERS.items():
        section(page, case_id, section_id)
        answer(page, {**answers, **({"area_m2": "24.5"} if section_id == "sign" else {})})
        go_on(page)
    section(page, case_id, "drawings")
    go_on(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("请上传这份材料。")
    upload(page, "effect_drawing", "效果图.jpg")
    upload(page, "structure_drawing", "结构图.jpg")
    go_on(page)
    expect(page.locator("main")).to_contain_text("走“设置许可，审查后决定”，承诺 2 个工作日 办结。")
    promise_and_send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已提交")
    expect(page.locator("#way")).to_contain_text("图纸审查")
    expect(page.locator("#result")).to_have_count(0)
