"""What several stories do on their way: begin, answer, send; and what officers do meanwhile. The same moves work with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from playwright.sync_api import Page, expect

from tests.files.making import jpg
from tongban.cases import reads as cases
from tongban.parties import reads as parties

ALLOWANCE, RESTAURANT, SIGN = "old-age-allowance", "food-business-licence", "outdoor-sign"
CARD = "6222020000000000001"
PREMISES = "云(2021)江北区不动产权第0010086号"
MOTHER, SHOP = "王秀英", "味来"
RESTAURANT_ANSWERS = {
    "business": {"business": "restaurant", "cold_dishes": "no", "fresh_juice": "no", "raw_seafood": "no"},
    "shop": {"property_no": PREMISES},
    "people": {"safety_officer": "赵建国", "staff_count": "1"},
}
SIGN_ANSWERS = {
    "place": {"property_no": PREMISES, "own_shop": "yes", "on_roof": "no"},
    "sign": {"wording": "味来餐饮", "area_m2": "4.8", "screen": "no"},
}


def begin(page: Page, service: str, whom: str = "", situation: str = "new") -> UUID:
    """Start an application (or go on with the draft there is) and come to the page of what is known; returns the case's id."""
    page.goto(f"/services/{service}/start")
    if whom:
        page.locator(".govuk-radios__item", has_text=whom).locator("input").check(force=True)
    if page.locator("input[name=situation][type=radio]").count():
        page.locator(f"input[name=situation][value={situation}]").check(force=True)
    press(page, page.locator("main form button"))
    return UUID(re.search(r"/apply/([0-9a-f-]{36})$", page.url)[1])


def answer(page: Page, answers: Mapping[str, str]) -> None:
    """Fill in fields of the page that is open, whatever they are."""
    for name, value in answers.items():
        field = page.locator(f"[name={name}]")
        expect(field.first).to_be_attached()
        if field.first.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value={value}]").check(force=True)
            page.wait_for_function("() => !document.querySelector('.htmx-request')")  # what follows from the answer is there
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def upload(page: Page, name: str, file: str = "布局图.jpg", content: bytes | None = None, media_type: str = "image/jpeg") -> None:
    """Choose a paper."""
    page.set_input_files(f"#{name}", {"name": file, "mimeType": media_type, "buffer": jpg() if content is None else content})


def go_on(page: Page) -> None:
    """Save the page and go to the next."""
    press(page, page.locator("main form button:not([name=leave])").last)


def press(page: Page, button: object) -> None:
    """Click and wait for the page that it leads to."""
    with page.expect_navigation():
        button.click()


def section(page: Page, case_id: UUID, section_id: str) -> None:
    page.goto(f"/apply/{case_id}/{section_id}")


def check(page: Page, case_id: UUID) -> None:
    page.goto(f"/apply/{case_id}/check")


def choose_delivery(page: Page, how: str = "electronic") -> None:
    """On the check page: say how letters are to come; an application that is corrected is not asked again."""
    choice = page.locator(f"input[name=delivery][value={how}]")
    if choice.count():
        choice.check(force=True)


def promise_and_send(page: Page, delivery: str = "electronic") -> None:
    """On the check page: say how letters are to come, confirm that it is true, then send."""
    choose_delivery(page, delivery)
    page.locator("#promise").check(force=True)
    press(page, page.locator("form[action$='/send'] button"))


def fill_restaurant(page: Page, case_id: UUID, **changes: str) -> None:
    """All answers and the plan; the page ends on the check page. Answers that others wait for are saved first, as without JavaScript."""
    for section_id, answers in RESTAURANT_ANSWERS.items():
        section(page, case_id, section_id)
        wanted = {name: changes.get(name, value) for name, value in answers.items()}
        if section_id == "business":
            answer(page, {"business": wanted.pop("business")})
            if not page.locator("[name=cold_dishes]").count():
                go_on(page)
        if section_id == "shop":
            upload(page, "kitchen_plan")
        answer(page, wanted)
        go_on(page)
    check(page, case_id)


def apply_for_restaurant(page: Page, **changes: str) -> UUID:
    """The whole application, sent."""
    case_id = begin(page, RESTAURANT)
    fill_restaurant(page, case_id, **changes)
    promise_and_send(page)
    return case_id


def apply_for_allowance(page: Page) -> UUID:
    """The whole application, sent and granted."""
    case_id = begin(page, ALLOWANCE, MOTHER)
    section(page, case_id, "payment")
    answer(page, {"bank_account": CARD})
    go_on(page)
    promise_and_send(page)
    return case_id


def applications(login: str) -> list[cases.CaseRow]:
    """All that somebody has, drafts too."""
    return list(cases.my_cases(parties.actor(parties.account(login))))


def stored(login: str, case_id: UUID) -> Mapping[str, object]:
    """A draft's answers as they are kept."""
    form = cases.form_view(case_id, parties.actor(parties.account(login)))
    return {view.question.id: view.value for part in form.sections for view in part.questions}
