"""Docking's tests talk to a simulated system on a port of this machine, which behaves as each test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tongban.docking import acts
from tongban.docking.models import Handover
from tongban.house.simulated.plan import Behaviour
from tongban.house.simulated.serving import System, running
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text

REGISTRY = Behaviour("registry", "seed", prefix="R", delay=(timedelta(hours=2), timedelta(hours=2)), answers=((100, {"entered": "fit"}),))
EXPECTS = {"entered": ["fit", "unfit"]}


@dataclass(frozen=True)
class Declared:
    """A system as a city would declare it."""

    id: str = "registry"
    department: str = "fire"
    title: Text = field(default_factory=lambda: Text("登记系统", "Registry"))
    connector: Mapping[str, str] = field(default_factory=lambda: {"kind": "http-json", "url": "https://registry.invalid/exchange"})
    timeout: timedelta = timedelta(seconds=2)
    poll: timedelta = timedelta(minutes=10)
    patience: timedelta = timedelta(hours=4)
    reconcile: str = "18:00"


Start = Callable[..., System]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a simulated system with some behaviour; starting it again stops the one before and keeps what it held, on the same port."""
    monkeypatch.setenv("TONGBAN_SYSTEMS", str(tmp_path / "addresses.json"))
    with ExitStack() as stack:

        def begin(behaviour: Behaviour = REGISTRY, **changes: Any) -> System:
            stack.close()
            one = replace(behaviour, **changes)
            return stack.enter_context(running([one], tmp_path))[one.system]

        begin.stop = stack.close  # type: ignore[attr-defined]
        yield begin


@pytest.fixture
def declared(db: None) -> Declared:
    """The registry, declared."""
    one = Declared()
    acts.declare_system(one)
    return one


def handed(system: str = "registry", **more: Any) -> Handover:
    """A case handed over."""
    from django.db import transaction

    with transaction.atomic():
        id_ = acts.hand_over(
            system,
            case_id=uuid7(),
            task_id=uuid7(),
            service="stall",
            body={"number": "N1", "fields": {"name": "王小明"}},
            by="account:x",
            number="N1",
            expects=EXPECTS,
            **more,
        )
    return Handover.objects.get(pk=id_)


def row(id_: UUID) -> Handover:
    return Handover.objects.get(pk=id_)


def later(**span: float) -> None:
    """The city's clock moves on."""
    clock.move_by(timedelta(**span))
