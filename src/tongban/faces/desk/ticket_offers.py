"""Which acts the bar under a ticket offers, each with its letter; and the fields of their forms.

Invariants: what is offered is what the cases room says this reader may do now; what may be chosen is what the city declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from tongban.cases.reads.desk import DeskCase
from tongban.cases.reads.tickets.desk import same_matter
from tongban.cases.reads.tickets.view import TicketView
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.ticketing import last_resort_of, routed_to, suggested
from tongban.faces.desk.act_forms import Typed
from tongban.faces.desk.offers import Offer, offers
from tongban.kernel.text import Text
from tongban.look.posted import posted

Field = dict[str, object]
_BAR = (
    ("dispatch", "d", Text("派单", "Dispatch")),
    ("rule", "r", Text("审核异议", "Rule on the dispute")),
    ("answer", "a", Text("答复", "Answer")),
    ("progress", "p", Text("告知进展", "Tell progress")),
    ("ask-help", "e", Text("请协办", "Ask for help")),
    ("give-help", "g", Text("回复协办", "Give help")),
    ("dispute", "x", Text("派单异议", "Dispute the dispatch")),
    ("supervise", "s", Text("督办复核", "Review")),
    ("call-back", "c", Text("回访", "Call back")),
    ("merge", "m", Text("并单", "Merge")),
    ("unmerge", "n", Text("拆单", "Take apart")),
    ("urge", "u", Text("催办", "Urge")),
    ("see-who", "w", Text("查看身份", "See who asked")),
)
_FIRST = ("dispatch", "rule", "answer", "give-help", "supervise")
"""The likeliest act is the button in ink."""


def offered(desk: DeskCase) -> tuple[Offer, ...]:
    """The acts allowed now on a ticket, or on any other case."""
    if desk.case.ticket is None:
        return offers(desk)
    found: list[Offer] = []
    for slug, key, label in _BAR:
        if slug not in desk.acts:
            continue
        task = next((task for task in desk.tasks if slug == "give-help" and task.may_do and task.step == _help(desk)), None)
        if slug == "give-help" and task is None:
            continue
        found.append(Offer(slug, key, label, is_first=slug in _FIRST and not any(one.is_first for one in found), task=task))
    return tuple(found)


def ticket_fields(desk: DeskCase, offer: Offer, typed: Typed) -> list[Field]:
    """The fields of an act's form on a ticket; none for an act of any other case."""
    make = _FIELDS.get(offer.slug)
    return make(desk, desk.case.ticket, typed) if make and desk.case.ticket else []


def _help(desk: DeskCase) -> str:
    tickets = desk.case.service.tickets
    return tickets.steps.help if tickets else ""


def _field(kind: str, name: str, label: Text, typed: Typed, *, hint: Text | None = None, value: str = "", **more: object) -> Field:
    return {"kind": kind, "name": name, "label": label, "hint": hint, "value": typed.fields.get(name, value), **more}


def _dispatch(desk: DeskCase, view: TicketView, typed: Typed) -> list[Field]:
    likely = next(iter(suggested(view.definition, _said(desk))), "") if not _routed(view) else ""
    category = typed.fields.get("category", likely or view.category_id)
    department = routed_to(view.definition, category, _area(desk))
    return [
        _field(
            "select",
            "category",
            Text("类别", "Category"),
            typed,
            value=category,
            hint=Text(
                "群众选错了的，在这里改正；时限按改正后的类别、仍从登记时起算。",
                "Put it right if it was wrong: the limit follows, from the same beginning.",
            ),
            options=_categories(desk, view),
        ),
        _field("select", "department", Text("派给", "To"), typed, value=department, options=_departments(view)),
    ]


def _dispute(desk: DeskCase, view: TicketView, typed: Typed) -> list[Field]:
    last = catalogue.city().departments[last_resort_of(view.definition, _area(desk))].short
    hint = Text(
        f"审核前仍由本部门负责，期限照算。这件诉求第二次被提异议的，直接由{last.zh}办理。",
        f"Until the ruling your department answers and the clock runs. A second dispute of a ticket sends it to {last.en}.",
    )
    return [_field("select", "to", Text("应当由谁办", "Who should handle it"), typed, hint=hint, options=_departments(view))]


def _rule(_: DeskCase, view: TicketView, typed: Typed) -> list[Field]:
    options = [
        ("stays", Text("维持，由原部门办", "It stays")),
        ("moves", Text("改派", "It moves")),
        ("split", Text("拆分：一家牵头，其他协办", "It is split: one answers, others help")),
    ]
    return [
        _field("radios", "ruling", Text("审核结论", "The ruling"), typed, options=options),
        _field(
            "select",
            "department",
            Text("改派给（或者牵头）", "Moves to (or answers)"),
            typed,
            value=view.department_id,
            options=_departments(view),
        ),
        _field(
            "checks",
            "help",
            Text("协办部门（拆分时选）", "Who helps (if it is split)"),
            typed,
            options=_departments(view),
            chosen=typed.fields,
        ),
    ]


def _ask_help(_: DeskCase, view: TicketView, typed: Typed) -> list[Field]:
    options = [(name, label) for name, label in _departments(view) if name != view.department_id]
    return [_field("checks", "help", Text("请谁协办", "Who is asked"), typed, options=options, chosen=typed.fields)]


def _answer(_: DeskCase, view: TicketView, typed: Typed) -> list[Field]:
    reasons = [(reason.id, reason.title) for reason in view.reasons]
    fields = [
        _field("radios", "reason", Text("办结理由", "Closing reason"), typed, options=reasons),
        {
            "kind": "date",
            "name": "plan_on",
            "label": Text("下一步的日期", "Date of the next step"),
            "hint": Text("没有解决或者只解决了一部分的，必须写。", "Needed where it is not fixed, or only in part."),
            "value": date_typed(typed, "plan_on"),
        },
        _photos(Text("现场照片", "Photos"), typed),
    ]
    if view.kind.proof:
        hint = Text("以“已解决”办结，照片和处置记录至少有一样。", "To close it as fixed, give a photo or this.")
        fields.append(_field("text", "record", Text("处置记录", "Record"), typed, hint=hint))
    if view.definition.out_of_scope and any(reason.fixed == "out-of-scope" for reason in view.reasons):
        places = [("", Text("不涉及", "Does not apply")), *((one.id, one.title) for one in view.definition.out_of_scope)]
        fields.append(
            _field("select", "turn_to", Text("该向哪里反映（不属受理范围时选）", "Where to turn (if out of scope)"), typed, options=places)
        )
    if view.kind.public and not view.is_sealed:
        hint = Text(
            "会列在公开页。不写姓名、电话、门牌；可以不填。",
            "Stands in the public list. No names, numbers or addresses; may be left empty.",
        )
        fields.append(_field("text", "public", Text("公开摘要", "For the public list"), typed, hint=hint))
    return [fields[0], *(field | {"after": True} for field in fields[1:])]


def _progress(_: DeskCase, __: TicketView, typed: Typed) -> list[Field]:
    return [_photos(Text("照片", "Photos"), typed) | {"after": True}]


def _supervise(_: DeskCase, __: TicketView, typed: Typed) -> list[Field]:
    options = [("again", Text("重新办理", "Handle it once more")), ("stands", Text("维持答复，办结", "The answer stands; close it"))]
    return [_field("radios", "outcome", Text("复核结论", "The outcome"), typed, options=options)]


def _call_back(_: DeskCase, __: TicketView, typed: Typed) -> list[Field]:
    said = [
        ("no", Text("没有接通", "Not reached")),
        ("fixed", Text("说已解决", "Says it is fixed")),
        ("not-fixed", Text("说没有解决", "Says it is not fixed")),
    ]
    glad = [("", Text("没有说", "Did not say")), ("yes", Text("满意", "Satisfied")), ("no", Text("不满意", "Not satisfied"))]
    return [
        _field("radios", "said", Text("电话里怎么说", "What they said"), typed, options=said),
        _field("radios", "satisfied", Text("满意吗", "Satisfied?"), typed, options=glad),
    ]


def _merge(desk: DeskCase, _: TicketView, typed: Typed) -> list[Field]:
    same = same_matter(desk.case.row.id)
    options = [(str(one.case_id), _likely(one.number, one.address, one.percent, one.metres)) for one in same]
    fields = [_field("radios", "into", Text("疑似同一件事", "Probably the same"), typed, options=options)] if options else []
    hint = Text("写编号的后几位也可以。", "The end of its number will do.")
    return [*fields, _field("text", "number", Text("并入编号", "Into number"), typed, hint=hint)]


def _likely(number: str, address: str, percent: int, metres: int | None) -> Text:
    far = Text("", "") if metres is None else Text(f"，相距 {metres} 米", f", {metres} m away")
    return Text(f"{number[-7:]} {address}（{percent}% 相同{far.zh}）", f"{number[-7:]} {address} ({percent}% alike{far.en})")


def _photos(label: Text, typed: Typed) -> Field:
    kept = tuple(one for one in typed.fields.get("photos", "").split(",") if one)
    return {"kind": "photos", "name": "photos", "label": label, "hint": None, "value": typed.fields.get("photos", ""), "kept": kept}


def _departments(view: TicketView) -> list[tuple[str, Text]]:
    """Where a ticket may be sent: the departments that the routing names, then all others."""
    departments = catalogue.city().departments
    first = list(dict.fromkeys([*(route.department for route in view.definition.routing), *view.definition.last_resort.values()]))
    rest = [name for name in departments if name not in first]
    return [(name, departments[name].short) for name in (*first, *rest) if name in departments]


def _categories(desk: DeskCase, view: TicketView) -> list[tuple[str, Text]]:
    asked = view.definition.asks.category
    return [(option.id, option.label) for question in desk.case.service.questions if question.id == asked for option in question.options]


def _routed(view: TicketView) -> bool:
    return any(view.category_id in route.categories for route in view.definition.routing)


def _said(desk: DeskCase) -> str:
    """What the person wrote."""
    tickets = desk.case.service.tickets
    label = next((question.label for question in desk.case.service.questions if tickets and question.id == tickets.asks.what), None)
    return next((value.zh for name, value in desk.case.answers if name == label), "")


def _area(desk: DeskCase) -> str:
    return desk.case.ticket.area_code if desk.case.ticket else ""


def date_typed(typed: Typed, name: str) -> str:
    """A date as it was typed into its three fields, `2026-03-05`; empty where nothing was."""
    return posted("date", name, typed.fields) or ""


def date_of(text: str) -> date | None:
    """A date as it was typed, `2026-03-05`; none for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def chosen(fields: Iterable[tuple[str, str]], prefix: str) -> list[str]:
    """The boxes that were ticked among those whose names begin so."""
    return [name.removeprefix(prefix) for name, value in fields if name.startswith(prefix) and value]


_FIELDS: dict[str, Callable[[DeskCase, TicketView, Typed], list[Field]]] = {
    "dispatch": _dispatch,
    "dispute": _dispute,
    "rule": _rule,
    "ask-help": _ask_help,
    "answer": _answer,
    "progress": _progress,
    "give-help": _progress,
    "supervise": _supervise,
    "call-back": _call_back,
    "merge": _merge,
}
