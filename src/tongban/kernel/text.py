"""Bilingual text. Invariant: both languages are present; a text without one of them does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
        return Text(zh=self.zh.format_map(_Told(values, "zh")), en=self.en.format_map(_Told(values, "en")))

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def listed(texts: Iterable[Text]) -> Text:
    """Several texts as one list: `甲、乙`, `a, b`."""
    told = list(texts)
    return Text("、".join(one.zh for one in told), ", ".join(one.en for one in told))


def plain(typed: str) -> str:
    """What somebody typed, as it can be kept: without control characters (line breaks and tabs stay) and lone surrogates."""
    return _UNKEPT.sub("", typed)


class _Told(Mapping[str, object]):
    """Values in one language, told only where a sentence asks for them: letters offer dozens and use a few."""

    def __init__(self, values: Mapping[str, object], lang: Lang) -> None:
        self._values, self._lang = values, lang

    def __getitem__(self, name: str) -> object:
        value = self._values[name]
        return value.in_(self._lang) if isinstance(value, Text) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
