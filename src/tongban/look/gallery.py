"""Every component in all its states, for the people who make pages. Invariant: it shows invented things only and exists in a demo or in DEBUG, nowhere else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.look import texts
from tongban.look.drawings import AreaShape, Bar, ClauseRow, LimitClock, ShownFact, Stop
from tongban.look.pages import Account, render

_PAGES = {name: f"look/gallery_{name}.html" for name in ("parts", "home", "desk", "letter")}
_KINDS = ("text", "long-text", "yes-no", "choice", "street", "int", "decimal", "money", "date", "file", "phone", "bank-account")
_CHOICES = {"choice": ("own", "rent", "lent"), "street": tuple(f"street_{n}" for n in range(1, 9))}
_RINGS = {
    "a": ((110.0, 30.2), (110.25, 30.28), (110.3, 30.05), (110.08, 30.0)),
    "b": ((110.25, 30.28), (110.6, 30.22), (110.55, 30.02), (110.3, 30.05)),
    "c": ((110.08, 30.0), (110.3, 30.05), (110.34, 29.8), (110.1, 29.78)),
    "d": ((110.3, 30.05), (110.55, 30.02), (110.62, 29.82), (110.34, 29.8)),
    "e": ((110.6, 30.22), (110.82, 30.1), (110.8, 29.88), (110.62, 29.82), (110.55, 30.02)),
}
"""Longitude and latitude of five areas that exist nowhere."""


def show(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """One gallery page: `parts`, `home`, `desk` or `letter`. Raises Http404 in a real city."""
    if page not in _PAGES or not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    return render(request, _PAGES[page], texts="look/gallery", **samples())


def samples() -> dict[str, Any]:
    """What the gallery shows; every word of it stands in its file of texts."""
    now = clock.now()
    officer, office = _say("officer"), _say("office")
    return {
        "city_name": _say("city"),
        "account": Account(name=_say("resident").zh, page="#", sign_out="#", messages="#", unread=2),
        "now_": now,
        "questions": {kind.replace("-", "_"): _question(kind) for kind in _KINDS},
        "stops": _stops(),
        "stops_stopped": (*_stops()[:2], Stop(_say("site"), "stopped", _say("stopped_note")), *_stops()[3:]),
        "clause_rows": _clauses(),
        "week": [Bar(_say(f"day_{n}"), *counted) for n, counted in enumerate(((42,), (57, 2), (38,), (61, 5), (49, 1)), start=1)],
        "areas": [AreaShape(code, _say(f"area_{code}"), ring) for code, ring in _RINGS.items()],
        "area_values": {"a": 412, "b": 96, "c": 233, "d": 31},
        "kept": SimpleNamespace(id="1", name=_say("plan").zh + ".pdf", size=1_240_000),
        "entries": (
            {"at": now - timedelta(hours=2), "title": _say("accepted"), "by": office},
            {"at": now - timedelta(days=1, hours=3), "title": _say("correction"), "note": _say("correction_note"), "tone": "amber"},
            {"at": now - timedelta(days=3), "title": _say("done"), "by": _say("agent")},
        ),
        "rows": _rows(),
        "watermark_lines": (officer.zh, office.zh, f"{clock.local(now):%Y-%m-%d %H:%M}"),
        **_clocks(),
    }


def _say(key: str) -> Text:
    forms = texts.read(texts.path_of("look/gallery"))[key]
    return Text(zh=forms["zh"]["other"], en=forms["en"]["other"])


def _question(kind: str) -> SimpleNamespace:
    word = kind.replace("-", "_")
    hints = {"text", "decimal"}
    return SimpleNamespace(
        id=word,
        type="choice" if kind in _CHOICES else kind,
        label=_say(f"ask_{word}"),
        hint=_say(f"hint_{word}") if word in hints else None,
        required=kind != "long-text",
        options=tuple(SimpleNamespace(id=each, label=_say(each)) for each in _CHOICES.get(kind, ())),
        accept=("pdf", "jpg", "png"),
        max_bytes=10_000_000,
        supplies=_say("supplies") if kind == "file" else None,
    )


def _stops() -> tuple[Stop, ...]:
    return (
        Stop(_say("done"), "done", _say("stop_day")),
        Stop(_say("accept"), "done", _say("stop_same_day")),
        Stop(_say("review"), "now", _say("stop_by")),
        Stop(_say("site"), "skipped"),
        Stop(_say("decide"), "ahead", _say("stop_until")),
        Stop(_say("deliver"), "ahead"),
    )


def _clauses() -> tuple[ClauseRow, ...]:
    cite, asked = _say("clause_cite"), _say("clause_asked")
    status = ShownFact(_say("fact_status"), _say("fact_active"), _say("registry"), asked)
    use = ShownFact(_say("fact_use"), _say("fact_housing"), _say("nature"), asked)
    return (
        ClauseRow(_say("clause_licence"), "yes", cite, (status,)),
        ClauseRow(_say("clause_premises"), "no", cite, (use,), _say("clause_premises_note")),
        ClauseRow(_say("clause_layout"), "unknown", cite, (), _say("clause_layout_note")),
    )


def _clocks() -> dict[str, tuple[LimitClock, ...]]:
    promised, statutory, today = _say("promised"), _say("statutory"), clock.today()

    def day(ahead: int) -> Any:
        return today + timedelta(days=ahead)

    return {
        "clocks": (LimitClock(promised, 5, 3, day(2)), LimitClock(statutory, 10, 3, day(9))),
        "clocks_late": (LimitClock(promised, 5, 6, day(-1)), LimitClock(statutory, 10, 6, day(6), state="stopped")),
        "clocks_ended": (LimitClock(promised, 5, 2, state="ended"),),
    }


def _rows() -> tuple[dict[str, Any], ...]:
    service, review = _say("service"), _say("review")
    return tuple(
        {
            "href": f"#{n}",
            "tail": tail,
            "service": service,
            "applicant": _say(who),
            "step": review,
            "statutory": _say("statutory_left"),
            "promised": _say(left),
            "late": left == "late",
            "current": n == 2,
        }
        for n, (tail, who, left) in enumerate(
            (("…0117K", "firm_name", "late"), ("…0121T", "firm_other", "due"), ("…0130M", "resident", "matter2_left")), start=1
        )
    )
