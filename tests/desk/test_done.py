"""What one has done keeps the day on which it was done: it does not grow late afterwards, and what was late says by how much it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tongban.cases.models import Task
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]
ROW = re.compile(r'<a class="(tb-row[^"]*)".*?</a>', re.DOTALL)


def rows(client: Client) -> list[tuple[bool, str]]:
    """Of each line of the box: whether it is marked as late, and what it says."""
    page = client.get("/desk/?box=done").content.decode()
    return [("tb-row--late" in found[1], re.sub(r"<[^>]+>", "", found[0])) for found in ROW.finditer(page)]


def test_what_was_done_in_time_stays_in_time(town, desk: Desk, case_id):
    town.accept(case_id)
    at = clock.local(clock.now())
    for days in (0, 90):
        clock.move_by(timedelta(days=days))
        [(late, says)] = rows(desk("liu-yang"))
        assert not late
        assert "按时" in says
        assert f"{at:%H:%M}" in says
        assert "超" not in says


def test_what_was_done_late_says_by_how_much_on_the_day_it_was_done(town, desk: Desk, case_id):
    town.accept(case_id)
    due = Task.objects.get(case_id=case_id, is_open=True).due_on
    clock.move_by(timedelta(days=(due - clock.today()).days + 7))
    town.step(case_id, "liu-yang")
    said = set()
    for days in (0, 60):
        clock.move_by(timedelta(days=days))
        late, says = rows(desk("liu-yang"))[0]
        assert late
        said.add(says)
    assert len(said) == 1, "the same on every later day"
    assert "超 5 日" in said.pop(), "seven days are five working days"


def test_the_file_of_what_was_done_says_when_and_whether_in_time(town, desk: Desk, case_id):
    town.accept(case_id)
    clock.move_by(timedelta(days=90))
    answer = desk("liu-yang").get("/desk/?box=done&as=csv")
    [head, line] = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    told = dict(zip(head, line, strict=True))
    assert told["按时"] == "是"
    assert told["办理时间"].startswith("2026-11-04")
