"""People at the counter, and what a clerk does with them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from uuid import UUID

from PIL import Image

from tests.town import Town
from tongban.cases import acts, reads
from tongban.house.population.cast import read_cast
from tongban.kernel.ids import uuid7
from tongban.parties import acts as parties_acts
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

ALLOWANCE, RESTAURANT, SIGN = "old-age-allowance", "food-business-licence", "outdoor-sign"
CARD = "6222020000000000001"


def key() -> str:
    return str(uuid7())


def number_of(login: str) -> str:
    """The identity number of somebody of the cast."""
    return parties.identifiers("person", person(login))["id_number"]


def person(login: str) -> UUID:
    return next(one.person_id for one in read_cast().players if one.login == login)


def clerk(town: Town) -> Actor:
    return town.actor("he-fang")


def attend(town: Town, login: str = "zhou-defu", channel: str = "window", document: str = "id-card") -> Actor:
    """Somebody stands at the counter, their document was looked at."""
    attendance = acts.look_up(number_of(login), clerk=clerk(town), channel=channel)
    assert attendance is not None
    acts.check_document(attendance, document, clerk=clerk(town))
    return reads.attended(attendance, clerk(town))


def attendance_of(actor: Actor) -> UUID:
    assert actor.assistant is not None
    return actor.assistant.attendance_id


def fill(
    actor: Actor, answers: Mapping[str, str] | None = None, service: str = ALLOWANCE, kind: str = "person", of: UUID | None = None
) -> UUID:
    """An application filled in with somebody, not confirmed yet."""
    case_id = acts.start(service, actor=actor, principal_kind=kind, principal_id=of or actor.person_id)
    acts.gather(case_id, actor="test")
    acts.save(case_id, answers or {"bank_account": CARD}, actor=actor, version=1)
    acts.gather(case_id, actor="test")
    return case_id


def version(case_id: UUID, actor: Actor) -> int:
    return reads.form_view(case_id, actor).version


def pad() -> bytes:
    """A signature drawn on the pad."""
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def confirm(case_id: UUID, actor: Actor, **more: object) -> UUID:
    signature = acts.keep_signature(case_id, pad(), actor=actor)
    return acts.confirm(case_id, actor=actor, version=version(case_id, actor), how="pad", signature=signature, **more)


def send(case_id: UUID, actor: Actor) -> acts.Done:
    return acts.send(case_id, actor=actor, key=key(), version=version(case_id, actor))


def taken_in(actor: Actor, **more: object) -> acts.Done:
    """The whole application, confirmed and sent."""
    case_id = fill(actor)
    confirm(case_id, actor, **more)
    return send(case_id, actor)


def appoint(login: str, role: str = "counter-clerk", area: str = "990100", **more: object) -> None:
    parties_acts.appoint(person_id=person(login), department="data-bureau", role=role, area=area, by=None, **more)
