"""Signed notes and checkpoints, tiles' addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ledger.core import tiles
from tongban.ledger.core.notes import Checkpoint, Signer, Verifier, open_note
from tongban.ledger.core.tree import EMPTY
from tongban.ledger.errors import UntrustedNoteError

SIGNER = Signer("city.example/ledger", bytes(range(32)))
TEXT = Checkpoint("city.example/ledger", 17, EMPTY).text()


def test_the_public_example_of_the_go_note_package_verifies():
    key = Verifier.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert open_note(note, [key]).startswith("If you think")


def test_a_signed_checkpoint_reads_back_and_unknown_signatures_are_passed_over():
    note = SIGNER.sign(TEXT)
    other = Signer("witness.example", bytes(32))
    cosigned = note + other.sign(TEXT).rpartition("\n\n")[2]
    for known in ([SIGNER.verifier()], [other.verifier()], [SIGNER.verifier(), other.verifier()]):
        assert Checkpoint.read(open_note(cosigned, known)) == Checkpoint("city.example/ledger", 17, EMPTY)
    with pytest.raises(UntrustedNoteError):
        open_note(note, [other.verifier()])


def test_a_keys_line_reads_back_and_another_id_is_refused():
    line = str(SIGNER.verifier())
    assert Verifier.read(line) == SIGNER.verifier()
    name, key_id, key = line.split("+", 2)
    for wrong in (f"{name}+00000000+{key}", f"x{name}+{key_id}+{key}", f"{name}+{key_id}+AAAA", "nothing"):
        with pytest.raises(ValueError):
            Verifier.read(wrong)


@given(st.data())
def test_an_altered_note_is_refused(data):
    note = SIGNER.sign(TEXT)
    place = data.draw(st.integers(0, len(note) - 1))
    letter = data.draw(st.sampled_from("0aZ+ \n—").filter(lambda letter: letter != note[place]))
    with pytest.raises(UntrustedNoteError):
        open_note(note[:place] + letter + note[place + 1 :], [SIGNER.verifier()])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n1\n",
        f"a\n01\n{TEXT.splitlines()[2]}\n",
        f"a\n-1\n{TEXT.splitlines()[2]}\n",
        "a\n1\nAAAA\n",
        TEXT[:-1],
        f"\n1\n{TEXT.splitlines()[2]}\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    with pytest.raises(UntrustedNoteError):
        Checkpoint.read(text)


def test_tiles_have_the_addresses_and_widths_of_the_specification():
    assert tiles.path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.path(1, 0, 5) == "tile/1/000.p/5"
    assert tiles.path("entries", 999) == "tile/entries/999"
    assert tiles.path("entries", 1000, 255) == "tile/entries/x001/000.p/255"
    widths = {
        (level, index): tiles.width(level, index, 70_000) for level, index in ((0, 272), (0, 273), (0, 274), (1, 0), (1, 1), (2, 0), (3, 0))
    }
    assert widths == {(0, 272): 256, (0, 273): 112, (0, 274): 0, (1, 0): 256, (1, 1): 17, (2, 0): 1, (3, 0): 0}
