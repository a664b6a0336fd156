"""The leader's page of what was spared, with real cases in it: every figure is the one counted by hand from what happened, in both languages and in the file."""

from __future__ import annotations

import csv
import io
import re
from uuid import UUID

import pytest

from tests.cases.test_joint_review import dig, says
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.house.stories.verbs import actor_of
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db(databases=["default", "registers"])

COLUMNS = {
    "Papers before": "9",
    "Conditions settled by data": "3",
    "Conditions": "8",
    "Average steps before": "11",
    "Average steps now": "6",
}


def decided(answer: str = "grant") -> UUID:
    """A road dug up for a gas pipe: three drawings handed in, four officers' steps, no way to an office."""
    case_id = dig(bus_stop="no")
    says(case_id, "road")
    says(case_id, "traffic")
    acts.gather(case_id, actor="test")
    officer = actor_of("yang-fan")
    version = cases.desk_case(case_id, officer).case.version
    acts.decide(case_id, answer, actor=officer, key=str(uuid7()), version=version, words="见审查记录。")
    return case_id


def rows(html: str, heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    table = html.split(f">{heading}</h2>", 1)[1].split("</table>", 1)[0]
    body = table.split("<tbody", 1)[1]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in body.split("<tr")[1:]
    ]


def shown(desk, period: str = "month", lang: str = "zh") -> str:
    client = desk("luo-wei")
    client.cookies["lang"] = lang
    response = client.get(f"/desk/benefit?period={period}")
    assert response.status_code == 200
    return response.content.decode()


def test_one_decided_case_is_shown_as_it_was(town, desk):
    decided()
    html = shown(desk)
    assert "还没有作出决定的办件" not in html
    [spared] = rows(html, "分事项")
    # On paper: 9 papers, 4 visits. Now: 3 drawings, no visit. The city reckons 3 hours a visit and 1 a paper.
    assert spared[:5] == ["挖掘城市道路许可", "1", "4", "6", "18"]
    whole, [title, data, analysis, one, direct] = rows(html, "四个替代")
    assert (title, data, analysis, one, direct) == ("挖掘城市道路许可", "67%（6/9）", "38%（3/8）", "0%（0/1）", "11 → 6")
    assert whole == ["全市", data, analysis, one, direct], "one service is the whole city"


def test_the_page_speaks_english_with_the_same_figures(town, desk):
    decided()
    whole, row = rows(shown(desk, lang="en"), "Four substitutions")
    assert row[2:4] == ["38% (3/8)", "0% (0/1)"]
    assert whole[0] == "The whole city"
    assert not re.search("[\u4e00-\u9fff]", " ".join(whole + row))


def test_what_took_more_than_one_case_adds_up(town, desk):
    decided()
    decided("refuse")
    [spared] = rows(shown(desk), "分事项")
    assert spared[1] == "2", "a refusal is an answer too"
    _, row = rows(shown(desk), "四个替代")
    assert (row[2], row[4]) == ("38%（6/16）", "11 → 6")


def test_a_case_that_was_taken_back_is_not_on_it(town, desk):
    case_id = dig()
    actor = actor_of("dai-jun")
    acts.withdraw(case_id, actor=actor, key=str(uuid7()), version=cases.case_view(case_id, actor).version)
    assert "还没有作出决定的办件" in shown(desk)


def test_last_months_cases_are_in_the_year_and_not_in_the_month(town, desk):
    decided()
    first = clock.today().replace(day=1)
    clock.move_by(first.replace(month=first.month % 12 + 1, year=first.year + first.month // 12) - clock.today())
    assert "还没有作出决定的办件" in shown(desk)
    assert len(rows(shown(desk, "always"), "分事项")) == 1


def test_the_file_has_the_columns_of_conditions_and_steps(town, desk):
    decided()
    client = desk("luo-wei")
    client.cookies["lang"] = "en"
    answer = client.get("/desk/benefit?period=always&as=csv")
    heading, row = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))
    told = dict(zip(heading, row, strict=True))
    assert {name: told[name] for name in COLUMNS} == COLUMNS
