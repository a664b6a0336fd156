"""李敏 claims the old-age allowance for her mother: one answer, granted as it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walks import CARD, MOTHER, applications, choose_delivery, press

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]


@dataclass(frozen=True)
class Words:
    """What the pages say, in one language."""

    lang: str
    search: str
    button: str
    service: str
    start: str
    child: str
    next: str
    known: str
    save: str
    from_whom: str
    nothing: str
    at_once: str
    promise: str
    send: str
    granted: str
    amount: str
    letter: str
    to_whom: str
    message: str
    asked: str


ZH = Words(
    "zh",
    "老人补贴",
    "搜索",
    "高龄津贴",
    "开始办理",
    "王秀英（您是子女）",
    "下一步",
    "系统已掌握 6 项，您只填 1 项",
    "保存，下一步",
    r"公安局 · 今天 \d\d:\d\d 取得 · 仅用于本次申请",
    r"民政局 · 今天 \d\d:\d\d 查询 · 无此记录",
    "条件全部符合，提交后当场办结。",
    "我确认所填内容和上传的材料属实。",
    "提交申请",
    "已办结：准予",
    "每月 50 元",
    "准予发放决定书",
    "发给 李敏",
    "高龄津贴",
    "出生日期",
)
EN = Words(
    "en",
    "old-age allowance",
    "Search",
    "Old-age allowance",
    "Start now",
    "王秀英 (you are their child)",
    "Continue",
    "We already know 6 things; you answer only 1",
    "Save and continue",
    r"Public Security.* today \d\d:\d\d",
    r"Civil Affairs.* today \d\d:\d\d",
    "Every condition is met: it is settled as you send it.",
    "I confirm that what I gave and uploaded is true.",
    "Send the application",
    "Done: granted",
    "¥50 a month",
    "Decision to Pay",
    "To 李敏",
    "allowance",
    "Date of birth",
)


@pytest.mark.parametrize("t", [ZH, EN], ids=["zh", "en"])
def test_a_daughter_confirms_an_account_and_her_mother_is_granted_the_allowance_at_once(
    page: Page, sign_in: Become, work: Callable[[], int], shot: Callable[[Page, str], None], t: Words
) -> None:
    page.goto(f"/look/set?lang={t.lang}&next=/")
    sign_in(page, "li-min")

    page.get_by_role("searchbox").fill(t.search)
    press(page, page.get_by_role("button", name=t.button))
    press(page, page.get_by_role("link", name=t.service, exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(t.service)
    press(page, page.get_by_role("button", name=t.start).or_(page.get_by_role("link", name=t.start)))

    page.get_by_label(t.child).check(force=True)
    press(page, page.get_by_role("button", name=t.next))
    expect(page.get_by_role("heading", level=1)).to_have_text(t.known)
    expect(page.locator(".tb-prefilled")).to_have_count(6)
    expect(page.locator("main")).to_contain_text(MOTHER)
    _the_home_page_says_what_waits(page, shot, t)

    press(page, page.get_by_role("link", name=t.next).or_(page.get_by_role("button", name=t.next)))
    assert page.locator("main form :is(input:not([type=hidden]), select, textarea)").count() == 1, "no more than one answer is asked"
    page.locator("#bank_account").fill("6222 0200 0000 0000 001")
    press(page, page.get_by_role("button", name=t.save))

    _each_supplied_value_names_source_and_time(page, t)
    expect(page.locator("main")).to_contain_text(CARD)
    expect(page.locator("main")).to_contain_text(t.at_once)
    choose_delivery(page)
    page.get_by_label(t.promise).check(force=True)
    press(page, page.get_by_role("button", name=t.send))

    expect(page.get_by_role("heading", level=1)).to_contain_text(t.granted)
    expect(page.locator("#result")).to_contain_text(t.amount)
    [case] = applications("li-min")
    expect(page.locator(".tb-confirm")).to_contain_text(case.number)

    press(page, page.get_by_role("link", name=t.letter))
    expect(page.locator("article")).to_contain_text(MOTHER)
    expect(page.locator(".tb-seal")).to_be_visible()
    pdf = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href") or "")
    assert pdf.body().startswith(b"%PDF-")

    _the_phone_buzzed(page, work, t)
    _who_looked(page, t)


def _the_home_page_says_what_waits(page: Page, shot: Callable[[Page, str], None], t: Words) -> None:
    here = page.url
    page.goto("/")
    press(page, page.locator(".tb-matters a", has_text=t.service))
    assert page.url == here
    if t.lang == "zh":
        page.goto("/")
        shot(page, "portal")
        page.goto(here)


def _each_supplied_value_names_source_and_time(page: Page, t: Words) -> None:
    sources = page.locator(".tb-prefilled__source").all_inner_texts()
    assert len(sources) == 6
    for source in sources:
        assert re.search(t.from_whom, source) or re.search(t.nothing, source), source


def _the_phone_buzzed(page: Page, work: Callable[[], int], t: Words) -> None:
    work()
    page.goto("/")
    page.locator(".demo__tools a[aria-controls=demo-phone]").click()
    message = page.locator("#demo-phone .phone__message", has_text=t.to_whom)
    expect(message).to_have_count(2)  # granted, and that it can be rated now that it was read
    expect(message.last).to_contain_text(t.message)
    page.goto("/inbox")
    expect(page.locator("main .tb-case").first).to_contain_text(t.message)
    page.goto("/")
    expect(page.locator(".tb-count")).to_have_count(0)


def _who_looked(page: Page, t: Words) -> None:
    press(page, page.locator("main a[href='/my-data']"))
    hers = page.locator("section", has_text=MOTHER)
    expect(hers).to_contain_text(t.asked)
    expect(hers).to_contain_text(t.service)
    assert hers.locator("tbody tr").count() == 3
