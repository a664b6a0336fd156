"""Corrections on the spot from the desk: the applicant's form once more, with what was typed kept whatever comes of it."""

from __future__ import annotations

import re

import pytest

from tests.desk.test_acting import form_of, happened, post
from tongban.cases.models import Case

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def test_an_officer_corrects_an_answer_and_both_pages_say_what_it_was(town, desk, case_id):
    officer = desk("liu-yang")
    page = officer.get(f"/desk/cases/{case_id}/on-the-spot").content.decode()
    assert re.search(r'id="answer-staff_count"[^>]*value="1"', page)
    assert f'data-keep="/desk/cases/{case_id}/on-the-spot"' in page
    assert 'name="answer-kitchen_plan"' not in page, "papers are not corrected"
    form = form_of(officer, case_id, "on-the-spot")
    typed = {"answer-staff_count": "6", "field-word": "present"}
    assert post(officer, case_id, "on-the-spot", form, words="当面核对", **typed).status_code == 302
    assert happened(town, case_id) == ["send", "correct-on-the-spot"]
    assert Case.objects.get(pk=case_id).answers["staff_count"] == 6
    for page in (officer.get(f"/desk/cases/{case_id}"), desk("chen-xiao").get(f"/cases/{case_id}")):
        told = page.content.decode()
        assert "1 → 6" in told
        assert "当面确认" in told
        assert "当面核对" in told


def test_what_cannot_be_read_is_shown_at_its_field_and_kept(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "on-the-spot")
    answer = post(officer, case_id, "on-the-spot", form, **{"answer-staff_count": "六个", "answer-safety_officer": "钱卫国"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#answer-staff_count"' in page
    assert 'href="#field-word"' in page
    assert "六个" in page
    assert "钱卫国" in page
    assert happened(town, case_id) == ["send"]


def test_after_a_colleague_s_act_what_was_typed_is_still_there(town, desk, case_id):
    officer = desk("liu-yang")
    form = form_of(officer, case_id, "on-the-spot")
    assert post(
        officer, case_id, "on-the-spot", form_of(officer, case_id, "on-the-spot"), **{"answer-staff_count": "6", "field-word": "present"}
    )
    answer = post(officer, case_id, "on-the-spot", form, **{"answer-staff_count": "8", "field-word": "telephone"})
    assert answer.status_code == 409
    assert re.search(r'id="answer-staff_count"[^>]*value="8"', answer.content.decode())
    assert Case.objects.get(pk=case_id).answers["staff_count"] == 6


def test_once_it_is_accepted_it_is_not_offered(desk, case_id):
    officer = desk("liu-yang")
    assert post(officer, case_id, "accept", form_of(officer, case_id, "accept"), words="").status_code == 302
    assert "/on-the-spot" not in officer.get(f"/desk/cases/{case_id}").content.decode()
    assert officer.get(f"/desk/cases/{case_id}/on-the-spot").status_code == 302


def test_the_counter_that_accepts_corrects_with_the_person_there(desk, case_id):
    counter = desk("he-fang")
    form = form_of(counter, case_id, "on-the-spot")
    assert post(counter, case_id, "on-the-spot", form, **{"answer-staff_count": "3", "field-word": "counter"}).status_code == 302
    assert Case.objects.get(pk=case_id).answers["staff_count"] == 3
    assert "在窗口提出" in desk("chen-xiao").get(f"/cases/{case_id}").content.decode()
