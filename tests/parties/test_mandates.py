"""Who may act for whom, for what, and until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.parties.conftest import Town
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger.errors import KeyReusedError
from tongban.ledger.reads import earlier
from tongban.parties import acts, reads
from tongban.parties.core.mandates import MandateTerms, in_force
from tongban.parties.errors import MandateTermsError, NotTheirsToGiveError
from tongban.parties.models import Mandate

LICENCE = frozenset({"food-business-licence"})
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def represent(town: Town) -> None:
    acts.record_mandates(
        [MandateTerms("legal-representative", "firm", town.shop, town.zhao_jianguo, date(2020, 1, 1))], by="test", basis="licence"
    )


def give_agent(town: Town, *, days: int = 30, **changed):
    terms = {
        "kind": "agent",
        "principal_kind": "firm",
        "principal_id": town.shop,
        "holder_id": town.chen_xiao,
        "given_by": town.zhao_jianguo,
    }
    return acts.give_mandate(**(terms | {"scope": LICENCE, "ends": clock.today() + timedelta(days=days)} | changed))


@given(DAYS, st.none() | DAYS, DAYS, st.booleans())
def test_a_mandate_holds_from_its_first_to_its_last_day_unless_taken_back(
    starts: date, ends: date | None, day: date, revoked: bool
) -> None:
    terms = MandateTerms("agent", "firm", uuid7(), uuid7(), starts, ends)
    assert in_force(terms, revoked=revoked, day=day) == (not revoked and starts <= day <= (ends or date.max))


def test_everybody_may_act_for_themselves(town: Town) -> None:
    (me,) = reads.principals(town.chen_xiao)
    assert me.is_self
    assert (me.kind, me.id, me.name, me.scope) == ("person", town.chen_xiao, "陈晓", None)


def test_a_legal_representative_acts_for_the_firm_in_everything(town: Town) -> None:
    represent(town)
    firm = reads.principals(town.zhao_jianguo)[1]
    assert (firm.kind, firm.id, firm.mandate_kind) == ("firm", town.shop, "legal-representative")
    assert firm.allows("anything")


def test_an_agent_acts_for_the_named_services_only(town: Town) -> None:
    represent(town)
    give_agent(town)
    firm = reads.principal(town.chen_xiao, "firm", town.shop)
    assert firm is not None
    assert firm.allows("food-business-licence")
    assert not firm.allows("shop-sign")


def test_a_mandate_holds_on_its_last_day_and_no_longer(town: Town) -> None:
    represent(town)
    give_agent(town, days=3)
    clock.move_by(timedelta(days=3))
    assert reads.principal(town.chen_xiao, "firm", town.shop) is not None
    clock.move_by(timedelta(days=1))
    assert reads.principal(town.chen_xiao, "firm", town.shop) is None
    assert len(reads.principals(town.chen_xiao)) == 1


def test_a_mandate_taken_back_ends_at_once(town: Town) -> None:
    represent(town)
    given = give_agent(town)
    acts.end_mandate(given, by=town.zhao_jianguo)
    assert reads.principal(town.chen_xiao, "firm", town.shop) is None
    assert [view.revoked for view in reads.mandates("firm", town.shop)] == [True, False]


def test_a_holder_may_lay_a_mandate_down_and_a_stranger_may_not(town: Town) -> None:
    represent(town)
    given = give_agent(town)
    with pytest.raises(NotTheirsToGiveError):
        acts.end_mandate(given, by=town.li_min)
    acts.end_mandate(given, by=town.chen_xiao)
    assert reads.principal(town.chen_xiao, "firm", town.shop) is None


def test_only_the_legal_representative_gives_a_firms_mandate(town: Town) -> None:
    represent(town)
    with pytest.raises(NotTheirsToGiveError):
        give_agent(town, given_by=town.chen_xiao)


def test_nobody_names_themselves_legal_representative(town: Town) -> None:
    represent(town)
    with pytest.raises(NotTheirsToGiveError):
        give_agent(town, kind="legal-representative")


@pytest.mark.parametrize("changed", [{"ends": None}, {"scope": None}, {"scope": frozenset()}, {"kind": "friend"}, {"kind": "child"}])
def test_an_agents_mandate_says_what_for_and_until_when(town: Town, changed: dict[str, object]) -> None:
    represent(town)
    with pytest.raises(MandateTermsError) as caught:
        give_agent(town, **changed)
    assert caught.value.says.zh
    assert caught.value.says.en


def test_a_mandate_that_would_have_ended_is_refused(town: Town) -> None:
    represent(town)
    with pytest.raises(MandateTermsError):
        give_agent(town, days=-1)


def test_a_child_acts_for_a_parent_and_only_for_a_parent(town: Town) -> None:
    acts.give_mandate(
        kind="child", principal_kind="person", principal_id=town.wang_xiuying, holder_id=town.li_min, given_by=town.wang_xiuying
    )
    mother = reads.principal(town.li_min, "person", town.wang_xiuying)
    assert mother is not None
    assert mother.name == "王秀英"
    with pytest.raises(MandateTermsError):
        acts.give_mandate(
            kind="child", principal_kind="person", principal_id=town.zhang_wei, holder_id=town.li_min, given_by=town.zhang_wei
        )


def test_of_two_mandates_the_wider_one_counts(town: Town) -> None:
    represent(town)
    give_agent(town)
    give_agent(town, kind="bookkeeper-agent", scope=None)
    found = reads.principal(town.chen_xiao, "firm", town.shop)
    assert found is not None
    assert found.scope is None
    assert reads.principals(town.chen_xiao)[1].scope is None


def test_behind_a_firm_stand_its_representative_and_agents_of_today(town: Town) -> None:
    represent(town)
    give_agent(town, days=3)
    assert reads.people_behind("firm", town.shop) == {town.zhao_jianguo, town.chen_xiao}
    clock.move_by(timedelta(days=4))
    assert reads.people_behind("firm", town.shop) == {town.zhao_jianguo}
    assert reads.people_behind("person", town.li_min) == {town.li_min}


def test_a_mandate_given_twice_by_the_same_click_is_one(town: Town) -> None:
    represent(town)
    assert give_agent(town, key="click") == give_agent(town, key="click")
    assert len(reads.mandates("firm", town.shop)) == 2
    with pytest.raises(KeyReusedError):
        give_agent(town, key="click", days=60)
    assert len(reads.mandates("firm", town.shop)) == 2


def test_a_mandate_given_is_on_the_record(town: Town) -> None:
    represent(town)
    give_agent(town, key="once")
    assert earlier(str(town.zhao_jianguo), "once") is not None


def test_the_database_refuses_a_mandate_with_two_principals_or_none(town: Town) -> None:
    fields = {"kind": "agent", "holder_id": town.chen_xiao, "starts": clock.today(), "given_at": clock.now()}
    for principal in ({}, {"person_id": town.li_min, "firm_id": town.shop}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(**fields, **principal)


def test_reading_whom_one_may_act_for_takes_two_statements(town: Town, django_assert_max_num_queries) -> None:
    represent(town)
    with django_assert_max_num_queries(2):
        reads.principals(town.zhao_jianguo)
