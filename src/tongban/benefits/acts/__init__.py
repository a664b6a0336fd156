"""What may be done with benefits: match everybody, or whoever's records changed; look at one subject, with reasons; take an entitlement, give it up, and all that
becomes of it until it is paid, checked or given back; draft, try, publish and withdraw a policy."""

from __future__ import annotations

from tongban.benefits.acts.accounts import tell_account
from tongban.benefits.acts.aftercare import claw_back, draw, money_back, spot_check
from tongban.benefits.acts.claim import Claimed, claim
from tongban.benefits.acts.decline import decline, take_back
from tongban.benefits.acts.found import find_now
from tongban.benefits.acts.look import Look, look
from tongban.benefits.acts.match import ask_for_run, carry_out, stop_run
from tongban.benefits.acts.order import order, settle
from tongban.benefits.acts.publicity import decide_objection, publicise
from tongban.benefits.acts.publicity import object_to as object  # noqa: A004 - the word of the domain
from tongban.benefits.acts.review import ask_review, set_amount
from tongban.benefits.acts.second import ask_second_back, second_back
from tongban.benefits.acts.unasked import redeem_unasked
from tongban.benefits.acts.verify import say_amount, verify

__all__ = [
    "Claimed",
    "Look",
    "ask_for_run",
    "ask_review",
    "ask_second_back",
    "carry_out",
    "claim",
    "claw_back",
    "decide_objection",
    "decline",
    "draw",
    "find_now",
    "look",
    "money_back",
    "object",
    "order",
    "publicise",
    "redeem_unasked",
    "say_amount",
    "second_back",
    "set_amount",
    "settle",
    "spot_check",
    "stop_run",
    "take_back",
    "tell_account",
    "verify",
]
