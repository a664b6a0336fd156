"""Tickets on the desk: who is offered what, forms that keep what was typed, and nothing of who asked where that is sealed."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.cases.tickets.making import Hotline, case, happened, key, picture, ticket
from tests.desk.test_acting import form_of, post
from tests.desk.test_exports import rows_of
from tongban.cases import acts
from tongban.cases import reads as cases
from tongban.cases.acts import tickets
from tongban.faces.desk import ticket_page
from tongban.faces.desk.cases_page import TEXTS
from tongban.faces.desk.ticket_acts import TICKET_FORMS
from tongban.faces.desk.ticket_page import TICKET_TEXTS
from tongban.files import acts as files
from tongban.kernel import clock
from tongban.look.texts import screen

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def hotline(town) -> Hotline:
    return Hotline(town)


def bar_of(client, case_id) -> list[str]:
    """The acts in the bar, by the last part of their addresses."""
    page = client.get(f"/desk/cases/{case_id}").content.decode()
    return re.findall(rf'href="/desk/cases/{case_id}/([a-z-]+)[?"]', page.split('class="tb-actions"')[-1] if "tb-actions" in page else page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_act_says_what_it_does_and_what_it_did(lang):
    words = screen((*TEXTS, *TICKET_TEXTS), lang)
    for slug in (one.replace("-", "_") for one in TICKET_FORMS):
        assert all(f"{said}_{slug}" in words for said in ("says", "done", "submit")), slug


def test_each_desk_is_offered_its_own_acts(desk, hotline):
    one = hotline.tell(category="other")
    assert {"dispatch", "merge", "answer"} <= set(bar_of(desk("luo-qian"), one))
    hotline.dispatch(one)
    assert {"answer", "progress", "ask-help", "dispute"} <= set(bar_of(desk("guo-tao"), one))
    assert "dispatch" not in bar_of(desk("luo-qian"), one)
    assert "urge" in bar_of(desk("wei-min"), one)
    hotline.dispute(one)
    assert "rule" in bar_of(desk("meng-yu"), one)
    assert "rule" not in bar_of(desk("luo-qian"), one)
    assert not {"answer", "dispute"} & set(bar_of(desk("guo-tao"), one))


def test_after_the_hours_the_dispute_is_not_offered(desk, hotline):
    one = hotline.tell()
    assert "dispute" in bar_of(desk("guo-tao"), one)
    clock.move_by(timedelta(hours=4, minutes=1))
    assert "dispute" not in bar_of(desk("guo-tao"), one)


def test_a_ticket_goes_through_the_desks_by_their_forms(desk, hotline):
    one = hotline.tell(category="other")
    dispatcher, handler, chief = desk("luo-qian"), desk("guo-tao"), desk("meng-yu")
    sent = post(dispatcher, one, "dispatch", form_of(dispatcher, one, "dispatch"), **{"field-department": "urban-management", "words": ""})
    assert sent.status_code == 302
    assert (
        post(handler, one, "dispute", form_of(handler, one, "dispute"), **{"field-to": "ecology", "words": "不属本局"}).status_code == 302
    )
    ruling = {"field-ruling": "moves", "field-department": "ecology", "words": "改派"}
    assert post(chief, one, "rule", form_of(chief, one, "rule"), **ruling).status_code == 302
    assert ticket(one).department == "ecology"
    new = desk("cao-yun")
    form = form_of(new, one, "answer")
    photo = SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")
    said = {"field-reason": "solved", "words": "已查处。", "field-public": "一处扰民已查处。", "photos": photo}
    assert post(new, one, "answer", form, **said).status_code == 302
    assert (case(one).state, ticket(one).public_words, len(happened(one, "answer")[0].data["photos"])) == (
        "answered",
        "一处扰民已查处。",
        1,
    )


def test_an_incomplete_answer_comes_back_with_everything_typed_and_the_photo_kept(desk, hotline):
    one = hotline.tell()
    handler = desk("guo-tao")
    photo = SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")
    answer = post(
        handler, one, "answer", form_of(handler, one, "answer"), **{"field-reason": "planned", "words": "配件缺货", "photos": photo}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "配件缺货" in page
    (kept,) = re.findall(r'name="field-photos" value="([0-9a-f-]{36})"', page)
    assert UUID(kept)
    assert case(one).state == "dispatched"
    again = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page))
    on = clock.today() + timedelta(days=9)
    date = {"field-plan_on-year": str(on.year), "field-plan_on-month": str(on.month), "field-plan_on-day": str(on.day)}
    assert post(handler, one, "answer", again, **{"field-reason": "planned", "words": "配件缺货"}, **date).status_code == 302
    assert (ticket(one).plan_on, happened(one, "answer")[0].data["photos"]) == (on, [kept])


def test_a_double_click_is_one_answer(desk, hotline):
    one = hotline.tell()
    handler = desk("guo-tao")
    form = form_of(handler, one, "answer")
    said = {"field-reason": "solved", "field-record": "单 1", "words": "好了"}
    first, second = post(handler, one, "answer", form, **said), post(handler, one, "answer", form, **said)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert len(happened(one, "answer")) == 1


def test_what_was_done_is_not_typed_into_the_next_act_of_its_kind(desk, hotline):
    """The tab keeps what is typed until a page says that it was done."""
    one = hotline.tell()
    handler = desk("guo-tao")
    form = form_of(handler, one, "progress")
    assert f'data-keep="/desk/cases/{one}/progress"' in handler.get(f"/desk/cases/{one}/progress").content.decode()
    done = post(handler, one, "progress", form, words="已到现场。")
    assert f'data-kept="/desk/cases/{one}/"' in handler.get(done["Location"]).content.decode()


def test_a_form_that_grew_old_keeps_its_words_and_changes_nothing(desk, hotline, town):
    one = hotline.tell()
    handler = desk("guo-tao")
    form = form_of(handler, one, "answer")
    tickets.add(one, actor=town.actor("li-min"), key=key(), words="又灭了一盏")
    answer = post(handler, one, "answer", form, **{"field-reason": "solved", "field-record": "单 1", "words": "已换灯头"})
    assert answer.status_code == 409
    assert "已换灯头" in answer.content.decode()
    assert case(one).state == "dispatched"


def test_a_number_of_no_ticket_is_not_merged_into(desk, hotline):
    one = hotline.tell(category="other")
    dispatcher = desk("luo-qian")
    for number in ("", "x", "0000000", "9" * 300, "<script>", case(one).number):
        answer = post(dispatcher, one, "merge", form_of(dispatcher, one, "merge"), **{"field-number": number, "words": ""})
        assert answer.status_code in (409, 422), number
        assert 'value="<script>' not in answer.content.decode()
    assert case(one).state == "received"


def test_the_other_ones_number_merges_it(desk, hotline):
    main, other = hotline.tell(), hotline.tell("zhou-minhua")
    dispatcher = desk("luo-qian")
    number = case(main).number[-7:]
    assert post(dispatcher, other, "merge", form_of(dispatcher, other, "merge"), **{"field-number": number, "words": ""}).status_code == 302
    assert ticket(other).merged_into_id == main


def test_another_departments_handler_finds_no_ticket_and_no_form(desk, hotline):
    one = hotline.tell()
    stranger = desk("jiang-tao")
    for path in ("", "/answer", "/dispute", "/merge", "/see-who"):
        assert stranger.get(f"/desk/cases/{one}{path}").status_code == 404, path
    assert stranger.post(f"/desk/cases/{one}/answer", {"words": "x", "key": "k" * 8, "version": "2"}).status_code == 404


SECRETS = ("李敏", "13912345678", "李敏的照片")


def told_with_photo(town) -> UUID:
    actor = town.actor("li-min")
    exif, out = Image.Exif(), BytesIO()
    exif[0xA430] = "li-min phone"
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", exif=exif)
    sent = {**MATTER_OF_REPORT}
    done = acts.tell_city("citizen-request", sent, {"photo": (out.getvalue(), "李敏的照片.jpg")}, actor=actor, key=key())
    return UUID(done.case_id)


MATTER_OF_REPORT = {
    "what": "后厨用过期冻肉",
    "category": "food-safety",
    "danger": "no",
    "kind": "report",
    "area": "990101002",
    "address": "望江路快餐店",
    "phone": "13912345678",
}


def test_no_page_of_who_handles_it_says_who_reported(desk, hotline, town):
    one = told_with_photo(town)
    handler = desk("cao-yun")
    upload = cases.desk_case(one, town.actor("cao-yun")).case.uploads[0]
    for path in (
        f"/desk/cases/{one}",
        f"/desk/cases/{one}/answer",
        "/desk/",
        "/desk/?box=department",
        f"/desk/cases/{one}/uploads/{upload.id}",
    ):
        answer = handler.get(path, follow=True)
        content = answer.content.decode(errors="replace") + str(answer.headers)
        assert not [secret for secret in SECRETS if secret in content], path


def test_a_reporters_photo_says_nothing_of_their_camera(desk, town):
    one = told_with_photo(town)
    upload = cases.desk_case(one, town.actor("cao-yun")).case.uploads[0]
    seen = desk("cao-yun").get(f"/desk/cases/{one}/uploads/{upload.id}")
    assert b"li-min phone" not in seen.content
    own = desk("li-min").get(f"/cases/{one}/papers/{upload.id}")
    assert b"li-min phone" in own.content, "what somebody sent stays as it was"
    added = str(files.keep(with_camera(), name="又一张.jpg", accept=("jpg",), max_bytes=10**7, owner=one).id)
    tickets.add(one, actor=town.actor("li-min"), key=key(), words="又一张", photos=[added])
    assert b"li-min phone" not in desk("cao-yun").get(f"/desk/cases/{one}/photos/{added}").content


def with_camera() -> bytes:
    exif, out = Image.Exif(), BytesIO()
    exif[0xA430] = "li-min phone"
    Image.new("RGB", (30, 30), "grey").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_hotline_sees_who_after_giving_a_reason(desk, town):
    one = told_with_photo(town)
    dispatcher = desk("luo-qian")
    assert "13912345678" not in dispatcher.get(f"/desk/cases/{one}").content.decode()
    assert post(dispatcher, one, "see-who", form_of(dispatcher, one, "see-who"), words="").status_code == 422
    assert post(dispatcher, one, "see-who", form_of(dispatcher, one, "see-who"), words="核实地点").status_code == 302
    page = dispatcher.get(f"/desk/cases/{one}").content.decode()
    assert "李敏" in page
    assert "13912345678" in page


def test_the_inbox_and_the_escalations_are_for_those_whose_work_they_are(desk, hotline):
    hotline.tell(category="other")
    late = hotline.tell()
    clock.move_by(timedelta(days=9))
    from tongban.cases import tasks

    tasks.sweep()
    for login, inbox, escalations in (
        ("luo-qian", 200, 403),
        ("meng-yu", 200, 403),
        ("gao-feng", 403, 200),
        ("wei-min", 403, 200),
        ("guo-tao", 403, 403),
        ("li-min", 403, 403),
    ):
        client = desk(login)
        assert (client.get("/desk/dispatch").status_code, client.get("/desk/escalations").status_code) == (inbox, escalations), login
    page = desk("wei-min").get("/desk/escalations").content.decode()
    assert case(late).number[-5:] in page


def test_an_english_page_has_english_punctuation(desk, hotline):
    one = hotline.tell()
    hotline.answer(one)
    client = desk("guo-tao")
    client.cookies["lang"] = "en"
    assert "Their word: " in client.get(f"/desk/cases/{one}").content.decode()
    told = ticket_page._rung({"at": ["water", "head"], "told": ["Ma", "Guo"]}, screen(TICKET_TEXTS, "en"))
    assert "(Ma, Guo)" in told
    assert "（马、郭）" in ticket_page._rung({"at": ["water", "head"], "told": ["马", "郭"]}, screen(TICKET_TEXTS, "zh"))


def test_lists_survive_what_is_typed_into_their_addresses(desk, hotline):
    hotline.tell(category="other")
    client = desk("luo-qian")
    for after in ("x", "2026-01-01/0", "'--", "2026-01-01T00:00:00+00:00/" + "0" * 40):
        assert client.get("/desk/dispatch", {"after": after}).status_code == 200
    assert desk("gao-feng").get("/desk/escalations", {"after": "☃"}).status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_tables_of_requests_are_had_as_files_and_name_nobody(desk, town, hotline, monkeypatch, lang):
    waits, also, late = hotline.tell(category="other"), hotline.tell(category="other"), hotline.tell()
    clock.move_by(timedelta(days=9))
    from tongban.cases import tasks
    from tongban.faces.desk import ticket_lists

    tasks.sweep()
    monkeypatch.setattr(ticket_lists, "AT_ONCE", 1)
    dispatcher, supervisor = desk("luo-qian"), desk("gao-feng")
    for client in (dispatcher, supervisor):
        client.get(f"/look/set?lang={lang}&next=/")
    assert 'href="/desk/dispatch?as=xlsx"' in dispatcher.get("/desk/dispatch").content.decode()
    assert 'href="/desk/escalations?by=department&amp;as=csv"' in supervisor.get("/desk/escalations").content.decode()
    inbox, escalated = rows_of(dispatcher, "/desk/dispatch"), rows_of(supervisor, "/desk/escalations")
    assert [row[0] for row in inbox[1:]] == [case(one).number for one in (waits, also)]
    assert case(late).number in {row[0] for row in escalated[1:]}
    assert "李敏" not in str(inbox + escalated)
    for by in ("department", "category"):
        head, *rows = rows_of(supervisor, f"/desk/escalations?by={by}")
        assert sum(int(row[1]) for row in rows) == 3
        assert {len(row) for row in rows} == {len(head)}
    assert desk("guo-tao").get("/desk/escalations?as=csv").status_code == 403
