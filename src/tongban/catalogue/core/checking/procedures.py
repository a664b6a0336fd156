"""A procedure: every state can be reached and, unless terminal, left; silence has somewhere to go."""

from __future__ import annotations

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import AFTER_THE_END, Procedure


def check_procedure(procedure: Procedure, checker: Checker) -> None:
    """Every state can be reached and, unless terminal, left; silence has somewhere to go."""
    reached = _reached(procedure)
    leaving = {source for one in procedure.transitions if one.act not in AFTER_THE_END for source in one.sources if source != one.to}
    delivered = {source for one in procedure.transitions if one.act in AFTER_THE_END for source in one.sources}
    for id_, state in procedure.states.items():
        if id_ not in reached:
            checker.fault(f"状态“{id_}”永远到不了", f"the state “{id_}” is never reached", "states", id_)
        if state.terminal and id_ in leaving:
            checker.fault(
                f"状态“{id_}”已是终点，却还有流转", f"the state “{id_}” is terminal and yet something leads out of it", "states", id_
            )
        if not state.terminal and id_ not in leaving | delivered:
            checker.fault(
                f"状态“{id_}”没有出路；终点请写 terminal: yes", f"nothing leads out of “{id_}”; an end says terminal: yes", "states", id_
            )
    _check_acts(procedure, checker)
    _check_stops(procedure, checker)


def _reached(procedure: Procedure) -> set[str]:
    reached, frontier = {procedure.first}, [procedure.first]
    while frontier:
        source = frontier.pop()
        for transition in procedure.transitions:
            if source in transition.sources and transition.to not in reached:
                reached.add(transition.to)
                frontier.append(transition.to)
    return reached


def _check_acts(procedure: Procedure, checker: Checker) -> None:
    acts = procedure.acts
    if procedure.silence_accepts and "deem-accepted" not in acts:
        checker.fault("silence_accepts 需要 deem-accepted 流转", "“silence_accepts” needs a deem-accepted transition", "silence_accepts")
    if not acts & {"send", "open"}:
        checker.fault("没有 send 流转，无法提交", "there is no send transition: nothing could be sent", "transitions")
    if "ask-correction" in acts and procedure.correction_within is None:
        checker.fault(
            "可以要求补正，却没有告知期限 correction_within",
            "corrections may be asked for, and no correction_within says by when",
            "transitions",
        )


def _check_stops(procedure: Procedure, checker: Checker) -> None:
    """A stop is lawful by its declared kind, and ends; a clock stands still in the states that a stop leads to, and in no other."""
    ways = {act: [one for one in procedure.transitions if one.act == act] for act in ("stop", "resume", "extend")}
    if bool(ways["stop"]) != bool(procedure.lawful_stops):
        checker.fault(
            "stop 流转和 lawful_stops 要么都有，要么都没有",
            "a stop transition and “lawful_stops” come together or not at all",
            "lawful_stops" if procedure.lawful_stops else "transitions",
        )
    stopped = {one.to for one in ways["stop"]}
    for id_, state in procedure.states.items():
        if (state.clock == "stopped") != (id_ in stopped):
            checker.fault(
                f"状态“{id_}”：clock: stopped 只用于 stop 到达的状态，且必须写",
                f"the state “{id_}”: the states that a stop leads to, and only those, say clock: stopped",
                "states",
                id_,
            )
    if stopped - {source for one in ways["resume"] for source in one.sources}:
        checker.fault("停下之后没有 resume 流转，期限再也不会继续", "nothing resumes what was stopped", "transitions")
    if bool(ways["extend"]) != (procedure.extension is not None):
        checker.fault(
            "extend 流转和 extension 要么都有，要么都没有",
            "an extend transition and “extension” come together or not at all",
            "extension" if procedure.extension else "transitions",
        )
