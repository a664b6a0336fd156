"""Steps that another body's own system does: which system, which facts travel, what comes back, and who may enter it by hand.

Invariant: only facts that this service has, and no uploaded file, may travel; the step's department is the system's.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import SYSTEM, Option, Step, System
from tongban.catalogue.core.reading.expressions import FactBook
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.kernel.text import Text
from tongban.rules.core.faults import nearest

KEYS: Final = ("by", "system", "by_hand")
OPTIONAL: Final = ("title", "when", "within", "records", "sends", "on_silence")
Records = Callable[[Reader, str, Node | None, FactBook], tuple[dict[str, tuple[Option, ...]], dict[str, Text]]]


def is_by_system(node: Node) -> bool:
    """Whether a step says `by: system`."""
    by = node.get("by") if isinstance(node, Mapping) else None
    return isinstance(by, Scalar) and by.value == SYSTEM


def read_system_step(reader: Reader, id_: str, node: Node, systems: MappingOf[str, System], book: FactBook, records: Records) -> Step:
    """A step `by: system`. `records` reads what comes back, as for any other step; `sends` is read once every record is known."""
    page = reader.fields(node, Text("系统环节", "a step by a system"), KEYS, OPTIONAL)
    name = reader.reference("system", page.get("system"), Text("系统", "the system"))
    system = systems.get(name)
    options, titles = records(reader, id_, page.get("records"), book)
    return Step(
        id=id_,
        title=reader.maybe_text(page.get("title"), Text("环节名称", "the step's title")) or (system.title if system else Text(id_, id_)),
        by=SYSTEM,
        of=system.department if system else "",
        within=reader.limit(page.get("within"), Text("环节时限", "the step's limit")),
        may=(),
        records=options,
        record_titles=titles,
        on_silence=cast(
            Literal["", "escalate", "pass"],
            reader.one_of(page.get("on_silence"), Text("逾期不答", "on_silence"), ("escalate", "pass"), ""),
        ),
        system=name,
        by_hand=reader.reference("role", page.get("by_hand"), Text("人工录入的角色", "the role that enters by hand")),
    )


def read_sends(reader: Reader, node: Node | None, book: FactBook) -> dict[str, str]:
    """`sends`: the system's field → the fact that travels."""
    found: dict[str, str] = {}
    whole = book.whole()
    for key, value in reader.mapping(node, Text("传送的内容", "what is sent")).entries.values():
        field = reader.name(key, Text("对方的字段", "the system's field"))
        fact = reader.string(value, Text("传送的事实", "the fact that is sent"), 100)
        if fact in whole:
            found[field] = fact
            book.read[fact] = None
        elif fact and fact not in book.doubtful and fact.split(".")[0] not in book.doubtful:
            reader.fault(value, Text(f"没有“{fact}”这个事实", f"there is no fact “{fact}”"), nearest(fact, whole))
    return found
