"""A service: steps on no route, ways that lead nowhere, what the guide must say, credentials that show no fact, tests of nothing."""

from __future__ import annotations

from typing import Final

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.checking.licences import check_licences
from tongban.catalogue.core.checking.promises import check_promises
from tongban.catalogue.core.checking.systems import check_library, check_sends
from tongban.catalogue.core.checking.tickets import check_tickets
from tongban.catalogue.core.definition import City, Limit, Service, Step, Way, WorkedTest
from tongban.catalogue.core.reading.courses import is_within
from tongban.catalogue.core.redeeming import REDEMPTION, lacking
from tongban.rules.core.faults import nearest

_CODES: Final = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20")
"""事项类型: characters 3 and 4 of a 基本编码 (GB/T 39554)."""


def check_service(city: City, service: Service, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """Everything about one service that needs more than one of its parts."""
    _check_shows(service, checker)
    _check_steps(service, checker)
    _check_ways(city, service, checker, faulty)
    _check_extension(city, service, checker)
    _check_amount(service, checker)
    _check_credential(city, service, checker, faulty)
    _check_needs(city, service, checker, faulty)
    _check_guide(service, checker)
    _check_tests(city, service, checker)
    check_promises(city, service, checker)
    check_licences(city, service, checker)
    check_sends(service, checker)
    check_library(city, service, checker)
    if service.initiative == REDEMPTION and (lacks := lacking(service)):
        checker.fault(f"兑现服务的表单少了：{'、'.join(lacks)}", f"the form of a redeeming service lacks: {', '.join(lacks)}", "form")
    if service.tickets is not None:
        check_tickets(city, service, service.tickets, checker, faulty)


def _check_shows(service: Service, checker: Checker) -> None:
    """No question is shown because of itself, however far around."""
    reads = {f"form.{q.id}": [name for name in q.show.vocabulary if name.startswith("form.")] for q in service.questions if q.show}
    for question in service.questions:
        own = f"form.{question.id}"
        seen: set[str] = set()
        frontier = list(reads.get(own, ()))
        while frontier:
            name = frontier.pop()
            if name not in seen:
                seen.add(name)
                frontier.extend(reads.get(name, ()))
        if own in seen:
            way = ("form", question.section, question.id, "show")
            checker.fault(
                f"问题“{question.id}”的显示条件绕回到它自己", f"whether “{question.id}” is shown depends on itself", *way, value=True
            )
    _check_order(service, checker)


def _check_order(service: Service, checker: Checker) -> None:
    """A question may only be shown because of one that stands before it: pages are answered in order."""
    before: set[str] = set()
    for question in service.questions:
        for name in question.show.vocabulary if question.show else ():
            if name.startswith("form.") and name not in before and name != f"form.{question.id}":
                way = ("form", question.section, question.id, "show")
                checker.fault(f"“{name}”在后面才问，请调整次序", f"“{name}” is asked later; change the order", *way, value=True)
        before.add(f"form.{question.id}")


def _check_steps(service: Service, checker: Checker) -> None:
    routed = {id_ for way in service.ways for id_ in (*way.route, *way.after, way.check.step if way.check else "")}
    routed |= set(service.tickets.steps.all if service.tickets else ())
    inner = {part.id: (step.id, "together", part.id) for step in service.steps.values() for part in step.together}
    for id_, step in service.steps.items():
        if id_ not in routed:
            checker.fault(
                f"环节“{id_}”不在任何办理方式的路径里", f"the step “{id_}” is on no way's route: it is never reached", "steps", id_
            )
        for part, way in ((step, (id_,)), *((part, inner[part.id]) for part in step.together)):
            if part.on_silence and part.within is None:
                checker.fault("有 on_silence，还要写 within", "“on_silence” needs “within”", "steps", *way, "on_silence")
            if part.not_by and part.not_by not in service.steps and part.not_by not in inner:
                near = nearest(part.not_by, (*service.steps, *inner))
                checker.fault(
                    f"not_by：没有“{part.not_by}”这个环节",
                    f"not_by: there is no step “{part.not_by}”",
                    "steps",
                    *way,
                    "not_by",
                    near=near,
                    value=True,
                )
            elif part.not_by == part.id:
                checker.fault("环节不能回避自己", "a step cannot keep its own officer out", "steps", *way, "not_by", value=True)


def _check_ways(city: City, service: Service, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    if not service.ways:
        checker.fault("至少要有一种办理方式", "there must be at least one way", "ways")
        return
    for number, way in enumerate(service.ways):
        last = number == len(service.ways) - 1
        raw = checker.document.node("ways", way.id, "when")
        if last and raw is not None:
            checker.fault(
                "最后一种办理方式不能有条件，否则有的申请无路可走",
                "the last way must have no condition, or some cases would have no way",
                "ways",
                way.id,
                "when",
            )
        elif not last and raw is None and not way.is_promise:
            checker.fault(
                "没有条件的办理方式之后，别的都轮不到",
                "a way without a condition ends the list: those after it are never reached",
                "ways",
                way.id,
            )
        if last and (not way.route or way.is_promise):
            checker.fault(
                "最后一种办理方式要有人办：机器不得不予", "the last way needs a step: a machine never refuses", "ways", way.id, "route"
            )
        procedure = city.procedures.get(way.procedure or service.procedure)
        ends_by_grant = service.tickets is None and procedure is not None and ("procedure", procedure.id) not in faulty
        if procedure and ends_by_grant and "grant" not in procedure.acts:
            checker.fault(f"程序“{procedure.id}”没有 grant 流转", f"the procedure “{procedure.id}” has no grant transition", "ways", way.id)
        _check_time(service, way, checker)


def _check_extension(city: City, service: Service, checker: Checker) -> None:
    """An extension of the service's own needs a procedure in which the head may extend at all, and is no longer than there."""
    ways = ((way.limits, way.procedure or service.procedure, ("ways", way.id)) for way in service.ways if way.limits)
    for limits, procedure, at in ((service.limits, service.procedure, ()), *ways):
        general = city.procedures[procedure].extension if procedure in city.procedures else limits.extension
        if limits.extension is not None and (general is None or not is_within(limits.extension, general)):
            checker.fault(
                f"程序“{procedure}”不能延长这么久：事项自己的 extension 只能更短",
                f"the procedure “{procedure}” does not extend by so much: an item's own “extension” may only be shorter",
                *at,
                "limits",
                "extension",
                value=True,
            )


def _check_time(service: Service, way: Way, checker: Checker) -> None:
    """What the steps of a way take together fits into what is promised."""
    promised = (way.limits or service.limits).promised
    taken = [_longest(service.steps[id_]) for id_ in way.route if id_ in service.steps]
    days = [limit.days for limit in taken if limit is not None and limit.counted == promised.counted]
    if len(days) == len(taken) and sum(days) > promised.days:
        checker.fault(
            f"各环节合计 {sum(days)} 天，超过承诺的 {promised.days} 天",
            f"its steps take {sum(days)} days together, more than the {promised.days} promised",
            "ways",
            way.id,
            "route",
        )


def _longest(step: Step) -> Limit | None:
    if not step.together:
        return step.within
    limits = [part.within for part in step.together]
    if any(limit is None for limit in limits) or len({limit.counted for limit in limits if limit}) > 1:
        return None
    return max((limit for limit in limits if limit), key=lambda limit: limit.days)


def _check_amount(service: Service, checker: Checker) -> None:
    if service.gives.amount is not None and not service.gives.every:
        checker.fault("有 amount，还要写 every: once 或 month", "an amount needs “every: once” or “every: month”", "gives", "amount")


def _check_credential(city: City, service: Service, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """Every field of the licence shows a fact of this service."""
    given: dict[str, tuple[str, ...]] = {service.gives.credential: ("gives", "credential")}
    given.update({way.gives.credential: ("ways", way.id, "gives", "credential") for way in service.ways if way.gives})
    for id_, way in given.items():
        kind = city.credentials.get(id_)
        if kind is None or ("credential", id_) in faulty:
            continue
        aliases = {need.alias for need in service.needs if ("resource", need.resource) in faulty or need.resource not in city.resources}
        for name, _, fact in kind.fields:
            if fact and fact not in service.vocabulary and fact.split(".")[0] not in aliases:
                zh = f"证照“{id_}”的“{name}”要显示“{fact}”，本服务没有这个事实"
                en = f"the field “{name}” of the credential “{id_}” shows “{fact}”, which is no fact of this service"
                checker.fault(zh, en, *way, near=nearest(fact, service.vocabulary), value=True)


def _check_needs(city: City, service: Service, checker: Checker, faulty: set[tuple[str, str]]) -> None:
    """Each need has a key, may be shared, and is read by something: what nothing reads is not asked for."""
    for need in service.needs:
        resource = city.resources.get(need.resource)
        if resource is not None and resource.sharing == "none":
            checker.fault(f"“{resource.id}”不予共享", f"“{resource.id}” is not shared", "needs", need.alias, "resource", value=True)
        if resource is not None and not need.items and ("service", service.id) not in faulty and ("resource", resource.id) not in faulty:
            checker.fault(
                f"没有规则、表单或证照用到“{need.alias}”；不用的数据不查",
                f"no rule, form or credential reads “{need.alias}”: what is not used is not asked for",
                "needs",
                need.alias,
            )
        wrong = {"applicant.uscc": "firm", "applicant.id_number": "person"}.get(need.by)
        if wrong and service.audience and wrong not in service.audience:
            checker.fault(
                f"服务对象里没有能提供 {need.by} 的申请人",
                f"nobody in the audience has {need.by}",
                "needs",
                need.alias,
                "by",
                value=True,
            )


def _check_guide(service: Service, checker: Checker) -> None:
    """What an audit of the published guide would find (reference: catalogue-audit rules on visits, channels and codes)."""
    if service.code and service.code[2:4] not in _CODES:
        checker.fault(
            f"基本编码第 3、4 位“{service.code[2:4]}”不是事项类型",
            f"characters 3 and 4 of the code, “{service.code[2:4]}”, are no kind of service",
            "code",
            value=True,
        )
    must_come = service.identity == "counter" or not {"online", "mail", "home", "phone"} & set(service.channels)
    if must_come and service.visit is None:
        checker.fault(
            "须到现场，却没有写原因 visit",
            "people must come in person and nothing says why: add “visit”",
            "channels" if "online" not in service.channels else "identity",
        )
    if not must_come and service.visit is not None:
        checker.fault("不必到现场，不应写 visit", "nobody has to come in person: remove “visit”", "visit")
    if "online" not in service.channels and not must_come and not {"mail", "home"} & set(service.channels):
        checker.fault(
            "不能网上办又不必到场的，要有邮寄或上门", "what is not online and needs no visit must offer mail or a visit at home", "channels"
        )
    if must_come and service.before.visits == 0:
        checker.fault("改革前不必跑，现在反而要跑", "nobody had to come before, and now they must", "before", "visits", value=True)


def _check_tests(city: City, service: Service, checker: Checker) -> None:
    if not service.tests and checker.document.node("tests") is not None:
        checker.fault("服务没有测试", "the service has no tests", "tests")
    used = [procedure for way in service.ways if (procedure := city.procedures.get(way.procedure or service.procedure))]
    states = {state for procedure in used for state in procedure.states}
    for number, test in enumerate(service.tests):
        word = test.expect.get("state")
        if states and word and word not in states:
            checker.fault(
                f"没有“{word}”这个状态",
                f"there is no state “{word}”",
                "tests",
                number,
                "expect",
                "state",
                near=nearest(str(word), states),
                value=True,
            )
        check_day(city, test, number, checker)


def check_day(city: City, test: WorkedTest, number: int, checker: Checker) -> None:
    """A test is of a day in a year that the calendar declares."""
    year = test.received.year
    if year not in city.calendar.days_off and year > 1 and city.calendar.days_off:
        checker.fault(f"没有 {year} 年的工作日历", f"there is no calendar for {year}", "tests", number, "received", value=True)
