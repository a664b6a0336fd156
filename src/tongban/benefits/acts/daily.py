"""What is matched without anybody asking: whoever's records changed, soon; everybody, once a day at the time that the city declares.

Invariants: a profile is matched by itself only after somebody has had it matched once; one run of a profile at a time, so that what is due while one is under way waits for it.
"""

from __future__ import annotations

from tongban.benefits.acts import turned
from tongban.benefits.acts.keeping import RUNNING
from tongban.benefits.acts.match import ask_for_run
from tongban.benefits.models import Run
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.catalogue.errors import NothingPublishedError
from tongban.kernel import clock


def match_by_itself() -> int:
    """Ask for the runs that are due; how many."""
    try:
        city = catalogue.city()
    except NothingPublishedError:
        return 0
    asked = 0
    for profile in turned.profiles_in_force(city):
        if Run.objects.filter(profile=profile.id, state__in=RUNNING).exists():
            continue
        everybody = turned.queue_changes(profile) or _is_due(city, profile.id)
        if everybody or turned.waiting(profile.id):
            ask_for_run(profile.id, by=turned.SYSTEM, scope="whole" if everybody else "changed")
            asked += 1
    return asked


def _is_due(city: City, profile: str) -> bool:
    """Whether today's run over everybody is due and was not asked for yet."""
    now = clock.now()
    if not city.matching_at or f"{clock.local(now):%H:%M}" < city.matching_at:
        return False
    last = Run.objects.filter(profile=profile, scope="whole").order_by("-id").values_list("begun_at", flat=True).first()
    return last is not None and clock.local_date(last) < clock.today()
