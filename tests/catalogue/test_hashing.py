"""A hash changes when what decides a case changes, and only then."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import field, make_dataclass, replace

import pytest

from tests.catalogue.small_city import FILES, SERVICE, changed, small_city
from tongban.catalogue.core.definition import City, MessageType
from tongban.catalogue.core.hashing import city_hash
from tongban.catalogue.core.reading import read_files

BEFORE = read_files(small_city())


def service(city: City) -> str:
    return city.services["stall"].hash


def test_the_same_texts_give_the_same_hash_in_another_process() -> None:
    code = (
        "from tests.catalogue.small_city import small_city\n"
        "from tongban.catalogue.core.reading import read_files\n"
        "city = read_files(small_city())\n"
        "print(city.hash, city.services['stall'].hash)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "77", "PYTHONPATH": "src:."}
    )
    assert ran.stdout.split() == [BEFORE.hash, service(BEFORE)]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (SERVICE, "service: stall", "# 注\nservice: stall   # a comment"),
        (SERVICE, 'holds: firm.status == "active"', "holds: 'firm.status  ==  \"active\"'"),
        (SERVICE, "department: market\naudience: [firm]", "audience:\n  - firm\ndepartment: market"),
        ("letters/decision.yaml", "sealed: yes", "sealed: 'yes'"),
        ("areas.geojson", '"parent":"",', '"parent": "",'),
    ],
)
def test_comments_order_of_keys_and_spelling_change_nothing(path: str, old: str, new: str) -> None:
    after = read_files(changed(path, old, new))
    assert (after.hash, service(after)) == (BEFORE.hash, service(BEFORE))


def test_the_name_of_the_file_changes_nothing() -> None:
    files = small_city()
    files["services/stall.yaml"] = files.pop(SERVICE)
    assert read_files(files).hash == BEFORE.hash


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("letters/decision.yaml", "{number}。", "{number}号。"),
        ("procedures/licence.yaml", "correction_within: 5", "correction_within: 6"),
        ("credentials/permit.yaml", "60 months", "36 months"),
        ("resources/market/licence.yaml", "      cancelled: {zh: 注销, en: Cancelled}", "      cancelled: {zh: 已注销, en: Cancelled}"),
        (SERVICE, 'holds: firm.status == "active"', 'holds: firm.status in ["active"]'),
        (SERVICE, "label: {zh: 地点, en: Place}", "label: {zh: 地址, en: Place}"),
        (SERVICE, "fresh: 1 day", "fresh: 2 days"),
    ],
)
def test_what_decides_a_case_changes_the_hash_of_the_service(path: str, old: str, new: str) -> None:
    after = read_files(changed(path, old, new))
    assert service(after) != service(BEFORE)
    assert after.hash != BEFORE.hash


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("calendar/2026.yaml", "[2026-10-01, 2026-10-02]", "[2026-10-01]"),
        ("departments/market.yaml", "099-1", "099-3"),
        ("messages.yaml", "已收到", "收到了"),
        ("resources/market/licence.yaml", "max: 100000,", "max: 100001,"),
        ("procedures/filing.yaml", "已备案", "备案完成"),
        (SERVICE, "A silent register refuses nobody", "Silence refuses nobody"),
    ],
)
def test_what_no_running_case_depends_on_changes_the_city_alone(path: str, old: str, new: str) -> None:
    after = read_files(changed(path, old, new))
    assert service(after) == service(BEFORE)
    assert after.hash != BEFORE.hash


def test_how_a_register_is_connected_is_no_part_of_a_service() -> None:
    after = read_files(changed("resources/market/licence.yaml", "table: licence", "table: licences"))
    assert service(after) == service(BEFORE)
    assert after.hash != BEFORE.hash


def test_a_field_added_later_changes_no_hash_of_before() -> None:
    """Fields with a default are left out while they have it."""
    later = make_dataclass("MessageType", [("later", tuple, field(default=()))], bases=(MessageType,), frozen=True)
    old = next(iter(BEFORE.messages.values()))
    new = later(old.id, old.text, old.urgent)
    assert city_hash(replace(BEFORE, messages={old.id: new})) == BEFORE.hash
    assert city_hash(replace(BEFORE, messages={old.id: later(old.id, old.text, old.urgent, ("x",))})) != BEFORE.hash


def test_a_procedure_that_a_way_goes_by_belongs_to_the_service() -> None:
    filed = "instant: {procedure: filing, when"
    files = changed(SERVICE, "instant: {when", filed) | {
        SERVICE: FILES[SERVICE].replace("instant: {when", filed).replace("state: granted", "state: filed").encode()
    }
    one = read_files(files)
    files["procedures/filing.yaml"] = FILES["procedures/filing.yaml"].replace("已备案", "备案完成").encode()
    assert service(one) != service(read_files(files))


def test_only_the_items_that_something_reads_are_asked_for() -> None:
    needs = {need.alias: need.items for need in BEFORE.services["stall"].needs}
    assert needs == {"firm": ("status",), "fire": ("passed",)}
