"""The pages of kept registers: whose they are, a file's way from the browser into them, what may be seen of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from tests.exchange.sheets import id_number, uscc
from tongban.exchange import acts, reads
from tongban.exchange.core.sheets import read_sheet
from tongban.faces.desk.registers.files import table
from tongban.house import worker
from tongban.kernel import clock
from tongban.ledger.acts import sequence
from tongban.look.sheets import write

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

SIGNS, DEATHS = "urban-management/sign-approvals", "civil-affairs/deaths"
PAGE = f"/desk/registers/{SIGNS}"
HEADING = ["统一社会信用代码", "文书编号", "设置位置", "有效期至"]
Desk = Callable[[str], Client]


def sign(serial: int, place: str = "望江路 1 号", until: str = "2027-03-05") -> list[object]:
    return [uscc(serial), f"HW{serial:05d}", place, until]


def xlsx(*rows: list[object], heading: list[str] = HEADING) -> bytes:
    book = Workbook()
    for row in (heading, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def today() -> dict[str, str]:
    day = clock.today()
    return {"as_of-year": str(day.year), "as_of-month": str(day.month), "as_of-day": str(day.day)}


def send(client: Client, content: bytes, page: str = PAGE, name: str = "招牌.xlsx", **more: str):
    return client.post(f"{page}/send", {"file": SimpleUploadedFile(name, content), **today(), **more})


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def hidden(page: str) -> dict[str, str]:
    form = page[page.index("/apply") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def upload(client: Client, *rows: list[object]) -> str:
    """The address of an upload that was read."""
    answer = send(client, xlsx(*rows))
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def held() -> dict[str, object]:
    return {one.record.key: one.record.values["place"] for one in reads.records(SIGNS, limit=1000)}


@pytest.fixture
def clerk(desk: Desk) -> Client:
    return desk("tian-jing")


def test_a_registrar_comes_straight_to_the_registers_of_the_department(clerk: Client):
    assert clerk.get("/desk/")["Location"] == "/desk/registers"
    page = text(clerk.get("/desk/registers"))
    assert "户外招牌设置信息" in page
    assert "殡葬火化信息" not in page
    assert "初始导入" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_answers_in_both_languages(desk: Desk, lang: str):
    client = desk("tian-jing")
    client.cookies["lang"] = lang
    address = upload(client, sign(1), sign(2, until="x"))
    for path in (
        "/desk/registers",
        PAGE,
        address,
        *(f"{address}?show={one}" for one in ("faults", "new", "changed", "same", "missing", "x")),
    ):
        text(client.get(path))
    applied = upload(client, sign(1))
    assert client.post(f"{applied}/apply", hidden(text(client.get(applied)))).status_code == 302
    for path in (applied, f"{PAGE}?done=applied", f"{PAGE}?before=2", f"{PAGE}?before=x"):
        text(client.get(path))


def test_nobody_else_sees_a_register_and_another_department_s_is_not_there(desk: Desk, clerk: Client):
    address = upload(clerk, sign(1))
    paths = ["", "/template", "/content?as=xlsx", "?as=csv"]
    for login, status in (("liu-yang", 403), ("bai-ying", 404), ("xu-jing", 404)):
        other = desk(login)
        for path in paths:
            assert other.get(f"{PAGE}{path}").status_code == status, (login, path)
        for path in ("", "/progress", "?as=xlsx"):
            assert other.get(f"{address}{path}").status_code == status, (login, path)
        for path in (f"{PAGE}/send", f"{PAGE}/undo", f"{PAGE}/confirm", f"{PAGE}/look-up", f"{address}/apply", f"{address}/discard"):
            assert other.post(path, {"version": "1"}).status_code == status, (login, path)
    assert desk("liu-yang").get("/desk/registers").status_code == 403
    assert Client().get(PAGE)["Location"].startswith("/sign-in")


def test_a_register_that_its_department_keeps_itself_or_that_is_none_is_not_there(clerk: Client, desk: Desk):
    assert desk("xu-jing").get("/desk/registers/data-bureau/credit").status_code == 404
    for path in ("urban-management/nothing", "nowhere/at-all"):
        assert clerk.get(f"/desk/registers/{path}").status_code == 404


def test_an_upload_of_one_register_is_not_found_under_another(desk: Desk):
    both = desk("bai-ying")
    address = send(
        both,
        xlsx([id_number(1), "2026-01-01", "2026-01-04"], heading=["公民身份号码", "死亡日期", "登记日期"]),
        f"/desk/registers/{DEATHS}",
    )["Location"]
    assert both.get(address).status_code == 200
    assert both.get(address.replace(DEATHS, "health/health-certificates")).status_code == 404


def test_a_file_goes_from_the_browser_into_the_register(clerk: Client):
    before = held()
    address = upload(clerk, sign(1), sign(2))
    page = text(clerk.get(address))
    assert "招牌.xlsx" in page
    assert "新增 2 条，更改 0 条" in page
    assert held() == before
    answer = clerk.post(f"{address}/apply", hidden(page))
    assert answer["Location"] == f"{PAGE}?done=applied"
    assert held() == before | {uscc(1): "望江路 1 号", uscc(2): "望江路 1 号"}
    after = text(clerk.get(answer["Location"]))
    assert "已应用" in after
    assert "田静" in after
    assert "撤销这次上传" in after


def test_faults_are_told_row_by_row_and_nothing_is_applied_unless_it_is_chosen(clerk: Client):
    address = upload(clerk, sign(1), sign(2, until="2027-02-30"), [uscc(3)[:-1], "x", "y", "2027-01-01"])
    page = text(clerk.get(address))
    assert "第 3 行 D 列" in page
    assert "“2027-02-30”不是真实的日期" in page
    assert "第 4 行 A 列" in page
    assert "3 行中有 2 行有误，共 2 处" in page
    before, form = held(), hidden(page)
    refused = clerk.post(f"{address}/apply", form)
    assert refused.status_code == 422
    assert "文件中有错误行" in refused.content.decode()
    refused = clerk.post(f"{address}/apply", {**form, "sound_only": "yes", "others": "remove", "confirmed": "1"})
    assert refused.status_code == 422
    assert held() == before
    assert clerk.post(f"{address}/apply", {**form, "sound_only": "yes"}).status_code == 302
    assert held() == before | {uscc(1): "望江路 1 号"}


def test_replacing_the_whole_asks_for_the_count(clerk: Client):
    for serial in (7, 8):
        acts.enter_record(SIGNS, uscc(serial), {"place": "旧址"}, by="test", reason="test")
    count = len(held())
    address = upload(clerk, sign(1))
    page = text(clerk.get(f"{address}?show=missing"))
    assert f"登记册里另有 {count} 条" in page
    form = hidden(page) | {"others": "remove"}
    refused = clerk.post(f"{address}/apply", {**form, "confirmed": str(count + 1)})
    assert refused.status_code == 422
    assert f"会删去 {count} 条记录" in refused.content.decode()
    assert clerk.post(f"{address}/apply", {**form, "confirmed": str(count)}).status_code == 302
    assert held() == {uscc(1): "望江路 1 号"}


def test_a_double_click_is_one_change(clerk: Client):
    address = upload(clerk, sign(1))
    form = hidden(text(clerk.get(address)))
    assert [clerk.post(f"{address}/apply", form).status_code for _ in range(2)] == [302, 302]
    assert reads.register(SIGNS).version == 2


def test_a_colleague_s_upload_in_between_is_shown_with_the_new_differences(clerk: Client):
    address = upload(clerk, sign(1, "南门"))
    form = hidden(text(clerk.get(address)))
    acts.enter_record(SIGNS, uscc(1), {"approval_no": "HW1", "place": "北门"}, by=f"account:{_account('han-lei')}", reason="补录")
    answer = clerk.post(f"{address}/apply", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "登记册又有变动" in page
    assert "韩磊" in page
    assert "更改 1 条" in page
    assert held()[uscc(1)] == "北门"
    again = hidden(page)
    assert again["version"] != form["version"]
    changed = text(clerk.get(f"{address}?show=changed"))
    assert "<del>北门</del>" in changed
    assert "<ins>南门</ins>" in changed
    assert clerk.post(f"{address}/apply", again).status_code == 302
    assert held()[uscc(1)] == "南门"


def _account(login: str) -> object:
    from tongban.parties import reads as parties

    return parties.account(login)


def test_the_last_upload_can_be_taken_back_and_an_older_one_cannot(clerk: Client):
    before = held()
    for serial in (1, 2):
        address = upload(clerk, sign(serial))
        clerk.post(f"{address}/apply", hidden(text(clerk.get(address))))
    assert clerk.post(f"{PAGE}/undo", {"version": "2"}).status_code == 409
    assert clerk.post(f"{PAGE}/undo", {"version": "3"})["Location"] == f"{PAGE}?done=undone"
    assert held() == before | {uscc(1): "望江路 1 号"}
    assert "撤销第 3 版" in text(clerk.get(PAGE))


def test_a_discarded_upload_is_gone_and_says_so(clerk: Client):
    address = upload(clerk, sign(1))
    assert clerk.post(f"{address}/discard")["Location"] == f"{PAGE}?done=discarded"
    assert clerk.post(f"{address}/discard").status_code == 409
    assert "已放弃" in text(clerk.get(address))
    assert clerk.post(f"{address}/apply", {"version": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"%PDF-1.7", "这是PDF"), (b"", "请选择要上传的文件"), (b"PK\x03\x04", "已损坏"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧格式")],
)
def test_what_is_no_table_is_refused_beside_the_form(clerk: Client, content: bytes, says: str):
    answer = send(clerk, content) if content else clerk.post(f"{PAGE}/send", today())
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("day", [{"as_of-day": "32"}, {"as_of-year": "2099"}, {"as_of-day": ""}])
def test_a_day_that_is_none_or_lies_ahead_is_refused(clerk: Client, day: dict[str, str]):
    answer = send(clerk, xlsx(sign(1)), **day)
    assert answer.status_code == 422
    assert "不能晚于今天" in answer.content.decode()


def test_a_large_file_is_read_by_the_worker_with_its_progress_shown(clerk: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tongban.exchange.acts.uploads.AT_ONCE", 100)
    address = upload(clerk, sign(1))
    page = text(clerk.get(address))
    assert "正在读取" in page
    assert 'data-poll="' in page
    assert "已读 0 行" in text(clerk.get(f"{address}/progress"))
    assert worker.round_once()
    assert "读完了" in text(clerk.get(f"{address}/progress"))
    assert "新增 1 条" in text(clerk.get(address))


def test_a_file_that_turns_out_unreadable_says_why(clerk: Client):
    from tests.exchange.sheets import package

    address = send(clerk, package('<row r="1"><c t="s"><v>7</v></c></row>'))["Location"]
    page = text(clerk.get(address))
    assert "文件已损坏" in page
    assert "改好重新上传" in page


def test_personal_items_and_numbers_are_masked_in_differences_and_in_their_file(desk: Desk):
    client = desk("bai-ying")
    page = f"/desk/registers/{DEATHS}"
    heading = ["公民身份号码", "死亡日期", "登记日期"]
    number = id_number(1)

    def apply(died: str, recorded: str) -> str:
        return str(send(client, xlsx([number, died, recorded], heading=heading), page)["Location"])

    first = apply("2026-01-01", "2026-01-04")
    new = text(client.get(f"{first}?show=new"))
    client.post(f"{first}/apply", hidden(new))
    second = apply("2026-01-02", "2025-12-30")
    changed = text(client.get(f"{second}?show=changed"))
    file = client.get(f"{second}?show=changed&as=csv").getvalue().decode()
    for shown in (new, changed, file):
        assert number not in shown
        assert f"{number[:6]}**********{number[-2:]}" in shown
        assert "2026年1月1日" not in shown
        assert "2026-01-01" not in shown
    assert "<del>••••••</del>" in changed
    assert "<ins>2025年•月•日</ins>" in changed
    looked = client.post(f"{page}/look-up", {"key": number})
    assert number not in text(looked)
    assert "2025年" not in text(looked)


def test_a_record_is_looked_up_with_its_history_and_that_is_on_the_record(clerk: Client, django_capture_on_commit_callbacks):
    for place in ("东门", "西门"):
        address = upload(clerk, sign(1, place))
        clerk.post(f"{address}/apply", hidden(text(clerk.get(address))))
    page = text(clerk.post(f"{PAGE}/look-up", {"key": uscc(1).lower()}))
    assert page.index("西门") < page.index("东门")
    assert "现行" in page
    assert f"登记册里没有 {uscc(9)}" in text(clerk.post(f"{PAGE}/look-up", {"key": uscc(9)}))
    sequence()
    assert _recorded("exchange.look-up") == [{"resource": SIGNS, "versions": 2}, {"resource": SIGNS, "versions": 0}]


def _recorded(act: str) -> list[dict[str, object]]:
    import json

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM ledger_entry WHERE act = %s ORDER BY id", [act])
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


@pytest.fixture(params=["xlsx", "csv"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    return request.param


def test_what_is_downloaded_can_be_given_back_and_changes_nothing(clerk: Client, kind: str):
    odd = [
        [uscc(n), no, place, "2027-03-05"]
        for n, (no, place) in enumerate([("=1+1", "'x"), ("-5", '="001"'), ("0012", "东口\n西口"), ("_x000D_", "#N/A")], 1)
    ]
    for row in odd:
        acts.enter_record(SIGNS, str(row[0]), {"approval_no": row[1], "place": row[2], "valid_until": row[3]}, by="test", reason="test")
    file = client_file(clerk, f"{PAGE}/content?as={kind}")
    address = str(send(clerk, file, name=f"x.{kind}")["Location"])
    view = reads.upload(SIGNS, address.rpartition("/")[2])
    assert view.faults == ()
    assert view.counts == {"new": 0, "changed": 0, "same": len(held()), "missing": 0}


def client_file(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return answer.getvalue()


def test_any_version_can_be_had_again(clerk: Client):
    before = held()
    for place in ("东门", "西门"):
        address = upload(clerk, sign(1, place))
        clerk.post(f"{address}/apply", hidden(text(clerk.get(address))))
    for version, places in ((1, before), (2, before | {uscc(1): "东门"}), (3, before | {uscc(1): "西门"})):
        read = read_sheet(client_file(clerk, f"{PAGE}/content?as=xlsx&version={version}"), reads.shape_of(SIGNS))
        assert {one.record.key: one.record.values["place"] for one in read.good} == places
    assert [one["version"] for one in _recorded("desk.export")] == [1, 2, 3]


def test_the_template_filled_in_is_read_without_a_fault(clerk: Client):
    book = load_workbook(io.BytesIO(client_file(clerk, f"{PAGE}/template")))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADING
    assert sheet.row_dimensions[2].hidden
    for at, value in enumerate(sign(1), 1):
        sheet.cell(3, at, value)
    out = io.BytesIO()
    book.save(out)
    address = str(send(clerk, out.getvalue())["Location"])
    assert reads.upload(SIGNS, address.rpartition("/")[2]).counts["new"] == 1


def test_every_declared_register_can_be_downloaded_and_given_back(town):
    from tongban.catalogue import reads as catalogue

    for view in reads.registers(list(catalogue.city().departments)):
        records = [one.record for one in reads.records(view.shape.resource, limit=1000)]
        for lang in ("zh", "en"):
            read = read_sheet(write(table(view.shape, records, lang), "xlsx", lang).stream.read(), view.shape)
            assert not read.faults, (view.shape.resource, lang)
            assert [one.record for one in read.good] == records


def test_a_register_that_was_not_updated_for_its_cycle_is_marked(clerk: Client):
    assert "该更新了" not in text(clerk.get(PAGE))
    clock.move_by(timedelta(days=5))
    assert "该更新了" in text(clerk.get(PAGE))
    assert "该更新了" in text(clerk.get("/desk/registers"))


def test_nothing_changed_is_said_by_one_click(clerk: Client):
    clock.move_by(timedelta(days=5))
    answer = clerk.post(f"{PAGE}/confirm")
    assert answer["Location"] == f"{PAGE}?done=confirmed"
    page = text(clerk.get(answer["Location"]))
    assert "没有变化，数据截至现在" in page
    assert "确认无变化" in page
    assert "该更新了" not in page


def test_the_statements_of_a_page_do_not_grow_with_registers_or_rows(clerk: Client, django_assert_max_num_queries):
    address = upload(clerk, *(sign(n) for n in range(1, 120)))
    with django_assert_max_num_queries(14):
        text(clerk.get(address))
    with django_assert_max_num_queries(16):
        text(clerk.get(PAGE))
    first = text(clerk.get(f"{address}?show=new"))
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = text(clerk.get(following))
    assert uscc(50) in first
    assert uscc(51) not in first
    assert uscc(51) in second
