"""What counters go by: which channel tells how surely who somebody is, from which document, and how its cases are counted.

Sources: 国办发〔2020〕45号 (help for who has no telephone), GB/T 39734-2020 (channels). A name spoken on the telephone or written in a letter is no check of a
document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from tongban.kernel.text import Text
from tongban.parties.core.people import IdentityLevel

LEVELS: Final[tuple[IdentityLevel, ...]] = ("named", "live", "counter")
"""From the least sure to the surest."""
NEEDED: Final[Mapping[IdentityLevel, Text]] = {
    "named": Text("实名", "the applicant is named"),
    "live": Text("本人刷脸核验", "the applicant's face is checked"),
    "counter": Text("窗口核对证件原件", "an official looks at the applicant's document"),
}
ASSISTED: Final[Mapping[str, IdentityLevel]] = {
    "window": "counter",
    "home": "counter",
    "kiosk": "counter",
    "phone": "named",
    "mail": "named",
}
"""The channels in which an official assists, and how surely each tells who the person is."""
CARDS: Final = ("id-card", "temporary-id-card", "household-book", "social-security-card", "military-card")
DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "window": CARDS,
    "home": CARDS,
    "kiosk": ("id-card",),
    "phone": ("spoken",),
    "mail": ("copy",),
}
"""By channel, what may have been looked at."""
DOCUMENT_TITLES: Final[Mapping[str, Text]] = {
    "id-card": Text("居民身份证", "identity card"),
    "temporary-id-card": Text("临时居民身份证", "temporary identity card"),
    "household-book": Text("户口簿", "household book"),
    "social-security-card": Text("社会保障卡", "social security card"),
    "military-card": Text("军人证件", "military card"),
    "spoken": Text("口述的姓名和身份证号", "name and number as they were said"),
    "copy": Text("证件复印件", "copy of a document"),
}
Kind = Literal["online", "assisted", "paper"]
KINDS: Final[tuple[Kind, ...]] = ("online", "assisted", "paper")


def suffices(have: IdentityLevel, needed: IdentityLevel) -> bool:
    """Whether somebody is known surely enough."""
    return LEVELS.index(have) >= LEVELS.index(needed)


def kind_of(channel: str, *, assisted: bool, has_account: bool) -> Kind:
    """How a case counts: done alone online, with an official's help, or on paper by somebody who could not have done it online."""
    if not assisted:
        return "online"
    return "paper" if channel == "mail" or (channel == "window" and not has_account) else "assisted"
