"""The fields of an act's form beside its words: what may be chosen is what the procedure and the department's posts allow now."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.cases import reads as cases
from tongban.cases.core.delivery import RELATIONS
from tongban.cases.core.spot import WORD_GIVEN
from tongban.cases.reads.correcting import answers_now
from tongban.cases.reads.desk import DeskCase
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import Question
from tongban.faces.desk.act_forms import Typed
from tongban.faces.desk.offers import Offer
from tongban.faces.desk.systems import PAPER_KINDS, paper_of
from tongban.kernel.text import Text

Field = dict[str, object]

_KIND = Text("哪一种特别程序", "Which procedure")
_KIND_HINT = Text(
    "只有这些程序的时间不计入期限；现场核查不在其中。", "Only the time of these does not count; a check on the spot is none of them."
)
_STOP_DAYS = Text("预计需要几个工作日", "How many working days it will take")
_STOP_HINT = Text("会写进告知书，申请人据此知道何时继续。", "The notice tells the applicant.")
_EXTEND_DAYS = Text("延长几日", "By how many days")
_VERSION = Text("现行版本会改变的条件", "What the running version changes")
_NO_CHANGE = Text("按已有的事实，本件的结果不变。", "By the facts there are, the outcome of this case stays the same.")
_PERSON = Text("交给谁", "To whom")
_RECEIPT = Text("收据号", "Receipt number")
_RECEIPT_HINT = Text("票据右上角的号码；一张票据缴清本件全部费用。", "As printed on the receipt; one receipt pays everything that is due.")
_TAKEN_BY = Text("领取人", "Taken by")
_RELATION = Text("与受送达人的关系", "Who they are")
_DOCUMENT = Text("核验了什么证件", "Document that was checked")
_DOCUMENT_HINT = Text("只写种类，如 居民身份证、营业执照，不写号码。", "Its kind alone, such as identity card; never its number.")
_PAPER = Text("依据的书面材料（选填）", "The paper it rests on (optional)")
_PAPER_HINT = Text("对方出具的登记单、结果单等，拍照或扫描。", "What the other body gave out in writing: a photograph or scan.")
_ELSEWHERE = Text("应向哪个机关申请", "Where to apply instead")
_ELSEWHERE_HINT = Text(
    "不属于本机关职权的必须告知，会写进决定书；因其他理由不受理的不用填。",
    "Has to be told where the matter is not within your powers, and goes into the decision. Leave it empty if the reason is another.",
)
_WORD = Text("申请人怎样同意的", "How the applicant gave their word")
_NOBODY = Text("不指定，本岗位人员都可办理", "Nobody in particular: anybody in this post")


def fields_of(desk: DeskCase, offer: Offer, typed: Typed) -> list[Field]:
    """Each field: `kind` (radios, number, select, line, file), name, label, hint, options, value."""
    make = {
        "on-the-spot": _word,
        "not-accept": _elsewhere,
        "stop": _stop,
        "extend": _extend,
        "assign": _assign,
        "hand-over": _hand_over,
        "move": _move,
        "by-hand": _by_hand,
        "mark-paid": _mark_paid,
    }.get(offer.slug)
    return make(desk, offer, typed) if make else []


def asked_again(desk: DeskCase, offer: Offer, typed: Typed, faults: Mapping[str, Text]) -> list[Field]:
    """The applicant's form as it is corrected on the spot: each question with what was typed or is stored, and what is wrong with it."""
    if offer.slug != "on-the-spot":
        return []
    return [
        {"question": question, "value": _typed_or_stored(question, stored, typed), "error": faults.get(f"answer-{question.id}")}
        for question, stored in answers_now(desk.case.row.id)
    ]


def _typed_or_stored(question: Question, stored: object, typed: Typed) -> object:
    parts = [typed.answers.get(f"{question.id}-{part}") for part in ("year", "month", "day")]
    if question.id in typed.answers:
        return typed.answers[question.id]
    if question.type == "date" and any(part is not None for part in parts):
        return "-".join(part or "" for part in parts)
    return None if stored in (None, "") else question.fact.from_json(stored)


def _word(_: DeskCase, __: Offer, typed: Typed) -> list[Field]:
    options, value = list(WORD_GIVEN.items()), typed.fields.get("word", "")
    return [{"kind": "radios", "name": "word", "label": _WORD, "hint": None, "options": options, "value": value, "after": True}]


def _elsewhere(_: DeskCase, __: Offer, typed: Typed) -> list[Field]:
    value = typed.fields.get("elsewhere", "")
    return [{"kind": "line", "name": "elsewhere", "label": _ELSEWHERE, "hint": _ELSEWHERE_HINT, "value": value}]


def _hand_over(desk: DeskCase, _: Offer, typed: Typed) -> list[Field]:
    taken = typed.fields.get("received_by", desk.case.row.applicant_name)
    relation, document = typed.fields.get("relation", "self"), typed.fields.get("document", "")
    return [
        {"kind": "line", "name": "received_by", "label": _TAKEN_BY, "hint": None, "value": taken},
        {"kind": "select", "name": "relation", "label": _RELATION, "hint": None, "options": list(RELATIONS.items()), "value": relation},
        {"kind": "line", "name": "document", "label": _DOCUMENT, "hint": _DOCUMENT_HINT, "value": document},
    ]


def _stop(desk: DeskCase, _: Offer, typed: Typed) -> list[Field]:
    kinds = [(one.id, one.label) for one in desk.case.procedure.lawful_stops]
    return [
        {"kind": "radios", "name": "kind", "label": _KIND, "hint": _KIND_HINT, "options": kinds, "value": typed.fields.get("kind", "")},
        {"kind": "number", "name": "days", "label": _STOP_DAYS, "hint": _STOP_HINT, "value": typed.fields.get("days", "")},
    ]


def _extend(desk: DeskCase, _: Offer, typed: Typed) -> list[Field]:
    extension = desk.case.extension
    most = extension.days if extension else 0
    hint = Text(
        f"至多 {most} 日，只能延长一次。只延长法定期限，承诺期限不变。",
        f"At most {most} days, once. Only the statutory limit moves; the promise stays as it was made.",
    )
    return [{"kind": "number", "name": "days", "label": _EXTEND_DAYS, "hint": hint, "value": typed.fields.get("days", str(most))}]


def _by_hand(desk: DeskCase, _: Offer, typed: Typed) -> list[Field]:
    paper = paper_of(desk, typed)
    return [{"kind": "file", "name": "paper", "label": _PAPER, "hint": _PAPER_HINT, "accept": PAPER_KINDS, "kept": paper, "value": ""}]


def _assign(desk: DeskCase, offer: Offer, typed: Typed) -> list[Field]:
    people = cases.colleagues(desk.case.row.id, offer.task_id) if offer.task_id else ()
    options = [(str(one.person_id), Text(one.name, one.name)) for one in people]
    chosen = typed.fields.get("person", str(offer.task.assigned_to) if offer.task and offer.task.assigned_to else "")
    return [
        {"kind": "select", "name": "person", "label": _PERSON, "hint": None, "options": [("anybody", _NOBODY), *options], "value": chosen}
    ]


def _mark_paid(_: DeskCase, __: Offer, typed: Typed) -> list[Field]:
    return [{"kind": "line", "name": "receipt", "label": _RECEIPT, "hint": _RECEIPT_HINT, "value": typed.fields.get("receipt", "")}]


def _move(desk: DeskCase, _: Offer, typed: Typed) -> list[Field]:
    """The version that runs now, and what it would change for this case."""
    service = catalogue.city().services[desk.case.service.id]
    change = cases.replay_one(desk.case.row.id, service)
    says = {clause.id: clause.says for clause in (*desk.case.service.rules, *service.rules)}
    rows = (
        [(says[one.id], one.before.value if one.before else "", one.after.value if one.after else "") for one in change.clauses]
        if change
        else []
    )
    hash_ = typed.fields.get("version", service.hash)
    return [{"kind": "version", "name": "version", "label": _VERSION, "hint": None if rows else _NO_CHANGE, "value": hash_, "rows": rows}]
