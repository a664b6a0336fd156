"""The interface's tests: a small published town, and programs that call with a token."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.registers import registers_here  # noqa: F401
from tests.town import Town, settled
from tongban.faces.api.tokens import issue
from tongban.kernel.ids import uuid7


@pytest.fixture(scope="package")
def committed_town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    with settled(django_db_blocker) as town:
        yield town


@pytest.fixture
def town(committed_town: Town) -> Town:
    return committed_town


@dataclass
class Program:
    """Somebody's program."""

    token: str
    client: Client

    def get(self, path: str) -> Any:
        return self.client.get(f"/api{path}", headers={"authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Any = None, key: str | None = None) -> Any:
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key or str(uuid7())}
        return self.client.post(f"/api{path}", json.dumps(body or {}), content_type="application/json", headers=headers)

    def upload(self, path: str, file: Any) -> Any:
        return self.client.post(
            f"/api{path}", {"file": file}, headers={"authorization": f"Bearer {self.token}", "idempotency-key": str(uuid7())}
        )


@pytest.fixture
def program(town: Town) -> Callable[[str], Program]:
    def of(login: str) -> Program:
        return Program(issue(town.accounts[login], timedelta(hours=1)), Client(enforce_csrf_checks=True))

    return of
