"""Appoint officials, let others cover for them, end posts.

Invariants: nobody appoints themselves or a relative; cover always has a last day and copies the place of the post it covers; a post that ended stays,
so that what was decided in it can be traced; who may appoint at all is the caller's table of permissions.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.ids import uuid7
from tongban.kernel.text import Text
from tongban.ledger.acts import Act, append
from tongban.parties.core.people import Actor
from tongban.parties.errors import NoSuchPartyError, OwnAppointmentError, PostTermsError
from tongban.parties.models import Department, Post
from tongban.parties.reads import kin

_POST = Text("岗位", "post")
SYSTEM = "system"


def appoint(
    *,
    person_id: UUID,
    department: str,
    role: str,
    area: str,
    by: Actor | None,
    starts: date | None = None,
    ends: date | None = None,
    contract: bool = False,
) -> UUID:
    """Give a person a post; `by` is who appoints, None is the installation. Raises OwnAppointmentError, PostTermsError."""
    with transaction.atomic():
        _may_appoint(by, person_id)
        if not Department.objects.filter(pk=department).exists():
            raise PostTermsError(
                Text(
                    f"没有“{department}”这个部门，请从部门名录中选择。",
                    f"There is no department “{department}”; choose one of the declared ones.",
                )
            )
        row = Post(
            id=uuid7(),
            person_id=person_id,
            department=department,
            role=role,
            area=area,
            starts=starts or clock.today(),
            ends=ends,
            contract=contract,
        )
        _keep(row, "parties.appoint", by)
    return row.pk


def cover(*, post_id: UUID, person_id: UUID, by: Actor | None, ends: date, starts: date | None = None) -> UUID:
    """Let a person do another's post (顶岗) until a day, inclusive. Raises OwnAppointmentError, PostTermsError, NoSuchPartyError."""
    with transaction.atomic():
        post = _locked(post_id)
        _may_appoint(by, person_id)
        if post.person_id == person_id:
            raise PostTermsError(Text("顶岗人员不能是岗位本人，请另选一人。", "Nobody covers for themselves; choose somebody else."))
        row = Post(
            id=uuid7(),
            person_id=person_id,
            department=post.department,
            role=post.role,
            area=post.area,
            covers=post,
            starts=starts or clock.today(),
            ends=ends,
        )
        _keep(row, "parties.cover", by)
    return row.pk


def end_post(post_id: UUID, *, by: Actor | None, last_day: date) -> None:
    """Let a post, or a cover, end after a day. Raises NoSuchPartyError, PostTermsError."""
    with transaction.atomic():
        row = _locked(post_id)
        _check_period(row.starts, last_day)
        row.ends = last_day
        row.save(update_fields=["ends"])
        _record("parties.end-post", row, by)


def _locked(post_id: UUID) -> Post:
    row = Post.objects.select_for_update().filter(pk=post_id).first()
    if row is None:
        raise NoSuchPartyError(_POST, post_id)
    return row


def _may_appoint(by: Actor | None, person_id: UUID) -> None:
    if by is not None and (by.person_id == person_id or person_id in kin(by.person_id)):
        raise OwnAppointmentError(
            Text("不能任用本人或亲属，请由其他负责人办理。", "Nobody appoints themselves or a relative; another head must do it."),
        )


def _check_period(starts: date, ends: date | None) -> None:
    if ends is not None and ends < starts:
        raise PostTermsError(Text("截止日早于开始日，请核对两个日期。", "The last day is before the first; check the two dates."))


def _keep(row: Post, act: str, by: Actor | None) -> None:
    _check_period(row.starts, row.ends)
    row.save(force_insert=True)
    _record(act, row, by)


def _record(act: str, row: Post, by: Actor | None) -> None:
    payload = {
        "post": str(row.pk),
        "person": str(row.person_id),
        "role": row.role,
        "area": row.area,
        "covers": str(row.covers_id) if row.covers_id else None,
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat() if row.ends else None,
    }
    actor = SYSTEM if by is None else str(by.person_id)
    append(Act(act=act, actor=actor, at=clock.now(), case_id=None, department=row.department, purpose="post", payload=payload))
