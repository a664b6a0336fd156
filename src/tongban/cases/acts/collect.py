"""A person collects a result across the counter, whatever channel the case came by, and takes its papers along (统一窗口出件).

Invariants: a result goes to the applicant or to somebody with a mandate for the service, whose document was checked, against a signature; nothing is printed
that is not on the record; a second copy is a second event.
"""

from __future__ import annotations

from uuid import UUID

from tongban.cases.acts.confirm import assistant_of
from tongban.cases.acts.principal import tell_one
from tongban.cases.acts.record import Doing, Done, keep, lock, once
from tongban.cases.errors import CaseNotFoundError, SignatureMissingError, WrongStateError
from tongban.cases.models import Case, Mailing
from tongban.cases.permissions import check_applicant, check_counter, verbs
from tongban.cases.reads import Ground, ground_of
from tongban.kernel.text import Text
from tongban.parties.core.people import Actor

_NOT_BY_MAIL = Text(zh="不邮寄，或已经寄出", en="not to be mailed, or mailed already")


@once("deliver")
def collect(case_id: UUID, *, actor: Actor, key: str, signature: UUID | None = None, copy_at: str = "") -> Done:
    """Hand the result to the person who stands there, an official assisting. A result that reached them before is handed out as a copy.

    Raises SignatureMissingError, WrongStateError before a decision, MayNotError, OwnCaseError, CaseNotFoundError.
    """
    if signature is None and not copy_at.strip():
        raise SignatureMissingError
    case = lock(case_id, actor)
    check_applicant(actor, case, "receive")
    assistant = assistant_of(actor)
    ground = decided(case)
    doing = Doing("copy" if case.delivered_at else "deliver", actor, key=key, department=assistant.department)
    before = case.state
    if case.delivered_at is None:
        deliver(case, ground, doing)
    if case.applicant_kind == "person" and case.applicant_id != actor.person_id:
        tell_one(case.applicant_id, "collected-for-you", service=ground.service, case=case)
    data = {"how": assistant.channel, "to": actor.name, "signature": str(signature) if signature else "", "copy_at": copy_at.strip()[:80]}
    return keep(case, doing, before, data=data)


@once("print")
def print_result(case_id: UUID, document: str, *, actor: Actor, key: str) -> Done:
    """Put on the record that a letter or licence (its number) is printed: for a person who stands there, or to be mailed. Raises as `collect` does."""
    case = lock(case_id, actor)
    if actor.assistant is not None:
        check_applicant(actor, case, "receive")
        department = actor.assistant.department
    else:
        check_counter(actor, case, "mail", verbs())
        by_mail(case)
        department = counter_of(actor)
    decided(case)
    doing = Doing("print", actor, key=key, department=department)
    return keep(case, doing, case.state, data={"document": document})


def decided(case: Case) -> Ground:
    """What a decided case stands on. Raises WrongStateError before the decision."""
    ground = ground_of(case) if case.service_hash else None
    if ground is None:
        raise CaseNotFoundError
    if case.decided_on is None:
        raise WrongStateError(ground.procedure.states[case.state].title)
    return ground


def deliver(case: Case, ground: Ground, doing: Doing) -> None:
    """The result has reached the applicant."""
    after = ground.procedure.next_state(case.state, "deliver")
    if after:
        case.state = after
        case.is_open = not ground.procedure.states[after].terminal
    case.delivered_at = doing.at


def by_mail(case: Case) -> Mailing:
    """The mailing that waits to be posted. Raises WrongStateError where there is none."""
    mailing = (
        Mailing.objects.filter(case=case, posted_at=None).order_by("-id").first()
        if case.delivered_at is None and case.result_by == "mail"
        else None
    )
    if mailing is None:
        raise WrongStateError(_NOT_BY_MAIL)
    return mailing


def counter_of(actor: Actor) -> str:
    """The department of an official's counter."""
    posts = [post for post in actor.posts if "counter" in verbs().get(post.role, ())]
    return posts[0].department if posts else ""
