"""How letters come, whichever page asks: what was chosen, and what became of each delivery on paper, in a page's own words."""

from __future__ import annotations

from django.http import QueryDict

from tongban.cases.acts import Wish
from tongban.cases.reads import DeliveryRow
from tongban.kernel.text import Lang
from tongban.look.environment import day
from tongban.look.texts import Screen


def posted_wish(sent: QueryDict) -> Wish:
    """What a form says."""
    return Wish.of(
        sent.get("delivery", ""),
        name=sent.get("delivery-name", ""),
        phone=sent.get("delivery-phone", ""),
        address=sent.get("delivery-address", ""),
    )


def told(row: DeliveryRow, words: Screen, lang: Lang) -> str:
    """One delivery in a sentence: `delivery_back`, `delivery_handed`, `delivery_arrived` or `delivery_posted` of the page's texts."""
    if row.returned_at is not None:
        return words("delivery_back", day=day(row.returned_at, lang), why=row.return_reason)
    if row.how == "collect":
        return words("delivery_handed", day=day(row.at, lang), name=row.received_by)
    if row.delivered_at is not None:
        return words("delivery_arrived", day=day(row.delivered_at, lang), name=row.received_by)
    return words("delivery_posted", day=day(row.at, lang), carrier=f"{row.carrier} " if row.carrier else "", tracking=row.tracking)
