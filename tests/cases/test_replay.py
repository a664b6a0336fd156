"""A draft is played through the cases there are before it is published; running cases keep their version and are moved only by an act of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cases.test_lifecycle import key, restaurant, send, version
from tests.cases.walking import accepted, acts_of, last, open_task, promised, the_case, visit
from tests.town import CITY, Town
from tongban.cases import acts, reads
from tongban.cases.core.facts import to_json
from tongban.cases.core.replay import compare
from tongban.cases.errors import CaseNotFoundError, MayNotError, NotMovableError, ReasonMissingError, WrongStateError
from tongban.catalogue import reads as catalogue
from tongban.catalogue.acts import publish
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.core.testing import facts_of
from tongban.house.commands.replay import run
from tongban.kernel import clock

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
FILE = "services/food-business-licence/service.yaml"
ITS_TESTS = ("premises.use: commercial", "premises.use: mixed")
"""What publishing insists on: the draft's own worked tests pass."""
Draft = Callable[..., Path]


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """A copy of the city with words of one service's file replaced."""

    def make(*changes: tuple[str, str], file: str = FILE) -> Path:
        folder = tmp_path / "city"
        if not folder.exists():
            shutil.copytree(CITY, folder)
        path = folder / file
        text = path.read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text)
        return folder

    return make


STRICTER = ('holds: premises.use in ["commercial", "mixed"]\n', 'holds: premises.use in ["mixed"]\n')
"""Premises in commercial use are no longer enough."""


def service_of(folder: Path) -> object:
    return read_city(folder).services["food-business-licence"]


def test_a_draft_that_changes_nothing_changes_no_outcome(town: Town, draft: Draft) -> None:
    accepted(town)
    promised(town)
    found = reads.replay(service_of(draft()), clock.today() - timedelta(days=365))
    assert (found.running, found.decided, found.changed) == (1, 1, [])


def test_it_says_how_many_outcomes_change_which_and_by_which_clause(town: Town, draft: Draft) -> None:
    case_id = promised(town)
    found = reads.replay(service_of(draft(STRICTER)), clock.today() - timedelta(days=365))
    (one,) = found.changed
    assert one.case_id == case_id
    assert [(change.id, change.before.value, change.after.value) for change in one.difference.clauses] == [
        ("premises_not_housing", "yes", "no")
    ]
    assert [(change.id, count) for change, count in found.by_clause.items()] == [("premises_not_housing", 1)]
    assert the_case(case_id).state == "granted", "nothing that was decided is touched"


def test_cases_decided_before_the_day_asked_for_are_left_out(town: Town, draft: Draft) -> None:
    promised(town)
    found = reads.replay(service_of(draft(STRICTER)), clock.today() + timedelta(days=1))
    assert (found.running, found.decided) == (0, 0)


def test_a_question_that_the_draft_asks_anew_is_unanswered_and_one_that_it_hides_is_none(draft: Draft) -> None:
    old = read_city(CITY).services["food-business-licence"]
    new = service_of(
        draft(
            (
                "    staff_count:\n",
                '    trained:\n      type: yes-no\n      show: form.business == "canteen"\n      label: {zh: 培训过吗？, en: "Trained?"}\n    insured:\n      type: yes-no\n      label: {zh: 投保了吗？, en: "Insured?"}\n    staff_count:\n',
            ),
            (
                "  layout_fit:\n",
                "  insured:\n    for: grant\n    says: {zh: 已投保, en: Insured}\n    cite: 演示\n    holds: form.insured && !has(form.trained)\n  layout_fit:\n",
            ),
            (
                "tests:\n",
                "tests:\n  - test: {zh: 投保的, en: Insured}\n    received: 2026-03-05\n    given: {form.business: restaurant, form.insured: yes}\n    expect: {insured: yes}\n",
            ),
            (
                "tests:\n",
                "tests:\n  - test: {zh: 没投保的, en: Not insured}\n    received: 2026-03-05\n    given: {form.business: restaurant, form.insured: no}\n    expect: {insured: no}\n",
            ),
        )
    )
    facts = facts_of(old, old.tests[0])
    difference = compare(old, new, to_json(old, facts))
    assert difference is not None
    assert [(one.id, one.before, one.after.value) for one in difference.clauses] == [("insured", None, "unknown")]


def test_the_command_tells_it_in_words_and_as_json(town: Town, draft: Draft, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = promised(town)
    folder, since = draft(STRICTER), date(2026, 1, 1)
    assert run("food-business-licence", folder, since=since, limit=20, as_json=False, lang="zh") == 0
    said = capsys.readouterr().out
    assert "办结 1 件；结果改变的 1 件" in said
    assert "房屋登记用途是商业或商住 · 符合 → 不符合" in said
    assert the_case(case_id).number in said
    run("food-business-licence", folder, since=since, limit=20, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["changed"][0]["clauses"] == [{"clause": "premises_not_housing", "before": "yes", "after": "no"}]
    assert "赵" not in json.dumps(told, ensure_ascii=False), "nobody is named"


def test_a_draft_with_a_fault_or_without_the_service_says_so(town: Town, draft: Draft, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("no-such-service", draft(), since=date(2026, 1, 1), limit=5, as_json=False, lang="en") == 1
    assert (
        run("food-business-licence", draft(("by: reviewer\n", "by: reviewr\n")), since=date(2026, 1, 1), limit=5, as_json=False, lang="en")
        == 1
    )
    assert "did you mean “reviewer”?" in capsys.readouterr().out


def test_publishing_moves_no_running_case(town: Town, draft: Draft) -> None:
    case_id = accepted(town)
    before = the_case(case_id).service_hash
    publish(draft(STRICTER, ITS_TESTS), by="tests")
    assert the_case(case_id).service_hash == before
    rows = {row.id: row.answer.value for row in reads.desk_case(case_id, town.actor("liu-yang")).case.clauses}
    assert rows["premises_not_housing"] == "yes"


def move(town: Town, case_id: object, *, by: str = "qian-guohua", words: str = "按新规定办理。", to: str = "") -> acts.Done:
    hash_ = to or catalogue.city().services["food-business-licence"].hash
    return acts.move(case_id, hash_, actor=town.actor(by), key=key(), version=version(case_id), words=words)


def test_the_head_moves_one_case_with_reasons_and_it_is_on_record(town: Town, draft: Draft) -> None:
    case_id = accepted(town)
    publish(draft(STRICTER, ITS_TESTS), by="tests")
    assert "move" in reads.desk_case(case_id, town.actor("qian-guohua")).acts
    assert "move" not in reads.desk_case(case_id, town.actor("liu-yang")).acts
    move(town, case_id)
    rows = {row.id: row.answer.value for row in reads.desk_case(case_id, town.actor("liu-yang")).case.clauses}
    assert rows["premises_not_housing"] == "no"
    assert (last(case_id).act, last(case_id).words) == ("move", "按新规定办理。")
    acts.complete_step(open_task(case_id).id, actor=town.actor("liu-yang"), key=key())
    visit(town, open_task(case_id))
    assert acts_of(case_id)[-1] == "step"


def test_not_by_others_not_without_reasons_not_to_what_does_not_fit(town: Town, draft: Draft) -> None:
    case_id = accepted(town)
    publish(draft(STRICTER, ITS_TESTS), by="tests")
    with pytest.raises(MayNotError):
        move(town, case_id, by="liu-yang")
    with pytest.raises(CaseNotFoundError):
        move(town, case_id, by="feng-xue")
    with pytest.raises(ReasonMissingError):
        move(town, case_id, words=" ")
    with pytest.raises(NotMovableError):
        move(town, case_id, to=the_case(case_id).service_hash)
    with pytest.raises(NotMovableError):
        move(town, case_id, to=catalogue.city().services["outdoor-sign"].hash)


def test_a_version_without_the_open_step_does_not_fit(town: Town, draft: Draft) -> None:
    case_id = accepted(town)
    publish(
        draft(
            ("review, site", "look, site"),
            ("[review, record]", "[look, record]"),
            ("[review, decide]", "[look, decide]"),
            ("  review:\n", "  look:\n"),
            ("not_by: review", "not_by: look"),
        ),
        by="tests",
    )
    with pytest.raises(NotMovableError):
        move(town, case_id)


def test_what_is_decided_stays_where_it_is(town: Town, draft: Draft) -> None:
    case_id = promised(town)
    publish(draft(STRICTER, ITS_TESTS), by="tests")
    with pytest.raises(WrongStateError):
        move(town, case_id)


def test_new_limits_hold_from_the_day_the_papers_were_complete(town: Town, draft: Draft) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    draft(("statutory: 10 working days", "statutory: 8 working days"), file="library/000131024000.yaml")
    publish(
        draft(
            (
                "limits: {statutory: 10 working days, promised: 5 working days, extension",
                "limits: {statutory: 8 working days, promised: 5 working days, extension",
            )
        ),
        by="tests",
    )
    move(town, case_id)
    case = the_case(case_id)
    assert case.statutory_due_on == catalogue.city().calendar.add_working(case.complete_on, 8)
    assert open_task(case_id).statutory_due_on == case.statutory_due_on
