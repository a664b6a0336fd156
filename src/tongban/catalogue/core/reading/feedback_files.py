"""ratings.yaml, and a service's `about`: what people may say about how they were served, and cases that concern another case."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Final, cast

from tongban.catalogue.core.definition import About, Limit, Option, RatingRules
from tongban.catalogue.core.definition.feedback import OPENERS, Opener
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Node
from tongban.kernel.text import Text

BROUGHT: Final = ("dispute", "uphold", "dismiss", "call-back", "close", "reopen")
"""The acts that a step may bring about."""
_RATINGS = Text("评价规则", "the rules of ratings")
_ABOUT = Text("关联办件", "about")


def read_ratings(reader: Reader) -> RatingRules:
    """ratings.yaml: how long one may rate, what is rated in detail, and from how many ratings on they are told."""
    page = reader.fields(reader.doc.root, _RATINGS, ("within", "indices", "shown_from"))
    indices = reader.fields(page.get("indices"), Text("评价指标", "the indices"), ("online", "on_site"))
    return RatingRules(
        within=reader.limit(page.get("within"), Text("评价期限", "the time to rate")) or Limit(1, "calendar"),
        online=reader.options(indices.get("online"), Text("网上评价指标", "the indices online")),
        on_site=reader.options(indices.get("on_site"), Text("现场评价指标", "the indices on site")),
        shown_from=reader.number(page.get("shown_from"), Text("公布起点", "shown_from"), 3, 1000, 5),
    )


def read_brings(reader: Reader, node: Node | None, records: MappingOf[str, tuple[Option, ...]]) -> dict[str, str]:
    """A step's `brings`: what was recorded, or `pass` → the act of the procedure that follows at once."""
    known = ("pass", *(option.id for options in records.values() for option in options))
    found: dict[str, str] = {}
    for key, value in reader.mapping(node, Text("引起的动作", "what a step brings about")).entries.values():
        found[reader.one_of(key, Text("记录", "the record"), known, "")] = reader.one_of(value, Text("动作", "the act"), BROUGHT, "")
    return found


def read_about(reader: Reader, node: Node | None) -> About | None:
    """`about`: who opens a case that concerns another one, and until when."""
    if node is None:
        return None
    page = reader.fields(node, _ABOUT, ("opened_by",), ("within",))
    opener = reader.one_of(page.get("opened_by"), Text("由谁发起", "opened_by"), OPENERS, "machine")
    within = reader.limit(page.get("within"), Text("提起期限", "the time to open one"))
    if within is not None and opener != "applicant":
        reader.fault(page.entries["within"][0], Text("只有申请人发起的才写 within", "only what the applicant opens has “within”"))
    return About(cast(Opener, opener), within)
