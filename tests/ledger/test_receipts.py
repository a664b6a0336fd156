"""Receipts verify offline, by the command and by a program of anybody's own."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.ledger.acts import erase, sequence
from tongban.ledger.core.notes import Signer, Verifier
from tongban.ledger.core.receipts import Receipt, verify_receipt
from tongban.ledger.errors import FalseReceiptError
from tongban.ledger.reads import public_key, receipt

from .acts import record

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"


@pytest.fixture
def ids(db):
    ids = record(20)
    sequence()
    return ids


def test_a_receipt_proves_the_act_by_the_published_key(ids):
    given = receipt(ids[7])
    proven = verify_receipt(given["text"], Verifier.read(public_key()))
    assert proven.trusted
    assert proven.index == given["index"] == 7
    assert proven.document["payload"]["n"] == 7
    assert proven.document == json.loads(json.dumps(given["document"]))
    assert proven.document["at"] == "2026-11-23T01:02:03.000450Z"
    assert (proven.checkpoint.size, proven.checkpoint.root.hex()) == (given["size"], given["root"])
    assert Receipt.read(given["text"]).text() == given["text"]


def test_without_a_given_key_the_receipts_own_is_used_and_reported_as_such(ids):
    assert verify_receipt(receipt(ids[0])["text"]).trusted is False


def test_there_is_no_receipt_before_the_sequencer_and_none_for_what_never_was(ids):
    (late,) = record(1)
    assert receipt(late) is None
    sequence()
    assert receipt(late)["size"] == 21


def test_the_receipt_of_an_erased_entry_still_proves_its_place(ids):
    erase(ids[3], actor="account:9", department="data-office", purpose="erasure")
    given = receipt(ids[3])
    assert given["erased"]
    assert given["document"] is None
    proven = verify_receipt(given["text"], Verifier.read(public_key()))
    assert (proven.index, proven.document) == (3, None)


def altered(text: str, **changes) -> str:
    lines = text.split("\n")
    extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    extra["document"] = {**extra["document"], **changes}
    lines[1] = "extra " + base64.b64encode(json.dumps(extra).encode()).decode()
    return "\n".join(lines)


def test_each_broken_link_is_named(ids):
    text = receipt(ids[7])["text"]
    for broken, said in {
        altered(text, purpose="forged"): "altered",
        text.replace("index 7", "index 6"): "does not lead to",
        text.replace("\n20\n", "\n21\n"): "cannot be trusted",
        text.replace("tlog-proof@v1", "tlog-proof@v2"): "malformed",
        "": "malformed",
        receipt(ids[6])["text"].split("\n\n")[0].replace("index 6", "index 7") + "\n\n" + text.split("\n\n", 1)[1]: "does not lead to",
    }.items():
        with pytest.raises(FalseReceiptError, match=said):
            verify_receipt(broken)
    with pytest.raises(FalseReceiptError, match="no signature of a known key"):
        verify_receipt(text, Signer(public_key().split("+")[0], bytes(32)).verifier())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(data=st.data())
def test_no_changed_byte_before_the_signature_goes_unnoticed_or_breaks_the_reader(ids, data):
    text = receipt(ids[7])["text"]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("0aZ+/= \n—é").filter(lambda letter: letter != text[place]))
    try:
        proven = verify_receipt(text[:place] + letter + text[place + 1 :], Verifier.read(public_key()))
    except FalseReceiptError:
        return
    assert (proven.index, proven.document) == (7, verify_receipt(text).document)


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = "import sys, typer; from tongban.house.commands.verify import verify; app = typer.Typer(pretty_exceptions_enable=False); app.command()(verify); app()"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)} | environment,
    )


def test_the_command_verifies_a_receipt_with_no_database_and_no_settings(ids, tmp_path):
    file, key = tmp_path / "a.tlog-proof", tmp_path / "key"
    file.write_text(receipt(ids[7])["text"])
    key.write_text(public_key() + "\n")
    good = run(str(file), "--key", str(key))
    assert good.returncode == 0, good.stderr
    assert "存证属实" in good.stdout
    assert "decide" in good.stdout
    assert "公布的公钥" not in good.stdout
    own = run(str(file))
    assert own.returncode == 0
    assert "公布的公钥" in own.stdout
    said = json.loads(run(str(file), "--key", str(key), "--json").stdout)
    assert (said["ok"], said["trusted"], said["index"], said["document"]["payload"]["n"]) == (True, True, 7, 7)
    file.write_text(altered(receipt(ids[7])["text"], purpose="forged"))
    bad = run(str(file), "--key", str(key))
    assert bad.returncode == 1
    assert "被改动过" in bad.stdout
    assert json.loads(run(str(file), "--json").stdout)["faults"][0]["en"].endswith("altered")
    assert run(str(tmp_path / "none")).returncode == 1
    key.write_text("nothing")
    assert run(str(file), "--key", str(key)).returncode == 1


def test_the_offline_command_loads_neither_django_nor_a_driver(ids, tmp_path):
    file = tmp_path / "a.tlog-proof"
    file.write_text(receipt(ids[7])["text"])
    program = "import sys; from pathlib import Path; from tongban.house.commands.verify import run; code = run(Path(sys.argv[1])); assert not {'django', 'psycopg'} & set(sys.modules); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_program_in_the_documentation_verifies_a_receipt_without_tongban(ids, tmp_path):
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]
    assert "tongban" not in re.findall(r"import (\w+)", program)
    file = tmp_path / "a.tlog-proof"
    for text, code in (
        (receipt(ids[7])["text"], 0),
        (altered(receipt(ids[7])["text"], purpose="forged"), 1),
        (receipt(ids[7])["text"].replace("index 7", "index 6"), 1),
    ):
        file.write_text(text)
        done = subprocess.run(
            [sys.executable, "-c", program, str(file), public_key()], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == code, done.stderr
