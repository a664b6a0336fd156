"""What the Administrative Licensing Law demands of a procedure, written from the statute and not from the declarations, held against every declared procedure.

A row says: after which acts, or before which, an act has no place. Licences are held to all of it, other procedures to what is said of every administrative procedure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tongban.catalogue.core.definition import Procedure, Transition
from tongban.catalogue.core.reading import read_city

CITY = read_city(Path(__file__).parents[3] / "cities" / "yunchuan")
PROCEDURES = sorted(CITY.procedures.values(), key=lambda procedure: procedure.id)
LICENCE = CITY.procedures["administrative-licence"]

ACCEPTANCE = frozenset({"accept", "deem-accepted", "accept-owing"})
DECISION = frozenset({"grant", "refuse", "not-accept", "not-needed"})
ENDED = DECISION | {"withdraw", "lapse", "annul", "deem-granted"}
GRANTED = frozenset({"grant", "deem-granted"})

NEVER_AFTER = (
    # act, what must not have happened before it, where the law says so
    ("ask-correction", ACCEPTANCE, "第三十二条第一款第四项：补正在受理之前一次告知"),
    ("correct", ACCEPTANCE, "第三十二条第一款第五项"),
    ("not-needed", ACCEPTANCE, "第三十二条第一款第一项"),
    ("not-accept", ACCEPTANCE, "第三十二条第一款第二项"),
    ("accept", ACCEPTANCE, "第三十二条第一款第五项：受理一次"),
    ("deem-accepted", ACCEPTANCE, "第三十二条第一款第四项"),
    ("stop", ENDED, "第四十五条：只在作出决定的期限内"),
    ("resume", ENDED, "第四十五条"),
    ("extend", ENDED, "第四十二条第一款"),
    ("grant", ENDED, "第三十八条：决定一次"),
    ("refuse", ENDED, "第三十八条"),
    ("deem-granted", ENDED, "第五十条第二款：逾期未作决定的"),
    ("withdraw", ENDED, "决定作出之前，申请人可以撤回"),
    ("lapse", ENDED, "已经办结的不能再终止"),
)
ONLY_AFTER = (
    # act, one of which must have happened before it on every way
    ("accept", frozenset({"send"}), "第三十二条：受理的是申请"),
    ("deem-accepted", frozenset({"send"}), "第三十二条第一款第四项：自收到申请材料之日起"),
    ("correct", frozenset({"ask-correction"}), "第三十二条第一款第四项"),
    ("stop", ACCEPTANCE, "第四十五条：期限自受理起算，没有受理没有可停的期限"),
    ("extend", ACCEPTANCE, "第四十二条第一款：自受理申请之日起二十日内"),
    ("resume", frozenset({"stop"}), "第四十五条"),
    ("deliver", GRANTED, "第四十四条"),
    ("annul", GRANTED, "第六十九条：撤销的是已经作出的许可"),
)
ONLY_OF_LICENCES = (
    ("grant", ACCEPTANCE, "第三十四条、第三十八条：受理后审查，审查后决定"),
    ("refuse", ACCEPTANCE, "第三十八条第二款"),
    ("deem-granted", ACCEPTANCE, "第五十条第二款：申请没有受理的，没有可视为的决定"),
    ("start", ACCEPTANCE, "第三十四条"),
)
REVIEW_FOLLOWS = "reopen"
"""What a reopened case goes through is a new course: neither table looks past it."""


def followed(procedure: Procedure, starts: Iterable[str], without: frozenset[str] = frozenset()) -> set[str]:
    """The states that a case can come to from these, with none of some acts being done."""
    found, waiting = set[str](), list(starts)
    while waiting:
        state = waiting.pop()
        if state in found:
            continue
        found.add(state)
        acts = {one.act for one in procedure.transitions if state in one.sources} - without - {REVIEW_FOLLOWS}
        waiting += [to for act in acts if (to := procedure.next_state(state, act)) is not None]
    return found


def possible_in(procedure: Procedure, act: str) -> set[str]:
    return {state for one in procedure.transitions if one.act == act for state in one.sources}


def broken_after(procedure: Procedure, act: str, before: frozenset[str]) -> set[str]:
    """The states in which the act is possible although one of those before it has happened."""
    ends = [to for one in before for state in possible_in(procedure, one) if (to := procedure.next_state(state, one)) is not None]
    return possible_in(procedure, act) & followed(procedure, ends)


def broken_without(procedure: Procedure, act: str, before: frozenset[str]) -> set[str]:
    """The states in which the act is possible although none of those before it has happened."""
    return possible_in(procedure, act) & followed(procedure, [procedure.first], without=before)


def is_licence(procedure: Procedure) -> bool:
    return procedure.id == LICENCE.id


def names(value: object) -> str | None:
    return value.id if isinstance(value, Procedure) else value if isinstance(value, str) else ""


@pytest.mark.parametrize("procedure", PROCEDURES, ids=names)
@pytest.mark.parametrize(("act", "before", "law"), NEVER_AFTER, ids=[row[0] for row in NEVER_AFTER])
def test_it_has_no_place_after(procedure: Procedure, act: str, before: frozenset[str], law: str) -> None:
    assert not broken_after(procedure, act, before), law


@pytest.mark.parametrize("procedure", PROCEDURES, ids=names)
@pytest.mark.parametrize(("act", "before", "law"), ONLY_AFTER, ids=[row[0] for row in ONLY_AFTER])
def test_it_comes_only_after(procedure: Procedure, act: str, before: frozenset[str], law: str) -> None:
    assert not broken_without(procedure, act, before), law


@pytest.mark.parametrize(("act", "before", "law"), ONLY_OF_LICENCES, ids=[row[0] for row in ONLY_OF_LICENCES])
def test_of_a_licence_it_comes_only_after_acceptance(act: str, before: frozenset[str], law: str) -> None:
    assert not broken_without(LICENCE, act, before), law


WRONG = (
    # a transition that somebody might add to the declaration, and which act of the table finds it
    (Transition("ask-correction", ("review",), "correction"), "ask-correction"),
    (Transition("not-accept", ("accepted",), "not-accepted"), "not-accept"),
    (Transition("not-needed", ("review",), "not-needed"), "not-needed"),
    (Transition("withdraw", ("granted",), "withdrawn"), "withdraw"),
    (Transition("extend", ("delivered",), "delivered"), "extend"),
    (Transition("stop", ("received",), "stopped"), "stop"),
    (Transition("annul", ("review",), "annulled"), "annul"),
    (Transition("deliver", ("accepted",), "delivered"), "deliver"),
    (Transition("grant", ("received",), "granted"), "grant"),
)


@pytest.mark.parametrize(("added", "act"), WRONG, ids=[act for _, act in WRONG])
def test_a_declaration_against_the_law_would_be_found(added: Transition, act: str) -> None:
    """Else the tables above would say nothing."""
    wrong = replace(LICENCE, transitions=(*LICENCE.transitions, added))
    after = [broken_after(wrong, name, before) for name, before, _ in NEVER_AFTER if name == act]
    without = [broken_without(wrong, name, before) for name, before, _ in ONLY_AFTER + ONLY_OF_LICENCES if name == act]
    assert any(after + without)


def test_a_licence_knows_every_answer_that_the_law_gives_to_an_application() -> None:
    """Article 32: not needed, not this office's, correct it, accepted, and accepted by silence; articles 38, 42, 44, 45 and 69 after that."""
    first = {one.act for one in LICENCE.transitions if "received" in one.sources}
    assert first >= {"not-needed", "not-accept", "ask-correction", "accept", "deem-accepted"}
    assert {one.act for one in LICENCE.transitions} >= {"grant", "refuse", "extend", "deliver", "stop", "resume", "annul", "withdraw"}


def test_not_accepting_refusing_and_not_needing_a_licence_are_never_one_state() -> None:
    ends = [{one.to for one in LICENCE.transitions if one.act == act} for act in ("not-needed", "not-accept", "refuse")]
    assert len(set.union(*ends)) == 3


@pytest.mark.parametrize("procedure", PROCEDURES, ids=names)
def test_an_annulment_leads_to_an_end_from_which_nothing_leads(procedure: Procedure) -> None:
    for one in procedure.transitions:
        if one.act == "annul":
            assert not [other for other in procedure.transitions if one.to in other.sources]


def test_the_days_of_the_law_are_those_declared_for_licences() -> None:
    """Five days to ask for corrections (article 32), ten to deliver (44), ten to extend (42), all working days (82)."""
    declared = LICENCE.correction_within, LICENCE.deliver_within, LICENCE.extension
    assert [(limit.days, limit.counted) for limit in declared if limit] == [(5, "working"), (10, "working"), (10, "working")]
    assert LICENCE.silence_accepts
    assert {stop.id for stop in LICENCE.lawful_stops} == {
        "hearing",
        "tender",
        "auction",
        "testing",
        "quarantine",
        "appraisal",
        "expert-review",
    }


@pytest.mark.parametrize("procedure", [one for one in PROCEDURES if not is_licence(one)], ids=names)
def test_only_the_licensing_law_makes_silence_acceptance(procedure: Procedure) -> None:
    assert not procedure.silence_accepts
    assert "deem-accepted" not in {one.act for one in procedure.transitions}
