"""Departments, roles, procedures, letters, messages and licence types of the template city."""

from __future__ import annotations

import re
import string

import pytest

from tongban.catalogue.core.definition import AFTER_THE_END, City, Procedure
from tongban.kernel import ids
from tongban.kernel.text import Text

EXPECTED_DEPARTMENTS = [
    "data-bureau",
    "market-regulation",
    "health",
    "public-security",
    "human-resources",
    "medical-insurance",
    "civil-affairs",
    "housing",
    "urban-management",
    "fire-rescue",
    "industry",
    "planning",
    "water",
    "emergency",
    "transport",
    "tax",
    "provident-fund",
    "disabled-federation",
    "finance",
    "ecology",
    "culture-tourism",
    "market-station",
]


def _walk(procedure: Procedure, *acts: str) -> str:
    state = procedure.first
    for act in acts:
        after = procedure.next_state(state, act)
        assert after is not None, (state, act)
        state = after
    return state


def _words(text: Text) -> set[str]:
    return {name for sentence in (text.zh, text.en) for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_department_has_a_valid_code_and_a_number_of_its_own(city: City) -> None:
    departments = city.departments.values()
    assert set(city.departments) >= set(EXPECTED_DEPARTMENTS)
    assert all(ids.is_uscc(one.uscc) for one in departments)
    assert all(re.match("1[12]9901", one.uscc) for one in departments)  # organs, and institutions such as a hospital
    assert len({one.uscc for one in departments}) == len({one.number for one in departments}) == len(city.departments)


def test_the_organisation_code_inside_each_social_credit_code_has_its_own_check_character(city: City) -> None:
    """GB 11714: weights 3 7 9 10 5 8 4 2, modulus 11."""
    for one in city.departments.values():
        body, check = one.uscc[8:16], one.uscc[16]
        total = sum(int(sign, 36) * weight for sign, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        assert check == "0X987654321"[total % 11], one.id


def test_no_telephone_of_the_city_can_be_rung(city: City) -> None:
    assert all(re.fullmatch(r"099-0000\d{4}", one.phone) for one in city.departments.values())


def test_the_station_belongs_to_its_bureau_and_checks_throughout_the_city(city: City) -> None:
    """A step names one department, so the station that it names must be able to go to any district."""
    station = city.departments["market-station"]
    assert station.parent == "market-regulation"
    assert station.area in ("", city.area)


def test_who_accepts_does_not_decide(city: City) -> None:
    may = {id_: set(role.may) for id_, role in city.roles.items()}
    assert "accept" in may["clerk"]
    assert "decide" not in may["clerk"] | may["reviewer"] | may["inspector"] | may["auditor"]
    assert may["auditor"] == {"audit"}
    assert "extend" in may["head"]


def test_correction_comes_before_acceptance_and_never_runs_on_a_clock(city: City) -> None:
    correcting = [
        one for one in city.procedures.values() if one.next_state(one.first, "send") == "received" and one.correction_within is not None
    ]
    assert {one.id for one in correcting} >= {"administrative-licence", "benefit", "filing"}
    for procedure in correcting:
        assert procedure.states[_walk(procedure, "send", "ask-correction")].clock == "before"
        assert procedure.states[_walk(procedure, "send", "ask-correction", "correct")].clock == "before"
        assert procedure.next_state(_walk(procedure, "send", "accept"), "ask-correction") is None


def test_silence_accepts_a_licence_and_nothing_else(city: City) -> None:
    assert [one.id for one in city.procedures.values() if one.silence_accepts] == ["administrative-licence"]
    licence = city.procedures["administrative-licence"]
    assert licence.correction_within is not None
    assert (licence.correction_within.days, licence.correction_within.counted) == (5, "working")
    assert licence.states[_walk(licence, "send", "deem-accepted")].clock == "running"
    assert city.procedures["benefit"].next_state("received", "deem-accepted") is None


def test_each_procedure_has_the_lawful_stops_of_its_own_rules_and_a_visit_is_none_of_them(city: City) -> None:
    stops = {option.id for option in city.procedures["administrative-licence"].lawful_stops}
    assert stops == {"hearing", "tender", "auction", "testing", "quarantine", "appraisal", "expert-review"}
    assert not city.procedures["filing"].lawful_stops
    assert {option.id for option in city.procedures["benefit"].lawful_stops} == {"publicity"}
    assert {option.id for option in city.procedures["confirmation"].lawful_stops} == {"appraisal", "publicity"}


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        (("send",), "1"),
        (("send", "withdraw"), "2"),
        (("send", "accept"), "3"),
        (("send", "not-needed"), "4"),
        (("send", "not-accept"), "5"),
        (("send", "ask-correction"), "6"),
        (("send", "accept", "start"), "8"),
        (("send", "accept", "start", "grant", "deliver"), "11"),
        (("send", "accept", "start", "refuse"), "13"),
        (("send", "accept", "start", "withdraw"), "14"),
    ],
)
def test_a_licence_case_reports_the_national_code_of_its_state(city: City, acts: tuple[str, ...], code: str) -> None:
    licence = city.procedures["administrative-licence"]
    assert licence.states[_walk(licence, *acts)].national_code == code


def test_a_benefit_is_refused_only_after_an_officer_has_begun(city: City) -> None:
    benefit = city.procedures["benefit"]
    assert benefit.next_state("accepted", "refuse") is None
    assert _walk(benefit, "send", "accept", "grant") == "granted"
    assert _walk(benefit, "send", "accept", "start", "refuse") == "refused"


def test_a_filing_is_done_when_it_is_on_record(city: City) -> None:
    filing = city.procedures["filing"]
    for acts in (("send", "grant"), ("send", "accept", "grant"), ("send", "accept", "start", "grant")):
        assert filing.states[_walk(filing, *acts)].terminal


def test_every_state_can_be_reached_and_every_end_is_an_end(city: City) -> None:
    for procedure in city.procedures.values():
        reached = {procedure.first} | {one.to for one in procedure.transitions}
        assert reached == set(procedure.states), procedure.id
        for state in procedure.states.values():
            leaves = {one.act for one in procedure.transitions if state.id in one.sources}
            assert leaves or state.terminal, (procedure.id, state.id)
            assert not state.terminal or leaves <= set(AFTER_THE_END), (procedure.id, state.id)


def test_both_languages_of_a_letter_or_message_fill_in_the_same_words(city: City) -> None:
    texts = [paragraph for letter in city.letters.values() for paragraph in letter.paragraphs]
    texts += [message.text for message in city.messages.values()]
    for text in texts:
        zh, en = (_words(Text(sentence, sentence)) for sentence in (text.zh, text.en))
        assert zh == en, text


def test_a_message_names_nobody(city: City) -> None:
    for message in city.messages.values():
        assert _words(message.text) <= {"number", "service", "due", "city", "count", "visit"}


def test_what_is_refused_or_not_accepted_says_why_and_what_one_can_do(city: City) -> None:
    for id_ in ("not-accepted", "not-needed", "decision-refuse", "filing-refused"):
        words = set().union(*(_words(paragraph) for paragraph in city.letters[id_].paragraphs))
        assert {"reasons", "remedies"} <= words, id_


def test_every_letter_has_a_series_of_numbers_of_its_own(city: City) -> None:
    assert [id_ for id_, letter in city.letters.items() if not letter.mark] == []


def test_every_stop_and_every_end_by_silence_is_told_by_a_letter(city: City) -> None:
    """Article 45 is the Licensing Law's: what is no licence stops under its own rules."""
    for procedure in city.procedures.values():
        acts = {transition.act for transition in procedure.transitions}
        told = {act for act in ("stop", "resume", "lapse", "extend", "deem-accepted") if act in acts}
        assert told <= set(procedure.letters), procedure.id
        if procedure.id != "administrative-licence":
            texts = [paragraph.zh for act in told for paragraph in city.letters[procedure.letters[act]].paragraphs]
            assert not any("行政许可法" in text for text in texts), procedure.id


def test_who_is_not_accepted_or_refused_may_ask_for_a_review_whatever_the_procedure(city: City) -> None:
    for id_ in ("administrative-licence", "benefit", "confirmation", "public-service", "filing"):
        procedure = city.procedures[id_]
        assert {state: procedure.next_state(state, "reopen") for state in ("refused", "not-accepted")} == {
            "refused": "review",
            "not-accepted": "received",
        }, id_


def test_a_review_that_changes_a_decision_annuls_every_letter_that_refuses(city: City) -> None:
    reviewed = {id_ for id_, one in city.procedures.items() if any(way.act == "reopen" for way in one.transitions)}
    given = {name for one in city.services.values() if one.procedure in reviewed for name in one.gives.letters}
    against = {name for name in given if "refuse" in name or name == "not-accepted"}
    assert against <= set(city.letters["review-change"].annuls)


def test_only_a_licence_is_refused_by_the_licensing_law(city: City) -> None:
    for service in city.services.values():
        texts = [paragraph.zh for name in service.gives.letters if "refuse" in name for paragraph in city.letters[name].paragraphs]
        cites = any("行政许可法" in text for text in texts)
        assert not cites or service.procedure == "administrative-licence", service.id


def test_a_receipt_says_that_it_is_no_permission(city: City) -> None:
    text = "".join(paragraph.zh for paragraph in city.letters["receipt"].paragraphs)
    assert "不是行政许可" in text


def test_a_licence_type_is_coded_by_the_department_that_defines_it(city: City) -> None:
    for credential in city.credentials.values():
        assert len(credential.type_code) == 21
        assert credential.type_code[:18] == city.departments[credential.defined_by].uscc


def test_no_text_falls_into_the_tone_that_people_are_tired_of(city: City) -> None:
    for text in _texts(city):
        assert not re.search("温馨提示|亲爱的|抱歉哦|敬请谅解|您好", text.zh), text


def test_chinese_has_chinese_punctuation_and_english_has_no_chinese(city: City) -> None:
    for text in _texts(city):
        assert not re.search("[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", text.zh), text
        assert not re.search("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text.en), text


def test_letters_say_you_as_offices_do_and_messages_as_people_do(city: City) -> None:
    assert all("您" not in paragraph.zh for letter in city.letters.values() for paragraph in letter.paragraphs)
    assert all("你" not in message.text.zh for message in city.messages.values())


def _texts(city: City) -> list[Text]:
    texts = [letter.title for letter in city.letters.values()]
    texts += [paragraph for letter in city.letters.values() for paragraph in letter.paragraphs]
    texts += [message.text for message in city.messages.values()]
    texts += [text for one in city.departments.values() for text in (one.title, one.short, one.duties)]
    texts += [state.title for procedure in city.procedures.values() for state in procedure.states.values()]
    for service in city.services.values():
        texts += [service.title, service.summary, *service.basis, *(clause.says for clause in service.rules)]
        texts += [way.title for way in service.ways] + [test.name for test in service.tests]
        texts += [title for step in service.steps.values() for title in (step.title, *step.record_titles.values())]
        for question in service.questions:
            texts += [text for text in (question.label, question.hint, question.supplies) if text]
            texts += [option.label for option in question.options]
    return texts
