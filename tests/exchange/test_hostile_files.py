"""Whatever a file is, it is read or refused in words; it never fills the memory, never runs, never is taken for something else."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.sheets import HEAD, HEADINGS, SIGNS, inline, package, row, text, uscc, xlsx
from tongban.exchange.core.sheets import MOST_BYTES, read_sheet, weight
from tongban.exchange.core.sheets.reading import MOST_ROWS
from tongban.exchange.errors import UnreadableFileError

BILLION = (
    "<!DOCTYPE x [<!ENTITY a '很多'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
    "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'>]>\n"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        weight(content)
        read_sheet(content, SIGNS)
    assert caught.value.says.en
    return caught.value.says.zh


@pytest.mark.parametrize("head", [BILLION, OUTSIDE, "<!DOCTYPE x>\n"])
@pytest.mark.parametrize("strings", ["", "<si><t>&e;</t></si>"])
def test_a_document_type_is_refused_before_anything_is_expanded(head: str, strings: str):
    began = time.process_time()
    assert "已损坏" in refused(package(inline(1, HEADINGS) + inline(2, ["&e;"]), head=HEAD + head, strings=strings))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("part", ["xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_part_that_is_read_and_in_every_encoding(part: str, encoding: str):
    hidden = f"<?xml version='1.0' encoding='{encoding}'?><!-- {'x' * 100_000} -->{BILLION}<x>&e;</x>".encode(encoding)
    assert "已损坏" in refused(package("", parts={part: hidden}))


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    bomb = package("", parts={"xl/worksheets/sheet1.xml": b"<x>" + b" " * 260_000_000})
    assert len(bomb) < 1_000_000
    began = time.process_time()
    assert "解开后太大" in refused(bomb)
    assert time.process_time() - began < 0.5


def test_a_table_of_styles_or_relations_that_is_too_large_is_refused():
    assert "解开后太大" in refused(package("", parts={"xl/workbook.xml": b"<x>" + b" " * 11_000_000}))


def test_a_size_that_lies_does_not_unpack_more_than_it_says():
    honest = bytearray(package(inline(1, HEADINGS) + inline(2, ["字" * 100_000])))
    with zipfile.ZipFile(io.BytesIO(bytes(honest))) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = bytes(honest).replace(true.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert "已损坏" in refused(lie)


def test_a_package_of_many_parts_is_refused():
    assert "解开后太大" in refused(package("", parts={f"xl/media/{n}.png": b"" for n in range(1_200)}))


def test_a_million_rows_are_refused_without_being_kept():
    head = xlsx(heading=HEADINGS)
    assert head
    rows = "".join(f"<row><c t='inlineStr'><is><t>{n}</t></is></c></row>" for n in range(300_000))
    began = time.process_time()
    assert f"超过 {MOST_ROWS:,} 行" in refused(package(inline(1, HEADINGS) + rows))
    assert time.process_time() - began < 20


def test_a_text_of_a_million_rows_is_refused():
    assert f"超过 {MOST_ROWS:,} 行" in refused(text(heading=HEADINGS) + b"1\r\n" * 1_000_000)


def test_a_million_empty_rows_are_passed_over():
    rows = "<row/>" * 1_000_000
    sheet = read_sheet(package(inline(1, HEADINGS) + inline(2, [uscc(1)]) + rows), SIGNS)
    assert len(sheet.good) == 1


@pytest.mark.parametrize("number", ["1048577", "99999999999999999999", "-3", "1e6", "x", "1"])
def test_a_row_number_that_cannot_be_is_refused(number: str):
    assert "已损坏" in refused(package(f'{inline(1, HEADINGS)}<row r="{number}"><c><v>1</v></c></row>'))


@pytest.mark.parametrize("where", ["ZZZZ2", "1", "é2", "$A2", ""])
def test_a_cell_that_stands_nowhere_is_refused_or_stands_next(where: str):
    content = package(f'{inline(1, HEADINGS)}<row r="2"><c r="{where}"><v>1</v></c></row>')
    if where:
        assert "已损坏" in refused(content)
    else:
        assert read_sheet(content, SIGNS).faults[0].column == "A"


def test_a_cell_far_to_the_right_is_refused_and_takes_no_room():
    far = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 5_000))
    assert "超过 256 列" in refused(package(inline(1, HEADINGS) + far))


@pytest.mark.parametrize("index", ["99", "-1", "x", "9" * 5_000])
def test_a_shared_text_that_is_not_there_is_refused(index: str):
    assert "已损坏" in refused(package(f'<row r="1"><c t="s"><v>{index}</v></c></row>', strings="<si><t>a</t></si>"))


def test_numbers_of_any_size_are_told_and_not_counted_with():
    for number in ("1e999999999", "9" * 5_000, "NaN", "Infinity", "-0", "1e-400"):
        content = package(
            f'{inline(1, HEADINGS)}<row r="2"><c t="inlineStr"><is><t>{uscc(1)}</t></is></c><c r="D2"><v>{number}</v></c><c r="G2"><v>{number}</v></c></row>'
        )
        began = time.process_time()
        read_sheet(content, SIGNS)
        assert time.process_time() - began < 1, number


def test_many_merged_ranges_are_refused_and_a_wide_one_costs_little():
    merged = "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 200_000 + "</mergeCells>"
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{inline(1, HEADINGS)}</sheetData>%s</worksheet>'
    assert "已损坏" in refused(package("", parts={"xl/worksheets/sheet1.xml": sheet % merged}))
    whole = sheet % '<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    began = time.process_time()
    read_sheet(package("", parts={"xl/worksheets/sheet1.xml": whole}), SIGNS)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空的"),
        (b" \r\n ", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "旧格式"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页格式"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>", "网页格式"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"a,b\0c\r\n", "不是表格"),
        (b"PK\x03\x04 and nothing", "已损坏"),
        (b"PK\x05\x06" + b"\0" * 18, "不是 Excel 工作簿"),
        (b"x" * (MOST_BYTES + 1), "超过 20 MB"),
    ],
    ids=range(13),
)
def test_what_is_no_table_is_refused_with_what_it_is(content: bytes, why: str):
    assert why in refused(content)


def test_the_name_of_a_file_decides_nothing_its_content_does():
    comma = text(row())
    assert read_sheet(comma, SIGNS).good  # whatever it was called when it was uploaded
    assert "压缩包或别的文件" in refused(_archive({"a.csv": comma}))


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"xl/vbaProject.bin": b"x"}, "有宏"),
        ({"xl/workbook.bin": b"x"}, ".xlsb"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, ".ods"),
    ],
)
def test_macros_and_other_formats_are_refused(parts: dict[str, bytes], why: str):
    assert why in refused(package("", parts=parts))


def test_an_encrypted_package_is_refused():
    marked = bytearray(package(inline(1, HEADINGS)))
    at = bytes(marked).index(b"PK\x01\x02")
    marked[at + 8] |= 1
    assert "密码" in refused(bytes(marked))


def test_a_relation_that_leads_outside_the_package_is_not_followed():
    outside = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="x/worksheet" Target="../../../../etc/hostname"/></Relationships>'
    )
    assert "已损坏" in refused(package("", parts={"xl/_rels/workbook.xml.rels": outside}))


def test_a_quotation_mark_that_never_ends_is_told():
    assert "引号或长度不对" in refused(text(heading=HEADINGS) + b'"' + b"x" * 50_000)


WHOLE = xlsx(row(1), row(2))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_workbook_with_bytes_changed_anywhere_is_read_or_refused(data: st.DataObject):
    broken = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(2, len(broken) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refused(bytes(broken))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='<>/="rcvtsif12AB &;x', max_size=120))
def test_a_sheet_of_any_markup_is_read_or_refused(markup: str):
    _read_or_refused(package(inline(1, HEADINGS) + markup))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes):
    _read_or_refused(content)
    _read_or_refused(",".join(HEADINGS).encode() + b"\r\n" + content)


def _read_or_refused(content: bytes) -> None:
    with suppress(UnreadableFileError):
        weight(content)
        read_sheet(content, SIGNS)


def test_a_large_file_is_read_in_little_memory():
    """100,000 rows within 400 MB more than the program itself."""
    program = """
import resource, sys
from tests.exchange.sheets import HEADINGS, SIGNS, inline, package, uscc
from tongban.exchange.core.sheets import read_sheet
content = package(inline(1, HEADINGS) + "".join(inline(n + 2, [uscc(n), "HW", "路" * 40]) for n in range(100_000)))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sheet = read_sheet(content, SIGNS)
assert len(sheet.good) == 100_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 400_000_000


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
