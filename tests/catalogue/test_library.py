"""The item library is imported: shown first, written on demand, locked from then on; a service's own file is never touched."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.catalogue.small_city import SERVICE, written
from tongban.catalogue.core.definition import LibraryItem, Limit
from tongban.catalogue.core.examining import examine
from tongban.catalogue.core.library import changes, read_records, spelt
from tongban.catalogue.core.reading import read_city
from tongban.catalogue.core.reading.folder import load
from tongban.house.commands import check, import_library
from tongban.house.commands.import_library import UnreadableLibraryError, held

ON = date(2026, 6, 30)
STALL: dict[str, Any] = {
    "taskName": "摆摊许可",
    "catalogCode": "000131024000",
    "taskType": "01",
    "anticipateDay": 10,
    "anticipateType": "工作日",
    "projectType": "承诺件",
}


def run(folder: Path, file: Path, *, write: bool = False) -> int:
    return import_library.run(file, folder, source="某省事项库", on=ON, write=write, lang="zh")


def library(folder: Path, *records: dict[str, Any]) -> Path:
    file = folder / "library.json"
    file.write_text(json.dumps({"items": list(records)}, ensure_ascii=False))
    return file


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return written(tmp_path / "city")


def test_what_would_change_is_shown_and_nothing_is_written(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = load(city)
    assert run(city, library(tmp_path, STALL)) == 0
    told = capsys.readouterr().out
    assert "新增 000131024000 摆摊许可" in told
    assert "法定时限  10 working days" in told
    assert "没有写入" in told
    assert load(city) == before


def test_written_it_is_a_declared_file_and_the_city_checks(city: Path, tmp_path: Path) -> None:
    service = (city / SERVICE).read_bytes()
    assert run(city, library(tmp_path, STALL), write=True) == 0
    item = read_city(city).library["000131024000"]
    assert (item.title, item.statutory, item.instant, item.source, item.on) == ("摆摊许可", Limit(10, "working"), False, "某省事项库", ON)
    assert (city / SERVICE).read_bytes() == service
    assert check.run(city, lang="zh") == 0


def test_a_new_edition_tells_what_it_changes_and_which_service_will_be_refused(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(city, library(tmp_path, STALL), write=True)
    capsys.readouterr()
    run(city, library(tmp_path, STALL | {"anticipateDay": 20, "taskName": "临时摊位许可"}), write=True)
    told = capsys.readouterr().out
    assert "法定时限  10 working days → 20 working days" in told
    assert "事项名称  摆摊许可 → 临时摊位许可" in told
    assert f"{SERVICE}:2:8: 事项库（某省事项库，2026-06-30）规定为“临时摊位许可”" in told
    assert check.run(city, lang="zh") == 1


def test_the_same_edition_again_changes_no_file(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(city, library(tmp_path, STALL), write=True)
    before = (city / "library" / "000131024000.yaml").stat().st_mtime_ns
    capsys.readouterr()
    run(city, library(tmp_path, STALL), write=True)
    assert "其中 1 条没有变化" in capsys.readouterr().out
    assert (city / "library" / "000131024000.yaml").stat().st_mtime_ns == before


def test_what_the_file_leaves_out_is_kept_and_told(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = STALL | {"catalogCode": "000131025000", "taskName": "别的许可"}
    run(city, library(tmp_path, STALL, other), write=True)
    capsys.readouterr()
    run(city, library(tmp_path, STALL), write=True)
    assert "继续保留的：000131025000" in capsys.readouterr().out
    assert (city / "library" / "000131025000.yaml").exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"catalogCode": ""}, "没有 12 位基本编码"),
        ({"catalogCode": "00013102400"}, "没有 12 位基本编码"),
        ({"taskName": "  "}, "没有事项名称"),
        ({"taskName": "长" * 61}, "没有事项名称"),
        ({"taskType": "05"}, "与基本编码第 3、4 位“01”不同"),
        ({"anticipateDay": "二十"}, "应是天数"),
        ({"anticipateType": "日"}, "应是天数"),
        ({"anticipateDay": 0}, "应是天数"),
        ({"projectType": "快办件"}, "应为“即办件”"),
    ],
)
def test_a_record_with_a_fault_is_left_out_and_told_with_its_number(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: dict[str, Any], says: str
) -> None:
    good = STALL | {"catalogCode": "000131025000", "taskName": "别的许可"}
    assert run(city, library(tmp_path, good, STALL | wrong), write=True) == 1
    told = capsys.readouterr().out
    assert "第 2 条没有采用" in told
    assert says in told
    assert [path.stem for path in (city / "library").iterdir()] == ["000131025000"]


def test_the_same_code_twice_is_told() -> None:
    items, wrong = read_records([STALL, STALL | {"taskName": "又一个"}], "库", ON)
    assert items["000131024000"].title == "摆摊许可"
    assert "与第 1 条重复" in wrong[0].says.zh


def test_a_table_program_s_file_is_read_like_the_json(tmp_path: Path) -> None:
    record = STALL | {"byLaw": "某法；某条例"}
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(record))
    sheet.append(list(record.values()))
    content = io.BytesIO()
    book.save(content)
    (tmp_path / "a.xlsx").write_bytes(content.getvalue())
    line = ",".join(f'"{value}"' for value in record.values())
    (tmp_path / "utf8.csv").write_text(",".join(record) + "\n" + line + "\n", encoding="utf-8-sig")
    (tmp_path / "gb.csv").write_text(",".join(record) + "\n" + line + "\n", encoding="gb18030")
    (tmp_path / "list.json").write_text(json.dumps([record], ensure_ascii=False))
    read = [read_records(import_library.records_of(tmp_path / name), "库", ON) for name in ("a.xlsx", "utf8.csv", "gb.csv", "list.json")]
    assert all(found == read[0] for found in read)
    assert read[0][0]["000131024000"].basis == ("某法", "某条例")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.json", b"[]"), ("a.json", b"[1]"), ("a.xlsx", b"PK"), ("a.csv", b""), ("a.docx", b"x"), ("none.json", None)],
)
def test_a_file_that_is_no_library_is_told_so(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableLibraryError):
        import_library.records_of(tmp_path / name)


NAMES = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=60)
    .map(str.strip)
    .filter(bool)
)
ITEMS = st.builds(
    LibraryItem,
    code=st.just("000131024000"),
    title=NAMES,
    kind=st.just("01"),
    statutory=st.one_of(st.none(), st.builds(Limit, st.integers(1, 999), st.sampled_from(["working", "calendar"]))),
    basis=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    instant=st.one_of(st.none(), st.booleans()),
    source=NAMES,
    on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)


@given(ITEMS)
def test_whatever_is_written_is_read_back_the_same(item: LibraryItem) -> None:
    assert held({f"library/{item.code}.yaml": spelt(item).encode()}) == {item.code: item}
    assert changes(item, item) == ()


def test_the_shipped_library_is_what_importing_its_file_writes() -> None:
    city = Path("cities/yunchuan")
    items, wrong = read_records(import_library.records_of(city / "demo" / "item-library.json"), "某省政务服务事项库（演示）", ON)
    assert wrong == ()
    assert {code: spelt(item) for code, item in items.items()} == {path.stem: path.read_text() for path in (city / "library").iterdir()}
    assert examine(load(city)).faults == ()
