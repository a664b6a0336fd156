"""Typst source and data in, PDF out.

Invariants: whatever a person wrote reaches the page through `sys.inputs` or as an image, never as Typst source; fonts are this program's own and,
where the city has them, those in the data folder's `fonts/`; the same paper gives the same bytes; nothing is loaded from elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import typst
from pylopdf_fonts_zh_cn import serif_path

from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text

STANDARDS: Final = ("a-2a", "ua-1")
"""Archival with structure (ISO 19005-2, level A) and accessible (ISO 14289-1)."""


class PaperError(TongbanError):
    """A template or its data cannot be set."""

    status = 500

    def __init__(self, detail: str) -> None:
        super().__init__(
            Text(
                zh="文书排版失败，没有生成。请告知管理员。",
                en="The paper could not be set, so none was made. Please tell an administrator.",
            )
        )
        self.add_note(detail)


def pdf(source: str, inputs: dict[str, str], images: Mapping[str, bytes]) -> bytes:
    """A PDF of one Typst source. `inputs` are `sys.inputs`; `images` are files by name, found by the source at `/name`. Raises PaperError."""
    files: dict[str, bytes] = {"main.typ": source.encode(), **images}
    try:
        # the package takes files by name; its stubs do not say so
        made: bytes = typst.compile(  # type: ignore[call-overload]
            files, sys_inputs=inputs, font_paths=_fonts(), ignore_system_fonts=True, pdf_standards=list(STANDARDS), timestamp=0
        )
    except typst.TypstError as error:
        raise PaperError(str(error.diagnostic)) from error
    return made


@cache
def source(name: str) -> str:
    """One of this room's own templates."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def _fonts() -> typst.Fonts:
    folders = [str(serif_path().parent)]
    own = Path(os.environ.get("TONGBAN_DATA", ".tongban")) / "fonts"
    if own.is_dir():
        folders.append(str(own))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
