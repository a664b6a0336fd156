"""A visitor scans with their own phone: the signature is checked there, and only the identifier leaves it."""

from __future__ import annotations

import base64
import zlib
from datetime import date

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from playwright.sync_api import Page

from tests.browser import PHONE
from tests.credentials.test_cose import TOKEN
from tongban.credentials.acts import end
from tongban.credentials.core.cose import open_token, sign, to_token
from tongban.credentials.keys import public_keys, signing_key
from tongban.kernel.text import Text

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def scan(page: Page, token: str) -> str:
    """Open what the camera read; the verdict."""
    page.goto("about:blank")
    page.goto(f"/verify#c={token}")
    page.wait_for_selector("#answer[data-verdict]")
    return page.get_attribute("#answer", "data-verdict")


def repacked(token: str, old: str, new: str) -> str:
    """The code with some words changed and a right check sum, as a forger would do it."""
    message = zlib.decompress(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    return to_token(message.replace(old.encode(), new.encode()))


def test_a_genuine_credential_is_shown_line_by_line(phone, issued):
    made = issued()
    sent = []
    phone.on("request", lambda request: sent.append((request.method, request.url, request.post_data)))
    assert scan(phone, made.token) == "valid"
    shown = phone.inner_text("#answer")
    for part in (
        "签发属实，现在有效",
        made.holder_name,
        made.holder_code,
        "云川市市场监督管理局",
        "经营场所",
        "沿江路18号1层",
        made.identifier,
    ):
        assert part in shown
    assert "2020年1月1日 至 2099年12月31日" in shown
    asked = [url for _, url, _ in sent if "/verify/status/" in url]
    assert asked == [url for url in asked if url.endswith(f"/verify/status/{made.identifier}.json")] != []
    assert all(made.token[:40] not in url.partition("#")[0] and not body for _, url, body in sent), "only the identifier is sent"
    assert not phone.complaints


@pytest.mark.parametrize("at", [3, 60, 200, -80, -2])
def test_a_changed_character_is_seen(phone, issued, at):
    token = issued().token
    changed = token[:at] + ("A" if token[at] != "A" else "B") + (token[at + 1 :] if at != -1 else "")
    assert scan(phone, changed) == open_token(changed, public_keys()).outcome == "changed"
    assert "内容与签发记录不一致" in phone.inner_text("#answer")


def test_a_changed_digit_packed_anew_by_a_forger_is_seen(phone, issued):
    made = issued()
    assert scan(phone, repacked(made.token, "18号", "19号")) == "changed"
    shown = phone.inner_text("#answer")
    assert "内容与签发记录不一致" in shown
    assert "19号" not in shown


@pytest.mark.parametrize(
    ("how", "says"), [("withdrawn", "已被撤回"), ("annulled", "已被撤销"), ("cancelled", "已经注销"), ("revoked", "已被吊销")]
)
def test_an_ended_credential_says_how_it_ended(phone, issued, how, says):
    made = issued()
    with transaction.atomic():
        end(made.id, how, Text("以欺骗手段取得", "Obtained by deception"), "officer")
    assert scan(phone, made.token) == how
    shown = phone.inner_text("#answer")
    assert says in shown
    assert made.holder_name in shown
    assert "欺骗" not in shown


def test_an_expired_credential_says_so_with_and_without_a_network(phone, issued):
    made = issued(valid_until=date(2021, 1, 1))
    assert scan(phone, made.token) == "expired"
    phone.route("**/verify/status/**", lambda route: route.abort())
    assert scan(phone, made.token) == "expired"


def test_without_a_network_the_signature_is_good_and_the_state_unknown(phone, issued):
    made = issued()
    phone.goto("/verify")
    phone.context.set_offline(True)
    phone.evaluate("token => { location.hash = 'c=' + token }", made.token)
    phone.wait_for_selector("#answer[data-verdict]")
    shown = phone.inner_text("#answer")
    assert phone.get_attribute("#answer", "data-verdict") == "offline"
    assert "签名属实，现状没有查到" in shown
    assert made.holder_name in shown
    phone.context.set_offline(False)
    assert scan(phone, made.token) == "valid"


def test_a_server_in_trouble_is_no_verdict_on_the_credential(phone, issued):
    made = issued()
    phone.route("**/verify/status/**", lambda route: route.fulfill(status=500, body="<h1>error</h1>"))
    assert scan(phone, made.token) == "offline"


def test_other_cities_and_other_things_are_told_apart(phone, issued):
    issued()
    stranger = to_token(sign({2: "1.2.3"}, ec.generate_private_key(ec.SECP256R1())))
    for token, verdict in (
        (stranger, "unknown-key"),
        (TOKEN, "unknown-key"),
        ("abc", "malformed"),
        ("%E4%BD%A0", "malformed"),
        ("A" * 400, "malformed"),
    ):
        assert scan(phone, token) == verdict
    assert not phone.complaints


def test_a_good_signature_without_a_record_is_not_called_valid(phone, issued):
    made = issued()
    claims = open_token(made.token, public_keys()).claims
    unrecorded = to_token(sign({**claims, 2: made.identifier.replace(".001.", ".002.")}, signing_key()))
    assert scan(phone, unrecorded) == "unknown"
    assert "查不到签发记录" in phone.inner_text("#answer")


@pytest.mark.parametrize(
    "message", [b"\xd2\x84", b"\x9f" * 200, bytes(200), cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", bytes(64)])), cbor2.dumps(["x" * 100])]
)
def test_browser_and_server_judge_broken_messages_alike(phone, issued, message):
    issued()
    token = (
        to_token(message + bytes(0))
        if len(message) > 100
        else base64.urlsafe_b64encode(zlib.compress(message, 0) + bytes(0)).rstrip(b"=").decode()
    )
    assert scan(phone, token) == open_token(token, public_keys()).outcome


def test_in_english_and_in_the_elder_mode_on_a_narrow_phone_nothing_is_cut_off(phone, issued, live_server):
    made = issued()
    phone.context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in (("lang", "en"), ("elder", "1"))])
    assert scan(phone, made.token) == "valid"
    shown = phone.inner_text("#answer")
    assert "Genuine, and in force" in shown
    assert "1 January 2020 to 31 December 2099" in shown
    assert "Premises" in shown
    right = phone.evaluate("Math.max(...[...document.querySelectorAll('main, main *')].map(e => e.getBoundingClientRect().right))")
    assert right <= PHONE["width"]


def test_an_old_browser_hands_the_link_to_the_form(phone, issued):
    made = issued()
    phone.add_init_script("delete window.DecompressionStream")
    assert scan(phone, made.token) == "old-browser"
    phone.click("#by-link button")
    phone.wait_for_selector("#answer .tb-notice")
    assert "签发属实，现在有效" in phone.inner_text("#answer")


def test_without_javascript_the_form_answers_the_same(browser, issued, live_server):
    made = issued()
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto(f"/verify#c={made.token}")
    assert "没有运行脚本" in page.inner_text("main")
    page.fill("#identifier", made.identifier)
    page.fill("#code", made.check_code)
    page.click("form:has(#identifier) button")
    assert "签发属实，现在有效" in page.inner_text("#answer")
    assert made.holder_name in page.inner_text("#answer")
    context.close()


def test_the_page_passes_the_accessibility_checks(phone, issued):
    from axe_playwright_python.sync_playwright import Axe

    made = issued()
    for token in (made.token, "abc"):
        scan(phone, token)
        found = Axe().run(phone)
        assert found.violations_count == 0, found.generate_report()
