"""Nothing about a particular city stands in Python: it is all declared."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CITIES = sorted(path.parent for path in (ROOT / "cities").glob("*/city.yaml"))


def test_there_is_a_declared_city():
    assert CITIES


def test_no_python_file_names_a_city():
    """By its folder, by its titles, or by the front of its area codes."""
    words = {word for city in CITIES for word in names_of(city)}
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for word in words
        if re.search(rf"(?<![0-9a-zA-Z]){re.escape(word)}", path.read_text(), re.IGNORECASE)
    ]
    assert not found


def test_no_python_file_names_a_declared_service():
    files = [path for city in CITIES for path in (city / "services").rglob("*.yaml")]
    services = {match[1] for path in files if (match := re.search(r"^service:\s*(\S+)", path.read_text(), re.MULTILINE))}
    found = [
        f"{path.relative_to(ROOT)}: {service}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for service in services
        if re.search(rf"\b{re.escape(service)}\b", path.read_text())
    ]
    assert services
    assert not found


def names_of(city: Path) -> set[str]:
    text = (city / "city.yaml").read_text()
    zh, en = re.search(r"zh:\s*([^,}\s]+)", text), re.search(r"en:\s*\"?([A-Za-z]+)", text)
    assert zh
    assert en
    return {city.name, zh[1].removesuffix("市"), en[1]}
