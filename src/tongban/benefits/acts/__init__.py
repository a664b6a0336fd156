"""What may be done with benefits: ask for a run over everybody, carry it out, stop it; look at one subject, with reasons; take an entitlement, give it up, and all that
becomes of it until it is paid, checked or given back."""

from __future__ import annotations

from tongban.benefits.acts.accounts import tell_account
from tongban.benefits.acts.claim import Claimed, claim
from tongban.benefits.acts.decline import decline, take_back
from tongban.benefits.acts.look import Look, look
from tongban.benefits.acts.match import ask_for_run, carry_out, stop_run
from tongban.benefits.acts.order import order, settle
from tongban.benefits.acts.publicity import decide_objection, publicise
from tongban.benefits.acts.publicity import object_to as object  # noqa: A004 - the word of the domain

__all__ = [
    "Claimed",
    "Look",
    "ask_for_run",
    "carry_out",
    "claim",
    "decide_objection",
    "decline",
    "look",
    "object",
    "order",
    "publicise",
    "settle",
    "stop_run",
    "take_back",
    "tell_account",
]
