"""The service of the design reads as it stands there, but for the word by which a broken promise leads to annulment."""

from __future__ import annotations

import re
from pathlib import Path

from tests.catalogue.small_city import FILES, small_city
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.core.reading.forms import QUESTION_TYPES
from tongban.catalogue.core.reading.paper_files import LETTER_WORDS, MESSAGE_WORDS
from tongban.catalogue.core.reading.service_files import CHANNELS, IDENTITIES, OPTIONAL, REQUIRED
from tongban.parties.core.mandates import KINDS

PROMISE = """\
  promise:  {when: 'form.cold_dishes && !has(credit.broken_on)', covers: [layout_fits], letter: promise,
             route: [decide], check: {step: site, within: 20 working days, hearing: 5 working days}}
"""
SERVICE = """\
service: kitchen
title: {zh: 厨房许可, en: Kitchen licence}
code: "000131024000"                 # 基本编码
procedure: licence    # a city file: states, national codes, silence, lawful stops, extension
in_force: 2026-12-01
department: market
audience: [firm]
limits: {statutory: 10 working days, promised: 5 working days}
situations: [new, change, extend, replace, cancel]           # 办理情形: each may narrow form, rules, route
before: {steps: 9, days: 20, documents: 11, visits: 3}      # on paper; the saving is computed, not claimed

needs:                               # what departments hold is never asked for; field types come from the resource
  firm:     {resource: market/licence, by: applicant.uscc, purpose: in-business, fresh: 1 day}
  premises: {resource: market/property, by: form.property_no, purpose: premises, if_silent: upload}
  credit:   {resource: market/broken-promises, by: applicant.uscc, purpose: promise}

form:
  kitchen:
    property_no:  {type: text, max: 40, label: {zh: 不动产证号, en: Property number}}
    cold_dishes:  {type: yes-no, label: {zh: 卖凉菜吗？, en: "Do you sell cold dishes?"}}
    kitchen_plan: {type: file, accept: [pdf, jpg], show: form.cold_dishes, label: {zh: 布局图, en: Kitchen plan}}

rules:
  in_business:
    for: acceptance                  # acceptance | grant
    says: {zh: 营业执照在有效期内, en: The business licence is in force}
    cite: 某办法 第十三条
    holds: firm.status == "active"
    if_unknown: wait                 # ask-applicant | wait | officer
  layout_fits:
    for: grant
    says: {zh: 布局符合要求, en: The layout is fit}
    holds: '!form.cold_dishes || hygiene.layout == "fit"'

ways:                                # the first that holds; promise only if chosen
  instant:  {when: '!form.cold_dishes && premises.use == "commercial"', route: []}
PROMISE  ordinary: {route: [review, site, decide]}

steps:
  review: {by: reviewer, within: 1 working day, may: [pass, return]}
  site:                              # joint review; an on-site check runs inside the limit
    when: form.cold_dishes
    join: all                        # all | any | quorum
    together:
      hygiene: {by: inspector, of: market, officers: 2, within: 3 working days, on_silence: escalate, records: {layout: [fit, unfit]}}
      fire:    {by: inspector, of: fire, within: 3 working days, on_silence: escalate, records: {exits: [clear, blocked]}}
  decide: {by: decider, within: 1 working day, not_by: review}       # `by: system` hands a step to another department's own system

gives: {credential: kitchen, letters: [acceptance, inspection, decision]}

tests:
  - test: {zh: 登记部门未答复, en: A silent register refuses nobody}
    received: 2026-12-07
    given: {firm: unknown, form.cold_dishes: no}
    expect: {in_business: unknown, state: received}
"""
RESOURCE = """\
resource: market/{name}
title: {{zh: 数据, en: Data}}
key: {key}
sharing: conditional
updated: daily
connector: {{kind: table, table: t}}
items:
  {item}
"""
CHOICE = "use: {type: choice, title: {zh: 用途, en: Use}, sensitivity: internal, options: {commercial: {zh: 商业, en: Commercial}, housing: {zh: 住宅, en: Housing}}}"
DATE = "broken_on: {type: date, title: {zh: 日期, en: Date}, sensitivity: internal}"


def city(promise: str) -> dict[str, bytes]:
    texts = {
        "services/kitchen/service.yaml": SERVICE.replace("PROMISE", promise),
        "resources/market/property.yaml": RESOURCE.format(name="property", key="property_no", item=CHOICE),
        "resources/market/broken-promises.yaml": RESOURCE.format(name="broken-promises", key="uscc", item=DATE),
        "credentials/kitchen.yaml": FILES["credentials/permit.yaml"]
        .replace("credential: permit", "credential: kitchen")
        .replace("form.place", "premises.use"),
        "letters/acceptance.yaml": FILES["letters/decision.yaml"].replace("letter: decision", "letter: acceptance"),
        "letters/inspection.yaml": FILES["letters/decision.yaml"].replace("letter: decision", "letter: inspection"),
        "letters/promise.yaml": FILES["letters/decision.yaml"].replace("letter: decision", "letter: promise"),
    }
    return small_city() | {path: text.encode() for path, text in texts.items()}


def test_the_service_of_the_design_reads_with_its_promise() -> None:
    service = read_files(city(PROMISE)).services["kitchen"]
    promise = service.ways[1]
    assert promise.covers == ("layout_fits",)
    assert promise.check is not None
    assert (promise.check.step, promise.check.within.days, promise.check.hearing.days) == ("site", 20, 5)
    assert "case.promised" in service.vocabulary


def test_without_the_promise_it_reads_whole() -> None:
    files = city("")
    credit = b"  credit:   {resource: market/broken-promises, by: applicant.uscc, purpose: promise}\n"
    path = "services/kitchen/service.yaml"
    service = read_files(files | {path: files[path].replace(credit, b"")}).services["kitchen"]
    assert [way.id for way in service.ways] == ["instant", "ordinary"]
    assert service.ways[0].title.zh == "即时办结"
    assert [step.id for step in service.steps["site"].together] == ["hygiene", "fire"]
    assert service.steps["site"].title.en == "Inspector and Inspector"
    assert service.steps["decide"].not_by == "review"
    assert [option.label.zh for option in service.situations] == ["首次申请", "变更", "延续", "补办", "注销"]
    assert service.needs[1].if_silent == "upload"
    assert service.vocabulary["form.kitchen_plan"].may_be_none
    assert not service.vocabulary["form.cold_dishes"].may_be_none


def test_the_guide_names_every_key_of_a_service() -> None:
    guide = Path("docs/declaring-a-service.md").read_text()
    table = guide[guide.index("## The service file") : guide.index("### needs")]
    rows = {match[1]: match[2].strip() for match in re.finditer(r"^\| `(\w+)` \| (\w*) *\|", table, re.MULTILINE)}
    assert {key for key, need in rows.items() if need == "required"} == set(REQUIRED)
    assert {key for key, need in rows.items() if not need} == set(OPTIONAL)


def test_the_guide_names_every_placeholder_and_mandate() -> None:
    guide = Path("docs/declaring-a-service.md").read_text()
    assert all(f"`{{{word}}}`" in guide for word in (*LETTER_WORDS, *MESSAGE_WORDS))
    assert all(f"`{kind}`" in guide for kind in KINDS)
    assert all(f"`{word}`" in guide for word in (*CHANNELS, *IDENTITIES, *QUESTION_TYPES))
