"""Who gained an entitlement, or lost one, is told: those who can be reached, once for a run.

Invariants: a message and the place behind which the next ones come are kept in one transaction, so that nobody is told twice and nobody left out, whoever is killed; what is
told is what is so when it is told: what would be refused, was taken meanwhile, or is there again, is not news; a message names no fact of anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.benefits.acts.record import MACHINE, version_of
from tongban.benefits.acts.saying import say
from tongban.benefits.models import Change, Match, Run
from tongban.benefits.reads.life import waits
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City, Profile
from tongban.jobs.acts import enqueue
from tongban.kernel import clock
from tongban.kernel.text import Text, listed
from tongban.ledger.acts import Act, append_all
from tongban.parties import reads as parties
from tongban.statements import Writing

NEWS: Final = "benefits.news"
"""The kind of job that tells some of those who gained or lost, and asks for the next."""
FOUND, LOST = "policy-found", "policy-lost"
AT_ONCE: Final = 500
NAMED: Final = 3
"""Policies that a message names."""
Policies = Mapping[bytes, Collection[str]]


def ask_for_news(run: Run) -> None:
    """Let those be told for whom a run changed something, in the caller's transaction."""
    _ask(run.pk, b"")


def _ask(run: UUID, after: bytes) -> None:
    enqueue(NEWS, {"run": str(run), "after": after.hex()}, key=f"{NEWS}/{run}/{after.hex()}")


def tell_news(run_id: UUID, after: bytes) -> int:
    """Tell the next of those for whom a run changed something, in the caller's transaction; how many messages."""
    run, city = Run.objects.get(pk=run_id), catalogue.city()
    changed = Change.objects.filter(run=run, what__in=("gained", "lost"), subject__gt=after)
    subjects = [bytes(one) for one in changed.order_by("subject").values_list("subject", flat=True).distinct()[:AT_ONCE]]
    profile = city.profiles.get(run.profile)
    if not subjects or profile is None:
        return 0
    rows = Writing()
    told = _tell(rows, city, profile, _found(run, subjects), FOUND) + _tell(rows, city, profile, _lost(run, subjects), LOST)
    if told:
        append_all([_entry(run, told)], rows)
    if len(subjects) == AT_ONCE:
        _ask(run_id, subjects[-1])
    return told


def _found(run: Run, subjects: list[bytes]) -> Policies:
    """What each of them gained and can claim now."""
    gained = set(_changes(run, subjects, "gained"))
    found: dict[bytes, list[str]] = {}
    for one in waits(subjects):
        if one.state == "matched" and (one.subject, one.policy) in gained:
            found.setdefault(one.subject, []).append(one.policy)
    return found


def _lost(run: Run, subjects: list[bytes]) -> Policies:
    """What each of them lost and does not have again."""
    held = Match.objects.filter(subject__in=subjects).exclude(state="lost").values_list("subject", "policy")
    there = {(bytes(subject), policy) for subject, policy in held}
    found: dict[bytes, list[str]] = {}
    for subject, policy in _changes(run, subjects, "lost"):
        if (subject, policy) not in there:
            found.setdefault(subject, []).append(policy)
    return found


def _changes(run: Run, subjects: list[bytes], what: str) -> list[tuple[bytes, str]]:
    rows = Change.objects.filter(run=run, what=what, subject__in=subjects).exclude(why="version").order_by("policy")
    return [(bytes(subject), policy) for subject, policy in rows.values_list("subject", "policy")]


def _tell(rows: Writing, city: City, profile: Profile, news: Policies, template: str) -> int:
    if template not in city.messages or not news:
        return 0
    known = parties.by_blinds(profile.subject, news)
    whom = parties.reachable(profile.subject, known.values())
    told = [(whom[principal], principal, news[subject]) for subject, principal in known.items() if principal in whom]
    for to, principal, policies in told:
        link = f"/benefits?for={profile.subject}:{principal}"
        say(to, template, service=_titles(policies), count=str(len(policies)), link=link, rows=rows)
    return len(told)


def _titles(policies: Collection[str]) -> Text:
    """The first few by name."""
    found = [policy.title for one in policies if (policy := version_of(one, "")) is not None]
    named = listed(found[:NAMED])
    return Text(f"{named.zh}等", f"{named.en} and others") if len(found) > NAMED else named


def _entry(run: Run, told: int) -> Act:
    payload: dict[str, Any] = {"run": str(run.pk), "told": told}
    return Act(
        act="benefits.news", actor=MACHINE, at=clock.now(), case_id=None, department="", purpose=f"{run.profile}/matching", payload=payload
    )
