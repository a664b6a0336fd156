"""Sent with the act, delivered once, read by its person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tongban.jobs.acts import work
from tongban.jobs.reads import waiting
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.messages import kinds, reads
from tongban.messages.acts import deliver, mark_read, send
from tongban.messages.errors import MessageNotFoundError, PersonalDataError, UnfitMessageError
from tongban.messages.models import Message
from tongban.messages.tasks import KINDS

pytestmark = pytest.mark.django_db(transaction=True)
SAYS = Text("您的食品经营许可申请已受理。", "Your application for a food business licence was accepted.")
NIGHT = ("22:00", "07:00")


def sent(to=None, **changes):
    arguments = {"template": "accepted", "text": SAYS, "case_id": uuid7(), **changes}
    with transaction.atomic():
        return send(to or uuid7(), **arguments)


def move_to(hour: int) -> None:
    """To the next time that the city's clock shows this full hour."""
    now = clock.local(clock.now())
    there = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    clock.move_by((there if there > now else there + timedelta(days=1)) - now)


def test_a_message_is_delivered_by_the_worker_and_kept_in_both_languages():
    to, case = uuid7(), uuid7()
    move_to(10)
    message = sent(to, case_id=case, link="/cases/1")
    assert reads.phone() == ()
    assert work(KINDS) == 1
    (seen,) = reads.phone()
    assert (seen.id, seen.to, seen.text, seen.case_id, seen.link) == (message, to, SAYS, case, "/cases/1")
    assert seen.delivered_at is not None
    assert seen.read_at is None
    assert reads.of_case(case) == (seen,)


def test_a_message_of_a_rolled_back_act_was_never_sent():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send(uuid7(), "accepted", SAYS, None)
        raise ZeroDivisionError
    assert not Message.objects.exists()
    assert work(KINDS) == 0


def test_sending_belongs_into_a_transaction():
    with pytest.raises(RuntimeError):
        send(uuid7(), "accepted", SAYS, None)


def test_delivering_twice_delivers_once(monkeypatch):
    taken = []
    monkeypatch.setattr(kinds.CHANNELS["demo-phone"], "hand_over", taken.append, raising=False)
    message = sent()
    assert deliver(message)
    first = reads.phone()[0].delivered_at
    clock.move_by(timedelta(hours=1))
    assert deliver(message)
    assert work(KINDS) == 1
    assert len(taken) == 1
    assert reads.phone()[0].delivered_at == first


def test_at_night_it_waits_for_the_morning_and_stands_in_the_inbox_at_once():
    to = uuid7()
    move_to(23)
    sent(to, quiet=NIGHT)
    assert work(KINDS) == 0
    assert len(reads.inbox(to)) == 1
    assert reads.phone() == ()
    move_to(6)
    assert work(KINDS) == 0
    move_to(7)
    assert work(KINDS) == 1
    assert clock.local(reads.phone()[0].delivered_at).hour == 7


def test_what_is_urgent_rings_at_night():
    move_to(23)
    sent(quiet=NIGHT, urgent=True)
    assert work(KINDS) == 1
    assert len(reads.phone()) == 1


def test_a_delivery_that_failed_in_the_evening_is_not_tried_again_at_night(monkeypatch):
    move_to(21)

    def down(message):
        raise ConnectionError("the gateway is down")

    monkeypatch.setattr(kinds.CHANNELS["demo-phone"], "hand_over", down, raising=False)
    sent(quiet=NIGHT)
    assert work(KINDS) == 1
    monkeypatch.undo()
    move_to(23)
    assert work(KINDS) == 1
    assert reads.phone() == ()
    move_to(7)
    assert work(KINDS) == 1
    assert len(reads.phone()) == 1


def test_a_channel_that_is_down_loses_nothing(monkeypatch):
    def down(message):
        raise ConnectionError("the gateway is down")

    monkeypatch.setattr(kinds.CHANNELS["demo-phone"], "hand_over", down, raising=False)
    sent()
    assert work(KINDS) == 1
    assert reads.phone() == ()
    assert waiting()
    monkeypatch.undo()
    clock.move_by(timedelta(hours=1))
    assert work(KINDS) == 1
    assert len(reads.phone()) == 1


@pytest.mark.parametrize(
    "text",
    [Text("身份证11010519491231002X", "Fine."), Text("好。", "Call 138 0013 8000."), Text("账户6222021234567890", "Fine.")],
)
def test_personal_data_is_refused_in_either_language_and_not_repeated(text):
    with pytest.raises(PersonalDataError) as caught:
        sent(text=text)
    assert "没有发送" in caught.value.says.zh
    assert not any(character.isdigit() for character in caught.value.says.zh)
    assert not Message.objects.exists()


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_link_leads_into_this_site_only(link):
    with pytest.raises(UnfitMessageError):
        sent(link=link)


@pytest.mark.parametrize("text", [Text("", "Yes."), Text("是。", " ")])
def test_a_text_without_one_of_its_languages_is_refused(text):
    with pytest.raises(UnfitMessageError):
        sent(text=text)


def test_reading_is_noted_once_and_only_by_its_person():
    to = uuid7()
    message = sent(to)
    assert reads.unread(to) == 1
    with pytest.raises(MessageNotFoundError):
        mark_read(message, uuid7())
    mark_read(message, to)
    first = reads.inbox(to)[0].read_at
    assert isinstance(first, datetime)
    clock.move_by(timedelta(hours=1))
    mark_read(message, to)
    assert reads.inbox(to)[0].read_at == first
    assert reads.unread(to) == 0


def test_an_inbox_is_newest_first_in_pages_and_nobody_elses():
    to = uuid7()
    made = [sent(to) for _ in range(5)]
    sent()
    first = reads.inbox(to, 3)
    rest = reads.inbox(to, 3, before=first[-1].id)
    assert [message.id for message in (*first, *rest)] == made[::-1]


def test_the_demonstrations_phone_shows_the_latest_first():
    move_to(10)
    for _ in range(3):
        sent()
        work(KINDS)
        clock.move_by(timedelta(minutes=1))
    at = [message.delivered_at for message in reads.phone(2)]
    assert len(at) == 2
    assert at == sorted(at, reverse=True)


def test_delivering_what_is_not_there_says_so():
    with pytest.raises(MessageNotFoundError):
        deliver(uuid7())
