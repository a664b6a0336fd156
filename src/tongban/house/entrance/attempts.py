"""How often one may fail to sign in. Invariants: per login and per address; the counting table knows neither; old failures are forgotten."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from tongban.house.models import Attempt
from tongban.kernel import clock, keys

WITHIN = timedelta(minutes=15)
MOST_BY_LOGIN = 6
MOST_BY_ADDRESS = 60


def may_try(request: HttpRequest, login: str) -> bool:
    """Whether neither this login nor this address has failed too often lately."""
    since = clock.now() - WITHIN
    return all(
        Attempt.objects.filter(subject=subject, at__gt=since)[:most].count() < most for subject, most in _subjects(request, login).items()
    )


def note_failure(request: HttpRequest, login: str) -> None:
    """Count one failure."""
    now = clock.now()
    Attempt.objects.bulk_create(Attempt(subject=subject, at=now) for subject in _subjects(request, login))


def forgive(request: HttpRequest, login: str) -> None:
    """Forget a login's failures once its owner is in; those of the address stay."""
    Attempt.objects.filter(subject=next(iter(_subjects(request, login)))).delete()


def forget_old() -> None:
    """Remove what no longer counts."""
    Attempt.objects.filter(at__lt=clock.now() - WITHIN).delete()


def _subjects(request: HttpRequest, login: str) -> dict[bytes, int]:
    return {_hash("login", login.strip().casefold()): MOST_BY_LOGIN, _hash("address", address_of(request)): MOST_BY_ADDRESS}


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind declared proxies (TONGBAN_PROXIES) the nearest address that is none of them, else who connects."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    while passed and _is_proxy(address):
        address = passed.pop()
    return address


def _is_proxy(address: str) -> bool:
    try:
        return any(ip_address(address) in network for network in settings.PROXIES)
    except ValueError:  # what a proxy did not write, or a socket without an address
        return False


def _hash(kind: str, value: str) -> bytes:
    return hmac.digest(keys.load("sign-in-attempts"), f"{kind}\0{value}".encode(), hashlib.sha256)
