"""Links by which a case can be rated without signing in: in a message, and as a code at a counter.

Invariants: a link is for one case and ends when the time to rate does; it says nothing in clear, and opens nothing but the rating of that case; it is authenticated
with the installation's own key, so nobody else can make one.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from tongban.cases.core.ratings import GivenBy, is_rateable, last_day
from tongban.cases.errors import CaseNotFoundError
from tongban.cases.feedback_errors import RatingLinkError
from tongban.cases.models import Case
from tongban.cases.permissions import check_applicant, check_official, verbs
from tongban.cases.reads.ground import ground_of
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Option, RatingRules
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor
from tongban.parties.sealer import sealer

For = Literal["applied-by", "applicant", "counter"]
_WHOM: Final[tuple[For, ...]] = ("applied-by", "applicant", "counter")
_EPOCH: Final = date(2020, 1, 1)
_BODY, _MAC = 19, 16


@dataclass(frozen=True)
class RatingLink:
    """What a link opens."""

    case_id: UUID
    whom: For
    """To whom it was sent, or that it was shown at a counter."""

    @property
    def given_by(self) -> GivenBy:
        """By which the rating then came."""
        return "window" if self.whom == "counter" else "link"

    @property
    def person_of(self) -> Callable[[Case], UUID | None]:
        """Who rates with it: the person whom the message was for; at a counter it is not known."""
        return lambda case: {"applied-by": case.applied_by, "applicant": case.applicant_id}.get(self.whom)


@dataclass(frozen=True)
class ToRate:
    """What the page of a link says: which service, which office, when; nobody's name and no number."""

    title: Text
    department: Text
    decided_on: date
    indices: tuple[Option, ...]


def link_of(case: Case, whom: For) -> str:
    """The address of a link, inside the portal; empty where ratings are not taken or the case is not decided."""
    rules = catalogue.city().ratings
    if rules is None or case.decided_on is None:
        return ""
    ends = (last_day(case.decided_on, rules.within, catalogue.city().calendar) - _EPOCH).days
    body = case.id.bytes + bytes([_WHOM.index(whom)]) + ends.to_bytes(2, "big")
    return "/rate/" + base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def link_for_counter(case_id: UUID, actor: Actor) -> str:
    """The address of the code that is shown where results are handed out: by an official of the department, or to a person who stands at the one counter (`actor`
    is that person, assisted); empty where the case cannot be rated now. It is the same whether it was rated or not. Raises CaseNotFoundError, MayNotError.
    """
    case = Case.objects.filter(pk=case_id).exclude(state="draft").first()
    if case is None:
        raise CaseNotFoundError
    if actor.assistant is not None:
        check_applicant(actor, case, "receive")
    else:
        check_official(actor, case, case.tasks.all(), "hand-over", verbs())
    return link_of(case, "counter") if rateable_by(case) else ""


def rateable_by(case: Case) -> RatingRules | None:
    """The rules by which a case can be rated now; none where its state or day does not allow it. The same whether there is a rating or not, so that it tells nobody."""
    city = catalogue.city()
    if city.ratings is None or case.state == "draft":
        return None
    procedure = ground_of(case).procedure
    can = is_rateable(procedure, case.state, case.decided_on, city.ratings.within, clock.today(), city.calendar)
    return city.ratings if can else None


def opened(token: str) -> RatingLink:
    """What a link opens. Raises RatingLinkError."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise RatingLinkError from None
    body, mac = whole[:_BODY], whole[_BODY:]
    if len(whole) != _BODY + _MAC or not hmac.compare_digest(mac, _mac(body)) or body[16] >= len(_WHOM):
        raise RatingLinkError
    if clock.today() > _EPOCH + timedelta(days=int.from_bytes(body[17:], "big")):
        raise RatingLinkError
    return RatingLink(UUID(bytes=body[:16]), _WHOM[body[16]])


def to_rate(token: str) -> ToRate:
    """What is rated by a link; the same whether it was rated already or not. Raises RatingLinkError."""
    case = Case.objects.filter(pk=opened(token).case_id).first()
    rules = rateable_by(case) if case is not None else None
    if case is None or rules is None or case.decided_on is None:
        raise RatingLinkError
    department = catalogue.city().departments[case.department]
    return ToRate(ground_of(case).service.title, department.title, case.decided_on, rules.indices(case.channel))


def _mac(body: bytes) -> bytes:
    return sealer().blind("rating-link", body.hex())
