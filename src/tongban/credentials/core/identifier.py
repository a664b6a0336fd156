"""Identifiers of electronic licences (GB/T 36904-2018).

Invariant: one wrong character, or two neighbours swapped, is detected (ISO 7064 MOD 37,36 over the four middle parts joined).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from tongban.kernel.ids import check_character, is_checked

ROOT: Final = "1.2.156.3005.2"
_SHAPE: Final = re.compile(re.escape(ROOT) + r"\.([0-9A-Z]{21})\.([0-9A-Z]{18})\.([0-9A-Z]{1,22})\.(\d{3})\.([0-9A-Z])")


@dataclass(frozen=True)
class Identifier:
    """`type_code`: the defining authority's 18 characters and 3 digits; `issuer`: 18 characters; `version`: 1 to 999."""

    type_code: str
    issuer: str
    serial: str
    version: int

    @property
    def text(self) -> str:
        """The identifier as it is printed. Raises ValueError when a part does not have its form."""
        middle = f"{self.type_code}.{self.issuer}.{self.serial}.{self.version:03d}"
        whole = f"{ROOT}.{middle}.{check_character(middle.replace('.', ''))}"
        if not _SHAPE.fullmatch(whole):
            raise ValueError(whole)
        return whole

    def next_version(self) -> Identifier:
        """The identifier of the reissued credential."""
        return replace(self, version=self.version + 1)


def parse(text: str) -> Identifier | None:
    """The parts of an identifier; None when its form or its check character is wrong."""
    match = _SHAPE.fullmatch(text)
    if not match or not is_checked("".join(match.groups())):
        return None
    return Identifier(match[1], match[2], match[3], int(match[4]))


def tidy(typed: str) -> str:
    """What a person typed or copied, without spaces, in capitals, full-width characters made plain."""
    plain = "".join(chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character for character in typed)
    return re.sub(r"\s+", "", plain).replace("。", ".").upper()
