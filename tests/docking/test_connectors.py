"""The kinds of connector: what a city may declare is what there is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tongban.docking.core.connectors import CONNECTORS
from tongban.docking.core.parcels import Parcel
from tongban.docking.errors import DownError
from tongban.docking.kinds import KINDS, Line
from tongban.docking.kinds.http_json import address
from tongban.kernel import clock

LINE = Line("registry", {}, timedelta(seconds=1))
ID = UUID(int=1)


def test_whatever_kind_may_be_declared_exists_and_the_other_way_round() -> None:
    assert set(CONNECTORS) == set(KINDS)


@pytest.mark.parametrize(
    "url",
    [
        "http://registry.example/exchange",
        "https://registry.example/exchange/",
        "https://user:secret@registry.example",
        "https://registry.example/exchange?key=secret",
        "ftp://registry.example",
        "https://登记.example",
    ],
)
def test_an_address_carries_no_secret_and_is_not_open_to_listeners(url: str) -> None:
    shape = CONNECTORS["http-json"]["url"].shape
    assert shape.fullmatch(url) is None
    assert shape.fullmatch("https://registry.example/exchange")
    assert shape.fullmatch("http://127.0.0.1:9001/exchange")


def test_a_system_that_nobody_connected_says_so_to_every_question() -> None:
    connector = KINDS["unreachable"]
    asked = (
        lambda: connector.push(LINE, [Parcel(ID, "case", {})]),
        lambda: connector.ask(LINE, [ID]),
        lambda: connector.withdraw(LINE, [ID]),
        lambda: connector.held(LINE, clock.now()),
    )
    for ask in asked:
        with pytest.raises(DownError) as raised:
            ask()
        assert raised.value.is_connected is False
        assert raised.value.says.zh == "系统尚未接通"


def test_a_rehearsal_calls_no_declared_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "addresses.json"
    settings = {"kind": "http-json", "url": "https://registry.example/exchange"}
    monkeypatch.setenv("TONGBAN_SYSTEMS", str(file))
    with pytest.raises(DownError) as raised:
        address("registry", settings)
    assert raised.value.is_connected, "the file is not there yet: it may come"
    for told in ({}, {"registry": 7}, []):
        file.write_text(json.dumps(told))
        with pytest.raises(DownError) as raised:
            address("registry", settings)
        assert not raised.value.is_connected
    file.write_text(json.dumps({"registry": "http://127.0.0.1:9/x"}))
    assert address("registry", settings) == "http://127.0.0.1:9/x"
    monkeypatch.delenv("TONGBAN_SYSTEMS")
    assert address("registry", settings) == settings["url"]
