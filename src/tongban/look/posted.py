"""What a form sent, as one string a question. Invariant: nothing typed is lost: what is not a date comes back as it was typed, to be refused in words."""

from __future__ import annotations

from collections.abc import Mapping


def posted(kind: str, name: str, sent: Mapping[str, str]) -> str | None:
    """The typed answer to a question of a catalogue type; None when the form did not ask it, "" when it was left empty.

    A date's three inputs `<name>-year`, `-month`, `-day` become `2026-03-05`. A file's answer is the id of the file kept before (`<name>-kept`).
    """
    if kind == "date":
        parts = [sent.get(f"{name}-{part}") for part in ("year", "month", "day")]
        return None if all(part is None for part in parts) else _date([(part or "").strip() for part in parts])
    found = sent.get(f"{name}-kept" if kind == "file" else name)
    return None if found is None else found.strip()


def _date(parts: list[str]) -> str:
    if not any(parts):
        return ""
    year, month, day = parts
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}" if all(part.isascii() and part.isdigit() for part in parts) else "-".join(parts)
