"""Tell the city something in one go: answers and photos, saved and sent under one key.

Invariants: it is the same acts in the same order as from page to page, each with its own transaction, so what is cut off leaves a draft that the same form goes on
with; a second click with the same key is the first one's ticket; what was good of an incomplete form is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from tongban.cases.acts.apply import attach, begin, save
from tongban.cases.acts.record import Doing, Done, body_hash, earlier
from tongban.cases.acts.send import send
from tongban.cases.core.facts import shown
from tongban.cases.core.form import missing
from tongban.cases.errors import IncompleteError
from tongban.cases.models import Case
from tongban.cases.reads import known_facts, offered
from tongban.files.errors import RefusedFileError
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor, PrincipalKind

Photo = tuple[bytes, str]
"""Content and name."""


def tell_city(
    service_id: str,
    posted: Mapping[str, str],
    photos: Mapping[str, Photo],
    *,
    actor: Actor,
    key: str,
    channel: str = "online",
    principal: tuple[PrincipalKind, UUID] | None = None,
) -> Done:
    """Send a ticket, in one's own name unless a firm or person is named for whom the actor may. `photos` are by question.

    Raises IncompleteError (with what was good kept in the draft), NotOfferedError, CaseNotFoundError, KeyReusedError.
    """
    marks = {name: hashlib.sha256(content).hexdigest() for name, (content, _) in photos.items()}
    kind, whom = principal or ("person", actor.person_id)
    digest = body_hash("report", {"service": service_id, "posted": dict(posted), "photos": marks, "kind": kind, "principal": whom})
    done = earlier(Doing("send", actor).name, key, digest)
    if done is not None:
        return done
    case, _ = begin(service_id, posted, actor=actor, principal_kind=kind, principal_id=whom, situation="new", channel=channel)
    answered = save(case.id, posted, actor=actor, version=case.version)
    faults = dict(answered.faults) | _attach_all(case.id, photos, actor)
    case = Case.objects.get(pk=case.id)
    if faults:
        raise IncompleteError(_missing(case) | faults)
    return send(case.id, actor=actor, key=key, version=case.version, asked=digest)


def _missing(case: Case) -> dict[str, Text]:
    """What is not answered yet, so that everything that is wrong is said at once."""
    service = offered(case)
    facts = known_facts(service, case)
    return missing(shown(service, facts), facts)


def _attach_all(case_id: UUID, photos: Mapping[str, Photo], actor: Actor) -> dict[str, Text]:
    """Keep the photos; by question, why one was refused."""
    faults: dict[str, Text] = {}
    for question, (content, name) in photos.items():
        try:
            attach(case_id, question, content, name, actor=actor)
        except RefusedFileError as refused:
            faults[question] = refused.says
    return faults
