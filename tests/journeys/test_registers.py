"""A bureau without a system of its own uploads its weekly table: faults, corrected, differences, applied; and an application is checked against it."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.exchange.sheets import uscc
from tests.journeys.walks import SIGN, SIGN_ANSWERS, answer, begin, check, go_on, press, promise_and_send, section
from tongban.exchange import acts
from tongban.exchange import reads as exchange
from tongban.parties import reads as parties

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]
SIGNS = "urban-management/sign-approvals"
PAGE = f"/desk/registers/{SIGNS}"
PLACE = "江北区望江路 18 号门头"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def shop(city: object) -> str:
    """The restaurant's code; it has no sign yet."""
    agent = parties.actor(parties.account("chen-xiao"))
    firm = next(one for one in parties.principals(agent.person_id) if one.kind == "firm")
    code = parties.identifiers("firm", firm.id)["uscc"]
    assert exchange.record_of(SIGNS, code) is None
    return code


def test_a_weekly_table_goes_from_faults_to_an_application_that_sees_it(page: Page, shop: str, sign_in: Become, axe: Axe, shot: Shot):
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "tian-jing")
    expect(page.get_by_role("heading", level=1)).to_have_text("部门登记册")
    axe(page)
    shot(page, "registers")
    page.get_by_role("link", name="户外招牌设置信息").click()
    axe(page)
    shot(page, "register")
    template = _template(page)

    other = [uscc(2), "HW0003", "山前区槐荫街 9 号", "2027-03-31"]
    _upload(
        page,
        _filled(template, [shop, "HW0001", PLACE, "2027年6月31日"], [uscc(1)[:-1], "HW0002", "高新区创新路 3 号", "2027-01-01"], other),
    )
    expect(page.locator(".dk-faults tbody tr")).to_have_count(2)
    expect(page.locator(".dk-faults")).to_contain_text("第 3 行 D 列")
    expect(page.locator(".dk-faults")).to_contain_text("“2027年6月31日”不是真实的日期")
    expect(page.locator(".dk-faults")).to_contain_text("第 4 行 A 列")
    axe(page)
    shot(page, "register-faults")
    press(page, page.get_by_role("button", name="应用到登记册"))
    expect(page.locator(".tb-notice--amber")).to_contain_text("文件中有错误行")
    press(page, page.get_by_role("link", name="改好重新上传"))

    _upload(
        page, _filled(template, [shop, "HW0001", PLACE, "2027年6月30日"], [uscc(1), "HW0002", "高新区创新路 3 号", "2027-01-01"], other)
    )
    expect(page.locator(".dk-tabs a[aria-current]")).to_contain_text("新增")
    expect(page.locator(".dk-whole")).to_contain_text(shop)
    expect(page.locator(".dk-whole")).to_contain_text("2027年6月30日")
    axe(page)
    shot(page, "register-new")
    page.get_by_role("link", name="表中没有").click()
    axe(page)
    press(page, page.get_by_role("button", name="应用到登记册"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已应用")
    shot(page, "register-applied")

    sign_in(page, "chen-xiao")
    case_id = _apply(page)
    page.goto(f"/apply/{case_id}")
    expect(page.locator("main")).to_contain_text("2027年6月30日")
    check(page, case_id)
    expect(page.locator("main")).not_to_contain_text("提交后当场办结")
    promise_and_send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已提交")


def test_a_wrong_table_is_taken_back_and_the_next_application_does_not_see_it(page: Page, shop: str, sign_in: Become):
    sign_in(page, "tian-jing")
    page.goto(PAGE)
    _upload(page, _filled(_template(page), [shop, "HW0001", PLACE, "2027-06-30"]))
    press(page, page.get_by_role("button", name="应用到登记册"))
    press(page, page.get_by_role("button", name="撤销这次上传"))
    expect(page.locator(".tb-notice--green")).to_contain_text("已撤销")
    sign_in(page, "chen-xiao")
    case_id = _apply(page)
    check(page, case_id)
    expect(page.locator("main")).to_contain_text("条件全部符合，提交后当场办结。")


def test_the_whole_way_works_without_script_and_on_a_phone(visitor: Callable[..., Page], shop: str, sign_in: Become, shot: Shot):
    page = visitor(java_script_enabled=False, viewport={"width": 375, "height": 812})
    sign_in(page, "tian-jing")
    page.get_by_role("link", name="户外招牌设置信息").click()
    for serial in (7, 8):
        acts.enter_record(SIGNS, uscc(serial), {"approval_no": f"HW{serial}"}, by="test", reason="test")
    count = exchange.register(SIGNS).rows
    _upload(page, f"统一社会信用代码,文书编号,设置位置,有效期至\r\n{shop},HW0001,望江路,2027-06-30\r\n".encode("gb18030"), "招牌.csv")
    shot(page, "register-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_label("删去，整册替换为这份表").check(force=True)
    page.get_by_role("button", name="应用到登记册").click()
    expect(page.locator(".tb-notice--amber")).to_contain_text(f"会删去 {count} 条记录")
    page.get_by_label("删去，整册替换为这份表").check(force=True)
    page.locator("#confirmed").fill(str(count))
    page.get_by_role("button", name="应用到登记册").click()
    expect(page.locator(".tb-notice--green")).to_contain_text("已应用")
    assert exchange.register(SIGNS).rows == 1


def test_a_box_is_had_as_a_workbook(page: Page, city: object, sign_in: Become):
    from tests.desk.making import Town

    Town().apply()
    sign_in(page, "liu-yang")
    page.goto("/desk/?box=mine")
    with page.expect_download() as download:
        page.locator(".dk-exports a", has_text="xlsx").click()
    assert download.value.suggested_filename.startswith("待我办-")
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert sheet["C2"].value == "云川市江北区味来餐饮店"


def _template(page: Page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name="空白模板").click()
    return download.value.path().read_bytes()


def _filled(template: bytes, *rows: list[str]) -> bytes:
    """The template as somebody fills it in, from the third row on: the second is hidden."""
    book = load_workbook(io.BytesIO(template))
    for number, row in enumerate(rows, 3):
        for at, value in enumerate(row, 1):
            book.worksheets[0].cell(number, at, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _upload(page: Page, content: bytes, name: str = "招牌第45周.xlsx") -> None:
    page.set_input_files("#file", {"name": name, "mimeType": XLSX if name.endswith("xlsx") else "text/csv", "buffer": content})
    press(page, page.get_by_role("button", name="上传并核对"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _apply(page: Page) -> UUID:
    case_id = begin(page, SIGN)
    for section_id, answers in SIGN_ANSWERS.items():
        section(page, case_id, section_id)
        answer(page, answers)
        go_on(page)
    return case_id
