"""What is wrong with a service of tickets is told at its place; what is right is told by the service's own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.catalogue.core.definition import Hours, Limit
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.hashing import city_hash
from tongban.catalogue.core.reading import read_files
from tongban.catalogue.core.reading.folder import load
from tongban.catalogue.core.ticketing import last_resort_of, routed_to, suggested

CITY = load(Path(__file__).parents[2] / "cities" / "yunchuan")
SERVICE = "services/citizen-request/service.yaml"
PROCEDURE = "procedures/ticket.yaml"

TABLE = [
    (SERVICE, "within: 2 hours", "within: ¦2 hour working", "2 hours"),
    (SERVICE, "within: 2 hours", "within: ¦0 hours", "2 hours"),
    (SERVICE, "dispute_within: 4 hours", "dispute_within: ¦4 working days", "a number of hours"),
    (SERVICE, "asks:\n    {kind: kind,", "asks:\n    {kind: ¦what,", "must be of the type choice"),
    (SERVICE, "place: place, what: what,", "place: place, what: ¦whta,", "no question “whta”"),
    (SERVICE, "    praise: {public: no}\n", "", "“praise” is not among the kinds"),
    (SERVICE, "    praise: {public: no}\n", "    praise: {public: no}\n    ¦rant: {public: no}\n", "has no option “rant”"),
    (SERVICE, "general: {title: {zh: 一般事项, en: General}, within", "general: {¦when: form.danger, title: {zh: 一般事项, en: General}, within", "last tier must have no condition"),
    (SERVICE, "within: 2 hours, when: form.danger}", "within: 2 hours}", "ends the list"),
    (SERVICE, "{categories: [noise], department: ecology}", "{categories: [¦nois], department: ecology}", "must be one of"),
    (SERVICE, "{categories: [noise], department: ecology}", "{categories: [noise], department: ¦ecolgy}", "no department “ecolgy”"),
    (SERVICE, "    - {categories: [noise], department: ecology}", "    - {categories: [noise], department: ecology}\n    - ¦{categories: [noise], department: water}", "never reached"),
    (SERVICE, '    "990103": shanqian-government\n    "990100": performance-office\n', '    "990103": shanqian-government\n', "has no last resort"),
    (SERVICE, '    "990103": shanqian-government\n', '    ¦"990109": shanqian-government\n', "no area “990109”"),
    (SERVICE, "{at: 100%, tell: supervisor, of: performance-office}", "{at: 90%, tell: supervisor, of: performance-office}", "told at the limit"),
    (SERVICE, "{at: 80%, tell: head, of: responsible}", "{at: 40%, tell: head, of: responsible}", "later than the one before"),
    (SERVICE, "{at: 80%, tell: head, of: responsible}", "¦{at: 80%, of: responsible}", "name the role"),
    (SERVICE, "{at: 80%, tell: head, of: responsible}", "¦{at: 80%, after: 1 hour, tell: head, of: responsible}", "either “at”"),
    (SERVICE, "{after: 48 hours, tell: supervisor, of: performance-office}", "{after: 48 hours, tell: supervisor, of: ¦district}", "must name an office"),
    (SERVICE, "{after: 48 hours, tell: supervisor, of: performance-office}", "{after: 48 hours, tell: ¦handler, of: performance-office}", "may not oversee"),
    (SERVICE, "{after: 48 hours, tell: supervisor, of: performance-office}", "{after: 48 hours, tell: ¦supervisr, of: performance-office}", "no role “supervisr”"),
    (SERVICE, "of: data-bureau, not_by: dispatch}", "of: data-bureau}", "somebody who did not dispatch"),
    (SERVICE, "ruling: ruling, supervise: supervise}", "ruling: ¦rulling, supervise: supervise}", "no step “rulling”"),
    (SERVICE, "      fixed: yes\n      kinds: [consultation, suggestion, praise]", "      fixed: yes\n      kinds: [consultation, suggestion]", "“praise” has no closing reason"),
    (SERVICE, "      fixed: out-of-scope", "      fixed: ¦elsewhere", "must be one of"),
    (SERVICE, '        "990103200": {zh: 山前区石溪乡, en: "Shixi, Shanqian"}', '        "990103201": {zh: 山前区石溪乡, en: "Shixi, Shanqian"}', "no area “990103201”"),
    (SERVICE, "expect: {tier: life,", "expect: {tier: ¦lief,", "must be one of"),
    (SERVICE, "to: urban-management, way: ordinary, state: received}", "to: ¦water, way: ordinary, state: received}", "should be “water”"),
    (SERVICE, "    wages: [工资", "    ¦wage: [工资", "no category “wage”"),
    (PROCEDURE, "  - {act: close, from: [answered, confirmed], to: closed}\n", "", "has no close transition"),
    (PROCEDURE, "  - {act: confirm, from: [answered], to: confirmed}", "  - ¦{act: confirm, from: [answered]}", "lacks “to”"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "said"), TABLE)
def test_a_fault_is_told_where_it_is(path: str, old: str, new: str, said: str) -> None:
    text = CITY[path].decode()
    assert text.count(old) >= 1, old
    faults = examine(CITY | {path: text.replace(old, new.replace("¦", ""), 1).encode()}).faults
    found = [fault for fault in faults if said in fault.message.en]
    assert found, [str(fault) for fault in faults]
    if "¦" in new:
        before = text[: text.index(old)] + new[: new.index("¦")]
        assert any((fault.line, fault.column) == (before.count("\n") + 1, len(before) - before.rfind("\n")) for fault in found)


def test_a_service_without_tickets_keeps_its_hash() -> None:
    """The section is a field with a default, which no hash of before counts."""
    city = read_files(CITY)
    without = {path: text for path, text in CITY.items() if "citizen-request" not in path and "hazard-report" not in path}
    assert {id_: service.hash for id_, service in read_files(without).services.items()} == {
        id_: service.hash for id_, service in city.services.items() if service.tickets is None
    }


def test_a_limit_of_a_tier_is_part_of_the_services_hash() -> None:
    one = read_files(CITY)
    other = read_files(CITY | {SERVICE: CITY[SERVICE].replace(b"within: 2 hours", b"within: 3 hours")})
    assert one.services["citizen-request"].hash != other.services["citizen-request"].hash
    assert city_hash(one) != city_hash(other)


def test_hours_days_and_the_ladder_are_read_as_written() -> None:
    tickets = read_files(CITY).services["citizen-request"].tickets
    assert tickets is not None
    assert [tier.within for tier in tickets.tiers] == [Hours(2), Hours(24), Limit(15, "calendar"), Limit(7, "calendar")]
    assert [(rung.percent, rung.after) for rung in tickets.escalation] == [
        (50, None),
        (80, None),
        (100, None),
        (100, Hours(24)),
        (100, Hours(48)),
    ]
    assert (tickets.kinds["report"].sealed, tickets.kinds["help"].sealed) == (True, False)


def test_every_area_of_the_city_has_a_last_resort_and_the_narrowest_is_taken() -> None:
    city = read_files(CITY)
    tickets = city.services["citizen-request"].tickets
    assert tickets is not None
    for code in city.areas:
        assert last_resort_of(tickets, code) in city.departments
    assert last_resort_of(tickets, "990101002") == "jiangbei-government"
    assert last_resort_of(tickets, "990100") == "performance-office"
    with pytest.raises(KeyError):
        last_resort_of(tickets, "880101001")


def test_what_nobody_routed_is_nobodys() -> None:
    tickets = read_files(CITY).services["citizen-request"].tickets
    assert tickets is not None
    assert routed_to(tickets, "other", "990101002") == ""
    assert routed_to(tickets, "", "") == ""
    assert routed_to(tickets, "noise", "") == "ecology"


def test_words_suggest_a_category_the_most_first() -> None:
    tickets = read_files(CITY).services["citizen-request"].tickets
    assert tickets is not None
    assert suggested(tickets, "路灯不亮，井盖也没了，还有垃圾")[:2] == ("road-parts", "garbage")
    assert suggested(tickets, "你好") == ()
