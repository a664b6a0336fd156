"""Adding a service touches no Python: one is written into a copy of the city, published, and carried to its end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cases.test_lifecycle import key, version
from tests.town import CITY, Town
from tongban.cases import acts
from tongban.cases.models import Case, Task
from tongban.catalogue.acts import publish
from tongban.credentials import reads as credentials

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

SERVICE = """
service: market-stall
title: {zh: 临时摊位, en: Market stall}
summary: {zh: 在划定区域摆摊前办理。, en: Before setting up a stall in a marked area.}
keywords: [摆摊, 夜市, stall]
code: "000131099000"
procedure: administrative-licence
in_force: 2026-01-01
department: urban-management
audience: [firm]
mandates: [legal-representative, agent]
limits: {statutory: 20 working days, promised: 3 working days}
situations: [new]
before: {steps: 5, days: 20, documents: 4, visits: 2}
needs:
  firm: {resource: market-regulation/business-licence, by: applicant.uscc, purpose: in-business, fresh: 1 day}
form:
  stall:
    title: {zh: 摊位, en: Stall}
    length_m: {type: int, min: 1, max: 20, label: {zh: 长几米, en: Length in metres}}
rules:
  in_business:
    for: acceptance
    says: {zh: 营业执照在有效状态, en: The business licence is in force}
    cite: 云川市摊位办法（演示文件）第三条
    holds: firm.status == "active"
    if_unknown: wait
  short:
    for: grant
    says: {zh: 长度不超过6米, en: No longer than six metres}
    cite: 云川市摊位办法（演示文件）第四条
    holds: form.length_m <= 6
    if_unknown: ask-applicant
ways:
  ordinary: {title: {zh: 审查后决定, en: Decided after review}, route: [decide]}
steps:
  decide: {title: {zh: 决定, en: Decide}, by: decider, within: 1 working day}
gives: {credential: market-stall, letters: [acceptance, decision-grant, decision-refuse]}
basis: [{zh: 云川市摊位办法（演示文件）, en: Stall rules (demonstration)}]
remedies: {zh: 可以申请行政复议（演示）。, en: You may seek reconsideration (demonstration).}
demo_values: [code, limits]
tests:
  - test: {zh: 短摊位, en: A short stall}
    received: 2026-03-05
    given: {firm.status: active, form.length_m: 3}
    expect: {in_business: yes, short: yes, way: ordinary, state: received}
  - test: {zh: 长摊位, en: A long stall}
    received: 2026-03-05
    given: {firm: none, form.length_m: 9}
    expect: {in_business: no, short: no, state: received}
  - test: {zh: 不知道, en: Nothing known}
    received: 2026-03-05
    given: {firm: unknown, form.length_m: unknown}
    expect: {in_business: unknown, short: unknown, state: received}
"""

CREDENTIAL = """
credential: market-stall
title: {zh: 临时摊位证, en: Stall permit}
type_code: 11990100MB00119C4J001            # 证照类型代码：定义机构统一社会信用代码十八位，加三位序号（演示值）
defined_by: urban-management
valid: 12 months
fields:
  length: {label: {zh: 长度（米）, en: Length (m)}, fact: form.length_m}
"""


def test_a_service_written_as_text_is_published_and_carried_to_its_licence(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder)
    place = folder / "services" / "market-stall"
    place.mkdir()
    (place / "service.yaml").write_text(SERVICE)
    (folder / "credentials" / "market-stall.yaml").write_text(CREDENTIAL)
    published = publish(folder, by="test")
    assert "market-stall" in published.changed["services"]

    actor, firm = town.actor("chen-xiao"), town.firm("zhao-jianguo")
    actor = town.actor("zhao-jianguo")
    case_id = acts.start("market-stall", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.gather(case_id, actor="test")
    acts.save(case_id, {"length_m": "４"}, actor=actor, version=1)
    acts.send(case_id, actor=actor, key=key(), version=version(case_id))
    acts.accept(case_id, actor=town.actor("han-lei"), key=key(), version=version(case_id))
    assert Task.objects.get(case_id=case_id, is_open=True).step == "decide"
    done = acts.decide(case_id, "grant", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="同意。")
    assert done.state == "granted"
    assert len(credentials.of_case(case_id)) == 1

    publish(CITY, by="test")
    assert acts.receive(case_id, actor=actor, key=key()).state == "delivered", (
        "a running case keeps its definition when the service is gone"
    )
    assert Case.objects.get(pk=case_id).service_hash
