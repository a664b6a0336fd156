"""The texts of each screen, one reviewed YAML file a screen: `<room>/texts/<screen>.yaml`, every key with `zh` and `en`.

Invariants: a text without one of its languages does not exist (the file is refused); a key that a template asks for and the file lacks is an
error, never an empty place; Chinese is not inflected, so only English may have the forms `one` and `other`, chosen by `n`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

import tongban
from tongban.kernel.text import Lang, Text
from tongban.look.errors import MissingTextError, TextFileError

PACKAGE = Path(tongban.__file__).parent
Forms = Mapping[str, str]


class Screen:
    """The texts of one screen in one language: `t.title`, or `t("left", n=3)` with the values to fill in."""

    __slots__ = ("_lang", "_name", "_texts")

    def __init__(self, name: str, texts: Mapping[str, Mapping[Lang, Forms]], lang: Lang) -> None:
        self._name = name
        self._texts = texts
        self._lang = lang

    def __getattr__(self, key: str) -> str:
        return self._form(key, 1)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with values filled in; a `Text` among the values speaks the screen's language. Raises MissingTextError."""
        count = values.get("n", 1)
        shown = {name: value.in_(self._lang) if isinstance(value, Text) else value for name, value in values.items()}
        return self._form(key, count if isinstance(count, int) else 1).format(**shown)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def _form(self, key: str, count: int) -> str:
        try:
            forms = self._texts[key][self._lang]
        except KeyError:
            raise MissingTextError(self._name, key) from None
        return forms["one"] if count == 1 and "one" in forms else forms["other"]


def screen(name: str | Iterable[str], lang: Lang) -> Screen:
    """The texts of `room/screen`, or of several that have no key in common. Raises TextFileError."""
    names = (name,) if isinstance(name, str) else tuple(name)
    together: dict[str, Mapping[Lang, Forms]] = {}
    for each in names:
        more = read(path_of(each))
        if twice := together.keys() & more.keys():
            raise TextFileError(each, f"{', '.join(sorted(twice))} stand in another screen of the page too")
        together |= more
    return Screen(" + ".join(names), together, lang)


def path_of(name: str) -> Path:
    """Where a screen's texts stand: `portal/home` is `faces/portal/texts/home.yaml`. Raises TextFileError."""
    room, _, leaf = name.partition("/")
    for folder in (PACKAGE / room, PACKAGE / "faces" / room):
        path = folder / "texts" / f"{leaf}.yaml"
        if leaf and path.is_file():
            return path
    raise TextFileError(name, f"no file {room}/texts/{leaf or '?'}.yaml")


def files() -> tuple[Path, ...]:
    """Every room's file of texts."""
    return tuple(sorted([*PACKAGE.glob("*/texts/*.yaml"), *PACKAGE.glob("faces/*/texts/*.yaml")]))


def read(path: Path) -> Mapping[str, Mapping[Lang, Forms]]:
    """The texts of one file by key and language; read again when the file changes. Raises TextFileError."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int) -> Mapping[str, Mapping[Lang, Forms]]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)  # noqa: S506 - a SafeLoader that knows strings only
    except yaml.YAMLError as error:
        raise TextFileError(str(path), str(error)) from error
    if not isinstance(found, dict):
        raise TextFileError(str(path), "not a mapping of keys to {zh, en}")
    return {str(key): _text(path, str(key), value) for key, value in found.items()}


def _text(path: Path, key: str, value: object) -> Mapping[Lang, Forms]:
    where = f"{path.name}: {key}"
    if not key.isidentifier() or key.startswith("_"):
        raise TextFileError(where, "a key is letters, digits and _, for templates write t.key")
    if not isinstance(value, dict) or set(value) != {"zh", "en"}:
        raise TextFileError(where, "needs exactly zh and en")
    zh, en = value["zh"], value["en"]
    forms = en if isinstance(en, dict) else {"other": en}
    if set(forms) - {"one", "other"} or "other" not in forms:
        raise TextFileError(where, "the English forms are `one` and `other`")
    for part in (zh, *forms.values()):
        if not isinstance(part, str) or not part:
            raise TextFileError(where, "a text is empty or not a string (quote it)")
    return {"zh": {"other": zh}, "en": forms}


class _Strict(yaml.SafeLoader):
    """Strings only, and no key twice."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[object, object]:
    found: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strict.yaml_implicit_resolvers = {}
_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)
