"""Corrected on the spot by program: with the applicant's word, before acceptance, once under one key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.test_on_the_spot import sent
from tests.cases.walking import acts_of, the_case
from tests.town import Town
from tongban.cases.models import Event

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_what_was_written_wrong_is_put_right_once(town: Town, program: Any) -> None:
    case_id = sent(town)
    body = {"version": the_case(case_id).version, "answers": {"staff_count": 7}, "word": "telephone"}
    address, officer = f"/cases/{case_id}/correct-on-the-spot", program("liu-yang")
    first = officer.post(address, body, key="on-the-spot-1")
    assert first.status_code == 200, first.content
    assert officer.post(address, body, key="on-the-spot-1").json() == first.json()
    assert the_case(case_id).answers["staff_count"] == 7
    assert Event.objects.filter(case_id=case_id, act="correct-on-the-spot").count() == 1
    assert officer.post(address, body, key="on-the-spot-2").json()["type"].endswith("stale-case")


def test_what_cannot_be_corrected_so_is_said_field_by_field(town: Town, program: Any) -> None:
    case_id = sent(town)
    seen, address, officer = the_case(case_id).version, f"/cases/{case_id}/correct-on-the-spot", program("liu-yang")
    wrong = officer.post(address, {"version": seen, "answers": {"staff_count": "many"}, "word": "present"})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:tongban:problem:spot-faults")
    assert wrong.json()["errors"][0]["pointer"] == "/answers/staff_count"
    assert officer.post(address, {"version": seen, "answers": {"staff_count": 7}}).status_code == 422, "without the applicant's word"
    other = officer.post(address, {"version": seen, "answers": {"safety_officer": None}, "word": "present"})
    assert (other.status_code, other.json()["type"]) == (422, "urn:tongban:problem:not-on-the-spot")
    assert acts_of(case_id) == ["send"]


def test_who_may_not_accept_may_not_correct(town: Town, program: Any) -> None:
    case_id = sent(town)
    body = {"version": the_case(case_id).version, "answers": {"staff_count": 7}, "word": "present"}
    for login in ("chen-xiao", "li-min", "han-lei"):
        assert program(login).post(f"/cases/{case_id}/correct-on-the-spot", body).status_code in (403, 404)
    assert the_case(case_id).answers["staff_count"] == 4
