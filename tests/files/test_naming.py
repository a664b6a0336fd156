"""Names come from strangers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.files.core.naming import clean_name


@pytest.mark.parametrize(
    ("given_name", "kind", "kept"),
    [
        ("厨房布局图（最终版）.pdf", "pdf", "厨房布局图（最终版）.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("..\\..\\windows\\system32\\图.JPEG", "jpg", "图.jpeg"),
        ("/", "png", "材料.png"),
        ("", "pdf", "材料.pdf"),
        ("...", "pdf", "材料.pdf"),
        ("扫描件.pdf", "jpg", "扫描件.jpg"),
        ("照片.jpg.exe", "jpg", "照片.jpg.exe.jpg"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "pdf", "abSet-Cookie x.pdf"),
        ("照片\u202egpj.exe", "jpg", "照片gpj.exe.jpg"),
        ("cafe\u0301.png", "png", "café.png"),
        (".htaccess", "pdf", "htaccess.pdf"),
        ('a"b<c>|d?.pdf', "pdf", "abcd.pdf"),
    ],
)
def test_a_name_is_kept_readable_and_harmless(given_name, kind, kept):
    assert clean_name(given_name, kind) == kept


@given(st.text(max_size=400), st.sampled_from(["pdf", "jpg", "png"]))
def test_any_name_becomes_one_that_any_system_can_write(name, kind):
    kept = clean_name(name, kind)
    assert 0 < len(kept) <= 100
    assert not set(kept) & set('/\\:*?"<>|\0\r\n')
    assert not kept.startswith(".")
    assert kept.endswith((".pdf", ".jpg", ".jpeg", ".png"))
    assert all(unicodedata.category(character) not in {"Cc", "Cf"} for character in kept)


@given(st.text(max_size=400), st.sampled_from(["pdf", "jpg", "png"]))
def test_cleaning_twice_changes_nothing(name, kind):
    assert clean_name(clean_name(name, kind), kind) == clean_name(name, kind)
