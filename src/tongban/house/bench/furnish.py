"""Fill an empty database for a measurement or a trial: tables, the published city, people, applicants with accounts, and, if asked for, old cases.

Invariant: runs as the tables' owner in a process of its own, and prints one JSON object: everything that the callers need to begin.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

FIRMS_FOR_EACH = 3
"""Made-up firms for each applicant that is needed: not every firm is in business, and an owner may have two."""
LIFETIME = timedelta(days=2)
OPEN_ONE_IN = 20
"""Of so many old cases one is open in the department that the measurement goes to: 50,000 of a million."""


def furnish(*, people: int, applicants: int, existing: int, short: bool) -> dict[str, Any]:
    """Make it ready; the applicants' and officials' tokens, by plan."""
    from tongban.catalogue import reads as catalogue
    from tongban.house import population, prepare
    from tongban.house.bench.old_cases import old_cases
    from tongban.house.bench.script import read_plan
    from tongban.house.place import city_folder

    prepare.migrate()
    plan = read_plan(city_folder())
    _publish(plan, short=short)
    firms = max(20, people // 10, applicants * FIRMS_FOR_EACH)
    population.populate(people, firms, prepare.SEED)
    department = catalogue.city().services[plan.service].department
    if existing:
        old_cases(plan.service, existing, open_here=existing // OPEN_ONE_IN)
    return {
        "applicants": who_applies(people, firms, applicants),
        "crew": {"reviewer": official(department, plan.crew["accept"]), "decider": official(department, plan.crew["decide"])},
    }


def _publish(plan: Any, *, short: bool) -> None:
    from tongban.catalogue.acts.publish import publish_texts
    from tongban.catalogue.core.reading.folder import load
    from tongban.house.bench.script import shortened
    from tongban.house.place import city_folder

    files = load(city_folder())
    publish_texts(shortened(files, plan) if short else files, "bench")


def who_applies(people: int, firms: int, count: int) -> list[dict[str, Any]]:
    """Firms in business, each represented by somebody else, with a token for that person. The town is the one that was filled in."""
    from tongban.faces.api.tokens import issue
    from tongban.house.population.town import build
    from tongban.house.prepare import SEED
    from tongban.kernel import clock
    from tongban.parties import acts, reads

    town = build(reads.areas(), people=people, firms=firms, seed=SEED, today=clock.today())
    chosen = {firm.owner.id: firm for firm in town.firms if firm.status == "active" and not firm.cast_id and firm.owner.player is None}
    found = []
    for firm in list(chosen.values())[:count]:
        account = acts.open_account(person_id=firm.owner.id, login=f"bench-{firm.uscc}", by="bench")
        filled = {"property_no": firm.premises.number, "name": firm.name}
        found.append({"token": issue(account, LIFETIME), "firm": str(firm.id), "filled": filled})
    return found


def official(department: str, role: str) -> str:
    """The token of somebody who holds a role over the whole city. Raises LookupError."""
    from tongban.catalogue import reads as catalogue
    from tongban.faces.api.tokens import issue
    from tongban.parties import reads

    for one in reads.officials(department, role, catalogue.city().area):
        if one.account_id is not None:
            return issue(one.account_id, LIFETIME)
    raise LookupError(f"nobody is {role} of {department}")


def main() -> None:
    """`furnish PEOPLE APPLICANTS EXISTING short|whole`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    import django

    django.setup()
    people, applicants, existing = (int(text) for text in sys.argv[1:4])
    print(json.dumps(furnish(people=people, applicants=applicants, existing=existing, short=sys.argv[4] == "short")))


if __name__ == "__main__":
    main()
