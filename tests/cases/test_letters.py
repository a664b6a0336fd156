"""A letter speaks to a person: words, the department that says so and the day, never a code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cases.test_hands import to_site
from tests.cases.test_lifecycle import allowance, key, photo, restaurant, version
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.acts.outputs import letter_values
from tongban.cases.models import Case, Letter, LetterSeries
from tongban.cases.reads.letters import recorded_text
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts.publish import publish_texts
from tongban.catalogue.core.reading.folder import load
from tongban.credentials import reads as credentials
from tongban.credentials.core.letter import covered
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.ledger import reads as ledger
from tongban.ledger.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
THREE = {"not-accept": "received", "not-needed": "received", "refuse": "review"}
UNFIT = {"layout": "unfit", "hygiene": "fit", "storage": "fit"}


def test_a_refusal_tells_each_condition_that_is_not_met_with_its_facts_in_words(town: Town) -> None:
    case_id = restaurant(town, staff_count="4000")
    site = to_site(town, case_id)
    for login in ("wu-qiang", "zheng-jie"):
        acts.complete_step(site.id, actor=town.actor(login), key=key(), records=UNFIT, photos=[photo(case_id)])
    acts.decide(case_id, "refuse", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="布局不合要求。")
    letter = Case.objects.get(pk=case_id).letters.order_by("id").last()
    conditions = next(one for one in letter.paragraphs if "项条件中" in one["zh"])
    assert "布局和流程：生熟分开，加工不走回头路为“不符合”（现场核查）" in conditions["zh"]
    assert "接触直接入口食品的有几人为“4000”" in conditions["zh"]
    assert "“Unfit” (On-site check)" in conditions["en"]
    assert "（卫生健康委，截至2026年" in conditions["zh"]
    for code in ("unfit", "restaurant", "2027-"):
        assert code not in conditions["zh"], code


def accepted(town: Town) -> Letter:
    case_id = restaurant(town)
    acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
    acts.accept(case_id, actor=town.actor("liu-yang"), key=key(), version=version(case_id))
    return Letter.objects.get(case_id=case_id)


def test_a_letter_is_numbered_by_department_kind_year_and_serial(town: Town) -> None:
    letter = accepted(town)
    year = letter.issued_on.year
    assert letter.number == f"云市监受〔{year}〕{letter.serial}号"
    assert letter.serial == LetterSeries.objects.get(series="云市监受", year=year).last


def test_another_year_and_another_kind_begin_at_1(town: Town) -> None:
    first = accepted(town)
    clock.move_by(timedelta(days=366))
    case_id = allowance(town)
    acts.send(case_id, actor=town.actor("li-min"), key=key(), version=version(case_id))
    later = Letter.objects.get(case_id=case_id)
    assert (later.series, later.serial, later.year) == ("云民给准", 1, first.year + 1)
    assert later.number == f"云民给准〔{first.year + 1}〕1号"


def test_what_is_signed_is_the_text_as_it_stands_and_the_record_holds_its_digest(town: Town) -> None:
    letter = accepted(town)
    signed = credentials.read_token(letter.token).letter
    assert signed.number == letter.number
    assert signed.digest == recorded_text(letter).digest()
    assert signed.addressee == covered(letter.case.applicant_name, "firm") != letter.case.applicant_name
    entry = next(one for one in ledger.entries(letter.case_id) if one.act == "cases.accept")
    assert Entry.objects.get(pk=entry.id).payload["letters"] == {str(letter.id): signed.digest.hex()}


def test_a_letter_speaks_to_its_addressee_once(town: Town) -> None:
    letter = accepted(town)
    assert letter.addressee == letter.case.applicant_name
    assert all(not paragraph["zh"].startswith(letter.addressee) for paragraph in letter.paragraphs)
    (row,) = reads.case_view(letter.case_id, town.actor("chen-xiao")).letters
    assert (row.addressee, row.check_code[4]) == (letter.addressee, "-")


def test_a_letter_of_before_still_has_its_salutation_and_no_code(town: Town) -> None:
    letter = accepted(town)
    old = [{"zh": f"{letter.addressee}：", "en": f"To {letter.addressee}:"}, *letter.paragraphs]
    Letter.objects.filter(pk=letter.pk).update(addressee="", paragraphs=old, token="", issuer_zh="", issuer_en="")
    (row,) = reads.case_view(letter.case_id, town.actor("chen-xiao")).letters
    assert row.addressee == letter.addressee
    assert len(row.paragraphs) == len(letter.paragraphs)
    assert row.check_code == ""
    assert reads.letter_document(row).startswith(b"%PDF")


def test_without_marks_a_letter_is_numbered_by_its_case(town: Town) -> None:
    texts = load(CITY)
    plain = {path: re.sub(rb"(?m)^mark: .*\n", b"", text) for path, text in texts.items()}
    publish_texts(plain, "tests")
    letter = accepted(town)
    assert letter.number == f"{letter.case.number}-01"
    assert (letter.series, letter.serial, letter.year) == ("", None, None)
    assert credentials.read_token(letter.token).letter.number == letter.number


def test_a_letter_that_annuls_another_makes_it_stand_no_longer(town: Town) -> None:
    texts = load(CITY)
    path = "letters/decision-refuse.yaml"
    publish_texts({**texts, path: texts[path].replace(b"sealed: yes", b"annuls: [acceptance]\nsealed: yes")}, "tests")
    case_id = restaurant(town)
    site = to_site(town, case_id)
    for login in ("wu-qiang", "zheng-jie"):
        acts.complete_step(site.id, actor=town.actor(login), key=key(), records=UNFIT, photos=[photo(case_id)])
    acts.decide(case_id, "refuse", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words="布局不合要求。")
    first, last = Letter.objects.filter(case_id=case_id).order_by("id")
    assert (first.standing, first.later_id, last.standing) == ("annulled", last.id, "")
    assert reads.standing_of(first.id).later_number == last.number
    assert reads.standing_of(last.id).state == "stands"


@pytest.mark.parametrize("answer", ["not-accept", "not-needed", "refuse"])
def test_each_of_the_three_decisions_against_somebody_has_reasons_basis_and_remedies(town: Town, answer: str) -> None:
    """Administrative Licensing Law, articles 32(1)(1), 32(1)(2) and 38(2): three different written decisions."""
    case_id = restaurant(town)
    why = "所附图纸与登记的房屋不是同一处。"
    if answer == "refuse":
        site = to_site(town, case_id)
        for login in ("wu-qiang", "zheng-jie"):
            acts.complete_step(site.id, actor=town.actor(login), key=key(), records=UNFIT, photos=[photo(case_id)])
        acts.decide(case_id, "refuse", actor=town.actor("sun-lihua"), key=key(), version=version(case_id), words=why)
    else:
        acts.send(case_id, actor=town.actor("chen-xiao"), key=key(), version=version(case_id))
        acts.not_accept(case_id, answer, actor=town.actor("liu-yang"), key=key(), version=version(case_id), words=why)
    letter = Letter.objects.filter(case_id=case_id).order_by("id").last()
    text = "".join(paragraph["zh"] for paragraph in letter.paragraphs)
    service = reads.ground_of(letter.case).service
    law = {"not-accept": "第三十二条第一款第二项", "not-needed": "第三十二条第一款第一项", "refuse": service.basis[0].zh}
    assert why in text
    assert law[answer] in text
    assert service.remedies.zh in text
    assert letter.title_zh == {"not-accept": "不予受理决定书", "not-needed": "不受理决定书", "refuse": "不予行政许可决定书"}[answer]


def test_the_three_decisions_are_three_states_three_letters_and_three_national_codes(town: Town) -> None:
    procedure = reads.ground_of(accepted(town).case).procedure
    ends = {act: procedure.states[procedure.next_state(state, act)] for act, state in THREE.items()}
    assert len({state.id for state in ends.values()}) == len({state.national_code for state in ends.values()}) == 3


@pytest.mark.parametrize("whole", [False, True])
def test_a_letter_tells_identity_numbers_whole_only_where_it_is_declared_to_need_them(town: Town, whole: bool) -> None:
    number = "110101199003077475"
    case_id = restaurant(town, safety_officer=number)
    case = Case.objects.get(pk=case_id)
    city = catalogue.city()
    service = city.services[case.service]
    declared = replace(city.letters["decision-grant"], whole_numbers=whole)
    case.service_hash = service.hash
    said = letter_values(case, service, city.departments[case.department], declared)["answer_safety_officer"]
    assert isinstance(said, Text)
    assert (number in said.zh) == (number in said.en) == whole
    assert said.zh[:6] == number[:6]
