"""A file as people make it is read as what they mean, or told cell by cell why not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.sheets import HEADINGS, NAMES, RECORD, SIGNS, id_number, inline, package, row, text, uscc, xlsx
from tongban.exchange.core.records import KEY_TITLES, Column, Shape
from tongban.exchange.core.sheets import Sheet, read_sheet
from tongban.exchange.core.sheets.cells import typed
from tongban.exchange.core.sheets.workbook import column_letters, column_number, shows_day, unescaped
from tongban.exchange.errors import UnreadableFileError
from tongban.kernel.text import Text
from tongban.look.sheets import Column as Column_
from tongban.look.sheets import Table, write
from tongban.rules.core import TextType


def read(content: bytes, shape: Shape = SIGNS) -> Sheet:
    return read_sheet(content, shape)


def told(content: bytes, shape: Shape = SIGNS) -> list[str]:
    """Every fault as 「7B words」."""
    return [f"{one.row}{one.column} {one.says.zh}" for one in read(content, shape).faults]


def values(content: bytes) -> dict[str, object]:
    """The values of the only row."""
    sheet = read(content)
    assert not sheet.faults, sheet.faults
    [one] = sheet.good
    return dict(one.record.values)


def one(**changes: object) -> dict[str, object]:
    return values(xlsx(row(**changes)))


def fault(**changes: object) -> str:
    """What is told of one row, without the others."""
    [said] = told(xlsx(row(**changes), row(2)))
    return said


def test_a_workbook_and_a_text_of_the_same_rows_say_the_same():
    rows = [row(serial) for serial in range(1, 4)]
    workbook, comma = read(xlsx(*rows)), read(text(*rows))
    assert [each.record for each in workbook.good] == [each.record for each in comma.good]
    assert workbook.good[0].record.key == uscc(1)
    assert workbook.good[0].record.values == {"approval_no": "HW00001", **RECORD}
    assert [each.row for each in workbook.good] == [2, 3, 4]
    assert (workbook.rows, workbook.faults_total, workbook.faulty_rows) == (3, 0, 0)


def test_an_empty_cell_is_nothing_and_an_empty_row_is_no_row():
    sheet = read(xlsx(row(1, contact=None), [None] * 11, row(2, contact="  ")))
    assert [each.row for each in sheet.good] == [2, 4]
    assert all("contact" not in each.record.values for each in sheet.good)


@pytest.mark.parametrize(
    "typed_",
    [
        "2027-03-05",
        "2027/3/5",
        "2027.3.5",
        "2027年3月5日",
        "２０２７年３月５日",
        "20270305",
        "2027 年 3 月 5 日",
        "2027-03-05 00:00:00",
        20270305,
    ],
)
def test_a_day_is_read_however_it_is_usually_written(typed_: object):
    assert one(valid_until=typed_)["valid_until"] == "2027-03-05"
    assert values(text(row(valid_until=typed_)))["valid_until"] == "2027-03-05"


@pytest.mark.parametrize(
    "day", [dt.date(2027, 3, 5), dt.datetime.fromisoformat("2027-03-05"), dt.date(1900, 3, 1), dt.date(1900, 2, 28), dt.date(1900, 1, 1)]
)
def test_a_day_kept_as_a_number_is_that_day(day: dt.date):
    assert one(valid_until=day)["valid_until"] == day.strftime("%Y-%m-%d")


def test_a_number_of_days_without_a_format_is_that_day_in_both_calendars():
    serial = (dt.date(2027, 3, 5) - dt.date(1899, 12, 30)).days
    assert one(valid_until=serial)["valid_until"] == "2027-03-05"
    sheet = inline(1, HEADINGS) + f'<row r="2"><c t="inlineStr"><is><t>{uscc(1)}</t></is></c><c r="D2"><v>{serial - 1462}</v></c></row>'
    old = package(sheet, parts={"xl/workbook.xml": _in_1904()})
    assert values(old)["valid_until"] == "2027-03-05"


def _in_1904() -> str:
    return (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<workbookPr date1904="1"/><sheets><sheet name="x" sheetId="1" r:id="r1"/></sheets></workbook>'
    )


@pytest.mark.parametrize(
    ("typed_", "why"),
    [
        ("2027-02-29", "不是真实的日期"),
        ("2027-13-01", "不是真实的日期"),
        ("3/5/2027", "应为日期"),
        ("27.3.5", "应为日期"),
        ("长期", "应为日期"),
        (dt.datetime.fromisoformat("2027-03-05T14:30"), "带有时刻"),
        (60, "应为日期"),
        (123456789, "应为日期"),
        (True, "应为日期"),
    ],
)
def test_what_could_mean_another_day_is_not_guessed(typed_: object, why: str):
    assert why in fault(valid_until=typed_)


@pytest.mark.parametrize(
    ("typed_", "value"), [("灯箱", "lamp"), (" lamp ", "lamp"), ("Light  box", "lamp"), ("牌匾", "board"), ("BOARD", "board")]
)
def test_a_choice_is_known_by_its_title_in_either_language(typed_: str, value: str):
    assert one(kind=typed_)["kind"] == value


def test_a_misspelt_choice_is_told_with_the_nearest():
    assert fault(kind="灯箱箱") == "2E “灯箱箱”不在选项中；最接近的是“灯箱”"
    assert "灯箱、牌匾" in fault(kind="霓虹")


@pytest.mark.parametrize(
    ("typed_", "value"),
    [("是", True), ("否", False), ("Yes", True), ("N", False), (True, True), (False, False), (1, True), ("０", False), ("√", True)],
)
def test_yes_and_no_are_read_as_people_tick_them(typed_: object, value: object):
    assert one(own_shop=typed_)["own_shop"] is value


@pytest.mark.parametrize(("typed_", "value"), [(7, 7), (7.0, 7), ("7", 7), ("７", 7), (" 7 ", 7), ("'7", 7), ("07", 7)])
def test_a_whole_number_is_read_as_it_is_typed(typed_: object, value: int):
    assert one(count=typed_)["count"] == value


@pytest.mark.parametrize("typed_", [7.5, "7.5", "seven", 101, -1, True, "1e3", "七"])
def test_what_is_no_whole_number_in_range_is_told(typed_: object):
    assert "0 到 100 的整数" in fault(count=typed_)


@pytest.mark.parametrize(("typed_", "value"), [(4.8, "4.80"), (0.1 + 0.2, "0.30"), ("1,000", "1000.00"), ("４．８", "4.80"), (4, "4.00")])
def test_a_decimal_is_what_the_spreadsheet_shows(typed_: object, value: str):
    assert one(area_m2=typed_)["area_m2"] == value


def test_nothing_is_rounded():
    assert "小数点后至多 2 位" in fault(area_m2=4.805)
    assert "至多两位" in fault(fee=1.005)


@pytest.mark.parametrize(
    ("typed_", "fen"),
    [(120.5, 12050), ("120.5", 12050), ("1,120.50", 112050), ("¥120", 12000), ("120 元", 12000), ("１２０元", 12000), (0, 0)],
)
def test_an_amount_is_in_yuan(typed_: object, fen: int):
    assert one(fee=typed_)["fee"] == fen


@pytest.mark.parametrize(
    ("typed_", "kept"),
    [
        (12, "12"),
        (12.5, "12.5"),
        ("0012", "0012"),
        ("'0012", "0012"),
        ("\t0012 ", "0012"),
        ('="0012"', "0012"),
        (123456789012345, "123456789012345"),
    ],
)
def test_a_number_as_a_text_keeps_its_digits(typed_: object, kept: str):
    assert values(text(row(approval_no=typed_)))["approval_no"] == kept


def test_digits_that_the_spreadsheet_has_lost_are_told_and_not_made_up():
    assert "只保留前 15 位" in fault(approval_no=1234567890123456)
    shape = Shape(
        "a/b", "a", Text("册", "book"), "id_number", KEY_TITLES["id_number"], (Column("note", Text("备注", "Note"), TextType(20), "open"),)
    )
    number = id_number(1)
    assert "只保留前 15 位" in told(xlsx([int(number), "x"], heading=["公民身份号码", "备注"]), shape)[0]
    assert read(xlsx([number, "x"], heading=["公民身份号码", "备注"]), shape).good[0].record.key == number


def test_a_text_that_became_a_date_is_told():
    assert "被表格软件当成了日期" in fault(approval_no=dt.date(2026, 3, 5))
    assert "被表格软件当成了日期" in fault(kind=dt.date(2026, 3, 5))
    assert "是日期" in fault(count=dt.date(2026, 3, 5))


def test_a_formula_is_told_whatever_it_came_to():
    assert "是公式" in fault(count="=1+1")
    stored = package(
        inline(1, HEADINGS) + f'<row r="2"><c t="inlineStr"><is><t>{uscc(1)}</t></is></c><c r="B2" t="str"><f>A2</f><v>HW1</v></c></row>'
    )
    assert told(stored) == ["2B 是公式；公式的结果可能已过时，请复制后“选择性粘贴—数值”"]


def test_an_error_value_is_told():
    assert "是错误值（#N/A）" in fault(count="#N/A")


def test_a_merged_cell_is_told_for_every_row_it_covers():
    assert told(xlsx(row(1), row(2, place=None), row(3, place=None), merge="C2:C4")) == [
        f"{number}C 是合并单元格的一部分，请取消合并，每行各填一格" for number in (2, 3, 4)
    ]


def test_a_merged_title_above_the_heading_is_nobody_s_fault():
    sheet = read(xlsx(row(), above=[["云川市户外招牌登记表"], [], ["填报单位：城管局"]], merge="A1:K1"))
    assert not sheet.faults
    assert [each.row for each in sheet.good] == [5]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (uscc(1)[:-1], "应为 18 位，现在是 17 位"),
        (uscc(1)[:-1] + ("0" if uscc(1)[-1] != "0" else "1"), "校验不通过"),
        (None, "没有填"),
    ],
)
def test_a_key_that_does_not_check_is_told(key: object, why: str):
    said = fault(uscc=key)
    assert said.startswith("2A ")
    assert why in said


def test_a_key_is_the_same_however_it_is_spelled():
    code = uscc(1)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert read(xlsx(row(uscc=f" {code.lower()} "))).good[0].record.key == code
    assert told(xlsx(row(uscc=code), row(uscc=wide))) == ["2A 与第 3 行重复", "3A 与第 2 行重复"]


def test_every_fault_of_every_row_comes_in_one_run_in_order():
    said = told(xlsx(row(1, count="x", kind="y"), row(2), row(3, uscc="1", valid_until="z")))
    assert [one.split()[0] for one in said] == ["2E", "2G", "4A", "4D"]
    sheet = read(xlsx(row(1, count="x", kind="y"), row(2), row(3, uscc="1", valid_until="z")))
    assert (sheet.rows, sheet.faulty_rows, sheet.faults_total, [each.row for each in sheet.good]) == (3, 2, 4, [3])


def test_a_fault_never_repeats_a_personal_value():
    long = "赵" * 21
    sheet = read(xlsx(row(contact=long, illness="肺" * 41)))
    assert len(sheet.faults) == 2
    assert all("赵" not in one.says.zh and "肺" not in one.says.zh for one in sheet.faults)


def test_a_missing_column_and_one_that_nobody_knows_are_told_with_the_nearest_word():
    heading = ["有效期致" if one == "有效期至" else one for one in HEADINGS]
    said = told(xlsx(row(), heading=heading))
    assert said == ["1 缺少“有效期至”这一列", "1D 没有“有效期致”这一列；是不是“有效期至”？"]


def test_a_column_too_many_and_one_twice_are_told():
    said = told(xlsx([*row(), "1", "2"], heading=[*HEADINGS, "序号", "类别"]))
    assert "1L 没有“序号”这一列，请删去" in said
    assert "1M “类别”有两列，请只留一列" in said


def test_content_without_a_heading_is_told():
    assert told(xlsx([*row(1), "另注"], row(2))) == ["2L 有内容，但这一列没有可用的标题"]


ENGLISH = ["Unified social credit code", *(one.title.en for one in SIGNS.columns)]


@pytest.mark.parametrize("heading", [NAMES, [one.upper() for one in NAMES], ENGLISH])
def test_columns_are_known_by_their_names_and_in_english_too(heading: list[str]):
    assert not read(xlsx(row(), heading=heading)).faults


def test_columns_may_stand_in_any_order_and_the_hidden_row_of_names_is_no_data():
    order = [3, 0, 2, 1, 4, 5, 6, 7, 8, 10, 9]

    def turned(cells: list[object]) -> list[object]:
        return [cells[at] for at in order]

    sheet = read(xlsx(turned(NAMES), turned(row()), heading=turned(HEADINGS)))
    assert [(each.row, each.record.values["place"]) for each in sheet.good] == [(3, "望江路 1 号门头")]


def test_a_file_without_a_heading_says_what_it_should_have():
    [said] = told(xlsx(row(), heading=["一", "二"]))
    assert "没有找到标题行" in said
    assert "统一社会信用代码、文书编号" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_is_read_in_every_encoding_that_spreadsheets_write(encoding: str, separator: str):
    assert values(text(row(place="昇䶮路“东”口, 2号"), encoding=encoding, separator=separator))["place"] == "昇䶮路“东”口, 2号"


def test_a_separator_is_told_also_under_a_title():
    content = ("户外招牌登记表\r\n\r\n" + text(row(), separator="\t", encoding="utf-8").decode()).encode()
    assert [one.row for one in read(content).good] == [4]


def test_a_text_in_no_known_encoding_is_refused():
    with pytest.raises(UnreadableFileError, match="编码"):
        read(text(row()) + b"\xff\xff\xff")


def test_rows_of_a_text_are_counted_as_a_spreadsheet_counts_them():
    sheet = read(text(row(1, place="东口\n西口"), [], row(2, count="x")))
    assert [each.row for each in sheet.good] == [2]
    assert sheet.good[0].record.values["place"] == "东口\n西口"
    assert [(one.row, one.column) for one in sheet.faults] == [(4, "G")]


def test_the_first_visible_sheet_is_read():
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    book.active.title, book.active.sheet_state = "旧", "hidden"
    sheet = book.create_sheet("本周")
    sheet.append(HEADINGS)
    sheet.append(row())
    book.create_sheet("说明").append(["请勿改动标题行"])
    out = BytesIO()
    book.save(out)
    assert (read(out.getvalue()).name, len(read(out.getvalue()).good)) == ("本周", 1)


def test_texts_shared_rich_and_sounded_are_read_as_they_are_seen():
    strings = "".join(f"<si><t>{word}</t></si>" for word in HEADINGS)
    strings += (
        f"<si><t>{uscc(1)}</t></si><si><r><t>望江</t></r><r><t xml:space='preserve'>路 1</t></r><rPh sb='0' eb='1'><t>ワン</t></rPh></si>"
    )
    cells = "".join(f'<c t="s"><v>{at}</v></c>' for at in range(len(HEADINGS)))
    sheet = f'<row r="1">{cells}</row><row r="2"><c r="A2" t="s"><v>11</v></c><c r="C2" t="s"><v>12</v></c></row>'
    assert values(package(sheet, strings=strings)) == {"place": "望江路 1"}


def test_a_file_of_the_strict_kind_with_prefixes_is_read():
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    cells = "".join(f'<x:c t="inlineStr"><x:is><x:t>{word}</x:t></x:is></x:c>' for word in HEADINGS)
    key = f'<x:c t="inlineStr"><x:is><x:t>{uscc(1)}</x:t></x:is></x:c>'
    sheet = f'<x:worksheet xmlns:x="{strict}"><x:sheetData><x:row r="1">{cells}</x:row><x:row>{key}</x:row></x:sheetData></x:worksheet>'
    assert values(package("", parts={"xl/worksheets/sheet1.xml": sheet})) == {}


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("yyyy-mm-dd", True),
        ('yyyy"年"m"月"d"日"', True),
        ("[$-804]AM/PM h:mm", True),
        ("General", False),
        ("0.00", False),
        ('0"days"', False),
        ("[Red]0", False),
        ("#,##0.00_);[Red](0)", False),
        ("@", False),
        ("[h]:mm", True),
    ],
)
def test_a_format_shows_a_day_or_does_not(code: str, is_day: bool):
    assert shows_day(code) is is_day


@given(st.integers(1, 16384))
def test_letters_of_columns_count_as_spreadsheets_do(number: int):
    assert column_number(column_letters(number)) == number


def test_characters_that_the_format_escapes_are_themselves():
    assert unescaped("a_x000D_b_x005F_x000D_") == "a\rb_x000D_"


NOTES = Shape(
    "a/notes", "a", Text("备注", "Notes"), "no", Text("编号", "No"), (Column("note", Text("备注", "Note"), TextType(200), "open"),)
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.sampled_from(["xlsx", "csv"]))
def test_any_text_that_was_read_is_written_and_read_again_as_it_was(words: list[str], kind: str):
    kept = [typed(word) for word in words]
    columns = (Column_("编号", name="no"), Column_("备注", name="note"))
    rows = [(f"N{at}", word) for at, word in enumerate(kept)]
    file = write(Table("备注", columns, rows, is_form=True), kind, "zh").stream.read()
    assert [one.record.values.get("note", "") for one in read_sheet(file, NOTES).good] == kept
