"""What may be done with people, accounts, posts and mandates. Each is recorded in the ledger in the same transaction."""

from __future__ import annotations

from tongban.parties.acts.accounts import close_account, open_account
from tongban.parties.acts.declare import declare_areas, declare_departments
from tongban.parties.acts.enter import enter_firms, enter_kin, enter_people
from tongban.parties.acts.holders import find_holder, forget_searches
from tongban.parties.acts.mandates import end_mandate, give_mandate, record_letter, record_mandates
from tongban.parties.acts.posts import appoint, cover, end_post

__all__ = [
    "appoint",
    "close_account",
    "cover",
    "declare_areas",
    "declare_departments",
    "end_mandate",
    "end_post",
    "enter_firms",
    "enter_kin",
    "enter_people",
    "find_holder",
    "forget_searches",
    "give_mandate",
    "open_account",
    "record_letter",
    "record_mandates",
]
