"""Cases that concern another case: what a service, its steps and its procedure must say for that, and what ratings need."""

from __future__ import annotations

from collections.abc import Callable

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.checking.systems import steps_of
from tongban.catalogue.core.definition import City, Procedure, Service, Step
from tongban.catalogue.core.definition.feedback import ABOUT


def check_feedback(city: City, checker_of: Callable[[str, str], Checker]) -> None:
    """Everything about ratings and linked cases. `checker_of(kind, name)` is the file that a finding is placed in."""
    for service in city.services.values():
        checker = checker_of("service", service.id)
        procedure = city.procedures.get(service.procedure)
        _check_opening(service, procedure, checker)
        if city.ratings is not None and procedure is not None:
            _check_rated(service, procedure, checker)
        for step, way in steps_of(service):
            _check_step(service, step, way, procedure, checker)
    for bundle in city.bundles.values():
        procedure = city.procedures.get(bundle.service.procedure)
        if city.ratings is not None and procedure is not None:
            _check_rated(bundle.service, procedure, checker_of("bundle", bundle.id))
    opened = [service.id for service in city.services.values() if service.about is not None and service.about.opened_by == "rating"]
    if city.ratings is not None and not opened:
        checker_of("ratings", "ratings").fault(
            "没有由差评发起的服务（about: {opened_by: rating}），差评无人处置",
            "no service is opened by a bad rating (about: {opened_by: rating}), so nobody would answer one",
            "within",
        )
    for id_ in opened[1:]:
        checker_of("service", id_).fault(
            f"差评已由“{opened[0]}”处置", f"bad ratings already open “{opened[0]}”", "about", "opened_by", value=True
        )


def _check_opening(service: Service, procedure: Procedure | None, checker: Checker) -> None:
    about = service.about
    if service.gives.reopens and about is None:
        checker.fault(
            "没有写 about，无原件可以重新办理", "“reopens” needs “about”: which case would be taken up again?", "gives", "reopens"
        )
    if about is None or procedure is None:
        return
    wanted = "send" if about.opened_by == "applicant" else "open"
    if wanted not in procedure.acts:
        checker.fault(
            f"程序“{procedure.id}”没有 {wanted} 流转，无法发起",
            f"the procedure “{procedure.id}” has no {wanted} transition: nothing could be opened",
            "about",
            "opened_by",
            value=True,
        )


def _check_rated(service: Service, procedure: Procedure, checker: Checker) -> None:
    """Whoever applied can rate how it ended, whichever way it did; what answers a rating is not rated itself."""
    if service.initiative != "applicant" or (service.about is not None and service.about.opened_by != "applicant"):
        return
    for state in procedure.states.values():
        if state.terminal and state.id not in procedure.rated:
            checker.fault(
                f"程序“{procedure.id}”的终点状态“{state.id}”不在 rated 里，办完了也不能评价",
                f"the procedure “{procedure.id}” ends in “{state.id}”, which is not among “rated”: nobody could rate it",
                "procedure",
                value=True,
            )


def _check_step(service: Service, step: Step, way: tuple[str, ...], procedure: Procedure | None, checker: Checker) -> None:
    if step.of == ABOUT and service.about is None:
        checker.fault("没有写 about，不知道是哪个部门", "“of: about” needs the service to have “about”", *way, "of", value=True)
    for recorded, act in step.brings.items():
        if procedure is not None and act and act not in procedure.acts:
            checker.fault(
                f"程序“{procedure.id}”没有 {act} 流转",
                f"the procedure “{procedure.id}” has no {act} transition",
                *way,
                "brings",
                recorded,
                value=True,
            )
