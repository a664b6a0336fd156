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


def furnish(*, people: int, applicants: int, existing: int, short: bool) -> dict[str, Any]:
    """Make it ready; the applicants' and officials' tokens, by plan."""
    from tongban.catalogue import reads as catalogue
    from tongban.house import population, prepare
    from tongban.house.bench.script import read_plan
    from tongban.house.place import city_folder

    prepare.migrate()
    plan = read_plan(city_folder())
    _publish(plan, short=short)
    firms = max(20, people // 10, applicants * FIRMS_FOR_EACH)
    population.populate(people, firms, prepare.SEED)
    department = catalogue.city().services[plan.service].department
    if existing:
        old_cases(plan.service, existing)
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


_OLD = (
    """
    INSERT INTO cases_case (id, number, service, service_hash, procedure, situation, state, is_open, way, step, department, area, channel, applicant_kind,
      applicant_id, applicant_name, name_grams, applicant_facts, applied_by, mandate_kind, answers, answered_in, version, begun_at, saved_at, sent_at, received_on,
      complete_on, accepted_on, decided_on, due_on, statutory_due_on)
    SELECT ('01900000' || right(lpad(to_hex(n), 8, '0'), 4) || '7000a000' || lpad(to_hex(n), 8, '0') || '0000')::uuid, 'OLD' || lpad(n::text, 22, '0'), %(service)s, %(hash)s,
      %(procedure)s, 'new', %(state)s, true, %(way)s, '', %(department)s, %(area)s, 'online', 'firm', f.id, f.name, f.name_grams, jsonb_build_object('uscc', f.uscc, 'area', f.area),
      f.id, 'legal-representative', '{"area_m2": "12.00", "wording": "old"}', '{}', 4, at, at, at, at::date, at::date, at::date, at::date + 2, at::date + 3, at::date + 21
    FROM generate_series(1, %(count)s) n CROSS JOIN LATERAL (SELECT timestamptz '2024-01-01 02:00Z' + n * interval '1 minute' AS at) t
    JOIN (SELECT row_number() OVER () - 1 AS place, count(*) OVER () AS firms, id, name, name_grams, uscc, area FROM parties_firm) f ON f.place = n %% f.firms
    """,
    """
    INSERT INTO cases_task (id, case_id, step, joint, role, department, area, is_open, opened_at, step_due_on, records, photos, signatures, outcome, words,
      done_at, number, service, applicant_name, due_on, statutory_due_on)
    SELECT gen_random_uuid(), c.id, s.step, '', 'old', department, area, false, sent_at, due_on, '{}', '[]', '[]', 'pass', '', sent_at, number, service,
      applicant_name, due_on, statutory_due_on FROM cases_case c, unnest(ARRAY['accept', 'decide']) s (step) WHERE number LIKE 'OLD%%'
    """,
    """
    INSERT INTO cases_event (id, case_id, act, at, actor_name, actor_department, step, from_state, to_state, words, data, entry_id)
    SELECT gen_random_uuid(), c.id, a.act, sent_at, '', department, '', '', '', '', '{}', gen_random_uuid()
    FROM cases_case c, unnest(ARRAY['send', 'accept', 'grant']) a (act) WHERE number LIKE 'OLD%%'
    """,
    "ANALYZE cases_case",
    "ANALYZE cases_task",
    "ANALYZE cases_event",
)


def old_cases(service_id: str, count: int) -> None:
    """So many decided cases of one service, each with two tasks and three events, made inside the database."""
    from django.db import connection

    from tongban.catalogue import reads as catalogue
    from tongban.catalogue.core.course import careful_way

    city = catalogue.city()
    service = city.services[service_id]
    values: dict[str, str | int] = {
        "service": service.id,
        "hash": service.hash,
        "procedure": service.procedure,
        "state": next(one.to for one in city.procedures[service.procedure].transitions if one.act == "grant"),
        "way": careful_way(service).id,
        "department": service.department,
        "area": city.area,
        "count": count,
    }
    with connection.cursor() as cursor:
        for statement in _OLD:
            cursor.execute(statement, values)


def main() -> None:
    """`furnish PEOPLE APPLICANTS EXISTING short|whole`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    import django

    django.setup()
    people, applicants, existing = (int(text) for text in sys.argv[1:4])
    print(json.dumps(furnish(people=people, applicants=applicants, existing=existing, short=sys.argv[4] == "short")))


if __name__ == "__main__":
    main()
