"""The counter's pages: with a person from their card to their receipt, and out again."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cases import bundling
from tests.counter.making import CARD, RESTAURANT, SIGN, appoint, number_of, pad, person
from tests.files.making import jpg
from tests.town import Town
from tongban.cases import reads
from tongban.cases.models import Attendance, Case, Confirmation, Event, Upload
from tongban.credentials import reads as credentials
from tongban.kernel import clock
from tongban.messages import reads as messages
from tongban.parties import acts as parties_acts
from tongban.parties import reads as parties
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def browser(login: str = "he-fang") -> Client:
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(get_user_model().objects.get(login=login))
    return client


def text(answer: object) -> str:
    return answer.content.decode()


def at_counter(client: Client, login: str = "zhou-defu", channel: str = "window", document: str = "id-card") -> str:
    """The address of an attendance: looked up, document checked."""
    found = client.post("/counter/person", {"number": number_of(login), "channel": channel})
    address = found["Location"]
    page = text(client.get(address))
    assert "核对证件" in page
    assert client.post(f"{address}/check", {"document": document})["Location"] == address
    return address


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def begin(client: Client, address: str, service: str = "old-age-allowance", **chosen: str) -> str:
    started = client.get(f"{address}/start/{service}")
    page = text(started)
    if started.status_code == 200:
        started = client.post(
            f"{address}/start/{service}", {"principal": field_value(page, chosen.pop("who", "")), "situation": "new"} | chosen
        )
    assert started.status_code == 302, text(started)
    return started["Location"]


def field_value(page: str, who: str) -> str:
    """The radio whose label names somebody."""
    pairs = re.findall(r'name="principal" type="radio" value="([^"]+)".*?<label[^>]*>([^<]+)</label>', page, re.DOTALL)
    return next(value for value, label in pairs if who in label)


def fill(client: Client, form: str, **answers: str) -> object:
    page = text(client.get(form))
    given = answers or {"bank_account": CARD}
    return client.post(form, {"version": field(page, "version"), "asked": field(page, "asked")} | given)


def sign(client: Client, confirm: str, **more: str) -> object:
    page = text(client.get(confirm))
    drawn = "data:image/png;base64," + base64.b64encode(pad()).decode()
    given = {"version": field(page, "version"), "key": field(page, "key"), "how": "pad", "signature": drawn, "delivery": "collect"}
    return client.post(confirm, given | more)


def test_an_elder_without_an_account_leaves_with_the_allowance_and_a_receipt(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    page = text(client.get(f"{address}?q=老人补贴"))
    assert "高龄津贴" in page
    form = begin(client, address)
    filled = fill(client, form)
    assert filled["Location"] == f"{form}/confirm"
    page = text(client.get(filled["Location"]))
    assert CARD in page
    assert "周德福" in page
    assert "何芳" not in page, "the page turned to the person shows nothing of the clerk's"
    taken = sign(client, filled["Location"])
    assert taken["Location"] == f"{form}/taken"
    page = text(client.get(taken["Location"]))
    assert "当场办结" in page
    case = Case.objects.get(applicant_id=person("zhou-defu"))
    assert case.number in page
    receipt = client.get(f"/counter/cases/{case.id}/receipt.pdf")
    assert receipt["Content-Type"] == "application/pdf"
    assert receipt["Cache-Control"] == "private, no-store"
    assert f"…{case.number[-7:]}" in text(client.get("/counter/")), "taken in today"


def test_the_result_is_handed_out_against_a_signature_and_only_then_printed(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    form = begin(client, address)
    sign(client, fill(client, form)["Location"])
    case = Case.objects.get(applicant_id=person("zhou-defu"))
    assert f"…{case.number[-7:]}" in text(client.get("/counter/collect"))
    out = f"{form}/hand-out"
    page = text(client.get(out))
    letter = reads.case_view(case.id, reads.attended(Attendance.objects.get().id, town.actor("he-fang"))).letters[-1]
    assert client.post(f"{form}/print", {"what": str(letter.id)}).status_code == 422, "first signed, then printed"
    unsigned = client.post(out, {"key": field(page, "key"), "how": "pad", "signature": ""})
    assert unsigned.status_code == 422
    assert "还没有签名" in text(unsigned)
    done = client.post(out, {"key": field(page, "key"), "how": "paper", "copy_at": "领取登记册第3页"})
    assert done["Location"].endswith("?done=1")
    printed = client.post(f"{form}/print", {"what": str(letter.id)})
    assert printed["Content-Type"] == "application/pdf"
    assert client.post(f"{form}/print", {"what": str(case.id)}).status_code == 404
    assert [event.act for event in Event.objects.filter(case=case).order_by("id")][-2:] == ["deliver", "print"]
    assert case.number not in text(client.get("/counter/collect"))


def test_a_bundle_is_handed_out_on_one_page_with_the_licence_of_each_part(town: Town) -> None:
    case_id = bundling.sent(town, hang_sign="no")
    for alias in ("food", "fire"):
        bundling.through(town, case_id, alias)
    bundling.go_on(case_id)
    client = browser()
    address = f"{at_counter(client, 'chen-xiao')}/cases/{case_id}"
    page = text(client.get(f"{address}/hand-out"))
    given = [one for part in Case.objects.filter(parent_id=case_id) for one in credentials.of_case(part.id)]
    assert len(given) == 2
    assert all(one.serial in page for one in given)
    client.post(f"{address}/hand-out", {"key": field(page, "key"), "how": "paper", "copy_at": "领取登记册第3页"})
    assert all(client.post(f"{address}/print", {"what": str(one.id)})["Content-Type"] == "application/pdf" for one in given)


def test_a_restaurant_is_taken_in_with_its_papers_scanned_page_by_page(town: Town) -> None:
    client = browser()
    address = at_counter(client, "chen-xiao")
    form = begin(client, address, RESTAURANT, who="味来")
    first = fill(client, form, business="restaurant")
    assert "卖凉拌菜吗" in text(first), "an answer reveals more questions on the same page"
    answers = {
        "business": "restaurant",
        "cold_dishes": "no",
        "fresh_juice": "no",
        "raw_seafood": "no",
        "property_no": "云(2021)江北区不动产权第0010086号",
        "safety_officer": "赵建国",
        "staff_count": "1",
    }
    papers = fill(client, form, **answers)["Location"]
    assert papers == f"{form}/papers"
    scans = [_file(jpg(300, 400), f"{n}.jpg") for n in range(2)]
    saved = client.post(papers, {"kitchen_plan": scans, "seen-kitchen_plan": "yes", "copy-kitchen_plan": "A3 柜"})
    assert saved["Location"] == f"{form}/confirm"
    kept = Upload.objects.get(removed_at=None)
    assert (kept.media_type, kept.copy_at, kept.seen_by) == ("application/pdf", "A3 柜", town.actor("he-fang").person_id)
    assert client.get(f"{papers}/{kept.id}")["Content-Type"] == "application/pdf"
    page = text(client.get(f"{form}/confirm"))
    assert "已核对原件" in page
    assert client.get(f"{form}/sheet.pdf")["Content-Type"] == "application/pdf"
    taken = sign(client, f"{form}/confirm")
    page = text(client.get(taken["Location"]))
    assert "前告知是否受理" in page
    case = Case.objects.get(service=RESTAURANT)
    assert case.state == "received"
    assert Confirmation.objects.get(case=case).signature is not None
    desk = text(client.get("/desk/?box=mine"))
    assert "味来" in desk, "one queue for all departments that entrust it"


def _file(content: bytes, name: str) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_a_bad_scan_keeps_the_others_and_says_why(town: Town) -> None:
    client = browser()
    form = begin(client, at_counter(client, "chen-xiao"), RESTAURANT, who="味来")
    fill(client, form, business="restaurant", cold_dishes="no", fresh_juice="no", raw_seafood="no")
    refused = client.post(f"{form}/papers", {"kitchen_plan": [_file(jpg(), "1.jpg"), _file(b"%PDF-none", "2.jpg")]})
    assert refused.status_code == 422
    assert "没有保存" in text(refused)
    assert not Upload.objects.exists()


def test_a_wrong_number_is_said_beside_it_and_stays_in_the_field(town: Town) -> None:
    client = browser()
    wrong = client.post("/counter/person", {"number": "990101193802140018"})
    assert wrong.status_code == 400
    assert 'value="990101193802140018"' in text(wrong)
    assert "最后一位不对" in text(wrong)


def test_somebody_new_is_entered_from_the_card_that_lies_there(town: Town) -> None:
    from tests.counter.test_attending import nobodys

    client = browser()
    page = text(client.post("/counter/person", {"number": nobodys()}))
    assert "登记新来的人" in page
    assert nobodys() in page
    lacking = client.post("/counter/enter", {"number": nobodys(), "channel": "window"})
    assert lacking.status_code == 422
    entered = client.post(
        "/counter/enter", {"number": nobodys(), "name": "夏明", "area": "990101001", "document": "id-card", "channel": "window"}
    )
    assert "正在接待：夏明" in text(client.get(entered["Location"]))
    by_phone = client.post("/counter/person", {"number": nobodys("990102"), "channel": "phone"})
    assert by_phone.status_code == 404
    assert "不能新建登记" in text(by_phone)


def test_a_document_is_chosen_before_anything_is_seen(town: Town) -> None:
    client = browser()
    address = client.post("/counter/person", {"number": number_of("zhou-defu")})["Location"]
    assert client.post(f"{address}/check", {"document": ""}).status_code == 422
    assert "等来人办的" not in text(client.get(address))
    assert client.get(f"{address}/start/old-age-allowance").status_code == 409


@pytest.mark.parametrize("login", ["liu-yang", "sun-lihua", "shen-yi", "li-min"])
def test_the_counter_is_the_counters(town: Town, login: str) -> None:
    client = browser(login)
    for page in ("/counter/", "/counter/collect", "/counter/find"):
        assert client.get(page).status_code == 403
    assert client.post("/counter/person", {"number": number_of("zhou-defu")}).status_code == 403


def test_only_what_this_person_may_apply_for_is_offered(town: Town) -> None:
    resident, agent = browser(), browser()
    page = text(resident.get(at_counter(resident)))
    offered = re.findall(r'/start/([a-z-]+)"', page)
    assert "old-age-allowance" in offered
    for service in ("licence-ending", "decision-review", RESTAURANT):
        assert service not in offered, "an office begins it, it is begun from a case, it is for firms"
    assert RESTAURANT in re.findall(r'/start/([a-z-]+)"', text(agent.get(at_counter(agent, "chen-xiao"))))


def test_what_is_for_firms_is_found_by_a_resident_and_told_not_to_be_theirs(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    page = text(client.get(f"{address}?q=食品经营许可"))
    assert f"/start/{RESTAURANT}" not in page
    assert "来人不能替可以申请的人办" in page


def test_limits_are_told_in_the_days_in_which_they_run(town: Town) -> None:
    client = browser()
    page = text(client.get(at_counter(client)))
    permit = page.split("/start/residence-permit")[1].split("</li>")[0]
    assert "10 日" in permit
    assert "工作日" not in permit
    assert "个工作日" in page.split("/start/old-age-allowance")[1].split("</li>")[0]


def test_a_stranger_is_led_to_the_sign_in_and_what_was_typed_comes_back(town: Town) -> None:
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.post("/demo/sign-in", {"login": "he-fang"})
    form = begin(client, at_counter(client))
    page = text(client.get(form))
    sent = {"version": field(page, "version"), "asked": "bank_account", "bank_account": "6228480402564890018"}
    Session.objects.all().delete()
    assert client.post(form, sent)["Location"].startswith("/sign-in")
    signed_in = client.post("/demo/sign-in", {"login": "he-fang", "next": form})
    waiting = text(client.get(signed_in["Location"]))
    assert "6228480402564890018" in waiting
    assert client.post(form, sent)["Location"] == f"{form}/confirm"


def test_an_attendance_that_is_over_tells_what_was_typed(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    form = begin(client, address)
    page = text(client.get(form))
    client.post(f"{address}/leave")
    over = client.post(form, {"version": field(page, "version"), "bank_account": CARD})
    assert over.status_code == 409
    assert CARD in text(over)
    assert "老人本人的银行卡号" in text(over)


def test_a_mandate_taken_back_meanwhile_is_told_with_what_was_typed(town: Town) -> None:
    given = give_mandate(
        kind="agent",
        principal_kind="firm",
        principal_id=town.firm("chen-xiao").id,
        holder_id=person("li-min"),
        given_by=person("zhao-jianguo"),
        ends=clock.today() + timedelta(days=9),
        scope=frozenset({RESTAURANT}),
    )
    client = browser()
    form = begin(client, at_counter(client, "li-min"), RESTAURANT, who="味来")
    page = text(client.get(form))
    parties_acts.end_mandate(given, by=person("zhao-jianguo"))
    over = client.post(form, {"version": field(page, "version"), "business": "restaurant", "safety_officer": "赵建国"})
    assert over.status_code == 409
    assert "委托被撤销或者到期了" in text(over)
    assert "赵建国" in text(over)


def test_two_windows_that_disagree_are_both_shown(town: Town) -> None:
    client = browser()
    form = begin(client, at_counter(client))
    page = text(client.get(form))
    client.post(f"{form}/save", {"version": field(page, "version"), "bank_account": CARD})
    clash = client.post(form, {"version": field(page, "version"), "asked": "bank_account", "bank_account": "6228480402564890018"})
    assert clash.status_code == 409
    assert CARD in text(clash)
    assert "6228480402564890018" in text(clash)


def test_what_changed_after_the_page_was_turned_is_signed_anew(town: Town) -> None:
    client = browser()
    form = begin(client, at_counter(client))
    fill(client, form)
    page = text(client.get(f"{form}/confirm"))
    fill(client, form, bank_account="6228480402564890018")
    stale = client.post(f"{form}/confirm", {"version": field(page, "version"), "how": "paper", "copy_at": "A3", "delivery": "collect"})
    assert stale.status_code == 409
    assert "6228480402564890018" in text(stale)
    assert Case.objects.get(applicant_id=person("zhou-defu")).state == "draft"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"how": "pad", "signature": ""}, "还没有签名"),
        ({"how": "pad", "signature": "data:image/png;base64,!!!"}, "还没有签名"),
        ({"how": "pad", "signature": "data:image/png;base64," + base64.b64encode(b"no picture").decode()}, "没有保存"),
        ({"how": "paper"}, "还没有签名"),
        ({"how": "paper", "copy_at": "A3", "delivery": "mail", "delivery-name": "周德福"}, "请填详细地址"),
    ],
)
def test_what_is_not_signed_or_has_no_address_is_not_sent(town: Town, given: dict[str, str], says: str) -> None:
    client = browser()
    form = begin(client, at_counter(client))
    fill(client, form)
    refused = sign(client, f"{form}/confirm", **({"signature": "", "address": "", "to_name": ""} | given))
    assert refused.status_code in (415, 422)
    assert says in text(refused)
    assert Case.objects.get(applicant_id=person("zhou-defu")).state == "draft"


def test_a_second_click_sees_the_first_ones_case(town: Town) -> None:
    client = browser()
    form = begin(client, at_counter(client))
    fill(client, form)
    page = text(client.get(f"{form}/confirm"))
    sent = {"version": field(page, "version"), "key": field(page, "key"), "how": "paper", "copy_at": "A3", "delivery": "collect"}
    assert client.post(f"{form}/confirm", sent)["Location"] == client.post(f"{form}/confirm", sent)["Location"]
    assert Event.objects.filter(act="send").count() == 1


def test_by_telephone_what_was_read_aloud_is_agreed_to(town: Town) -> None:
    client = browser()
    address = at_counter(client, channel="phone", document="spoken")
    assert "这个渠道没有开通" in text(client.get(f"{address}?q=招牌"))
    form = begin(client, address)
    fill(client, form)
    page = text(client.get(f"{form}/confirm"))
    assert "已念给对方听" in page
    assert sign(client, f"{form}/confirm", how="spoken", signature="")["Location"] == f"{form}/taken"
    assert Case.objects.get().channel == "phone"


def test_a_draft_is_undone(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    form = begin(client, address)
    assert "草稿，接着填" in text(client.get(address))
    assert client.post(f"{form}/discard")["Location"] == address
    assert not Case.objects.exists()


def test_a_result_by_post_goes_out_under_a_number_and_may_come_back(town: Town) -> None:
    client = browser()
    form = begin(client, at_counter(client))
    fill(client, form)
    to = {"delivery-name": "周德福", "delivery-address": "江北区望江路1号", "delivery-phone": ""}
    sign(client, f"{form}/confirm", delivery="mail", **to)
    case = Case.objects.get()
    page = text(client.get("/desk/sending"))
    assert "江北区望江路1号" in page
    assert f'href="/counter/cases/{case.id}"' in page, "a counter sees no more of the case than before"
    paper = re.search(rf'"(/desk/sending/{case.id}/papers/[^"]+)"', page)[1]
    assert client.get(paper)["Content-Type"] == "application/pdf"
    assert browser("li-min").get(paper).status_code == 403
    assert client.get(f"/desk/sending/print?case={case.id}")["Content-Type"] == "application/pdf"
    client.post("/desk/sending", {"carrier": "邮政", f"tracking-{case.id}": "EX123456789CN"})
    assert "EX123456789CN" in text(client.get(f"/counter/cases/{case.id}"))
    assert client.get(paper).status_code == 404, "what is posted waits no longer"
    sent = reads.sending_of(case.id).rows[-1]
    client.post(f"/desk/sending/{sent.id}/back", {"words": "查无此人", "key": "b"})
    assert "上次退回：查无此人" in text(client.get("/desk/sending"))
    assert "查无此人" in text(client.get(f"/counter/cases/{case.id}"))


def test_a_counter_hands_out_at_its_own_page_to_who_stands_there(town: Town) -> None:
    client = browser()
    form = begin(client, at_counter(client))
    sign(client, fill(client, form)["Location"])
    case = Case.objects.get()
    assert client.get("/desk/sending?tab=collect")["Location"] == "/counter/collect"
    alone = client.post(f"/desk/sending/{case.id}/hand-out", {"received_by": "周德福", "key": "k"})
    assert alone.status_code in (403, 404)
    assert Case.objects.get().delivered_at is None


def test_a_letter_on_paper_is_entered_with_its_scan_and_its_principal_told(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    code = parties.identifiers("firm", town.firm("chen-xiao").id)["uscc"]
    last = clock.today() + timedelta(days=30)
    ends = {"ends-year": str(last.year), "ends-month": str(last.month), "ends-day": str(last.day)}
    given = {"role": "holder", "number": code, "kind": "agent", "services": [SIGN]} | ends
    lacking = client.post(f"{address}/letter", given)
    assert lacking.status_code == 422
    assert "委托书" in text(lacking)
    unknown = client.post(f"{address}/letter", given | {"number": "91990101MA00000A19", "letter": _file(jpg(), "委托书.jpg")})
    assert unknown.status_code == 422
    assert client.post(f"{address}/letter", given | {"letter": _file(jpg(), "委托书.jpg")})["Location"].startswith(address)
    assert "味来" in text(client.get(address))
    assert [one.template for one in messages.inbox(person("zhao-jianguo"))] == ["mandate-recorded"]
    assert "味来" in text(client.get(f"{address}/start/{SIGN}")), "at once the bearer may apply"


def test_another_clerks_attendance_is_not_found(town: Town) -> None:
    address = at_counter(browser())
    appoint("xu-jing")
    assert browser("xu-jing").get(address).status_code == 404


def test_the_desk_leads_a_counter_clerk_to_the_counter(town: Town) -> None:
    assert browser().get("/desk/")["Location"] == "/counter/"


def test_the_person_sees_who_looked_them_up_and_what_for(town: Town) -> None:
    at_counter(browser(), "li-min")
    page = text(browser("li-min").get("/my-data"))
    assert "何芳" in page
    assert "居民身份证" in page


def test_how_people_apply_is_for_those_who_answer_for_the_city(town: Town) -> None:
    from tongban.cases.tasks import sweep

    client = browser()
    form = begin(client, at_counter(client))
    fill(client, form)
    sign(client, f"{form}/confirm")
    sweep()
    page = text(browser("xu-jing").get("/desk/channels"))
    assert "按镇街" in page
    assert "100%" in page
    assert browser("liu-yang").get("/desk/channels").status_code == 403
    assert "这段时间还没有收件" in text(browser("xu-jing").get("/desk/channels?service=outdoor-sign&months=1"))


def test_addresses_of_others_lead_nowhere(town: Town) -> None:
    client = browser()
    address = at_counter(client)
    form = begin(client, at_counter(client, "chen-xiao"), RESTAURANT, who="味来")
    case_id = UUID(form.rpartition("/")[2])
    assert client.get(f"{address}/cases/{case_id}").status_code == 404
    assert client.get(f"/counter/cases/{case_id}").status_code == 404, "a draft is nobody's but the applicant's"
    assert client.get(f"/counter/cases/{case_id}/receipt.pdf").status_code == 404
