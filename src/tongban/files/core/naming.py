"""A name fit to keep and to show. Invariant: no path, no control or direction character, at most 100 characters, the extension of its real kind."""

from __future__ import annotations

import unicodedata

_LONGEST = 100
_FORBIDDEN = frozenset('/\\:*?"<>|')
_EXTENSIONS = {"pdf": (".pdf",), "jpg": (".jpg", ".jpeg"), "png": (".png",)}


def clean_name(name: str, kind: str) -> str:
    """The last part of a path, composed (NFC), with the extension that fits the content; 材料 when nothing is left."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in unicodedata.normalize("NFC", last) if _may_show(character))
    stem, extension = _split(shown.strip(" ."), kind)
    return (stem.strip(" .")[: _LONGEST - len(extension)] or "材料") + extension


def _split(name: str, kind: str) -> tuple[str, str]:
    own = _EXTENSIONS[kind]
    for extension in (ending for endings in _EXTENSIONS.values() for ending in endings):
        if name.lower().endswith(extension):
            stem = name[: -len(extension)]
            return (stem, name[-len(extension) :].lower()) if extension in own else (stem, own[0])
    return name, own[0]


def _may_show(character: str) -> bool:
    # Cc and Cf hold control, zero-width and direction-override characters: with them 照片gpj.exe reads as 照片exe.jpg
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and character not in _FORBIDDEN
