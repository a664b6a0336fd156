"""The officials' lists of entitlements: what waits on which step, one entitlement with its life, the acts on it, the pools; and who may see and do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from tests.desk.making import Town
from tests.desk.test_exports import rows_of
from tongban.benefits import acts, reads
from tongban.benefits.acts import ask_for_run, carry_out, going
from tongban.benefits.acts.choice import ask_to_choose
from tongban.benefits.acts.order import settle
from tongban.benefits.models import Match, Order
from tongban.catalogue import reads as catalogue
from tongban.faces.desk.redeeming import lists
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor
from tongban.parties.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]
DECIDER, STRANGER = "hou-jun", "sun-lihua"
POLICY = "small-trade-subsidy"
NUMBER = "6222020000001234"


@pytest.fixture(autouse=True)
def _data(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def text(response, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode()


def claimed() -> Match:
    """A firm of the town has taken the subsidy on one click."""
    carry_out(ask_for_run("firm", by="test"))
    for match in Match.objects.filter(policy=POLICY, state="matched"):
        firm = parties.known("uscc", [bytes(match.subject)])[bytes(match.subject)]
        owner = parties.speaks_for("firm", firm.id)
        account = Account.objects.filter(person_id=owner).first()
        if account is not None:
            actor: Actor = parties.actor(account.pk)
            acts.claim(match.pk, actor, answers={"account": NUMBER}, key=str(uuid7()))
            match.refresh_from_db()
            return match
    raise AssertionError("nobody of the town may take it")


def paid(match: Match) -> None:
    Match.objects.filter(pk=match.pk, state="publicised").update(public_until=clock.today().replace(year=2020))
    going.sweep()
    Match.objects.filter(pk=match.pk, state="publicised").update(public_until=clock.today().replace(year=2020))
    going.sweep()
    settle(Order.objects.latest("id").pk, "paid")


def test_what_waits_stands_on_the_list_of_its_step(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    going.sweep()
    match.refresh_from_db()
    step = {"verified": "order", "publicised": "publicity", "willing": "verify", "ordered": "bank"}[match.state]
    page = text(client.get(f"/desk/redeeming?list={step}"))
    assert f"/desk/redeeming/{match.pk}" in page
    [_, row] = rows_of(client, f"/desk/redeeming?list={step}")
    assert match.number in row
    assert "政策兑现" in text(client.get("/desk/"))


def test_the_pools_say_what_is_promised_and_free(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    text(client.get("/desk/redeeming?list=pools"))
    [_, *rows] = rows_of(client, "/desk/redeeming?list=pools")
    assert match.reserved > 0
    assert f"{match.reserved / 100:.2f}" in {row[2] for row in rows} | {row[2].replace(",", "") for row in rows}


def test_every_list_and_one_entitlement_answer_in_both_languages(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    for lang in ("zh", "en"):
        client.cookies["lang"] = lang
        for step in (
            "verify",
            "money",
            "publicity",
            "objections",
            "order",
            "bank",
            "returned",
            "contradicted",
            "paid-twice",
            "reviews",
            "no-account",
            "spot-check",
            "give-back",
            "late",
            "pools",
            "x",
        ):
            text(client.get(f"/desk/redeeming?list={step}"))
        page = text(client.get(f"/desk/redeeming/{match.pk}"))
        assert NUMBER not in page
        assert "1234" in page


def test_a_payment_is_offered_once_nothing_stands_before_it(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    going.sweep()
    page = f"/desk/redeeming/{match.pk}"
    match.refresh_from_db()
    assert match.state == "publicised"
    assert f'action="{page}/order"' not in text(client.get(page))
    Match.objects.filter(pk=match.pk).update(public_until=clock.today().replace(year=2020))
    assert f'action="{page}/order"' in text(client.get(page))


def test_what_the_registers_settled_is_told_as_the_machines(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    told = re.sub(r"<[^>]+>|\s", "", text(client.get(f"/desk/redeeming/{match.pk}")).split("经过")[-1])
    assert "核验系统" in told


def test_what_was_granted_is_taken_back_with_words_and_never_without(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    page = f"/desk/redeeming/{match.pk}"
    assert match.state in ("verified", "publicised")
    refused = text(client.post(f"{page}/take-back", {"words": " "}), 400)
    assert "请写明理由" in refused
    assert f'data-keep="{page}/take-back"' in refused
    assert client.post(f"{page}/take-back", {"words": "核实不符"})["Location"] == f"{page}?done=take-back"
    assert f'data-kept="{page}/take-back"' in text(client.get(f"{page}?done=take-back"))
    match.refresh_from_db()
    assert (match.state, match.reserved) == ("refused", 0)
    assert client.post(f"{page}/take-back", {"words": "再来"}).status_code == 409


def test_a_payment_is_drawn_checked_asked_back_and_comes_back(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    paid(match)
    page = f"/desk/redeeming/{match.pk}"
    assert "抽中 1 件" in text(client.get(client.post("/desk/redeeming/draw", {"policy": POLICY, "one_in": "20"})["Location"]))
    assert client.post("/desk/redeeming/draw", {"policy": POLICY, "one_in": "0"}).status_code == 422
    assert page in text(client.get("/desk/redeeming?list=spot-check"))
    assert client.post(f"{page}/spot-check", {"finding": "wrong", "words": "没有开业"}).status_code == 302
    assert client.post(f"{page}/claw-back", {"words": "没有开业", "amount": "999999999"}).status_code == 422
    assert client.post(f"{page}/claw-back", {"words": "没有开业", "amount": "x"}).status_code == 422
    assert client.post(f"{page}/claw-back", {"words": "没有开业", "amount": ""}).status_code == 302
    assert page in text(client.get("/desk/redeeming?list=give-back"))
    assert client.post(f"{page}/money-back", {"words": "凭证 12"}).status_code == 302
    history = text(client.get(page))
    for title in ("抽查", "决定追回", "款项已退回"):
        assert title in history


def test_an_objection_is_decided_by_who_hears_it(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    going.sweep()
    match.refresh_from_db()
    assert match.state == "publicised"
    objection = acts.object(match.pk, town.actor("li-min"), words="这家店早就关了", key=str(uuid7()))
    page = f"/desk/redeeming/{match.pk}"
    assert "这家店早就关了" in text(client.get("/desk/redeeming?list=objections"))
    assert client.post(f"{page}/objection", {"objection": str(objection), "upheld": "", "answer": "x"}).status_code == 400
    assert client.post(f"{page}/objection", {"objection": str(uuid7()), "upheld": "no", "answer": "x"}).status_code == 404
    typed = {"objection": str(objection), "upheld": "yes", "answer": "您说得对", "reason": ""}
    refused = text(client.post(f"{page}/objection", typed), 400)
    assert re.search(r'id="reason-error"', refused)
    assert "您说得对" in refused
    assert client.post(f"{page}/objection", typed | {"reason": "核查时已停业"}).status_code == 302
    mine = text(client.get(page))
    assert "核查时已停业" in mine
    assert "您说得对" not in mine


def test_lists_and_acts_are_for_the_department_alone(town: Town, desk: Desk) -> None:
    match = claimed()
    page = f"/desk/redeeming/{match.pk}"
    for login in (STRANGER, "xu-jing"):
        other = desk(login)
        assert other.get("/desk/redeeming").status_code == 403, login
        assert other.get(page).status_code == 404, login
        assert other.post(f"{page}/take-back", {"words": "x"}).status_code == 404, login
        assert other.post("/desk/redeeming/draw", {"policy": POLICY, "one_in": "1"}).status_code in (403, 404), login
    assert desk(DECIDER).get(f"/desk/redeeming/{uuid7()}").status_code == 404
    assert desk(DECIDER).post(f"{page}/nothing", {}).status_code == 404
    assert Client().get("/desk/redeeming")["Location"].startswith("/sign-in")


def test_what_needs_no_application_is_asked_for_at_once(town: Town, desk: Desk) -> None:
    carry_out(ask_for_run("firm", by="test"))
    client = desk("tang-li")
    one = next(
        one
        for one in catalogue.city().policies_on(clock.today()).values()
        if one.redeem == "unasked" and one.department == "human-resources" and one.amount
    )
    answer = client.post("/desk/redeeming/unasked", {"policy": one.id})
    assert "没有收款账户" in text(client.get(answer["Location"]))
    assert client.post("/desk/redeeming/unasked", {"policy": POLICY}).status_code == 403
    assert UUID(int=0) != one.id


def test_what_a_bank_contradicted_is_entered_after_it_was_asked(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    paid(match)
    row = Order.objects.latest("id")
    settle(row.pk, "failed")
    page = f"/desk/redeeming/{match.pk}"
    assert page in text(client.get("/desk/redeeming?list=contradicted"))
    assert client.post(f"{page}/settle", {"order": str(uuid7()), "outcome": "paid", "words": "x"}).status_code == 404
    assert client.post(f"{page}/settle", {"order": str(row.pk), "outcome": "", "words": "x"}).status_code == 400
    assert client.post(f"{page}/settle", {"order": str(row.pk), "outcome": "paid", "words": "问过营业部，确已到账"}).status_code == 302
    assert page not in text(client.get("/desk/redeeming?list=contradicted"))


def test_a_long_list_is_turned_page_by_page_and_its_file_is_whole(town: Town, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out(ask_for_run("firm", by="test"))
    client, address = desk("tang-li"), "/desk/redeeming?list=no-account"
    own = Match.objects.filter(pk__in=[row.id for row in reads.waiting("human-resources", "no-account", most=10_000)])
    assert own.count() > 3
    for at, pk in enumerate(own.order_by("id").values_list("pk", flat=True)[:2]):
        Match.objects.filter(pk=pk).update(due_on=clock.today().replace(day=1 + at))
    monkeypatch.setattr(lists, "_PAGE", 2)
    monkeypatch.setattr(lists, "_AT_ONCE", 2)
    seen: list[str] = []
    page = text(client.get(address))
    assert "未开户对象" not in page, "who is entered here is named, though nobody has redeemed it yet"
    while True:
        seen += re.findall(r'href="/desk/redeeming/([0-9a-f-]{36})"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        if more is None:
            break
        page = text(client.get(unescape(more[1])))
    assert sorted(seen) == sorted(str(pk) for pk in own.values_list("pk", flat=True))
    assert len(rows_of(client, address)) == own.count() + 1


def test_a_draw_that_is_refused_keeps_its_list_and_what_was_typed(town: Town, desk: Desk) -> None:
    refused = text(desk(DECIDER).post("/desk/redeeming/draw", {"policy": POLICY, "one_in": "0"}), 422)
    assert "每多少件抽一件，至少" in refused
    assert 'data-keep="/desk/redeeming/draw"' in refused
    assert re.search(r'name="one_in"[^>]*value="0"', refused)


def test_a_choice_that_is_not_ticked_is_asked_for(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    paid(match)
    refused = text(client.post(f"/desk/redeeming/{match.pk}/spot-check", {"finding": "", "words": "去看过"}), 400)
    assert "请选择一项" in refused
    assert "去看过" in refused


def test_what_a_bank_paid_twice_is_asked_back_and_comes_back(town: Town, desk: Desk) -> None:
    match, client = claimed(), desk(DECIDER)
    paid(match)
    page, last = f"/desk/redeeming/{match.pk}", Order.objects.latest("id")
    first = Order.objects.create(
        match_id=match.pk,
        pool=last.pool,
        system=last.system,
        account_id=last.account_id,
        amount=last.amount,
        state="failed",
        ordered_at=clock.now(),
        contradicted_at=clock.now(),
    )
    assert client.post(f"{page}/settle", {"order": str(first.pk), "outcome": "paid", "words": "两笔都已入账"}).status_code == 302
    assert page in text(client.get("/desk/redeeming?list=paid-twice"))
    [_, row] = rows_of(client, "/desk/redeeming?list=paid-twice")
    assert match.number in row
    known = text(client.get(page))
    assert ("重复支付" in known, "付重的一笔" in known) == (True, True)
    second = re.search(r'name="second" value="([^"]+)"', known)
    assert second
    typed = {"second": second[1], "words": "银行付重了", "due-year": "2020", "due-month": "1", "due-day": "1"}
    assert 'id="due-error"' in text(client.post(f"{page}/ask-second-back", typed), 422)
    assert 'id="words-error"' in text(client.post(f"{page}/ask-second-back", typed | {"words": " ", "due-year": "2099"}), 400)
    assert client.post(f"{page}/ask-second-back", typed | {"second": str(uuid7())}).status_code in (404, 422)
    assert client.post(f"{page}/ask-second-back", typed | {"due-year": "2099"})["Location"] == f"{page}?done=ask-second-back"
    owner = Client()
    owner.force_login(_owner(match))
    assert f'href="/entitlements/{match.pk}"' in text(owner.get("/"))
    for lang, says in (("zh", "这一项付了两笔"), ("en", "This was paid twice")):
        owner.cookies["lang"] = lang
        mine = text(owner.get(f"/entitlements/{match.pk}"))
        assert (says in mine, "银行付重了" in mine) == (True, True)
    assert any(cell.startswith(f"{last.amount // 100}") for cell in rows_of(client, "/desk/redeeming?list=pools")[1])
    assert client.post(f"{page}/second-back", {"second": second[1], "words": "凭证 9"}).status_code == 302
    assert page not in text(client.get("/desk/redeeming?list=paid-twice"))
    assert desk(STRANGER).post(f"{page}/second-back", {"second": second[1], "words": "x"}).status_code == 404


def _owner(match: Match) -> Account:
    firm = parties.known("uscc", [bytes(match.subject)])[bytes(match.subject)]
    return Account.objects.get(person_id=parties.speaks_for("firm", firm.id))


@pytest.mark.parametrize(("lang", "says"), [("zh", "等本人选：另一项对其更有利"), ("en", "Waiting for their choice")])
def test_what_waits_for_its_subject_to_choose_says_so_on_the_list_and_in_the_file(town: Town, desk: Desk, lang: str, says: str) -> None:
    carry_out(ask_for_run("firm", by="test"))
    client, address = desk("tang-li"), "/desk/redeeming?list=no-account"
    client.cookies["lang"] = lang
    assert says not in text(client.get(address))
    row = reads.waiting("human-resources", "no-account")[0]
    ask_to_choose(row.id, catalogue.city().policies_on(clock.today())[row.policy], uuid7())
    assert says in text(client.get(address))
    assert any(says in str(line) for line in rows_of(client, address))
    assert ("请本人选择" if lang == "zh" else "Waiting for a choice") in text(client.get(f"/desk/redeeming/{row.id}"))
