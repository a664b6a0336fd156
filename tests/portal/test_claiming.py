"""One click on the page: claimed once, followed to the payment, given up, objected to, and a no that a person looks at."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import duckdb
import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.portal.test_benefits import text
from tests.portal.test_licences import browser
from tests.town import Town
from tongban.benefits import acts
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.benefits.acts.choice import ask_to_choose
from tongban.benefits.acts.tell import tell_month
from tongban.benefits.acts.whose import subject_of
from tongban.benefits.models import Match
from tongban.cases.models import Case
from tongban.catalogue import reads as catalogue
from tongban.front.stations import done_by
from tongban.house.worker import round_once
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
ACCOUNT = "6222020000001234"


def side(town: Town) -> str:
    return f"firm:{town.firm('chen-xiao').id}"


@pytest.fixture
def owner() -> Client:
    return browser("zhao-jianguo")


def found(client: Client, town: Town, title: str = "领取") -> re.Match[str]:
    """The first policy that the restaurant may claim on one click, with the key of its form."""
    page = client.get(f"/benefits?for={side(town)}").content.decode()
    form = re.search(r'action="(/benefits/([a-z-]+)/claim)\?for=[^"]+".*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert form, "nothing to claim"
    return form


def claim(client: Client, town: Town, **more: str) -> Any:
    form = found(client, town)
    return client.post(form[1], {"key": form[3], "for": side(town), "account": ACCOUNT, **more})


def test_one_click_claims_and_a_second_one_leads_to_the_same(town: Town, owner: Client) -> None:
    form = found(owner, town)
    sent = {"key": form[3], "for": side(town)}
    asked = owner.post(form[1], sent)
    assert asked.status_code == 422
    assert "收款账户" in asked.content.decode()
    again = dict(sent, account=ACCOUNT, key=re.search(r'name="key" value="([^"]+)"', asked.content.decode())[1])
    first, second = owner.post(form[1], again), owner.post(form[1], again)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Case.objects.filter(number__in=Match.objects.exclude(number="").values("number")).count() == 1
    told = text(owner.get(first["Location"]))
    for part in ("已领取", "**** 1234", "条件符合，金额已经留好", "核验的依据", "打开办件", "数据截至"):
        assert part in told, part
    assert ACCOUNT not in told
    case = Case.objects.get(number=Match.objects.exclude(number="").get().number)
    assert first["Location"].partition("?")[0] in owner.get(f"/cases/{case.pk}").content.decode()
    listed = text(owner.get(f"/benefits?for={side(town)}"))
    assert "已经在办、办完的" in listed


def test_what_is_still_needed_is_asked_of_the_same_firm_in_the_other_language_too(town: Town, owner: Client) -> None:
    page = owner.get(f"/benefits?for={side(town)}").content.decode()
    form = re.search(r'action="(/benefits/[a-z-]+/claim[^"]*)".*?name="key" value="([^"]+)"', page, re.DOTALL)
    asked = owner.post(html.unescape(form[1]), {"key": form[2]})
    assert asked.status_code == 422
    turned = re.search(r'href="(/look/set\?lang=en[^"]+)"', asked.content.decode())
    english = owner.get(html.unescape(turned[1]), follow=True)
    assert english.status_code == 200
    assert f"For {town.firm('chen-xiao').name}" in text(english)


def test_an_account_that_is_none_is_refused_in_words_and_comes_back(town: Town, owner: Client) -> None:
    asked = claim(owner, town, account="12ab")
    assert asked.status_code == 422
    page = asked.content.decode()
    assert 'value="12ab"' in page
    assert "12至19位数字" in page


def test_it_can_be_given_up_until_it_is_ordered_and_nobody_else_sees_it(town: Town, owner: Client) -> None:
    page = claim(owner, town)["Location"].partition("?")[0]
    assert browser("li-min").get(page).status_code == 404
    assert browser("li-min").post(f"{page}/give-up").status_code == 404
    gone = owner.post(f"{page}/give-up", {"words": "不要了"})
    told = text(owner.get(gone["Location"]))
    assert "已放弃" in told
    assert "您放弃了这一项" in told
    assert Match.objects.get(pk=UUID(page.rsplit("/", 1)[1])).reserved == 0


def test_what_stands_in_public_is_objected_to_by_anybody_and_told_to_nobody(town: Town, owner: Client) -> None:
    page = claim(owner, town)["Location"].partition("?")[0]
    match = UUID(page.rsplit("/", 1)[1])
    acts.publicise(match)
    public = text(Client().get("/publicity"))
    assert town.firm("chen-xiao").name in public
    assert ACCOUNT not in public
    address = f"/publicity/{match}/object"
    assert Client().get(address)["Location"].startswith("/sign-in")
    other = browser("li-min")
    assert other.post(address, {"words": " ", "key": str(uuid7())}).status_code == 422
    told = text(other.post(address, {"words": "已经停业了", "key": str(uuid7())}))
    assert "异议已提交" in told
    mine = text(owner.get(page))
    assert "有人提出异议" in mine
    assert "李敏" not in mine
    assert "已经停业了" not in mine
    assert other.get(f"/publicity/{uuid7()}/object").status_code == 404


def test_a_no_goes_to_a_person_as_a_case(town: Town, owner: Client) -> None:
    listed = owner.get(f"/benefits?for={side(town)}").content.decode()
    address = re.search(r'href="(/benefits/[a-z-]+/review)', listed)[1]
    sent = {"for": side(town), "key": str(uuid7())}
    assert owner.post(address, sent).status_code == 422
    asked = owner.post(address, sent | {"words": "数据是去年的", "key": str(uuid7())})
    assert asked.status_code == 302
    assert Case.objects.filter(pk=UUID(re.search(r"/cases/([0-9a-f-]+)", asked["Location"])[1])).exists()
    listed = text(owner.get(f"/benefits?for={side(town)}"))
    assert "已请人来看的" in listed
    assert "数据是去年的" in listed


def test_payments_are_told_in_groups_and_as_open_data_in_three_formats(town: Town, tmp_path: Path) -> None:
    _paid(town, 6)
    page = text(Client().get("/publicity"))
    assert "共 6 笔，6,021 元" in page
    assert "味来" not in page
    content = b"".join(Client().get("/publicity/paid.csv").streaming_content).decode("utf-8-sig")
    assert content.splitlines()[1].endswith(",*,几个区县合计,6,6021.00")
    file = b"".join(Client().get("/publicity/paid.parquet").streaming_content)
    path = tmp_path / "paid.parquet"
    path.write_bytes(file)
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(f"SELECT policy, payments, CAST(amount_yuan AS VARCHAR) FROM read_parquet('{path}')").fetchall()
    assert rows == [("small-trade-subsidy", 6, "6021.00")]
    assert Client().get("/publicity/paid.pdf").status_code == 404


def test_the_three_formats_say_the_same_in_every_cell(town: Town, tmp_path: Path) -> None:
    _paid(town, 13, months=2)
    path, sent = tmp_path / "paid.parquet", {kind: _file(f"/publicity/paid.{kind}") for kind in ("csv", "xlsx", "parquet")}
    path.write_bytes(sent["parquet"])
    titles, *comma = csv.reader(io.StringIO(sent["csv"].decode("utf-8-sig")))
    sheets = load_workbook(io.BytesIO(sent["xlsx"])).worksheets
    heading, keys, *cells = [list(row) for row in sheets[0].values]
    with duckdb.connect(":memory:") as connection:
        told = connection.execute(f"SELECT * FROM read_parquet('{path}')")
        names, columns = [column[0] for column in told.description], told.fetchall()
    assert heading == titles
    assert names[-2:] == ["payments", "amount_yuan"]
    assert keys == names
    assert len(cells) == len(comma) == len(columns) > 1
    for ours, sheet, column in zip(comma, cells, columns, strict=True):
        assert ours == ["" if value is None else str(value) for value in column]
        assert [_as_text(value) for value in sheet[:-1]] == ours[:-1]
        assert isinstance(sheet[-1], int | float)
        assert f"{sheet[-1]:.2f}" == ours[-1]
        assert isinstance(sheet[-2], int)


def _file(address: str) -> bytes:
    return b"".join(Client().get(address).streaming_content)


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _paid(town: Town, count: int, *, months: int = 1) -> None:
    """Payments of the month before, to one firm after the other."""
    from tongban.parties.models import Firm

    now, last = clock.now(), clock.today().replace(day=1) - timedelta(days=1)
    for at, firm in enumerate(Firm.objects.order_by("pk")[:count]):
        Match.objects.create(
            policy="small-trade-subsidy",
            version=f"{at}",
            profile="firm",
            subject=at.to_bytes(16, "big"),
            amount=1003_50,
            state="paid",
            found_by=uuid7(),
            seen_by=uuid7(),
            found_at=now,
            changed_at=now,
            kind="firm",
            principal_id=firm.pk,
            paid_on=last - timedelta(days=31 * (at % months)),
        )
    tell_month()


def test_the_stations_are_walked_to_the_payment(town: Town, owner: Client) -> None:
    page = claim(owner, town)["Location"].partition("?")[0]
    told = text(owner.get(page))
    assert re.search(r"匹配到.*已确认意愿.*已核验.*公示.*下达付款.*到账", told)
    while round_once():
        pass
    told = text(owner.get(page))
    assert "正在公示" in told
    assert re.search(r"公示\s*正在办\s*公示到[^下]*下达付款未开始", told), told[:400]


def test_what_is_unasked_waits_for_an_account_only_and_the_page_asks_for_it(town: Town, owner: Client) -> None:
    assert "只差一个收款账户" in text(owner.get(f"/benefits?for={side(town)}"))
    address = "/benefits/account"
    assert owner.post(address, {"for": side(town), "account": "99"}).status_code == 422
    assert owner.post(address, {"for": side(town), "account": ACCOUNT}).status_code == 302
    told = text(owner.get(f"/benefits?for={side(town)}"))
    assert "打到账户 **** 1234" in told
    assert "只差一个收款账户" not in told


def test_the_history_says_nothing_of_who_objected() -> None:
    objected = SimpleNamespace(act="object", name="", department="")
    assert done_by(objected, SimpleNamespace()) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(("lang", "says"), [("zh", "等您在“能享受的政策”里选"), ("en", "it waits until you choose")])
def test_what_comes_unasked_and_waits_for_a_choice_says_so(
    town: Town, owner: Client, settings: Any, tmp_path: Path, lang: str, says: str
) -> None:
    settings.DATA = tmp_path
    carry_out(ask_for_run("firm", by="test"))
    firm, policy = town.firm("zhao-jianguo"), catalogue.city().policies["small-trade-subsidy"]
    match = Match.objects.get(policy=policy.id, subject=subject_of("firm", firm.id, "uscc"))
    owner.cookies["lang"] = lang
    assert says not in text(owner.get(f"/entitlements/{match.pk}"))
    assert ask_to_choose(match.pk, policy, firm.id)
    assert says in text(owner.get(f"/entitlements/{match.pk}"))
