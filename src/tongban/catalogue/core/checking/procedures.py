"""A procedure: every state can be reached and, unless terminal, left; silence has somewhere to go."""

from __future__ import annotations

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import Procedure


def check_procedure(procedure: Procedure, checker: Checker) -> None:
    """Every state can be reached and, unless terminal, left; silence has somewhere to go."""
    reached = _reached(procedure)
    leaving = {source for transition in procedure.transitions for source in transition.sources}
    for id_, state in procedure.states.items():
        if id_ not in reached:
            checker.fault(f"状态“{id_}”永远到不了", f"the state “{id_}” is never reached", "states", id_)
        if state.terminal and id_ in leaving:
            checker.fault(
                f"状态“{id_}”已是终点，却还有流转", f"the state “{id_}” is terminal and yet something leads out of it", "states", id_
            )
        if not state.terminal and id_ not in leaving:
            checker.fault(
                f"状态“{id_}”没有出路；终点请写 terminal: yes", f"nothing leads out of “{id_}”; an end says terminal: yes", "states", id_
            )
    _check_acts(procedure, checker)


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
    acts = {transition.act for transition in procedure.transitions}
    if procedure.silence_accepts and "deem-accepted" not in acts:
        checker.fault("silence_accepts 需要 deem-accepted 流转", "“silence_accepts” needs a deem-accepted transition", "silence_accepts")
    if "send" not in acts:
        checker.fault("没有 send 流转，无法提交", "there is no send transition: nothing could be sent", "transitions")
    if "ask-correction" in acts and procedure.correction_within is None:
        checker.fault(
            "可以要求补正，却没有告知期限 correction_within",
            "corrections may be asked for, and no correction_within says by when",
            "transitions",
        )
