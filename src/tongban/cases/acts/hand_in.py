"""Begin, fill in, ask the registers and send, by one call: what a program does in place of a person who goes from page to page.

Invariants: it is the same acts in the same order, each with its own transaction, so a call that is cut off leaves a draft that the same call goes on
with; the key belongs to the whole call, and a repeated call is answered with its first result before anything is begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from tongban.cases.acts.apply import begin, open_form, save
from tongban.cases.acts.gather import gather, gather_for
from tongban.cases.acts.promise import choose_promise
from tongban.cases.acts.record import Doing, Done, body_hash, check_version, earlier
from tongban.cases.acts.send import send
from tongban.cases.acts.wish import wish_delivery
from tongban.cases.core.delivery import Wish
from tongban.cases.core.form import Answered
from tongban.cases.errors import IncompleteError
from tongban.cases.models import Case
from tongban.cases.reads import service_of
from tongban.exchange.core.answers import Answer
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor, PrincipalKind

_NO_SUCH = Text(zh="这项服务没有这个问题。请对照服务的表单定义。", en="This service has no such question; compare its form.")
_PAPER = Text(zh="材料请单独上传，不能写在答案里。", en="A paper is uploaded by itself, not written as an answer.")


def hand_in(
    service_id: str,
    posted: Mapping[str, str],
    *,
    actor: Actor,
    key: str,
    principal_kind: PrincipalKind,
    principal_id: UUID,
    situation: str = "new",
    channel: str = "online",
    send_it: bool = True,
    promise: bool = False,
    tolerate: bool = False,
    licence: UUID | None = None,
    wish: Wish | None = None,
) -> Done:
    """Apply; with `send_it` false, leave it as a draft, which a later call goes on with.

    Raises IncompleteError (with what was good kept in the draft), NotOfferedError, LicenceChoiceError, DeliveryWishError, CaseNotFoundError, KeyReusedError.
    """
    asked: dict[str, Any] = {"service": service_id, "posted": dict(posted), "kind": principal_kind, "principal": principal_id}
    asked |= {"situation": situation, "promise": promise, "tolerate": tolerate, "licence": licence, "wish": asdict(wish) if wish else None}
    digest = body_hash("hand-in", asked)
    name = Doing("hand-in", actor).name
    done = earlier(name, key, digest) if send_it else None
    if done is not None:
        return done
    whom: dict[str, Any] = {"principal_kind": principal_kind, "principal_id": principal_id}
    case, answered = begin(service_id, posted, actor=actor, situation=situation, channel=channel, licence=licence, **whom)
    if wish is not None:
        wish_delivery(case.id, wish, actor=actor)
    case, found = _filled_in(case, answered, posted, actor=actor, name=name)
    version = choose_promise(case.id, actor=actor, chosen=promise) if promise else case.version
    if not send_it:
        return Done(str(case.id), "", case.state, version)
    return send(case.id, actor=actor, key=key, version=version, tolerate=tolerate, asked=digest, found=found)


def send_filled(case_id: UUID, posted: Mapping[str, str], *, actor: Actor, key: str, version: int, tolerate: bool = False) -> Done:
    """Send a draft, or an application that was corrected, with its last answers: saved, the registers asked, and off it goes, under one key.

    Raises IncompleteError, StaleCaseError where anything changed since `version`, WrongStateError, CaseNotFoundError, KeyReusedError.
    """
    digest = body_hash("send-filled", {"case": case_id, "posted": dict(posted), "tolerate": tolerate})
    name = Doing("send", actor).name
    done = earlier(name, key, digest)
    if done is not None:
        return done
    case, _ = open_form(case_id, actor, locked=False)
    check_version(case, version)
    answered = save(case_id, posted, actor=actor, version=version)
    if answered.faults:
        raise IncompleteError(answered.faults)
    found = gather(case_id, actor=name)
    is_changed = any(case.answers.get(field) != value for field, value in answered.answers.items())
    return send(case_id, actor=actor, key=key, version=version + is_changed, tolerate=tolerate, asked=digest, found=found)


def _filled_in(
    case: Case, answered: Answered | None, posted: Mapping[str, str], *, actor: Actor, name: str
) -> tuple[Case, dict[str, Answer]]:
    """Read what is posted and ask the registers, until neither reveals another question; what they answered. Raises IncompleteError."""
    questions = {question.id: question for question in service_of(case).questions}
    faults = {
        field: _PAPER if field in questions else _NO_SUCH for field in posted if field not in questions or questions[field].type == "file"
    }
    if answered is None:
        answered = save(case.id, posted, actor=actor, version=case.version)
        found = gather(case.id, actor=name)
        case.refresh_from_db()
    else:
        found = gather_for(case, {}, actor=name)
    if posted.keys() - answered.answers.keys() - answered.faults.keys() - faults.keys():
        answered = save(case.id, posted, actor=actor, version=case.version)
        found = gather(case.id, actor=name)
        case.refresh_from_db()
    if faults | dict(answered.faults):
        raise IncompleteError(faults | dict(answered.faults))
    return case, found
