"""Handle tickets about the same matter as one, and apart again.

Invariants: a merged ticket keeps its number, its person and its clock; what is done with the one it is handled with reaches it; each person judges for
themselves; only a ticket that runs may be merged, into one that runs, so merging never goes in a circle.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.record import Doing, Done, advance, check_version, keep, once
from tongban.cases.acts.tickets.sharing import leave, share
from tongban.cases.acts.tickets.telling import tell_person
from tongban.cases.acts.tickets.turns import Held, changed, clear_due, held, rest, take_up
from tongban.cases.core.tickets.errors import NotMergeableError
from tongban.cases.errors import ReasonMissingError
from tongban.cases.models import Case
from tongban.cases.permissions import check_official, verbs
from tongban.parties.core.people import Actor, Post


@once("merge")
def merge(case_id: UUID, into: UUID, *, actor: Actor, key: str, version: int, words: str = "") -> Done:
    """Handle a ticket together with another about the same matter.

    Raises NotMergeableError, StaleCaseError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    one, other = _both(case_id, into, actor)
    check_official(actor, one.case, one.tasks, "merge", verbs())
    check_official(actor, other.case, other.tasks, "merge", verbs())
    check_version(one.case, version)
    if case_id == into or one.ticket.service != other.ticket.service or not other.ticket.is_running:
        raise NotMergeableError(other.case.number or "")
    doing = Doing("merge", actor, key=key, department=post_of(actor, "dispatch").department)
    before = advance(one.case, one.ground.procedure, "merge")
    rest(one, doing, "merge")
    one.ticket.merged_into, one.ticket.likely, one.ticket.is_public = other.ticket, None, False
    one.case.department = one.ticket.department = other.ticket.department
    tell_person(one.case, "ticket-merged")
    changed(one, doing)
    return keep(one.case, doing, before, words=words, data={"into": other.case.number})


@once("unmerge")
def unmerge(case_id: UUID, *, actor: Actor, key: str, version: int, words: str) -> Done:
    """Handle a merged ticket by itself again: it was another matter after all. Raises ReasonMissingError, StaleCaseError, WrongStateError, MayNotError, CaseNotFoundError."""
    if not words.strip():
        raise ReasonMissingError
    one = take_up(case_id, actor)
    check_official(actor, one.case, one.tasks, "unmerge", verbs())
    check_version(one.case, version)
    doing = Doing("unmerge", actor, key=key, department=post_of(actor, "dispatch").department)
    before = advance(one.case, one.ground.procedure, "unmerge")
    leave(one, doing)
    tell_person(one.case, "ticket-unmerged")
    changed(one, doing)
    return keep(one.case, doing, before, words=words)


def end_withdrawn(case: Case, doing: Doing) -> None:
    """The person takes a ticket back: called by `withdraw`. Those that were handled with it go their own way."""
    one = held(case)
    one.ticket.is_running, one.ticket.rung_at, one.ticket.reopen_until, one.ticket.merged_into = False, None, None, None
    one.ticket.answered_at = None
    clear_due(one)
    share(one, doing, "withdraw")
    changed(one, doing)


def post_of(actor: Actor, verb: str) -> Post:
    """The first post by which somebody may do a verb; the permission was asked before."""
    may = verbs()
    return next(post for post in actor.posts if verb in may.get(post.role, ()))


def _both(case_id: UUID, into: UUID, actor: Actor) -> tuple[Held, Held]:
    """Both tickets, locked in the order of their ids, so that two who merge crosswise do not wait for each other."""
    first, second = sorted((case_id, into))
    taken = {first: take_up(first, actor)}
    if second not in taken:
        taken[second] = take_up(second, actor)
    return taken[case_id], taken[into]
