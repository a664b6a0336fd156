"""Receipts: one text file that proves, without network and without this program, that an act stands in the record (c2sp.org/tlog-proof).

Invariants: the file is a tlog-proof v1, so other verifiers read it; what the act was stands in the `extra` line and is believed only because its salted
commitment is the proven leaf; the key that is carried along proves nothing by itself and is always reported as such.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongban.kernel.text import Text
from tongban.ledger.core.act import commit, leaf_data
from tongban.ledger.core.canonical import JSON, NotCanonicalError, canonical
from tongban.ledger.core.notes import Checkpoint, Verifier, decode_hash, open_note
from tongban.ledger.core.proofs import verify_inclusion
from tongban.ledger.core.tree import hash_leaf
from tongban.ledger.errors import FalseReceiptError, UntrustedNoteError

_HEAD: Final = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A proof of one leaf. `document` and `salt` are None once the act's content was erased; `note` is the signed checkpoint."""

    index: int
    proof: tuple[bytes, ...]
    note: str
    key: str
    commitment: bytes
    document: Mapping[str, JSON] | None
    salt: bytes | None

    def text(self) -> str:
        """The file's text."""
        extra: dict[str, JSON] = {"commitment": self.commitment.hex(), "key": self.key}
        if self.document is not None and self.salt is not None:
            extra |= {"document": self.document, "salt": self.salt.hex()}
        lines = [
            _HEAD,
            f"extra {base64.b64encode(canonical(extra)).decode()}",
            f"index {self.index}",
            *(base64.b64encode(part).decode() for part in self.proof),
        ]
        return "\n".join([*lines, "", self.note])

    @classmethod
    def read(cls, text: str) -> Receipt:
        """The receipt of such a text, nothing of it verified. Raises FalseReceiptError if it is malformed."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        index = _INDEX.fullmatch(lines[2]) if len(lines) > 2 else None
        if not gap or lines[0] != _HEAD or not lines[1].startswith("extra ") or not index:
            raise _false("这不是一份存证回执（格式不对）", "this is no receipt (malformed)")
        try:
            extra = json.loads(base64.b64decode(lines[1].removeprefix("extra "), validate=True))
            salt, document = extra.get("salt"), extra.get("document")
            proof = tuple(decode_hash(line) for line in lines[3:])
            found = cls(
                int(index[1]),
                proof,
                note,
                str(extra["key"]),
                bytes.fromhex(extra["commitment"]),
                document,
                bytes.fromhex(salt) if salt is not None else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UntrustedNoteError) as error:
            raise _false("回执内容读不出来（格式不对）", "the receipt's content cannot be read (malformed)") from error
        if (found.document is None) != (found.salt is None) or not isinstance(found.document, (dict, type(None))):
            raise _false("回执内容不完整", "the receipt's content is incomplete")
        return found


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves: the act's document (None if erased) stands at `index` of the log with this checkpoint, signed by `key`."""

    index: int
    document: Mapping[str, JSON] | None
    checkpoint: Checkpoint
    key: Verifier
    trusted: bool
    """Whether the key was given by the verifying person; else it came with the receipt and must be compared with the published one."""


def verify_receipt(text: str, key: Verifier | None = None) -> Verified:
    """Verify a receipt offline, by the given key or else by the one it carries. Raises FalseReceiptError, saying which link is broken."""
    receipt = Receipt.read(text)
    try:
        signer = key or Verifier.read(receipt.key)
    except ValueError as error:
        raise _false("回执所带的公钥读不出来", "the public key in the receipt cannot be read") from error
    try:
        checkpoint = Checkpoint.read(open_note(receipt.note, [signer]))
    except UntrustedNoteError as error:
        raise FalseReceiptError(
            Text(zh=f"检查点不可信：{error.says.zh}", en=f"The checkpoint cannot be trusted: {error.says.en}")
        ) from error
    _check_commitment(receipt)
    leaf = hash_leaf(leaf_data(receipt.commitment))
    if not verify_inclusion(index=receipt.index, size=checkpoint.size, leaf=leaf, proof=receipt.proof, root=checkpoint.root):
        raise _false(
            "证明路径与检查点的根不符：此行为不在该记录中",
            "the proof does not lead to the checkpoint's root: this act is not in that record",
        )
    return Verified(receipt.index, receipt.document, checkpoint, signer, trusted=key is not None)


def _check_commitment(receipt: Receipt) -> None:
    if receipt.document is None or receipt.salt is None:
        return
    try:
        same = commit(receipt.salt, canonical(receipt.document)) == receipt.commitment
    except NotCanonicalError:
        same = False
    if not same:
        raise _false("行为内容与承诺值不符：内容被改动过", "the act's content does not fit its commitment: it was altered")


def _false(zh: str, en: str) -> FalseReceiptError:
    return FalseReceiptError(Text(zh=zh, en=en))
