"""The kinds of connector, an explicit table; their settings stand in `core.connectors`, where the declared city is checked against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.docking.kinds.bank_file import BankFile
from tongban.docking.kinds.bank_trial import BankTrial
from tongban.docking.kinds.connector import Connector, Line
from tongban.docking.kinds.http_json import HttpJson
from tongban.docking.kinds.unreachable import Unreachable

KINDS: Final[Mapping[str, Connector]] = {
    "http-json": HttpJson(),
    "unreachable": Unreachable(),
    "bank-file": BankFile(),
    "bank-trial": BankTrial(),
}

__all__ = ["KINDS", "Connector", "Line"]
