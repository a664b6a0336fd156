"""A file of rows that somebody made in a spreadsheet, read as records of a register: pure, and safe whatever the file is."""

from __future__ import annotations

from tongban.exchange.core.sheets.reading import MOST_ROWS, Fault, GoodRow, Sheet, read_sheet
from tongban.exchange.core.sheets.source import MOST_BYTES, weight

__all__ = ["MOST_BYTES", "MOST_ROWS", "Fault", "GoodRow", "Sheet", "read_sheet", "weight"]
