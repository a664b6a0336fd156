"""Verify the whole record from its rows.

Invariants: everything is recomputed - commitments from salt and document, leaves from commitments, tiles and roots from leaves, signatures from the
public key - and compared with what is stored; a fault names the entry, or the narrowest range that the evidence allows; an erased entry is no fault
if another entry says that it was erased. One snapshot is read, so a working city can be verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from tongban.kernel.text import Text
from tongban.ledger import log
from tongban.ledger.core.act import commit, leaf_data
from tongban.ledger.core.canonical import NotCanonicalError, canonical
from tongban.ledger.core.notes import Checkpoint, open_note
from tongban.ledger.core.tree import CompactRange, hash_leaf
from tongban.ledger.errors import UntrustedNoteError
from tongban.ledger.reads.proofs import SignedCheckpoint, act_of

MOST: Final = 200
"""Faults named one by one; the rest are counted."""

_CHUNK: Final = 2000
_ERASED_ACT: Final = "erase-entry"
_ENTRY = "e.id, e.act, e.actor, e.at, e.case_id, e.department, e.purpose, e.payload, e.key, e.body_hash, e.result, e.salt, e.commitment"
_LEAVES = f"SELECT leaf.index, leaf.entry_id, leaf.hash, {_ENTRY} FROM ledger_leaf leaf LEFT JOIN ledger_entry e ON e.id = leaf.entry_id ORDER BY leaf.index"  # noqa: S608
_PENDING = (
    f"SELECT NULL, p.entry_id, p.hash, {_ENTRY} FROM ledger_pending p LEFT JOIN ledger_entry e ON e.id = p.entry_id ORDER BY p.entry_id"  # noqa: S608
)
_LOST = """
SELECT e.id FROM ledger_entry e
WHERE NOT EXISTS (SELECT FROM ledger_leaf leaf WHERE leaf.entry_id = e.id) AND NOT EXISTS (SELECT FROM ledger_pending p WHERE p.entry_id = e.id) ORDER BY e.id
"""
_TWICE = "SELECT p.entry_id FROM ledger_pending p JOIN ledger_leaf leaf USING (entry_id) ORDER BY 1"


def verify_database() -> list[Text]:
    """The faults of the whole record; an empty list if it is as it was signed. Reads everything: a minute or two per million entries."""
    audit = _Audit()
    with _snapshot():
        for fault in _faults(audit):
            audit.count += 1
            if audit.count <= MOST:
                audit.named.append(fault)
    if audit.count > MOST:
        more = audit.count - MOST
        audit.named.append(Text(zh=f"另有 {more} 处问题未逐一列出。", en=f"{more} further faults are not listed one by one."))
    return audit.named


@dataclass
class _Audit:
    """What is known while the rows pass by."""

    tree: CompactRange = field(default_factory=CompactRange)
    whole: bool = True
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    origin: str | None = None
    signed: int = 0
    bent: int = 0
    named: list[Text] = field(default_factory=list)
    count: int = 0


@contextmanager
def _snapshot() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _faults(audit: _Audit) -> Iterator[Text]:
    checkpoints = _rows("SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size")
    awaited = next(checkpoints, None)
    for row in _rows(_LEAVES):
        while awaited and awaited[0] <= row[0]:
            yield from _checkpoint_faults(audit, awaited)
            awaited = next(checkpoints, None)
        yield from _leaf_faults(audit, row)
    while awaited:
        yield from _checkpoint_faults(audit, awaited)
        awaited = next(checkpoints, None)
    yield from _end_faults(audit)
    yield from _tile_faults(audit)
    for row in _rows(_PENDING):
        yield from _entry_faults(audit, row)
    yield from _outbox_faults()
    yield from _erasure_faults(audit)


def _leaf_faults(audit: _Audit, row: tuple[Any, ...]) -> Iterator[Text]:
    index, _, leaf = row[:3]
    if audit.whole and index != audit.tree.size:
        audit.whole = False
        yield Text(
            zh=f"第 {audit.tree.size} 号至第 {index - 1} 号的位置是空的：记录被删除过，其后的树无法重算。",
            en=f"Places {audit.tree.size} to {index - 1} are empty: leaves were deleted, and the tree beyond cannot be recomputed.",
        )
    if audit.whole:
        grown = audit.tree.grow([bytes(leaf)])
        audit.tree = grown.range
        audit.tiles |= {(level, number): found for level, number, found in grown.tiles}
    yield from _entry_faults(audit, row)


def _entry_faults(audit: _Audit, row: tuple[Any, ...]) -> Iterator[Text]:
    index, entry_id, leaf = row[:3]
    entry, salt, commitment = row[3:14], row[14], row[15]
    if entry[0] is None:
        yield _fault(index, entry_id, "记录已不存在：整行被删除过", "the entry is gone: its row was deleted")
        return
    commitment = bytes(commitment)
    if salt is None:
        audit.erased.add(str(entry_id))
    elif not _fits(entry, bytes(salt), commitment):
        yield _fault(index, entry_id, "内容与承诺值不符：该行被改动过", "its content does not fit its commitment: the row was altered")
    elif entry[1] == _ERASED_ACT:
        audit.evidence.add(str(act_of(entry).payload.get("entry")))
    if hash_leaf(leaf_data(commitment)) != bytes(leaf):
        yield _fault(
            index,
            entry_id,
            "承诺值与树上的叶子不符：该行或叶子被改动过",
            "its commitment does not fit its leaf: the row or the leaf was altered",
        )


def _fits(entry: tuple[Any, ...], salt: bytes, commitment: bytes) -> bool:
    try:
        return commit(salt, canonical(act_of(entry).document())) == commitment
    except (NotCanonicalError, TypeError, ValueError):
        return False


def _checkpoint_faults(audit: _Audit, row: tuple[Any, ...]) -> Iterator[Text]:
    found = SignedCheckpoint(row[0], bytes(row[1]), row[2], row[3])
    before, audit.signed = audit.signed, found.size
    why = _why_false(audit, found)
    if why:
        yield Text(
            zh=f"大小为 {found.size} 的检查点不可信：{why.zh}。", en=f"The checkpoint of size {found.size} cannot be trusted: {why.en}."
        )
    if not audit.whole or audit.tree.size < found.size:
        return
    if audit.tree.root() != found.root:
        audit.bent += 1
        if audit.bent == 1:
            yield Text(
                zh=f"大小为 {found.size} 的检查点与重算的根不符：第 {before} 号至第 {found.size - 1} 号之间的叶子被改动过。",
                en=f"The checkpoint of size {found.size} does not fit the recomputed root: a leaf from {before} to {found.size - 1} was altered.",
            )


def _why_false(audit: _Audit, found: SignedCheckpoint) -> Text | None:
    origin = found.note.partition("\n")[0]
    audit.origin = audit.origin or origin
    try:
        said = Checkpoint.read(open_note(found.note, [log.published(audit.origin)]))
    except (UntrustedNoteError, ValueError) as error:
        return error.says if isinstance(error, UntrustedNoteError) else Text(zh="日志名称不合规", en="the log's name is malformed")
    if (said.origin, said.size, said.root) != (audit.origin, found.size, found.root):
        return Text(
            zh="签名文书与该行的大小、根或日志名称不符", en="the signed note does not fit the row's size or root, or the log's name"
        )
    return None


def _end_faults(audit: _Audit) -> Iterator[Text]:
    size = audit.tree.size
    if audit.bent > 1:
        yield Text(zh=f"其后 {audit.bent - 1} 个检查点因此也不符。", en=f"{audit.bent - 1} later checkpoints therefore do not fit either.")
    if audit.whole and size < audit.signed:
        yield Text(
            zh=f"最后的检查点有 {audit.signed} 条，树上只剩 {size} 条：末尾的记录被删除过。",
            en=f"The last checkpoint has {audit.signed} leaves, the tree only {size}: leaves at its end were deleted.",
        )
    if audit.whole and size > audit.signed:
        yield Text(
            zh=f"第 {audit.signed} 号至第 {size - 1} 号没有检查点：检查点被删除，或记录未经编序而加入。",
            en=f"No checkpoint covers places {audit.signed} to {size - 1}: a checkpoint was deleted, or leaves were added past the sequencer.",
        )


def _tile_faults(audit: _Audit) -> Iterator[Text]:
    for level, index, found in _rows("SELECT level, index, hash FROM ledger_tile ORDER BY level, index"):
        due = audit.tiles.pop((level, index), None)
        if due != bytes(found) and audit.whole:
            yield _tile(level, index, "与重算的结果不符", "does not fit the recomputed one")
    for level, index in sorted(audit.tiles):
        yield _tile(level, index, "缺失", "is missing")


def _outbox_faults() -> Iterator[Text]:
    for (entry_id,) in _rows(_LOST):
        yield _fault(None, entry_id, "既不在树上也不在待编序队列中", "it is neither in the tree nor waiting for the sequencer")
    for (entry_id,) in _rows(_TWICE):
        yield _fault(None, entry_id, "已在树上，却仍在待编序队列中", "it is in the tree and still waits for the sequencer")


def _erasure_faults(audit: _Audit) -> Iterator[Text]:
    for entry_id in sorted(audit.erased - audit.evidence):
        yield _fault(None, UUID(entry_id), "内容被删除，却没有删除的记录", "its content was erased, and no entry says so")


def _fault(index: int | None, entry_id: UUID, zh: str, en: str) -> Text:
    at = "" if index is None else f"第 {index} 号"
    return Text(zh=f"{at}记录 {entry_id}：{zh}。", en=f"Entry {entry_id}{'' if index is None else f' at place {index}'}: {en}.")


def _tile(level: int, index: int, zh: str, en: str) -> Text:
    span = 256 ** (level + 1)
    first, last = index * span, (index + 1) * span - 1
    return Text(
        zh=f"第 {level} 层第 {index} 块（第 {first} 号至第 {last} 号）{zh}。",
        en=f"Tile {index} of level {level} (places {first} to {last}) {en}.",
    )


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows
