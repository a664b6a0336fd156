"""The template city with one more bundle, in which parts wait for one another: a stall's permit, its water (which needs the permit's serial) and its night (after the water)."""

from __future__ import annotations

from uuid import UUID

from tests.cases.test_lifecycle import key
from tests.town import CITY, Town
from tongban.cases import acts
from tongban.cases.models import BundlePart, Case, Task
from tongban.catalogue.acts import publish_texts
from tongban.catalogue.core.reading.folder import load

SERVICE = """\
service: {id}
title: {{zh: {zh}, en: {en}}}
code: "000131099000"
procedure: administrative-licence
in_force: 2026-01-01
department: {department}
audience: [firm]
mandates: [legal-representative, agent]
limits: {{statutory: 10 working days, promised: 2 working days}}
situations: [new]
before: {{steps: 3, days: 10, documents: 2, visits: 1}}
needs:
  firm: {{resource: market-regulation/business-licence, by: applicant.uscc, purpose: in-business, fresh: 1 day}}
form:
  main:
{form}
rules:
  in_business:
    for: acceptance
    says: {{zh: 营业执照有效, en: The business licence is in force}}
    cite: 演示
    holds: firm.status == "active"
    if_unknown: wait
ways:
  ordinary: {{route: [decide]}}
steps:
  decide: {{by: decider, within: 1 working day}}
gives: {{credential: {id}, letters: [acceptance, correction, not-accepted, not-needed, decision-grant, decision-refuse]}}
{fees}
basis:
  - {{zh: 演示规定, en: Demonstration rules}}
remedies: {{zh: 可以申请行政复议（演示）。, en: You may seek reconsideration (demonstration).}}
tests:
  - {{test: {{zh: 有效, en: In force}}, received: 2026-03-05, given: {{firm.status: active}}, expect: {{in_business: yes}}}}
  - {{test: {{zh: 注销, en: Cancelled}}, received: 2026-03-05, given: {{firm.status: cancelled}}, expect: {{in_business: no}}}}
  - {{test: {{zh: 没答复, en: Silent}}, received: 2026-03-05, given: {{firm: unknown}}, expect: {{in_business: unknown}}}}
"""
CREDENTIAL = """\
credential: {id}
title: {{zh: {zh}证, en: {en} licence}}
type_code: 11990100MB00112CX890{n}
defined_by: market-regulation
valid: unlimited
fields:
  holder: {{label: {{zh: 持证人, en: Holder}}, fact: applicant.name}}
"""
FEE = "fees: [{id: place, title: {zh: 占道费, en: Fee for the place}, amount: 'form.metres > 2 ? yuan(120) : yuan(0)', basis: {zh: 演示收费标准, en: Demonstration tariff}}]"
PARTS = (
    (
        "stall-permit",
        "摊位",
        "Stall",
        "market-regulation",
        "    metres: {type: int, min: 1, max: 9, label: {zh: 几米, en: Metres}}\n    sketch: {type: file, label: {zh: 草图, en: Sketch}}",
        FEE,
    ),
    (
        "stall-water",
        "用水",
        "Water",
        "urban-management",
        "    permit_no: {type: text, max: 40, label: {zh: 证号, en: Permit number}}\n    taps: {type: int, min: 1, max: 9, label: {zh: 几个龙头, en: Taps}}",
        "",
    ),
    (
        "stall-night",
        "夜市",
        "Night",
        "urban-management",
        "    until: {type: int, min: 20, max: 24, label: {zh: 到几点, en: Until when}}\n    plan: {type: file, label: {zh: 图, en: Plan}}",
        "",
    ),
)
BUNDLE = """\
bundle: open-stall
title: {zh: 摆摊一件事, en: Open a stall}
department: market-regulation
procedure: bundle
audience: [firm]
mandates: [legal-representative, agent]
limit: 7 working days
letters: [bundle-result]
parts:
  permit: {service: stall-permit}
  water: {service: stall-water, optional: yes}
  night: {service: stall-night, after: [water], when: form.until_late}
form:
  daily:
    until_late: {type: yes-no, label: {zh: 晚上也摆吗？, en: "At night too?"}}
same: {drawing: [permit.sketch, night.plan]}
supplies: {water.permit_no: permit.credential}
tests:
  - {test: {zh: 只办摊位, en: The stall alone}, received: 2026-03-05, given: {form.until_late: no, form.with_water: no}, expect: {parts: [permit], papers: 1}}
  - {test: {zh: 都办, en: All}, received: 2026-03-05, given: {form.until_late: yes, form.with_water: yes}, expect: {parts: [permit, water, night], papers: 1}}
"""
DECIDERS = {"permit": ("liu-yang", "sun-lihua"), "water": ("han-lei", "yang-fan"), "night": ("han-lei", "yang-fan")}
ALL = {"until_late": "yes", "with_water": "yes", "metres": "3", "taps": "2", "until": "22"}


def publish_stall() -> None:
    """Publish the city with the stall; published again as it was by `publish`."""
    files = dict(load(CITY))
    for number, (id_, zh, en, department, form, fees) in enumerate(PARTS, start=1):
        files[f"services/{id_}.yaml"] = SERVICE.format(id=id_, zh=zh, en=en, department=department, form=form, fees=fees).encode()
        files[f"credentials/{id_}.yaml"] = CREDENTIAL.format(id=id_, zh=zh, en=en, n=number).encode()
    files["bundles/open-stall.yaml"] = BUNDLE.encode()
    publish_texts(files, "tests")


def draft(town: Town, **answers: str) -> UUID:
    """A stall's bundle, filled in, by the owner of the restaurant."""
    from tests.cases.test_lifecycle import plan

    actor, firm = town.actor("zhao-jianguo"), town.firm("zhao-jianguo")
    case_id = acts.start("open-stall", actor=actor, principal_kind="firm", principal_id=firm.id)
    posted = ALL | answers
    for _ in range(2):
        acts.save(case_id, posted, actor=actor, version=Case.objects.get(pk=case_id).version)
    acts.attach(case_id, "drawing", plan(), "草图.jpg", actor=actor)
    acts.gather(case_id, actor="test")
    return case_id


def sent(town: Town, **answers: str) -> UUID:
    case_id = draft(town, **answers)
    acts.send(case_id, actor=town.actor("zhao-jianguo"), key=key(), version=Case.objects.get(pk=case_id).version)
    return case_id


def part(bundle_id: UUID, alias: str) -> Case:
    return Case.objects.get(pk=BundlePart.objects.get(bundle_id=bundle_id, alias=alias).case_id)


def standings(bundle_id: UUID) -> dict[str, str]:
    return dict(BundlePart.objects.filter(bundle_id=bundle_id).values_list("alias", "standing"))


def accept(town: Town, bundle_id: UUID, alias: str) -> None:
    case = part(bundle_id, alias)
    acts.accept(case.id, actor=town.actor(DECIDERS[alias][0]), key=key(), version=case.version)


def not_accept(town: Town, bundle_id: UUID, alias: str, answer: str = "not-accept") -> None:
    case = part(bundle_id, alias)
    acts.not_accept(case.id, answer, actor=town.actor(DECIDERS[alias][0]), key=key(), version=case.version, words="不属于本局职权范围。")  # type: ignore[arg-type]


def decide(town: Town, bundle_id: UUID, alias: str, answer: str = "grant") -> None:
    case = part(bundle_id, alias)
    acts.decide(case.id, answer, actor=town.actor(DECIDERS[alias][1]), key=key(), version=case.version, words="理由")  # type: ignore[arg-type]


def through(town: Town, bundle_id: UUID, alias: str, answer: str = "grant") -> None:
    accept(town, bundle_id, alias)
    decide(town, bundle_id, alias, answer)


def is_open(bundle_id: UUID, alias: str) -> bool:
    return Task.objects.filter(case=part(bundle_id, alias), is_open=True).exists()
