"""Dates: whole days. The corresponding day decides; where a month has no such day, its last day."""

from tests.spec.rules.tables import holds, refused


def test_days_months_years_are_added_and_taken():
    holds(
        "t.d + days(t.x)",
        "d:date | x:int | outcome\n 2026-02-27 | 2 | 2026-03-01\n none | 1 | none\n none | ? | none\n 2026-02-27 | ? | ? x",
    )
    holds("t.d + months(1)", "d:date | outcome\n 2026-01-31 | 2026-02-28\n 2028-01-31 | 2028-02-29\n 2026-12-15 | 2027-01-15")
    holds("t.d - months(1)", "d:date | outcome\n 2026-03-31 | 2026-02-28\n 2026-01-15 | 2025-12-15")
    holds("t.d + years(1)", "d:date | outcome\n 2028-02-29 | 2029-02-28\n 2026-06-30 | 2027-06-30")
    holds("t.d - days(1)", "d:date | outcome\n 2026-01-01 | 2025-12-31")


def test_a_date_less_a_date_is_a_number_of_days():
    holds(
        "t.d - t.e",
        "d:date | e:date | outcome\n 2026-03-01 | 2026-02-28 | 1\n 2026-01-01 | 2026-01-02 | -1\n none | ? | none\n ? | ? | ? d e",
    )


def test_whole_years_are_completed_on_the_corresponding_day():
    holds(
        "years_between(t.d, t.e)",
        """
        d:date     | e:date     | outcome
        2000-06-30 | 2026-06-29 | 25
        2000-06-30 | 2026-06-30 | 26
        2004-02-29 | 2022-02-27 | 17
        2004-02-29 | 2022-02-28 | 18
        2004-02-29 | 2024-02-28 | 19
        2004-02-29 | 2024-02-29 | 20
        2026-06-30 | 2000-06-30 | -26
        none       | 2026-01-01 | none
        none       | ?          | none
        2000-01-01 | ?          | ? e
        """,
    )


def test_whole_months():
    holds(
        "months_between(t.d, t.e)",
        """
        d:date     | e:date     | outcome
        2026-01-31 | 2026-02-27 | 0
        2026-01-31 | 2026-02-28 | 1
        2026-01-15 | 2026-03-14 | 1
        2026-03-14 | 2026-01-15 | -1
        """,
    )


def test_what_a_date_does_not_do():
    refused("t.d + 5", "a date takes + or -", d="date")
    refused("t.d + t.e", "a date takes + or -", d="date", e="date")
    refused("days(5) + t.d", "the date stands on the left", d="date")
    refused("t.d + days(1.5)", "days takes a whole number", d="date")
    refused("days(5)", "is needed here")
    refused("months(1) + days(3)", "does not take span of time and span of time")
    refused("t.d + years(t.m)", "years takes a whole number, not amount of money", d="date", m="money")
    refused("t.d + years(9000)", "after 9999", d="date")
    refused('t.d > date("2026-02-30")', "a date is written", d="date")
    refused("t.d > 2026-06-30", "a number does not begin with 0", d="date")
