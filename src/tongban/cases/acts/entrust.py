"""Let somebody act for one, and take it back: the mandate itself is kept by parties; here both sides are told, in the same transaction (委托与代办).

Invariants: whoever a mandate speaks for hears of it, whoever holds one too; a letter on paper is entered by a clerk who is no relative of either side, its scan
is kept with it, and its principal is told at once, so that a false one does not live long.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.principal import tell_one
from tongban.cases.errors import UncheckedError
from tongban.cases.permissions import check_assistant
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Service
from tongban.files import acts as files
from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.ledger import reads as ledger
from tongban.parties import acts as mandates
from tongban.parties import reads as parties
from tongban.parties.core.mandates import MandateTerms, MandateView
from tongban.parties.core.people import Actor, PrincipalKind

PAGE = "/mandates"
LETTER_BYTES = 10_000_000


def entrust(
    kind: str,
    *,
    actor: Actor,
    key: str,
    principal_kind: PrincipalKind,
    principal_id: UUID,
    holder_id: UUID,
    ends: date | None,
    services: frozenset[str] | None,
) -> UUID:
    """Give a mandate; the same key and terms again give the same one. Raises MandateTermsError, NotTheirsToGiveError, KeyReusedError."""
    with transaction.atomic(durable=True):
        is_new = ledger.earlier(str(actor.person_id), key) is None
        mandate = mandates.give_mandate(
            kind=kind,
            principal_kind=principal_kind,
            principal_id=principal_id,
            holder_id=holder_id,
            given_by=actor.person_id,
            ends=ends,
            scope=services,
            key=key,
        )
        if is_new:
            tell_one(holder_id, "mandate-given", link=PAGE)
    return mandate


def take_back(mandate_id: UUID, *, actor: Actor) -> None:
    """Take back a mandate that was given, or lay down one that is held; the other side is told. A second time changes nothing.

    Raises NotTheirsToGiveError, NoSuchPartyError.
    """
    with transaction.atomic(durable=True):
        before = parties.mandate(mandate_id)
        mandates.end_mandate(mandate_id, by=actor.person_id)
        if before is not None and not before.revoked:
            other = before.terms.holder_id if actor.person_id != before.terms.holder_id else _speaks(before)
            tell_one(other, "mandate-ended", link=PAGE, but_not=actor.person_id)


def record_letter(
    kind: str,
    *,
    actor: Actor,
    principal_kind: PrincipalKind,
    principal_id: UUID,
    holder_id: UUID,
    ends: date | None,
    services: frozenset[str] | None,
    letter: bytes,
) -> UUID:
    """Enter a mandate from a signed letter that somebody brought to the counter, who is its holder or its principal; returns the mandate's id.

    Raises MandateTermsError, NotTheirsToGiveError, OwnCaseError, MayNotError, UncheckedError where nobody assists, the files room's errors.
    """
    assistant = actor.assistant
    if assistant is None or actor.person_id not in (holder_id, parties.speaks_for(principal_kind, principal_id)):
        raise UncheckedError
    area = str(parties.facts_of(principal_kind, principal_id)["area"])
    check_assistant(assistant, (principal_kind, principal_id), area, others=(actor.person_id, holder_id))
    mandate = uuid7()
    kept = files.keep(letter, name="letter.pdf", accept=("pdf", "jpg", "png"), max_bytes=LETTER_BYTES, owner=mandate)
    terms = MandateTerms(kind, principal_kind, principal_id, holder_id, clock.today(), ends, services)
    with transaction.atomic(durable=True):
        mandates.record_letter(terms, id=mandate, letter=kept.id, recorded_by=assistant.person_id, by=f"account:{actor.account_id}")
        tell_one(parties.speaks_for(principal_kind, principal_id), "mandate-recorded", link=PAGE)
        tell_one(holder_id, "mandate-given", link=PAGE)
    return mandate


def entrustable(kind: str, audience: PrincipalKind) -> tuple[Service, ...]:
    """The services that take a mandate of this kind from this side, by title."""
    services = catalogue.city().services.values()
    return tuple(sorted((one for one in services if kind in one.mandates and audience in one.audience), key=lambda one: one.title.zh))


def _speaks(view: MandateView) -> UUID | None:
    return parties.speaks_for(view.terms.principal_kind, view.terms.principal_id)
