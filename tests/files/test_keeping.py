"""Blob first, then row; only its owner reads it; orphans go."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.files import making
from tongban.files import blobs, reads
from tongban.files.acts import keep, sweep
from tongban.files.errors import FileNotFoundForOwnerError, LostContentError, WrongKindError
from tongban.files.models import File
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "files"


def kept(content: bytes, owner, name="图.jpg"):
    return keep(content, name=name, accept=("jpg", "pdf", "png"), max_bytes=1_000_000, owner=owner)


def on_disk(folder) -> list[str]:
    return sorted(path.name for path in folder.glob("??/*"))


def test_what_was_kept_is_read_again_byte_for_byte():
    owner = uuid7()
    content = making.jpg()
    file = kept(content, owner)
    assert reads.content(file.id, owner) == content
    assert (file.media_type, file.size, file.name) == ("image/jpeg", len(content), "图.jpg")
    assert reads.info([file.id, uuid7()]) == {file.id: file}
    assert reads.of_owner(owner) == (file,)


def test_another_owners_file_is_not_found_just_like_none_at_all():
    file = kept(making.jpg(), uuid7())
    for file_id, owner in ((file.id, uuid7()), (uuid7(), uuid7())):
        with pytest.raises(FileNotFoundForOwnerError) as caught:
            reads.content(file_id, owner)
        assert caught.value.status == 404


def test_the_same_content_sent_twice_by_one_owner_is_one_file(folder):
    owner = uuid7()
    assert kept(making.jpg(), owner) == kept(making.jpg(), owner, name="again.jpg")
    assert File.objects.count() == 1
    assert len(on_disk(folder)) == 1


def test_the_same_content_of_two_owners_is_two_files_and_one_blob(folder):
    one, two = uuid7(), uuid7()
    assert kept(making.jpg(), one).id != kept(making.jpg(), two).id
    assert len(on_disk(folder)) == 1


def test_a_refused_upload_leaves_neither_row_nor_blob(folder):
    with pytest.raises(WrongKindError):
        kept(b"hello", uuid7())
    assert not File.objects.exists()
    assert not on_disk(folder)


def test_the_blob_is_on_disk_before_its_row_and_a_crash_between_leaves_only_an_orphan(folder, monkeypatch):
    def crash(**_):
        assert len(on_disk(folder)) == 1
        raise SystemError("killed between blob and row")

    monkeypatch.setattr(File.objects, "get_or_create", crash)
    with pytest.raises(SystemError):
        kept(making.jpg(), uuid7())
    assert not File.objects.exists()
    assert sweep(timedelta(hours=1)) == 0
    age(folder, hours=2)
    assert sweep(timedelta(hours=1)) == 1
    assert not on_disk(folder)


def test_a_crash_while_writing_leaves_no_blob_under_its_name(folder, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        kept(making.jpg(), uuid7())
    assert not on_disk(folder)
    assert not File.objects.exists()


def age(folder, hours: int) -> None:
    for path in folder.glob("??/*"):
        stamp = time.time() - hours * 3600
        os.utime(path, (stamp, stamp))


def test_a_rolled_back_transaction_leaves_an_orphan_that_is_swept_and_what_is_named_stays(folder):
    owner = uuid7()
    stays = kept(making.jpg(), owner)
    with pytest.raises(RuntimeError), transaction.atomic():
        kept(making.png(), owner)
        raise RuntimeError
    age(folder, hours=48)
    assert len(on_disk(folder)) == 2
    assert sweep() == 1
    assert on_disk(folder) == [stays.sha256]
    assert reads.content(stays.id, owner) == making.jpg()


def test_an_unfinished_blob_of_a_killed_process_is_swept(folder):
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / ".abcd.1234").write_bytes(b"half")
    age(folder, hours=48)
    assert sweep() == 1


def test_an_orphan_that_is_sent_again_is_fresh_again(folder):
    blobs.write("ab" * 32, b"x")
    age(folder, hours=48)
    blobs.write("ab" * 32, b"x")
    assert sweep() == 0


def test_altered_or_missing_content_is_said_and_never_given(folder):
    owner = uuid7()
    file = kept(making.jpg(), owner)
    path = blobs.path(file.sha256)
    path.write_bytes(making.png())
    with pytest.raises(LostContentError):
        reads.content(file.id, owner)
    path.unlink()
    with pytest.raises(LostContentError):
        reads.content(file.id, owner)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_waits_for_those_who_keep(folder):
    """Keeping holds the shared lock until its row is committed; a sweep at that moment must not see an orphan."""
    owner = uuid7()
    swept: list[int] = []
    blobs.write("cd" * 32, b"old orphan")
    age(folder, hours=48)
    with transaction.atomic():
        kept(making.jpg(), owner)
        age(folder, hours=48)
        sweeper = threading.Thread(target=lambda: (swept.append(sweep()), connection.close()))
        sweeper.start()
        sweeper.join(0.3)
        assert not swept
    sweeper.join(10)
    assert swept == [1]
    assert len(on_disk(folder)) == 1
