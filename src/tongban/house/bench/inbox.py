"""How long the desk's list takes: real GETs of its pages, with a session, of a department with one open case of twenty; and how much the page weighs.

Invariants: a throw-away city with its web processes, as they run; one reader after the other, each page asked again and again over one open connection, after
pages that are not counted; the second page is the one that the first page's own link leads to; what is searched for is found.
"""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import quote

from tongban.house.bench.shares import seconds_of
from tongban.house.bench.throwaway import throwaway

EXISTING: Final = 1_000_000
BOXES: Final = ("mine", "today", "late", "waiting", "department", "done")
_WARM, _TIMES = 5, 60
_NEXT = re.compile(r'rel="next" href="([^"]+)"')


def run(existing: int | None = None, people: int = 600, times: int = _TIMES) -> dict[str, Any]:
    """Measure; plain JSON, milliseconds by reader and page. `TONGBAN_BENCH_EXISTING` is how many cases there are, if `existing` is not given."""
    count = int(os.environ.get("TONGBAN_BENCH_EXISTING", EXISTING)) if existing is None else existing
    with throwaway() as city:
        began = time.monotonic()
        made = city.call("tongban.house.bench.furnish", str(people), "2", str(count), "whole")
        readers = city.call("tongban.house.bench.inbox", *(one["token"] for one in made["applicants"]))
        furnished = time.monotonic() - began
        city.serve()
        roots = {"web": city.running["web"].pid, "postgresql": city.postmaster()}
        found = {name: Reader(city.port, told["session"], told["words"], times, roots).read() for name, told in readers.items()}
    pages = [page for reader in found.values() for page in reader.values()]
    return {
        "existing_cases": count,
        "open_in_the_department": max(told["open"] for told in readers.values()),
        "readers": found,
        "worst_p95_ms": max(page["p95"] for page in pages),
        "heaviest_page_bytes": max(page["bytes"] for page in pages),
        "seconds_to_furnish": round(furnished, 1),
    }


@dataclass
class Reader:
    """One official at the desk."""

    port: int
    session: str
    words: dict[str, str]
    times: int
    roots: dict[str, int]
    """The processes whose time is told beside the page's."""
    _line: HTTPConnection = field(init=False)

    def read(self) -> dict[str, dict[str, float]]:
        """Every page, measured."""
        self._line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        found: dict[str, dict[str, float]] = {}
        for box in BOXES:
            first = f"/desk/?box={box}"
            found[box] = self._measure(first)
            onward = _NEXT.search(self._page(first)[0])
            if onward:
                found[f"{box}, second page"] = self._measure(html.unescape(onward[1]))
        for name, words in self.words.items():
            found[name] = self._measure(f"/desk/?q={quote(words)}")
        self._line.close()
        return found

    def _measure(self, path: str) -> dict[str, float]:
        for _ in range(_WARM):
            self._page(path)
        spent, before = [], seconds_of(self.roots)
        for _ in range(self.times):
            began = time.perf_counter()
            text, weight = self._page(path)
            spent.append((time.perf_counter() - began) * 1000)
        spent.sort()
        after = seconds_of(self.roots)
        return {
            "p50": round(spent[len(spent) // 2], 1),
            "p95": round(spent[int(len(spent) * 0.95)], 1),
            **{f"cpu_ms_{name}": round((after[name] - before[name]) * 1000 / self.times, 1) for name in after},
            "rows": text.count('<span class="tb-row__who">'),
            "bytes": weight,
        }

    def _page(self, path: str) -> tuple[str, int]:
        """The page's text, and its weight as it travelled. Raises RuntimeError for anything but a page."""
        self._line.request("GET", path, headers={"Cookie": f"sessionid={self.session}", "Accept-Encoding": "gzip"})
        response = self._line.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return (gzip.decompress(content) if response.headers["Content-Encoding"] == "gzip" else content).decode(), len(content)


def readers(*tokens: str) -> dict[str, dict[str, Any]]:
    """Who reads, with a session each: who accepts and reviews for the whole city, who decides, and (two applicants, by their tokens, who are given posts) who
    reviews for one street, and who does parts of other departments' cases; and words that they will find.
    """
    from tongban.catalogue import reads as catalogue
    from tongban.faces.api.tokens import account_of
    from tongban.house import prepare
    from tongban.house.bench.old_cases import part_of
    from tongban.house.bench.script import read_plan
    from tongban.house.place import city_folder
    from tongban.parties import acts, reads

    prepare.collect_static()
    plan, city = read_plan(city_folder()), catalogue.city()
    department = city.services[plan.service].department
    street = max(reads.areas(), key=lambda area: (len(area.code.rstrip("0")), area.code)).code
    _, elsewhere, role = next(part for part in map(part_of, city.services.values()) if part[0])
    accounts = {f"{one}, whole city": _official(department, one, city.area) for one in (plan.crew["accept"], plan.crew["decide"])}
    given = (
        (f"{plan.crew['accept']}, one street", department, plan.crew["accept"], street),
        (f"{role}, parts", elsewhere, role, city.area),
    )
    for (name, of, holds, area), token in zip(given, tokens, strict=True):
        accounts[name] = account_of(token)
        acts.appoint(person_id=reads.actor(accounts[name]).person_id, department=of, role=holds, area=area, by=None)
    return {name: {"session": _session(account)} | _words(department, plan.service) for name, account in accounts.items()}


def _official(department: str, role: str, area: str) -> Any:
    from tongban.parties import reads

    return next(one.account_id for one in reads.officials(department, role, area) if one.account_id is not None)


def _session(account_id: Any) -> str:
    """A session as signing in begins one."""
    from django.contrib.auth import get_user_model, login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore()
    login(request, get_user_model().objects.get(pk=account_id), backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return str(request.session.session_key)


def _words(department: str, service: str) -> dict[str, Any]:
    """What is searched for: the end of a number, a whole name, two characters of it, two of the service's title; and how many cases are open."""
    from django.db import connection

    from tongban.catalogue import reads as catalogue

    mine = "FROM cases_case WHERE department = %s AND is_open"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE applicant_kind = 'firm') {mine}", [department])
        open_, firms = cursor.fetchone()
        cursor.execute(
            f"SELECT number, applicant_name {mine} AND applicant_kind = 'firm' ORDER BY id OFFSET %s LIMIT 1", [department, firms // 2]
        )
        number, name = cursor.fetchone()
    words = {"search: tail of a number": number[-7:], "search: a name": name, "search: two characters": name[-4:-2]}
    return {"words": words | {"search: a service": catalogue.city().services[service].title.zh[-2:]}, "open": open_}


def main() -> None:
    """`inbox TOKEN TOKEN`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    import django

    django.setup()
    print(json.dumps(readers(*sys.argv[1:])))


if __name__ == "__main__":
    main()
