"""Clause by clause: the answer, the facts with their sources, what would settle it, and why."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal as Exact

import pytest
from hypothesis import given, settings

from tests.rules.generating import DOUBTFUL, comparisons, facts
from tongban.kernel.text import Text
from tongban.rules.core import (
    Answer,
    Bool,
    Choice,
    Clause,
    Date,
    Decimal,
    Explanation,
    FactSpec,
    Money,
    Nothing,
    RuleFaults,
    Unknown,
    Value,
    explain,
    read_expression,
    write,
)

VOCABULARY = {
    "firm.status": FactSpec(Choice(("active", "closed"))),
    "firm.revenue": FactSpec(Money(0, 10**12), may_be_none=True),
    "firm.share": FactSpec(Decimal(2, 0, 1)),
    "credit.broken_on": FactSpec(Date(), may_be_none=True),
    "form.cold_dishes": FactSpec(Bool()),
    "hygiene.layout": FactSpec(Choice(("fit", "unfit"))),
}
AS_OF = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)


def clause(name: str, holds: str) -> Clause:
    return Clause(
        name, Text(f"条件{name}", f"Clause {name}"), "第十三条", read_expression(holds, VOCABULARY, Bool()), "officer", "acceptance"
    )


IN_BUSINESS = clause("in_business", 'firm.status == "active"')
SMALL = clause("small", "firm.revenue < yuan(20000)")
KEPT_PROMISES = clause("kept_promises", "!has(credit.broken_on)")
LAYOUT_FITS = clause("layout_fits", '!form.cold_dishes || hygiene.layout == "fit"')
CLAUSES = (IN_BUSINESS, SMALL, KEPT_PROMISES, LAYOUT_FITS)
FACTS = {
    "firm.status": Value("active", "market-regulation", AS_OF),
    "firm.revenue": Value(150_000, "tax", AS_OF),
    "credit.broken_on": Nothing("credit", AS_OF),
    "form.cold_dishes": Value(False, "applicant"),
}


def test_each_clause_answers_with_the_facts_it_read():
    found = explain(CLAUSES, FACTS)
    assert [result.answer for result in found.results] == ["yes", "yes", "yes", "yes"]
    assert found.answer is Answer.YES
    assert found.by_id["small"].facts == (("firm.revenue", FACTS["firm.revenue"]),)
    assert found.by_id["layout_fits"].facts == (("form.cold_dishes", FACTS["form.cold_dishes"]), ("hygiene.layout", Unknown("not-asked")))


def test_a_fact_that_no_longer_matters_is_not_needed():
    assert explain([LAYOUT_FITS], FACTS).by_id["layout_fits"].needs == ()
    cold = FACTS | {"form.cold_dishes": Value(True)}
    assert explain([LAYOUT_FITS], cold).by_id["layout_fits"].needs == ("hygiene.layout",)
    assert explain([LAYOUT_FITS], {}).needs == ("form.cold_dishes", "hygiene.layout")


def test_one_no_is_a_no_even_beside_an_unknown():
    some = FACTS | {"firm.revenue": Value(5_000_000), "firm.status": Unknown("silent")}
    assert explain(CLAUSES, some).answer is Answer.NO
    assert explain(CLAUSES, FACTS | {"firm.status": Unknown("silent")}).answer is Answer.UNKNOWN
    assert explain([], {}).answer is Answer.YES


def test_what_a_register_gets_wrong_is_unknown_and_decides_nothing():
    wrong = (Value("5000"), Value(-1), Value(10**13), Value(5.0), Value(True), Value(None))
    for told in wrong:
        result = explain([SMALL], {"firm.revenue": told}).results[0]
        assert (result.answer, result.facts, result.needs) == (
            "unknown",
            (("firm.revenue", Unknown("outside-its-type")),),
            ("firm.revenue",),
        )
    undeclared_none = explain([IN_BUSINESS], {"firm.status": Nothing("register")}).results[0]
    assert undeclared_none.facts == (("firm.status", Unknown("outside-its-type", "register")),)


def test_the_reason_is_the_smallest_part_that_decided():
    def because(source: str, told) -> list[tuple[str, str]]:
        trace = read_expression(source, VOCABULARY).explain(told).trace()
        return [(part.source, str(getattr(part.outcome, "value", "unknown"))) for part in trace.because]

    both = 'firm.status == "closed" && firm.revenue < yuan(1) && form.cold_dishes'
    assert because(both, FACTS) == [('firm.status == "closed"', "no"), ("firm.revenue < yuan(1)", "no"), ("form.cold_dishes", "no")]
    assert because('firm.status == "active" || firm.revenue < yuan(1)', FACTS) == [('firm.status == "active"', "yes")]
    assert because('firm.status == "active" && hygiene.layout == "fit"', FACTS) == [('hygiene.layout == "fit"', "unknown")]
    assert because('!form.cold_dishes || hygiene.layout == "fit"', FACTS) == [("form.cold_dishes", "no")]
    assert because("form.cold_dishes ? true : firm.revenue >= yuan(1)", FACTS) == [
        ("form.cold_dishes", "no"),
        ("firm.revenue >= yuan(1)", "yes"),
    ]


def test_the_trace_has_the_outcome_of_every_part():
    trace = explain([LAYOUT_FITS], FACTS | {"form.cold_dishes": Value(True), "hygiene.layout": Value("unfit")}).results[0].trace()
    assert trace.outcome is Answer.NO
    assert [(part.source, part.outcome) for part in trace.children] == [("!form.cold_dishes", "no"), ('hygiene.layout == "fit"', "no")]
    assert [(part.source, part.outcome) for part in trace.children[0].children] == [("form.cold_dishes", "yes")]


def test_an_amount_is_a_value_none_or_unknown():
    amount = read_expression("min(round_down(firm.revenue * firm.share, yuan(1)), yuan(500))", VOCABULARY, Money(0, 50_000))
    assert amount.evaluate({"firm.revenue": Value(123_456), "firm.share": Value(Exact("0.05"))}) == Value(6_100)
    assert amount.evaluate({"firm.revenue": Nothing(), "firm.share": Unknown()}) == Nothing()
    reading = amount.explain({"firm.revenue": Value(123_456)})
    assert (reading.outcome, reading.needs) == (Unknown("unsettled"), ("firm.share",))


def test_what_is_stored_is_plain_json_and_comes_back_the_same():
    told = FACTS | {"form.cold_dishes": Value(True, "applicant"), "firm.share": Value(Exact("0.05"))}
    clauses = (*CLAUSES, clause("share", "firm.share <= 0.5"))
    found = explain(clauses, told)
    stored = json.loads(json.dumps(found.to_json(), ensure_ascii=False))
    back = Explanation.from_json(stored)
    assert [(one.answer, one.facts, one.needs) for one in back.results] == [(one.answer, one.facts, one.needs) for one in found.results]
    assert [(one.clause.id, one.clause.says, one.clause.cite, one.clause.holds.source) for one in back.results] == [
        (one.id, one.says, one.cite, one.holds.source) for one in clauses
    ]
    assert back.to_json() == stored
    assert stored["clauses"][1]["facts"][0]["value"] == 150_000
    assert stored["clauses"][1]["facts"][0]["as_of"] == "2026-12-01T08:30:00+00:00"
    assert stored["clauses"][3]["because"] == [{"part": 'hygiene.layout == "fit"', "outcome": "unknown"}]


def test_what_is_stored_is_never_computed_again():
    stored = explain([IN_BUSINESS], FACTS).to_json()
    stored["clauses"][0]["answer"] = "no"
    assert Explanation.from_json(stored).results[0].answer is Answer.NO
    with pytest.raises(ValueError, match="language version"):
        Explanation.from_json(stored | {"language": "0"})


@settings(max_examples=150, deadline=None)
@given(comparisons(1), facts(none=True, unknown=True))
def test_any_explanation_is_stored_and_read_back(node, told):
    try:
        one = Clause("one", Text("一", "one"), "", read_expression(write(node), DOUBTFUL, Bool()))
    except RuleFaults:
        return
    found = explain([one], told)
    back = Explanation.from_json(json.loads(json.dumps(found.to_json())))
    assert back.results[0].facts == found.results[0].facts
    assert back.to_json() == found.to_json()


def test_explaining_writes_nothing_into_what_it_is_given():
    told = dict(FACTS)
    explain(CLAUSES, told)
    assert told == FACTS


def test_a_provision_is_called_by_its_english_name_where_one_is_given_and_by_its_own_where_not():
    both = replace(LAYOUT_FITS, cite="食品安全法 第三十三条", cite_en="Food Safety Law, article 33")
    stored = explain([both, LAYOUT_FITS], FACTS).to_json()
    first, second = Explanation.from_json(json.loads(json.dumps(stored))).results
    assert (first.clause.cited.zh, first.clause.cited.en) == ("食品安全法 第三十三条", "Food Safety Law, article 33")
    assert first.clause.cited == both.cited
    assert second.clause.cited.en == LAYOUT_FITS.cite
    assert "cite_en" not in stored["clauses"][1], "what was stored before is what is stored now"
