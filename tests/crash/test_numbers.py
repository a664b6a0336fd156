"""Document numbers under many hands: one series of one year runs 1, 2, 3 … without a gap, whoever writes at the same moment and whatever is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.crash.acts import SIGN, key, version
from tests.crash.conftest import together
from tests.town import Town
from tongban.cases import acts
from tongban.cases.models import Case, Letter, LetterSeries, Task
from tongban.kernel.ids import case_number, uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
AT_ONCE = 6


def copies(town: Town, count: int) -> list[UUID]:
    """Signs that await acceptance: one sent as usual, the others copied from it."""
    actor, firm = town.actor("chen-xiao"), town.firm("chen-xiao")
    case_id = acts.start("outdoor-sign", actor=actor, principal_kind="firm", principal_id=firm.id)
    acts.save(case_id, SIGN | {"area_m2": "12.00"}, actor=actor, version=version(case_id))
    for question in ("effect_drawing", "structure_drawing"):
        acts.attach(case_id, question, b"\x89PNG\r\n\x1a\n" + _png(), "图.png", actor=actor)
    acts.gather(case_id, actor="test")
    acts.send(case_id, actor=actor, key=key(), version=version(case_id))
    first, task = Case.objects.get(pk=case_id), Task.objects.get(case_id=case_id)
    made = [case_id]
    for number in range(1, count):
        first.pk, first.number = uuid7(), case_number(first.number[:6], first.number[6:10], first.received_on, 900_000 + number)
        first.save(force_insert=True)
        task.pk, task.case_id, task.number = uuid7(), first.pk, first.number
        task.save(force_insert=True)
        made.append(first.pk)
    return made


def _png() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()[8:]


def attempt(case_id: UUID, actor: Any, seen: int, *, fails: bool) -> Callable[[], object]:
    """Accepting a case; or all of it up to its last statement, and then nothing."""

    def fail() -> None:
        with transaction.atomic():
            acts.accept.__wrapped__(case_id, actor=actor, key=key(), version=seen)  # type: ignore[attr-defined]
            raise RuntimeError("after the number was drawn")

    return fail if fails else lambda: acts.accept(case_id, actor=actor, key=key(), version=seen)


def serials(mark: str) -> list[int]:
    return sorted(Letter.objects.filter(series__endswith=mark).values_list("serial", flat=True))


def test_acts_at_once_and_acts_that_fail_leave_no_gap_and_share_no_number(town: Town, apart: Any) -> None:
    cases = apart(lambda: copies(town, AT_ONCE * 2))
    actor = apart(lambda: town.actor("han-lei"))
    before = apart(lambda: serials("城管受"))

    seen = apart(lambda: [version(one) for one in cases])
    assert set(seen) == {seen[0]}
    tries = [attempt(one, actor, seen[0], fails=index % 2 == 0) for index, one in enumerate(cases)]
    outcomes = together(*tries)
    done = [one for one in outcomes if isinstance(one, acts.Done)]
    assert len(done) == AT_ONCE, outcomes
    assert sum(isinstance(one, RuntimeError) for one in outcomes) == AT_ONCE
    after = apart(lambda: serials("城管受"))
    assert after == list(range(1, len(before) + AT_ONCE + 1))
    assert apart(lambda: LetterSeries.objects.get(series="云城管受").last) == after[-1]
