"""Who can be played in the demo, as the city's `demo/people.yaml` says. Needs no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from tongban.house.place import city_folder
from tongban.house.population.chance import named_id
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text


class NoCastError(TongbanError):
    """The city has no demo folder, or it lacks something."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom a visitor may sign in as."""

    account_id: UUID
    login: str
    name: str
    role_title: Text
    does: Text

    @property
    def says(self) -> Text:
        """Who it is and what to try."""
        return Text(zh=f"{self.role_title.zh}：{self.does.zh}", en=f"{self.role_title.en}: {self.does.en}")


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the cast."""

    login: str
    name: str
    born: date
    sex: str
    area: str
    role: Text
    does: Text | None
    has_account: bool = True
    is_elsewhere: bool = False
    """Registered in another city; lives here, in a rented home."""
    rents: bool = False
    """Lives in somebody else's home."""
    lives_with: str = ""
    """Somebody of the cast whose household it is."""

    @property
    def person_id(self) -> UUID:
        """The same in every demo."""
        return named_id("cast-person", self.login)

    @property
    def account_id(self) -> UUID:
        """The same in every demo."""
        return named_id("cast-account", self.login)


@dataclass(frozen=True, slots=True)
class CastFirm:
    """One firm of the cast."""

    id: str
    name: str
    category: str
    area: str
    road: str
    registered_on: date
    food: bool
    owner: str
    staff: int
    property_no: str
    floors: int
    area_m2: Decimal
    pipelines: int = 0
    """For how many pipelines it holds a planning approval."""


@dataclass(frozen=True)
class Cast:
    """The whole of `people.yaml`."""

    players: tuple[Player, ...]
    firms: tuple[CastFirm, ...]
    kin: tuple[dict[str, str], ...]
    posts: tuple[dict[str, Any], ...]
    mandates: tuple[dict[str, Any], ...]
    bookkeeper: dict[str, str]


def people() -> list[DemoPerson]:
    """Whom a visitor may sign in as, in the order of the file; none where the city has no demo folder."""
    if not (demo_folder() / "people.yaml").exists():
        return []
    return [DemoPerson(one.account_id, one.login, one.name, one.role, one.does) for one in read_cast().players if one.does]


def read_cast() -> Cast:
    """The cast of the city. Raises NoCastError."""
    told = read_demo("people.yaml")
    try:
        return Cast(
            tuple(_player(login, one) for login, one in told["people"].items()),
            tuple(_firm(id_, one) for id_, one in told["firms"].items()),
            tuple(told["kin"]),
            tuple(told["posts"]),
            tuple(told["mandates"]),
            told["bookkeeper"],
        )
    except (KeyError, ValueError, ArithmeticError) as fault:
        raise _wanting(f"people.yaml: {fault}") from fault


def read_demo(name: str) -> dict[str, Any]:
    """One file of the demo folder; every scalar is a text. Raises NoCastError."""
    try:
        told = yaml.load((demo_folder() / name).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only, no objects
    except (OSError, yaml.YAMLError) as fault:
        raise _wanting(f"{name}: {fault}") from fault
    if not isinstance(told, dict):
        raise _wanting(name)
    return told


def demo_folder() -> Path:
    """Where the city keeps what only the demo needs."""
    return city_folder() / "demo"


def _player(login: str, one: dict[str, Any]) -> Player:
    does = Text(**one["does"]) if "does" in one else None
    return Player(
        login,
        one["name"],
        date.fromisoformat(one["born"]),
        one["sex"],
        one["area"],
        Text(**one["role"]),
        does,
        one.get("account") != "no",
        is_elsewhere=one.get("elsewhere") == "yes",
        rents=one.get("rents") == "yes",
        lives_with=one.get("lives_with", ""),
    )


def _firm(id_: str, one: dict[str, Any]) -> CastFirm:
    return CastFirm(
        id_,
        one["name"],
        one["category"],
        one["area"],
        one["road"],
        date.fromisoformat(one["registered_on"]),
        one["food"] == "yes",
        one["owner"],
        int(one["staff"]),
        one["property_no"],
        int(one["floors"]),
        Decimal(one["area_m2"]),
        int(one.get("pipelines", 0)),
    )


def _wanting(what: str) -> NoCastError:
    return NoCastError(
        Text(
            zh=f"城市文件夹的 demo 部分缺少或有误（{what}）。请补齐，或不带演示人口启动。",
            en=f"The city's demo folder lacks something or is wrong ({what}). Complete it, or start without the demo's people.",
        )
    )
