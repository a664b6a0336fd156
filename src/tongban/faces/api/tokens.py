"""Bearer tokens: an account and the instant at which the token ends, signed.

Invariants: a token says nothing that is not read again at each request, so a closed account or an ended post ends what its tokens may do; it is signed
with the installation's own key (Django's signing, HMAC-SHA256) under a salt of its own, so no other signed text passes for one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.core import signing

from tongban.kernel import clock

_SALT = "tongban.faces.api.token"


def issue(account_id: UUID, lifetime: timedelta) -> str:
    """A token for one account."""
    ends = int((clock.now() + lifetime).timestamp())
    return signing.dumps([account_id.hex, ends], salt=_SALT)


def account_of(token: str) -> UUID | None:
    """Whose token it is; None where it was not signed here, was changed, or has ended."""
    found = _signed(token)
    if found is None:
        return None
    account, ends = found
    return account if clock.now() < ends else None


@lru_cache(maxsize=4096)
def _signed(token: str) -> tuple[UUID, datetime] | None:
    """What a token says, if it was signed here; its signature is looked at once, its end and its account each time."""
    try:
        account, ends = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return UUID(account), datetime.fromtimestamp(ends, tz=UTC)
