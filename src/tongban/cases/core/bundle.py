"""What becomes of a bundle (一件事) from what became of its parts. No framework, no database.

Invariants: a part is sent once everything it waits for has come out well, and closed once that can no longer happen; the others go on meanwhile; a bundle
ends with its last part and not before; what follows depends on how the parts stand, and not on the order in which they came to stand so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from tongban.catalogue.core.definition import Bundle, LetterType, Part, Procedure
from tongban.kernel.text import Text

Standing = Literal["waiting", "sent", "not-started", "left-out"]
Outcome = Literal["granted", "refused", "not-accepted", "not-needed", "withdrawn", "lapsed", "annulled"]
Ending = Literal["finish", "finish-in-part", "finish-without"]

_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "grant": "granted",
    "refuse": "refused",
    "not-accept": "not-accepted",
    "not-needed": "not-needed",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "annul": "annulled",
}
"""By act, what it makes of a case."""
_NEUTRAL: Final = ("deliver",)
_TITLES: Final[Mapping[Outcome, Text]] = {
    "granted": Text("准予", "granted"),
    "refused": Text("不予批准", "refused"),
    "not-accepted": Text("不予受理", "not accepted"),
    "not-needed": Text("无需办理", "not needed"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "lapsed": Text("逾期未补，已终止", "ended, never corrected"),
    "annulled": Text("已撤销", "annulled"),
}
WELL: Final = ("granted", "not-needed")
"""What lets a bundle go on: it was granted, or nothing is needed."""


@dataclass(frozen=True)
class PartState:
    """How one part of a sent bundle stands."""

    alias: str
    standing: Standing
    outcome: Outcome | None = None
    """Of a part that was sent and is decided or otherwise over."""
    complete_on: date | None = None
    waits_for_applicant: bool = False
    due_on: date | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will become of it."""
        return self.standing in ("not-started", "left-out") or (self.standing == "sent" and self.outcome is not None)

    @property
    def came_out_well(self) -> bool:
        """Whether it was granted, or nothing is needed."""
        return self.standing == "sent" and self.outcome in WELL


@dataclass(frozen=True)
class Moves:
    """What is to be done now."""

    send: tuple[str, ...] = ()
    close: tuple[tuple[str, str], ...] = ()
    """(part, the part for which it waited in vain)."""
    ending: Ending | None = None


def outcome_of(procedure: Procedure, state: str) -> Outcome | None:
    """What came of a case that is in this state: the act by which it got there; None while it is under way."""
    seen, frontier = {state}, [state]
    while frontier:
        now = frontier.pop()
        for transition in procedure.transitions:
            if transition.to != now:
                continue
            if transition.act in _OUTCOMES:
                return _OUTCOMES[transition.act]
            if transition.act in _NEUTRAL:
                frontier.extend(source for source in transition.sources if source not in seen)
                seen.update(transition.sources)
    return None


def told_outcome(procedure: Procedure, state: str) -> Text:
    """What came of a case in words; of a procedure that ends with the answer (a filing) the state's own words."""
    found = outcome_of(procedure, state)
    is_last = procedure.states[state].terminal and not any(one.act in _NEUTRAL for one in procedure.transitions)
    return procedure.states[state].title if found is None or is_last else _TITLES[found]


def next_moves(bundle: Bundle, parts: Iterable[PartState]) -> Moves:
    """What is to be sent, closed or ended, given how the parts stand."""
    states = {part.alias: part for part in parts}
    close: list[tuple[str, str]] = []
    while found := _hopeless(bundle, states):
        close.append(found)
        states[found[0]] = replace(states[found[0]], standing="not-started")
    send = tuple(alias for alias, part in bundle.parts.items() if alias in states and _is_ready(part, states))
    return Moves(send, tuple(close), None if send else _ending(states.values()))


def _hopeless(bundle: Bundle, states: Mapping[str, PartState]) -> tuple[str, str] | None:
    """A part that waits in vain, and for which."""
    for alias, part in bundle.parts.items():
        if alias not in states or states[alias].standing != "waiting":
            continue
        for other in part.after:
            if other in states and not _may_still(part, states[other]):
                return alias, other
    return None


def _may_still(part: Part, other: PartState) -> bool:
    """Whether what a part waits for from another may still come, or has come."""
    if other.standing == "left-out" or not other.is_over:
        return True
    supplies = any(supply.part == other.alias for supply in part.supplies.values())
    return other.came_out_well and not (supplies and other.outcome == "not-needed")


def _is_ready(part: Part, states: Mapping[str, PartState]) -> bool:
    if states[part.alias].standing != "waiting":
        return False
    return all(states[other].standing == "left-out" or states[other].came_out_well for other in part.after if other in states)


def _ending(parts: Iterable[PartState]) -> Ending | None:
    """How the bundle ends; None while a part is under way or waits."""
    counted = [part for part in parts if part.standing != "left-out"]
    if any(not part.is_over for part in counted):
        return None
    well = sum(part.came_out_well for part in counted)
    return "finish" if well == len(counted) else "finish-in-part" if well else "finish-without"


def complete_on(parts: Iterable[PartState]) -> date | None:
    """The day on which the last part's papers became complete; none while one of them waits for the applicant."""
    sent = [part for part in parts if part.standing == "sent"]
    if any(part.waits_for_applicant for part in sent):
        return None
    return max((part.complete_on for part in sent if part.complete_on), default=None)


def whole_due(own: date | None, parts: Iterable[PartState]) -> date | None:
    """The bundle's one date due: its own limit, or the latest of its parts' where the law let one of them take longer."""
    dates = [part.due_on for part in parts if part.standing == "sent" and part.outcome is None and part.due_on]
    return max([own, *dates]) if own is not None else None


@dataclass(frozen=True)
class Result:
    """What came of one part, as the one letter tells it."""

    title: Text
    department: Text
    outcome: Text
    """The state that it ended in, in words."""
    number: str = ""
    licences: tuple[tuple[Text, str], ...] = ()
    """(title, serial)."""
    reason: str = ""
    remedies: Text | None = None
    fees: Text | None = None


def told(number: int, result: Result) -> Text:
    """One part's result as a paragraph: office, outcome, licence; where it did not come out well, why and what one can do."""
    zh = [f"{number}．{result.title.zh}（{result.department.zh}）：{result.outcome.zh}"]
    en = [f"{number}. {result.title.en} ({result.department.en}): {result.outcome.en}"]
    if result.number:
        zh.append(f"办件编号{result.number}")
        en.append(f"case {result.number}")
    for title, serial in result.licences:
        zh.append(f"{title.zh}编号{serial}")
        en.append(f"{title.en} no. {serial}")
    if result.reason:
        zh.append(f"理由：{result.reason.rstrip('。')}")
        en.append(f"reasons: {result.reason.rstrip('.。')}")
    said = Text("，".join(zh) + "。", "; ".join(en) + ".")
    if result.fees is not None:
        said = Text(said.zh + result.fees.zh, f"{said.en} {result.fees.en}")
    if result.remedies is not None:
        said = Text(said.zh + result.remedies.zh, f"{said.en} {result.remedies.en}")
    return said


def letter_of(letter: LetterType, results: Iterable[Result], values: Mapping[str, Text | str]) -> list[dict[str, str]]:
    """The paragraphs of the one letter: a paragraph that is `{results}` alone becomes one for each part. Raises KeyError on a placeholder without a value."""
    lines = [told(number, result) for number, result in enumerate(results, start=1)]
    joined = Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))
    filled: list[Text] = []
    for paragraph in letter.paragraphs:
        if paragraph.zh.strip() == paragraph.en.strip() == "{results}":
            filled.extend(lines)
        else:
            filled.append(paragraph.format(**{**values, "results": joined}))
    return [{"zh": text.zh, "en": text.en} for text in filled if text.zh.strip()]
