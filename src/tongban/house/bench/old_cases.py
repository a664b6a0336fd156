"""A city that has been at work for years: cases of all its services with what belongs to them, made inside the database.

Invariants: what is made is of the shape that acts leave (several services and departments, three years, thousands of names, decided cases and open ones with
their tasks, events, letters, messages and answers of registers), but for their explanations and their entries in the record; every column that nothing is
said of here has its model's default, so that a new column needs no word here; numbers begin with `OLD`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

NUMBER: Final = "OLD"
_SHARES: Final = ((0, 5), (6, 8), (9, 9))
"""Of ten cases, which are of the first, the second and the third service."""
_NAMES_OF: Final = (8000, 4000)
"""So many residents and firms lend their names."""
_OPEN_ELSEWHERE: Final = 5000

_OLD = """
CREATE TEMP TABLE old AS
SELECT n, numbered.at, numbered.at::date AS day, area.code AS area, name.name, name.grams, name.kind, numbered.applicant,
  service.officials[1 + n %% cardinality(service.officials)] AS official,
  (lpad(to_hex((extract(epoch FROM numbered.at) * 1000)::bigint), 12, '0') || '7' || substr(numbered.hash, 1, 3) || 'a' || substr(numbered.hash, 4, 15))::uuid AS id,
  'OLD990' || service.code || to_char(numbered.at, 'YYYYMMDD') || lpad((n %% 1000000)::text, 6, '0') || '7' AS number,
  service.*, row_number() OVER (PARTITION BY service.department ORDER BY n DESC) <= service.open AS is_open, (numbered.dice / 7) %% 2 = 0 AS waits,
  current_date + ((numbered.dice / 11) %% 40 - 6)::int AS due
FROM (
  SELECT n, md5(n::text) AS hash, abs(hashint4(n)::bigint) AS dice, now() - interval '3 years' + n * (interval '3 years' / (%(count)s + 1)) AS at,
    md5('applicant' || n / 3)::uuid AS applicant
  FROM generate_series(1, %(count)s) n
) numbered
JOIN old_service service ON (numbered.dice / 3) %% 10 BETWEEN service.first AND service.last
JOIN old_name name ON name.place = (numbered.dice / 13) %% %(names)s
JOIN old_area area ON area.place = (numbered.dice / 17) %% %(areas)s
"""
_CASE: Final = {
    "id": "id",
    "number": "number",
    "service": "service",
    "service_hash": "hash",
    "procedure": "procedure",
    "state": "CASE WHEN NOT is_open THEN granted WHEN waits THEN received ELSE accepted END",
    "is_open": "is_open",
    "way": "way",
    "step": "CASE WHEN NOT is_open THEN '' WHEN waits THEN 'accept' ELSE step END",
    "department": "department",
    "area": "area",
    "applicant_kind": "kind",
    "applicant_id": "applicant",
    "applicant_name": "name",
    "name_grams": "grams",
    "applicant_facts": "jsonb_build_object('area', area)",
    "applied_by": "applicant",
    "mandate_kind": "'legal-representative'",
    "answers": """'{"area_m2": "12.00", "wording": "old"}'""",
    "version": "4",
    **dict.fromkeys(("begun_at", "saved_at", "sent_at"), "at"),
    **dict.fromkeys(("received_on", "complete_on"), "day"),
    "accepted_on": "CASE WHEN NOT (is_open AND waits) THEN day END",
    "decided_on": "CASE WHEN NOT is_open THEN day + 2 END",
    "answer_due_on": "CASE WHEN is_open AND waits THEN due END",
    "due_on": "CASE WHEN is_open THEN due ELSE day + 3 END",
    "statutory_due_on": "CASE WHEN is_open THEN due + 10 ELSE day + 21 END",
}
_TASK: Final = {
    "id": "gen_random_uuid()",
    "case_id": "id",
    "step": "task",
    "role": "CASE WHEN task = 'accept' THEN 'verb:accept' WHEN task = part THEN part_role ELSE role END",
    "department": "CASE WHEN task = part THEN part_department ELSE department END",
    "case_department": "department",
    "guest": "CASE WHEN task = part THEN part_department ELSE '' END",
    "area": "area",
    "is_open": "is_open AND (waits OR task <> 'accept')",
    "opened_at": "at",
    "step_due_on": "due",
    "outcome": "CASE WHEN is_open AND (waits OR task <> 'accept') THEN '' ELSE 'pass' END",
    "done_at": "CASE WHEN NOT (is_open AND (waits OR task <> 'accept')) THEN at + interval '1 day' END",
    "done_by": "CASE WHEN NOT (is_open AND (waits OR task <> 'accept')) THEN official END",
    "number": "number",
    "service": "service",
    "applicant_name": "name",
    "due_on": _CASE["due_on"],
    "statutory_due_on": _CASE["statutory_due_on"],
}
_EVENT: Final = {
    "id": "gen_random_uuid()",
    "case_id": "id",
    "act": "act",
    "at": "at",
    "actor": "official",
    "actor_name": "''",
    "actor_department": "department",
    "from_state": "''",
    "to_state": "''",
    "entry_id": "gen_random_uuid()",
}
_LETTER: Final = {
    "id": "gen_random_uuid()",
    "case_id": "id",
    "type": "'decision'",
    "number": "number || '-0' || count",
    "department": "department",
    "title_zh": "'决定书'",
    "title_en": "'Decision'",
    "paragraphs": """'[{"zh": "准予。", "en": "Granted."}]'""",
    "sealed": "true",
    "issued_on": "day + 2",
}
_ANSWER: Final = {
    "id": "gen_random_uuid()",
    "case_id": "id",
    "need": "need",
    "resource": "'old/' || need",
    "source": "department",
    "state": "'value'",
    "reason": "''",
    "items": "ARRAY['status']",
    "values": """'{"status": "active"}'""",
    "sealed": "decode(repeat(md5(number), 4), 'hex')",
    "subject": "decode(md5(applicant::text), 'hex')",
    "purpose": "service || '/' || need",
    "actor": "'account:' || applicant",
    "department": "department",
    "as_of": "at",
    "fetched_at": "at",
}
_MESSAGE: Final = {
    "id": "gen_random_uuid()",
    "to": "applicant",
    "template": "act",
    "zh": "'您的申请有新的进展，请登录查看。'",
    "en": "'There is news of your application.'",
    "case_id": "id",
    "link": "'/cases/' || id",
    "channel": "'demo-phone'",
    **dict.fromkeys(("sent_at", "delivered_at"), "at"),
    "read_at": "CASE WHEN n %% 2 = 0 THEN at END",
}
_ACTS: Final = "old CROSS JOIN LATERAL unnest(CASE WHEN NOT is_open THEN ARRAY['send', 'accept', 'grant'] WHEN waits THEN ARRAY['send'] ELSE ARRAY['send', 'accept'] END) act"
_TABLES: Final = (
    ("cases.Case", _CASE, "old"),
    (
        "cases.Task",
        _TASK,
        "old CROSS JOIN LATERAL unnest(CASE WHEN is_open AND waits THEN ARRAY['accept'] ELSE array_remove(ARRAY['accept', step, part], '') END) task",
    ),
    ("cases.Event", _EVENT, _ACTS),
    ("cases.Letter", _LETTER, "old CROSS JOIN LATERAL generate_series(1, CASE WHEN NOT is_open THEN 2 WHEN waits THEN 0 ELSE 1 END) count"),
    ("exchange.Answer", _ANSWER, "old CROSS JOIN unnest(ARRAY['firm', 'premises', 'approval']) need"),
    ("messages.Message", _MESSAGE, _ACTS),
)
"""What is made of one old case: the model, its columns as SQL, and the rows they are made from."""


def old_cases(service_id: str, count: int, open_here: int) -> None:
    """So many cases, `open_here` of the open ones in the department of the named service, which most cases are of."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET jit = off"
        )
        names, areas = _lent(cursor), _places(cursor)
        _services(cursor, service_id, open_here)
        cursor.execute(_OLD, {"count": count, "names": names, "areas": areas})
        for label, columns, made_from in _TABLES:
            _fill(cursor, label, columns, made_from)
        cursor.execute("RESET ALL")
    _settle()


def _fill(cursor: Any, label: str, columns: Mapping[str, str], made_from: str) -> None:
    """One table, its indexes made afterwards in one go."""
    from django.apps import apps
    from django.db import connection

    from tongban.statements.columns import columns_of

    model: Any = apps.get_model(label)
    table = model._meta.db_table  # noqa: SLF001 - public in all but name
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN (SELECT conname FROM pg_constraint)", [table]
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    rest = {column.name: column.tell(column.default()) for column in columns_of(model) if column.name not in columns}
    told = {**columns, **dict.fromkeys(rest, "%s")}
    cursor.execute(
        f"INSERT INTO {connection.ops.quote_name(table)} ({', '.join(map(connection.ops.quote_name, told))}) SELECT {', '.join(told.values())} FROM {made_from}",  # noqa: S608 - the constants above
        list(rest.values()),
    )
    for _, definition in indexes:
        cursor.execute(definition)


def _lent(cursor: Any) -> int:
    """The names that applicants have; how many."""
    from tongban.house.population.town import build
    from tongban.house.prepare import SEED
    from tongban.kernel import clock
    from tongban.parties import reads
    from tongban.parties.sealer import sealer

    people, firms = _NAMES_OF
    town = build(reads.areas(), people=people, firms=firms, seed=SEED + 1, today=clock.today())
    names = [("firm", firm.name) for firm in town.firms] + [("person", one.name) for one in town.residents]
    rows = ((place, kind, name, sealer().grams(name)) for place, (kind, name) in enumerate(names))
    cursor.execute("CREATE TEMP TABLE old_name (place int PRIMARY KEY, kind text, name text, grams int[])")
    _copy(cursor, "old_name (place, kind, name, grams)", rows)
    return len(names)


def _places(cursor: Any) -> int:
    """The smallest areas of the city; how many."""
    from tongban.parties import reads

    areas = reads.areas()
    parents = {area.parent for area in areas}
    leaves = [area.code for area in areas if area.code not in parents]
    cursor.execute("CREATE TEMP TABLE old_area (place int PRIMARY KEY, code text)")
    _copy(cursor, "old_area (place, code)", enumerate(leaves))
    return len(leaves)


def _services(cursor: Any, first: str, open_here: int) -> None:
    """What old cases are of: by service, its share and what its definition says."""
    from tongban.catalogue import reads as catalogue
    from tongban.catalogue.core.course import careful_way

    city = catalogue.city()
    alone = (one for one in city.offered.values() if one.tickets is None and not city.has_bundle(one.id))
    chosen = sorted(alone, key=lambda service: (service.id != first, service.id))
    rows = []
    for (low, high), service in zip(_SHARES, (one for one in chosen if careful_way(one).route), strict=False):
        procedure, way = city.procedures[service.procedure], careful_way(service)
        received = procedure.next_state(procedure.first, "send") or procedure.first
        accepted = procedure.next_state(received, "accept") or received
        granted = next(one.to for one in procedure.transitions if one.act == "grant")
        step = next(part for part in service.steps.values() if part.id == way.route[0])
        role = next(part.by for part in (step, *step.together) if part.by)
        open_ = open_here if service.id == first else _OPEN_ELSEWHERE
        rows.append(
            (
                low,
                high,
                service.id,
                service.hash,
                procedure.id,
                way.id,
                service.department,
                city.departments[service.department].number,
                *(received, accepted, granted, step.id, role),
                *part_of(service),
                _officials(service.department),
                open_,
            )
        )
    cursor.execute(
        "CREATE TEMP TABLE old_service (first int, last int, service text, hash text, procedure text, way text, department text, code text,"
        " received text, accepted text, granted text, step text, role text, part text, part_department text, part_role text, officials uuid[], open int)"
    )
    _copy(cursor, "old_service", rows)


def _officials(department: str) -> list[Any]:
    """Who has done what is done: the department's officials."""
    from tongban.catalogue import reads as catalogue
    from tongban.parties import reads

    city = catalogue.city()
    found = {one.person_id for role in city.roles for one in reads.officials(department, role, city.area)}
    return sorted(found) or [UUID(int=0)]


def part_of(service: Any) -> tuple[str, str, str]:
    """A step that another department does: its id, department and role; empty if there is none."""
    from tongban.catalogue.core.definition.feedback import ABOUT

    for step in service.steps.values():
        for part in (step, *step.together):
            if part.of not in ("", ABOUT, service.department) and part.by:
                return part.id, part.of, part.by
    return "", "", ""


def _copy(cursor: Any, target: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copying:
        for row in rows:
            copying.write_row(row)


def _settle() -> None:
    """As after a night: counted, tidied, on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
