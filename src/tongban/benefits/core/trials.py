"""What came of a trial (政策沙盘): counts over everybody, beside those of the version in force; and the questions that count them.

Invariants: nobody is in an outcome, only how many; amounts are fen; every subject is counted once in each table, whoever's group is not known under an empty key; an outcome
that was stored as JSON is read back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from tongban.benefits.core.what_if import IfSo, WhatIf
from tongban.catalogue.core.definition import City, Grouping, Policy

TRIED: Final = "tried"
AMOUNT: Final = "amount"
"""What stands in place of a clause's id where the formula gives nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a version falls; fen."""

    entitled: int
    not_entitled: int
    unknown: int
    amount: int


@dataclass(frozen=True, slots=True)
class Against:
    """A draft against the version before. Gained and lost are yeses that come and go; of those who stay entitled, how many get more or less, and how much that is together."""

    gained: int = 0
    lost: int = 0
    doubtful: int = 0
    """Entitled before, not known now."""
    raised: int = 0
    raised_by: int = 0
    lowered: int = 0
    lowered_by: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """How one clause answers, and how often it alone stands in the way."""

    id: str
    yes: int
    no: int
    unknown: int
    skipped: int
    """For whom it is not asked."""
    decides: int


@dataclass(frozen=True, slots=True)
class Share:
    """One part of everybody."""

    key: str
    subjects: int
    entitled: int
    unknown: int
    amount: int
    before: int
    paid: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of a trial."""

    subjects: int
    now: Figures
    before: Figures | None
    against: Against
    clauses: tuple[ClauseCount, ...]
    groups: Mapping[str, tuple[Share, ...]]
    ungranted: tuple[str, ...] = ()
    """Facts that the draft reads and that may not be taken for a trial: they counted as unknown."""
    sampled: int = 0
    what_if: tuple[WhatIf, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


def outcome_from(data: Mapping[str, Any]) -> Outcome:
    """The outcome of its JSON."""
    return Outcome(
        subjects=data["subjects"],
        now=Figures(**data["now"]),
        before=Figures(**data["before"]) if data["before"] else None,
        against=Against(**data["against"]),
        clauses=tuple(ClauseCount(**one) for one in data["clauses"]),
        groups={id_: tuple(Share(**one) for one in shares) for id_, shares in data["groups"].items()},
        ungranted=tuple(data["ungranted"]),
        sampled=data["sampled"],
        what_if=tuple(WhatIf(**{**one, "rows": tuple(IfSo(**row) for row in one["rows"])}) for one in data.get("what_if", ())),
    )


def falling() -> str:
    """How the draft and the version before fall, and how they differ; one row, as `figures_of` reads it."""
    both = "answer AND old"
    return f"""SELECT count(*),
      count_if(answer), count_if(answer IS NULL), COALESCE(sum(amount) FILTER (answer), 0),
      count_if(old), count_if(old IS NULL), COALESCE(sum(paid) FILTER (old), 0),
      count_if(answer AND old IS NOT TRUE), count_if(old AND answer IS FALSE), count_if(old AND answer IS NULL),
      count_if({both} AND amount > paid), COALESCE(sum(amount - paid) FILTER ({both} AND amount > paid), 0),
      count_if({both} AND amount < paid), COALESCE(sum(paid - amount) FILTER ({both} AND amount < paid), 0),
      count_if({both} AND amount IS NOT DISTINCT FROM paid)
    FROM {TRIED}"""  # noqa: S608 - constants


def figures_of(row: Sequence[Any], *, has_before: bool) -> tuple[int, Figures, Figures | None, Against]:
    """What `falling` found."""
    subjects, yes, unknown, amount, old, old_unknown, paid, *differences = map(int, row)
    now = Figures(yes, subjects - yes - unknown, unknown, amount)
    before = Figures(old, subjects - old - old_unknown, old_unknown, paid) if has_before else None
    return subjects, now, before, Against(*differences)


def deciding(policy: Policy) -> str:
    """How each clause answers and decides; one row, as `clauses_of` reads it."""
    fails = [f"(s{at} AND c{at} IS FALSE)" for at in range(len(policy.rules))]
    noes = " + ".join(f"{one}::INT" for one in [*fails, "(gives IS FALSE)"])
    told = [
        f"count_if(s{at} AND c{at}), count_if({fails[at]}), count_if(s{at} AND c{at} IS NULL), count_if(NOT s{at}), count_if({fails[at]} AND noes = 1)"
        for at in range(len(policy.rules))
    ]
    told.append("count_if(gives IS FALSE), count_if(gives IS FALSE AND noes = 1)")
    return f"SELECT {', '.join(told)} FROM (SELECT *, {noes} AS noes FROM {TRIED})"  # noqa: S608 - constants


def clauses_of(policy: Policy, row: Sequence[Any]) -> tuple[ClauseCount, ...]:
    """What `deciding` found, in the order of the clauses; the formula at the end if it gives somebody nothing."""
    numbers = list(map(int, row))
    found = [ClauseCount(clause.id, *numbers[5 * at : 5 * at + 5]) for at, clause in enumerate(policy.rules)]
    no, decides = numbers[-2:]
    if no:
        found.append(ClauseCount(AMOUNT, 0, no, 0, 0, decides))
    return tuple(found)


def sharing(at: int) -> str:
    """The parts of everybody by one group, as `shares_of` reads them."""
    return f"""SELECT COALESCE(g{at}, ''), count(*), count_if(answer), count_if(answer IS NULL), COALESCE(sum(amount) FILTER (answer), 0),
      count_if(old), COALESCE(sum(paid) FILTER (old), 0), count_if(answer AND old IS NOT TRUE), count_if(old AND answer IS FALSE)
    FROM {TRIED} GROUP BY 1"""  # noqa: S608 - constants


def shares_of(group: Grouping, rows: Iterable[Sequence[Any]], city: City) -> tuple[Share, ...]:
    """What `sharing` found: areas put together at their level, the most entitled first, whoever is not known last."""
    together: dict[str, list[int]] = {}
    for key, *numbers in rows:
        place = area_at(city, str(key), group.level) if group.level else str(key)
        sums = together.setdefault(place, [0] * len(numbers))
        together[place] = [sums[at] + int(number) for at, number in enumerate(numbers)]
    found = (Share(key, *numbers) for key, numbers in together.items())
    return tuple(sorted(found, key=lambda one: (not one.key, -one.entitled, -one.subjects, one.key)))


def area_at(city: City, code: str, level: str) -> str:
    """The area of a level in which an area lies; empty if it lies in none."""
    area = city.areas.get(code)
    while area is not None and area.level != level:
        area = city.areas.get(area.parent)
    return area.code if area is not None else ""
