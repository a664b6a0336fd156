"""Tickets by program: the same acts, the same refusals, nothing of who asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cases.tickets.making import MATTER, SERVICE, ticket
from tests.town import Town
from tongban.cases.models import Event
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

ANSWER = {"reason": "solved", "words": "灯头已更换，当晚试亮。", "record": "工单维-0317", "public_words": "一处路灯已修好。"}


def told(town: Town, program: Any, login: str = "li-min", **answers: Any) -> dict[str, Any]:
    person = town.actor(login).person_id
    body = {"service": SERVICE, "principal": {"kind": "person", "id": str(person)}, "answers": MATTER | answers}
    done = program(login).post("/cases", body)
    assert done.status_code == 201, done.content
    return done.json()


def stands(program: Any, login: str, case_id: str) -> dict[str, Any]:
    found = program(login).get(f"/cases/{case_id}/ticket")
    assert found.status_code == 200, found.content
    return found.json()


def test_a_ticket_is_told_handled_answered_and_judged_by_program(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    handler = program("guo-tao")
    found = stands(program, "guo-tao", case_id)
    assert (found["department"], found["tier"], found["late"]) == ("urban-management", "general", False)
    assert handler.post(f"/cases/{case_id}/progress", {"words": "已到现场。"}).status_code == 200
    version = stands(program, "guo-tao", case_id)["version"]
    assert handler.post(f"/cases/{case_id}/answer", ANSWER | {"version": version}).json()["state"] == "answered"
    mine = stands(program, "li-min", case_id)
    assert (mine["fixed"], mine["said_fixed"], mine["reason"]) == ("yes", None, "solved")
    said = program("li-min").post(f"/cases/{case_id}/judge", {"version": mine["version"], "fixed": False, "words": "还是不亮"})
    assert said.json()["state"] == "reopened"
    again = stands(program, "li-min", case_id)
    assert (again["due_by"], again["reopened"], again["received_at"]) == (mine["due_by"], 1, mine["received_at"])


def test_dispatch_dispute_ruling_and_help(town: Town, program: Any) -> None:
    case_id = told(town, program, category="other")["case_id"]
    (row,) = program("luo-qian").get("/tickets/inbox").json()["rows"]
    assert row["case_id"] == case_id
    version = stands(program, "luo-qian", case_id)["version"]
    assert program("luo-qian").post(f"/cases/{case_id}/dispatch", {"version": version, "department": "urban-management"}).status_code == 200
    disputed = program("guo-tao").post(f"/cases/{case_id}/dispute", {"version": version + 1, "words": "不属本局", "to": "ecology"}).json()
    assert disputed["state"] == "disputed"
    assert program("meng-yu").get("/tickets/inbox?turn=ruling").json()["rows"][0]["case_id"] == case_id
    ruling = {"version": disputed["version"], "ruling": "split", "department": "ecology", "helpers": ["urban-management"], "words": "分办"}
    assert program("meng-yu").post(f"/cases/{case_id}/rule", ruling).status_code == 200
    (task,) = [one for one in program("guo-tao").get(f"/cases/{case_id}").json()["tasks"] if one["step"] == "help"]
    assert program("guo-tao").post(f"/cases/{case_id}/helps/{task['id']}", {"words": "路面已修补"}).status_code == 200
    assert stands(program, "cao-yun", case_id)["department"] == "ecology"


def test_merged_apart_urged_pressed_and_seen(town: Town, program: Any) -> None:
    main, other = told(town, program)["case_id"], told(town, program, "zhou-minhua")["case_id"]
    found = stands(program, "luo-qian", other)
    assert [one["case_id"] for one in found["likely"]] == [main]
    merged = program("luo-qian").post(f"/cases/{other}/merge", {"version": found["version"], "into": main}).json()
    assert (merged["state"], stands(program, "zhou-minhua", other)["merged_into"]) == ("merged", main)
    apart = program("luo-qian").post(f"/cases/{other}/unmerge", {"version": merged["version"], "words": "不是同一盏"})
    assert apart.json()["state"] == "received"
    assert program("li-min").post(f"/cases/{main}/urge", {"words": "三天了"}).status_code == 200
    assert program("li-min").post(f"/cases/{main}/urge", {}).status_code == 409
    assert program("li-min").post(f"/cases/{main}/add", {"words": "又灭了一盏"}).status_code == 200
    assert program("gao-feng").post(f"/cases/{main}/press", {"words": "请今天答复"}).status_code == 200
    assert ticket(main).urges == 2


def test_who_asked_is_told_to_the_hotline_alone_and_with_a_reason(town: Town, program: Any) -> None:
    case_id = told(town, program, kind="report", phone="13912345678")["case_id"]
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/ticket", "/queue"):
        text = program("guo-tao").get(path).content.decode()
        assert "李敏" not in text, path
        assert "13912345678" not in text, path
    assert program("guo-tao").post(f"/cases/{case_id}/see-who", {"words": "想知道"}).status_code == 403
    assert program("luo-qian").post(f"/cases/{case_id}/see-who", {}).status_code == 422
    seen = program("luo-qian").post(f"/cases/{case_id}/see-who", {"words": "核实地点"}).json()
    assert seen["name"] == "李敏"


def test_called_back_and_reviewed(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    version = stands(program, "guo-tao", case_id)["version"]
    done = program("guo-tao").post(f"/cases/{case_id}/answer", ANSWER | {"version": version}).json()
    called = program("luo-qian").post(f"/cases/{case_id}/call-back", {"version": done["version"], "reached": False}).json()
    assert (called["state"], ticket(case_id).said_fixed) == ("answered", None)
    for _ in range(3):
        mine = stands(program, "li-min", case_id)
        said = program("li-min").post(f"/cases/{case_id}/judge", {"version": mine["version"], "fixed": False, "words": "没好"}).json()
        if said["state"] == "supervised":
            break
        program("guo-tao").post(f"/cases/{case_id}/answer", ANSWER | {"version": said["version"]})
    review = {"version": said["version"], "outcome": "stands", "words": "已多次到场核实"}
    assert program("gao-feng").post(f"/cases/{case_id}/supervise", review).json()["state"] == "closed"


def test_an_incomplete_answer_says_field_by_field_what_is_missing(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    version = stands(program, "guo-tao", case_id)["version"]
    answered = program("guo-tao").post(f"/cases/{case_id}/answer", {"version": version, "reason": "planned", "words": ""})
    assert (answered.status_code, answered["Content-Type"]) == (422, "application/problem+json")
    assert {fault["pointer"] for fault in answered.json()["errors"]} == {"/words", "/plan_on"}
    proof = program("guo-tao").post(f"/cases/{case_id}/answer", {"version": version, "reason": "solved", "words": "好了"})
    assert [fault["pointer"] for fault in proof.json()["errors"]] == ["/photos"]


def test_the_same_call_with_its_key_is_one_act(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    body = ANSWER | {"version": stands(program, "guo-tao", case_id)["version"]}
    first = program("guo-tao").post(f"/cases/{case_id}/answer", body, key="answer-once")
    again = program("guo-tao").post(f"/cases/{case_id}/answer", body, key="answer-once")
    assert (first.json(), first.status_code) == (again.json(), 200)
    assert Event.objects.filter(case_id=case_id, act="answer").count() == 1
    assert program("guo-tao").post(f"/cases/{case_id}/answer", body | {"words": "别的"}, key="answer-once").status_code == 409


def test_somebody_else_finds_nothing(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    calls = {
        "ticket": None,
        "judge": {"version": 2, "fixed": True},
        "urge": {},
        "add": {"words": "x"},
        "answer": ANSWER | {"version": 2},
        "dispatch": {"version": 2, "department": "ecology"},
        "merge": {"version": 2, "into": str(uuid7())},
        "see-who": {"words": "x"},
    }
    for login in ("chen-xiao", "feng-xue"):
        for path, body in calls.items():
            caller = program(login)
            answered = caller.get(f"/cases/{case_id}/{path}") if body is None else caller.post(f"/cases/{case_id}/{path}", body)
            assert answered.status_code == 404, (login, path, answered.content)


def test_a_case_that_is_no_ticket_has_none(town: Town, program: Any) -> None:
    assert program("li-min").get(f"/cases/{uuid7()}/ticket").status_code == 404
    assert program("li-min").get("/cases/9901/ticket").status_code in (404, 422)


HOSTILE: list[dict[str, Any]] = [
    {},
    {"version": "x"},
    {"version": -1, "fixed": True},
    {"version": 10**30, "fixed": True},
    {"version": 2, "fixed": "vielleicht"},
    {"version": 2, "fixed": True, "satisfied": "sehr"},
    {"version": 2, "fixed": False, "words": "x" * 6000},
    {"version": 2, "fixed": True, "more": 1},
]


@pytest.mark.parametrize("body", HOSTILE)
def test_a_body_that_is_none_changes_nothing(town: Town, program: Any, body: dict[str, Any]) -> None:
    case_id = told(town, program)["case_id"]
    version = stands(program, "guo-tao", case_id)["version"]
    program("guo-tao").post(f"/cases/{case_id}/answer", ANSWER | {"version": version})
    answered = program("li-min").post(f"/cases/{case_id}/judge", body)
    assert answered.status_code in (409, 422), answered.content
    assert ticket(case_id).said_fixed is None


def test_a_null_byte_and_a_lone_surrogate_are_not_kept(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    for words in ("a\x00b", "\ud800"):
        answered = program("li-min").post(f"/cases/{case_id}/add", {"words": words})
        assert answered.status_code < 500, answered.content
    assert set(Event.objects.filter(case_id=case_id, act="add").values_list("words", flat=True)) <= {"ab"}


def test_on_the_fifteenth_day_it_is_too_late_and_the_program_is_told_why(town: Town, program: Any) -> None:
    case_id = told(town, program)["case_id"]
    version = stands(program, "guo-tao", case_id)["version"]
    done = program("guo-tao").post(f"/cases/{case_id}/answer", ANSWER | {"version": version}).json()
    last = ticket(case_id).reopen_until
    clock.move_by(timedelta(days=(last - clock.today()).days + 1))
    late = program("li-min").post(f"/cases/{case_id}/judge", {"version": done["version"], "fixed": False, "words": "没好"})
    assert late.status_code == 409
    assert "催办" not in late.json()["title"]
    assert ticket(case_id).said_fixed is None
