"""A table as a file: real dates and numbers, no formula, nothing lost, no more rows than allowed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tongban.kernel.text import Text
from tongban.look.sheets import Column, Table, every, file_name, write

COLUMNS = (
    Column(Text("编号", "Number")),
    Column(Text("到期", "Due"), "day"),
    Column(Text("时间", "At"), "instant"),
    Column(Text("天数", "Days"), "whole"),
    Column(Text("金额", "Sum"), "money"),
    Column(Text("完成", "Done"), "yes-no"),
    Column(Text("事项", "Service")),
)
ROW = ("0012", date(2026, 3, 5), datetime(2026, 3, 5, 6, 2, tzinfo=UTC), 7, Decimal("18500.50"), True, Text("食品经营许可", "Food licence"))
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "＝1+1", "#N/A", "'x", '="0012"']


def table(*rows: tuple[object, ...], columns: tuple[Column, ...] = COLUMNS, **more: object) -> Table:
    return Table(Text("办件", "Cases"), columns, rows, **more)


def workbook(made: Table, lang: str = "zh", **more: int):
    return load_workbook(io.BytesIO(write(made, "xlsx", lang, **more).stream.read()))


def text_of(made: Table, lang: str = "zh", **more: int) -> list[list[str]]:
    content = write(made, "csv", lang, **more).stream.read()
    assert content.startswith(b"\xef\xbb\xbf"), "bare UTF-8 garbles in Excel"
    assert content.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_workbook_has_dates_as_dates_and_numbers_as_numbers():
    sheet = workbook(table(ROW)).worksheets[0]
    assert sheet.title == "办件"
    assert [cell.value for cell in sheet[1]] == ["编号", "到期", "时间", "天数", "金额", "完成", "事项"]
    number, due, at, days, amount, done, service = sheet[2]
    assert (number.value, number.data_type) == ("0012", "s")
    assert (due.value, due.is_date, due.number_format) == (datetime(2026, 3, 5), True, "yyyy-mm-dd")  # noqa: DTZ001 - as the library gives it
    assert at.value == datetime(2026, 3, 5, 14, 2), "on the city's wall"  # noqa: DTZ001 - likewise
    assert (days.value, amount.value, amount.number_format) == (7, 18500.5, "#,##0.00")
    assert (done.value, service.value) == ("是", "食品经营许可")


def test_the_heading_is_frozen_and_speaks_the_reader_s_language():
    sheet = workbook(table(ROW), "en").worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]][:2] == ["Number", "Due"]
    assert [cell.value for cell in sheet[2]][5:] == ["yes", "Food licence"]
    assert sheet["A1"].font.bold


def test_a_text_says_the_same():
    assert text_of(table(ROW, (None,) * 7)) == [
        ["编号", "到期", "时间", "天数", "金额", "完成", "事项"],
        ["0012", "2026-03-05", "2026-03-05 14:02", "7", "18500.50", "是", "食品经营许可"],
        [""] * 7,
    ]


@pytest.mark.parametrize("words", DANGEROUS)
@pytest.mark.parametrize("is_form", [False, True])
def test_no_text_is_ever_a_formula(words: str, *, is_form: bool):
    made = table((words,), columns=(Column("x"),), is_form=is_form)
    cell = workbook(made).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).lstrip("'").strip() == words.lstrip("'").strip()
    assert not text_of(made)[1][0].startswith(("=", "+", "-", "@", "\t", "＝"))


def test_a_negative_number_stays_a_number():
    made = table((-5, Decimal("-1.50")), columns=(Column("x", "whole"), Column("y", "money")))
    assert text_of(made)[1] == ["-5", "-1.50"]
    assert workbook(made).worksheets[0]["A2"].value == -5


def test_more_rows_than_the_limit_are_cut_and_told():
    many = ((n,) for n in range(100))
    written = write(Table("x", (Column("n", "whole"),), many), "csv", "zh", limit=10)
    assert (written.rows, written.is_cut) == (10, True)
    assert next(many) == (11,), "what is not written is not asked for"
    exact = write(Table("x", (Column("n", "whole"),), ((n,) for n in range(10))), "csv", "zh", limit=10)
    assert (exact.rows, exact.is_cut) == (10, False)
    assert file_name("办件", "csv", cut_at=10).endswith("-10.csv")


def test_a_second_sheet_says_whose_it_is():
    made = table(ROW, about=lambda rows, is_cut: [(Text("行数", "Rows"), f"{rows} {is_cut}"), ("=1", "=2")])
    about = workbook(made).worksheets[-1]
    assert [[cell.value for cell in row] for row in about.iter_rows()] == [["行数", "1 False"], ["=1", "=2"]]
    assert about["A2"].data_type == "s"


def test_a_form_offers_its_options_and_keeps_what_is_typed_as_text():
    columns = (Column("证号", "text", "id_number"), Column("类别", "text", "kind", ("灯箱", "牌匾")), Column("自用", "yes-no", "own"))
    book = workbook(Table("登记册", columns, (), is_form=True))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["id_number", "kind", "own"]
    assert sheet.row_dimensions[2].hidden
    assert sheet.freeze_panes == "A3"
    assert sheet.column_dimensions["A"].number_format == "@"
    rules = {next(iter(rule.sqref.ranges)).coord.split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {"B3": "'选项'!$A$1:$A$2", "C3": "'选项'!$B$1:$B$2"}
    assert book["选项"].sheet_state == "hidden"
    assert [[cell.value for cell in row] for row in book["选项"].iter_rows()] == [["灯箱", "是"], ["牌匾", "否"]]


def test_an_empty_table_is_a_file_with_its_heading():
    assert text_of(table()) == [["编号", "到期", "时间", "天数", "金额", "完成", "事项"]]
    assert workbook(table()).worksheets[0].max_row == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"), ("..", "table"), ("", "table"), ("办件", "办件"), ("x" * 200, "x" * 60)],
)
def test_a_file_s_name_is_one_everywhere(title: str, name: str):
    assert file_name(title, "xlsx").rpartition("-")[0] == name


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=5))
def test_any_text_makes_a_sound_file(rows: list[tuple[str, str]]):
    made = table(*rows, columns=(Column("a"), Column("b")))
    assert workbook(made).worksheets[0].max_row == 1 + len(rows)
    assert len(text_of(made)) == 1 + len(rows)


def test_every_page_of_a_list_comes_once_an_empty_one_too_and_the_first_is_always_asked_for():
    asked = []

    def pages(after: str) -> tuple[tuple[int, ...], str]:
        asked.append(after)
        return {"": ((1, 2), "b"), "b": ((), "c"), "c": ((3,), "")}[after]

    assert list(every(pages, "")) == [1, 2, 3]
    assert asked == ["", "b", "c"]
    assert list(every(lambda after: ((), after), None)) == []
