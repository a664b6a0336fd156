"""Letters and licences, as readers, archives, cameras and forgers meet them."""

from __future__ import annotations

import contextlib
import io
from datetime import date

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tongban.files.core.inspection import inspect
from tongban.kernel.text import Text
from tongban.papers.core import Letter, Licence, PaperError, Seal, letter, letters, licence, pdf, seal_svg

ISSUER = Text(zh="云川市市场监督管理局", en="Yunchuan Administration for Market Regulation")
URL = "https://yunchuan.example/verify#c=" + "eJxTdWb3" * 12


def a_letter(**changes) -> Letter:
    fields = {
        "issuer": ISSUER,
        "number": "云市监许准〔2026〕318号",
        "title": Text("准予行政许可决定书", "Decision to Grant an Administrative Licence"),
        "addressee": "云川市江北区味来餐饮店",
        "paragraphs": (
            Text(
                "你单位于2026年3月5日提出食品经营许可申请，决定准予许可。",
                "You applied for a food business licence on 5 March 2026. We grant it.",
            ),
        ),
        "issued_on": date(2026, 3, 9),
        "seal": Seal(ISSUER),
        "qr_url": URL,
        "contact": Text("联系电话 12345", "Telephone 12345"),
    }
    return Letter(**{**fields, **changes})


def a_licence(**changes) -> Licence:
    fields = {
        "title": Text("食品经营许可证", "Food Business Licence"),
        "number": "20260000001",
        "type_code": "11990100MB0000000X012",
        "issuer": ISSUER,
        "issuer_code": "11990100MB0000000X",
        "holder": "云川市江北区味来餐饮店",
        "holder_code": "92990102MA0ABCDE1X",
        "holder_code_kind": Text("统一社会信用代码", "Unified social credit code"),
        "fields": ((Text("经营场所", "Premises"), "云川市江北区沿江路18号1层"),),
        "issued_on": date(2026, 3, 9),
        "valid_from": date(2026, 3, 9),
        "valid_until": date(2031, 3, 8),
        "identifier": "1.2.156.3005.2.11990100MB0000000X012.11990100MB0000000X.20260000001.001.K",
        "check_code": "7KQ2-M4XP",
        "qr_url": URL,
        "verify_at": "https://yunchuan.example/verify",
    }
    return Licence(**{**fields, **changes})


def words(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).replace("\n", "")


def pictures(made: bytes, dpi: int = 110) -> list[Image.Image]:
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(made)]


def reds(picture: Image.Image) -> int:
    red, green, blue = (np.asarray(picture)[:, :, channel].astype(int) for channel in range(3))
    return int(((red > 140) & (green < 110) & (blue < 110)).sum())


def test_a_letter_says_everything_in_both_languages_on_one_page():
    made = letter(a_letter())
    said = words(made)
    for part in (
        "云市监许准〔2026〕318号",
        "准予行政许可决定书",
        "云川市江北区味来餐饮店",
        "决定准予许可",
        "2026年3月9日",
        "We grant it",
        "9 March 2026",
        "12345",
    ):
        assert part in said
    assert len(PdfReader(io.BytesIO(made)).pages) == 1


def test_a_letter_to_nobody_in_particular_has_no_lonely_colon():
    said = words(letter(a_letter(addressee="")))
    assert "准予行政许可决定书" in said
    assert "Licence：" not in said
    assert "prevails.:" not in said


def test_lines_of_a_paragraph_are_paragraphs_on_paper_and_empty_ones_are_left_out():
    made = letter(a_letter(paragraphs=(Text("一、第一项\n\n二、第二项", "1. First\n2. Second"), Text("", ""))))
    lines = [line for page in pypdfium2.PdfDocument(made) for line in page.get_textpage().get_text_bounded().splitlines()]
    kept = [line.strip() for line in lines]
    assert [line for line in kept if line in ("一、第一项", "二、第二项", "1. First", "2. Second")] == [
        "一、第一项",
        "二、第二项",
        "1. First",
        "2. Second",
    ]


def test_a_licence_prints_the_metadata_of_its_standard_on_one_page():
    made = licence(a_licence())
    said = words(made)
    for part in (
        "证照编号",
        "证照标识",
        "证照类型代码",
        "颁发机构代码",
        "持证主体",
        "统一社会信用代码",
        "有效期",
        "2031年3月8日",
        "1.2.156.3005.2",
        "7KQ2-M4XP",
    ):
        assert part in said
    assert len(PdfReader(io.BytesIO(made)).pages) == 1


def test_a_licence_without_end_says_so():
    assert "长期" in words(licence(a_licence(valid_until=None)))


def test_a_licence_with_ten_long_fields_still_has_one_page():
    fields = tuple((Text(f"第{n}项", f"Item {n}"), "热食类食品制售、冷食类食品制售（仅限凉拌菜）") for n in range(10))
    assert len(PdfReader(io.BytesIO(licence(a_licence(fields=fields)))).pages) == 1


def test_a_long_letter_goes_on_overleaf_and_loses_nothing():
    paragraphs = tuple(Text(f"第{n}段。" + "本机关依法作出决定，" * 9, f"Paragraph {n}. " + "We decide by law. " * 9) for n in range(20))
    made = letter(a_letter(paragraphs=paragraphs))
    said = words(made)
    assert len(PdfReader(io.BytesIO(made)).pages) > 2
    assert all(f"第{n}段" in said and f"Paragraph {n}." in said for n in range(20))


@pytest.mark.parametrize("make", [lambda: letter(a_letter()), lambda: licence(a_licence())])
def test_papers_declare_the_standards_for_archives_and_for_screen_readers(make):
    reader = PdfReader(io.BytesIO(make()))
    meta = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    for mark in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert mark in meta
    assert reader.trailer["/Root"]["/Lang"].startswith("zh")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("make", [lambda: letter(a_letter()), lambda: licence(a_licence())])
def test_the_same_paper_gives_the_same_bytes(make):
    assert make() == make()


def test_our_own_papers_pass_our_own_gate():
    for made in (letter(a_letter()), licence(a_licence())):
        assert inspect(made, ("pdf",), 1_000_000) == "pdf"


@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        '"}],"seal":null}',
        "*bold* _it_ $x$ <label> @ref // c /* c */ \\ ] [ } {",
        '#import "@preview/x:0.1.0": *',
        "= Heading",
        "“引号”与'single'\"double\"",
    ],
)
def test_what_people_type_is_printed_and_never_run(hostile):
    squeezed = hostile.replace(" ", "")
    made = letter(a_letter(addressee=hostile, paragraphs=(Text(hostile, hostile),)))
    assert words(made).replace(" ", "").count(squeezed) >= 4
    assert squeezed in words(licence(a_licence(holder=hostile))).replace(" ", "")


@given(st.text(max_size=80))
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_printed_or_is_refused(text):
    with contextlib.suppress(PaperError):
        assert letter(a_letter(addressee=text)).startswith(b"%PDF")


def test_an_unsealed_letter_has_no_red_and_a_sealed_one_has():
    assert sum(reds(page) for page in pictures(letter(a_letter(seal=None)))) == 0
    assert reds(pictures(letter(a_letter()))[0]) > 1000


@pytest.mark.parametrize(("make", "dpi"), [(lambda: letter(a_letter()), 150), (lambda: licence(a_licence()), 150)])
def test_a_camera_reads_the_code_from_the_page(make, dpi):
    page = pictures(make(), dpi)[0]
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [URL]


def test_the_seal_says_that_it_is_none_and_has_no_star():
    drawn = seal_svg(Seal(Text("甲<乙>&局", "A"))).decode()
    assert "演示专用" in drawn
    assert "no legal effect" in drawn
    assert "&lt;" in drawn
    assert "★" not in drawn
    assert 'fill="none"' in drawn


def test_a_mistake_in_a_template_is_one_error_that_says_where():
    with pytest.raises(PaperError) as caught:
        pdf("#let x = ", {}, {})
    assert any("main.typ" in note for note in caught.value.__notes__)


def lines_of(page) -> list[str]:
    return [line.strip() for line in page.get_textpage().get_text_bounded().splitlines() if line.strip()]


LONG = tuple(Text(f"第{n}段。" + "本机关依法作出决定，" * 9, f"Paragraph {n}. " + "We decide by law. " * 9) for n in range(9))


def test_the_head_is_ink_and_the_seal_alone_is_red():
    page = pictures(letter(a_letter()))[0]
    head = page.crop((0, 0, page.width, page.height // 3))
    assert reds(head) == 0
    assert reds(page) > 1000


def test_a_line_of_the_body_holds_28_characters():
    body = Text("本" * 100, "x")
    assert "本" * 28 in lines_of(pypdfium2.PdfDocument(letter(a_letter(addressee="", paragraphs=(Text("甲", "x"), body))))[0])


def test_the_signature_never_stands_on_a_page_without_body_text():
    for count in range(3, 9):
        document = pypdfium2.PdfDocument(letter(a_letter(paragraphs=LONG[:count])))
        signed = next(page for page in document if "2026年3月9日" in lines_of(page))
        assert any("本机关依法作出决定" in line for line in lines_of(signed)), count


def test_attachments_are_listed_and_numbered_where_there_are_several():
    licence_, plan = Text("食品经营许可证", "Food business licence"), Text("布局图", "Plan")
    assert "附件：食品经营许可证" in words(letter(a_letter(attachments=(licence_,)))).replace(" ", "")
    both = words(letter(a_letter(attachments=(licence_, plan)))).replace(" ", "")
    assert "附件：1.食品经营许可证" in both
    assert "2.布局图" in both
    assert "1.Foodbusinesslicence;2.Plan" in both


def test_a_batch_begins_each_letter_on_the_front_of_a_sheet_with_page_1_and_numbers_no_blank_page():
    document = pypdfium2.PdfDocument(letters([a_letter(paragraphs=LONG), a_letter(number="云市监许准〔2026〕319号"), a_letter()]))
    shown = [lines_of(page) for page in document]
    assert [index for index, lines in enumerate(shown) if any("准予行政许可决定书" in line for line in lines)] == [0, 4, 6]
    assert all(any(line.replace(" ", "") == "—1—" for line in shown[index]) for index in (0, 4, 6))
    assert shown[3] == shown[5] == []


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        letters([])


def test_the_check_code_stands_under_the_code():
    assert "ABCD-EFGH" in words(letter(a_letter(check_code="ABCD-EFGH")))
