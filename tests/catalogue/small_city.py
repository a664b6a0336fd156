"""A whole city in a few texts, for tests: one service in the shape that the guide shows, with every answer of every clause covered."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "city.yaml": """\
city: xiaocheng
title: {zh: 小城, en: Smalltown}
area: "990200"
quiet_hours: ["22:00", "07:00"]
after_hours: same-day
life_events:
  - {id: open-shop, label: {zh: 开店, en: Open a shop}}
""",
    "calendar/2026.yaml": """\
year: 2026
source: {zh: 测试, en: A test}
off: [2026-10-01, 2026-10-02]
working: [2026-10-10]
""",
    "areas.geojson": """\
{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"990200","zh":"小城","en":"Smalltown","parent":"","level":"city"},
 "geometry":{"type":"Polygon","coordinates":[[[1.5,2.5],[3.5,2.5],[3.5,4.5],[1.5,2.5]]]}},
{"type":"Feature","properties":{"code":"990201","zh":"东区","en":"East","parent":"990200","level":"district"},
 "geometry":{"type":"Polygon","coordinates":[[[1.5,2.5],[3.5,2.5],[3.5,4.5],[1.5,2.5]]]}}
]}
""",
    "roles.yaml": """\
reviewer: {title: {zh: 审查人, en: Reviewer}, may: [review, accept]}
decider: {title: {zh: 决定人, en: Decider}, may: [decide]}
inspector: {title: {zh: 核查员, en: Inspector}, may: [inspect]}
""",
    "messages.yaml": """\
received:
  text: {zh: "【{city}】{service}已收到，编号{number}。", en: "[{city}] {service} received, case {number}."}
""",
    "departments/market.yaml": """\
department: market
number: "0102"
uscc: "11990100MB00112CX8"
title: {zh: 小城市场监督管理局, en: Smalltown Market Bureau}
short: {zh: 市场监管局, en: Market}
duties: {zh: 管市场。, en: Watches the market.}
phone: "099-1"
area: "990200"
""",
    "departments/fire.yaml": """\
department: fire
number: "0103"
uscc: "11990100MB00000C3D"
title: {zh: 小城消防救援局, en: Smalltown Fire and Rescue}
short: {zh: 消防, en: Fire}
duties: {zh: 管消防。, en: Puts fires out.}
phone: "099-2"
parent: market
""",
    "resources/market/licence.yaml": """\
resource: market/licence
title: {zh: 营业执照, en: Business licences}
key: uscc
sharing: conditional
updated: daily
connector: {kind: table, table: licence}
items:
  name: {type: text, max_length: 100, title: {zh: 名称, en: Name}, sensitivity: open}
  status:
    type: choice
    title: {zh: 状态, en: Status}
    sensitivity: open
    options:
      active: {zh: 存续, en: Active}
      cancelled: {zh: 注销, en: Cancelled}
  capital: {type: money, min: yuan(0), max: yuan(100000000), title: {zh: 资本, en: Capital}, sensitivity: internal}
  staff: {type: int, min: 0, max: 100000, title: {zh: 人数, en: Staff}, sensitivity: internal}
  founded: {type: date, title: {zh: 成立日期, en: Founded}, sensitivity: open}
""",
    "resources/fire/checks.yaml": """\
resource: fire/checks
title: {zh: 消防检查, en: Fire checks}
key: uscc
sharing: conditional
updated: monthly
connector: {kind: table, table: checks}
items:
  passed: {type: yes-no, title: {zh: 合格, en: Passed}, sensitivity: internal}
""",
    "procedures/licence.yaml": """\
procedure: licence
title: {zh: 行政许可, en: Licence}
first: draft
correction_within: 5 working days
silence_accepts: yes
deliver_within: 10 working days
extension: 10 working days
lawful_stops:
  testing: {zh: 检验, en: Testing}
states:
  draft: {title: {zh: 填写中, en: Draft}, clock: before, station: apply}
  received: {title: {zh: 已收件, en: Received}, clock: before, code: "1", station: accept}
  correction: {title: {zh: 待补正, en: To correct}, clock: before, code: "6", station: accept}
  accepted: {title: {zh: 已受理, en: Accepted}, clock: running, code: "3", station: review}
  stopped: {title: {zh: 特别程序, en: Stopped}, clock: stopped, code: "9", station: review}
  granted: {title: {zh: 准予, en: Granted}, clock: ended, code: "11", station: decide, terminal: yes}
  annulled: {title: {zh: 已撤销, en: Annulled}, clock: ended, code: "15", terminal: yes}
  refused: {title: {zh: 不予, en: Refused}, clock: ended, code: "13", station: decide, terminal: yes}
transitions:
  - {act: send, from: [draft], to: received}
  - {act: ask-correction, from: [received], to: correction}
  - {act: correct, from: [correction], to: received}
  - {act: accept, from: received, to: accepted}
  - {act: deem-accepted, from: [received], to: accepted}
  - {act: stop, from: [accepted], to: stopped}
  - {act: resume, from: [stopped], to: accepted, code: "10"}
  - {act: extend, from: [accepted], to: accepted}
  - {act: grant, from: [accepted], to: granted}
  - {act: annul, from: [granted], to: annulled}
  - {act: refuse, from: [accepted], to: refused}
""",
    "procedures/filing.yaml": """\
procedure: filing
title: {zh: 备案, en: Filing}
first: draft
states:
  draft: {title: {zh: 填写中, en: Draft}, clock: before}
  received: {title: {zh: 已收件, en: Received}, clock: running}
  filed: {title: {zh: 已备案, en: Filed}, clock: ended, terminal: yes}
transitions:
  - {act: send, from: draft, to: received}
  - {act: grant, from: received, to: filed}
""",
    "credentials/permit.yaml": """\
credential: permit
title: {zh: 摆摊许可证, en: Stall permit}
type_code: "001"
defined_by: market
valid: 60 months
fields:
  holder: {label: {zh: 持证人, en: Holder}, fact: applicant.name}
  place: {label: {zh: 地点, en: Place}, fact: form.place}
""",
    "letters/decision.yaml": """\
letter: decision
title: {zh: 决定书, en: Decision}
sealed: yes
paragraphs:
  - {zh: "{applicant}：{service}，{number}。", en: "{applicant}: {service}, {number}."}
  - {zh: "{reasons}", en: "{reasons}"}
""",
    "services/stall/service.yaml": """\
service: stall
title: {zh: 摆摊许可, en: Stall permit}
code: "000131024000"
procedure: licence
in_force: 2026-12-01
department: market
audience: [firm]
mandates: [agent]
life_events: [open-shop]
limits: {statutory: 10 working days, promised: 5 working days}
situations: [new, extend]
before: {steps: 9, days: 20, documents: 11, visits: 3}
demo_values: [limits.promised]

needs:
  firm: {resource: market/licence, by: applicant.uscc, purpose: in-business, fresh: 1 day}
  fire: {resource: fire/checks, by: applicant.uscc, purpose: fire, fresh: 12 hours, if_silent: officer}

form:
  stall:
    place: {type: text, max: 40, label: {zh: 地点, en: Place}}
    cooks: {type: yes-no, label: {zh: 做热食吗？, en: "Do you cook?"}}
    gas: {type: yes-no, show: form.cooks, label: {zh: 用气吗？, en: "With gas?"}}
    plan: {type: file, accept: [pdf, jpg], show: form.cooks, label: {zh: 布局图, en: Plan}, supplies: {zh: 自己画, en: Draw it}}

rules:
  in_business:
    for: acceptance
    says: {zh: 营业执照在有效期内, en: The licence is in force}
    cite: 某办法 第十三条
    holds: firm.status == "active"
    if_unknown: wait
  fire_safe:
    for: grant
    says: {zh: 消防合格, en: Fire safety is in order}
    holds: '!form.cooks || (fire.passed && exits.way_out == "clear")'
  layout_fits:
    for: grant
    says: {zh: 布局符合要求, en: The layout is fit}
    holds: >-
      !form.cooks
      || hygiene.layout == "fit"

ways:
  instant: {when: '!form.cooks && firm.status == "active"', route: []}
  ordinary: {route: [review, site, decide]}

steps:
  review: {by: reviewer, within: 1 working day, may: [pass, return]}
  site:
    when: form.cooks
    join: all
    together:
      hygiene: {by: inspector, officers: 2, within: 3 working days, on_silence: escalate, records: {layout: [fit, unfit]}}
      exits: {by: inspector, of: fire, within: 3 working days, on_silence: escalate, records: {way_out: [clear, blocked]}}
  decide: {by: decider, within: 1 working day, not_by: review}

gives: {credential: permit, letters: [decision]}

tests:
  - test: {zh: 不做热食的当场准予, en: Without cooking it is granted at once}
    received: 2026-12-07
    given: {firm.status: active, form.cooks: no}
    expect: {in_business: yes, fire_safe: yes, layout_fits: yes, way: instant, state: granted}
  - test: {zh: 登记部门未答复, en: A silent register refuses nobody}
    received: 2026-12-07
    given: {firm: unknown, fire: unknown, form.cooks: yes}
    expect: {in_business: unknown, fire_safe: unknown, layout_fits: unknown, way: ordinary, state: received}
  - test: {zh: 不合格的由人决定, en: People decide what is not in order}
    received: 2026-12-07
    given: {firm: none, fire.passed: no, form.cooks: yes, hygiene.layout: unfit}
    expect: {in_business: no, fire_safe: no, layout_fits: no, way: ordinary, state: received}
""",
}
SERVICE = "services/stall/service.yaml"


def small_city() -> dict[str, bytes]:
    """The texts as bytes."""
    return {path: text.encode() for path, text in FILES.items()}


def changed(path: str, old: str, new: str) -> dict[str, bytes]:
    """The city with one text changed in one place."""
    text = FILES[path]
    assert text.count(old) >= 1, old
    return small_city() | {path: text.replace(old, new, 1).encode()}


def written(folder: Path, files: dict[str, bytes] | None = None) -> Path:
    """The city in a folder."""
    for path, content in (files or small_city()).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder
