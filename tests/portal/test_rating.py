"""Rating on the pages: nothing is chosen beforehand, nothing is asked twice, a link says no more than it must."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.finished import decided_restaurant, granted_allowance, rated_badly
from tests.cases.tickets.making import Hotline
from tests.town import Town
from tongban.cases.acts.tally import tally_months
from tongban.cases.models import Case, Rated, Rating
from tongban.cases.reads.rating_links import link_of
from tongban.kernel import clock
from tongban.parties.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def browser(town: Town, login: str = "") -> Client:
    client = Client()
    if login:
        client.force_login(Account.objects.get(pk=town.accounts[login]))
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def levels(page: str) -> list[str]:
    return re.findall(r'<input[^>]*name="level"[^>]*>', page)


def lasting(page: str) -> str:
    """A page without what is new each time: tokens and the time."""
    return re.sub(r'value="[\w-]{30,}"|datetime="[^"]*"', "", page)


def link(case_id: UUID, whom: Any = "applied-by") -> str:
    return link_of(Case.objects.get(pk=case_id), whom)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_five_levels_are_offered_and_none_is_chosen(town: Town, lang: str) -> None:
    case_id = granted_allowance(town)
    client = browser(town, "li-min")
    client.cookies["lang"] = lang
    for page in (text(client.get(f"/cases/{case_id}")), text(browser(town).get(link(case_id)))):
        offered = levels(page)
        assert [re.search(r'value="(\d)"', one)[1] for one in offered] == ["5", "4", "3", "2", "1"]  # type: ignore[index]
        assert not any("checked" in one or "required" in one for one in offered)
        assert not re.search(r"<option[^>]* selected", page.split('name="level"', 1)[1].split("</form>", 1)[0])


def test_it_says_that_one_may_skip_it_and_that_the_officer_does_not_see_who(town: Town) -> None:
    page = text(browser(town, "li-min").get(f"/cases/{granted_allowance(town)}"))
    assert "可以不评。经办人看不到是谁评的。" in page


def test_a_form_without_a_level_is_refused_and_keeps_everything_else(town: Town) -> None:
    case_id = granted_allowance(town)
    sent = {"words": "说法不一", "index-speed": "2", "named": "yes", "contact": "099-1", "key": ""}
    client = browser(town, "li-min")
    for refused in (client.post(f"/cases/{case_id}/rating", sent), browser(town).post(link(case_id), sent)):
        assert refused.status_code == 422
        page = refused.content.decode()
        assert "请选一个评价等级。五个等级都没有预选" in page
        assert "说法不一" in page
        assert 'value="099-1"' in page
        assert not any("checked" in one for one in levels(page))
    assert not Rating.objects.exists()


def test_a_rating_is_thanked_for_once_and_not_asked_for_again(town: Town) -> None:
    case_id, client = granted_allowance(town), browser(town, "li-min")
    answered = client.post(f"/cases/{case_id}/rating", {"level": "4", "key": "x"})
    assert answered["Location"] == f"/cases/{case_id}?rated=1#rating"
    page = text(client.get(answered["Location"]))
    assert "评价已收到" in page
    assert "您评的是“满意”" in page
    assert not levels(page)
    again = client.post(f"/cases/{case_id}/rating", {"level": "1", "key": "y"})
    assert again.status_code == 409
    assert "已经评过" in again.content.decode()


def test_a_bad_rating_is_answered_by_when_and_leads_to_what_came_of_it(town: Town) -> None:
    case_id, client = decided_restaurant(town), browser(town, "chen-xiao")
    page = text(client.get(client.post(f"/cases/{case_id}/rating", {"level": "1", "words": "慢", "key": "x"})["Location"]))
    redress = Case.objects.get(about_id=case_id)
    assert "已经立案核实" in page
    assert f"/cases/{redress.id}" in page
    own = text(client.get(f"/cases/{redress.id}"))
    assert "部门不知道是谁评的，也不知道是哪一件。" in own
    assert "误评" not in own, "nobody is told beforehand that they may be thought mistaken"


def test_looking_at_a_link_rates_nothing_and_shows_neither_name_nor_number(town: Town) -> None:
    case_id = decided_restaurant(town)
    case, stranger = Case.objects.get(pk=case_id), browser(town)
    page = text(stranger.get(link(case_id)))
    assert "食品经营许可" in page
    for secret in (case.number, case.applicant_name, "陈晓", str(case_id)):
        assert str(secret) not in page
    assert not Rating.objects.exists()


def test_a_second_rating_by_a_link_reads_like_the_first(town: Town) -> None:
    case_id, pages = decided_restaurant(town), []
    for level in ("5", "1"):
        stranger = browser(town)
        assert len(levels(text(stranger.get(link(case_id))))) == 5
        pages.append(lasting(text(stranger.post(link(case_id), {"level": level, "key": level}))))
    assert pages[0] == pages[1]
    assert Rated.objects.get(case_id=case_id).rating.level == 5


def test_a_link_that_nobody_made_is_not_found(town: Town) -> None:
    for path in ("/rate/x", "/rate/AAAA", f"{link(granted_allowance(town))}A"):
        assert browser(town).get(path).status_code == 404


def test_an_official_who_had_a_hand_in_it_is_refused_at_its_link(town: Town) -> None:
    case_id = decided_restaurant(town)
    refused = browser(town, "sun-lihua").post(link(case_id, "counter"), {"level": "5", "key": "x"})
    assert refused.status_code == 403
    assert not Rating.objects.exists()


def test_a_case_under_way_and_somebody_elses_cannot_be_rated(town: Town) -> None:
    case_id = decided_restaurant(town)
    assert browser(town, "li-min").post(f"/cases/{case_id}/rating", {"level": "5"}).status_code == 404
    assert browser(town).post(f"/cases/{case_id}/rating", {"level": "5"})["Location"].startswith("/sign-in")
    assert browser(town, "chen-xiao").get(f"/cases/{case_id}/rating").status_code == 405


def test_a_refused_applicant_is_shown_the_review_beside_the_remedies(town: Town) -> None:
    case_id, client = decided_restaurant(town, "refuse"), browser(town, "chen-xiao")
    page = text(client.get(f"/cases/{case_id}"))
    assert "申请决定复核" in page
    assert "行政复议" in page
    begun = client.post(f"/cases/{case_id}/about/decision-review")
    draft = Case.objects.get(about_id=case_id)
    assert begun["Location"] == f"/apply/{draft.id}"
    assert "申请决定复核" not in text(browser(town, "li-min").get("/"))
    assert client.post(f"/cases/{case_id}/about/bad-rating").status_code == 400


def test_a_draft_of_a_review_asks_for_no_paper_that_may_be_left_out_and_lists_no_conditions_where_there_are_none(town: Town) -> None:
    case_id, client = decided_restaurant(town, "refuse"), browser(town, "chen-xiao")
    client.post(f"/cases/{case_id}/about/decision-review")
    page = text(client.get(f"/apply/{Case.objects.get(about_id=case_id).id}/check"))
    assert "可以不传" in page
    assert "要上传" not in page
    assert "条件核对" not in page


def test_what_the_city_opens_by_itself_is_not_offered_and_not_found(town: Town) -> None:
    client = browser(town, "li-min")
    for path in ("/", "/services", "/search?q=差评处置"):
        assert "/services/bad-rating" not in text(client.get(path))
    assert "/services/decision-review" in text(client.get("/search?q=不服"))
    assert "从“不服怎么办”申请" in text(client.get("/services/decision-review"))
    assert client.get("/services/decision-review/start")["Location"] == "/services/decision-review"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ratings_are_published_by_month_once_there_are_enough(town: Town, lang: str) -> None:
    client = browser(town)
    client.cookies["lang"] = lang
    assert client.get("/ratings").status_code == 200
    month = clock.today().replace(day=1)
    for level in (5, 5, 4, 2):
        Rating.objects.create(
            month=month, department="urban-management", service="outdoor-sign", channel="online", given_by="portal", level=level
        )
    clock.move_by(timedelta(days=32))
    tally_months()
    page = text(client.get("/ratings"))
    assert "tb-levels" not in page, "four are too few"
    Rating.objects.create(month=month, department="urban-management", service="outdoor-sign", channel="online", given_by="portal", level=1)
    clock.move_by(timedelta(days=1))
    tally_months()
    page = text(client.get("/ratings"))
    assert "40.0%" in page
    assert "40.0%" in text(client.get(f"/ratings/{month:%Y-%m}"))
    assert client.get("/ratings/1999-01").status_code == 404


def test_no_page_of_figures_tells_a_single_rating(town: Town) -> None:
    case_id, redress = rated_badly(town, words="只有我会这样写")
    clock.move_by(timedelta(days=32))
    tally_months()
    page = text(browser(town).get("/ratings"))
    for secret in ("只有我会这样写", str(redress.number), str(Case.objects.get(pk=case_id).number)):
        assert secret not in page


# --- tickets, and the list of one's cases ---------------------------------------------------------------------------------------------


def test_a_request_is_rated_on_its_page_once_it_is_fixed(town: Town) -> None:
    hotline, client = Hotline(town), browser(town, "li-min")
    one = hotline.tell()
    hotline.answer(one)
    assert not levels(text(client.get(f"/cases/{one}"))), "first the person says whether it is fixed"
    hotline.judge(one, fixed=True)
    assert len(levels(text(client.get(f"/cases/{one}")))) == 5
    lacking = client.post(f"/cases/{one}/rating", {"key": "k1", "words": "来得很快"})
    assert lacking.status_code == 422
    assert "来得很快" in lacking.content.decode()
    assert client.post(f"/cases/{one}/rating", {"key": "k1", "level": "2", "words": "来得很快"}).status_code == 302
    page = text(client.get(f"/cases/{one}?rated=1"))
    assert "已经立案核实" in page
    assert not levels(page)
    assert client.post(f"/cases/{one}/rating", {"key": "k2", "level": "5"}).status_code == 409
    assert [rating.level for rating in Rating.objects.all()] == [2]


def test_who_asked_under_seal_is_not_asked_whether_to_be_named(town: Town) -> None:
    hotline, client = Hotline(town), browser(town, "li-min")
    for anonymous, asked in (("no", True), ("yes", False)):
        one = hotline.tell(anonymous=anonymous)
        hotline.answer(one)
        hotline.judge(one, fixed=True)
        page = text(client.get(f"/cases/{one}"))
        assert levels(page)
        assert ('name="named"' in page) is asked


def test_what_concerns_a_case_is_told_with_it_and_is_no_application_of_its_own(town: Town) -> None:
    case_id, redress = rated_badly(town)
    page = text(browser(town, "chen-xiao").get("/cases"))
    assert len(re.findall(r'<li class="tb-case">', page)) == 1
    [row] = re.findall(r'<li class="tb-case">.*?</li>', page, re.DOTALL)
    assert f"/cases/{case_id}" in row
    assert re.search(rf'<p class="tb-case__linked"><a [^>]*href="/cases/{redress.id}"', row)
