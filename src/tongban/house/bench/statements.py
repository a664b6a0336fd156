"""The SQL statements of one lifecycle, act by act, counted in this process through the interface's own entrance.

Invariant: what is counted is what the database is asked, on a warm process: the first of two lifecycles fills the caches of definitions and is not counted.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import Any

from tongban.house.bench.script import BOUNDARY, Applicant, Crew, Plan, headers, lifecycle, multipart, read_plan


class Counter:
    """Every statement, under the act that is under way."""

    def __init__(self) -> None:
        self.act = ""
        self.statements: dict[str, list[str]] = defaultdict(list)

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Note one statement and let it run; Django's `execute_wrapper`."""
        self.statements[self.act].append(" ".join(str(sql).split()))
        return execute(sql, params, many, context)


def count(applicant: Applicant, crew: Crew, plan: Plan, *, short: bool) -> dict[str, list[str]]:
    """The statements of one warm lifecycle, by act; one application is three acts: draft, fetch, send."""
    from django.db import connections

    lifecycle(_caller(lambda _: None), plan, applicant, crew, short=short)
    counter = Counter()

    def name(act: str) -> None:
        counter.act = act

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(counter))
        lifecycle(_caller(name), plan, applicant, crew, short=short)
    found = dict(counter.statements)
    return found | dict(_parts(found.pop("apply" if short else "draft")))


def _parts(statements: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The call that applies, cut where it asks the registers and where it has recorded their answers."""
    first = next(index for index, sql in enumerate(statements) if "exchange_resource" in sql)
    last = next((index for index, sql in enumerate(statements) if index > first and "ledger_entry" in sql), first)
    yield "draft", statements[:first]
    yield "fetch", statements[first : last + 1]
    if statements[last + 1 :]:
        yield "send", statements[last + 1 :]


def _caller(name: Callable[[str], None]) -> Any:
    from tongban.house.wsgi import application

    def call(act: str, token: str, method: str, path: str, body: Any = None, file: bytes | None = None) -> dict[str, Any]:
        name(act)
        content = multipart(file) if file is not None else json.dumps(body or {}).encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}" if file is not None else "application/json"
        environ = {f"HTTP_{header.upper().replace('-', '_')}": value for header, value in headers(token).items()}
        environ |= {"REQUEST_METHOD": method, "PATH_INFO": f"/api{path}", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(content))}
        environ |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
        told: list[str] = []

        def start(status: str, fields: list[tuple[str, str]], fault: Any = None, /) -> Callable[[bytes], object]:  # noqa: ARG001 - PEP 3333's
            told.append(status)
            return lambda _: None

        response = application({**environ, "wsgi.input": BytesIO(content)}, start)
        try:
            said = b"".join(response)
        finally:
            response.close()
        if not told[0].startswith("2"):
            raise RuntimeError(f"{act}: {told[0]} {said.decode()}")
        return dict(json.loads(said)) if said else {}

    return call


def main() -> None:
    """`statements JSON`: count with the applicant and crew that `furnish` gave."""
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    django.setup()
    from tongban.house.place import city_folder

    told = json.loads(sys.argv[1])
    found = count(Applicant(**told["applicant"]), Crew(**told["crew"]), read_plan(city_folder()), short=told["short"])
    print(json.dumps({act: len(statements) for act, statements in found.items()}))


if __name__ == "__main__":
    main()
