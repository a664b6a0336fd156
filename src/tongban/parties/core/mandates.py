"""Acting for another: which kinds of mandate there are and when one holds.

Invariants: a mandate names one principal, one holder, what for and from when to when; a mandate given by its principal can be taken back at any time;
an agent's mandate always has services and a last day; nobody holds a mandate over themselves. Sources: Civil Code art. 161-175 (agency), art. 27-39
(guardians), art. 61 (legal representative).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tongban.kernel.text import Text
from tongban.parties.core.people import PrincipalKind


@dataclass(frozen=True, slots=True)
class MandateKind:
    """What a kind of mandate may be for, who gives it, and what it must say."""

    id: str
    title: Text
    over: frozenset[PrincipalKind]
    given: bool
    """By the principal (or a firm's legal representative); else it follows from a register, such as a firm's licence or a guardianship."""
    needs_scope: bool = False
    needs_end: bool = False
    needs_kin: bool = False
    """The holder must be the principal's child on record."""


_PERSON: Final = frozenset[PrincipalKind]({"person"})
_FIRM: Final = frozenset[PrincipalKind]({"firm"})

KINDS: Final[Mapping[str, MandateKind]] = {
    kind.id: kind
    for kind in (
        MandateKind("legal-representative", Text("法定代表人（经营者）", "legal representative"), _FIRM, given=False),
        MandateKind("guardian", Text("监护人", "guardian"), _PERSON, given=False),
        MandateKind("agent", Text("经办人", "agent"), _FIRM | _PERSON, given=True, needs_scope=True, needs_end=True),
        MandateKind("bookkeeper-agent", Text("代理记账人", "book-keeping agent"), _FIRM, given=True, needs_end=True),
        MandateKind("child", Text("子女代办", "child acting for a parent"), _PERSON, given=True, needs_kin=True),
    )
}


@dataclass(frozen=True, slots=True)
class MandateTerms:
    """What a mandate says."""

    kind: str
    principal_kind: PrincipalKind
    principal_id: UUID
    holder_id: UUID
    starts: date
    ends: date | None = None
    """The last day, inclusive."""
    scope: frozenset[str] | None = None
    """Ids of services; None is all."""


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate as its principal or holder sees it."""

    id: UUID
    terms: MandateTerms
    holder_name: str
    principal_name: str
    given_by: UUID | None
    revoked: bool
    given_at: datetime | None = None
    revoked_at: datetime | None = None
    recorded_by: UUID | None = None
    """The clerk who entered it from a signed letter."""
    letter: UUID | None = None

    @property
    def is_given(self) -> bool:
        """Whether somebody gave it, and so may take it back; else it follows from a register."""
        return KINDS[self.terms.kind].given

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return in_force(self.terms, revoked=self.revoked, day=day)


def fault(terms: MandateTerms, today: date) -> Text | None:
    """Why a mandate cannot be given on these terms, or None."""
    kind = KINDS.get(terms.kind)
    if kind is None:
        return Text(
            f"没有“{terms.kind}”这种委托。可选：{'、'.join(KINDS)}。",
            f"There is no mandate of the kind “{terms.kind}”; there are: {', '.join(KINDS)}.",
        )
    if terms.principal_kind not in kind.over:
        return Text(f"{kind.title.zh}不适用于这类委托方。", f"A mandate as {kind.title.en} cannot be given by this kind of principal.")
    if terms.principal_kind == "person" and terms.principal_id == terms.holder_id:
        return Text("本人办理不需要委托，直接办理即可。", "Nobody needs a mandate for their own matters; go ahead as yourself.")
    return _missing(kind, terms, today)


def _missing(kind: MandateKind, terms: MandateTerms, today: date) -> Text | None:
    if kind.needs_end and terms.ends is None:
        return Text("请写明委托到哪一天为止。", "Say on which day the mandate ends.")
    if kind.needs_scope and not terms.scope:
        return Text("请写明委托办理哪些事项，至少一项。", "Say which services the mandate is for, at least one.")
    if terms.ends is not None and terms.ends < max(terms.starts, today):
        return Text("委托截止日已经过去，请改为今天或以后的日期。", "The mandate would already have ended; choose today or a later day.")
    return None


def in_force(terms: MandateTerms, *, revoked: bool, day: date) -> bool:
    """Whether a mandate holds on a day: from its first to its last day, unless taken back."""
    return not revoked and terms.starts <= day and (terms.ends is None or day <= terms.ends)
