"""The page of letters on paper: printed together, posted, collected, on their way."""

from __future__ import annotations

import io
import re
from html import unescape
from uuid import UUID

import pytest
from pypdf import PdfReader

from tests.desk.making import Town
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.acts import Wish
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
POST = Wish("mail", "陈晓", "13800000001", "云川市江北区望江街道柳岸路18号")
PAGE = "/desk/sending"


def text(response) -> str:
    return unescape(response.content.decode())


def waiting(town: Town, case_id: UUID, wish: Wish) -> UUID:
    """The case accepted, its applicant having wished that."""
    acts.choose_delivery(case_id, wish, actor=town.actor("chen-xiao"), key=str(uuid7()))
    town.accept(case_id)
    return case_id


def test_what_waits_for_the_post_stands_there_with_its_address(town, desk, case_id):
    waiting(town, case_id, POST)
    page = text(desk("he-fang").get(PAGE))
    for part in ("待邮寄", "味来餐饮店", "受理通知书", "陈晓，13800000001", POST.address):
        assert part in page
    assert POST.address in text(desk("sun-lihua").get(PAGE)), "the department itself sees it too"
    assert "没有等待领取的文书。" in text(desk("sun-lihua").get(f"{PAGE}?tab=collect"))


def test_only_who_may_deliver_sees_it_and_only_their_own(town, desk, case_id):
    waiting(town, case_id, POST)
    assert desk("wu-qiang").get(PAGE).status_code == 403
    assert desk("liu-yang").get(PAGE).status_code == 403
    assert POST.address not in text(desk("yang-fan").get(PAGE))
    assert desk("yang-fan").get(f"{PAGE}/print?case={case_id}").status_code == 404


def test_the_chosen_are_one_file_with_the_cover_of_each_envelope_first(town, desk, case_id):
    waiting(town, case_id, POST)
    made = desk("he-fang").get(f"{PAGE}/print?case={case_id}&case=nonsense")
    assert made["Content-Type"] == "application/pdf"
    cover, _, letter, *_ = (page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    assert "陈晓" in cover
    assert "柳岸路18号" in cover
    assert "内件" in cover
    assert "受理通知书" in letter


def test_lines_with_a_number_are_posted_and_the_others_stay(town, desk, case_id):
    waiting(town, case_id, POST)
    clerk = desk("he-fang")
    assert "没有填邮件单号" in text(clerk.post(PAGE, {"carrier": "邮政", f"tracking-{case_id}": " "}))
    done = clerk.post(PAGE, {"carrier": "邮政", f"tracking-{case_id}": "1099 0000", f"key-{case_id}": "one"})
    assert done["Location"] == f"{PAGE}?tab=mail&done=1"
    assert "没有等待邮寄的文书。" in text(clerk.get(PAGE))
    way = text(clerk.get(f"{PAGE}?tab=way"))
    assert "邮政 1099 0000" in way
    assert clerk.post(PAGE, {"carrier": "邮政", f"tracking-{case_id}": "1099 0000", f"key-{case_id}": "one"}).status_code == 302
    assert len(cases.sending_of(case_id).rows) == 1


def test_a_line_that_a_colleague_has_posted_says_so_and_keeps_what_was_typed(town, desk, case_id):
    waiting(town, case_id, POST)
    acts.post(case_id, actor=town.actor("he-fang"), key=str(uuid7()), tracking="1")
    page = desk("he-fang").post(PAGE, {"carrier": "邮政", f"tracking-{case_id}": "1099 0000"})
    assert page.status_code == 422
    assert "可能同事已经办过" in text(page)


def test_what_was_posted_is_taken_in_or_comes_back(town, desk, case_id):
    waiting(town, case_id, POST)
    clerk = desk("he-fang")
    acts.post(case_id, actor=town.actor("he-fang"), key=str(uuid7()), tracking="1099")
    (row,) = cases.sending_of(case_id).rows
    lacking = clerk.post(f"{PAGE}/{row.id}/back", {"words": " ", "key": "b"})
    assert lacking.status_code == 422
    assert clerk.post(f"{PAGE}/{row.id}/back", {"words": "查无此址", "key": "b"}).status_code == 302
    assert POST.address in text(clerk.get(PAGE))
    acts.post(case_id, actor=town.actor("he-fang"), key=str(uuid7()), tracking="1100")
    second = cases.sending_of(case_id).rows[1]
    wrong = clerk.post(
        f"{PAGE}/{second.id}/arrived", {"received_by": "陈晓", "on-year": "2026", "on-month": "13", "on-day": "1", "key": "a"}
    )
    assert (wrong.status_code, "签收日期" in text(wrong)) == (422, True)
    assert 'value="13"' in text(wrong)
    today = clock.today()
    right = {"received_by": "陈晓", "on-year": today.year, "on-month": today.month, "on-day": today.day, "key": "a"}
    assert clerk.post(f"{PAGE}/{second.id}/arrived", right).status_code == 302
    assert "没有在途的邮件。" in text(clerk.get(f"{PAGE}?tab=way"))


def test_what_waits_to_be_collected_is_handed_out_there(town, desk, case_id):
    waiting(town, case_id, Wish("collect"))
    clerk = desk("sun-lihua")
    assert "受理通知书" in text(clerk.get(f"{PAGE}?tab=collect"))
    nobody = clerk.post(f"{PAGE}/{case_id}/hand-out", {"received_by": "", "document": "居民身份证", "key": "k"})
    assert nobody.status_code == 422
    assert re.search(r'name="document" value="居民身份证"', text(nobody))
    assert clerk.post(f"{PAGE}/{case_id}/hand-out", {"received_by": "陈晓", "relation": "self", "key": "k"}).status_code == 302
    assert "没有等待领取的文书。" in text(clerk.get(f"{PAGE}?tab=collect"))
    receipt = clerk.get(f"/desk/cases/{case_id}/delivery.pdf")
    assert receipt.content.startswith(b"%PDF")


def test_there_is_no_receipt_before_anything_was_delivered(town, desk, case_id):
    assert desk("sun-lihua").get(f"/desk/cases/{case_id}/delivery.pdf").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_three_lists_open_in_both_languages(town, desk, case_id, lang):
    waiting(town, case_id, POST)
    clerk = desk("sun-lihua")
    clerk.cookies["lang"] = lang
    for tab in ("mail", "collect", "way", "nonsense"):
        assert clerk.get(f"{PAGE}?tab={tab}&after=nonsense").status_code == 200
