"""Personal data in a text.

Invariants: digits are found however they are grouped or shaped; numbers of cases (25 characters with a right check character) and money are not taken for
personal ones.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from tongban.kernel.ids import is_checked
from tongban.kernel.text import Text

IDENTITY: Final = Text(zh="身份证号", en="an identity number")
TELEPHONE: Final = Text(zh="手机号码", en="a mobile number")
ACCOUNT: Final = Text(zh="银行账号", en="an account number")

_GAP: Final = r"[ .\u00b7\u2010-\u2015-]?"
_CASE_NUMBER: Final = re.compile(r"(?<![0-9A-Z])[0-9]{24}[0-9A-Z](?![0-9A-Z])")
_IDENTITY: Final = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])")
_TELEPHONE: Final = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_ACCOUNT: Final = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{12,24}}(?!\d)")


def personal_data(text: str) -> Text | None:
    """What kind of personal data a text holds; None if none was found."""
    plain = unicodedata.normalize("NFKC", text)
    rest = _CASE_NUMBER.sub(lambda found: " # " if is_checked(found[0]) else found[0], plain)
    for pattern, kind in ((_IDENTITY, IDENTITY), (_TELEPHONE, TELEPHONE), (_ACCOUNT, ACCOUNT)):
        if pattern.search(rest):
            return kind
    return None
