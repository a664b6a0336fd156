"""What acts ask of the database: statements that the server plans once, and one statement for all that an act writes."""

from tongban.statements.columns import make
from tongban.statements.prepared import refuse_inside_a_transaction, row, rows, together
from tongban.statements.reading import Reading, read, read_together
from tongban.statements.wire import Question, Row
from tongban.statements.writing import Part, Writing, add_unless

__all__ = [
    "Part",
    "Question",
    "Reading",
    "Row",
    "Writing",
    "add_unless",
    "make",
    "read",
    "read_together",
    "refuse_inside_a_transaction",
    "row",
    "rows",
    "together",
]
