"""Who may do what with a case: one table, read as a check on one case and as a filter over all of them.

Invariants: what the table does not grant is refused; a case that a person may not see is *not found*; nobody handles their own case or a
relative's, nor a case about one in which they had a hand, which they do not even see where it is confidential; a case that concerns another opens to
whoever may act in that one; contract staff accept and never decide; a counter accepts for the departments that entrust it, hands out for all, sees a case
whole only while it waits for acceptance, and otherwise no more than its number and state. What the case's state allows is separate, and stands in its procedure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tongban.cases.errors import CaseNotFoundError, MayNotError, OwnCaseError
from tongban.cases.feedback_errors import HadAHandError
from tongban.cases.models import Case, Task, Ticket
from tongban.catalogue import reads as catalogue
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.parties import reads as parties
from tongban.parties.core.areas import covers as area_covers
from tongban.parties.core.areas import stem
from tongban.parties.core.people import Actor, Assistant, Post, Principal, PrincipalKind

Scope = Literal["own", "mandate", "attended", "department", "entrusted", "counter", "area", "task", "tickets"]
"""attended: with the person there, for whom the table lets act; entrusted: it is not accepted yet, or since today, and its department leaves that to the counter;
counter: it lies in the counter's area; tickets: every ticket in the post's area, whichever department answers for it."""


@dataclass(frozen=True)
class Right:
    """One line of the table: for this act, somebody in this scope; for officials, with a role that may do `verb`."""

    act: str
    scope: Scope
    verb: str = ""
    contract: bool = True


TICKETS: tuple[Right, ...] = (
    *(Right(act, scope) for act in ("judge", "urge", "add") for scope in ("own", "mandate")),
    *(Right("see", "department", verb) for verb in ("handle", "rule", "oversee")),
    *(Right("see", "tickets", verb) for verb in ("dispatch", "supervise")),
    *(Right(act, "tickets", "dispatch", contract=False) for act in ("merge", "unmerge", "see-who")),
    Right("call-back", "tickets", "dispatch"),
    Right("urge", "tickets", "supervise", contract=False),
    Right("urge", "department", "oversee", contract=False),
    *(Right(act, "task", "handle", contract=False) for act in ("progress", "ask-help", "give-help", "dispute", "answer")),
    *(Right(act, "task", verb, contract=False) for act, verb in (("dispatch", "dispatch"), ("rule", "rule"), ("supervise", "supervise"))),
)
"""Tickets: core work is done by officials; contract staff may call back."""

TABLE: tuple[Right, ...] = (
    *(
        Right(act, scope)
        for act in ("see", "save", "send", "correct", "withdraw", "receive", "be-heard", "rate")
        for scope in ("own", "mandate")
    ),
    *(Right(act, "attended", "counter") for act in ("see", "save", "send", "correct", "withdraw", "receive", "be-heard")),
    *(Right("see", "department", verb) for verb in ("review", "accept", "decide", "inspect", "extend", "redress")),
    Right("see", "area", "audit"),
    Right("see", "area", "follow-up"),
    Right("know-who", "area", "follow-up", contract=False),
    Right("know-named", "department", "redress", contract=False),
    Right("rate-for", "area", "follow-up", contract=False),
    Right("accept", "department", "accept"),
    Right("ask-correction", "department", "accept"),
    Right("correct-on-the-spot", "department", "accept"),
    Right("not-accept", "department", "accept", contract=False),
    Right("mark-paid", "department", "accept"),
    Right("step", "task", contract=False),
    Right("decide", "task", contract=False),
    Right("by-hand", "task", contract=False),
    Right("stop", "department", "review", contract=False),
    Right("stop", "department", "decide", contract=False),
    Right("resume", "department", "review", contract=False),
    Right("resume", "department", "decide", contract=False),
    Right("extend", "department", "extend", contract=False),
    Right("assign", "department", "assign", contract=False),
    Right("move", "department", "extend", contract=False),
    Right("hand-over", "department", "deliver"),
    *(Right(act, "entrusted", "counter") for act in ("see", "accept", "ask-correction", "correct-on-the-spot", "mark-paid")),
    Right("post", "department", "deliver"),
    *(Right(act, "counter", "counter") for act in ("find", "post")),
    *(Right("see-licences", "department", verb) for verb in ("review", "decide", "extend")),
    *TICKETS,
)
POST = "post"
ACCEPT = "accept"
"""The act that a department may entrust to the counter, and the step of a case that waits for it."""

OUT_OF_REACH = Text(
    zh="申请人所在区域不归这个窗口受理。请到所在区的政务服务大厅办理，或者网上办理。",
    en="The applicant's area is not this counter's. Please go to the service hall of that area, or apply online.",
)
NOT_YOURS = Text(
    zh="本件由其他部门或岗位办理，您可以查看，不能代为办理。需要时请联系经办科室。",
    en="Another department or post handles this case. You can see it but not act on it; contact the office in charge.",
)

_SEEING = ("department", "entrusted", "area", "tickets")
"""The scopes in which an official sees cases without anybody there."""
_ACCEPTING = ("accept", "ask-correction", "correct-on-the-spot", "not-accept")
_ASSIGNED = Text(
    zh="这一环节已交由同岗位的另一名人员办理。需要接手的，请由负责人改派。",
    en="This step was given to a colleague in the same post. If it should be yours, ask the head to assign it.",
)


def verbs() -> dict[str, tuple[str, ...]]:
    """What each role may do, as the city declares it now."""
    return {role.id: role.may for role in catalogue.city().roles.values()}


def covers(post: Post, department: str, area: str) -> bool:
    """Whether a post lies in a department and its area holds the case's area."""
    return post.department == department and area_covers(post.area, area)


def applies_for(principals: Iterable[Principal], case: Case) -> bool:
    """Whether one of those whom a person may act for is the applicant of a case, in a capacity that its service takes."""
    return any(one.kind == case.applicant_kind and one.id == case.applicant_id and takes(one, case.matter) for one in principals)


def takes(principal: Principal, service_id: str) -> bool:
    """Whether a service may be applied for in this capacity: in person, or under a mandate that covers it and is of a kind that it declares."""
    if principal.is_self:
        return True
    service = catalogue.city().services.get(service_id)
    return _covers(principal, service_id) and (service is None or principal.mandate_kind in service.mandates)


def _covers(principal: Principal, service_id: str) -> bool:
    """Whether a mandate's scope holds a service, by its own name or by that of a bundle which it is a part of."""
    bundles = (one.id for one in catalogue.city().bundles.values() if any(part.service == service_id for part in one.parts.values()))
    return principal.allows(service_id) or any(principal.allows(bundle) for bundle in bundles)


def check_applicant(actor: Actor, case: Case, act: str) -> None:
    """Raises CaseNotFoundError unless the table lets this person do `act` on the applicant's side."""
    if not any(right.act == act and right.scope in ("own", "mandate") for right in TABLE):
        raise CaseNotFoundError
    if not applies_for(parties.capacities(actor.person_id, *case.side), case):
        raise CaseNotFoundError
    if actor.assistant is not None:
        _check_attended(actor.assistant, case, act)


def _check_attended(assistant: Assistant, case: Case, act: str) -> None:
    """Raises CaseNotFoundError, MayNotError or OwnCaseError unless the table lets a counter do `act` together with the person, for this applicant.

    A confidential case is none for a counter, which would learn from it who stands behind it.
    """
    if case.is_confidential or not any(right.act == act and right.scope == "attended" for right in TABLE):
        raise CaseNotFoundError
    check_assistant(assistant, case.side, case.area, others=(case.applied_by,))


def check_assistant(assistant: Assistant, side: tuple[PrincipalKind, UUID], area: str, *, others: Iterable[UUID]) -> None:
    """Raises MayNotError for an applicant outside the counter's area, OwnCaseError where the assistant or a relative of theirs stands on the applicant's side."""
    if not area_covers(assistant.area, area):
        raise MayNotError(OUT_OF_REACH)
    if parties.stands_near(assistant.person_id, *side, others=others):
        raise OwnCaseError


def counter_posts(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> tuple[Post, ...]:
    """The posts by which somebody works at a counter today, the widest area first."""
    return tuple(sorted((post for post in actor.posts if "counter" in verbs.get(post.role, ())), key=lambda post: len(stem(post.area))))


def entrusting(act: str) -> frozenset[str]:
    """The departments that leave an act to the counter."""
    return frozenset(one.id for one in catalogue.city().departments.values() if act in one.entrusts)


def may_official(actor: Actor, case: Case, tasks: Iterable[Task], act: str, verbs: dict[str, tuple[str, ...]], *, of: str = "") -> bool:
    """Whether one of the actor's posts lets them do `act` on this case: seeing in any department that has a part in it, else in the case's own, or in `of`."""
    if case.is_confidential and actor.person_id in case.kept_from:
        return False
    departments = {case.department, *(task.department for task in tasks)}
    among = departments if act == "see" else {of or case.department}
    return any(
        right.verb in verbs.get(post.role, ()) and (right.contract or not post.contract) and _reaches(right, post, among, case)
        for right in TABLE
        if right.act == act
        for post in actor.posts
    )


def _reaches(right: Right, post: Post, departments: Iterable[str], case: Case) -> bool:
    if right.scope == "entrusted":
        return case.department in entrusting(ACCEPT) and area_covers(post.area, case.area) and _is_in_front(case)
    if right.scope in ("area", "counter"):
        return area_covers(post.area, case.area)
    if right.scope == "tickets":
        return area_covers(post.area, case.area) and is_ticket(case)
    return right.scope == "department" and any(covers(post, department, case.area) for department in departments)


def _is_in_front(case: Case) -> bool:
    """Whether a case is still with those who accept: not accepted yet, or accepted today, so that whoever comes second is told, and letters can be printed."""
    return case.state != "draft" and case.decided_on is None and case.accepted_on in (None, clock.today())


def _in_front() -> Q:
    """`_is_in_front`, as a filter."""
    return Q(decided_on=None) & (Q(accepted_on=None) | Q(accepted_on=clock.today()))


def is_ticket(case: Case) -> bool:
    """Whether a case's service makes it a ticket."""
    service = catalogue.city().services.get(case.service)
    if service is None and case.service_hash:
        service = catalogue.pinned(case.service_hash).service
    return service is not None and service.tickets is not None


def check_official(actor: Actor, case: Case, tasks: Iterable[Task], act: str, verbs: dict[str, tuple[str, ...]]) -> None:
    """Raises CaseNotFoundError, MayNotError or OwnCaseError unless this official may do `act` on this case."""
    tasks = list(tasks)
    if not may_official(actor, case, tasks, "see", verbs):
        raise CaseNotFoundError
    if act != "see" and not may_official(actor, case, tasks, act, verbs):
        raise MayNotError(NOT_YOURS)
    if act in _ACCEPTING and any(task.is_open and task.step == "accept" and not is_theirs(actor, task) for task in tasks):
        raise MayNotError(_ASSIGNED)
    if act != "see":
        check_not_own(actor, case)


def check_counter(actor: Actor, case: Case, verbs: dict[str, tuple[str, ...]]) -> None:
    """Raises CaseNotFoundError unless this official may find any case of their counter's area."""
    if case.state == "draft" or case.is_confidential or not may_official(actor, case, (), "find", verbs):
        raise CaseNotFoundError


def check_poster(actor: Actor, case: Case, verbs: dict[str, tuple[str, ...]]) -> str:
    """The department in whose name this official posts letters of a case: its own, or that of a counter of its area. Raises CaseNotFoundError, MayNotError or
    OwnCaseError.
    """
    for right, post in _posts_for(actor, POST, verbs):
        if case.state != "draft" and _reaches(right, post, (case.department,), case):
            check_not_own(actor, case)
            return post.department
    if may_official(actor, case, case.tasks.all(), "see", verbs):
        raise MayNotError(NOT_YOURS)
    raise CaseNotFoundError


def rows_for(actor: Actor, act: str, verbs: dict[str, tuple[str, ...]]) -> Q:
    """The rows, by their own columns of department and area, on which one of an official's posts lets them do this: of a department, or at a counter."""
    found = Q(pk__in=[])
    for right, post in _posts_for(actor, act, verbs):
        within = Q(area__startswith=stem(post.area))
        found |= within & Q(department=post.department) if right.scope == "department" else within
    return found


def _posts_for(actor: Actor, act: str, verbs: dict[str, tuple[str, ...]]) -> list[tuple[Right, Post]]:
    return [
        (right, post)
        for right in TABLE
        if right.act == act
        for post in actor.posts
        if right.verb in verbs.get(post.role, ()) and (right.contract or not post.contract)
    ]


def check_task(actor: Actor, case: Case, task: Task, act: str, verbs: dict[str, tuple[str, ...]], *, role: str = "") -> Post:
    """The post by which this official may do a step: one of the task's role, or of `role`. Raises CaseNotFoundError, MayNotError or OwnCaseError."""
    if not may_official(actor, case, [task], "see", verbs):
        raise CaseNotFoundError
    right = next(right for right in TABLE if right.act == act and right.scope == "task")
    if not is_theirs(actor, task):
        raise MayNotError(_ASSIGNED)
    for post in actor.posts:
        fits = (post.role == role if role else _fits(post, task, verbs)) and covers(post, task.department, case.area)
        if fits and (not right.verb or right.verb in verbs.get(post.role, ())) and (right.contract or not post.contract):
            check_not_own(actor, case)
            return post
    raise MayNotError(NOT_YOURS)


def is_theirs(actor: Actor, task: Task) -> bool:
    """Whether a task is anybody's in its post, this official's, or that of somebody for whom they cover."""
    return task.assigned_to is None or task.assigned_to in hands(actor)


def hands(actor: Actor) -> frozenset[UUID]:
    """The official, and those for whom they cover."""
    covered = parties.covered_by(actor.person_id) if any(post.acting for post in actor.posts) else frozenset()
    return covered | {actor.person_id}


def check_assigner(actor: Actor, case: Case, task: Task, verbs: dict[str, tuple[str, ...]]) -> None:
    """Raises CaseNotFoundError, MayNotError or OwnCaseError unless this official may say who does a task: the head, or who has it."""
    if not may_official(actor, case, [task], "see", verbs):
        raise CaseNotFoundError
    if may_official(actor, case, [task], "assign", verbs, of=task.department):
        check_not_own(actor, case)
    else:
        check_task(actor, case, task, "step", verbs)


def _fits(post: Post, task: Task, verbs: dict[str, tuple[str, ...]]) -> bool:
    """Whether a post is the one that a task is for: that role, or any whose role may do the verb."""
    named, _, verb = task.role.partition(":")
    return verb in verbs.get(post.role, ()) if named == "verb" else post.role == task.role


def check_not_own(actor: Actor, case: Case) -> None:
    """Raises OwnCaseError where the actor, or a relative of theirs, applied or stands behind the applicant; of a sealed case, which must not tell whose it is,
    MayNotError; HadAHandError where it is about what they did.
    """
    if actor.person_id in case.kept_from:
        raise HadAHandError
    if parties.stands_near(actor.person_id, *case.side, others=(case.applied_by,)):
        raise MayNotError(NOT_YOURS) if case.is_sealed else OwnCaseError()


def sides_of(actor: Actor) -> Q:
    """The cases that a person may see on the applicant's side."""
    found = Q(pk__in=[])
    services = catalogue.city().services.values()
    for principal in parties.principals(actor.person_id):
        mine = Q(applicant_kind=principal.kind, applicant_id=principal.id)
        if not principal.is_self:
            mine &= ~_of_matter(service.id for service in services if principal.mandate_kind not in service.mandates)
            mine &= (
                Q()
                if principal.scope is None
                else _of_matter([*principal.scope, *(one.id for one in services if _covers(principal, one.id))])
            )
        found |= mine
    return found


def _of_matter(services: Iterable[str]) -> Q:
    """The cases of these services, and those that concern one of theirs."""
    named = list(services)
    return Q(about_service="", service__in=named) | Q(about_service__in=named)


def desk_of(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> Q:
    """The cases that an official may see."""
    found = Q(pk__in=[])
    for place in desk_places(actor, verbs):
        found |= place
    return found


def desk_places(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> tuple[Q, ...]:
    """Where an official may see cases, place by place: those of a department, those in which it has a part, all of an area."""
    places: dict[tuple[str, ...], Q] = {}
    for post in actor.posts:
        within = Q(area__startswith=stem(post.area)) & ~Q(state="draft") & ~Q(is_confidential=True, kept_from__contains=[actor.person_id])
        for right in TABLE:
            if right.act != "see" or right.verb not in verbs.get(post.role, ()) or right.scope not in _SEEING:
                continue
            if right.scope == "entrusted":
                for department in entrusting(ACCEPT):
                    places["entrusted", department, post.area] = within & Q(department=department) & _in_front()
            if right.scope == "tickets":
                places["tickets", post.area] = within & Q(Exists(Ticket.objects.filter(case=OuterRef("pk"))))
            if right.scope == "department":
                parts = Task.objects.filter(~Q(guest=""), guest=post.department).values("case")
                places["own", post.department, post.area] = within & Q(department=post.department)
                places["part", post.department, post.area] = within & Q(pk__in=parts)
            elif right.scope == "area":
                places["area", post.area] = within
    return tuple(places.values())


def counter_of(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> Q:
    """The cases that a counter may find: of every department, in the areas of its posts, but for what is confidential."""
    found = Q(pk__in=[])
    for post in counter_posts(actor, verbs):
        found |= Q(area__startswith=stem(post.area))
    return found & ~Q(state="draft") & Q(is_confidential=False)


def posts_reach(actor: Actor, verbs: dict[str, tuple[str, ...]], department: str) -> Q:
    """The tasks that lie, by the named column, in a department and area of one post whose role may see cases there."""
    found = Q(pk__in=[])
    for post in seeing_posts(actor, verbs):
        found |= Q(**{department: post.department}, area__startswith=stem(post.area))
    return found & ~Q(kept_from__contains=[actor.person_id])


def seeing_posts(actor: Actor, verbs: dict[str, tuple[str, ...]]) -> tuple[Post, ...]:
    """The posts whose role may see the cases of their department."""
    seeing = {right.verb for right in TABLE if right.act == "see" and right.scope in ("department", "tickets")}
    return tuple(post for post in actor.posts if seeing & set(verbs.get(post.role, ())))
