"""Publishing tells which areas and departments there are. The publishing's own ledger entry covers both."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tongban.parties.core.people import DeclaredArea, DeclaredDepartment
from tongban.parties.models import Area, Department


def declare_areas(areas: Iterable[DeclaredArea]) -> None:
    """Make the declared areas the areas of the city: new ones are added, changed ones changed, others removed."""
    rows = [Area(code=area.code, zh=area.title.zh, en=area.title.en, parent=area.parent, level=area.level) for area in areas]
    with transaction.atomic():
        Area.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=["zh", "en", "parent", "level"])
        Area.objects.exclude(pk__in=[row.code for row in rows]).delete()


def declare_departments(departments: Iterable[DeclaredDepartment]) -> None:
    """Make the declared departments the departments of the city: new ones are added, changed ones changed, others removed."""
    rows = [
        Department(id=one.id, number=one.number, uscc=one.uscc, zh=one.title.zh, en=one.title.en, parent=one.parent, area=one.area)
        for one in departments
    ]
    with transaction.atomic():
        told = ["number", "uscc", "zh", "en", "parent", "area"]
        Department.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=told)
        Department.objects.exclude(pk__in=[row.id for row in rows]).delete()
