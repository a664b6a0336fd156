"""Every finished case can be rated, once, with one of five levels, by its own side; and who rated is kept from whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cases.finished import HANDS, decided_restaurant, granted_allowance, rated_badly, said
from tests.cases.test_lifecycle import allowance, key, restaurant, send, version
from tests.counter.making import attend, taken_in
from tests.town import CITY, Town
from tongban.cases import acts
from tongban.cases.acts.rate import bound
from tongban.cases.core.counter import DOCUMENTS
from tongban.cases.core.ratings import LEVELS, read_said
from tongban.cases.errors import CaseNotFoundError, MayNotError, OwnCaseError
from tongban.cases.feedback_errors import AlreadyRatedError, HadAHandError, LevelMissingError, NotRateableError, RatingLinkError
from tongban.cases.models import Case, Event, Rated, Rating
from tongban.cases.reads.rating_links import link_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.reading import read_city
from tongban.kernel import clock
from tongban.ledger.models import Entry
from tongban.parties.core.people import Actor

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


CHANNELS = ("online", "window", "home", "phone", "mail")


def test_these_are_the_channels_of_the_citys_services() -> None:
    assert {channel for service in read_city(CITY).services.values() for channel in service.channels} == set(CHANNELS)


@pytest.mark.parametrize("level", LEVELS)
def test_a_finished_case_is_rated_with_one_of_five_levels(town: Town, level: int) -> None:
    case_id = granted_allowance(town)
    acts.rate(case_id, said(level), actor=town.actor("li-min"), key=key())
    assert Rated.objects.get(case_id=case_id).rating.level == level


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_finished_case_is_rated_once_whichever_way_it_came(town: Town, channel: str) -> None:
    case_id, rater = finished_by(town, channel)
    assert (case := Case.objects.get(pk=case_id)).channel == channel
    acts.rate_by_link(token(case_id, "applicant"), said(4), key=key())
    kept = Rated.objects.get(case_id=case_id)
    assert (kept.rating.level, kept.rating.channel, kept.rated_by) == (4, channel, case.applicant_id)
    with pytest.raises(AlreadyRatedError):
        acts.rate(case_id, said(1), actor=rater, key=key())


def finished_by(town: Town, channel: str) -> tuple[UUID, Actor]:
    """An allowance that was granted at once, by this channel; and whose it is."""
    if channel == "online":
        return granted_allowance(town), town.actor("li-min")
    person = attend(town, channel=channel, document=DOCUMENTS[channel][0])
    return UUID(str(taken_in(person).case_id)), replace(person, assistant=None)


def test_nothing_is_assumed_without_a_level() -> None:
    for posted in ({}, {"level": ""}, {"level": "0"}, {"level": "6"}, {"level": "5.0"}, {"level": "满意"}, {"level": "٥"}):
        with pytest.raises(LevelMissingError):
            read_said(posted, ())


def test_nobody_rates_by_letting_time_pass(town: Town) -> None:
    from tongban.cases.tasks import sweep

    granted_allowance(town)
    clock.move_by(timedelta(days=30))
    sweep()
    assert not Rating.objects.exists()


def test_a_case_is_rated_once_and_a_second_rating_is_refused(town: Town) -> None:
    case_id, actor = granted_allowance(town), town.actor("li-min")
    acts.rate(case_id, said(5), actor=actor, key=key())
    with pytest.raises(AlreadyRatedError):
        acts.rate(case_id, said(1), actor=actor, key=key())
    assert [rating.level for rating in Rating.objects.all()] == [5]


def test_the_same_request_twice_is_one_rating_and_one_redress(town: Town) -> None:
    case_id, actor, once = granted_allowance(town), town.actor("li-min"), key()
    first = acts.rate(case_id, said(1, words="等了很久"), actor=actor, key=once)
    assert acts.rate(case_id, said(1, words="等了很久"), actor=actor, key=once) == first
    assert Case.objects.filter(about_id=case_id).count() == 1
    with pytest.raises(AlreadyRatedError):
        acts.rate(case_id, said(2, words="等了很久"), actor=actor, key=once)


def test_only_the_applicants_own_side_rates(town: Town) -> None:
    case_id = decided_restaurant(town)
    for login in ("li-min", "zhou-minhua", *HANDS, "he-fang", "xie-lan", "tang-min", "shen-yi"):
        with pytest.raises(CaseNotFoundError):
            acts.rate(case_id, said(), actor=town.actor(login), key=key())
    acts.rate(case_id, said(), actor=town.actor("zhao-jianguo"), key=key())
    assert Rated.objects.get(case_id=case_id).rated_by == town.actor("zhao-jianguo").person_id


def test_a_case_is_not_rated_before_it_is_finished(town: Town) -> None:
    case_id, actor = restaurant(town), town.actor("chen-xiao")
    with pytest.raises(NotRateableError):
        acts.rate(case_id, said(), actor=actor, key=key())
    send(town, case_id, "chen-xiao")
    with pytest.raises(NotRateableError):
        acts.rate(case_id, said(), actor=actor, key=key())
    acts.withdraw(case_id, actor=actor, key=key(), version=version(case_id))
    acts.rate(case_id, said(3), actor=actor, key=key())


def test_a_case_is_rated_until_the_declared_day_and_not_after_it(town: Town) -> None:
    within = catalogue.city().ratings.within  # type: ignore[union-attr]
    late, in_time = granted_allowance(town), decided_restaurant(town)
    last = catalogue.city().calendar.add_calendar(clock.today(), within.days)
    clock.move_by(timedelta(days=(last - clock.today()).days))
    acts.rate(in_time, said(), actor=town.actor("chen-xiao"), key=key())
    clock.move_by(timedelta(days=1))
    with pytest.raises(NotRateableError):
        acts.rate(late, said(), actor=town.actor("li-min"), key=key())


def test_a_rating_leaves_the_case_as_it_was(town: Town) -> None:
    case_id = decided_restaurant(town)

    def row() -> object:
        return Case.objects.filter(pk=case_id).values().get(), list(Event.objects.filter(case_id=case_id).order_by("id").values())

    before = row()
    acts.rate(case_id, said(1), actor=town.actor("chen-xiao"), key=key())
    assert row() == before


def test_indices_are_those_of_the_channel_and_between_one_and_five(town: Town) -> None:
    rules = catalogue.city().ratings
    assert rules is not None
    online, on_site = ({index.id for index in rules.indices(channel)} for channel in ("online", "window"))
    assert online == {"speed", "guide", "ease", "platform"}
    assert on_site == {"speed", "skill", "manner"}
    posted = {"level": "4", "index-speed": "5", "index-guide": "0", "index-ease": "x", "index-manner": "3"}
    found = read_said(posted, rules.indices("online"))
    assert found.indices == {"speed": 5}
    case_id = granted_allowance(town)
    acts.rate(case_id, said(4).__class__(4, {"speed": 5, "manner": 1}), actor=town.actor("li-min"), key=key())
    assert Rated.objects.get(case_id=case_id).rating.indices == {"speed": 5}


def test_words_end_at_a_thousand_characters_and_lose_what_no_text_may_hold() -> None:
    found = read_said({"level": "1", "words": "慢\x00" * 1500}, ())
    assert found.words == "慢" * 1000


def test_a_telephone_number_is_kept_only_of_who_agreed_to_be_called(town: Town) -> None:
    assert read_said({"level": "1", "contact": "13800000000"}, ()).contact == ""
    kept = read_said({"level": "1", "contact": "13800000000", "named": "yes"}, ())
    case_id = granted_allowance(town)
    acts.rate(case_id, kept, actor=town.actor("li-min"), key=key())
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM cases_rated WHERE case_id = %s", [case_id])
        assert b"13800000000" not in bytes(cursor.fetchone()[0])


def test_the_record_names_neither_who_rated_nor_what_and_still_proves_that_they_belong_together(town: Town) -> None:
    case_id, actor = decided_restaurant(town), town.actor("chen-xiao")
    acts.rate(case_id, said(1, words="说法不一"), actor=actor, key=key())
    entry = Entry.objects.get(act="cases.rate")
    whole = str({name: value for name, value in vars(entry).items() if not name.startswith("_")})
    case = Case.objects.get(pk=case_id)
    for secret in (case_id, actor.person_id, actor.account_id, case.number, case.applicant_id, case.applicant_name, "说法不一"):
        assert str(secret) not in whole
    assert (entry.actor, entry.case_id, entry.payload["level"]) == ("rater", None, 1)
    kept = Rated.objects.get(case_id=case_id)
    assert entry.payload["bound"] == bound(bytes(kept.salt), case_id, kept.rated_by)


def test_the_entries_of_the_redress_name_no_one_either(town: Town) -> None:
    case_id, redress = rated_badly(town)
    actor, case = town.actor("chen-xiao"), Case.objects.get(pk=case_id)
    for entry in Entry.objects.filter(case_id=redress.id):
        whole = str({name: value for name, value in vars(entry).items() if not name.startswith("_")})
        for secret in (case_id, actor.person_id, actor.account_id, case.number, case.applicant_id, case.applicant_name):
            assert str(secret) not in whole


def test_what_is_kept_of_a_rating_leads_neither_to_the_case_nor_to_the_day(town: Town) -> None:
    granted_allowance(town)
    case_id = decided_restaurant(town)
    acts.rate(case_id, said(4), actor=town.actor("chen-xiao"), key=key())
    rating = Rating.objects.get()
    assert rating.month.day == 1
    assert rating.id.version == 4, "an id that ascends with time would tell when"
    assert not {field.name for field in Rating._meta.get_fields() if field.concrete} & {"case", "at", "rated_by", "applicant", "area"}


@pytest.mark.parametrize("change", ["level = 5", "words = 'x'", "department = 'x'", "month = '2020-01-01'"])
def test_nothing_changes_a_rating(town: Town, change: str) -> None:
    acts.rate(granted_allowance(town), said(1), actor=town.actor("li-min"), key=key())
    for statement in (
        f"UPDATE cases_rating SET {change}",
        "DELETE FROM cases_rating",
        "DELETE FROM cases_rated",
        "UPDATE cases_rated SET rated_by = NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- by a link, without signing in ---------------------------------------------------------------------------------------------------


def token(case_id: UUID, whom: str = "applied-by") -> str:
    return link_of(Case.objects.get(pk=case_id), whom).removeprefix("/rate/")  # type: ignore[arg-type]


def test_a_link_rates_once_for_the_person_it_was_sent_to(town: Town) -> None:
    case_id = decided_restaurant(town)
    acts.rate_by_link(token(case_id), said(4), key=key())
    acts.rate_by_link(token(case_id), said(1), key=key())
    kept = Rated.objects.get(case_id=case_id)
    assert (kept.rating.level, kept.rating.given_by, kept.rated_by) == (4, "link", town.actor("chen-xiao").person_id)


def test_the_code_at_a_counter_names_nobody(town: Town) -> None:
    case_id = decided_restaurant(town)
    acts.rate_by_link(token(case_id, "counter"), said(3), key=key())
    kept = Rated.objects.get(case_id=case_id)
    assert (kept.rating.given_by, kept.rated_by) == ("window", None)


def test_a_link_that_was_changed_or_has_ended_opens_nothing(town: Town) -> None:
    case_id = decided_restaurant(town)
    good = token(case_id)
    other = "B" if good[3] != "B" else "C"
    for bad in ("", "x", "中文", good[:-1], good + "A", good[:3] + other + good[4:], good.swapcase()):
        with pytest.raises(RatingLinkError):
            acts.rate_by_link(bad, said(), key=key())
    clock.move_by(timedelta(days=catalogue.city().ratings.within.days + 10))  # type: ignore[union-attr]
    with pytest.raises(RatingLinkError):
        acts.rate_by_link(good, said(), key=key())
    assert not Rating.objects.exists()


def test_an_official_who_had_a_hand_in_the_case_does_not_rate_by_its_link(town: Town) -> None:
    case_id = decided_restaurant(town)
    for login in HANDS:
        with pytest.raises(HadAHandError):
            acts.rate_by_link(token(case_id, "counter"), said(5), key=key(), present=town.actor(login))
    assert not Rating.objects.exists()


def test_on_the_telephone_another_official_writes_it_down(town: Town) -> None:
    case_id = decided_restaurant(town)
    for login in (*HANDS, "he-fang", "tang-min", "shen-yi", "qian-guohua"):
        with pytest.raises((MayNotError, CaseNotFoundError)):
            acts.rate_for(case_id, said(2), actor=town.actor(login), key=key())
    acts.rate_for(case_id, said(2), actor=town.actor("xie-lan"), key=key())
    kept = Rated.objects.get(case_id=case_id)
    assert (kept.rating.given_by, kept.rated_by, kept.recorded_by) == ("phone", None, town.actor("xie-lan").person_id)


def test_who_writes_it_down_is_neither_a_hand_in_the_case_nor_a_relative(town: Town) -> None:
    from tongban.parties.acts.posts import appoint

    for login in ("sun-lihua", "zhao-jianmin"):
        appoint(person_id=town.actor(login).person_id, department="data-bureau", role="rating-supervisor", area="990100", by=None)
    case_id = decided_restaurant(town)
    with pytest.raises(HadAHandError):
        acts.rate_for(case_id, said(5), actor=town.actor("sun-lihua"), key=key())
    with pytest.raises(OwnCaseError):
        acts.rate_for(case_id, said(5), actor=town.actor("zhao-jianmin"), key=key())


def test_a_draft_is_nothing_to_be_rated(town: Town) -> None:
    with pytest.raises(NotRateableError):
        acts.rate(allowance(town), said(), actor=town.actor("li-min"), key=key())
