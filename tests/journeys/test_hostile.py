"""Strangers, forgers and bad papers: nothing bad happens, and whoever erred in good faith is told what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.desk.making import Town
from tests.files.making import jpg, pdf_with_catalog, png_of_declared_size
from tests.journeys.walks import (
    ALLOWANCE,
    CARD,
    MOTHER,
    PREMISES,
    RESTAURANT,
    SIGN,
    answer,
    applications,
    apply_for_allowance,
    apply_for_restaurant,
    begin,
    check,
    fill_restaurant,
    go_on,
    press,
    promise_and_send,
    section,
    stored,
    upload,
)
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.credentials import reads as credentials
from tongban.exchange import reads as exchange
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties

pytestmark = pytest.mark.journey

Become = Callable[[Page, str], None]
Visitor = Callable[..., Page]
NOBODYS = "01900000-0000-7000-8000-000000000000"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


def post(page: Page, address: str, **fields: str) -> APIResponse:
    """What a forger sends from a page of the city, with a token that fits."""
    token = next((cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken"), "")
    origin = page.evaluate("location.origin")
    return page.request.post(
        address,
        form={"csrfmiddlewaretoken": token, **fields},
        headers={"Origin": origin, "Referer": page.url, "Sec-Fetch-Site": "same-origin"},
    )


def licensed(town: Town) -> UUID:
    """A restaurant's case with all that comes out."""
    case_id = town.apply()
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="核查合格")
    return case_id


def addresses_of(case_id: UUID, town: Town) -> list[str]:
    """Everything of a case that has an address."""
    view = cases.case_view(case_id, town.actor("chen-xiao"))
    [licence] = credentials.of_case(case_id)
    of_letter = f"/cases/{case_id}/letters/{view.letters[0].id}"
    return [
        f"/cases/{case_id}",
        f"/cases/{case_id}/withdraw",
        of_letter,
        f"{of_letter}.pdf",
        f"/cases/{case_id}/papers/{view.uploads[0].id}",
        f"/licences/{licence.id}",
        f"/licences/{licence.id}.pdf",
    ]


def test_anothers_case_letter_licence_and_paper_are_not_found_just_as_what_does_not_exist(page: Page, sign_in: Become) -> None:
    town = Town()
    theirs = addresses_of(licensed(town), town)
    sign_in(page, "chen-xiao")
    assert {page.request.get(address).status for address in theirs} == {200}
    sign_in(page, "li-min")
    for address in theirs:
        parts = address.split("/")
        nobodys = "/".join(NOBODYS + part[36:] if len(part) >= 36 else part for part in parts)
        refused, missing = page.request.get(address), page.request.get(nobodys)
        assert (refused.status, missing.status) == (404, 404), address
        assert _words(page, address) == _words(page, nobodys), address


def test_anothers_draft_is_not_found_and_nobody_is_asked_about_them(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    asked = len(exchange.answers(case_id))
    sign_in(page, "li-min")
    for path in ("", "/business", "/check", "/discard"):
        assert page.request.get(f"/apply/{case_id}{path}").status == 404
        assert page.request.get(f"/apply/{NOBODYS}{path}").status == 404
        assert _words(page, f"/apply/{case_id}{path}") == _words(page, f"/apply/{NOBODYS}{path}")
    for path in ("/business", "/save", "/send", "/discard", "/paper/kitchen_plan"):
        for whose in (case_id, NOBODYS):
            assert post(page, f"/apply/{whose}{path}", business="canteen", promise="yes", remove="1", section="business").status == 404, (
                path
            )
    assert stored("chen-xiao", case_id)["business"] is None
    assert len(exchange.answers(case_id)) == asked


def test_a_guest_is_led_to_the_sign_in_and_learns_nothing(page: Page, sign_in: Become, visitor: Visitor) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    guest = visitor()
    for path in (f"/apply/{case_id}", f"/apply/{NOBODYS}", "/cases", "/licences", "/inbox", "/my-data"):
        guest.goto(path)
        assert "/sign-in?next=" in guest.url
        expect(guest.locator("main")).not_to_contain_text("味来")


def test_nobody_begins_for_a_stranger_or_in_a_situation_that_there_is_not(page: Page, sign_in: Become) -> None:
    town = Town()
    stranger = town.actor("zhao-jianguo").person_id
    sign_in(page, "li-min")
    for fields in (
        {"principal": f"person:{stranger}", "situation": "new"},
        {"principal": f"firm:{stranger}", "situation": "new"},
        {"principal": "person:'; DROP TABLE", "situation": "new"},
        {},
    ):
        assert post(page, f"/services/{ALLOWANCE}/start", **fields).status == 422
    mother = next(one for one in parties.principals(town.actor("li-min").person_id) if one.name == MOTHER)
    assert post(page, f"/services/{ALLOWANCE}/start", principal=f"person:{mother.id}", situation="free-money").status in (400, 422)
    assert post(page, f"/services/{RESTAURANT}/start", principal=f"person:{mother.id}", situation="new").status == 422
    assert applications("li-min") == []


def test_tampered_hidden_fields_do_nothing(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    for version in ("99999999999999999999", "9" * 5000, "-1", "abc", "１", ""):
        assert post(page, f"/apply/{case_id}/people", version=version, section="people", safety_officer="赵建国").status in (200, 409, 422)
        assert post(page, f"/apply/{case_id}/save", version=version, section="people", safety_officer="赵建国").status in (200, 409)
    assert post(page, f"/apply/{case_id}/save", version="1", section="nothing", safety_officer="别人").status == 200
    assert post(page, f"/apply/{case_id}/no-such-page", version="1", safety_officer="别人").status in (200, 404)
    assert post(
        page, f"/apply/{case_id}/people", version="999", section="business", state="granted", applicant_id=NOBODYS, amount_fen="1"
    ).ok
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"
    for key in ("", "x" * 10_000, "null", NOBODYS):
        assert post(page, f"/apply/{case_id}/send", version="99999999999", key=key, promise="yes", delivery="electronic").status in (
            409,
            422,
        )
    [case] = applications("chen-xiao")
    assert case.state == "draft"


def test_a_key_used_before_sends_no_other_case(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    first = begin(page, RESTAURANT)
    fill_restaurant(page, first)
    key = page.locator("input[name=key]").get_attribute("value") or ""
    promise_and_send(page)
    other = begin(page, SIGN)
    assert post(page, f"/apply/{other}/send", key=key, version="1", promise="yes", delivery="electronic").status in (409, 422)
    assert {case.id: case.state for case in applications("chen-xiao")} == {first: "received", other: "draft"}


def test_withdrawing_with_tampered_fields_does_nothing(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = apply_for_restaurant(page)
    for version in ("abc", "0", "9" * 30):
        assert post(page, f"/cases/{case_id}/withdraw", version=version, key="x", words="算了").status == 409
    [case] = applications("chen-xiao")
    assert case.state == "received"


@pytest.mark.parametrize(
    ("name", "media_type", "content", "reason"),
    [
        ("大图.jpg", "image/jpeg", jpg() + bytes(11_000_000), "超过"),
        ("布局图.pdf", "application/pdf", b"MZ\x90\x00" + bytes(2000), "认不出的文件"),
        ("布局图.pdf", "application/pdf", pdf_with_catalog(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "自动执行"),
        ("空.jpg", "image/jpeg", b"", "空"),
        ("巨图.png", "image/png", png_of_declared_size(60_000, 60_000), "像素"),
    ],
    ids=["too-big", "program-named-pdf", "pdf-with-script", "empty", "image-bomb"],
)
def test_a_bad_paper_is_refused_in_words_and_everything_else_is_kept(
    page: Page, sign_in: Become, name: str, media_type: str, content: bytes, reason: str
) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    post(
        page,
        f"/apply/{case_id}/save",
        version="1",
        section="business",
        business="restaurant",
        cold_dishes="yes",
        fresh_juice="no",
        raw_seafood="no",
    )
    section(page, case_id, "shop")
    answer(page, {"property_no": PREMISES})
    upload(page, "cold_room_plan", "专间.jpg")
    upload(page, "kitchen_plan", name, content, media_type)
    go_on(page)
    expect(page.locator("#kitchen_plan-error")).to_contain_text(reason)
    expect(page.locator(".govuk-error-summary")).to_contain_text(reason)
    expect(page.locator("#property_no")).to_have_value(PREMISES)
    expect(page.locator(".tb-kept")).to_contain_text("专间.jpg")
    upload(page, "kitchen_plan")
    go_on(page)
    expect(page).to_have_url(page.url.replace("/shop", "/people"))


def test_a_form_from_elsewhere_is_refused_and_says_so(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    forged = page.request.post(
        f"/apply/{case_id}/people",
        form={"safety_officer": "别人"},
        headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert forged.status == 403
    assert "没有提交" in forged.text()
    assert stored("chen-xiao", case_id)["safety_officer"] is None


def test_a_page_whose_token_ended_offers_the_form_again(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    page.context.clear_cookies(name="csrftoken")
    answer(page, {"safety_officer": "赵建国"})
    page.locator("button[name=leave]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您填的内容还在")
    press(page, page.locator("main form button"))
    assert page.url.endswith("/cases")
    assert stored("chen-xiao", case_id)["safety_officer"] == "赵建国"


def test_markup_in_every_text_field_is_shown_as_it_was_typed(page: Page, sign_in: Become, visitor: Visitor) -> None:
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    post(
        page,
        f"/apply/{case_id}/save",
        version="1",
        section="business",
        business="restaurant",
        cold_dishes="no",
        fresh_juice="yes",
        raw_seafood="yes",
    )
    section(page, case_id, "shop")
    short = SCRIPT[:40]
    answer(page, {"property_no": short, "juice_cleaning": SCRIPT, "seafood_supplier": SCRIPT})
    upload(page, "kitchen_plan", "<img src=x onerror=alert(3)>.jpg")
    upload(page, "cold_room_plan")
    go_on(page)
    answer(page, {"safety_officer": short, "staff_count": "1"})
    go_on(page)
    check(page, case_id)
    for text in (short, SCRIPT):
        expect(page.locator("main")).to_contain_text(text)
    assert page.locator("main :is(script, img[src=x])").count() == 0
    promise_and_send(page)
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text(SCRIPT)
    assert page.locator("main :is(script, img[src=x])").count() == 0
    officer = visitor()
    officer.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    sign_in(officer, "liu-yang")
    officer.goto(f"/desk/cases/{case_id}")
    expect(officer.locator("body")).to_contain_text(SCRIPT)
    assert officer.locator("body :is(img[src=x])").count() == 0
    page.goto("/search?q=" + "%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator("main")).to_contain_text("<script>alert(1)</script>")
    assert alarms == []


def test_what_is_too_long_is_refused_with_the_limit_and_kept_on_the_page(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    section(page, case_id, "people")
    long = "长" * 5000
    answer(page, {"safety_officer": long})
    go_on(page)
    expect(page.locator("#safety_officer-error")).to_contain_text("50")
    expect(page.locator("#safety_officer")).to_have_value(long)
    assert stored("chen-xiao", case_id)["safety_officer"] is None


def test_control_characters_and_odd_scripts_are_kept_or_dropped_never_a_fault_of_ours(page: Page, sign_in: Become) -> None:
    sign_in(page, "chen-xiao")
    case_id = begin(page, RESTAURANT)
    for typed in ("赵\x00建国", "赵\u202e建国", "𠮷野家", "\u202e", "👩\u200d🍳", "\ufeff赵", "\x00"):
        answered = post(page, f"/apply/{case_id}/people", version="1000", section="people", safety_officer=typed, staff_count="１")
        assert answered.status in ((400,) if "\x00" in typed else (200, 422)), typed
    assert post(page, "/look/set", lang="<script>", next="//elsewhere.example").url.startswith(page.evaluate("location.origin"))
    for query in ("%ff%fe", "a" * 3000, "%F0%9F%91%A9", "'%22;--"):
        assert page.request.get(f"/search?q={query}").status == 200


def test_an_application_one_minute_before_midnight_counts_for_that_day(page: Page, sign_in: Become) -> None:
    local = clock.local(clock.now())
    almost = (local + timedelta(days=1)).replace(hour=23, minute=58, second=0, microsecond=0)
    clock.move_by(almost - local)
    sign_in(page, "li-min")
    case_id = apply_for_allowance(page)
    assert clock.local(clock.now()).date() == almost.date()
    view = cases.case_view(case_id, Town().actor("li-min"))
    assert view.received_on == almost.date()
    page.goto(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text(f"{almost.month}月{almost.day}日")
    assert CARD in page.locator("main").inner_text()


def _words(page: Page, address: str) -> str:
    page.goto(address)
    return page.locator("main").inner_text()
