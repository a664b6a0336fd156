"""Policies, profiles and pools as texts: what they declare, what the checker tells, what their tests find."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.catalogue.small_city import small_city
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.verdict import verdict
from tongban.rules.core import NOTHING, Answer, Fact, Unknown, Value

PROFILE = """\
profile: firm
title: {zh: 企业档案, en: Firms}
subject: firm
subjects: firm
sources:
  firm: {resource: market/licence, stale: 7 days}
  fire: {resource: fire/checks, stale: 31 days}
"""
POOLS = """\
pools:
  stalls: {title: {zh: 摊位资金, en: Stall funds}, department: market, amount: yuan(50000), from: 2026-01-01, until: 2026-12-31, exhausted: stop}
"""
POLICY = """\
policy: stall-aid
title: {zh: 摊位补贴, en: Stall aid}
summary: {zh: 给小店的补贴。, en: Aid for small firms.}
document:
  number: 小市监〔2026〕1号
  title: {zh: 通知, en: Notice}
  issuer: {zh: 小城市场监管局, en: Smalltown Market Bureau}
  level: city
  issued: 2026-01-05
department: market
in_force: 2026-02-01
until: 2026-12-31
category: award
profile: firm
service: stall-redemption
redeem: unasked
within: 10 working days
pool: stalls
publicity: {within: 5 working days, objections: market}
clawback: {says: {zh: 不实的退回, en: What was wrong is given back}, cite: 第九条, within: 30 calendar days}
tables:
  by_staff:
    gives: money
    by: [firm.staff]
    rows:
      - {firm.staff: [none, "<= 4"], gives: 1000 yuan}
      - {firm.staff: "> 4", gives: 3000 yuan}
rules:
  in_business:
    says: {zh: 存续, en: In business}
    cite: 第二条
    holds: firm.status == "active"
  safe:
    says: {zh: 消防合格, en: Safe}
    cite: 第三条
    when: has(fire.passed)
    holds: fire.passed
amount:
  formula: table.by_staff + round_down(firm.capital * 0.01, fen(1))
  cap: yuan(2000)
tests:
  - test: {zh: 好, en: Good}
    on: 2026-12-01
    given: {firm.status: active, firm.staff: 2, firm.capital: 100 yuan, fire.passed: yes}
    expect: {in_business: yes, safe: yes, entitled: yes, amount: 1001 yuan}
  - test: {zh: 不好, en: Not good}
    on: 2026-12-01
    given: {firm.status: cancelled, firm.staff: 50, firm.capital: 100000 yuan, fire.passed: no}
    expect: {in_business: no, safe: no, entitled: no, amount: 2000 yuan}
  - test: {zh: 没有答复, en: Silent}
    on: 2026-12-01
    given: {firm: unknown, fire: unknown}
    expect: {in_business: unknown, safe: unknown, entitled: unknown, amount: unknown}
"""
REDEMPTION = """\
service: stall-redemption
title: {zh: 摊位政策兑现, en: Redeeming stall policies}
code: "000514901000"
procedure: redemption
initiative: redemption
in_force: 2026-01-01
department: market
audience: [firm]
mandates: [legal-representative, agent]
limits: {statutory: 10 working days, promised: 5 working days}
situations: [new]
before: {steps: 6, days: 60, documents: 6, visits: 2}
form:
  redemption:
    policy:
      type: choice
      label: {zh: 政策, en: Policy}
      options:
        stall-aid: {zh: 摊位补贴, en: Stall aid}
        stall-loan: {zh: 摊位贴息, en: Stall loan}
    confirmed:
      type: choice
      label: {zh: 核对结果, en: Checked}
      options:
        "yes": {zh: 相符, en: Met}
        "no": {zh: 不相符, en: Not met}
        queued: {zh: 等资金, en: Waiting}
    amount: {type: money, required: no, label: {zh: 金额, en: Amount}}
    account: {type: text, required: no, max: 60, label: {zh: 账户, en: Account}}
rules:
  entitled:
    for: grant
    says: {zh: 条件全部相符, en: Every condition is met}
    cite: 通知 第二条
    holds: form.confirmed == "yes" || form.confirmed == "queued"
    if_unknown: officer
ways:
  instant: {when: form.confirmed == "yes", route: []}
  officer: {route: [verify]}
steps:
  verify: {by: decider, within: 5 working days, in_words: yes}
gives:
  letters: [decision]
  amount: form.amount
  every: once
tests:
  - test: {zh: 相符, en: Met}
    received: 2026-12-07
    given: {form.policy: stall-aid, form.confirmed: "yes", form.amount: yuan(5)}
    expect: {entitled: yes, way: instant, state: granted, amount: yuan(5)}
  - test: {zh: 不相符, en: Not met}
    received: 2026-12-07
    given: {form.policy: stall-aid, form.confirmed: "no", form.amount: yuan(5)}
    expect: {entitled: no, way: officer, state: accepted}
  - test: {zh: 不清楚, en: Not clear}
    received: 2026-12-07
    given: {form.policy: stall-aid, form.confirmed: unknown, form.amount: yuan(5)}
    expect: {entitled: unknown, way: officer, state: accepted}
"""
PROCEDURE = Path("cities/yunchuan/procedures/redemption.yaml").read_text(encoding="utf-8")
SERVICE_AT, PROCEDURE_AT = "services/stall-redemption/service.yaml", "procedures/redemption.yaml"
AT = "policies/stall-aid.yaml"


def files(policy: str = POLICY, **more: str) -> dict[str, bytes]:
    texts = {"profiles/firm.yaml": PROFILE, "pools.yaml": POOLS, SERVICE_AT: REDEMPTION, PROCEDURE_AT: PROCEDURE, AT: policy, **more}
    return small_city() | {path: text.encode() for path, text in texts.items()}


def city(policy: str = POLICY) -> City:
    return examine(files(policy)).sound()


def told(found: dict[str, bytes]) -> list[str]:
    return [f"{fault.path}:{fault.line}: {fault.message.en}" for fault in examine(found).faults]


def test_a_policy_declares_everything_of_the_record() -> None:
    policy = city().policies["stall-aid"]
    assert (policy.document.number, policy.category, policy.redeem, policy.within.days, policy.pool) == (
        "小市监〔2026〕1号",
        "award",
        "unasked",
        10,
        "stalls",
    )
    assert (policy.cap, policy.formula) == (200_000, "table.by_staff + round_down(firm.capital * 0.01, fen(1))")
    assert policy.publicity is not None
    assert policy.clawback is not None
    assert policy.clawback.within.days == 30


def test_a_profile_takes_no_item_that_no_policy_reads() -> None:
    sources = city().profiles["firm"].sources
    assert (sources["firm"].items, sources["fire"].items) == (("capital", "staff", "status"), ("passed",))


def test_the_cap_and_the_table_are_part_of_the_one_expression() -> None:
    policy = city().policies["stall-aid"]
    facts: dict[str, Fact] = {"firm.status": Value("active"), "firm.staff": NOTHING, "firm.capital": Value(5), "fire.passed": NOTHING}
    assert (verdict(policy, facts).answer, verdict(policy, facts).amount) == (Answer.YES, 100_000)
    facts["firm.capital"] = Value(10_000_000_00)
    assert verdict(policy, facts).amount == 200_000


def test_who_is_entitled_to_nothing_is_not_entitled() -> None:
    policy = city(
        POLICY.replace("table.by_staff + round_down", "round_down").replace("1001 yuan", "1 yuan").replace("2000 yuan}", "1000 yuan}")
    ).policies["stall-aid"]
    facts: dict[str, Fact] = {"firm.status": Value("active"), "firm.capital": Value(0), "fire.passed": NOTHING}
    assert verdict(policy, facts).answer == Answer.NO
    assert verdict(policy, facts | {"firm.capital": NOTHING}).answer == Answer.NO
    assert verdict(policy, facts | {"firm.capital": Unknown("stale")}).answer == Answer.UNKNOWN


def test_a_policy_that_is_not_known_to_hold_is_unknown_and_says_what_would_settle_it() -> None:
    policy = city().policies["stall-aid"]
    found = verdict(policy, {"firm.status": Unknown("stale"), "firm.staff": Value(1), "firm.capital": Value(0), "fire.passed": NOTHING})
    assert (found.answer, found.amount, found.needs) == (Answer.UNKNOWN, None, ("firm.status",))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"> 4"', '"> 3"', "this row overlaps row 1, for example firm.staff = 4"),
        ('"> 4"', '"> 5"', "no row covers firm.staff = 5"),
        ("    rows:\n", "    otherwise: 5 yuan\n    rows:\n", "“otherwise” is never reached"),
        ('[none, "<= 4"]', '"<= 4"', "no row covers firm.staff = none"),
        ("by: [firm.staff]", "by: [firm.stuff]", "there is no fact “firm.stuff”"),
        ("by: [firm.staff]", "by: [firm.name]", "a column of a table cannot be of this type"),
        ("gives: 3000 yuan", "gives: many", "“many” does not fit"),
        ("within: 10 working days", "within: 61 working days", "at most 60 working days"),
        ("redeem: unasked\nwithin: 10 working days", "redeem: quick", "“quick” needs “within”"),
        ("pool: stalls", "pool: stools", "there is no pool “stools”"),
        ("pool: stalls\n", "", "names the pool"),
        ("profile: firm", "profile: frim", "there is no profile “frim”"),
        ("cap: yuan(2000)", "cap: yuan(60000)", "the cap is above the whole pool"),
        ("until: 2026-12-31", "until: 2026-01-31", "it ends before it is in force"),
        ("issued: 2026-01-05", "issued: 2026-03-05", "it was issued after it is in force"),
        ("    cite: 第二条\n", "", "a clause lacks “cite”"),
        ("category: award", "category: right", "a right or a qualification has no amount"),
        ("publicity: {within: 5 working days, objections: market}\n", "", "made public first"),
        ("1001 yuan", "1002 yuan", "“amount” should be “1,002.00 yuan” and is “1,001.00 yuan”"),
        ("fire.passed: no}", "fire.passed: none}", "no test sees the clause “safe” answer “no”"),
        ("pool: stalls\n", "pool: stalls\nexcludes: [stall-aid]\n", "a policy cannot exclude itself"),
        ("firm.capital * 0.01, fen(1)", "firm.capitol * 0.01, fen(1)", "there is no fact “firm.capitol”"),
    ],
)
def test_a_fault_is_told_where_it_is(old: str, new: str, says: str) -> None:
    assert old in POLICY
    found = told(files(POLICY.replace(old, new, 1)))
    assert any(fault.startswith(AT) and says in fault for fault in found), found


def test_versions_of_a_policy_follow_each_other_by_their_day_of_effect() -> None:
    later = POLICY.replace("in_force: 2026-02-01", "in_force: 2026-07-01").replace("gives: 1000 yuan", "gives: 1100 yuan")
    first = POLICY.replace("until: 2026-12-31", "until: 2026-06-30", 1)
    texts = {"policies/stall-aid/2026-02-01.yaml": first, "policies/stall-aid/2026-07-01.yaml": later.replace("1001 yuan", "1101 yuan")}
    both = {path: content for path, content in files(**texts).items() if path != AT}
    read = examine(both).sound()
    assert read.policies_on(dt.date(2026, 6, 30))["stall-aid"].in_force == dt.date(2026, 2, 1)
    assert read.policies_on(dt.date(2026, 7, 1))["stall-aid"].in_force == dt.date(2026, 7, 1)
    assert "stall-aid" not in read.policies_on(dt.date(2027, 1, 1))


def test_versions_that_hold_at_the_same_time_are_told() -> None:
    texts = {"policies/stall-aid/2026-07-01.yaml": POLICY.replace("in_force: 2026-02-01", "in_force: 2026-07-01")}
    assert any("holds at the same time as “stall-aid”" in fault for fault in told(files(**texts)))


def test_exclusion_is_mutual() -> None:
    other = POLICY.replace("policy: stall-aid", "policy: other-aid")
    one_sided = files(POLICY.replace("pool: stalls\n", "pool: stalls\nexcludes: [other-aid]\n"), **{"policies/other-aid.yaml": other})
    assert any("“other-aid” does not say that it excludes this one" in fault for fault in told(one_sided))


def test_a_source_is_looked_up_by_the_subjects_key() -> None:
    person = files() | {"profiles/firm.yaml": PROFILE.replace("subject: firm", "subject: person").encode()}
    assert any("is looked up by “uscc”, the profile by “id_number”" in fault for fault in told(person))


def test_the_hash_of_a_policy_closes_over_its_profile_and_pool_and_not_over_its_tests() -> None:
    hash_ = city().policies["stall-aid"].hash
    assert city(POLICY.replace("zh: 好,", "zh: 很好,")).policies["stall-aid"].hash == hash_
    assert city(POLICY.replace("cap: yuan(2000)", "cap: yuan(2001)").replace("2000 yuan", "2001 yuan")).policies["stall-aid"].hash != hash_
    staler = files() | {"profiles/firm.yaml": PROFILE.replace("7 days", "8 days").encode()}
    assert examine(staler).sound().policies["stall-aid"].hash != hash_
    assert examine(staler).sound().hash != city().hash
