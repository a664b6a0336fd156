"""By which letter each act of the law is told, with every word of it filled in."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.cases.test_lifecycle import allowance, key, restaurant, send, version
from tests.cases.test_promises import annul, broken
from tests.cases.test_stops import resume, stop
from tests.cases.test_tolerance import accept as accept_sign
from tests.cases.test_tolerance import owing, sign
from tests.cases.walking import WHY, accepted, last, open_task, promised, the_case, visit, working_days_later
from tests.town import Town
from tongban.cases import acts
from tongban.cases.core.words import day
from tongban.cases.models import Letter
from tongban.catalogue import reads as catalogue
from tongban.credentials import reads as credentials
from tongban.exchange import acts as exchange
from tongban.kernel import clock
from tongban.messages import reads as messages

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def latest(case_id: UUID, kind: str, left_out: int = 0) -> str:
    """The text of the letter that was written last, which is of that kind: numbered, whole but for so many paragraphs that do not apply, without a gap."""
    letter = Letter.objects.filter(case_id=case_id).order_by("id").last()
    assert letter.type == kind
    declared = catalogue.pinned(the_case(case_id).service_hash).letters[kind]
    assert re.fullmatch(rf"云\w+{declared.mark}〔\d{{4}}〕\d+号", letter.number), letter.number
    texts = [paragraph[lang] for paragraph in letter.paragraphs for lang in ("zh", "en")]
    assert len(letter.paragraphs) == len(declared.paragraphs) - left_out, "no other paragraph was left out for want of words"
    for text in texts:
        assert not re.search(r"[{}]|—(?!—)|（）|“”|\(\)|  ", text), text
    return "\n".join(paragraph["zh"] for paragraph in letter.paragraphs)


def test_a_special_procedure_is_told_with_its_kind_days_and_end_and_so_is_its_end(town: Town) -> None:
    case_id = accepted(town)
    stop(town, case_id, days=3, words="抽样送检，检测农药残留。")
    said = latest(case_id, "stop")
    for part in ("检验、检测", "3", day(the_case(case_id).stop_due_on).zh, "抽样送检"):
        assert part in said, part
    working_days_later(2)
    resume(town, case_id)
    said = latest(case_id, "resume")
    for part in ("检测合格，报告编号 JC-7。", day(the_case(case_id).due_on).zh):
        assert part in said, part


def test_an_extension_is_told_with_its_reasons_and_the_new_last_day(town: Town) -> None:
    case_id = accepted(town)
    acts.extend(case_id, actor=town.actor("qian-guohua"), key=key(), version=version(case_id), days=4, words="核查人员支援防汛。")
    said = latest(case_id, "extension")
    for part in ("4", "核查人员支援防汛。", day(the_case(case_id).statutory_due_on).zh):
        assert part in said, part


def test_acceptance_while_a_paper_is_owed_lists_it_and_says_what_follows(town: Town) -> None:
    case_id = owing(town)
    accept_sign(town, case_id)
    said = latest(case_id, "tolerance")
    for part in ("效果图", day(the_case(case_id).owed_due_on).zh, "终止"):
        assert part in said, part
    working_days_later(4)
    assert the_case(case_id).number in latest(case_id, "lapse")


def test_a_promise_lists_what_it_stands_for_and_by_when_it_is_checked(town: Town) -> None:
    case_id = promised(town)
    letter = Letter.objects.filter(case_id=case_id, type="promise").get()
    said = "\n".join(paragraph["zh"] for paragraph in letter.paragraphs)
    for part in ("现场布局和流程合理", "现场卫生设施和食品贮存符合要求", day(open_task(case_id).step_due_on).zh, "撤销"):
        assert part in said, part
    visit(town, open_task(case_id))
    assert the_case(case_id).number in latest(case_id, "promise-kept")


def test_a_broken_promise_is_told_at_each_step_and_annulled_with_reasons_basis_and_remedies(town: Town) -> None:
    case_id = promised(town)
    visit(town, open_task(case_id), layout="unfit")
    assert day(open_task(case_id).step_due_on).zh in latest(case_id, "put-right")
    visit(town, open_task(case_id), layout="unfit")
    (licence,) = credentials.of_case(case_id)
    said = latest(case_id, "annulment-proposed")
    for part in (licence.serial, "布局和流程", day(open_task(case_id).step_due_on).zh, "陈述、申辩"):
        assert part in said, part
    working_days_later(6)
    annul(town, case_id)
    said = latest(case_id, "annulment")
    for part in (licence.serial, WHY, "食品安全法", "行政复议", "行政诉讼"):
        assert part in said, part
    assert Letter.objects.get(case_id=case_id, type="decision-grant").standing == "annulled"


def test_what_is_not_annulled_is_told_too(town: Town) -> None:
    case_id = broken(town)
    acts.be_heard(case_id, actor=town.actor("chen-xiao"), key=key(), words="已经砌好。")
    annul(town, case_id, "drop-annulment", words="复核属实。")
    assert "复核属实。" in latest(case_id, "annulment-dropped")


def test_who_never_corrects_is_told_that_the_case_has_ended(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    officer = town.actor("liu-yang")
    acts.ask_correction(case_id, actor=officer, key=key(), version=version(case_id), questions=["kitchen_plan"], words="请补画洗消间。")
    said = latest(case_id, "correction", left_out=1)
    by = day(the_case(case_id).reply_due_on).zh
    for part in (
        "请补画洗消间。",
        f"请于{by}（含当日）前补正。逾期不补正的，终止办理",
        "《中华人民共和国行政许可法》第三十二条第一款第四项",
    ):
        assert part in said, part
    told = messages.of_case(case_id)[-1]
    assert told.template == "correction-needed-by"
    assert by in told.text.zh
    assert "终止办理" in told.text.zh
    working_days_later(12)
    assert the_case(case_id).state == "lapsed"
    assert the_case(case_id).number in latest(case_id, "lapse")
    assert clock.today() >= the_case(case_id).decided_on


def test_where_no_correction_ends_no_case_nothing_says_that_it_ends(town: Town) -> None:
    case_id = sign(town, "structure_drawing", "effect_drawing")
    send(town, case_id, "chen-xiao")
    officer = town.actor("han-lei")
    acts.ask_correction(case_id, actor=officer, key=key(), version=version(case_id), questions=["effect_drawing"], words="效果图看不清。")
    said = latest(case_id, "correction", left_out=1)
    assert f"请于{day(the_case(case_id).reply_due_on).zh}（含当日）前补正。逾期不补正的，不终止办理" in said
    working_days_later(8)
    assert [one.template for one in messages.of_case(case_id)][-2:] == ["correction-needed", "correction-still-missing"]
    assert not any("终止" in one.text.zh for one in messages.of_case(case_id))


def test_a_stop_of_a_benefit_is_told_in_writing_and_not_by_the_licensing_law(town: Town) -> None:
    exchange.suspend("public-security/household", by="test")
    case_id = allowance(town)
    send(town, case_id, "li-min")
    officer = town.actor("feng-xue")
    acts.accept(case_id, actor=officer, key=key(), version=version(case_id))
    acts.stop(case_id, "publicity", actor=officer, key=key(), version=version(case_id), days=5, words="名单公示五个工作日。")
    said = latest(case_id, "pause")
    for part in ("公示", "名单公示五个工作日。", day(the_case(case_id).stop_due_on).zh):
        assert part in said, part
    assert "行政许可法" not in said
    working_days_later(5)
    acts.resume(case_id, actor=officer, key=key(), version=version(case_id), words="公示期满，没有异议。")
    said = latest(case_id, "pause-over")
    assert "公示期满，没有异议。" in said
    assert "行政许可法" not in said


def test_acceptance_rests_on_the_law_of_procedure(town: Town) -> None:
    assert "依据：《中华人民共和国行政许可法》第三十二条第一款第五项。" in latest(accepted(town), "acceptance", left_out=1)


def test_what_lies_with_another_authority_is_not_accepted_and_told_where_to_apply(town: Town) -> None:
    case_id = restaurant(town)
    send(town, case_id, "chen-xiao")
    said = {"actor": town.actor("liu-yang"), "key": key(), "version": version(case_id), "words": "经营场所在江南县。"}
    acts.not_accept(case_id, "not-accept", elsewhere="江南县市场监督管理局", **said)
    text = latest(case_id, "not-accepted")
    for part in ("请向下列机关申请：江南县市场监督管理局。", "《中华人民共和国行政许可法》第三十二条第一款第二项", "行政复议"):
        assert part in text, part
    assert last(case_id).data["elsewhere"] == "江南县市场监督管理局"


def test_a_promise_made_online_says_so(town: Town) -> None:
    letter = Letter.objects.get(case_id=promised(town), type="promise")
    assert "以实名身份在线确认" in letter.paragraphs[-2]["zh"]
