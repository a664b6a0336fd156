"""The rule language: read, check, ask, explain. Pure: no framework, no input or output.

What stands here is the room's whole public interface.
"""

from .columns import Cell, Sheet, admitted, column, none_column, quoted, sql_type
from .composing import UnfitPlaceError, both, compose, either, guard, substitute
from .dates import add_days, add_months, add_years, months_between, years_between
from .described import type_from
from .explain import Clause, ClauseResult, Explanation, all_of, explain
from .expression import Expression, Reading, read_expression
from .facts import NOT_ASKED, NOTHING, Answer, Fact, Facts, Nothing, Outcome, Unknown, Value
from .faults import Fault, Origin, RuleFaults, Span, ValueFault
from .flow import Remark
from .language import LANGUAGE_VERSION, NO, YES, Node
from .stored import fact_from_json, fact_to_json
from .trace import Trace
from .types import Bool, Choice, Date, Decimal, FactSpec, FactType, Int, ListOf, Money, TextType, Vocabulary
from .write import write

__all__ = [
    "LANGUAGE_VERSION",
    "NO",
    "NOTHING",
    "NOT_ASKED",
    "YES",
    "Answer",
    "Bool",
    "Cell",
    "Choice",
    "Clause",
    "ClauseResult",
    "Date",
    "Decimal",
    "Explanation",
    "Expression",
    "Fact",
    "FactSpec",
    "FactType",
    "Facts",
    "Fault",
    "Int",
    "ListOf",
    "Money",
    "Node",
    "Nothing",
    "Origin",
    "Outcome",
    "Reading",
    "Remark",
    "RuleFaults",
    "Sheet",
    "Span",
    "TextType",
    "Trace",
    "UnfitPlaceError",
    "Unknown",
    "Value",
    "ValueFault",
    "Vocabulary",
    "add_days",
    "add_months",
    "add_years",
    "admitted",
    "all_of",
    "both",
    "column",
    "compose",
    "either",
    "explain",
    "fact_from_json",
    "fact_to_json",
    "guard",
    "months_between",
    "none_column",
    "quoted",
    "read_expression",
    "sql_type",
    "substitute",
    "type_from",
    "write",
    "years_between",
]
