"""Press for a ticket: the person urges, adds what they know; a supervisor urges; the hotline looks who asked.

Invariants: the person urges once in the declared hours; an urging changes no limit and asks nobody to begin anew; who a sealed ticket is from is looked up by
the hotline alone, with a reason, and the person sees that it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from tongban.cases.acts.record import Doing, Done, advance, keep, once
from tongban.cases.acts.step import own_photos
from tongban.cases.acts.tickets.merging import post_of
from tongban.cases.acts.tickets.telling import holders, tell_officials, tell_person
from tongban.cases.acts.tickets.turns import Held, changed, held, take_up, unnamed
from tongban.cases.core.tickets.clock import may_still
from tongban.cases.core.tickets.errors import UrgedAlreadyError
from tongban.cases.errors import CaseNotFoundError, ReasonMissingError
from tongban.cases.models import Case
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.parties.core.people import Actor


@once("urge")
def urge(case_id: UUID, *, actor: Actor, key: str, words: str = "") -> Done:
    """The person asks for it to be hurried. Raises UrgedAlreadyError within the declared hours, WrongStateError, CaseNotFoundError."""
    one = take_up(case_id, actor)
    check_applicant(actor, one.case, "urge")
    doing = unnamed(Doing("urge", actor, key=key), one.case)
    if one.ticket.urged_at is not None and may_still(one.ticket.urged_at, one.tickets.urge_every, doing.at):
        raise UrgedAlreadyError(one.ticket.urged_at + timedelta(hours=one.tickets.urge_every.hours))
    one.ticket.urged_at = doing.at
    return _urged(one, doing, words)


@once("press")
def press(case_id: UUID, *, actor: Actor, key: str, words: str) -> Done:
    """A supervisor asks for it to be hurried. Raises ReasonMissingError, WrongStateError, MayNotError, CaseNotFoundError."""
    if not words.strip():
        raise ReasonMissingError
    one = take_up(case_id, actor)
    check_official(actor, one.case, one.tasks, "urge", verbs())
    return _urged(one, Doing("urge", actor, key=key, department=post_of(actor, "oversee").department), words)


@once("add")
def add(case_id: UUID, *, actor: Actor, key: str, words: str, photos: Sequence[str] = ()) -> Done:
    """The person adds what they know. Raises ReasonMissingError, WrongStateError, CaseNotFoundError."""
    one = take_up(case_id, actor)
    check_applicant(actor, one.case, "add")
    pictures = own_photos(one.case, photos)
    if not words.strip() and not pictures:
        raise ReasonMissingError
    doing = unnamed(Doing("add", actor, key=key), one.case)
    before = advance(one.case, one.ground.procedure, "add")
    _tell_turn(one, "ticket-added")
    return keep(one.case, doing, before, words=words, data={"photos": pictures})


@once("see-who")
def see_who(case_id: UUID, *, actor: Actor, key: str, words: str) -> Done:
    """The hotline looks who asked, in order to call them. Raises ReasonMissingError, WrongStateError, MayNotError, OwnCaseError, CaseNotFoundError."""
    if not words.strip():
        raise ReasonMissingError
    one = take_up(case_id, actor)
    check_official(actor, one.case, one.tasks, "see-who", verbs())
    if not one.case.is_sealed:
        raise CaseNotFoundError
    doing = Doing("see-who", actor, key=key, department=post_of(actor, "dispatch").department)
    before = advance(one.case, one.ground.procedure, "see-who")
    tell_person(one.case, "ticket-seen-who")
    return keep(one.case, doing, before, words=words)


def _urged(one: Held, doing: Doing, words: str) -> Done:
    before = advance(one.case, one.ground.procedure, "urge")
    one.ticket.urges += 1
    told = _tell_turn(one, "ticket-urged")
    changed(one, doing)
    return keep(one.case, doing, before, words=words, data={"told": told})


def _tell_turn(one: Held, what: str) -> list[str]:
    """Tell whoever's turn it is; of a merged ticket, whoever's turn it is with the one it is handled with."""
    whose = _main(one)
    turn = whose.turn
    return tell_officials(whose.case, what, holders(turn.department, turn.role, whose.case.area)) if turn else []


def _main(one: Held) -> Held:
    """The ticket that this one is handled with, followed to its end; itself if it goes its own way."""
    ticket = one.ticket
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return one if ticket.pk == one.ticket.pk else held(Case.objects.get(pk=ticket.pk))
