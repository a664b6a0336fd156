"""A letter is checked like a licence: on the visitor's own phone, or by its number and check code; and the text on record beside the one they hold."""

from __future__ import annotations

import hashlib
from html import unescape
from io import StringIO

import pytest

from tests.browser import PHONE
from tests.verify.making import letter
from tests.verify.test_browser import repacked, scan
from tests.verify.test_document import DOCUMENT
from tests.verify.test_pages import answer
from tongban.cases.models import Letter
from tongban.cases.reads import standing_of
from tongban.credentials import reads
from tongban.credentials.core import letter as core
from tongban.credentials.core.credential import check_code
from tongban.kernel import clock

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_genuine_letter_is_shown_with_its_addressee_covered(phone):
    made = letter()
    assert scan(phone, made.token) == "letter-stands"
    shown = phone.inner_text("#answer")
    for part in ("文书属实，现行有效", "云市监许准〔2026〕318号", "准予行政许可决定书", "云川市市场监督管理局"):
        assert part in shown
    assert "云川市******饮店" in shown
    assert made.addressee not in shown, "the whole name is not in the code"
    assert not phone.complaints


def test_a_changed_digit_of_the_number_is_refused(phone):
    forged = repacked(letter().token, "318号", "319号")
    assert scan(phone, forged) == "changed"
    assert "319号" not in phone.inner_text("#answer")
    assert reads.read_token(forged).outcome == "changed"


def test_any_changed_character_of_the_code_is_refused():
    token = letter().token
    for at in range(0, len(token), 17):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert reads.read_token(changed).letter is None, at


def test_without_a_network_the_content_is_shown_and_its_state_is_open(phone):
    made = letter()
    phone.goto("/verify")
    phone.context.set_offline(True)
    phone.evaluate("token => { location.hash = 'c=' + token }", made.token)
    phone.wait_for_selector("#answer[data-verdict]")
    assert phone.get_attribute("#answer", "data-verdict") == "letter-offline"
    assert "云市监许准〔2026〕318号" in phone.inner_text("#answer")


def test_a_letter_that_a_later_one_annuls_or_replaces_says_by_which(phone):
    made = letter()
    later = letter(serial=5, series="云市监撤诺", title_zh="撤销行政许可决定书", title_en="Decision to annul a licence")
    for standing, words in (("annulled", "已被撤销"), ("replaced", "已被后来的文书代替")):
        Letter.objects.filter(pk=made.pk).update(standing=standing, later=later, standing_since=clock.now())
        assert scan(phone, made.token) == f"letter-{standing}"
        shown = phone.inner_text("#answer")
        assert words in shown
        assert later.number in shown
    assert scan(phone, later.token) == "letter-stands"


def test_a_text_altered_in_the_database_is_seen_by_whoever_scans(phone):
    made = letter()
    Letter.objects.filter(pk=made.pk).update(paragraphs=[{"zh": "决定不予许可。", "en": "We refuse."}])
    assert scan(phone, made.token) == "letter-differs"
    assert standing_of(made.id).state == "stands", "without the digest nobody can tell"


def test_a_signed_letter_without_a_record_is_not_called_genuine(phone):
    made = letter()
    token = made.token
    made.delete()
    assert scan(phone, token) == "letter-unknown"


def test_who_holds_the_code_may_compare_the_whole_text(phone):
    made = letter(paragraphs=[{"zh": "第一段。", "en": "One."}, {"zh": "第二段。", "en": "Two."}])
    scan(phone, made.token)
    assert "第一段" not in phone.inner_text("#answer")
    phone.click("#answer form button")
    phone.wait_for_selector(".tb-recorded")
    shown = phone.inner_text(".tb-recorded")
    assert shown.index("第一段。") < shown.index("第二段。")
    assert made.addressee in shown


def test_a_typed_number_and_check_code_answer_the_same_however_they_are_typed(client):
    made = letter()
    code = check_code(made.token)
    for number in ("云市监许准〔2026〕318号", "云市监许准[2026]318", "云市监许准（２０２６）318号 ", "云市监许准 【2026】 318 号"):
        shown = answer(client.post("/verify", {"identifier": number, "code": f"{code[:4]}-{code[4:].lower()}"}))
        assert "文书属实，现行有效" in shown, number
        assert "决定准予许可。" in shown
    assert "内容与签发记录不一致" in answer(client.post("/verify", {"identifier": made.number, "code": "AAAAAAAA"}))
    other = answer(client.post("/verify", {"identifier": "云市监许准〔2026〕319号", "code": code}))
    assert "查不到这份证照或文书" in other
    assert "决定准予许可" not in other


def test_a_stranger_learns_by_id_only_whether_it_stands(client):
    made = letter()
    said = client.get(f"/verify/letters/{made.id}.json")
    assert said.json() == said.json() | {"state": "stands", "later": "", "since": "2026-03-09"}
    assert made.addressee not in unescape(said.content.decode())
    assert "许准" not in said.content.decode()
    assert client.get(f"/verify/letters/{made.id}.json?digest=zz").json()["state"] == "differs"
    unknown = client.get("/verify/letters/01900000-0000-7000-8000-000000000000.json")
    assert (unknown.status_code, unknown.json()["state"]) == (404, "unknown")


def test_the_page_of_a_letter_passes_the_accessibility_checks_in_both_languages(phone, live_server):
    from axe_playwright_python.sync_playwright import Axe

    made = letter()
    for lang in ("zh", "en"):
        phone.context.add_cookies([{"name": "lang", "value": lang, "url": live_server.url}])
        scan(phone, made.token)
        found = Axe().run(phone)
        assert found.violations_count == 0, found.generate_report()
        right = phone.evaluate("Math.max(...[...document.querySelectorAll('main, main *')].map(e => e.getBoundingClientRect().right))")
        assert right <= PHONE["width"]
    assert "Genuine, and it stands" in phone.inner_text("#answer")


def test_the_digest_is_the_one_that_the_document_tells_how_to_make():
    made = letter()
    assert "lines" in DOCUMENT
    lines = [
        made.number,
        *(made.title_zh, made.title_en),
        made.addressee,
        *("决定准予许可。", "We grant the licence."),
        *(made.issuer_zh, made.issuer_en),
        "2026-03-09",
    ]
    signed = reads.read_token(made.token).letter
    assert signed.digest == hashlib.sha256("\n".join(lines).encode()).digest()


def test_the_documents_program_reads_a_letters_code(monkeypatch):
    import json
    import re

    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    names: dict = {}
    exec(program, names)  # the document's own program is the subject
    monkeypatch.setattr("urllib.request.urlopen", lambda address: StringIO(json.dumps(reads.public_keys())))
    made = letter()
    claims = names["verify"](reads.url_of(made.token))
    assert claims[2] == made.number
    assert claims[core.LETTER_ID] == made.id.bytes


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("李敏", "person", "李*"),
        ("王秀英", "person", "王**"),
        ("欧阳修文", "person", "欧***"),
        ("李", "person", "李*"),
        ("云川市江北区味来餐饮店", "firm", "云川市******饮店"),
        ("味来", "firm", "味*"),
    ],
)
def test_a_name_is_covered_so_that_only_its_holder_can_compare_it(name, kind, shown):
    covered = core.covered(name, kind)
    assert covered == shown
    assert len(covered) >= 2
