"""Issued, ended, read, and checked."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection, transaction

from tests.credentials.making import USCC, request
from tests.credentials.test_cose import independent_verify
from tongban.credentials import reads
from tongban.credentials.acts import end, issue
from tongban.credentials.acts.serials import take_serial
from tongban.credentials.core.credential import FIELDS, HOLDER, IDENTIFIER, VALID
from tongban.credentials.core.identifier import parse
from tongban.credentials.errors import (
    AlreadyEndedError,
    AlreadyReplacedError,
    BrokenKeyError,
    CredentialNotFoundError,
    TooMuchContentError,
    UnfitRequestError,
)
from tongban.credentials.keys import public_keys, signing_key
from tongban.credentials.models import Credential
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger.reads import entries
from tongban.papers.core.qr import qr_version

pytestmark = pytest.mark.django_db
REASON = Text("以欺骗手段取得", "Obtained by deception")


def test_a_credential_is_numbered_signed_and_on_the_record():
    asked = request()
    made = issue(asked)
    parts = parse(made.identifier)
    assert (parts.type_code, parts.issuer, parts.version) == (USCC + "001", USCC, 1)
    assert made.serial == f"{clock.today().year}0000001"
    assert [entry.act for entry in entries(asked.case_id)] == ["credential.issue"]
    assert reads.of_case(asked.case_id) == (made,) == reads.of_holder("firm", asked.holder_id)
    assert reads.of_holder("person", asked.holder_id) == ()


def test_an_independent_reader_verifies_what_was_issued_and_finds_what_is_printed():
    made = issue(request())
    claims = independent_verify(made.token, signing_key().public_key())
    assert claims[IDENTIFIER] == made.identifier
    assert claims[HOLDER] == [made.holder_name, made.holder_code]
    assert claims[FIELDS] == [[label.zh, label.en, value] for _, label, value in made.fields]
    assert claims[VALID] == ["2020-01-01", "2099-12-31"]


def test_issuing_takes_three_statements(django_assert_num_queries):
    issue(request())
    with django_assert_num_queries(3):
        issue(request())


def test_a_citizens_number_is_neither_signed_nor_kept_whole():
    made = issue(request(holder_kind="person", holder_name="李敏", holder_code="11010519491231002X"))
    assert made.holder_code == "110***********002X"
    assert "11010519491231002X" not in str(independent_verify(made.token, signing_key().public_key()))
    assert "11010519491231002X" not in str(Credential.objects.values())


def test_the_code_of_an_ordinary_licence_with_eight_fields_stays_small_enough_to_scan():
    made = issue(request())
    assert qr_version(reads.qr_url(made.id)) <= 22


def test_content_too_long_for_any_code_is_refused():
    many = tuple(
        (f"f{n}", Text(f"字段{n}", f"Field {n}"), "".join(chr(0x4E00 + (n * 977 + m * 7919) % 20000) for m in range(90))) for n in range(12)
    )
    with pytest.raises(TooMuchContentError):
        issue(request(fields=many))


@pytest.mark.parametrize(
    "changes",
    [{"valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 1)}, {"type_code": "X"}, {"issuer_uscc": "11990100mb00112cx8"}],
)
def test_what_contradicts_itself_is_refused_before_a_number_is_taken(changes):
    with pytest.raises(UnfitRequestError):
        issue(request(**changes))
    assert issue(request()).serial.endswith("0000001")


def test_the_printed_licence_carries_the_code_of_this_credential():
    made = issue(request())
    (page,) = pypdfium2.PdfDocument(reads.pdf(made.id))
    found = [code.text for code in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())]
    assert found == [reads.qr_url(made.id)]
    token = found[0].partition("#c=")[2]
    assert reads.read_token(token).signed.identifier == made.identifier


# ---- states


def test_a_credential_is_valid_on_its_last_day_and_expired_the_day_after():
    today = clock.today()
    made = issue(request(valid_from=today, valid_until=today + timedelta(days=1)))
    assert reads.status(made.identifier).state == "valid"
    clock.move_by(timedelta(days=1))
    assert reads.status(made.identifier).state == "valid"
    clock.move_by(timedelta(days=1))
    status = reads.status(made.identifier)
    assert (status.state, status.since) == ("expired", today + timedelta(days=1))


def test_a_credential_of_tomorrow_is_not_yet_valid_and_one_without_end_stays_valid():
    tomorrow = clock.today() + timedelta(days=1)
    made = issue(request(valid_from=tomorrow, valid_until=None))
    assert reads.status(made.identifier).state == "not-yet"
    clock.move_by(timedelta(days=9999))
    assert reads.status(made.identifier).state == "valid"


@pytest.mark.parametrize("how", ["withdrawn", "annulled", "cancelled", "revoked"])
def test_each_lawful_ending_is_kept_with_who_when_and_why_and_told_without_the_reason(how):
    asked = request()
    made = issue(asked)
    end(made.id, how, REASON, "person:officer")
    ended = reads.credential(made.id).ended
    assert (ended.how, ended.reason, ended.by) == (how, REASON, "person:officer")
    status = reads.status(made.identifier)
    assert (status.state, status.since) == (how, clock.today())
    assert "欺骗" not in str(status)
    assert [entry.act for entry in entries(asked.case_id)] == ["credential.issue", "credential.end"]


def test_a_credential_ends_once():
    made = issue(request())
    end(made.id, "revoked", REASON, "a")
    with pytest.raises(AlreadyEndedError) as caught:
        end(made.id, "cancelled", REASON, "b")
    assert "吊销" in caught.value.says.zh
    assert caught.value.status == 409


def test_an_expired_credential_is_still_cancelled_as_the_law_asks():
    made = issue(request(valid_until=date(2021, 1, 1)))
    assert reads.status(made.identifier).state == "expired"
    end(made.id, "cancelled", Text("有效期届满未延续", "Not extended before its end"), "officer")
    assert reads.status(made.identifier).state == "cancelled"


@pytest.mark.parametrize(("how", "reason"), [("expired", REASON), ("", REASON), ("revoked", Text(" ", "x")), ("revoked", Text("理由", ""))])
def test_no_fifth_ending_and_none_without_a_reason(how, reason):
    made = issue(request())
    with pytest.raises(UnfitRequestError):
        end(made.id, how, reason, "officer")
    assert reads.status(made.identifier).state == "valid"


def test_ending_what_is_not_there_says_so():
    with pytest.raises(CredentialNotFoundError):
        end(uuid7(), "revoked", REASON, "officer")
    assert reads.status("1.2.3").state == "unknown"


def test_a_reissue_keeps_the_serial_counts_the_version_and_takes_the_place_of_the_old():
    asked = request()
    old = issue(asked)
    new = issue(replace(asked, replaces=old.id))
    assert (new.serial, new.version, new.replaces) == (old.serial, 2, old.id)
    assert reads.status(old.identifier).state == "replaced"
    assert reads.status(old.identifier).since == clock.today()
    assert (reads.credential(old.id).replaced_by, reads.credential(old.id).ended) == (new.id, None)
    assert reads.status(new.identifier).state == "valid"
    with pytest.raises(AlreadyReplacedError):
        issue(replace(asked, replaces=old.id))


def test_a_version_holds_until_the_one_after_it_begins():
    asked = request(valid_until=clock.today() + timedelta(days=30))
    old = issue(asked)
    issue(replace(asked, replaces=old.id, valid_from=clock.today() + timedelta(days=31), valid_until=None))
    assert reads.status(old.identifier).state == "valid"
    clock.move_by(timedelta(days=31))
    assert reads.status(old.identifier).state == "replaced"
    assert reads.status(old.identifier).since == clock.today()


def test_to_end_a_licence_before_its_next_version_begins_ends_both():
    asked = request(valid_until=clock.today() + timedelta(days=30))
    old = issue(asked)
    new = issue(replace(asked, replaces=old.id, valid_from=clock.today() + timedelta(days=31), valid_until=None))
    end(new.id, "withdrawn", REASON, "officer")
    assert [reads.status(one.identifier).state for one in (old, new)] == ["withdrawn", "withdrawn"]


def test_what_was_reissued_is_not_ended_beside_its_next_version():
    asked = request()
    old = issue(asked)
    new = issue(replace(asked, replaces=old.id))
    with pytest.raises(AlreadyReplacedError):
        end(old.id, "revoked", REASON, "officer")
    end(new.id, "revoked", REASON, "officer")
    with pytest.raises(AlreadyEndedError):
        issue(replace(asked, replaces=new.id))
    assert [reads.status(one.identifier).state for one in (old, new)] == ["replaced", "revoked"]


def test_what_a_holder_holds_is_neither_ended_nor_reissued():
    asked = request()
    first, second = issue(asked), issue(asked)
    third = issue(replace(asked, replaces=first.id))
    end(second.id, "cancelled", REASON, "officer")
    assert [one.id for one in reads.held(asked.holder_kind, asked.holder_id, asked.type_id)] == [third.id]


def test_a_department_finds_what_it_issued_within_its_area_and_by_number():
    issuer = f"office-{uuid7()}"
    here, there = (issue(request(issuer_id=issuer, area=area)) for area in ("990101001", "990102001"))
    assert [one.id for one in reads.of_issuers([(issuer, "9901")])] == [there.id, here.id]
    assert [one.id for one in reads.of_issuers([(issuer, "990101")])] == [here.id]
    assert [one.id for one in reads.of_issuers([(issuer, "9901")], after=there.id)] == [here.id]
    assert reads.of_issuers([]) == ()
    assert [one.id for one in reads.by_number(f" {here.serial} ") if one.issuer_id == issuer] == [here.id]
    assert [one.id for one in reads.by_number(here.identifier)] == [here.id]
    assert reads.by_number("没有这个号") == ()


def test_a_reissue_for_somebody_else_is_refused():
    old = issue(request())
    with pytest.raises(CredentialNotFoundError):
        issue(request(replaces=old.id))


# ---- typed codes


def test_identifier_and_check_code_are_enough_without_a_camera():
    made = issue(request())
    code = made.check_code
    for number, typed in ((made.identifier, code), (made.identifier.lower() + " ", f"{code[:4]}-{code[4:]}".lower())):
        reading = reads.read_check_code(number, typed)
        assert (reading.outcome, reading.signed.holder, reading.status.state) == ("good", made.holder_name, "valid")


def test_each_typing_mistake_has_its_own_answer():
    made = issue(request())
    number = made.identifier
    other = parse(number).next_version().text
    assert reads.read_check_code(number[:-1] + ("A" if number[-1] != "A" else "B"), made.check_code).outcome == "wrong-number"
    assert reads.read_check_code(other, made.check_code).outcome == "not-on-record"
    assert reads.read_check_code(number, "AAAAAAAA").outcome == "changed"
    assert reads.read_check_code(number, "").outcome == "changed"
    assert reads.read_check_code(number, "校验码").outcome == "changed"


def test_a_row_altered_behind_our_back_is_found_by_its_own_signature():
    made = issue(request())
    other = issue(request(holder_name="别家餐饮店"))
    Credential.objects.filter(id=made.id).update(token=other.token[:-4] + "AAAA")
    assert reads.read_token(reads.credential(made.id).token).outcome == "changed"


# ---- keys


@pytest.fixture
def own_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGBAN_KEYS", str(tmp_path))
    return tmp_path


def test_the_key_is_made_once_for_its_owner_only(own_keys):
    first = signing_key().private_numbers()
    assert signing_key().private_numbers() == first
    (path,) = own_keys.iterdir()
    assert path.name == "credentials-es256-1.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_that_start_at_once_end_with_one_key(own_keys):
    found = []
    threads = [threading.Thread(target=lambda: found.append(signing_key().private_numbers().private_value)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in own_keys.iterdir()] == ["credentials-es256-1.pem"]


def test_after_a_rotation_the_new_key_signs_and_what_the_old_one_signed_still_holds(own_keys):
    made = issue(request())
    fresh = ec.generate_private_key(ec.SECP256R1())
    pem = fresh.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (own_keys / "credentials-es256-2.pem").write_bytes(pem)
    assert signing_key().private_numbers() == fresh.private_numbers()
    assert reads.read_token(made.token).outcome == "good"
    assert reads.read_token(issue(request()).token).outcome == "good"
    assert len(reads.public_keys()["keys"]) == 2


def test_a_code_of_another_city_is_of_an_unknown_key(own_keys):
    made = issue(request())
    (own_keys / "credentials-es256-1.pem").rename(own_keys / "elsewhere")
    assert reads.read_token(made.token).outcome == "unknown-key"


def test_a_broken_key_file_says_which(own_keys):
    (own_keys / "credentials-es256-1.pem").write_text("not a key")
    with pytest.raises(BrokenKeyError) as caught:
        public_keys()
    assert "credentials-es256-1.pem" in caught.value.says.zh


def test_published_keys_hold_nothing_private():
    for key in reads.public_keys()["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")


# ---- transactions and serials


@pytest.mark.django_db(transaction=True)
def test_issuing_and_ending_belong_into_a_transaction():
    with pytest.raises(RuntimeError):
        issue(request())
    with pytest.raises(RuntimeError):
        end(uuid7(), "revoked", REASON, "officer")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_issue_leaves_neither_credential_nor_entry_nor_gap():
    asked = request()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issue(asked)
        raise ZeroDivisionError
    assert reads.of_case(asked.case_id) == ()
    assert entries(asked.case_id) == ()
    with transaction.atomic():
        assert issue(asked).serial.endswith("0000001")


def test_serials_of_one_issuer_count_up_and_each_year_and_issuer_has_its_own():
    assert [take_serial("A" * 18, 2026) for _ in range(40)] == [f"2026{n:07d}" for n in range(1, 41)]
    assert take_serial("A" * 18, 2027) == "20270000001"
    assert take_serial("B" * 18, 2026) == "20260000001"


@pytest.mark.django_db(transaction=True)
def test_one_that_holds_its_serial_does_not_keep_others_waiting():
    with transaction.atomic():
        take_serial("C" * 18, 2026)
    taken: list[str] = []

    def other():
        with transaction.atomic():
            taken.append(take_serial("C" * 18, 2026))
        connection.close()

    with transaction.atomic():
        mine = take_serial("C" * 18, 2026)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
        assert taken
        assert taken[0] != mine


@pytest.mark.django_db(transaction=True)
def test_two_hundred_serials_taken_at_once_are_all_different():
    taken: list[str] = []

    def work():
        for _ in range(25):
            with transaction.atomic():
                taken.append(take_serial("D" * 18, 2026))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 200
    assert len(set(taken)) == 200
    assert max(taken) <= f"2026{200 + 16 * 8:07d}"
