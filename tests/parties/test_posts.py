"""Accounts and posts: who may do what today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from tests.parties.conftest import Town
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.parties import acts, reads
from tongban.parties.errors import AlreadyEnteredError, NoSuchPartyError, OwnAppointmentError, PostTermsError


def sign_in(town: Town, who: str = "chen_xiao"):
    return reads.actor(acts.open_account(person_id=getattr(town, who), login=who, by="test"))


def appoint(town: Town, who: str = "chen_xiao", **changed):
    terms = {"person_id": getattr(town, who), "department": "market", "role": "reviewer", "area": "990101", "by": None}
    return acts.appoint(**(terms | changed))


def test_an_actor_and_the_posts_take_two_statements(town: Town, django_assert_max_num_queries) -> None:
    account = acts.open_account(person_id=town.chen_xiao, login="chen", by="test")
    appoint(town)
    appoint(town, role="decider")
    with django_assert_max_num_queries(2):
        actor = reads.actor(account)
    assert actor.name == "陈晓"
    assert [post.role for post in actor.posts] == ["reviewer", "decider"]


def test_a_post_holds_in_its_department_and_area_only(town: Town) -> None:
    appoint(town)
    actor = sign_in(town)
    assert actor.holds("reviewer", "market", "990101001")
    assert not actor.holds("reviewer", "market", "990102001")
    assert not actor.holds("reviewer", "civil", "990101001")
    assert not actor.holds("decider", "market", "990101001")


def test_a_post_holds_from_its_first_to_its_last_day(town: Town) -> None:
    today = clock.today()
    appoint(town, starts=today + timedelta(days=1), ends=today + timedelta(days=2))
    account = sign_in(town).account_id
    held = []
    for _ in range(4):
        held.append(bool(reads.actor(account).posts))
        clock.move_by(timedelta(days=1))
    assert held == [False, True, True, False]


def test_cover_holds_for_its_own_days_and_says_that_it_is_cover(town: Town) -> None:
    post = appoint(town)
    acts.cover(post_id=post, person_id=town.li_min, by=None, ends=clock.today() + timedelta(days=1))
    substitute = sign_in(town, "li_min")
    assert [(one.role, one.acting) for one in substitute.posts] == [("reviewer", True)]
    assert [ref.name for ref in reads.officials("market", "reviewer", "990101001")] == ["陈晓", "李敏"]
    clock.move_by(timedelta(days=2))
    assert reads.actor(substitute.account_id).posts == ()
    assert [ref.name for ref in reads.officials("market", "reviewer", "990101001")] == ["陈晓"]


def test_nobody_covers_for_themselves(town: Town) -> None:
    post = appoint(town)
    with pytest.raises(PostTermsError):
        acts.cover(post_id=post, person_id=town.chen_xiao, by=None, ends=clock.today())


def test_an_ended_post_is_held_no_longer(town: Town) -> None:
    post = appoint(town, starts=clock.today() - timedelta(days=9))
    acts.end_post(post, by=None, last_day=clock.today() - timedelta(days=1))
    assert sign_in(town).posts == ()


def test_nobody_appoints_themselves_or_a_relative(town: Town) -> None:
    head = sign_in(town, "li_min")
    for who in ("li_min", "li_qiang", "zhang_wei"):
        with pytest.raises(OwnAppointmentError):
            appoint(town, who, by=head)
    assert appoint(town, "chen_xiao", by=head)


def test_a_post_needs_a_declared_department_and_days_in_order(town: Town) -> None:
    with pytest.raises(PostTermsError):
        appoint(town, department="moon")
    with pytest.raises(PostTermsError):
        appoint(town, ends=clock.today() - timedelta(days=1))


def test_officials_of_a_place_are_those_whose_area_covers_it_nearest_first(town: Town) -> None:
    appoint(town, "li_min", area="990100")
    appoint(town, "li_qiang", area="990101001", contract=True)
    appoint(town, "zhang_wei", area="990102")
    account = sign_in(town, "li_min").account_id
    found = reads.officials("market", "reviewer", "990101001")
    assert [(one.name, one.account_id, one.post.contract) for one in found] == [("李强", None, True), ("李敏", account, False)]


def test_a_login_is_taken_once(town: Town) -> None:
    sign_in(town)
    with pytest.raises(AlreadyEnteredError):
        sign_in(town)


def test_a_password_is_kept_by_argon2_and_an_account_without_one_has_none(town: Town) -> None:
    account = acts.open_account(person_id=town.chen_xiao, login="chen", password="三十六计走为上", by="test")
    sign_in(town, "li_min")
    assert authenticate(username="chen", password="三十六计走为上").pk == account
    assert authenticate(username="chen", password="wrong") is None
    assert authenticate(username="li_min", password="") is None


def test_a_closed_account_is_nobody(town: Town) -> None:
    account = sign_in(town).account_id
    acts.close_account(account, by="test")
    with pytest.raises(NoSuchPartyError):
        reads.actor(account)
    with pytest.raises(NoSuchPartyError):
        reads.actor(uuid7())
