"""What a declared letter must have: a number that is its own, and the parts without which a decision against somebody is not lawful."""

from __future__ import annotations

import pytest

from tests.catalogue.small_city import FILES, SERVICE, small_city
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.reading import read_files

REFUSAL = """\
letter: refuse
title: {zh: 不予决定书, en: Refusal}
mark: 不准
paragraphs:
  - {zh: "{reasons}{basis}{remedies}", en: "{reasons}{basis}{remedies}"}
"""
LAWFUL = """
basis:
  - {zh: 某法, en: Some Law}
remedies: {zh: 可以申请行政复议。, en: You may seek reconsideration.}
"""


def city(**changed: str) -> dict[str, bytes]:
    """The small city, in which a permit may be refused by a letter, lawfully; with the texts of these files in its place."""
    service = FILES[SERVICE].replace("letters: [decision]", "letters: [decision, refuse]") + LAWFUL
    marked = FILES["departments/market.yaml"] + "mark: 小市监\n"
    files = {"letters/refuse.yaml": REFUSAL, SERVICE: service, "departments/market.yaml": marked}
    names = {"refuse": "letters/refuse.yaml", "decision": "letters/decision.yaml", "service": SERVICE, "market": "departments/market.yaml"}
    names |= {"fire": "departments/fire.yaml"}
    files |= {names[name]: text for name, text in changed.items()}
    return small_city() | {path: text.encode() for path, text in files.items()}


def told(files: dict[str, bytes]) -> list[str]:
    return [f"{fault.path}: {fault.message.en}" for fault in examine(files).faults]


def test_a_letter_has_a_mark_attachments_and_letters_that_it_outdates() -> None:
    more = 'attachments:\n  - {zh: "{credential_title}", en: "{credential_title}"}\nreplaces: [decision]\nannuls: [decision]\n'
    letter = read_files(city(refuse=REFUSAL + more)).letters["refuse"]
    assert (letter.mark, letter.replaces, letter.annuls) == ("不准", ("decision",), ("decision",))
    assert letter.attachments[0].zh == "{credential_title}"


def test_a_lawful_city_has_no_fault() -> None:
    assert told(city()) == []


@pytest.mark.parametrize("word", ["reasons", "basis", "remedies"])
def test_a_refusal_without_one_of_its_three_parts_is_told(word: str) -> None:
    (fault,) = told(city(refuse=REFUSAL.replace(f"{{{word}}}", "")))
    assert fault.startswith("letters/refuse.yaml")
    assert f"“{{{word}}}”" in fault


@pytest.mark.parametrize("key", ["basis", "remedies"])
def test_a_service_that_may_refuse_without_basis_or_remedies_is_told(key: str) -> None:
    service = city()[SERVICE].decode()
    cut = service.replace("\nbasis:\n  - {zh: 某法, en: Some Law}", "") if key == "basis" else service[: service.index("remedies:")]
    (fault,) = told(city(service=cut))
    assert fault.startswith(SERVICE)
    assert f"no “{key}”" in fault


@pytest.mark.parametrize("id_", ["not-accepted", "not-needed"])
def test_the_two_decisions_not_to_take_up_a_case_need_the_same(id_: str) -> None:
    letter = f"letter: {id_}\ntitle: {{zh: 决定书, en: Decision}}\nparagraphs:\n  - {{zh: 不。, en: 'No.'}}\n"
    found = told(city() | {f"letters/{id_}.yaml": letter.encode()})
    assert len([fault for fault in found if fault.startswith(f"letters/{id_}.yaml")]) == 3


def test_two_letters_or_two_departments_never_share_a_mark() -> None:
    assert any("already belongs to" in fault for fault in told(city(decision=FILES["letters/decision.yaml"] + "mark: 不准\n")))
    assert any("already belongs to" in fault for fault in told(city(fire=FILES["departments/fire.yaml"] + "mark: 小市监\n")))


def test_marks_whose_joins_are_the_same_series_are_told() -> None:
    """小市监 + 不准 and 小市 + 监不准 would number two departments' letters in one series."""
    found = told(
        city(fire=FILES["departments/fire.yaml"] + "mark: 小市\n", decision=FILES["letters/decision.yaml"] + "mark: 监不准\n"),
    )
    assert any("may be of two departments" in fault for fault in found)


def test_a_numbered_letter_of_a_department_without_a_mark_is_told() -> None:
    (fault,) = told(city(market=FILES["departments/market.yaml"]))
    assert fault.startswith(SERVICE)
    assert "has no “mark”" in fault


@pytest.mark.parametrize("mark", ["xk", "一二三四五六七八九", "许 准"])
def test_a_mark_is_a_few_chinese_characters(mark: str) -> None:
    assert any("1 to 8 Chinese characters" in fault for fault in told(city(refuse=REFUSAL.replace("不准", mark))))


def test_a_letter_that_outdates_an_unknown_letter_is_told() -> None:
    assert any("no letter “decizion”" in fault for fault in told(city(refuse=REFUSAL + "annuls: [decizion]\n")))


def test_a_mark_added_later_leaves_the_hash_of_a_service_with_another_letter_as_it_was() -> None:
    before, after = read_files(city()), read_files(city(fire=FILES["departments/fire.yaml"] + "mark: 小消\n"))
    assert before.services["stall"].hash == after.services["stall"].hash
    assert before.hash != after.hash


def test_a_procedure_says_on_which_law_a_letter_rests() -> None:
    licence = "procedures/licence.yaml"
    said = FILES[licence] + "basis:\n  LETTER: {zh: 某程序法, en: Some Law of Procedure}\n"
    small = city() | {licence: said.replace("LETTER", "refuse").encode()}
    assert read_files(small).procedures["licence"].basis["refuse"].en == "Some Law of Procedure"
    assert any("no letter “refuze”" in fault for fault in told(city() | {licence: said.replace("LETTER", "refuze").encode()}))


def test_the_date_of_an_answer_is_no_answer_to_a_question() -> None:
    licence = "procedures/licence.yaml"
    dated = FILES["letters/decision.yaml"].replace("paragraphs:\n", 'paragraphs:\n  - {zh: "{answer_due_on}", en: "{answer_due_on}"}\n')
    assert told(city(decision=dated) | {licence: (FILES[licence] + "letters: {send: decision}\n").encode()}) == []
