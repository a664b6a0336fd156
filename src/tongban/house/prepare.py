"""Make a city ready: tables, the published city, the population, static files. Runs as the tables' owner, in a process of its own.

Invariants: each step may be run again; a database that a newer version wrote is refused before anything is touched; progress is told on
standard output, one JSON object a line.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tongban.house.errors import NewerDataError
from tongban.kernel.errors import TongbanError
from tongban.kernel.text import Text

SEED = 2026
log = logging.getLogger(__name__)


def prepare(city: Path, *, people: int) -> None:
    """Everything that stands between an empty database and the first page. Raises TongbanError."""
    import django

    django.setup()
    _step("tables", migrate)
    today = begin_in_the_past() if people else None
    _step("city", lambda: publish(city))
    if people:
        _step("people", lambda: populate(people, today))
    if today:
        _step("stories", lambda: tell_stories(today))
    if people:
        ask_for_matches(again=today is not None)
    _step("pages", collect_static)


def migrate() -> None:
    """Bring the tables up to this version. Raises NewerDataError."""
    from django.core.management import call_command

    refuse_newer()
    call_command("migrate", verbosity=0, interactive=False)


def refuse_newer() -> None:
    """Raise NewerDataError if the database has had migrations that this version does not know."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    if unknown:
        names = ", ".join(".".join(key) for key in unknown[:3])
        raise NewerDataError(
            Text(
                zh=f"这份数据由更新版本的 Tongban 写成（{names}）。请更新程序；或用 TONGBAN_DATA 指明别的文件夹；演示数据可用 make demo-reset 清空重来。",
                en=f"These data were written by a newer Tongban ({names}). Update the program; or name another folder in TONGBAN_DATA; a demo's data may be dropped with make demo-reset.",
            )
        )


def publish(city: Path) -> None:
    """Publish the declared city; an unchanged one stays as it is, and what was published at the desk since stays too."""
    from tongban.catalogue.acts import publish as publish_folder
    from tongban.catalogue.errors import NotCarriedError

    try:
        publish_folder(city, "house")
    except NotCarriedError as error:  # what runs stays, and the pages with it, until somebody has merged the two
        log.warning("%s", error.says)


def begin_in_the_past() -> date | None:
    """Where an empty demo city has stories to tell, move its clock back to the first one, so that the whole record is in the order of time; today, then."""
    from tongban.catalogue.core.reading import read_city
    from tongban.house import population, stories
    from tongban.house.place import city_folder
    from tongban.kernel import clock

    if not (clock.is_movable() and stories.has_stories()) or population.is_filled():
        return None
    today = clock.today()
    clock.move_by(stories.first_morning(stories.read_stories(), read_city(city_folder()).calendar, today) - clock.now())
    return today


def populate(people: int, today: date | None) -> None:
    """Fill an empty demo city as of today; a filled one keeps its people."""
    from tongban.house import population

    population.populate(people, max(20, people // 10), SEED, _progress("people"), today)


def tell_stories(today: date) -> None:
    """Tell the city's stories up to now, and set the clock right again. Raises StoryError."""
    from tongban.house import population, stories
    from tongban.kernel import clock

    stories.tell(stories.read_stories(), today, _progress("stories"))
    clock.move_to_offset(timedelta())
    population.date_registers()


def ask_for_matches(*, again: bool) -> None:
    """Have everybody of a demo city matched with every policy once, and again after its stories were told; the worker does it, as soon as it runs."""
    from tongban.benefits import reads
    from tongban.benefits.acts import ask_for_run
    from tongban.catalogue import reads as catalogue
    from tongban.kernel import clock

    city = catalogue.city()
    for profile in sorted({policy.profile for policy in city.policies_on(clock.today()).values()}):
        if again or reads.latest_run(profile) is None:
            ask_for_run(profile, by="house")


def _progress(name: str) -> Callable[[float], None]:
    last = 0.0

    def progress(share: float) -> None:
        nonlocal last
        if time.monotonic() - last > 0.2:
            last = time.monotonic()
            tell(event="progress", name=name, share=share)

    return progress


def collect_static() -> None:
    """Gather, hash and compress the static files."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def tell(**event: object) -> None:
    """One line of progress."""
    print(json.dumps(event, ensure_ascii=False), flush=True)


def _step(name: str, do: Callable[[], None]) -> None:
    tell(event="progress", name=name, share=0.0)
    do()
    tell(event="step", name=name)


def main() -> int:
    """`prepare CITY PEOPLE`, as the keeper starts it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.house.settings")
    try:
        prepare(Path(sys.argv[1]), people=int(sys.argv[2]))
    except TongbanError as error:
        tell(event="failed", zh=error.says.zh, en=error.says.en)
        return 1
    except OSError as error:
        tell(event="failed", zh=f"建立城市时出错：{error}。请检查磁盘空间。", en=f"Making the city failed: {error}. Check free disk space.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
