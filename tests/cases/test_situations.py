"""A licence is changed, extended, reissued and given up: which one it is about, what comes out, and what becomes of the one held."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import key, send, version
from tests.cases.walking import last, open_task
from tests.credentials.making import request
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import LicenceChoiceError, LicenceGoneError, MayNotError, NotOfferedError
from tongban.cases.models import Case, Letter
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.credentials.acts import end, issue
from tongban.credentials.core.credential import Credential
from tongban.credentials.models import Credential as Row
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
APPLICANT, REVIEWER, DECIDER = "chen-xiao", "liu-yang", "sun-lihua"
FOOD, SIGN = "food-business-licence", "outdoor-sign"
WHY = Text("查实", "Found out")


def licensed(town: Town) -> Credential:
    """The restaurant's food licence, granted after a visit."""
    case_id = to_decision(town)
    acts.decide(case_id, "grant", actor=town.actor(DECIDER), key=key(), version=version(case_id), words="核查合格")
    (licence,) = credentials.of_case(case_id)
    return licence


def sign_licensed(town: Town, until: date) -> Credential:
    """The restaurant's sign licence, valid from today."""
    firm = town.firm(APPLICANT)
    issuer = catalogue.city().departments["urban-management"]
    with transaction.atomic():
        return issue(
            request(
                type_id=SIGN,
                type_code=catalogue.city().credentials[SIGN].type_code,
                issuer_uscc=issuer.uscc,
                type_title=Text("户外招牌设置证", "Outdoor sign licence"),
                issuer_id="urban-management",
                holder_id=firm.id,
                holder_name=firm.name,
                fields=(("wording", Text("招牌文字", "Wording"), "味来"), ("area_m2", Text("面积（平方米）", "Area (m²)"), "12.00")),
                valid_from=clock.today(),
                valid_until=until,
            )
        )


def begin(town: Town, service: str, situation: str, licence: UUID | None = None) -> UUID:
    """The restaurant's application in a situation."""
    return acts.start(
        service,
        actor=town.actor(APPLICANT),
        principal_kind="firm",
        principal_id=town.firm(APPLICANT).id,
        situation=situation,
        licence=licence,
    )


def fill(town: Town, case_id: UUID, **answers: str) -> UUID:
    acts.gather(case_id, actor="test")
    acts.save(case_id, answers, actor=town.actor(APPLICANT), version=version(case_id))
    acts.gather(case_id, actor="test")
    return case_id


def accept(town: Town, case_id: UUID, login: str = REVIEWER) -> None:
    send(town, case_id, APPLICANT)
    acts.accept(case_id, actor=town.actor(login), key=key(), version=version(case_id))


def step(town: Town, case_id: UUID, login: str = REVIEWER, **records: str) -> None:
    acts.complete_step(open_task(case_id).id, actor=town.actor(login), key=key(), records=records)


def decide(town: Town, case_id: UUID, login: str = DECIDER, answer: str = "grant") -> acts.Done:
    return acts.decide(case_id, answer, actor=town.actor(login), key=key(), version=version(case_id), words="符合条件")


def fields(licence: Credential) -> dict[str, str]:
    return {name: value for name, _, value in licence.fields}


def letter(case_id: UUID) -> Letter:
    return Letter.objects.filter(case_id=case_id).latest("id")


def text_of(found: Letter) -> str:
    return "\n".join(paragraph["zh"] for paragraph in found.paragraphs)


def state(licence: Credential) -> str:
    return credentials.status(licence.identifier).state


# ---- what comes out


def test_another_safety_officer_is_entered_at_once_and_nothing_else_changes(town: Town) -> None:
    old = licensed(town)
    clock.move_by(timedelta(days=40))
    case_id = fill(town, begin(town, FOOD, "change"), change_of="officer", safety_officer="周文")
    assert send(town, case_id, APPLICANT).state == "granted"
    (new,) = credentials.of_case(case_id)
    assert (new.serial, new.version, new.replaces) == (old.serial, 2, old.id)
    assert (new.valid_from, new.valid_until) == (clock.today(), old.valid_until)
    assert fields(new) == fields(old) | {"safety_officer": "周文"}
    assert (state(old), state(new)) == ("replaced", "valid")
    written = letter(case_id)
    assert written.type == "decision-change"
    assert old.serial in text_of(written)
    assert last(case_id).data["replaces"] == old.identifier


def test_a_firm_with_a_new_name_has_it_on_its_licence_at_once_and_one_with_the_old_name_meets_a_person(town: Town) -> None:
    old = licensed(town)
    case_id = fill(town, begin(town, FOOD, "change"), change_of="name")
    assert send(town, case_id, APPLICANT).state == "received"
    acts.withdraw(case_id, actor=town.actor(APPLICANT), key=key(), version=version(case_id))
    printed = [[name, label, "味来小吃店" if name == "operator" else value] for name, label, value in Row.objects.get(pk=old.id).fields]
    Row.objects.filter(pk=old.id).update(fields=printed)
    case_id = fill(town, begin(town, FOOD, "change"), change_of="name")
    assert send(town, case_id, APPLICANT).state == "granted"
    (new,) = credentials.of_case(case_id)
    assert fields(new)["operator"] == town.firm(APPLICANT).name
    assert new.serial == old.serial


def test_a_renewal_with_nothing_changed_needs_no_visit_and_counts_from_the_decision(town: Town) -> None:
    old = licensed(town)
    clock.move_by(timedelta(days=365))
    case_id = fill(town, begin(town, FOOD, "extend"), unchanged="yes")
    accept(town, case_id)
    step(town, case_id)
    assert open_task(case_id).step == "decide"
    decide(town, case_id)
    (new,) = credentials.of_case(case_id)
    assert (new.serial, new.version) == (old.serial, 2)
    assert new.valid_from == clock.today()
    assert new.valid_until > old.valid_until
    assert fields(new) == fields(old)
    assert state(old) == "replaced"
    assert letter(case_id).type == "decision-extend"


def test_a_lost_licence_is_issued_again_as_it_was_whatever_registers_say_by_now(town: Town) -> None:
    old = licensed(town)
    printed = [[name, label, "老名字" if name == "operator" else value] for name, label, value in Row.objects.get(pk=old.id).fields]
    Row.objects.filter(pk=old.id).update(fields=printed)
    clock.move_by(timedelta(days=1))
    case_id = fill(town, begin(town, FOOD, "replace"), loss="lost")
    assert send(town, case_id, APPLICANT).state == "granted"
    (new,) = credentials.of_case(case_id)
    assert fields(new) == fields(old) | {"operator": "老名字"}
    assert (new.valid_until, new.serial, new.version) == (old.valid_until, old.serial, 2)
    assert state(old) == "replaced"
    assert letter(case_id).type == "decision-replace"


def test_who_gives_a_licence_up_has_it_cancelled_by_two_people_and_is_given_nothing(town: Town) -> None:
    held = licensed(town)
    case_id = fill(town, begin(town, FOOD, "cancel"), cancel_why="closed")
    accept(town, case_id)
    step(town, case_id, open_matter="absent")
    assert open_task(case_id).step == "settle"
    assert state(held) == "valid"
    with pytest.raises(MayNotError):
        decide(town, case_id, REVIEWER)
    assert decide(town, case_id).state == "granted"
    assert credentials.of_case(case_id) == ()
    ended = credentials.credential(held.id).ended
    assert ended.how == "cancelled"
    assert ended.by == f"account:{town.actor(DECIDER).account_id}"
    assert letter(case_id).type == "decision-give-up"
    assert held.serial in text_of(letter(case_id))
    assert last(case_id).data["how"] == "cancelled"


def test_while_a_matter_is_open_the_licence_stays_if_the_decider_says_so(town: Town) -> None:
    held = licensed(town)
    case_id = fill(town, begin(town, FOOD, "cancel"), cancel_why="closed")
    accept(town, case_id)
    step(town, case_id, open_matter="present")
    assert decide(town, case_id, answer="refuse").state == "refused"
    assert state(held) == "valid"


def test_a_sign_is_renewed_from_the_day_after_its_end_and_both_hold_in_turn(town: Town) -> None:
    old = sign_licensed(town, clock.today() + timedelta(days=20))
    case_id = fill(town, begin(town, SIGN, "extend"), unchanged="yes")
    accept(town, case_id, "han-lei")
    step(town, case_id, "han-lei")
    decide(town, case_id, "yang-fan")
    (new,) = credentials.of_case(case_id)
    assert new.valid_from == old.valid_until + timedelta(days=1)
    assert (state(old), state(new)) == ("valid", "not-yet")
    clock.move_by(timedelta(days=21))
    assert (state(old), state(new)) == ("replaced", "valid")


def test_a_sign_that_is_down_is_given_up_at_once_by_the_machine(town: Town) -> None:
    held = sign_licensed(town, clock.today() + timedelta(days=20))
    case_id = fill(town, begin(town, SIGN, "cancel"), taken_down="yes")
    assert send(town, case_id, APPLICANT).state == "granted"
    assert credentials.credential(held.id).ended.how == "cancelled"
    assert letter(case_id).type == "decision-give-up"


# ---- which licence


def test_a_new_application_is_about_no_licence(town: Town) -> None:
    licensed(town)
    case_id = begin(town, FOOD, "new")
    assert Case.objects.get(pk=case_id).licence_id is None


def test_of_several_licences_one_is_chosen_and_each_has_its_own_draft(town: Town) -> None:
    first, second = (sign_licensed(town, clock.today() + timedelta(days=n)) for n in (20, 30))
    with pytest.raises(LicenceChoiceError) as told:
        begin(town, SIGN, "extend")
    assert "2份" in told.value.says.zh
    drafts = [begin(town, SIGN, "extend", one.id) for one in (first, second)]
    assert drafts[0] != drafts[1]
    assert begin(town, SIGN, "extend", first.id) == drafts[0]
    numbers = [reads.form_view(one, town.actor(APPLICANT)).facts["licence.number"].value for one in drafts]
    assert numbers == [first.serial, second.serial]


def test_a_licence_of_somebody_else_one_that_ended_and_one_that_was_reissued_cannot_be_chosen(town: Town) -> None:
    held = sign_licensed(town, clock.today() + timedelta(days=20))
    with transaction.atomic():
        strange = issue(request(type_id=SIGN))
    for wrong in (strange.id, uuid7()):
        with pytest.raises(LicenceChoiceError):
            begin(town, SIGN, "extend", wrong)
    with transaction.atomic():
        end(held.id, "withdrawn", WHY, "officer")
    with pytest.raises(LicenceChoiceError):
        begin(town, SIGN, "extend", held.id)


def test_a_situation_that_a_service_does_not_have_is_refused(town: Town) -> None:
    with pytest.raises(NotOfferedError):
        begin(town, SIGN, "replace")


def test_who_holds_one_that_only_the_register_knows_goes_on_and_gets_one_of_ours(town: Town) -> None:
    case_id = fill(town, begin(town, FOOD, "extend"), unchanged="yes")
    facts = reads.form_view(case_id, town.actor(APPLICANT)).facts
    assert {type(fact).__name__ for name, fact in facts.items() if name.startswith("licence.")} == {"Nothing"}
    accept(town, case_id)
    step(town, case_id)
    decide(town, case_id)
    (new,) = credentials.of_case(case_id)
    assert (new.version, new.replaces) == (1, None)


# ---- what happens meanwhile


def test_the_licence_counts_as_it_stood_on_the_day_of_receipt(town: Town) -> None:
    sign_licensed(town, clock.today())
    case_id = fill(town, begin(town, SIGN, "extend"), unchanged="yes")
    accept(town, case_id, "han-lei")
    clock.move_by(timedelta(days=3))
    acts.gather(case_id, actor="test")
    step(town, case_id, "han-lei")
    rows = reads.desk_case(case_id, town.actor("han-lei")).case.clauses
    assert next(row.answer.value for row in rows if row.id == "licence_held") == "yes"
    decide(town, case_id, "yang-fan")
    (new,) = credentials.of_case(case_id)
    assert new.valid_from == clock.today(), "one that has run out meanwhile is not extended into the past"


@pytest.mark.parametrize("how", ["revoked", "withdrawn", "annulled", "cancelled"])
def test_on_a_licence_that_ended_meanwhile_nothing_is_granted(town: Town, how: str) -> None:
    held = licensed(town)
    case_id = fill(town, begin(town, FOOD, "extend"), unchanged="yes")
    accept(town, case_id)
    step(town, case_id)
    with transaction.atomic():
        end(held.id, how, WHY, "officer")
    rows = reads.desk_case(case_id, town.actor(DECIDER)).case.clauses
    assert next(row.answer.value for row in rows if row.id == "licence_held") == ("yes" if _register_says_valid(case_id) else "no")
    with pytest.raises(LicenceGoneError) as told:
        decide(town, case_id)
    assert held.serial in told.value.says.zh
    assert credentials.of_case(case_id) == ()
    assert Case.objects.get(pk=case_id).state == "review"
    assert decide(town, case_id, answer="refuse").state == "refused"


def _register_says_valid(case_id: UUID) -> bool:
    fact = reads.known_facts(reads.service_of(Case.objects.get(pk=case_id)), Case.objects.get(pk=case_id))["held.status"]
    return getattr(fact, "value", None) == "valid"


def test_of_two_changes_of_one_licence_the_second_finds_it_replaced(town: Town) -> None:
    old = licensed(town)
    first = fill(town, begin(town, FOOD, "change"), change_of="items", business="restaurant", cold_dishes="yes")
    second = fill(town, begin(town, FOOD, "replace"), loss="lost")
    assert send(town, second, APPLICANT).state == "granted"
    facts = reads.form_view(first, town.actor(APPLICANT)).facts
    assert facts["licence.state"].value == "replaced"
    assert state(old) == "replaced"


# ---- what it costs


def test_a_change_a_reissue_and_a_cancellation_take_no_more_statements_than_a_grant(town: Town) -> None:
    licensed(town)
    taken = {}
    case_id = fill(town, begin(town, FOOD, "replace"), loss="damaged")
    actor, seen = town.actor(APPLICANT), version(case_id)
    taken["replace"] = statements(lambda: acts.send(case_id, actor=actor, key=key(), version=seen))
    other = fill(town, begin(town, FOOD, "cancel"), cancel_why="moved")
    accept(town, other)
    step(town, other, open_matter="absent")
    actor, seen = town.actor(DECIDER), version(other)
    taken["cancel"] = statements(lambda: acts.decide(other, "grant", actor=actor, key=key(), version=seen, words="符合"))
    assert all(n <= 10 for n in taken.values()), taken


def statements(act: object) -> int:
    """How many statements an act takes; in a test there are savepoints, and the running version is asked for again and again."""
    with CaptureQueriesContext(connection) as captured:
        act()  # type: ignore[operator]
    return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT version FROM catalogue")) for one in captured.captured_queries)
