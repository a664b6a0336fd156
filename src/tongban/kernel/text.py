"""Bilingual text. Invariant: both languages are present; a text without one of them does not exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Lang = Literal["zh", "en"]
_UNKEPT: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ud800-\\udfff]")
LANGS: Final[tuple[Lang, Lang]] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and English."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The sentence in one language."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Both sentences with the same values filled in; a `Text` value is filled in by its own language."""
        return Text(
            zh=self.zh.format(**{name: _in(value, "zh") for name, value in values.items()}),
            en=self.en.format(**{name: _in(value, "en") for name, value in values.items()}),
        )

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def plain(typed: str) -> str:
    """What somebody typed, as it can be kept: without control characters (line breaks and tabs stay) and lone surrogates."""
    return _UNKEPT.sub("", typed)


def _in(value: object, lang: Lang) -> object:
    return value.in_(lang) if isinstance(value, Text) else value
