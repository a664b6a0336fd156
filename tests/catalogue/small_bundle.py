"""A small city with a bundle: a stall's permit, its sign and its water, where the water needs the permit's number."""

from __future__ import annotations

from tests.catalogue.small_city import small_city

SERVICE = """\
service: {id}
title: {{zh: 事项{id}, en: Service {id}}}
code: "000131024000"
procedure: licence
in_force: 2026-01-01
department: {department}
audience: [firm]
mandates: [agent]
limits: {{statutory: 10 working days, promised: {promised}}}
situations: [new, extend]
before: {{steps: {steps}, days: 10, documents: 4, visits: 2}}
{needs}
form:
  main:
{form}
rules:
  looked_at:
    for: grant
    says: {{zh: 看过, en: Looked at}}
    holds: site.seen == "met"{reads}
ways:
  ordinary: {{route: [site, decide]}}
steps:
  site: {{by: inspector, on_site: yes, within: 1 working day, records: {{seen: [met, not-met]}}}}
  decide: {{by: decider, within: 1 working day}}
gives: {{credential: {id}, letters: [decision]}}
tests:
  - test: {{zh: 看过的, en: Looked at}}
    received: 2026-12-07
    given: {{site.seen: met{given}}}
    expect: {{looked_at: yes}}
  - test: {{zh: 没看好的, en: Found wanting}}
    received: 2026-12-07
    given: {{site.seen: not-met}}
    expect: {{looked_at: no}}
  - test: {{zh: 还没看, en: Not yet looked at}}
    received: 2026-12-07
    given: {{applicant.name: 某}}
    expect: {{looked_at: unknown}}
"""
CREDENTIAL = """\
credential: {id}
title: {{zh: 证照{id}, en: Licence {id}}}
type_code: "{code}"
defined_by: market
valid: unlimited
fields:
  holder: {{label: {{zh: 持证人, en: Holder}}, fact: applicant.name}}
"""
PERMIT_FORM = """\
    place: {type: text, max: 40, label: {zh: 地点, en: Place}}
    cooks: {type: yes-no, label: {zh: 做热食吗？, en: "Do you cook?"}}
    plan: {type: file, accept: [pdf, jpg], show: form.cooks, label: {zh: 布局图, en: Plan}}
"""
SIGN_FORM = """\
    place: {type: text, max: 30, label: {zh: 挂在哪里, en: Where}}
    lit: {type: yes-no, label: {zh: 发光吗？, en: "Is it lit?"}}
    wiring: {type: file, accept: [pdf, png], show: form.lit, label: {zh: 电路图, en: Wiring}}
"""
WATER_FORM = """\
    permit_no: {type: text, max: 60, label: {zh: 许可证号, en: Permit number}}
    spot: {type: text, max: 50, label: {zh: 用水地点, en: Where the water goes}}
    drawing: {type: file, accept: [jpg, png], label: {zh: 管线图, en: Pipes}}
"""
NEED = "needs:\n  firm: {resource: market/licence, by: applicant.uscc, purpose: %s, fresh: %s, title: {zh: 执照, en: Licence}}"
BUNDLE = """\
bundle: open-stall
title: {zh: 摆摊一件事, en: Open a stall}
department: market
procedure: bundle
audience: [firm]
mandates: [agent]
life_events: [open-shop]
limit: 8 working days
letters: [decision]
parts:
  permit: {service: permit}
  sign: {service: sign, when: form.hang_sign}
  water: {service: water, optional: yes}
form:
  daily:
    hang_sign: {type: yes-no, label: {zh: 挂招牌吗？, en: "A sign?"}}
same:
  sketch: [permit.plan, water.drawing]
answers:
  water.spot: form.place
supplies:
  water.permit_no: permit.credential
visits:
  spot: {title: {zh: 联合看现场, en: Joint visit}, steps: [permit.site, water.site]}
tests:
  - test: {zh: 只办许可, en: The permit alone}
    received: 2026-12-07
    given: {form.hang_sign: no, form.with_water: no, form.cooks: no}
    expect: {parts: [permit], asks: [place, cooks], spares: [lit, sketch], papers: 0}
  - test: {zh: 三项都办, en: All three}
    received: 2026-12-07
    given: {form.hang_sign: yes, form.with_water: yes, form.cooks: yes, form.lit: yes}
    expect: {parts: [permit, sign, water], asks: [place, lit, sketch, wiring], papers: 2}
"""
PROCEDURE = """\
procedure: bundle
title: {zh: 一件事, en: Bundle}
first: draft
states:
  draft: {title: {zh: 填写中, en: Draft}, clock: before}
  under-way: {title: {zh: 办理中, en: Under way}, clock: running}
  finished: {title: {zh: 办成, en: Finished}, clock: ended, terminal: yes}
  in-part: {title: {zh: 部分办成, en: In part}, clock: ended, terminal: yes}
  without: {title: {zh: 未办成, en: Without}, clock: ended, terminal: yes}
transitions:
  - {act: send, from: draft, to: under-way}
  - {act: finish, from: under-way, to: finished}
  - {act: finish-in-part, from: under-way, to: in-part}
  - {act: finish-without, from: under-way, to: without}
"""
PATH = "bundles/open-stall.yaml"


def service(id_: str, form: str, *, needs: str = "", promised: str = "4 working days", department: str = "market", steps: int = 3) -> str:
    """One small service; with needs, its one clause reads the register too."""
    reads = ' && firm.status == "active"' if needs else ""
    given = ", firm.status: active" if needs else ""
    return SERVICE.format(id=id_, form=form, needs=needs, promised=promised, department=department, steps=steps, reads=reads, given=given)


def bundled_city(bundle: str = BUNDLE, **services: str) -> dict[str, bytes]:
    """The small city with three services and a bundle of them."""
    texts = {
        "permit": service("permit", PERMIT_FORM, needs=NEED % ("in-business", "1 day")),
        "sign": service("sign", SIGN_FORM, needs=NEED % ("sign-owner", "12 hours"), department="fire"),
        "water": service("water", WATER_FORM, steps=5),
    } | services
    files = {f"services/{id_}.yaml": text for id_, text in texts.items()}
    files |= {f"credentials/{id_}.yaml": CREDENTIAL.format(id=id_, code=f"00{n}") for n, id_ in enumerate(texts, start=2)}
    files |= {PATH: bundle, "procedures/bundle.yaml": PROCEDURE}
    return {path: content for path, content in small_city().items() if not path.endswith("stall/service.yaml") and "permit" not in path} | {
        path: text.encode() for path, text in files.items()
    }
