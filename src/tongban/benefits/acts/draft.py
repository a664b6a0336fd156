"""A policy's text on its way: begun from the version in force, saved as it is typed, discarded, or published as a version that holds from its day.

Invariants: a text is kept whatever faults it has, and published only without one; nobody saves over a colleague's text without having seen it; a draft is published once, by whom
may publish for its department, and the city's version, the draft and the record's entries commit together.
"""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from django.db import transaction

from tongban.benefits.models import Draft
from tongban.benefits.policy_errors import DraftNotFoundError, DraftOverError, FaultyDraftError, StaleDraftError, TooLongError
from tongban.benefits.policy_permissions import DRAFT, PUBLISH, check, departments_of, name_of
from tongban.catalogue import acts as publishing
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.catalogue.core.drafting import drafted, not_before
from tongban.catalogue.errors import NoSuchPolicyError
from tongban.kernel import clock
from tongban.kernel.text import plain
from tongban.ledger.acts import Act, append
from tongban.ledger.core.canonical import JSON
from tongban.parties.core.people import Actor

LONGEST: Final = 200_000
"""Characters of a policy's text."""
PURPOSE: Final = "policy-making"


def begin(department: str, *, actor: Actor, version: str = "") -> UUID:
    """Begin a draft from a version of a policy (its hash), or from nothing. Raises MayNotError, NoSuchPolicyError."""
    check(actor, DRAFT, department)
    city, text, policy = catalogue.city(), "", ""
    if version:
        name = next((name for name, one in city.policies.items() if one.hash == version and one.department == department), None)
        if name is None:
            raise NoSuchPolicyError
        policy, text = city.policies[name].id, catalogue.texts(city.hash)[f"policies/{name}.yaml"].decode()
    by, now = name_of(actor), clock.now()
    with transaction.atomic():
        draft = Draft.objects.create(
            department=department, policy=policy, base=version, text=text, state="draft", begun_by=by, saved_by=by, saved_at=now
        )
        _record("benefits.begin-draft", draft, by, {})
    return draft.pk


def save(draft: UUID, text: str, *, actor: Actor, version: int) -> int:
    """Keep a text; how often it was saved now. The same text again changes nothing.

    Raises DraftNotFoundError, DraftOverError, TooLongError; StaleDraftError if a colleague saved another text since `version`.
    """
    kept = plain(text).replace("\r\n", "\n")
    if len(kept) > LONGEST:
        raise TooLongError(LONGEST)
    with transaction.atomic():
        held = locked(draft, actor)
        if held.text == kept:
            return held.version
        if held.version != version:
            raise StaleDraftError
        held.text, held.version, held.saved_by, held.saved_at = kept, held.version + 1, name_of(actor), clock.now()
        held.policy = drafted(catalogue.city(), kept).id[:80]
        held.save(update_fields=["text", "version", "saved_by", "saved_at", "policy"])
        _record("benefits.save-draft", held, held.saved_by, {"text": hashlib.sha256(kept.encode()).hexdigest()})
    return held.version


def discard(draft: UUID, *, actor: Actor) -> None:
    """Let a draft go; its text stays on record. Raises DraftNotFoundError, DraftOverError."""
    with transaction.atomic():
        held = locked(draft, actor)
        held.state, held.ended_by, held.ended_at = "discarded", name_of(actor), clock.now()
        held.save(update_fields=["state", "ended_by", "ended_at"])
        _record("benefits.discard-draft", held, held.ended_by, {})


def publish(draft: UUID, *, actor: Actor, version: int) -> str:
    """Make a draft a version of its policy, in force from its day; that version's hash. The same again gives the same.

    Raises MayNotError, DraftNotFoundError, DraftOverError, StaleDraftError, FaultyDraftError, and the catalogue's CityFaults and StaleFolderError.
    """
    held = Draft.objects.filter(pk=draft, department__in=departments_of(actor, DRAFT, PUBLISH)).first()
    if held is None:
        raise DraftNotFoundError
    check(actor, PUBLISH, held.department)
    if held.state == "published":
        return held.published
    city = catalogue.city()
    found = drafted(city, held.text)
    if found.policy is None or not_before(found, clock.today(), departments_of(actor, PUBLISH)):
        raise FaultyDraftError
    by, made = name_of(actor), found.policy.hash

    def also(_: City) -> None:
        mine = locked(draft, actor, PUBLISH)
        if mine.version != version:
            raise StaleDraftError
        mine.state, mine.ended_by, mine.ended_at, mine.published = "published", by, clock.now(), made
        mine.save(update_fields=["state", "ended_by", "ended_at", "published"])
        _record("benefits.publish-policy", mine, by, {"version": made})

    publishing.publish_policy(held.text, by=by, base=city.hash, also=also)
    return made


def locked(draft: UUID, actor: Actor, *verbs: str) -> Draft:
    """A draft that can still be changed, locked. Raises DraftNotFoundError, DraftOverError."""
    held = Draft.objects.select_for_update().filter(pk=draft, department__in=departments_of(actor, *(verbs or (DRAFT,)))).first()
    if held is None:
        raise DraftNotFoundError
    if held.state != "draft":
        raise DraftOverError
    return held


def _record(act: str, draft: Draft, by: str, more: dict[str, JSON]) -> None:
    payload: dict[str, JSON] = {"draft": str(draft.pk), "policy": draft.policy, "saved": draft.version, **more}
    append(Act(act=act, actor=by, at=clock.now(), case_id=None, department=draft.department, purpose=PURPOSE, payload=payload))
