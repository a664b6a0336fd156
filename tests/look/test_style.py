"""The style sheet and what is vendored: contrast, weight, checksums, nothing from elsewhere, red for the seal alone."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

import tongban

STATIC = Path(tongban.__file__).parent / "look" / "static" / "look"
CSS = (STATIC / "tongban.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", CSS))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("paper", "white", "warm", "blue-wash", "amber-wash", "green-wash")


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", ["ink", "blue", "second", "amber", "green"])
def test_every_text_colour_is_legible_on_every_ground(colour, ground):
    assert contrast(TOKENS[colour], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(
    ("colour", "stated"), [("ink", 14.9), ("blue", 10.9), ("second", 5.7), ("amber", 6.1), ("green", 6.0), ("seal", 6.2)]
)
def test_the_palette_has_the_contrast_that_was_decided(colour, stated):
    assert contrast(TOKENS[colour], TOKENS["paper"]) == pytest.approx(stated, abs=0.15)


@pytest.mark.parametrize("ground", ["blue", "ink", "amber"])
def test_white_is_legible_on_what_is_filled(ground):
    assert contrast("#FFFFFF", TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("tint", range(5))
def test_names_are_legible_on_every_tint_of_the_map(tint):
    ground = re.search(rf"\.tb-area--{tint} polygon {{ fill: (#\w+)", CSS).group(1)
    assert contrast("#FFFFFF" if tint >= 3 else TOKENS["ink"], ground) >= 4.5


def test_a_border_of_an_input_can_be_seen():
    assert contrast(TOKENS["second"], TOKENS["white"]) >= 3


def test_red_is_the_seal_alone():
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*var\(--seal\)[^{}]*)\}", CSS):
        assert "tb-seal" in selector, body
    vendored = (STATIC / "vendor" / "govuk.css").read_text(encoding="utf-8").lower()
    for red in ("#ca3535", "#982828", "#651b1b", "#f4d7d7", "#b3261e"):
        assert red not in vendored


def test_no_colour_stands_outside_the_palette():
    rest = CSS.split("}", 1)[1]
    allowed = {colour.lower() for colour in TOKENS.values()} | {"#000"}
    tints = {colour.lower() for colour in re.findall(r"tb-area--\d polygon \{ fill: (#\w+)", CSS)}
    assert {colour.lower() for colour in re.findall(r"#[0-9A-Fa-f]{3,6}\b", rest)} <= allowed | tints


def test_nothing_is_italic_spaced_out_or_a_gradient():
    assert "italic" not in CSS
    assert "letter-spacing" not in CSS
    assert "gradient" not in CSS


def test_the_sizes_are_those_that_were_decided():
    body = 1.125 * 16
    wide = CSS.split("@media", 1)[0]
    percent = {name: float(value) / 100 for name, value in re.findall(r"html\.([\w.-]+) \{ font-size: ([\d.]+)%", wide)}
    assert body == 18
    assert body * percent["elder"] >= 24
    assert body * percent["size-largest"] >= 30
    assert body * percent["desk"] == pytest.approx(14, abs=0.01)
    assert re.search(r"html\.elder \{[^}]*--target: max\(60px", CSS)
    assert re.search(r"html\.desk \{[^}]*--line: 1\.5;[^}]*--target: 36px", CSS)
    assert "--line: 1.75;" in CSS
    assert "--measure: 36em" in CSS


def test_what_is_vendored_is_what_was_fetched():
    manifest = dict(reversed(line.split()) for line in (STATIC / "vendor" / "MANIFEST.sha256").read_text().splitlines())
    kept = {path.name for path in (STATIC / "vendor").iterdir()} - {"MANIFEST.sha256"}
    assert kept == set(manifest)
    for name, digest in manifest.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_each_vendored_work_has_its_licence():
    names = {path.name for path in (STATIC / "vendor").iterdir()}
    assert {"govuk-frontend.LICENSE.txt", "htmx.LICENSE.txt"} <= names


@pytest.mark.parametrize("path", [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}], ids=lambda path: path.name)
def test_nothing_is_loaded_from_another_host(path):
    text = path.read_text(encoding="utf-8")
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text)) - {"http://www.w3.org"}
    assert not addresses
    assert "@import" not in text
    assert "GDS Transport" not in text


def test_our_own_script_is_small_and_evaluates_nothing():
    script = (STATIC / "tongban.js").read_text(encoding="utf-8")
    assert len(script.encode()) <= 10_240
    for word in ("eval(", "new Function", "document.write", "innerHTML ="):
        assert word not in script


def test_style_and_script_leave_room_for_the_page():
    weight = sum(
        len(gzip.compress(path.read_bytes(), 6))
        for path in (STATIC / "vendor" / "govuk.css", STATIC / "vendor" / "htmx.js", STATIC / "tongban.css", STATIC / "tongban.js")
    )
    assert weight <= 40_000
