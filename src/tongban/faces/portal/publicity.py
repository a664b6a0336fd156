"""公示: what stands in public before it is paid, with the way to object; what was paid, by policy, months and district, also as open data.

Invariants: who stands in public is told as the policy's publicity asks, a firm by its registered name and a person by one character; what was paid is told in groups of which
none tells of one payment and none is ever changed; files have what the page has; who objects is told to nobody but who decides.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.benefits import reads
from tongban.benefits.core.published import LEAST, TOGETHER, Group, Told, as_public
from tongban.benefits.reads import Standing
from tongban.catalogue import reads as catalogue
from tongban.catalogue.core.definition import City
from tongban.faces.portal import policy_words as words
from tongban.kernel import clock
from tongban.kernel.errors import NotFoundError
from tongban.kernel.text import Lang, Text
from tongban.look import parquet, preferences
from tongban.look.environment import month as month_in_words
from tongban.look.pages import render
from tongban.look.sheets import MEDIA_TYPES, Column, Table, file_name, write
from tongban.look.texts import Screen, screen

TEXTS: Final = ("portal/publicity", "portal/policies", "portal/frame")
_PAGE: Final = 50
FILES: Final = ("csv", "xlsx", "parquet")
_NO_FILE = Text(zh="没有这种格式。可下载 CSV、xlsx、Parquet。", en="There is no such format: CSV, xlsx and Parquet are there.")


@require_GET
def publicity(request: HttpRequest) -> HttpResponse:
    """What stands in public now, and what was paid; of one policy, if one is named."""
    city, lang = catalogue.city(), preferences.of(request).lang
    t = screen(TEXTS, lang)
    public = {one.id: one.title for one in city.policies.values() if one.publicity is not None}
    wanted = request.GET.get("policy", "")
    wanted = wanted if wanted in public else ""
    after = _uuid(request.GET.get("after", ""))
    rows = reads.standing(wanted, after=after, limit=_PAGE + 1)
    paid = reads.paid(wanted)
    return render(
        request,
        "portal/publicity.html",
        texts=TEXTS,
        policies=list(public.items()),
        wanted=wanted,
        rows=[public_row(one, city) for one in rows[:_PAGE]],
        older=rows[_PAGE - 1].match if len(rows) > _PAGE else None,
        paged=after is not None,
        groups=[_group(one, city, lang, t) for one in paid.groups],
        withheld=[_title(one, city) for one in paid.withheld],
        total=sum(one.amount for one in paid.groups if not one.is_return),
        count=sum(one.count for one in paid.groups if not one.is_return),
        next_on=_after(clock.today()),
        least=LEAST,
        files=FILES,
        dictionary=[(column.title, column.name, t(f"about_{column.name}")) for column in _columns(t)],
    )


@require_GET
def paid_file(request: HttpRequest, kind: str) -> HttpResponse:
    """What was paid, as a file: all policies, the same groups as on the page."""
    lang = preferences.of(request).lang
    t, city = screen(TEXTS, lang), catalogue.city()
    table = _table(reads.paid(), city, t)
    if kind == "parquet":
        content, media = io.BytesIO(parquet.write(table, lang)), parquet.MEDIA_TYPE
    elif kind in ("csv", "xlsx"):
        file = write(table, "csv" if kind == "csv" else "xlsx", lang)
        content, media = file.stream, MEDIA_TYPES["csv" if kind == "csv" else "xlsx"]  # type: ignore[assignment]
    else:
        raise NotFoundError(_NO_FILE)
    named = file_name(t.data_title, "csv").removesuffix(".csv")
    response = FileResponse(content, as_attachment=True, filename=f"{named}.{kind}", content_type=media)
    response["Cache-Control"] = "public, max-age=300"
    response["Vary"] = "Cookie"
    return response  # type: ignore[return-value]


def _table(paid: Told, city: City, t: Screen) -> Table:
    return Table(t.data_title, _columns(t), _cells(paid.groups, city, t), about=lambda _rows, _cut: _about(t))


def _columns(t: Screen) -> tuple[Column, ...]:
    """The dictionary: what each column is."""
    kinds: tuple[tuple[str, Any], ...] = (
        ("policy", "text"),
        ("title", "text"),
        ("department", "text"),
        ("audience", "text"),
        ("first_month", "text"),
        ("last_month", "text"),
        ("entry", "text"),
        ("district", "text"),
        ("district_name", "text"),
        ("payments", "whole"),
        ("amount_yuan", "money"),
    )
    return tuple(Column(t(f"col_{name}"), kind, name) for name, kind in kinds)


def _cells(groups: Iterable[Group], city: City, t: Screen) -> Iterable[Sequence[object]]:
    for one in groups:
        policy = words.current(one.policy, city, clock.today())
        yield (
            one.policy,
            _title(one.policy, city),
            city.departments[policy.department].title if policy else "",
            words.audience_of(policy, city) if policy else "",
            f"{one.first:%Y-%m}",
            f"{one.last:%Y-%m}",
            one.entry,
            one.district or "*",
            _district(one.district, city, t),
            one.count,
            Decimal(one.signed).scaleb(-2),
        )


def _about(t: Screen) -> list[tuple[str, str]]:
    return [(t.rule_title, t("rule_says", n=LEAST)), *((column.name, t(f"about_{column.name}")) for column in _columns(t))]


def public_row(one: Standing, city: City) -> dict[str, Any]:
    """One that stands in public."""
    return {
        "match": one.match,
        "policy": one.policy,
        "title": _title(one.policy, city),
        "name": as_public(one.kind, one.name),
        "district": city.areas[one.district].title if one.district in city.areas else "",
        "amount": one.amount,
        "since": one.since,
        "until": one.until,
        "is_open": one.until >= clock.today(),
    }


def _group(one: Group, city: City, lang: Lang, t: Screen) -> dict[str, Any]:
    months = month_in_words(one.last, lang)
    if one.first != one.last:
        months = t("months_range", first=month_in_words(one.first, lang), last=months)
    return {
        "policy": one.policy,
        "title": _title(one.policy, city),
        "months": months,
        "district": _district(one.district, city, t),
        "count": one.count,
        "amount": one.signed,
        "is_return": one.is_return,
    }


def _after(today: date) -> date:
    """The first day of the next month: then this one is told."""
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)


def _district(code: str, city: City, t: Screen) -> Text | str:
    if code == TOGETHER:
        return t.district_together
    return city.areas[code].title if code in city.areas else t.district_none


def _title(policy_id: str, city: City) -> Text:
    policy = words.current(policy_id, city, clock.today())
    return policy.title if policy is not None else Text(policy_id, policy_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
