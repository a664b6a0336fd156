"""有效期届满前未作决定的，视为准予延续（行政许可法 第五十条第二款）: an extension asked for in time and not decided before the licence ends counts as granted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.cases.finished import step
from tests.cases.test_lifecycle import key, send, version
from tests.cases.test_reviews import asked
from tests.cases.test_situations import APPLICANT, SIGN, begin, fill, sign_licensed
from tests.cases.walking import acts_of, last, the_case
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.models import Letter
from tongban.cases.reads.licences import licence_file
from tongban.cases.silence_errors import SilentGrantError
from tongban.cases.tasks import sweep
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.credentials.acts import end
from tongban.credentials.core.credential import Credential
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.messages.models import Message
from tongban.parties.acts.posts import appoint

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def applied(town: Town, days: int = 40) -> tuple[Credential, UUID]:
    """A sign licence that ends in so many days, and the application to renew it, accepted."""
    held = sign_licensed(town, clock.today() + timedelta(days=days))
    case_id = fill(town, begin(town, SIGN, "extend"), unchanged="yes")
    send(town, case_id, APPLICANT)
    acts.accept(case_id, actor=town.actor("han-lei"), key=key(), version=version(case_id))
    return held, case_id


def days_later(days: int) -> None:
    clock.move_by(timedelta(days=days))
    sweep()


def test_asked_for_thirty_days_before_and_not_decided_it_counts_as_granted(town: Town) -> None:
    held, case_id = applied(town)
    days_later(40)
    assert the_case(case_id).decided_on is None, "on its last day it may still be decided"
    days_later(1)
    case = the_case(case_id)
    assert case.state == "granted"
    assert case.decided_on == held.valid_until + timedelta(days=1)
    (new,) = credentials.of_case(case_id)
    assert (new.serial, new.valid_from) == (held.serial, held.valid_until + timedelta(days=1))
    assert [value for _, _, value in new.fields if value] == [value for _, _, value in held.fields], "nobody examined anything else"


def test_it_is_told_in_a_numbered_notice_and_the_record_says_on_whose_desk_it_lay(town: Town) -> None:
    held, case_id = applied(town)
    days_later(41)
    event = last(case_id)
    assert (event.act, event.actor, event.data["due_on"]) == ("deem-granted", None, str(held.valid_until))
    assert [(one["step"], one["department"]) for one in event.data["desks"]] == [("review", "urban-management")]
    notice = Letter.objects.get(pk=event.data["letter"])
    assert notice.type == "deemed-extension"
    assert notice.number
    said = "".join(part["zh"] for part in notice.paragraphs)
    assert "第五十条第二款" in said
    assert held.serial in said
    assert Message.objects.filter(case_id=case_id, template="deemed-granted").exists()
    (new,) = credentials.of_case(case_id)
    assert licence_file(town.actor("han-lei"), new.id).by_silence == {new.id}


def test_asked_for_later_than_that_it_waits_for_its_decision(town: Town) -> None:
    _, case_id = applied(town, days=29)
    assert the_case(case_id).silent_grant_on is None
    days_later(31)
    assert "deem-granted" not in acts_of(case_id)
    assert the_case(case_id).decided_on is None


def test_thirty_days_before_to_the_day_is_in_time(town: Town) -> None:
    held, case_id = applied(town, days=30)
    assert the_case(case_id).silent_grant_on == held.valid_until


def test_once_the_licence_has_ended_nobody_decides_otherwise(town: Town) -> None:
    _, case_id = applied(town)
    clock.move_by(timedelta(days=41))
    task = reads.desk_case(case_id, town.actor("han-lei")).tasks[0]
    acts.complete_step(task.id, actor=town.actor("han-lei"), key=key())
    acts.gather(case_id, actor="test")
    with pytest.raises(SilentGrantError):
        acts.decide(case_id, "refuse", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="理由")
    sweep()
    assert the_case(case_id).state == "granted"


def test_what_was_decided_in_time_stays_as_it_was_decided(town: Town) -> None:
    _, case_id = applied(town)
    task = reads.desk_case(case_id, town.actor("han-lei")).tasks[0]
    acts.complete_step(task.id, actor=town.actor("han-lei"), key=key())
    acts.gather(case_id, actor="test")
    acts.decide(case_id, "refuse", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="招牌已更换。")
    days_later(45)
    assert the_case(case_id).state == "refused"
    assert "deem-granted" not in acts_of(case_id)


def test_a_licence_that_is_gone_is_extended_by_nobody_s_silence(town: Town) -> None:
    held, case_id = applied(town)
    end(held.id, "withdrawn", Text("查实", "Found out"), "officer")
    days_later(41)
    assert the_case(case_id).decided_on is None
    assert the_case(case_id).silent_grant_on is None, "and it is not looked at again"


def test_only_extensions_that_people_decide_are_declared_so() -> None:
    declared = {service.id for service in catalogue.city().services.values() for way in service.ways if way.silence_grants}
    assert declared == {"food-business-licence", "outdoor-sign"}


def test_what_was_refused_in_time_and_is_taken_up_again_is_decided_anew_and_not_by_silence(town: Town) -> None:
    _, case_id = applied(town)
    task = reads.desk_case(case_id, town.actor("han-lei")).tasks[0]
    acts.complete_step(task.id, actor=town.actor("han-lei"), key=key())
    acts.gather(case_id, actor="test")
    acts.decide(case_id, "refuse", actor=town.actor("yang-fan"), key=key(), version=version(case_id), words="招牌已更换。")
    clock.move_by(timedelta(days=45))
    appoint(person_id=town.actor("qian-guohua").person_id, department="urban-management", role="head", area="990100", by=None)
    review = asked(town, case_id)
    step(town, review, "gu-an", words="没有更换。", opinion="changed")
    acts.decide(review, "grant", actor=town.actor("qian-guohua"), key=key(), version=version(review), words="见审查意见。")
    sweep()
    case = the_case(case_id)
    assert (case.state, case.decided_on, case.silent_grant_on) == ("review", None, None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_person_s_page_says_until_when_it_is_decided_and_afterwards_what_the_law_did(town: Town, lang: str) -> None:
    _, case_id = applied(town)
    client = Client()
    client.force_login(get_user_model().objects.get(login=APPLICANT))
    client.cookies["lang"] = lang
    says = {"zh": "到期没有决定的，依法视为准予延续", "en": "if not, by law the renewal counts as granted"}[lang]
    assert says in client.get(f"/cases/{case_id}").content.decode()
    days_later(41)
    page = client.get(f"/cases/{case_id}").content.decode()
    assert says not in page
    assert {"zh": "视为准予延续（有效期届满前未作决定）", "en": "The renewal counts as granted"}[lang] in page
