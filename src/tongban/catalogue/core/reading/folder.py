"""Which files a city folder holds. The only place of this room's core that touches a disk.

Invariants: every file either has a kind, or is passed over by name (README.md, LICENSE, dot files, `demo/`), or is a fault: a misspelt file is never
silently left out. Links are not followed out of the folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tongban.catalogue.errors import CityFaults
from tongban.kernel.text import Text
from tongban.rules.core import Fault
from tongban.rules.core.faults import nearest

MAX_FILES: Final = 5000
_ID = r"([a-z0-9]+(?:-[a-z0-9]+)*)"
LAYOUT: Final = {
    "city": re.compile(r"city\.yaml"),
    "areas": re.compile(r"areas\.geojson"),
    "roles": re.compile(r"roles\.yaml"),
    "messages": re.compile(r"messages\.yaml"),
    "ratings": re.compile(r"ratings\.yaml"),
    "reporting": re.compile(r"reporting\.yaml"),
    "calendar": re.compile(r"calendar/([0-9]{4})\.yaml"),
    "department": re.compile(rf"departments/{_ID}\.yaml"),
    "resource": re.compile(rf"resources/({_ID[1:-1]}/{_ID[1:-1]})\.yaml"),
    "procedure": re.compile(rf"procedures/{_ID}\.yaml"),
    "credential": re.compile(rf"credentials/{_ID}\.yaml"),
    "letter": re.compile(rf"letters/{_ID}\.yaml"),
    "system": re.compile(rf"systems/{_ID}\.yaml"),
    "pools": re.compile(r"pools\.yaml"),
    "profile": re.compile(rf"profiles/{_ID}\.yaml"),
    "policy": re.compile(rf"policies/({_ID[1:-1]}(?:/[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})?)\.yaml"),
    "library": re.compile(r"library/([0-9]{12})\.yaml"),
    "service": re.compile(rf"services/{_ID}(?:/service)?\.yaml"),
    "bundle": re.compile(rf"bundles/{_ID}\.yaml"),
}
LATER: Final = ("passes", "warnings", "screens")
_PASSED_OVER: Final = re.compile(r"(.*/)?(\.[^/]*|README\.md|LICENSE|NOTICE)|demo/.*|(.*/)?\.[^/]*/.*")
_FOLDERS: Final = (
    "calendar",
    "departments",
    "resources",
    "procedures",
    "credentials",
    "letters",
    "systems",
    "library",
    "services",
    "bundles",
    "profiles",
    "policies",
)
_SINGLE: Final = ("city.yaml", "areas.geojson", "roles.yaml", "messages.yaml", "ratings.yaml", "reporting.yaml", "pools.yaml")


class Declared(NamedTuple):
    """One file with its kind and the name that its path gives it."""

    kind: str
    name: str
    path: str
    content: bytes


def load(folder: Path) -> dict[str, bytes]:
    """The declared files of a folder by their path inside it. Raises CityFaults if it is no city folder."""
    if not (folder / "city.yaml").is_file():
        message = Text("这里没有 city.yaml，不是城市文件夹", "there is no city.yaml here: this is not a city folder")
        raise CityFaults([Fault(str(folder), 1, 1, message)])
    root = folder.resolve()
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not _PASSED_OVER.fullmatch(name):
            if not path.resolve().is_relative_to(root):
                outside = Text(
                    "这个链接指向城市文件夹之外；请放入文件本身", "this link leads out of the city's folder; put the file itself here"
                )
                raise CityFaults([Fault(path.as_posix(), 1, 1, outside)])
            found[name] = path.read_bytes()
            if len(found) > MAX_FILES:
                raise CityFaults([Fault(name, 1, 1, Text(f"文件超过 {MAX_FILES} 个", f"more than {MAX_FILES} files"))])
    return found


def sort(files: Mapping[str, bytes], prefix: str, faults: list[Fault]) -> list[Declared]:
    """Every file with its kind; a file of no kind is a fault, and so is a required file that is missing."""
    found: list[Declared] = []
    taken: dict[tuple[str, str], str] = {}
    for name in sorted(files):
        declared = _declared(name, files[name], prefix)
        if declared is None:
            faults.append(Fault(prefix + name, 1, 1, *_no_kind(name)))
            continue
        earlier = taken.setdefault((declared.kind, declared.name), name)
        if earlier != name:
            faults.append(Fault(prefix + name, 1, 1, Text(f"与 {earlier} 重复", f"{earlier} declares the same")))
            continue
        found.append(declared)
    kinds = {declared.kind for declared in found}
    for kind, name in (("city", "city.yaml"), ("areas", "areas.geojson"), ("roles", "roles.yaml"), ("calendar", "calendar/2026.yaml")):
        if kind not in kinds:
            faults.append(Fault(prefix + name, 1, 1, Text(f"缺少文件 {name}", f"the file {name} is missing")))
    return found


def _declared(name: str, content: bytes, prefix: str) -> Declared | None:
    for kind, pattern in LAYOUT.items():
        if match := pattern.fullmatch(name):
            return Declared(kind, match[1] if match.groups() else kind, prefix + name, content)
    return None


def _no_kind(name: str) -> tuple[Text, str | None]:
    top, _, rest = name.partition("/")
    if top in LATER:
        return Text(f"“{top}/”尚不支持；请先移走", f"“{top}/” is not yet supported; move it away for now"), None
    if not rest:
        return Text("不认识这个文件", "this file has no known kind"), nearest(name, _SINGLE)
    if top not in _FOLDERS:
        near = nearest(top, _FOLDERS)
        return Text("不认识这个文件夹", "this folder has no known kind"), f"{near}/{rest}" if near else None
    shape = {
        "resources": "resources/<department>/<name>.yaml",
        "services": "services/<id>/service.yaml",
        "policies": "policies/<id>.yaml | policies/<id>/<YYYY-MM-DD>.yaml",
        "library": "library/<12 digits>.yaml",
    }.get(top, f"{top}/<id>.yaml")
    return Text(f"文件名不对：应为 {shape}，小写", f"the file's name is wrong: it must be {shape}, in lower case"), None
