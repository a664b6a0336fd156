"""Choose how letters are to come: consent to electronic delivery, and its revocation, are the applicant's own words and kept with the case.

Invariants: a draft's choice is no act yet; after sending, each change is an act on the record; a change moves only letters that nobody has received; a bundle and
its parts go one way, agreed once: whichever of them is asked, all of them change.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from tongban.cases.acts.record import Doing, Done, keep, lock, note, once
from tongban.cases.core.delivery import ON_PAPER, Wish, waiting
from tongban.cases.errors import CaseNotFoundError, DeliveryWishError
from tongban.cases.models import Case, Letter
from tongban.cases.permissions import check_applicant
from tongban.parties.core.people import Actor

_MOVE = """
UPDATE cases_letter SET sending = {0} WHERE case_id = {1}::uuid AND read_at IS NULL AND sending IN ('', 'collect', 'mail') AND sending <> {0}
"""


def wish_delivery(case_id: UUID, wish: Wish, *, actor: Actor) -> None:
    """Note the choice for a draft, or for an application that is being corrected. Raises DeliveryWishError, CaseNotFoundError."""
    if found := wish.faults():
        raise DeliveryWishError(found)
    with transaction.atomic(durable=True):
        case = lock(case_id, actor)
        check_applicant(actor, case, "save")
        if case.state != "draft":
            raise CaseNotFoundError
        keep_wish(case, wish)


def keep_wish(case: Case, wish: Wish) -> None:
    """Write a choice to a locked case that is not sent, or is being corrected; letters that nobody has received go the new way."""
    case.delivery, case.delivery_to = wish.how, wish.to_json()
    Case.objects.filter(pk=case.pk).update(delivery=case.delivery, delivery_to=case.delivery_to)
    Letter.objects.filter(case=case, read_at=None, sending__in=("", *ON_PAPER)).update(sending=waiting(wish.how))


@once("choose-delivery")
def choose_delivery(case_id: UUID, wish: Wish, *, actor: Actor, key: str) -> Done:
    """Choose anew for a sent case: consent, or taking it back. A part of a bundle changes with its bundle. Raises DeliveryWishError, CaseNotFoundError."""
    if found := wish.faults():
        raise DeliveryWishError(found)
    bundle_id = Case.objects.filter(pk=case_id).values_list("parent_id", flat=True).first()
    case = lock(bundle_id or case_id, actor)
    check_applicant(actor, case, "receive")
    if case.state == "draft":
        raise CaseNotFoundError
    doing = Doing("choose-delivery", actor, key=key)
    for part in Case.objects.select_for_update().filter(parent_id=case.id).order_by("id"):
        data = _change(part, wish, doing)
        doing.rows.change(part)
        note(part, replace(doing, key=None), part.state, data=data | {"bundle": str(case.id)})
    return keep(case, doing, case.state, data=_change(case, wish, doing))


def _change(case: Case, wish: Wish, doing: Doing) -> dict[str, str]:
    """Let the letters of a locked case that nobody has received go the new way; what the event says of it."""
    data = {"from": case.delivery, "to": wish.how}
    case.delivery, case.delivery_to = wish.how, wish.to_json()
    doing.rows.also(_MOVE, [waiting(wish.how), str(case.id)])
    return data
