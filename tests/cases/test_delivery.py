"""How letters reach somebody: by consent on their own page, over the counter, by post; and what becomes of the result's limit."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cases.test_freshness import to_decision
from tests.cases.test_lifecycle import allowance, key, restaurant, send, version
from tests.cases.walking import accepted, acts_of, last
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.acts import Handed, Wish
from tongban.cases.acts.arrival import reached
from tongban.cases.errors import (
    CaseNotFoundError,
    DeliveryWishError,
    MayNotError,
    NothingToSendError,
    OwnCaseError,
    ReasonMissingError,
    ReceiverMissingError,
)
from tongban.cases.models import Case, Delivery, Letter
from tongban.cases.tasks import sweep
from tongban.kernel import clock
from tongban.kernel.errors import TongbanError

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
POST = Wish("mail", "陈晓", "13800000001", "云川市江北区望江街道柳岸路18号")
DESK, APPLICANT = "sun-lihua", "chen-xiao"


def decided(town: Town, wish: Wish | None) -> UUID:
    """A restaurant that was granted, its applicant having wished that."""
    case_id = to_decision(town, wish)
    acts.decide(case_id, "grant", actor=town.actor(DESK), key=key(), version=version(case_id), words="核查合格")
    return case_id


def letters(case_id: UUID) -> list[Letter]:
    return list(Letter.objects.filter(case_id=case_id).order_by("id"))


def where(case_id: UUID) -> set[str]:
    return {letter.sending for letter in letters(case_id)}


def open_first(town: Town, case_id: UUID, login: str = APPLICANT) -> Letter:
    letter = letters(case_id)[-1]
    acts.open_letter(letter.id, actor=town.actor(login))
    acts.receive(case_id, actor=town.actor(login), key=f"deliver:{case_id}")
    return Letter.objects.get(pk=letter.id)


def test_who_agreed_receives_by_opening_and_the_first_reading_is_kept(town: Town) -> None:
    case_id = decided(town, Wish("electronic"))
    assert where(case_id) == {""}
    first = open_first(town, case_id)
    assert (first.read_by, first.read_by_name, first.read_channel) == (
        town.actor(APPLICANT).person_id,
        town.actor(APPLICANT).name,
        "online",
    )
    assert Case.objects.get(pk=case_id).state == "delivered"
    clock.move_by(timedelta(days=1))
    acts.open_letter(first.id, actor=town.actor("zhao-jianguo"))
    assert Letter.objects.get(pk=first.id).read_at == first.read_at
    assert Letter.objects.get(pk=first.id).read_by == first.read_by


def test_consent_is_on_the_record_of_sending(town: Town) -> None:
    case_id = restaurant(town)
    acts.wish_delivery(case_id, Wish("electronic"), actor=town.actor(APPLICANT))
    send(town, case_id, APPLICANT)
    assert last(case_id).data["delivery"] == "electronic"


@pytest.mark.parametrize("wish", [Wish("collect"), POST])
def test_without_consent_opening_online_is_reading_and_no_delivery(town: Town, wish: Wish) -> None:
    case_id = decided(town, wish)
    assert where(case_id) == {wish.how}
    assert open_first(town, case_id).read_at is not None
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.delivered_at) == ("granted", None)
    assert case.deliver_due_on is not None


def test_a_benefit_is_delivered_when_it_reaches_the_page_of_who_agreed(town: Town) -> None:
    case_id = allowance(town)
    acts.wish_delivery(case_id, Wish("electronic"), actor=town.actor("li-min"))
    assert send(town, case_id, "li-min").state == "granted"
    assert sweep() == 1
    case = Case.objects.get(pk=case_id)
    assert case.state == "delivered"
    assert case.delivered_at == letters(case_id)[-1].written_at
    assert sweep() == 0


def test_a_benefit_is_not_delivered_by_arrival_to_who_did_not_agree(town: Town) -> None:
    case_id = allowance(town)
    acts.wish_delivery(case_id, Wish("collect"), actor=town.actor("li-min"))
    send(town, case_id, "li-min")
    assert sweep() == 0
    assert Case.objects.get(pk=case_id).delivered_at is None


def test_a_refusal_that_ends_without_a_delivery_is_not_looked_at_again(town: Town) -> None:
    case_id = allowance(town)
    acts.wish_delivery(case_id, Wish("electronic"), actor=town.actor("li-min"))
    send(town, case_id, "li-min")
    assert reached() == [case_id]
    Case.objects.filter(pk=case_id).update(state="refused", is_open=False)
    assert reached() == []


def test_a_licence_is_not_delivered_before_it_is_opened(town: Town) -> None:
    case_id = decided(town, Wish("electronic"))
    assert sweep() == 0
    assert Case.objects.get(pk=case_id).delivered_at is None


def test_handing_out_keeps_who_took_it_as_what_and_which_document_was_checked(town: Town) -> None:
    case_id = decided(town, Wish("collect"))
    handed = Handed(" 赵建国 ", "agent", "居民身份证", "授权书已留存")
    assert acts.hand_out(case_id, actor=town.actor(DESK), key=key(), handed=handed).state == "delivered"
    (row,) = reads.sending_of(case_id).rows
    assert (row.received_by, row.relation, row.document, row.note) == ("赵建国", "agent", "居民身份证", "授权书已留存")
    assert len(row.letters) == len(letters(case_id)) == 2
    assert where(case_id) == {"done"}
    assert last(case_id).act == "deliver"


def test_letters_of_the_way_there_are_handed_out_without_ending_anything(town: Town) -> None:
    case_id = accepted(town)
    before = Case.objects.get(pk=case_id)
    acts.hand_out(case_id, actor=town.actor(DESK), key=key(), handed=Handed("陈晓"))
    after = Case.objects.get(pk=case_id)
    assert (after.state, after.delivered_at, after.due_on) == (before.state, None, before.due_on)
    assert last(case_id).act == "hand-out"


def test_handing_out_needs_to_say_to_whom(town: Town) -> None:
    with pytest.raises(ReceiverMissingError):
        acts.hand_out(decided(town, Wish("collect")), actor=town.actor(DESK), key=key(), handed=Handed("  "))


def test_a_result_is_posted_taken_in_and_delivered_on_the_day_the_post_says(town: Town) -> None:
    case_id = decided(town, POST)
    done = acts.post(case_id, actor=town.actor(DESK), key=key(), carrier="邮政", tracking="1099 0000 1234")
    assert done.state == "granted"
    assert where(case_id) == {"posted"}
    (row,) = reads.sending_of(case_id).rows
    assert (row.to, row.tracking, row.delivered_at) == (POST, "1099 0000 1234", None)
    clock.move_by(timedelta(days=3))
    on = clock.today() - timedelta(days=1)
    acts.arrived(row.id, actor=town.actor(DESK), key=key(), received_by="陈晓", on=on)
    case = Case.objects.get(pk=case_id)
    assert (case.state, clock.local_date(case.delivered_at)) == ("delivered", on)
    assert where(case_id) == {"done"}


@pytest.mark.parametrize("days", [-30, 30])
def test_a_day_before_it_was_posted_or_after_today_is_not_believed(town: Town, days: int) -> None:
    case_id = decided(town, POST)
    acts.post(case_id, actor=town.actor(DESK), key=key(), tracking="1")
    delivery = Delivery.objects.get(case_id=case_id)
    acts.arrived(delivery.id, actor=town.actor(DESK), key=key(), received_by="陈晓", on=clock.today() + timedelta(days=days))
    assert clock.local_date(Case.objects.get(pk=case_id).delivered_at) == clock.today()


def test_what_comes_back_waits_again_and_the_applicant_may_choose_another_way(town: Town) -> None:
    case_id = decided(town, POST)
    acts.post(case_id, actor=town.actor(DESK), key=key(), tracking="1")
    first = Delivery.objects.get(case_id=case_id)
    with pytest.raises(ReasonMissingError):
        acts.come_back(first.id, actor=town.actor(DESK), key=key(), words=" ")
    acts.come_back(first.id, actor=town.actor(DESK), key=key(), words="查无此址")
    assert where(case_id) == {"mail"}
    acts.choose_delivery(case_id, Wish("electronic"), actor=town.actor(APPLICANT), key=key())
    assert where(case_id) == {""}
    open_first(town, case_id)
    assert Case.objects.get(pk=case_id).state == "delivered"
    assert [row.return_reason for row in reads.sending_of(case_id).rows] == ["查无此址"]


def test_consent_can_be_taken_back_for_what_is_not_read_yet(town: Town) -> None:
    case_id = decided(town, Wish("electronic"))
    acts.open_letter(letters(case_id)[0].id, actor=town.actor(APPLICANT))
    acts.choose_delivery(case_id, POST, actor=town.actor(APPLICANT), key=key())
    assert [letter.sending for letter in letters(case_id)] == ["", "mail"]
    assert acts_of(case_id)[-1] == "choose-delivery"
    assert last(case_id).data == {"from": "electronic", "to": "mail"}
    acts.receive(case_id, actor=town.actor(APPLICANT), key=key())
    assert Case.objects.get(pk=case_id).delivered_at is None


def test_a_later_letter_goes_the_way_that_was_chosen_last(town: Town) -> None:
    case_id = to_decision(town, Wish("collect"))
    acts.choose_delivery(case_id, POST, actor=town.actor(APPLICANT), key=key())
    acts.decide(case_id, "grant", actor=town.actor(DESK), key=key(), version=version(case_id), words="核查合格")
    assert where(case_id) == {"mail"}


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(""), "delivery"),
        (Wish("pigeon"), "delivery"),
        (Wish("mail", "", "13800000001", "柳岸路18号"), "delivery-name"),
        (Wish("mail", "陈晓", "abc", "柳岸路18号"), "delivery-phone"),
        (Wish("mail", "陈晓", "13800000001", "x"), "delivery-address"),
    ],
)
def test_a_choice_that_is_none_is_told_by_field(town: Town, wish: Wish, field: str) -> None:
    with pytest.raises(DeliveryWishError) as told:
        acts.wish_delivery(restaurant(town), wish, actor=town.actor(APPLICANT))
    assert list(told.value.faults) == [field]


def test_an_address_is_kept_of_nobody_who_wants_no_post(town: Town) -> None:
    case_id = restaurant(town)
    acts.wish_delivery(case_id, POST, actor=town.actor(APPLICANT))
    acts.wish_delivery(case_id, Wish.of("electronic", name="陈晓", phone="1", address="某处"), actor=town.actor(APPLICANT))
    assert Case.objects.get(pk=case_id).delivery_to == {}


def test_what_was_chosen_is_suggested_the_next_time_and_never_set_by_itself(town: Town) -> None:
    decided(town, POST)
    other = acts.start("outdoor-sign", actor=town.actor(APPLICANT), principal_kind="firm", principal_id=town.firm(APPLICANT).id)
    assert reads.wished_before(town.actor(APPLICANT), other) == POST
    assert Case.objects.get(pk=other).delivery == ""


def test_the_lists_hold_what_waits_for_this_desk_and_nothing_else(town: Town) -> None:
    mailed, collected = decided(town, POST), accepted_with(town, Wish("collect"))
    (parcel,), after = reads.to_post(town.actor(DESK))
    assert (parcel.case_id, parcel.to, len(parcel.letters), after) == (mailed, POST, 2, None)
    assert [one.case_id for one in reads.to_hand_over(town.actor(DESK))[0]] == [collected]
    assert reads.to_post(town.actor("yang-fan"))[0] == ()
    assert reads.to_post(town.actor("wu-qiang"))[0] == ()
    assert reads.parcels(town.actor("yang-fan"), [mailed], "mail") == ()
    acts.post(mailed, actor=town.actor(DESK), key=key(), tracking="1")
    assert reads.to_post(town.actor(DESK))[0] == ()
    assert [row.case_id for row in reads.on_the_way(town.actor(DESK))[0]] == [mailed]


def accepted_with(town: Town, wish: Wish) -> UUID:
    case_id = restaurant(town, "zhao-jianguo")
    acts.wish_delivery(case_id, wish, actor=town.actor("zhao-jianguo"))
    send(town, case_id, "zhao-jianguo")
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    return case_id


def test_a_list_is_paged_by_key(town: Town) -> None:
    case_id = decided(town, POST)
    first, after = reads.to_post(town.actor(DESK), limit=1)
    second, end = reads.to_post(town.actor(DESK), after=after, limit=1)
    assert [row.id for parcel in (*first, *second) for row in parcel.letters] == [letter.id for letter in letters(case_id)]
    assert (after, end) == (letters(case_id)[0].id, None)


def test_twice_is_once_and_a_colleague_is_told(town: Town) -> None:
    case_id, once = decided(town, POST), key()
    for _ in range(2):
        acts.post(case_id, actor=town.actor(DESK), key=once, tracking="1")
    assert Delivery.objects.filter(case_id=case_id).count() == 1
    with pytest.raises(NothingToSendError):
        acts.post(case_id, actor=town.actor(DESK), key=key(), tracking="2")
    delivery = Delivery.objects.get(case_id=case_id)
    acts.arrived(delivery.id, actor=town.actor(DESK), key=key(), received_by="陈晓", on=clock.today())
    with pytest.raises(NothingToSendError):
        acts.come_back(delivery.id, actor=town.actor(DESK), key=key(), words="查无此址")


def test_a_number_is_needed_to_post(town: Town) -> None:
    with pytest.raises(ReceiverMissingError):
        acts.post(decided(town, POST), actor=town.actor(DESK), key=key(), tracking=" ")


def test_not_by_the_wrong_hands(town: Town) -> None:
    case_id = decided(town, POST)
    for login in ("yang-fan", "wu-qiang", "zhao-jianmin"):
        with pytest.raises((CaseNotFoundError, MayNotError, OwnCaseError)):
            acts.post(case_id, actor=town.actor(login), key=key(), tracking="1")
    acts.post(case_id, actor=town.actor(DESK), key=key(), tracking="1")
    delivery = Delivery.objects.get(case_id=case_id)
    for login in ("yang-fan", "wu-qiang"):
        with pytest.raises(TongbanError):
            acts.arrived(delivery.id, actor=town.actor(login), key=key(), received_by="x", on=clock.today())
    with pytest.raises(CaseNotFoundError):
        acts.choose_delivery(case_id, Wish("electronic"), actor=town.actor("li-min"), key=key())
    with pytest.raises(CaseNotFoundError):
        acts.wish_delivery(case_id, Wish("electronic"), actor=town.actor(APPLICANT))


def test_the_receipt_tells_every_delivery_and_there_is_none_before(town: Town) -> None:
    case_id = to_decision(town, Wish("electronic"))
    assert reads.receipt_of(case_id) is None
    acts.decide(case_id, "grant", actor=town.actor(DESK), key=key(), version=version(case_id), words="核查合格")
    open_first(town, case_id)
    acts.hand_out(case_id, actor=town.actor(DESK), key=key(), handed=Handed("赵建国", "self", "营业执照"))
    from tests.papers.test_papers import words

    said = words(reads.receipt_of(case_id)).replace(" ", "")
    for part in (
        "送达回证",
        "电子送达",
        "首次阅读",
        town.actor(APPLICANT).name,
        "到窗口领取",
        "赵建国",
        "核验营业执照",
        letters(case_id)[-1].number,
    ):
        assert part.replace(" ", "") in said, part


def test_nothing_is_said_of_an_address_in_a_message(town: Town) -> None:
    from tongban.messages.models import Message

    case_id = decided(town, POST)
    acts.post(case_id, actor=town.actor(DESK), key=key(), carrier="邮政", tracking="1099")
    told = Message.objects.filter(case_id=case_id).latest("id")
    assert told.template == "posted"
    assert POST.address not in told.zh + told.en
