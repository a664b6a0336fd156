"""What somebody began to tell the city and has not sent."""

from __future__ import annotations

from uuid import UUID

from tongban.cases.models import Case
from tongban.cases.reads.form import FormView, form_view
from tongban.parties.core.people import Actor


def unsent(actor: Actor, service_id: str, applicant: UUID) -> FormView | None:
    """The draft of a service that a person has for an applicant, themselves or whom they act for; None if there is none."""
    found = Case.objects.filter(state="draft", applied_by=actor.person_id, service=service_id, applicant_id=applicant).first()
    return form_view(found.id, actor) if found else None
