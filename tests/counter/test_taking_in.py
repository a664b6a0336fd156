"""The clerk takes an application with a person and for them: the same case as any other, and everybody sees how it came."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from tests.cases.test_lifecycle import RESTAURANT as FOOD
from tests.counter.making import (
    ALLOWANCE,
    CARD,
    RESTAURANT,
    attend,
    attendance_of,
    clerk,
    confirm,
    fill,
    key,
    pad,
    person,
    send,
    taken_in,
    version,
)
from tests.files.making import jpg
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.errors import (
    CaseNotFoundError,
    DeliveryWishError,
    IdentityLevelError,
    IncompleteError,
    MayNotError,
    NotConfirmedError,
    NotOfferedError,
    SignatureMissingError,
    StaleCaseError,
)
from tongban.cases.models import Case, Confirmation, Event, Upload
from tongban.cases.reads.progress import code_of
from tongban.catalogue.acts.publish import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.exchange import acts as exchange
from tongban.exchange import reads as looks
from tongban.kernel import clock
from tongban.ledger import reads as ledger
from tongban.ledger.models import Entry
from tongban.messages import reads as messages
from tongban.parties import acts as parties_acts
from tongban.parties.acts.mandates import give_mandate

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_an_elder_without_a_telephone_has_the_allowance_before_leaving_the_counter(town: Town) -> None:
    elder = attend(town)
    done = taken_in(elder)
    case = Case.objects.get(pk=done.case_id)
    assert (case.state, case.amount_fen) == ("granted", 5000)
    assert (case.channel, case.attendance_id, case.applied_by) == ("window", attendance_of(elder), person("zhou-defu"))
    assert case.applicant_id == person("zhou-defu")
    sent = Event.objects.get(case=case, act="send")
    assert (sent.actor, sent.actor_name) == (person("zhou-defu"), "周德福")
    told = sent.data["assisted"]
    assert (told["by"], told["department"], told["identity"], told["document"]) == ("何芳", "data-bureau", "counter", "id-card")
    entry = Entry.objects.get(pk=sent.entry_id)
    assert entry.actor == f"account:{clerk(town).account_id}"
    assert entry.payload["data"]["assisted"] == told


def test_the_registers_are_asked_in_the_counters_name_and_the_elder_sees_it(town: Town) -> None:
    elder = attend(town)
    case_id = acts.start(ALLOWANCE, actor=elder, principal_kind="person", principal_id=elder.person_id)
    acts.gather(case_id, actor="test", department="data-bureau")
    seen = looks.who_looked("person", elder.person_id)
    assert {look.department for look in seen} == {"data-bureau"}
    assert {look.purpose.partition("/")[0] for look in seen} == {ALLOWANCE}


def test_nothing_is_sent_that_the_person_has_not_confirmed_as_it_stands(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    with pytest.raises(NotConfirmedError):
        send(case_id, elder)
    confirm(case_id, elder)
    acts.save(case_id, {"bank_account": "6228480402564890018"}, actor=elder, version=version(case_id, elder))
    with pytest.raises(NotConfirmedError):
        send(case_id, elder)
    confirm(case_id, elder)
    assert send(case_id, elder).state == "granted"


def test_what_was_confirmed_is_kept_as_it_was_read_and_the_record_proves_it(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    confirm(case_id, elder)
    kept = Confirmation.objects.get(case_id=case_id)
    rows = {label["zh"]: value["zh"] for part in kept.said for label, value in part["rows"]}
    assert rows["老人本人的银行卡号"] == CARD
    assert {part["title"]["zh"] for part in kept.said} >= {"津贴发到哪里", "部门提供的"}
    entry = Entry.objects.get(act="cases.confirm")
    assert entry.payload["how"] == "pad"
    assert CARD not in str(entry.payload), "the record holds a digest"
    assert len(entry.payload["digest"]) == 64


@pytest.mark.parametrize(("how", "given"), [("pad", {}), ("paper", {}), ("paper", {"copy_at": "  "})])
def test_a_confirmation_is_signed_on_the_pad_or_on_a_sheet_that_is_kept_somewhere(town: Town, how: str, given: dict[str, str]) -> None:
    elder = attend(town)
    case_id = fill(elder)
    with pytest.raises(SignatureMissingError):
        acts.confirm(case_id, actor=elder, version=version(case_id, elder), how=how, **given)
    assert acts.confirm(case_id, actor=elder, version=version(case_id, elder), how="paper", copy_at="A3 柜")


def test_a_form_that_lacks_an_answer_is_not_confirmed(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder, {"bank_account": ""})
    with pytest.raises(IncompleteError):
        confirm(case_id, elder)
    assert not Confirmation.objects.exists()


def test_a_confirmation_of_an_older_version_is_none(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    signature = acts.keep_signature(case_id, pad(), actor=elder)
    with pytest.raises(StaleCaseError):
        acts.confirm(case_id, actor=elder, version=version(case_id, elder) - 1, how="pad", signature=signature)


def test_sending_twice_is_one_application(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    confirm(case_id, elder)
    same, seen = key(), version(case_id, elder)
    first = acts.send(case_id, actor=elder, key=same, version=seen)
    assert acts.send(case_id, actor=elder, key=same, version=seen) == first
    assert Event.objects.filter(case_id=case_id, act="send").count() == 1


def test_a_channel_that_the_service_does_not_declare_is_refused_and_one_that_it_does_ends_in_the_same_case(town: Town) -> None:
    caller = attend(town, "chen-xiao", channel="phone", document="spoken")
    with pytest.raises(NotOfferedError):
        acts.start(RESTAURANT, actor=caller, principal_kind="firm", principal_id=town.firm("chen-xiao").id)
    by_phone = attend(town, channel="phone", document="spoken")
    case_id = fill(by_phone)
    acts.confirm(case_id, actor=by_phone, version=version(case_id, by_phone), how="spoken")
    assert send(case_id, by_phone).state == "granted"
    assert Case.objects.get(pk=case_id).channel == "phone"


def test_a_draft_begun_at_home_and_finished_at_the_counter_came_by_the_counter_and_the_other_way_round(town: Town) -> None:
    at_home = town.actor("chen-xiao")
    firm = town.firm("chen-xiao").id
    draft = acts.start(RESTAURANT, actor=at_home, principal_kind="firm", principal_id=firm)
    agent = attend(town, "chen-xiao")
    assert acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=firm) == draft
    acts.gather(draft, actor="test")
    answers = FOOD | {"property_no": "云(2021)江北区不动产权第0010086号"}
    acts.save(draft, answers, actor=agent, version=version(draft, agent))
    acts.attach(draft, "kitchen_plan", jpg(), "布局图.jpg", actor=agent)
    acts.gather(draft, actor="test")
    assert reads.form_view(draft, at_home).is_complete
    acts.send(draft, actor=at_home, key=key(), version=version(draft, at_home))
    case = Case.objects.get(pk=draft)
    assert (case.channel, case.attendance_id) == ("online", None)
    assert "assisted" not in Event.objects.get(case=case, act="send").data
    again = acts.start(RESTAURANT, actor=at_home, principal_kind="firm", principal_id=firm)
    assert acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=firm) == again
    acts.save(again, answers, actor=agent, version=1)
    acts.attach(again, "kitchen_plan", jpg(), "布局图.jpg", actor=agent)
    acts.gather(again, actor="test")
    confirm(again, agent)
    send(again, agent)
    assert Case.objects.get(pk=again).channel == "window"


def test_a_promise_signed_across_the_counter_does_not_say_that_it_was_confirmed_online(town: Town) -> None:
    agent = attend(town, "chen-xiao")
    firm = town.firm("chen-xiao").id
    case_id = acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=firm)
    acts.gather(case_id, actor="test")
    answers = FOOD | {"property_no": "云(2021)江北区不动产权第0010086号"}
    acts.save(case_id, answers, actor=agent, version=version(case_id, agent))
    acts.attach(case_id, "kitchen_plan", jpg(), "布局图.jpg", actor=agent)
    acts.gather(case_id, actor="test")
    acts.choose_promise(case_id, actor=agent, chosen=True)
    confirm(case_id, agent)
    assert send(case_id, agent).state == "granted"
    said = "".join(paragraph["zh"] for paragraph in Case.objects.get(pk=case_id).letters.get(type="promise").paragraphs)
    assert "当面核对后手写签名" in said
    assert "在线" not in said


def test_a_mandate_taken_back_while_the_clerk_types_stops_it_and_the_draft_stays(town: Town) -> None:
    given = give_mandate(
        kind="agent",
        principal_kind="firm",
        principal_id=town.firm("chen-xiao").id,
        holder_id=person("li-min"),
        given_by=person("zhao-jianguo"),
        ends=clock.today() + timedelta(days=9),
        scope=frozenset({RESTAURANT}),
    )
    agent = attend(town, "li-min")
    case_id = acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=town.firm("chen-xiao").id)
    acts.save(case_id, {"business": "restaurant"}, actor=agent, version=1)
    parties_acts.end_mandate(given, by=person("zhao-jianguo"))
    for act in (
        lambda: acts.save(case_id, {"business": "canteen"}, actor=agent, version=2),
        lambda: reads.form_view(case_id, agent),
        lambda: send(case_id, agent),
    ):
        with pytest.raises(CaseNotFoundError):
            act()
    assert Case.objects.get(pk=case_id).answers["business"] == "restaurant"


def test_a_mandate_that_ended_yesterday_opens_nothing_at_the_counter_either(town: Town) -> None:
    give_mandate(
        kind="agent",
        principal_kind="firm",
        principal_id=town.firm("chen-xiao").id,
        holder_id=person("li-min"),
        given_by=person("zhao-jianguo"),
        ends=clock.today(),
        scope=frozenset({RESTAURANT}),
    )
    clock.move_by(timedelta(days=1))
    agent = attend(town, "li-min")
    with pytest.raises(CaseNotFoundError):
        acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=town.firm("chen-xiao").id)


def test_a_service_that_wants_a_document_seen_is_applied_for_at_a_counter_only(town: Town) -> None:
    texts = dict(load(CITY))
    name = f"services/{ALLOWANCE}/service.yaml"
    strict = (
        texts[name].decode().replace("identity: named", "identity: counter\nvisit: {zh: 须核对证件原件, en: The document is looked at}")
    )
    publish_texts(
        texts | {name: strict.replace("channels: [online, window, phone, home, mail]", "channels: [online, window, phone]").encode()},
        "tests",
    )
    try:
        by_phone = attend(town, channel="phone", document="spoken")
        case_id = fill(by_phone)
        acts.confirm(case_id, actor=by_phone, version=version(case_id, by_phone), how="spoken")
        with pytest.raises(IdentityLevelError):
            send(case_id, by_phone)
        daughter = town.actor("li-min")
        online = fill(daughter, of=town.parent("li-min").id)
        with pytest.raises(IdentityLevelError):
            send(online, daughter)
        there = attend(town)
        assert acts.start(ALLOWANCE, actor=there, principal_kind="person", principal_id=there.person_id) == case_id
        confirm(case_id, there)
        assert send(case_id, there).state == "granted"
    finally:
        publish_texts(texts, "tests")


def test_an_original_is_seen_by_the_clerk_and_a_new_scan_has_not_been(town: Town) -> None:
    agent = attend(town, "chen-xiao")
    case_id = acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=town.firm("chen-xiao").id)
    acts.save(case_id, {"business": "restaurant"}, actor=agent, version=1)
    acts.attach(case_id, "kitchen_plan", jpg(), "布局图.jpg", actor=agent)
    acts.see_original(case_id, "kitchen_plan", actor=agent, seen=True, copy_at="A3 柜")
    seen = Upload.objects.get(case_id=case_id, removed_at=None)
    assert (seen.seen_by, seen.copy_at) == (clerk(town).person_id, "A3 柜")
    acts.attach(case_id, "kitchen_plan", jpg(50), "布局图.jpg", actor=agent)
    assert Upload.objects.get(case_id=case_id, removed_at=None).seen_by is None
    with pytest.raises(CaseNotFoundError):
        acts.see_original(case_id, "cold_room_plan", actor=agent, seen=True)
    with pytest.raises(MayNotError):
        acts.see_original(case_id, "kitchen_plan", actor=town.actor("chen-xiao"), seen=True)


def test_a_draft_thrown_away_at_the_counter_leaves_nothing(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    confirm(case_id, elder, wish=acts.Wish("mail", "周德福", "", "望江路1号"))
    acts.discard(case_id, actor=elder)
    assert not Case.objects.filter(pk=case_id).exists()
    assert not Confirmation.objects.exists()


def test_post_needs_a_name_and_an_address_and_no_telephone_of_who_stands_there(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    for wrong in (acts.Wish("mail"), acts.Wish("mail", "周德福", "", " "), acts.Wish("mail", "", "", "望江路1号")):
        with pytest.raises(DeliveryWishError):
            confirm(case_id, elder, wish=wrong)
    confirm(case_id, elder, wish=acts.Wish("mail", "周德福", "", "望江路1号"))
    assert Case.objects.get(pk=case_id).delivery == "mail"


def test_electronic_delivery_is_for_who_has_an_account_and_the_last_word_counts(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    with pytest.raises(DeliveryWishError):
        confirm(case_id, elder, wish=acts.Wish("electronic"))
    confirm(case_id, elder, wish=acts.Wish("mail", "周德福", "", "望江路1号"))
    confirm(case_id, elder)
    done = send(case_id, elder)
    assert (Case.objects.get(pk=done.case_id).delivery, Case.objects.get(pk=done.case_id).delivery_to) == ("collect", {})
    assert Event.objects.get(case_id=done.case_id, act="send").data["delivery"] == "collect"


def test_the_receipt_says_what_came_and_when_and_opens_the_progress_without_a_sign_in(town: Town) -> None:
    exchange.suspend("public-security/household")
    elder = attend(town)
    done = taken_in(elder)
    exchange.resume("public-security/household")
    text = PdfReader(io.BytesIO(reads.slip_of(done.case_id, elder))).pages[0].extract_text().replace("\n", "")
    code = code_of(UUID(done.case_id))
    assert done.number in text
    assert code in text
    assert "综合窗口，何芳协助" in text
    assert reads.slip_of(done.case_id, clerk(town)), "it can be printed again once the person has gone"
    told = reads.progress(done.number, code.lower())
    assert (told.title.zh, told.state_title.zh) == ("高龄津贴", "已收到")
    for number, wrong in ((done.number, "AAAAAAAA"), (done.number[:-2] + "ZZ", code), ("", "")):
        with pytest.raises(CaseNotFoundError):
            reads.progress(number, wrong)


def test_a_stranger_prints_nobodys_receipt(town: Town) -> None:
    done = taken_in(attend(town))
    for login in ("li-min", "liu-yang", "shen-yi"):
        with pytest.raises(CaseNotFoundError):
            reads.slip_of(done.case_id, town.actor(login))


def test_whoever_is_represented_hears_that_somebody_began_and_sent_it(town: Town) -> None:
    agent = town.actor("chen-xiao")
    owner = person("zhao-jianguo")
    case_id = acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=town.firm("chen-xiao").id)
    assert [one.template for one in messages.inbox(owner)] == ["begun-for-you"]
    acts.start(RESTAURANT, actor=agent, principal_kind="firm", principal_id=town.firm("chen-xiao").id)
    assert len(messages.inbox(owner)) == 1, "going on with a draft is no beginning"
    acts.save(case_id, FOOD | {"property_no": "云(2021)江北区不动产权第0010086号"}, actor=agent, version=1)
    acts.attach(case_id, "kitchen_plan", jpg(), "布局图.jpg", actor=agent)
    acts.gather(case_id, actor="test")
    acts.send(case_id, actor=agent, key=key(), version=version(case_id, agent))
    assert {one.template for one in messages.inbox(owner)} == {"begun-for-you", "sent-for-you"}
    assert case_id in {row.id for row in reads.my_cases(town.actor("zhao-jianguo"))}


def test_who_acts_for_themselves_or_represents_by_law_is_told_nothing_of_mandates(town: Town) -> None:
    taken_in(attend(town))
    acts.start(RESTAURANT, actor=town.actor("zhao-jianguo"), principal_kind="firm", principal_id=town.firm("chen-xiao").id)
    for login in ("zhou-defu", "zhao-jianguo"):
        assert not {one.template for one in messages.inbox(person(login))} & {"begun-for-you", "sent-for-you"}


def test_a_parent_hears_once_what_a_child_sent(town: Town) -> None:
    exchange.suspend("public-security/household")
    daughter = town.actor("li-min")
    case_id = fill(daughter, of=town.parent("li-min").id)
    acts.send(case_id, actor=daughter, key=key(), version=version(case_id, daughter))
    exchange.resume("public-security/household")
    assert sorted(one.template for one in messages.inbox(person("wang-xiuying"))) == ["begun-for-you", "sent-for-you"]
    assert [one.template for one in messages.inbox(daughter.person_id)] == ["received"]


def test_the_record_knows_the_key_of_the_clerks_form(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    confirm(case_id, elder)
    same = key()
    acts.send(case_id, actor=elder, key=same, version=version(case_id, elder))
    assert ledger.earlier(f"account:{clerk(town).account_id}", same) is not None


def test_an_act_with_help_takes_at_most_ten_statements(town: Town) -> None:
    elder = attend(town)
    case_id = fill(elder)
    confirm(case_id, elder)
    seen = version(case_id, elder)
    with CaptureQueriesContext(connection) as asked:
        acts.send(case_id, actor=elder, key=key(), version=seen)
    assert len(_statements(asked)) <= 10, "\n".join(_statements(asked))
    with CaptureQueriesContext(connection) as asked:
        acts.hand_out(case_id, actor=elder, key=key(), handed=acts.Handed(copy_at="A3"))
    assert len(_statements(asked)) <= 10


def _statements(asked: CaptureQueriesContext) -> list[str]:
    """Without savepoints; which city runs is read once a request, here before every use."""
    return list(dict.fromkeys(one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))))
