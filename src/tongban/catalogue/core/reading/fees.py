"""`fees` of a service: what is due, how much, on which basis. The amount is settled when the application is sent, so it reads nothing that officers record."""

from __future__ import annotations

from typing import Final

from tongban.catalogue.core.definition import Fee
from tongban.catalogue.core.reading.expressions import FactBook, read_typed
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Node
from tongban.kernel.text import Text
from tongban.rules.core import Money
from tongban.rules.core.types import INT64

_AMOUNT: Final = Money(0, INT64)


def read_fees(reader: Reader, node: Node | None, book: FactBook) -> tuple[Fee, ...]:
    """The fees, in the order written."""
    found: dict[str, Fee] = {}
    for item in reader.items(node, Text("收费项目", "the fees")):
        page = reader.fields(item, Text("收费项目", "a fee"), ("id", "title", "amount", "basis"))
        id_ = reader.ident(page.get("id"), Text("收费项目编号", "the fee's id"))
        if id_ in found:
            reader.fault(item, Text(f"“{id_}”重复", f"“{id_}” is written twice"))
        title = reader.title(page.get("title"), Text("收费项目名称", "the fee's title"))
        basis = reader.text(page.get("basis"), Text("收费依据", "the fee's basis"))
        amount = read_typed(reader, page.get("amount"), Text("金额", "the amount"), book, book.before_steps(), _AMOUNT)
        if amount is not None and id_:
            found[id_] = Fee(id_, title, amount, basis)
    return tuple(found.values())
