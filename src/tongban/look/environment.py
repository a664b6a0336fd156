"""The templates of every room, in one environment a language.

Invariants: everything is escaped unless a macro of this room made it; an undefined name is an error, never an empty place; language is a global of
the environment, so that macros know it however they are imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tongban.catalogue.core.definition import Limit
from tongban.kernel import clock, money
from tongban.kernel.text import Lang, Text
from tongban.look import drawings, texts

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@cache
def environment(lang: Lang = "zh") -> Environment:
    """The Jinja2 environment that speaks one language. Works without Django, except for `url` and hashed static names."""
    made = Environment(
        loader=FileSystemLoader([str(path) for path in template_folders()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters |= _filters(lang)
    made.globals |= {
        "lang": lang,
        "words": texts.screen("look/words", lang),
        "static": static,
        "url": url,
        "today": clock.today,
        "now": clock.now,
    }
    made.globals |= drawings.in_language(lang)
    return made


def template_folders() -> tuple[object, ...]:
    """Every room's `templates/` folder; a template is named `<room>/<page>.html`."""
    return tuple(sorted([*texts.PACKAGE.glob("*/templates"), *texts.PACKAGE.glob("faces/*/templates")]))


def _filters(lang: Lang) -> dict[str, Callable[..., object]]:
    return {
        "tr": lambda value: tr(value, lang),
        "day": lambda value: day(value, lang),
        "month": lambda value: month(value, lang),
        "minute": lambda value: minute(value, lang),
        "when": lambda value: when(value, lang),
        "time": lambda value: f"{clock.local(value):%H:%M}",
        "span": lambda value: span(value, lang),
        "yuan": lambda value: yuan(value, lang),
        "typed": typed,
        "size_of": size_of,
        "pairs": pairs,
        "url": url,
    }


def tr(value: object, lang: Lang) -> object:
    """A `Text` in the page's language; None is nothing; everything else, Markup too, as it is."""
    if value is None:
        return ""
    return value.in_(lang) if isinstance(value, Text) else value


def day(value: date | datetime | None, lang: Lang) -> str:
    """2026年3月5日, 5 March 2026; an instant shows its date on the city's wall."""
    if value is None:
        return ""
    shown = clock.local_date(value) if isinstance(value, datetime) else value
    return f"{shown.year}年{shown.month}月{shown.day}日" if lang == "zh" else f"{shown.day} {_MONTHS[shown.month - 1]} {shown.year}"


def month(value: date, lang: Lang) -> str:
    """2026年3月, March 2026."""
    return f"{value.year}年{value.month}月" if lang == "zh" else f"{_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date, lang: Lang) -> str:
    """11月30日 周一, Mon 30 Nov: a day of this or next week, as the head of a column."""
    if lang == "zh":
        return f"{value.month}月{value.day}日 周{'一二三四五六日'[value.weekday()]}"
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1][:3]}"


def minute(value: datetime | None, lang: Lang) -> str:
    """2026年3月5日 14:02, 5 March 2026, 14:02; on the city's wall clock."""
    if value is None:
        return ""
    joint = " " if lang == "zh" else ", "
    return f"{day(value, lang)}{joint}{clock.local(value):%H:%M}"


def when(value: datetime | None, lang: Lang) -> str:
    """今天 14:02, 昨天 09:30, else the whole date and time."""
    if value is None:
        return ""
    words = {0: Text(zh="今天", en="today"), 1: Text(zh="昨天", en="yesterday")}
    ago = (clock.today() - clock.local_date(value)) // timedelta(days=1)
    return f"{words[ago].in_(lang)} {clock.local(value):%H:%M}" if ago in words else minute(value, lang)


def span(limit: Limit, lang: Lang) -> str:
    """A limit in words: `3 个工作日`, `15 日`, `3 working days`, `15 days`."""
    return texts.screen("look/words", lang)(f"span_{limit.counted}", n=limit.days)


def yuan(value: int | None, lang: Lang) -> str:
    """Fen as `18,500 元` or `¥18,500`; cents only where there are any."""
    if value is None:
        return ""
    amount = money.show_yuan(value).removesuffix(".00")
    return f"{amount} 元" if lang == "zh" else f"¥{amount}"


def typed(value: object, kind: str) -> str:
    """What stands in the input of a question: what was typed, or a fact's value written as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "money" and isinstance(value, int):
        return money.show_yuan(value).replace(",", "")
    return str(value)


def pairs(options: Iterable[object]) -> list[tuple[str, object]]:
    """The options of a choice as (id, label): declared options, or pairs already."""
    return [option if isinstance(option, tuple) else (option.id, option.label) for option in options]  # type: ignore[attr-defined]


def size_of(count: int) -> str:
    """A file's size: `820 KB`, `1.2 MB`."""
    return f"{max(count // 1000, 1)} KB" if count < 1_000_000 else f"{count // 100_000 / 10:g} MB"


def static(name: str) -> str:
    """The address of a static file; hashed once the city has collected its files."""
    from django.conf import settings

    if not settings.configured:
        return f"/static/{name}"
    from django.templatetags.static import static as address

    return address(name)


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page: `url("portal:home")`, `"portal:case"|url(number=n)`."""
    from django.urls import reverse

    return reverse(name, args=args or None, kwargs=kwargs or None)
