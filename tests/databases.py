"""Databases beside the test run's own: made by copying, used by pointing the whole process at them, so that what one group of tests commits no other sees."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, connections


def make(name: str) -> None:
    """Make a database with every room's tables, and use it."""
    drop(name)
    administer(f"CREATE DATABASE {name}")
    use(name)
    call_command("migrate", verbosity=0)


def copy(source: str, target: str) -> None:
    """Make `target` anew as a copy of `source`; nobody may be connected to it."""
    drop(target)
    administer(f"CREATE DATABASE {target} TEMPLATE {source}")


def drop(name: str) -> None:
    """Remove a database, whoever uses it."""
    connections.close_all()
    administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def current() -> str:
    """The database that this process uses."""
    return str(connection.settings_dict["NAME"])


def use(name: str) -> None:
    """Point this process, all threads of it, at a database."""
    connections.close_all()
    for alias in connections:
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def administer(statement: str) -> None:
    """Run a statement outside every transaction and every city's database."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
