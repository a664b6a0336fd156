"""`tongban verify`: hold one receipt, or the whole record, against the signatures.

Invariants: a receipt is verified from the file and a public key alone, without database, settings or network; the status is 1 as soon as one
fault was found; a key that came with the receipt itself is never called trusted.
"""

from __future__ import annotations

import json as spelling
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text
from tongban.ledger.core.notes import Verifier
from tongban.ledger.core.receipts import Verified, verify_receipt

if TYPE_CHECKING:
    from tongban.ledger.reads import SignedCheckpoint

_SHOWN = {
    "act": Text(zh="行为", en="act"),
    "actor": Text(zh="行为人", en="actor"),
    "at": Text(zh="时间", en="at"),
    "department": Text(zh="部门", en="department"),
    "purpose": Text(zh="目的", en="purpose"),
    "case": Text(zh="办件", en="case"),
    "id": Text(zh="记录编号", en="entry"),
}


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="A receipt (.tlog-proof); without it the whole record. 回执文件；不给则核验全部存证。")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="File with the log's published key. 日志公布的公钥文件。")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer as JSON. 以 JSON 输出。")] = False,
) -> None:
    """Verify a receipt offline, or the whole record. 离线核验回执，或核验全部存证。"""
    if file is None:
        from tongban.house import running_database

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
        with running_database.started(Path(os.environ.get("TONGBAN_DATA", ".tongban")).resolve()):
            import django

            django.setup()
            code = run(as_json=json)
    else:
        code = run(file, key, as_json=json)
    raise typer.Exit(code)


def run(file: Path | None = None, key: Path | None = None, *, as_json: bool = False) -> int:
    """Verify and say what was found; returns the status, 0 or 1. Without `file` the database must run and Django be set up."""
    return _receipt(file, key, as_json=as_json) if file is not None else _database(as_json=as_json)


def _receipt(file: Path, key: Path | None, *, as_json: bool) -> int:
    try:
        given = _key(key) if key else None
        proven = verify_receipt(_read(file), given)
    except TongbanError as error:
        return _say_faults([error.says], as_json=as_json, head=Text(zh="这份回执不能证明什么", en="This receipt proves nothing"))
    if as_json:
        _say_json(
            ok=True,
            trusted=proven.trusted,
            index=proven.index,
            size=proven.checkpoint.size,
            origin=proven.checkpoint.origin,
            root=proven.checkpoint.root.hex(),
            key=str(proven.key),
            document=proven.document,
            faults=[],
        )
    else:
        _say_proven(proven)
    return 0


def _say_proven(proven: Verified) -> None:
    log = proven.checkpoint
    _say(
        f"存证属实：此行为是日志 {log.origin} 的第 {proven.index} 号记录，该日志当时共 {log.size} 条。",
        f"True: this act is entry {proven.index} of the log {log.origin}, which then had {log.size} entries.",
    )
    if proven.document is None:
        _say("其内容已依法删除；记录的位置仍可证明。", "Its content was erased by law; its place is still proven.")
    for name, label in _SHOWN.items():
        if proven.document and proven.document.get(name):
            print(f"  {label.zh} {label.en}: {proven.document[name]}")
    if not proven.trusted:
        _say(
            f"所用公钥来自回执本身，请与该市公布的公钥核对，或用 --key 给出：\n  {proven.key}",
            "The key came with the receipt itself: compare it with the one that the city publishes, or give that one with --key.",
        )


def _database(*, as_json: bool) -> int:
    from tongban.ledger.reads import latest_checkpoint, public_key, verify_database, waiting

    faults = verify_database()
    latest = latest_checkpoint()
    if faults:
        return _say_faults(
            faults, as_json=as_json, head=Text(zh=f"存证核验发现 {len(faults)} 处问题", en=f"The record has {len(faults)} faults")
        )
    if as_json:
        _say_json(
            ok=True,
            size=latest.size if latest else 0,
            root=latest.root.hex() if latest else "",
            waiting=waiting(),
            key=public_key(),
            faults=[],
        )
    else:
        _say_whole(latest, waiting(), public_key())
    return 0


def _say_whole(latest: SignedCheckpoint | None, waiting: int, key: str) -> None:
    size = latest.size if latest else 0
    _say(
        f"存证完好：{size} 条记录逐条重算，与全部签名检查点一致；另有 {waiting} 条待编序。",
        f"The record is whole: {size} entries recomputed one by one, in accord with every signed checkpoint; {waiting} wait to be sequenced.",
    )
    if latest:
        print(f"  根 root: {latest.root.hex()}")
    print(f"  公钥 key: {key}")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TongbanError(
            Text(
                zh=f"文件 {file} 读不出来。请核对路径和文件。",
                en=f"The file {file} cannot be read. Check its path and that it is the right one.",
            )
        ) from error


def _key(file: Path) -> Verifier:
    try:
        return Verifier.read(_read(file))
    except ValueError as error:
        raise TongbanError(
            Text(
                zh=f"{file} 里不是日志公钥；公钥是一行“名称+编号+密钥”。", en=f"{file} holds no log key; a key is one line, `name+id+key`."
            )
        ) from error


def _say_faults(faults: Sequence[Text], *, as_json: bool, head: Text) -> int:
    if as_json:
        _say_json(ok=False, faults=[{"zh": fault.zh, "en": fault.en} for fault in faults])
    else:
        _say(f"{head.zh}：", f"{head.en}:")
        for fault in faults:
            print(f"  ✗ {fault.zh}\n    {fault.en}")
    return 1


def _say_json(**answer: Any) -> None:
    print(spelling.dumps(answer, ensure_ascii=False, indent=2))


def _say(zh: str, en: str) -> None:
    print(f"{zh}\n{en}")
