"""One credential for one act at a time. Invariant: what is read of it and of what came after is read once the lock is held, never from a moment before."""

from __future__ import annotations

from uuid import UUID

from tongban.credentials.models import Credential


def locked(credential_id: UUID, *beside: str) -> Credential | None:
    """The row, locked, with the rows beside it as they stand under the lock; None if there is none.

    Two statements: one that waits for a lock sees the locked row anew, but what it joins as it was when it began (PostgreSQL 13.2.1, Read Committed).
    """
    rows = Credential.objects.filter(pk=credential_id)
    if not rows.select_for_update().values_list("pk").first():
        return None
    return rows.select_related(*beside).get()
