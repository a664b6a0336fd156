"""Steps by another body's system, what is reported upward, and the item library: what the files say, and every fault at its place (`¦` marks where)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.catalogue.small_city import FILES, SERVICE, small_city
from tongban.catalogue.core.definition import City, Report
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.reading import read_files

SYSTEM = """\
system: registry
title: {zh: 登记系统, en: Registry}
department: fire
connector: {kind: http-json, url: "https://registry.example/exchange", token: REGISTRY_TOKEN}
timeout: 3 seconds
poll: 10 minutes
patience: 4 hours
reconcile: "18:00"
"""
REPORTING = """\
records:
  acceptance: {to: registry, after: [accept, deem-accepted]}
  result: {to: registry, after: [grant, refuse]}
"""
LIBRARY = """\
library: "000131024000"
title: 摆摊许可
kind: "01"
statutory: 10 working days
basis: [某办法]
instant: no
source: 某省事项库
on: 2026-06-30
"""
STEP = """\
  entry:
    by: system
    system: registry
    by_hand: decider
    within: 1 working day
    sends: {name: applicant.name, staff: firm.staff, place: form.place}
    records: {entered: [fit, unfit]}
"""


def city(step: str = STEP, **texts: str) -> dict[str, bytes]:
    """The small city with a system, and a step of its service that the system does before the decision."""
    service = (
        FILES[SERVICE]
        .replace("  decide: {by: decider", step + "  decide: {by: decider")
        .replace("route: [review, site, decide]", "route: [review, site, entry, decide]")
    )
    service = service.replace("within: 3 working days, on_silence", "within: 2 working days, on_silence")
    files = {"systems/registry.yaml": SYSTEM, SERVICE: service} | {path.replace("__", "/") + ".yaml": text for path, text in texts.items()}
    return small_city() | {path: text.encode() for path, text in files.items()}


def read(**texts: str) -> City:
    return read_files(city(**texts))


def test_a_step_by_a_system_is_its_departments_and_sends_what_it_names() -> None:
    step = read().services["stall"].steps["entry"]
    assert (step.by, step.system, step.of, step.by_hand) == ("system", "registry", "fire", "decider")
    assert step.title.zh == "登记系统"
    assert dict(step.sends) == {"name": "applicant.name", "staff": "firm.staff", "place": "form.place"}
    assert [option.id for option in step.records["entered"]] == ["fit", "unfit"]


def test_what_comes_back_is_a_fact_like_any_other_record() -> None:
    files = city()
    files[SERVICE] = files[SERVICE].replace(b'|| hygiene.layout == "fit"', b'|| entry.entered == "fit"')
    service = read_files(files).services["stall"]
    assert service.vocabulary["entry.entered"].may_be_none
    assert "entry.entered" in next(clause for clause in service.rules if clause.id == "layout_fits").holds.vocabulary


def test_what_only_travels_to_a_system_is_asked_of_the_register_too() -> None:
    (firm, _) = read().services["stall"].needs
    assert firm.items == ("staff", "status")


def test_a_system_says_how_long_it_may_take_and_when_lists_are_compared() -> None:
    system = read().systems["registry"]
    assert (system.timeout, system.poll, system.patience) == (timedelta(seconds=3), timedelta(minutes=10), timedelta(hours=4))
    assert system.reconcile == "18:00"
    assert system.connector == {"kind": "http-json", "url": "https://registry.example/exchange", "token": "REGISTRY_TOKEN"}


def test_a_system_is_no_part_of_a_services_hash_and_part_of_the_citys() -> None:
    one, other = read(), read(systems__registry=SYSTEM.replace("18:00", "19:00"))
    assert one.services["stall"].hash == other.services["stall"].hash
    assert one.hash != other.hash


def test_a_service_without_a_system_keeps_its_hash_of_before() -> None:
    plain = read_files(small_city())
    with_a_system = read_files(small_city() | {"systems/registry.yaml": SYSTEM.encode()})
    assert plain.services["stall"].hash == with_a_system.services["stall"].hash


def test_reporting_says_what_goes_where_and_after_which_acts() -> None:
    assert dict(read(reporting=REPORTING).reporting) == {
        "acceptance": Report("acceptance", "registry", ("accept", "deem-accepted")),
        "result": Report("result", "registry", ("grant", "refuse")),
    }


def test_the_library_is_read_by_its_code() -> None:
    item = read(library__000131024000=LIBRARY.replace("basis: [某办法]\n", "")).library["000131024000"]
    assert (item.title, item.kind, item.instant, item.on) == ("摆摊许可", "01", False, date(2026, 6, 30))


TABLE = [
    # the step
    ("step", "system: registry", "system: ¦registri", "no system “registri”", "registry"),
    ("step", "by_hand: decider", "by_hand: ¦decidor", "no role “decidor”", "decider"),
    ("step", "    by_hand: decider\n", "", "lacks “by_hand”", None),
    ("step", "staff: firm.staff", "staff: ¦firm.staf", "no fact “firm.staf”", "firm.staff"),
    ("step", "place: form.place", "place: ¦form.plan", "is an uploaded file and cannot be sent", None),
    ("step", "name: applicant.name", "¦Name: applicant.name", "joined by underscores", None),
    ("step", "    by_hand", "    ¦officers: 2\n    by_hand", "“officers” is not known", None),
    ("step", "    by_hand", "    ¦of: market\n    by_hand", "“of” is not known", None),
    # the system
    ("systems__registry", "system: registry", "system: ¦register", "differs from its file's name", "registry"),
    ("systems__registry", "department: fire", "department: ¦fires", "no department “fires”", "fire"),
    ("systems__registry", "kind: http-json", "kind: ¦http", "must be one of", "http-json"),
    ("systems__registry", '"https://registry.example/exchange"', '¦"http://registry.example/exchange"', "begins with https://", None),
    ("systems__registry", "token: REGISTRY_TOKEN", "token: ¦s3cr3t-t0ken", "never the token itself", None),
    ("systems__registry", "token: REGISTRY_TOKEN", "¦password: x", "“password” is not known", None),
    ("systems__registry", 'reconcile: "18:00"', 'reconcile: ¦"25:00"', "22:00", None),
    ("systems__registry", "patience: 4 hours", "patience: ¦soon", "12 hours", None),
    # reporting
    ("reporting", "to: registry, after: [accept,", "to: ¦registri, after: [accept,", "no system “registri”", "registry"),
    ("reporting", "  result:", "  ¦results:", "no record “results”", "result"),
    ("reporting", "after: [grant, refuse]", "after: [¦grantt, refuse]", "must be one of", "grant"),
    # the library
    ("library__000131024000", 'kind: "01"', 'kind: ¦"05"', "characters 3 and 4 of the code", "01"),
    ("library__000131024000", "statutory: 10 working days", "statutory: ¦10 days", "15 calendar days", None),
    ("library__000131024000", "on: 2026-06-30", "on: ¦2026-06-31", "real date", None),
]  # fmt: skip


@pytest.mark.parametrize(("which", "old", "new", "says", "near"), TABLE, ids=[f"{row[0]}-{n}" for n, row in enumerate(TABLE)])
def test_a_fault_is_told_where_it_is(which: str, old: str, new: str, says: str, near: str | None) -> None:
    right = {
        "step": STEP,
        "systems__registry": SYSTEM,
        "reporting": REPORTING,
        "library__000131024000": LIBRARY.replace("basis: [某办法]\n", ""),
    }
    wrong = right[which].replace(old, new, 1)
    assert wrong != right[which]
    files = city(**(right | {which: wrong.replace("¦", "")}))
    found = [fault for fault in examine(files).faults if says in fault.message.en]
    assert found, [str(fault) for fault in examine(files).faults]
    assert near is None or found[0].nearest == near
    if "¦" in wrong:
        whole = files[SERVICE].decode() if which == "step" else wrong.replace("¦", "")
        at = whole.index(wrong.replace("¦", "")) + wrong.index("¦")
        assert (found[0].line, found[0].column) == (whole.count("\n", 0, at) + 1, at - whole.rfind("\n", 0, at))


def test_the_city_with_a_system_a_report_and_a_library_has_no_fault() -> None:
    library = LIBRARY.replace("basis: [某办法]\n", "")
    assert examine(city(reporting=REPORTING, library__000131024000=library)).faults == ()


@pytest.mark.parametrize(
    ("told", "says", "line"),
    [
        (LIBRARY.replace("basis: [某办法]\n", "").replace("摆摊许可", "临时摊位许可"), "says “临时摊位许可”", "title:"),
        (
            LIBRARY.replace("basis: [某办法]\n", "").replace("10 working days", "20 working days"),
            "says “20 working days”",
            "limits: {statutory:",
        ),
        (LIBRARY, "says “某办法”", "service: stall"),
    ],
)
def test_a_locked_field_that_differs_from_the_library_is_refused_with_what_the_library_says(told: str, says: str, line: str) -> None:
    (fault,) = examine(city(library__000131024000=told)).faults
    assert fault.path == SERVICE
    assert says in fault.message.zh.replace("规定为", "says ")
    assert "某省事项库" in fault.message.zh
    text = city()[SERVICE].decode().splitlines()
    assert text[fault.line - 1].startswith(line)


def test_a_service_under_another_code_than_the_librarys_is_refused() -> None:
    told = LIBRARY.replace("basis: [某办法]\n", "").replace("000131024000", "000131025000")
    (fault,) = examine(city(library__000131025000=told)).faults
    assert "000131025000" in fault.message.en
    assert fault.nearest == "000131025000"


def test_a_role_may_not_be_called_system() -> None:
    files = city()
    files["roles.yaml"] += b"system: {title: {zh: x, en: x}, may: [review]}\n"
    assert any("cannot name a role" in fault.message.en for fault in examine(files).faults)
