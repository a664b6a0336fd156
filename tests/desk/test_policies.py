"""The pages of a department's policies: what each person sees, a draft's way from the first word to a version in force, a trial's figures, a run and who gained or lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from tests.desk.making import Town
from tests.desk.test_exports import book_of, rows_of
from tongban.benefits import reads
from tongban.benefits.acts import ask_for_run, carry_out
from tongban.benefits.acts.daily import match_by_itself
from tongban.benefits.acts.trial import carry_out_trial
from tongban.benefits.acts.withdraw import undo_all
from tongban.benefits.models import Change, Draft, Match, Result, Run, Trial
from tongban.catalogue import reads as catalogue
from tongban.exchange import acts as exchange
from tongban.kernel import clock
from tongban.ledger.models import Entry
from tongban.messages.models import Message
from tongban.parties import reads as parties

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
Desk = Callable[[str], Client]
OFFICER, APPROVER, OTHER = "song-ping", "yu-hong", "ding-yi"


@pytest.fixture(autouse=True)
def _data(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def text(response, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode()


def in_force(policy: str = "staff-rent-subsidy"):
    return catalogue.city().policies_on(clock.today())[policy]


def begun(client: Client, policy: str = "staff-rent-subsidy") -> str:
    one = in_force(policy)
    answer = client.post("/desk/policies/begin", {"department": one.department, "version": one.hash})
    assert answer.status_code == 302
    return str(answer["Location"])


def revised(policy: str = "staff-rent-subsidy") -> str:
    """The text of the version in force, as a further version from tomorrow."""
    one = in_force(policy)
    [path] = [f"policies/{name}.yaml" for name, other in catalogue.city().policies.items() if other.hash == one.hash]
    told = catalogue.texts(catalogue.city().hash)[path].decode()
    tomorrow = clock.today() + timedelta(days=1)
    return told.replace(f"in_force: {one.in_force}", f"in_force: {tomorrow}", 1)


def save(client: Client, address: str, told: str, do: str = "save"):
    return client.post(address, {"text": told, "version": str(Draft.objects.get(pk=address.rsplit("/", 1)[1]).version), "do": do})


def tried(client: Client, address: str, told: str) -> str:
    answer = save(client, address, told, "try")
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    trial = str(answer["Location"])
    carry_out_trial(UUID(trial.rsplit("/", 1)[1]))
    return trial


def test_an_officer_comes_straight_to_the_policies_of_the_department(town: Town, desk: Desk) -> None:
    client = desk(OFFICER)
    assert client.get("/desk/")["Location"] == "/desk/policies"
    page = text(client.get("/desk/policies"))
    assert in_force().title.zh in page
    assert in_force("trusted-firm-lane").title.zh not in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_answers_in_both_languages(town: Town, desk: Desk, lang: str) -> None:
    client = desk(APPROVER)
    client.cookies["lang"] = lang
    address = begun(client)
    save(client, address, revised().replace("policy: staff", "polcy: staff"))
    for page in (address, f"{address}?done=saved", f"{address}/publish"):
        assert ("polcy" in text(client.get(page))) is True
    trial = tried(client, address, revised())
    run = ask_for_run("person", by="test")
    pages = [
        "/desk/policies",
        "/desk/policies?done=published",
        address,
        f"{address}/publish",
        trial,
        f"{trial}/progress",
        "/desk/matching",
        f"/desk/matching/{run}",
    ]
    for page in (*pages, f"/desk/matching/{run}/progress"):
        shown = text(client.get(page))
        if lang == "en" and "policies/drafts" not in page:
            assert "None" not in re.sub(r"<[^>]+>", "", shown).split(), page
    carry_out(run)
    for what in ("gained", "lost", "raised", "lowered", "doubtful", "x"):
        text(client.get(f"/desk/matching/{run}/staff-rent-subsidy?what={what}"))
    text(client.get(f"/desk/matching/{run}"))


def test_a_draft_goes_from_the_first_word_to_a_version_in_force(town: Town, desk: Desk) -> None:
    officer, approver = desk(OFFICER), desk(APPROVER)
    address = begun(officer)
    page = text(save(officer, address, revised().replace("amount:", "amuont:", 1)), 302) or text(officer.get(f"{address}?done=saved"))
    assert "amuont" in page
    assert 'id="line-' in page
    assert "amount" in page
    trial = text(officer.get(tried(officer, address, revised())))
    assert "与现行版本相比" in trial
    assert Match.objects.count() == 0
    assert officer.post(f"{address}/publish", {"version": "3"}).status_code == 403
    shown = text(approver.get(f"{address}/publish"))
    assert "这份文本还没有试算过" not in shown
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version
    before = catalogue.city().hash
    assert approver.post(f"{address}/publish", {"version": version[1]})["Location"] == "/desk/policies?done=published"
    assert catalogue.city().hash != before
    page = text(approver.get("/desk/policies?done=published"))
    assert "尚未施行" in page
    assert "待提交城市文件夹" in page
    [link] = re.findall(r'href="(/desk/policies/versions/[0-9a-f]{64}\.yaml)"', page[page.index("尚未施行") :])[:1]
    assert approver.get(link).content.decode() == revised_now()
    assert text(officer.get(address))


def revised_now() -> str:
    city = catalogue.city()
    [name] = [name for name, one in city.policies.items() if one.id == "staff-rent-subsidy" and one.in_force > clock.today()]
    return catalogue.texts(city.hash)[f"policies/{name}.yaml"].decode()


def test_typed_text_is_never_lost(town: Town, desk: Desk) -> None:
    client, colleague = desk(OFFICER), desk(APPROVER)
    address = begun(client)
    save(colleague, address, revised() + "# the colleague's\n")
    page = text(client.post(address, {"text": "mine: [", "version": "1", "do": "save"}), 409)
    assert "mine: [" in page
    assert "the colleague" in page
    assert f'data-keep="{address}"' in page
    page = text(client.post(address, {"text": "x" * 300_000, "version": "2", "do": "save"}), 422)
    assert "x" * 1000 in page
    page = text(client.post(address, {"text": "mine: [", "version": "2", "do": "try"}), 422)
    assert "mine: [" in page
    assert Draft.objects.get().text == "mine: ["


def test_pages_of_policies_are_for_their_department_alone(town: Town, desk: Desk) -> None:
    address = begun(desk(OFFICER))
    trial = tried(desk(OFFICER), address, revised())
    run = ask_for_run("person", by="test")
    carry_out(run)
    version = in_force().hash
    for login, status in (("liu-yang", 403), ("xu-jing", 403), (OTHER, 404)):
        other = desk(login)
        for path in (
            address,
            f"{address}/publish",
            trial,
            f"{trial}/progress",
            f"/desk/policies/versions/{version}.yaml",
            f"/desk/matching/{run}/staff-rent-subsidy",
        ):
            assert other.get(path).status_code in ({status, 404} if status == 403 else {404}), (login, path)
        for path in (address, f"{address}/discard", f"{address}/publish", f"{trial}/stop"):
            assert other.post(path, {"version": "1", "text": "x"}).status_code in (403, 404), (login, path)
    assert desk("liu-yang").get("/desk/policies").status_code == 403
    assert desk("liu-yang").get("/desk/matching").status_code == 403
    assert desk("liu-yang").post("/desk/matching", {"profile": "firm"}).status_code == 403
    assert desk("liu-yang").post(f"/desk/matching/{run}/stop").status_code == 403
    assert Client().get("/desk/policies")["Location"].startswith("/sign-in")
    assert desk(OTHER).post("/desk/policies/begin", {"department": "human-resources", "version": version}).status_code == 403
    assert desk(OTHER).get(f"/desk/matching/{run}").status_code == 200, "counts are for whoever matches"


def test_every_figure_of_a_trial_is_a_file(town: Town, desk: Desk) -> None:
    client = desk(OTHER)
    trial = tried(client, begun(client, "small-trade-subsidy"), revised("small-trade-subsidy"))
    page = text(client.get(trial))
    for name in ("figures", "clauses", "what-if", "district", "size", "industry"):
        assert f"table={name}" in page
        assert len(rows_of(client, f"{trial}?table={name}")) > 1
        book_of(client, f"{trial}?table={name}")
    [_, *rows] = rows_of(client, f"{trial}?table=what-if")
    assert {row[2] for row in rows if row[0] == "上限"} == {"7,500 元", "9,000 元", "10,000 元", "11,000 元", "12,500 元"}
    [_, *rows] = rows_of(client, f"{trial}?table=district")
    assert sum(int(row[1]) for row in rows) == Trial.objects.get().subjects
    assert "江北区" in {row[0] for row in rows}


def test_a_trial_under_way_shows_how_far_it_is_and_can_be_stopped(town: Town, desk: Desk) -> None:
    client = desk(OFFICER)
    address = begun(client)
    trial = str(save(client, address, revised(), "try")["Location"])
    page = text(client.get(trial))
    assert f'data-poll="{trial}/progress"' in page
    assert "<progress" in text(client.get(f"{trial}/progress"))
    assert client.post(f"{trial}/stop")["Location"] == trial
    assert "试算已停止" in text(client.get(trial))
    assert client.post(f"{trial}/stop").status_code == 409


def test_a_run_is_asked_for_shown_and_stopped(town: Town, desk: Desk) -> None:
    client = desk(OFFICER)
    run = str(client.post("/desk/matching", {"profile": "firm"})["Location"])
    assert "<progress" in text(client.get(run))
    assert client.post(f"{run}/stop")["Location"] == run
    assert "被停止" in text(client.get(run))
    assert client.post(f"{run}/stop").status_code == 409
    assert client.post("/desk/matching", {"profile": "ships"}).status_code == 404
    assert client.get(f"/desk/matching/{Draft().pk}").status_code == 404


def test_who_lost_a_right_is_told_with_the_clause_and_the_fact(town: Town, desk: Desk) -> None:
    """A promise is found broken, and is written into the register that Tongban keeps: the firm alone is matched again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registers.credit SET grade = 'a'")
        cursor.execute("UPDATE registers.tax_standing SET level = 'a'")
    carry_out(ask_for_run("firm", by="test"))
    client, policy = desk(OTHER), in_force("trusted-firm-lane")
    gained = text(client.get(f"/desk/matching/{Run.objects.get().pk}/trusted-firm-lane"))
    assert "这一版本第一次匹配" in gained
    lucky = Match.objects.filter(policy=policy.id, state="matched").first()
    assert lucky is not None
    firm = parties.known("uscc", [bytes(lucky.subject)])[bytes(lucky.subject)]
    values = {"broken_on": clock.today(), "service": "food-business-licence", "cured": False}
    exchange.enter_record("data-bureau/broken-promises", firm.number, values, by="test", reason="test")
    assert match_by_itself() == 1
    run = Run.objects.get(scope="changed")
    carry_out(run.pk)
    assert Run.objects.get(pk=run.pk).subjects == 1
    page = text(client.get(f"/desk/matching/{run.pk}/trusted-firm-lane?what=lost"))
    assert firm.name in page
    assert "没有违背告知承诺，或者已修复" in page
    assert "告知承诺失信信息：是否已修复" in page
    [_, row] = rows_of(client, f"/desk/matching/{run.pk}/trusted-firm-lane?what=lost")
    assert row[0] == firm.name
    assert "有变动的" in text(client.get("/desk/matching"))
    assert match_by_itself() == 0
    sealed = Change.objects.get(what="lost").sealed
    assert sealed is not None
    assert Entry.objects.filter(act="benefits.see-changes").count() == 2
    exchange.enter_record("data-bureau/broken-promises", firm.number, values | {"cured": True}, by="test", reason="test")
    assert match_by_itself() == 1
    again = Run.objects.filter(scope="changed").latest("id")
    carry_out(again.pk)
    page = text(client.get(f"/desk/matching/{again.pk}/trusted-firm-lane?what=gained"))
    assert "没有违背告知承诺，或者已修复" in page
    assert firm.name in page


def test_a_persons_number_is_masked_in_lists(town: Town, desk: Desk) -> None:
    run = ask_for_run("person", by="test")
    carry_out(run)
    client = desk(OFFICER)
    results = {one.policy: one.entitled for one in reads.run(run).results}
    policy = max((one for one in results if in_force(one).department == "human-resources"), key=lambda one: results[one])
    page = text(client.get(f"/desk/matching/{run}/{policy}"))
    assert results[policy] > 0
    assert re.search(r"9901\d\d\*{10}", page)
    assert not re.search(r"9901\d{13}[\dX]", page)


def test_a_wrong_policy_is_withdrawn_after_seeing_what_that_undoes(town: Town, desk: Desk) -> None:
    carry_out(ask_for_run("firm", by="test"))
    client, policy = desk(OTHER), in_force("small-trade-subsidy")
    page = f"/desk/policies/versions/{policy.hash}/withdraw"
    shown = text(client.get(page))
    found = Match.objects.filter(version=policy.hash, state="matched").count()
    assert found > 0
    assert f"受影响的共 {found} 件" in shown
    assert len(rows_of(client, page)) == 7
    base = re.search(r'name="base" value="([0-9a-f]{64})"', shown)
    assert base
    typed = {"zh": "金额多写了一个零", "en": "A zero too many", "cite": "", "paid": "stays", "confirmed": "1000", "base": base[1]}
    refused = text(client.post(page, typed), 422)
    assert "金额多写了一个零" in refused
    assert "A zero too many" in refused
    assert catalogue.city().policy_of(policy.hash).withdrawn is None
    assert client.post(page, typed | {"cite": "办法第九条", "confirmed": str(found)})["Location"] == f"{page}?done=1"
    undo_all()
    shown = text(client.get(f"{page}?done=1"))
    assert "金额多写了一个零" in shown
    assert "已告知" in shown
    [_, *rows] = rows_of(client, f"{page}?became=withdrawn")
    assert len(rows) == found
    assert Match.objects.filter(version=policy.hash, state="matched").count() == 0
    told = Message.objects.filter(template="policy-withdrawn").latest("id")
    assert policy.title.zh in told.zh
    assert policy.title.en in told.en
    assert "已撤回" in text(client.get("/desk/policies"))
    for login in ("liu-yang", OFFICER, APPROVER):
        assert desk(login).get(page).status_code in (403, 404)
    client.cookies["lang"] = "en"
    assert "A zero too many" in text(client.get(page))


@pytest.mark.parametrize(("lang", "says"), [("zh", "有 1 项政策在匹配中途被撤回"), ("en", "One policy was withdrawn or replaced")])
def test_a_run_says_of_how_many_policies_nothing_was_kept(town: Town, desk: Desk, lang: str, says: str) -> None:
    run = ask_for_run("person", by="test")
    carry_out(run)
    client = desk(OFFICER)
    client.cookies["lang"] = lang
    assert says not in text(client.get(f"/desk/matching/{run}"))
    Result.objects.filter(run=run).first().delete()
    assert says in text(client.get(f"/desk/matching/{run}"))
