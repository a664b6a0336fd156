"""Files as people make them, for tests: workbooks by the library, and packages by hand where the library would not."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from openpyxl import Workbook

from tongban.exchange.core.records import KEY_TITLES, Column, Shape
from tongban.kernel.ids import citizen_id_check, uscc_check
from tongban.kernel.text import Text
from tongban.rules.core import Bool, Choice, Date, Int, Money, TextType
from tongban.rules.core import Decimal as DecimalType

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def uscc(serial: int) -> str:
    """A code of the made-up areas that checks."""
    body = f"91990101MA{serial:07d}"
    return body + uscc_check(body)


def id_number(serial: int) -> str:
    """A number of the made-up areas that checks."""
    body = f"99010119{60 + serial % 40}0101{serial % 1000:03d}"
    return body + citizen_id_check(body)


def column(name: str, zh: str, kind: object, sensitivity: str = "open", **options: Text) -> Column:
    return Column(name, Text(zh, name.replace("_", " ").capitalize()), kind, sensitivity, options)


SIGNS = Shape(
    "urban/signs",
    "urban",
    Text("户外招牌设置信息", "Shop sign approvals"),
    "uscc",
    KEY_TITLES["uscc"],
    (
        column("approval_no", "文书编号", TextType(40)),
        column("place", "设置位置", TextType(200), "internal"),
        column("valid_until", "有效期至", Date()),
        column("kind", "类别", Choice(("lamp", "board")), lamp=Text("灯箱", "Light box"), board=Text("牌匾", "Board")),
        column("own_shop", "自家店面", Bool()),
        column("count", "数量", Int(0, 100)),
        column("area_m2", "面积", DecimalType(2, 0, 1000)),
        column("fee", "收费", Money(0, 10_000_000)),
        column("contact", "联系人", TextType(20), "personal"),
        column("illness", "病史", TextType(40), "sensitive"),
    ),
)
HEADINGS = ["统一社会信用代码", "文书编号", "设置位置", "有效期至", "类别", "自家店面", "数量", "面积", "收费（元）", "联系人", "病史"]
NAMES = ["uscc", *(one.name for one in SIGNS.columns)]


def row(serial: int = 1, **changes: object) -> list[object]:
    """One sound row as it would be typed."""
    values: dict[str, object] = {
        "uscc": uscc(serial),
        "approval_no": f"HW{serial:05d}",
        "place": "望江路 1 号门头",
        "valid_until": "2027-03-05",
        "kind": "灯箱",
        "own_shop": "是",
        "count": 2,
        "area_m2": Decimal("4.80"),
        "fee": Decimal("120.50"),
        "contact": "赵建国",
        "illness": None,
    }
    return list((values | changes).values())


RECORD = {
    "place": "望江路 1 号门头",
    "valid_until": "2027-03-05",
    "kind": "lamp",
    "own_shop": True,
    "count": 2,
    "area_m2": "4.80",
    "fee": 12050,
    "contact": "赵建国",
}
"""What such a row says, but for key and number."""


def xlsx(*rows: Sequence[object], above: Sequence[Sequence[object]] = (), heading: Sequence[object] = HEADINGS, merge: str = "") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    for one in (*above, heading, *rows):
        sheet.append(list(one))
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(*rows: Sequence[object], heading: Sequence[object] = HEADINGS, encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    """The same as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([heading, *(["" if one is None else one for one in each] for each in rows)])
    return out.getvalue().encode(encoding)


def package(
    sheet: str, *, strings: str = "", parts: Mapping[str, bytes | str] | None = None, head: str = HEAD, compress: bool = True
) -> bytes:
    """A workbook whose sheet's XML is written by hand."""
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets><sheet name="登记表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
        + (f'<Relationship Id="r2" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/>' if strings else "")
        + "</Relationships>",
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    if strings:
        files["xl/sharedStrings.xml"] = f'{head}<sst xmlns="{_MAIN}">{strings}</sst>'
    files |= parts or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def inline(number: int, values: Iterable[object]) -> str:
    """A row of texts as XML."""
    cells = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)
    return f'<row r="{number}">{cells}</row>'
