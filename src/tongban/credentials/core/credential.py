"""A credential, its states, and what is signed of it.

Invariants: a credential is in exactly one state; an ending is stronger than a reissue, a reissue than a date; a version that was reissued holds until the next
one begins; what is signed is what is printed; a citizen's number is never signed or kept whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, cast, get_args
from uuid import UUID

from tongban.kernel.clock import local_date
from tongban.kernel.ids import is_citizen_id
from tongban.kernel.text import Text

How = Literal["withdrawn", "annulled", "cancelled", "revoked"]
State = Literal["valid", "not-yet", "expired", "replaced", "withdrawn", "annulled", "cancelled", "revoked", "unknown"]
HOWS: Final[tuple[How, ...]] = get_args(How)
STATES: Final[Mapping[State, Text]] = {
    "valid": Text(zh="有效", en="valid"),
    "not-yet": Text(zh="尚未生效", en="not yet valid"),
    "expired": Text(zh="已过有效期", en="expired"),
    "replaced": Text(zh="已换发", en="replaced"),
    "withdrawn": Text(zh="撤回", en="withdrawn"),
    "annulled": Text(zh="撤销", en="annulled"),
    "cancelled": Text(zh="注销", en="cancelled"),
    "revoked": Text(zh="吊销", en="revoked"),
    "unknown": Text(zh="没有签发记录", en="not on record"),
}


def says(state: str) -> Text:
    """A state in words. Raises KeyError for what is none."""
    return STATES[cast("State", state)]


def to_how(kept: str | None) -> How | None:
    """A kept ending's way. Raises ValueError for what is none."""
    return None if kept is None else HOWS[HOWS.index(cast("How", kept))]


# CWT claims (RFC 8392 §3.1); those of a licence take private numbers, below -65536.
ISSUER_CODE, IDENTIFIER, ISSUED_AT = 1, 2, 6
ISSUER, TITLE, HOLDER, FIELDS, VALID, STATUS_URL = -65537, -65538, -65539, -65540, -65541, -65542


@dataclass(frozen=True, kw_only=True)
class IssueRequest:
    """What is to be issued. `replaces` names the credential of which this is the next version; `by` is the actor in the ledger.

    `holder_code`: a firm's unified social credit code, or a person's masked identity number (a whole one is masked here).
    """

    type_id: str
    type_title: Text
    type_code: str
    issuer_id: str
    issuer_name: Text
    issuer_uscc: str
    holder_kind: Literal["person", "firm"]
    holder_id: UUID
    holder_name: str
    holder_code: str
    case_id: UUID | None
    fields: tuple[tuple[str, Text, str], ...]
    valid_from: date
    valid_until: date | None
    by: str = "system"
    replaces: UUID | None = None
    area: str = ""


@dataclass(frozen=True)
class Ended:
    """How, when, why and by whom a credential ended."""

    how: How
    at: datetime
    reason: Text
    by: str


@dataclass(frozen=True)
class Credential:
    """An issued credential. `token` is the signed content as it stands in the QR code; `check_code` stands in for a camera."""

    id: UUID
    identifier: str
    serial: str
    version: int
    type_id: str
    type_title: Text
    type_code: str
    issuer_id: str
    issuer_name: Text
    issuer_uscc: str
    holder_kind: Literal["person", "firm"]
    holder_id: UUID
    holder_name: str
    holder_code: str
    case_id: UUID | None
    fields: tuple[tuple[str, Text, str], ...]
    valid_from: date
    valid_until: date | None
    issued_at: datetime
    token: str
    check_code: str
    ended: Ended | None
    area: str = ""
    replaces: UUID | None = None
    """The version before this one."""
    replaced_by: UUID | None = None
    replaced_on: date | None = None
    """The day from which the next version holds in its place."""

    def state(self, today: date) -> State:
        """Its state on a date of the city."""
        return state_on(today, self.valid_from, self.valid_until, self.ended.how if self.ended else None, self.replaced_on)


@dataclass(frozen=True)
class Status:
    """What anybody may ask by identifier: the state and since when; no name, no reason."""

    identifier: str
    state: State
    since: date | None
    asked_at: datetime

    @property
    def says(self) -> Text:
        """The state in words."""
        return STATES[self.state]


def state_on(today: date, valid_from: date, valid_until: date | None, ended: How | None, replaced_on: date | None = None) -> State:
    """An ending counts whatever the dates say; the last day of validity is valid."""
    if ended:
        return ended
    if replaced_on is not None and today >= replaced_on:
        return "replaced"
    if today < valid_from:
        return "not-yet"
    return "expired" if valid_until is not None and today > valid_until else "valid"


def claims(request: IssueRequest, identifier: str, issued_at: datetime, status_url: str) -> dict[int, Any]:
    """What is signed."""
    return {
        ISSUER_CODE: request.issuer_uscc,
        IDENTIFIER: identifier,
        ISSUED_AT: int(issued_at.timestamp()),
        ISSUER: [request.issuer_name.zh, request.issuer_name.en],
        TITLE: [request.type_title.zh, request.type_title.en],
        HOLDER: [request.holder_name, masked(request.holder_code)],
        FIELDS: [[label.zh, label.en, value] for _, label, value in request.fields],
        VALID: [request.valid_from.isoformat(), request.valid_until.isoformat() if request.valid_until else None],
        STATUS_URL: status_url,
    }


@dataclass(frozen=True)
class Signed:
    """The claims of a good signature, read back."""

    identifier: str
    issuer_code: str
    issuer: Text
    title: Text
    holder: str
    holder_code: str
    fields: tuple[tuple[Text, str], ...]
    issued_on: date
    valid_from: date
    valid_until: date | None


def read_claims(found: Mapping[int, Any]) -> Signed:
    """The claims that this room signed. Raises KeyError, ValueError or TypeError for claims of another make."""
    start, until = found[VALID]
    return Signed(
        identifier=found[IDENTIFIER],
        issuer_code=found[ISSUER_CODE],
        issuer=Text(*found[ISSUER]),
        title=Text(*found[TITLE]),
        holder=found[HOLDER][0],
        holder_code=found[HOLDER][1],
        fields=tuple((Text(zh, en), value) for zh, en, value in found[FIELDS]),
        issued_on=local_date(datetime.fromtimestamp(found[ISSUED_AT], tz=UTC)),
        valid_from=date.fromisoformat(start),
        valid_until=date.fromisoformat(until) if until else None,
    )


def check_code(token: str) -> str:
    """Eight characters of the signed content's SHA-256 (base32, RFC 4648: 40 bits), printed as XXXX-XXXX."""
    return base64.b32encode(hashlib.sha256(token.encode()).digest()).decode()[:8]


def masked(code: str) -> str:
    """A citizen's number with its birth date and area covered; any other code as it is."""
    return f"{code[:3]}{'*' * 11}{code[-4:]}" if is_citizen_id(code) else code
