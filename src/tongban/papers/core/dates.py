"""Dates as letters write them."""

from __future__ import annotations

from datetime import date
from typing import Final

from tongban.kernel.text import Text

_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def written(day: date) -> Text:
    """2026年3月5日 / 5 March 2026."""
    return Text(zh=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {_MONTHS[day.month - 1]} {day.year}")
