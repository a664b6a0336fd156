"""Joint review (并联审查): departments look at the same time, each on its own days; all of them or any one is enough; silence agrees only where that is declared."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import key, photo, plan, version
from tests.cases.walking import acts_of, last, open_task, the_case, working_days_later
from tongban.cases import acts
from tongban.cases.models import Task
from tongban.catalogue import reads as catalogue
from tongban.house.population import change_register
from tongban.house.stories.reading import dated
from tongban.house.stories.verbs import actor_of
from tongban.kernel import clock
from tongban.parties import reads as parties
from tongban.rules.core import Answer, Explanation

pytestmark = [pytest.mark.django_db(databases=["default", "registers"]), pytest.mark.usefixtures("town")]

DIG = {
    "section_no": "YC-9001",
    "place": "望江路88号门前",
    "area_m2": "45.00",
    "approval_no": "GX-0001",
    "starts_on": "{today+30}",
    "days": "12",
    "closes": "lane",
    "bus_stop": "yes",
}
RESUMPTION = {
    "cause": "holiday",
    "restart_on": "{today+5}",
    "workers_back": "8",
    "contact": "马强",
    "contact_phone": "13900000106",
}
FINDINGS = {"road": ("zhong-wei", {"plan": "fit"}), "traffic": ("xiao-bo", {"plan": "agreed"})}


def applied(service: str, login: str, firm: str, answers: dict[str, str]) -> UUID:
    actor = actor_of(login)
    side = next(one for one in parties.principals(actor.person_id) if one.name == firm and one.allows(service))
    done = acts.hand_in(service, dated(answers), actor=actor, key=key(), principal_kind=side.kind, principal_id=side.id, send_it=False)
    return UUID(done.case_id)


def dig(**answers: str) -> UUID:
    """A gas company's dig in the carriageway, accepted and looked through: three departments are asked at once."""
    change_register("road_sections", {"section_no": "YC-9001", "road": "望江路", "opened_on": "2009-06-30"})
    case_id = applied("road-excavation", "dai-jun", "云川燃气有限公司", DIG | answers)
    for paper in ("dig_drawing", "restore_plan", "traffic_plan"):
        acts.attach(case_id, paper, plan(), f"{paper}.jpg", actor=actor_of("dai-jun"))
    acts.send(case_id, actor=actor_of("dai-jun"), key=key(), version=version(case_id))
    acts.accept(case_id, actor=actor_of("han-lei"), key=key(), version=version(case_id))
    records = {"clash": "none", "government": "not-needed"}
    acts.complete_step(open_task(case_id).id, actor=actor_of("han-lei"), key=key(), records=records)
    return case_id


def looked_at() -> UUID:
    """A factory that resumes work without a promise: the subdistrict or the bureau looks in."""
    case_id = applied("resumption-filing", "ma-qiang", "云川海味鲜餐饮有限公司", RESUMPTION)
    acts.send(case_id, actor=actor_of("ma-qiang"), key=key(), version=version(case_id))
    acts.accept(case_id, actor=actor_of("hou-jun"), key=key(), version=version(case_id))
    return case_id


def says(case_id: UUID, step: str) -> None:
    login, records = FINDINGS[step]
    acts.complete_step(open_task(case_id, step=step).id, actor=actor_of(login), key=key(), records=records)


def open_steps(case_id: UUID) -> set[str]:
    return set(Task.objects.filter(case_id=case_id, is_open=True).values_list("step", flat=True))


def in_days(days: int) -> date:
    return catalogue.city().calendar.add_working(clock.today(), days)


def test_all_are_asked_on_the_same_day_each_on_its_own_days() -> None:
    case_id = dig()
    asked = {task.step: (task.department, task.step_due_on) for task in Task.objects.filter(case_id=case_id, is_open=True)}
    assert asked == {
        "road": ("urban-management", in_days(3)),
        "traffic": ("traffic-police", in_days(3)),
        "buses": ("transport", in_days(2)),
    }


def test_who_is_not_concerned_is_not_asked() -> None:
    assert open_steps(dig(bus_stop="no")) == {"road", "traffic"}


def test_the_days_of_one_do_not_move_when_another_has_answered() -> None:
    case_id = dig()
    due = in_days(3)
    working_days_later(1)
    says(case_id, "road")
    assert open_task(case_id, step="traffic").step_due_on == due


def test_where_all_are_needed_the_decision_waits_for_the_last() -> None:
    case_id = dig(bus_stop="no")
    says(case_id, "road")
    assert open_steps(case_id) == {"traffic"}
    says(case_id, "traffic")
    assert open_steps(case_id) == {"decide"}


def test_silence_that_is_declared_to_pass_passes_after_the_last_day_and_not_on_it() -> None:
    case_id = dig()
    working_days_later(2)
    assert open_steps(case_id) == {"road", "traffic", "buses"}, "the last day itself is in time"
    working_days_later(1)
    assert open_steps(case_id) == {"road", "traffic"}
    event = last(case_id)
    assert (event.act, event.step, event.actor) == ("deem-passed", "buses", None)
    assert event.data["missed_by"] == "transport", "who was silent stays on record"
    assert acts_of(case_id).count("deem-passed") == 1


def test_silence_records_no_finding_so_the_condition_stays_open() -> None:
    case_id = dig()
    working_days_later(3)
    task = Task.objects.get(case_id=case_id, step="buses")
    assert (task.outcome, task.records, task.signatures, task.done_by) == ("deem-passed", {}, [], None)
    assert not task.is_settled
    event = last(case_id)
    assert event.facts["buses.view"]["state"] == "unknown"
    assert Explanation.from_json(event.explanation).by_id["buses_served"].answer is Answer.UNKNOWN


def test_agreement_by_silence_counts_as_one_of_all() -> None:
    case_id = dig()
    says(case_id, "road")
    says(case_id, "traffic")
    assert open_steps(case_id) == {"buses"}
    working_days_later(3)
    assert open_steps(case_id) == {"decide"}
    acts.gather(case_id, actor="test")
    done = acts.decide(
        case_id, "grant", actor=actor_of("yang-fan"), key=key(), version=version(case_id), words="交通局逾期未答复，视为无异议。"
    )
    assert done.state == "granted"


def test_silence_that_is_not_declared_to_pass_goes_to_the_head_and_passes_nothing() -> None:
    case_id = dig(bus_stop="no")
    working_days_later(4)
    assert open_steps(case_id) == {"road", "traffic"}
    assert acts_of(case_id)[-2:] == ["escalate", "escalate"]
    assert {event.data["missed_by"] for event in the_case(case_id).events.filter(act="escalate")} == {"urban-management", "traffic-police"}


def test_where_any_is_enough_both_are_asked_and_the_first_answer_closes_the_other() -> None:
    case_id = looked_at()
    assert {(task.step, task.step_due_on) for task in Task.objects.filter(case_id=case_id, is_open=True)} == {
        ("street", in_days(3)),
        ("bureau", in_days(3)),
    }
    street = open_task(case_id, step="street")
    acts.complete_step(street.id, actor=actor_of("zou-li"), key=key(), records={"ready": "true"}, photos=[photo(case_id)])
    assert open_steps(case_id) == {"record"}
    bureau = Task.objects.get(case_id=case_id, step="bureau")
    assert (bureau.outcome, bureau.done_by, bureau.records) == ("not-needed", None, {})
