"""The same words without a camera and without JavaScript."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from tests.credentials.test_cose import TOKEN
from tongban.credentials import reads
from tongban.credentials.acts import end
from tongban.credentials.core.cose import sign, to_token
from tongban.credentials.core.identifier import parse
from tongban.credentials.models import Credential
from tongban.faces import verify as face
from tongban.kernel import clock
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db
WHY = Text("以欺骗手段取得", "Obtained by deception")


def answer(response) -> str:
    found = re.search(r'<div id="answer".*?>(.*?)</div>\s*<noscript>', response.content.decode(), re.DOTALL)
    return unescape(found[1])


def test_the_page_opens_with_nothing_checked_and_only_files_of_this_site(client):
    response = client.get("/verify")
    assert response.status_code == 200
    assert not answer(response).strip()
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    body = response.content.decode()
    assert not re.findall(r"<script(?![^>]*src=)", body)
    assert not re.search(r"\son\w+=", body)
    assert not re.search(r'(?:src|href)="https?:', body)


def test_every_text_of_every_verdict_stands_in_both_languages(client):
    for lang, words in (("zh", "内容与签发记录不一致"), ("en", "The content differs from what was issued")):
        client.cookies["lang"] = lang
        body = unescape(client.get("/verify").content.decode())
        assert words in body
        assert body.count('<template id="verdict-') == 20


def test_a_typed_identifier_and_check_code_show_what_was_signed(client, issued):
    made = issued()
    shown = answer(client.post("/verify", {"identifier": made.identifier, "code": f"{made.check_code[:4]}-{made.check_code[4:]}"}))
    for part in (
        "签发属实，现在有效",
        made.holder_name,
        made.holder_code,
        "云川市市场监督管理局",
        "沿江路18号1层",
        "2099年12月31日",
        made.identifier,
    ):
        assert part in shown


def test_a_pasted_link_is_checked_by_the_server_in_english_too(client, issued):
    made = issued()
    client.cookies["lang"] = "en"
    for pasted in (reads.url_of(made.token), made.token, f"  {made.token}\n"):
        shown = answer(client.post("/verify", {"link": pasted}))
        assert "Genuine, and in force" in shown
        assert "Yunchuan Administration for Market Regulation" in shown


@pytest.mark.parametrize(("how", "says"), [("withdrawn", "撤回"), ("annulled", "撤销"), ("cancelled", "注销"), ("revoked", "吊销")])
def test_each_ending_has_its_own_words_and_never_the_reason(client, issued, how, says):
    made = issued()
    with transaction.atomic():
        end(made.id, how, WHY, "officer")
    for response in (client.post("/verify", {"link": made.token}), client.get(f"/verify/status/{made.identifier}.json")):
        assert "欺骗" not in response.content.decode()
    assert says in answer(client.post("/verify", {"link": made.token}))
    assert client.get(f"/verify/status/{made.identifier}.json").json()["state"] == how


def test_expired_and_not_yet_valid_are_told_apart(client, issued):
    old = issued(valid_until=date(2021, 1, 1))
    new = issued(valid_from=clock.today() + timedelta(days=3))
    assert "已过有效期" in answer(client.post("/verify", {"link": old.token}))
    assert "尚未生效" in answer(client.post("/verify", {"link": new.token}))


def test_each_fault_has_its_own_words(client, issued):
    made = issued()
    middle = len(made.token) // 2
    changed = made.token[:middle] + ("A" if made.token[middle] != "A" else "B") + made.token[middle + 1 :]
    stranger = to_token(sign({2: "1.2.3"}, ec.generate_private_key(ec.SECP256R1())))
    number = made.identifier
    for sent, words in (
        ({"link": changed}, "内容与签发记录不一致"),
        ({"link": stranger}, "不是本市签发的证照"),
        ({"link": TOKEN}, "不是本市签发的证照"),
        ({"link": "https://example.org/"}, "这不是证照或文书的二维码"),
        ({"identifier": number, "code": "AAAAAAAA"}, "内容与签发记录不一致"),
        ({"identifier": number[:-3] + "X" + number[-2:], "code": made.check_code}, "证照标识输错了"),
        ({"identifier": parse(number).next_version().text, "code": made.check_code}, "查不到这份证照"),
        ({}, "证照标识输错了"),
    ):
        shown = answer(client.post("/verify", sent))
        assert words in shown, sent
        assert made.holder_name not in shown


def test_a_good_signature_without_a_record_is_not_called_valid(client, issued):
    made = issued()
    Credential.objects.all().delete()
    assert "查不到签发记录" in answer(client.post("/verify", {"link": made.token}))
    response = client.get(f"/verify/status/{made.identifier}.json")
    assert (response.status_code, response.json()["state"]) == (404, "unknown")


def test_what_was_typed_is_still_there_and_harmless(client):
    response = client.post("/verify", {"identifier": '"><script>alert(1)</script>', "code": "x"})
    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;" in response.content.decode()


def test_the_state_tells_neither_name_nor_content(client, issued):
    made = issued()
    response = client.get(f"/verify/status/{made.identifier}.json")
    assert set(response.json()) == {"identifier", "state", "says", "since", "asked_at"}
    assert made.holder_name not in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_keys_are_public_and_may_be_kept(client):
    response = client.get("/verify/keys.json")
    assert response.json() == reads.public_keys()
    assert response["Content-Type"] == "application/jwk-set+json"
    assert "max-age" in response["Cache-Control"]
    assert '"d"' not in response.content.decode()


def test_the_script_is_small_and_borrows_nothing():
    script = (Path(face.__file__).parent / "static/verify/verify.js").read_text()
    assert len(script.encode()) <= 10_240
    assert "import " not in script
    assert "eval" not in script
    assert not re.search(r"[\u4e00-\u9fff]", script)


def test_the_form_is_protected_against_forged_posts(issued):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/verify", {"link": "x"}).status_code == 403
