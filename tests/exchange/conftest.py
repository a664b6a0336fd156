"""A register of two shops, declared and granted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from tests.registers import registers_here  # noqa: F401 - a fixture
from tongban.exchange import acts
from tongban.exchange.acts import Request
from tongban.kernel.ids import uscc_check, uuid7
from tongban.kernel.text import Text
from tongban.parties.acts import enter_firms
from tongban.parties.core.people import NewFirm
from tongban.rules.core import Choice, Date, FactSpec, Int, Money, TextType
from tongban.rules.core import Decimal as DecimalType

SHOP = "92990101MA0000001" + uscc_check("92990101MA0000001")
OTHER = "92990101MA0000002" + uscc_check("92990101MA0000002")
RESOURCE = "market/licence"
TITLE = Text("营业执照", "Licence")


@dataclass(frozen=True)
class Item:
    title: Text
    spec: FactSpec
    sensitivity: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Option:
    id: str
    label: Text


@dataclass(frozen=True)
class Declared:
    id: str
    items: dict[str, Item]
    connector: dict[str, str]
    department: str = "market"
    title: Text = TITLE
    key: str = "uscc"
    key_title: Text | None = None
    sharing: str = "conditional"
    updated: str = "daily"


def item(kind, sensitivity: str = "open") -> Item:
    return Item(Text("项", "item"), FactSpec(kind, may_be_none=True), sensitivity)


LICENCE = Declared(
    RESOURCE,
    {
        "status": item(Choice(("active", "cancelled"))),
        "owner": item(TextType(20), "personal"),
        "registered_on": item(Date()),
        "capital": item(Money(0, 10**12), "internal"),
        "area_m2": item(DecimalType(2, 0, 10000)),
        "staff": item(Int(0, 100)),
    },
    {"kind": "table", "table": "licence"},
)


@dataclass(frozen=True)
class Counter:
    """Asks for one case."""

    case_id: UUID
    shop_id: UUID

    def ask(self, *items: str, key: str = SHOP, resource: str = RESOURCE, purpose: str = "food/in-business", need: str = "firm"):
        return acts.fetch(Request(resource, key, items or ("status",), self.case_id, need, purpose, "person-1", "civil"))


@pytest.fixture
def counter(db: None) -> Counter:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS registers")
        cursor.execute(
            "CREATE TABLE registers.licence (uscc text PRIMARY KEY, status text, owner text, registered_on date, capital bigint,"
            " area_m2 numeric(8,2), staff int, as_of timestamptz NOT NULL)"
        )
        row = "INSERT INTO registers.licence VALUES (%s, 'active', '赵建国', '2020-03-05', 5000000, %s, %s, '2026-11-20T00:00:00Z')"
        cursor.execute(row, [SHOP, Decimal("86.5"), 4])
        cursor.execute(row, [OTHER, None, 101])
    acts.declare_resource(LICENCE)
    acts.grant(RESOURCE, "food", "in-business", LICENCE.items)
    shop = uuid7()
    enter_firms([NewFirm(shop, "味来餐饮店", SHOP, "990101001")], by="test", source="test")
    return Counter(uuid7(), shop)
