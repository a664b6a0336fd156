"""Choose to promise (告知承诺), or not to, while an application is still a draft: the way it goes then follows from the facts as ever.

Source: Opinions of the General Office of the State Council on promise-based government services, 国办发〔2020〕42号.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.cases.acts.apply import open_form
from tongban.parties.core.people import Actor


def choose_promise(case_id: UUID, *, actor: Actor, chosen: bool) -> int:
    """Note the choice; returns the draft's version. Where no way on a promise is open the choice changes nothing. Raises CaseNotFoundError, WrongStateError."""
    with transaction.atomic(durable=True):
        case, _ = open_form(case_id, actor)
        if case.promised != chosen:
            case.promised = chosen
            case.version += 1
            case.save(update_fields=["promised", "version"])
        return case.version
