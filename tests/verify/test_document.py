"""The program in docs/verifying.md works as it stands."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from tongban.credentials import reads
from tongban.credentials.core import credential as core
from tongban.credentials.core import letter

DOCUMENT = (Path(__file__).parents[2] / "docs/verifying.md").read_text(encoding="utf-8")


@pytest.fixture
def verify(monkeypatch):
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    names: dict = {}
    exec(program, names)  # the document's own program is the subject
    monkeypatch.setattr("urllib.request.urlopen", lambda address: io.StringIO(json.dumps(reads.public_keys())))
    return names["verify"]


def test_the_documents_program_verifies_what_is_issued(verify, issued):
    made = issued()
    claims = verify(reads.url_of(made.token))
    assert claims[2] == made.identifier
    assert claims[core.HOLDER] == [made.holder_name, made.holder_code]


def test_the_documents_program_refuses_what_was_altered(verify, issued):
    from tests.verify.test_browser import repacked

    with pytest.raises(InvalidSignature):
        verify(reads.url_of(repacked(issued().token, "18号", "19号")))


def test_the_documents_table_of_claims_is_the_programs():
    numbers = {int(number) for number in re.findall(r"^\| (-?\d+)\b", DOCUMENT, re.MULTILINE)}
    assert numbers == {
        core.ISSUER_CODE,
        core.IDENTIFIER,
        core.ISSUED_AT,
        core.ISSUER,
        core.TITLE,
        core.HOLDER,
        core.FIELDS,
        core.VALID,
        core.STATUS_URL,
        letter.DIGEST,
        letter.LETTER_ID,
    }
