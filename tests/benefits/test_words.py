"""A policy in words: its formula case by case, and the smallest change with its threshold, in Chinese and in English."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tongban.benefits.core.formula import cases_of
from tongban.benefits.core.nearly import told_ways
from tongban.benefits.core.wording import Wording
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.policy_testing import facts_of
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.core.verdict import verdict
from tongban.kernel.ids import citizen_id_check
from tongban.rules.core import NOTHING, Answer, Fact, Unknown, Value

CITY = Path(__file__).parents[2] / "cities"


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(next(CITY.glob("*/city.yaml")).parent)


def worded(city: City, policy: str) -> Wording:
    return Wording(city, city.policies[policy])


def case(wording: Wording, number: int, **changed: Fact) -> dict[str, Fact]:
    policy = wording.policy
    return facts_of(policy, policy.tests[number]) | {name.replace("__", "."): fact for name, fact in changed.items()}


def test_a_table_inside_a_formula_is_told_as_cases_of_the_whole(city: City) -> None:
    found = cases_of(worded(city, "job-stability-refund/2026-02-01"))
    assert [(one.when and one.when.zh, one.pays.zh) for one in found] == [
        ("企业规模为大型", "上年实缴失业保险费 × 30%（不足一分的舍去）"),
        (None, "上年实缴失业保险费 × 60%（不足一分的舍去）"),
    ]


def test_the_cap_is_left_to_its_own_line_and_written_sums_are_worked_out(city: City) -> None:
    assert [one.pays.zh for one in cases_of(worded(city, "long-term-jobless-subsidy"))] == ["1,000 元 × 新招用登记失业半年以上人员"]
    halves = {one.when.zh: one.pays.zh for one in cases_of(worded(city, "graduate-living-subsidy")) if one.when}
    assert halves["学历学位为博士"] == "50,000 元"
    assert cases_of(worded(city, "trusted-firm-lane")) == ()


def test_the_two_halves_for_a_graduate_are_had_one_after_the_other_and_come_to_the_whole(city: City) -> None:
    first, second = (city.policies[id_] for id_ in ("graduate-living-subsidy", "graduate-living-second"))
    assert not {second.id} & {*first.excludes}
    assert not {first.id} & {*second.excludes}
    for degree, whole in (("bachelor", 10_000_00), ("master", 30_000_00), ("doctor", 100_000_00)):
        facts = facts_of(second, second.tests[0]) | {"degree.degree": Value(degree)}
        assert (verdict(first, facts).amount or 0) + (verdict(second, facts).amount or 0) == whole
        early = facts | {"job.months_paid": Value(11)}
        assert (verdict(first, early).answer, verdict(second, early).answer) == (Answer.YES, Answer.NO)


def test_english_words_have_no_chinese_and_every_policy_can_be_told(city: City) -> None:
    for policy in city.policies.values():
        wording = Wording(city, policy)
        told = [one.pays.en + (one.when.en if one.when else "") for one in cases_of(wording)]
        for test in policy.tests:
            told += [way.says.en for way in told_ways(wording, facts_of(policy, test))]
        assert not [one for one in told if re.search("[\u4e00-\u9fff]", one)]


def test_the_threshold_is_told_with_its_direction(city: City) -> None:
    wording = worded(city, "job-stability-refund/2026-02-01")
    first = told_ways(wording, case(wording, 1))[0]
    assert (first.says.zh, first.is_small) == ("上年新领失业金人数不超过 4（现在是 5），即符合", True)
    assert first.says.en == "Entitled once “New claimants of unemployment benefit last year” is at most 4 (now 5)"
    assert first.amount == 4_320_00
    up = told_ways(wording, case(wording, 3))
    assert "上年末参保人数达到 30（现在是 29），即符合" in [one.says.zh for one in up]


def test_a_day_and_an_amount_are_told_as_people_say_them(city: City) -> None:
    wording = worded(city, "staff-rent-subsidy")
    (amount,) = told_ways(wording, case(wording, 1))
    assert amount.says.zh == "综合所得不超过 71,999.99 元（现在是 72,000 元），即符合"
    (day,) = told_ways(wording, case(wording, 0, rent__until=Value(date(2026, 11, 30))))
    assert day.says.zh == "租期至不早于 2026年12月1日（现在是 2026年11月30日），即符合"
    assert day.is_small


def test_what_is_not_on_record_or_far_off_is_no_small_change(city: City) -> None:
    wording = worded(city, "staff-rent-subsidy")
    for changed in ({"rent__until": NOTHING}, {"income__total": Value(400_000_00)}):
        found = told_ways(wording, case(wording, 0, **changed))
        assert found
        assert not any(one.is_small for one in found)


def test_none_unknown_and_a_value_are_told_apart_and_a_number_of_a_person_is_masked(city: City) -> None:
    wording = worded(city, "staff-rent-subsidy")
    told = [wording.told("income.total", fact).zh for fact in (NOTHING, Unknown("stale"), Unknown("no-answer"), Value(7_200_000))]
    assert told == ["没有记录", "不清楚：数据太旧，不采信", "不清楚：登记册没有答复", "72,000 元"]
    number = "99010119680512002" + citizen_id_check("99010119680512002")
    assert "19680512" not in wording.value("job.employer_uscc", number).zh
