"""A bundle: who may ask for all of it, what waits for what, what is supplied, which checks are one visit, and whether the promise can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.catalogue.core.bundles import ENDINGS, longest_chain, longest_promise
from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.checking.offered import check_day
from tongban.catalogue.core.definition import Bundle, City, Limit, Question, Service, Step, Supply
from tongban.kernel.text import Text
from tongban.rules.core import TextType
from tongban.rules.core.faults import nearest

_ACTS: Final = ("send", *ENDINGS)
_TEXTS: Final = ("text", "long-text")


def check_bundle(city: City, bundle: Bundle, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """Everything about one bundle that its parts decide."""
    services = {alias: city.services[part.service] for alias, part in bundle.parts.items()}
    if bundle.id in city.services:
        checker.fault(f"“{bundle.id}”已是一项服务的名字", f"“{bundle.id}” already names a service", "bundle", value=True)
    _check_who(bundle, services, checker)
    _check_supplies(bundle, services, checker)
    _check_visits(bundle, services, checker)
    _check_procedure(city, bundle, checker, faulty)
    if _check_order(bundle, checker):
        _check_time(city, bundle, checker)
    _check_tests(city, bundle, checker)


def _check_who(bundle: Bundle, services: Mapping[str, Service], checker: Checker) -> None:
    """Whoever may ask for the bundle may ask for each of its parts."""
    for key, offered in (("audience", bundle.service.audience), ("mandates", bundle.service.mandates)):
        for alias, service in services.items():
            wrong = [one for one in offered if one not in getattr(service, key)]
            if wrong:
                zh = f"“{alias}”（{service.id}）的 {key} 里没有“{wrong[0]}”，这样的申请人办不了整件事"
                en = f"“{wrong[0]}” is not in the {key} of “{alias}” ({service.id}): such an applicant could not have the whole bundle"
                checker.fault(zh, en, key, value=True)


def _check_order(bundle: Bundle, checker: Checker) -> bool:
    """Whether the parts can be done in some order; a ring is told once, at the part where it closes."""
    done: set[str] = set()
    waiting = dict(bundle.parts)
    for alias, part in bundle.parts.items():
        for other in part.after:
            if other == alias:
                checker.fault(f"“{alias}”不能等它自己", f"“{alias}” cannot wait for itself", "parts", alias)
                return False
    while waiting:
        ready = [alias for alias, part in waiting.items() if set(part.after) <= done]
        if not ready:
            ring = " → ".join(sorted(waiting))
            checker.fault(f"这几个部件互相等待：{ring}", f"these parts wait for one another: {ring}", "parts", min(waiting))
            return False
        done.update(ready)
        for alias in ready:
            del waiting[alias]
    return True


def _check_supplies(bundle: Bundle, services: Mapping[str, Service], checker: Checker) -> None:
    for alias, part in bundle.parts.items():
        for name, supply in part.supplies.items():
            question = next(one for one in services[alias].questions if one.id == name)
            reason = _unfit(question, supply, services[supply.part])
            if reason is not None:
                checker.fault(reason.zh, reason.en, "supplies", f"{alias}.{name}", value=True)


def _unfit(question: Question, supply: Supply, source: Service) -> Text | None:  # noqa: PLR0911 - one return a reason
    """Why a result cannot answer a question, or nothing."""
    if supply.kind in ("credential", "number"):
        if question.type not in _TEXTS:
            return Text("编号只能填入文字类问题", "a number answers a question of text only")
        gives = {source.gives.credential, *(way.gives.credential for way in source.ways if way.gives)}
        if supply.kind == "credential" and not any(gives):
            return Text(f"“{source.id}”不出证照", f"“{source.id}” gives no credential")
        return None
    if supply.kind == "answer":
        other = next((one for one in source.questions if one.id == supply.name), None)
        if other is None:
            return Text(f"“{source.id}”没有“{supply.name}”这个问题", f"“{source.id}” has no question “{supply.name}”")
        same = other.type == question.type and [one.id for one in other.options] == [one.id for one in question.options]
        return None if same else Text("两个问题的类型不同", "the two questions are of different types")
    step = _step(source, supply.step)
    if step is None or supply.name not in step.records:
        return Text(f"“{source.id}”没有“{supply.step}.{supply.name}”这项记录", f"“{source.id}” records no “{supply.step}.{supply.name}”")
    recorded = {option.id for option in step.records[supply.name]}
    if question.type in _TEXTS or (question.type == "choice" and recorded <= {option.id for option in question.options}):
        return None
    return Text("记录的值不都是这个问题的选项", "not everything that may be recorded is an option of the question")


def _step(service: Service, name: str) -> Step | None:
    return next((step for step in service.every_step if step.id == name), None)


def _check_visits(bundle: Bundle, services: Mapping[str, Service], checker: Checker) -> None:
    """A joint visit is of on-site checks, of at least two parts; a check belongs to one visit."""
    seen: dict[tuple[str, str], str] = {}
    for visit in bundle.visits:
        for number, (alias, name) in enumerate(visit.steps):
            at = ("visits", visit.id, "steps", number)
            step = _step(services[alias], name)
            if step is None:
                known = [each.id for each in services[alias].every_step]
                near = nearest(name, known)
                checker.fault(
                    f"“{services[alias].id}”没有“{name}”这个环节",
                    f"“{services[alias].id}” has no step “{name}”",
                    *at,
                    near=f"{alias}.{near}" if near else None,
                )
            elif not step.on_site:
                checker.fault(f"环节“{name}”不是现场核查", f"the step “{name}” is no on-site check", *at)
            if seen.setdefault((alias, name), visit.id) != visit.id:
                checker.fault("这个环节已在另一次核查里", "this step belongs to another visit already", *at)
        if visit.at and (visit.at not in bundle.service.vocabulary or not isinstance(bundle.service.vocabulary[visit.at].type, TextType)):
            near = nearest(visit.at, bundle.service.vocabulary)
            zh, en = f"“{visit.at}”不是本件事的文字类事实", f"“{visit.at}” is no fact of this bundle that is text"
            checker.fault(zh, en, "visits", visit.id, "at", value=True, near=near)
        if len({alias for alias, _ in visit.steps}) < 2:
            checker.fault("合并的核查至少涉及两个部件", "a joint visit is of at least two parts", "visits", visit.id)


def _check_procedure(city: City, bundle: Bundle, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """The bundle's procedure can end in each way in which its parts may."""
    procedure = city.procedures.get(bundle.service.procedure)
    if procedure is None or ("procedure", procedure.id) in faulty:
        return
    for act in _ACTS:
        if act not in procedure.acts:
            zh, en = f"程序“{procedure.id}”没有 {act} 流转", f"the procedure “{procedure.id}” has no {act} transition"
            checker.fault(zh, en, "procedure", value=True)


def _check_time(city: City, bundle: Bundle, checker: Checker) -> None:
    """The one clock holds the longest chain of parts that wait for one another, whatever holidays fall into it."""
    limit = bundle.service.limits.promised
    chain = longest_chain(bundle, city.services)
    needs = sum(_in_days_of(limit, longest_promise(city.services[bundle.parts[alias].service])) for alias in chain)
    if needs > limit.days:
        shown = " → ".join(chain)
        checker.fault(
            f"先后相接的事项（{shown}）合计 {needs} 天，超过本件事承诺的 {limit.days} 天",
            f"the parts that follow one another ({shown}) take {needs} days together, more than the {limit.days} promised",
            "limit",
            value=True,
        )


def _in_days_of(limit: Limit, other: Limit) -> int:
    """The most days, as the first limit counts them, that the other can take: a working week is seven days, the longest holiday adds nine."""
    if limit.counted in (other.counted, "working"):
        return other.days
    return other.days + 2 * (other.days // 5 + 1) + 9


def _check_tests(city: City, bundle: Bundle, checker: Checker) -> None:
    if not bundle.tests:
        checker.fault("没有测试", "there are no tests", "tests")
    for number, test in enumerate(bundle.tests):
        check_day(city, test, number, checker)
