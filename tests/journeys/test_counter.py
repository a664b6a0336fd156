"""An elder without a telephone comes to the counter; a firm's mandate is given and taken back. In the browser, with its picture at every stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.counter.making import CARD, number_of
from tests.files.making import jpg
from tests.journeys.walks import PREMISES, press
from tongban.cases.models import Case, Confirmation, Event, Upload

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def come(page: Page, login: str, document: str = "居民身份证") -> None:
    """Somebody's card is read, and their document looked at."""
    page.goto("/counter/")
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(number_of(login))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text(document, exact=True).click()
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("y")


def sign(page: Page) -> None:
    """A name drawn on the pad."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 50)
    page.mouse.down()
    for n in range(1, 25):
        page.mouse.move(box["x"] + 40 + 9 * n, box["y"] + 50 + (n % 5) * 8)
    page.mouse.up()


def test_an_elder_comes_and_leaves_with_the_allowance(
    page: Page, city: object, sign_in: Become, axe: Axe, shot: Shot, work: Callable[[], int]
):
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "he-fang")
    assert page.url.endswith("/counter/")
    axe(page)
    shot(page, "counter-home")
    come(page, "zhou-defu")
    expect(page.locator(".ct-band")).to_contain_text("没有网上账号")
    axe(page)
    shot(page, "counter-attend")
    page.locator("#service-q").fill("老人补贴")
    page.keyboard.press("Enter")
    press(page, page.locator(".ct-service", has_text="高龄津贴"))
    axe(page)
    press(page, page.get_by_role("button", name="开始填写"))
    page.locator("#bank_account").fill(CARD)
    axe(page)
    shot(page, "counter-form")
    press(page, page.get_by_role("button", name="保存，下一步"))
    expect(page.locator("h1", has_text="请您核对")).to_be_visible()
    expect(page.locator(".ct-read").first).to_contain_text(CARD)
    axe(page)
    page.goto(
        f"/look/set?elder=1&next={page.url.partition('//')[2].partition('/')[2] and '/' + page.url.partition('//')[2].partition('/')[2]}"
    )
    axe(page)
    shot(page, "counter-confirm-elder")
    press(page, page.get_by_role("button", name="确认并提交"))
    expect(page.locator(".govuk-error-summary")).to_contain_text("还没有签名")
    sign(page)
    shot(page, "counter-confirm-signed")
    press(page, page.get_by_role("button", name="确认并提交"))
    expect(page.locator(".tb-confirm")).to_contain_text("当场办结")
    axe(page)
    page.goto(f"/look/set?elder=0&next=/{page.url.partition('//')[2].partition('/')[2]}")
    shot(page, "counter-taken")
    case = Case.objects.get()
    assert Confirmation.objects.get().signature
    receipt = page.context.request.get(f"/counter/cases/{case.id}/receipt.pdf")
    assert receipt.headers["content-type"] == "application/pdf"
    page.locator("h1").first.click()
    with page.expect_navigation():
        page.keyboard.press("h")
    axe(page)
    sign(page)
    press(page, page.get_by_role("button", name="签好了，交付"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已交付并记录")
    axe(page)
    shot(page, "counter-handed")
    printed = "form => fetch(form.action, {method: 'POST', body: new FormData(form)}).then(answer => answer.headers.get('content-type'))"
    assert page.locator(".ct-print").first.evaluate(printed) == "application/pdf"
    page.locator("h1").first.click()
    with page.expect_navigation():
        page.keyboard.press("q")
    assert page.url.endswith("/counter/")
    expect(page.locator(".ct-list")).to_contain_text("周德福")
    assert [event.act for event in Event.objects.order_by("id")] == ["send", "deliver", "print"]
    work()
    sign_in(page, "xu-jing")
    page.goto("/desk/channels")
    expect(page.locator(".tb-shares").first).to_contain_text("100%")
    axe(page)
    shot(page, "desk-channels")


def test_a_restaurant_is_taken_in_accepted_and_handed_out_later(page: Page, city: object, sign_in: Become, axe: Axe, shot: Shot):
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "he-fang")
    come(page, "chen-xiao")
    press(page, page.locator(".ct-service", has_text="食品经营许可"))
    page.locator(".govuk-radios__item", has_text="味来").locator("input").check(force=True)
    press(page, page.get_by_role("button", name="开始填写"))
    page.locator("[name=business][value=restaurant]").check(force=True)
    expect(page.locator("[name=cold_dishes]").first).to_be_attached()
    for name in ("cold_dishes", "fresh_juice", "raw_seafood"):
        with page.expect_response(lambda answer: "redraw=1" in answer.url):
            page.locator(f"[name={name}][value=no]").check(force=True)
        page.wait_for_timeout(150)
    page.locator("#property_no").fill(PREMISES)
    page.locator("#safety_officer").fill("赵建国")
    page.locator("#staff_count").fill("1")
    press(page, page.get_by_role("button", name="保存，下一步"))
    pages = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": jpg(300 + n, 400)} for n in range(3)]
    page.set_input_files("#kitchen_plan", pages)
    page.locator("label[for=seen-kitchen_plan]").click()
    page.locator("#copy-kitchen_plan").fill("A3 柜")
    axe(page)
    shot(page, "counter-papers")
    press(page, page.get_by_role("button", name="保存，下一步"))
    expect(page.locator(".ct-read").nth(1)).to_contain_text("已核对原件")
    page.get_by_text("在纸上签名", exact=True).click()
    page.locator("#copy_at").fill("A3 柜第 5 格")
    press(page, page.get_by_role("button", name="确认并提交"))
    expect(page.locator(".tb-confirm")).to_contain_text("已收件")
    assert Upload.objects.get().media_type == "application/pdf"
    press(page, page.locator(".tb-queues a", has_text="待受理"))
    press(page, page.locator(".tb-row").first)
    expect(page.locator(".dk-side")).to_contain_text("何芳协助")
    page.keyboard.press("a")
    press(page, page.get_by_role("button", name="确认受理"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已受理")
    axe(page)


def test_a_mandate_is_given_used_and_taken_back(visitor: Callable[..., Page], city: object, sign_in: Become, axe: Axe, shot: Shot):
    owner, agent = visitor(), visitor()
    sign_in(owner, "zhao-jianguo")
    owner.goto("/mandates")
    axe(owner)
    press(owner, owner.locator(".tb-section", has_text="味来").get_by_role("link", name="委托别人来办"))
    owner.locator("#name").fill("李敏")
    owner.locator("#number").fill(number_of("li-min"))
    owner.get_by_text("户外招牌设置", exact=True).click()
    for name, value in (("year", "2030"), ("month", "12"), ("day", "31")):
        owner.locator(f"[name=ends-{name}]").fill(value)
    axe(owner)
    press(owner, owner.get_by_role("button", name="确认委托"))
    expect(owner.locator(".tb-notice--green")).to_contain_text("已委托")
    shot(owner, "mandates")
    sign_in(agent, "li-min")
    agent.goto("/mandates")
    expect(agent.locator("#held")).to_contain_text("味来")
    agent.goto("/services/outdoor-sign/start")
    agent.locator(".govuk-radios__item", has_text="味来").locator("input").check(force=True)
    press(agent, agent.locator("main form button"))
    draft = agent.url
    owner.goto("/inbox")
    expect(owner.locator("main")).to_contain_text("有人受您委托，开始办理户外招牌设置")
    owner.goto("/mandates")
    press(owner, owner.get_by_role("link", name="李敏").first)
    expect(owner.locator("main")).to_contain_text("草稿")
    axe(owner)
    press(owner, owner.get_by_role("link", name="撤销委托"))
    axe(owner)
    press(owner, owner.get_by_role("button", name="撤销", exact=True))
    expect(owner.locator(".tb-notice--green")).to_contain_text("立即生效")
    assert agent.goto(draft).status == 404
    agent.goto("/mandates")
    expect(agent.locator("#held")).not_to_contain_text("户外招牌设置 ·")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1440, 375])
def test_the_counter_holds_at_every_width_and_in_both_languages(
    page: Page, city: object, sign_in: Become, axe: Axe, shot: Shot, lang: str, width: int
):
    page.set_viewport_size({"width": width, "height": 900 if width > 500 else 812})
    sign_in(page, "he-fang")
    come(page, "chen-xiao")
    attendance = page.url.partition("//")[2].partition("/")[2]
    page.goto(f"/look/set?lang={lang}&next=/{attendance}")
    for name, path in (
        ("attend", f"/{attendance}"),
        ("letter", f"/{attendance}/letter"),
        ("start", f"/{attendance}/start/outdoor-sign"),
        ("collect", "/counter/collect"),
        ("mail", "/counter/mail"),
        ("find", "/counter/find"),
        ("enter", "/counter/enter"),
        ("home", "/counter/"),
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        axe(page)
        shot(page, f"counter-{name}-{width}-{lang}")
    page.goto("/counter/")
    page.locator(".ct-band, .tb-queues").first.wait_for()
    for path in ("/progress", "/channels", "/mandates", "/mandates/give"):
        sign_in(page, "zhao-jianguo")
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        axe(page)


def test_the_counter_works_without_script(visitor: Callable[..., Page], city: object, sign_in: Become):
    page = visitor(java_script_enabled=False)
    sign_in(page, "he-fang")
    page.goto("/counter/")
    page.locator("#number").fill(number_of("zhou-defu"))
    page.get_by_role("button", name="查找").click()
    page.get_by_text("居民身份证", exact=True).click()
    page.get_by_role("button", name="一致，开始接待").click()
    page.locator(".ct-service", has_text="高龄津贴").click()
    page.get_by_role("button", name="开始填写").click()
    page.locator("#bank_account").fill(CARD)
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_text("在纸上签名", exact=True).click()
    page.locator("#copy_at").fill("A3 柜第 5 格")
    page.get_by_role("button", name="确认并提交").click()
    expect(page.locator(".tb-confirm")).to_contain_text("当场办结")
