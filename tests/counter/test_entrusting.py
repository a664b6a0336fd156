"""Acting for another: given, seen by both sides, entered from paper, taken back at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import restaurant
from tests.counter.making import RESTAURANT, SIGN, appoint, attend, clerk, key, number_of, person
from tests.files.making import jpg
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, MayNotError, OwnCaseError, UncheckedError
from tongban.files import reads as files
from tongban.kernel import clock
from tongban.kernel.errors import TooOftenError
from tongban.ledger.errors import KeyReusedError
from tongban.ledger.models import Entry
from tongban.messages import reads as messages
from tongban.parties import acts as parties_acts
from tongban.parties import reads as parties
from tongban.parties.acts.holders import MOST, WITHIN
from tongban.parties.errors import IdentityError, MandateTermsError, NoSuchHolderError, NotTheirsToGiveError
from tongban.parties.models import HolderSearch

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def give(town: Town, by: str = "zhao-jianguo", to: str = "li-min", same: str = "", **more: object) -> UUID:
    terms = {
        "kind": "agent",
        "principal_kind": "firm",
        "principal_id": town.firm("chen-xiao").id,
        "holder_id": person(to),
        "ends": clock.today() + timedelta(days=30),
        "services": frozenset({RESTAURANT}),
    }
    return acts.entrust(**(terms | more), actor=town.actor(by), key=same or key())


def told(login: str) -> list[str]:
    return [one.template for one in messages.inbox(person(login))]


def test_a_mandate_given_is_seen_by_both_sides_with_what_was_done_under_it(town: Town) -> None:
    mandate = give(town)
    case_id = restaurant(town, "li-min")
    actor = town.actor("li-min")
    acts.send(case_id, actor=actor, key=key(), version=reads.form_view(case_id, actor).version)
    (own, firm, *_) = reads.given(town.actor("zhao-jianguo"))
    assert (own.kind, own.mandates) == ("person", ())
    firms = [side for side in reads.given(town.actor("zhao-jianguo")) if side.kind == "firm"]
    seen = next(one for side in firms for one in side.mandates if one.mandate.id == mandate)
    assert (seen.mandate.holder_name, seen.used) == ("李敏", 1)
    assert firm in firms
    assert mandate in {one.mandate.id for one in reads.held(actor)}
    for login in ("zhao-jianguo", "li-min"):
        _, cases = reads.done_under(mandate, town.actor(login))
        assert [row.id for row in cases] == [case_id]
    for stranger in ("chen-xiao", "he-fang", "shen-yi"):
        with pytest.raises(CaseNotFoundError):
            reads.done_under(mandate, town.actor(stranger))


def test_giving_twice_by_one_form_is_one_mandate_and_one_message(town: Town) -> None:
    same = key()
    assert give(town, same=same) == give(town, same=same)
    assert told("li-min").count("mandate-given") == 1
    with pytest.raises(KeyReusedError):
        give(town, same=same, services=frozenset({SIGN}))


def test_a_mandate_taken_back_ends_at_once_and_the_holder_hears_it(town: Town) -> None:
    mandate = give(town)
    acts.take_back(mandate, actor=town.actor("zhao-jianguo"))
    acts.take_back(mandate, actor=town.actor("zhao-jianguo"))
    assert parties.principal(person("li-min"), "firm", town.firm("chen-xiao").id) is None
    assert told("li-min").count("mandate-ended") == 1


def test_a_holder_lays_a_mandate_down_and_its_principal_hears_it(town: Town) -> None:
    acts.take_back(give(town), actor=town.actor("li-min"))
    assert told("zhao-jianguo").count("mandate-ended") == 1


def test_what_follows_from_a_register_is_neither_given_nor_taken_back_by_a_click(town: Town) -> None:
    represents = next(one.mandate.id for one in reads.held(town.actor("zhao-jianguo")) if one.mandate.terms.kind == "legal-representative")
    with pytest.raises(NotTheirsToGiveError):
        acts.take_back(represents, actor=town.actor("zhao-jianguo"))
    with pytest.raises(NotTheirsToGiveError):
        give(town, kind="legal-representative", services=None, ends=None)


def test_strangers_and_agents_give_and_take_back_nothing(town: Town) -> None:
    mandate = give(town)
    for login in ("chen-xiao", "he-fang", "zhou-minhua"):
        with pytest.raises(NotTheirsToGiveError):
            give(town, by=login)
        with pytest.raises(NotTheirsToGiveError):
            acts.take_back(mandate, actor=town.actor(login))


def test_a_holder_is_found_by_whole_name_and_number_and_by_nothing_less(town: Town) -> None:
    by = person("zhao-jianguo")
    assert parties_acts.find_holder("李 敏", number_of("li-min"), by=by) == person("li-min")
    for name, number in (("李", number_of("li-min")), ("陈晓", number_of("li-min")), ("", number_of("li-min"))):
        with pytest.raises(NoSuchHolderError) as wrong:
            parties_acts.find_holder(name, number, by=by)
        assert "李敏" not in str(wrong.value)
    with pytest.raises(IdentityError):
        parties_acts.find_holder("李敏", "12345", by=by)


def test_nobody_asks_through_all_names(town: Town) -> None:
    by = person("zhao-jianguo")
    for _ in range(MOST):
        with pytest.raises(NoSuchHolderError):
            parties_acts.find_holder("某某", number_of("li-min"), by=by)
    with pytest.raises(TooOftenError):
        parties_acts.find_holder("李敏", number_of("li-min"), by=by)
    clock.move_by(WITHIN + timedelta(seconds=1))
    assert parties_acts.find_holder("李敏", number_of("li-min"), by=by)
    parties_acts.forget_searches()
    assert HolderSearch.objects.count() == 1


def letter(town: Town, actor: object, **more: object) -> UUID:
    terms = {
        "kind": "agent",
        "principal_kind": "firm",
        "principal_id": town.firm("chen-xiao").id,
        "holder_id": actor.person_id,
        "ends": clock.today() + timedelta(days=30),
        "services": frozenset({SIGN}),
        "letter": jpg(),
    }
    return acts.record_letter(**(terms | more), actor=actor)


def test_a_letter_on_paper_lets_its_bearer_act_and_its_principal_hears_of_it_and_may_take_it_back(town: Town) -> None:
    bearer = attend(town)
    mandate = letter(town, bearer)
    assert parties.principal(bearer.person_id, "firm", town.firm("chen-xiao").id)
    assert told("zhao-jianguo") == ["mandate-recorded"]
    seen = parties.mandate(mandate)
    assert seen is not None
    assert (seen.given_by, seen.recorded_by) == (person("zhao-jianguo"), clerk(town).person_id)
    assert files.content(seen.letter, mandate) == jpg()
    assert Entry.objects.get(act="parties.record-letter").actor == f"account:{clerk(town).account_id}"
    firms = [side for side in reads.given(town.actor("zhao-jianguo")) if side.kind == "firm"]
    assert "何芳" in {one.recorded_by for side in firms for one in side.mandates}
    acts.take_back(mandate, actor=town.actor("zhao-jianguo"))
    with pytest.raises(CaseNotFoundError):
        acts.start(SIGN, actor=bearer, principal_kind="firm", principal_id=town.firm("chen-xiao").id)


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"ends": None}, MandateTermsError),
        ({"services": frozenset()}, MandateTermsError),
        ({"kind": "legal-representative"}, NotTheirsToGiveError),
        ({"letter": b""}, Exception),
    ],
)
def test_a_letter_says_what_for_and_until_when_and_is_there(town: Town, wrong: dict[str, object], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        letter(town, attend(town), **wrong)
    assert told("zhao-jianguo") == []


def test_a_letter_is_entered_only_for_who_stands_there_and_by_nobody_near(town: Town) -> None:
    bearer = attend(town)
    with pytest.raises(UncheckedError):
        letter(town, bearer, holder_id=person("li-min"))
    with pytest.raises(UncheckedError):
        letter(town, town.actor("li-min"))
    appoint("zhao-jianmin")
    brother = town.actor("zhao-jianmin")
    attendance = acts.look_up(number_of("zhou-defu"), clerk=brother)
    acts.check_document(attendance, "id-card", clerk=brother)
    with pytest.raises(OwnCaseError):
        letter(town, reads.attended(attendance, brother))
    appoint("xu-jing", area="990101004")
    far = town.actor("xu-jing")
    attendance = acts.look_up(number_of("zhou-defu"), clerk=far)
    acts.check_document(attendance, "id-card", clerk=far)
    with pytest.raises(MayNotError):
        letter(town, reads.attended(attendance, far))


def test_a_principal_at_the_counter_gives_a_mandate_on_paper_to_somebody_who_is_not_there(town: Town) -> None:
    elder = attend(town)
    mandate = letter(town, elder, principal_kind="person", principal_id=elder.person_id, holder_id=person("li-min"))
    assert {one.mandate.id for one in reads.held(town.actor("li-min"))} >= {mandate}
    assert told("li-min") == ["mandate-given"]
