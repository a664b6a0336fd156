"""Identity numbers as people type them: checked before anything else is done with them.

Sources: GB 11643-1999 (citizens: area 6, birth 8, order 3, check 1), GB 32100-2015 (unified social credit code). The area digits of a citizen's
number are not looked up: areas are abolished and numbers stay, and the demo's areas belong to nobody.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Literal

from tongban.kernel import ids
from tongban.kernel.text import Text
from tongban.parties.errors import IdentityError

_KEPT = Text("已填的内容都还在。", "Everything else is kept.")


def citizen_id(typed: str, today: date) -> str:
    """The number without blanks, in plain capital characters. Raises IdentityError, which says what is wrong with it."""
    number = plain(typed)
    if len(number) != 18:
        raise IdentityError(
            Text(
                f"身份证号应为18位，现在是{len(number)}位，请对照证件再输一次。{_KEPT.zh}",
                f"An ID number has 18 characters; this one has {len(number)}. Check it against the card. {_KEPT.en}",
            )
        )
    if not (number[:17].isascii() and number[:17].isdigit()):
        raise IdentityError(
            Text(
                f"身份证号前17位只能是数字，请对照证件再输一次。{_KEPT.zh}",
                f"The first 17 characters of an ID number are digits. Check it against the card. {_KEPT.en}",
            )
        )
    if not _is_birth(number[6:14], today):
        raise IdentityError(
            Text(
                f"身份证号中的出生日期（第7至14位）不是真实日期，请对照证件再输一次。{_KEPT.zh}",
                f"The date of birth in the ID number (characters 7 to 14) is no real date. Check it against the card. {_KEPT.en}",
            )
        )
    if not ids.is_citizen_id(number):
        raise IdentityError(
            Text(
                f"身份证号最后一位不对，请对照证件再输一次。{_KEPT.zh}",
                f"The last character of the ID number does not match the rest. Check it against the card. {_KEPT.en}",
            )
        )
    return number


def uscc(typed: str) -> str:
    """The unified social credit code without blanks, in plain capital characters. Raises IdentityError."""
    code = plain(typed)
    if len(code) != 18:
        raise IdentityError(
            Text(
                f"统一社会信用代码应为18位，现在是{len(code)}位，请对照营业执照再输一次。{_KEPT.zh}",
                f"A unified social credit code has 18 characters; this one has {len(code)}. Check it against the licence. {_KEPT.en}",
            )
        )
    if not ids.is_uscc(code):
        raise IdentityError(
            Text(
                f"统一社会信用代码校验不通过（代码中没有字母 I、O、Z、S、V），请对照营业执照再输一次。{_KEPT.zh}",
                f"This unified social credit code does not check (it never has the letters I, O, Z, S, V). Check it against the licence. {_KEPT.en}",
            )
        )
    return code


def plain(typed: str) -> str:
    """Without blanks and invisible characters; full-width characters as half-width ones (NFKC), letters as capitals."""
    seen = (character for character in unicodedata.normalize("NFKC", typed) if unicodedata.category(character)[0] not in "CZ")
    return unicodedata.normalize("NFKC", "".join(seen).upper())  # a mark that stood on a blank may now join a letter


def born(number: str) -> date:
    """The date of birth in a checked citizen's number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> Literal["female", "male"]:
    """The sex in a checked citizen's number: an odd order number is male."""
    return "male" if int(number[16]) % 2 else "female"


def age(birth: date, day: date) -> int:
    """Full years (周岁) on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def masked(number: str) -> str:
    """The number as it may be shown: the first six and the last two characters."""
    return number[:6] + "*" * (len(number) - 8) + number[-2:]


def _is_birth(digits: str, today: date) -> bool:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1850, 1, 1) <= birth <= today
