"""`tongban new service NAME`: begin a service from a commented file.

Invariant: in a city without faults, `check` then finds exactly one thing: the example that fails on purpose and says what to change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from tongban.catalogue.core.course import MACHINE_ACTS
from tongban.catalogue.core.definition import City, Procedure, Resource
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.errors import CityFaults
from tongban.house.commands.check import language, print_faults
from tongban.kernel import clock
from tongban.kernel.text import Lang, Text
from tongban.rules.core import Choice

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WRONG_NAME = Text(
    "“{name}”不能作服务编号：只用小写英文词，以连字符相连，如 dog-licence。",
    "“{name}” cannot be a service's id: use lower-case words joined by hyphens, such as dog-licence.",
)
_EXISTS = Text("{path} 已经存在，没有改动。", "{path} exists already and was left as it is.")
_POOR = Text("城市里还缺：{what}。请先补上，再新建服务。", "The city still lacks: {what}. Add that first, then begin a service.")
_DONE = Text(
    "已写入 {path}。下一步：打开文件，从上往下改；运行 tongban check {city}，它会指出一个故意写错的测试，照提示改掉即可。",
    "Wrote {path}. Next: open it and change it from top to bottom; run tongban check {city}: it points to one test that fails on purpose and says what to change.",
)

_TEMPLATE = Template("""\
# 新服务：从上往下改。每一处的写法见 docs/declaring-a-service.md；改完运行 tongban check。
# A new service: change it from top to bottom. docs/declaring-a-service.md explains every key; then run tongban check.
service: $name
title: {zh: 新服务（请改名）, en: New service (rename it)}
summary: {zh: 一句话说清谁在什么时候办。, en: One sentence on who needs this and when.}
code: "000100000000"                   # 基本编码，12 位；第 3、4 位是事项类型 / 12 digits; 3 and 4 say what kind of service it is
procedure: $procedure                  # procedures/ 里的一个 / one of procedures/
in_force: $today
department: $department                # departments/ 里的一个 / one of departments/
audience: [$audience]                       # person, firm
limits: {statutory: 20 working days, promised: 5 working days}     # 承诺不得长于法定 / the promise never outlasts the statute
situations: [new]                      # new, change, extend, replace, cancel，或自己起名 / or name your own
before: {steps: 5, days: 20, documents: 6, visits: 2}              # 改革前 / how it was on paper
demo_values: [code, limits, before]    # 这些是演示值，页面上会注明 / shown as demonstration values

needs:                                 # 部门已有的不再问 / what a department holds is never asked for
  record: {resource: $resource, by: applicant.$key, purpose: check-record, fresh: 1 day}

form:                                  # 还要问的 / what is still asked
  main:
    title: {zh: 填写信息, en: Your details}
    keeps_rules: {type: yes-no, label: {zh: 是否遵守规定？, en: "Will you keep the rules?"}}
    remark: {type: text, max: 100, required: no, label: {zh: 补充说明, en: Remark}}

rules:                                 # 一条一个名字：说什么、依据、何时成立 / each clause: what it says, on which basis, when it holds
  record_in_order:
    for: acceptance                    # acceptance 受理条件, grant 准予条件
    says: {zh: 登记信息正常, en: The record is in order}
    cite: 请写依据的条款
    holds: record.$item == "$option"
    if_unknown: wait                   # ask-applicant, wait, officer
  rules_kept:
    for: grant
    says: {zh: 承诺遵守规定, en: The applicant will keep the rules}
    cite: 请写依据的条款
    holds: form.keeps_rules

ways:                                  # 从上往下，第一个成立的 / the first that holds, from the top
  instant:                             # 没有环节、条款全部成立：机器当场准予 / no step and every clause yes: a machine grants at once
    when: form.keeps_rules && record.$item == "$option"
    route: []
  ordinary:                            # 其余由人办；机器不得不予 / everything else goes to people: a machine never refuses
    route: [review, decide]

steps:
  review: {title: {zh: 审查, en: Review}, by: $reviewer, within: 3 working days, may: [pass, return]}
  decide: {title: {zh: 决定, en: Decision}, by: $decider, within: 2 working days, not_by: review}

gives: {letters: []}                   # credential: 证照, letters: 文书, amount + every: 金额和周期

tests:                                 # 每个条款都要见过 yes、no、unknown / every clause must be seen yes, no and unknown
  - test: {zh: 都符合的当场准予, en: What is in order is granted at once}
    received: $received
    given: {record.$item: $option, form.keeps_rules: yes}
    expect: {record_in_order: yes, rules_kept: yes, way: instant, state: $granted}
  - test: {zh: 登记部门未答复的，不会被拒绝, en: A silent register refuses nobody}
    received: $received
    given: {record: unknown, form.keeps_rules: unknown}
    expect: {record_in_order: unknown, rules_kept: unknown, way: ordinary, state: $sent}
  # 下面这个故意写错：没有登记又不守规定的，要由人决定，不会当场准予。把 state 改成 $sent，check 就通过。
  # The next one fails on purpose: without a record, and against the rules, people decide. Change its state to $sent and check passes.
  - test: {zh: "示例：故意写错，请把 state 改成 $sent", en: "Example that fails on purpose: change its state to $sent"}
    received: $received
    given: {record: none, form.keeps_rules: no}
    expect: {record_in_order: no, rules_kept: no, way: ordinary, state: $granted}
""")


@dataclass(frozen=True)
class _Example:
    """A resource of the city that the example can ask: by whose number, and one item with one of its options."""

    resource: Resource
    item: str
    option: str


def run(name: str, city: Path, *, lang: Lang | None = None) -> int:
    """Write services/NAME/service.yaml into a city folder and print what comes next; returns the exit status."""
    lang = lang or language()
    path = city / "services" / name / "service.yaml"
    if not _ID.fullmatch(name):
        return _refuse(_WRONG_NAME.format(name=name), lang)
    if path.exists() or (city / "services" / f"{name}.yaml").exists():
        return _refuse(_EXISTS.format(path=path.as_posix()), lang)
    try:
        values = _values(name, read_city(city))
    except CityFaults as error:
        print_faults(error.faults, lang)
        return 1
    if isinstance(values, Text):
        return _refuse(_POOR.format(what=values), lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_TEMPLATE.substitute(values), encoding="utf-8")
    print(_DONE.format(path=path.as_posix(), city=city.as_posix()).in_(lang))
    return 0


def _refuse(message: Text, lang: Lang) -> int:
    print(message.in_(lang))
    return 1


def _values(name: str, city: City) -> Mapping[str, object] | Text:
    """What the template needs from this city, or what the city lacks."""
    example = next(filter(None, map(_example, city.resources.values())), None)
    procedure = next(filter(_grants, city.procedures.values()), None)
    reviewer, decider = (next((role.id for role in city.roles.values() if verb in role.may), None) for verb in ("review", "decide"))
    if example is None:
        return Text("按身份证号或信用代码查询、有选项的数据资源", "a resource asked by id_number or uscc with a choice among its items")
    if procedure is None or reviewer is None or decider is None:
        return Text(
            "能 send 和 grant 的程序，会 review 和 decide 的角色", "a procedure with send and grant, and roles that may review and decide"
        )
    sent = procedure.next_state(procedure.first, "send") or procedure.first
    return {
        "name": name,
        "procedure": procedure.id,
        "department": example.resource.department,
        "audience": "firm" if example.resource.key == "uscc" else "person",
        "resource": example.resource.id,
        "key": example.resource.key,
        "item": example.item,
        "option": example.option,
        "reviewer": reviewer,
        "decider": decider,
        "sent": sent,
        "granted": _granted(procedure, sent),
        "today": clock.today(),
        "received": _working_day(city),
    }


def _example(resource: Resource) -> _Example | None:
    if resource.key not in ("uscc", "id_number") or resource.sharing == "none":
        return None
    choices = ((item.name, item.spec.type) for item in resource.items.values() if re.fullmatch(r"[a-z_]+", item.name))
    return next(
        (_Example(resource, item, kind.options[0]) for item, kind in choices if isinstance(kind, Choice) and len(kind.options) > 1), None
    )


def _grants(procedure: Procedure) -> bool:
    sent = procedure.next_state(procedure.first, "send")
    return sent is not None and _granted(procedure, sent) != sent


def _granted(procedure: Procedure, sent: str) -> str:
    state = sent
    for act in MACHINE_ACTS:
        state = procedure.next_state(state, act) or state
    return state


def _working_day(city: City) -> date:
    year = clock.today().year
    declared = year if year in city.calendar.days_off else max(city.calendar.days_off)
    return city.calendar.first_working_on_or_after(date(declared, 3, 2))
