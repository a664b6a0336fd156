"""Acting for another: in which capacity, for which service, and no longer than it holds."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, NotOfferedError
from tongban.cases.models import Case
from tongban.cases.permissions import applies_for, sides_of
from tongban.catalogue.acts import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.parties.acts.mandates import end_mandate, give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def mandate(town: Town, kind: str, scope: frozenset[str] | None) -> UUID:
    """The restaurant lets 李敏 act for it."""
    return give_mandate(
        kind=kind,
        principal_kind="firm",
        principal_id=town.firm("chen-xiao").id,
        holder_id=town.actor("li-min").person_id,
        given_by=town.actor("zhao-jianguo").person_id,
        ends=clock.today() + timedelta(days=90),
        scope=scope,
    )


def test_two_mandates_for_one_service_each_open_both(town: Town) -> None:
    case_id = restaurant(town)
    mandate(town, "agent", frozenset({"outdoor-sign"}))
    mandate(town, "agent", frozenset({"food-business-licence"}))
    actor, firm = town.actor("li-min"), town.firm("chen-xiao")
    assert reads.form_view(case_id, actor).case_id == case_id
    for service in ("outdoor-sign", "food-business-licence"):
        assert acts.start(service, actor=actor, principal_kind="firm", principal_id=firm.id)


def take_no_book_keepers() -> None:
    """Publish the city again, its services for firms closed to book-keepers."""
    files = load(CITY)
    publish_texts({name: text.replace(b", bookkeeper-agent]", b"]") for name, text in files.items()}, "tests")


def test_a_book_keeper_begins_for_any_of_her_firms(town: Town) -> None:
    keeper = town.actor("zhou-minhua")
    firms = [one for one in parties.principals(keeper.person_id) if one.mandate_kind == "bookkeeper-agent"]
    assert len(firms) == 12
    for firm in (firms[0], firms[-1]):
        for service in ("outdoor-sign", "food-business-licence"):
            case_id = acts.start(service, actor=keeper, principal_kind="firm", principal_id=firm.id)
            assert reads.form_view(case_id, keeper).applicant_name == firm.name


def test_a_mandate_of_a_kind_that_the_service_does_not_take_opens_nothing(town: Town) -> None:
    take_no_book_keepers()
    case_id = restaurant(town)
    mandate(town, "bookkeeper-agent", None)
    actor, firm = town.actor("li-min"), town.firm("chen-xiao")
    with pytest.raises(NotOfferedError):
        acts.start("food-business-licence", actor=actor, principal_kind="firm", principal_id=firm.id)
    for look in (
        lambda: reads.form_view(case_id, actor),
        lambda: acts.save(case_id, {"staff_count": "9"}, actor=actor, version=1),
        lambda: acts.send(case_id, actor=actor, key=key(), version=version(case_id)),
    ):
        with pytest.raises(CaseNotFoundError):
            look()
    send(town, case_id, "chen-xiao")
    with pytest.raises(CaseNotFoundError):
        acts.withdraw(case_id, actor=actor, key=key(), version=version(case_id))
    assert case_id not in {row.id for row in reads.my_cases(actor)}


def test_the_filter_finds_what_the_check_allows_under_every_mandate(town: Town) -> None:
    take_no_book_keepers()
    case_id = restaurant(town)
    actor = town.actor("li-min")
    for kind, scope in (
        ("bookkeeper-agent", None),
        ("agent", frozenset({"outdoor-sign"})),
        ("agent", frozenset({"food-business-licence"})),
    ):
        mandate(town, kind, scope)
        found = set(Case.objects.filter(sides_of(actor)).values_list("pk", flat=True))
        principals = parties.principals(actor.person_id)
        assert found == {case.pk for case in Case.objects.all() if applies_for(principals, case)}
    assert case_id in found


def test_a_mandate_that_is_taken_back_or_over_opens_nothing(town: Town) -> None:
    case_id = restaurant(town)
    given = mandate(town, "agent", frozenset({"food-business-licence"}))
    actor = town.actor("li-min")
    assert reads.form_view(case_id, actor)
    end_mandate(given, by=town.actor("zhao-jianguo").person_id)
    with pytest.raises(CaseNotFoundError):
        reads.form_view(case_id, actor)
    mandate(town, "agent", frozenset({"food-business-licence"}))
    assert reads.form_view(case_id, actor)
    clock.move_by(timedelta(days=91))
    with pytest.raises(CaseNotFoundError):
        reads.form_view(case_id, actor)
