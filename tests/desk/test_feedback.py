"""Ratings on the desk: who sees what on every page, in every list, and what supervision works with."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.tickets.making import Hotline
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.core.ratings import Said
from tongban.cases.models import Case, Rated, Rating
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

HANDS = ("liu-yang", "wu-qiang", "zheng-jie", "sun-lihua")
OFFICIALS = (*HANDS, "zhao-jianmin", "qian-guohua", "he-fang", "feng-xue", "han-lei", "xu-jing", "shen-yi", "tang-min", "gu-an")
WORDS = "窗口两次说法不一样"


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def rated(town, case_id) -> tuple[Case, Case]:
    """A granted restaurant whose agent rated it badly, and the case that this opened."""
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="核查合格")
    acts.rate(case_id, Said(1, {"speed": 1}, WORDS), actor=town.actor("chen-xiao"), key=str(uuid7()))
    return Case.objects.get(pk=case_id), Case.objects.get(about_id=case_id)


def lasting(page: str) -> str:
    """A page without what is new each time: tokens and the time."""
    return re.sub(r'value="[\w-]{30,}"|datetime="[^"]*"', "", page)


def pages_of(client, *paths: str) -> str:
    """Everything that somebody sees at these addresses; what is not found or not theirs shows nothing."""
    seen = ""
    for path in paths:
        answered = client.get(path, follow=True)
        seen += answered.content.decode() if answered.status_code == 200 else ""
    return seen


def without_list(page: str) -> str:
    """A page of the desk without its middle column, which lists other cases."""
    return re.sub(r'<section class="tb-desk__list".*?</section>', "", page, flags=re.DOTALL)


BOXES = [f"/desk/?box={box}" for box in ("mine", "today", "late", "waiting", "department", "done")]
EVERYWHERE = [
    *BOXES,
    "/desk/?q=差评",
    "/desk/?q=味来",
    "/desk/wall",
    "/desk/supervision",
    "/desk/ratings",
    "/desk/ledger?q=差评",
    "/desk/site",
]


@pytest.mark.parametrize("login", HANDS)
def test_who_is_rated_finds_nothing_of_it_on_any_page(town, desk, rated, login):
    case, redress = rated
    client = desk(login)
    found = pages_of(client, *EVERYWHERE, f"/desk/cases/{case.id}", f"/desk/cases/{redress.id}")
    for secret in (WORDS, str(redress.number), str(redress.id), "匿名评价", "差评处置"):
        assert secret not in found
    assert str(redress.id) not in pages_of(client, f"/desk/?q={redress.number}", f"/desk/?q={redress.number[-5:]}")


@pytest.mark.parametrize("login", OFFICIALS)
def test_no_official_but_supervision_sees_at_a_case_that_it_was_rated(town, desk, rated, login):
    case, redress = rated
    found = without_list(pages_of(desk(login), f"/desk/cases/{case.id}", f"/desk/ledger/{case.id}"))
    for secret in (WORDS, str(redress.number), str(redress.id), "非常不满意", "差评"):
        assert secret not in found


@pytest.mark.parametrize("login", OFFICIALS)
def test_no_official_but_supervision_sees_at_a_redress_whose_it_is(town, desk, rated, login):
    case, redress = rated
    client = desk(login)
    found = pages_of(client, f"/desk/cases/{redress.id}", f"/desk/ledger/{redress.id}", f"/desk/cases/{redress.id}/pass")
    found += "".join(re.findall(rf'<a[^>]*href="/desk/cases/{redress.id}[^"]*".*?</a>', pages_of(client, *EVERYWHERE), re.DOTALL))
    for secret in (str(case.number), str(case.id), case.applicant_name, "陈晓", "赵建国"):
        assert secret not in found


def test_supervision_sees_both_and_who_is_late(town, desk, rated):
    case, redress = rated
    client = desk("xie-lan")
    assert str(case.number) in text(client.get(f"/desk/cases/{redress.id}"))
    assert str(redress.number) in text(client.get(f"/desk/cases/{case.id}"))
    assert "没有超期的。" in text(client.get("/desk/supervision"))
    clock.move_by(timedelta(days=6))
    page = text(client.get("/desk/supervision"))
    assert "市场监管局：1 件" in page
    assert "好差评专员" in page


def test_who_may_put_it_right_does_so_from_the_desk(town, desk, rated):
    _, redress = rated
    client = desk("tang-min")
    page = text(client.get(f"/desk/cases/{redress.id}"))
    assert WORDS in page
    assert "匿名：不显示是哪一件、谁评的" in page
    send(client, redress.id, "pass", **{"record-finding": "at-once"}, words="查了记录，属实。")
    assert "答复评价人" in text(client.get(f"/desk/cases/{redress.id}"))
    send(client, redress.id, "grant", words="已改正，向您道歉。")
    redress.refresh_from_db()
    assert redress.state == "rating-answered"


def send(client, case_id: UUID, slug: str, **fields: str) -> None:
    """Fill in an act's form and send it."""
    form = text(client.get(f"/desk/cases/{case_id}/{slug}"))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.split('class="dk-form"')[1]))
    answered = client.post(f"/desk/cases/{case_id}/{slug}", {**hidden, **fields})
    assert answered.status_code == 302, answered.content.decode()


def test_a_step_without_words_is_asked_for_them_and_keeps_what_was_chosen(town, desk, rated):
    _, redress = rated
    client = desk("tang-min")
    form = text(client.get(f"/desk/cases/{redress.id}/pass"))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.split('class="dk-form"')[1]))
    refused = client.post(f"/desk/cases/{redress.id}/pass", {**hidden, "record-finding": "explain", "words": ""})
    assert refused.status_code == 422
    assert re.search(r'value="explain"\s+checked|checked[^>]*value="explain"', refused.content.decode())


def test_a_rating_told_on_the_telephone_is_written_down_by_supervision_alone(town, desk, case_id):
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="核查合格")
    for login in ("sun-lihua", "tang-min", "he-fang", "shen-yi"):
        assert desk(login).get(f"/desk/cases/{case_id}/rating").status_code in (403, 404), login
    client = desk("xie-lan")
    page = text(client.get(f"/desk/cases/{case_id}/rating"))
    assert not re.search(r'name="level"[^>]*checked', page)
    assert client.post(f"/desk/cases/{case_id}/rating", {"words": "太慢", "key": "k"}).status_code == 422
    assert client.post(f"/desk/cases/{case_id}/rating", {"level": "2", "words": "太慢", "key": "k"}).status_code == 302
    assert Rated.objects.get(case_id=case_id).rating.given_by == "phone"


def test_the_code_at_the_counter_looks_the_same_whether_it_was_rated_or_not(town, desk, case_id):
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="核查合格")
    client = desk("sun-lihua")
    path = f"/desk/cases/{case_id}/rating-code"
    before = lasting(text(client.get(path)))
    acts.rate(case_id, Said(1, {}, WORDS), actor=town.actor("chen-xiao"), key=str(uuid7()))
    assert lasting(text(client.get(path))) == before
    assert "<svg" in before
    assert desk("liu-yang").get(path).status_code == 403
    assert desk("han-lei").get(path).status_code == 404


def test_cases_about_another_leave_the_leaders_page_as_it_was(town, desk, rated):
    _, redress = rated
    leader, officer = desk("luo-wei"), desk("tang-min")
    before = lasting(text(leader.get("/desk/benefit")))
    send(officer, redress.id, "pass", **{"record-finding": "at-once"}, words="属实。")
    send(officer, redress.id, "grant", words="已改正，向您道歉。")
    assert Case.objects.get(pk=redress.id).decided_on is not None
    assert lasting(text(leader.get("/desk/benefit"))) == before
    assert "食品经营许可" in before
    assert "差评处置" not in before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_of_ratings_answer_in_both_languages(town, desk, rated, lang):
    _, redress = rated
    month = clock.today().replace(day=1)
    for level in (5, 4, 4, 3, 2):
        Rating.objects.create(
            month=month,
            department="market-regulation",
            service="food-business-licence",
            channel="online",
            given_by="portal",
            level=level,
            words="好",
        )
    from tongban.cases.acts.tally import tally_months

    clock.move_by(timedelta(days=32))
    tally_months()
    for login, paths in {
        "xie-lan": ("/desk/supervision", f"/desk/cases/{redress.id}"),
        "tang-min": ("/desk/ratings", f"/desk/ratings?month={month:%Y-%m}", f"/desk/cases/{redress.id}", f"/desk/cases/{redress.id}/pass"),
        "qian-guohua": ("/desk/ratings",),
    }.items():
        client = desk(login)
        client.cookies["lang"] = lang
        for path in paths:
            assert text(client.get(path)), path
    assert desk("liu-yang").get("/desk/ratings").status_code == 403
    assert desk("tang-min").get("/desk/supervision").status_code == 403
    assert WORDS in text(desk("tang-min").get("/desk/ratings"))


def test_a_head_who_decided_the_case_does_not_see_its_redress(town, desk, case_id):
    town.to_decision(case_id)
    acts.decide(
        case_id,
        "grant",
        actor=town.actor("sun-lihua"),
        key=str(uuid7()),
        version=town.version(case_id, town.actor("sun-lihua")),
        words="核查合格",
    )
    acts.rate(case_id, Said(1, {}, WORDS), actor=town.actor("chen-xiao"), key=str(uuid7()))
    redress = Case.objects.get(about_id=case_id)
    assert desk("qian-guohua").get(f"/desk/cases/{redress.id}").status_code == 200
    assert desk("sun-lihua").get(f"/desk/cases/{redress.id}").status_code == 404


def test_the_list_names_an_anonymous_one_so(town, desk, rated):
    _, redress = rated
    page = text(desk("tang-min").get("/desk/?box=mine"))
    assert "匿名评价" in page
    assert cases.queue(town.actor("tang-min"), "mine").rows[0].case_id == redress.id


def test_what_is_supervised_is_had_as_a_file_by_supervision_alone(town, desk, rated):
    _, redress = rated
    client = desk("xie-lan")
    assert "as=csv" in text(client.get("/desk/supervision"))
    [_, row] = client.get("/desk/supervision?as=csv").getvalue().decode("utf-8-sig").splitlines()
    assert redress.number in row
    assert "市场监管局" in row
    assert desk("tang-min").get("/desk/supervision?as=csv").status_code == 403


def test_files_name_an_anonymous_rating_so_and_are_kept_from_whom_it_is_kept(town, desk, rated):
    _, redress = rated
    own = desk("tang-min").get("/desk/?box=mine&as=csv").getvalue().decode("utf-8-sig")
    assert "匿名评价" in own
    assert "陈晓" not in own
    for login in HANDS:
        for path in (*BOXES, "/desk/?q=差评"):
            assert redress.number not in desk(login).get(f"{path}{'&' if '?' in path else '?'}as=csv").getvalue().decode("utf-8-sig")


def test_a_rated_request_tells_supervision_and_nobody_who_handled_it(town, desk):
    hotline = Hotline(town)
    one = hotline.tell(category="other")
    hotline.dispatch(one)
    hotline.answer(one)
    hotline.judge(one, fixed=True)
    boss = desk("xie-lan")
    assert "记录电话评价" in text(boss.get(f"/desk/cases/{one}"))
    acts.rate(one, Said(1, {}, WORDS), actor=town.actor("li-min"), key=str(uuid7()))
    redress = Case.objects.get(about_id=one)
    assert str(redress.number) in text(boss.get(f"/desk/cases/{one}"))
    assert str(redress.number) in text(boss.get("/desk/supervision")) or str(redress.number)[-5:] in text(boss.get("/desk/supervision"))
    for login in ("luo-qian", "guo-tao"):
        seen = pages_of(desk(login), f"/desk/cases/{one}", f"/desk/cases/{redress.id}", "/desk/?q=差评", "/desk/?box=department")
        assert str(redress.number) not in seen
        assert WORDS not in seen
