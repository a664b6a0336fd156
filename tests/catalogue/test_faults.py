"""Every fault is told with its file, its line, its column, what is wrong, and the nearest right word. `¦` marks where."""

from __future__ import annotations

import pytest

from tests.catalogue.small_city import FILES, SERVICE, changed, small_city
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.errors import CityFaults
from tongban.rules.core import Fault

RESOURCE = "resources/market/licence.yaml"
PROCEDURE = "procedures/licence.yaml"
DEPARTMENT = "departments/market.yaml"

TABLE = [
    # YAML itself
    ("city.yaml", 'area: "990200"', 'area: "990200"\n¦area: "990200"', "written twice", None),
    ("city.yaml", "title:", '¦"": x\ntitle:', "key is empty", None),
    ("city.yaml", "city: xiaocheng", "city: ¦!!str xiaocheng", "tag (!)", None),
    ("city.yaml", "city: xiaocheng", "city: ¦&a xiaocheng", "anchor (&)", None),
    ("city.yaml", "after_hours: same-day", "after_hours: &b same-day\nx: ¦*b", "alias (*)", None),
    ("city.yaml", "after_hours: same-day", "¦<<: {a: b}", "merge key", None),
    ("city.yaml", "after_hours: same-day", "after_hours:¦\tsame-day", "tab", None),
    ("city.yaml", "after_hours: same-day", "after_hours: a¦: b", "colon", None),
    ("city.yaml", "after_hours: same-day", "after_hours: same-day\n¦---\nx: y", "one document", None),
    ("city.yaml", "city: xiaocheng", "¦\ufeffcity: xiaocheng", "byte order mark", None),
    ("city.yaml", "xiaocheng", "xiao¦\x07cheng", "U+0007", None),
    ("city.yaml", "xiaocheng", "xiao¦\u2028cheng", "U+2028", None),
    ("city.yaml", "city: xiaocheng", "city: " + "[" * 23 + "¦" + "[" * 30, "nested deeper", None),
    # keys and values
    ("city.yaml", "after_hours:", "¦after_hour:", "“after_hour” is not known", "after_hours"),
    ("city.yaml", "same-day", "¦same_day", "must be one of", "same-day"),
    ("city.yaml", '"22:00"', '¦"25:00"', "22:00", None),
    ("city.yaml", "city: xiaocheng", "city: ¦Xiaocheng", "lower-case words joined by hyphens", None),
    ("city.yaml", "title: {zh: 小城, en: Smalltown}", "title: ¦小城", "both languages", None),
    ("city.yaml", "title: {zh: 小城, en: Smalltown}", "title: ¦{zh: 小城}", "lacks “en”", None),
    ("city.yaml", "en: Smalltown", "en: ¦''", "is empty", None),
    ("city.yaml", 'area: "990200"', 'area: ¦"990209"', "no area “990209”", None),
    # calendar, areas
    ("calendar/2026.yaml", "2026-10-02", "¦2026-10-32", "real date", None),
    ("calendar/2026.yaml", "2026-10-02", "¦2026-10-03", "weekend", None),
    ("calendar/2026.yaml", "2026-10-10", "¦2026-10-09", "no weekend day", None),
    ("calendar/2026.yaml", "2026-10-02", "¦2025-10-02", "not in 2026", None),
    ("areas.geojson", '"parent":"990200"', '"parent":"990299"', "does not exist", None),
    ("areas.geojson", "[1.5,2.5],[3.5,2.5]", "¦[1.5,x],[3.5,2.5]", "longitude, latitude", None),
    # departments, resources
    (DEPARTMENT, '"11990100MB00112CX8"', '¦"11990100MB00112CX9"', "not a valid unified social credit code", "11990100MB00112CX8"),
    (DEPARTMENT, '"0102"', '¦"102"', "4 digits", None),
    (DEPARTMENT, "department: market", "department: ¦markt", "differs from its file's name", "market"),
    ("departments/fire.yaml", "parent: market", "parent: ¦markt", "no department “markt”", "market"),
    ("departments/market.yaml", '"0102"', '¦"0103"', "belongs to", None),
    (RESOURCE, "max_length: 100", "¦max_lenght: 100", "not known", "max_length"),
    (RESOURCE, "type: money", "type: ¦monney", "must be one of", "money"),
    (RESOURCE, "max: yuan(100000000)", "max: ¦100000000", "with its unit", None),
    (RESOURCE, "sensitivity: internal", "sensitivity: ¦secret", "must be one of", None),
    (RESOURCE, "type: int, min: 0", "type: int, ¦scale: 2, min: 0", "has no “scale”", None),
    (RESOURCE, "staff: {type", "¦Staff: {type", "joined by underscores", None),
    # procedures
    (PROCEDURE, "to: granted", "to: ¦grantd", "not among the states", "granted"),
    (PROCEDURE, "act: grant", "act: ¦gramt", "must be one of", "grant"),
    (PROCEDURE, "clock: running", "clock: ¦runing", "must be one of", "running"),
    (PROCEDURE, "  - {act: deem-accepted, from: [received], to: accepted}\n", "", "needs a deem-accepted transition", None),
    (PROCEDURE, "  refused: {", "  ¦lost: {title: {zh: 丢, en: Lost}, clock: ended, terminal: yes}\n  refused: {", "never reached", None),
    (PROCEDURE, "correction_within: 5 working days", "correction_within: ¦5 days", "10 working days", None),
    # papers
    ("credentials/permit.yaml", "60 months", "¦60", "60 months", None),
    ("letters/decision.yaml", 'zh: "{applicant}：{service}', 'zh: "{applicant}：¦{servise}', "cannot hold “{servise}”", "service"),
    ("messages.yaml", "已收到，编号{number}", "已收到，¦{applicant}", "cannot hold “{applicant}”", None),
    ("letters/decision.yaml", 'en: "{reasons}"', 'en: ¦"{reasons"', "not balanced", None),
    # service: references
    (SERVICE, "department: market", "department: ¦markett", "no department “markett”", "market"),
    (SERVICE, "procedure: licence", "procedure: ¦license", "no procedure “license”", "licence"),
    (SERVICE, "resource: market/licence", "resource: ¦market/license", "no resource “market/license”", "market/licence"),
    (SERVICE, "by: reviewer", "by: ¦reviewr", "no role “reviewr”", "reviewer"),
    (SERVICE, "of: fire", "of: ¦fires", "no department “fires”", "fire"),
    (SERVICE, "credential: permit", "credential: ¦permitt", "no credential “permitt”", "permit"),
    (SERVICE, "letters: [decision]", "letters: [¦decisions]", "no letter “decisions”", "decision"),
    (SERVICE, "life_events: [open-shop]", "life_events: [¦open-shops]", "no life event “open-shops”", "open-shop"),
    (SERVICE, "route: [review, site", "route: [¦revue, site", "no step “revue”", None),
    (SERVICE, "not_by: review", "not_by: ¦reviews", "no step “reviews”", "review"),
    (SERVICE, "by: applicant.uscc, purpose: in", "by: ¦applicant.usc, purpose: in", "cannot be a key", "applicant.uscc"),
    (SERVICE, "by: applicant.uscc, purpose: in", "by: ¦applicant.id_number, purpose: in", "is asked by uscc", "applicant.uscc"),
    # service: expressions, in every style of YAML
    (SERVICE, "purpose: fire,", "consent: ¦form.place, purpose: fire,", "cannot be a consent", None),
    (SERVICE, "purpose: fire,", "consent: ¦form.cook, purpose: fire,", "cannot be a consent", "form.cooks"),
    (SERVICE, "by: applicant.uscc, purpose: fire", "by: ¦fire.passed, purpose: fire", "cannot be a key", None),
    (SERVICE, 'holds: firm.status == "active"', 'holds: ¦firm.statis == "active"', "no fact “firm.statis”", "firm.status"),
    (SERVICE, "'!form.cooks || (fire.passed &&", "'!form.cooks || (¦fire.pased &&", "no fact “fire.pased”", "fire.passed"),
    (SERVICE, '      || hygiene.layout == "fit"', '      || ¦hygiene.layot == "fit"', "no fact “hygiene.layot”", "hygiene.layout"),
    (SERVICE, 'holds: firm.status == "active"', 'holds: "firm.status == \\"active\\" && ¦firm.stafff > 3"', "no fact “firm.stafff”", "firm.staff"),
    (SERVICE, 'holds: firm.status == "active"', 'holds: |\n      firm.status == "active"\n      && ¦firm.stafff > 3', "no fact", "firm.staff"),
    (SERVICE, 'holds: firm.status == "active"', "holds: 'firm.name != \"it''s\" && ¦firm.stafff > 3'", "no fact", "firm.staff"),
    (SERVICE, "show: form.cooks, label: {zh: 用气", "show: ¦hygiene.layout, label: {zh: 用气", "recorded by an officer later", None),
    (SERVICE, 'holds: firm.status == "active"', "holds: ¦firm.staff > 3 && firm.staff < 3", "never be true", None),
    (SERVICE, "show: form.cooks, label: {zh: 用气", "show: ¦form.gas, label: {zh: 用气", "depends on itself", None),
    # service: everything else
    (SERVICE, "promised: 5 working days", "promised: ¦11 working days", "longer than the statutory", None),
    (SERVICE, "promised: 5 working days", "promised: ¦5 work days", "15 calendar days", None),
    (SERVICE, "promised: 5 working days", "promised: 5 working days, extension: ¦11 working days", "may only be shorter", None),
    (SERVICE, "if_unknown: wait", "if_unknown: ¦waiit", "must be one of", "wait"),
    (SERVICE, "exits: {by: inspector,", "exits: {when: ¦firm.staf > 3, by: inspector,", "no fact “firm.staf”", "firm.staff"),
    (SERVICE, "join: all", "join: ¦quorum", "not yet supported", None),
    (SERVICE, "instant: {when", "instant: {¦covers: [layout_fits], when", "is checked: add “check”", None),
    (SERVICE, "ordinary: {route: [review, site, decide]}", "ordinary: {¦route: []}", "a machine never refuses", None),
    (SERVICE, "route: [review, site, decide]", "route: [review, decide]", "the step “site” is on no way's route", None),
    (SERVICE, "ordinary: {route", "ordinary: {¦when: form.cooks, route", "must have no condition", None),
    (SERVICE, "decide: {by: decider, within: 1", "decide: {by: decider, within: 2", "more than the 5 promised", None),
    (SERVICE, "for: acceptance\n", "¦foor: acceptance\n", "is not known", "for"),
    (SERVICE, "says: {zh: 消防合格", "sayz: {zh: 消防合格", "lacks “says”", None),
    (SERVICE, "records: {layout: [fit, unfit]}", "records: {layout: [fit, ¦unfitt]}", "no name in both languages", "unfit"),
    (SERVICE, "situations: [new, extend]", "situations: [new, ¦extent]", "no name in both languages", "extend"),
    (SERVICE, 'code: "000131024000"', 'code: ¦"009931024000"', "no kind of service", None),
    (SERVICE, 'code: "000131024000"', 'code: ¦"131024"', "12 digits", None),
    (SERVICE, "demo_values: [limits.promised]", "demo_values: [¦limit]", "has no “limit”", "limits"),
    (SERVICE, "demo_values: [limits.promised]", "¦identity: counter", "must come in person", None),
    (SERVICE, "mandates: [agent]", "mandates: [¦agents]", "must be one of", "agent"),
    (SERVICE, "fire: {resource: fire/checks", "¦spare: {resource: fire/checks, by: applicant.uscc, purpose: x}\n  fire: {resource: fire/checks", "what is not used is not asked for", None),
    (SERVICE, "before: {steps: 9", "before: {steps: ¦nine", "whole number", None),
    # service: its tests
    (SERVICE, "given: {firm.status: active", "given: {¦firm.stats: active", "no fact “firm.stats”", "firm.status"),
    (SERVICE, "given: {firm.status: active", "given: {firm.status: ¦activ", "does not fit", "active"),
    (SERVICE, "expect: {in_business: yes", "expect: {¦in_busines: yes", "no clause “in_busines”", "in_business"),
    (SERVICE, "way: instant, state", "way: ¦instent, state", "must be one of", "instant"),
    (SERVICE, "state: granted", "state: ¦grantid", "no state “grantid”", "granted"),
    (SERVICE, "state: granted", "state: ¦received", "should be “received” and is “granted”", None),
    (SERVICE, "received: 2026-12-07", "received: ¦2031-12-07", "no calendar for 2031", None),
]  # fmt: skip


def _case(path: str, old: str, new: str) -> tuple[dict[str, bytes], tuple[int, int] | None]:
    whole = FILES[path].replace(old, new, 1)
    assert whole != FILES[path], old
    if "¦" not in new:
        return changed(path, old, new), None
    before = whole[: whole.index("¦")]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    return changed(path, old, new.replace("¦", "")), place


def faults(files: dict[str, bytes]) -> tuple[Fault, ...]:
    return examine(files).faults


@pytest.mark.parametrize(("path", "old", "new", "says", "near"), TABLE, ids=[f"{row[0].split('/')[-1]}-{n}" for n, row in enumerate(TABLE)])
def test_a_fault_is_told_where_it_is(path: str, old: str, new: str, says: str, near: str | None) -> None:
    files, place = _case(path, old, new)
    found = faults(files)
    matching = [fault for fault in found if says in fault.message.en]
    assert matching, [str(fault) for fault in found]
    fault = matching[0]
    assert fault.path == path
    assert place is None or (fault.line, fault.column) == place
    assert near is None or fault.nearest == near
    assert fault.message.zh
    assert fault.message.zh != fault.message.en


def test_the_small_city_has_no_fault() -> None:
    assert faults(small_city()) == ()


def test_the_table_has_at_least_fifty_kinds_of_fault() -> None:
    assert len({row[3] for row in TABLE}) >= 50


def test_one_mistake_is_told_once() -> None:
    for path, old, new, _, _ in TABLE:
        files, _ = _case(path, old, new)
        found = faults(files)
        assert 1 <= len(found) <= 4, (old, [str(fault) for fault in found])


def test_every_fault_of_every_file_is_told_in_one_run() -> None:
    files = small_city()
    for path, old, new, _, _ in (TABLE[13], TABLE[28], TABLE[39], TABLE[44], TABLE[48]):
        files[path] = _case(path, old, new)[0][path]
    assert {fault.path for fault in faults(files)} == {"city.yaml", DEPARTMENT, PROCEDURE, "credentials/permit.yaml", SERVICE}


def test_text_that_is_not_utf8_is_told_with_its_place() -> None:
    files = small_city() | {"city.yaml": "city: 小".encode() + b"\xff\xfe"}
    assert [(fault.line, fault.column) for fault in faults(files) if fault.path == "city.yaml"] == [(1, 8)]


def test_a_file_that_is_too_large_or_too_long_is_refused() -> None:
    assert any("larger than" in fault.message.en for fault in faults(small_city() | {"roles.yaml": b"#" * 1_000_001}))
    many = b"x: [" + b"a," * 120_000 + b"]"
    assert any("more than" in fault.message.en for fault in faults(small_city() | {"roles.yaml": many}))


def test_a_file_that_is_not_yaml_is_not_blamed_on_those_who_refer_to_it() -> None:
    found = faults(small_city() | {"departments/market.yaml": b"a: b: c"})
    assert [(fault.path, fault.line, fault.column) for fault in found] == [("departments/market.yaml", 1, 5)]


def test_a_resource_with_a_fault_does_not_make_its_facts_unknown() -> None:
    found = faults(changed(RESOURCE, "type: money", "type: monney"))
    assert {fault.path for fault in found} == {RESOURCE}


@pytest.mark.parametrize(
    ("path", "says", "near"),
    [
        ("servces/stall/service.yaml", "no known kind", "services/stall/service.yaml"),
        ("services/stall/servce.yaml", "the file's name is wrong", None),
        ("departments/Market.yaml", "the file's name is wrong", None),
        ("rolls.yaml", "no known kind", "roles.yaml"),
        ("passes/health.yaml", "not yet supported", None),
        ("services/stall.yaml", "declares the same", None),
    ],
)
def test_a_file_of_no_known_kind_is_never_left_out_silently(path: str, says: str, near: str | None) -> None:
    found = faults(small_city() | {path: b"a: b"})
    assert any(fault.path in (path, SERVICE) and says in fault.message.en and fault.nearest == near for fault in found)


@pytest.mark.parametrize("missing", ["city.yaml", "areas.geojson", "roles.yaml", "calendar/2026.yaml"])
def test_a_required_file_that_is_missing_is_told(missing: str) -> None:
    files = small_city()
    del files[missing]
    assert any(f"{missing} is missing" in fault.message.en for fault in faults(files))


def test_reading_raises_all_faults_together() -> None:
    with pytest.raises(CityFaults) as caught:
        read_files(changed(SERVICE, "department: market", "department: markt"))
    assert len(caught.value.faults) == 1
    assert "1" in caught.value.says.zh
