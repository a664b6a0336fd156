"""Every table of the desk as a file: for whom its page is, with every row, on the record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from tongban.cases import reads as cases
from tongban.faces.desk import exports, tables
from tongban.ledger.acts import sequence

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]


def rows_of(client: Client, path: str) -> list[list[str]]:
    """The rows of a table as CSV, its heading first."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}as=csv")
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def book_of(client: Client, path: str):
    answer = client.get(f"{path}{'&' if '?' in path else '?'}as=xlsx")
    assert answer.status_code == 200, path
    return load_workbook(io.BytesIO(answer.getvalue()))


def recorded() -> list[dict[str, object]]:
    """What the record says of exports."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload, actor, case_id, department FROM ledger_entry WHERE act = 'desk.export' ORDER BY id")
        found = cursor.fetchall()
    return [
        {**(json.loads(payload) if isinstance(payload, str) else payload), "by": actor, "case": case, "department": department}
        for payload, actor, case, department in found
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_of_the_desk_is_had_as_a_file_in_the_reader_s_language(town, desk: Desk, case_id, lang: str):
    paths = {
        "liu-yang": [
            "/desk/",
            *(f"/desk/?box={box}" for box in ("mine", "today", "late", "waiting", "department", "done")),
            "/desk/?q=味来",
            "/desk/wall",
        ],
        "xu-jing": [
            "/desk/exchange",
            "/desk/registers",
            "/desk/registers/data-bureau/broken-promises",
            "/desk/registers/data-bureau/broken-promises/content",
        ],
        "shen-yi": ["/desk/ledger?q=味来", f"/desk/ledger/{case_id}"],
    }
    for login, addresses in paths.items():
        client = desk(login)
        client.cookies["lang"] = lang
        for path in addresses:
            heading = rows_of(client, path)[0]
            assert heading
            chinese = any("\u4e00" <= letter <= "\u9fff" for letter in "".join(heading))
            assert chinese is (lang == "zh"), (path, heading)
            assert book_of(client, path).worksheets[0].freeze_panes in ("A2", "A3")
    assert len(recorded()) == 2 * sum(map(len, paths.values()))


def test_a_page_offers_its_table(town, desk: Desk, case_id):
    assert 'href="/desk/?box=mine&amp;as=xlsx"' in desk("liu-yang").get("/desk/").content.decode()
    assert 'href="/desk/?q=%E5%91%B3%E6%9D%A5&amp;as=csv"' in desk("liu-yang").get("/desk/?q=味来").content.decode()
    assert 'href="/desk/exchange?as=xlsx"' in desk("xu-jing").get("/desk/exchange").content.decode()
    assert f'href="/desk/ledger/{case_id}?as=csv"' in desk("shen-yi").get(f"/desk/ledger/{case_id}").content.decode()
    assert 'href="/desk/wall?as=xlsx"' in desk("liu-yang").get("/desk/wall").content.decode()


def test_a_box_as_a_file_has_what_the_box_has_with_real_dates_and_numbers(town, desk: Desk, case_id):
    town.fill(6)
    officer = town.actor("liu-yang")
    shown = cases.queue(officer, "mine", limit=100).rows
    assert len(shown) >= 4
    client = desk("liu-yang")
    sheet = book_of(client, "/desk/?box=mine").worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [row.number for row in shown]
    assert [row[2] for row in rows] == [row.applicant_name for row in shown]
    assert isinstance(rows[0][4], datetime)
    assert isinstance(rows[0][5], int)
    assert len(rows_of(client, "/desk/?box=mine")) == 1 + len(shown)


def test_a_long_box_is_read_page_by_page_and_not_row_by_row(
    town, desk: Desk, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
):
    town.fill(6)
    client = desk("liu-yang")
    rows_of(client, "/desk/?box=department")
    with django_assert_max_num_queries(12) as taken:
        whole = rows_of(client, "/desk/?box=department")
    monkeypatch.setattr(tables, "AT_ONCE", 2)
    assert rows_of(client, "/desk/?box=department") == whole
    assert len(taken) <= 12


def test_a_file_is_cut_at_its_limit_and_says_so(town, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    town.fill(6)
    monkeypatch.setattr(exports, "MOST", 3)
    client = desk("liu-yang")
    answer = client.get("/desk/?box=department&as=xlsx")
    book = load_workbook(io.BytesIO(answer.getvalue()))
    assert book.worksheets[0].max_row == 4
    assert "只含前 3 行，后面还有" in [row[1].value for row in book.worksheets[1].iter_rows()]
    assert "-3.xlsx" in answer["Content-Disposition"]
    assert recorded()[-1] | {"by": ""} == {
        "what": "box",
        "box": "department",
        "format": "xlsx",
        "rows": 3,
        "cut": True,
        "by": "",
        "case": None,
        "department": "market-regulation",
    }


def test_the_file_says_who_took_it_and_when(town, desk: Desk, case_id):
    about = book_of(desk("liu-yang"), "/desk/?box=mine").worksheets[1]
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["导出人"] == "刘洋"
    assert said["单位"].endswith("市场监督管理局")
    assert said["行数"] == "1"
    assert "存证" in said["注意"]


def test_an_export_is_on_the_record_without_what_was_searched_for(town, desk: Desk, case_id):
    desk("liu-yang").get("/desk/?q=味来&as=csv")
    desk("shen-yi").get("/desk/ledger?q=味来&as=csv")
    desk("shen-yi").get(f"/desk/ledger/{case_id}?as=csv")
    search, found, entries = recorded()
    assert (search["what"], search["rows"], search["cut"]) == ("search", 1, False)
    assert (found["what"], found["rows"]) == ("record-search", 1)
    assert (entries["what"], entries["case"]) == ("record", case_id)
    assert entries["by"].startswith("account:")
    assert "味来" not in str(recorded())
    sequence()
    assert "导出表格" in desk("shen-yi").get(f"/desk/ledger/{case_id}").content.decode(), "it is in the case's own record too"


def test_who_may_not_see_a_page_gets_no_file_of_it_and_leaves_no_entry(town, desk: Desk, case_id):
    for login, path, status in (
        ("liu-yang", "/desk/exchange", 403),
        ("liu-yang", "/desk/ledger", 403),
        ("liu-yang", "/desk/registers", 403),
        ("han-lei", f"/desk/ledger/{case_id}", 403),
        ("li-min", "/desk/", 403),
    ):
        assert desk(login).get(f"{path}?as=xlsx").status_code == status, path
    assert Client().get("/desk/?as=xlsx")["Location"].startswith("/sign-in")
    assert len(rows_of(desk("han-lei"), "/desk/?q=味来")) == 1, "the heading alone"
    assert all(one["what"] == "search" for one in recorded())


@pytest.mark.parametrize("kind", ["pdf", "XLSX", "", "xlsx.csv"])
def test_another_format_is_the_page_itself(town, desk: Desk, kind: str):
    answer = desk("liu-yang").get(f"/desk/?box=mine&as={kind}")
    assert answer["Content-Type"].startswith("text/html")
    assert recorded() == []


def test_the_wall_and_the_cases_behind_a_number_are_files(town, desk: Desk):
    town.fill(6)
    client = desk("liu-yang")
    _, *numbers = rows_of(client, "/desk/wall")
    seen = cases.wall(town.actor("liu-yang"))
    assert [[int(count) for count in row[1:]] for row in numbers] == [[cell.count for cell in cells] for cells in seen.rows.values()]
    cell = next(cell for cell in seen.rows["promise"] if cell.count)
    assert len(rows_of(client, f"/desk/wall?kind=promise&bucket={cell.bucket}")) == 1 + cell.count
    assert (recorded()[-1]["kind"], recorded()[-1]["bucket"]) == ("promise", cell.bucket)


def test_what_people_were_spared_is_a_file_of_numbers(town, desk: Desk, case_id):
    from tongban.cases import acts
    from tongban.parties.acts import appoint

    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key="grant", version=town.version(case_id, decider), words="")
    appoint(person_id=town.actor("qian-guohua").person_id, department="data-bureau", role="leader", area="990100", by=None)
    [spared] = list(book_of(desk("qian-guohua"), "/desk/benefit?period=always").worksheets[0].iter_rows(min_row=2, values_only=True))
    assert spared[:2] == ("食品经营许可", 1)
    assert all(isinstance(number, int | float) for number in spared[1:4])


def test_the_entries_of_a_case_name_people_without_a_statement_for_each(town, desk: Desk, case_id, django_assert_max_num_queries):
    town.to_decision(case_id)
    client = desk("shen-yi")
    client.get(f"/desk/ledger/{case_id}")
    with django_assert_max_num_queries(22):
        page = client.get(f"/desk/ledger/{case_id}").content.decode()
    assert "刘洋" in page
    assert "吴强" in page
    assert "刘洋" in str(rows_of(client, f"/desk/ledger/{case_id}"))
