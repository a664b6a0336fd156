"""What a reader may rely on in every file: its size, its name, and that it has content."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tongban"
MODULES = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]
JUNK = {"util", "utils", "helper", "helpers", "common", "misc", "service", "services", "manager", "managers"}


def test_no_module_is_longer_than_400_lines():
    long = {name(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 400}
    assert not long


def test_no_function_is_longer_than_40_lines():
    long = {f"{name(path)}:{node.lineno} {node.name}": size for path in MODULES for node in functions(path) if (size := length(node)) > 40}
    assert not long


def test_no_module_is_a_junk_drawer():
    assert not [name(path) for path in MODULES if {path.stem, *path.parent.relative_to(SOURCE).parts} & JUNK]


def test_a_module_says_what_it_is_for():
    silent = [name(path) for path in MODULES if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_a_file_exists_only_if_it_has_content():
    hollow = [name(path) for path in MODULES if path.name != "__init__.py" and len(ast.parse(path.read_text()).body) < 2]
    assert not hollow


def test_every_room_has_a_page_about_itself():
    rooms = [path for path in SOURCE.iterdir() if (path / "__init__.py").exists() and path.name != "faces"]
    rooms += [path for path in (SOURCE / "faces").iterdir() if (path / "__init__.py").exists()]
    assert not [name(room) for room in rooms if not (room / "README.md").exists()]
    wanting = {
        name(room): [word for word in ("Takes", "Gives", "Keeps", "Words") if word not in (room / "README.md").read_text()]
        for room in rooms
        if "faces" not in room.parts
    }
    assert not {room: words for room, words in wanting.items() if words}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of signature and body; what is said about it does not count."""
    said = node.body[0] if ast.get_docstring(node) else None
    docstring = (said.end_lineno or said.lineno) - said.lineno + 1 if said else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
