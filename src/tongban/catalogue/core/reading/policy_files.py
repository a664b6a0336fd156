"""policies/<id>.yaml, or policies/<id>/<day of effect>.yaml for several versions: one policy, from its document to its tests."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import (
    Category,
    Clawback,
    Document,
    Limit,
    Policy,
    PolicyTest,
    Profile,
    Publicity,
    Redemption,
    Resource,
    Withdrawn,
)
from tongban.catalogue.core.reading.expressions import IF_UNKNOWN, FactBook, read_condition, read_typed
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.reading.policy_tables import Tables, read_tables, written_out
from tongban.catalogue.core.reading.profile_files import read_money, vocabulary_of
from tongban.catalogue.core.reading.service_files import demo_values
from tongban.catalogue.core.reading.worked_tests import ANSWERS, expectations, read_fact, read_given
from tongban.catalogue.core.verdict import MATCH_ON
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Clause, Expression, Money, RuleFaults, UnfitPlaceError
from tongban.rules.core import language as lang
from tongban.rules.core.faults import nearest
from tongban.rules.core.types import INT64

CATEGORIES: Final = ("relief", "award", "right", "qualification")
PAYING: Final = ("relief", "award")
LEVELS: Final = ("nation", "province", "city", "district")
LONGEST_QUICK: Final = 60
"""Working days within which what is applied for on one click is paid (快申快享)."""
ENTITLED: Final = "entitled"
AMOUNT: Final = "amount"
_RESERVED: Final = (ENTITLED, AMOUNT, "pays")
REQUIRED: Final = (
    "policy", "title", "summary", "document", "department", "in_force", "until", "category", "profile", "rules", "redeem", "service",
    "tests",
)  # fmt: skip
OPTIONAL: Final = (
    "amount", "tables", "within", "pool", "excludes", "publicity", "clawback", "phone", "supervision", "demo_values", "keywords",
    "repeats", "withdrawn",
)  # fmt: skip
_WHOLE: Final = Money(-INT64, INT64)


def read_policy(reader: Reader, stem: str, profiles: MappingOf[str, Profile], resources: MappingOf[str, Resource]) -> Policy:
    """One policy in one version. Its hash is still empty."""
    page = reader.fields(reader.doc.root, Text("政策", "a policy"), REQUIRED, OPTIONAL)
    id_, _, dated = stem.partition("/")
    book, profile = FactBook(), reader.reference("profile", page.get("profile"), Text("档案", "the profile"))
    if profile in profiles:
        book.specs, book.doubtful = vocabulary_of(profiles[profile], resources)  # type: ignore[assignment]
    else:
        book.doubtful.add("match")
    in_force = reader.day(page.get("in_force"), Text("施行日期", "in_force"))
    if dated and dated != in_force.isoformat():
        near = in_force.isoformat()
        reader.fault(
            page.get("in_force") or page, Text(f"施行日期与文件名“{dated}”不同", f"in_force differs from the file's name “{dated}”"), near
        )
    known = profile in profiles
    tables = read_tables(reader, page.get("tables"), book) if known else Tables()
    rules = _rules(reader, page.get("rules"), book, tables) if known else ()
    category = reader.one_of(page.get("category"), Text("类别", "the category"), CATEGORIES, "award")
    amount, cap, formula = _amount(reader, page, category, book, tables) if known else (None, None, "")
    clauses = reader.mapping(page.get("rules"), Text("条件", "the conditions")).entries
    redeem = reader.one_of(page.get("redeem"), Text("兑现方式", "the redemption"), ("unasked", "quick"), "quick")
    read = {name: book.specs[name] for name in book.read if name in book.specs}
    return Policy(
        id=reader.same_as_file(page.get("policy"), Text("政策编号", "the policy's id"), id_),
        hash="",
        in_force=in_force,
        until=reader.day(page.get("until"), Text("有效期至", "until")),
        category=cast(Category, category),
        profile=profile,
        rules=rules,
        amount=amount,
        cap=cap,
        formula=formula,
        redeem=cast(Redemption, redeem),
        within=_within(reader, page, redeem),
        vocabulary={MATCH_ON: book.specs[MATCH_ON], **read} if known else {},
        tests=_tests(reader, page.get("tests"), book, tuple(clauses)),
        **_about(reader, page),  # type: ignore[arg-type]
    )


def _about(reader: Reader, page: Mapping) -> dict[str, object]:
    excludes = reader.items(page.get("excludes"), Text("互斥政策", "the policies excluded"))
    return {
        "title": reader.title(page.get("title"), Text("政策名称", "the policy's title")),
        "summary": reader.text(page.get("summary"), Text("简介", "the summary")),
        "document": _document(reader, page.get("document")),
        "department": reader.reference("department", page.get("department"), Text("执行部门", "the department")),
        "service": reader.reference("service", page.get("service"), Text("兑现服务", "the service")),
        "repeats": reader.yes_no(page.get("repeats"), Text("每版另发", "whether each version pays anew"), False),
        "pool": reader.reference("pool", page.get("pool"), Text("资金池", "the pool")),
        "excludes": tuple(reader.reference("policy", item, Text("互斥政策", "a policy excluded")) for item in excludes),
        "publicity": _publicity(reader, page.get("publicity")),
        "clawback": _clawback(reader, page.get("clawback")),
        "withdrawn": _withdrawn(reader, page.get("withdrawn")),
        "phone": reader.string(page.get("phone"), Text("咨询电话", "the telephone"), 40),
        "supervision": reader.string(page.get("supervision"), Text("监督电话", "the supervision's telephone"), 40),
        "demo_values": demo_values(reader, page),
        "keywords": reader.words(page.get("keywords"), Text("关键词", "the keywords")),
    }


def _document(reader: Reader, node: Node | None) -> Document:
    page = reader.fields(node, Text("文件", "the document"), ("number", "title", "issuer", "level", "issued"))
    level = reader.one_of(page.get("level"), Text("层级", "the level"), LEVELS, "city")
    return Document(
        number=reader.string(page.get("number"), Text("文号", "the document's number"), 100),
        title=reader.text(page.get("title"), Text("文件名称", "the document's title")),
        issuer=reader.text(page.get("issuer"), Text("发文机关", "the issuer")),
        level=cast(Literal["nation", "province", "city", "district"], level),
        issued=reader.day(page.get("issued"), Text("发文日期", "the day of issue")),
    )


def _publicity(reader: Reader, node: Node | None) -> Publicity | None:
    if node is None:
        return None
    page = reader.fields(node, Text("公示", "the publicity"), ("within", "objections"))
    within = reader.limit(page.get("within"), Text("公示期", "how long it is public")) or Limit(5, "working")
    return Publicity(within, reader.reference("department", page.get("objections"), Text("受理异议的部门", "who hears objections")))


def _clawback(reader: Reader, node: Node | None) -> Clawback | None:
    if node is None:
        return None
    page = reader.fields(node, Text("追回", "the clawback"), ("says", "cite", "within"))
    within = reader.limit(page.get("within"), Text("退回期限", "by when it is given back")) or Limit(30, "calendar")
    says = reader.text(page.get("says"), Text("追回情形", "when it is taken back"))
    return Clawback(says, reader.string(page.get("cite"), Text("依据", "the citation")), within)


def _withdrawn(reader: Reader, node: Node | None) -> Withdrawn | None:
    if node is None:
        return None
    page = reader.fields(node, Text("撤回", "the withdrawal"), ("on", "says"), ("cite",))
    on = reader.day(page.get("on"), Text("停止执行的日期", "from which day it holds no more"))
    says = reader.text(page.get("says"), Text("撤回理由", "why it is withdrawn"))
    return Withdrawn(on, says, reader.string(page.get("cite"), Text("依据", "the citation")))


def _within(reader: Reader, page: Mapping, redeem: str) -> Limit:
    node = page.get("within")
    found = reader.limit(node, Text("兑现期限", "by when it is paid"))
    if redeem == "quick" and node is None:
        reader.fault(page.get("redeem") or page, Text("快申快享要写兑现期限 within", "“quick” needs “within”"))
    if found is not None and node is not None and (found.counted != "working" or found.days > LONGEST_QUICK):
        reader.fault(node, Text(f"兑现期限不超过 {LONGEST_QUICK} 个工作日", f"it is paid within at most {LONGEST_QUICK} working days"))
    return found or Limit(LONGEST_QUICK, "working")


def _rules(reader: Reader, node: Node | None, book: FactBook, tables: Tables) -> tuple[Clause, ...]:
    """`rules`: clause id → clause. Every clause says on which provision it rests."""
    found: list[Clause] = []
    page = reader.mapping(node, Text("条件", "the conditions"))
    if node is not None and not page.refused and not page.entries:
        reader.fault(page, Text("政策没有条件", "the policy has no condition"))
    for key, value in page.entries.values():
        clause = _clause(reader, key, value, book, tables)
        if clause is not None:
            found.append(clause)
    return tuple(found)


def _clause(reader: Reader, key: Scalar, node: Node, book: FactBook, tables: Tables) -> Clause | None:
    id_ = reader.name(key, Text("条款编号", "the clause's id"))
    if id_ in _RESERVED:
        reader.fault(key, Text(f"“{id_}”是测试里的专用词，请换一个名字", f"“{id_}” has its own meaning in tests; choose another name"))
    page = reader.fields(node, Text("条款", "a clause"), ("says", "cite", "holds"), ("when", "if_unknown"))
    vocabulary = {**book.specs, **tables.specs}
    says = reader.text(page.get("says"), Text("条款内容", "what the clause says"))
    cite, cite_en = reader.named(page.get("cite"), Text("依据", "the citation"))
    if_unknown = reader.one_of(page.get("if_unknown"), Text("查不清时", "if_unknown"), IF_UNKNOWN, "wait")
    when = read_condition(reader, page.get("when"), Text("适用条件", "when the clause is asked"), book, vocabulary)
    holds = read_condition(reader, page.get("holds"), Text("条件", "the condition"), book, vocabulary)
    if holds is None or not id_:
        return None
    whole = _written_out(reader, page.get("holds"), holds, book, tables)
    when = _written_out(reader, page.get("when"), when, book, tables) if when else None
    return Clause(id=id_, says=says, cite=cite, holds=whole or holds, if_unknown=if_unknown, purpose="grant", when=when, cite_en=cite_en)


def _written_out(reader: Reader, node: Node | None, expression: Expression, book: FactBook, tables: Tables) -> Expression | None:
    """The expression with its tables in place; the same one if it reads none."""
    if not expression.facts_read & tables.parts.keys():
        return expression
    return _composed(reader, node, expression.ast, book, tables, Bool())


def _composed(
    reader: Reader, node: Node | None, ast: lang.Node, book: FactBook, tables: Tables, expects: Bool | Money
) -> Expression | None:
    try:
        return written_out(ast, tables.parts, book.specs, expects)
    except RuleFaults as found:
        for fault in found.faults:
            reader.fault(cast(Node, node), fault.message, fault.nearest)
    except UnfitPlaceError as unfit:
        message = Text(
            f"“{unfit.name}”是决策表，总有结果，不用 has()", f"“{unfit.name}” is a table and always gives a result: no has() is needed"
        )
        reader.fault(cast(Node, node), message)
    return None


def _amount(reader: Reader, page: Mapping, category: str, book: FactBook, tables: Tables) -> tuple[Expression | None, int | None, str]:
    """`amount`: the formula, kept under its cap; with the cap in fen, and the formula as it was written."""
    node = page.get("amount")
    if node is None:
        if category in PAYING:
            reader.fault(page.get("category") or page, Text("减免、奖补要写金额 amount", "a relief or an award needs an “amount”"))
        return None, None, ""
    if category not in PAYING:
        reader.fault(node, Text("权益、资质没有金额", "a right or a qualification has no amount"))
    entry = reader.fields(node, Text("标准", "the amount"), ("formula",), ("cap",))
    at = entry.get("formula")
    vocabulary = {**book.specs, **tables.specs}
    formula = read_typed(reader, at, Text("算式", "the formula"), book, vocabulary, _WHOLE)
    cap = read_money(reader, entry.get("cap"), Text("上限", "the cap"))
    if formula is None:
        return None, cap, ""
    ast = formula.ast if cap is None else lang.Call("min", (formula.ast, lang.Literal("money", cap)))
    whole = _composed(reader, at, ast, book, tables, _WHOLE)
    return whole, cap, formula.source


def _tests(reader: Reader, node: Node | None, book: FactBook, clauses: tuple[str, ...]) -> tuple[PolicyTest, ...]:
    found: list[PolicyTest] = []
    for item in reader.items(node, Text("测试", "the tests")):
        page = reader.fields(item, Text("测试", "a test"), ("test", "on", "given", "expect"))
        name = reader.text(page.get("test"), Text("测试名称", "the test's name"))
        on = reader.day(page.get("on"), Text("匹配日期", "the day of matching"))
        given = read_given(reader, page.get("given"), book, never=(MATCH_ON,))
        found.append(PolicyTest(name, on, given, _expect(reader, page.get("expect"), clauses), reader.doc.path, item.start.line))
    return tuple(found)


def _expect(reader: Reader, node: Node | None, clauses: tuple[str, ...]) -> dict[str, object]:
    expected: dict[str, object] = {}
    for key, value in expectations(reader, node):
        if key.value == AMOUNT:
            expected[AMOUNT] = read_fact(reader, value, _WHOLE)
        elif key.value in (*clauses, ENTITLED):
            expected[key.value] = reader.one_of(value, Text("结果", "the answer"), ANSWERS, "")
        else:
            message = Text(
                f"没有“{key.value}”这一条款；还可写 entitled、amount",
                f"there is no clause “{key.value}”; entitled and amount may stand here too",
            )
            reader.fault(key, message, nearest(key.value, (*clauses, ENTITLED, AMOUNT)))
    return expected
