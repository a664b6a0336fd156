"""Backup and restore: database, files, keys and city in one tar with a manifest.

Invariants: a backup appears under its name only when it is complete and on disk; every part is named in the manifest with its SHA-256; the
database is dumped before the files are copied, so that every file that a row names is there; a restore checks every part before it touches
anything, fills a new database beside the old one, and changes over at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg

from tongban.house import roles
from tongban.house.errors import BackupError
from tongban.house.place import Place
from tongban.house.postgres import DATABASE, Cluster
from tongban.kernel import clock
from tongban.kernel.text import Text

FORMAT = 1
_MANIFEST = "manifest.json"
_DUMP = "database.dump"
_FOLDERS = ("files", "keys")
_RESTORING = f"{DATABASE}_restoring"


@dataclass(frozen=True)
class Kept:
    """What a backup came to."""

    file: Path
    parts: int
    size: int


@dataclass(frozen=True)
class Whole:
    """A backup that has been unpacked and found whole."""

    folder: Path
    manifest: dict[str, object]


def backup(file: Path, *, data: Path, city: Path) -> Kept:
    """Keep the city of a data folder in one file. The database must run. Raises BackupError."""
    if file.exists():
        raise BackupError(Text(zh=f"{file} 已存在。请换一个文件名。", en=f"{file} exists. Choose another name."))
    with tempfile.TemporaryDirectory(dir=_room_for(data), prefix="backup-") as scratch:
        dump = Path(scratch) / _DUMP
        _dump(dump, data)
        parts = {_DUMP: dump, **_parts(data), **{f"city/{name}": path for name, path in _below(city).items()}}
        manifest = {
            "format": FORMAT,
            "tongban": version("tongban"),
            "made_at": clock.now().isoformat(),
            "schema": _schema(data),
            "parts": {name: {"sha256": _digest(path), "size": path.stat().st_size} for name, path in sorted(parts.items())},
        }
        described = Path(scratch) / _MANIFEST
        described.write_text(json.dumps(manifest, indent=1, sort_keys=True))
        partial = file.with_name(f".{file.name}.partial")
        try:
            _pack(partial, {_MANIFEST: described, **parts})
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
    return Kept(file, len(parts), file.stat().st_size)


@contextmanager
def verified(file: Path) -> Iterator[Whole]:
    """Unpack a backup beside it and check every part. Raises BackupError; nothing of the city has been touched then."""
    with tempfile.TemporaryDirectory(dir=_room_for(file.parent), prefix="restore-") as scratch:
        folder = Path(scratch)
        try:
            _unpack(file, folder)
            manifest = json.loads((folder / _MANIFEST).read_text())
        except (OSError, tarfile.TarError, ValueError) as error:
            raise _damaged(file, str(error)) from error
        if manifest.get("format") != FORMAT:
            raise BackupError(
                Text(
                    zh=f"{file} 的格式是 {manifest.get('format')}，本版本只认识 {FORMAT}。",
                    en=f"{file} has format {manifest.get('format')}; this version knows {FORMAT}.",
                )
            )
        _check_parts(file, folder, manifest["parts"])
        yield Whole(folder, manifest)


def refuse_overwriting(data: Path, *, replace: bool) -> None:
    """Raise BackupError if there is a city in the data folder and nobody asked to replace it."""
    data.mkdir(parents=True, exist_ok=True)
    if replace or Place(data).state() is None:
        return
    raise BackupError(
        Text(
            zh=f"{data} 里已有一座城市。要用备份覆盖它，请加 --replace；或用 TONGBAN_DATA 指明空文件夹。",
            en=f"There is a city in {data}. To overwrite it add --replace; or name an empty folder in TONGBAN_DATA.",
        )
    )


def restore(whole: Whole, *, data: Path) -> None:
    """Put a verified backup in the place of what is in the data folder. The database must run, the city must not. Raises BackupError."""
    place = Place(data)
    place.open(new=False)
    with place.held():
        _fill_database(whole.folder / _DUMP, data)
        for name in _FOLDERS:
            _exchange(whole.folder / name, data / name)
        _exchange(whole.folder / "city", data / "city")
        if (whole.folder / "clock").exists():
            shutil.copy(whole.folder / "clock", place.clock)
        demo = (whole.folder / "clock").exists()
        place.note(phase="ready", made_from="", demo=demo)


def _dump(into: Path, data: Path) -> None:
    done = Cluster(data).call("pg_dump", "--format=custom", f"--dbname={_address(data)}", into=into)
    if done.returncode:
        raise BackupError(Text(zh=f"pg_dump 未能完成：{done.stderr.strip()}", en=f"pg_dump failed: {done.stderr.strip()}"))


def _fill_database(dump: Path, data: Path) -> None:
    cluster = Cluster(data)
    if os.environ.get("DATABASE_URL"):
        _restore_into(cluster, dump, _address(data), "--clean", "--if-exists")
        return
    with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_RESTORING} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {_RESTORING} TEMPLATE template0")
        _restore_into(cluster, dump, cluster.url(database=_RESTORING))
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"ALTER DATABASE {_RESTORING} RENAME TO {DATABASE}")


def _restore_into(cluster: Cluster, dump: Path, address: str, *options: str) -> None:
    done = cluster.call("pg_restore", "--exit-on-error", *options, f"--dbname={address}", out_of=dump)
    if done.returncode:
        raise BackupError(Text(zh=f"pg_restore 未能完成：{done.stderr.strip()}", en=f"pg_restore failed: {done.stderr.strip()}"))


def _address(data: Path) -> str:
    return os.environ.get("OWNER_URL") or os.environ.get("DATABASE_URL") or Cluster(data).url(roles.OWNER)


def _schema(data: Path) -> dict[str, str]:
    with psycopg.connect(_address(data)) as connection:
        return dict(connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app").fetchall())


def _parts(data: Path) -> dict[str, Path]:
    found = {f"{folder}/{name}": path for folder in _FOLDERS for name, path in _below(data / folder).items()}
    clock_file = Place(data).clock
    return found | ({"clock": clock_file} if clock_file.exists() else {})


def _below(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")}


def _pack(into: Path, parts: dict[str, Path]) -> None:
    handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name, path in parts.items():
                tar.add(path, name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def _unpack(file: Path, folder: Path) -> None:
    """Regular files below the folder, and nothing else."""
    with tarfile.open(file) as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isreg() else None
            into = folder / member.name
            if source is None or not into.resolve().is_relative_to(folder.resolve()):
                raise tarfile.TarError(member.name)
            into.parent.mkdir(parents=True, exist_ok=True)
            with into.open("wb") as out:
                shutil.copyfileobj(source, out)
            into.chmod(0o600)


def _check_parts(file: Path, folder: Path, parts: dict[str, dict[str, object]]) -> None:
    present = set(_below(folder)) - {_MANIFEST}
    if missing := sorted(set(parts) - present):
        raise _damaged(file, f"missing {missing[0]}")
    if foreign := sorted(present - set(parts)):
        raise _damaged(file, f"not in the manifest: {foreign[0]}")
    for name, said in parts.items():
        if _digest(folder / name) != said["sha256"]:
            raise _damaged(file, f"SHA-256 of {name}")


def _exchange(fresh: Path, place: Path) -> None:
    """Put a folder in the place of another; the old one goes only when the new one stands."""
    old = place.with_name(f"{place.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    arriving = place.with_name(f"{place.name}.arriving")
    shutil.rmtree(arriving, ignore_errors=True)
    if fresh.exists():
        shutil.move(fresh, arriving)
    else:
        arriving.mkdir()
    if place.exists():
        place.rename(old)
    arriving.rename(place)
    place.chmod(0o700)
    shutil.rmtree(old, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _room_for(folder: Path) -> Path:
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir())


def _damaged(file: Path, what: str) -> BackupError:
    return BackupError(
        Text(
            zh=f"备份 {file} 已损坏（{what}），没有恢复任何内容。请用另一份备份。",
            en=f"The backup {file} is damaged ({what}); nothing was restored. Use another one.",
        )
    )
