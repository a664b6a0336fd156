"""Nobody loses typed text: every form of the desk with free text keeps it in its tab until a page says that it was done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongban.faces import desk as face

TEMPLATES = Path(face.__file__).parent / "templates" / "desk"
FORM = re.compile(r'<form\b(?P<told>(?:[^>"]|"[^"]*")*method="post"(?:[^>"]|"[^"]*")*)>(?P<inside>.*?)</form>', re.DOTALL)
FREE_TEXT = re.compile(r'<textarea|class="govuk-input|\bform_?\.(?:text|long_text|question)\(|\b(?:words_field|act_field|reason)\(')
TYPED_AGAIN = {("upload.html", "/apply")}
"""A number that is typed to confirm what is seen, and is to be typed anew when that has changed."""


def forms() -> list[tuple[str, str, str]]:
    return [
        (path.name, found["told"], found["inside"])
        for path in sorted(TEMPLATES.glob("*.html"))
        for found in FORM.finditer(path.read_text(encoding="utf-8"))
    ]


def test_the_desk_s_forms_are_found() -> None:
    written = sum(path.read_text(encoding="utf-8").count('method="post"') for path in TEMPLATES.glob("*.html"))
    assert len(forms()) == written > 10


@pytest.mark.parametrize(("template", "told", "inside"), forms())
def test_a_form_with_free_text_keeps_it(template: str, told: str, inside: str) -> None:
    """But one that only looks something up (`data-again`), and the number that confirms."""
    confirms = any(template == name and part in told for name, part in TYPED_AGAIN)
    if FREE_TEXT.search(inside) and "data-again" not in told and not confirms:
        assert "data-keep=" in told


def test_what_is_kept_is_let_go_of_where_it_was_done() -> None:
    """Every place that keeps has a page that says `data-kept` with the beginning of its address."""
    text = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html")}
    let_go = {"ending.html": "parts.html", "rate-for.html": "parts.html", "correct.html": "reporting.html", "site-task.html": "site.html"}
    let_go |= {"policy-withdraw.html": "policy-withdrawn.html"}
    keeping = [name for name, page in text.items() if "data-keep=" in page]
    assert len(keeping) >= 6
    for name in keeping:
        assert "data-kept=" in text[let_go.get(name, name)], name
