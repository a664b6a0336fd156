"""Which kinds of connector a declared system may name, and with which settings. `kinds/` has what each does; a test holds the two tables together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a connector: the shape of its value, and that shape in words."""

    shape: re.Pattern[str]
    says: Text
    required: bool = True


_ADDRESS = re.compile(
    r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*"
)

_FOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ONE_IN = re.compile(r"0|[1-9][0-9]{0,3}")

CONNECTORS: Final[Mapping[str, Mapping[str, Setting]]] = {
    "http-json": {
        "url": Setting(
            _ADDRESS, Text("https:// 开头的地址，末尾不带斜线", "an address that begins with https:// and ends without a slash")
        ),
        "key": Setting(
            re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"),
            Text("密钥文件夹里的文件名；密钥本身不写在这里", "the name of a file in the folder of keys; never the key itself"),
            required=False,
        ),
        "token": Setting(
            re.compile(r"[A-Z][A-Z0-9_]{2,60}"),
            Text("环境变量名；令牌本身不写在这里", "the name of an environment variable; never the token itself"),
            required=False,
        ),
    },
    "unreachable": {},
    "bank-file": {"folder": Setting(_FOLDER, Text("数据目录下的文件夹名", "the name of a folder in the data folder"), required=False)},
    "bank-trial": {
        "fails": Setting(_ONE_IN, Text("每几笔退回一笔，0 为不退", "one in so many fails; 0 for none"), required=False),
        "silent": Setting(_ONE_IN, Text("每几次不答复一次，0 为都答", "one call in so many gets no reply; 0 for none"), required=False),
        "delay": Setting(_ONE_IN, Text("几分钟后才有结果", "minutes until there is an outcome"), required=False),
        "twice": Setting(_ONE_IN, Text("每几笔重复答复一笔，0 为不重复", "one in so many is answered twice; 0 for none"), required=False),
    },
}
