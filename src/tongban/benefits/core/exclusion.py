"""互斥: of policies that cannot be had beside one another, the set that is best for the subject.

Invariants: exact, by a search over each connected part of the graph of exclusions; what the subject has taken already stays, and what it excludes is out; best is the most
money, then the most policies (a right has no sum and still counts), then the first in the order of their ids, so that the same question always has the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tongban.kernel.money import show_yuan
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """What is best, what is left out for it, and what the best comes to (fen)."""

    best: tuple[str, ...]
    left: tuple[str, ...]
    amount: int

    def to_json(self) -> dict[str, object]:
        """As it is kept with the finding."""
        return {"best": list(self.best), "left": list(self.left), "amount": self.amount}


def best_set(amounts: Mapping[str, int | None], excludes: Mapping[str, Iterable[str]], taken: AbstractSet[str] = frozenset()) -> Choice:
    """The best of the policies in `amounts` (fen; None for a right), beside what is taken. What excludes what holds in both directions."""
    against: dict[str, set[str]] = {id_: set() for id_ in amounts}
    barred: set[str] = set()
    for one, others in excludes.items():
        for other in others:
            if one in amounts and other in amounts:
                against[one].add(other)
                against[other].add(one)
            if other in taken:
                barred.add(one)
            if one in taken:
                barred.add(other)
    free = sorted(id_ for id_ in amounts if id_ not in barred and id_ not in taken)
    best: list[str] = []
    for part in _parts(free, against):
        best += _best_of(part, amounts, against)
    chosen = tuple(sorted(best))
    left = tuple(sorted(id_ for id_ in amounts if id_ not in chosen and id_ not in taken))
    return Choice(chosen, left, sum(amounts[id_] or 0 for id_ in chosen))


def against(one: str, excludes: Mapping[str, Iterable[str]], others: AbstractSet[str]) -> frozenset[str]:
    """Which of the others cannot be had beside one policy; what excludes what holds in both directions."""
    own = frozenset(excludes.get(one, ()))
    return frozenset(other for other in others if other != one and (other in own or one in excludes.get(other, ())))


def in_words(choice: Choice, titles: Mapping[str, Text], amounts: Mapping[str, int | None]) -> Text:
    """Why what is left out is left out."""
    if not choice.left:
        return Text("", "")
    best = [_told(titles[id_], amounts[id_]) for id_ in choice.best]
    left = [_told(titles[id_], amounts[id_]) for id_ in choice.left]
    if not best:
        return Text(
            f"{'、'.join(one.zh for one in left)}与您已经领取的政策互斥，不能同时享受。",
            f"What you have already cannot be had beside {', '.join(one.en for one in left)}.",
        )
    return Text(
        f"{'、'.join(one.zh for one in left)}与其他政策互斥；合起来对您最有利的是{'、'.join(one.zh for one in best)}。",
        f"{', '.join(one.en for one in left)} cannot be had beside others; what is best for you altogether is {', '.join(one.en for one in best)}.",
    )


def _told(title: Text, amount: int | None) -> Text:
    if amount is None:
        return Text(f"“{title.zh}”", f"“{title.en}”")
    return Text(f"“{title.zh}”（{show_yuan(amount)}元）", f"“{title.en}” (¥{show_yuan(amount)})")


def _parts(ids: list[str], against: Mapping[str, AbstractSet[str]]) -> Iterable[list[str]]:
    """The connected parts of the graph, each sorted."""
    waiting = dict.fromkeys(ids)
    while waiting:
        first = next(iter(waiting))
        part, frontier = set[str](), [first]
        while frontier:
            one = frontier.pop()
            if one in waiting:
                del waiting[one]
                part.add(one)
                frontier += against[one]
        yield sorted(part)


def _best_of(ids: list[str], amounts: Mapping[str, int | None], against: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    """The best set of one part. Branch on each policy in turn; a branch that cannot reach the best so far is left."""
    rest = [0] * (len(ids) + 1)
    for at in range(len(ids) - 1, -1, -1):
        rest[at] = rest[at + 1] + (amounts[ids[at]] or 0)
    best: tuple[tuple[int, int], tuple[str, ...]] = ((-1, 0), ())

    def go(at: int, chosen: tuple[str, ...], amount: int) -> None:
        nonlocal best
        if amount + rest[at] < best[0][0]:
            return
        if at == len(ids):
            worth = (amount, len(chosen))
            if worth > best[0] or (worth == best[0] and chosen < best[1]):
                best = worth, chosen
            return
        one = ids[at]
        if not any(other in against[one] for other in chosen):
            go(at + 1, (*chosen, one), amount + (amounts[one] or 0))
        go(at + 1, chosen, amount)

    go(0, (), 0)
    return best[1]
