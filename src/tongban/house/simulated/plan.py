"""How each simulated system behaves, as the city's `demo/systems.yaml` says. Invariant: nothing here is random: the seed, a parcel's id or the hour decide."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from tongban.kernel import clock

_SPAN = re.compile(r"([0-9]{1,4}) (second|minute|hour|day)s?")
SLOT = 1800
"""Seconds of one stretch in which a system is up or down."""


@dataclass(frozen=True)
class Behaviour:
    """One simulated system. Shares are per cent."""

    system: str
    seed: str
    prefix: str = "N"
    delay: tuple[timedelta, timedelta] = (timedelta(), timedelta())
    hours: tuple[time, time] = (time(0, 0), time(23, 59))
    down: int = 0
    error: int = 0
    wrong: int = 0
    lose: int = 0
    answers: Sequence[tuple[int, Mapping[str, str]]] = ()
    wrong_answer: Mapping[str, str] = field(default_factory=dict)
    requires: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By kind of record, by field, what is said when it is empty."""
    returns: tuple[int, str, str] = (0, "", "")
    """Share, reason and field of records that are returned without a visible fault."""

    def throw(self, about: str, key: object) -> int:
        """0 to 99, always the same for the same question."""
        digest = hashlib.sha256(f"{self.seed}/{self.system}/{about}/{key}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % 100

    def is_down(self, now: datetime) -> bool:
        """Whether it takes no call in this half hour."""
        return self.throw("down", int(now.timestamp()) // SLOT) < self.down

    def answers_at(self, id_: str, arrived: datetime) -> datetime:
        """When it is through with a parcel: after its delay, within its hours."""
        first, last = self.delay
        at = clock.local(arrived + first + (last - first) * self.throw("delay", id_) / 99)
        opens, closes = self.hours
        if at.timetz().replace(tzinfo=None) < opens:
            return at.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
        if at.timetz().replace(tzinfo=None) > closes:
            return (at + timedelta(days=1)).replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
        return at

    def answer(self, id_: str) -> Mapping[str, str]:
        """What it records for a case."""
        if self.throw("wrong", id_) < self.wrong:
            return self.wrong_answer
        left = self.throw("answer", id_)
        for share, records in self.answers:
            if left < share:
                return records
            left -= share
        return self.answers[-1][1] if self.answers else {}

    def loses(self, id_: str) -> bool:
        """Whether it takes a parcel and then has it no more, until it comes again."""
        return self.throw("lose", id_) < self.lose

    def at_its_best(self) -> Behaviour:
        """Never down, wrong or forgetful; a case gets the first answer. What it returns upward stays as it was."""
        return replace(self, down=0, error=0, wrong=0, lose=0, answers=tuple((100, records) for _, records in self.answers[:1]))

    def verdict(self, id_: str, kind: str, fields: Mapping[str, str], pushes: int) -> tuple[str, tuple[str, ...]]:
        """Why it returns a record, with the fields it names; nothing where it receives it."""
        lacking = [(name, says) for name, says in self.requires.get(kind, {}).items() if not fields.get(name, "").strip()]
        if lacking:
            return "；".join(says for _, says in lacking), tuple(name for name, _ in lacking)
        share, reason, named = self.returns
        if named in fields and pushes == 1 and self.throw("returns", id_) < share:
            return reason, (named,)
        return "", ()


def read_plan(city: Path) -> tuple[Behaviour, ...]:
    """The systems of a city's `demo/systems.yaml`; none where it has no such file. Raises ValueError on one that cannot be read."""
    file = city / "demo" / "systems.yaml"
    if not file.exists():
        return ()
    told = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only, no objects
    try:
        return tuple(_behaviour(system, told["seed"], one) for system, one in told["systems"].items())
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"{file}: {fault}") from fault


def _behaviour(system: str, seed: str, one: Mapping[str, Any]) -> Behaviour:
    opens, _, closes = one["hours"].partition("-")
    returns = one.get("returns", {"share": "0", "reason": "", "field": ""})
    return Behaviour(
        system,
        seed,
        prefix=one["prefix"],
        delay=(_span(one["delay"]["from"]), _span(one["delay"]["to"])),
        hours=(time.fromisoformat(opens), time.fromisoformat(closes)),
        down=int(one["down"]),
        error=int(one["error"]),
        wrong=int(one["wrong"]),
        lose=int(one["lose"]),
        answers=tuple((int(each["share"]), each["records"]) for each in one.get("answers", ())),
        wrong_answer=one.get("wrong_answer", {}),
        requires=one.get("requires", {}),
        returns=(int(returns["share"]), returns["reason"], returns["field"]),
    )


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return timedelta(**{found[2] + "s": int(found[1])})
