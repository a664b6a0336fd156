"""Who gained an entitlement, or lost one, is told: once, if they can be reached, and of what is so when they are told."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.benefits.conftest import BIG, GOOD, Cut, Town
from tests.benefits.living import Life, people
from tests.catalogue.small_city import small_city
from tests.crash.test_cut_off import KilledError
from tongban.benefits.acts import news
from tongban.benefits.models import Run
from tongban.jobs.models import Job
from tongban.ledger.models import Entry
from tongban.messages.models import Message
from tongban.parties.models import Account

pytestmark = pytest.mark.django_db
MESSAGES = (
    small_city()["messages.yaml"].decode()
    + """\
policy-found:
  text: {zh: "【{city}】您符合{count}项政策：{service}。", en: "[{city}] You are entitled to: {service}."}
policy-lost:
  text: {zh: "【{city}】您不再符合：{service}。", en: "[{city}] You are no longer entitled to: {service}."}
"""
)
SPEAKING = {"messages.yaml": MESSAGES}


@pytest.fixture
def life(town: Town) -> Life:
    """The town, matched once; nobody was told yet."""
    life = people(town)
    life.publish(**SPEAKING)
    return life


def told(life: Life) -> list[str]:
    """What Ann was told by policies, in order."""
    rows = Message.objects.filter(to=life.ann.person_id, template__startswith="policy-").order_by("id")
    return [row.zh.partition("】")[2] for row in rows]


def test_whoever_represents_what_was_found_is_told_once(life: Life) -> None:
    life.work()
    assert told(life) == ["您符合1项政策：摊位补贴。"] * 2, "one for each firm"
    links = set(Message.objects.filter(template="policy-found").values_list("link", flat=True))
    assert links == {f"/benefits?for=firm:{life.firms[key]}" for key in (GOOD, BIG)}
    life.town.match()
    life.work()
    assert len(told(life)) == 2, "what was known already is no news"
    assert Entry.objects.filter(act="benefits.news").count() == 1


def test_who_has_no_account_is_told_nothing(life: Life) -> None:
    Account.objects.filter(person_id=life.ann.person_id).update(is_active=False)
    life.work()
    assert not Message.objects.filter(template__startswith="policy-").exists()


def test_who_lost_it_is_told_and_who_has_it_again_by_then_is_not(life: Life) -> None:
    life.work()
    life.town.set("licence", GOOD, status="cancelled")
    life.town.match()
    life.town.set("licence", BIG, status="cancelled")
    life.town.match()
    life.town.set("licence", BIG, status="active")
    life.town.match()
    life.work()
    assert told(life)[2:] == ["您不再符合：摊位补贴。", "您符合1项政策：摊位补贴。"], (
        "the last is the big one's, which lost it and has it again"
    )


def test_what_was_claimed_or_lost_before_anybody_was_told_is_no_news(life: Life) -> None:
    life.claim(GOOD)
    life.town.set("licence", BIG, status="cancelled")
    life.town.match()
    life.work()
    assert told(life) == ["您不再符合：摊位补贴。"]


def test_nobody_is_told_twice_or_left_out_however_many_there_are_and_wherever_it_is_cut_off(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "AT_ONCE", 1)
    run, at, cuts = Run.objects.latest("id").pk, 0, 0
    after = b""
    for _ in range(2):
        at = 0
        while True:
            at += 1
            try:
                with transaction.atomic(), connection.execute_wrapper(Cut(at)):
                    news.tell_news(run, after)
                break
            except KilledError:
                cuts += 1
        after = bytes.fromhex(Job.objects.filter(kind=news.NEWS).latest("id").payload["after"])
    assert cuts > 6
    assert len(told(life)) == 2
    assert {row.link for row in Message.objects.filter(template="policy-found")} == {
        f"/benefits?for=firm:{life.firms[key]}" for key in (GOOD, BIG)
    }
    life.work()
    assert len(told(life)) == 4, "the job of the run itself had told nobody yet"


def test_a_city_that_declares_no_such_message_tells_nobody(town: Town) -> None:
    life = people(town)
    life.work()
    assert told(life) == []
