"""计算器: own figures typed for what one policy reads, and what the policy says of them, with reasons and with what would change it.

Invariants: nothing is kept, no register is asked, nobody has to say who they are; the same evaluator answers that promises rest on; a field left empty is unknown, never no;
what cannot be read comes back as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tongban.benefits.core.nearly import told_ways
from tongban.benefits.core.wording import Wording
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Policy
from tongban.catalogue.core.verdict import MATCH_ON, verdict
from tongban.faces.portal import policy_words as words
from tongban.faces.portal.policies import find
from tongban.front.drawn import beside
from tongban.front.entitled import needed
from tongban.kernel import clock
from tongban.kernel.money import parse_yuan
from tongban.kernel.text import Lang, Text, plain
from tongban.look import preferences
from tongban.look.pages import render
from tongban.look.posted import posted
from tongban.look.texts import Screen, screen
from tongban.rules.core import Answer, Bool, Choice, Date, Decimal, Fact, FactType, Int, Money, Nothing, Unknown, Value, ValueFault
from tongban.rules.core import language as lang_

TEXTS = ("portal/calculator", "portal/policies", "portal/frame")
TYPED: Final = "typed"
_ALL: Final = ".all"
NONE, NOT_KNOWN = "none", "unknown"
_HALF: Final = {ord(full): half for full, half in zip("０１２３４５６７８９．－，　", "0123456789.-, ", strict=True)}
_DATE = Text(zh="没有这一天，请按年、月、日填写。", en="There is no such date. Give year, month and day.")
_MONEY = Text(zh="请填金额，单位为元，最多两位小数。", en="Give an amount in yuan with at most two decimals.")
_OUTSIDE = Text(zh="超出了登记册允许的范围。", en="This is outside what the register allows.")


@dataclass
class Typed:
    """What was typed: facts, what cannot be read, and the fields as they were."""

    facts: dict[str, Fact] = field(default_factory=dict)
    faults: dict[str, Text] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
def calculator(request: HttpRequest, policy_id: str) -> HttpResponse:
    """The fields, and after they were sent the verdict above them."""
    city, lang = catalogue.city(), preferences.of(request).lang
    policy = find(policy_id, city)
    t, wording = screen(TEXTS, lang), Wording(city, policy)
    typed = _read(policy, request.POST) if request.method == "POST" else Typed(fields={_id(MATCH_ON): clock.today().isoformat()})
    answered = request.method == "POST" and not typed.faults
    return render(
        request,
        "portal/calculator.html",
        texts=TEXTS,
        status=422 if typed.faults else 200,
        policy=policy,
        groups=_groups(wording, typed, t),
        day=_field(wording, MATCH_ON, typed, t),
        told=[(_id(name), beside(wording.label(name), fault)) for name, fault in typed.faults.items()],
        result=_result(wording, typed.facts, lang) if answered else None,
    )


def _result(wording: Wording, facts: Mapping[str, Fact], lang: Lang) -> dict[str, Any]:
    """The verdict, its amount, each clause, and the ways that would change it."""
    said = verdict(wording.policy, facts)
    needs = [wording.label(name) for name in needed(wording.policy, facts, said)]
    return {
        "answer": said.answer.value,
        "amount": said.amount,
        "nothing_to_pay": said.answer == Answer.NO and said.explanation.answer == Answer.YES,
        "needs": list(dict.fromkeys(one.in_(lang) for one in needs)),
        "ways": told_ways(wording, facts, most=3),
        "clauses": words.clause_rows(wording, said.explanation, lambda _name, _fact: ("", "")),
    }


def _groups(wording: Wording, typed: Typed, t: Screen) -> list[dict[str, Any]]:
    """The fields by register, each with the box that nothing is on record there."""
    found: dict[str, dict[str, Any]] = {}
    for name in wording.policy.vocabulary:
        resource = wording.resource(name)
        if resource is None:
            continue
        alias = name.partition(".")[0]
        group = found.setdefault(
            alias,
            {
                "title": resource.title,
                "by": wording.department(name),
                "none": _id(alias + _ALL),
                "has_none": typed.fields.get(_id(alias + _ALL)) == "yes",
                "fields": [],
            },
        )
        group["fields"].append(_field(wording, name, typed, t))
    return list(found.values())


def _field(wording: Wording, name: str, typed: Typed, t: Screen) -> dict[str, Any]:
    kind = wording.policy.vocabulary[name].type
    options: list[tuple[str, Any]] = []
    if isinstance(kind, Bool):
        options = [("yes", t.answer_yes), ("no", t.answer_no)]
    elif isinstance(kind, Choice):
        options = [(one, wording.value(name, one)) for one in kind.options]
    if options and _asks_whether(wording.policy, name):
        options.append((NONE, t.no_record))
    if options:
        options.append((NOT_KNOWN, t.not_known))
    return {
        "id": _id(name),
        "label": wording.label(name),
        "kind": _kind(kind),
        "options": options,
        "value": typed.fields.get(_id(name), NOT_KNOWN if options else ""),
        "error": typed.faults.get(name),
        "none": f"{_id(name)}-none" if not options and name != MATCH_ON and _asks_whether(wording.policy, name) else "",
        "has_none": typed.fields.get(f"{_id(name)}-none") == "yes",
    }


def _kind(kind: FactType) -> str:
    match kind:
        case Bool() | Choice():
            return "choice"
        case Date():
            return "date"
        case Money():
            return "money"
        case Int():
            return "int"
        case Decimal():
            return "decimal"
    return "text"


def _asks_whether(policy: Policy, name: str) -> bool:
    """Whether it makes a difference to the policy that nothing is on record: where it asks `has`."""
    expressions = [*(clause.holds for clause in policy.rules), *(clause.when for clause in policy.rules if clause.when), policy.amount]
    nodes = (node for one in expressions if one is not None for node in lang_.walk(one.ast))
    return any(isinstance(node, lang_.Has) and node.fact.name == name for node in nodes)


def _read(policy: Policy, sent: Mapping[str, str]) -> Typed:
    typed = Typed()
    for name, spec in policy.vocabulary.items():
        alias, id_ = name.partition(".")[0], _id(name)
        for box in (_id(alias + _ALL), f"{id_}-none"):
            if sent.get(box) == "yes":
                typed.fields[box] = "yes"
        text = plain(posted(_kind(spec.type), id_, sent) or "").strip()
        typed.fields[id_] = text
        if name != MATCH_ON and (sent.get(_id(alias + _ALL)) == "yes" or sent.get(f"{id_}-none") == "yes" or text == NONE):
            typed.facts[name] = Nothing(TYPED)
        elif not text or text == NOT_KNOWN:
            typed.facts[name] = Value(clock.today(), TYPED) if name == MATCH_ON else Unknown("not-typed", TYPED)
        else:
            _one(typed, name, spec.type, text)
    return typed


def _one(typed: Typed, name: str, kind: FactType, text: str) -> None:
    """One value, or what is wrong with it."""
    try:
        typed.facts[name] = Value(_value(kind, text.translate(_HALF)), TYPED)
    except ValueFault as fault:
        typed.faults[name] = _OUTSIDE if isinstance(kind, Money) else fault.message
    except ValueError:
        typed.faults[name] = _MONEY if isinstance(kind, Money) else _DATE


def _value(kind: FactType, text: str) -> Any:
    if isinstance(kind, Money):
        return kind.from_json(int(parse_yuan(text)))
    if isinstance(kind, Date):
        return kind.from_json(date.fromisoformat(text).isoformat())
    return kind.read(text.replace(",", "") if isinstance(kind, Int | Decimal) else text)


def _id(name: str) -> str:
    """A fact's name as a field's: `alias.item` is no selector."""
    return "f-" + name.replace(".", "-")
