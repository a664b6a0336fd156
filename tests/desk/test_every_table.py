"""No table of the desk without its file: every template that draws one offers it, every page is one or the other, and what is offered answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.tickets.making import Hotline
from tests.desk.making import Town
from tests.desk.test_exports import book_of, recorded, rows_of
from tests.desk.test_sending import POST, waiting
from tests.desk.test_systems import lost, returned  # noqa: F401 - a fixture
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.cases import acts
from tongban.docking.models import Difference
from tongban.faces import desk as face
from tongban.faces.desk.urls import urlpatterns
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]

TEMPLATES = Path(face.__file__).parent / "templates" / "desk"
DRAWS = re.compile(r"<table|parts\.table\(|\bshares\(|lists\.(?:table|rates)\(")
OFFERS = re.compile(r"exports\.links\(")
OF_A_CASE = {"case.html", "parts.html", "entitlement.html"}
"""What stands on a case's or an entitlement's own page is that one, with its forms; it is printed, and its record is the file."""
MACROS = {"ticket-rows.html"}
"""Drawn by pages, which offer them."""
ALTERNATIVES = {"upload.html": 3, "sending.html": 3}
"""So many tables of which a page shows one, under one offer."""

PAGES = {
    "liu-yang": ("desk:home", "desk:wall", "desk:licences"),
    "he-fang": ("desk:sending",),
    "luo-wei": ("desk:benefit", "desk:channels"),
    "xu-jing": ("desk:exchange", "desk:docking", "desk:reporting", "desk:registers"),
    "luo-qian": ("desk:dispatch",),
    "wei-min": ("desk:escalations",),
    "shen-yi": ("desk:ledger",),
    "xie-lan": ("desk:supervision",),
    "song-ping": ("desk:policies", "desk:runs"),
    "hou-jun": ("desk:redeeming",),
}
"""Every page with an address of its own that has a table, by somebody who sees it."""
WITHOUT_TABLES = {
    "desk:site",
    "desk:sending-print",
    "desk:silence",
    "desk:ratings",
    "desk:policy-begin",
    "desk:redeeming-unasked",
    "desk:redeeming-draw",
}
"""The inspector's tasks on a phone are a list of links; a PDF; a switch of the demo; what an office is told of its ratings are bands and words in no order; forms that begin
a draft, and that ask for many payments or checks at once."""
MAY_BE_EMPTY = {"/desk/escalations", "/desk/supervision", "/desk/redeeming"}
"""Nothing was escalated or rated badly yet."""


def offered(client: Client, path: str) -> list[str]:
    """The addresses under which a page offers its tables, without the format."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    found = re.findall(r'href="([^"]+?)[?&](?:amp;)?as=(xlsx|csv)" download', answer.content.decode())
    assert [kind for _, kind in found[::2]] == ["xlsx"] * (len(found) // 2)
    return [unescape(address) for address, kind in found if kind == "xlsx"]


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_a_template_offers_a_file_for_each_table_that_it_draws(template: str) -> None:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    drawn, offers = len(DRAWS.findall(text)), len(OFFERS.findall(text))
    if template in OF_A_CASE | MACROS:
        assert drawn, "stands in the list without need"
        return
    assert offers >= drawn - ALTERNATIVES.get(template, 1) + 1 if drawn else True, f"{drawn} tables, {offers} offers"


def test_every_page_of_the_desk_is_known_to_have_a_table_or_none() -> None:
    own = {f"desk:{one.name}" for one in urlpatterns if "<" not in str(one.pattern)}
    known = {name for names in PAGES.values() for name in names}
    assert own == known | WITHOUT_TABLES


@pytest.fixture
def full(town: Town, case_id: UUID, lost: Any) -> Town:  # noqa: F811 - the fixture
    """Something on every page: cases, a licence, letters to post, collect and on their way, a difference, a returned record, requests."""
    posted = [waiting(town, town.apply(), POST) for _ in range(2)]
    clerk = town.actor("he-fang")
    acts.post(posted[0], actor=clerk, key=str(uuid7()), carrier="邮政", tracking="1099 0000")
    town.to_decision(case_id)
    decider = town.actor("sun-lihua")
    acts.decide(case_id, "grant", actor=decider, key=str(uuid7()), version=town.version(case_id, decider), words="")
    returned()
    hotline = Hotline(town)
    hotline.tell(category="other")
    one = hotline.tell()
    hotline.dispute(one)
    carry_out(ask_for_run("firm", by="test"))
    return town


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_offers_its_tables_and_each_is_had(full: Town, desk: Desk, lang: str) -> None:
    from django.urls import reverse

    licence = _licence_page(desk("liu-yang"))
    ways = {login: [reverse(name) for name in names] for login, names in PAGES.items()}
    ways["liu-yang"] += [licence, "/desk/?q=味来", "/desk/licences?q=味来"]
    ways["he-fang"] += ["/desk/sending?tab=way"]
    ways["shen-yi"] = ["/desk/ledger?q=味来"]
    had = 0
    for login, paths in ways.items():
        client = desk(login)
        client.cookies["lang"] = lang
        for path in paths:
            addresses = offered(client, path)
            if path not in MAY_BE_EMPTY:
                assert addresses, path
            for address in addresses:
                [head, *_] = rows_of(client, address)
                chinese = any("\u4e00" <= letter <= "\u9fff" for letter in "".join(head))
                assert chinese is (lang == "zh"), (address, head)
                assert book_of(client, address).worksheets[0].max_row >= 1
                had += 2
    assert len(recorded()) == had


def _licence_page(client: Client) -> str:
    found = re.search(r'href="(/desk/licences/[0-9a-f-]{36})"', client.get("/desk/licences").content.decode())
    assert found
    return found[1]


def test_licences_are_a_file_with_every_version_and_real_dates(full: Town, desk: Desk) -> None:
    client = desk("sun-lihua")
    [row] = list(book_of(client, "/desk/licences").worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (row[0], row[2], row[8]) == ("食品经营许可证", 1, "有效")
    assert row[4].startswith("云川")
    assert row[6].date() == clock.today()
    assert len(rows_of(client, _licence_page(client))) == 2
    assert rows_of(client, "/desk/licences?q=查无此人") == rows_of(client, "/desk/licences")[:1]
    assert "查无此人" not in str(recorded()), "what was searched for stands nowhere"
    assert {one["what"] for one in recorded()} == {"licences", "licence-versions", "licence-search"}


def test_letters_to_send_are_a_file_for_each_list_with_their_addresses(full: Town, desk: Desk) -> None:
    clerk = desk("he-fang")
    [_, line] = rows_of(clerk, "/desk/sending?tab=mail")
    assert POST.address in line
    assert "受理通知书" in "".join(line)
    [_, sent] = rows_of(clerk, "/desk/sending?tab=way")
    assert sent[-2:] == ["邮政", "1099 0000"]
    assert desk("liu-yang").get("/desk/sending?as=xlsx").status_code == 403
    assert rows_of(desk("yang-fan"), "/desk/sending?tab=mail")[1:] == [], "another department's stay there"
    assert {(one["what"], one["list"]) for one in recorded()} == {("sending", "mail"), ("sending", "way")}


def test_a_long_list_is_read_page_by_page(full: Town, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.faces.desk import licences, sending

    whole = {path: rows_of(desk("sun-lihua"), path) for path in ("/desk/licences", "/desk/sending?tab=mail")}
    monkeypatch.setattr(licences, "AT_ONCE", 1)
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    assert {path: rows_of(desk("sun-lihua"), path) for path in whole} == whole


def test_both_reconciliations_are_files_by_system(full: Town, desk: Desk) -> None:
    data = desk("xu-jing")
    [_, day] = rows_of(data, "/desk/docking?system=police-household&table=days")
    assert [int(number) for number in day[1:]] == [1, 0, 0, 1, 1]
    [_, difference] = rows_of(data, "/desk/docking?system=police-household&table=differences")
    assert difference[0] == Difference.objects.get().number
    assert "对方没有这件" in difference
    [_, back] = rows_of(data, "/desk/reporting?system=provincial-platform&table=returned")
    assert "受理文书编号不能为空" in back
    [_, due] = rows_of(data, "/desk/reporting?system=provincial-platform&table=days")
    assert due[-1] == "1"
    assert desk("tang-li").get("/desk/docking?system=police-household&as=csv").status_code == 404, "another department's line"
    assert data.get("/desk/docking?system=nothing&as=csv").status_code == 404
    assert data.get("/desk/reporting?as=csv").status_code == 404


def test_shares_and_lists_of_requests_are_files_of_their_own(full: Town, desk: Desk) -> None:
    from tongban.cases.tasks import sweep

    clock.move_by(timedelta(minutes=5))
    sweep()
    leader = desk("luo-wei")
    whole = rows_of(leader, "/desk/channels?by=whole")[1]
    assert int(whole[-1]) == sum(map(int, whole[1:-1])) > 0
    for by in ("area", "month"):
        assert sum(int(row[-1]) for row in rows_of(leader, f"/desk/channels?by={by}")[1:]) == int(whole[-1])
    dispatcher = desk("luo-qian")
    assert len(rows_of(dispatcher, "/desk/dispatch")) == 2
    rows_of(dispatcher, "/desk/dispatch?list=repeats")
    rows_of(dispatcher, "/desk/dispatch?list=ruling")
    assert len(rows_of(desk("meng-yu"), "/desk/dispatch")) == 2, "whoever rules has what is disputed"
    assert len(rows_of(desk("meng-yu"), "/desk/dispatch?list=repeats")) == 2
