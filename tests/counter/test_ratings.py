"""What a counter has to do with ratings: it shows the code to whoever a result is handed to, and learns nothing of what came of it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.cases.finished import decided_restaurant, said
from tests.cases.tickets.making import Hotline
from tests.counter.making import attend, attendance_of, clerk, key, number_of, pad
from tests.counter.test_pages import at_counter, browser, text
from tests.town import Town
from tongban.cases import acts, reads
from tongban.cases.errors import CaseNotFoundError, MayNotError
from tongban.cases.models import Case
from tongban.cases.reads import counter
from tongban.cases.reads.rating_links import link_for_counter, opened

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def lasting(page: str) -> str:
    """A page without what is new each time: tokens, the keys of forms, the time."""
    return re.sub(r'value="[\w-]{30,}"|datetime="[^"]*"', "", page)


def code_of(page: str) -> str:
    found = re.search(r'<figure class="ct-rating__code">(.*?)</figure>', page, re.DOTALL)
    assert found, "no code"
    return found[1]


def test_whoever_a_result_is_handed_to_is_shown_the_code_whichever_way_the_case_came(town: Town) -> None:
    case_id = decided_restaurant(town)
    client = browser()
    address = at_counter(client, "chen-xiao")
    page = text(client.get(f"{address}/cases/{case_id}/hand-out"))
    assert "<svg" in code_of(page)
    assert "扫一扫，评一评" in page
    link = opened(link_for_counter(case_id, attend(town, "chen-xiao")).removeprefix("/rate/"))
    assert (link.case_id, link.whom, link.given_by) == (case_id, "counter", "window")
    assert Case.objects.get(pk=case_id).channel == "online"


def test_the_page_is_the_same_whether_it_was_rated_or_not(town: Town) -> None:
    case_id = decided_restaurant(town)
    client = browser()
    path = f"{at_counter(client, 'chen-xiao')}/cases/{case_id}/hand-out"
    before = lasting(text(client.get(path)))
    acts.rate(case_id, said(1), actor=town.actor("chen-xiao"), key=key())
    assert lasting(text(client.get(path))) == before


def test_there_is_no_code_before_anything_was_decided(town: Town) -> None:
    from tests.cases.test_lifecycle import restaurant, send

    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    client = browser()
    assert "ct-rating" not in text(client.get(f"{at_counter(client, 'chen-xiao')}/cases/{case_id}/hand-out"))


def test_the_code_is_shown_to_the_persons_own_side_and_by_no_clerk_alone(town: Town) -> None:
    case_id = decided_restaurant(town)
    with pytest.raises(CaseNotFoundError):
        link_for_counter(case_id, attend(town, "li-min"))
    with pytest.raises((CaseNotFoundError, MayNotError)):
        link_for_counter(case_id, clerk(town))


def test_the_counter_finds_nothing_of_a_bad_rating_with_the_person_or_without(town: Town) -> None:
    case_id = decided_restaurant(town)
    done = acts.rate(case_id, said(1, words="太慢"), actor=town.actor("chen-xiao"), key=key())
    redress = Case.objects.get(pk=done.redress_id)
    for login in ("chen-xiao", "zhao-jianguo"):
        person = attend(town, login)
        waiting = reads.waiting_for(person)
        assert redress.id not in {row.id for row in (*waiting.results, *waiting.corrections, *waiting.drafts)}
        with pytest.raises(CaseNotFoundError):
            reads.case_view(redress.id, person)
        with pytest.raises(CaseNotFoundError):
            acts.hand_out(
                redress.id, actor=person, key=key(), handed=acts.Handed(signature=acts.keep_signature(case_id, pad(), actor=person))
            )
    for words in (str(redress.number), number_of("chen-xiao"), number_of("zhao-jianguo"), "味来"):
        assert redress.id not in {row.case.id for row in counter.find(clerk(town), words)}, words
    with pytest.raises(CaseNotFoundError):
        counter.counter_case(redress.id, clerk(town))
    client = browser()
    address = f"/counter/at/{attendance_of(attend(town, 'chen-xiao'))}"
    pages = text(client.get(address)) + text(client.get(f"/counter/find?q={redress.number}"))
    assert "差评" not in pages
    assert client.get(f"{address}/cases/{redress.id}/hand-out").status_code == 404


def test_the_counter_learns_of_no_sealed_request_by_whom_it_is_from(town: Town) -> None:
    hotline = Hotline(town)
    one: UUID = hotline.tell(anonymous="yes")
    hotline.answer(one)
    assert one not in {row.case.id for row in counter.find(clerk(town), number_of("li-min"))}
    assert one not in {row.id for row in reads.waiting_for(attend(town, "li-min")).results}, "nothing of a ticket is handed out"
