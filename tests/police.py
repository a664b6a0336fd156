"""The police's household system of the demonstration, on a port of this machine, behaving as a test says; and a newborn to be registered there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tongban.house.simulated.plan import Behaviour
from tongban.house.simulated.serving import System, running

POLICE = Behaviour(
    "police-household",
    "seed",
    prefix="HZ",
    delay=(timedelta(hours=2), timedelta(hours=2)),
    answers=((100, {"certificate": "matches", "result": "registered"}),),
)
REGISTERED = {"certificate": "matches", "result": "registered"}
CHILD = {
    "child_name": "林小满",
    "child_sex": "female",
    "born-year": "2026",
    "born-month": "10",
    "born-day": "20",
    "certificate_no": "Z990100123",
}


@pytest.fixture
def police(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., System]]:
    """Start the police's household system with some behaviour; again: with another."""
    monkeypatch.setenv("TONGBAN_SYSTEMS", str(tmp_path / "addresses.json"))
    with ExitStack() as stack:

        def begin(**changes: Any) -> System:
            stack.close()
            return stack.enter_context(running([replace(POLICE, **changes)], tmp_path))["police-household"]

        yield begin


def picture(colour: str = "white") -> bytes:
    """A photograph of a paper; another colour is another paper."""
    out = BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()
