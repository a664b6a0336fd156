"""Texts of screens: both languages or nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongban.kernel.text import Text
from tongban.look import texts
from tongban.look.errors import MissingTextError, TextFileError

_HOLES = re.compile(r"\{(\w*)\}")


@pytest.mark.parametrize("path", texts.files(), ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_every_text_of_every_screen_has_both_languages(path):
    for forms in texts.read(path).values():
        assert forms["zh"]["other"]
        assert forms["en"]["other"]


@pytest.mark.parametrize("path", texts.files(), ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_both_languages_have_the_same_places_to_fill_in(path):
    for key, forms in texts.read(path).items():
        chinese = set(_HOLES.findall(forms["zh"]["other"]))
        english = set(_HOLES.findall(forms["en"]["other"]))
        assert chinese == english, f"{path.name}: {key}"
        assert set(_HOLES.findall(forms["en"].get("one", ""))) <= english, f"{path.name}: {key}"


def test_nobody_is_called_dear_or_told_sorry():
    for path in texts.files():
        said = "".join(forms["zh"]["other"] for forms in texts.read(path).values())
        for word in ("亲，", "抱歉哦", "温馨提示"):
            assert word not in said, path


def test_english_counts_and_chinese_does_not():
    english, chinese = texts.screen("look/words", "en"), texts.screen("look/words", "zh")
    assert english("clock_left_working", n=1) == "1 working day left"
    assert english("clock_left_working", n=3) == "3 working days left"
    assert chinese("clock_left_working", n=1) == "还剩 1 个工作日"


def test_a_bilingual_value_speaks_the_language_of_the_screen():
    assert texts.screen("look/words", "en")("acting_for", name=Text(zh="王秀英", en="Wang Xiuying")) == "acting for Wang Xiuying"


def test_a_missing_key_is_an_error():
    words = texts.screen("look/words", "zh")
    with pytest.raises(MissingTextError):
        _ = words.nothing_like_this
    with pytest.raises(MissingTextError):
        words("nothing_like_this", n=2)


def test_a_missing_screen_is_an_error():
    for name in ("look/no-such-screen", "look", "look/../texts/words"):
        with pytest.raises(TextFileError):
            texts.path_of(name) if ".." not in name else texts.screen("look/words/..", "zh")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("title: {zh: 标题}", "exactly zh and en"),
        ("title: {zh: 标题, en: ''}", "empty"),
        ("title: {zh: 标题, en: {one: One}}", "one"),
        ("title: {zh: 一, en: One}\ntitle: {zh: 二, en: Two}", "twice"),
        ("two words: {zh: 一, en: One}", "t.key"),
        ("_class: {zh: 一, en: One}", "t.key"),
        ("- a", "not a mapping"),
        ("title: {zh: [一], en: One}", "not a string"),
        ("title: {zh: 一, en: &a One}\nother: *a", "zh and en"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, written, why):
    path = tmp_path / "screen.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(TextFileError) as caught:
        texts.read(path)
    assert why in str(caught.value)


def test_yes_and_no_stay_words(tmp_path: Path):
    path = tmp_path / "screen.yaml"
    path.write_text("answer: {zh: 是, en: yes}\nnumber: {zh: 一, en: 1}", encoding="utf-8")
    assert texts.read(path)["answer"]["en"]["other"] == "yes"
    assert texts.read(path)["number"]["en"]["other"] == "1"


def test_a_changed_file_is_read_again(tmp_path: Path):
    path = tmp_path / "screen.yaml"
    path.write_text("title: {zh: 旧, en: Old}", encoding="utf-8")
    assert texts.read(path)["title"]["en"]["other"] == "Old"
    path.write_text("title: {zh: 新, en: New}", encoding="utf-8")
    import os

    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000))
    assert texts.read(path)["title"]["en"]["other"] == "New"


def test_two_screens_of_one_page_cannot_call_different_things_by_one_key():
    """`late` of one was once shown where `late` of the other was meant."""
    with pytest.raises(texts.TextFileError, match="another screen"):
        texts.screen(("portal/apply", "portal/apply"), "zh")
