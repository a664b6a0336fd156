"""The declared procedures: each transition as a sentence, and what no procedure may allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.catalogue.core.definition import AFTER_THE_END, Procedure
from tongban.catalogue.core.reading import read_city
from tongban.house.commands.docs import ACTS, page, sentence

CITY = read_city(Path(__file__).parents[3] / "cities" / "yunchuan")
PROCEDURES = sorted(CITY.procedures.values(), key=lambda procedure: procedure.id)
ALLOWED = [(procedure, one.act, source, one.to) for procedure in PROCEDURES for one in procedure.transitions for source in one.sources]
DECIDED = {"grant", "refuse", "not-accept", "not-needed", "withdraw", "lapse"}


def _reached(procedure: Procedure) -> set[str]:
    found, waiting = set(), [procedure.first]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [one.to for one in procedure.transitions if state in one.sources]
    return found


@pytest.mark.parametrize(("procedure", "act", "source", "to"), ALLOWED, ids=lambda value: value if isinstance(value, str) else value.id)
def test_what_is_declared_is_what_happens(procedure: Procedure, act: str, source: str, to: str) -> None:
    assert procedure.next_state(source, act) == to
    assert act in ACTS, "an act that the manual has words for"
    one = next(one for one in procedure.transitions if one.act == act and source in one.sources)
    assert sentence(procedure, one, source) in page(CITY)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_what_is_not_declared_is_refused(procedure: Procedure) -> None:
    declared = {(act, source) for of, act, source, _ in ALLOWED if of is procedure}
    for state in procedure.states:
        for act in ACTS:
            assert (procedure.next_state(state, act) is not None) == ((act, state) in declared)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_every_state_is_reached_and_only_terminal_ones_end(procedure: Procedure) -> None:
    assert _reached(procedure) == set(procedure.states)
    for name, state in procedure.states.items():
        leaves = [one.act for one in procedure.transitions if name in one.sources]
        assert not state.terminal or set(leaves) <= set(AFTER_THE_END), name
        assert state.terminal or leaves, name


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_corrections_come_before_acceptance_and_no_clock_runs_meanwhile(procedure: Procedure) -> None:
    for _, act, source, to in (line for line in ALLOWED if line[0] is procedure):
        if act in ("ask-correction", "correct"):
            assert procedure.states[source].clock == procedure.states[to].clock == "before"


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_nothing_but_delivery_and_annulment_happens_after_a_decision(procedure: Procedure) -> None:
    after = {to for of, act, _, to in ALLOWED if of is procedure and act in DECIDED}
    assert {one.act for one in procedure.transitions for source in one.sources if source in after} <= set(AFTER_THE_END)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_a_clock_stops_only_after_acceptance_by_a_lawful_stop_and_goes_on_when_it_ends(procedure: Procedure) -> None:
    for _, act, source, to in (line for line in ALLOWED if line[0] is procedure):
        clocks = procedure.states[source].clock, procedure.states[to].clock
        assert (clocks[1] == "stopped") == (act == "stop"), act
        assert act != "stop" or clocks[0] == "running"
        assert act != "resume" or clocks == ("stopped", "running")
        assert act != "extend" or (clocks == ("running", "running") and source == to)


def test_the_national_codes_of_corrections_and_special_procedures_come_in_pairs() -> None:
    licence = CITY.procedures["administrative-licence"]
    codes = {one.act: (one.code or licence.states[one.to].national_code) for one in licence.transitions}
    assert (codes["ask-correction"], codes["correct"]) == ("6", "7")
    assert (codes["stop"], codes["resume"]) == ("9", "10")
    assert codes["annul"] == "15"
    assert licence.states["granted"].code_if_tolerated == "12"


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_silence_accepts_only_where_it_is_declared_and_refuses_nowhere(procedure: Procedure) -> None:
    deemed = [one for one in procedure.transitions if one.act == "deem-accepted"]
    assert bool(deemed) == procedure.silence_accepts
    for one in deemed:
        assert all(procedure.next_state(source, "accept") == one.to for source in one.sources)


def test_not_needed_not_accepted_and_refused_are_three_states_with_three_national_codes() -> None:
    licence = CITY.procedures["administrative-licence"]
    codes = {
        act: licence.states[next(one.to for one in licence.transitions if one.act == act)].national_code
        for act in ("not-needed", "not-accept", "refuse")
    }
    assert codes == {"not-needed": "4", "not-accept": "5", "refuse": "13"}


def test_an_onsite_check_is_no_lawful_stop() -> None:
    for procedure in PROCEDURES:
        assert not {"site", "inspection", "on-site-check"} & {stop.id for stop in procedure.lawful_stops}
