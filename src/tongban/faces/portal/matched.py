"""When my records were read with everybody's, or because they had changed: to find out whom policies are for, or to try a draft."""

from __future__ import annotations

from tongban.benefits.reads.looks import readings
from tongban.catalogue import reads as catalogue
from tongban.kernel.text import Lang, Text
from tongban.look.environment import minute
from tongban.look.texts import screen
from tongban.parties import reads as parties
from tongban.parties.core.people import Actor

TEXTS = "portal/matched"


def matched(person: Actor, lang: Lang) -> list[list[object]]:
    """The rows of the table: when, for whom, which registers, what for."""
    city, t = catalogue.city(), screen(TEXTS, lang)
    titles = {resource.id: resource.title for resource in city.resources.values()}
    number = parties.identifiers("person", person.person_id)["id_number"]
    between = "、" if lang == "zh" else ", "
    return [
        [
            minute(one.at, lang),
            city.short_of(one.department) if one.department else t.matched_system,
            between.join(titles.get(resource, Text(resource, resource)).in_(lang) for resource in one.resources),
            t(f"matched_{one.purpose}"),
        ]
        for one in readings("person", number)
    ]
