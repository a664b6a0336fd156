"""`tongban replay SERVICE --draft DIR`: what a draft would have made of the cases there are, before it is published."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tongban.cases.core.replay import ClauseChange, Outcome
from tongban.cases.reads import Replay, Replayed, replay
from tongban.catalogue.core.definition import Service
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.errors import CityFaults
from tongban.house.commands.check import language, print_faults
from tongban.kernel.money import show_yuan
from tongban.kernel.text import Lang, Text

_NO_SERVICE = Text("这个文件夹里没有“{name}”这项服务。", "There is no service “{name}” in this folder.")
_HEAD = Text(
    "{service}：在办 {running} 件，{since}以来办结 {decided} 件；结果改变的 {changed} 件。",
    "{service}: {running} running, {decided} decided since {since}; {changed} outcomes change.",
)
_UNREADABLE = Text("另有 {n} 件的版本读不出，没有计入。", "{n} more could not be read in their own version and are left out.")
_BY = Text("按条款：", "By clause:")
_WHICH = Text("哪几件：", "Which:")
_MORE = Text("…… 还有 {n} 件；用 --limit 或 --json 看全部。", "… {n} more; see all with --limit or --json.")
_ANSWERS = {
    "yes": Text("符合", "met"),
    "no": Text("不符合", "not met"),
    "unknown": Text("待核实", "open"),
    "none": Text("无此条款", "no such clause"),
}


def run(name: str, draft: Path, *, since: date, limit: int, as_json: bool, lang: Lang | None = None) -> int:
    """Print the comparison; status 0, also where outcomes change; 1 where the draft has faults or no such service."""
    lang = lang or language()
    try:
        service = read_city(draft).services.get(name)
    except CityFaults as error:
        print_faults(error.faults, lang)
        return 1
    if service is None:
        print(_NO_SERVICE.format(name=name).in_(lang))
        return 1
    found = replay(service, since)
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        _print(found, service, since, limit, lang)
    return 0


def _print(found: Replay, service: Service, since: date, limit: int, lang: Lang) -> None:
    head = _HEAD.format(service=service.title, running=found.running, decided=found.decided, since=str(since), changed=len(found.changed))
    print(head.in_(lang))
    if found.unreadable:
        print(_UNREADABLE.format(n=found.unreadable).in_(lang))
    says = {clause.id: clause.says for clause in service.rules}
    if found.by_clause:
        print(_BY.in_(lang))
    for change, count in found.by_clause.most_common():
        print(f"  {count:>6}  {says.get(change.id, Text(change.id, change.id)).in_(lang)} · {_change(change, lang)}")
    if found.changed:
        print(_WHICH.in_(lang))
    for one in found.changed[:limit]:
        print(f"  {one.number}  {_told(one.difference.before, lang)} → {_told(one.difference.after, lang)}")
    if len(found.changed) > limit:
        print(_MORE.format(n=len(found.changed) - limit).in_(lang))


def _change(change: ClauseChange, lang: Lang) -> str:
    sides = (side.value if side else "none" for side in (change.before, change.after))
    return " → ".join(_ANSWERS[side].in_(lang) for side in sides)


def _told(outcome: Outcome, lang: Lang) -> str:
    paid = "" if outcome.amount_fen is None else f" {show_yuan(outcome.amount_fen)}"
    return (
        f"{_ANSWERS[outcome.answer.value].in_(lang)}（{outcome.way}）{paid}"
        if lang == "zh"
        else f"{_ANSWERS[outcome.answer.value].en} ({outcome.way}){paid}"
    )


def _as_json(found: Replay) -> dict[str, Any]:
    return {
        "service": found.service,
        "running": found.running,
        "decided": found.decided,
        "unreadable": found.unreadable,
        "by_clause": [
            {"clause": change.id, "before": _word(change.before), "after": _word(change.after), "cases": n}
            for change, n in found.by_clause.most_common()
        ],
        "changed": [_case(one) for one in found.changed],
    }


def _case(one: Replayed) -> dict[str, Any]:
    sides = {
        side: {"answer": told.answer.value, "way": told.way, "amount_fen": told.amount_fen}
        for side, told in (("before", one.difference.before), ("after", one.difference.after))
    }
    changes = [{"clause": change.id, "before": _word(change.before), "after": _word(change.after)} for change in one.difference.clauses]
    return {"id": str(one.case_id), "number": one.number, "state": one.state, "running": one.is_running, "clauses": changes, **sides}


def _word(answer: Any) -> str | None:
    return answer.value if answer is not None else None
