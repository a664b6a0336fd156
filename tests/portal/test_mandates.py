"""委托与代办 in the portal: both sides see it, the principal takes it back at once; and a case followed by its receipt."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cases.test_lifecycle import key, restaurant, send
from tests.counter.making import attend, number_of, person
from tests.files.making import jpg
from tests.town import Town
from tongban.cases import acts
from tongban.cases.reads.progress import code_of
from tongban.kernel import clock
from tongban.messages import reads as messages
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def browser(login: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(login=login))
    return client


def text(answer: object) -> str:
    return answer.content.decode()


def terms(town: Town, **changed: object) -> dict[str, object]:
    last: date = clock.today() + timedelta(days=30)
    given = {
        "side": f"firm:{town.firm('chen-xiao').id}",
        "kind": "agent",
        "name": "李敏",
        "number": number_of("li-min"),
        "services": ["food-business-licence"],
        "ends-year": str(last.year),
        "ends-month": str(last.month),
        "ends-day": str(last.day),
        "key": key(),
    }
    return given | changed


def given(town: Town) -> UUID:
    assert browser("zhao-jianguo").post("/mandates/give", terms(town))["Location"] == "/mandates?given=1"
    return next(one.id for one in parties.mandates("firm", town.firm("chen-xiao").id) if one.holder_name == "李敏")


def test_the_representative_gives_a_mandate_and_both_see_it(town: Town) -> None:
    mandate = given(town)
    assert [one.template for one in messages.inbox(person("li-min"))] == ["mandate-given"]
    for login, other in (("zhao-jianguo", "李敏"), ("li-min", "味来")):
        page = text(browser(login).get("/mandates"))
        assert f"/mandates/{mandate}" in page
        assert other in page
    assert "食品经营许可" in text(browser("li-min").get(f"/mandates/{mandate}"))
    for stranger in ("chen-xiao", "he-fang"):
        assert browser(stranger).get(f"/mandates/{mandate}").status_code == 404
        assert browser(stranger).post(f"/mandates/{mandate}/end").status_code == 404


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "请填写对方的姓名"),
        ({"name": "李民"}, "姓名和身份证号对不上"),
        ({"number": "990101193802140018"}, "最后一位不对"),
        ({"services": []}, "至少一项"),
        ({"ends-year": "", "ends-month": "", "ends-day": ""}, "委托到哪一天"),
        ({"ends-month": "13"}, "没有这一天"),
        ({"ends-year": "2020"}, "已经过去"),
        ({"kind": "legal-representative"}, "由登记信息产生"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(town: Town, changed: dict[str, object], says: str) -> None:
    answer = browser("zhao-jianguo").post("/mandates/give", terms(town, **changed))
    assert answer.status_code == 422
    assert says in text(answer)
    if "number" not in changed:
        assert number_of("li-min") in text(answer)
    assert len(parties.mandates_held(person("li-min"))) == 1, "the daughter's own, of before"


def test_the_answer_to_a_wrong_name_is_that_to_a_wrong_number(town: Town) -> None:
    client = browser("zhao-jianguo")
    wrong_name = text(client.post("/mandates/give", terms(town, name="某某")))
    body = "99010119500101999"
    from tongban.kernel.ids import citizen_id_check

    nobody = text(client.post("/mandates/give", terms(town, name="某某", number=body + citizen_id_check(body))))

    def told(page: str) -> list[str]:
        return re.findall(r"姓名和身份证号对不上[^<]*", page)

    assert told(wrong_name) == told(nobody) != []


def test_taken_back_in_the_portal_it_is_over_at_once(town: Town) -> None:
    mandate = given(town)
    case_id = restaurant(town, "li-min")
    agent, principal = browser("li-min"), browser("zhao-jianguo")
    assert agent.get(f"/apply/{case_id}").status_code == 200
    assert "撤销这项委托" in text(principal.get(f"/mandates/{mandate}/end"))
    assert principal.post(f"/mandates/{mandate}/end")["Location"] == "/mandates?ended=1"
    assert agent.get(f"/apply/{case_id}").status_code == 404
    assert "mandate-ended" in {one.template for one in messages.inbox(person("li-min"))}
    assert principal.get(f"/mandates/{mandate}/end").status_code == 302, "it is over already"
    assert "已终止的（1）" in text(principal.get("/mandates"))


def test_what_follows_from_the_register_is_shown_and_not_touched(town: Town) -> None:
    page = text(browser("zhao-jianguo").get("/mandates"))
    assert "由登记信息产生" in page
    represents = next(one for one in parties.mandates_held(person("zhao-jianguo")) if one.terms.kind == "legal-representative")
    assert browser("zhao-jianguo").get(f"/mandates/{represents.id}/end").status_code == 302
    assert browser("zhao-jianguo").post(f"/mandates/{represents.id}/end").status_code == 403


def test_every_case_done_under_a_mandate_is_listed(town: Town) -> None:
    mandate = given(town)
    case_id = restaurant(town, "li-min")
    done = send(town, case_id, "li-min")
    page = text(browser("zhao-jianguo").get(f"/mandates/{mandate}"))
    assert done.number in page
    assert "办过 1 件" in text(browser("zhao-jianguo").get("/mandates"))


def test_the_letter_behind_a_mandate_is_shown_to_its_sides_alone(town: Town) -> None:
    bearer = attend(town)
    mandate = acts.record_letter(
        "agent",
        actor=bearer,
        principal_kind="firm",
        principal_id=town.firm("chen-xiao").id,
        holder_id=bearer.person_id,
        ends=clock.today() + timedelta(days=3),
        services=frozenset({"outdoor-sign"}),
        letter=jpg(),
    )
    page = text(browser("zhao-jianguo").get("/mandates"))
    assert "窗口按纸质委托书登记（何芳经手）" in page
    assert browser("zhao-jianguo").get(f"/mandates/{mandate}/letter").content == jpg()
    assert browser("chen-xiao").get(f"/mandates/{mandate}/letter").status_code == 404
    assert browser("zhao-jianguo").get(f"/mandates/{given(town)}/letter").status_code == 404


def test_a_receipt_opens_the_progress_without_a_sign_in_and_names_nobody(town: Town) -> None:
    done = send(town, restaurant(town), "chen-xiao")
    code = code_of(UUID(done.case_id))
    stranger = Client()
    page = text(
        stranger.get("/progress", {"number": f" {done.number.lower()} ", "code": code.lower().translate(str.maketrans("oib", "018"))})
    )
    assert "食品经营许可" in page
    assert "味来" not in page
    assert "陈晓" not in page
    for number, wrong in ((done.number, "AAAAAAAA"), ("9901", code), ("", code)):
        answer = stranger.get("/progress", {"number": number, "code": wrong})
        assert answer.status_code == 404
        assert "没有查到" in text(answer)
    assert stranger.get("/progress").status_code == 200
    assert browser("chen-xiao").get(f"/cases/{done.case_id}/receipt.pdf")["Content-Type"] == "application/pdf"
    assert browser("li-min").get(f"/cases/{done.case_id}/receipt.pdf").status_code == 404


def test_a_case_says_by_which_channel_it_came_and_who_helped(town: Town) -> None:
    from tests.counter.making import taken_in

    done = taken_in(attend(town, "wang-xiuying"))
    page = text(browser("li-min").get(f"/cases/{done.case_id}"))
    assert "窗口（工作人员协助）" in page
    assert "数据局何芳协助" in page
