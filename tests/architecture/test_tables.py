"""Rooms refer to each other's rows by plain UUIDs: no key of the database crosses a room's wall."""

from __future__ import annotations

from django.apps import apps

OURS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("tongban.")]


def test_no_foreign_key_leads_into_another_room():
    crossing = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in OURS
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model is not None
        and field.related_model.__module__.startswith("tongban.")
        and field.related_model._meta.app_label != model._meta.app_label
    ]
    assert not crossing


def test_rooms_have_tables_to_be_asked_about():
    assert {"ledger", "parties", "cases"} <= {model._meta.app_label for model in OURS}


def test_every_table_carries_the_name_of_its_room():
    assert not [model._meta.db_table for model in OURS if not model._meta.db_table.startswith(f"{model._meta.app_label}_")]
