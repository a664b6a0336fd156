"""What may be done with a case, a verb each.

Every act reads downwards: load and lock · may this person? · pure core · keep, with its ledger entry and job rows · return. Registers are read
before, outside any lock (`gather`).
"""

from __future__ import annotations

from tongban.cases.acts.accept import accept, not_accept
from tongban.cases.acts.apply import attach, detach, discard, save, start
from tongban.cases.acts.correct import ask_correction
from tongban.cases.acts.decide import decide
from tongban.cases.acts.deliver import open_letter, receive
from tongban.cases.acts.gather import gather
from tongban.cases.acts.hand_in import hand_in, send_filled
from tongban.cases.acts.pace import check_asking, check_uploads
from tongban.cases.acts.record import Done
from tongban.cases.acts.send import send
from tongban.cases.acts.step import complete_step
from tongban.cases.acts.withdraw import withdraw

__all__ = [
    "Done",
    "accept",
    "ask_correction",
    "attach",
    "check_asking",
    "check_uploads",
    "complete_step",
    "decide",
    "detach",
    "discard",
    "gather",
    "hand_in",
    "not_accept",
    "open_letter",
    "receive",
    "save",
    "send",
    "send_filled",
    "start",
    "withdraw",
]
