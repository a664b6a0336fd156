"""Promises, owed papers, silence and rows written back: that each can come to its end by the procedure and the steps that are declared."""

from __future__ import annotations

from tongban.catalogue.core.checking.checker import Checker
from tongban.catalogue.core.definition import City, Procedure, Service, Way, Written
from tongban.catalogue.core.reading.courses import is_within
from tongban.rules.core.faults import nearest


def check_promises(city: City, service: Service, checker: Checker) -> None:
    """Everything that is let go at first can be settled later."""
    for way in service.ways:
        if way.is_promise:
            _check_promise(city, service, way, checker)
        elif way.covers:
            checker.fault(
                "有 covers，还要写 check：承诺之后要核查", "what is covered by a promise is checked: add “check”", "ways", way.id, "covers"
            )
    _check_tolerance(city, service, checker)
    _check_silence(city, service, checker)
    for gives, at in ((service.gives, ("gives",)), *((way.gives, ("ways", way.id, "gives")) for way in service.ways if way.gives)):
        for written in gives.records:
            _check_written(city, written, checker, *at, "records")


def _check_promise(city: City, service: Service, way: Way, checker: Checker) -> None:
    assert way.check is not None
    at = ("ways", way.id)
    clauses = {clause.id: clause for clause in service.rules}
    step = service.steps.get(way.check.step)
    found = {f"{part.id}.{name}" for part in (step, *step.together) for name in part.records} if step else set()
    for id_ in way.covers:
        clause = clauses.get(id_)
        if clause is None:
            checker.fault(f"没有“{id_}”这一条款", f"there is no clause “{id_}”", *at, "covers", near=nearest(id_, clauses))
        elif clause.purpose != "grant":
            checker.fault(f"受理条件“{id_}”不能承诺", f"a condition of acceptance, “{id_}”, cannot be promised", *at, "covers")
        elif step is not None and not found & set(clause.holds.vocabulary):
            checker.fault(
                f"核查环节“{step.id}”的记录判不了“{id_}”",
                f"nothing that the step “{step.id}” records settles “{id_}”",
                *at,
                "check",
                "step",
                value=True,
            )
    if not way.covers:
        checker.fault("承诺方式要写明承诺哪些条款 covers", "a promise says which clauses it covers", *at)
    if not way.letter:
        checker.fault("承诺方式要有承诺书 letter", "a promise needs its letter", *at)
    procedure = _procedure_of(city, service, way)
    if procedure and "annul" not in procedure.acts:
        checker.fault(
            f"程序“{procedure.id}”没有 annul 流转，失信的许可撤销不了", f"the procedure “{procedure.id}” cannot annul a grant", *at, "check"
        )
    if way.check.credit is not None:
        _check_written(city, way.check.credit, checker, *at, "check", "credit")


def _check_tolerance(city: City, service: Service, checker: Checker) -> None:
    secondary = [question for question in service.questions if question.secondary]
    if service.tolerance is None:
        for question in secondary:
            checker.fault(
                "有可容缺材料，还要写 tolerance", "a secondary paper needs “tolerance”", "form", question.section, question.id, "secondary"
            )
        return
    if not secondary:
        checker.fault("没有一份材料可以容缺（secondary: yes）", "no paper is secondary: nothing could be owed", "tolerance")
    for way in service.ways:
        promised = (way.limits or service.limits).promised
        if way.route and not is_within(service.tolerance.within, promised):
            checker.fault(
                f"补齐期限长于“{way.id}”的承诺时限",
                f"owed papers may come later than “{way.id}” promises to decide",
                "tolerance",
                "within",
                value=True,
            )
        procedure = _procedure_of(city, service, way)
        if way.route and procedure and not any(one.act == "lapse" and _is_running(procedure, one.sources) for one in procedure.transitions):
            checker.fault(
                f"程序“{procedure.id}”受理后不能 lapse，逾期未补齐的无法终止",
                f"the procedure “{procedure.id}” cannot end a case whose owed papers never come",
                "tolerance",
            )


def _check_silence(city: City, service: Service, checker: Checker) -> None:
    if service.silence is None or service.silence.means != "end":
        return
    for way in service.ways:
        procedure = _procedure_of(city, service, way)
        if procedure and "ask-correction" in procedure.acts and "lapse" not in procedure.acts:
            checker.fault(
                f"程序“{procedure.id}”没有 lapse 流转", f"the procedure “{procedure.id}” has no lapse", "applicant_silence", "means"
            )


def _check_written(city: City, written: Written, checker: Checker, *at: str) -> None:
    resource = city.resources.get(written.resource)
    if resource is None:
        return
    if resource.connector.get("kind") != "kept":
        checker.fault(
            f"“{resource.id}”不是由本系统保存的登记，不能写入",
            f"“{resource.id}” is not kept here (connector kind: kept), so nothing can be written into it",
            *at,
        )
    if written.by not in ("applicant.uscc", "applicant.id_number") and not written.by.startswith("form."):
        checker.fault(
            "by 应为 applicant.uscc、applicant.id_number 或 form.某题",
            "“by” is applicant.uscc, applicant.id_number or form.<question>",
            *at,
        )


def _procedure_of(city: City, service: Service, way: Way) -> Procedure | None:
    return city.procedures.get(way.procedure or service.procedure)


def _is_running(procedure: Procedure, sources: tuple[str, ...]) -> bool:
    return any(source in procedure.states and procedure.states[source].clock == "running" for source in sources)
