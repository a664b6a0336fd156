"""The licences of an office, for its officials: what was issued, to whom, how it came about, what is under way about it, and how it may be ended.

Invariants: only licences that the department of one of the reader's posts issued, within that post's area; a list never takes a statement a row; a proposal is
offered only to who may make it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tongban.cases.models import Case, Event, Task
from tongban.cases.permissions import TABLE, check_task, covers, desk_of, desk_places, verbs
from tongban.cases.reads.ending import Filled, case_about, ending_service, fill_in, under_way, way_of
from tongban.cases.reads.rows import CaseRow, row_of
from tongban.cases.reads.searching import by_name
from tongban.catalogue.core.definition import Option, Service, Step
from tongban.credentials import reads as credentials
from tongban.credentials.core.credential import Credential
from tongban.credentials.errors import CredentialNotFoundError
from tongban.kernel.errors import TongbanError
from tongban.parties.core.areas import stem
from tongban.parties.core.people import Actor, Post

SEE = "see-licences"


@dataclass(frozen=True)
class LicenceFile:
    """One licence with everything known of it."""

    licence: Credential
    versions: tuple[Credential, ...]
    """All versions under its number, newest first."""
    cases: tuple[CaseRow, ...]
    """The cases by which it was granted, changed or ended, and those on their way, as far as the reader may see them; newest first."""
    running: CaseRow | None
    """The case by which it is about to be ended."""
    service: Service | None
    """The service by which it may be ended ex officio."""
    endings: tuple[Option, ...]
    """The ways of ending that the reader may propose now."""
    by_silence: frozenset[UUID] = frozenset()
    """The versions that came about because nobody decided in time."""

    @property
    def is_latest(self) -> bool:
        """Whether no other version came after it."""
        return self.licence.replaced_by is None


def licences_of_office(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> tuple[tuple[Credential, ...], UUID | None]:
    """The newest licences of the reader's offices, every version; and where the next page begins."""
    found = credentials.of_issuers([(post.department, stem(post.area)) for post in _posts(actor)], after=after, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def find_licences(actor: Actor, words: str, *, limit: int = 50) -> tuple[Credential, ...]:
    """Those with this number or identifier, or of holders whose name has these words, newest first."""
    posts = _posts(actor)
    decided = [place & Q(decided_on__isnull=False) for place in desk_places(actor, verbs())]
    named = credentials.of_cases(case.id for case in by_name(decided, words, limit))
    found = {one.id: one for one in (*credentials.by_number(words), *named) if _reaches(posts, one)}
    return tuple(sorted(found.values(), key=lambda one: one.id, reverse=True)[:limit])


def licence_file(actor: Actor, licence_id: UUID) -> LicenceFile:
    """One licence. Raises CredentialNotFoundError for one of another office too."""
    licence = credentials.credential(licence_id)
    if not _reaches(_posts(actor), licence):
        raise CredentialNotFoundError
    versions = tuple(
        one for one in credentials.by_number(licence.serial) if (one.issuer_id, one.type_id) == (licence.issuer_id, licence.type_id)
    )
    ids = [one.id for one in versions]
    cases = Case.objects.filter(desk_of(actor, verbs()), pk__in=[one.case_id for one in versions if one.case_id])
    about = Case.objects.filter(desk_of(actor, verbs()), licence_id__in=ids)
    rows = sorted({case.id: case for case in (*cases, *about)}.values(), key=lambda case: case.id, reverse=True)
    running = under_way(licence.id)
    service = ending_service(licence.type_id)
    is_free = licence.ended is None and licence.replaced_by is None and running is None
    return LicenceFile(
        licence=licence,
        versions=versions,
        cases=tuple(row_of(case) for case in rows),
        running=row_of(running) if running else None,
        service=service,
        endings=_endings(actor, service, licence) if service and is_free else (),
        by_silence=_by_silence(versions),
    )


def _by_silence(versions: tuple[Credential, ...]) -> frozenset[UUID]:
    cases = [one.case_id for one in versions if one.case_id]
    silent = set(Event.objects.filter(case_id__in=cases, act="deem-granted").values_list("case_id", flat=True))
    return frozenset(one.id for one in versions if one.case_id in silent)


def ending_form(service: Service, licence: Credential, situation: str, posted: Mapping[str, str]) -> Filled:
    """The form by which one is proposed, with what was typed in it. Who may propose is asked with the act."""
    return fill_in(case_about(service, licence, situation), service, posted)


def _endings(actor: Actor, service: Service, licence: Credential) -> tuple[Option, ...]:
    """The situations whose way's first step this official may do, for this holder."""
    case = case_about(service, licence, service.situations[0].id)
    may: dict[str, bool] = {}
    found: list[Option] = []
    for option in service.situations:
        case.situation = option.id
        first = service.steps[way_of(service, case).route[0]]
        if first.id not in may:
            may[first.id] = _may_do(actor, case, first)
        if may[first.id]:
            found.append(option)
    return tuple(found)


def _may_do(actor: Actor, case: Case, step: Step) -> bool:
    try:
        check_task(actor, case, Task(case=case, step=step.id, role=step.by, department=case.department), "step", verbs())
    except TongbanError:
        return False
    return True


def _posts(actor: Actor) -> list[Post]:
    may = verbs()
    seeing = {right.verb for right in TABLE if right.act == SEE}
    return [post for post in actor.posts if seeing & set(may.get(post.role, ()))]


def _reaches(posts: list[Post], licence: Credential) -> bool:
    return any(covers(post, licence.issuer_id, licence.area) if licence.area else post.department == licence.issuer_id for post in posts)
